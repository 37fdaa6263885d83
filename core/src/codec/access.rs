//! Access rules: which condition an operation on a file must meet, as records of EF_ARR and
//! the expanded format hold them (ETSI TS 102 221 §9.2, ISO/IEC 7816-4 §5.4.3).
//!
//! Knows no files and no PINs: whoever evaluates a rule says which references are verified.

use super::ber;

/// Templates inside templates; rules that go deeper grant nothing.
const MAX_DEPTH: usize = 4;

/// What a command wants to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Bit of the access mode byte; 0 when only the header names the command.
    pub mode: u8,
    /// CLA, INS, P1, P2.
    pub header: [u8; 4],
}

/// Read and search an EF; delete a child of a DF.
pub const READ: u8 = 0x01;
/// Update an EF; create an EF in a DF.
pub const UPDATE: u8 = 0x02;
/// Write or append to an EF; create a DF in a DF.
pub const WRITE: u8 = 0x04;
/// Deactivate the file.
pub const DEACTIVATE: u8 = 0x08;
/// Activate the file.
pub const ACTIVATE: u8 = 0x10;
/// Terminate the file.
pub const TERMINATE: u8 = 0x20;
/// Delete the file.
pub const DELETE: u8 = 0x40;

const ALWAYS: u8 = 0x90;
const NEVER: u8 = 0x97;
const CONDITION_BYTE: u8 = 0x9E;
const CREDENTIAL: u8 = 0xA4;
const OR: u8 = 0xA0;
const AND: u8 = 0xA7;
const NOT: u8 = 0xAF;
/// The usage of a credential for PIN verification: `95 01 08`.
const USER: [u8; 3] = [0x95, 0x01, 0x08];

/// True when the rule lets the operation happen. What the rule does not name, or cannot be
/// read, is never allowed; where several entries fit, one is enough.
pub fn allows(rule: &[u8], operation: Operation, verified: impl Fn(u8) -> bool) -> bool {
    let mut fits = false;
    let mut in_modes = false;
    let mut at = 0;
    while let Ok(object) = ber::read(rule, at) {
        at = object.range.end;
        match object.tag {
            0x80..=0x8F => {
                // Modes that follow each other share the conditions that come next.
                fits = mode_fits(object.tag, object.value, operation) || (in_modes && fits);
                in_modes = true;
            }
            _ => {
                in_modes = false;
                if fits && holds(object.tag, object.value, &verified, 0) == Some(true) {
                    return true;
                }
            }
        }
    }
    false
}

fn mode_fits(tag: u8, value: &[u8], operation: Operation) -> bool {
    if tag == 0x80 {
        return matches!(value, [mode] if mode & operation.mode != 0);
    }
    // Bits 4 to 1 of the tag say which bytes of the header follow.
    let named = operation
        .header
        .iter()
        .zip([8, 4, 2, 1])
        .filter(|(_, bit)| tag & bit != 0)
        .map(|(byte, _)| byte);
    named.eq(value.iter())
}

/// Whether a condition is met. `None` when it is unknown, cannot be read or goes too deep, or
/// any part of it does: its opposite is then as little met as itself.
fn holds(tag: u8, value: &[u8], verified: &impl Fn(u8) -> bool, depth: usize) -> Option<bool> {
    match (tag, value) {
        (ALWAYS, _) | (CONDITION_BYTE, [0x00]) => Some(true),
        (NEVER, _) | (CONDITION_BYTE, [0xFF]) => Some(false),
        (CREDENTIAL, _) => reference(value).map(verified),
        (OR | AND | NOT, [_, ..]) if depth < MAX_DEPTH => {
            let parts: Vec<bool> = ber::read_all(value)
                .ok()?
                .iter()
                .map(|part| holds(part.tag, part.value, verified, depth + 1))
                .collect::<Option<_>>()?;
            Some(match tag {
                OR => parts.contains(&true),
                AND => !parts.contains(&false),
                _ => !parts.contains(&true),
            })
        }
        _ => None,
    }
}

/// Key reference of a credential for user authentication.
fn reference(value: &[u8]) -> Option<u8> {
    match value {
        [0x83, 0x01, reference, rest @ ..] if rest == USER || rest.is_empty() => Some(*reference),
        _ => None,
    }
}

/// The rule in words: pairs of operations and the condition for them. A
/// condition that cannot be read is never met.
pub fn words(rule: &[u8], of_directory: bool) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut modes = Vec::new();
    let mut conditions: Vec<String> = Vec::new();
    let mut close = |modes: &mut Vec<String>, conditions: &mut Vec<String>| {
        if !modes.is_empty() && !conditions.is_empty() {
            pairs.push((modes.join(", "), conditions.join(" or ")));
            modes.clear();
            conditions.clear();
        }
    };
    let mut at = 0;
    while let Ok(object) = ber::read(rule, at) {
        at = object.range.end;
        match object.tag {
            0x80..=0x8F => {
                close(&mut modes, &mut conditions);
                modes.push(mode_words(object.tag, object.value, of_directory));
            }
            tag => {
                let condition = condition_words(tag, object.value, 0);
                conditions.push(condition.unwrap_or("never".to_owned()));
            }
        }
    }
    close(&mut modes, &mut conditions);
    pairs
}

const FILE_MODES: [(u8, &str); 7] = [
    (READ, "read"),
    (UPDATE, "update"),
    (WRITE, "write"),
    (DEACTIVATE, "deactivate"),
    (ACTIVATE, "activate"),
    (TERMINATE, "terminate"),
    (DELETE, "delete"),
];

const DIRECTORY_MODES: [(u8, &str); 3] = [
    (READ, "delete child"),
    (UPDATE, "create file"),
    (WRITE, "create directory"),
];

fn mode_words(tag: u8, value: &[u8], of_directory: bool) -> String {
    match (tag, value) {
        (0x80, [mode]) => {
            let name = |(bit, name): &(u8, &'static str)| {
                let other = DIRECTORY_MODES
                    .iter()
                    .find(|(b, _)| of_directory && b == bit);
                other.map_or(*name, |(_, name)| name)
            };
            let names: Vec<_> = FILE_MODES
                .iter()
                .filter(|(bit, _)| mode & bit != 0)
                .map(name)
                .collect();
            names.join(", ")
        }
        (0x84, [ins]) => super::apdu::instruction_name(*ins).to_lowercase(),
        _ => format!("command {}", super::hex::spaced(value)),
    }
}

/// `None` where [`holds`] has none.
fn condition_words(tag: u8, value: &[u8], depth: usize) -> Option<String> {
    match (tag, value) {
        (ALWAYS, _) | (CONDITION_BYTE, [0x00]) => Some("always".to_owned()),
        (NEVER, _) | (CONDITION_BYTE, [0xFF]) => Some("never".to_owned()),
        (CREDENTIAL, _) => reference(value).map(reference_name),
        (OR | AND | NOT, [_, ..]) if depth < MAX_DEPTH => {
            let parts: Vec<_> = ber::read_all(value)
                .ok()?
                .iter()
                .map(|part| condition_words(part.tag, part.value, depth + 1))
                .collect::<Option<_>>()?;
            Some(match tag {
                OR => format!("({})", parts.join(" or ")),
                AND => format!("({})", parts.join(" and ")),
                _ => format!("not ({})", parts.join(" or ")),
            })
        }
        _ => None,
    }
}

/// What a key reference is called (TS 102 221 §9.5.1): `PIN1`, `second PIN1`, `ADM1`,
/// `universal PIN`.
pub fn reference_name(reference: u8) -> String {
    match reference {
        0x01..=0x08 => format!("PIN{reference}"),
        0x0A..=0x0E => format!("ADM{}", reference - 0x09),
        0x11 => "universal PIN".to_owned(),
        0x81..=0x88 => format!("second PIN{}", reference - 0x80),
        0x8A..=0x8E => format!("ADM{}", reference - 0x84),
        other => format!("key {other:02X}"),
    }
}

/// The rule of pairs in words, as a profile names them. Operations: `read`, `update`, `write`,
/// `activate`, `deactivate`, `terminate`, `delete`, `increase`, `resize`, `all`, several with a
/// space between. Conditions: `always`, `never`, `pin1`, `second pin1` (as `pin81`), `adm1`,
/// `universal`, joined by `or` or by `and`. `None` when a word is none of these.
pub fn encode(pairs: &[(&str, &str)]) -> Option<Vec<u8>> {
    let mut rule = Vec::new();
    for (operations, condition) in pairs {
        let condition = encode_condition(condition)?;
        let mut mode = 0;
        let mut headers = Vec::new();
        for word in operations.split_whitespace() {
            match word {
                "all" => mode |= 0x7F,
                "increase" => headers.push(super::apdu::INCREASE),
                "resize" => headers.push(0xD4),
                _ => mode |= FILE_MODES.iter().find(|(_, name)| *name == word)?.0,
            }
        }
        if mode != 0 {
            ber::write(&mut rule, 0x80, &[mode]);
            rule.extend(&condition);
        }
        for ins in headers {
            ber::write(&mut rule, 0x84, &[ins]);
            rule.extend(&condition);
        }
    }
    Some(rule)
}

fn encode_condition(words: &str) -> Option<Vec<u8>> {
    let joined = |tag, separator| {
        let mut parts = Vec::new();
        for part in words.split(separator) {
            parts.extend(encode_condition(part)?);
        }
        let mut out = Vec::new();
        ber::write(&mut out, tag, &parts);
        Some(out)
    };
    if words.contains(" or ") {
        return joined(OR, " or ");
    }
    if words.contains(" and ") {
        return joined(AND, " and ");
    }
    let reference = match words.trim() {
        "always" => return Some(vec![ALWAYS, 0x00]),
        "never" => return Some(vec![NEVER, 0x00]),
        "universal" => 0x11,
        word => match (word.strip_prefix("pin"), word.strip_prefix("adm")) {
            (Some(n), _) => u8::from_str_radix(n, 16)
                .ok()
                .filter(|n| matches!(n, 0x01..=0x08 | 0x81..=0x88))?,
            (_, Some(n)) => match n.parse().ok()? {
                n @ 1..=5 => 0x09 + n,
                n @ 6..=10 => 0x84 + n,
                _ => return None,
            },
            _ => return None,
        },
    };
    let mut out = Vec::new();
    ber::write(
        &mut out,
        CREDENTIAL,
        &[&[0x83, 0x01, reference], &USER[..]].concat(),
    );
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn on(mode: u8) -> Operation {
        Operation {
            mode,
            header: [0x00, 0xB0, 0x00, 0x00],
        }
    }

    /// Shows CMD-29.
    #[test]
    fn a_rule_of_words_is_that_of_the_worked_example() {
        let rule = encode(&[
            ("read", "pin1"),
            ("update", "adm1"),
            ("activate deactivate", "adm1"),
        ]);
        assert_eq!(
            hex::encode(&rule.unwrap()),
            "800101A406830101950108800102A40683010A950108800118A40683010A950108"
        );
    }

    #[test]
    fn a_condition_counts_for_the_modes_before_it_only() {
        let mut rule = encode(&[("read", "pin1"), ("update", "never")]).unwrap();
        rule.extend([0xFF; 4]);
        for (mode, verified, allowed) in [
            (READ, 0x01, true),
            (READ, 0x0A, false),
            (UPDATE, 0x01, false),
            (DELETE, 0x01, false),
        ] {
            assert_eq!(allows(&rule, on(mode), |r| r == verified), allowed);
        }
    }

    /// Shows CMD-29.
    #[test]
    fn or_and_and_not_are_evaluated() {
        let either = encode(&[("read", "pin1 or adm1")]).unwrap();
        let both = encode(&[("read", "pin1 and adm1")]).unwrap();
        let neither = hex::decode("800101AF08A406830101950108").unwrap();
        for (rule, by_pin, by_both, by_none) in [
            (either, true, true, false),
            (both, false, true, false),
            (neither, false, false, true),
        ] {
            assert_eq!(allows(&rule, on(READ), |r| r == 0x01), by_pin);
            assert_eq!(allows(&rule, on(READ), |_| true), by_both);
            assert_eq!(allows(&rule, on(READ), |_| false), by_none);
        }
    }

    /// Shows CMD-29.
    #[test]
    fn a_rule_for_an_instruction_counts_for_that_one() {
        let rule = encode(&[("increase", "pin1"), ("read", "always")]).unwrap();
        let increase = Operation {
            mode: 0,
            header: [0x80, 0x32, 0x00, 0x00],
        };
        assert!(allows(&rule, increase, |r| r == 0x01));
        assert!(!allows(&rule, increase, |_| false));
        assert_eq!(
            words(&rule, false),
            [
                ("increase".to_owned(), "PIN1".to_owned()),
                ("read".to_owned(), "always".to_owned())
            ]
        );
    }

    #[test]
    fn the_opposite_of_what_cannot_be_read_grants_nothing() {
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
            for all in [false, true] {
                assert!(!allows(&bytes, on(READ), |_| all), "{rule}");
            }
            let never = ("read".to_owned(), "never".to_owned());
            assert_eq!(words(&bytes, false), [never], "{rule}");
        }
        for rule in ["800101AF029700", "800101AF039E01FF"] {
            let bytes = hex::decode(rule).unwrap();
            assert!(allows(&bytes, on(READ), |_| false), "{rule}");
            let not_never = ("read".to_owned(), "not (never)".to_owned());
            assert_eq!(words(&bytes, false), [not_never], "{rule}");
        }
    }

    /// Shows CMD-29.
    #[test]
    fn what_cannot_be_read_grants_nothing() {
        let mut deep = vec![ALWAYS, 0x00];
        for _ in 0..6 {
            let mut outer = Vec::new();
            ber::write(&mut outer, OR, &deep);
            deep = outer;
        }
        deep.splice(0..0, [0x80, 0x01, 0x01]);
        for rule in [
            &deep[..],
            &[0x80, 0x01, 0x01, 0xA4, 0x09, 0x83],
            &[],
            &[0x90, 0],
        ] {
            assert!(!allows(rule, on(READ), |_| true));
            let _ = words(rule, true);
        }
    }
}
