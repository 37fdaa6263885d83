//! Requests and responses of a protocol and parameters selection (ISO/IEC 7816-3 §9).

use crate::codec::check::exclusive_or;
use crate::codec::pps::CLAUSE;
use crate::codec::{Field, hex};

/// The bytes by their names. What is missing at the end is left out.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let pps0 = bytes.get(1).copied().unwrap_or_default();
    let parameter = |bit: u8, name| (pps0 >> bit & 1 == 1).then_some(name);
    let names = [
        Some("PPSS"),
        Some("PPS0"),
        parameter(4, "PPS1"),
        parameter(5, "PPS2"),
        parameter(6, "PPS3"),
        Some("PCK"),
    ];
    let mut fields: Vec<Field> = names
        .into_iter()
        .flatten()
        .zip(bytes)
        .enumerate()
        .map(|(at, (name, byte))| {
            let value = format!("{byte:02X} {}", words(name, *byte, &bytes[..=at]));
            Field::new(name, at..at + 1, value.trim_end()).clause(CLAUSE)
        })
        .collect();
    let told = fields.len();
    if let Some(rest) = bytes.get(told..).filter(|rest| !rest.is_empty()) {
        let value = hex::spaced(rest);
        fields.push(Field::new("Bytes after the end", told..bytes.len(), value).clause(CLAUSE));
    }
    fields
}

/// What a byte says; `so_far` ends with it.
fn words(name: &str, byte: u8, so_far: &[u8]) -> String {
    match name {
        "PPS0" => format!("protocol T={}", byte & 0x0F),
        "PPS1" => format!("F and D index {:X} and {:X}", byte >> 4, byte & 0x0F),
        "PCK" if exclusive_or(so_far) == 0 => "right".to_owned(),
        "PCK" => "wrong".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let fields = fields(&hex::decode(text).unwrap());
        let line = |field: Field| format!("{} {}", field.name, field.value);
        fields.into_iter().map(line).collect()
    }

    /// Shows TPDU-2.
    #[test]
    fn a_selection_is_told_whole() {
        let whole = [
            "PPSS FF",
            "PPS0 11 protocol T=1",
            "PPS1 95 F and D index 9 and 5",
            "PCK 7B right",
        ];
        assert_eq!(told("FF11957B"), whole);
        assert_eq!(told("FF1195"), whole[..3]);
        assert_eq!(
            told("FF000001"),
            [
                "PPSS FF",
                "PPS0 00 protocol T=0",
                "PCK 00 wrong",
                "Bytes after the end 01"
            ]
        );
    }
}
