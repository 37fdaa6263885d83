//! The forms a bootstrap document has on a card: a DM message that adds objects to the Inbox,
//! those objects alone as TNDS, or a wap-provisioningdoc (OMA-TS-DM_Bootstrap-V1_2_1 §5).
//!
//! Which it is says its root element. What follows that is padding of the file.

use super::provisioning;
use crate::client::work::{Payload, payload};
use crate::codec::syncml::{Command, ItemCommand, Message, Meta};
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::{prov, tnds, wbxml};

/// Where a bootstrap message may put objects.
const INBOX: &str = "./Inbox";

/// The objects of a document, or why there are none.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<tnds::Document>, String> {
    if bytes.iter().all(|byte| matches!(byte, 0x00 | 0xFF)) {
        return Err("the file is empty".to_owned());
    }
    let parsed = wbxml::document_prefix(bytes, Vocabulary::SyncMl12).map_err(|e| e.to_string())?;
    let root = parsed.root().map(|root| parsed.name(root));
    match root.as_deref() {
        Some("SyncML") => {
            let (message, _) = Message::decode_wbxml_prefix(bytes).map_err(|e| e.to_string())?;
            objects(&message)
        }
        Some("MgmtTree") => {
            let (document, _) =
                tnds::Document::decode_wbxml_prefix(bytes).map_err(|e| e.to_string())?;
            Ok(vec![document])
        }
        Some("wap-provisioningdoc") => {
            let (document, _) =
                prov::Document::decode_wbxml_prefix(bytes).map_err(|e| e.to_string())?;
            provisioning::objects(&document).map(|document| vec![document])
        }
        Some(other) => Err(format!("{other} is no bootstrap document")),
        None => Err("the document has no element".to_owned()),
    }
}

/// What a message adds to the Inbox; one that does anything else is refused as a whole.
fn objects(message: &Message) -> Result<Vec<tnds::Document>, String> {
    let mut objects = Vec::new();
    for command in &message.commands {
        match command {
            Command::Add(add) | Command::Replace(add) => added(add, &mut objects)?,
            other => return Err(format!("a bootstrap does not {}", other.name())),
        }
    }
    Ok(objects)
}

fn added(add: &ItemCommand, objects: &mut Vec<tnds::Document>) -> Result<(), String> {
    for item in &add.items {
        let target = item
            .target
            .as_ref()
            .map_or("", |target| target.uri.as_str());
        if target != INBOX && !target.starts_with("./Inbox/") {
            return Err(format!("a bootstrap adds to ./Inbox, not to {target}"));
        }
        let defaults: &Meta = &add.meta;
        match payload(item, defaults, None) {
            Ok(Payload::Document(document)) => objects.push(document),
            Ok(Payload::Value { .. }) => {
                return Err(format!("what is added to {target} is no TNDS document"));
            }
            Err(code) => {
                return Err(format!(
                    "what is added to {target}: {code} {}",
                    code.meaning()
                ));
            }
        }
    }
    Ok(())
}
