//! What actors tell, in the words of the trace.
//!
//! Facts that a later one says better are left out: the Status of an Alert or of a group, and
//! credentials that the other side has checked.

use super::carried::carried;
use crate::client;
use crate::codec::shown;
use crate::codec::syncml::{Encoding, Message};
use crate::codec::tls::Record;
use crate::server;
use crate::trace::Event;
use crate::tree::Change;

/// A record of TLS, in the standard's words as far as it is in clear.
pub(in crate::scenario) fn of_record(record: &[u8]) -> Event {
    let content = match Record::decode(record) {
        Ok(record) => shown::tls::name(&record),
        Err(_) => "no record",
    };
    Event::TlsRecordSent {
        content: content.to_owned(),
    }
}

/// A fact of the DM Client and what it changed in the tree.
pub(in crate::scenario) fn of_client(event: client::Event) -> Option<(Event, Vec<Change>)> {
    let mut changed = Vec::new();
    let event = match event {
        client::Event::NotificationAccepted {
            server_id,
            session_id,
            resync,
        } => Event::NotificationAccepted {
            server_id,
            session_id,
            resync,
        },
        client::Event::UserInformed { text } => Event::UserInformed { text },
        client::Event::NotificationRefused { reason } => Event::NotificationRefused { reason },
        client::Event::Bootstrapped { servers, changes } => {
            changed = changes;
            Event::BootstrapTaken { servers }
        }
        client::Event::BootstrapKept => Event::BootstrapKept,
        client::Event::BootstrapRefused { reason } => Event::BootstrapRefused { reason },
        client::Event::SessionStarted {
            server_id,
            session_id,
        } => Event::SessionStarted {
            server_id,
            session_id,
        },
        client::Event::MalformedMessage(error) => Event::MalformedReceived {
            error: error.to_string(),
        },
        client::Event::ServerAuthenticated { code } => Event::CredentialsChecked { code: code.0 },
        client::Event::NonceRenewed { ours, changes, .. } => {
            changed = changes;
            renewed(ours)
        }
        client::Event::ChunkStored {
            uri,
            received,
            total,
        } => Event::ChunkStored {
            uri,
            received: received as u64,
            total,
        },
        client::Event::CommandDone {
            command,
            cmd_id,
            uri,
            code,
            changes,
        } => {
            if is_frame(&command) {
                return None;
            }
            changed = changes;
            Event::CommandApplied {
                command,
                cmd_id,
                uri,
                code: code.0,
            }
        }
        client::Event::ReceiptChecked { seq, problem } => Event::ReceiptChecked { seq, problem },
        client::Event::SessionEnded { complete, reason } => {
            Event::SessionEnded { complete, reason }
        }
        // The trace tells an answer with its question, and the messages tell the rest.
        client::Event::CredentialsAnswered { .. }
        | client::Event::Answered(_)
        | client::Event::StartRefused { .. }
        | client::Event::AlertAnswered { .. } => return None,
    };
    Some((event, changed))
}

/// A fact of the card's DM Server.
pub(in crate::scenario) fn of_server(event: server::Event) -> Option<Event> {
    Some(match event {
        server::Event::ClientAuthenticated { code, .. } => {
            Event::CredentialsChecked { code: code.0 }
        }
        server::Event::NonceRenewed { client, .. } => renewed(client),
        server::Event::ReceiptStored(receipt) => {
            if is_frame(&receipt.command) {
                return None;
            }
            Event::ReceiptStored {
                command: receipt.command,
                uri: receipt.uri,
                code: receipt.code.0,
                accepted: receipt.accepted,
            }
        }
        server::Event::ResultsStored { uri, value } => Event::ResultsStored {
            uri,
            value: String::from_utf8_lossy(&value).into_owned(),
        },
        // Seen in the messages themselves.
        server::Event::SessionOpened { .. }
        | server::Event::SessionDisplaced { .. }
        | server::Event::DeviceInfo { .. }
        | server::Event::Alerted(_)
        | server::Event::ReceiptIssued { .. }
        | server::Event::ReceiptAnswered { .. }
        | server::Event::UserAnswered { .. } => return None,
        server::Event::OrderChecked { code, text } => Event::OrderChecked { code: code.0, text },
        server::Event::MalformedMessage(error) => Event::MalformedReceived {
            error: error.to_string(),
        },
        server::Event::SessionEnded { complete, reason } => {
            Event::SessionEnded { complete, reason }
        }
    })
}

/// A message on its way.
pub(in crate::scenario) fn of_message(
    message: &Message,
    package: u8,
    msg_id: u32,
    encoding: Encoding,
) -> Event {
    Event::MessageSent {
        package,
        session_id: message.hdr.session_id.clone(),
        msg_id,
        wbxml: encoding == Encoding::Wbxml,
        last: message.is_final,
        carries: carried(message),
    }
}

fn renewed(client: bool) -> Event {
    Event::NonceRenewed {
        credential: if client { "client" } else { "server" }.to_owned(),
    }
}

/// Commands that change nothing themselves.
fn is_frame(command: &str) -> bool {
    matches!(command, "Alert" | "Sequence" | "Atomic" | "SyncHdr")
}
