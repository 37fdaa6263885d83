//! What must hold of a codec for any bytes at all: no panic, fields inside the bytes, errors
//! with a place inside them, and what could be read is written and read as the same. And what must
//! hold of whole sessions, for which the bytes are a script.
//!
//! One check for each codec and each kind of session; properties, the replay of fuzzing and the
//! fuzz targets share them.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod codecs_air;
mod codecs_card;
mod plan;
mod script;
mod session_client;
mod session_pair;
mod session_server;
pub(crate) mod world;

pub(crate) use codecs_air::*;
pub(crate) use codecs_card::*;
pub(crate) use plan::check_plan;
pub(crate) use session_client::check_session_client;
pub(crate) use session_pair::check_session_pair;
pub(crate) use session_server::check_session_server;

pub(crate) mod card;
mod reader;
mod toolkit_session;

pub(crate) use reader::check_t1;

use card::check_card;
pub(crate) use toolkit_session::check_toolkit_session;

use dmsc_core::codec::notification::Package0;
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse};
use dmsc_core::codec::{
    DecodeError, Field, auth, ddf, devinf, hex, http, prov, shown, tnds, wbxml, wsp, xml,
};
use dmsc_core::tree::{Limits, ManagementTree};
use std::fmt::Debug;
use std::ops::Range;

/// A check by name; the name is also that of a fuzz target and of its folder of inputs.
pub(crate) type Check = (&'static str, fn(&[u8]));

/// The checks of codecs, lines and cards. The fuzz target of a row calls `check_` and its name.
pub(crate) const CODECS: &[Check] = &[
    ("wbxml", check_wbxml),
    ("xml", check_xml),
    ("syncml", check_syncml),
    ("tnds", check_tnds),
    ("ddf", check_ddf),
    ("prov", check_prov),
    ("devinf", check_devinf),
    ("notification", check_notification),
    ("cose", check_cose),
    ("wsp", check_wsp),
    ("sms", check_sms),
    ("secured_packet", check_secured_packet),
    ("http", check_http),
    ("tls", check_tls),
    ("toolkit", check_toolkit),
    ("toolkit_session", check_toolkit_session),
    ("ber", check_ber),
    ("apdu", check_apdu),
    ("atr", check_atr),
    ("pps", check_pps),
    ("fcp", check_fcp),
    ("access", check_access),
    ("ef", check_ef),
    ("pkcs15", check_pkcs15),
    ("gsmtap", check_gsmtap),
    ("t1_block", check_t1_block),
    ("card", check_card),
    ("t1", check_t1),
];

/// The checks of plans and sessions.
pub(crate) const SESSIONS: &[Check] = &[
    ("plan", check_plan),
    ("session_client", check_session_client),
    ("session_server", check_session_server),
    ("session_pair", check_session_pair),
];

/// All checks of codecs on the same bytes.
pub(crate) fn check_all(bytes: &[u8]) {
    for (_, check) in CODECS {
        check(bytes);
    }
}

/// Fields lie inside the bytes, and those below a field inside it.
pub(crate) fn inside(fields: &[Field], within: Range<usize>) {
    for field in fields {
        let range = &field.range;
        assert!(
            range.start <= range.end && range.start >= within.start && range.end <= within.end,
            "{} at {range:?} is not in {within:?}",
            field.name,
        );
        inside(&field.children, range.clone());
    }
}

/// Decodes; what can be read must be the same after it was written and read again.
fn stable<T: PartialEq + Debug>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    encode: impl Fn(&T) -> Vec<u8>,
) {
    match decode(bytes) {
        Ok(value) => {
            let written = encode(&value);
            assert_eq!(
                decode(&written).as_ref(),
                Ok(&value),
                "{}",
                hex::spaced(&written)
            );
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
}

/// WBXML of any vocabulary.
pub(crate) fn check_wbxml(bytes: &[u8]) {
    inside(&shown::wbxml::fields(bytes), 0..bytes.len());
    let _ = wbxml::to_xml(bytes);
    match wbxml::decode(bytes) {
        Ok(decoded) => {
            // Once written, what precedes the root is gone; from then on nothing changes.
            let turn = |decoded: &wbxml::Decoded| {
                let written = wbxml::encode(&decoded.root, decoded.vocabulary);
                wbxml::decode(&written).unwrap()
            };
            let settled = turn(&turn(&decoded));
            assert_eq!(turn(&settled), settled);
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
}

/// XML of any vocabulary.
pub(crate) fn check_xml(bytes: &[u8]) {
    inside(&shown::xml::fields(bytes), 0..bytes.len());
    if let Some(error) = xml::parse(bytes).error {
        assert!(error.offset <= bytes.len(), "{error}");
        let (line, column) = xml::line_column(bytes, error.offset);
        assert!(line >= 1 && column >= 1);
    }
}

/// DM messages in both forms, and from one form to the other.
pub(crate) fn check_syncml(bytes: &[u8]) {
    stable(bytes, Message::decode_wbxml, Message::encode_wbxml);
    for message in [Message::decode_wbxml(bytes), Message::decode_xml(bytes)] {
        match message {
            Ok(message) => {
                // In XML the page of a foreign name is that of its place; once it is, it stays.
                let turn = |message: &Message| Message::decode_xml(message.encode_xml().as_bytes());
                let from_xml = turn(&turn(&message).unwrap()).unwrap();
                assert_eq!(turn(&from_xml).as_ref(), Ok(&from_xml));
                let again = Message::decode_wbxml(&from_xml.encode_wbxml());
                assert_eq!(again.as_ref(), Ok(&from_xml));
            }
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// Tree descriptions in both forms.
pub(crate) fn check_tnds(bytes: &[u8]) {
    inside(&shown::tnds::fields(bytes), 0..bytes.len());
    stable(
        bytes,
        tnds::Document::decode_wbxml,
        tnds::Document::encode_wbxml,
    );
    for document in [
        tnds::Document::decode_wbxml(bytes),
        tnds::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                tnds::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
                let element = document.to_element();
                assert_eq!(
                    tnds::Document::from_element(&element).as_ref(),
                    Ok(&document)
                );
            }
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// Device descriptions in both forms, and a tree that takes what can be read.
pub(crate) fn check_ddf(bytes: &[u8]) {
    inside(&shown::ddf::fields(bytes), 0..bytes.len());
    stable(
        bytes,
        ddf::Document::decode_wbxml,
        ddf::Document::encode_wbxml,
    );
    for document in [
        ddf::Document::decode_wbxml(bytes),
        ddf::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                ddf::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
                let mut tree = ManagementTree::new(Limits::default());
                let before = tree.snapshot();
                if tree.describe(&document, 0).is_err() {
                    assert_eq!(tree.snapshot(), before);
                }
            }
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// DevInf documents in both forms.
pub(crate) fn check_devinf(bytes: &[u8]) {
    inside(&shown::devinf::fields(bytes), 0..bytes.len());
    for document in [
        devinf::Document::decode_wbxml(bytes),
        devinf::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                // Names that one form cannot carry settle, and the version with them.
                let wbxml = |document: &devinf::Document| {
                    devinf::Document::decode(&document.encode_wbxml()).unwrap()
                };
                let settled = wbxml(&wbxml(&document));
                assert_eq!(wbxml(&settled), settled);
                devinf::Document::decode(document.encode_xml().as_bytes()).unwrap();
            }
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// Provisioning documents in both forms.
pub(crate) fn check_prov(bytes: &[u8]) {
    inside(&shown::prov::fields(bytes), 0..bytes.len());
    stable(
        bytes,
        prov::Document::decode_wbxml,
        prov::Document::encode_wbxml,
    );
    for document in [
        prov::Document::decode_wbxml(bytes),
        prov::Document::decode_xml(bytes),
    ] {
        match document {
            Ok(document) => {
                prov::Document::decode_xml(document.encode_xml().as_bytes()).unwrap();
            }
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// Package #0, and the texts of authentication.
pub(crate) fn check_notification(bytes: &[u8]) {
    inside(&shown::notification::fields(bytes), 0..bytes.len());
    stable(bytes, Package0::decode, Package0::encode);
    codecs_air::check_sync_body(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = auth::from_base64(&text);
    if let Some(header) = auth::HmacHeader::parse(&text) {
        assert_eq!(auth::HmacHeader::parse(&header.to_string()), Some(header));
    }
    if let Some(octets) = hex::decode(&text) {
        assert_eq!(hex::decode(&hex::spaced(&octets)), Some(octets));
    }
}

/// Pushes.
pub(crate) fn check_wsp(bytes: &[u8]) {
    inside(&shown::wsp::fields(bytes), 0..bytes.len());
    stable(bytes, wsp::Push::decode, wsp::Push::encode);
    codecs_air::check_push_security(bytes);
    match wsp::decode_notification(bytes) {
        Ok((push, package)) => assert_eq!(package.encode(), push.body),
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
}

/// Requests and responses.
pub(crate) fn check_http(bytes: &[u8]) {
    inside(&shown::http::fields(bytes), 0..bytes.len());
    let results = [
        http::Request::decode(bytes).map(|found| found.map(|(_, used)| used)),
        http::Response::decode(bytes).map(|found| found.map(|(_, used)| used)),
    ];
    for result in results {
        match result {
            Ok(used) => assert!(used.unwrap_or_default() <= bytes.len()),
            Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
        }
    }
}

/// Everything of the toolkit.
pub(crate) fn check_toolkit(bytes: &[u8]) {
    for fields in [
        shown::toolkit::fields(bytes),
        shown::toolkit::object_fields(bytes),
        shown::toolkit::profile_fields(bytes),
    ] {
        inside(&fields, 0..bytes.len());
    }
    stable(bytes, ProactiveCommand::decode, ProactiveCommand::encode);
    stable(bytes, TerminalResponse::decode, TerminalResponse::encode);
    stable(bytes, Envelope::decode, Envelope::encode);
}
