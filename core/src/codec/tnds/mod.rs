//! Tree and node descriptions: TNDS, in XML and in WBXML (OMA-TS-DM_TNDS-V1_2_1).
//!
//! One of the standards' own formats for a set of nodes; the card keeps its provisioning data
//! in it. Knows nothing of the management tree it may be applied to.

mod forms;
mod read;
mod write;

pub use super::mgmt_tree::FORMATS;

use super::mgmt_tree::MgmtTree;

/// Media type of a document in XML.
pub const MEDIA_TYPE_XML: &str = "application/vnd.syncml.dmtnds+xml";
/// Media type of a document in WBXML.
pub const MEDIA_TYPE_WBXML: &str = "application/vnd.syncml.dmtnds+wbxml";

/// A document: one `MgmtTree` (TNDS §5).
pub type Document = MgmtTree<Node>;

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
