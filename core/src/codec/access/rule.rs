//! Rules as values: for each group of operations the conditions that open them.

use super::tag::{ALWAYS, AND, CONDITION_BYTE, CREDENTIAL, MAX_DEPTH, MODES, NEVER, NOT, OR, USER};
use crate::codec::DecodeError;
use crate::codec::ber::{self, Tlv};
use crate::codec::input::{Input, Parsed, all, clause, prefix, whole};
use nom::Parser;
use nom::combinator::verify;
use nom::error::context;
use nom::multi::many1;

const CLAUSE: &str = "TS 102 221 §9.2";

/// A rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its entries; an operation happens when one of those that name it lets it.
    pub entries: Vec<Entry>,
}

/// Operations, and what must hold for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The operations, at least one.
    pub operations: Vec<Access>,
    /// The conditions, at least one; it is enough when one is met.
    pub conditions: Vec<Condition>,
}

/// A group of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Those of the bits of an access mode byte.
    Modes(u8),
    /// The commands with these bytes in their header.
    Command {
        /// Which bytes: 8 CLA, 4 INS, 2 P1, 1 P2.
        parts: u8,
        /// Their values.
        bytes: Vec<u8>,
    },
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Always,
    /// What never holds.
    Never,
    /// The PIN or code with this key reference was verified.
    Verified(u8),
    /// One of several.
    Or(Vec<Condition>),
    /// All of several.
    And(Vec<Condition>),
    /// None of several.
    Not(Vec<Condition>),
    /// Any other, which is never met; neither is its opposite.
    Unknown {
        /// Its tag.
        tag: u8,
        /// Its value.
        value: Vec<u8>,
    },
}

impl Rule {
    /// Reads a whole rule; the padding of a record does not belong to it.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(
            bytes,
            clause(CLAUSE, all(entry).map(|entries| Rule { entries })),
        )
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            for operation in &entry.operations {
                operation.write(&mut bytes);
            }
            for condition in &entry.conditions {
                condition.write(&mut bytes);
            }
        }
        bytes
    }
}

impl Access {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Access::Modes(modes) => ber::write(out, MODES, &[*modes]),
            Access::Command { parts, bytes } => ber::write(out, MODES | parts & 0x0F, bytes),
        }
    }
}

impl Condition {
    fn write(&self, out: &mut Vec<u8>) {
        let joined = |parts: &[Condition]| {
            let mut value = Vec::new();
            for part in parts {
                part.write(&mut value);
            }
            value
        };
        match self {
            Condition::Always => ber::write(out, ALWAYS, &[]),
            Condition::Never => ber::write(out, NEVER, &[]),
            Condition::Verified(reference) => {
                let value = [&[0x83, 0x01, *reference], &USER[..]].concat();
                ber::write(out, CREDENTIAL, &value);
            }
            Condition::Or(parts) => ber::write(out, OR, &joined(parts)),
            Condition::And(parts) => ber::write(out, AND, &joined(parts)),
            Condition::Not(parts) => ber::write(out, NOT, &joined(parts)),
            Condition::Unknown { tag, value } => ber::write(out, *tag, value),
        }
    }

    fn of(tlv: &Tlv<'_>, depth: usize) -> Condition {
        let known = match (tlv.tag, tlv.value) {
            (ALWAYS, _) | (CONDITION_BYTE, [0x00]) => Some(Condition::Always),
            (NEVER, _) | (CONDITION_BYTE, [0xFF]) => Some(Condition::Never),
            (CREDENTIAL, [0x83, 0x01, reference, usage @ ..])
                if usage == USER || usage.is_empty() =>
            {
                Some(Condition::Verified(*reference))
            }
            (OR, value) => parts(value, depth).map(Condition::Or),
            (AND, value) => parts(value, depth).map(Condition::And),
            (NOT, value) => parts(value, depth).map(Condition::Not),
            _ => None,
        };
        known.unwrap_or_else(|| Condition::Unknown {
            tag: tlv.tag,
            value: tlv.value.to_vec(),
        })
    }
}

/// Conditions inside a template; `None` when it has none, goes too deep or cannot be read.
fn parts(value: &[u8], depth: usize) -> Option<Vec<Condition>> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let parts = ber::read_all(value).ok()?;
    let parts: Vec<_> = parts
        .iter()
        .map(|part| Condition::of(part, depth + 1))
        .collect();
    (!parts.is_empty()).then_some(parts)
}

/// The entries at the beginning of a rule, as far as they can be read, each with its end.
pub(in crate::codec) fn read_entries(bytes: &[u8]) -> Vec<(Entry, usize)> {
    let mut entries = Vec::new();
    let mut rest = Input::new(bytes);
    while let Ok((entry, end)) = prefix(rest, entry) {
        entries.push((entry, end.offset()));
        rest = end;
    }
    entries
}

/// A rule up to the FF that fills its record.
pub(in crate::codec) fn up_to_padding(mut input: Input<'_>) -> Parsed<'_, Rule> {
    let mut rule = Rule::default();
    while !matches!(input.bytes().first(), None | Some(0xFF)) {
        let (rest, entry) = clause(CLAUSE, entry).parse(input)?;
        rule.entries.push(entry);
        input = rest;
    }
    Ok((input, rule))
}

fn entry(input: Input<'_>) -> Parsed<'_, Entry> {
    (many1(operation), many1(condition))
        .map(|(operations, conditions)| Entry {
            operations,
            conditions,
        })
        .parse(input)
}

fn operation(input: Input<'_>) -> Parsed<'_, Access> {
    let mode = verify(ber::object, |tlv: &Tlv<'_>| is_operation(tlv.tag));
    context("an access mode, 80 to 8F", mode)
        .map(|tlv| match (tlv.tag, tlv.value) {
            (MODES, [modes]) => Access::Modes(*modes),
            (tag, bytes) => Access::Command {
                parts: tag & 0x0F,
                bytes: bytes.to_vec(),
            },
        })
        .parse(input)
}

fn condition(input: Input<'_>) -> Parsed<'_, Condition> {
    let condition = verify(ber::object, |tlv: &Tlv<'_>| !is_operation(tlv.tag));
    context("a security condition", condition)
        .map(|tlv| Condition::of(&tlv, 0))
        .parse(input)
}

fn is_operation(tag: u8) -> bool {
    matches!(tag, 0x80..=0x8F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Shows CMD-29.
    #[test]
    fn the_worked_example_comes_back() {
        let text = "800101A406830101950108800102A40683010A950108800118A40683010A950108";
        let rule = Rule::decode(&hex::decode(text).unwrap()).unwrap();
        let operations = rule.entries.iter().map(|entry| entry.operations.clone());
        let modes = [0x01, 0x02, 0x18].map(|modes| vec![Access::Modes(modes)]);
        assert_eq!(operations.collect::<Vec<_>>(), modes);
        assert_eq!(rule.entries[0].conditions, [Condition::Verified(0x01)]);
        assert_eq!(hex::encode(&rule.encode()), text);
    }

    #[test]
    fn conditions_of_every_kind_come_back() {
        let text = "800101840132A00490009700AF029000A7 08A406830181950108C10101";
        let rule = Rule::decode(&hex::decode(&text.replace(' ', "")).unwrap()).unwrap();
        let conditions = [
            Condition::Or(vec![Condition::Always, Condition::Never]),
            Condition::Not(vec![Condition::Always]),
            Condition::And(vec![Condition::Verified(0x81)]),
            Condition::Unknown {
                tag: 0xC1,
                value: vec![0x01],
            },
        ];
        assert_eq!(rule.entries[0].conditions, conditions);
        assert_eq!(rule.entries[0].operations.len(), 2);
        assert_eq!(Rule::decode(&rule.encode()), Ok(rule));
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_place() {
        for (text, offset) in [
            ("9000", 0),
            ("800101", 3),
            ("80010190", 4),
            ("8001019000FF", 6),
            ("8001019000800101", 8),
        ] {
            let error = Rule::decode(&hex::decode(text).unwrap()).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
    }
}
