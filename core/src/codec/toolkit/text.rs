//! Text on the wire: text strings with a data coding scheme and alpha identifiers
//! (TS 102 223 §8.15, §8.2; alphabets 3GPP TS 23.038 §6.2, alpha coding TS 102 221 annex A).

use crate::codec::alphabet::{self, Alphabet, basic, from_septets, from_utf16, septets, utf16};
use std::fmt;

/// A text string: data coding scheme and octets as coded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// 00 packed 7-bit, 04 8-bit, 08 UCS2.
    pub dcs: u8,
    /// As coded; empty with scheme 00 is the null text.
    pub bytes: Vec<u8>,
}

impl Text {
    /// 7-bit default alphabet, packed.
    pub const PACKED: u8 = 0x00;
    /// 8-bit: a character of the default alphabet in each octet.
    pub const EIGHT_BIT: u8 = 0x04;
    /// UCS2, which here means UTF-16.
    pub const UCS2: u8 = 0x08;

    /// 8-bit when the default alphabet has every character, else UCS2.
    pub fn new(text: &str) -> Self {
        match septets(text) {
            Some(bytes) => Text {
                dcs: Self::EIGHT_BIT,
                bytes,
            },
            None => Text {
                dcs: Self::UCS2,
                bytes: utf16(text),
            },
        }
    }

    /// Packed 7-bit; `None` when the default alphabet lacks a character.
    pub fn packed(text: &str) -> Option<Self> {
        septets(text).map(|septets| Text {
            dcs: Self::PACKED,
            bytes: pack(&septets),
        })
    }

    /// From the value of the object.
    pub fn decode(value: &[u8]) -> Self {
        match value {
            [] => Text::default(),
            [dcs, bytes @ ..] => Text {
                dcs: *dcs,
                bytes: bytes.to_vec(),
            },
        }
    }

    /// The value of the object.
    pub fn encode(&self) -> Vec<u8> {
        if *self == Text::default() {
            return Vec::new();
        }
        let mut value = vec![self.dcs];
        value.extend_from_slice(&self.bytes);
        value
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match Alphabet::of(self.dcs) {
            Alphabet::Default => from_septets(&unpack(&self.bytes)),
            Alphabet::EightBit => from_septets(&self.bytes),
            Alphabet::Ucs2 | Alphabet::Compressed => from_utf16(&self.bytes),
        })
    }
}

/// An alpha identifier or the text of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alpha(pub Vec<u8>);

impl Alpha {
    /// The default alphabet when it has every character, else UCS2 after 80.
    pub fn new(text: &str) -> Self {
        Alpha(septets(text).unwrap_or_else(|| {
            let mut bytes = vec![0x80];
            bytes.extend(utf16(text));
            bytes
        }))
    }
}

impl fmt::Display for Alpha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match &self.0[..] {
            [0x80, rest @ ..] => from_utf16(rest),
            // Octets from 80 up lie in a half page that the head names.
            [0x81, count, base, rest @ ..] => paged(*count, u32::from(*base) << 7, rest),
            [0x82, count, high, low, rest @ ..] => {
                paged(*count, u32::from(u16::from_be_bytes([*high, *low])), rest)
            }
            plain => from_septets(plain),
        })
    }
}

fn paged(count: u8, base: u32, octets: &[u8]) -> String {
    octets
        .iter()
        .take(usize::from(count))
        .map(|octet| match octet {
            0x80.. => char::from_u32(base + u32::from(octet & 0x7F))
                .unwrap_or(char::REPLACEMENT_CHARACTER),
            plain => basic(*plain),
        })
        .collect()
}

/// Packed septets; seven free bits, which would read as an `@`, are filled with a carriage
/// return (TS 23.038 §6.1.2.3.1).
fn pack(septets: &[u8]) -> Vec<u8> {
    let mut octets = alphabet::pack(septets, 0);
    if septets.len() % 8 == 7
        && let Some(last) = octets.last_mut()
    {
        *last |= 0x0D << 1;
    }
    octets
}

fn unpack(octets: &[u8]) -> Vec<u8> {
    let mut septets = alphabet::unpack(octets, 0);
    if octets.len().is_multiple_of(7) && septets.last() == Some(&0x0D) {
        septets.pop();
    }
    septets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_every_coding() {
        for text in [
            "",
            "Apply settings?",
            "{a_b} €5 @ ~",
            "1234567",
            "12345678",
            "@@@@@@@",
            "Ünï",
            "готово 🙂",
        ] {
            assert_eq!(Text::new(text).to_string(), text);
            assert_eq!(Alpha::new(text).to_string(), text);
            if let Some(packed) = Text::packed(text) {
                assert_eq!(Text::decode(&packed.encode()).to_string(), text);
            }
        }
        assert_eq!(
            Text::packed("hellohello").unwrap().bytes,
            [0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37]
        );
    }

    #[test]
    fn alpha_identifiers_with_pages_are_read() {
        assert_eq!(
            Alpha(vec![0x81, 3, 0x08, 0x41, 0x90, 0x2E]).to_string(),
            "A\u{410}."
        );
        assert_eq!(
            Alpha(vec![0x82, 2, 0x04, 0x10, 0x80, 0x81]).to_string(),
            "\u{410}\u{411}"
        );
        assert_eq!(Alpha(vec![0x80, 0xD8]).to_string(), "");
    }
}
