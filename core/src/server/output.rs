//! What a DM Server wants done and what it found.

use crate::codec::syncml::{AlertCode, StatusCode};

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
    /// Value of the `x-syncml-hmac` header, when the server proves itself by MAC.
    pub hmac: Option<String>,
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
    /// Id of the step; empty when the plan gives none.
    pub step: String,
    /// `Add`, `Replace` …
    pub command: String,
    /// Target.
    pub uri: String,
    /// The client's Status.
    pub code: StatusCode,
}

/// An alert by which the client tells something: 1224 or 1226.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerted {
    /// Which.
    pub code: AlertCode,
    /// Correlator of the Exec it belongs to.
    pub correlator: Option<String>,
    /// Id of the step with that Exec; `None` when it belongs to none of this plan.
    pub step: Option<String>,
    /// At least one.
    pub items: Vec<EventItem>,
}

/// What an Item of such an alert says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventItem {
    /// Node it is about.
    pub source: Option<String>,
    /// Meta Type.
    pub media_type: String,
    /// Meta Format.
    pub format: String,
    /// Importance; `informational` when not told.
    pub mark: String,
    /// The octets.
    pub data: Vec<u8>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A client opened a session.
    SessionOpened {
        /// Source of its messages.
        device: String,
        /// SessionID.
        session_id: String,
        /// True with Alert 1201, false with 1200.
        by_client: bool,
    },
    /// The client's credentials were right (212; 200 with MAC or where none are needed) or not
    /// (401, 407).
    ClientAuthenticated {
        /// AAuthName of the account it was measured by.
        name: String,
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
    /// What the device says of itself: nodes of DevInfo with their values.
    DeviceInfo {
        /// URI and value.
        nodes: Vec<(String, String)>,
    },
    /// The client told an event.
    Alerted(Alerted),
    /// A Status of the client was kept.
    ReceiptStored(Receipt),
    /// Results of a Get were kept.
    ResultsStored {
        /// Node that was read.
        uri: String,
        /// Its value or child list.
        value: Vec<u8>,
    },
    /// The user answered an alert.
    UserAnswered {
        /// Id of the step.
        step: String,
        /// The Status: 200, 304, 214, 408 …
        code: StatusCode,
        /// Text, or numbers of choices.
        answers: Vec<String>,
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
