//! Access rules in words (ETSI TS 102 221 §9.2).

use crate::codec::access::{
    Access, Condition, Entry, FILE_MODES, READ, UPDATE, WRITE, read_entries,
};
use crate::codec::apdu::instruction_name;
use crate::codec::vocabulary::key_reference;
use crate::codec::{Field, hex};

/// What the low modes mean for a directory.
const DIRECTORY_MODES: [(u8, &str); 3] = [
    (READ, "delete child"),
    (UPDATE, "create file"),
    (WRITE, "create directory"),
];

/// A field for each entry, named by its operations, with the condition for them.
pub fn fields(rule: &[u8], of_directory: bool) -> Vec<Field> {
    let mut start = 0;
    let mut fields = Vec::new();
    for (entry, end) in read_entries(rule) {
        let (operations, condition) = entry_words(&entry, of_directory);
        fields.push(Field::new(operations, start..end, condition).clause("TS 102 221 §9.2.7"));
        start = end;
    }
    fields
}

/// Pairs of operations and the condition for them. A condition that cannot be read is never
/// met.
pub fn words(rule: &[u8], of_directory: bool) -> Vec<(String, String)> {
    let entries = read_entries(rule).into_iter();
    let words = entries.map(|(entry, _)| entry_words(&entry, of_directory));
    words.collect()
}

fn entry_words(entry: &Entry, of_directory: bool) -> (String, String) {
    let operations = entry.operations.iter();
    let operations: Vec<_> = operations
        .map(|access| access_words(access, of_directory))
        .collect();
    let conditions = entry.conditions.iter();
    let conditions: Vec<_> = conditions
        .map(|condition| condition_words(condition).unwrap_or("never".to_owned()))
        .collect();
    (operations.join(", "), conditions.join(" or "))
}

fn access_words(access: &Access, of_directory: bool) -> String {
    match access {
        Access::Modes(modes) => {
            let of_directories = |bit: u8| {
                let mut names = DIRECTORY_MODES.iter().filter(|_| of_directory);
                names.find(|(mode, _)| *mode == bit).map(|(_, name)| *name)
            };
            let names: Vec<_> = FILE_MODES
                .iter()
                .filter(|(bit, _)| modes & bit != 0)
                .map(|(bit, name)| of_directories(*bit).unwrap_or(name))
                .collect();
            names.join(", ")
        }
        Access::Command { parts: 4, bytes } if bytes.len() == 1 => {
            let names = bytes
                .iter()
                .map(|ins| instruction_name(*ins).to_lowercase());
            names.collect()
        }
        Access::Command { bytes, .. } => format!("command {}", hex::spaced(bytes)),
    }
}

/// `None` for a condition of which any part is unknown.
fn condition_words(condition: &Condition) -> Option<String> {
    let joined = |parts: &[Condition], between: &str| {
        let parts: Option<Vec<_>> = parts.iter().map(condition_words).collect();
        Some(format!("({})", parts?.join(between)))
    };
    match condition {
        Condition::Always => Some("always".to_owned()),
        Condition::Never => Some("never".to_owned()),
        Condition::Verified(reference) => Some(key_reference::name(*reference)),
        Condition::Or(parts) => joined(parts, " or "),
        Condition::And(parts) => joined(parts, " and "),
        Condition::Not(parts) => Some(format!("not {}", joined(parts, " or ")?)),
        Condition::Unknown { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::access::Rule;

    fn pair(operations: &str, condition: &str) -> (String, String) {
        (operations.to_owned(), condition.to_owned())
    }

    /// Shows CMD-29.
    #[test]
    fn rules_are_told_in_words() {
        let rule = Rule::from_words(&[
            ("increase", "pin1"),
            ("read", "always"),
            ("update delete", "adm1 or pin1 and universal"),
        ]);
        let mut bytes = rule.unwrap().encode();
        let end = bytes.len();
        bytes.extend([0xFF; 4]);
        assert_eq!(
            words(&bytes, false),
            [
                pair("increase", "PIN1"),
                pair("read", "always"),
                pair("update, delete", "(ADM1 or (PIN1 and universal PIN))"),
            ]
        );
        assert_eq!(words(&bytes, true)[1].0, "delete child");
        let fields = fields(&bytes, false);
        assert_eq!(
            (fields[1].range.clone(), fields[2].range.end),
            (11..16, end)
        );
    }

    #[test]
    fn what_cannot_be_read_is_never_met() {
        for rule in [
            // A credential cut short or of another usage, an unknown tag, an unknown condition byte.
            "800101AF04A4028301",
            "800101AF08A406830101950188",
            "800101AF029F00",
            "800101AF039E0101",
            // Too deep, without parts, not BER.
            "800101AF0AA008A006A004A0029000",
            "800101AF00",
            "800101AF02A000",
            "800101AF02A708",
            // Beside and below what can be read.
            "800101AF049F009700",
            "800101AF06A70497009F00",
            "800101AF06A00497009F00",
            "800101AF04AF029F00",
        ] {
            let bytes = hex::decode(rule).unwrap();
            assert_eq!(words(&bytes, false), [pair("read", "never")], "{rule}");
        }
        for rule in ["800101AF029700", "800101AF039E01FF"] {
            let bytes = hex::decode(rule).unwrap();
            assert_eq!(
                words(&bytes, false),
                [pair("read", "not (never)")],
                "{rule}"
            );
        }
        for rule in [&[0x80, 0x01, 0x01, 0xA4, 0x09, 0x83][..], &[], &[0x90, 0]] {
            assert_eq!(words(rule, true), []);
        }
    }
}
