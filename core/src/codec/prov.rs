//! wap-provisioningdoc: characteristics and their parameters (OMA-WAP-TS-ProvCont-V1_1), the
//! CP profile of bootstrap.
//!
//! Unknown characteristics and parameters are kept, since receivers must pass over them. Knows
//! nothing of the accounts that come of a document.

use super::markup::document as arena;
use super::vocabulary::wbxml::{Vocabulary, prov as tags};
use super::wbxml::{self, Writer};
use super::{DecodeError, xml};

/// Media type of a document in XML.
pub const MEDIA_TYPE_XML: &str = "text/vnd.wap.connectivity-xml";
/// Media type of a document in WBXML.
pub const MEDIA_TYPE_WBXML: &str = "application/vnd.wap.connectivity-wbxml";

/// A provisioning document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// `1.0`; may be absent.
    pub version: Option<String>,
    /// In document order.
    pub characteristics: Vec<Characteristic>,
}

/// A group of parameters, such as `APPLICATION`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Characteristic {
    /// The attribute `type`.
    pub kind: String,
    /// Parameters in document order.
    pub parms: Vec<Parm>,
    /// Groups inside this one; they are written after the parameters.
    pub characteristics: Vec<Characteristic>,
}

/// One parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parm {
    /// The attribute `name`.
    pub name: String,
    /// The attribute `value`; some parameters, such as `INIT`, have none.
    pub value: Option<String>,
}

impl Characteristic {
    /// The value of the first parameter of that name; empty when it has none.
    pub fn parm(&self, name: &str) -> Option<&str> {
        let parm = self.parms.iter().find(|parm| parm.name == name)?;
        Some(parm.value.as_deref().unwrap_or_default())
    }

    /// The values of all parameters of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parms
            .iter()
            .filter(move |parm| parm.name == name)
            .map(|parm| parm.value.as_deref().unwrap_or_default())
    }

    /// The groups of a type directly inside this one.
    pub fn inner<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Characteristic> {
        self.characteristics.iter().filter(move |c| c.kind == kind)
    }
}

impl Document {
    /// Reads WBXML.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Document, DecodeError> {
        read(&wbxml::document_as(bytes, Vocabulary::Prov)?)
    }

    /// Reads WBXML and tells how many bytes it took, for files with padding.
    pub fn decode_wbxml_prefix(bytes: &[u8]) -> Result<(Document, usize), DecodeError> {
        let document = wbxml::document_prefix(bytes, Vocabulary::Prov)?;
        Ok((read(&document)?, document.used))
    }

    /// Reads XML in UTF-8.
    pub fn decode_xml(bytes: &[u8]) -> Result<Document, DecodeError> {
        read(&xml::document(bytes)?)
    }

    /// Writes WBXML 1.3 with the numeric public identifier of PROV 1.0.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vocabulary::Prov);
        let version = self.version.as_deref().map(|version| ("version", version));
        let has_content = !self.characteristics.is_empty();
        writer.start(tags::ROOT, version, has_content, Vocabulary::Prov);
        for group in &self.characteristics {
            write(group, 1, &mut writer);
        }
        if has_content {
            writer.close();
        }
        writer.finish()
    }

    /// Writes indented XML.
    pub fn encode_xml(&self) -> String {
        wbxml::to_xml(&self.encode_wbxml()).unwrap_or_default()
    }
}

fn write(group: &Characteristic, depth: usize, writer: &mut Writer) {
    // Nothing that was decoded is deeper; a built one is cut, not trusted.
    let is_deepest = depth + 1 >= arena::MAX_DEPTH;
    let (parms, groups) = if is_deepest {
        (&[][..], &[][..])
    } else {
        (&group.parms[..], &group.characteristics[..])
    };
    let has_content = !parms.is_empty() || !groups.is_empty();
    let kind = [("type", group.kind.as_str())];
    writer.start(tags::CHARACTERISTIC, kind, has_content, Vocabulary::Prov);
    for parm in parms {
        let name = [("name", parm.name.as_str())];
        let value = parm.value.as_deref().map(|value| ("value", value));
        let attributes = name.into_iter().chain(value);
        writer.start(tags::PARM, attributes, false, Vocabulary::Prov);
    }
    for inner in groups {
        write(inner, depth + 1, writer);
    }
    if has_content {
        writer.close();
    }
}

fn read(document: &arena::Document<'_>) -> Result<Document, DecodeError> {
    let error = |at: usize, expected: &'static str| {
        DecodeError::new(
            document.offset(at),
            expected,
            document.name(at).into_owned(),
        )
        .clause("OMA ProvCont")
    };
    let root = document.root().unwrap_or_default();
    if document.name(root) != "wap-provisioningdoc" {
        let found = document.root_found(root);
        let expected = "wap-provisioningdoc";
        let at = document.offset(root);
        return Err(DecodeError::new(at, expected, found).clause("OMA ProvCont"));
    }
    let mut characteristics = Vec::new();
    for (child, _) in document.elements(root) {
        if document.name(child) != "characteristic" {
            return Err(error(child, "characteristic"));
        }
        characteristics.push(characteristic(document, child)?);
    }
    Ok(Document {
        version: document.value_of(root, "version"),
        characteristics,
    })
}

/// Recursion is bounded by the depth of the arena.
fn characteristic(
    document: &arena::Document<'_>,
    at: usize,
) -> Result<Characteristic, DecodeError> {
    let mut group = Characteristic {
        kind: required(document, at, "type")?,
        ..Characteristic::default()
    };
    for (child, _) in document.elements(at) {
        match &*document.name(child) {
            "characteristic" => group.characteristics.push(characteristic(document, child)?),
            "parm" => group.parms.push(Parm {
                name: required(document, child, "name")?,
                value: document.value_of(child, "value"),
            }),
            _ => {}
        }
    }
    Ok(group)
}

fn required(
    document: &arena::Document<'_>,
    at: usize,
    name: &'static str,
) -> Result<String, DecodeError> {
    document.value_of(at, name).ok_or_else(|| {
        DecodeError::new(
            document.offset(at),
            format!("the attribute {name} of {}", document.name(at)),
            "none",
        )
        .clause("OMA ProvCont")
    })
}
