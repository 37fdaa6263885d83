//! Our token tables beside those of libwbxml, entry by entry and both ways.

use crate::lib_wbxml;
use dmsc_core::codec::vocabulary::wbxml::{Tag, Vocabulary};
use std::collections::BTreeSet;

/// One entry: what it is, page, token, name, beginning of the value.
type Entry = (&'static str, u8, u8, String, String);

/// The numbers libwbxml gives its languages, and which of our tables they are compared with. Its
/// language SyncML holds MetInf as page 1, ours the device description as page 2 too; the pages of
/// one vocabulary are those of all its languages.
const LANGUAGES: [(Vocabulary, &[u32]); 5] = [
    (Vocabulary::SyncMl12, &[2201, 2203, 2204]),
    (Vocabulary::DmDdf, &[2201, 2203, 2204]),
    (Vocabulary::DevInf11, &[2002, 2102]),
    (Vocabulary::DevInf12, &[2202]),
    (Vocabulary::Prov, &[1601]),
];

/// SyncML 1.0 and 1.1, whose tokens are all in our 1.2 and mean the same.
const SUBSETS: [(Vocabulary, &[u32]); 1] = [(Vocabulary::SyncMl11, &[2001, 2101, 2103])];

/// Entries only libwbxml has.
const ONLY_THEIRS: [(&str, u8, u8, &str, &str); 3] = [
    // No name, but the words of the specification: the token shows as unknown here.
    ("tag", 0, 0x30, "Reserved for future use", ""),
    // A spelling mistake, here as TETRA-SDS and TETRA-PACKET.
    ("value", 0, 0xB5, "TRETRA-SDS", ""),
    ("value", 0, 0xB6, "TRETRA-PACKET", ""),
];

/// Entries only we have.
const ONLY_OURS: [(&str, u8, u8, &str, &str); 4] = [
    ("value", 0, 0xB5, "TETRA-SDS", ""),
    ("value", 0, 0xB6, "TETRA-PACKET", ""),
    // Sources differ on the page of these two; they are read on both.
    ("value", 1, 0xE0, "AAA", ""),
    ("value", 1, 0xE1, "HA", ""),
];

fn ours(vocabulary: Vocabulary) -> BTreeSet<Entry> {
    let mut entries = BTreeSet::new();
    for page in 0..=u8::MAX {
        for token in 0..0x40 {
            let name = vocabulary.tag_name(Tag { page, token });
            if !name.is_empty() {
                entries.insert(("tag", page, token, name.to_owned(), String::new()));
            }
        }
        for token in 0..0x80 {
            let (name, value) = vocabulary.attribute_start(page, token);
            if !name.is_empty() {
                entries.insert(("start", page, token, name.to_owned(), value.to_owned()));
            }
            let value = vocabulary.attribute_value(page, token | 0x80);
            if !value.is_empty() {
                let entry = ("value", page, token | 0x80, value.to_owned(), String::new());
                entries.insert(entry);
            }
        }
    }
    entries
}

fn theirs(lines: &str, languages: &[u32]) -> BTreeSet<Entry> {
    let mut entries = BTreeSet::new();
    for line in lines.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [language, kind, page, token, name, value] = parts[..] else {
            panic!("{line}")
        };
        let kind = match kind {
            "tag" => "tag",
            "start" => "start",
            "value" => "value",
            _ => continue,
        };
        if languages.contains(&language.parse().unwrap()) {
            let (page, token) = (page.parse().unwrap(), token.parse().unwrap());
            entries.insert((kind, page, token, name.to_owned(), value.to_owned()));
        }
    }
    entries
}

fn owned(list: &[(&'static str, u8, u8, &str, &str)]) -> BTreeSet<Entry> {
    list.iter()
        .map(|(kind, page, token, name, value)| {
            (
                *kind,
                *page,
                *token,
                (*name).to_owned(),
                (*value).to_owned(),
            )
        })
        .collect()
}

#[test]
fn token_tables_are_those_of_libwbxml() {
    let Some(lib) = lib_wbxml() else { return };
    let lines = lib.tables();
    let mut only_theirs = BTreeSet::new();
    let mut only_ours = BTreeSet::new();
    for (vocabulary, languages) in LANGUAGES {
        let (ours, theirs) = (ours(vocabulary), theirs(&lines, languages));
        assert!(theirs.len() > 37, "{vocabulary:?}: {}", theirs.len());
        only_theirs.extend(theirs.difference(&ours).cloned());
        only_ours.extend(ours.difference(&theirs).cloned());
    }
    for (vocabulary, languages) in SUBSETS {
        let theirs = theirs(&lines, languages);
        assert!(theirs.len() > 60);
        only_theirs.extend(theirs.difference(&ours(vocabulary)).cloned());
    }
    assert_eq!(only_theirs, owned(&ONLY_THEIRS));
    assert_eq!(only_ours, owned(&ONLY_OURS));
}
