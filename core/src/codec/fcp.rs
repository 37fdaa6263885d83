//! File control parameters: what SELECT and STATUS return (ETSI TS 102 221 §11.1.1.3).

use super::{Field, ber, hex};

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
            let mut offset = 0;
            while offset < outer.value.len() {
                match ber::read(outer.value, offset) {
                    Ok(tlv) => {
                        let (name, clause) = name(tlv.tag);
                        let value = match (tlv.tag, tlv.value) {
                            (0x80 | 0x81, [a, b]) => u16::from_be_bytes([*a, *b]).to_string(),
                            (0x82, [descriptor, ..]) => {
                                format!("{} {}", hex::spaced(tlv.value), kind(*descriptor))
                            }
                            (0x88, [sfi]) => format!("{:02X}", sfi >> 3),
                            _ => hex::spaced(tlv.value),
                        };
                        offset = tlv.range.end;
                        fields.push(
                            Field::new(name, tlv.range.clone(), value)
                                .clause(clause)
                                .shifted(start),
                        );
                    }
                    Err(error) => {
                        let rest = &outer.value[offset..];
                        let range = offset..outer.value.len();
                        fields.push(
                            Field::new("unreadable", range, hex::spaced(rest))
                                .note(error.to_string())
                                .shifted(start),
                        );
                        break;
                    }
                }
            }
            fields
        }
        Err(error) => {
            vec![
                Field::new("unreadable", 0..bytes.len(), hex::spaced(bytes))
                    .note(error.to_string()),
            ]
        }
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
