//! Directories of applications and of their objects: EF_DIR, and EF_ODF, EF_DODF and
//! EF_TokenInfo of PKCS #15, as trees of objects. What stands behind the last object is padding.

use crate::codec::{Field, ber, hex};

/// Objects inside objects that are shown.
const MAX_DEPTH: usize = 8;

/// A record of EF_DIR (TS 102 221 §13.1).
pub(super) fn application(octets: &[u8]) -> Vec<Field> {
    let name = |tag| match tag {
        0x61 => "Application template",
        0x4F => "Application identifier",
        0x50 => "Label",
        0x51 => "Path",
        0x73 => "Discretionary template",
        _ => "Object",
    };
    tree(
        octets,
        &name,
        &|tag| matches!(tag, 0x61 | 0x73),
        "TS 102 221 §13.1",
        0,
    )
}

/// A directory of PKCS #15.
pub(super) fn objects(octets: &[u8]) -> Vec<Field> {
    let name = |tag| match tag {
        0x02 => "Number",
        0x03 => "Flags",
        0x04 => "Octets",
        0x06 => "Object identifier",
        0x0C | 0x80 => "Text",
        0x30 => "Sequence",
        0xA1 => "Attributes",
        0xA4 => "Certificates",
        0xA5 => "Trusted certificates",
        0xA7 => "Data objects",
        0xA8 => "Authentication objects",
        _ => "Object",
    };
    tree(octets, &name, &|tag| tag & 0x20 != 0, "PKCS #15 §6", 0)
}

fn tree(
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
        let parts = parts.into_iter().map(|part| part.shifted(start)).collect();
        fields.push(field.clause(clause).children(parts));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worked_data_object_is_told() {
        let octets = hex::decode("302830 0E0C0C444D5F426F6F747374726170300A0C02444D0604672B0701A10A300804063F007F506435 0000".replace(' ', "").as_str()).unwrap();
        let fields = objects(&octets);
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].range, 0..42);
        let class = &fields[0].children[1];
        assert_eq!(class.children[1].value, "2.23.43.7.1");
        assert_eq!(class.children[1].range, 24..30);
        assert_eq!(fields[0].children[0].children[0].value, "DM_Bootstrap");
    }
}
