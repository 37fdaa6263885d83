//! File control parameters: what SELECT and STATUS return (ETSI TS 102 221 §11.1.1.3).

use super::ber::Tlv;
use super::{DecodeError, Field, access, ber, hex};

/// The template taken apart.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    match ber::read(bytes, 0) {
        Ok(outer) => {
            let start = outer.value_range.start;
            let mut fields = vec![
                Field::new("Tag", 0..1, format!("{:02X} FCP template", outer.tag))
                    .clause("TS 102 221 §11.1.1.3"),
                Field::new("Length", 1..start, outer.value.len().to_string()),
            ];
            let is_directory = ber::read(outer.value, 0)
                .is_ok_and(|first| first.tag == 0x82 && first.value.first() == Some(&0x78));
            let parts = objects(outer.value, &|tlv| object(tlv, is_directory));
            fields.extend(parts.into_iter().map(|part| part.shifted(start)));
            fields
        }
        Err(error) => vec![unreadable(bytes, 0, &error)],
    }
}

fn unreadable(bytes: &[u8], from: usize, error: &DecodeError) -> Field {
    let rest = bytes.get(from..).unwrap_or_default();
    Field::new("unreadable", from..bytes.len(), hex::spaced(rest)).note(error.to_string())
}

/// Each object of a string, as far as they can be read.
fn objects(bytes: &[u8], field: &dyn Fn(&Tlv) -> Field) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match ber::read(bytes, at) {
            Ok(tlv) => {
                at = tlv.range.end;
                fields.push(field(&tlv));
            }
            Err(error) => {
                fields.push(unreadable(bytes, at, &error));
                break;
            }
        }
    }
    fields
}

fn object(tlv: &Tlv, is_directory: bool) -> Field {
    let (name, clause) = name(tlv.tag);
    let inside = |parts: Vec<Field>| -> Vec<Field> {
        let start = tlv.value_range.start;
        parts.into_iter().map(|part| part.shifted(start)).collect()
    };
    let mut children = Vec::new();
    let value = match (tlv.tag, tlv.value) {
        (0x80 | 0x81, [a, b]) => u16::from_be_bytes([*a, *b]).to_string(),
        (0x82, [descriptor, ..]) => {
            format!("{} {}", hex::spaced(tlv.value), kind(*descriptor))
        }
        (0x88, []) => "none".to_owned(),
        (0x88, [sfi]) => format!("{:02X}", sfi >> 3),
        (0x8A, [state]) => format!("{state:02X} {}", life_cycle(*state)),
        (0x8B, [a, b, record]) => format!("{a:02X}{b:02X}, record {record}"),
        (0xAB, rule) => {
            let words = access::words(rule, is_directory);
            let words: Vec<_> = words.iter().map(|(o, c)| format!("{o}: {c}")).collect();
            words.join("; ")
        }
        (0xC6, template) => {
            children = inside(pins(template));
            hex::spaced(template)
        }
        (0xA5, template) => {
            let part = |tlv: &Tlv| {
                Field::new(
                    proprietary(tlv.tag),
                    tlv.range.clone(),
                    hex::spaced(tlv.value),
                )
                .clause("TS 102 221 §11.1.1.4.6")
            };
            children = inside(objects(template, &part));
            hex::spaced(template)
        }
        _ => hex::spaced(tlv.value),
    };
    Field::new(name, tlv.range.clone(), value)
        .clause(clause)
        .children(children)
}

/// PIN status template: one bit for each key reference that follows.
fn pins(template: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "TS 102 221 §9.5.2";
    let mut bits: &[u8] = &[];
    let mut place = 0;
    let mut fields = Vec::new();
    let mut at = 0;
    while let Ok(tlv) = ber::read(template, at) {
        at = tlv.range.end;
        match (tlv.tag, tlv.value) {
            (0x90, value) => bits = value,
            (0x83, [reference]) => {
                let on = bits
                    .get(place / 8)
                    .is_some_and(|byte| byte << (place % 8) & 0x80 != 0);
                place += 1;
                let state = if on { "enabled" } else { "disabled" };
                let name = access::reference_name(*reference);
                fields.push(Field::new(name, tlv.range, state).clause(CLAUSE));
            }
            (0x95, value) => {
                fields.push(Field::new("Usage", tlv.range, hex::spaced(value)).clause(CLAUSE));
            }
            _ => {}
        }
    }
    fields
}

fn life_cycle(state: u8) -> &'static str {
    match state {
        0x00 => "no information",
        0x01 => "creation",
        0x03 => "initialisation",
        0x05 | 0x07 => "operational, activated",
        0x04 | 0x06 => "operational, deactivated",
        0x0C..=0x0F => "terminated",
        _ => "",
    }
}

fn proprietary(tag: u8) -> &'static str {
    match tag {
        0x80 => "UICC characteristics",
        0x81 => "Application power consumption",
        0x82 => "Minimum clock frequency",
        0x83 => "Available memory",
        0x84 => "File details",
        0x85 => "Reserved file size",
        0x86 => "Maximum file size",
        0x87 => "Supported system commands",
        0x88 => "Specific environment conditions",
        _ => "Object",
    }
}

fn kind(descriptor: u8) -> &'static str {
    match descriptor & 0x3F {
        0x38 => "DF or ADF",
        0x01 => "transparent EF",
        0x02 => "linear fixed EF",
        0x06 => "cyclic EF",
        0x39 => "BER-TLV EF",
        _ => "",
    }
}

fn name(tag: u8) -> (&'static str, &'static str) {
    match tag {
        0x80 => ("File size", "TS 102 221 §11.1.1.4.1"),
        0x81 => ("Total file size", "TS 102 221 §11.1.1.4.2"),
        0x82 => ("File descriptor", "TS 102 221 §11.1.1.4.3"),
        0x83 => ("File identifier", "TS 102 221 §11.1.1.4.4"),
        0x84 => ("DF name", "TS 102 221 §11.1.1.4.5"),
        0xA5 => ("Proprietary information", "TS 102 221 §11.1.1.4.6"),
        0x8A => ("Life cycle status", "TS 102 221 §11.1.1.4.9"),
        0x8B => ("Security attributes, referenced", "TS 102 221 §11.1.1.4.7"),
        0x8C => ("Security attributes, compact", "TS 102 221 §11.1.1.4.7"),
        0xAB => ("Security attributes, expanded", "TS 102 221 §11.1.1.4.7"),
        0xC6 => ("PIN status template", "TS 102 221 §11.1.1.4.10"),
        0x88 => ("Short file identifier", "TS 102 221 §11.1.1.4.8"),
        _ => ("Object", "TS 102 221 §11.1.1.3"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows CMD-5.
    #[test]
    fn a_worked_template_is_told_whole() {
        let bytes = hex::decode(
            "622C8202782183023F00A50C80017183040001000087010 18A01058B032F0605C60C90016083010183018183010A"
                .replace(' ', "")
                .as_str(),
        )
        .unwrap();
        let fields = fields(&bytes);
        let value = |name: &str| {
            let found = fields.iter().find(|field| field.name == name);
            found.unwrap().clone()
        };
        assert_eq!(
            value("Life cycle status").value,
            "05 operational, activated"
        );
        assert_eq!(
            value("Security attributes, referenced").value,
            "2F06, record 5"
        );
        let pins: Vec<_> = value("PIN status template")
            .children
            .iter()
            .map(|pin| format!("{} {} at {}", pin.name, pin.value, pin.range.start))
            .collect();
        assert_eq!(
            pins,
            [
                "PIN1 disabled at 37",
                "second PIN1 enabled at 40",
                "ADM1 enabled at 43"
            ]
        );
        let proprietary = value("Proprietary information");
        assert_eq!(proprietary.children[2].name, "Supported system commands");
        assert_eq!(proprietary.children[2].range, 21..24);
    }
}
