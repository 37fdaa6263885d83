//! Device descriptions: DM DDF 1.2, in XML and in WBXML (OMA-TS-DM_TND-V1_2_1 §9).
//!
//! What a device says of its nodes: which commands each supports, how many there may be, and
//! what their values look like. Knows nothing of the tree it governs.

mod access;
mod forms;
mod read;
mod write;

pub use access::AccessTypes;

use super::mgmt_tree::MgmtTree;

/// A description: one `MgmtTree` (DM TND §9).
pub type Document = MgmtTree<Node>;

/// The description of one node, or of many whose names are chosen at run time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Last segment of the URI; empty where it is chosen at run time.
    pub name: String,
    /// URI of the parent; on a node inside another one it repeats what the nesting says.
    pub path: Option<String>,
    /// Run-time properties the node has at first.
    pub run_time: Option<RunTime>,
    /// What the device says of the node.
    pub properties: DfProperties,
    /// Octets of the value the node has at first; `None` for interior nodes.
    pub value: Option<Vec<u8>>,
    /// Children in document order.
    pub children: Vec<Node>,
}

/// RTProperties; Name is passed over, and Size too, since the value tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunTime {
    /// ACL in its wire form.
    pub acl: Option<String>,
    /// `node`, `chr`, `int` …
    pub format: Option<String>,
    /// MIME type of a leaf, management object identifier of an interior node.
    pub media_type: Option<String>,
    /// Human readable name.
    pub title: Option<String>,
    /// Time of last change.
    pub tstamp: Option<String>,
    /// Version number.
    pub ver_no: Option<String>,
}

/// DFProperties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DfProperties {
    /// Commands the node supports.
    pub access: AccessTypes,
    /// Value of a node that is made without one.
    pub default_value: Option<String>,
    /// What the node is for.
    pub description: Option<String>,
    /// Formats the node may have, each of [`FORMATS`](crate::codec::tnds::FORMATS); at least one, none twice.
    pub formats: Vec<String>,
    /// How many there may be.
    pub occurrence: Occurrence,
    /// Whether it is built in.
    pub scope: Scope,
    /// Human readable name of the description.
    pub title: Option<String>,
    /// What it holds.
    pub kind: Kind,
    /// Whether names below differ by case; `None` as the node above says.
    pub case_sense: Option<CaseSense>,
}

/// How many nodes of one description there may be below one parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occurrence {
    /// Exactly one.
    #[default]
    One,
    /// At most one.
    ZeroOrOne,
    /// Any number.
    ZeroOrMore,
    /// At least one.
    OneOrMore,
    /// At most this many, 2 to 65536.
    ZeroOrN(u32),
    /// One to this many, 2 to 65536.
    OneOrN(u32),
}

impl Occurrence {
    /// Whether there must be one.
    pub fn is_required(self) -> bool {
        matches!(
            self,
            Occurrence::One | Occurrence::OneOrMore | Occurrence::OneOrN(_)
        )
    }

    /// The most there may be; `None` without limit.
    pub fn most(self) -> Option<u32> {
        match self {
            Occurrence::One | Occurrence::ZeroOrOne => Some(1),
            Occurrence::ZeroOrMore | Occurrence::OneOrMore => None,
            Occurrence::ZeroOrN(n) | Occurrence::OneOrN(n) => Some(n),
        }
    }
}

/// Whether a node is built in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Made and deleted at run time.
    #[default]
    Dynamic,
    /// Built in.
    Permanent,
}

/// Whether names differ by case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseSense {
    /// They do (CS).
    Sensitive,
    /// They do not (CIS).
    Insensitive,
}

/// DFType.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Media types a leaf may have; at least one, perhaps empty.
    Mime(Vec<String>),
    /// Management object identifier of an interior node; may be empty.
    DdfName(String),
}

impl Default for Kind {
    fn default() -> Self {
        Kind::DdfName(String::new())
    }
}
