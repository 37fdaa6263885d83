//! DevInf documents of their own: what a device of data synchronisation says of itself
//! (OMA-TS-DS_DevInf-V1_2).
//!
//! DM keeps such information in its tree; the document is carried as it came, in either form.
//! Knows the names of its elements and nothing of their meaning.

use super::markup::{Content, Element, Form};
use super::vocabulary::wbxml::Vocabulary;
use super::{DecodeError, wbxml, xml};

/// Media type of a document in XML.
pub const MEDIA_TYPE_XML: &str = "application/vnd.syncml-devinf+xml";
/// Media type of a document in WBXML.
pub const MEDIA_TYPE_WBXML: &str = "application/vnd.syncml-devinf+wbxml";

/// The namespace of its elements in XML.
const NAMESPACE: &str = "syncml:devinf";

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// `DevInf` with all it holds.
    root: Element,
}

impl Document {
    /// Takes an element that is named DevInf.
    pub fn new(root: Element) -> Option<Document> {
        (root.name() == ROOT).then_some(Document { root })
    }

    /// `DevInf` with all it holds.
    pub fn root(&self) -> &Element {
        &self.root
    }

    /// VerDTD: the version of the element set; empty when the document does not say.
    pub fn version(&self) -> &str {
        self.root.child("VerDTD").map_or("", Element::text)
    }

    /// The names of 1.1 and 1.2 differ.
    fn vocabulary(&self) -> Vocabulary {
        match self.version() {
            "1.0" | "1.1" => Vocabulary::DevInf11,
            _ => Vocabulary::DevInf12,
        }
    }

    /// Reads either form.
    pub fn decode(bytes: &[u8]) -> Result<Document, DecodeError> {
        match Form::of(bytes) {
            Some(Form::Wbxml) => Document::decode_wbxml(bytes),
            _ => Document::decode_xml(bytes),
        }
    }

    /// Reads WBXML.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Document, DecodeError> {
        read(&wbxml::document_as(bytes, Vocabulary::DevInf12)?)
    }

    /// Reads XML; [`xml::line_column`] makes a place for people of an error's offset.
    pub fn decode_xml(bytes: &[u8]) -> Result<Document, DecodeError> {
        read(&xml::document(bytes)?)
    }

    /// Writes WBXML 1.3 with the numeric public identifier of the version.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        wbxml::encode(&self.root, self.vocabulary())
    }

    /// Writes XML without layout.
    pub fn encode_xml(&self) -> String {
        let mut root = self.root.clone();
        root.attributes.retain(|(name, _)| name != "xmlns");
        root.attributes
            .insert(0, ("xmlns".to_owned(), NAMESPACE.to_owned()));
        let mut out = String::new();
        xml::write_element(&root, Some(root.page), &mut out);
        out
    }
}

/// The root element.
const ROOT: &str = "DevInf";

fn read(document: &super::markup::document::Document<'_>) -> Result<Document, DecodeError> {
    let root = document.root().unwrap_or_default();
    if document.name(root) != ROOT {
        let found = document.root_found(root);
        let at = document.offset(root);
        return Err(DecodeError::new(at, ROOT, found).clause("DS DevInf"));
    }
    let mut root = document.to_element(root);
    settle(&mut root);
    Ok(Document { root })
}

/// All names are of one page, whatever the form said.
fn settle(element: &mut Element) {
    element.page = 0;
    for content in &mut element.content {
        if let Content::Element(child) = content {
            settle(child);
        }
    }
}
