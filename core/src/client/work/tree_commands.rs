//! What each command asks of the tree (OMA-TS-DM_RepPro-V1_2_1 §6.6).
//!
//! Item in, changes or a refusal out; knows no groups and no messages.

use super::data::{self, Payload};
use super::progress::Scene;
use crate::client::output::{Event, Output};
use crate::client::receipts;
use crate::codec::syncml::{Item, Meta, StatusCode};
use crate::tree::{Caller, Change, NewValue, NodeUri, Property, Refusal, Suffix};

pub(super) fn target(item: &Item) -> &str {
    item.target.as_ref().map_or("", |t| &t.uri)
}

pub(super) fn refusal(code: StatusCode, reason: &'static str) -> Refusal {
    Refusal {
        code,
        reason,
        uri: None,
    }
}

fn only_node(uri: NodeUri) -> Result<NodeUri, Refusal> {
    match uri.suffix() {
        None => Ok(uri),
        Some(_) => Err(refusal(
            StatusCode::NOT_ALLOWED,
            "the command has no meaning for a property or a list",
        )),
    }
}

pub(super) fn add(
    uri: &str,
    item: &Item,
    meta: &Meta,
    scene: &mut Scene<'_>,
) -> Result<Vec<Change>, Refusal> {
    let caller = scene.caller;
    let uri = scene.tree.parse_uri(uri).map_err(|e| match e.code {
        // No code is named for a malformed URI; for Add it is no place to add to.
        StatusCode::NOT_FOUND => refusal(StatusCode::NOT_ALLOWED, e.reason),
        _ => e,
    })?;
    let uri = only_node(uri)?;
    within_limit(item, scene)?;
    match data::payload(item, meta, None) {
        // A receipt is one value; objects in its place would stand there unchecked.
        Ok(Payload::Document(_)) if receipts::is_receipt(&uri) => Err(refusal(
            StatusCode::NOT_ALLOWED,
            "a receipt is a value and no object",
        )),
        Ok(Payload::Document(document)) => {
            scene
                .tree
                .add_document(&uri, &document, caller, scene.now_s)
        }
        Ok(Payload::Value {
            format,
            media_type,
            value,
        }) => {
            let new = Payload::as_new(&format, &media_type, &value);
            if receipts::is_receipt(&uri) {
                return add_receipt(&uri, new, scene);
            }
            scene.tree.add(&uri, new, caller, scene.now_s)
        }
        Err(code) => Err(refusal(code, "the data cannot be read")),
    }
}

/// Keeps a receipt that holds, where no server can change it. One that is there already gets 418.
fn add_receipt(
    uri: &NodeUri,
    new: NewValue<'_>,
    scene: &mut Scene<'_>,
) -> Result<Vec<Change>, Refusal> {
    let (server_id, now_s) = (scene.server_id, scene.now_s);
    let kept = scene.tree.node(uri).map(|node| &node.state().value);
    let is_there = kept.is_some_and(|kept| kept == new.value);
    let (tree, records) = (&*scene.tree, scene.records);
    let checked = receipts::check(uri, new.value, server_id, scene.device_id, tree, records);
    let problem = checked.err();
    let holds = problem.is_none();
    let seq = uri.name().to_owned();
    let event = Event::ReceiptChecked { seq, problem };
    scene.outputs.push_back(Output::Event(event));
    if !holds && !is_there {
        return Err(refusal(
            StatusCode::COMMAND_FAILED,
            "the receipt does not hold",
        ));
    }
    let caller = Caller::Server(server_id);
    let mut changes = scene.tree.add(uri, new, caller, now_s)?;
    let kept = scene
        .tree
        .replace_property(uri, Property::Acl, "Get=*", Caller::Device, now_s);
    changes.extend(kept.unwrap_or_default());
    Ok(changes)
}

pub(super) fn replace(
    uri: &str,
    item: &Item,
    meta: &Meta,
    scene: &mut Scene<'_>,
) -> Result<Vec<Change>, Refusal> {
    let caller = scene.caller;
    let now_s = scene.now_s;
    let uri = scene.tree.parse_uri(uri)?;
    if let Some(Suffix::Property(name)) = uri.suffix() {
        let property = Property::parse(name)?;
        let bytes = item.data.as_ref().map(|d| d.bytes()).unwrap_or_default();
        let text = std::str::from_utf8(bytes)
            .map_err(|_| refusal(StatusCode::UNSUPPORTED_TYPE, "a property is text"))?;
        return scene
            .tree
            .replace_property(&uri, property, text, caller, now_s);
    }
    let uri = only_node(uri)?;
    within_limit(item, scene)?;
    let kept = scene.tree.node(&uri).map(|n| n.state().format.clone());
    match data::payload(item, meta, kept.as_deref()) {
        Ok(Payload::Document(document)) => {
            scene.tree.replace_document(&uri, &document, caller, now_s)
        }
        Ok(Payload::Value {
            format,
            media_type,
            value,
        }) => {
            let new = Payload::as_new(&format, &media_type, &value);
            scene.tree.replace(&uri, new, caller, now_s)
        }
        Err(code) if kept.is_some() => Err(refusal(code, "the data cannot be read")),
        Err(_) => Err(refusal(StatusCode::NOT_FOUND, "no such node")),
    }
}

pub(super) fn delete(uri: &str, scene: &mut Scene<'_>) -> Result<Vec<Change>, Refusal> {
    let uri = only_node(scene.tree.parse_uri(uri)?)?;
    let known = scene.tree.server_ids();
    let mut changes = scene.tree.delete(&uri, scene.caller)?;
    // A server whose account is gone vanishes from all ACLs (DM TND §7).
    let left = scene.tree.server_ids();
    for gone in known.iter().filter(|id| !left.contains(id)) {
        changes.extend(scene.tree.remove_server(gone, scene.now_s));
    }
    Ok(changes)
}

/// The Item has a Source to copy from beside its Target.
pub(super) fn copy(uri: &str, item: &Item, scene: &mut Scene<'_>) -> Result<Vec<Change>, Refusal> {
    let source = item.source.as_ref().ok_or_else(|| {
        refusal(
            StatusCode::INCOMPLETE,
            "a Copy names what it copies as its Source",
        )
    })?;
    let source = only_node(scene.tree.parse_uri(&source.uri)?)?;
    let target = only_node(scene.tree.parse_uri(uri)?)?;
    if receipts::is_receipt(&target) {
        return Err(refusal(
            StatusCode::NOT_ALLOWED,
            "a receipt is added and checked",
        ));
    }
    let caller = scene.caller;
    scene.tree.copy(&source, &target, caller, scene.now_s)
}

/// Whether the server may start the process a node stands for.
pub(super) fn may_execute(uri: &str, item: &Item, scene: &mut Scene<'_>) -> Result<(), Refusal> {
    let uri = only_node(scene.tree.parse_uri(uri)?)?;
    within_limit(item, scene)?;
    scene.tree.may_exec(&uri, scene.caller)
}

/// An object in one piece keeps to the limit that chunks are held to.
fn within_limit(item: &Item, scene: &Scene<'_>) -> Result<(), Refusal> {
    let octets = item.data.as_ref().map_or(0, |d| d.bytes().len());
    if octets as u64 > scene.max_obj_size {
        return Err(refusal(
            StatusCode::TOO_LARGE,
            "larger than the device's MaxObjSize",
        ));
    }
    Ok(())
}
