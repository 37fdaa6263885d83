//! Edits of a run: a place and a change. Their text is what links and command lines carry:
//! `message-sent.2:drop`, `user-asked:answer=reject`, `41:card-out`.

mod alter;
mod part;
#[cfg(test)]
mod tests;
mod text;

pub use text::EditError;

use super::settings::UserAnswer;
use crate::trace::{Event, EventKind, Fate};

/// Edits of one run at most.
pub const MAX_EDITS: usize = 32;

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Place of the run.
    pub place: Place,
    /// What is done there.
    pub change: Change,
}

/// Place of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Step with this id in the run as it is without the edit and with all edits before it.
    Step(u32),
    /// The n-th fact of a kind, from 1. It stays the same under other settings.
    Nth {
        /// Kind of fact.
        kind: EventKind,
        /// Number among the facts of the kind, from 1.
        n: u16,
    },
}

/// Change an edit makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The message is lost.
    Drop,
    /// The message arrives twice.
    Double,
    /// The message arrives later.
    Delay {
        /// Milliseconds later.
        by_ms: u32,
    },
    /// The next message of its kind arrives before it.
    Swap,
    /// Bits of one byte are turned over on the way.
    Flip {
        /// Place of the byte, from 0.
        byte: u32,
        /// Bits to turn over.
        mask: u8,
    },
    /// Other bytes take the place of some on the way.
    Set {
        /// Place of the first, from 0.
        byte: u32,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Only the beginning arrives.
    Cut {
        /// Bytes that arrive.
        length: u32,
    },
    /// One part has another value: an element of a document, a header of an HTTP message, a
    /// field of other bytes.
    Value {
        /// Names of the part and of what it lies in, such as `SyncHdr/VerProto`; `[2]` behind the
        /// last takes the second of its name.
        path: String,
        /// Text of the element or header; for a field its bytes in hex.
        text: String,
    },
    /// One part is left out: an element with all in it, a header, a field.
    Without {
        /// Names as in [`Change::Value`].
        path: String,
    },
    /// Other bytes arrive.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The document is replaced by this one, encoded as the one that was sent.
    ReplaceXml {
        /// The document as XML.
        xml: String,
    },
    /// What an earlier message of its kind was sent as arrives in its place.
    Replay {
        /// Number of that one among the messages of the kind, from 1.
        n: u16,
    },
    /// The user answers this question so.
    Answer {
        /// The answer.
        answer: UserReply,
    },
    /// The card is taken out.
    CardOut,
    /// The card is put in again.
    CardIn,
    /// What brought the session about happens once more.
    Again {
        /// At once; else when nobody wants anything more.
        now: bool,
    },
    /// The card loses its power.
    PowerCut {
        /// Writes of its memory that still take effect; `None` when it goes at once.
        writes: Option<u32>,
    },
    /// The device with its card loses its power and starts again.
    DevicePowerCut,
    /// The management tree has room for nothing more.
    TreeFull,
    /// The card's memory has room for no more files.
    CardFull,
    /// The card's timer that ends first ends now.
    Expire,
    /// The network is gone.
    NetworkGone,
    /// The network is there again.
    NetworkBack,
}

/// What the user answers to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserReply {
    /// A word.
    Word(UserAnswer),
    /// A text that is typed.
    Text(String),
    /// What is chosen from a list, by number from 1.
    Choices(Vec<u32>),
}

impl Change {
    /// Whether the change can be made at a fact of this kind; if not, why.
    pub fn fits(&self, kind: EventKind) -> Result<(), &'static str> {
        let crosses = is_message(kind);
        let fits = match self {
            Change::CardOut
            | Change::CardIn
            | Change::Again { .. }
            | Change::PowerCut { .. }
            | Change::DevicePowerCut
            | Change::TreeFull
            | Change::CardFull
            | Change::Expire
            | Change::NetworkGone
            | Change::NetworkBack => return Ok(()),
            Change::Answer { .. } => {
                return match kind {
                    EventKind::UserAsked | EventKind::DialogShown => Ok(()),
                    _ => Err("nobody is asked there; a question is user-asked or dialog-shown"),
                };
            }
            Change::ReplaceXml { .. } if crosses && !is_document(kind) => {
                return Err("no document crosses there; messages and bootstraps are some");
            }
            Change::Swap if crosses && !is_alone(kind) => {
                return Err("it is answered before the next can come");
            }
            Change::Flip { .. }
            | Change::Set { .. }
            | Change::Cut { .. }
            | Change::Value { .. }
            | Change::Without { .. }
            | Change::Replay { .. }
            | Change::Replace { .. } => crosses || is_inside_apdu(kind),
            // What lies in a message comes with it.
            Change::Delay { .. } if kind == EventKind::ReceiptSent => {
                return Err("it comes with the message that carries it: do that to the message");
            }
            Change::Drop | Change::Delay { .. } | Change::Swap | Change::ReplaceXml { .. } => {
                crosses
            }
            // The line between terminal and card is half duplex: nobody waits for a second
            // answer (ISO/IEC 7816-3 §10.2).
            Change::Double => crosses && kind != EventKind::ResponseApduSent,
        };
        match (fits, crosses || is_inside_apdu(kind)) {
            (true, _) => Ok(()),
            (false, false) => Err("no message crosses there"),
            (false, true) if is_inside_apdu(kind) => {
                Err("it travels inside an APDU: do that to the APDU")
            }
            (false, true) => Err("a response comes once"),
        }
    }

    /// What becomes of a message by it.
    pub(super) fn fate(&self) -> Option<Fate> {
        Some(match self {
            Change::Drop => Fate::Lost,
            Change::Double => Fate::Doubled,
            Change::Delay { by_ms } => Fate::Late { by_ms: *by_ms },
            Change::Swap => Fate::Overtaken,
            Change::Flip { .. }
            | Change::Set { .. }
            | Change::Cut { .. }
            | Change::Value { .. }
            | Change::Without { .. }
            | Change::Replay { .. }
            | Change::ReplaceXml { .. }
            | Change::Replace { .. } => Fate::Altered,
            Change::Answer { .. }
            | Change::CardOut
            | Change::CardIn
            | Change::Again { .. }
            | Change::PowerCut { .. }
            | Change::DevicePowerCut
            | Change::TreeFull
            | Change::CardFull
            | Change::Expire
            | Change::NetworkGone
            | Change::NetworkBack => return None,
        })
    }
}

/// Kinds of facts that are messages on their way.
fn is_message(kind: EventKind) -> bool {
    is_alone(kind)
        || matches!(
            kind,
            EventKind::MessageSent
                | EventKind::PacketAnswered
                | EventKind::ReceiptAsked
                | EventKind::ReceiptSent
                | EventKind::ShortMessageSent
                | EventKind::HttpRequestSent
                | EventKind::HttpResponseSent
                | EventKind::TlsRecordSent
                | EventKind::CommandApduSent
                | EventKind::ResponseApduSent
        )
}

/// Kinds of messages whose sender waits for no answer.
fn is_alone(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::BootstrapSent
            | EventKind::NotificationSent
            | EventKind::SmsSent
            | EventKind::SmsReportSent
            | EventKind::PacketSent
    )
}

/// Kinds of messages that are documents.
fn is_document(kind: EventKind) -> bool {
    matches!(kind, EventKind::BootstrapSent | EventKind::MessageSent)
}

/// Kinds of facts that are messages inside an APDU and share its way.
fn is_inside_apdu(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::TerminalProfileSent
            | EventKind::ProactiveCommandSent
            | EventKind::TerminalResponseSent
            | EventKind::EnvelopeSent
    )
}

impl Place {
    /// Place of a step by its kind, so that it stays the same when other settings or edits move
    /// the steps: which of its kind it is, among the events up to it.
    pub fn of<'a>(events: impl Iterator<Item = &'a Event>) -> Option<Place> {
        let kinds: Vec<EventKind> = events.map(Event::kind).collect();
        let kind = *kinds.last()?;
        let n = kinds.iter().filter(|other| **other == kind).count();
        u16::try_from(n).ok().map(|n| Place::Nth { kind, n })
    }
}
