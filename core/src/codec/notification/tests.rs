//! Vectors of Package #0, every bit of them, and what is broken (DM Notification §6).

use super::*;
use crate::codec::hex;
use crate::codec::shown::notification::fields;

const SECRET: &str = "ServerSecret16!!";

fn nonce() -> Vec<u8> {
    (0xF0..=0xFF).collect()
}

fn vector_a() -> Vec<u8> {
    hex::decode(
        "E6 50 C4 15 3F 0F 22 46 70 81 33 A0 CE 9E 92 5F
         02 D8 00 00 00 0A 1F 09 64 6D 73 63 2E 63 61 72 64",
    )
    .unwrap()
}

/// Shows NOT-1.
#[test]
fn vector_a_is_built_and_read() {
    let package = Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
        .signed(SECRET, &nonce());
    assert_eq!(package.encode(), vector_a());
    assert_eq!(Package0::decode(&vector_a()), Ok(package.clone()));
    assert!(package.is_signed_with(SECRET, &nonce()));
    assert!(!package.is_signed_with(SECRET, &auth::RESYNC_NONCE));
    assert_eq!(package.session_id_text(), "A1F");
}

/// Shows NOT-1.
#[test]
fn vectors_b_and_c_and_resync() {
    let b = Package0::new(
        "com.mgmtsrv.manage",
        0x1234,
        UiMode::Background,
        Initiator::User,
    )
    .signed("secret", b"nonce");
    assert_eq!(
        hex::spaced(&b.digest),
        "7F C6 5A 24 E9 D7 AD 28 DF 28 50 AC 24 65 6F D4"
    );
    let mut c = Package0::new(
        "dmsc.card",
        0xFFFF,
        UiMode::UserInteraction,
        Initiator::Server,
    );
    c.body = vec![0xDE, 0xAD];
    let c = c.signed(SECRET, &nonce());
    assert_eq!(
        hex::spaced(&c.digest),
        "66 98 D6 71 12 F3 21 5E 88 AF E1 57 1F C1 69 DC"
    );
    assert_eq!(c.session_id_text(), "FFFF");
    let resync = Package0::decode(&vector_a())
        .unwrap()
        .signed(SECRET, &auth::RESYNC_NONCE);
    assert_eq!(
        hex::spaced(&resync.digest),
        "69 77 D5 9B DE BF 8B 2F C3 B5 FB C9 C4 16 A2 A5"
    );
}

/// Shows NOT-2.
#[test]
fn every_bit_of_the_trigger_is_covered() {
    for bit in 16 * 8..vector_a().len() * 8 {
        let mut bytes = vector_a();
        bytes[bit / 8] ^= 0x80 >> (bit % 8);
        // A changed length or broken text is refused outright; all else fails the digest.
        if let Ok(package) = Package0::decode(&bytes) {
            assert_eq!(package.encode(), bytes, "bit {bit}");
            assert!(!package.is_signed_with(SECRET, &nonce()), "bit {bit}");
        }
    }
}

/// Shows NOT-1, NOT-4.
#[test]
fn octet_17_table() {
    for (ui, user, server) in [
        (UiMode::NotSpecified, 0xC0, 0xC8),
        (UiMode::Background, 0xD0, 0xD8),
        (UiMode::Informative, 0xE0, 0xE8),
        (UiMode::UserInteraction, 0xF0, 0xF8),
    ] {
        for (initiator, octet) in [(Initiator::User, user), (Initiator::Server, server)] {
            let trigger = Package0::new("a", 1, ui, initiator).trigger();
            assert_eq!(trigger[..2], [0x02, octet]);
        }
    }
}

#[test]
fn version_12_is_read_as_such() {
    let mut bytes = vector_a();
    bytes[16] = 0x03;
    bytes[17] = 0x18;
    assert_eq!(Package0::decode(&bytes).unwrap().version, 12);
}

#[test]
fn session_id_text_has_no_leading_zeros() {
    assert_eq!(session_id_text(0x000A), "A");
    assert_eq!(session_id_text(0x1234), "1234");
}

#[test]
fn broken_messages() {
    let whole = vector_a();
    for end in 0..whole.len() {
        assert!(Package0::decode(&whole[..end]).is_err(), "{end}");
        let fields = fields(&whole[..end]);
        assert!(fields.iter().all(|f| f.range.end <= end));
    }
    let mut none = whole.clone();
    none[23] = 0;
    assert_eq!(Package0::decode(&none).unwrap_err().offset, 23);
    let mut no_text = whole;
    no_text[30] = 0xFF;
    assert_eq!(Package0::decode(&no_text).unwrap_err().offset, 30);
}

#[test]
fn long_server_id_is_cut_at_a_character() {
    let package =
        Package0::new("é".repeat(200), 1, UiMode::Background, Initiator::Server).signed("s", b"n");
    let read = Package0::decode(&package.encode()).unwrap();
    assert_eq!(read.server_id.len(), 254);
    assert!(read.is_signed_with("s", b"n"));
}

#[test]
fn fields_of_vector_a() {
    let text: Vec<String> = fields(&vector_a())
        .iter()
        .map(|f| format!("{}={}", f.name, f.value))
        .collect();
    assert_eq!(
        text[1..],
        [
            "version=11 (1.1)",
            "ui-mode=01 background",
            "initiator=1 server",
            "future-use=0",
            "sessionid=A1F",
            "length-identifier=9",
            "server-identifier=dmsc.card"
        ]
    );
}
