//! Add, Replace, Delete and Copy of single nodes, and whether Exec may be
//! (OMA-TS-DM_RepPro-V1_2_1 §6.6).
//!
//! Refusals count in a fixed order: existence, place, description, rights, format and type, size,
//! room.

use super::acl::{Acl, Right};
use super::change::{Change, NodeState};
use super::describe::{furnish, has_room, unknown, unnamed};
use super::descriptor::{Descriptor, Rules};
use super::node::{INTERIOR, Node};
use super::refusal::Refusal;
use super::snapshot::{added, deleted};
use super::uri::NodeUri;
use super::{Caller, ManagementTree, Place, access_of, granted, standard, supported, value};
use crate::codec::ddf::AccessTypes;
use crate::codec::syncml::StatusCode;
use std::sync::Arc;

/// What a node is to become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewValue<'a> {
    /// `chr` for a new node without it; a Replace without it leaves the format as it is.
    pub format: Option<&'a str>,
    /// `text/plain` for a new leaf without it; a Replace without it leaves the type as it is.
    pub media_type: Option<&'a str>,
    /// Bytes of the value.
    pub value: &'a [u8],
}

impl<'a> NewValue<'a> {
    /// Text without a format of its own.
    pub fn text(text: &'a str) -> Self {
        NewValue {
            value: text.as_bytes(),
            ..NewValue::default()
        }
    }
}

impl ManagementTree {
    /// Adds one node, and what its description says it must have and no server can add. Missing
    /// parents are not created.
    pub fn add(
        &mut self,
        uri: &NodeUri,
        new: NewValue<'_>,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let uri = &*self.canonical(uri);
        let state = self.addition(uri, new, caller, now_s)?;
        let node = self.furnished(uri, state, now_s);
        let mut changes = Vec::new();
        added(uri, &node, &mut changes);
        if !self.snapshot.insert(uri, Arc::new(node)) {
            return Err(too_deep());
        }
        Ok(changes)
    }

    /// A new node with what it must have and no server could add.
    pub(super) fn furnished(&self, uri: &NodeUri, state: NodeState, now_s: u64) -> Node {
        let mut node = Node::new(state);
        if let Some(described) = self.described(uri) {
            furnish(&mut node, described, now_s);
        }
        node
    }

    /// The node an Add would make, after all checks.
    pub(super) fn addition(
        &self,
        uri: &NodeUri,
        new: NewValue<'_>,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<NodeState, Refusal> {
        if self.node(uri).is_some() {
            return Err(Refusal::new(
                StatusCode::ALREADY_EXISTS,
                "the node exists already",
            ));
        }
        let Some(parent) = uri.parent() else {
            return Err(Refusal::new(StatusCode::NOT_ALLOWED, "the root exists"));
        };
        if standard::is_inbox(uri) && caller != Caller::Device {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_TYPE,
                "the Inbox takes whole objects only",
            ));
        }
        let place = self.place(&parent)?;
        if !place.node.is_interior() {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "a leaf cannot have children",
            ));
        }
        let described = place.described.and_then(|d| d.child(uri.name()));
        let rules = described.and_then(Descriptor::rules);
        if let Caller::Server(server) = caller {
            if described.is_none() && place.described.is_some_and(Descriptor::is_closed) {
                return Err(unknown(uri));
            }
            if rules.is_some_and(Rules::is_permanent) {
                return Err(Refusal::new(
                    StatusCode::NOT_ALLOWED,
                    "a permanent node is made by the device only",
                ));
            }
            supported(access_of(rules), AccessTypes::ADD)?;
            granted(place.acl, Right::Add, server)?;
        }
        let format = new.format.filter(|f| !f.is_empty());
        let format = format.unwrap_or(rules.map_or("chr", Rules::format));
        let interior = format == INTERIOR;
        let own_type = rules.map_or(if interior { "" } else { "text/plain" }, |r| {
            r.media_type(interior)
        });
        let media_type = match new.media_type {
            // An object need not say what it is where that is known.
            Some(media_type) if !(interior && media_type.is_empty()) => media_type,
            _ => own_type,
        };
        let octets = match rules {
            Some(rules) if new.value.is_empty() && !interior => rules.default_value(),
            _ => new.value,
        };
        accepts(rules, format, media_type, caller)?;
        holds(format, octets)?;
        self.fits(octets)?;
        if let (Some(described), Caller::Server(_)) = (place.described, caller) {
            has_room(place.node, described, uri, 1)?;
        }
        self.has_space(uri.name().len() + octets.len(), caller)?;
        Ok(NodeState {
            format: format.to_owned(),
            media_type: media_type.to_owned(),
            value: octets.to_vec(),
            acl: match caller {
                Caller::Server(server) if interior => acl_of_creator(place.acl, server),
                _ => String::new(),
            },
            tstamp_s: now_s,
            permanent: rules.is_some_and(Rules::is_permanent),
            ..NodeState::default()
        })
    }

    /// Replaces the value of a leaf.
    pub fn replace(
        &mut self,
        uri: &NodeUri,
        new: NewValue<'_>,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let uri = &*self.canonical(uri);
        let place = self.place(uri)?;
        if place.node.is_interior() {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "an interior node has no value",
            ));
        }
        let state = place.node.state();
        let other = |new: Option<&str>, old: &str| new.is_some_and(|n| n != old);
        if state.permanent
            && matches!(caller, Caller::Server(_))
            && (other(new.format, &state.format) || other(new.media_type, &state.media_type))
        {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "format and type of a permanent node stay",
            ));
        }
        place.permits(AccessTypes::REPLACE, Right::Replace, caller)?;
        let format = new.format.unwrap_or(&state.format);
        if format == INTERIOR {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_TYPE,
                "the format is none of a leaf",
            ));
        }
        let media_type = new.media_type.unwrap_or(&state.media_type);
        accepts(place.rules(), format, media_type, caller)?;
        holds(format, new.value)?;
        self.fits(new.value)?;
        let longer = new.value.len().saturating_sub(state.value.len());
        if longer > 0 {
            self.has_space(longer, caller)?;
        }
        self.alter(uri, |state| {
            put(&mut state.format, new.format);
            put(&mut state.media_type, new.media_type);
            new.value.clone_into(&mut state.value);
            touch(state, now_s);
        })
    }

    /// Copies value, format and type of a leaf to another leaf, which is made when it is missing.
    /// The rights are those of the Get and the Replace or Add that would do the same; ACL and
    /// Title of the target are its own.
    pub fn copy(
        &mut self,
        source: &NodeUri,
        target: &NodeUri,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let (source, target) = (&*self.canonical(source), &*self.canonical(target));
        let from = self.place(source).map_err(|e| e.at(source))?;
        let to = self.node(target);
        if from.node.is_interior() || to.is_some_and(Node::is_interior) {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "only a leaf can be copied, and only to a leaf",
            ));
        }
        from.permits(AccessTypes::COPY.and(AccessTypes::GET), Right::Get, caller)
            .map_err(|e| e.at(source))?;
        let state = from.node.state.clone();
        let new = NewValue {
            format: Some(&state.format),
            media_type: Some(&state.media_type),
            value: &state.value,
        };
        if to.is_some() {
            self.replace(target, new, caller, now_s)
        } else {
            self.add(target, new, caller, now_s)
        }
    }

    /// Deletes a node with all below it. AccessTypes below do not protect.
    pub fn delete(&mut self, uri: &NodeUri, caller: Caller<'_>) -> Result<Vec<Change>, Refusal> {
        let uri = &*self.canonical(uri);
        self.may_delete(uri, caller)?;
        if caller != Caller::Device && self.is_last(uri) {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "the object around the node requires it",
            ));
        }
        self.take_away(uri)
    }

    /// Deletes a node without asking who wants it.
    pub(super) fn take_away(&mut self, uri: &NodeUri) -> Result<Vec<Change>, Refusal> {
        let Some(node) = self.snapshot.remove(uri) else {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no such node"));
        };
        let mut changes = Vec::new();
        deleted(uri, &node, &mut changes);
        Ok(changes)
    }

    pub(super) fn may_delete(&self, uri: &NodeUri, caller: Caller<'_>) -> Result<(), Refusal> {
        let place = self.place(uri)?;
        let fixed = |node: &Node| node.state().permanent;
        if uri.is_root() || fixed(place.node) || place.node.any_below(&fixed) {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "a permanent node cannot be deleted",
            ));
        }
        place.permits(AccessTypes::DELETE, Right::Delete, caller)
    }

    /// Whether there must be such a node and this is the last.
    fn is_last(&self, uri: &NodeUri) -> bool {
        let Some(Place {
            node,
            described: Some(described),
            ..
        }) = uri.parent().and_then(|parent| self.place(&parent).ok())
        else {
            return false;
        };
        let rules = described.child(uri.name()).and_then(Descriptor::rules);
        rules.is_some_and(|r| r.occurrence().is_required())
            && (described.names(uri.name()) || unnamed(node, described) == 1)
    }

    /// Whether a server may execute a node; what that does is the device's business.
    pub fn may_exec(&self, uri: &NodeUri, caller: Caller<'_>) -> Result<(), Refusal> {
        let uri = &*self.canonical(uri);
        self.place(uri)?
            .permits(AccessTypes::EXEC, Right::Exec, caller)
    }

    /// Takes a server out of every ACL, as when its account is deleted (DM TND §7).
    pub fn remove_server(&mut self, server_id: &str, now_s: u64) -> Vec<Change> {
        let named: Vec<(NodeUri, String)> = self
            .snapshot
            .walk()
            .filter_map(|(uri, node)| {
                let mut acl = Acl::parse(&node.state.acl)?;
                // The root keeps all its entries: one left empty is everybody's.
                acl.remove(server_id, uri.is_root());
                let text = acl.to_string();
                (text != node.state.acl).then_some((uri, text))
            })
            .collect();
        let mut changes = Vec::with_capacity(named.len());
        for (uri, acl) in named {
            let changed = self.alter(&uri, |state| {
                state.acl = acl;
                touch(state, now_s);
            });
            changes.extend(changed.unwrap_or_default());
        }
        changes
    }

    fn fits(&self, value: &[u8]) -> Result<(), Refusal> {
        if value.len() <= self.max_value {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::TOO_LARGE,
            "larger than any value of this tree",
        ))
    }

    /// Changes the state of a node and tells so.
    pub(super) fn alter(
        &mut self,
        uri: &NodeUri,
        change: impl FnOnce(&mut NodeState),
    ) -> Result<Vec<Change>, Refusal> {
        let Some(node) = self.snapshot.node_mut(uri) else {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no such node"));
        };
        let before = node.state.clone();
        change(&mut node.state);
        Ok(vec![Change::between(uri, before, node.state.clone())])
    }
}

/// Whether a node may be of this format and type.
pub(super) fn accepts(
    rules: Option<&Rules>,
    format: &str,
    media_type: &str,
    caller: Caller<'_>,
) -> Result<(), Refusal> {
    let refused = |reason| Err(Refusal::new(StatusCode::UNSUPPORTED_TYPE, reason));
    if !value::is_format(format) {
        return refused("the format is none of DM TND §7.7.2");
    }
    match (rules, caller) {
        (Some(rules), Caller::Server(_)) if !rules.takes_format(format) => {
            refused("the description of the node has other formats")
        }
        (Some(rules), Caller::Server(_)) if !rules.takes_type(media_type, format == INTERIOR) => {
            refused("the description of the node has other types")
        }
        _ => Ok(()),
    }
}

/// Whether a node of this format may have this value.
fn holds(format: &str, octets: &[u8]) -> Result<(), Refusal> {
    if value::fits(format, octets) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_TYPE,
        "the value is not of its format",
    ))
}

/// A change counts up the version and sets the time (DM TND §7).
pub(super) fn touch(state: &mut NodeState, now_s: u64) {
    state.tstamp_s = now_s;
    state.ver_no = state.ver_no.wrapping_add(1);
}

fn put(text: &mut String, new: Option<&str>) {
    if let Some(new) = new.filter(|n| *n != text.as_str()) {
        new.clone_into(text);
    }
}

pub(super) fn too_deep() -> Refusal {
    Refusal::new(
        StatusCode::URI_TOO_LONG,
        "deeper than any node of this tree",
    )
}

/// A server that adds an interior node without having Replace on the parent gets rights of its
/// own there. The inherited entry for Get is kept, because the list counts as a whole and else
/// nobody could read the node (DM TND §7).
pub(super) fn acl_of_creator(inherited: &str, server: &str) -> String {
    let inherited = Acl::parse(inherited).unwrap_or_default();
    if inherited.allows(Right::Replace, server) {
        return String::new();
    }
    let mut acl = Acl::default();
    for right in [Right::Add, Right::Delete, Right::Replace] {
        acl.grant(right, server);
    }
    acl.copy_entry(Right::Get, &inherited);
    acl.to_string()
}
