//! Toolkit messages taken apart: the outer BER-TLV, its objects, their parts.

use super::object::bcd;
use super::{Alpha, ChannelStatus, HostAddress, Text, Transport, local, names, tag};
use crate::codec::ber::{self, Tlv};
use crate::codec::{Field, hex};

/// A proactive command or an envelope: one BER-TLV with objects inside.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    match ber::read(bytes, 0) {
        Ok(outer) => {
            let start = outer.value_range.start;
            let children = object_fields(outer.value)
                .into_iter()
                .map(|c| c.shifted(start));
            let name = names::envelope(outer.tag);
            let mut fields = vec![
                Field::new("Tag", 0..1, format!("{:02X} {name}", outer.tag))
                    .clause("TS 101 220 §7.2"),
                Field::new("Length", 1..start, outer.value.len().to_string())
                    .clause("TS 101 220 §7.1.2"),
            ];
            fields.extend(children);
            if outer.range.end < bytes.len() {
                fields.push(rest(bytes, outer.range.end, "Bytes after the last object."));
            }
            fields
        }
        Err(error) => vec![rest(bytes, 0, error.to_string())],
    }
}

/// A string of COMPREHENSION-TLV objects, as in a TERMINAL RESPONSE.
pub fn object_fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut offset = 0;
    let mut kind = 0;
    while offset < bytes.len() {
        match ber::read(bytes, offset) {
            Ok(tlv) => {
                if tlv.tag & 0x7F == tag::COMMAND_DETAILS {
                    kind = tlv.value.get(1).copied().unwrap_or_default();
                }
                offset = tlv.range.end;
                fields.push(object(&tlv, kind));
            }
            Err(error) => {
                fields.push(rest(bytes, offset, error.to_string()));
                break;
            }
        }
    }
    fields
}

fn rest(bytes: &[u8], from: usize, note: impl Into<std::borrow::Cow<'static, str>>) -> Field {
    Field::new("unreadable", from..bytes.len(), hex::spaced(&bytes[from..])).note(note)
}

fn object(tlv: &Tlv<'_>, kind: u8) -> Field {
    let bare = tlv.tag & 0x7F;
    let (name, clause) = names::object(bare);
    let start = tlv.value_range.start;
    let value = value_text(bare, tlv.value);
    let note = if tlv.tag & 0x80 != 0 {
        "Comprehension required: a receiver that does not understand it must refuse."
    } else {
        "Comprehension not required: a receiver may skip it."
    };
    let mut children = vec![
        Field::new(
            "Tag",
            tlv.range.start..tlv.range.start + 1,
            format!("{:02X}", tlv.tag),
        )
        .clause("TS 101 220 §7.1.1")
        .note(note),
        Field::new(
            "Length",
            tlv.range.start + 1..start,
            tlv.value.len().to_string(),
        )
        .clause("TS 101 220 §7.1.2"),
    ];
    children.extend(
        parts(bare, tlv.value, kind)
            .into_iter()
            .map(|c| c.shifted(start)),
    );
    Field::new(name, tlv.range.clone(), value)
        .clause(clause)
        .children(children)
}

fn value_text(tag: u8, value: &[u8]) -> String {
    match (tag, value) {
        (tag::COMMAND_DETAILS, [number, kind, _]) => {
            format!("number {number}, {}", names::command(*kind))
        }
        (tag::DEVICE_IDENTITIES, [from, to]) => {
            format!("{} → {}", names::device(*from), names::device(*to))
        }
        (tag::RESULT, [code, ..]) => names::result(*code).into_owned(),
        (tag::EVENT_LIST, events) => events
            .iter()
            .map(|e| names::event(*e).into_owned())
            .collect::<Vec<_>>()
            .join(", "),
        (tag::TIMER_ID, [n]) => format!("timer {n}"),
        (tag::TIMER_VALUE, [h, m, s]) => match bcd::seconds([*h, *m, *s]) {
            Some(seconds) => {
                format!(
                    "{:02}:{:02}:{:02}",
                    seconds / 3600,
                    seconds / 60 % 60,
                    seconds % 60
                )
            }
            None => hex::spaced(value),
        },
        (tag::CHANNEL_STATUS, [a, b]) => ChannelStatus::decode([*a, *b]).to_string(),
        (tag::CHANNEL_DATA_LENGTH, [0xFF]) => "255 or more".to_owned(),
        (tag::CHANNEL_DATA_LENGTH, [n]) => n.to_string(),
        (tag::BUFFER_SIZE, [a, b]) => u16::from_be_bytes([*a, *b]).to_string(),
        (tag::TRANSPORT, [a, b, c]) => Transport::decode([*a, *b, *c]).to_string(),
        (tag::CHANNEL_DATA, data) => format!("{} B", data.len()),
        (tag::TEXT | tag::DEFAULT_TEXT, value) => Text::decode(value).to_string(),
        (tag::ALPHA, value) => Alpha(value.to_vec()).to_string(),
        (tag::ITEM, [id, text @ ..]) => format!("{id} {}", Alpha(text.to_vec())),
        (tag::ITEM_ID, [id]) => id.to_string(),
        (tag::RESPONSE_LENGTH, [min, 0xFF]) => format!("{min} or more"),
        (tag::RESPONSE_LENGTH, [min, max]) => format!("{min} to {max}"),
        (tag::URL, url) => String::from_utf8_lossy(url).into_owned(),
        (tag::LANGUAGE, language) => String::from_utf8_lossy(language).into_owned(),
        (tag::OTHER_ADDRESS, value) => match HostAddress::decode(value) {
            Some(address) => address.to_string(),
            None => hex::spaced(value),
        },
        (tag::DURATION, [unit, count]) => format!("{count} {}", names::unit(*unit)),
        (tag::IMEI, value) => local::imei_digits(value).unwrap_or_else(|| hex::spaced(value)),
        (tag::FILE_LIST, value) => match local::file_list_paths(value) {
            Some(paths) => paths
                .iter()
                .map(|path| {
                    let ids: Vec<String> = path.iter().map(|id| format!("{id:04X}")).collect();
                    ids.join("/")
                })
                .collect::<Vec<_>>()
                .join(", "),
            None => hex::spaced(value),
        },
        _ => hex::spaced(value),
    }
}

/// The parts of a value; empty when the value is one part.
fn parts(tag: u8, value: &[u8], kind: u8) -> Vec<Field> {
    let part = |at: usize, name: &'static str, text: String| Field::new(name, at..at + 1, text);
    match (tag, value) {
        (tag::COMMAND_DETAILS, [number, kind, qualifier]) => vec![
            part(0, "Command number", number.to_string()).note("The terminal response repeats it."),
            part(
                1,
                "Type of command",
                format!("{kind:02X} {}", names::command(*kind)),
            )
            .clause("TS 102 223 §9.4"),
            part(2, "Command qualifier", qualifier_text(*kind, *qualifier)),
        ],
        (tag::DEVICE_IDENTITIES, [from, to]) => vec![
            part(0, "Source", format!("{from:02X} {}", names::device(*from))),
            part(1, "Destination", format!("{to:02X} {}", names::device(*to))),
        ],
        (tag::RESULT, [code, additional @ ..]) => {
            let mut fields = vec![part(
                0,
                "General result",
                format!("{code:02X} {}", names::result(*code)),
            )];
            if !additional.is_empty() {
                fields.push(
                    Field::new(
                        "Additional information",
                        1..value.len(),
                        hex::spaced(additional),
                    )
                    .clause("TS 102 223 §8.12"),
                );
            }
            fields
        }
        (tag::CHANNEL_STATUS, [a, b]) => {
            let status = ChannelStatus::decode([*a, *b]);
            vec![
                part(0, "Channel and state", format!("{a:02X}: {status}")),
                part(1, "Further information", format!("{b:02X}")),
            ]
        }
        (tag::TRANSPORT, [a, b, c]) => vec![
            part(0, "Protocol type", format!("{a:02X}")),
            Field::new(
                "Port number",
                1..3,
                u16::from_be_bytes([*b, *c]).to_string(),
            ),
        ],
        (tag::CHANNEL_DATA_LENGTH, [n]) => {
            vec![part(0, "Octets", n.to_string()).note(match kind {
                0x43 => "Space left in the transmit buffer.",
                0x42 => "Octets wanted, or still waiting after this response.",
                _ => "Octets waiting in the receive buffer.",
            })]
        }
        (tag::CHANNEL_DATA, data) if !data.is_empty() => {
            vec![Field::new("Octets", 0..data.len(), printable(data))]
        }
        _ if value.is_empty() => Vec::new(),
        _ => vec![Field::new("Value", 0..value.len(), hex::spaced(value))],
    }
}

fn qualifier_text(kind: u8, qualifier: u8) -> String {
    let words = match (kind, qualifier) {
        (0x01, mode) => return format!("{mode:02X} {}", names::refresh(mode)),
        (0x26, what) => return format!("{what:02X} {}", names::local_information(what)),
        (0x21, _) => &flags(
            qualifier,
            ["high priority", "", "", "", "", "", "", "wait for the user"],
        ),
        (0x22, _) => &flags(
            qualifier,
            [
                "alphabet",
                "UCS2",
                "yes or no",
                "at once",
                "",
                "",
                "",
                "help available",
            ],
        ),
        (0x23, _) => &flags(
            qualifier,
            [
                "alphabet",
                "UCS2",
                "hidden",
                "packed",
                "",
                "",
                "",
                "help available",
            ],
        ),
        (0x24 | 0x25, _) => &flags(qualifier, ["", "", "", "", "", "", "", "help available"]),
        (0x27, 0x00) => "start",
        (0x27, 0x01) => "deactivate",
        (0x27, 0x02) => "get current value",
        (0x41, 0x00) => "close",
        (0x41, 0x01) => "close, then listen again",
        (0x43, 0x00) => "store in the transmit buffer",
        (0x43, 0x01) => "send immediately",
        _ => return format!("{qualifier:02X}"),
    };
    format!("{qualifier:02X} {words}").trim_end().to_owned()
}

/// Names of the bits that are set, from bit 1.
fn flags(qualifier: u8, names: [&'static str; 8]) -> String {
    let set = names
        .iter()
        .enumerate()
        .filter(|(bit, name)| qualifier >> bit & 1 == 1 && !name.is_empty());
    let set: Vec<&str> = set.map(|(_, name)| *name).collect();
    set.join(", ")
}

/// ASCII with dots, at most 64 characters: a taste, the bytes stand beside it.
fn printable(data: &[u8]) -> String {
    let mut text: String = data
        .iter()
        .take(64)
        .map(|b| {
            if (0x20..0x7F).contains(b) {
                char::from(*b)
            } else {
                '·'
            }
        })
        .collect();
    if data.len() > 64 {
        text.push('…');
    }
    text
}
