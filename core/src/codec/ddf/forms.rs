//! A description in its two forms.

use super::{Document, Node, read, write};
use crate::codec::DecodeError;
use crate::codec::markup::Form;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree::{self, Nodes, Reader};

impl Nodes for Node {
    const CLAUSE: &'static str = read::CLAUSE;
    const TAKES_FOREIGN: bool = true;

    fn read(reader: &Reader<'_, '_>, at: usize) -> Result<Node, DecodeError> {
        read::node(reader, at)
    }

    /// Descriptions of one name may stand beside each other: they may be for nodes of different
    /// formats.
    fn place(&self) -> Option<(Option<&str>, &str)> {
        None
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

    /// Writes WBXML 1.3; the public identifier has no number and stands in the string table.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        mgmt_tree::to_wbxml(self)
    }

    /// Reads either form.
    pub fn decode(bytes: &[u8]) -> Result<Document, DecodeError> {
        match Form::of(bytes) {
            Some(Form::Wbxml) => Document::decode_wbxml(bytes),
            _ => Document::decode_xml(bytes),
        }
    }
}
