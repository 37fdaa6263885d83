//! WAP Binary XML 1.1 to 1.3 (WAP-192-WBXML), the compact form of DM messages, TNDS and
//! provisioning documents.
//!
//! [`parse()`] fills an arena with spans, [`decode`] makes an owned element of it, [`encode`]
//! writes one. Names no meaning: what an element is for is known to `syncml` and `tnds`.

mod encode;
pub(crate) mod explain;
mod fields;
mod header;
mod mb;
mod parse;
mod pretty;
mod sink;
pub mod tokens;
mod vocabulary;
mod writer;

pub use encode::encode;
pub use fields::fields;
pub(crate) use fields::{is_document, nested_fields};
pub use header::{Header, PublicId};
pub use parse::{Parsed, parse};
pub use pretty::to_xml;
pub(crate) use sink::{Sink, XmlSink};
pub use vocabulary::Vocabulary;
pub(crate) use writer::Writer;

use crate::codec::DecodeError;
use crate::codec::markup::Element;
use crate::codec::markup::document::Document;

/// A whole document as an owned element, with its vocabulary and the bytes it took; what
/// follows the root element, such as the padding of a card file, is the caller's to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What the document says it is.
    pub vocabulary: Vocabulary,
    /// The root element.
    pub root: Element,
    /// Bytes up to the end of the root element.
    pub used: usize,
}

/// Reads a document.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let document = document(bytes)?;
    let root = document.root().unwrap_or_default();
    Ok(Decoded {
        vocabulary: document.vocabulary,
        root: document.to_element(root),
        used: document.used,
    })
}

/// The arena of a document that can be read to the end of its root element.
pub fn document(bytes: &[u8]) -> Result<Document<'_>, DecodeError> {
    let parsed = parse(bytes);
    match parsed.error {
        Some(error) => Err(error),
        None => Ok(parsed.document),
    }
}
