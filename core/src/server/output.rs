//! What a DM Server wants done and what it found.

use crate::codec::syncml::{AlertCode, StatusCode};

/// Order or fact of a DM Server, taken with `DmServer::poll` until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A fact to show; nothing to do.
    Event(Event),
    /// The answer to the message handled last.
    Answer(Answer),
}

/// A DM message, or none where HTTP itself refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status: 200 with a message; 400, 413, 415, 503 without.
    pub http_status: u16,
    /// Content-Type: the encoding of the request.
    pub content_type: String,
    /// Value of the `x-syncml-hmac` header, when the server proves itself by MAC.
    pub hmac: Option<String>,
    /// The SyncML message; empty unless 200.
    pub body: Vec<u8>,
    /// Number of the package: 2 or 4; 0 without a message.
    pub package: u8,
    /// MsgID; 0 without a message.
    pub msg_id: u32,
}

/// Receipt: what came of one command the server had sent (step 6 of the enabler).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Id of the step; empty when the plan gives none.
    pub step: String,
    /// Name of the command: `Add`, `Replace` …
    pub command: String,
    /// Target of the command.
    pub uri: String,
    /// The client's Status.
    pub code: StatusCode,
    /// Whether the plan takes the code for no failure, though it says no success.
    pub accepted: bool,
}

/// An alert by which the client tells something: 1224 or 1226.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerted {
    /// Code: 1224 or 1226.
    pub code: AlertCode,
    /// Correlator of the Exec it belongs to.
    pub correlator: Option<String>,
    /// Id of the step with that Exec; `None` when it belongs to none of this plan.
    pub step: Option<String>,
    /// Items, at least one.
    pub items: Vec<EventItem>,
}

/// Item of an alert by which the client tells something.
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
    /// Bytes of the Item's Data.
    pub data: Vec<u8>,
}

/// Fact that a DM Server found or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A client opened a session.
    SessionOpened {
        /// Source of the client's messages.
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
        /// Code of the Status for the SyncHdr.
        code: StatusCode,
    },
    /// A nonce was stored in the account.
    NonceRenewed {
        /// True for the client's nonce (ours to issue), false for the server's.
        client: bool,
        /// Bytes of the nonce.
        nonce: Vec<u8>,
    },
    /// What the device says of itself: nodes of DevInfo with their values.
    DeviceInfo {
        /// URI and value.
        nodes: Vec<(String, String)>,
    },
    /// The client told an event.
    Alerted(Alerted),
    /// An order of customer care was right (200) or not (401).
    OrderChecked {
        /// Status of the alert that brought it.
        code: StatusCode,
        /// What was ordered, or why it was refused.
        text: String,
    },
    /// A receipt of the session was signed; who keeps receipts stores it before the answer leaves.
    ReceiptIssued {
        /// Number in the chain.
        seq: u64,
        /// The receipt as COSE_Sign1.
        signed: Vec<u8>,
    },
    /// The client answered a receipt of a session; who keeps receipts stores the Status with it.
    ReceiptAnswered {
        /// Number in the chain.
        seq: u64,
        /// Status of the client.
        code: StatusCode,
    },
    /// A Status of the client was kept.
    ReceiptStored(Receipt),
    /// Results of a Get were kept.
    ResultsStored {
        /// Node that was read.
        uri: String,
        /// Value of the node, or its child list.
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
    /// A session whose client had proved nothing was forgotten, so that there is room for another.
    SessionDisplaced {
        /// Source of the client's messages.
        device: String,
    },
    /// The session is over.
    SessionEnded {
        /// Every command got its final Status.
        complete: bool,
        /// Reason of the end, for people.
        reason: String,
    },
}
