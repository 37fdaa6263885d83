//! XML text to the arena that WBXML fills too, and elements back to XML text.
//!
//! Code pages are found from structure, and from a namespace only where it has the name, so that
//! absent or oddly placed declarations do no harm; names with a foreign prefix are never ours.
//! No document type is ever fetched and no entity but the predefined ones and character references
//! is resolved. Files are in UTF-8, UTF-16, ISO-8859-1 or US-ASCII. Knows nothing of what elements
//! mean.

mod encoding;
mod namespaces;
mod parse;
mod write;

pub use parse::{Parsed, parse};
pub(crate) use write::{base64, escape, is_xml, namespace, quote, write_element, xml_name};

use super::markup::document::Document;
use super::markup::fields as markup_fields;
use super::{DecodeError, Field};

/// The line and column, both from 1, of a byte offset; columns count characters.
pub fn line_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let charset = encoding::charset(bytes).unwrap_or_default();
    let before = charset.lossy(&bytes[..offset.min(bytes.len())]);
    let line = before.matches('\n').count() + 1;
    let last = before.rsplit('\n').next().unwrap_or_default();
    let column = last.chars().count() + 1;
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
