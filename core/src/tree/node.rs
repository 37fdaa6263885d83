//! One node of the tree: its state and its children (OMA-TS-DM_TND-V1_2_1 §6).
//!
//! Nodes are shared between snapshots and copied only when changed. Knows neither its own name
//! nor its parent.

use super::change::NodeState;
use super::name::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Format of interior nodes.
pub const INTERIOR: &str = "node";

/// A node with all below it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Node {
    pub(super) state: NodeState,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Node>"))]
    pub(super) children: BTreeMap<Name, Arc<Node>>,
}

impl Node {
    /// A node without children.
    pub fn new(state: NodeState) -> Self {
        Node {
            state,
            children: BTreeMap::new(),
        }
    }

    /// All of the node but its children.
    pub fn state(&self) -> &NodeState {
        &self.state
    }

    /// Whether it can have children.
    pub fn is_interior(&self) -> bool {
        self.state.format == INTERIOR
    }

    /// The child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.get(name.as_bytes()).map(|c| &**c)
    }

    /// Children in the order of their names.
    pub fn children(&self) -> impl ExactSizeIterator<Item = (&str, &Node)> {
        self.children
            .iter()
            .map(|(name, node)| (name.as_str(), &**node))
    }

    /// Whether both are the same node in memory, and so equal with all below them.
    pub fn is_same(&self, other: &Node) -> bool {
        std::ptr::eq(self, other)
    }

    pub(super) fn state_mut(&mut self) -> &mut NodeState {
        &mut self.state
    }

    /// Whether a node below satisfies a condition; depth is bounded by the tree.
    pub(super) fn any_below(&self, condition: &impl Fn(&Node) -> bool) -> bool {
        self.children
            .values()
            .any(|c| condition(c) || c.any_below(condition))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        // `Arc` of a type without `Eq` compares by value, so the shortcut is written out.
        self.is_same(other)
            || (self.state == other.state
                && self.children.len() == other.children.len()
                && self.children.iter().zip(&other.children).all(
                    |((name, node), (other_name, other_node))| {
                        name == other_name && (Arc::ptr_eq(node, other_node) || node == other_node)
                    },
                ))
    }
}
