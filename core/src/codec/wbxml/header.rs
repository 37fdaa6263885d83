//! What precedes the body: version, public identifier, character set, string table
//! (WBXML 1.3 §5.4–5.7).

use std::borrow::Cow;

use super::mb;
use super::vocabulary::Vocabulary;
use crate::codec::DecodeError;
use crate::codec::markup::document::{Charset, Span};

/// How a document says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicId {
    /// A registered number; 1 is "unknown".
    Number(u32),
    /// Offset into the string table of a formal public identifier.
    Text(u32),
}

/// The decoded header with the bytes of each part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Major version less one in the high half, minor in the low: 03 is 1.3.
    pub version: u8,
    /// The public identifier.
    pub public_id: PublicId,
    /// Its bytes.
    pub public_id_span: Span,
    /// IANA MIBenum; 106 is UTF-8.
    pub charset: u32,
    /// Its bytes; empty in WBXML 1.0, which has none.
    pub charset_span: Span,
    /// Length of the string table: the bytes of the number.
    pub table_len_span: Span,
    /// The string table.
    pub string_table: Span,
    /// Bytes of the whole header.
    pub len: usize,
}

impl Header {
    /// Reads the header at the start of a document.
    pub fn decode(bytes: &[u8]) -> Result<Header, DecodeError> {
        let Some(&version) = bytes.first() else {
            return Err(
                DecodeError::new(0, "a WBXML version byte", "the end of input")
                    .clause("WBXML §5.4"),
            );
        };
        if version >> 4 != 0 {
            return Err(
                DecodeError::new(0, "WBXML 1.x", format!("version byte {version:02X}"))
                    .clause("WBXML §5.4"),
            );
        }
        let (number, at) = mb::decode(bytes, 1)?;
        let (public_id, after_id) = if number == 0 {
            let (offset, at) = mb::decode(bytes, at)?;
            (PublicId::Text(offset), at)
        } else {
            (PublicId::Number(number), at)
        };
        // WBXML 1.0 had no character set.
        let (charset, after_charset) = if version == 0 {
            (0, after_id)
        } else {
            mb::decode(bytes, after_id)?
        };
        let (table_len, table) = mb::decode(bytes, after_charset)?;
        let left = bytes.len() - table;
        if table_len as usize > left {
            return Err(DecodeError::new(
                after_charset,
                format!("{table_len} bytes of string table"),
                format!("{left} bytes"),
            )
            .clause("WBXML §5.7"));
        }
        let len = table + table_len as usize;
        Ok(Header {
            version,
            public_id,
            public_id_span: Span::new(1, after_id),
            charset,
            charset_span: Span::new(after_id, after_charset),
            table_len_span: Span::new(after_charset, table),
            string_table: Span::new(table, len),
            len,
        })
    }

    /// The formal public identifier, when the header spells one.
    pub fn fpi<'a>(&self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        let PublicId::Text(offset) = self.public_id else {
            return None;
        };
        let charset = Charset::of_number(self.charset)?;
        let span = string_at(bytes, self.string_table, offset as usize, charset)?;
        charset.strict(bytes.get(span.range())?, 0).ok()
    }

    /// The vocabulary the header names.
    pub fn vocabulary(&self, bytes: &[u8]) -> Vocabulary {
        match self.public_id {
            PublicId::Number(id) => Vocabulary::of_public_id(id),
            PublicId::Text(_) => self
                .fpi(bytes)
                .map_or(Vocabulary::Unknown, |fpi| Vocabulary::of_fpi(&fpi)),
        }
    }
}

/// The string at an offset of the table. The last one may lack its 00: the SyncML toolkit
/// and devices built on it write the public identifier so.
pub(super) fn string_at(
    bytes: &[u8],
    table: Span,
    offset: usize,
    charset: Charset,
) -> Option<Span> {
    let start = (table.start as usize).checked_add(offset)?;
    let end = table.end as usize;
    if start >= end {
        return None;
    }
    let rest = bytes.get(start..end)?;
    let len = charset.string_len(rest).unwrap_or(end - start);
    Some(Span::new(start, start + len))
}
