//! The management tree: nodes, properties, rights, changes, snapshots
//! (OMA-TS-DM_TND-V1_2_1, OMA-TS-DM_StdObj-V1_2_1).
//!
//! Knows no protocol: who asks and what came of it is the client's business. Every operation
//! takes effect as a whole or not at all, and tells each node it changed.

mod account;
mod acl;
mod change;
mod commands;
mod compact;
mod describe;
mod descriptor;
mod name;
mod node;
mod properties;
mod read;
mod refusal;
mod snapshot;
pub mod standard;
mod time;
mod tnds_apply;
mod uri;
mod value;

pub use acl::{Acl, Right};
pub use change::{Change, ChangeKind, NodeState};
pub use commands::NewValue;
pub use descriptor::Conflict;
pub use node::{INTERIOR, Node};
pub use properties::Property;
pub use read::{Listed, Reading};
pub use refusal::Refusal;
pub use snapshot::Snapshot;
pub use time::tstamp;
pub use uri::{Limits, MAX_DEPTH, NodeUri, Suffix, UriError};

use crate::codec::ddf::AccessTypes;
use crate::codec::syncml::StatusCode;
use descriptor::{Descriptor, Rules};
use std::sync::Arc;

/// Party that wants something of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller<'a> {
    /// The device itself or its user: no rights are asked.
    Device,
    /// A server by its ServerID, as ACLs name it.
    Server(&'a str),
}

/// The tree of a device, with what the device says of it.
#[derive(Clone, Debug)]
pub struct ManagementTree {
    snapshot: Snapshot,
    descriptor: Arc<Descriptor>,
    /// Some names stand for others that differ from them by case.
    folds: bool,
    limits: Limits,
    max_value: usize,
    /// Bytes of names and values that the tree may hold; `None` for as many as come.
    capacity: Option<usize>,
}

/// Bytes of the largest value a node takes unless told otherwise.
const MAX_VALUE: usize = 65_535;

impl ManagementTree {
    /// A tree of a root alone, with the ACL every root has at first (DM TND §7).
    /// Nothing is described: every node may be added, read, replaced, copied and deleted.
    pub fn new(limits: Limits) -> Self {
        ManagementTree {
            snapshot: Snapshot::new(NodeState {
                format: INTERIOR.to_owned(),
                acl: "Add=*&Get=*".to_owned(),
                permanent: true,
                ..NodeState::default()
            }),
            descriptor: Arc::default(),
            folds: false,
            limits,
            max_value: MAX_VALUE,
            capacity: None,
        }
    }

    /// The tree as it is now; costs nothing.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// Puts the tree back to a picture of it, and tells what that changed.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Vec<Change> {
        let changes = self.snapshot.diff(snapshot);
        self.snapshot = snapshot.clone();
        changes
    }

    /// The device's limits for URIs.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets the bytes of the largest value a node takes.
    pub fn set_max_value(&mut self, octets: usize) {
        self.max_value = octets;
    }

    /// Leaves room for nothing beside what is there: what a server adds is refused with 420
    /// until something is deleted.
    pub fn fill(&mut self) {
        self.capacity = Some(self.size());
    }

    /// Bytes of all names and values.
    fn size(&self) -> usize {
        let nodes = self.snapshot.walk();
        nodes
            .map(|(uri, node)| uri.name().len() + node.state().value.len())
            .sum()
    }

    /// Whether the tree can grow by so many bytes for the caller.
    fn has_space(&self, more: usize, caller: Caller<'_>) -> Result<(), Refusal> {
        match self.capacity {
            Some(capacity) if caller != Caller::Device && self.size() + more > capacity => Err(
                Refusal::new(StatusCode::DEVICE_FULL, "the tree has no room for it"),
            ),
            _ => Ok(()),
        }
    }

    /// A node by its URI, whoever asks.
    pub fn node(&self, uri: &NodeUri) -> Option<&Node> {
        self.snapshot.node(uri)
    }

    /// A node by its URI as text, whoever asks.
    pub fn lookup(&self, uri: &str) -> Option<&Node> {
        self.snapshot.lookup(uri)
    }

    /// Reads a URI held against this tree's limits.
    pub fn parse_uri(&self, text: &str) -> Result<NodeUri, Refusal> {
        NodeUri::parse_within(text, &self.limits).map_err(|e| match e {
            UriError::Malformed(why) => Refusal::new(StatusCode::NOT_FOUND, why),
            UriError::TooLong(why) => Refusal::new(StatusCode::URI_TOO_LONG, why),
        })
    }

    /// Walks to a node, collecting on the way what its rights depend on.
    fn place(&self, uri: &NodeUri) -> Result<Place<'_>, Refusal> {
        let root = self.snapshot.root();
        let mut place = Place {
            node: root,
            acl: &root.state.acl,
            parent_acl: "",
            described: Some(&self.descriptor),
        };
        for (depth, name) in uri.segments().enumerate() {
            let node = place.node.child(name).ok_or_else(|| {
                Refusal::new(StatusCode::NOT_FOUND, "no such node").at(&first(uri, depth + 1))
            })?;
            place = Place {
                node,
                acl: if node.state.acl.is_empty() {
                    place.acl
                } else {
                    &node.state.acl
                },
                parent_acl: place.acl,
                described: place.described.and_then(|d| d.child(name)),
            };
        }
        Ok(place)
    }
}

/// A node with what its rights depend on.
struct Place<'a> {
    node: &'a Node,
    /// The nearest list with a value, from the node upwards.
    acl: &'a str,
    /// The same for its parent.
    parent_acl: &'a str,
    /// What the device says of it.
    described: Option<&'a Descriptor>,
}

impl<'a> Place<'a> {
    fn rules(&self) -> Option<&'a Rules> {
        self.described.and_then(Descriptor::rules)
    }

    /// The device's description first, then the rights: the order in which refusals count.
    fn permits(
        &self,
        access: AccessTypes,
        right: Right,
        caller: Caller<'_>,
    ) -> Result<(), Refusal> {
        if let Caller::Server(server) = caller {
            supported(access_of(self.rules()), access)?;
            granted(self.acl, right, server)?;
        }
        Ok(())
    }
}

/// The commands a node supports; without description all that need no doing of the device.
fn access_of(rules: Option<&Rules>) -> AccessTypes {
    rules.map_or(AccessTypes::DYNAMIC, Rules::access)
}

fn supported(has: AccessTypes, wanted: AccessTypes) -> Result<(), Refusal> {
    if has.has(wanted) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::NOT_ALLOWED,
        "the node's AccessType lacks the command",
    ))
}

fn granted(acl: &str, right: Right, server: &str) -> Result<(), Refusal> {
    if acl::allows(acl, right, server) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::PERMISSION_DENIED,
        "the ACL does not name the server for this command",
    ))
}

/// The first `depth` segments of a URI.
fn first(uri: &NodeUri, depth: usize) -> NodeUri {
    uri.segments()
        .take(depth)
        .fold(NodeUri::root(), |all, name| all.child(name))
}

#[cfg(test)]
mod tests;
