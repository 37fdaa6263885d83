//! What precedes the body: version, public identifier, character set, string table
//! (WBXML 1.3 §5.4–5.7).

use std::borrow::Cow;

use nom::Parser;
use nom::combinator::cond;

use super::mb::number;
use crate::codec::DecodeError;
use crate::codec::input::{Fault, Input, Parsed, byte, bytes, clause, placed, prefix};
use crate::codec::markup::document::{Charset, Span};
use crate::codec::vocabulary::wbxml::Vocabulary;

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
        Ok(prefix(Input::new(bytes), header)?.0)
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

    /// True when the header says that the kind of document is unknown (WBXML §5.5).
    pub fn is_unknown(&self) -> bool {
        self.public_id == PublicId::Number(1)
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

/// The header at the start of a document.
pub(super) fn header(input: Input<'_>) -> Parsed<'_, Header> {
    let (rest, version) = clause("WBXML §5.4", version)(input)?;
    let (rest, (public_id_span, public_id)) = placed(public_id).parse(rest)?;
    // WBXML 1.0 had no character set.
    let (rest, (charset_span, charset)) = placed(cond(version != 0, number)).parse(rest)?;
    let (rest, (table_len_span, table_len)) = placed(number).parse(rest)?;
    let table = bytes(table_len as usize, "a string table");
    let (rest, table) = clause("WBXML §5.7", table)(rest)?;
    let header = Header {
        version,
        public_id,
        public_id_span: public_id_span.into(),
        charset: charset.unwrap_or(0),
        charset_span: charset_span.into(),
        table_len_span: table_len_span.into(),
        string_table: table.range().into(),
        len: rest.offset(),
    };
    Ok((rest, header))
}

/// The version byte; the high half is the major version less one.
fn version(input: Input<'_>) -> Parsed<'_, u8> {
    let (rest, version) = byte("a WBXML version byte")(input)?;
    if version >> 4 != 0 {
        let found = format!("version byte {version:02X}");
        return Err(Fault::at(input.offset(), "WBXML 1.x", found));
    }
    Ok((rest, version))
}

fn public_id(input: Input<'_>) -> Parsed<'_, PublicId> {
    match number(input)? {
        (rest, 0) => number.map(PublicId::Text).parse(rest),
        (rest, id) => Ok((rest, PublicId::Number(id))),
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
