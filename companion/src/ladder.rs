//! A DM message for people: its commands, a line each, under the step that says it crossed.
//!
//! Prints what the core has read; judges nothing.

use dmsc_core::codec::syncml::{
    Alert, Command, Data, Encoding, Group, Item, ItemCommand, Message, Results, Status,
};
use std::fmt::Write as _;

/// Characters of a text that are shown.
const SHOWN: usize = 60;
/// Items of one command that are shown.
const ITEMS: usize = 8;

/// The lines of a message's commands, each indented; what cannot be read has none.
pub(crate) fn commands(bytes: &[u8], encoding: Encoding) -> String {
    let mut out = String::new();
    if let Ok(message) = Message::decode(bytes, encoding) {
        list(&message.commands, 2, &mut out);
        if !message.is_final {
            out.push_str("    (more of this package follows)\n");
        }
    }
    out
}

fn list(commands: &[Command], depth: usize, out: &mut String) {
    for command in commands {
        let mut line = "  ".repeat(depth);
        let mut inside: &[Command] = &[];
        match command {
            Command::Status(status) => line.push_str(&of_status(status)),
            Command::Results(results) => line.push_str(&of_results(results)),
            Command::Alert(alert) => line.push_str(&of_alert(alert)),
            Command::Sequence(Group { commands, .. }) | Command::Atomic(Group { commands, .. }) => {
                line.push_str(command.name());
                inside = commands;
            }
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => line.push_str(&of_items(command.name(), c)),
            Command::Unknown(element) => {
                let _ = write!(line, "{} (unknown)", element.name());
            }
        }
        out.push_str(&plain(&line));
        out.push('\n');
        list(inside, depth + 1, out);
    }
}

fn of_status(status: &Status) -> String {
    let mut line = format!("Status {} {}", status.code, status.code.meaning());
    let _ = write!(line, " · {}", status.cmd);
    if status.cmd_ref != "0" {
        let _ = write!(line, " {}", status.cmd_ref);
    }
    if let Some(uri) = status.target_refs.first().filter(|_| status.cmd_ref != "0") {
        let _ = write!(line, " {}", shortened(uri));
    }
    if let Some(chal) = &status.chal {
        let _ = write!(line, " · challenge {}", chal.auth_type());
    }
    for item in status.items.iter().take(ITEMS) {
        if let Some(data) = &item.data {
            let _ = write!(line, " · {}", of_data(data));
        }
    }
    line
}

fn of_results(results: &Results) -> String {
    let mut line = "Results".to_owned();
    for item in results.items.iter().take(ITEMS) {
        let _ = write!(line, " {}", of_item(item));
    }
    line
}

fn of_alert(alert: &Alert) -> String {
    let mut line = format!("Alert {} {}", alert.code, alert.code.meaning());
    for item in alert.items.iter().take(ITEMS) {
        if let Some(data) = &item.data {
            let _ = write!(line, " · {}", of_data(data));
        }
    }
    line
}

fn of_items(name: &str, command: &ItemCommand) -> String {
    let mut line = name.to_owned();
    for (n, item) in command.items.iter().enumerate() {
        if n == ITEMS {
            let _ = write!(line, ", and {} more", command.items.len() - ITEMS);
            break;
        }
        line.push_str(if n == 0 { " " } else { ", " });
        line.push_str(&of_item(item));
    }
    line
}

fn of_item(item: &Item) -> String {
    let mut line = String::new();
    let uri = |location: &Option<_>| -> Option<String> {
        location
            .as_ref()
            .map(|l: &dmsc_core::codec::syncml::Location| shortened(&l.uri))
    };
    match (uri(&item.source), uri(&item.target)) {
        (Some(source), Some(target)) => {
            let _ = write!(line, "{source} → {target}");
        }
        (Some(uri), None) | (None, Some(uri)) => line.push_str(&uri),
        (None, None) => line.push('–'),
    }
    if let Some(data) = &item.data {
        let _ = write!(line, " = {}", of_data(data));
    }
    if item.more_data {
        line.push_str(" (chunk)");
    }
    line
}

fn of_data(data: &Data) -> String {
    match data {
        Data::Text(text) => quoted(text),
        Data::Opaque(bytes) => octets(bytes),
        Data::Markup(element) => format!("<{}>", element.name()),
    }
}

/// Text as text, all else as its length.
pub(crate) fn octets(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => quoted(text),
        _ => format!("{} octets", bytes.len()),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// Enough of a text to know it again.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} octets)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// Text on one line, without characters that would steer the terminal.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_line_by_line() {
        let message = b"<SyncML><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>\
            <SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>d</LocURI></Target>\
            <Source><LocURI>s</LocURI></Source></SyncHdr><SyncBody>\
            <Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>\
            <Data>212</Data></Status>\
            <Sequence><CmdID>2</CmdID><Get><CmdID>3</CmdID><Item><Target>\
            <LocURI>./DevInfo/Man</LocURI></Target></Item></Get></Sequence>\
            </SyncBody></SyncML>";
        assert_eq!(
            commands(message, Encoding::Xml),
            "    Status 212 authentication accepted for the session · SyncHdr\n\
             \x20   Sequence\n\
             \x20     Get ./DevInfo/Man\n\
             \x20   (more of this package follows)\n"
        );
        assert_eq!(commands(b"<", Encoding::Xml), "");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\nb");
        assert_eq!(octets(&[0xFF, 0x00]), "2 octets");
        assert!(octets("x".repeat(100).as_bytes()).ends_with("… (100 octets)\""));
    }
}
