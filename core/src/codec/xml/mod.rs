//! XML text to the arena that WBXML fills too, and elements back to XML text.
//!
//! Code pages are found from structure, and from a namespace only where it has the name, so that
//! absent or oddly placed declarations do no harm; names with a foreign prefix are never ours, and
//! keep the declarations they need.
//! No document type is ever fetched and no entity but the predefined ones and character references
//! is resolved. Files are in UTF-8, UTF-16, ISO-8859-1 or US-ASCII. Knows nothing of what elements
//! mean.

mod characters;
mod encoding;
mod namespaces;
mod parse;
mod sink;
mod write;

pub(crate) use characters::is_xml;
pub use parse::{Parsed, parse, parse_part};
pub(crate) use sink::XmlSink;
pub(crate) use write::{base64, escape, namespace, quote, write_element, xml_name};

use super::DecodeError;
use super::markup::document::Document;

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
