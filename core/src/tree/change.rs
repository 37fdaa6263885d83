//! What happened to one node: enough to do it again and to undo it.

use super::uri::NodeUri;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The kind of a change.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeState {
    /// `node` for interior nodes; `chr`, `int`, `bool`, `bin`, `b64`, `xml`, `null`, `date`,
    /// `time`, `float` for leaves.
    pub format: String,
    /// MIME type of a leaf, management object identifier of an interior node.
    pub media_type: String,
    /// Bytes of a leaf's value; empty for interior nodes.
    #[serde(with = "crate::codec::hex")]
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = "^([0-9A-F]{2})*$")))]
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

impl Change {
    /// A node that was not there before.
    pub fn added(uri: &NodeUri, after: NodeState) -> Self {
        Change {
            kind: ChangeKind::Added,
            uri: uri.to_string(),
            new_uri: None,
            before: None,
            after: Some(after),
        }
    }

    /// A node that is no longer there.
    pub fn deleted(uri: &NodeUri, before: NodeState) -> Self {
        Change {
            kind: ChangeKind::Deleted,
            uri: uri.to_string(),
            new_uri: None,
            before: Some(before),
            after: None,
        }
    }

    /// A node that stayed: its value became another, or only a property beside the value.
    pub fn between(uri: &NodeUri, before: NodeState, after: NodeState) -> Self {
        let same_value = before.value == after.value
            && before.format == after.format
            && before.media_type == after.media_type;
        let other_property = before.acl != after.acl
            || before.title != after.title
            || before.permanent != after.permanent;
        Change {
            kind: if same_value && other_property {
                ChangeKind::PropertyReplaced
            } else {
                ChangeKind::Replaced
            },
            uri: uri.to_string(),
            new_uri: None,
            before: Some(before),
            after: Some(after),
        }
    }

    /// A node that carries another name.
    pub fn renamed(from: &NodeUri, to: &NodeUri, before: &NodeState, after: &NodeState) -> Self {
        Change {
            kind: ChangeKind::Renamed,
            uri: from.to_string(),
            new_uri: Some(to.to_string()),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }
    }
}
