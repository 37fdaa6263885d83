//! Whether a rule lets an operation happen.
//!
//! Works on the bytes as they stand: a card asks for each command that touches a file, so that
//! nothing is built here.

use super::tag::{ALWAYS, AND, CONDITION_BYTE, CREDENTIAL, MAX_DEPTH, MODES, NEVER, NOT, OR, USER};
use crate::codec::ber;

/// What a command wants to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Bit of the access mode byte; 0 when only the header names the command.
    pub mode: u8,
    /// CLA, INS, P1, P2.
    pub header: [u8; 4],
}

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
    if tag == MODES {
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

#[cfg(test)]
mod tests {
    use super::super::mode::{DELETE, READ, UPDATE};
    use super::super::rule::Rule;
    use super::*;
    use crate::codec::hex;

    fn on(mode: u8) -> Operation {
        Operation {
            mode,
            header: [0x00, 0xB0, 0x00, 0x00],
        }
    }

    #[test]
    fn a_condition_counts_for_the_modes_before_it_only() {
        let mut rule = Rule::from_words(&[("read", "pin1"), ("update", "never")])
            .unwrap()
            .encode();
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
        let either = Rule::from_words(&[("read", "pin1 or adm1")])
            .unwrap()
            .encode();
        let both = Rule::from_words(&[("read", "pin1 and adm1")])
            .unwrap()
            .encode();
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
        let rule = Rule::from_words(&[("increase", "pin1"), ("read", "always")])
            .unwrap()
            .encode();
        let increase = Operation {
            mode: 0,
            header: [0x80, 0x32, 0x00, 0x00],
        };
        assert!(allows(&rule, increase, |r| r == 0x01));
        assert!(!allows(&rule, increase, |_| false));
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
        }
        for rule in ["800101AF029700", "800101AF039E01FF"] {
            let bytes = hex::decode(rule).unwrap();
            assert!(allows(&bytes, on(READ), |_| false), "{rule}");
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
        }
    }
}
