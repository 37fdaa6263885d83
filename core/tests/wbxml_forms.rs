//! WBXML in every version and character set it may come in, and with everything unknown: kept,
//! shown, and read by one parser for showing and for acting.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;

use dmsc_core::codec::markup::document::{Kind, MAX_DEPTH};
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::vocabulary::wbxml::{Tag, Vocabulary};
use dmsc_core::codec::wbxml;
use dmsc_core::codec::{Field, hex, shown};

/// SyncML, SyncHdr-less: Put with Data, which no model minds.
const BODY: [u8; 5] = [0x6D, 0x6B, 0x5F, 0x54, 0x4F];
const ENDS: [u8; 5] = [0x01; 5];

fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find_map(|field| {
        let here = (field.name == name).then_some(field);
        here.or_else(|| find(&field.children, name))
    })
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let octets = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    text.encode_utf16().flat_map(octets).collect()
}

/// A document of one Data with the text inline and from the string table.
fn in_charset(charset: &[u8], encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let table = encode("tä\0b😀\0");
    let second = encode("tä\0").len() as u8;
    let mut bytes = vec![0x03, 0xA4, 0x01];
    bytes.extend(charset);
    bytes.push(table.len() as u8);
    bytes.extend(table);
    bytes.extend(BODY);
    bytes.push(0x03);
    bytes.extend(encode("aĀ\0"));
    bytes.extend([0x02, 0x3C, 0x83, second]);
    bytes.extend(ENDS);
    bytes
}

#[test]
fn strings_are_read_in_the_character_set_of_the_header() {
    for (charset, big) in [
        (&[0x87, 0x68][..], true), // UCS-2
        (&[0x87, 0x75], true),     // UTF-16BE
        (&[0x87, 0x76], false),    // UTF-16LE
        (&[0x87, 0x77], true),     // UTF-16
    ] {
        let bytes = in_charset(charset, |text| utf16(text, big));
        let decoded = wbxml::decode(&bytes).unwrap();
        let fields = shown::wbxml::fields(&bytes);
        assert_eq!(find(&fields, "Data").unwrap().value, "aĀ<b😀");
        let table = find(&fields, "string table").unwrap();
        let strings: Vec<&str> = table.children.iter().map(|f| &*f.value).collect();
        assert_eq!(strings, ["tä", "b😀"]);
        assert_eq!(table.children[1].range.end, table.range.end);
        // Written again it is UTF-8, with the same meaning.
        let again = wbxml::decode(&wbxml::encode(&decoded.root, decoded.vocabulary)).unwrap();
        assert_eq!(again.root, decoded.root);
        // Half a character is an error where it stands.
        let mut broken = bytes.clone();
        let at = broken
            .windows(4)
            .position(|w| w == utf16("aĀ", big))
            .unwrap();
        broken.splice(at..at + 2, if big { [0xDC, 0x00] } else { [0x00, 0xDC] });
        let document = wbxml::document(&broken).unwrap();
        let data = (0..document.nodes.len())
            .find(|n| document.name(*n) == "Data")
            .unwrap();
        assert_eq!(document.text(data).unwrap_err().offset, at);
    }
    let latin: fn(&str) -> Vec<u8> = |text| text.chars().map(|c| c as u8).collect();
    let bytes = in_charset(&[0x04], |text| {
        latin(&text.replace('😀', "ÿ").replace('Ā', "é"))
    });
    assert_eq!(
        find(&shown::wbxml::fields(&bytes), "Data").unwrap().value,
        "aé<bÿ"
    );
    // US-ASCII and "unknown" are read as UTF-8, of which they are a part or mostly mean it.
    for charset in [0x00, 0x03, 0x6A] {
        let bytes = in_charset(&[charset], |text| text.as_bytes().to_vec());
        assert_eq!(
            find(&shown::wbxml::fields(&bytes), "Data").unwrap().value,
            "aĀ<b😀"
        );
    }
}

#[test]
fn other_character_sets_are_read_as_far_as_they_are_ascii() {
    // 17 is Shift_JIS.
    let mut bytes = vec![0x03, 0xA4, 0x01, 0x11, 0x00];
    bytes.extend(BODY);
    bytes.extend([0x03, b'a', b'b', 0x00]);
    bytes.extend(ENDS);
    assert_eq!(
        find(&shown::wbxml::fields(&bytes), "Data").unwrap().value,
        "ab"
    );
    let b = bytes.iter().rposition(|byte| *byte == b'b').unwrap();
    bytes[b] = 0x83;
    let document = wbxml::document(&bytes).unwrap();
    let error = document.text(4).unwrap_err();
    assert_eq!((error.offset, &*error.found), (b, "a character of set 17"));
    // Four octets for each character: where a string ends cannot be told (UTF-32, 1017).
    bytes.splice(3..4, [0x87, 0x79]);
    let error = wbxml::decode(&bytes).unwrap_err();
    assert_eq!((error.offset, &*error.clause), (3, "WBXML §5.6"));
    let fields = shown::wbxml::fields(&bytes);
    assert!(find(&fields, "character set").is_some());
    assert_eq!(fields.last().unwrap().name, "unreadable");
}

#[test]
fn every_version_1_is_read_and_others_are_refused_at_their_byte() {
    let mut bytes = vec![0x00, 0xA4, 0x01, 0x6A, 0x00];
    bytes.extend(BODY);
    bytes.extend([0x03, b'a', 0x00]);
    bytes.extend(ENDS);
    for version in 0x01..=0x0F {
        bytes[0] = version;
        let decoded = wbxml::decode(&bytes).unwrap();
        assert_eq!(decoded.root.name(), "SyncML");
        let shown = &shown::wbxml::fields(&bytes)[0];
        assert_eq!(shown.value, format!("1.{version} ({version:02X})"));
    }
    for version in [0x10, 0x13, 0x23, 0xFF] {
        bytes[0] = version;
        let error = wbxml::decode(&bytes).unwrap_err();
        assert_eq!((error.offset, &*error.clause), (0, "WBXML §5.4"));
        assert!(error.found.contains(&format!("{version:02X}")));
        assert_eq!(shown::wbxml::fields(&bytes)[0].name, "unreadable");
    }
    // 1.0 had no character set.
    bytes[0] = 0;
    bytes.remove(3);
    assert!(wbxml::decode(&bytes).is_ok());
    assert!(find(&shown::wbxml::fields(&bytes), "character set").is_none());
}

#[test]
fn every_token_of_every_page_is_kept_and_shown() {
    for vocabulary in [
        Vocabulary::SyncMl11,
        Vocabulary::SyncMl12,
        Vocabulary::DevInf11,
        Vocabulary::DevInf12,
        Vocabulary::Prov,
        Vocabulary::Unknown,
    ] {
        for page in 0..=u8::MAX {
            let id = vocabulary.public_id().unwrap();
            let mut bytes = vec![0x03];
            if id >= 0x80 {
                bytes.push(0x80 | (id >> 7) as u8);
            }
            bytes.extend([(id & 0x7F) as u8, 0x6A, 0x00, 0x45]);
            if page != 0 {
                bytes.extend([0x00, page]);
            }
            bytes.extend(0x05..=0x3F);
            bytes.push(0x01);
            let decoded = wbxml::decode(&bytes).unwrap();
            assert_eq!(
                decoded.root.content.len(),
                0x3F - 4,
                "{vocabulary:?} {page}"
            );
            let text = wbxml::to_xml(&bytes).unwrap();
            let fields = shown::wbxml::fields(&bytes);
            for token in 0x05..=0x3F {
                let name = match vocabulary.tag_name(Tag { page, token }) {
                    "" => format!("unknown-{page}-{token:02X}"),
                    name => name.to_owned(),
                };
                assert!(
                    text.contains(&format!("<{name}")),
                    "{name} is not in {text}"
                );
                assert!(find(&fields, &name).is_some(), "{name}");
            }
            // The same tokens come back.
            let written = wbxml::encode(&decoded.root, vocabulary);
            assert_eq!(hex::encode(&written), hex::encode(&bytes));
        }
    }
}

#[test]
fn every_attribute_token_is_kept_and_shown() {
    for page in [0, 1, 2, 200] {
        for token in (0x05..0x40).chain(0x45..0x80) {
            let value = 0x85 + token % 0x3A;
            let bytes = [
                &[0x03, 0x0B, 0x6A, 0x00, 0x85, 0x00, page, token][..],
                &[value, 0x03, b'x', 0x00, 0x01],
            ]
            .concat();
            let decoded = wbxml::decode(&bytes).unwrap();
            let (name, shown) = &decoded.root.attributes[0];
            let (known, prefix) = Vocabulary::Prov.attribute_start(page, token);
            let wanted = match known {
                "" => format!("unknown-{page}-{token:02X}"),
                known => known.to_owned(),
            };
            let text = match Vocabulary::Prov.attribute_value(page, value) {
                "" => format!("unknown-{page}-{value:02X}"),
                text => text.to_owned(),
            };
            assert_eq!(name, &wanted);
            assert_eq!(shown, &format!("{prefix}{text}x"));
            assert!(find(&shown::wbxml::fields(&bytes), &wanted).is_some());
        }
    }
}

#[test]
fn unknown_public_identifiers_show_all_tokens() {
    for head in [
        &[0x03, 0x9F, 0x7F, 0x6A, 0x00][..],
        &[0x03, 0x00, 0x00, 0x6A, 0x04, b'-', b'/', b'x', 0x00],
        // An offset outside of the table.
        &[0x03, 0x00, 0x09, 0x6A, 0x00],
    ] {
        let bytes = [head, &[0x7F, 0x03, b'a', 0x00, 0x01]].concat();
        let decoded = wbxml::decode(&bytes).unwrap();
        assert_eq!(decoded.vocabulary, Vocabulary::Unknown);
        assert_eq!(decoded.root.name(), "unknown-0-3F");
        let fields = shown::wbxml::fields(&bytes);
        assert_eq!(find(&fields, "unknown-0-3F").unwrap().value, "a");
        let shown = find(&fields, "public identifier").unwrap();
        assert!(shown.note.contains("root tag"), "{shown:?}");
    }
}

fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wbxml");
    let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "hex"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                hex::decode(&fs::read_to_string(&path).unwrap()).unwrap(),
            )
        })
        .collect();
    found.sort();
    assert!(found.len() >= 8, "the vectors are gone");
    found
}

#[test]
fn what_is_shown_of_a_cut_document_is_what_the_whole_one_has() {
    for (name, bytes) in vectors() {
        let whole = wbxml::parse(&bytes);
        assert_eq!(whole.error, None, "{name}");
        let offset = |document: &wbxml::Parsed<'_>, n: usize| {
            let node = document.document.nodes[n];
            (node.kind, node.span.start)
        };
        for len in 0..whole.document.used {
            let cut = wbxml::parse(&bytes[..len]);
            // One parser: strict where tolerant found an error, and with that error.
            let error = cut.error.clone().unwrap();
            assert_eq!(wbxml::document(&bytes[..len]).unwrap_err(), error);
            assert!(
                error.offset <= len && !error.clause.is_empty(),
                "{name} {len}: {error}"
            );
            for n in 0..cut.document.nodes.len() {
                assert_eq!(offset(&cut, n), offset(&whole, n), "{name} {len}");
            }
            let fields = shown::wbxml::fields(&bytes[..len]);
            let last = fields.last().unwrap();
            assert_eq!(last.name, "unreadable");
            assert_eq!(last.clause, error.clause);
        }
    }
}

#[test]
fn errors_have_a_place_a_clause_and_a_reason() {
    let head = [0x03, 0xA4, 0x01, 0x6A, 0x02, b'a', 0x00];
    for (body, offset, expected, clause) in [
        (&[0x01][..], 7, "a root element", "WBXML §5.3"),
        (&[0x03, b'a', 0x00], 7, "a root element", "WBXML §5.3"),
        (&[0x6D, 0x03, b'a'], 10, "00 at the end", "WBXML §5.8.4.1"),
        (
            &[0x6D, 0x83, 0x02],
            9,
            "inside the string table",
            "WBXML §5.7",
        ),
        (
            &[0x6D, 0x83, 0x80, 0x80, 0x80, 0x80, 0x80],
            9,
            "5 bytes",
            "WBXML §5.1",
        ),
        (
            &[0x6D, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            9,
            "32 bits",
            "WBXML §5.1",
        ),
        (
            &[0x6D, 0xC3, 0x05, 0x00],
            10,
            "opaque data, 5 bytes",
            "WBXML §5.8.4.6",
        ),
        (&[0xED, 0x85, 0x01], 8, "an attribute start", "WBXML §5.8.3"),
        (&[0x6D, 0x6B], 9, "END of SyncBody", "WBXML §5.3"),
        (&[0x6D, 0x00], 9, "END of SyncML", "WBXML §5.3"),
    ] {
        let bytes = [&head[..], body].concat();
        let error = wbxml::decode(&bytes).unwrap_err();
        assert_eq!(error.offset, offset, "{error}");
        assert!(error.expected.contains(expected), "{error}");
        assert_eq!(error.clause, clause, "{error}");
    }
    let deep = [&head[..], &[0x6D; MAX_DEPTH + 1]].concat();
    let parsed = wbxml::parse(&deep);
    assert_eq!(parsed.error.unwrap().offset, head.len() + MAX_DEPTH);
    let elements = parsed.document.nodes.iter();
    assert_eq!(
        elements
            .filter(|n| matches!(n.kind, Kind::Element(_)))
            .count(),
        MAX_DEPTH
    );
    assert!(Message::decode_wbxml(&deep).is_err());
}

/// Everything a document becomes, counted: nodes, fields, octets of values and of text.
fn counted(bytes: &[u8]) -> [usize; 4] {
    fn below(fields: &[Field]) -> (usize, usize) {
        fields.iter().fold((0, 0), |(count, size), field| {
            let (inner, text) = below(&field.children);
            (count + 1 + inner, size + field.value.len() + text)
        })
    }
    let document = wbxml::parse(bytes).document;
    let parts = document.attributes.len() + document.parts.len() + document.switches.len();
    let (fields, values) = below(&shown::wbxml::fields(bytes));
    let text = wbxml::to_xml(bytes).map_or(0, |text| text.len());
    [document.nodes.len() + parts, fields, values, text]
}

#[test]
fn what_a_document_becomes_grows_as_the_document_does() {
    let table = [&[b'a'; 60][..], &[0]].concat();
    let head = [&[0x03, 0xA4, 0x01, 0x6A, 61][..], &table, &BODY].concat();
    for piece in [
        &[0x03, b'a', 0x00][..],
        &[0x02, 0x80, 0x41],
        &[0x83, 0x3C],
        &[0x04, 0x3C],
        &[0xC3, 0x00],
        &[0x00, 0x07],
        &[0x12],
        &[0x5F, 0x4F, 0x01, 0x01],
        &[0x80, 0x12],
        &[0x43, 0x05, 0x01],
        &[0x92, 0x05, 0x85, 0x06, 0x01],
        &[0xC3, 0x06, 0x03, 0xA4, 0x01, 0x6A, 0x00, 0x2D],
    ] {
        let of = |n: usize| counted(&[&head[..], &piece.repeat(n), &ENDS].concat());
        let (none, some, many) = (of(0), of(1_000), of(8_000));
        for (what, none) in none.iter().enumerate() {
            let growth = |n: [usize; 4]| n[what].saturating_sub(*none);
            // A little more where numbers have more digits.
            let most = growth(some) * 8 + growth(some) / 4 + 64;
            assert!(
                growth(many) <= most,
                "{piece:02X?}: {} of {some:?}, {many:?}",
                what
            );
        }
    }
}
