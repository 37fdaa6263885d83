//! Bytes as hex text: for serde, for tests, for people.

use serde::{Deserialize, Deserializer, Serializer};
use std::fmt::Write;

/// Upper-case digits, two for each byte, nothing between.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// Upper-case digits with a space between bytes, as the standards print them.
pub fn spaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        let _ = write!(text, "{}{byte:02X}", if i == 0 { "" } else { " " });
    }
    text
}

/// Reads hex digits in either case; white space between bytes is skipped. `None` when a
/// character is no digit or a digit has no partner.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<u8> = None;
    for c in text.chars() {
        if c.is_whitespace() && high.is_none() {
            continue;
        }
        let digit = c.to_digit(16)? as u8;
        high = match high {
            None => Some(digit),
            Some(h) => {
                bytes.push(h << 4 | digit);
                None
            }
        };
    }
    high.is_none().then_some(bytes)
}

/// For `#[serde(with = …)]`.
pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode(bytes))
}

/// For `#[serde(with = …)]`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    decode(&text).ok_or_else(|| serde::de::Error::custom("expected pairs of hex digits"))
}
