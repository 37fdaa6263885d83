//! Character sets of documents: which bytes are which characters (WBXML 1.3 §5.6, XML 1.0 §4.3.3).
//!
//! UTF-8, US-ASCII, ISO-8859-1 and UTF-16 are read. Of any other set, only what it shares with
//! US-ASCII.

use std::borrow::Cow;

use crate::codec::DecodeError;

/// How the bytes of character data are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8, also for US-ASCII and unknown.
    #[default]
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// UTF-16 and UCS-2, most significant octet first unless a mark says otherwise.
    Utf16Be,
    /// UTF-16 and UCS-2, least significant octet first unless a mark says otherwise.
    Utf16Le,
    /// Another set of single octets, by its number in the IANA registry.
    Other(u32),
}

impl Charset {
    /// The set of an IANA MIBenum; `None` for those in which a character takes four octets.
    pub fn of_number(number: u32) -> Option<Charset> {
        match number {
            0 | 3 | 106 => Some(Charset::Utf8),
            4 => Some(Charset::Latin1),
            1000 | 1013 | 1015 => Some(Charset::Utf16Be),
            1014 => Some(Charset::Utf16Le),
            1001 | 1017..=1019 => None,
            other => Some(Charset::Other(other)),
        }
    }

    /// Octets of the 00 that ends a string.
    pub(crate) fn unit(self) -> usize {
        match self {
            Charset::Utf16Be | Charset::Utf16Le => 2,
            _ => 1,
        }
    }

    /// Octets before the 00 that ends the string at the beginning of `bytes`; `None` without one.
    pub(crate) fn string_len(self, bytes: &[u8]) -> Option<usize> {
        if self.unit() == 1 {
            return bytes.iter().position(|byte| *byte == 0);
        }
        let units = bytes.chunks_exact(2).position(|unit| unit == [0, 0])?;
        Some(units * 2)
    }

    /// Text; what is not in the character set shows as U+FFFD.
    pub(crate) fn lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Charset::Utf8 | Charset::Other(_) => String::from_utf8_lossy(bytes),
            Charset::Latin1 => latin1(bytes),
            Charset::Utf16Be | Charset::Utf16Le => Cow::Owned(
                utf16(bytes, self == Charset::Utf16Be)
                    .map(|(_, c)| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }

    /// Text that begins at `offset`; an error when it is not in the character set.
    pub(crate) fn strict(self, bytes: &[u8], offset: usize) -> Result<Cow<'_, str>, DecodeError> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| {
                DecodeError::new(
                    offset + e.valid_up_to(),
                    "UTF-8 text",
                    "a byte that is not UTF-8",
                )
            }),
            Charset::Latin1 => Ok(latin1(bytes)),
            Charset::Utf16Be | Charset::Utf16Le => utf16(bytes, self == Charset::Utf16Be)
                .map(|(at, c)| c.ok_or_else(|| not_utf16(offset + at)))
                .collect(),
            Charset::Other(number) => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(String::from_utf8_lossy(bytes)),
                Some(at) => Err(DecodeError::new(
                    offset + at,
                    "text in UTF-8, UTF-16, ISO-8859-1 or US-ASCII",
                    format!("a character of set {number}"),
                )),
            },
        }
    }
}

fn latin1(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.is_ascii() {
        return String::from_utf8_lossy(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// The characters of UTF-16 text with their places; `None` for half a character. A byte order
/// mark at the beginning rules and is no character.
pub(crate) fn utf16(bytes: &[u8], big: bool) -> impl Iterator<Item = (usize, Option<char>)> + '_ {
    let (skip, big) = match bytes {
        [0xFE, 0xFF, ..] => (2, true),
        [0xFF, 0xFE, ..] => (2, false),
        _ => (0, big),
    };
    let unit = move |pair: &[u8]| match *pair {
        [first, second] if big => u16::from_be_bytes([first, second]),
        [first, second] => u16::from_le_bytes([first, second]),
        // Half a unit is half a character.
        _ => 0xD800,
    };
    let mut at = skip;
    let units = bytes[skip..].chunks(2).map(unit);
    char::decode_utf16(units).map(move |c| {
        let place = at;
        at += c.as_ref().map_or(2, |c| c.len_utf16() * 2);
        (place, c.ok())
    })
}

/// The error of half a character.
pub(crate) fn not_utf16(offset: usize) -> DecodeError {
    DecodeError::new(offset, "UTF-16 text", "half a character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_set() {
        let be = b"\0a\xD8\x3D\xDE\x00\0z";
        let le = b"a\0\x3D\xD8\0\xDEz\0";
        for (set, bytes) in [
            (Charset::Utf8, "a😀z".as_bytes()),
            (Charset::Utf16Be, be),
            (Charset::Utf16Le, le),
            (Charset::Utf16Le, &[b"\xFE\xFF", &be[..]].concat()),
            (Charset::Utf16Be, &[b"\xFF\xFE", &le[..]].concat()),
        ] {
            assert_eq!(set.strict(bytes, 0).unwrap(), "a😀z");
            assert_eq!(set.lossy(bytes), "a😀z");
        }
        assert_eq!(Charset::Latin1.strict(b"\xE4\x80", 0).unwrap(), "ä\u{80}");
        assert_eq!(Charset::Other(2252).strict(b"abc", 0).unwrap(), "abc");
    }

    #[test]
    fn says_where_text_breaks() {
        for (set, bytes, at) in [
            (Charset::Utf8, &b"ab\xFF"[..], 2),
            (Charset::Other(17), b"abc\x83", 3),
            (Charset::Utf16Be, b"\0a\xD8\0\0b", 2),
            (Charset::Utf16Be, b"\0a\xDC\0", 2),
            (Charset::Utf16Le, b"a\0b", 2),
        ] {
            assert_eq!(set.strict(bytes, 100).unwrap_err().offset, 100 + at);
            assert!(set.lossy(bytes).contains(char::REPLACEMENT_CHARACTER));
        }
    }

    #[test]
    fn strings_end_at_a_whole_unit() {
        assert_eq!(Charset::Utf8.string_len(b"ab\0"), Some(2));
        // The 00 of one character and that of the next are no end.
        assert_eq!(Charset::Utf16Be.string_len(b"\x01\0\0a\0\0"), Some(4));
        assert_eq!(Charset::Utf16Be.string_len(b"\0a\0"), None);
    }
}
