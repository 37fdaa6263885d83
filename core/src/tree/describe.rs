//! The tree under its descriptions: taking them, and whether nodes are as they say
//! (OMA-TS-DM_TND-V1_2_1 §9).

use super::acl::Acl;
use super::change::{Change, NodeState};
use super::descriptor::{Conflict, Descriptor, Rules};
use super::name::Name;
use super::node::{INTERIOR, Node};
use super::refusal::Refusal;
use super::uri::NodeUri;
use super::{ManagementTree, value};
use crate::codec::ddf::{self, AccessTypes};
use crate::codec::syncml::StatusCode;
use std::borrow::Cow;
use std::sync::Arc;

impl ManagementTree {
    /// Takes a description: from now on its places are governed by it. Permanent nodes of it
    /// that there must be are made, with the nodes on the way to them, and told. On a conflict
    /// with another description or with nodes there are, nothing is changed.
    pub fn describe(
        &mut self,
        document: &ddf::Document,
        now_s: u64,
    ) -> Result<Vec<Change>, Conflict> {
        let mut descriptor = Descriptor::clone(&self.descriptor);
        descriptor.join(document)?;
        let mut root = Node::clone(self.snapshot.root());
        make(&mut root, &descriptor, &NodeUri::root(), now_s)?;
        conforms(&root, Some(&descriptor), &NodeUri::root(), false).map_err(|refusal| {
            Conflict {
                uri: refusal.uri.unwrap_or_default(),
                reason: "a node that is there already is not as described",
            }
        })?;
        let mut after = self.snapshot.clone();
        after.root = Arc::new(root);
        let changes = self.snapshot.diff(&after);
        self.folds = !descriptor.is_plain();
        self.snapshot = after;
        self.descriptor = Arc::new(descriptor);
        Ok(changes)
    }

    /// Forgets what is described at a named place and below it, which then is free: room for
    /// another description. Nodes stay. False when nothing was described there.
    pub fn undescribe(&mut self, uri: &NodeUri) -> bool {
        let forgotten = Arc::make_mut(&mut self.descriptor).forget(uri);
        self.folds = !self.descriptor.is_plain();
        forgotten
    }

    /// The description of a place.
    pub(super) fn described(&self, uri: &NodeUri) -> Option<&Descriptor> {
        uri.segments()
            .try_fold(&*self.descriptor, |d, name| d.child(name))
    }

    /// The URI as the tree writes it: below a node whose description says CIS, names stand for
    /// those that differ from them by case only.
    pub(super) fn canonical<'u>(&self, uri: &'u NodeUri) -> Cow<'u, NodeUri> {
        if !self.folds {
            return Cow::Borrowed(uri);
        }
        let mut node = Some(self.snapshot.root());
        let mut described = Some(&*self.descriptor);
        let mut insensitive = false;
        let mut found = NodeUri::root();
        for name in uri.segments() {
            if let Some(said) = described.and_then(Descriptor::is_insensitive) {
                insensitive = said;
            }
            let name = match insensitive {
                true => known(name, node, described),
                false => name,
            };
            node = node.and_then(|n| n.child(name));
            described = described.and_then(|d| d.child(name));
            found = found.child(name);
        }
        Cow::Owned(found.with_suffix_of(uri))
    }

    /// Whether a subtree is as its descriptions say, complete, and not one too many.
    pub(super) fn conforms(&self, uri: &NodeUri) -> Result<(), Refusal> {
        let Some(node) = self.node(uri) else {
            return Ok(());
        };
        if let Some(parent) = uri.parent() {
            let described = self.described(&parent);
            let beside = described.is_some_and(|d| d.is_closed() && d.child(uri.name()).is_none());
            if beside {
                return Err(unknown(uri));
            }
            if let (Some(described), Some(parent)) = (described, self.node(&parent)) {
                has_room(parent, described, uri, 0)?;
            }
        }
        conforms(node, self.described(uri), uri, true)
    }
}

/// Whether the description leaves room for `more` nodes beside those that are there.
pub(super) fn has_room(
    parent: &Node,
    described: &Descriptor,
    uri: &NodeUri,
    more: usize,
) -> Result<(), Refusal> {
    if described.names(uri.name()) {
        return Ok(());
    }
    let rules = described.unnamed().and_then(Descriptor::rules);
    let most = rules.and_then(|r| r.occurrence().most());
    match most {
        Some(most) if unnamed(parent, described) + more > most as usize => Err(Refusal::new(
            StatusCode::DEVICE_FULL,
            "more nodes than the Occurrence allows",
        )
        .at(uri)),
        _ => Ok(()),
    }
}

/// How many children have names chosen at run time.
pub(super) fn unnamed(parent: &Node, described: &Descriptor) -> usize {
    parent
        .children()
        .filter(|(name, _)| !described.names(name))
        .count()
}

/// A node whose place the object around it does not have.
pub(super) fn unknown(uri: &NodeUri) -> Refusal {
    Refusal::new(
        StatusCode::NOT_ALLOWED,
        "the description of the object has no such node",
    )
    .at(uri)
}

/// The name that is known and differs from this one by case only.
fn known<'n>(name: &'n str, node: Option<&'n Node>, described: Option<&'n Descriptor>) -> &'n str {
    if node.is_some_and(|n| n.child(name).is_some()) {
        return name;
    }
    let same = |other: &&str| {
        let folded = |text| str::chars(text).flat_map(char::to_lowercase);
        folded(name).eq(folded(other))
    };
    let mut there = node.into_iter().flat_map(Node::children).map(|(n, _)| n);
    let mut said = described
        .into_iter()
        .flat_map(Descriptor::named)
        .map(|(n, _)| n);
    there.find(same).or_else(|| said.find(same)).unwrap_or(name)
}

/// Whether a node and all below it are as described; depth is bounded by the tree.
fn conforms(
    node: &Node,
    described: Option<&Descriptor>,
    uri: &NodeUri,
    complete: bool,
) -> Result<(), Refusal> {
    let Some(described) = described else {
        return Ok(());
    };
    let state = node.state();
    if let Some(rules) = described.rules() {
        let interior = node.is_interior();
        if !rules.takes_format(&state.format) || !rules.takes_type(&state.media_type, interior) {
            return Err(odd(uri));
        }
    }
    if !node.is_interior() {
        return Ok(());
    }
    for (name, child) in node.children() {
        let uri = uri.child(name);
        let below = described.child(name);
        if below.is_none() && described.is_closed() {
            return Err(unknown(&uri));
        }
        conforms(child, below, &uri, complete)?;
    }
    let required = |d: &Descriptor| d.rules().is_some_and(|r| r.occurrence().is_required());
    let missing = |uri: &NodeUri| {
        Refusal::new(
            StatusCode::INCOMPLETE,
            "the object lacks a node that its description requires",
        )
        .at(uri)
    };
    if complete {
        for (name, below) in described.named() {
            if required(below) && node.child(name).is_none() {
                return Err(missing(&uri.child(name)));
            }
        }
    }
    if let Some(below) = described.unnamed() {
        let any = uri.child("*");
        if complete && required(below) && unnamed(node, described) == 0 {
            return Err(missing(&any));
        }
        has_room(node, described, &any, 0)?;
    }
    Ok(())
}

fn odd(uri: &NodeUri) -> Refusal {
    Refusal::new(
        StatusCode::UNSUPPORTED_TYPE,
        "the description of the node has other formats and types",
    )
    .at(uri)
}

/// Makes the permanent nodes that there must be, below a node that is there.
fn make(
    node: &mut Node,
    described: &Descriptor,
    uri: &NodeUri,
    now_s: u64,
) -> Result<(), Conflict> {
    for (name, below) in described.named() {
        let uri = uri.child(name);
        if let Some(child) = node.children.get_mut(name.as_bytes()) {
            make(Arc::make_mut(child), below, &uri, now_s)?;
            continue;
        }
        let state = match below.rules() {
            Some(rules) if rules.is_permanent() && rules.occurrence().is_required() => {
                first_state(rules, now_s)
            }
            // On the way to a place, when something is to be made there.
            None if below.has_permanent() => NodeState {
                format: INTERIOR.to_owned(),
                tstamp_s: now_s,
                permanent: true,
                ..NodeState::default()
            },
            _ => continue,
        };
        if !node.is_interior() {
            return Err(Conflict {
                uri: uri.to_string(),
                reason: "a leaf is where the description has nodes below",
            });
        }
        let mut child = Node::new(state);
        make(&mut child, below, &uri, now_s)?;
        node.children.insert(Name::from(name), Arc::new(child));
    }
    Ok(())
}

/// Gives a new node the nodes that it must have and that no server could add.
pub(super) fn furnish(node: &mut Node, described: &Descriptor, now_s: u64) {
    if !node.is_interior() {
        return;
    }
    for (name, below) in described.named() {
        let Some(rules) = below.rules() else {
            continue;
        };
        if rules.occurrence().is_required() && !rules.access().has(AccessTypes::ADD) {
            let mut child = Node::new(first_state(rules, now_s));
            furnish(&mut child, below, now_s);
            node.children.insert(Name::from(name), Arc::new(child));
        }
    }
}

/// The node the device makes by a description.
fn first_state(rules: &Rules, now_s: u64) -> NodeState {
    let run_time = rules.run_time();
    let format = match &run_time.format {
        Some(format) if rules.takes_format(format) => format,
        _ if rules.takes_format(INTERIOR) => INTERIOR,
        _ => rules.format(),
    };
    let interior = format == INTERIOR;
    let media_type = run_time.media_type.as_deref();
    let acl = Acl::parse(run_time.acl.as_deref().unwrap_or_default()).unwrap_or_default();
    let value = if interior { &[] } else { rules.first_value() };
    // Nothing was said, and nothing is no value of this format.
    let value = match format {
        _ if value::fits(format, value) => value,
        "bool" => b"false",
        "int" | "float" => b"0",
        "date" => b"19700101",
        _ => b"000000",
    };
    NodeState {
        format: format.to_owned(),
        media_type: media_type
            .filter(|t| !t.is_empty())
            .unwrap_or(rules.media_type(interior))
            .to_owned(),
        value: value.to_vec(),
        acl: acl.to_string(),
        title: run_time.title.clone().unwrap_or_default(),
        tstamp_s: now_s,
        ver_no: 0,
        permanent: rules.is_permanent(),
    }
}
