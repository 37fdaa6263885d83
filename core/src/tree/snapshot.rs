//! A management tree at one moment.

use super::{Change, ChangeKind, NodeState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Placeholder until the tree lands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    nodes: BTreeMap<String, NodeState>,
}

impl Snapshot {
    /// The node at `uri` (`.` is the root).
    pub fn get(&self, uri: &str) -> Option<&NodeState> {
        self.nodes.get(uri)
    }

    /// Names of the children of `uri`, ordered.
    pub fn children(&self, uri: &str) -> Vec<String> {
        let prefix = format!("{uri}/");
        self.nodes
            .keys()
            .filter_map(|k| k.strip_prefix(&prefix))
            .filter(|rest| !rest.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    /// Does a change.
    pub fn apply(&mut self, change: &Change) {
        match (&change.after, change.kind) {
            (Some(state), _) => {
                self.nodes.insert(change.uri.clone(), state.clone());
            }
            (None, ChangeKind::Deleted) => {
                self.nodes.remove(&change.uri);
            }
            _ => {}
        }
    }
}
