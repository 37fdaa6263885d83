//! The words a person reads: none in the markup, none missing, none unused, and those of
//! index.html the same as the page's.
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_explorer::engine::{Control, catalogue};
use dmsc_explorer::words::{self, EN};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Attributes whose values a person reads or hears.
const READ: [&str; 6] = [
    "aria-label",
    "aria-valuetext",
    "title",
    "label",
    "alt",
    "placeholder",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
    {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// Name and text of each file of the page, without its tests.
fn sources() -> Vec<(String, String)> {
    let files = rust_files(&root().join("src"));
    let text = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        text[..end].to_owned()
    };
    files
        .iter()
        .filter(|file| !file.ends_with("tests.rs"))
        .map(|file| {
            (
                file.strip_prefix(root()).unwrap().display().to_string(),
                text(file),
            )
        })
        .collect()
}

/// The string that begins behind a quotation mark.
fn string_at(text: &str) -> &str {
    text.split_once('"').map_or("", |(string, _)| string)
}

/// Strings in the markup of a text that a person would read: text between braces, and values of
/// attributes.
fn words_in_markup(text: &str) -> Vec<&str> {
    let braces = text
        .match_indices("{ \"")
        .map(|(at, mark)| string_at(&text[at + mark.len()..]));
    let attributes = READ.iter().flat_map(|name| {
        let mark = format!(" {name}=\"");
        let starts: Vec<usize> = text
            .match_indices(&mark)
            .map(|(at, _)| at + mark.len())
            .collect();
        starts.into_iter().map(|at| string_at(&text[at..]))
    });
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
    braces.chain(attributes).filter(is_word).collect()
}

/// The strings that are the first argument of a call.
fn arguments<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
    text.match_indices(call)
        .map(|(at, _)| text[at + call.len()..].trim_start())
        .filter_map(|rest| rest.strip_prefix('"').map(string_at))
        .collect()
}

#[test]
fn no_words_stand_in_the_markup() {
    let mut bad = Vec::new();
    for (name, text) in sources() {
        if !(name.starts_with("src/components") || name.starts_with("src/panes")) {
            continue;
        }
        let markup = text.split("html! {").skip(1).collect::<String>();
        for word in words_in_markup(&markup) {
            // Names of the standards are not translated.
            if word == "FCP" {
                continue;
            }
            // An `if` in an attribute chooses between classes, truths or keys.
            let is_name = word.contains(['_', '-']) || ["true", "false"].contains(&word);
            let is_name = is_name || ["added", "replaced", "deleted", "facts"].contains(&word);
            let is_name = is_name || word.starts_with("pane ");
            if !is_name && words::find(word).is_none() {
                bad.push(format!("{name}: \"{word}\" stands in the markup; put it into static/words/en.md and say its key"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn every_key_that_is_said_has_words() {
    let mut missing = BTreeSet::new();
    for (name, text) in sources() {
        for call in [" say(", "(say(", "{say(", "fill("] {
            for key in arguments(&text, call) {
                if words::find(key).is_none() {
                    missing.insert(format!("{name}: {key}"));
                }
            }
        }
        for group in arguments(&text, "say_of(") {
            let mut keys = words::read(EN).map(|(key, _)| key);
            if !keys.any(|key| key.rsplit_once('.').is_some_and(|(of, _)| of == group)) {
                missing.insert(format!("{name}: the group {group}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_is_used() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    // Names in groups may come from the core: settings, layers, what becomes of a message.
    let core: String = rust_files(&root().join("core/src"))
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let groups: BTreeSet<&str> = arguments(&sources, "say_of(").into_iter().collect();
    let made = ["setting", "value"];
    let quoted = |text: &str, word: &str| text.contains(&format!("\"{word}\""));
    let unused: Vec<&str> = words::read(EN)
        .map(|(key, _)| key)
        .filter(|key| {
            let (group, name) = key.rsplit_once('.').unwrap();
            let outer = group.split('.').next().unwrap_or(group);
            let known = groups.contains(group) || made.contains(&outer);
            !quoted(&sources, key) && !(known && (quoted(&sources, name) || quoted(&core, name)))
        })
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn every_setting_and_every_value_that_is_a_word_is_told_in_words() {
    let mut missing = BTreeSet::new();
    for setting in catalogue().scenarios.iter().flat_map(|one| &one.settings) {
        let key = &setting.key;
        let wanted = match &setting.kind {
            Control::Choice(values) => {
                let values = values.iter().map(|value| format!("value.{key}.{value}"));
                values.chain([format!("setting.{key}")]).collect()
            }
            Control::Number { .. } => vec![format!("setting.{key}")],
            // What is said of the document stands in words of its own.
            Control::File => Vec::new(),
        };
        missing.extend(wanted.into_iter().filter(|key| words::find(key).is_none()));
    }
    assert!(
        missing.is_empty(),
        "not in static/words/en.md: {missing:#?}"
    );
}

/// The names in braces.
fn names(words: &str) -> BTreeSet<&str> {
    let parts = words.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

/// What a file of words lacks beside another, and what it has too much.
fn differences(file: &str, other: &str) -> Vec<String> {
    let read = |file| words::read(file).collect::<BTreeMap<&str, &str>>();
    let (file, other) = (read(file), read(other));
    let missing = other.iter().filter_map(|(key, words)| match file.get(key) {
        None => Some(format!("{key} is missing")),
        Some(mine) if names(mine) != names(words) => Some(format!("{key}: {:?}", names(words))),
        Some(_) => None,
    });
    let unknown = file.keys().filter(|key| !other.contains_key(*key));
    missing
        .chain(unknown.map(|key| format!("{key} is no key")))
        .collect()
}

#[test]
fn every_language_has_the_same_keys() {
    for file in fs::read_dir(root().join("static/words")).unwrap().flatten() {
        let bad = differences(&fs::read_to_string(file.path()).unwrap(), EN);
        assert!(bad.is_empty(), "{}: {bad:#?}", file.path().display());
    }
    assert_eq!(
        differences(
            "- a.b: {n} Schritte\n- a.x: x",
            "- a.b: {m} steps\n- a.c: c"
        ),
        ["a.b: {\"m\"}", "a.c is missing", "a.x is no key"]
    );
}

#[test]
fn what_stands_before_the_program_says_the_same() {
    let page = fs::read_to_string(root().join("index.html")).unwrap();
    for (before, key) in [
        ("class=\"header__name\">", "page.name"),
        ("class=\"sentence__text\">", "page.first"),
    ] {
        let (_, rest) = page.split_once(before).unwrap();
        assert_eq!(rest.split('<').next(), words::find(key), "{key}");
    }
}

#[test]
fn the_rules_can_fail() {
    assert_eq!(
        words_in_markup("<b title=\"Open it\">{ \"Some words\" }{ \"✕\" }</b>"),
        ["Some words", "Open it"]
    );
    assert_eq!(
        arguments("a say(\"x.y\") fill(\n \"z.w\", v)", "say("),
        ["x.y"]
    );
}
