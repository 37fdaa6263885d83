//! Checks of the codecs at the side of the card: what travels to and from it, and what its files
//! hold.

use super::{inside, stable};
use dmsc_core::codec::access::Rule;
use dmsc_core::codec::apdu::{CommandApdu, ResponseApdu};
use dmsc_core::codec::atr::Atr;
use dmsc_core::codec::ef::{Contents, Form, Home};
use dmsc_core::codec::fcp::{Fcp, PinStatus};
use dmsc_core::codec::gsmtap::Packet;
use dmsc_core::codec::pps::Pps;
use dmsc_core::codec::t1::{Block, Edc};
use dmsc_core::codec::{ber, pkcs15, shown};

/// Objects of both forms of tags.
pub(crate) fn check_ber(bytes: &[u8]) {
    inside(&shown::ber::fields(bytes), 0..bytes.len());
    for form in [ber::Form::Ber, ber::Form::Comprehension] {
        stable(
            bytes,
            |bytes| ber::decode(bytes, form),
            |objects| ber::encode(objects),
        );
    }
    match ber::read_all(bytes) {
        Ok(objects) => {
            let mut end = 0;
            for object in objects {
                assert_eq!(object.range.start, end);
                assert_eq!(bytes.get(object.value_range.clone()), Some(object.value));
                end = object.range.end;
            }
            assert_eq!(end, bytes.len());
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
}

/// Commands and responses.
pub(crate) fn check_apdu(bytes: &[u8]) {
    inside(&shown::apdu::command_fields(bytes), 0..bytes.len());
    inside(&shown::apdu::response_fields(bytes), 0..bytes.len());
    stable(bytes, CommandApdu::decode, CommandApdu::encode);
    stable(bytes, ResponseApdu::decode, ResponseApdu::encode);
    // What is read of a command was all there was to read.
    if let Ok(command) = CommandApdu::decode(bytes) {
        assert_eq!(command.encode(), bytes);
    }
}

/// Answers to reset.
pub(crate) fn check_atr(bytes: &[u8]) {
    inside(&shown::atr::fields(bytes), 0..bytes.len());
    stable(bytes, Atr::decode, Atr::encode);
}

/// Selections of protocol and parameters.
pub(crate) fn check_pps(bytes: &[u8]) {
    inside(&shown::pps::fields(bytes), 0..bytes.len());
    stable(bytes, Pps::decode, Pps::encode);
}

/// File control parameters and the PIN status in them.
pub(crate) fn check_fcp(bytes: &[u8]) {
    inside(&shown::fcp::fields(bytes), 0..bytes.len());
    match Fcp::decode(bytes) {
        Ok(value) => {
            let written = value.encode();
            assert_eq!(Fcp::decode(&written).as_ref(), Ok(&value));
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
    stable(bytes, PinStatus::decode, PinStatus::encode);
}

/// Access rules.
pub(crate) fn check_access(bytes: &[u8]) {
    for of_directory in [false, true] {
        let fields = shown::access::fields(bytes, of_directory);
        inside(&fields, 0..bytes.len());
        assert_eq!(
            shown::access::words(bytes, of_directory).len(),
            fields.len()
        );
    }
    stable(bytes, Rule::decode, Rule::encode);
}

/// A file of each form.
pub(crate) const FILES: &[(Home, u16)] = &[
    (Home::Card, 0x2FE2),
    (Home::Card, 0x2F00),
    (Home::Card, 0x2F05),
    (Home::Card, 0x2F06),
    (Home::Usim, 0x6F07),
    (Home::Usim, 0x6F31),
    (Home::Usim, 0x6F38),
    (Home::Usim, 0x6F42),
    (Home::Usim, 0x6F46),
    (Home::Usim, 0x6F60),
    (Home::Usim, 0x6F78),
    (Home::Usim, 0x6F7B),
    (Home::Usim, 0x6F7E),
    (Home::Usim, 0x6FAD),
    (Home::Gsm, 0x6F38),
    (Home::Gsm, 0x6FAE),
    (Home::Phonebook, 0x4F3A),
    (Home::Csim, 0x6F22),
    (Home::Csim, 0x6F32),
    (Home::Ruim, 0x6F41),
    (Home::Pkcs15, 0x5031),
    (Home::Pkcs15, 0x0001),
];

/// Contents of files, read as each form.
pub(crate) fn check_ef(bytes: &[u8]) {
    for (home, fid) in FILES.iter().copied() {
        inside(&shown::ef::fields(home, fid, bytes), 0..bytes.len());
        let form = Form::of(home, fid);
        assert!(form.is_some());
        stable(
            bytes,
            |bytes| Contents::decode(form, bytes),
            |contents| contents.encode(bytes.len()),
        );
    }
}

/// Directories of PKCS #15.
pub(crate) fn check_pkcs15(bytes: &[u8]) {
    inside(&shown::pkcs15::fields(bytes), 0..bytes.len());
    stable(bytes, pkcs15::decode_odf, |paths| pkcs15::encode_odf(paths));
    stable(bytes, pkcs15::decode_dodf, |objects| {
        pkcs15::encode_dodf(objects)
    });
}

/// Captures.
pub(crate) fn check_gsmtap(bytes: &[u8]) {
    inside(&shown::gsmtap::fields(bytes), 0..bytes.len());
    stable(bytes, Packet::decode, Packet::encode);
}

/// Blocks of T=1 with either epilogue.
pub(crate) fn check_t1_block(bytes: &[u8]) {
    for edc in [Edc::Lrc, Edc::Crc] {
        inside(&shown::t1::fields(bytes, edc), 0..bytes.len());
        match Block::decode(bytes, edc) {
            Ok(block) => assert_eq!(block.encode(edc), bytes),
            Err(damaged) => assert!(damaged.error.offset <= bytes.len()),
        }
    }
}
