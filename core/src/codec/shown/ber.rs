//! Any string of BER-TLV objects, with those inside constructed ones (ISO/IEC 7816-4 §5.2.2).
//!
//! Knows no meaning of a tag: for octets of which nothing is known but their form.

use super::part::unreadable;
use crate::codec::ber::{AnyObject, Form, any_object};
use crate::codec::input::{Input, prefix};
use crate::codec::{Field, hex};

/// Objects inside objects that are shown.
const MAX_DEPTH: usize = 16;

/// The objects in their order, as far as they can be read.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = Input::new(bytes);
    while !rest.is_empty() {
        match prefix(rest, any_object(Form::Ber)) {
            Ok((object, end)) => {
                fields.push(field(&object, 0));
                rest = end;
            }
            Err(error) => {
                fields.push(unreadable(bytes, rest.offset(), &error));
                break;
            }
        }
    }
    fields
}

fn field(object: &AnyObject<'_>, depth: usize) -> Field {
    const CLAUSE: &str = "ISO/IEC 7816-4 §5.2.2";
    let value = object.value;
    let tag = hex::encode(object.tag.bytes());
    let parts = object.tag.is_constructed().then(|| parts(value, depth));
    let field = |words: String| {
        let range = object.tag_range.start..value.end();
        Field::new(format!("Object {tag}"), range, words).clause(CLAUSE)
    };
    match parts.flatten() {
        Some(parts) => field(format!("{} B", value.len())).children(parts),
        None => field(hex::spaced(value.bytes())),
    }
}

/// The objects of a value; `None` when it does not consist of objects.
fn parts(value: Input<'_>, depth: usize) -> Option<Vec<Field>> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let (object, end) = prefix(rest, any_object(Form::Ber)).ok()?;
        fields.push(field(&object, depth + 1));
        rest = end;
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fields: &[Field]) -> Vec<String> {
        let line = |field: &Field| {
            let own = format!("{} {} at {}", field.name, field.value, field.range.start);
            [vec![own], told(&field.children)].concat()
        };
        fields.iter().flat_map(line).collect()
    }

    #[test]
    fn objects_in_objects_are_told_in_their_place() {
        let bytes = hex::decode(
            "7F4907 A005 5F2002ABCD 8100 30020101 05"
                .replace(' ', "")
                .as_str(),
        )
        .unwrap();
        assert_eq!(
            told(&fields(&bytes)),
            [
                "Object 7F49 7 B at 0",
                "Object A0 5 B at 3",
                "Object 5F20 AB CD at 5",
                "Object 81  at 10",
                // Its value does not consist of objects.
                "Object 30 01 01 at 12",
                "unreadable 05 at 16",
            ]
        );
    }

    #[test]
    fn what_goes_on_too_deep_ends() {
        let mut bytes = Vec::new();
        for _ in 0..1000 {
            bytes.extend([0x30, 0x80]);
        }
        let mut deep = vec![0x04, 0x00];
        for _ in 0..60 {
            deep = [vec![0x30, deep.len() as u8], deep].concat();
        }
        assert_eq!(told(&fields(&deep)).len(), MAX_DEPTH + 1);
        assert_eq!(fields(&bytes).len(), 1);
    }
}
