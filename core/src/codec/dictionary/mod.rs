//! A dictionary of the codes that end things: status words of cards, Status and Alert of DM,
//! results of toolkit commands, statuses of HTTP. Each with its cause, what to try, and the
//! clause.
//!
//! Data alone; a program that never asks carries none of it. Knows nothing of what was asked.

mod alert;
mod http;
mod result;
mod status;
mod status_word;

use crate::codec::http::reason;
use crate::codec::vocabulary::syncml::{AlertCode, StatusCode};
use crate::codec::vocabulary::toolkit;

/// What kind of code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Status word of a card, four hex digits.
    StatusWord,
    /// Status code of a DM command, three decimal digits.
    Status,
    /// Alert code of DM, four decimal digits.
    Alert,
    /// General result of a toolkit command, two hex digits.
    Result,
    /// Status of an HTTP response, three decimal digits.
    Http,
}

impl Family {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Family::StatusWord => "status word of a card",
            Family::Status => "Status of a DM command",
            Family::Alert => "Alert of DM",
            Family::Result => "result of a toolkit command",
            Family::Http => "status of HTTP",
        }
    }
}

/// Entry of the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Kind of code.
    pub family: Family,
    /// Code as the standard prints it; `X` stands for any digit.
    pub code: &'static str,
    /// Name of the code.
    pub name: &'static str,
    /// Cause, in a sentence.
    pub cause: &'static str,
    /// Advice, in a sentence.
    pub advice: &'static str,
    /// Clause that defines it.
    pub clause: &'static str,
}

/// Row of a status word: code, name, cause, advice.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Row of a code whose name its codec knows: code, cause, advice.
type Told = (&'static str, &'static str, &'static str);

/// The clause that defines a code of a family, and its name.
type Of = fn(&str) -> &'static str;

/// All entries, family by family.
pub fn entries() -> impl Iterator<Item = Entry> {
    let words = status_word::ROWS
        .iter()
        .map(|(code, name, cause, advice)| Entry {
            family: Family::StatusWord,
            code,
            name,
            cause,
            advice,
            clause: status_word::clause(code),
        });
    let families: [(Family, &[Told], Of, Of); 4] = [
        (
            Family::Status,
            status::ROWS,
            |_| "DM RepPro §10",
            |code| StatusCode(number(code)).meaning(),
        ),
        (Family::Alert, alert::ROWS, alert::clause, |code| {
            AlertCode(number(code)).meaning()
        }),
        (Family::Result, result::ROWS, result::clause, |code| {
            let code = u8::from_str_radix(code, 16).ok();
            code.and_then(toolkit::result::name).unwrap_or_default()
        }),
        (Family::Http, http::ROWS, http::clause, |code| {
            reason(number(code))
        }),
    ];
    words.chain(
        families
            .into_iter()
            .flat_map(|(family, rows, clause, name)| {
                rows.iter().map(move |(code, cause, advice)| Entry {
                    family,
                    code,
                    name: name(code),
                    cause,
                    advice,
                    clause: clause(code),
                })
            }),
    )
}

/// A code of three or four decimal digits.
fn number(code: &str) -> u16 {
    code.parse().unwrap_or_default()
}

/// Everything that a code can be, or that all words stand in; without regard to case.
///
/// ```
/// use dmsc_core::codec::dictionary::{Family, find};
///
/// assert_eq!(find("6A82")[0].name, "file not found");
/// assert_eq!(find("63c2")[0].code, "63CX");
/// let families: Vec<Family> = find("404").iter().map(|entry| entry.family).collect();
/// assert_eq!(families, [Family::Status, Family::Http]);
/// assert!(find("session abort").iter().any(|entry| entry.code == "1223"));
/// ```
pub fn find(asked: &str) -> Vec<Entry> {
    let asked = asked.trim().to_uppercase();
    let code: String = asked.chars().filter(|c| !c.is_whitespace()).collect();
    let code = code.strip_prefix("0X").unwrap_or(&code);
    let of_code: Vec<Entry> = entries().filter(|entry| fits(entry.code, code)).collect();
    if !of_code.is_empty() || asked.is_empty() {
        // What is named itself goes before what stands for many.
        let exact = of_code.iter().any(|entry| entry.code == code);
        let named = |entry: &Entry| {
            let is_word = entry.family == Family::StatusWord;
            !(exact && is_word && entry.code != code)
        };
        return of_code.into_iter().filter(named).collect();
    }
    let words: Vec<&str> = asked.split_whitespace().collect();
    let says = |entry: &Entry| {
        let texts = [entry.family.name(), entry.code, entry.name, entry.cause];
        let text = texts.join(" ").to_uppercase();
        words.iter().all(|word| text.contains(word))
    };
    entries().filter(says).collect()
}

/// Whether a code is one of those that an entry stands for.
fn fits(entry: &str, code: &str) -> bool {
    let same = |(of, is): (char, char)| of == is || of == 'X' && is.is_ascii_hexdigit();
    entry.len() == code.len() && entry.chars().zip(code.chars()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::apdu::StatusWord;

    /// Every code that this core names is in the dictionary, and no other.
    #[test]
    fn the_dictionary_and_the_codecs_know_the_same_codes() {
        let has = |family: Family, code: &str| {
            entries().any(|entry| entry.family == family && fits(entry.code, code))
        };
        for code in 0x6000..=0x9FFF_u16 {
            let named = !StatusWord(code).meaning().is_empty();
            let text = format!("{code:04X}");
            assert_eq!(has(Family::StatusWord, &text), named, "{text}");
        }
        for code in 100..2000_u16 {
            let text = code.to_string();
            let named = !StatusCode(code).meaning().is_empty();
            assert_eq!(has(Family::Status, &text), named, "Status {text}");
            let named = !AlertCode(code).meaning().is_empty();
            assert_eq!(has(Family::Alert, &text), named, "Alert {text}");
            let named = !crate::codec::http::reason(code).is_empty();
            assert_eq!(has(Family::Http, &text), named, "HTTP {text}");
        }
        for code in 0..=0xFF_u8 {
            let named = toolkit::result::name(code).is_some();
            let text = format!("{code:02X}");
            assert_eq!(has(Family::Result, &text), named, "result {text}");
        }
    }

    #[test]
    fn each_entry_says_all_of_it() {
        let mut seen = std::collections::BTreeSet::new();
        for entry in entries() {
            assert!(seen.insert((entry.family.name(), entry.code)), "{entry:?}");
            for text in [entry.cause, entry.advice] {
                assert!(text.ends_with('.'), "{entry:?}");
            }
            assert!(
                !entry.name.is_empty() && !entry.clause.is_empty(),
                "{entry:?}"
            );
        }
    }

    #[test]
    fn words_find_codes() {
        assert_eq!(find("device full")[0].code, "420");
        assert!(find("  ").is_empty());
        assert!(find("no such words anywhere").is_empty());
        assert!(find("9100").iter().any(|entry| entry.code == "91XX"));
        assert_eq!(find("0x6A 82").len(), 1);
    }
}
