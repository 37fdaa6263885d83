//! Alerts: that something is wrong, or that no more will come (RFC 5246 §7.2).

use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, byte, clause, whole};
use nom::Parser;

/// How grave an alert is (RFC 5246 §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The connection may go on.
    Warning,
    /// The connection ends at once.
    Fatal,
    /// A level that TLS does not have.
    Unknown(u8),
}

impl Level {
    /// From its code.
    pub fn from_code(code: u8) -> Self {
        match code {
            1 => Level::Warning,
            2 => Level::Fatal,
            code => Level::Unknown(code),
        }
    }

    /// Code on the wire.
    pub fn code(self) -> u8 {
        match self {
            Level::Warning => 1,
            Level::Fatal => 2,
            Level::Unknown(code) => code,
        }
    }

    /// Name of the standard.
    pub fn name(self) -> &'static str {
        match self {
            Level::Warning => "warning",
            Level::Fatal => "fatal",
            Level::Unknown(_) => "unknown level",
        }
    }
}

/// What an alert says (RFC 5246 §7.2; RFC 4279 §6 for 115).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description(pub u8);

impl Description {
    /// Nothing more will come.
    pub const CLOSE_NOTIFY: Self = Self(0);
    /// A message that has no place here.
    pub const UNEXPECTED_MESSAGE: Self = Self(10);
    /// Padding or MAC of a record is wrong, or its length: one alert for all of them.
    pub const BAD_RECORD_MAC: Self = Self(20);
    /// A record that is too long.
    pub const RECORD_OVERFLOW: Self = Self(22);
    /// Nothing of what the client offers can be taken.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// A value that contradicts others.
    pub const ILLEGAL_PARAMETER: Self = Self(47);
    /// A message that cannot be read.
    pub const DECODE_ERROR: Self = Self(50);
    /// The verify_data of Finished is wrong.
    pub const DECRYPT_ERROR: Self = Self(51);
    /// A version that is not spoken here.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// One handshake is all there is.
    pub const NO_RENEGOTIATION: Self = Self(100);
    /// An extension that was not offered.
    pub const UNSUPPORTED_EXTENSION: Self = Self(110);
    /// No key goes with the identity.
    pub const UNKNOWN_PSK_IDENTITY: Self = Self(115);

    /// Name of the standard.
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "close_notify",
            10 => "unexpected_message",
            20 => "bad_record_mac",
            21 => "decryption_failed_RESERVED",
            22 => "record_overflow",
            30 => "decompression_failure",
            40 => "handshake_failure",
            41 => "no_certificate_RESERVED",
            42 => "bad_certificate",
            43 => "unsupported_certificate",
            44 => "certificate_revoked",
            45 => "certificate_expired",
            46 => "certificate_unknown",
            47 => "illegal_parameter",
            48 => "unknown_ca",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            60 => "export_restriction_RESERVED",
            70 => "protocol_version",
            71 => "insufficient_security",
            80 => "internal_error",
            90 => "user_canceled",
            100 => "no_renegotiation",
            110 => "unsupported_extension",
            115 => "unknown_psk_identity",
            _ => "unknown alert",
        }
    }
}

/// An alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub description: Description,
}

impl Alert {
    /// An alert after which the connection is over.
    pub fn fatal(description: Description) -> Self {
        Alert {
            level: Level::Fatal,
            description,
        }
    }

    /// An alert that ends nothing by itself.
    pub fn warning(description: Description) -> Self {
        Alert {
            level: Level::Warning,
            description,
        }
    }

    /// Reads the fragment of a record.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        whole(octets, clause("RFC 5246 §7.2", alert))
    }

    /// The fragment.
    pub fn encode(&self) -> Vec<u8> {
        vec![self.level.code(), self.description.0]
    }
}

fn alert(input: Input<'_>) -> Parsed<'_, Alert> {
    let (rest, (level, description)) =
        (byte("an alert level"), byte("an alert description")).parse(input)?;
    let alert = Alert {
        level: Level::from_code(level),
        description: Description(description),
    };
    Ok((rest, alert))
}
