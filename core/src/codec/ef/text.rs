//! Texts in a fixed room, filled with FF (TS 23.038 §6.2.1, TS 31.102 annex A).

use std::fmt;

/// A text as its bytes, without the FF behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    bytes: Vec<u8>,
}

impl Text {
    /// Text of letters, digits and signs which the default alphabet has where ASCII has them,
    /// and of `_`, `@` and `$`; `None` when there is anything else.
    pub fn from_plain(text: &str) -> Option<Self> {
        let same = |b: u8| b.is_ascii_alphanumeric() || b" !\"#%&'()*+,-./:;<=>?".contains(&b);
        let byte = |b: u8| match b {
            b'_' => Some(0x11),
            b'@' => Some(0x00),
            b'$' => Some(0x02),
            b if same(b) => Some(b),
            _ => None,
        };
        let bytes: Option<_> = text.bytes().map(byte).collect();
        Some(Text { bytes: bytes? })
    }

    /// The text of a room.
    pub fn decode(room: &[u8]) -> Self {
        let end = room.iter().rposition(|byte| *byte != 0xFF);
        let bytes = room.iter().take(end.map_or(0, |end| end + 1));
        Text {
            bytes: bytes.copied().collect(),
        }
    }

    /// The bytes that fill a room; what does not fit is cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.resize(room, 0xFF);
        bytes
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Up to FF, what the default alphabet shares with ASCII; any other byte as U+FFFD.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.iter().take_while(|byte| **byte != 0xFF);
        let letter = |byte: &u8| match byte {
            0x00 => '@',
            0x02 => '$',
            0x11 => '_',
            0x20..=0x7E => char::from(*byte),
            _ => '\u{FFFD}',
        };
        f.write_str(&bytes.map(letter).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fills_its_room() {
        let text = Text::from_plain("DM_SC@$").unwrap();
        assert_eq!(text.to_string(), "DM_SC@$");
        let room = text.encode(9);
        assert_eq!(room, [0x44, 0x4D, 0x11, 0x53, 0x43, 0x00, 0x02, 0xFF, 0xFF]);
        assert_eq!(Text::decode(&room), text);
        assert_eq!(Text::from_plain("ä"), None);
        assert_eq!(Text::decode(&[0xFF; 4]), Text::default());
    }
}
