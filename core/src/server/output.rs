//! What the card's DM Server wants done and what it found.

use crate::codec::syncml::StatusCode;

/// Taken with `DmServer::poll`, in order, until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A fact for whoever watches; nothing to do.
    Event(Event),
    /// The answer to the message handled last.
    Answer(Answer),
}

/// A DM message, or none where HTTP itself refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status: 200 with a message; 400, 413, 415, 503 without.
    pub http_status: u16,
    /// Same encoding as the request.
    pub content_type: String,
    /// The SyncML message; empty unless 200.
    pub body: Vec<u8>,
    /// 2 or 4; 0 without a message.
    pub package: u8,
    /// MsgID; 0 without a message.
    pub msg_id: u32,
}

/// What came of one command the server had sent: the receipt (step 6 of the enabler).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `Add`, `Replace` …
    pub command: String,
    /// Target.
    pub uri: String,
    /// The client's Status.
    pub code: StatusCode,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The client's credentials were right (212) or not (401, 407).
    ClientAuthenticated {
        /// What the Status for the SyncHdr says.
        code: StatusCode,
    },
    /// A nonce was stored in the account.
    NonceRenewed {
        /// True for the client's nonce (ours to issue), false for the server's.
        client: bool,
        /// The octets.
        nonce: Vec<u8>,
    },
    /// A Status of the client was kept.
    ReceiptStored(Receipt),
    /// Results of a Get were kept.
    ResultsStored {
        /// Node that was read.
        uri: String,
        /// Its value or child list.
        value: Vec<u8>,
    },
    /// A message that cannot be read.
    MalformedMessage(crate::codec::DecodeError),
    /// The session is over.
    SessionEnded {
        /// Every command got its final Status.
        complete: bool,
        /// For people: how it ended.
        reason: String,
    },
}
