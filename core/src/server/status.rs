//! Status of the server for what a client sends (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use crate::codec::syncml::{Command, Item, ItemCommand, Message, Results, Status, StatusCode};
use crate::dm::{header_status, wants_no_status};

/// The same Status for the header and every command of a message.
pub(super) fn refused(message: &Message, code: StatusCode) -> Vec<Command> {
    let mut answers = vec![Command::Status(header_status(&message.hdr, code))];
    answers.extend(
        message
            .commands
            .iter()
            .filter(|c| !matches!(c, Command::Status(_) | Command::Results(_)))
            .filter(|c| !wants_no_status(c))
            .map(|c| status(&message.hdr.msg_id, c, code)),
    );
    answers
}

/// The Status for a command.
pub(super) fn status(msg_ref: &str, command: &Command, code: StatusCode) -> Command {
    let source_refs = match command {
        Command::Replace(ItemCommand { items, .. }) if items.len() == 1 => sources(items),
        Command::Results(Results { items, .. }) => sources(items),
        _ => Vec::new(),
    };
    Command::Status(Status {
        msg_ref: msg_ref.to_owned(),
        cmd_ref: command.cmd_id().to_owned(),
        cmd: command.name().to_owned(),
        source_refs,
        code,
        ..Status::default()
    })
}

fn sources(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .filter_map(|i| i.source.as_ref())
        .map(|s| s.uri.clone())
        .collect()
}
