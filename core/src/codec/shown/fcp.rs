//! File control parameters, object by object (ETSI TS 102 221 §11.1.1.3).

use super::access;
use super::part::{moved, unreadable};
use crate::codec::ber::{self, Tlv};
use crate::codec::fcp::{FileDescriptor, Kind, LifeCycle, Object};
use crate::codec::vocabulary::key_reference;
use crate::codec::{Field, hex};

/// The template taken apart.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let outer = match ber::read(bytes, 0) {
        Ok(outer) => outer,
        Err(error) => return vec![unreadable(bytes, 0, &error)],
    };
    let start = outer.value_range.start;
    let mut fields = vec![
        Field::new("Tag", 0..1, format!("{:02X} FCP template", outer.tag))
            .clause("TS 102 221 §11.1.1.3"),
        Field::new("Length", 1..start, outer.value.len().to_string()),
    ];
    let first = ber::read(outer.value, 0);
    let first = first.as_ref().map(Object::of);
    let is_directory = matches!(
        first,
        Ok(Ok(Object::FileDescriptor(FileDescriptor {
            kind: Kind::Directory,
            ..
        })))
    );
    let parts = objects(outer.value, &|tlv| object(tlv, is_directory));
    fields.extend(moved(parts, start));
    fields
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
    let start = tlv.value_range.start;
    let (value, children) = match Object::of(tlv) {
        Ok(object) => value(object, tlv.value, is_directory),
        Err(error) => {
            let field = Field::new(name, tlv.range.clone(), hex::spaced(tlv.value));
            return field.clause(clause).note(error.to_string());
        }
    };
    Field::new(name, tlv.range.clone(), value)
        .clause(clause)
        .children(moved(children, start))
}

/// The value of an object in words, and its parts.
fn value(object: Object, bytes: &[u8], is_directory: bool) -> (String, Vec<Field>) {
    let words = match object {
        Object::FileSize(size) | Object::TotalFileSize(size) => size.to_string(),
        Object::FileDescriptor(descriptor) => {
            format!("{} {}", hex::spaced(bytes), kind(descriptor.kind))
        }
        Object::ShortFileIdentifier(None) => "none".to_owned(),
        Object::ShortFileIdentifier(Some(sfi)) => format!("{sfi:02X}"),
        Object::LifeCycle(state) => format!("{} {}", hex::spaced(bytes), life_cycle(state)),
        Object::SecurityReferenced {
            fid,
            records: [record],
        } => format!("{fid:04X}, record {record}"),
        Object::SecurityExpanded(rule) => {
            let words = access::words(rule, is_directory);
            let words: Vec<_> = words.iter().map(|(o, c)| format!("{o}: {c}")).collect();
            words.join("; ")
        }
        Object::PinStatus(template) => return (hex::spaced(template), pins(template)),
        Object::Proprietary(template) => {
            let part = |tlv: &Tlv| {
                let value = hex::spaced(tlv.value);
                Field::new(proprietary(tlv.tag), tlv.range.clone(), value)
                    .clause("TS 102 221 §11.1.1.4.6")
            };
            return (hex::spaced(template), objects(template, &part));
        }
        _ => hex::spaced(bytes),
    };
    (words, Vec::new())
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
                let name = key_reference::name(*reference);
                fields.push(
                    Field::new(name, tlv.range, state)
                        .clause(CLAUSE)
                        .note("Whether this key is enabled, as its bit of the template says."),
                );
            }
            (0x95, value) => {
                fields.push(Field::new("Usage", tlv.range, hex::spaced(value)).clause(CLAUSE));
            }
            _ => {}
        }
    }
    fields
}

fn life_cycle(state: LifeCycle) -> &'static str {
    match state {
        LifeCycle::NoInformation => "no information",
        LifeCycle::Creation => "creation",
        LifeCycle::Initialisation => "initialisation",
        LifeCycle::Activated => "operational, activated",
        LifeCycle::Deactivated => "operational, deactivated",
        LifeCycle::Terminated => "terminated",
        LifeCycle::Unknown(_) => "",
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

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Directory => "DF or ADF",
        Kind::Transparent => "transparent EF",
        Kind::LinearFixed => "linear fixed EF",
        Kind::Cyclic => "cyclic EF",
        Kind::BerTlv => "BER-TLV EF",
        Kind::Unknown(_) => "",
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
