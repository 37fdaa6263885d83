//! Tree and node descriptions: TNDS, in XML and in WBXML (OMA-TS-DM_TNDS-V1_2_1).
//!
//! One of the standards' own formats for a set of nodes; the card keeps its provisioning data
//! in it. Knows nothing of the management tree it may be applied to.

mod explain;
pub(in crate::codec) mod read;
pub(in crate::codec) mod write;

pub(crate) use explain::{explain, key};

use crate::codec::markup::{self, Element};
use crate::codec::wbxml::{self, Vocabulary, Writer, XmlSink};
use crate::codec::{DecodeError, Field, xml};

/// Media type of a document in XML.
pub const MEDIA_TYPE_XML: &str = "application/vnd.syncml.dmtnds+xml";
/// Media type of a document in WBXML.
pub const MEDIA_TYPE_WBXML: &str = "application/vnd.syncml.dmtnds+wbxml";

/// The formats a node can have (DM TND §7.7.2).
pub const FORMATS: [&str; 11] = [
    "b64", "bin", "bool", "chr", "int", "node", "null", "xml", "date", "time", "float",
];

/// A document: one `MgmtTree` (TNDS §5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// `1.2`.
    pub ver_dtd: String,
    /// Manufacturer the description is for.
    pub man: Option<String>,
    /// Model the description is for.
    pub model: Option<String>,
    /// At least one.
    pub nodes: Vec<Node>,
}

/// One node with all below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Last segment of the URI; empty when the receiver is to choose it.
    pub name: String,
    /// URI of the parent, only on nodes directly under MgmtTree.
    pub path: Option<String>,
    /// ACL in its wire form.
    pub acl: Option<String>,
    /// `node`, `chr`, `int`, `bool`, `bin` …; when absent `node` with children, else `chr`.
    pub format: Option<String>,
    /// MIME type of a leaf, management object identifier of an interior node.
    pub media_type: Option<String>,
    /// Octets of a leaf's value; told, never taken from a document.
    pub size: Option<String>,
    /// Human readable name.
    pub title: Option<String>,
    /// Time of last change.
    pub tstamp: Option<String>,
    /// Version number.
    pub ver_no: Option<String>,
    /// Octets of the value; `None` for interior nodes and leaves without a Value element.
    pub value: Option<Vec<u8>>,
    /// Children in document order.
    pub children: Vec<Node>,
}

/// Fields of a document for showing, XML when it begins as text; reads as far as it can and
/// never fails.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    // WBXML begins with its version, which is no character of text.
    match bytes.first() {
        Some(0..=3) => wbxml::fields(bytes),
        _ => xml::fields(bytes),
    }
}

impl Node {
    /// True when it holds nodes: by its format, else by having some.
    pub fn is_interior(&self) -> bool {
        match self.format.as_deref() {
            Some(format) => format == "node",
            None => !self.children.is_empty(),
        }
    }

    /// True when the value is octets: OPAQUE in WBXML, base64 text in XML.
    pub fn is_binary(&self) -> bool {
        self.format.as_deref() == Some("bin")
    }
}

impl Document {
    /// Reads XML in UTF-8; [`xml::line_column`] makes a place for people of an error's offset.
    pub fn decode_xml(bytes: &[u8]) -> Result<Document, DecodeError> {
        read::document(&xml::document(bytes)?)
    }

    /// Writes XML without layout.
    pub fn encode_xml(&self) -> String {
        let mut sink = XmlSink::default();
        write::document(self, &mut sink);
        sink.out
    }

    /// Reads WBXML; bytes after the root element are passed over.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Document, DecodeError> {
        Document::decode_wbxml_prefix(bytes).map(|(document, _)| document)
    }

    /// Reads WBXML and tells how many bytes it took, for files with padding.
    pub fn decode_wbxml_prefix(bytes: &[u8]) -> Result<(Document, usize), DecodeError> {
        let document = wbxml::document(bytes)?;
        Ok((read::document(&document)?, document.used))
    }

    /// Writes WBXML 1.3; the public identifier has no number and stands in the string table.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vocabulary::DmDdf);
        write::document(self, &mut writer);
        writer.finish()
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
            .map_or_else(markup::Element::default, |root| parsed.to_element(root))
    }
}
