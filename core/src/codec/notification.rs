//! Package #0: the notification that makes a DM Client start a session
//! (OMA-TS-DM_Notification-V1_2_1 §6).
//!
//! Bit fields, big endian, behind a 16-octet digest. Knows no carrier (see `wsp`) and no
//! account: whether the digest is right and the session wanted is the client's business.

use super::auth;
use super::{DecodeError, Field, hex};
use std::borrow::Cow;
use std::fmt;

const CLAUSE: &str = "DM Notification §6.2";

/// Octets before the server identifier.
const FIXED: usize = 24;

/// The only version of DM 1.2 notifications: 11, read as 1.1 (DM Notification §6.2).
pub const VERSION: u16 = 11;

/// How much the user is to notice (DM Notification §6.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UiMode {
    /// 00: the client decides.
    #[default]
    NotSpecified,
    /// 01: without disturbing the user.
    Background,
    /// 10: the user is told.
    Informative,
    /// 11: the user is asked before the session.
    UserInteraction,
}

impl UiMode {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => UiMode::NotSpecified,
            1 => UiMode::Background,
            2 => UiMode::Informative,
            _ => UiMode::UserInteraction,
        }
    }

    fn bits(self) -> u8 {
        match self {
            UiMode::NotSpecified => 0,
            UiMode::Background => 1,
            UiMode::Informative => 2,
            UiMode::UserInteraction => 3,
        }
    }
}

impl fmt::Display for UiMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UiMode::NotSpecified => "not specified",
            UiMode::Background => "background",
            UiMode::Informative => "informative",
            UiMode::UserInteraction => "user interaction",
        })
    }
}

/// Who caused the session (DM Notification §6.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Initiator {
    /// 0: the end user, for instance by a call to customer care.
    User,
    /// 1: the server.
    #[default]
    Server,
}

impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Initiator::User => "user",
            Initiator::Server => "server",
        })
    }
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package0 {
    /// MD5 over identity, nonce and trigger.
    pub digest: [u8; 16],
    /// Ten bits; [`VERSION`].
    pub version: u16,
    /// Two bits.
    pub ui_mode: UiMode,
    /// One bit.
    pub initiator: Initiator,
    /// Twenty-seven bits; zero when sent, ignored when received, covered by the digest.
    pub future_use: u32,
    /// Session to open; 0 is not allowed.
    pub session_id: u16,
    /// ServerID of the account; at most 255 octets are sent.
    pub server_id: String,
    /// Vendor-specific rest.
    pub body: Vec<u8>,
}

impl Package0 {
    /// An unsigned notification of version 1.1.
    pub fn new(
        server_id: impl Into<String>,
        session_id: u16,
        ui_mode: UiMode,
        initiator: Initiator,
    ) -> Self {
        Package0 {
            digest: [0; 16],
            version: VERSION,
            ui_mode,
            initiator,
            future_use: 0,
            session_id,
            server_id: server_id.into(),
            body: Vec::new(),
        }
    }

    /// The same notification with the digest of this secret and nonce.
    #[must_use]
    pub fn signed(mut self, secret: &str, nonce: &[u8]) -> Self {
        self.digest = self.digest_with(secret, nonce);
        self
    }

    /// Whether the digest is the one of this secret and nonce.
    pub fn is_signed_with(&self, secret: &str, nonce: &[u8]) -> bool {
        self.digest == self.digest_with(secret, nonce)
    }

    fn digest_with(&self, secret: &str, nonce: &[u8]) -> [u8; 16] {
        auth::notification_digest(self.sent_server_id(), secret, nonce, &self.trigger())
    }

    /// The server identifier as far as its length octet can tell.
    fn sent_server_id(&self) -> &str {
        let end = self.server_id.floor_char_boundary(u8::MAX as usize);
        &self.server_id[..end]
    }

    /// Header and body: what the digest covers.
    pub fn trigger(&self) -> Vec<u8> {
        let id = self.sent_server_id();
        let mut bytes = Vec::with_capacity(FIXED - 16 + id.len() + self.body.len());
        let head = u64::from(self.version & 0x3FF) << 30
            | u64::from(self.ui_mode.bits()) << 28
            | u64::from(self.initiator == Initiator::Server) << 27
            | u64::from(self.future_use & 0x07FF_FFFF);
        bytes.extend_from_slice(&head.to_be_bytes()[3..]);
        bytes.extend_from_slice(&self.session_id.to_be_bytes());
        bytes.push(id.len() as u8);
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// SessionID of the session to open: upper-case hex without leading zeros (DM Protocol §8.3).
    pub fn session_id_text(&self) -> String {
        session_id_text(self.session_id)
    }

    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = |found: String| {
            DecodeError::new(bytes.len(), "digest and header, 24 octets", found).clause(CLAUSE)
        };
        let Some((digest, rest)) = bytes.split_first_chunk::<16>() else {
            return Err(short(format!("{} octets", bytes.len())));
        };
        let Some(([a, b, c, d, e, s1, s0, n], rest)) = rest.split_first_chunk::<8>() else {
            return Err(short(format!("{} octets", bytes.len())));
        };
        let length = usize::from(*n);
        if length == 0 {
            return Err(
                DecodeError::new(FIXED - 1, "a server identifier", "length 0").clause(CLAUSE),
            );
        }
        let Some((id, body)) = rest.split_at_checked(length) else {
            return Err(DecodeError::new(
                FIXED - 1,
                format!("at most {} octets of server identifier", rest.len()),
                format!("length {length}"),
            )
            .clause(CLAUSE));
        };
        let server_id = std::str::from_utf8(id).map_err(|e| {
            DecodeError::new(FIXED + e.valid_up_to(), "UTF-8 text", hex::spaced(id)).clause(CLAUSE)
        })?;
        let head = u64::from_be_bytes([0, 0, 0, *a, *b, *c, *d, *e]);
        Ok(Package0 {
            digest: *digest,
            version: (head >> 30) as u16 & 0x3FF,
            ui_mode: UiMode::from_bits((head >> 28) as u8),
            initiator: if head >> 27 & 1 == 1 {
                Initiator::Server
            } else {
                Initiator::User
            },
            future_use: head as u32 & 0x07FF_FFFF,
            session_id: u16::from_be_bytes([*s1, *s0]),
            server_id: server_id.to_owned(),
            body: body.to_vec(),
        })
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.digest.to_vec();
        bytes.extend(self.trigger());
        bytes
    }
}

/// SessionID of a 16-bit session identifier: upper-case hex without leading zeros.
pub fn session_id_text(session_id: u16) -> String {
    format!("{session_id:X}")
}

impl fmt::Display for Package0 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Package #0 from {}, session {}, {}, caused by {}",
            self.server_id,
            self.session_id_text(),
            self.ui_mode,
            self.initiator
        )
    }
}

/// Parts of a notification for showing; reads as far as it can.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    let part = |range: std::ops::Range<usize>| bytes.get(range);
    let Some(digest) = part(0..16) else {
        return incomplete(found, bytes, 0);
    };
    found.push(
        Field::new("digest", 0..16, hex::spaced(digest))
            .clause("DM Security §5.2")
            .note(
                "MD5 over server identifier, shared secret, server nonce and everything behind it",
            ),
    );
    let Some(head) = part(16..24) else {
        return incomplete(found, bytes, 16);
    };
    let version = u16::from(head[0]) << 2 | u16::from(head[1]) >> 6;
    let mut version_field = Field::new(
        "version",
        16..18,
        format!("{version} ({}.{})", version / 10, version % 10),
    )
    .clause(CLAUSE)
    .note("10 bits; 11 in all notifications of DM 1.2");
    if version != VERSION {
        version_field = version_field.note("not 11: the client drops the message");
    }
    let ui = UiMode::from_bits(head[1] >> 4);
    let initiator = if head[1] & 0x08 != 0 {
        Initiator::Server
    } else {
        Initiator::User
    };
    let future = u32::from_be_bytes([head[1] & 0x07, head[2], head[3], head[4]]);
    found.push(version_field);
    found.push(
        Field::new("ui-mode", 17..18, format!("{:02b} {ui}", ui.bits()))
            .clause(CLAUSE)
            .note("2 bits: how much the user is to notice"),
    );
    found.push(
        Field::new(
            "initiator",
            17..18,
            format!("{} {initiator}", head[1] >> 3 & 1),
        )
        .clause(CLAUSE)
        .note("1 bit: who caused the session"),
    );
    found.push(
        Field::new("future-use", 17..21, format!("{future}"))
            .clause(CLAUSE)
            .note("27 bits, zero when sent; ignored, but covered by the digest"),
    );
    let session = u16::from_be_bytes([head[5], head[6]]);
    found.push(
        Field::new("sessionid", 21..23, session_id_text(session))
            .clause(CLAUSE)
            .note(if session == 0 {
                "0 is not allowed"
            } else {
                "SessionID of the session to open"
            }),
    );
    let n = usize::from(head[7]);
    found.push(Field::new("length-identifier", 23..24, n.to_string()).clause(CLAUSE));
    let Some(id) = part(24..24 + n) else {
        return incomplete(found, bytes, 24);
    };
    found.push(
        Field::new(
            "server-identifier",
            24..24 + n,
            String::from_utf8_lossy(id).into_owned(),
        )
        .clause(CLAUSE)
        .note("names the account; the message carries no address"),
    );
    if bytes.len() > 24 + n {
        found.push(
            Field::new(
                "trigger-body",
                24 + n..bytes.len(),
                hex::spaced(&bytes[24 + n..]),
            )
            .clause("DM Notification §6")
            .note("vendor-specific"),
        );
    }
    found
}

fn incomplete(mut found: Vec<Field>, bytes: &[u8], from: usize) -> Vec<Field> {
    let rest = bytes.get(from..).unwrap_or_default();
    found.push(
        Field::new(
            "incomplete",
            from.min(bytes.len())..bytes.len(),
            hex::spaced(rest),
        )
        .note(Cow::Borrowed("the message ends before this part does")),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let package = Package0::new("é".repeat(200), 1, UiMode::Background, Initiator::Server)
            .signed("s", b"n");
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
}
