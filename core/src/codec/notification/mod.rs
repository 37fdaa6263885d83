//! Package #0: the notification that makes a DM Client start a session
//! (OMA-TS-DM_Notification-V1_2_1 §6).
//!
//! Bit fields, big endian, behind a 16-octet digest. Knows no carrier (see `wsp`) and no
//! account: whether the digest is right and the session wanted is the client's business.

mod sync;

pub use sync::{Sync, SyncBody};

use super::DecodeError;
use super::auth;
use super::input::{
    Input, Parsed, array, bit_fields, byte_that, bytes, clause, pair, rest, utf8, whole,
};
use super::secret::same;
use nom::Parser;
use nom::bits::complete::take;
use nom::error::context;
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

    /// The two bits.
    pub fn bits(self) -> u8 {
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

impl Initiator {
    fn from_bit(bit: u8) -> Self {
        match bit {
            0 => Initiator::User,
            _ => Initiator::Server,
        }
    }
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
        same(&self.digest, &self.digest_with(secret, nonce))
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
        whole(bytes, clause(CLAUSE, package0))
    }

    /// The body of a notification of Data Synchronization, which has another version
    /// (DS Notification §6.2); `None` for those of DM, whose body is the vendor's, and for bodies
    /// that are none.
    pub fn sync_body(&self) -> Option<SyncBody> {
        (self.version != VERSION)
            .then(|| SyncBody::decode(&self.body).ok())
            .flatten()
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.digest.to_vec();
        bytes.extend(self.trigger());
        bytes
    }
}

fn package0(input: Input<'_>) -> Parsed<'_, Package0> {
    let (left, (digest, (version, ui_mode, initiator, future_use), session_id)) = (
        array("a digest"),
        header,
        pair("a session identifier, 2 bytes"),
    )
        .parse(input)?;
    let (left, length) = byte_that("the length of a server identifier", |n| n > 0)(left)?;
    let (left, server_id) = utf8(bytes(usize::from(length), "a server identifier"))(left)?;
    let (left, body) = rest(left)?;
    Ok((
        left,
        Package0 {
            digest,
            version,
            ui_mode,
            initiator,
            future_use,
            session_id,
            server_id: server_id.to_owned(),
            body: body.bytes().to_vec(),
        },
    ))
}

/// Version, ui-mode, initiator and future-use: 40 bits.
pub(crate) fn header(input: Input<'_>) -> Parsed<'_, (u16, UiMode, Initiator, u32)> {
    let fields = (
        take(10u8),
        take(2u8).map(UiMode::from_bits),
        take(1u8).map(Initiator::from_bit),
        take(27u8),
    );
    context("a trigger header, 5 bytes", bit_fields(fields)).parse(input)
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

#[cfg(test)]
mod tests;
