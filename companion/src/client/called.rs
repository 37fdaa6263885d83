//! Sessions that notifications have called for, in the document of a saved tree: what was called
//! for before the program ended is not called for again by the same notification.
//!
//! They stand in a node of their own that never gets into the device's tree, where servers could
//! read and change it. One line for each: ServerID, session in hex, and when the user was asked.

use dmsc_core::client::Called;
use dmsc_core::codec::tnds::{Document, Node};

/// Name of the node, directly under the root.
const NAME: &str = "dmsc-called";

/// Puts the sessions into a document; none leave it as it is.
pub(super) fn put<'c>(document: &mut Document, called: impl Iterator<Item = &'c Called>) {
    let mut lines = String::new();
    for called in called {
        let asked = called.asked_s.map(|s| s.to_string()).unwrap_or_default();
        lines.push_str(&format!(
            "{:X} {asked} {}\n",
            called.session, called.server_id
        ));
    }
    if !lines.is_empty() {
        document.nodes.push(Node {
            name: NAME.to_owned(),
            path: Some(".".to_owned()),
            format: Some("chr".to_owned()),
            media_type: Some("text/plain".to_owned()),
            value: Some(lines.into_bytes()),
            ..Node::default()
        });
    }
}

/// Takes the sessions out of a document; a line that says none is passed over.
pub(super) fn take(document: &mut Document) -> Vec<Called> {
    let mut found = Vec::new();
    document.nodes.retain(|node| {
        let is_it = node.name == NAME;
        if is_it {
            let text = node.value.as_deref().unwrap_or_default();
            let text = String::from_utf8_lossy(text);
            found.extend(text.lines().filter_map(line));
        }
        !is_it
    });
    found
}

fn line(line: &str) -> Option<Called> {
    let (session, rest) = line.split_once(' ')?;
    let (asked, server_id) = rest.split_once(' ')?;
    Some(Called {
        server_id: server_id.to_owned(),
        session: u16::from_str_radix(session, 16).ok()?,
        asked_s: asked.parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_come_back_from_a_document() {
        let called = [
            Called {
                server_id: "a server".into(),
                session: 0x0A1F,
                asked_s: Some(1_791_297_160),
            },
            Called {
                server_id: "b".into(),
                session: 0xFFFF,
                asked_s: None,
            },
        ];
        let mut document = Document::default();
        put(&mut document, called.iter());
        for form in [
            Document::decode_xml(document.encode_xml().as_bytes()),
            Document::decode_wbxml(&document.encode_wbxml()),
        ] {
            let mut document = form.unwrap();
            assert_eq!(take(&mut document), called);
            assert!(document.nodes.is_empty());
        }
        let mut empty = Document::default();
        put(&mut empty, [].iter());
        assert!(empty.nodes.is_empty());
    }
}
