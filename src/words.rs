//! The words a person reads, by key, with values in braces: `static/words/en.md`. Pure text.
//!
//! What happens is told by the guide, and the standards' own names are not translated.

use crate::state::Ordered;
use std::sync::LazyLock;

/// Words in English, which are complete.
pub const EN: &str = include_str!("../static/words/en.md");

/// Words by key.
static WORDS: LazyLock<Ordered<&str, &str>> = LazyLock::new(|| read(EN).collect());

/// Keys and words of a file: lines that begin with a dash, `- key: words`.
pub fn read(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.lines()
        .filter_map(|line| line.strip_prefix("- ")?.split_once(": "))
}

/// The words of a key; nothing for a key that is not there, which a test forbids.
pub fn say(key: &str) -> &'static str {
    find(key).unwrap_or_default()
}

/// The words of a key, if there are any.
pub fn find(key: &str) -> Option<&'static str> {
    WORDS.get(key).copied()
}

/// The words of a key made of a group and a name in it, `depth.http`.
pub fn say_of(group: &str, name: &str) -> &'static str {
    say(&[group, name].join("."))
}

/// The words of a key with values in the place of their names in braces.
pub fn fill(key: &str, values: &[(&str, String)]) -> String {
    filled(say(key), |name| {
        let found = values.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value.clone())
    })
}

/// A template with its words in braces replaced; words without a value stay.
pub fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) => out.push_str(&value),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A text as a sentence: a great letter before it, a full stop behind it.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let mut sentence: String = first.into_iter().collect();
    sentence.push_str(letters.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_their_names() {
        let value = |name: &str| (name == "n").then(|| "7".to_owned());
        assert_eq!(filled("{n} of {m}, {", value), "7 of {m}, {");
        assert_eq!(filled("{n}{n}", value), "77");
    }

    #[test]
    fn a_text_becomes_a_sentence() {
        assert_eq!(sentence("there is none"), "There is none.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn keys_stand_once_and_nothing_else_stands_between_them() {
        let keys: Vec<&str> = read(EN).map(|(key, _)| key).collect();
        let mut once = keys.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), keys.len());
        let (_, words) = EN.split_once("\n## ").unwrap();
        let lines = words.lines().skip(1);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with("## ")) {
            assert!(line.starts_with("- ") && line.contains(": "), "{line}");
        }
    }
}
