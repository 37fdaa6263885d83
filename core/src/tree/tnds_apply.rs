//! Whole objects at once: Add and Replace with a TNDS document
//! (OMA-TS-DM_TNDS-V1_2_1 §6; OMA-TS-DM_StdObj-V1_2_1 §5 for the Inbox).
//!
//! Works on a second tree that shares all nodes and takes its place when nothing failed.

use super::change::Change;
use super::commands::{NewValue, accepts, acl_of_creator, too_deep, touch};
use super::descriptor::{Descriptor, Home};
use super::node::INTERIOR;
use super::properties::parse_acl;
use super::refusal::Refusal;
use super::snapshot::added;
use super::uri::{MAX_DEPTH, NodeUri, name_from_wire};
use super::{Caller, ManagementTree, Right, access_of, granted, standard, supported};
use crate::codec::ddf::AccessTypes;
use crate::codec::syncml::StatusCode;
use crate::codec::tnds;
use std::collections::BTreeSet;
use std::sync::Arc;

impl ManagementTree {
    /// Adds every object of a document. A target in the Inbox lets the device choose the place.
    pub fn add_document(
        &mut self,
        target: &NodeUri,
        document: &tnds::Document,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let target = &*self.canonical(target);
        self.as_a_whole(caller, now_s, |work| {
            if standard::is_inbox(target) {
                return work.file(target, document);
            }
            for (uri, node) in places(target, document)? {
                let uri = work.tree.canonical(&uri).into_owned();
                work.add(&uri, node).map_err(|e| e.at(&uri))?;
                work.is_complete(&uri)?;
            }
            Ok(())
        })
    }

    /// Replaces objects: what is below them becomes exactly what the document says.
    pub fn replace_document(
        &mut self,
        target: &NodeUri,
        document: &tnds::Document,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let target = &*self.canonical(target);
        self.as_a_whole(caller, now_s, |work| {
            for (uri, node) in places(target, document)? {
                let uri = work.tree.canonical(&uri).into_owned();
                work.tree
                    .place(&uri)?
                    .permits(AccessTypes::REPLACE, Right::Replace, caller)?;
                work.replace(&uri, node).map_err(|e| e.at(&uri))?;
                work.is_complete(&uri)?;
            }
            Ok(())
        })
    }

    /// Puts objects in place as the device's own: what exists is replaced, what is missing on
    /// the way to them is made.
    pub fn load(&mut self, document: &tnds::Document, now_s: u64) -> Result<Vec<Change>, Refusal> {
        self.as_a_whole(Caller::Device, now_s, |work| {
            for (uri, node) in places(&NodeUri::root(), document)? {
                work.make_way(&uri)?;
                if work.tree.node(&uri).is_some() {
                    work.replace(&uri, node)
                } else {
                    work.add(&uri, node)
                }
                .map_err(|e| e.at(&uri))?;
            }
            Ok(())
        })
    }

    fn as_a_whole(
        &mut self,
        caller: Caller<'_>,
        now_s: u64,
        act: impl FnOnce(&mut Work<'_>) -> Result<(), Refusal>,
    ) -> Result<Vec<Change>, Refusal> {
        let mut work = Work {
            tree: self.clone(),
            caller,
            now_s,
            changes: Vec::new(),
        };
        act(&mut work)?;
        work.tree.has_space(0, caller)?;
        self.snapshot = work.tree.snapshot;
        Ok(work.changes)
    }
}

/// Where the objects of a document go. The document only says "relative to the target": a first
/// node without name, or with the name of the target, is the target itself; all others lie below
/// the target, or beside the first node when that one is the target.
fn places<'d>(
    target: &NodeUri,
    document: &'d tnds::Document,
) -> Result<Vec<(NodeUri, &'d tnds::Node)>, Refusal> {
    let Some(first) = document.nodes.first() else {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_TYPE,
            "a document without nodes",
        ));
    };
    let target = target.node();
    let is_target =
        first.path.is_none() && (first.name.is_empty() || name(first)? == target.name());
    let base = match target.parent() {
        Some(parent) if is_target && !first.name.is_empty() => parent,
        _ => target.clone(),
    };
    document
        .nodes
        .iter()
        .enumerate()
        .map(|(i, node)| {
            if i == 0 && is_target {
                return Ok((target.clone(), node));
            }
            let parent = match &node.path {
                None => base.clone(),
                Some(path) => base.join(
                    &NodeUri::parse(path)
                        .map_err(|_| Refusal::new(StatusCode::NOT_FOUND, "not a Path"))?
                        .node(),
                ),
            };
            Ok((parent.child(&name(node)?), node))
        })
        .collect()
}

/// NodeName has the form of a URI segment.
fn name(node: &tnds::Node) -> Result<String, Refusal> {
    name_from_wire(&node.name)
        .map(|n| n.into_owned())
        .map_err(|_| Refusal::new(StatusCode::NOT_FOUND, "not the name of a node"))
}

fn format(node: &tnds::Node) -> &str {
    match &node.format {
        Some(format) => format,
        None if node.children.is_empty() => "chr",
        None => INTERIOR,
    }
}

struct Work<'a> {
    tree: ManagementTree,
    caller: Caller<'a>,
    now_s: u64,
    changes: Vec<Change>,
}

impl Work<'_> {
    /// One new node and all below it. Depth is bounded because a node that lies too deep is
    /// refused before its children are looked at.
    fn add(&mut self, uri: &NodeUri, node: &tnds::Node) -> Result<(), Refusal> {
        self.within_limits(uri)?;
        let interior = format(node) == INTERIOR;
        if !interior && !node.children.is_empty() {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_TYPE,
                "a leaf cannot have children",
            ));
        }
        let new = NewValue {
            // What the description says stands in for what the document does not say.
            format: node.format.as_deref().or(interior.then_some(INTERIOR)),
            media_type: node.media_type.as_deref(),
            value: node.value.as_deref().unwrap_or_default(),
        };
        let mut state = self.tree.addition(uri, new, self.caller, self.now_s)?;
        if let Some(title) = &node.title {
            state.title.clone_from(title);
        }
        let made = self.tree.furnished(uri, state.clone(), self.now_s);
        let mut furnished = Vec::new();
        let given: BTreeSet<String> = made.children().map(|(name, _)| name.to_owned()).collect();
        for (name, node) in made.children() {
            added(&uri.child(name), node, &mut furnished);
        }
        if !self.tree.snapshot.insert(uri, Arc::new(made)) {
            return Err(too_deep());
        }
        if let Some(acl) = node.acl.as_deref().filter(|a| !a.is_empty()) {
            // Asked for on the node that is already there, with the rights its creator has.
            state.acl = self.tree.new_acl(uri, acl, self.caller)?;
            self.tree
                .alter(uri, |s| s.acl.clone_from(&state.acl))
                .map(|_| ())?;
        }
        self.changes.push(Change::added(uri, state));
        self.changes.append(&mut furnished);
        for child in &node.children {
            let uri = self.below(uri, child)?;
            // What came with the node gets the value of the document.
            if given.contains(uri.name()) {
                self.replace(&uri, child)
            } else {
                self.add(&uri, child)
            }
            .map_err(|e| e.at(&uri))?;
        }
        Ok(())
    }

    /// An existing node and all below it becomes what the document says.
    fn replace(&mut self, uri: &NodeUri, node: &tnds::Node) -> Result<(), Refusal> {
        self.within_limits(uri)?;
        let Some(old) = self.tree.node(uri) else {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no such node"));
        };
        // What the document does not say stays.
        let format = match &node.format {
            Some(format) => format.clone(),
            None if node.children.is_empty() => old.state().format.clone(),
            None => INTERIOR.to_owned(),
        };
        let interior = format == INTERIOR;
        if interior && node.value.as_ref().is_some_and(|value| !value.is_empty()) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_TYPE,
                "an interior node has no value",
            ));
        }
        if old.is_interior() != interior {
            self.delete(uri)?;
            return self.add(uri, node);
        }
        if !interior && !node.children.is_empty() {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_TYPE,
                "a leaf cannot have children",
            ));
        }
        let state = old.state();
        let rules = self.tree.described(uri).and_then(Descriptor::rules);
        // An object need not say what it is where that is known.
        let media_type = match node.media_type.as_deref() {
            Some("") if interior => Some(rules.map_or("", |r| r.media_type(true))),
            said => said,
        };
        let other_type = media_type.is_some_and(|t| t != state.media_type);
        if let (true, Some(media_type)) = (interior && other_type, media_type) {
            accepts(rules, INTERIOR, media_type, self.caller)?;
        }
        let media_type = media_type.map(str::to_owned);
        let other_title = node.title.as_ref().is_some_and(|t| *t != state.title);
        let new_acl = match &node.acl {
            Some(acl) => Some(parse_acl(acl)?).filter(|a| *a != state.acl),
            None => None,
        };
        let value = node.value.as_deref().unwrap_or_default();
        if !interior && (state.value != value || state.format != format || other_type) {
            let new = NewValue {
                format: Some(&format),
                media_type: media_type.as_deref(),
                value,
            };
            let changes = self.tree.replace(uri, new, self.caller, self.now_s)?;
            self.changes.extend(changes);
        }
        if (interior && other_type) || other_title {
            self.tree
                .place(uri)?
                .permits(AccessTypes::REPLACE, Right::Replace, self.caller)?;
            if self.is_fixed(uri) && other_type {
                return Err(Refusal::new(
                    StatusCode::NOT_ALLOWED,
                    "format and type of a permanent node stay",
                ));
            }
            let now_s = self.now_s;
            let changes = self.tree.alter(uri, |s| {
                if let Some(media_type) = media_type.as_ref().filter(|_| interior) {
                    s.media_type.clone_from(media_type);
                }
                if let Some(title) = &node.title {
                    s.title.clone_from(title);
                }
                touch(s, now_s);
            })?;
            self.changes.extend(changes);
        }
        if let Some(acl) = new_acl {
            let acl = self.tree.new_acl(uri, &acl, self.caller)?;
            let now_s = self.now_s;
            let changes = self.tree.alter(uri, |s| {
                s.acl = acl;
                touch(s, now_s);
            })?;
            self.changes.extend(changes);
        }
        self.children(uri, node)
    }

    fn children(&mut self, uri: &NodeUri, node: &tnds::Node) -> Result<(), Refusal> {
        let wanted = node
            .children
            .iter()
            .map(|child| Ok(self.below(uri, child)?.name().to_owned()))
            .collect::<Result<BTreeSet<String>, Refusal>>()?;
        let vanished: Vec<NodeUri> = match self.tree.node(uri) {
            Some(old) => old
                .children()
                .filter(|(name, _)| !wanted.contains(*name))
                .map(|(name, _)| uri.child(name))
                .collect(),
            None => Vec::new(),
        };
        for gone in vanished {
            self.delete(&gone).map_err(|e| e.at(&gone))?;
        }
        for child in &node.children {
            let uri = self.below(uri, child)?;
            if self.tree.node(&uri).is_some() {
                self.replace(&uri, child)
            } else {
                self.add(&uri, child)
            }
            .map_err(|e| e.at(&uri))?;
        }
        Ok(())
    }

    /// Where a child of a document's node goes.
    fn below(&self, uri: &NodeUri, child: &tnds::Node) -> Result<NodeUri, Refusal> {
        let uri = uri.child(&name(child)?);
        Ok(self.tree.canonical(&uri).into_owned())
    }

    fn delete(&mut self, uri: &NodeUri) -> Result<(), Refusal> {
        self.tree.may_delete(uri, self.caller)?;
        let changes = self.tree.take_away(uri)?;
        self.changes.extend(changes);
        Ok(())
    }

    /// Objects of servers have all that their description requires.
    fn is_complete(&self, uri: &NodeUri) -> Result<(), Refusal> {
        match self.caller {
            Caller::Device => Ok(()),
            Caller::Server(_) => self.tree.conforms(uri),
        }
    }

    fn is_fixed(&self, uri: &NodeUri) -> bool {
        self.caller != Caller::Device
            && self
                .tree
                .node(uri)
                .is_some_and(|node| node.state().permanent)
    }

    fn within_limits(&self, uri: &NodeUri) -> Result<(), Refusal> {
        if uri.depth() > MAX_DEPTH {
            return Err(too_deep());
        }
        uri.check(self.tree.limits()).map_err(|_| {
            Refusal::new(
                StatusCode::URI_TOO_LONG,
                "a node whose URI is beyond the limits of DevDetail",
            )
        })
    }

    /// Interior nodes on the way to a node, as the device's own.
    fn make_way(&mut self, uri: &NodeUri) -> Result<(), Refusal> {
        let Some(parent) = uri.parent() else {
            return Ok(());
        };
        let mut here = NodeUri::root();
        for name in parent.segments() {
            here = here.child(name);
            if self.tree.node(&here).is_none() {
                let new = NewValue {
                    format: Some(INTERIOR),
                    ..NewValue::default()
                };
                let changes = self.tree.add(&here, new, self.caller, self.now_s)?;
                self.changes.extend(changes);
            }
        }
        Ok(())
    }

    /// Objects for the Inbox go where the device keeps their kind. The rights asked are those on
    /// the Inbox; the rest is the device's own work.
    fn file(&mut self, target: &NodeUri, document: &tnds::Document) -> Result<(), Refusal> {
        if target.depth() > 2 {
            return Err(Refusal::new(
                StatusCode::NOT_FOUND,
                "nothing lies below an object in the Inbox",
            ));
        }
        let server = match self.caller {
            Caller::Server(server) => Some(server.to_owned()),
            Caller::Device => None,
        };
        let inbox = NodeUri::root().child(standard::INBOX);
        let place = self.tree.place(&inbox)?;
        if let Some(server) = &server {
            let object = place.described.and_then(Descriptor::unnamed);
            supported(
                access_of(object.and_then(Descriptor::rules)),
                AccessTypes::ADD,
            )?;
            granted(place.acl, Right::Add, server)?;
        }
        let mut filed = Vec::with_capacity(document.nodes.len());
        for node in &document.nodes {
            filed.push(self.home(target, node)?);
        }
        let moved: Vec<(String, String)> = filed
            .iter()
            .zip(&document.nodes)
            .filter(|(_, node)| !node.name.is_empty())
            .map(|(uri, node)| {
                (
                    format!("./{}/{}", standard::INBOX, node.name),
                    uri.to_string(),
                )
            })
            .collect();
        for (uri, node) in filed.iter().zip(&document.nodes) {
            self.make_way(uri)?;
            let own = match (&server, uri.parent()) {
                (Some(server), Some(home)) => acl_of_creator(self.tree.place(&home)?.acl, server),
                _ => String::new(),
            };
            let mut object = node.clone();
            object.path = None;
            follow(&mut object, &moved);
            if object.acl.as_deref().unwrap_or_default().is_empty() && !own.is_empty() {
                object.acl = Some(own);
            }
            let mut device = Work {
                tree: self.tree.clone(),
                caller: Caller::Device,
                now_s: self.now_s,
                changes: Vec::new(),
            };
            device.add(uri, &object).map_err(|e| e.at(uri))?;
            self.tree = device.tree;
            self.changes.append(&mut device.changes);
            self.is_complete(uri)?;
        }
        Ok(())
    }

    /// Where an object for the Inbox belongs.
    fn home(&self, target: &NodeUri, node: &tnds::Node) -> Result<NodeUri, Refusal> {
        let kind = node.media_type.as_deref().unwrap_or_default();
        let refused = |reason| Refusal::new(StatusCode::UNSUPPORTED_TYPE, reason);
        let home = match self.tree.descriptor.home_of(kind) {
            Some(Home::Below(home)) => home,
            Some(Home::At(place)) => return Ok(place),
            None => return Err(refused("an object of no kind this device keeps")),
        };
        let name = match (node.name.is_empty(), target.depth()) {
            (false, _) => name(node)?,
            (true, 2) => target.name().to_owned(),
            (true, _) => return Err(refused("an object without a name")),
        };
        Ok(self.tree.canonical(&home.child(&name)).into_owned())
    }
}

/// Values that name an object in the Inbox name it where it was put. Depth is bounded by that of
/// documents.
fn follow(node: &mut tnds::Node, moved: &[(String, String)]) {
    if let Some(text) = node.value.as_deref().map(std::str::from_utf8) {
        let renamed = moved.iter().find_map(|(from, to)| {
            let rest = text.ok()?.strip_prefix(from.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
        });
        if let Some(renamed) = renamed {
            node.value = Some(renamed.into_bytes());
        }
    }
    for child in &mut node.children {
        follow(child, moved);
    }
}
