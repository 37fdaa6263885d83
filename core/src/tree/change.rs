//! What happened to one node: enough to do it again and to undo it.

use serde::{Deserialize, Serialize};

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChangeKind {
    /// The node was not there before.
    Added,
    /// The value (with format and type) became another.
    Replaced,
    /// The node is no longer there.
    Deleted,
    /// A property other than the value became another: ACL, Title.
    PropertyReplaced,
    /// The node and all below it carry another name; `uri` is the old one.
    Renamed,
}

/// One changed node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// URI from the root, `./A/B`.
    pub uri: String,
    /// The new URI of a renamed node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_uri: Option<String>,
    /// The node before; `None` when added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<NodeState>,
    /// The node after; `None` when deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<NodeState>,
}

/// All of a node but its place and its children (DM TND §6, §7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeState {
    /// `node` for interior nodes; `chr`, `int`, `bool`, `bin`, `b64`, `xml`, `null`, `date`,
    /// `time`, `float` for leaves.
    pub format: String,
    /// MIME type of a leaf, management object identifier of an interior node.
    pub media_type: String,
    /// Octets of a leaf's value; empty for interior nodes.
    #[serde(with = "crate::codec::hex")]
    pub value: Vec<u8>,
    /// The node's own ACL in wire form; empty when inherited.
    pub acl: String,
    /// Title property.
    pub title: String,
    /// Seconds since 1970-01-01 UTC of the last change.
    pub tstamp_s: u64,
    /// Version number; wraps to 0 after 65535.
    pub ver_no: u16,
    /// True for nodes no server may create, delete or rename.
    pub permanent: bool,
}
