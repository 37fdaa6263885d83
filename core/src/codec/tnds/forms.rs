//! The nodes of a document, of which `MgmtTree` has the two forms, and the element that stands
//! inline in a message.

use super::{Document, Node, read, write};
use crate::codec::DecodeError;
use crate::codec::markup::Element;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree::{Nodes, Reader};
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
