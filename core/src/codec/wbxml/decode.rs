//! Whole documents: those that can be read to their end (WBXML 1.3 §5.3).

use super::parse::{Parsed, parse, parse_as};
use crate::codec::DecodeError;
use crate::codec::markup::Element;
use crate::codec::markup::document::Document;
use crate::codec::vocabulary::wbxml::Vocabulary;

/// A whole document as an owned element, with its vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What the document says it is.
    pub vocabulary: Vocabulary,
    /// The root element.
    pub root: Element,
}

/// Reads a document.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let document = document(bytes)?;
    let root = document.root().unwrap_or_default();
    Ok(Decoded {
        vocabulary: document.vocabulary,
        root: document.to_element(root),
    })
}

/// The arena of a document, which must end with the bytes.
pub fn document(bytes: &[u8]) -> Result<Document<'_>, DecodeError> {
    document_as(bytes, Vocabulary::Unknown)
}

/// The arena of a document, which must end with the bytes; `told` is what it is where its header
/// calls that unknown.
pub fn document_as(bytes: &[u8], told: Vocabulary) -> Result<Document<'_>, DecodeError> {
    let document = document_prefix(bytes, told)?;
    match bytes.get(document.used) {
        None => Ok(document),
        Some(byte) => Err(DecodeError::new(
            document.used,
            "the end, or an instruction",
            format!("{byte:02X}"),
        )
        .clause("WBXML §5.3")),
    }
}

/// The arena of a document that something else may follow, such as the padding of a card file;
/// [`Document::used`] tells where it ends.
pub fn document_prefix(bytes: &[u8], told: Vocabulary) -> Result<Document<'_>, DecodeError> {
    let parsed = parse_as(bytes, told);
    match parsed.error {
        Some(error) => Err(error),
        None => Ok(parsed.document),
    }
}

/// True for bytes that begin as a document of a known kind.
pub(crate) fn is_document(bytes: &[u8]) -> bool {
    // Version 1.0 is as good as never seen, and a 00 begins too many other things.
    if !matches!(bytes.first(), Some(1..=3)) {
        return false;
    }
    let Parsed {
        header, document, ..
    } = parse(bytes);
    header.is_some() && document.root().is_some() && document.vocabulary != Vocabulary::Unknown
}
