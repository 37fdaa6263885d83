//! Which bytes of an XML file are which characters: byte order mark, first octets, declaration
//! (XML 1.0 §4.3.3, appendix F).

use std::borrow::Cow;

use crate::codec::DecodeError;
use crate::codec::markup::charset::{Charset, not_utf16, utf16};

/// The text of a file in UTF-8, and how to find a place of it in the file.
pub(super) struct Text<'a> {
    pub(super) utf8: Cow<'a, [u8]>,
    pub(super) charset: Charset,
    /// For each byte of the text, and for its end, the offset in the file; empty when equal.
    places: Vec<u32>,
}

impl Text<'_> {
    /// The offset in the file of an offset in the text.
    pub(super) fn place(&self, offset: usize) -> usize {
        match self.places.last() {
            None => offset,
            Some(end) => *self.places.get(offset).unwrap_or(end) as usize,
        }
    }

    /// True when places in the file are not places in the text.
    pub(super) fn is_moved(&self) -> bool {
        !self.places.is_empty()
    }

    fn push(&mut self, c: char, place: usize) {
        let utf8 = self.utf8.to_mut();
        utf8.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        self.places.resize(utf8.len(), place as u32);
    }
}

/// The character set of a file.
pub(super) fn charset(bytes: &[u8]) -> Result<Charset, DecodeError> {
    Ok(match bytes {
        [0xFE, 0xFF, ..] | [0, b'<', ..] => Charset::Utf16Be,
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => Charset::Utf16Le,
        [0xEF, 0xBB, 0xBF, ..] => Charset::Utf8,
        _ if bytes.is_ascii() => Charset::Utf8,
        _ => declared(bytes)?,
    })
}

/// Reads the file by its character set.
pub(super) fn decode(bytes: &[u8]) -> Result<Text<'_>, DecodeError> {
    let charset = charset(bytes)?;
    let mut text = Text {
        utf8: Cow::Borrowed(bytes),
        charset,
        places: Vec::new(),
    };
    match charset {
        Charset::Utf8 | Charset::Other(_) => {
            if let Err(error) = std::str::from_utf8(bytes) {
                return Err(DecodeError::new(
                    error.valid_up_to(),
                    "XML in UTF-8",
                    "a byte that is not UTF-8",
                ));
            }
            return Ok(text);
        }
        Charset::Latin1 => {
            text.utf8 = Cow::Owned(Vec::with_capacity(bytes.len() * 2));
            for (place, byte) in bytes.iter().enumerate() {
                text.push(char::from(*byte), place);
            }
        }
        Charset::Utf16Be | Charset::Utf16Le => {
            text.utf8 = Cow::Owned(Vec::with_capacity(bytes.len()));
            for (place, c) in utf16(bytes, charset == Charset::Utf16Be) {
                text.push(c.ok_or_else(|| not_utf16(place))?, place);
            }
        }
    }
    text.places.push(bytes.len() as u32);
    Ok(text)
}

/// The set that the declaration names. Octets that have been read so far are no UTF-16, whatever
/// it says: programs that change the encoding of a file forget to change its first line.
fn declared(bytes: &[u8]) -> Result<Charset, DecodeError> {
    let Some(span) = declared_name(bytes) else {
        return Ok(Charset::Utf8);
    };
    let name = String::from_utf8_lossy(&bytes[span.clone()]).to_ascii_uppercase();
    match &*name {
        "UTF-8" | "UTF8" | "US-ASCII" | "ASCII" | "UTF-16" | "UTF-16LE" | "UTF-16BE" => {
            Ok(Charset::Utf8)
        }
        "ISO-8859-1" | "ISO8859-1" | "ISO_8859-1" | "LATIN1" | "L1" => Ok(Charset::Latin1),
        _ => Err(DecodeError::new(
            span.start,
            "UTF-8, UTF-16, ISO-8859-1 or US-ASCII",
            format!("encoding {name:.40}"),
        )
        .clause("XML 1.0 §4.3.3")),
    }
}

/// Where `encoding='…'` has its name in `<?xml … ?>`.
fn declared_name(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let bytes = &bytes[..bytes.len().min(LONGEST_DECLARATION)];
    if !bytes.starts_with(b"<?xml") {
        return None;
    }
    let end = bytes.windows(2).position(|pair| pair == b"?>")?;
    let word = b"encoding";
    let at = bytes[..end].windows(word.len()).position(|w| w == word)? + word.len();
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let start = at + bytes[at..end].iter().position(is_quote)? + 1;
    let len = bytes[start..end].iter().position(is_quote)?;
    Some(start..start + len)
}

/// A declaration is looked for in so many octets at the beginning.
const LONGEST_DECLARATION: usize = 256;
