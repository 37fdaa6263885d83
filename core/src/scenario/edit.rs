//! Edits of a run: a place and a change. Their text is what links and command lines carry:
//! `message-sent.2:drop`, `user-asked:answer=reject`, `41:card-out`.

use super::settings::UserAnswer;
use crate::codec::hex;
use crate::trace::{EVENTS, Event, EventKind, Fate};
use std::fmt;
use std::str::FromStr;

/// Edits of one run at most.
pub const MAX_EDITS: usize = 32;

/// Bytes an edit may bring at most: more than any message of a run has.
const MAX_BYTES: usize = 65_536;

/// Milliseconds of the longest delay: one day.
const MAX_DELAY_MS: u32 = 86_400_000;

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
    /// Other bytes arrive.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The user answers this question so.
    Answer {
        /// The answer.
        answer: UserAnswer,
    },
    /// The card is taken out.
    CardOut,
    /// The card is put in again.
    CardIn,
    /// What brought the session about happens once more, when nobody wants anything more.
    Again,
    /// The card loses its power.
    PowerCut {
        /// Writes of its memory that still take effect; `None` when it goes at once.
        writes: Option<u32>,
    },
}

/// Why an edit cannot be read, or not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// The edit as it was given.
    pub edit: String,
    /// What is wrong with it, and what would be right.
    pub reason: String,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.edit.chars().take(80).collect();
        write!(f, "edit \"{}\": {}", shown.escape_debug(), self.reason)
    }
}

impl std::error::Error for EditError {}

impl Change {
    /// Whether the change can be made at a fact of this kind; if not, why.
    pub fn fits(&self, kind: EventKind) -> Result<(), &'static str> {
        let crosses = is_message(kind);
        let fits = match self {
            Change::CardOut | Change::CardIn | Change::Again | Change::PowerCut { .. } => {
                return Ok(());
            }
            Change::Answer { .. } => {
                return match kind {
                    EventKind::UserAsked | EventKind::DialogShown => Ok(()),
                    _ => Err("nobody is asked there; a question is user-asked or dialog-shown"),
                };
            }
            Change::Flip { .. }
            | Change::Set { .. }
            | Change::Cut { .. }
            | Change::Replace { .. } => crosses || is_inside_apdu(kind),
            Change::Drop | Change::Delay { .. } => crosses,
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

    /// What arrives of these bytes; `Err` when the change reaches beyond them.
    pub(super) fn altered(&self, sent: &[u8]) -> Result<Vec<u8>, String> {
        let beyond = |end: usize| format!("the message has {} bytes, not {end}", sent.len());
        let mut bytes = sent.to_vec();
        match self {
            Change::Flip { byte, mask } => match bytes.get_mut(*byte as usize) {
                Some(place) => *place ^= mask,
                None => return Err(beyond(*byte as usize + 1)),
            },
            Change::Set {
                byte,
                bytes: others,
            } => {
                let start = *byte as usize;
                let end = start.saturating_add(others.len());
                match bytes.get_mut(start..end) {
                    Some(place) => place.copy_from_slice(others),
                    None => return Err(beyond(end)),
                }
            }
            Change::Cut { length } => match *length as usize {
                length if length <= bytes.len() => bytes.truncate(length),
                length => return Err(beyond(length)),
            },
            Change::Replace { bytes: others } => bytes.clone_from(others),
            _ => {}
        }
        Ok(bytes)
    }

    /// What becomes of a message by it.
    pub(super) fn fate(&self) -> Option<Fate> {
        Some(match self {
            Change::Drop => Fate::Lost,
            Change::Double => Fate::Doubled,
            Change::Delay { by_ms } => Fate::Late { by_ms: *by_ms },
            Change::Flip { .. }
            | Change::Set { .. }
            | Change::Cut { .. }
            | Change::Replace { .. } => Fate::Altered,
            Change::Answer { .. }
            | Change::CardOut
            | Change::CardIn
            | Change::Again
            | Change::PowerCut { .. } => return None,
        })
    }
}

/// Kinds of facts that are messages on their way.
fn is_message(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::BootstrapSent
            | EventKind::NotificationSent
            | EventKind::MessageSent
            | EventKind::SmsSent
            | EventKind::SmsReportSent
            | EventKind::HttpRequestSent
            | EventKind::HttpResponseSent
            | EventKind::CommandApduSent
            | EventKind::ResponseApduSent
    )
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Step(id) => write!(f, "{id}"),
            Place::Nth { kind, n: 1 } => f.write_str(kind.row().key),
            Place::Nth { kind, n } => write!(f, "{}.{n}", kind.row().key),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Drop => f.write_str("drop"),
            Change::Double => f.write_str("double"),
            Change::Delay { by_ms } => write!(f, "delay={by_ms}"),
            Change::Flip { byte, mask } => write!(f, "flip={byte}.{mask:02X}"),
            Change::Set { byte, bytes } => write!(f, "set={byte}.{}", hex::encode(bytes)),
            Change::Cut { length } => write!(f, "cut={length}"),
            Change::Replace { bytes } => write!(f, "replace={}", hex::encode(bytes)),
            Change::Answer { answer } => write!(f, "answer={}", answer.id()),
            Change::CardOut => f.write_str("card-out"),
            Change::CardIn => f.write_str("card-in"),
            Change::Again => f.write_str("again"),
            Change::PowerCut { writes: None } => f.write_str("power-cut"),
            Change::PowerCut {
                writes: Some(writes),
            } => write!(f, "power-cut={writes}"),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.place, self.change)
    }
}

impl FromStr for Edit {
    type Err = EditError;

    fn from_str(text: &str) -> Result<Self, EditError> {
        let refuse = |reason: String| EditError {
            edit: text.to_owned(),
            reason,
        };
        let (place, change) = text
            .split_once(':')
            .ok_or_else(|| refuse("it is PLACE:CHANGE, such as message-sent.2:drop".to_owned()))?;
        let place = place_of(place).map_err(refuse)?;
        let change = change_of(change).map_err(refuse)?;
        if let Place::Nth { kind, .. } = place {
            change.fits(kind).map_err(|why| refuse(why.to_owned()))?;
        }
        Ok(Edit { place, change })
    }
}

fn place_of(text: &str) -> Result<Place, String> {
    if let Ok(id) = text.parse() {
        return Ok(Place::Step(id));
    }
    let (key, n) = text.split_once('.').unwrap_or((text, "1"));
    let kind = EventKind::from_key(key).ok_or_else(|| {
        let known: Vec<_> = EVENTS.iter().map(|row| row.key).collect();
        format!(
            "there is no kind of step \"{}\"; a place is a step's number, or one of {}",
            key.escape_debug(),
            known.join(", ")
        )
    })?;
    match n.parse() {
        Ok(n) if n > 0 => Ok(Place::Nth { kind, n }),
        _ => Err(format!(
            "\"{}\" does not count: the first is 1",
            n.escape_debug()
        )),
    }
}

fn change_of(text: &str) -> Result<Change, String> {
    let (word, value) = text.split_once('=').unwrap_or((text, ""));
    let number = |max: u32| match value.parse::<u32>() {
        Ok(n) if n <= max => Ok(n),
        _ => Err(format!("{word} takes a number from 0 to {max}: {word}=3")),
    };
    let bytes = |text: &str| match hex::decode(text) {
        Some(bytes) if bytes.len() <= MAX_BYTES => Ok(bytes),
        Some(_) => Err(format!("{word} takes at most {MAX_BYTES} bytes")),
        None => Err(format!("{word} takes bytes in hex, such as 00FF")),
    };
    let placed = |form: &str| {
        let wrong = || format!("{word} takes a place and bytes: {form}");
        let (byte, rest) = value.split_once('.').ok_or_else(wrong)?;
        Ok::<_, String>((byte.parse::<u32>().map_err(|_| wrong())?, bytes(rest)?))
    };
    let alone = |change: Change| match value {
        "" => Ok(change),
        _ => Err(format!("{word} takes no value")),
    };
    match word {
        "drop" => alone(Change::Drop),
        "double" => alone(Change::Double),
        "delay" => number(MAX_DELAY_MS).map(|by_ms| Change::Delay { by_ms }),
        "flip" => match placed("flip=10.FF")? {
            (byte, mask) if mask.len() == 1 && mask[0] != 0 => Ok(Change::Flip {
                byte,
                mask: mask[0],
            }),
            _ => Err("flip takes one byte of bits to turn over: flip=10.FF".to_owned()),
        },
        "set" => match placed("set=10.00FF")? {
            (_, bytes) if bytes.is_empty() => Err("set takes bytes: set=10.00FF".to_owned()),
            (byte, bytes) => Ok(Change::Set { byte, bytes }),
        },
        "cut" => number(MAX_BYTES as u32).map(|length| Change::Cut { length }),
        "replace" => Ok(Change::Replace {
            bytes: bytes(value)?,
        }),
        "answer" => match UserAnswer::from_id(value) {
            Some(answer) => Ok(Change::Answer { answer }),
            None => Err("answer takes accept, reject, cancel, none or abort".to_owned()),
        },
        "card-out" => alone(Change::CardOut),
        "card-in" => alone(Change::CardIn),
        "again" => alone(Change::Again),
        "power-cut" => match value {
            "" => Ok(Change::PowerCut { writes: None }),
            _ => number(MAX_BYTES as u32).map(|writes| Change::PowerCut {
                writes: Some(writes),
            }),
        },
        _ => Err(format!(
            "there is no change \"{}\"; there are drop, double, delay, flip, set, cut, replace, \
             answer, card-out, card-in, again, power-cut",
            word.escape_debug()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_comes_back_from_its_text() {
        for text in [
            "41:drop",
            "message-sent.2:drop",
            "message-sent:double",
            "notification-sent:delay=30000",
            "notification-sent:flip=10.FF",
            "http-response-sent.2:set=9.353030",
            "message-sent.2:cut=100",
            "response-apdu-sent.7:replace=6F00",
            "user-asked:answer=reject",
            "dialog-shown:answer=none",
            "command-applied.2:card-out",
            "session-ended:card-in",
            "session-ended.2:again",
            "command-apdu-sent.30:power-cut=3",
            "7:power-cut",
        ] {
            let edit: Edit = text.parse().unwrap();
            assert_eq!(edit.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_edit_says_what_would_be_one() {
        for (text, word) in [
            ("", "PLACE:CHANGE"),
            ("drop", "PLACE:CHANGE"),
            ("packet.1:drop", "there is no kind of step"),
            ("message-sent.0:drop", "the first is 1"),
            ("message-sent.99999:drop", "the first is 1"),
            ("-1:drop", "there is no kind of step"),
            ("1:burn", "there is no change"),
            ("1:drop=2", "takes no value"),
            ("1:delay=x", "takes a number"),
            ("1:delay=86400001", "86400000"),
            ("1:flip=2.00", "bits to turn over"),
            ("1:flip=2.0F0F", "bits to turn over"),
            ("1:set=2.", "set takes bytes"),
            ("1:set=2.F", "hex"),
            ("1:answer=maybe", "accept, reject"),
            ("user-asked:drop", "no message crosses there"),
            ("response-apdu-sent:double", "a response comes once"),
            ("envelope-sent:drop", "do that to the APDU"),
            ("message-sent:answer=reject", "nobody is asked there"),
        ] {
            let error = text.parse::<Edit>().unwrap_err();
            assert!(error.reason.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn a_change_beyond_the_message_is_refused() {
        let change = |text: &str| change_of(text).unwrap();
        assert_eq!(change("flip=1.81").altered(&[0, 1]), Ok(vec![0, 0x80]));
        assert_eq!(
            change("set=1.AABB").altered(&[0, 1, 2]),
            Ok(vec![0, 0xAA, 0xBB])
        );
        assert_eq!(change("cut=1").altered(&[5, 6]), Ok(vec![5]));
        for text in ["flip=2.01", "set=1.AABB", "cut=3"] {
            assert!(change(text).altered(&[0, 1]).is_err(), "{text}");
        }
    }
}
