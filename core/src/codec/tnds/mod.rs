//! Tree and node descriptions: TNDS, in XML and in WBXML (OMA-TS-DM_TNDS-V1_2_1).
//!
//! One of the standards' own formats for a set of nodes; the card keeps its provisioning data
//! in it. Knows nothing of the management tree it may be applied to.

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
