//! What the DM Client wants done and what it found.

use crate::codec::http;
use crate::codec::syncml::StatusCode;
use crate::tree::Change;

/// Taken with `DmClient::poll`, in order, until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A fact for whoever watches; nothing to do.
    Event(Event),
    /// Open a stream connection to the DM server.
    Connect {
        /// From DMAcc AppAddr.
        host: String,
        /// From DMAcc AppAddr; 80 or 443 when the address names none.
        port: u16,
    },
    /// Send a DM message.
    Send(Outgoing),
    /// Close the connection.
    Close,
    /// Ask the user; answer with `DmClient::handle_answer`.
    Ask(Question),
}

/// A DM message in its HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The request; its body is the SyncML message.
    pub request: http::Request,
    /// 1 or 3.
    pub package: u8,
    /// MsgID.
    pub msg_id: u32,
}

/// A user interaction alert, ready to be shown (DM Protocol §10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// 1100–1104.
    pub code: u16,
    /// The text to show.
    pub text: String,
    /// Choices of 1103 and 1104.
    pub choices: Vec<String>,
    /// MINDT, seconds.
    pub min_display_s: Option<u32>,
    /// MAXDT, seconds: no answer until then is 408.
    pub max_display_s: Option<u32>,
    /// DR.
    pub default_response: Option<String>,
}

/// What the user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 1101: yes; 1100: seen.
    Accept,
    /// 1101: no.
    Reject,
    /// The user cancelled.
    Cancel,
    /// Nothing until MAXDT.
    NoAnswer,
    /// 1102: text.
    Text(String),
    /// 1103, 1104: numbers from 1.
    Choices(Vec<u32>),
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A Package #0 passed every check; a session begins.
    NotificationAccepted {
        /// ServerID of the account.
        server_id: String,
        /// As in SyncHdr.
        session_id: String,
        /// The digest was made with the resynchronisation nonce.
        resync: bool,
    },
    /// A push was ignored; nothing is sent back.
    NotificationRefused {
        /// Which check failed, for people.
        reason: String,
    },
    /// A message that cannot be read ended the session.
    MalformedMessage(crate::codec::DecodeError),
    /// The server's credentials were right (212) or not (401, 407).
    ServerAuthenticated {
        /// What the Status for the SyncHdr says.
        code: StatusCode,
    },
    /// The server took our credentials (212, 200) or not (401, 407).
    CredentialsAnswered {
        /// What the server's Status for our SyncHdr says.
        code: StatusCode,
    },
    /// A nonce was stored in the account.
    NonceRenewed {
        /// True for CLCRED (ours towards the server), false for SRVCRED.
        ours: bool,
        /// The octets.
        nonce: Vec<u8>,
        /// AAuthData of the account's entry in the tree.
        changes: Vec<Change>,
    },
    /// A chunk of a large object was kept.
    ChunkStored {
        /// Target of the object.
        uri: String,
        /// Octets so far.
        received: usize,
        /// Octets announced.
        total: Option<u64>,
    },
    /// The user answered.
    Answered(Answer),
    /// A command was worked through.
    CommandDone {
        /// `Add`, `Replace` …
        command: String,
        /// CmdID.
        cmd_id: String,
        /// Target.
        uri: String,
        /// The Status it gets.
        code: StatusCode,
        /// Every node it changed, in order.
        changes: Vec<Change>,
    },
    /// The session is over.
    SessionEnded {
        /// In good order, after a package without commands.
        complete: bool,
        /// For people: how it ended.
        reason: String,
    },
}
