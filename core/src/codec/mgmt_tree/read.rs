//! What both kinds of document have in common, read from the arena; one reader serves WBXML and
//! XML. Name inside RTProperties is passed over, since NodeName says it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{FORMATS, MgmtTree};
use crate::codec::DecodeError;
use crate::codec::markup::document::Document;
use crate::codec::vocabulary::wbxml::ddf as tags;

/// Reads elements of a document, and names a clause where they are wrong.
pub(crate) struct Reader<'d, 'a> {
    pub(crate) document: &'d Document<'a>,
    /// Whom errors name.
    pub(crate) clause: &'static str,
}

/// What RTProperties says.
#[derive(Default)]
pub(crate) struct Properties {
    pub(crate) acl: Option<String>,
    pub(crate) format: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) size: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) tstamp: Option<String>,
    pub(crate) ver_no: Option<String>,
}

impl Reader<'_, '_> {
    /// The root and what stands directly in it. `place` is what no two nodes have alike; with
    /// `foreign`, elements of other namespaces are passed over.
    pub(super) fn envelope<N>(
        &self,
        foreign: bool,
        node: impl Fn(&Self, usize) -> Result<N, DecodeError>,
        place: impl Fn(&N) -> Option<(Option<&str>, &str)>,
    ) -> Result<MgmtTree<N>, DecodeError> {
        let at = match self.document.root() {
            Some(root) if self.document.tag(root) == Some(tags::MGMT_TREE) => root,
            Some(root) => {
                let found = self.document.root_found(root);
                return Err(self.error(root, "MgmtTree", found));
            }
            None => {
                return Err(DecodeError::new(0, "MgmtTree", "no element").clause(self.clause));
            }
        };
        let (mut ver_dtd, mut man, mut model) = (None, None, None);
        let mut nodes = Vec::with_capacity(self.document.count(at, tags::NODE));
        let mut places = BTreeSet::new();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::VER_DTD) => self.once(&mut ver_dtd, child)?,
                Some(tags::MAN) => self.once(&mut man, child)?,
                Some(tags::MOD) => self.once(&mut model, child)?,
                Some(tags::NODE) => {
                    let one = node(self, child)?;
                    if let Some((path, name)) = place(&one)
                        && !places.insert((path.map(str::to_owned), name.to_owned()))
                    {
                        return Err(self.second(child, name));
                    }
                    nodes.push(one);
                }
                _ if foreign && self.document.is_foreign(child) => {}
                _ => return Err(self.unexpected(child, "VerDTD, Man, Mod or Node")),
            }
        }
        let Some(ver_dtd) = ver_dtd else {
            return Err(self.error(at, "VerDTD in MgmtTree", "none"));
        };
        if nodes.is_empty() {
            return Err(self.error(at, "a Node in MgmtTree", "none"));
        }
        Ok(MgmtTree {
            ver_dtd,
            man,
            model,
            nodes,
        })
    }

    /// Names of the Nodes inside a Node differ; those without a name are not compared.
    pub(crate) fn distinct<'n>(
        &self,
        at: usize,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<(), DecodeError> {
        let mut seen = BTreeSet::new();
        let nodes = self.document.elements(at);
        let nodes = nodes.filter(|(_, tag)| *tag == Some(tags::NODE));
        for ((child, _), name) in nodes.zip(names) {
            if !name.is_empty() && !seen.insert(name) {
                return Err(self.second(child, name));
            }
        }
        Ok(())
    }

    fn second(&self, at: usize, name: &str) -> DecodeError {
        let found = format!("a second {name:?}");
        self.error(at, "names that differ among siblings", found)
    }

    pub(crate) fn properties(&self, at: usize) -> Result<Properties, DecodeError> {
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
    pub(crate) fn format(&self, at: usize) -> Result<String, DecodeError> {
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
    pub(crate) fn media_type(&self, at: usize) -> Result<String, DecodeError> {
        match self.document.elements(at).next() {
            Some((child, Some(tags::MIME | tags::DDF_NAME))) => self.token(child),
            Some((child, _)) => Err(self.unexpected(child, "MIME or DDFName")),
            None => self.token(at),
        }
    }

    pub(crate) fn value(&self, at: usize, format: Option<&str>) -> Result<Vec<u8>, DecodeError> {
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

    pub(crate) fn token(&self, at: usize) -> Result<String, DecodeError> {
        Ok(self.document.text(at)?.trim_ascii().to_owned())
    }

    pub(crate) fn once(&self, slot: &mut Option<String>, at: usize) -> Result<(), DecodeError> {
        if slot.is_some() {
            let name = self.document.name(at);
            return Err(self.error(at, format!("one {name}"), "a second one"));
        }
        *slot = Some(self.token(at)?);
        Ok(())
    }

    pub(crate) fn unexpected(&self, at: usize, expected: &'static str) -> DecodeError {
        self.error(at, expected, self.document.name(at).into_owned())
    }

    pub(crate) fn error(
        &self,
        at: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> DecodeError {
        DecodeError::new(self.document.offset(at), expected, found).clause(self.clause)
    }
}

/// Base64 with or without padding; writers disagree.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
