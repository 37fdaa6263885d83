//! Get: values, child lists, properties and whole subtrees
//! (OMA-TS-DM_RepPro-V1_2_1 §6.6, OMA-TS-DM_TND-V1_2_1 §8).

use super::acl::Right;
use super::descriptor::Descriptor;
use super::node::{INTERIOR, Node};
use super::properties::Property;
use super::refusal::Refusal;
use super::uri::{NodeUri, Suffix, escaped};
use super::{Caller, ManagementTree, access_of, acl, standard};
use crate::codec::ddf::AccessTypes;
use crate::codec::syncml::StatusCode;
use crate::codec::tnds;

/// What a Get found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A value, a child list or a property.
    Value {
        /// Format of the data.
        format: String,
        /// Type of the data.
        media_type: String,
        /// Bytes of the data.
        value: Vec<u8>,
    },
    /// The nodes of `?list=Struct` and `?list=StructData`, each before its children.
    List(Vec<Listed>),
    /// The document of `?list=TNDS`.
    Document(tnds::Document),
}

/// One node of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// URI from the root.
    pub uri: String,
    /// Format of the node.
    pub format: String,
    /// Type of the node.
    pub media_type: String,
    /// The value of a leaf, when it was asked for.
    pub value: Option<Vec<u8>>,
}

impl ManagementTree {
    /// The node of a Get, after all checks, without copying anything.
    pub fn read(&self, uri: &NodeUri, caller: Caller<'_>) -> Result<&Node, Refusal> {
        let uri = &*self.canonical(uri);
        if standard::is_inbox(uri) && caller != Caller::Device {
            return Err(Refusal::new(
                StatusCode::NOT_ALLOWED,
                "the Inbox cannot be read",
            ));
        }
        let place = self.place(uri)?;
        place.permits(AccessTypes::GET, Right::Get, caller)?;
        Ok(place.node)
    }

    /// Works a Get through, with what the suffix asks for.
    pub fn get(&self, uri: &NodeUri, caller: Caller<'_>) -> Result<Reading, Refusal> {
        let uri = &*self.canonical(uri);
        match uri.suffix() {
            None => self.read(uri, caller).map(|node| self.value(node)),
            Some(Suffix::Property(name)) => {
                let property = Property::parse(name)?;
                Ok(Reading::Value {
                    format: "chr".to_owned(),
                    media_type: "text/plain".to_owned(),
                    value: self.property(uri, property, caller)?.into_bytes(),
                })
            }
            Some(Suffix::List(attribute)) => self.list(uri, attribute, caller),
        }
    }

    fn value(&self, node: &Node) -> Reading {
        let state = node.state();
        if !node.is_interior() {
            return Reading::Value {
                format: state.format.clone(),
                media_type: state.media_type.clone(),
                value: state.value.clone(),
            };
        }
        let mut names = String::new();
        for (i, (name, _)) in node.children().enumerate() {
            if i > 0 {
                names.push('/');
            }
            names.push_str(&escaped(name));
        }
        Reading::Value {
            format: INTERIOR.to_owned(),
            media_type: "text/plain".to_owned(),
            value: names.into_bytes(),
        }
    }

    fn list(&self, uri: &NodeUri, attribute: &str, caller: Caller<'_>) -> Result<Reading, Refusal> {
        let what = Attribute::parse(attribute)?;
        let node = self.read(uri, caller)?;
        let start = Visit {
            acl: self.place(uri)?.acl,
            described: self.described(uri),
            caller,
        };
        Ok(match what {
            Attribute::Struct { data } => {
                let mut list = Vec::new();
                start.list(&uri.node(), node, data, &mut list);
                Reading::List(list)
            }
            Attribute::Tnds(properties) => {
                let mut document = start.describe(uri.name(), node, &properties);
                document.path = uri.parent().filter(|p| !p.is_root()).map(|p| p.to_string());
                if uri.is_root() {
                    document.name = ".".to_owned();
                }
                Reading::Document(tnds::Document {
                    ver_dtd: "1.2".to_owned(),
                    nodes: vec![document],
                    ..tnds::Document::default()
                })
            }
        })
    }
}

/// What rights depend on, while walking down.
#[derive(Clone, Copy)]
struct Visit<'a> {
    acl: &'a str,
    described: Option<&'a Descriptor>,
    caller: Caller<'a>,
}

impl<'a> Visit<'a> {
    /// The same below a child; `None` when the child may not be read, and is left out.
    fn child(self, name: &str, node: &'a Node) -> Option<Self> {
        let below = Visit {
            acl: if node.state.acl.is_empty() {
                self.acl
            } else {
                &node.state.acl
            },
            described: self.described.and_then(|d| d.child(name)),
            caller: self.caller,
        };
        let access = access_of(below.described.and_then(Descriptor::rules));
        let readable = match self.caller {
            Caller::Device => true,
            Caller::Server(server) => {
                access.has(AccessTypes::GET) && acl::allows(below.acl, Right::Get, server)
            }
        };
        readable.then_some(below)
    }

    fn list(self, uri: &NodeUri, node: &'a Node, data: bool, list: &mut Vec<Listed>) {
        let state = node.state();
        list.push(Listed {
            uri: uri.to_string(),
            format: state.format.clone(),
            media_type: state.media_type.clone(),
            value: (data && !node.is_interior()).then(|| state.value.clone()),
        });
        for (name, child) in node.children() {
            if let Some(below) = self.child(name, child) {
                below.list(&uri.child(name), child, data, list);
            }
        }
    }

    fn describe(self, name: &str, node: &'a Node, wanted: &Wanted) -> tnds::Node {
        let property = |p: Property| {
            wanted
                .has(p)
                .then(|| p.of(name, node))
                .flatten()
                .filter(|text| !text.is_empty())
        };
        let state = node.state();
        tnds::Node {
            name: escaped(name).into_owned(),
            path: None,
            acl: property(Property::Acl),
            format: property(Property::Format),
            media_type: wanted.has(Property::Type).then(|| state.media_type.clone()),
            size: property(Property::Size),
            title: property(Property::Title),
            tstamp: property(Property::TStamp),
            ver_no: property(Property::VerNo),
            value: (wanted.value && !node.is_interior()).then(|| state.value.clone()),
            children: node
                .children()
                .filter_map(|(name, child)| {
                    let below = self.child(name, child)?;
                    Some(below.describe(name, child, wanted))
                })
                .collect(),
        }
    }
}

/// What `?list=` asks for.
enum Attribute {
    Struct { data: bool },
    Tnds(Wanted),
}

/// Properties to be told, Value among them.
struct Wanted {
    properties: Vec<Property>,
    value: bool,
}

impl Wanted {
    fn has(&self, property: Property) -> bool {
        self.properties.contains(&property)
    }
}

impl Attribute {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::new(StatusCode::NOT_SUPPORTED, "no such attribute of ?list=");
        match text {
            "Struct" => return Ok(Attribute::Struct { data: false }),
            "StructData" => return Ok(Attribute::Struct { data: true }),
            _ => {}
        }
        let rest = text.strip_prefix("TNDS").ok_or_else(unknown)?;
        let (only, other) = if rest.starts_with('-') {
            (false, '+')
        } else {
            (true, '-')
        };
        if rest.contains(other) {
            return Err(Refusal::new(
                StatusCode::NOT_SUPPORTED,
                "+ and - do not go together",
            ));
        }
        let mut named = Vec::new();
        let mut value = false;
        for name in rest.split(['+', '-']).skip(1) {
            match name {
                "Value" => value = true,
                name => named.push(Property::parse(name)?),
            }
        }
        if !rest.is_empty() && !rest.starts_with(['+', '-']) {
            return Err(unknown());
        }
        Ok(Attribute::Tnds(if rest.is_empty() {
            Wanted {
                properties: Property::ALL.to_vec(),
                value: true,
            }
        } else if only {
            Wanted {
                properties: named,
                value,
            }
        } else {
            Wanted {
                properties: Property::ALL
                    .into_iter()
                    .filter(|p| !named.contains(p))
                    .collect(),
                value: !value,
            }
        }))
    }
}
