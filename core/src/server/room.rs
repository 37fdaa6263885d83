//! What the messages of a session have room for (OMA-TS-DM_Protocol-V1_2_1 §6, §7).

use super::config::Terms;
use super::header::hdr;
use super::session::Session;
use crate::codec::auth::AuthType;
use crate::codec::syncml::sizing;
use crate::codec::syncml::{Chal, Command, Data, Message, Meta, Status, StatusCode};
use crate::dm::LONG_ID;

/// Messages a command waits for one with room.
pub(super) const MAX_PUT_OFF: u8 = 4;

/// Why a command is not sent: a group goes in one message or not at all, and what else cannot be
/// cut is the URI.
pub(super) fn no_room(command: &Command) -> StatusCode {
    match command {
        Command::Sequence(_) | Command::Atomic(_) => StatusCode::TOO_LARGE,
        _ => StatusCode::URI_TOO_LONG,
    }
}

/// The part of data that no chunk is smaller than.
pub(super) fn least_data(data: &Data) -> Data {
    sizing::smallest(data).map_or_else(|| data.clone(), |(head, _)| head)
}

/// The command with the smallest first chunk of its data.
pub(super) fn smallest(mut command: Command) -> Command {
    if let Command::Add(c) | Command::Replace(c) = &mut command {
        for item in &mut c.items {
            if let Some(data) = &item.data
                && let Some((head, _)) = sizing::smallest(data)
            {
                item.meta.size = Some(data.bytes().len() as u64);
                item.data = Some(head);
                item.more_data = true;
            }
        }
    }
    command
}

/// Whether no message could hold the command, were it sent alone and in the smallest chunks: its
/// URI or its type is longer than what the client takes at once.
pub(super) fn too_long(session: &Session, command: Command, terms: &Terms<'_>) -> bool {
    let command = smallest(command);
    // The least there is beside it: a header without credentials, and the Status for the client's
    // header and its Alert 1222. MAC has its name and its nonce in each message.
    let mut hdr = hdr(session, terms);
    hdr.msg_id = LONG_ID.to_owned();
    hdr.cred = None;
    if session.own_type != AuthType::Mac {
        hdr.source.name = None;
    }
    hdr.meta = Meta::default();
    let client = &terms.account.client;
    let chal = (!client.name.is_empty() && client.auth_type == AuthType::Mac)
        .then(|| Chal::mac(session.client_nonce()));
    let answer = Command::Status(Status {
        cmd_id: "1".to_owned(),
        msg_ref: LONG_ID.to_owned(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.source.uri.clone()],
        source_refs: vec![hdr.target.uri.clone()],
        chal,
        code: StatusCode::OK,
        ..Status::default()
    });
    let next = Command::Status(Status {
        cmd_id: "2".to_owned(),
        msg_ref: LONG_ID.to_owned(),
        cmd_ref: LONG_ID.to_owned(),
        cmd: "Alert".to_owned(),
        code: StatusCode::OK,
        ..Status::default()
    });
    let message = Message {
        hdr,
        commands: vec![answer, next, command],
        is_final: true,
    };
    message.encode(session.encoding).len() > session.peer.max_msg_size
}
