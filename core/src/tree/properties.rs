//! Run-time properties: reading and replacing (OMA-TS-DM_TND-V1_2_1 §7).

use super::acl::{Acl, Right};
use super::change::{Change, NodeState};
use super::commands::touch;
use super::describe::unknown;
use super::node::Node;
use super::refusal::Refusal;
use super::time::tstamp;
use super::uri::{NodeUri, escaped, name_from_wire};
use super::{Caller, ManagementTree, access_of, granted, supported};
use crate::codec::ddf::AccessTypes;
use crate::codec::syncml::StatusCode;

/// A property; this device supports all of DM 1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// Who may do what.
    Acl,
    /// Format of the value; `node` for interior nodes.
    Format,
    /// Last segment of the URI.
    Name,
    /// Bytes of a leaf's value.
    Size,
    /// Text for people.
    Title,
    /// Time of the last change.
    TStamp,
    /// MIME type or management object identifier.
    Type,
    /// Number of changes.
    VerNo,
}

impl Property {
    /// Every property, in the order of the standard.
    pub const ALL: [Property; 8] = [
        Property::Acl,
        Property::Format,
        Property::Name,
        Property::Size,
        Property::Title,
        Property::TStamp,
        Property::Type,
        Property::VerNo,
    ];

    /// Name of the property, as in `?prop=`.
    pub fn name(self) -> &'static str {
        match self {
            Property::Acl => "ACL",
            Property::Format => "Format",
            Property::Name => "Name",
            Property::Size => "Size",
            Property::Title => "Title",
            Property::TStamp => "TStamp",
            Property::Type => "Type",
            Property::VerNo => "VerNo",
        }
    }

    /// Reads the word of `?prop=`; an unknown name is a property this device does not support.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        Property::ALL
            .into_iter()
            .find(|p| p.name() == name)
            .ok_or_else(|| {
                Refusal::new(
                    StatusCode::NOT_SUPPORTED,
                    "the device does not support this property",
                )
            })
    }

    /// The value on a node; `None` for Size of an interior node.
    pub fn of(self, name: &str, node: &Node) -> Option<String> {
        let state = node.state();
        Some(match self {
            Property::Acl => state.acl.clone(),
            Property::Format => state.format.clone(),
            Property::Name => escaped(name).into_owned(),
            Property::Size if node.is_interior() => return None,
            Property::Size => state.value.len().to_string(),
            Property::Title => state.title.clone(),
            Property::TStamp => tstamp(state.tstamp_s),
            Property::Type => state.media_type.clone(),
            Property::VerNo => state.ver_no.to_string(),
        })
    }
}

/// Bytes of the longest title (DM TND §7).
const MAX_TITLE: usize = 255;

/// Bytes of the longest ACL this device keeps.
const MAX_ACL: usize = 4096;

impl ManagementTree {
    /// Reads a property.
    pub fn property(
        &self,
        uri: &NodeUri,
        property: Property,
        caller: Caller<'_>,
    ) -> Result<String, Refusal> {
        let uri = &*self.canonical(uri);
        let place = self.place(uri)?;
        if let Caller::Server(server) = caller {
            granted(place.acl, Right::Get, server)?;
        }
        let name = if uri.is_root() { "." } else { uri.name() };
        property.of(name, place.node).ok_or_else(|| {
            Refusal::new(
                StatusCode::NOT_SUPPORTED,
                "interior nodes have no such property",
            )
        })
    }

    /// Replaces a property: ACL, Name or Title.
    pub fn replace_property(
        &mut self,
        uri: &NodeUri,
        property: Property,
        value: &str,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let uri = &*self.canonical(uri);
        match property {
            Property::Acl => self.replace_acl(uri, value, caller, now_s),
            Property::Name => self.rename(uri, value, caller, now_s),
            Property::Title => {
                self.place(uri)?
                    .permits(AccessTypes::NONE, Right::Replace, caller)?;
                if value.len() > MAX_TITLE {
                    return Err(Refusal::new(
                        StatusCode::TOO_LARGE,
                        "a title has at most 255 octets",
                    ));
                }
                self.alter(uri, |state| {
                    value.clone_into(&mut state.title);
                    touch(state, now_s);
                })
            }
            _ => {
                self.place(uri)?;
                Err(Refusal::new(
                    StatusCode::NOT_ALLOWED,
                    "only ACL, Name and Title can be replaced",
                ))
            }
        }
    }

    fn replace_acl(
        &mut self,
        uri: &NodeUri,
        value: &str,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let acl = self.new_acl(uri, value, caller)?;
        self.alter(uri, |state| {
            state.acl = acl;
            touch(state, now_s);
        })
    }

    /// The text of a new ACL of an existing node, after all checks.
    pub(super) fn new_acl(
        &self,
        uri: &NodeUri,
        value: &str,
        caller: Caller<'_>,
    ) -> Result<String, Refusal> {
        let place = self.place(uri)?;
        if uri.is_root() && value.is_empty() {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "the root's ACL must have a value",
            ));
        }
        if let Caller::Server(server) = caller {
            // Replace on a leaf gives its value, but not its ACL.
            let on_node = if place.node.is_interior() {
                granted(place.acl, Right::Replace, server)
            } else {
                granted("", Right::Replace, server)
            };
            on_node.or_else(|_| granted(place.parent_acl, Right::Replace, server))?;
        }
        parse_acl(value)
    }

    fn rename(
        &mut self,
        uri: &NodeUri,
        value: &str,
        caller: Caller<'_>,
        now_s: u64,
    ) -> Result<Vec<Change>, Refusal> {
        let place = self.place(uri)?;
        let Some(parent) = uri.parent().filter(|_| !place.node.state().permanent) else {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "a permanent node keeps its name",
            ));
        };
        if let Caller::Server(server) = caller {
            supported(access_of(place.rules()), AccessTypes::REPLACE)?;
            granted(place.acl, Right::Replace, server)?;
        }
        let name = name_from_wire(value)
            .map_err(|_| Refusal::new(StatusCode::COMMAND_FAILED, "not the name of a node"))?;
        let to = parent.child(&name);
        self.parse_uri(&to.to_string())?;
        if to == uri.node() {
            return Ok(Vec::new());
        }
        let described = self.described(&parent);
        if let (Some(described), Caller::Server(_)) = (described, caller) {
            // Another name must not take the node out of what is said of it.
            let (old, new) = (described.child(uri.name()), described.child(&name));
            let same = match (old, new) {
                (Some(old), Some(new)) => std::ptr::eq(old, new),
                (None, None) => !described.is_closed(),
                _ => false,
            };
            if !same {
                return Err(unknown(&to));
            }
        }
        // Where case does not count, a node may change the case of its own name.
        let there = self.canonical(&to);
        if *there != uri.node() && self.node(&there).is_some() {
            return Err(Refusal::new(
                StatusCode::ALREADY_EXISTS,
                "a sibling has this name",
            ));
        }
        let before = place.node.state().clone();
        let mut after: NodeState = before.clone();
        touch(&mut after, now_s);
        let change = Change::renamed(&uri.node(), &to, &before, &after);
        self.snapshot.apply(&change);
        Ok(vec![change])
    }
}

/// An ACL in the form the tree keeps.
pub(super) fn parse_acl(value: &str) -> Result<String, Refusal> {
    if value.len() > MAX_ACL {
        return Err(Refusal::new(
            StatusCode::DEVICE_FULL,
            "longer than any ACL this device keeps",
        ));
    }
    Acl::parse(value)
        .map(|acl| acl.to_string())
        .ok_or_else(|| Refusal::new(StatusCode::COMMAND_FAILED, "not an ACL"))
}
