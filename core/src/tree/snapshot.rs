//! A picture of the whole tree: cheap to keep, to compare, to move along its changes.
//!
//! Knows no rights and no rules: it does what a change says when the nodes are there.

use super::change::{Change, ChangeKind, NodeState};
use super::name::Name;
use super::node::Node;
use super::uri::{MAX_DEPTH, NodeUri};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::iter::Peekable;
use std::sync::Arc;

/// The tree at one moment. A clone shares all nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    #[cfg_attr(feature = "schema", schemars(with = "Node"))]
    pub(super) root: Arc<Node>,
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.root, &other.root) || self.root == other.root
    }
}

impl Snapshot {
    /// A tree of a root alone.
    pub fn new(root: NodeState) -> Self {
        Snapshot {
            root: Arc::new(Node::new(root)),
        }
    }

    /// The root node.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// A node by its URI; a suffix is overlooked.
    pub fn node(&self, uri: &NodeUri) -> Option<&Node> {
        uri.segments()
            .try_fold(&*self.root, |node, name| node.child(name))
    }

    /// A node by its URI as text.
    pub fn lookup(&self, uri: &str) -> Option<&Node> {
        self.node(&NodeUri::parse(uri).ok()?)
    }

    /// Every node with its URI, a parent before its children, children by name.
    pub fn walk(&self) -> impl Iterator<Item = (NodeUri, &Node)> {
        let mut open = vec![(NodeUri::root(), self.root())];
        std::iter::from_fn(move || {
            let (uri, node) = open.pop()?;
            // The last pushed comes first.
            for (name, child) in node.children.iter().rev() {
                open.push((uri.child(name.as_str()), child));
            }
            Some((uri, node))
        })
    }

    /// Does a change again. False, and nothing done, when the tree is not as the change found it.
    pub fn apply(&mut self, change: &Change) -> bool {
        match change.kind {
            ChangeKind::Added => self.put_new(&change.uri, change.after.as_ref()),
            ChangeKind::Replaced | ChangeKind::PropertyReplaced => {
                self.put(&change.uri, change.after.as_ref())
            }
            ChangeKind::Deleted => self.take(&change.uri),
            ChangeKind::Renamed => change
                .new_uri
                .as_ref()
                .is_some_and(|new| self.rename(&change.uri, new, change.after.as_ref())),
        }
    }

    /// Undoes a change. False, and nothing done, when the tree is not as the change left it.
    pub fn revert(&mut self, change: &Change) -> bool {
        match change.kind {
            ChangeKind::Added => self.take(&change.uri),
            ChangeKind::Replaced | ChangeKind::PropertyReplaced => {
                self.put(&change.uri, change.before.as_ref())
            }
            ChangeKind::Deleted => self.put_new(&change.uri, change.before.as_ref()),
            ChangeKind::Renamed => change
                .new_uri
                .as_ref()
                .is_some_and(|new| self.rename(new, &change.uri, change.before.as_ref())),
        }
    }

    /// What turns this tree into the other: vanished nodes from the leaves up, new ones from the
    /// root down. Parts that both share are not looked at.
    pub fn diff(&self, other: &Snapshot) -> Vec<Change> {
        let mut changes = Vec::new();
        if !Arc::ptr_eq(&self.root, &other.root) {
            compare(&NodeUri::root(), &self.root, &other.root, &mut changes);
        }
        changes
    }

    /// The node for changing; shared nodes on the way are copied. Whoever does not know that the
    /// node is there looks first, so that nothing is copied in vain.
    pub(super) fn node_mut(&mut self, uri: &NodeUri) -> Option<&mut Node> {
        let mut node = Arc::make_mut(&mut self.root);
        for name in uri.segments() {
            node = Arc::make_mut(node.children.get_mut(name.as_bytes())?);
        }
        Some(node)
    }

    pub(super) fn insert(&mut self, uri: &NodeUri, node: Arc<Node>) -> bool {
        if uri.depth() > MAX_DEPTH {
            return false;
        }
        let Some(parent) = uri.parent().filter(|p| self.node(p).is_some()) else {
            return false;
        };
        let Some(parent) = self.node_mut(&parent) else {
            return false;
        };
        parent.children.insert(Name::from(uri.name()), node);
        true
    }

    pub(super) fn remove(&mut self, uri: &NodeUri) -> Option<Arc<Node>> {
        self.node(uri)?;
        let parent = self.node_mut(&uri.parent()?)?;
        parent.children.remove(uri.name().as_bytes())
    }

    fn put_new(&mut self, uri: &str, state: Option<&NodeState>) -> bool {
        let (Ok(uri), Some(state)) = (NodeUri::parse(uri), state) else {
            return false;
        };
        self.node(&uri).is_none() && self.insert(&uri, Arc::new(Node::new(state.clone())))
    }

    fn put(&mut self, uri: &str, state: Option<&NodeState>) -> bool {
        let (Ok(uri), Some(state)) = (NodeUri::parse(uri), state) else {
            return false;
        };
        if self.node(&uri).is_none() {
            return false;
        }
        match self.node_mut(&uri) {
            Some(node) => {
                node.state = state.clone();
                true
            }
            None => false,
        }
    }

    fn take(&mut self, uri: &str) -> bool {
        NodeUri::parse(uri).is_ok_and(|uri| self.remove(&uri).is_some())
    }

    fn rename(&mut self, from: &str, to: &str, state: Option<&NodeState>) -> bool {
        let (Ok(from), Ok(to)) = (NodeUri::parse(from), NodeUri::parse(to)) else {
            return false;
        };
        if self.node(&to).is_some() || from.parent() != to.parent() {
            return false;
        }
        let Some(mut node) = self.remove(&from) else {
            return false;
        };
        if let Some(state) = state {
            Arc::make_mut(&mut node).state = state.clone();
        }
        self.insert(&to, node)
    }
}

fn compare(uri: &NodeUri, before: &Node, after: &Node, changes: &mut Vec<Change>) {
    if before.state != after.state {
        changes.push(Change::between(
            uri,
            before.state().clone(),
            after.state().clone(),
        ));
    }
    let mut olds = before.children.iter().peekable();
    let mut news = after.children.iter().peekable();
    while let Some(order) = next_of(&mut olds, &mut news) {
        match order {
            Ordering::Less => {
                if let Some((name, node)) = olds.next() {
                    deleted(&uri.child(name.as_str()), node, changes);
                }
            }
            Ordering::Greater => {
                if let Some((name, node)) = news.next() {
                    added(&uri.child(name.as_str()), node, changes);
                }
            }
            Ordering::Equal => {
                if let (Some((name, old)), Some((_, new))) = (olds.next(), news.next())
                    && !Arc::ptr_eq(old, new)
                {
                    compare(&uri.child(name.as_str()), old, new, changes);
                }
            }
        }
    }
}

/// Which of two sorted lists has the smaller head; an ended list has the greatest.
fn next_of<'a, A, B>(
    olds: &mut Peekable<impl Iterator<Item = (&'a Name, A)>>,
    news: &mut Peekable<impl Iterator<Item = (&'a Name, B)>>,
) -> Option<Ordering> {
    match (olds.peek(), news.peek()) {
        (None, None) => None,
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some((old, _)), Some((new, _))) => Some(old.cmp(new)),
    }
}

/// A vanished node and all below it, leaves first: done in order, each is a leaf when its turn
/// comes; undone from the end, each finds its parent.
pub(super) fn deleted(uri: &NodeUri, node: &Node, changes: &mut Vec<Change>) {
    for (name, child) in node.children() {
        deleted(&uri.child(name), child, changes);
    }
    changes.push(Change::deleted(uri, node.state().clone()));
}

/// A new node and all below it, the parent first.
pub(super) fn added(uri: &NodeUri, node: &Node, changes: &mut Vec<Change>) {
    changes.push(Change::added(uri, node.state().clone()));
    for (name, child) in node.children() {
        added(&uri.child(name), child, changes);
    }
}
