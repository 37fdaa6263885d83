//! A document in its forms: XML, WBXML, and the element that stands inline in a message.

use super::{Document, Node, read, write};
use crate::codec::DecodeError;
use crate::codec::markup::Element;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree::{self, Nodes, Reader};
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::wbxml;

impl Nodes for Node {
    const CLAUSE: &'static str = read::CLAUSE;
    const TAKES_FOREIGN: bool = false;

    fn read(reader: &Reader<'_, '_>, at: usize) -> Result<Node, DecodeError> {
        read::node(reader, at, true)
    }

    fn place(&self) -> Option<(Option<&str>, &str)> {
        let path = self.path.as_deref();
        (!self.name.is_empty()).then_some((path, self.name.as_str()))
    }

    fn write<S: Sink>(&self, out: &mut S) {
        write::node(self, 0, out);
    }
}

impl Document {
    /// Reads XML in UTF-8; [`line_column`](crate::codec::xml::line_column) makes a place for people of an error's offset.
    pub fn decode_xml(bytes: &[u8]) -> Result<Document, DecodeError> {
        mgmt_tree::from_xml(bytes)
    }

    /// Writes XML without layout.
    pub fn encode_xml(&self) -> String {
        mgmt_tree::to_xml(self)
    }

    /// Reads WBXML.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Document, DecodeError> {
        mgmt_tree::from_wbxml(bytes)
    }

    /// Reads WBXML and tells how many bytes it took, for files with padding.
    pub fn decode_wbxml_prefix(bytes: &[u8]) -> Result<(Document, usize), DecodeError> {
        mgmt_tree::from_wbxml_prefix(bytes)
    }

    /// Writes WBXML 1.3; the public identifier has no number and stands in the string table.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        mgmt_tree::to_wbxml(self)
    }

    /// Reads an inline `MgmtTree`; offsets of errors count in its WBXML form.
    pub fn from_element(element: &Element) -> Result<Document, DecodeError> {
        Document::decode_wbxml(&wbxml::encode(element, Vocabulary::DmDdf))
    }

    /// The `MgmtTree` to put inline into Data.
    pub fn to_element(&self) -> Element {
        let bytes = self.encode_wbxml();
        let parsed = wbxml::parse(&bytes).document;
        parsed
            .root()
            .map_or_else(Element::default, |root| parsed.to_element(root))
    }
}
