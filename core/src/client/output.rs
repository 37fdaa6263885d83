//! What the DM Client wants done and what it found.

use super::alerts::DeviceAlert;
use super::question::{Answer, Question};
use crate::codec::http;
use crate::codec::syncml::StatusCode;
use crate::tree::Change;

/// Order or fact of a DM Client, taken with `DmClient::poll` until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A fact to show; nothing to do.
    Event(Event),
    /// Open a stream connection to the DM server.
    Connect {
        /// Host of the account's AppAddr.
        host: String,
        /// Port of the account's AppAddr; 80 or 443 when the address names none.
        port: u16,
        /// Whether by TLS.
        secure: bool,
    },
    /// Send a DM message.
    Send(Outgoing),
    /// Close the connection.
    Close,
    /// Ask the user; answer with `DmClient::handle_answer`.
    Ask(Question),
    /// Start a process of the device; answer with `DmClient::handle_executed`.
    Execute(Execution),
}

/// An Exec that the tree permits (DM RepPro §6.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    /// ServerID of the server that asks.
    pub server_id: String,
    /// Node that stands for the process.
    pub uri: String,
    /// Correlator for the generic alert that reports on a process answered with 202.
    pub correlator: Option<String>,
    /// Meta Format of the arguments.
    pub format: Option<String>,
    /// Meta Type of the arguments.
    pub media_type: Option<String>,
    /// Arguments: the bytes of Item Data.
    pub data: Vec<u8>,
}

/// A DM message in its HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The request; its body is the SyncML message.
    pub request: http::Request,
    /// Number of the package: 1 or 3.
    pub package: u8,
    /// MsgID of the message.
    pub msg_id: u32,
}

/// Fact that a DM Client found or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A Package #0 passed every check; a session begins.
    NotificationAccepted {
        /// ServerID of the account.
        server_id: String,
        /// SessionID, as in SyncHdr.
        session_id: String,
        /// The digest was made with the resynchronisation nonce.
        resync: bool,
    },
    /// A session begins of which the server wants the user to know (ui-mode 10); nothing waits for
    /// an answer.
    UserInformed {
        /// Text to show.
        text: String,
    },
    /// A session of the device's own will begins.
    SessionStarted {
        /// ServerID of the account.
        server_id: String,
        /// SessionID, as in SyncHdr.
        session_id: String,
    },
    /// A session of the device's own will cannot begin.
    StartRefused {
        /// Reason, for people.
        reason: String,
    },
    /// A server answered an alert of the device.
    AlertAnswered {
        /// Alert, as it was handed in.
        alert: DeviceAlert,
        /// The server's Status; 413 also when the alert is larger than the server's messages and
        /// was not sent.
        code: StatusCode,
    },
    /// A bootstrap document was taken.
    Bootstrapped {
        /// ServerIDs of the accounts it brought.
        servers: Vec<String>,
        /// Every node it changed, in order.
        changes: Vec<Change>,
    },
    /// A bootstrap document is the one that was taken before, and changes nothing.
    BootstrapKept,
    /// A bootstrap document was refused as a whole.
    BootstrapRefused {
        /// Rule it breaks, and where, for people.
        reason: String,
    },
    /// A push was ignored; nothing is sent back.
    NotificationRefused {
        /// Check that failed, for people.
        reason: String,
    },
    /// A message that cannot be read ended the session.
    MalformedMessage(crate::codec::DecodeError),
    /// The server's credentials were right (212, 200) or not (401, 407).
    ServerAuthenticated {
        /// Code of the Status for the SyncHdr.
        code: StatusCode,
    },
    /// The server took our credentials (212, 200) or not (401, 407).
    CredentialsAnswered {
        /// Code of the server's Status for the client's SyncHdr.
        code: StatusCode,
    },
    /// A nonce was stored in the account.
    NonceRenewed {
        /// True for CLCRED (ours towards the server), false for SRVCRED.
        ours: bool,
        /// Bytes of the nonce.
        nonce: Vec<u8>,
        /// AAuthData of the account's entry in the tree.
        changes: Vec<Change>,
    },
    /// A chunk of a large object was kept.
    ChunkStored {
        /// Target of the object.
        uri: String,
        /// Bytes received so far.
        received: usize,
        /// Bytes announced.
        total: Option<u64>,
    },
    /// The user answered.
    Answered(Answer),
    /// A command was worked through.
    CommandDone {
        /// Name of the command: `Add`, `Replace` …
        command: String,
        /// CmdID of the command.
        cmd_id: String,
        /// Target of the command.
        uri: String,
        /// Status of the command.
        code: StatusCode,
        /// Every node it changed, in order.
        changes: Vec<Change>,
    },
    /// A receipt of the server was checked.
    ReceiptChecked {
        /// Number by which it came.
        seq: String,
        /// What does not hold; `None` when all does.
        problem: Option<String>,
    },
    /// The session is over.
    SessionEnded {
        /// Whether in good order, after a package without commands.
        complete: bool,
        /// Reason of the end, for people.
        reason: String,
    },
}
