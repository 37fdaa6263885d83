//! Status of the server for what a client sends, and what is found in the client's
//! (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use crate::codec::syncml::{
    Command, Item, ItemCommand, Message, Results, Status, StatusCode, SyncHdr,
};

/// NoResp: the sender wants no Status.
pub(super) fn wants_no_status(command: &Command) -> bool {
    match command {
        Command::Add(c)
        | Command::Replace(c)
        | Command::Delete(c)
        | Command::Copy(c)
        | Command::Get(c)
        | Command::Exec(c) => c.no_resp,
        Command::Alert(alert) => alert.no_resp,
        Command::Sequence(g) | Command::Atomic(g) => g.no_resp,
        Command::Status(_) | Command::Results(_) | Command::Unknown(_) => false,
    }
}

/// The same Status for the header and every command of a message.
pub(super) fn refused(message: &Message, code: StatusCode) -> Vec<Command> {
    let mut answers = vec![Command::Status(header_status_for(&message.hdr, code))];
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

pub(super) fn header_status_for(hdr: &SyncHdr, code: StatusCode) -> Status {
    Status {
        msg_ref: hdr.msg_id.clone(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.target.uri.clone()],
        source_refs: vec![hdr.source.uri.clone()],
        code,
        ..Status::default()
    }
}

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

/// The client's Status for the header of our last message.
pub(super) fn header_status(message: &Message, our_msg_id: u32) -> Option<&Status> {
    let msg_ref = our_msg_id.to_string();
    message.commands.iter().find_map(|c| match c {
        Command::Status(status) if status.cmd_ref == "0" && status.msg_ref == msg_ref => {
            Some(status)
        }
        _ => None,
    })
}

pub(super) fn is_challenge(code: StatusCode) -> bool {
    matches!(
        code,
        StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED
    )
}
