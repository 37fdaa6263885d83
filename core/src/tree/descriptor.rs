//! What the device says of its nodes, by their place: its DDF documents joined
//! (OMA-TS-DM_TND-V1_2_1 §9).
//!
//! A place that no document describes is free. Below an interior node that is described with
//! nodes below it only those may be; below one without, everything.

use super::acl::Acl;
use super::node::INTERIOR;
use super::uri::{MAX_DEPTH, NodeUri, name_from_wire};
use super::value;
use crate::codec::ddf::{self, AccessTypes, CaseSense, DfProperties, Kind, Occurrence, Scope};
use std::collections::BTreeMap;
use std::fmt;

/// Why a description cannot hold beside those there are, or beside the nodes there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The place, with `*` for names chosen at run time.
    pub uri: String,
    /// Rule that says so.
    pub reason: &'static str,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.uri, self.reason)
    }
}

impl std::error::Error for Conflict {}

/// The description of a place and of the places below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Descriptor {
    /// What is said of the node; `None` on the way to a described place.
    rules: Option<Box<Rules>>,
    named: BTreeMap<Box<str>, Descriptor>,
    /// For names chosen at run time.
    any: Option<Box<Descriptor>>,
    /// Only described nodes may lie below.
    closed: bool,
}

/// What is said of one node.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    said: DfProperties,
    run_time: ddf::RunTime,
    value: Option<Vec<u8>>,
}

impl Rules {
    pub(super) fn access(&self) -> AccessTypes {
        self.said.access
    }

    pub(super) fn occurrence(&self) -> Occurrence {
        self.said.occurrence
    }

    pub(super) fn is_permanent(&self) -> bool {
        self.said.scope == Scope::Permanent
    }

    pub(super) fn takes_format(&self, format: &str) -> bool {
        self.said.formats.iter().any(|f| f == format)
    }

    /// The format of a node that is made without one: `chr` where it may have that, else the
    /// only format a leaf may have.
    pub(super) fn format(&self) -> &str {
        let mut leaf = self.said.formats.iter().filter(|f| *f != INTERIOR);
        match (leaf.next(), leaf.next()) {
            (Some(only), None) if !self.takes_format(INTERIOR) => only,
            _ => "chr",
        }
    }

    /// The type of a node that is made without one.
    pub(super) fn media_type(&self, interior: bool) -> &str {
        match &self.said.kind {
            Kind::DdfName(name) if interior => name,
            Kind::Mime(types) if interior => types.first().map_or("", String::as_str),
            Kind::Mime(types) if !self.takes_type("text/plain", false) => {
                types.first().map_or("", String::as_str)
            }
            _ => "text/plain",
        }
    }

    /// Whether a node may have this type. An empty name in the description leaves it open, and
    /// an object need not say what it is.
    pub(super) fn takes_type(&self, media_type: &str, interior: bool) -> bool {
        match &self.said.kind {
            Kind::DdfName(name) if interior => {
                media_type.is_empty() || name.is_empty() || name == media_type
            }
            Kind::DdfName(_) => true,
            // Some write the identifier of an object as a media type.
            Kind::Mime(types) => {
                (interior && media_type.is_empty())
                    || types.iter().any(|t| t.is_empty() || is_type(t, media_type))
            }
        }
    }

    /// The value of a node that is made without one.
    pub(super) fn default_value(&self) -> &[u8] {
        let text = self.said.default_value.as_ref();
        text.map_or(&[], |text| text.as_bytes())
    }

    /// The value of a node the device makes itself.
    pub(super) fn first_value(&self) -> &[u8] {
        self.value.as_deref().unwrap_or(self.default_value())
    }

    /// The properties of a node the device makes itself.
    pub(super) fn run_time(&self) -> &ddf::RunTime {
        &self.run_time
    }

    /// The identifier of the object that begins here; empty for none.
    fn object(&self) -> &str {
        match &self.said.kind {
            Kind::DdfName(name) => name,
            Kind::Mime(_) => "",
        }
    }
}

/// Media types compare without case, and without their parameters.
fn is_type(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    one == other || bare(one) == bare(other)
}

/// Where objects of a kind belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Below this node, under a name of their own.
    Below(NodeUri),
    /// There is one, at this place.
    At(NodeUri),
}

impl Descriptor {
    /// What is said of the node.
    pub(super) fn rules(&self) -> Option<&Rules> {
        self.rules.as_deref()
    }

    /// The description of a child; `None` where there is none, and then for all below.
    pub(super) fn child(&self, name: &str) -> Option<&Descriptor> {
        self.named.get(name).or(self.any.as_deref())
    }

    /// The description for names chosen at run time.
    pub(super) fn unnamed(&self) -> Option<&Descriptor> {
        self.any.as_deref()
    }

    /// Descriptions by name.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, &Descriptor)> {
        self.named.iter().map(|(name, d)| (&**name, d))
    }

    /// Whether a child has a name of its own in the description.
    pub(super) fn names(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// Whether only described nodes may lie below.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether names below differ by case; `None` as the node above says.
    pub(super) fn is_insensitive(&self) -> Option<bool> {
        let said = self.rules.as_ref()?.said.case_sense?;
        Some(said == CaseSense::Insensitive)
    }

    /// The place of a kind of objects.
    pub(super) fn home_of(&self, kind: &str) -> Option<Home> {
        if kind.is_empty() {
            return None;
        }
        self.home_below(kind, &NodeUri::root())
    }

    /// Depth is bounded by that of places.
    fn home_below(&self, kind: &str, here: &NodeUri) -> Option<Home> {
        let begins = |d: &Descriptor| d.rules().is_some_and(|r| r.object() == kind);
        if self.unnamed().is_some_and(begins) {
            return Some(Home::Below(here.clone()));
        }
        self.named().find_map(|(name, below)| {
            let there = here.child(name);
            if begins(below) {
                return Some(Home::At(there));
            }
            below.home_below(kind, &there)
        })
    }

    /// Joins a document; on a conflict this may be half done, and is to be thrown away.
    pub(super) fn join(&mut self, document: &ddf::Document) -> Result<(), Conflict> {
        for node in &document.nodes {
            let mut at = NodeUri::root();
            let mut here = &mut *self;
            let path = node.path.as_deref().unwrap_or(".");
            // Some end it with the sign that joins it to the name.
            let path = path.strip_suffix('/').unwrap_or(path);
            let path = NodeUri::parse(path).map_err(|_| Conflict {
                uri: path.to_owned(),
                reason: "the Path is none",
            })?;
            for name in path.segments() {
                at = at.child(name);
                if here.any.is_some() && !here.named.contains_key(name) {
                    return Err(conflict(&at, "names here are chosen at run time"));
                }
                here = here.named.entry(Box::from(name)).or_default();
                here.is_interior(&at)?;
            }
            here.take(node, &at)?;
        }
        Ok(())
    }

    fn is_interior(&self, at: &NodeUri) -> Result<(), Conflict> {
        match self.rules() {
            Some(rules) if !rules.takes_format(INTERIOR) => {
                Err(conflict(at, "a leaf is described here"))
            }
            _ => Ok(()),
        }
    }

    /// Takes the description of a child; depth is bounded by that of places.
    fn take(&mut self, node: &ddf::Node, parent: &NodeUri) -> Result<(), Conflict> {
        let below_dynamic = self.rules().is_some_and(|rules| !rules.is_permanent());
        // Older documents have a star where newer ones have no name.
        let (at, place) = if node.name.is_empty() || node.name == "*" {
            (parent.child("*"), &mut **self.any.get_or_insert_default())
        } else {
            let name = name_from_wire(&node.name)
                .map_err(|_| conflict(&parent.child(&node.name), "not the name of a node"))?;
            let place = self.named.entry(Box::from(&*name)).or_default();
            (parent.child(&name), place)
        };
        if at.depth() > MAX_DEPTH {
            return Err(conflict(&at, "deeper than any node of this tree"));
        }
        if place.rules.is_some() {
            return Err(conflict(&at, "the place is described already"));
        }
        let rules = Rules {
            said: node.properties.clone(),
            run_time: node.run_time.clone().unwrap_or_default(),
            value: node.value.clone(),
        };
        if rules.is_permanent() && below_dynamic {
            return Err(conflict(&at, "a permanent node below a dynamic one"));
        }
        let of_a_format = |value: &[u8]| {
            let mut formats = rules.said.formats.iter();
            value.is_empty() || formats.any(|format| value::fits(format, value))
        };
        if !of_a_format(rules.default_value()) || !of_a_format(rules.first_value()) {
            return Err(conflict(&at, "a value that is not of its format"));
        }
        if Acl::parse(rules.run_time.acl.as_deref().unwrap_or_default()).is_none() {
            return Err(conflict(&at, "an ACL that is none"));
        }
        let interior = rules.takes_format(INTERIOR);
        let has_below = !place.named.is_empty() || place.any.is_some();
        if !interior && has_below {
            return Err(conflict(&at, "nodes below are described already"));
        }
        place.rules = Some(Box::new(rules));
        place.closed |= !node.children.is_empty();
        for child in &node.children {
            place.take(child, &at)?;
        }
        Ok(())
    }

    /// Forgets what is said of a place and of all below it; false when there is nothing.
    pub(super) fn forget(&mut self, uri: &NodeUri) -> bool {
        let Some(parent) = uri.parent() else {
            return false;
        };
        let mut here = self;
        for name in parent.segments() {
            match here.named.get_mut(name) {
                Some(below) => here = below,
                None => return false,
            }
        }
        // The place itself stays known, so that the object around it may still have it.
        match here.named.get_mut(uri.name()) {
            Some(place) => {
                *place = Descriptor::default();
                true
            }
            None => false,
        }
    }

    /// Whether a permanent node is described here or below that there must be.
    pub(super) fn has_permanent(&self) -> bool {
        match self.rules() {
            Some(rules) => rules.is_permanent() && rules.occurrence().is_required(),
            None => self.named.values().any(Descriptor::has_permanent),
        }
    }

    /// Whether names differ by case everywhere.
    pub(super) fn is_plain(&self) -> bool {
        self.is_insensitive() != Some(true)
            && self.named.values().all(Descriptor::is_plain)
            && self.any.as_ref().is_none_or(|any| any.is_plain())
    }
}

fn conflict(at: &NodeUri, reason: &'static str) -> Conflict {
    Conflict {
        uri: at.to_string(),
        reason,
    }
}
