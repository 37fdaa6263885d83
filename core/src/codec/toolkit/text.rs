//! Text on the wire: text strings with a data coding scheme and alpha identifiers
//! (TS 102 223 §8.15, §8.2; alphabets 3GPP TS 23.038 §6.2, alpha coding TS 102 221 annex A).

use std::fmt;

/// Basic table of the default alphabet; 1B leads into the extension table.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1B}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Leads into the extension table.
const ESCAPE: u8 = 0x1B;

/// Characters of the extension table with their codes.
const EXTENSION: [(char, u8); 10] = [
    ('\u{0C}', 0x0A),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2F),
    ('[', 0x3C),
    ('~', 0x3D),
    (']', 0x3E),
    ('|', 0x40),
    ('€', 0x65),
];

/// What stands for octets that are no character.
const UNKNOWN: char = '\u{FFFD}';

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
        // The general group of TS 23.038 §4: bits 4 and 3 name the alphabet.
        f.write_str(&match self.dcs & 0x0C {
            0x00 => from_septets(&unpack(&self.bytes)),
            0x04 => from_septets(&self.bytes),
            _ => from_utf16(&self.bytes),
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
            0x80.. => char::from_u32(base + u32::from(octet & 0x7F)).unwrap_or(UNKNOWN),
            plain => BASIC.chars().nth(usize::from(*plain)).unwrap_or(UNKNOWN),
        })
        .collect()
}

/// Codes of the default alphabet, one in each octet; `None` when it lacks a character.
pub(super) fn septets(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some((_, code)) = EXTENSION.iter().find(|(of, _)| *of == c) {
            octets.extend([ESCAPE, *code]);
        } else {
            let code = BASIC.chars().position(|of| of == c)?;
            octets.push(u8::try_from(code).ok().filter(|code| *code != ESCAPE)?);
        }
    }
    Some(octets)
}

fn from_septets(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut octets = octets.iter();
    while let Some(octet) = octets.next() {
        let c = if *octet == ESCAPE {
            let code = octets.next().copied().unwrap_or_default();
            let found = EXTENSION.iter().find(|(_, of)| *of == code);
            found.map_or(UNKNOWN, |(c, _)| *c)
        } else {
            BASIC.chars().nth(usize::from(*octet)).unwrap_or(UNKNOWN)
        };
        text.push(c);
    }
    text
}

/// Eight septets in seven octets (TS 23.038 §6.1.2.1).
pub(super) fn pack(septets: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(septets.len());
    let (mut bits, mut kept) = (0u32, 0);
    for septet in septets {
        bits |= u32::from(septet & 0x7F) << kept;
        kept += 7;
        if kept >= 8 {
            octets.push(bits as u8);
            bits >>= 8;
            kept -= 8;
        }
    }
    // Seven free bits would read as an `@`: a carriage return fills them.
    match kept {
        0 => {}
        1 => octets.push((bits | 0x0D << 1) as u8),
        _ => octets.push(bits as u8),
    }
    octets
}

fn unpack(octets: &[u8]) -> Vec<u8> {
    let mut septets = Vec::with_capacity(octets.len() * 8 / 7);
    let (mut bits, mut kept) = (0u32, 0);
    for octet in octets {
        bits |= u32::from(*octet) << kept;
        kept += 8;
        while kept >= 7 {
            septets.push(bits as u8 & 0x7F);
            bits >>= 7;
            kept -= 7;
        }
    }
    if octets.len().is_multiple_of(7) && septets.last() == Some(&0x0D) {
        septets.pop();
    }
    septets
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn from_utf16(octets: &[u8]) -> String {
    let units = octets
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    // FFFF pads an identifier of fixed length.
    char::decode_utf16(units.take_while(|unit| *unit != 0xFFFF))
        .map(|c| c.unwrap_or(UNKNOWN))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_its_places() {
        assert_eq!(BASIC.chars().count(), 128);
        assert_eq!(septets("@$_ A").unwrap(), [0x00, 0x02, 0x11, 0x20, 0x41]);
        assert_eq!(septets("€[").unwrap(), [0x1B, 0x65, 0x1B, 0x3C]);
        assert_eq!(septets("я"), None);
    }

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
