//! Files of objects, as trees with a name for each tag. What stands behind the last object is
//! padding.

use super::part::moved;
use crate::codec::{Field, ber, hex};

/// Objects inside objects that are shown.
const MAX_DEPTH: usize = 8;

/// The objects up to the padding; those with parts have fields below.
pub(super) fn tree(
    octets: &[u8],
    name: &dyn Fn(u8) -> &'static str,
    has_parts: &dyn Fn(u8) -> bool,
    clause: &'static str,
    depth: usize,
) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while let Ok(object) = ber::read(octets, at) {
        if matches!(object.tag, 0x00 | 0xFF) {
            break;
        }
        at = object.range.end;
        let field = Field::new(
            name(object.tag),
            object.range,
            value(object.tag, object.value),
        );
        let parts = if has_parts(object.tag) && depth < MAX_DEPTH {
            tree(object.value, name, has_parts, clause, depth + 1)
        } else {
            Vec::new()
        };
        let start = object.value_range.start;
        fields.push(field.clause(clause).children(moved(parts, start)));
    }
    fields
}

fn value(tag: u8, value: &[u8]) -> String {
    match tag {
        0x0C | 0x50 | 0x80 => String::from_utf8_lossy(value).into_owned(),
        0x06 => identifier(value).unwrap_or_else(|| hex::spaced(value)),
        _ if tag & 0x20 != 0 => format!("{} B", value.len()),
        _ => hex::spaced(value),
    }
}

/// An object identifier in numbers (ITU-T X.690 §8.19).
fn identifier(value: &[u8]) -> Option<String> {
    let mut numbers = Vec::new();
    let mut number: u32 = 0;
    for octet in value {
        number = number.checked_mul(128)? | u32::from(octet & 0x7F);
        if octet & 0x80 == 0 {
            numbers.push(number);
            number = 0;
        }
    }
    let (first, rest) = numbers.split_first()?;
    let top = (first / 40).min(2);
    let mut text = format!("{top}.{}", first - top * 40);
    for number in rest {
        text.push_str(&format!(".{number}"));
    }
    Some(text)
}
