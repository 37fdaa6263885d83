//! Edits as text: one word and its value for each change.

use super::{Change, Edit, Place, UserReply};
use crate::codec::{hex, xml};
use crate::scenario::settings::UserAnswer;
use crate::trace::{EVENTS, EventKind};
use std::fmt;
use std::str::FromStr;

/// Bytes an edit may bring at most: more than any message of a run has.
const MAX_BYTES: usize = 65_536;

/// Milliseconds of the longest delay: one day.
const MAX_DELAY_MS: u32 = 86_400_000;

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
            Change::Swap => f.write_str("swap"),
            Change::Flip { byte, mask } => write!(f, "flip={byte}.{mask:02X}"),
            Change::Set { byte, bytes } => write!(f, "set={byte}.{}", hex::encode(bytes)),
            Change::Cut { length } => write!(f, "cut={length}"),
            Change::Value { path, text } => write!(f, "value={path}={text}"),
            Change::Without { path } => write!(f, "without={path}"),
            Change::Replace { bytes } => write!(f, "replace={}", hex::encode(bytes)),
            Change::ReplaceXml { xml } => write!(f, "replace-xml={xml}"),
            Change::Replay { n } => write!(f, "replay={n}"),
            Change::Answer { answer } => write!(f, "answer={answer}"),
            Change::CardOut => f.write_str("card-out"),
            Change::CardIn => f.write_str("card-in"),
            Change::Again { now: false } => f.write_str("again"),
            Change::Again { now: true } => f.write_str("again=now"),
            Change::PowerCut { writes: None } => f.write_str("power-cut"),
            Change::PowerCut {
                writes: Some(writes),
            } => write!(f, "power-cut={writes}"),
            Change::DevicePowerCut => f.write_str("device-power-cut"),
            Change::TreeFull => f.write_str("tree-full"),
            Change::CardFull => f.write_str("card-full"),
            Change::Expire => f.write_str("expire"),
            Change::NetworkGone => f.write_str("network-gone"),
            Change::NetworkBack => f.write_str("network-back"),
        }
    }
}

impl fmt::Display for UserReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UserReply::Word(answer) => f.write_str(answer.id()),
            UserReply::Text(text) => write!(f, "text.{text}"),
            UserReply::Choices(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                write!(f, "choose.{}", numbers.join(","))
            }
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

pub(super) fn change_of(text: &str) -> Result<Change, String> {
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
    if text.len() > 2 * MAX_BYTES + 64 {
        return Err(format!("a change brings at most {MAX_BYTES} bytes"));
    }
    match word {
        "drop" => alone(Change::Drop),
        "double" => alone(Change::Double),
        "delay" => number(MAX_DELAY_MS).map(|by_ms| Change::Delay { by_ms }),
        "swap" => alone(Change::Swap),
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
        "value" => match value.split_once('=') {
            Some((path, text)) if !path.is_empty() => Ok(Change::Value {
                path: path.to_owned(),
                text: text.to_owned(),
            }),
            _ => Err("value takes a part and its value: value=SyncHdr/VerProto=DM/2.0".to_owned()),
        },
        "without" => match value {
            "" => Err("without takes a part: without=SyncHdr/Cred".to_owned()),
            path => Ok(Change::Without {
                path: path.to_owned(),
            }),
        },
        "replace" => Ok(Change::Replace {
            bytes: bytes(value)?,
        }),
        "replace-xml" => match xml::document(value.as_bytes()) {
            Ok(_) => Ok(Change::ReplaceXml {
                xml: value.to_owned(),
            }),
            Err(error) => Err(format!("replace-xml takes a document: {error}")),
        },
        "replay" => match value.parse() {
            Ok(n) if n > 0 => Ok(Change::Replay { n }),
            _ => Err(
                "replay takes the number of an earlier message of its kind: replay=2".to_owned(),
            ),
        },
        "answer" => reply_of(value).map(|answer| Change::Answer { answer }),
        "card-out" => alone(Change::CardOut),
        "card-in" => alone(Change::CardIn),
        "again" => match value {
            "" | "now" => Ok(Change::Again {
                now: value == "now",
            }),
            _ => Err("again takes no value but now: again=now".to_owned()),
        },
        "power-cut" => match value {
            "" => Ok(Change::PowerCut { writes: None }),
            _ => number(MAX_BYTES as u32).map(|writes| Change::PowerCut {
                writes: Some(writes),
            }),
        },
        "device-power-cut" => alone(Change::DevicePowerCut),
        "tree-full" => alone(Change::TreeFull),
        "card-full" => alone(Change::CardFull),
        "expire" => alone(Change::Expire),
        "network-gone" => alone(Change::NetworkGone),
        "network-back" => alone(Change::NetworkBack),
        _ => Err(format!(
            "there is no change \"{}\"; there are drop, double, delay, swap, flip, set, cut, \
             value, without, replace, replace-xml, replay, answer, card-out, card-in, again, \
             power-cut, device-power-cut, tree-full, card-full, expire, network-gone, \
             network-back",
            word.escape_debug()
        )),
    }
}

fn reply_of(value: &str) -> Result<UserReply, String> {
    let wrong =
        || "answer takes accept, reject, cancel, none, abort, text.WORDS or choose.1,2".to_owned();
    match value.split_once('.') {
        Some(("text", text)) => Ok(UserReply::Text(text.to_owned())),
        Some(("choose", numbers)) => numbers
            .split(',')
            .map(|number| number.parse().map_err(|_| wrong()))
            .collect::<Result<_, _>>()
            .map(UserReply::Choices),
        _ => UserAnswer::from_id(value)
            .map(UserReply::Word)
            .ok_or_else(wrong),
    }
}
