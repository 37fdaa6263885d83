//! Arena to document (OMA-TS-DM_TNDS-V1_2_1 §5): refuses what no tree could come of.
//!
//! One reader serves WBXML and XML. A document may omit RTProperties, as the specification's
//! own example does; Name is passed over, since NodeName says it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Document, FORMATS, Node};
use crate::codec::DecodeError;
use crate::codec::markup::document as arena;
use crate::codec::wbxml::tokens::ddf as tags;

const CLAUSE: &str = "DM TNDS §5";

pub(super) fn document(document: &arena::Document<'_>) -> Result<Document, DecodeError> {
    let reader = Reader {
        document,
        clause: CLAUSE,
    };
    match document.root() {
        Some(root) if document.tag(root) == Some(tags::MGMT_TREE) => reader.tree(root),
        Some(root) => Err(reader.error(root, "MgmtTree", document.name(root).into_owned())),
        None => Err(DecodeError::new(0, "MgmtTree", "no element").clause(CLAUSE)),
    }
}

/// What documents of nodes with values and of descriptions have in common.
pub(in crate::codec) struct Reader<'d, 'a> {
    pub(in crate::codec) document: &'d arena::Document<'a>,
    /// Whom errors name.
    pub(in crate::codec) clause: &'static str,
}

/// What RTProperties says.
#[derive(Default)]
pub(in crate::codec) struct Properties {
    pub(in crate::codec) acl: Option<String>,
    pub(in crate::codec) format: Option<String>,
    pub(in crate::codec) media_type: Option<String>,
    pub(in crate::codec) size: Option<String>,
    pub(in crate::codec) title: Option<String>,
    pub(in crate::codec) tstamp: Option<String>,
    pub(in crate::codec) ver_no: Option<String>,
}

impl Reader<'_, '_> {
    fn tree(&self, at: usize) -> Result<Document, DecodeError> {
        let (mut ver_dtd, mut man, mut model) = (None, None, None);
        let mut nodes = Vec::with_capacity(self.document.count(at, tags::NODE));
        let mut names = BTreeSet::new();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::VER_DTD) => self.once(&mut ver_dtd, child)?,
                Some(tags::MAN) => self.once(&mut man, child)?,
                Some(tags::MOD) => self.once(&mut model, child)?,
                Some(tags::NODE) => {
                    let node = self.node(child, true)?;
                    if !node.name.is_empty()
                        && !names.insert((node.path.clone(), node.name.clone()))
                    {
                        return Err(self.error(
                            child,
                            "names that differ among siblings",
                            format!("a second {:?}", node.name),
                        ));
                    }
                    nodes.push(node);
                }
                _ => return Err(self.unexpected(child, "VerDTD, Man, Mod or Node")),
            }
        }
        let Some(ver_dtd) = ver_dtd else {
            return Err(self.error(at, "VerDTD in MgmtTree", "none"));
        };
        if nodes.is_empty() {
            return Err(self.error(at, "a Node in MgmtTree", "none"));
        }
        Ok(Document {
            ver_dtd,
            man,
            model,
            nodes,
        })
    }

    /// Recursion is bounded by the depth of the arena.
    fn node(&self, at: usize, top: bool) -> Result<Node, DecodeError> {
        let (mut name, mut path) = (None, None);
        let mut properties = None;
        let mut value = None;
        let mut children = Vec::with_capacity(self.document.count(at, tags::NODE));
        let mut first_child = None;
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::NODE_NAME) => self.once(&mut name, child)?,
                Some(tags::PATH) => self.once(&mut path, child)?,
                Some(tags::RT_PROPERTIES) if properties.is_none() => {
                    properties = Some(self.properties(child)?);
                }
                Some(tags::VALUE) if value.is_none() => value = Some(child),
                Some(tags::NODE) => {
                    first_child.get_or_insert(child);
                    children.push(self.node(child, false)?);
                }
                Some(tags::DF_PROPERTIES) => {
                    return Err(self.error(
                        child,
                        "a description of nodes with values",
                        "DFProperties, which belongs to a DDF",
                    ));
                }
                _ => {
                    return Err(
                        self.unexpected(child, "one NodeName, Path, RTProperties, Value, or Nodes")
                    );
                }
            }
        }
        let name = name.unwrap_or_default();
        self.check_name(at, &name, path.as_deref(), top)?;
        let properties = properties.unwrap_or_default();
        if let (Some(first), Some(_)) = (first_child, value) {
            return Err(self.error(first, "either Value or Nodes", "both"));
        }
        let format = properties.format.as_deref();
        match (format, first_child, value) {
            (Some("node"), _, Some(value)) => {
                return Err(self.error(value, "an interior node without Value", "Value"));
            }
            (Some(leaf), Some(first), _) if leaf != "node" => {
                return Err(self.error(
                    first,
                    "a leaf without Nodes",
                    format!("a Node under Format {leaf}"),
                ));
            }
            _ => {}
        }
        self.distinct(at, children.iter().map(|child| child.name.as_str()))?;
        let value = match value {
            Some(value) => Some(self.value(value, format)?),
            None => None,
        };
        Ok(Node {
            name,
            path: path.filter(|path| !path.is_empty()),
            acl: properties.acl,
            format: properties.format,
            media_type: properties.media_type,
            size: properties.size,
            title: properties.title,
            tstamp: properties.tstamp,
            ver_no: properties.ver_no,
            value,
            children,
        })
    }

    /// Names of the Nodes inside a Node differ; those without a name are not compared.
    pub(in crate::codec) fn distinct<'n>(
        &self,
        at: usize,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<(), DecodeError> {
        let mut seen = BTreeSet::new();
        let nodes = self.document.elements(at);
        let nodes = nodes.filter(|(_, tag)| *tag == Some(tags::NODE));
        for ((child, _), name) in nodes.zip(names) {
            if !name.is_empty() && !seen.insert(name) {
                return Err(self.error(
                    child,
                    "names that differ among siblings",
                    format!("a second {name:?}"),
                ));
            }
        }
        Ok(())
    }

    pub(in crate::codec) fn check_name(
        &self,
        at: usize,
        name: &str,
        path: Option<&str>,
        top: bool,
    ) -> Result<(), DecodeError> {
        if name.contains('/') {
            return Err(self.error(at, "a NodeName without /", format!("{name:?}")));
        }
        if !top && name.is_empty() {
            return Err(self.error(at, "a NodeName in a nested Node", "none"));
        }
        if !top && path.is_some_and(|path| !path.is_empty()) {
            return Err(self.error(at, "Path only directly under MgmtTree", "Path"));
        }
        Ok(())
    }

    pub(in crate::codec) fn properties(&self, at: usize) -> Result<Properties, DecodeError> {
        let mut properties = Properties::default();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::ACL) => self.once(&mut properties.acl, child)?,
                Some(tags::FORMAT) if properties.format.is_none() => {
                    properties.format = Some(self.format(child)?);
                }
                Some(tags::TYPE) if properties.media_type.is_none() => {
                    properties.media_type = Some(self.media_type(child)?);
                }
                Some(tags::TITLE) => self.once(&mut properties.title, child)?,
                Some(tags::T_STAMP) => self.once(&mut properties.tstamp, child)?,
                Some(tags::VER_NO) => self.once(&mut properties.ver_no, child)?,
                Some(tags::SIZE) => self.once(&mut properties.size, child)?,
                Some(tags::NAME) => {}
                _ => {
                    return Err(self.unexpected(
                        child,
                        "one ACL, Format, Name, Size, Title, TStamp, Type or VerNo",
                    ));
                }
            }
        }
        Ok(properties)
    }

    /// `<Format><chr/></Format>`; the name as text is understood too.
    pub(in crate::codec) fn format(&self, at: usize) -> Result<String, DecodeError> {
        let format = match self.document.elements(at).next() {
            Some((child, _)) => self.document.name(child).into_owned(),
            None => self.token(at)?,
        };
        if FORMATS.contains(&format.as_str()) {
            Ok(format)
        } else {
            Err(self.error(
                at,
                "Format b64, bin, bool, chr, int, node, null, xml, date, time or float",
                format!("{format:?}"),
            ))
        }
    }

    /// `<Type><MIME>…</MIME></Type>` or `<Type><DDFName>…</DDFName></Type>`.
    pub(in crate::codec) fn media_type(&self, at: usize) -> Result<String, DecodeError> {
        match self.document.elements(at).next() {
            Some((child, Some(tags::MIME | tags::DDF_NAME))) => self.token(child),
            Some((child, _)) => Err(self.unexpected(child, "MIME or DDFName")),
            None => self.token(at),
        }
    }

    pub(in crate::codec) fn value(
        &self,
        at: usize,
        format: Option<&str>,
    ) -> Result<Vec<u8>, DecodeError> {
        if let Some((first, _)) = self.document.elements(at).next() {
            return self.markup(at, first);
        }
        if format == Some("bin") && !self.document.has_opaque(at) {
            let mut text = self.document.octets(at);
            text.retain(|byte| !byte.is_ascii_whitespace());
            return BASE64.decode(&text).map_err(|error| {
                self.error(at, "base64 in the Value of a bin node", error.to_string())
            });
        }
        if self.document.has_opaque(at) {
            return Ok(self.document.octets(at));
        }
        Ok(self.document.text(at)?.into_owned().into_bytes())
    }

    /// Elements inside Value are the text of a value of Format xml.
    fn markup(&self, at: usize, first: usize) -> Result<Vec<u8>, DecodeError> {
        if !self.document.is_xml {
            return Err(self.unexpected(first, "text or opaque data in Value"));
        }
        let spans = || {
            let children = self.document.children(at);
            children.map(|child| self.document.nodes[child].span.range())
        };
        let start = spans().next().map_or(0, |span| span.start);
        let end = spans().last().map_or(0, |span| span.end);
        Ok(self
            .document
            .bytes
            .get(start..end)
            .unwrap_or_default()
            .to_vec())
    }

    pub(in crate::codec) fn token(&self, at: usize) -> Result<String, DecodeError> {
        Ok(self.document.text(at)?.trim_ascii().to_owned())
    }

    pub(in crate::codec) fn once(
        &self,
        slot: &mut Option<String>,
        at: usize,
    ) -> Result<(), DecodeError> {
        if slot.is_some() {
            let name = self.document.name(at);
            return Err(self.error(at, format!("one {name}"), "a second one"));
        }
        *slot = Some(self.token(at)?);
        Ok(())
    }

    pub(in crate::codec) fn unexpected(&self, at: usize, expected: &'static str) -> DecodeError {
        self.error(at, expected, self.document.name(at).into_owned())
    }

    pub(in crate::codec) fn error(
        &self,
        at: usize,
        expected: impl Into<std::borrow::Cow<'static, str>>,
        found: impl Into<std::borrow::Cow<'static, str>>,
    ) -> DecodeError {
        DecodeError::new(self.document.offset(at), expected, found).clause(self.clause)
    }
}

/// Base64 with or without padding; writers disagree.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
