//! Arena to description (OMA-TS-DM_TND-V1_2_1 §9): refuses what no node could be made by.
//!
//! One reader serves WBXML and XML. Elements of other namespaces are passed over, and inside
//! DFProperties, where vendors put their own, all that the DTD does not have.

use super::{AccessTypes, CaseSense, DfProperties, Kind, Node, Occurrence, RunTime, Scope};
use crate::codec::DecodeError;
use crate::codec::markup::document::Document;
use crate::codec::mgmt_tree::{FORMATS, Reader as Nodes};
use crate::codec::vocabulary::wbxml::{Tag, ddf as tags};

pub(super) const CLAUSE: &str = "DM TND §9";

/// A node directly under MgmtTree.
pub(super) fn node(nodes: &Nodes<'_, '_>, at: usize) -> Result<Node, DecodeError> {
    let document = nodes.document;
    Reader { nodes, document }.node(at)
}

struct Reader<'d, 'a> {
    /// Reads what values and descriptions have in common.
    nodes: &'d Nodes<'d, 'a>,
    document: &'d Document<'a>,
}

impl Reader<'_, '_> {
    /// Recursion is bounded by the depth of the arena.
    fn node(&self, at: usize) -> Result<Node, DecodeError> {
        let (mut name, mut path) = (None, None);
        let (mut run_time, mut properties, mut value) = (None, None, None);
        let mut children = Vec::with_capacity(self.document.count(at, tags::NODE));
        let mut first_child = None;
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::NODE_NAME) => self.nodes.once(&mut name, child)?,
                Some(tags::PATH) => self.nodes.once(&mut path, child)?,
                Some(tags::RT_PROPERTIES) if run_time.is_none() => {
                    run_time = Some(self.run_time(child)?);
                }
                Some(tags::DF_PROPERTIES) if properties.is_none() => {
                    properties = Some(self.properties(child)?);
                }
                Some(tags::VALUE) if value.is_none() => value = Some(child),
                Some(tags::NODE) => {
                    first_child.get_or_insert(child);
                    children.push(self.node(child)?);
                }
                _ if self.document.is_foreign(child) => {}
                _ => {
                    return Err(self.nodes.unexpected(
                        child,
                        "one NodeName, Path, RTProperties, DFProperties, Value, or Nodes",
                    ));
                }
            }
        }
        let name = name.unwrap_or_default();
        if name.contains('/') {
            let found = format!("{name:?}");
            return Err(self.nodes.error(at, "a NodeName without /", found));
        }
        let Some(properties) = properties else {
            return Err(self.nodes.error(at, "DFProperties in Node", "none"));
        };
        let interior = properties.formats.iter().any(|format| format == "node");
        if let Some(first) = first_child.filter(|_| !interior) {
            return Err(self.nodes.error(
                first,
                "Nodes only where DFFormat has node",
                "a Node in a leaf",
            ));
        }
        let leaf = properties.formats.iter().find(|format| *format != "node");
        let value = match value {
            None => None,
            Some(value) if first_child.is_some() => {
                return Err(self.nodes.error(value, "either Value or Nodes", "both"));
            }
            Some(value) if leaf.is_none() => {
                return Err(self
                    .nodes
                    .error(value, "an interior node without Value", "Value"));
            }
            Some(value) => Some(self.nodes.value(value, leaf.map(String::as_str))?),
        };
        self.nodes
            .distinct(at, children.iter().map(|child| child.name.as_str()))?;
        Ok(Node {
            name,
            path: path.filter(|path| !path.is_empty()),
            run_time,
            properties,
            value,
            children,
        })
    }

    fn run_time(&self, at: usize) -> Result<RunTime, DecodeError> {
        let read = self.nodes.properties(at)?;
        Ok(RunTime {
            acl: read.acl,
            format: read.format,
            media_type: read.media_type,
            title: read.title,
            tstamp: read.tstamp,
            ver_no: read.ver_no,
        })
    }

    fn properties(&self, at: usize) -> Result<DfProperties, DecodeError> {
        let (mut access, mut formats, mut kind) = (None, None, None);
        let (mut occurrence, mut scope, mut case_sense) = (None, None, None);
        let (mut default_value, mut description, mut title) = (None, None, None);
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::ACCESS_TYPE) if access.is_none() => access = Some(self.access(child)?),
                Some(tags::DEFAULT_VALUE) if default_value.is_none() => {
                    default_value = Some(self.document.text(child)?.into_owned());
                }
                Some(tags::DESCRIPTION) => self.nodes.once(&mut description, child)?,
                Some(tags::DF_FORMAT) if formats.is_none() => formats = Some(self.formats(child)?),
                Some(tags::OCCURRENCE) if occurrence.is_none() => {
                    occurrence = Some(self.occurrence(child)?);
                }
                Some(tags::SCOPE) if scope.is_none() => {
                    scope = Some(match self.choice(child, "Permanent or Dynamic")? {
                        (_, tags::PERMANENT) => Scope::Permanent,
                        (_, tags::DYNAMIC) => Scope::Dynamic,
                        (other, _) => {
                            return Err(self.nodes.unexpected(other, "Permanent or Dynamic"));
                        }
                    });
                }
                Some(tags::DF_TITLE) => self.nodes.once(&mut title, child)?,
                Some(tags::DF_TYPE) if kind.is_none() => kind = Some(self.kind(child)?),
                Some(tags::CASE_SENSE) if case_sense.is_none() => {
                    case_sense = Some(match self.choice(child, "CS or CIS")? {
                        (_, tags::CS) => CaseSense::Sensitive,
                        (_, tags::CIS) => CaseSense::Insensitive,
                        (other, _) => return Err(self.nodes.unexpected(other, "CS or CIS")),
                    });
                }
                None if self.document.is_xml => {}
                _ => {
                    return Err(self.nodes.unexpected(
                        child,
                        "one AccessType, DefaultValue, Description, DFFormat, Occurrence, Scope, \
                         DFTitle, DFType or CaseSense",
                    ));
                }
            }
        }
        let missing = |what| self.nodes.error(at, what, "none");
        Ok(DfProperties {
            access: access.ok_or_else(|| missing("AccessType in DFProperties"))?,
            default_value,
            description,
            formats: formats.ok_or_else(|| missing("DFFormat in DFProperties"))?,
            occurrence: occurrence.unwrap_or_default(),
            scope: scope.unwrap_or_default(),
            title,
            kind: kind.ok_or_else(|| missing("DFType in DFProperties"))?,
            case_sense,
        })
    }

    fn access(&self, at: usize) -> Result<AccessTypes, DecodeError> {
        let mut access = AccessTypes::NONE;
        for (child, tag) in self.document.elements(at) {
            access = access.and(match tag {
                Some(tags::ADD) => AccessTypes::ADD,
                Some(tags::COPY) => AccessTypes::COPY,
                Some(tags::DELETE) => AccessTypes::DELETE,
                Some(tags::EXEC) => AccessTypes::EXEC,
                Some(tags::GET) => AccessTypes::GET,
                Some(tags::REPLACE) => AccessTypes::REPLACE,
                _ => {
                    return Err(self
                        .nodes
                        .unexpected(child, "Add, Copy, Delete, Exec, Get or Replace"));
                }
            });
        }
        Ok(access)
    }

    fn formats(&self, at: usize) -> Result<Vec<String>, DecodeError> {
        let mut formats: Vec<String> = Vec::new();
        for (child, _) in self.document.elements(at) {
            let format = self.document.name(child);
            if !FORMATS.contains(&&*format) {
                return Err(self.nodes.unexpected(
                    child,
                    "b64, bin, bool, chr, int, node, null, xml, date, time or float",
                ));
            }
            if !formats.iter().any(|known| *known == format) {
                formats.push(format.into_owned());
            }
        }
        if formats.is_empty() {
            return Err(self.nodes.error(at, "a format in DFFormat", "none"));
        }
        Ok(formats)
    }

    fn occurrence(&self, at: usize) -> Result<Occurrence, DecodeError> {
        let expected = "One, ZeroOrOne, ZeroOrMore, OneOrMore, ZeroOrN or OneOrN";
        let (child, tag) = self.choice(at, expected)?;
        Ok(match tag {
            tags::ONE => Occurrence::One,
            tags::ZERO_OR_ONE => Occurrence::ZeroOrOne,
            tags::ZERO_OR_MORE => Occurrence::ZeroOrMore,
            tags::ONE_OR_MORE => Occurrence::OneOrMore,
            tags::ZERO_OR_N => Occurrence::ZeroOrN(self.number(child)?),
            tags::ONE_OR_N => Occurrence::OneOrN(self.number(child)?),
            _ => return Err(self.nodes.unexpected(child, expected)),
        })
    }

    fn number(&self, at: usize) -> Result<u32, DecodeError> {
        let text = self.nodes.token(at)?;
        let number = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(n @ 2..=65_536) if number => Ok(n),
            _ => {
                let found = format!("{text:?}");
                Err(self.nodes.error(at, "a number from 2 to 65536", found))
            }
        }
    }

    /// `<MIME>…</MIME>`, several, or one `<DDFName>…</DDFName>`.
    fn kind(&self, at: usize) -> Result<Kind, DecodeError> {
        let mut types = Vec::new();
        let mut ddf_name = None;
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::MIME) if ddf_name.is_none() => types.push(self.nodes.token(child)?),
                Some(tags::DDF_NAME) if types.is_empty() => {
                    self.nodes.once(&mut ddf_name, child)?;
                }
                _ => return Err(self.nodes.unexpected(child, "MIME elements or one DDFName")),
            }
        }
        match ddf_name {
            Some(name) => Ok(Kind::DdfName(name)),
            None if types.is_empty() => {
                Err(self.nodes.error(at, "MIME or DDFName in DFType", "none"))
            }
            None => Ok(Kind::Mime(types)),
        }
    }

    /// The one element inside an element.
    fn choice(&self, at: usize, expected: &'static str) -> Result<(usize, Tag), DecodeError> {
        let mut inside = self.document.elements(at);
        match (inside.next(), inside.next()) {
            (Some((child, Some(tag))), None) => Ok((child, tag)),
            (Some((child, None)), _) | (_, Some((child, _))) => {
                Err(self.nodes.unexpected(child, expected))
            }
            (None, None) => Err(self.nodes.error(at, expected, "none")),
        }
    }
}
