//! Rules in the words of a profile.

use super::mode::FILE_MODES;
use super::rule::{Access, Condition, Entry, Rule};
use crate::codec::apdu::{INCREASE, RESIZE_FILE};

/// Bit of the header that says that INS follows.
const INS: u8 = 0x04;

impl Rule {
    /// The rule of pairs in words, as a profile names them. Operations: `read`, `update`,
    /// `write`, `activate`, `deactivate`, `terminate`, `delete`, `increase`, `resize`, `all`,
    /// several with a space between. Conditions: `always`, `never`, `pin1`, second PINs as
    /// `pin81`, `adm1`, `universal`, joined by `or` or by `and`. `None` when a word is none of
    /// these.
    pub fn from_words(pairs: &[(&str, &str)]) -> Option<Rule> {
        let mut rule = Rule::default();
        for (operations, condition) in pairs {
            let condition = Condition::from_words(condition)?;
            let mut modes = 0;
            let mut commands = Vec::new();
            for word in operations.split_whitespace() {
                match word {
                    "all" => modes |= 0x7F,
                    "increase" => commands.push(INCREASE),
                    "resize" => commands.push(RESIZE_FILE),
                    _ => modes |= FILE_MODES.iter().find(|(_, name)| *name == word)?.0,
                }
            }
            let modes = (modes != 0).then_some(Access::Modes(modes));
            let commands = commands.into_iter().map(|ins| Access::Command {
                parts: INS,
                bytes: vec![ins],
            });
            rule.entries
                .extend(modes.into_iter().chain(commands).map(|operation| Entry {
                    operations: vec![operation],
                    conditions: vec![condition.clone()],
                }));
        }
        Some(rule)
    }
}

impl Condition {
    fn from_words(words: &str) -> Option<Condition> {
        let parts = |separator| -> Option<Vec<Condition>> {
            words.split(separator).map(Condition::from_words).collect()
        };
        if words.contains(" or ") {
            return Some(Condition::Or(parts(" or ")?));
        }
        if words.contains(" and ") {
            return Some(Condition::And(parts(" and ")?));
        }
        let reference = match words.trim() {
            "always" => return Some(Condition::Always),
            "never" => return Some(Condition::Never),
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
        Some(Condition::Verified(reference))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Shows CMD-29.
    #[test]
    fn a_rule_of_words_is_that_of_the_worked_example() {
        let rule = Rule::from_words(&[
            ("read", "pin1"),
            ("update", "adm1"),
            ("activate deactivate", "adm1"),
        ]);
        assert_eq!(
            hex::encode(&rule.unwrap().encode()),
            "800101A406830101950108800102A40683010A950108800118A40683010A950108"
        );
    }

    #[test]
    fn words_that_are_none_are_refused() {
        for pair in [
            ("reed", "always"),
            ("read", "pin9"),
            ("read", "adm11"),
            ("read", ""),
        ] {
            assert_eq!(Rule::from_words(&[pair]), None, "{pair:?}");
        }
    }
}
