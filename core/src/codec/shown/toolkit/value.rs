//! Values of toolkit objects for showing: each in a line, and taken apart (ETSI TS 102 223 §8).

use crate::codec::shown::sms;
use crate::codec::toolkit::{
    Alpha, ChannelStatus, HostAddress, Text, Transport, additional_text, bcd, local,
};
use crate::codec::vocabulary::toolkit::{
    command, command_name, device_name, event_name, local_information_name, refresh_name,
    result_name, tag, unit_name,
};
use crate::codec::{Field, hex};

/// A value in a line.
pub(super) fn text(tag: u8, value: &[u8]) -> String {
    match (tag, value) {
        (tag::COMMAND_DETAILS, [number, kind, _]) => {
            format!("number {number}, {}", command_name(*kind))
        }
        (tag::DEVICE_IDENTITIES, [from, to]) => {
            format!("{} → {}", device_name(*from), device_name(*to))
        }
        (tag::RESULT, [code, additional @ ..]) => match additional_text(*code, additional) {
            Some(additional) => format!("{}, {additional}", result_name(*code)),
            None => result_name(*code).into_owned(),
        },
        (tag::EVENT_LIST, events) => events
            .iter()
            .map(|e| event_name(*e).into_owned())
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
        (tag::DURATION, [unit, count]) => format!("{count} {}", unit_name(*unit)),
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
pub(super) fn parts(tag: u8, value: &[u8], kind: u8) -> Vec<Field> {
    let part = |at: usize, name: &'static str, text: String| Field::new(name, at..at + 1, text);
    match (tag, value) {
        (tag::COMMAND_DETAILS, [number, kind, qualifier]) => vec![
            part(0, "Command number", number.to_string()).note("The terminal response repeats it."),
            part(
                1,
                "Type of command",
                format!("{kind:02X} {}", command_name(*kind)),
            )
            .clause("TS 102 223 §9.4"),
            part(2, "Command qualifier", qualifier_text(*kind, *qualifier)),
        ],
        (tag::DEVICE_IDENTITIES, [from, to]) => vec![
            part(0, "Source", format!("{from:02X} {}", device_name(*from))),
            part(1, "Destination", format!("{to:02X} {}", device_name(*to))),
        ],
        (tag::RESULT, [code, additional @ ..]) => {
            let mut fields = vec![part(
                0,
                "General result",
                format!("{code:02X} {}", result_name(*code)),
            )];
            if !additional.is_empty() {
                let hex = hex::spaced(additional);
                let text = match additional_text(*code, additional) {
                    Some(words) => format!("{hex} {words}"),
                    None => hex,
                };
                fields.push(
                    Field::new("Additional information", 1..value.len(), text)
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
                command::SEND_DATA => "Space left in the transmit buffer.",
                command::RECEIVE_DATA => "Octets wanted, or still waiting after this response.",
                _ => "Octets waiting in the receive buffer.",
            })]
        }
        (tag::SMS_TPDU, tpdu) => sms::fields(tpdu),
        (tag::CHANNEL_DATA, data) if !data.is_empty() => {
            vec![Field::new("Octets", 0..data.len(), printable(data))]
        }
        _ if value.is_empty() => Vec::new(),
        _ => vec![Field::new("Value", 0..value.len(), hex::spaced(value))],
    }
}

fn qualifier_text(kind: u8, qualifier: u8) -> String {
    let words = match (kind, qualifier) {
        (command::REFRESH, mode) => return format!("{mode:02X} {}", refresh_name(mode)),
        (command::PROVIDE_LOCAL_INFORMATION, what) => {
            return format!("{what:02X} {}", local_information_name(what));
        }
        (command::DISPLAY_TEXT, _) => &flags(
            qualifier,
            ["high priority", "", "", "", "", "", "", "wait for the user"],
        ),
        (command::GET_INKEY, _) => &flags(
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
        (command::GET_INPUT, _) => &flags(
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
        (command::SELECT_ITEM | command::SET_UP_MENU, _) => {
            &flags(qualifier, ["", "", "", "", "", "", "", "help available"])
        }
        (command::TIMER_MANAGEMENT, 0x00) => "start",
        (command::TIMER_MANAGEMENT, 0x01) => "deactivate",
        (command::TIMER_MANAGEMENT, 0x02) => "get current value",
        (command::CLOSE_CHANNEL, 0x00) => "close",
        (command::CLOSE_CHANNEL, 0x01) => "close, then listen again",
        (command::SEND_DATA, 0x00) => "store in the transmit buffer",
        (command::SEND_DATA, 0x01) => "send immediately",
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
