//! A DM message as the values a trace keeps of it.

use crate::codec::syncml::{Command, Message};
use crate::trace::Carried;

/// What a message carries: commands in their order, then Statuses, credentials and nonce.
pub(in crate::scenario) fn carried(message: &Message) -> Vec<Carried> {
    let mut parts = Vec::new();
    collect(&message.commands, &mut parts);
    let statuses = message.commands.iter();
    let statuses = statuses.filter(|c| matches!(c, Command::Status(_))).count() as u32;
    if statuses > 0 {
        parts.push(Carried::Statuses(statuses));
    }
    if message.hdr.cred.is_some() {
        parts.push(Carried::Credentials);
    }
    let challenge = |c: &Command| matches!(c, Command::Status(s) if s.chal.is_some());
    if message.commands.iter().any(challenge) {
        parts.push(Carried::NextNonce);
    }
    parts
}

/// True when the message asks the other side to do something.
pub(in crate::scenario) fn has_work(message: &Message) -> bool {
    message
        .commands
        .iter()
        .any(|c| !matches!(c, Command::Status(_) | Command::Results(_)))
}

fn collect(commands: &[Command], parts: &mut Vec<Carried>) {
    for command in commands {
        match command {
            Command::Status(_) => {}
            Command::Sequence(group) | Command::Atomic(group) => collect(&group.commands, parts),
            Command::Alert(alert) => parts.push(Carried::Alert(alert.code.0)),
            Command::Results(_) => parts.push(Carried::Results),
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => {
                let place = c.items.iter().find_map(|item| {
                    let place = item.target.as_ref().or(item.source.as_ref());
                    place.map(|place| place.uri.clone())
                });
                parts.push(Carried::Command {
                    name: command.name().to_owned(),
                    uri: place.unwrap_or_default(),
                });
            }
            Command::Unknown(element) => parts.push(Carried::Unknown(element.name().to_owned())),
        }
    }
}
