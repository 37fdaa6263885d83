//! The codecs against programs that others wrote: libwbxml (`wbxml2xml`, `xml2wbxml`) and
//! Wireshark (`tshark`).
//!
//! What this core writes the others must read, and the other way round, with the same meaning;
//! `normal` says what counts as the same. Where a program is missing the test says `skipped:`
//! and why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod libwbxml;
mod normal;
#[path = "../../../core/tests/strategies/mod.rs"]
mod strategies;
mod tables;
mod wireshark;

use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::{DecodeError, hex, prov, tnds, wbxml};
use libwbxml::LibWbxml;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

/// Messages of one run, each in both directions.
const MESSAGES: usize = 10_000;
/// Tree descriptions and provisioning documents of one run.
const DOCUMENTS: usize = 2_000;

/// The same values on every run.
fn generated<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

/// Says that a test did not take place, past the test runner, which would keep it to itself.
fn skipped(reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// The messages of this run, first those of the core's files; making them takes longest.
static ALL_MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let mut messages: Vec<Message> = vectors("message")
        .iter()
        .map(|(_, bytes)| Message::decode_wbxml(bytes).unwrap())
        .collect();
    messages.extend(generated(strategies::message(true), MESSAGES));
    messages
});

/// The library, or a word on why it is not there.
fn lib_wbxml() -> Option<LibWbxml> {
    LibWbxml::build().inspect_err(|reason| skipped(reason)).ok()
}

/// Documents of every kind from the files of the core.
fn vectors(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/vectors/wbxml");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "hex"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                hex::decode(&std::fs::read_to_string(path).unwrap()).unwrap(),
            )
        })
        .filter(|(name, _)| name.starts_with(prefix))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no vectors {prefix}");
    found
}

/// Every document, as the other program wrote it, means what was meant.
fn same_meaning<T>(
    wanted: &[String],
    written: Vec<Result<Vec<u8>, u32>>,
    decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    meaning: impl Fn(&T) -> String,
) {
    for (n, (wanted, written)) in wanted.iter().zip(written).enumerate() {
        let bytes = written.unwrap_or_else(|code| panic!("{n}: error {code} for\n{wanted}"));
        let shown = || match wbxml::to_xml(&bytes) {
            Ok(text) => text,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        let value = decode(&bytes).unwrap_or_else(|e| panic!("{n}: {e}\n{wanted}\n{}", shown()));
        let found = meaning(&value);
        assert!(
            found == *wanted,
            "{n}: one says\n{wanted}\nand the other\n{found}\nby\n{}",
            shown()
        );
    }
}

#[test]
fn libwbxml_reads_our_messages() {
    let Some(lib) = lib_wbxml() else { return };
    let messages: Vec<Message> = ALL_MESSAGES.iter().map(normal::expressible).collect();
    let wanted: Vec<String> = messages.iter().map(normal::message).collect();
    let bytes: Vec<Vec<u8>> = messages.iter().map(Message::encode_wbxml).collect();
    same_meaning(
        &wanted,
        lib.to_xml(&bytes),
        Message::decode_xml,
        normal::message,
    );
}

#[test]
fn we_read_messages_of_libwbxml() {
    let Some(lib) = lib_wbxml() else { return };
    let texts: Vec<Vec<u8>> = ALL_MESSAGES
        .iter()
        .map(|message| message.encode_xml().into_bytes())
        .collect();
    // In XML octets have become base64 text, and Meta says so.
    let wanted: Vec<String> = texts
        .iter()
        .map(|text| normal::message(&Message::decode_xml(text).unwrap()))
        .collect();
    same_meaning(
        &wanted,
        lib.to_wbxml(&texts),
        Message::decode_wbxml,
        normal::message,
    );
}

#[test]
fn libwbxml_and_we_read_each_other_s_trees() {
    let Some(lib) = lib_wbxml() else { return };
    let mut trees: Vec<tnds::Document> = vectors("tnds")
        .iter()
        .map(|(_, bytes)| tnds::Document::decode_wbxml(bytes).unwrap())
        .collect();
    trees.extend(generated(strategies::tnds_document(true), DOCUMENTS));
    let plain: Vec<tnds::Document> = trees.iter().map(normal::expressible_tree).collect();
    let wanted: Vec<String> = plain.iter().map(normal::tree).collect();
    let bytes: Vec<Vec<u8>> = plain.iter().map(tnds::Document::encode_wbxml).collect();
    let xml = lib.to_xml(&bytes);
    same_meaning(&wanted, xml, tnds::Document::decode_xml, normal::tree);

    let wanted: Vec<String> = trees.iter().map(normal::tree).collect();
    let texts: Vec<Vec<u8>> = trees.iter().map(|d| d.encode_xml().into_bytes()).collect();
    let wbxml = lib.to_wbxml(&texts);
    same_meaning(&wanted, wbxml, tnds::Document::decode_wbxml, normal::tree);
}

#[test]
fn libwbxml_and_we_read_each_other_s_provisioning_documents() {
    let Some(lib) = lib_wbxml() else { return };
    let mut documents: Vec<prov::Document> = vectors("prov")
        .iter()
        .map(|(_, bytes)| prov::Document::decode_wbxml(bytes).unwrap())
        .collect();
    documents.extend(generated(strategies::prov_document(), DOCUMENTS));
    let wanted: Vec<String> = documents.iter().map(normal::provisioning).collect();
    let bytes: Vec<Vec<u8>> = documents.iter().map(prov::Document::encode_wbxml).collect();
    let xml = lib.to_xml(&bytes);
    same_meaning(
        &wanted,
        xml,
        prov::Document::decode_xml,
        normal::provisioning,
    );
    let texts: Vec<Vec<u8>> = documents
        .iter()
        .map(|d| d.encode_xml().into_bytes())
        .collect();
    let wbxml = lib.to_wbxml(&texts);
    same_meaning(
        &wanted,
        wbxml,
        prov::Document::decode_wbxml,
        normal::provisioning,
    );
}
