//! Toolkit messages taken apart: the outer BER-TLV, its objects, their parts (ETSI TS 102 223 §8;
//! tags ETSI TS 101 220 §7.2).

mod profile;
mod value;

pub use profile::fields as profile_fields;

use crate::codec::ber::{self, Tlv};
use crate::codec::vocabulary::toolkit::{envelope_name, tag};
use crate::codec::{Field, hex};

/// A proactive command or an envelope: one BER-TLV with objects inside.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    match ber::read(bytes, 0) {
        Ok(outer) => {
            let start = outer.value_range.start;
            let children = object_fields(outer.value)
                .into_iter()
                .map(|c| c.shifted(start));
            let name = envelope_name(outer.tag);
            let mut fields = vec![
                Field::new("Tag", 0..1, format!("{:02X} {name}", outer.tag))
                    .clause("TS 101 220 §7.2"),
                Field::new("Length", 1..start, outer.value.len().to_string())
                    .clause("TS 101 220 §7.1.2"),
            ];
            fields.extend(children);
            if outer.range.end < bytes.len() {
                fields.push(rest(bytes, outer.range.end, "Bytes after the last object."));
            }
            fields
        }
        Err(error) => vec![rest(bytes, 0, error.to_string())],
    }
}

/// A string of COMPREHENSION-TLV objects, as in a TERMINAL RESPONSE.
pub fn object_fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut offset = 0;
    let mut kind = 0;
    while offset < bytes.len() {
        match ber::read(bytes, offset) {
            Ok(tlv) => {
                if tlv.tag & 0x7F == tag::COMMAND_DETAILS {
                    kind = tlv.value.get(1).copied().unwrap_or_default();
                }
                offset = tlv.range.end;
                fields.push(object(&tlv, kind));
            }
            Err(error) => {
                fields.push(rest(bytes, offset, error.to_string()));
                break;
            }
        }
    }
    fields
}

fn rest(bytes: &[u8], from: usize, note: impl Into<std::borrow::Cow<'static, str>>) -> Field {
    Field::new("unreadable", from..bytes.len(), hex::spaced(&bytes[from..])).note(note)
}

fn object(tlv: &Tlv<'_>, kind: u8) -> Field {
    let bare = tlv.tag & 0x7F;
    let (name, clause) = tag::name(bare);
    let start = tlv.value_range.start;
    let value = value::text(bare, tlv.value);
    let note = if tlv.tag & 0x80 != 0 {
        "Comprehension required: a receiver that does not understand it must refuse."
    } else {
        "Comprehension not required: a receiver may skip it."
    };
    let mut children = vec![
        Field::new(
            "Tag",
            tlv.range.start..tlv.range.start + 1,
            format!("{:02X}", tlv.tag),
        )
        .clause("TS 101 220 §7.1.1")
        .note(note),
        Field::new(
            "Length",
            tlv.range.start + 1..start,
            tlv.value.len().to_string(),
        )
        .clause("TS 101 220 §7.1.2"),
    ];
    children.extend(
        value::parts(bare, tlv.value, kind)
            .into_iter()
            .map(|c| c.shifted(start)),
    );
    Field::new(name, tlv.range.clone(), value)
        .clause(clause)
        .children(children)
}
