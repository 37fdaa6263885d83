//! A DM message in a few words.

use crate::codec::syncml::{Command, Message};

/// What a message says: `Alert 1200, Replace DevInfo, credentials`.
pub(super) fn contents(message: &Message) -> String {
    let mut parts: Vec<String> = Vec::new();
    collect(&message.commands, &mut parts);
    let statuses = message
        .commands
        .iter()
        .filter(|c| matches!(c, Command::Status(_)))
        .count();
    if statuses > 0 {
        parts.push(format!("{statuses} Status"));
    }
    if message.hdr.cred.is_some() {
        parts.push("credentials".to_owned());
    }
    let challenged = message
        .commands
        .iter()
        .any(|c| matches!(c, Command::Status(s) if s.chal.is_some()));
    if challenged {
        parts.push("next nonce".to_owned());
    }
    if message.is_final && parts.is_empty() {
        parts.push("end of session".to_owned());
    }
    parts.join(", ")
}

/// True when the message asks the other side to do something.
pub(super) fn has_work(message: &Message) -> bool {
    message
        .commands
        .iter()
        .any(|c| !matches!(c, Command::Status(_) | Command::Results(_)))
}

fn collect(commands: &[Command], parts: &mut Vec<String>) {
    for command in commands {
        match command {
            Command::Status(_) => {}
            Command::Sequence(group) | Command::Atomic(group) => collect(&group.commands, parts),
            Command::Alert(alert) => parts.push(format!("Alert {}", alert.code)),
            Command::Results(_) => parts.push("Results".to_owned()),
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => {
                let place = c.items.iter().find_map(|item| {
                    item.target
                        .as_ref()
                        .or(item.source.as_ref())
                        .map(|l| l.uri.as_str())
                });
                let place = match place {
                    Some(uri) if uri.starts_with("./DevInfo/") => "DevInfo",
                    Some(uri) => uri,
                    None => "",
                };
                parts.push(format!("{} {place}", command.name()));
            }
            Command::Unknown(element) => parts.push(element.name().to_owned()),
        }
    }
}
