//! Worked records and messages, and what is none (RFC 5246 §6.2, §7.4).

use super::*;
use crate::codec::hex;

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn client_hello() -> ClientHello {
    ClientHello {
        version: VERSION,
        random: std::array::from_fn(|n| n as u8),
        session_id: Vec::new(),
        suites: vec![PSK_AES_128_CBC_SHA256, EMPTY_RENEGOTIATION_INFO],
        compressions: vec![0],
        extensions: None,
    }
}

#[test]
fn a_hello_of_both_sides_is_read_and_written() {
    let random = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
    let text = format!("160303002F0100002B0303{random}00000400AE00FF0100");
    let record = Record::decode(&octets(&text)).unwrap();
    assert_eq!(record.content, ContentType::Handshake);
    let hello = Handshake::ClientHello(client_hello());
    assert_eq!(Handshake::decode(&record.fragment), Ok(hello.clone()));
    assert_eq!(hello.encode(), record.fragment);
    assert_eq!(hex::encode(&record.encode()), text);

    let random = "808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9F";
    let text = format!("16030300310200002D0303{random}0000AE000005FF01000100");
    let record = Record::decode(&octets(&text)).unwrap();
    let hello = Handshake::ServerHello(ServerHello {
        version: VERSION,
        random: std::array::from_fn(|n| 0x80 + n as u8),
        session_id: Vec::new(),
        suite: PSK_AES_128_CBC_SHA256,
        compression: 0,
        extensions: Some(vec![Extension {
            kind: RENEGOTIATION_INFO,
            data: vec![0],
        }]),
    });
    assert_eq!(Handshake::decode(&record.fragment), Ok(hello.clone()));
    assert_eq!(hello.encode(), record.fragment);
}

#[test]
fn the_short_messages_are_read_and_written() {
    for (text, message) in [
        ("00000000", Handshake::HelloRequest),
        ("0E000000", Handshake::ServerHelloDone),
        (
            "1000000B0009646D73632E63617264",
            Handshake::ClientKeyExchange {
                identity: b"dmsc.card".to_vec(),
            },
        ),
        (
            "0C0000050003616263",
            Handshake::ServerKeyExchange {
                hint: b"abc".to_vec(),
            },
        ),
        (
            "1400000C000102030405060708090A0B",
            Handshake::Finished {
                verify_data: std::array::from_fn(|n| n as u8),
            },
        ),
        (
            "0B0000020102",
            Handshake::Unknown {
                kind: 11,
                body: vec![1, 2],
            },
        ),
    ] {
        assert_eq!(Handshake::decode(&octets(text)), Ok(message.clone()));
        assert_eq!(hex::encode(&message.encode()), text);
        assert_eq!(Handshake::length(&octets(text)), Some(text.len() / 2));
    }
    let alert = Alert::fatal(Description::BAD_RECORD_MAC);
    assert_eq!(alert.encode(), [2, 0x14]);
    assert_eq!(Alert::decode(&[2, 0x14]), Ok(alert));
    assert_eq!(Description::UNKNOWN_PSK_IDENTITY.0, 0x73);
}

#[test]
fn a_record_in_a_stream_waits_for_its_end() {
    let record = Record::new(ContentType::ApplicationData, vec![7; 20]);
    let mut stream = record.encode();
    let length = stream.len();
    stream.extend([9, 9]);
    for end in 0..length {
        assert_eq!(Record::read(&stream[..end]), Ok(None), "{end}");
    }
    assert_eq!(Record::read(&stream), Ok(Some((record, length))));
}

#[test]
fn what_is_no_record_is_refused_with_its_place() {
    for (text, offset) in [
        ("", 0),
        ("16", 1),
        ("1602", 1),
        ("1602030001", 1),
        ("474554202F", 1),
        ("160303480100", 3),
        ("1603030002FF", 5),
    ] {
        let error = Record::decode(&octets(text)).unwrap_err();
        assert_eq!(
            (error.offset, &*error.clause),
            (offset, "RFC 5246 §6.2.1"),
            "{text}"
        );
    }
    let behind = Record::decode(&octets("1603030001FFFF")).unwrap_err();
    assert_eq!((behind.offset, &*behind.expected), (6, "the end"));
    // Seen in the header already, before the fragment is there.
    assert!(Record::read(&octets("474554202F")).is_err());
    assert!(Record::read(&octets("1603034801")).is_err());
}

#[test]
fn what_is_no_message_is_refused_with_its_place() {
    let hello = Handshake::ClientHello(client_hello()).encode();
    for end in 0..hello.len() {
        assert!(Handshake::decode(&hello[..end]).is_err(), "{end}");
    }
    for (text, offset) in [
        ("0E00000100", 4),
        ("0E", 1),
        ("01004001", 1),
        ("1400000B0000000000000000000000", 4),
        ("1400000D00000000000000000000000000", 16),
        ("100000020001", 6),
    ] {
        assert_eq!(
            Handshake::decode(&octets(text)).unwrap_err().offset,
            offset,
            "{text}"
        );
    }
    for broken in [
        ClientHello {
            suites: Vec::new(),
            ..client_hello()
        },
        ClientHello {
            compressions: Vec::new(),
            ..client_hello()
        },
    ] {
        assert!(Handshake::decode(&Handshake::ClientHello(broken).encode()).is_err());
    }
}
