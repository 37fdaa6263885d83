//! Pushes in every form of their headers, altered and cut (WAP-230-WSP §8.2.4, §8.4).

use super::push::put_uintvar;
use super::read::uintvar;
use super::*;
use crate::codec::hex;
use crate::codec::input::whole;
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::shown::wsp::fields;

const VECTOR_A: &str = "01 06 03 C4 AF 87 E6 50 C4 15 3F 0F 22 46 70 81 33 A0 CE 9E 92 5F
    02 D8 00 00 00 0A 1F 09 64 6D 73 63 2E 63 61 72 64";

fn package() -> Package0 {
    let nonce: Vec<u8> = (0xF0..=0xFF).collect();
    Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
        .signed("ServerSecret16!!", &nonce)
}

/// Shows NOT-6.
#[test]
fn vector_a_in_39_octets() {
    let bytes = hex::decode(VECTOR_A).unwrap();
    assert_eq!(bytes.len(), 39);
    assert_eq!(encode_notification(1, &package()), bytes);
    let (push, read) = decode_notification(&bytes).unwrap();
    assert_eq!(read, package());
    assert_eq!(push.media_type(), Some(Token::Code(0x44)));
    assert_eq!(push.application_id(), Some(Token::Code(7)));
}

/// Shows NOT-6.
#[test]
fn lenient_forms_are_taken_and_written_back() {
    let long = package().encode();
    let heads: [&[u8]; 7] = [
        // Media type in full, application id by code.
        b"application/vnd.syncml.notification\0\xAF\x87",
        // General form with a parameter.
        b"\x03\xC4\x81\xEA\xAF\x87",
        b"\x1F\x03\xC4\x81\xEA\xAF\x87",
        // Application id as long integer, as URN, by name.
        b"\xC4\xAF\x01\x07",
        b"\xC4\xAFx-wap-application:syncml.dm\0",
        b"\xC4X-Wap-Application-Id\x007\0",
        // Another header before, and no application id at all.
        b"\xC4\xB4\x02\x01\x02X-Other\0yes\0",
    ];
    for head in heads {
        let mut bytes = vec![9, 6];
        put_uintvar(&mut bytes, head.len());
        bytes.extend_from_slice(head);
        bytes.extend_from_slice(&long);
        let (push, read) = decode_notification(&bytes).unwrap();
        assert_eq!(read, package());
        assert_eq!(push.encode(), bytes);
    }
}

/// Shows NOT-6.
#[test]
fn others_are_refused() {
    let good = hex::decode(VECTOR_A).unwrap();
    for (at, octet) in [(1, 7), (3, 0xCE), (3, 0x42), (5, 0x85), (2, 0x7F), (2, 2)] {
        let mut bytes = good.clone();
        bytes[at] = octet;
        assert!(decode_notification(&bytes).is_err(), "{at} {octet:02X}");
    }
    let shifted = decode_notification(&good[..20]).unwrap_err();
    assert_eq!(shifted.offset, 6, "where the digest begins");
}

#[test]
fn no_input_panics() {
    let good = hex::decode(VECTOR_A).unwrap();
    for at in 0..good.len() {
        for octet in 0..=255u8 {
            let mut bytes = good.clone();
            bytes[at] = octet;
            if let Ok(push) = Push::decode(&bytes) {
                assert_eq!(Push::decode(&push.encode()).as_ref(), Ok(&push));
            }
            let all = fields(&bytes);
            assert!(all.iter().all(|f| f.range.end <= bytes.len()));
        }
        let _ = decode_notification(&good[..at]);
        let _ = fields(&good[..at]);
    }
}

#[test]
fn uintvar_has_five_octets_at_most() {
    assert_eq!(whole(&[0x88, 0x15], uintvar), Ok(1045));
    assert!(whole(&[0x80; 6], uintvar).is_err());
    assert!(whole(&[0xFF, 0xFF, 0xFF, 0xFF, 0x7F], uintvar).is_err());
    for n in [0, 1, 127, 128, 1045, 16_384, 268_435_455] {
        let mut bytes = Vec::new();
        put_uintvar(&mut bytes, n);
        assert_eq!(whole(&bytes, uintvar), Ok(n));
    }
}

#[test]
fn fields_nest_the_package() {
    let bytes = hex::decode(VECTOR_A).unwrap();
    let all = fields(&bytes);
    let names: Vec<&str> = all.iter().map(|f| f.name.as_ref()).collect();
    assert_eq!(
        names,
        [
            "transaction id",
            "PDU type",
            "headers length",
            "Content-Type",
            "X-Wap-Application-Id",
            "Package #0"
        ]
    );
    assert_eq!(all[5].children[0].range, 6..22);
}
