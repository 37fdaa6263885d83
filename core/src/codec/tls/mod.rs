//! TLS 1.2 as bytes: records, handshake messages and alerts, as far as a pre-shared key needs
//! them (RFC 5246 §6.2, §7; RFC 4279 §2; RFC 5746 §3).
//!
//! Knows no keys and no order of messages: what is ciphered stays bytes.

mod alert;
mod handshake;
mod record;
#[cfg(test)]
mod tests;

pub use alert::{Alert, Description, Level};
pub use handshake::{
    ClientHello, Extension, HEADER as HANDSHAKE_HEADER, Handshake, MAX_MESSAGE, RENEGOTIATION_INFO,
    ServerHello, message_name, suite_name,
};
pub use record::{ContentType, MAX_CIPHERTEXT, MAX_PLAINTEXT, Record};

/// TLS 1.2 as the wire says it (RFC 5246 §6.2.1).
pub const VERSION: u16 = 0x0303;

/// TLS_PSK_WITH_AES_128_CBC_SHA256 (RFC 5487 §3.1).
pub const PSK_AES_128_CBC_SHA256: u16 = 0x00AE;

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV, no suite but a signal (RFC 5746 §3.3).
pub const EMPTY_RENEGOTIATION_INFO: u16 = 0x00FF;

/// The one fragment of a change of cipher specification (RFC 5246 §7.1).
pub const CHANGE_CIPHER_SPEC: [u8; 1] = [1];
