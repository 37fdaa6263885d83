//! XML text to the arena that WBXML fills too, and elements back to XML text.
//!
//! Code pages are found from structure, and from a namespace only where it has the name, so that
//! absent or oddly placed declarations do no harm. No document type is ever fetched and no
//! entity but the predefined ones and character references is resolved. Knows nothing of what
//! elements mean.

mod parse;
mod write;

pub use parse::{Parsed, parse};
pub(crate) use write::{base64, escape, is_xml, namespace, quote, write_element, xml_name};

use super::markup::document::Document;
use super::markup::fields as markup_fields;
use super::{DecodeError, Field};

/// The line and column, both from 1, of a byte offset; columns count characters.
pub fn line_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..])
        .chars()
        .count()
        + 1;
    (line, column)
}

/// The arena of a document that can be read to its end.
pub fn document(bytes: &[u8]) -> Result<Document<'_>, DecodeError> {
    let parsed = parse(bytes);
    match parsed.error {
        Some(error) => Err(error),
        None => Ok(parsed.document),
    }
}

/// Fields of a document: elements with their places in the text. Reads as far as it can, and
/// ends with a field `unreadable` when that is not to the end.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let parsed = parse(bytes);
    let mut fields = markup_fields::fields(&parsed.document, 0);
    if let Some(error) = &parsed.error {
        fields.push(markup_fields::unreadable(bytes, error));
    }
    fields
}
