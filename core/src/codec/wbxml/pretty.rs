//! Any WBXML document as indented XML text, for an inspector. Nothing is left out: unknown
//! tokens have names, documents in opaque data are opened, the rest of it is base64.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::decode::{document, is_document};
use crate::codec::markup::document::{Document, Kind};
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::{DecodeError, hex, xml};

/// Documents inside opaque data are opened so many times.
const MAX_NESTING: usize = 4;

/// The document as XML text, a line for each element. It is to be read by people: opaque data
/// that hold a document appear as markup, which an XML parser would take for something else.
pub fn to_xml(bytes: &[u8]) -> Result<String, DecodeError> {
    let mut out = String::new();
    write_document(&document(bytes)?, 0, 0, &mut out);
    Ok(out)
}

fn write_document(document: &Document<'_>, indent: usize, nesting: usize, out: &mut String) {
    let mut at = 0;
    while at < document.nodes.len() {
        let writer = Writer { document, nesting };
        writer.node(at, None, indent, out);
        at = (document.nodes[at].next as usize).max(at + 1);
    }
}

struct Writer<'d, 'a> {
    document: &'d Document<'a>,
    nesting: usize,
}

impl Writer<'_, '_> {
    fn node(&self, at: usize, page: Option<u8>, indent: usize, out: &mut String) {
        let node = self.document.nodes[at];
        match node.kind {
            Kind::Element(_) => self.element(at, page, indent, out),
            Kind::Text(span) => {
                margin(indent, out);
                xml::escape(&self.document.lossy(span), out);
                out.push('\n');
            }
            Kind::Char(code) => {
                margin(indent, out);
                let _ = writeln!(out, "&#{code};");
            }
            Kind::Opaque(span) => self.opaque(self.document.slice(span), indent, out),
            Kind::Extension(token, span) => {
                margin(indent, out);
                let value = hex::spaced(self.document.slice(span));
                let value = if value.is_empty() {
                    ""
                } else {
                    &*format!(" {value}")
                };
                let _ = writeln!(out, "<!-- extension {token:02X}{value} -->");
            }
            Kind::Instruction => {
                margin(indent, out);
                out.push_str("<?");
                for attribute in self.document.attributes(at) {
                    let (name, value) = self.document.attribute(attribute);
                    let _ = write!(out, "{} ", xml::xml_name(&name));
                    xml::escape(&value, out);
                }
                out.push_str("?>\n");
            }
        }
    }

    /// Recursion is bounded by the depth of the arena.
    fn element(&self, at: usize, page: Option<u8>, indent: usize, out: &mut String) {
        let name = self.document.name(at);
        let name = xml::xml_name(&name);
        let own_page = self.document.page(at);
        margin(indent, out);
        let _ = write!(out, "<{name}");
        let has_namespaces = matches!(
            self.document.vocabulary,
            Vocabulary::SyncMl11 | Vocabulary::SyncMl12 | Vocabulary::DmDdf
        );
        let has_own = self.document.value_of(at, "xmlns").is_some();
        if has_namespaces && page != Some(own_page) && !has_own {
            let _ = write!(out, " xmlns=\"{}\"", xml::namespace(own_page));
        }
        for attribute in self.document.attributes(at) {
            let (name, value) = self.document.attribute(attribute);
            let _ = write!(out, " {}=", xml::xml_name(&name));
            xml::quote(&value, out);
        }
        let mut children = self.document.children(at).peekable();
        if children.peek().is_none() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        match self.line(at) {
            Some(text) => xml::escape(&text, out),
            None => {
                out.push('\n');
                for child in children {
                    self.node(child, Some(own_page), indent + 1, out);
                }
                margin(indent, out);
            }
        }
        let _ = writeln!(out, "</{name}>");
    }

    /// The content of an element of text only.
    fn line(&self, at: usize) -> Option<Cow<'_, str>> {
        let only_text = self.document.children(at).all(|child| {
            matches!(
                self.document.nodes[child].kind,
                Kind::Text(_) | Kind::Char(_)
            )
        });
        if !only_text {
            return None;
        }
        match self.document.text(at) {
            Ok(text) => Some(text),
            Err(_) => Some(Cow::Owned(
                String::from_utf8_lossy(&self.document.octets(at)).into_owned(),
            )),
        }
    }

    fn opaque(&self, bytes: &[u8], indent: usize, out: &mut String) {
        margin(indent, out);
        if self.nesting < MAX_NESTING
            && is_document(bytes)
            && let Ok(nested) = document(bytes)
        {
            let _ = writeln!(out, "<!-- OPAQUE, {} bytes: a document -->", bytes.len());
            return write_document(&nested, indent, self.nesting + 1, out);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if text.chars().all(xml::is_xml) => {
                let _ = writeln!(out, "<!-- OPAQUE, {} bytes: text -->", bytes.len());
                margin(indent, out);
                xml::escape(text, out);
            }
            _ => {
                let _ = writeln!(out, "<!-- OPAQUE, {} bytes: base64 -->", bytes.len());
                margin(indent, out);
                out.push_str(&xml::base64(bytes));
            }
        }
        out.push('\n');
    }
}

fn margin(indent: usize, out: &mut String) {
    for _ in 0..indent {
        out.push_str("  ");
    }
}
