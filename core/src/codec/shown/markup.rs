//! A document as fields for showing: every element with its bytes, value, clause and reason.
//!
//! Works on the arena, so it shows exactly what the decoder read, WBXML or XML.

use std::borrow::Cow;

use super::explain;
use super::remarks::{Remarks, remarks};
use crate::codec::markup::document::{Attribute, Document, Kind, Part, Switch};
use crate::codec::wbxml::is_document;
use crate::codec::{DecodeError, Field, hex};

/// Documents inside opaque data are opened so many times; deeper ones stay hex.
const MAX_NESTING: usize = 4;
/// More opaque bytes than this are cut in the value; the range still covers them all.
const SHOWN_BYTES: usize = 48;
/// How often a container's value looks into a child for something that names it.
const MAX_KEY_STEPS: usize = 4;

/// What gives the fields of a document in opaque data, which lies in so many others.
pub(super) type Open = fn(&[u8], usize) -> Vec<Field>;

/// Fields of all nodes outside elements, which are the root and instructions.
pub(super) fn fields(document: &Document<'_>, nesting: usize, open: Open) -> Vec<Field> {
    let mut builder = Builder {
        document,
        switches: &document.switches,
        nesting,
        open,
        remarks: remarks(document),
    };
    let mut fields = Vec::new();
    let mut at = 0;
    while at < document.nodes.len() {
        builder.node(at, None, &mut fields);
        at = (document.nodes[at].next as usize).max(at + 1);
    }
    builder.switches_before(usize::MAX, &mut fields);
    fields
}

/// The field that ends the fields of a document that could be read only in part.
pub(super) fn unreadable(bytes: &[u8], error: &DecodeError) -> Field {
    let start = error.offset.min(bytes.len());
    let rest = &bytes[start..];
    Field::new("unreadable", start..bytes.len(), shown(rest))
        .clause(error.clause.clone())
        .note(error.to_string())
}

/// Bytes as hex, cut when there are many.
pub(super) fn shown(bytes: &[u8]) -> String {
    if bytes.len() <= SHOWN_BYTES {
        return hex::spaced(bytes);
    }
    format!(
        "{} … ({} bytes)",
        hex::spaced(&bytes[..SHOWN_BYTES]),
        bytes.len()
    )
}

/// The element around a node.
#[derive(Clone, Copy)]
struct Parent {
    index: usize,
    /// It holds elements, so that its value does not show its text.
    mixed: bool,
}

struct Builder<'d, 'a> {
    document: &'d Document<'a>,
    /// Page changes not shown yet.
    switches: &'d [Switch],
    nesting: usize,
    open: Open,
    remarks: Remarks,
}

impl Builder<'_, '_> {
    fn node(&mut self, at: usize, parent: Option<Parent>, out: &mut Vec<Field>) {
        let node = self.document.nodes[at];
        let range = node.span.range();
        self.switches_before(range.start, out);
        let mixed = parent.is_some_and(|parent| parent.mixed);
        match node.kind {
            Kind::Element(_) => {
                let field = self.element(at, parent.map(|parent| parent.index));
                out.push(field);
            }
            Kind::Opaque(span) => {
                if let Some(nested) = self.nested(at) {
                    out.push(nested);
                } else if mixed {
                    let bytes = self.document.slice(span);
                    out.push(Field::new("OPAQUE", range, shown(bytes)).clause("WBXML §5.8.4.6"));
                }
            }
            Kind::Extension(token, _) => out.push(
                Field::new("extension", range, format!("{token:02X}"))
                    .clause("WBXML §5.8.4.2")
                    .note("Extension tokens mean nothing in this kind of document."),
            ),
            Kind::Instruction => {
                let mut parts = Vec::new();
                self.attributes(at, &mut parts);
                out.push(
                    Field::new("PI", range, summary(&parts))
                        .clause("WBXML §5.8.4.4")
                        .children(parts),
                );
            }
            Kind::Text(span) if mixed => {
                let text = self.document.lossy(span);
                if !text.trim_ascii().is_empty() {
                    out.push(Field::new("text", range, text));
                }
            }
            // The element's value shows them.
            Kind::Text(_) | Kind::Char(_) => {}
        }
    }

    /// Recursion is bounded by the depth of the arena.
    fn element(&mut self, at: usize, parent: Option<usize>) -> Field {
        let range = self.document.nodes[at].span.range();
        let (clause, mut note) = explain::explain(self.document, at, parent);
        if let Some(remark) = self.remarks.get(&range.start) {
            note = remark.clone();
        }
        let mut children = Vec::new();
        self.attributes(at, &mut children);
        let attributes = summary(&children);
        let parent = Some(Parent {
            index: at,
            mixed: explain::has_elements(self.document, at),
        });
        let mut child = at + 1;
        let end = self.document.nodes[at].next as usize;
        while child < end {
            self.node(child, parent, &mut children);
            child = (self.document.nodes[child].next as usize).max(child + 1);
        }
        self.switches_before(range.end, &mut children);
        let is_leaf = !explain::has_elements(self.document, at);
        let value = match self.value(at) {
            value if attributes.is_empty() => value,
            text if is_leaf && !text.trim().is_empty() => format!("{attributes} · {text}"),
            _ => attributes,
        };
        Field::new(into_static(self.document.name(at)), range, value)
            .clause(clause)
            .note(note)
            .children(children)
    }

    /// The text of a leaf; of a container what names it.
    fn value(&self, at: usize) -> String {
        let mut at = at;
        for _ in 0..MAX_KEY_STEPS {
            if !explain::has_elements(self.document, at) {
                return self.leaf_value(at);
            }
            match explain::key_child(self.document, at) {
                Some(child) => at = child,
                None => break,
            }
        }
        match self.document.elements(at).count() {
            0 => self.leaf_value(at),
            // `<Format><chr/></Format>`.
            1 => self
                .document
                .elements(at)
                .map(|(child, _)| self.document.name(child).into_owned())
                .collect(),
            count => format!("{count} elements"),
        }
    }

    fn leaf_value(&self, at: usize) -> String {
        if let Some(bytes) = self.document_in(at + 1) {
            return format!("a document of {} bytes", bytes.len());
        }
        match self.document.text(at) {
            Ok(text) if !(self.document.has_opaque(at) && has_controls(&text)) => text.into_owned(),
            _ => shown(&self.document.octets(at)),
        }
    }

    /// The bytes of an opaque node that hold a document which will be opened.
    fn document_in(&self, at: usize) -> Option<&[u8]> {
        let Kind::Opaque(span) = self.document.nodes.get(at)?.kind else {
            return None;
        };
        let bytes = self.document.slice(span);
        (self.nesting < MAX_NESTING && is_document(bytes)).then_some(bytes)
    }

    /// The document in an opaque node.
    fn nested(&self, at: usize) -> Option<Field> {
        let bytes = self.document_in(at)?;
        let node = self.document.nodes.get(at)?;
        let start = node.span.range().end - bytes.len();
        let fields = (self.open)(bytes, self.nesting + 1);
        let children = fields.into_iter().map(|field| field.shifted(start));
        Some(
            Field::new(
                "OPAQUE",
                node.span.range(),
                format!("a document of {} bytes", bytes.len()),
            )
            .clause("WBXML §5.8.4.6")
            .note("Holds a document with a header and code pages of its own.")
            .children(children.collect()),
        )
    }

    fn attributes(&mut self, at: usize, out: &mut Vec<Field>) {
        for attribute in self.document.attributes(at) {
            let mut range = attribute.span.range();
            let mut note = match self.remarks.get(&range.start) {
                Some(remark) => remark.clone(),
                None => Cow::Borrowed(self.attribute_note(attribute)),
            };
            let start = self.document.nodes[at].span.range().start;
            if range.start < start {
                range = start..start;
                note = Cow::Borrowed("Declared further out, and needed here.");
            }
            self.switches_before(range.start, out);
            let (name, value) = self.document.attribute(attribute);
            let clause = if self.document.is_xml {
                ""
            } else {
                "WBXML §5.8.3"
            };
            out.push(
                Field::new(into_static(name), range, value)
                    .clause(clause)
                    .note(note),
            );
        }
    }

    fn attribute_note(&self, attribute: &Attribute) -> &'static str {
        let first = attribute.parts as usize;
        let parts = self
            .document
            .parts
            .get(first..first + attribute.count as usize);
        match parts {
            Some([Part::Value(..)]) => "The value is a token.",
            Some([]) if !self.document.is_xml => "One token for the name and the value.",
            _ => "",
        }
    }

    fn switches_before(&mut self, offset: usize, out: &mut Vec<Field>) {
        while let [switch, rest @ ..] = self.switches {
            let start = switch.offset as usize;
            if start >= offset {
                break;
            }
            self.switches = rest;
            let (name, note) = if switch.attribute {
                (
                    "SWITCH_PAGE (attributes)",
                    "Attribute tokens from here on are of this page.",
                )
            } else {
                (
                    "SWITCH_PAGE",
                    "Tags from here on are of this page, also after END.",
                )
            };
            out.push(
                Field::new(name, start..start + 2, switch.page.to_string())
                    .clause("WBXML §5.8.4.7")
                    .note(note),
            );
        }
    }
}

/// Attributes in one line: `name=value`; of a provisioning parameter just its name and value.
fn summary(attributes: &[Field]) -> String {
    let value = |name: &str| {
        let found = attributes.iter().find(|field| field.name == name);
        found.map(|field| field.value.as_str())
    };
    match (value("name"), value("value"), value("type")) {
        (Some(name), Some(value), _) => format!("{name} = {value}"),
        (Some(name), None, _) => name.to_owned(),
        (None, None, Some(kind)) => kind.to_owned(),
        _ => attributes
            .iter()
            .filter(|field| !field.name.starts_with("SWITCH_PAGE"))
            .map(|field| format!("{}={}", field.name, field.value))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn has_controls(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !c.is_ascii_whitespace())
}

fn into_static(name: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(name.into_owned())
}
