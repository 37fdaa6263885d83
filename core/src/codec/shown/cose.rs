//! Orders and receipts for showing: COSE_Sign1 messages down to the heads of their items
//! (RFC 9052 §4.2; RFC 8949 §3).

use super::part::unreadable;
use crate::codec::cose::cbor::{Major, head};
use crate::codec::input::{Input, prefix};
use crate::codec::vocabulary::cose::{order_name, receipt_name};
use crate::codec::{DecodeError, Field, hex};
use std::ops::Range;

const COSE: &str = "RFC 9052 §4.2";
const HEADER: &str = "RFC 9052 §3.1";
const CBOR: &str = "RFC 8949 §3";

/// How deep items lie in each other at most.
const MAX_DEPTH: u8 = 6;

/// Members of a receipt's payload; an order has fewer.
const RECEIPT_MEMBERS: u64 = 10;

/// An item with all that is in it.
struct Item {
    range: Range<usize>,
    head: Range<usize>,
    major: Major,
    argument: u64,
    parts: Vec<Item>,
}

/// Parts of a signed message; reads as far as it can.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let (mut found, end) = prefix_fields(bytes);
    if end < bytes.len() {
        found.push(Field::new(
            "rest",
            end..bytes.len(),
            hex::spaced(&bytes[end..]),
        ));
    }
    found
}

/// Parts of a record of the card's receipts: the message, the client's Status for it, padding
/// (FF).
pub(super) fn record_fields(bytes: &[u8]) -> Vec<Field> {
    let (mut found, end) = prefix_fields(bytes);
    if let Some(code) = bytes.get(end..end + 2) {
        let code = u16::from_be_bytes([code[0], code[1]]);
        let value = match code {
            0xFFFF => "none yet".to_owned(),
            code => code.to_string(),
        };
        found.push(
            Field::new("Status", end..end + 2, value)
                .note("what the DM Client answered to the receipt"),
        );
    }
    if end + 2 < bytes.len() {
        let padding = end + 2..bytes.len();
        found.push(Field::new(
            "padding",
            padding.clone(),
            hex::spaced(&bytes[padding]),
        ));
    }
    found
}

/// Parts of the message at the beginning, and where it ends.
fn prefix_fields(bytes: &[u8]) -> (Vec<Field>, usize) {
    let mut found = Vec::new();
    match message(bytes, &mut found) {
        Ok(end) => (found, end),
        Err(error) => {
            let from = found.last().map_or(0, |field| field.range.end);
            found.push(unreadable(bytes, from, &error));
            (found, bytes.len())
        }
    }
}

/// Puts the parts of a message down, and says where it ends.
fn message(bytes: &[u8], found: &mut Vec<Field>) -> Result<usize, DecodeError> {
    let mut rest = Input::new(bytes);
    for (name, major, argument, note) in [
        ("tag", Major::Tag, 18, "18: what follows is a COSE_Sign1"),
        (
            "array",
            Major::Array,
            4,
            "header, header, payload, signature",
        ),
    ] {
        let ((kind, number), behind) = prefix(rest, head)?;
        if (kind, number) != (major, argument) {
            return Err(DecodeError::new(rest.offset(), name, rest.found()).clause(COSE));
        }
        let range = rest.offset()..behind.offset();
        found.push(
            Field::new(name, range, number.to_string())
                .clause(COSE)
                .note(note),
        );
        rest = behind;
    }
    for name in ["protected", "unprotected", "payload", "signature"] {
        let (part, behind) = item(rest, 0)?;
        found.push(named(name, &part, bytes));
        rest = behind;
    }
    Ok(rest.offset())
}

fn item(input: Input<'_>, depth: u8) -> Result<(Item, Input<'_>), DecodeError> {
    let ((major, argument), mut rest) = prefix(input, head)?;
    let head = input.offset()..rest.offset();
    let mut parts = Vec::new();
    let inside = match major {
        Major::Array => argument,
        Major::Map => argument.saturating_mul(2),
        Major::Tag => 1,
        _ => 0,
    };
    if inside > 0 && depth >= MAX_DEPTH {
        return Err(DecodeError::new(input.offset(), "no more depth", input.found()).clause(CBOR));
    }
    for _ in 0..inside {
        let (part, behind) = item(rest, depth + 1)?;
        parts.push(part);
        rest = behind;
    }
    if matches!(major, Major::Bytes | Major::Text) {
        let length = usize::try_from(argument).unwrap_or(usize::MAX);
        let string = crate::codec::input::bytes(length, "a string");
        rest = prefix(rest, string)?.1;
    }
    let range = input.offset()..rest.offset();
    let item = Item {
        range,
        head,
        major,
        argument,
        parts,
    };
    Ok((item, rest))
}

impl Item {
    fn content(&self) -> Range<usize> {
        self.head.end..self.range.end
    }

    fn value(&self, bytes: &[u8]) -> String {
        let content = &bytes[self.content()];
        match self.major {
            Major::Unsigned | Major::Tag => self.argument.to_string(),
            Major::Negative => (-1 - i128::from(self.argument)).to_string(),
            Major::Bytes => hex::spaced(content),
            Major::Text => String::from_utf8_lossy(content).into_owned(),
            Major::Array => {
                let parts = self.parts.iter().map(|part| part.value(bytes));
                parts.collect::<Vec<String>>().join(" ")
            }
            Major::Map => format!("{} members", self.argument),
            Major::Simple if self.argument == 22 => "null".to_owned(),
            Major::Simple => format!("simple {}", self.argument),
        }
    }

    /// What the head says, where a string or members follow it.
    fn head_field(&self) -> Option<Field> {
        let value = match self.major {
            Major::Bytes => format!("{} bytes", self.argument),
            Major::Text => format!("text of {} bytes", self.argument),
            Major::Array => format!("array of {}", self.argument),
            Major::Map => format!("map of {}", self.argument),
            _ => return None,
        };
        Some(Field::new("head", self.head.clone(), value).clause(CBOR))
    }
}

/// One of the four parts of a message.
fn named(name: &'static str, part: &Item, bytes: &[u8]) -> Field {
    let note = match name {
        "protected" => "signed: algorithm and key",
        "unprotected" => "empty: what nobody signed says nothing here",
        "payload" => "signed",
        _ => "over the array [\"Signature1\", protected, purpose, payload] (RFC 9052 §4.4)",
    };
    let mut children: Vec<Field> = part.head_field().into_iter().collect();
    let content = part.content();
    match name {
        "signature" if content.len() == 64 => {
            let middle = content.start + 32;
            for (name, range) in [("r", content.start..middle), ("s", middle..content.end)] {
                let value = hex::spaced(&bytes[range.clone()]);
                children.push(Field::new(name, range, value).clause("RFC 9053 §2.1"));
            }
        }
        "protected" | "payload" if part.major == Major::Bytes => {
            let inner = Input::at(&bytes[content.clone()], content.start);
            match item(inner, 1) {
                Ok((map, _)) => children.extend(members(name, &map, bytes)),
                Err(error) => {
                    let mut rest = unreadable(&bytes[content.clone()], 0, &error);
                    rest.range = content;
                    children.push(rest);
                }
            }
        }
        _ => {}
    }
    Field::new(name, part.range.clone(), part.value(bytes))
        .clause(COSE)
        .note(note)
        .children(children)
}

/// Members of the map in a header or a payload.
fn members(of: &str, map: &Item, bytes: &[u8]) -> Vec<Field> {
    let mut found: Vec<Field> = map.head_field().into_iter().collect();
    for pair in map.parts.chunks_exact(2) {
        let [key, value] = pair else { continue };
        let number = (key.major == Major::Unsigned).then_some(key.argument);
        let (name, clause) = match (of, number) {
            ("protected", Some(1)) => (Some("alg"), HEADER),
            ("protected", Some(4)) => (Some("kid"), HEADER),
            ("payload", Some(key)) if map.argument == RECEIPT_MEMBERS => (receipt_name(key), ""),
            ("payload", Some(key)) => (order_name(key), ""),
            _ => (None, ""),
        };
        let name = name.unwrap_or("member");
        let mut parts = vec![Field::new("key", key.range.clone(), key.value(bytes)).clause(CBOR)];
        parts.extend(value.head_field());
        let mut shown = Field::new("value", value.content(), value.value(bytes));
        if value.content().is_empty() {
            shown.range = value.range.clone();
        }
        parts.push(shown.clause(CBOR));
        found.push(
            Field::new(name, key.range.start..value.range.end, value.value(bytes))
                .clause(clause)
                .note(note(name))
                .children(parts),
        );
    }
    found
}

/// Why a member is there.
fn note(name: &str) -> &'static str {
    match name {
        "alg" => "-7: ES256, ECDSA on P-256 with SHA-256 (RFC 9053 §2.1)",
        "kid" => "first 8 bytes of the SHA-256 of the public key: who signed",
        "seq" => "number in the chain: a gap shows what is missing",
        "previous" => "SHA-256 of the receipt before it; zeros for the first",
        "transcript" => "SHA-256 over the SHA-256 of each DM message so far, in order",
        "order" => "SHA-256 of the signed order; null when there was none",
        "consent" => "Status of the question to the user; null when none was asked",
        "statuses" => "Statuses of the commands: code, count, code, count …",
        "time" => "seconds since 1970",
        "text" => "what was ordered, for people",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::cose::{PrivateKey, Receipt};

    fn signed() -> Vec<u8> {
        let receipt = Receipt {
            seq: 1,
            device: "IMEI:493005100592800".into(),
            consent: Some(200),
            statuses: Receipt::runs([200, 200, 404]),
            ..Receipt::default()
        };
        receipt.sign(&PrivateKey::from_bytes(&[7; 32]).unwrap())
    }

    /// Marks the bytes of fields that have no parts.
    fn mark(fields: &[Field], seen: &mut [u8]) {
        for field in fields {
            match field.children.is_empty() {
                true => seen[field.range.clone()].iter_mut().for_each(|n| *n += 1),
                false => mark(&field.children, seen),
            }
        }
    }

    #[test]
    fn every_octet_is_told_once() {
        let signed = signed();
        let fields = fields(&signed);
        let mut seen = vec![0; signed.len()];
        mark(&fields, &mut seen);
        assert_eq!(seen, vec![1; signed.len()]);
        let names: Vec<&str> = fields[4]
            .children
            .iter()
            .map(|field| &*field.name)
            .collect();
        assert_eq!(
            names,
            [
                "head",
                "head",
                "version",
                "seq",
                "previous",
                "SessionID",
                "DevId",
                "transcript",
                "order",
                "consent",
                "statuses",
                "time"
            ]
        );
        let statuses = &fields[4].children[10];
        assert_eq!(statuses.value, "200 2 404 1");
        assert_eq!(fields[4].children[8].value, "null");
    }

    #[test]
    fn what_is_broken_is_shown_as_far_as_it_can_be_read() {
        let signed = signed();
        let cut = fields(&signed[..100]);
        assert_eq!(cut.last().map(|field| &*field.name), Some("unreadable"));
        assert_eq!(cut[2].children[2].value, "-7");
        let mut record = signed.clone();
        record.extend([0x00, 0xC8, 0xFF]);
        let shown = record_fields(&record);
        assert_eq!((&*shown[6].name, &*shown[6].value), ("Status", "200"));
        assert_eq!(&*shown[7].name, "padding");
        let deep: Vec<u8> = [0xD2, 0x84].into_iter().chain([0x81; 40]).collect();
        assert_eq!(&*fields(&deep)[2].name, "unreadable");
    }
}
