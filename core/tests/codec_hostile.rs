//! Broken, cut and malicious input: every codec of markup must answer, soon, and never panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;

use dmsc_core::codec::markup::document::MAX_DEPTH;
use dmsc_core::codec::syncml::{Encoding, Message};
use dmsc_core::codec::{Field, ddf, hex, prov, shown, tnds, wbxml, xml};

/// Vectors in WBXML, and what of them can be written as XML.
fn vectors() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wbxml");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "hex") {
            found.push(hex::decode(&fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
    found.sort();
    assert!(found.len() >= 8, "the vectors are gone");
    let written: Vec<Vec<u8>> = found
        .iter()
        .filter_map(|bytes| {
            let message = Message::decode_wbxml(bytes).map(|m| m.encode_xml());
            let tree = tnds::Document::decode_wbxml(bytes).map(|d| d.encode_xml());
            message.or(tree).ok().map(String::into_bytes)
        })
        .collect();
    assert!(written.len() >= 6);
    found.extend(written);
    // The smaller ones, since every cut of every document is tried.
    for (name, text) in dmsc_core::tree::standard::DESCRIPTIONS {
        if matches!(name, "Inbox" | "DevInfo") {
            let description = ddf::Document::decode_xml(text.as_bytes()).unwrap();
            found.push(description.encode_wbxml());
            found.push(description.encode_xml().into_bytes());
        }
    }
    found
}

fn inside(fields: &[Field], len: usize) {
    for field in fields {
        assert!(field.range.start <= field.range.end && field.range.end <= len);
        inside(&field.children, len);
    }
}

/// Every entry point; what can be read must also be written and read again as the same.
fn try_all(bytes: &[u8]) {
    if let Ok(decoded) = wbxml::decode(bytes) {
        let written = wbxml::encode(&decoded.root, decoded.vocabulary);
        wbxml::decode(&written).unwrap();
    }
    let _ = wbxml::to_xml(bytes);
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        inside(&shown::syncml::fields(bytes, encoding), bytes.len());
        match Message::decode(bytes, encoding) {
            Ok(message) => {
                let again = Message::decode_wbxml(&message.encode_wbxml()).unwrap();
                assert_eq!(again.commands.len(), message.commands.len());
                let xml = message.encode_xml();
                Message::decode_xml(xml.as_bytes())
                    .unwrap_or_else(|error| panic!("{error}\n{xml}\n{}", hex::spaced(bytes)));
            }
            Err(error) => {
                assert!(error.offset <= bytes.len());
                let _ = xml::line_column(bytes, error.offset);
            }
        }
    }
    for document in [
        prov::Document::decode_wbxml(bytes),
        prov::Document::decode_xml(bytes),
    ]
    .into_iter()
    .flatten()
    {
        prov::Document::decode_wbxml(&document.encode_wbxml()).unwrap();
        prov::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
    }
    for document in [
        ddf::Document::decode_wbxml(bytes),
        ddf::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                let again = ddf::Document::decode_wbxml(&document.encode_wbxml());
                assert_eq!(again.unwrap(), document, "{}", hex::spaced(bytes));
                ddf::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
            }
            Err(error) => assert!(error.offset <= bytes.len()),
        }
    }
    inside(&shown::tnds::fields(bytes), bytes.len());
    for document in [
        tnds::Document::decode_wbxml(bytes),
        tnds::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                let again = tnds::Document::decode_wbxml(&document.encode_wbxml());
                assert_eq!(again.unwrap(), document, "{}", hex::spaced(bytes));
                tnds::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
            }
            Err(error) => assert!(error.offset <= bytes.len()),
        }
    }
}

/// A generator that gives the same numbers on every run.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

#[test]
fn survives_mutations() {
    let vectors = vectors();
    let mut random = Lcg(1);
    for _ in 0..20_000 {
        let mut bytes = vectors[random.next(vectors.len())].clone();
        for _ in 0..=random.next(4) {
            let at = random.next(bytes.len());
            match random.next(6) {
                0 => bytes[at] = random.next(256) as u8,
                1 => bytes[at] ^= 1 << random.next(8),
                2 => bytes.insert(at, random.next(256) as u8),
                3 => drop(bytes.remove(at)),
                4 => {
                    let end = at + random.next(bytes.len() - at);
                    let piece = bytes[at..end].to_vec();
                    let to = random.next(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => {
                    // The tokens that steer the parser.
                    let tokens = [
                        0x00, 0x01, 0x02, 0x03, 0x04, 0x43, 0x44, 0x83, 0x84, 0xC3, 0xC4,
                    ];
                    bytes[at] = tokens[random.next(tokens.len())];
                }
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        try_all(&bytes);
    }
}

#[test]
fn survives_every_cut() {
    for bytes in vectors() {
        for len in 0..bytes.len() {
            try_all(&bytes[..len]);
        }
    }
}

#[test]
fn refuses_endless_depth() {
    let mut bytes = vec![0x03, 0xA4, 0x01, 0x6A, 0x00];
    bytes.extend(std::iter::repeat_n(0x6D, 100_000));
    let error = wbxml::decode(&bytes).unwrap_err();
    assert_eq!(error.offset, 5 + MAX_DEPTH);
    try_all(&bytes);
    let text = "<SyncML>".repeat(100_000);
    let error = Message::decode_xml(text.as_bytes()).unwrap_err();
    assert_eq!(error.offset, 8 * MAX_DEPTH);
    try_all(text.as_bytes());
    let mut opaque = bytes.clone();
    for _ in 0..200 {
        let mut outer = vec![0x03, 0xA4, 0x01, 0x6A, 0x00, 0x4F, 0xC3];
        let len = opaque.len() as u32;
        outer.extend([
            0x80 | (len >> 21) as u8,
            0x80 | (len >> 14) as u8,
            0x80 | (len >> 7) as u8,
            len as u8 & 0x7F,
        ]);
        outer.extend(&opaque);
        outer.push(0x01);
        opaque = outer;
    }
    try_all(&opaque);
}

#[test]
fn bounds_string_table_references() {
    // 100,000 references to a string of 100,000 bytes would be 10 GB of text.
    let mut bytes = vec![0x03, 0xA4, 0x01, 0x6A, 0x86, 0x8D, 0x20];
    bytes.extend(std::iter::repeat_n(b'a', 100_000));
    bytes.push(0x4F);
    for _ in 0..100_000 {
        bytes.extend([0x83, 0x00]);
    }
    bytes.push(0x01);
    let error = wbxml::decode(&bytes).unwrap_err();
    assert!(error.expected.contains("string table"), "{error}");
    try_all(&bytes);
    // Names from the table are text as well.
    let names = bytes.iter().map(|b| if *b == 0x83 { 0x04 } else { *b });
    let names: Vec<u8> = names.collect();
    try_all(&names);
}

#[test]
fn bounds_many_small_things() {
    let header = [0x03, 0xA4, 0x01, 0x6A, 0x00, 0x6D, 0x6B, 0x60, 0x54, 0x4F];
    for piece in [
        &[0x02, 0x41][..],
        &[0x03, 0x41, 0x00],
        &[0x03, 0x00],
        &[0xC3, 0x01, 0x41],
        &[0xC3, 0x03, 0x03, 0x01, 0x6A],
        &[0x12],
        &[0x00, 0x01],
        &[0xC1],
        &[0x43, 0x05, 0x01],
        &[0x92, 0x05, 0x03, 0x41, 0x00, 0x01],
    ] {
        let mut bytes = header.to_vec();
        for _ in 0..100_000 {
            bytes.extend(piece);
        }
        bytes.extend([0x01; 5]);
        try_all(&bytes);
    }
    let text = |piece: &str| {
        let middle = piece.repeat(50_000);
        format!("<SyncML><SyncHdr/><SyncBody><Put><Data>{middle}</Data></Put></SyncBody></SyncML>")
    };
    for piece in [
        "&#65;",
        "&lt;",
        "<a/>",
        "<!-- -->",
        "\r\n",
        "<![CDATA[x]]>",
        "<a b='&amp;'/>",
    ] {
        let text = text(piece);
        try_all(text.as_bytes());
    }
    let attributes: String = (0..50_000).map(|n| format!(" a{n}='x'")).collect();
    let text = format!("<SyncML{attributes}/>");
    try_all(text.as_bytes());
    let nodes: String = (0..20_000)
        .map(|n| format!("<Node><NodeName>n{n}</NodeName><Value>v</Value></Node>"))
        .collect();
    let text = format!(
        "<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>a</NodeName>{nodes}</Node></MgmtTree>"
    );
    try_all(text.as_bytes());
    assert!(tnds::Document::decode_xml(text.as_bytes()).is_ok());
}

#[test]
fn resolves_no_entities() {
    let body = "<SyncML>&e;</SyncML>";
    for doctype in [
        "<!DOCTYPE SyncML [<!ENTITY e 'x'>]>",
        "<!DOCTYPE SyncML [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE SyncML SYSTEM 'x' [<!ENTITY e 'x'>]>",
        "",
    ] {
        let text = format!("{doctype}{body}");
        let error = Message::decode_xml(text.as_bytes()).unwrap_err();
        assert!(
            error.expected.contains("entity") || error.expected.contains("&lt;"),
            "{error}"
        );
    }
}
