//! The Status of a header, and what a Status or a command says of itself
//! (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use crate::codec::syncml::{Command, Status, StatusCode, SyncHdr};

/// The Status for the header of a message of the peer.
pub(crate) fn header_status(hdr: &SyncHdr, code: StatusCode) -> Status {
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

/// The peer's Status for the header of our message with this MsgID.
pub(crate) fn find_header_status<'a>(
    answers: impl IntoIterator<Item = &'a Status>,
    our_msg_id: u32,
) -> Option<&'a Status> {
    let msg_ref = our_msg_id.to_string();
    let mut answers = answers.into_iter();
    answers.find(|status| status.cmd_ref == "0" && status.msg_ref == msg_ref)
}

/// Whether a Status asks for credentials: 401 and 407.
pub(crate) fn is_challenge(code: StatusCode) -> bool {
    matches!(
        code,
        StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED
    )
}

/// NoResp: the sender of a command wants no Status.
pub(crate) fn wants_no_status(command: &Command) -> bool {
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
