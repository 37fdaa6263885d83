//! Every document in `vectors/wbxml`: its text, its fields, and back to the same bytes.
//!
//! `<name>.hex` are the bytes, `<name>.source` says where they come from, `<name>.xml` is the
//! text and `<name>.fields` the fields they must give; `UPDATE_VECTORS=1` writes the last two.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;

use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::vocabulary::wbxml::{Tag, Vocabulary};
use dmsc_core::codec::wbxml;
use dmsc_core::codec::{Field, hex, shown, tnds};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wbxml")
}

fn vectors() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "hex") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let bytes = hex::decode(&fs::read_to_string(&path).unwrap()).unwrap();
            found.push((name, bytes));
        }
    }
    found.sort();
    assert!(found.len() >= 8, "the vectors are gone");
    found
}

fn print(fields: &[Field], indent: usize, out: &mut String) {
    for f in fields {
        *out += &format!(
            "{:indent$}{}..{} {}: {:?}{}{}{}{}\n",
            "",
            f.range.start,
            f.range.end,
            f.name,
            f.value,
            if f.clause.is_empty() { "" } else { " | " },
            f.clause,
            if f.note.is_empty() { "" } else { " | " },
            f.note,
        );
        print(&f.children, indent + 2, out);
    }
}

fn compare(name: &str, extension: &str, text: &str) {
    let path = folder().join(format!("{name}.{extension}"));
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name}.{extension}");
}

/// Fields lie inside their parents and follow each other.
fn well_placed(fields: &[Field], within: std::ops::Range<usize>) {
    let mut at = within.start;
    for field in fields {
        assert!(field.range.start >= at, "{} overlaps", field.name);
        assert!(field.range.end <= within.end, "{} sticks out", field.name);
        at = field.range.end;
        well_placed(&field.children, field.range.clone());
    }
}

#[test]
fn shows() {
    for (name, bytes) in vectors() {
        assert!(folder().join(format!("{name}.source")).exists(), "{name}");
        compare(&name, "xml", &wbxml::to_xml(&bytes).unwrap());
        let fields = shown::wbxml::fields(&bytes);
        well_placed(&fields, 0..bytes.len());
        // Together the fields cover every byte.
        assert_eq!(fields.first().unwrap().range.start, 0);
        assert!(
            fields
                .windows(2)
                .all(|w| w[0].range.end == w[1].range.start)
        );
        assert_eq!(fields.last().unwrap().range.end, bytes.len());
        let mut text = String::new();
        print(&fields, 0, &mut text);
        compare(&name, "fields", &text);
    }
}

#[test]
fn reads_and_writes() {
    for (name, bytes) in vectors() {
        if name.starts_with("message") {
            let (message, used) = Message::decode_wbxml_prefix(&bytes).unwrap();
            assert_eq!(used, bytes.len(), "{name}");
            assert_eq!(hex::encode(&message.encode_wbxml()), hex::encode(&bytes));
            // By way of XML and back; binary data have become base64 text with Meta to say so.
            let xml = message.encode_xml();
            let from_xml = Message::decode_xml(xml.as_bytes()).unwrap();
            assert_eq!(from_xml.encode_xml(), xml, "{name}");
            let again = Message::decode_wbxml(&from_xml.encode_wbxml()).unwrap();
            assert_eq!(again, from_xml, "{name}");
        } else if name.starts_with("tnds") {
            let (document, used) = tnds::Document::decode_wbxml_prefix(&bytes).unwrap();
            assert_eq!(used, bytes.len(), "{name}");
            if name != "tnds-no-public-id" {
                assert_eq!(hex::encode(&document.encode_wbxml()), hex::encode(&bytes));
            }
            let xml = document.encode_xml();
            assert_eq!(
                tnds::Document::decode_xml(xml.as_bytes()).unwrap(),
                document
            );
            let element = document.to_element();
            assert_eq!(tnds::Document::from_element(&element).unwrap(), document);
        }
        if !name.starts_with("format") && name != "tnds-no-public-id" {
            let decoded = wbxml::decode(&bytes).unwrap();
            let written = wbxml::encode(&decoded.root, decoded.vocabulary);
            assert_eq!(hex::encode(&written), hex::encode(&bytes), "{name}");
        }
    }
}

#[test]
fn tables_have_each_name_once() {
    let count = |vocabulary: Vocabulary, page: u8| {
        let tags = (5..0x40).map(|token| Tag { page, token });
        let named = tags.filter(|tag| {
            let name = vocabulary.tag_name(*tag);
            assert!(
                name.is_empty() || vocabulary.tag(page, name) == Some(*tag),
                "{name}"
            );
            !name.is_empty()
        });
        named.count()
    };
    let counts = [0, 1, 2].map(|page| count(Vocabulary::SyncMl12, page));
    assert_eq!(counts, [55, 18, 56]);
    assert_eq!([0, 1].map(|page| count(Vocabulary::Prov, page)), [3, 2]);
    assert_eq!(count(Vocabulary::DevInf12, 0), 47);
    let starts = |page| {
        (0..128)
            .filter(|token| !Vocabulary::Prov.attribute_start(page, *token).0.is_empty())
            .count()
    };
    assert_eq!([starts(0), starts(1)], [81, 29]);
    let values = |page| {
        (128..=255)
            .filter(|token| !Vocabulary::Prov.attribute_value(page, *token).is_empty())
            .count()
    };
    assert_eq!([values(0), values(1)], [58, 11]);
}

#[test]
fn unknown_public_id_is_told_by_the_root() {
    let (_, bytes) = vectors()
        .into_iter()
        .find(|(name, _)| name == "tnds-no-public-id")
        .unwrap();
    let decoded = wbxml::decode(&bytes).unwrap();
    assert_eq!(decoded.vocabulary, Vocabulary::DmDdf);
    assert_eq!(decoded.root.name(), "MgmtTree");
}
