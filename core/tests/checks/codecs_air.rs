//! What must hold of what comes over the air, for any bytes: short messages, secured packets, and
//! the parts of pushes and notifications that have a form of their own.

use super::{inside, stable};
use dmsc_core::codec::cose::{Order, PrivateKey, Receipt, Sign1};
use dmsc_core::codec::notification::{Package0, SyncBody};
use dmsc_core::codec::secured_packet::{
    Algorithm, CommandHeader, CommandPacket, Keys, ResponseHeader, ResponsePacket, Spi,
};
use dmsc_core::codec::shown;
use dmsc_core::codec::sms::{Deliver, DeliverReport, Reference, Submit, address_text};
use dmsc_core::codec::tls::{Alert, Handshake, Record};
use dmsc_core::codec::wsp::Push;
use dmsc_core::tls::{Connection, Output, PreSharedKey};

/// Short messages in both directions.
pub(crate) fn check_sms(bytes: &[u8]) {
    inside(&shown::sms::fields(bytes), 0..bytes.len());
    stable(bytes, Deliver::decode, Deliver::encode);
    stable(bytes, Submit::decode, Submit::encode);
    inside(&shown::sms::report_fields(bytes), 0..bytes.len());
    stable(bytes, DeliverReport::decode, DeliverReport::encode);
    let _ = address_text(bytes);
    if let Ok(message) = Deliver::decode(bytes) {
        let _ = (message.text(), message.to_string());
        for (reference, most) in [
            (Reference::Short(1), usize::MAX),
            (Reference::Long(0x0102), message.data.len().div_ceil(2)),
        ] {
            for part in message.split(reference, most) {
                assert_eq!(Deliver::decode(&part.encode()), Ok(part));
            }
        }
    }
}

/// Signed orders and receipts, and their payloads.
pub(crate) fn check_cose(bytes: &[u8]) {
    inside(&shown::cose::fields(bytes), 0..bytes.len());
    stable(bytes, Sign1::decode, Sign1::encode);
    let Ok((message, length)) = Sign1::decode_prefix(bytes) else {
        return;
    };
    // There is one form of the bytes alone.
    assert_eq!(message.encode(), bytes[..length]);
    stable(&message.payload, Order::decode, Order::encode);
    stable(&message.payload, Receipt::decode, Receipt::encode);
    if let Ok(order) = Order::decode(&message.payload) {
        assert_eq!(order.encode(), message.payload);
    }
    // Nothing is proved by a key that did not sign.
    if let Some(key) = PrivateKey::from_bytes(&[0x5A; 32]) {
        let opened = Order::open(bytes, &key.public()).is_ok();
        assert!(!opened && Receipt::open(bytes, &key.public()).is_err());
    }
}

/// Keys of the length that an algorithm wants; others have one of sixteen bytes.
fn key(octet: u8) -> Vec<u8> {
    let length = match Algorithm::from_octet(octet) {
        Algorithm::Des => 8,
        Algorithm::TripleDes3 => 24,
        _ => 16,
    };
    (1..=length).collect()
}

/// Secured packets of both kinds, with keys and without.
pub(crate) fn check_secured_packet(bytes: &[u8]) {
    inside(
        &shown::secured_packet::command_fields(bytes),
        0..bytes.len(),
    );
    inside(
        &shown::secured_packet::response_fields(bytes),
        0..bytes.len(),
    );
    let header = match CommandHeader::decode(bytes) {
        Ok(header) => header,
        Err(error) => {
            assert!(error.offset <= bytes.len(), "{error}");
            // A receipt to whatever the first bytes ask for.
            let [spi1, spi2, kic, kid, ..] = bytes else {
                return;
            };
            CommandHeader {
                spi: Spi::from_octets([*spi1, *spi2]),
                kic: *kic,
                kid: *kid,
                tar: [0; 3],
            }
        }
    };
    let (ciphering, checking) = (key(header.kic), key(header.kid));
    let keys = Keys {
        ciphering: &ciphering,
        checking: &checking,
    };
    inside(
        &shown::secured_packet::opened_fields(bytes, &keys),
        0..bytes.len(),
    );
    if let Ok(packet) = CommandPacket::open(bytes, &keys) {
        let again = packet.encode(&keys).unwrap();
        assert_eq!(CommandPacket::open(&again, &keys), Ok(packet));
    }
    if let Err(error) = ResponseHeader::decode(bytes) {
        assert!(error.offset <= bytes.len(), "{error}");
    }
    for asked in [CommandHeader::default(), header] {
        if let Some(packet) = ResponsePacket::open(bytes, &asked, &keys) {
            assert_eq!(ResponseHeader::decode(bytes).unwrap().tar, packet.tar);
            let again = packet.encode(&asked, &keys).unwrap();
            assert_eq!(ResponsePacket::open(&again, &asked, &keys), Some(packet));
        }
    }
}

/// Parameters of a push, and its proof.
pub(crate) fn check_push_security(bytes: &[u8]) {
    let Ok(push) = Push::decode(bytes) else {
        return;
    };
    for parameter in push.parameters() {
        assert!(parameter.range.end <= push.content_type.len());
    }
    let proved = push.is_proved_by(&[0x29], "1234");
    assert!(proved.is_none() || push.security().is_some_and(|s| s.mac.is_some()));
}

/// Bodies of notifications that are not of DM.
pub(crate) fn check_sync_body(bytes: &[u8]) {
    stable(bytes, SyncBody::decode, SyncBody::encode);
    if let Ok(package) = Package0::decode(bytes)
        && let Some(body) = package.sync_body()
    {
        assert_eq!(SyncBody::decode(&package.body), Ok(body));
    }
}

/// Records of TLS, one and in a stream, and what they carry in clear.
pub(crate) fn check_tls(bytes: &[u8]) {
    inside(&shown::tls::fields(bytes), 0..bytes.len());
    stable(bytes, Record::decode, Record::encode);
    stable(bytes, Handshake::decode, Handshake::encode);
    stable(bytes, Alert::decode, Alert::encode);
    let mut rest = bytes;
    while let Ok(Some((record, length))) = Record::read(rest) {
        assert_eq!(record.encode(), rest[..length]);
        if let Ok(message) = Handshake::decode(&record.fragment) {
            assert_eq!(message.encode(), record.fragment);
        }
        rest = &rest[length..];
    }
    ends(bytes);
}

/// Both ends of a connection, to whom all bytes come at once and one by one: neither says more
/// than it was asked for, takes data without a handshake, or says anything after its end.
fn ends(bytes: &[u8]) {
    let psk = PreSharedKey {
        identity: b"dmsc.card".to_vec(),
        key: vec![7; 16],
    };
    for pieces in [bytes.len().max(1), 1] {
        let client = Connection::client(psk.clone(), [1; 32]);
        let server = Connection::server(vec![psk.clone()], [2; 32]);
        for mut end in [client, server] {
            for piece in bytes.chunks(pieces) {
                end.handle_data(piece);
            }
            end.handle_send(b"data");
            end.handle_closed();
            let mut records = 0;
            let mut is_over = false;
            while let Some(output) = end.poll(|| [9; 16]) {
                assert!(!is_over, "{output:?} after the end");
                match output {
                    Output::Record(_) => records += 1,
                    Output::Ended(_) => is_over = true,
                    output => panic!("{output:?} without a handshake"),
                }
            }
            assert!(is_over && records <= 5, "{records}");
        }
    }
}
