//! Message to bytes, in the order of the DTD (OMA-TS-DM_RepPro-V1_2_1 §6).
//!
//! One walk serves WBXML and XML; what the two do differently with binary data is in [`item`].

use super::{
    Alert, Command, Cred, Data, Group, Item, ItemCommand, Location, Message, Meta, Results, Status,
    SyncHdr,
};
use crate::codec::markup::Element;
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::markup::sink::Sink;
use crate::codec::vocabulary::wbxml::{Tag, metinf, syncml as tags};
use crate::codec::xml;

pub(super) fn message<S: Sink>(message: &Message, out: &mut S) {
    out.open(tags::SYNC_ML);
    hdr(&message.hdr, out);
    if message.commands.is_empty() && !message.is_final {
        out.empty(tags::SYNC_BODY);
    } else {
        out.open(tags::SYNC_BODY);
        for one in &message.commands {
            command(one, 0, out);
        }
        flag(tags::FINAL, message.is_final, out);
        out.close();
    }
    out.close();
}

fn hdr<S: Sink>(hdr: &SyncHdr, out: &mut S) {
    out.open(tags::SYNC_HDR);
    out.leaf(tags::VER_DTD, &hdr.ver_dtd);
    out.leaf(tags::VER_PROTO, &hdr.ver_proto);
    out.leaf(tags::SESSION_ID, &hdr.session_id);
    out.leaf(tags::MSG_ID, &hdr.msg_id);
    location(tags::TARGET, &hdr.target, out);
    location(tags::SOURCE, &hdr.source, out);
    out.optional(tags::RESP_URI, hdr.resp_uri.as_deref());
    flag(tags::NO_RESP, hdr.no_resp, out);
    if let Some(one) = &hdr.cred {
        cred(one, out);
    }
    meta(&hdr.meta, out);
    others(&hdr.other, out);
    out.close();
}

fn command<S: Sink>(command: &Command, depth: usize, out: &mut S) {
    match command {
        Command::Add(c) => item_command(tags::ADD, c, out),
        Command::Replace(c) => item_command(tags::REPLACE, c, out),
        Command::Delete(c) => item_command(tags::DELETE, c, out),
        Command::Copy(c) => item_command(tags::COPY, c, out),
        Command::Get(c) => item_command(tags::GET, c, out),
        Command::Exec(c) => item_command(tags::EXEC, c, out),
        Command::Alert(a) => alert(a, out),
        Command::Status(s) => status(s, out),
        Command::Results(r) => results(r, out),
        Command::Sequence(g) => group(tags::SEQUENCE, g, depth, out),
        Command::Atomic(g) => group(tags::ATOMIC, g, depth, out),
        Command::Unknown(element) => out.element(element),
    }
}

fn item_command<S: Sink>(tag: Tag, command: &ItemCommand, out: &mut S) {
    out.open(tag);
    out.leaf(tags::CMD_ID, &command.cmd_id);
    flag(tags::NO_RESP, command.no_resp, out);
    others(&command.other, out);
    meta(&command.meta, out);
    out.optional(tags::CORRELATOR, command.correlator.as_deref());
    items(&command.items, &command.meta, out);
    out.close();
}

fn alert<S: Sink>(alert: &Alert, out: &mut S) {
    out.open(tags::ALERT);
    out.leaf(tags::CMD_ID, &alert.cmd_id);
    flag(tags::NO_RESP, alert.no_resp, out);
    others(&alert.other, out);
    if alert.code.0 != 0 {
        out.leaf(tags::DATA, &alert.code.to_string());
    }
    out.optional(tags::CORRELATOR, alert.correlator.as_deref());
    items(&alert.items, &Meta::default(), out);
    out.close();
}

fn status<S: Sink>(status: &Status, out: &mut S) {
    out.open(tags::STATUS);
    out.leaf(tags::CMD_ID, &status.cmd_id);
    out.leaf(tags::MSG_REF, &status.msg_ref);
    out.leaf(tags::CMD_REF, &status.cmd_ref);
    out.leaf(tags::CMD, &status.cmd);
    for uri in &status.target_refs {
        out.leaf(tags::TARGET_REF, uri);
    }
    for uri in &status.source_refs {
        out.leaf(tags::SOURCE_REF, uri);
    }
    others(&status.other, out);
    if let Some(chal) = &status.chal {
        if chal.meta.is_empty() {
            out.empty(tags::CHAL);
        } else {
            out.open(tags::CHAL);
            meta(&chal.meta, out);
            out.close();
        }
    }
    out.leaf(tags::DATA, &status.code.to_string());
    items(&status.items, &Meta::default(), out);
    out.close();
}

fn results<S: Sink>(results: &Results, out: &mut S) {
    out.open(tags::RESULTS);
    out.leaf(tags::CMD_ID, &results.cmd_id);
    out.optional(tags::MSG_REF, results.msg_ref.as_deref());
    out.leaf(tags::CMD_REF, &results.cmd_ref);
    meta(&results.meta, out);
    out.optional(tags::TARGET_REF, results.target_ref.as_deref());
    out.optional(tags::SOURCE_REF, results.source_ref.as_deref());
    others(&results.other, out);
    items(&results.items, &results.meta, out);
    out.close();
}

fn group<S: Sink>(tag: Tag, group: &Group, depth: usize, out: &mut S) {
    out.open(tag);
    out.leaf(tags::CMD_ID, &group.cmd_id);
    flag(tags::NO_RESP, group.no_resp, out);
    meta(&group.meta, out);
    // Nothing that was decoded is deeper; a built one is cut, not trusted.
    if depth < MAX_DEPTH {
        for one in &group.commands {
            command(one, depth + 1, out);
        }
    }
    out.close();
}

fn items<S: Sink>(items: &[Item], defaults: &Meta, out: &mut S) {
    for one in items {
        item(one, defaults, out);
    }
}

fn item<S: Sink>(item: &Item, defaults: &Meta, out: &mut S) {
    let empty = item.target.is_none()
        && item.source.is_none()
        && item.other.is_empty()
        && item.meta.is_empty()
        && item.data.is_none()
        && !item.more_data;
    if empty {
        return out.empty(tags::ITEM);
    }
    out.open(tags::ITEM);
    if let Some(target) = &item.target {
        location(tags::TARGET, target, out);
    }
    if let Some(source) = &item.source {
        location(tags::SOURCE, source, out);
    }
    others(&item.other, out);
    // XML has no bytes: what is no text goes as base64, and Meta must say so (DM TND §7.7.2).
    let format = item.meta.format.as_ref().or(defaults.format.as_ref());
    let base64 = S::IS_XML
        && item
            .data
            .as_ref()
            .is_some_and(|data| needs_base64(data, format.map(String::as_str)));
    if base64 && format.is_none_or(|format| format != "b64") {
        let told = Meta {
            format: Some("b64".to_owned()),
            ..item.meta.clone()
        };
        meta(&told, out);
    } else {
        meta(&item.meta, out);
    }
    match &item.data {
        None => {}
        Some(data) if base64 => out.leaf(tags::DATA, &xml::base64(data.bytes())),
        Some(Data::Text(text)) => out.leaf(tags::DATA, text),
        Some(Data::Opaque(bytes)) if S::IS_XML => {
            out.leaf(tags::DATA, &String::from_utf8_lossy(bytes));
        }
        Some(Data::Opaque(bytes)) => {
            out.open(tags::DATA);
            out.opaque(bytes);
            out.close();
        }
        Some(Data::Markup(element)) => {
            out.open(tags::DATA);
            out.element(element);
            out.close();
        }
    }
    flag(tags::MORE_DATA, item.more_data, out);
    out.close();
}

/// True for data that XML can carry only as base64: raw bytes by their format, and everything
/// with characters that XML has not.
fn needs_base64(data: &Data, format: Option<&str>) -> bool {
    let text = match data {
        Data::Markup(_) => return false,
        Data::Text(text) => text.as_str(),
        Data::Opaque(_) if format == Some("bin") => return true,
        Data::Opaque(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return true,
        },
    };
    !text.chars().all(xml::is_xml)
}

fn cred<S: Sink>(cred: &Cred, out: &mut S) {
    out.open(tags::CRED);
    meta(&cred.meta, out);
    out.leaf(tags::DATA, &cred.data);
    out.close();
}

fn location<S: Sink>(tag: Tag, location: &Location, out: &mut S) {
    out.open(tag);
    out.leaf(tags::LOC_URI, &location.uri);
    out.optional(tags::LOC_NAME, location.name.as_deref());
    out.close();
}

fn meta<S: Sink>(meta: &Meta, out: &mut S) {
    if meta.is_empty() {
        return;
    }
    let number = |n: Option<u64>| n.map(|n| n.to_string());
    out.open(tags::META);
    out.optional(metinf::FORMAT, meta.format.as_deref());
    out.optional(metinf::TYPE, meta.media_type.as_deref());
    out.optional(metinf::MARK, meta.mark.as_deref());
    out.optional(metinf::SIZE, number(meta.size).as_deref());
    out.optional(metinf::NEXT_NONCE, meta.next_nonce.as_deref());
    out.optional(metinf::MAX_MSG_SIZE, number(meta.max_msg_size).as_deref());
    out.optional(metinf::MAX_OBJ_SIZE, number(meta.max_obj_size).as_deref());
    others(&meta.other, out);
    out.close();
}

fn others<S: Sink>(elements: &[Element], out: &mut S) {
    for element in elements {
        out.element(element);
    }
}

fn flag<S: Sink>(tag: Tag, set: bool, out: &mut S) {
    if set {
        out.empty(tag);
    }
}
