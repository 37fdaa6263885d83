//! Alphabets of short messages and toolkit texts: the default alphabet of 7 bits, packed or one
//! character in each byte, and UCS2, which here means UTF-16 (3GPP TS 23.038 §4, §6).
//!
//! Knows no message: where a text stands and how long it is says the codec around it. National
//! language tables are not known; their characters read as those of the default alphabet.

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

/// How a data coding scheme has its characters coded (TS 23.038 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// The default alphabet, seven bits for a character.
    Default,
    /// Bytes of whatever the application means.
    EightBit,
    /// Two bytes for a unit of UTF-16.
    Ucs2,
    /// Compressed text, which is not read here.
    Compressed,
}

impl Alphabet {
    /// The alphabet of a data coding scheme; reserved ones are to be taken for the default.
    pub(crate) fn of(dcs: u8) -> Self {
        match (dcs >> 4, dcs >> 2 & 3) {
            (0..=7, _) if dcs & 0x20 != 0 => Alphabet::Compressed,
            (0..=7, 1) => Alphabet::EightBit,
            (0..=7, 2) | (0xE, _) => Alphabet::Ucs2,
            (0xF, 1 | 3) => Alphabet::EightBit,
            _ => Alphabet::Default,
        }
    }
}

/// Codes of the default alphabet, one in each byte; `None` when it lacks a character.
pub(crate) fn septets(text: &str) -> Option<Vec<u8>> {
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

/// The character of a code in the basic table.
pub(crate) fn basic(code: u8) -> char {
    BASIC.chars().nth(usize::from(code)).unwrap_or(UNKNOWN)
}

/// Text of codes of the default alphabet, one in each byte.
pub(crate) fn from_septets(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut octets = octets.iter();
    while let Some(octet) = octets.next() {
        let c = if *octet == ESCAPE {
            let code = octets.next().copied().unwrap_or_default();
            let found = EXTENSION.iter().find(|(_, of)| *of == code);
            found.map_or(UNKNOWN, |(c, _)| *c)
        } else {
            basic(*octet)
        };
        text.push(c);
    }
    text
}

/// Eight septets in seven bytes, behind `fill` bits of zero (TS 23.038 §6.1.2.1).
pub(crate) fn pack(septets: &[u8], fill: usize) -> Vec<u8> {
    let mut octets = Vec::with_capacity(septets.len());
    let (mut bits, mut kept) = (0u32, fill & 7);
    for septet in septets {
        bits |= u32::from(septet & 0x7F) << kept;
        kept += 7;
        if kept >= 8 {
            octets.push(bits as u8);
            bits >>= 8;
            kept -= 8;
        }
    }
    if kept > 0 {
        octets.push(bits as u8);
    }
    octets
}

/// All whole septets of packed bytes behind `fill` bits.
pub(crate) fn unpack(octets: &[u8], fill: usize) -> Vec<u8> {
    let mut septets = Vec::with_capacity(octets.len() * 8 / 7);
    let (mut bits, mut kept) = (0u32, 0);
    let mut fill = fill & 7;
    for octet in octets {
        bits |= u32::from(*octet) << kept;
        kept += 8;
        // Fewer than eight bits are passed over, so the first byte has them all.
        bits >>= fill;
        kept -= std::mem::take(&mut fill);
        while kept >= 7 {
            septets.push(bits as u8 & 0x7F);
            bits >>= 7;
            kept -= 7;
        }
    }
    septets
}

/// UTF-16, the high byte of a unit first.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Text of UTF-16; FFFF, which pads an identifier of fixed length, ends it.
pub(crate) fn from_utf16(octets: &[u8]) -> String {
    let units = octets
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
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
    fn septets_come_back_behind_any_bits() {
        let codes: Vec<u8> = (0..40).map(|n| n * 3).collect();
        for fill in 0..8 {
            for count in 0..codes.len() {
                let packed = pack(&codes[..count], fill);
                assert_eq!(packed.len(), (count * 7 + fill).div_ceil(8));
                assert_eq!(unpack(&packed, fill)[..count], codes[..count]);
            }
        }
        assert_eq!(
            pack(&septets("Hello").unwrap(), 0),
            [0xC8, 0x32, 0x9B, 0xFD, 0x06]
        );
    }

    #[test]
    fn schemes_name_their_alphabet() {
        for (dcs, alphabet) in [
            (0x00, Alphabet::Default),
            (0x04, Alphabet::EightBit),
            (0x08, Alphabet::Ucs2),
            (0x0C, Alphabet::Default),
            (0x16, Alphabet::EightBit),
            (0x20, Alphabet::Compressed),
            (0x58, Alphabet::Ucs2),
            (0x80, Alphabet::Default),
            (0xC8, Alphabet::Default),
            (0xE0, Alphabet::Ucs2),
            (0xF0, Alphabet::Default),
            (0xF6, Alphabet::EightBit),
        ] {
            assert_eq!(Alphabet::of(dcs), alphabet, "{dcs:02X}");
        }
    }
}
