//! A document as it lies in its bytes: nodes in document order, text as spans.
//!
//! Both parsers, WBXML and XML, fill the same arena, so one reader serves both and every
//! node knows its bytes. Names and texts are resolved on demand. Knows nothing of meaning.

use std::borrow::Cow;
use std::ops::Range;

pub use super::charset::Charset;
use super::{Content, Element};
use crate::codec::DecodeError;
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary, unknown_name};

/// Deepest nesting of elements in any document; more is an error, so that readers may recurse.
pub const MAX_DEPTH: usize = 64;

/// A part of the document's bytes; 32 bits keep the arena small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// A span; the parsers refuse input that 32 bits cannot count.
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    /// As a range to slice with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        Span::new(range.start, range.end)
    }
}

/// Name of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// From a token table, or a token that no table has.
    Tag(Tag),
    /// Spelt out in the bytes, on this code page.
    Literal(u8, Span),
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An element; its content are the nodes up to [`Node::next`].
    Element(Name),
    /// Character data, in the document's character set.
    Text(Span),
    /// One character given by its code point.
    Char(u32),
    /// Bytes as they are.
    Opaque(Span),
    /// A WBXML extension token with its string, if inline; without meaning in SyncML.
    Extension(u8, Span),
    /// A processing instruction: its name and value are its one attribute.
    Instruction,
}

/// One node of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// All its bytes, of an element from its tag to its end.
    pub span: Span,
    /// Index of the first node after this one and all below it.
    pub next: u32,
}

/// Name of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeName {
    /// Attribute start token: page and token; carries a name and perhaps a part of the value.
    Start(u8, u8),
    /// Spelt out.
    Literal(Span),
}

/// One attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Index of the node it belongs to; attributes are sorted by it.
    pub node: u32,
    /// Its name.
    pub name: AttributeName,
    /// All its bytes.
    pub span: Span,
    /// First of its value parts.
    pub parts: u32,
    /// Number of its value parts.
    pub count: u32,
}

/// A piece of an attribute value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Attribute value token: page and token.
    Value(u8, u8),
    /// Character data.
    Text(Span),
    /// One character.
    Char(u32),
    /// Bytes as they are.
    Opaque(Span),
}

/// A change of a WBXML code page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Where the two bytes stand.
    pub offset: u32,
    /// The new page.
    pub page: u8,
    /// True in attribute space, which has a register of its own.
    pub attribute: bool,
}

/// A parsed document.
#[derive(Clone, Debug, Default)]
pub struct Document<'a> {
    /// The bytes all spans point into.
    pub bytes: &'a [u8],
    /// Token tables.
    pub vocabulary: Vocabulary,
    /// Character set of text spans.
    pub charset: Charset,
    /// True when the bytes are XML: opaque content is then base64 text.
    pub is_xml: bool,
    /// All nodes in document order; the root element is first unless instructions precede it.
    pub nodes: Vec<Node>,
    /// All attributes in document order.
    pub attributes: Vec<Attribute>,
    /// Value parts of the attributes.
    pub parts: Vec<Part>,
    /// Page changes in document order (WBXML).
    pub switches: Vec<Switch>,
    /// Bytes up to the end of the root element.
    pub used: usize,
}

impl<'a> Document<'a> {
    /// Index of the root element.
    pub fn root(&self) -> Option<usize> {
        self.nodes
            .iter()
            .position(|node| matches!(node.kind, Kind::Element(_)))
    }

    /// Indices of the nodes directly inside `index`.
    pub fn children(&self, index: usize) -> Children<'_> {
        match self.nodes.get(index) {
            Some(node) => Children {
                nodes: &self.nodes,
                at: index + 1,
                end: node.next as usize,
            },
            None => Children {
                nodes: &self.nodes,
                at: 0,
                end: 0,
            },
        }
    }

    /// Index and tag of the elements directly inside `index`; a spelt-out name has no tag.
    pub fn elements(&self, index: usize) -> impl Iterator<Item = (usize, Option<Tag>)> + '_ {
        self.children(index)
            .filter_map(|child| match self.nodes[child].kind {
                Kind::Element(Name::Tag(tag)) => Some((child, Some(tag))),
                Kind::Element(Name::Literal(..)) => Some((child, None)),
                _ => None,
            })
    }

    /// Number of the elements of a tag directly inside `index`; values are large, so that readers
    /// take room for just as many.
    pub(crate) fn count(&self, index: usize, wanted: Tag) -> usize {
        self.elements(index)
            .filter(|(_, tag)| *tag == Some(wanted))
            .count()
    }

    /// The tag of an element; `None` for other nodes and spelt-out names.
    pub fn tag(&self, index: usize) -> Option<Tag> {
        match self.nodes.get(index)?.kind {
            Kind::Element(Name::Tag(tag)) => Some(tag),
            _ => None,
        }
    }

    /// True for an element of somebody else's namespace: its name has a prefix, or it says so
    /// itself.
    pub fn is_foreign(&self, index: usize) -> bool {
        match self.nodes.get(index).map(|node| node.kind) {
            Some(Kind::Element(Name::Literal(_, span))) => {
                self.lossy(span).contains(':')
                    || self
                        .attributes(index)
                        .first()
                        .is_some_and(|first| self.attribute_name(first) == "xmlns")
            }
            _ => false,
        }
    }

    /// Where the node begins.
    pub fn offset(&self, index: usize) -> usize {
        self.nodes
            .get(index)
            .map_or(self.bytes.len(), |node| node.span.start as usize)
    }

    /// The name of an element, as the vocabulary or the document spells it; empty for others.
    pub fn name(&self, index: usize) -> Cow<'a, str> {
        match self.nodes.get(index).map(|node| node.kind) {
            Some(Kind::Element(Name::Tag(tag))) => match self.vocabulary.tag_name(tag) {
                "" => Cow::Owned(unknown_name(tag)),
                name => Cow::Borrowed(name),
            },
            Some(Kind::Element(Name::Literal(_, span))) => self.lossy(span),
            _ => Cow::Borrowed(""),
        }
    }

    /// The name of a root element as an error tells it: with the reason, when no table gives it.
    pub(crate) fn root_found(&self, index: usize) -> String {
        let name = self.name(index);
        if self.vocabulary == Vocabulary::Unknown {
            format!("{name}, since the public identifier names no known kind of document")
        } else {
            name.into_owned()
        }
    }

    /// The code page of an element's name.
    pub fn page(&self, index: usize) -> u8 {
        match self.nodes.get(index).map(|node| node.kind) {
            Some(Kind::Element(Name::Tag(tag))) => tag.page,
            Some(Kind::Element(Name::Literal(page, _))) => page,
            _ => 0,
        }
    }

    /// The bytes of a span.
    pub fn slice(&self, span: Span) -> &'a [u8] {
        self.bytes.get(span.range()).unwrap_or(&[])
    }

    /// The text of a span; what is not in the character set shows as U+FFFD.
    pub fn lossy(&self, span: Span) -> Cow<'a, str> {
        self.charset.lossy(self.slice(span))
    }

    /// The text of a span; an error when it is not in the character set.
    fn strict(&self, span: Span) -> Result<Cow<'a, str>, DecodeError> {
        self.charset.strict(self.slice(span), span.start as usize)
    }

    /// All character data directly inside an element, joined; opaque bytes count as text.
    pub fn text(&self, index: usize) -> Result<Cow<'a, str>, DecodeError> {
        // Nearly always there is one piece of text, or none.
        let content = index + 1..self.nodes.get(index).map_or(0, |node| node.next as usize);
        if let Some(
            [
                Node {
                    kind: Kind::Text(span),
                    ..
                },
            ],
        ) = self.nodes.get(content)
        {
            return self.strict(*span);
        }
        let mut text = Cow::Borrowed("");
        for child in self.children(index) {
            let node = &self.nodes[child];
            let piece = match node.kind {
                Kind::Text(span) => self.strict(span)?,
                Kind::Opaque(span) => {
                    Cow::Borrowed(std::str::from_utf8(self.slice(span)).map_err(|error| {
                        DecodeError::new(
                            span.start as usize + error.valid_up_to(),
                            "text",
                            "opaque bytes that are not UTF-8",
                        )
                    })?)
                }
                Kind::Char(code) => Cow::Owned(character(code).to_string()),
                _ => continue,
            };
            if text.is_empty() {
                text = piece;
            } else {
                text.to_mut().push_str(&piece);
            }
        }
        Ok(text)
    }

    /// True when the element holds opaque bytes.
    pub fn has_opaque(&self, index: usize) -> bool {
        self.children(index)
            .any(|child| matches!(self.nodes[child].kind, Kind::Opaque(_)))
    }

    /// All bytes of the content directly inside an element: opaque as they are, text as UTF-8.
    pub fn octets(&self, index: usize) -> Vec<u8> {
        let mut octets = Vec::new();
        for child in self.children(index) {
            match self.nodes[child].kind {
                Kind::Text(span) => octets.extend_from_slice(self.lossy(span).as_bytes()),
                Kind::Opaque(span) => octets.extend_from_slice(self.slice(span)),
                Kind::Char(code) => {
                    octets.extend_from_slice(character(code).to_string().as_bytes());
                }
                _ => {}
            }
        }
        octets
    }

    /// The same document over other bytes of the same text, in which each place lies elsewhere.
    pub(crate) fn over<'b>(
        mut self,
        bytes: &'b [u8],
        charset: Charset,
        place: impl Fn(usize) -> usize,
    ) -> Document<'b> {
        let spans = self.nodes.iter_mut().flat_map(|node| {
            let inner = match &mut node.kind {
                Kind::Element(Name::Literal(_, span))
                | Kind::Text(span)
                | Kind::Opaque(span)
                | Kind::Extension(_, span) => Some(span),
                _ => None,
            };
            [Some(&mut node.span), inner].into_iter().flatten()
        });
        let attributes = self.attributes.iter_mut().flat_map(|attribute| {
            let name = match &mut attribute.name {
                AttributeName::Literal(span) => Some(span),
                AttributeName::Start(..) => None,
            };
            [Some(&mut attribute.span), name].into_iter().flatten()
        });
        let parts = self.parts.iter_mut().filter_map(|part| match part {
            Part::Text(span) | Part::Opaque(span) => Some(span),
            _ => None,
        });
        for span in spans.chain(attributes).chain(parts) {
            *span = Span::new(place(span.start as usize), place(span.end as usize));
        }
        Document {
            bytes,
            charset,
            vocabulary: self.vocabulary,
            is_xml: self.is_xml,
            used: place(self.used),
            nodes: self.nodes,
            attributes: self.attributes,
            parts: self.parts,
            switches: self.switches,
        }
    }

    /// Attributes of a node.
    pub fn attributes(&self, index: usize) -> &[Attribute] {
        let start = self
            .attributes
            .partition_point(|a| (a.node as usize) < index);
        let end = self
            .attributes
            .partition_point(|a| a.node as usize <= index);
        &self.attributes[start..end]
    }

    /// Name and value of an attribute.
    pub fn attribute(&self, attribute: &Attribute) -> (Cow<'a, str>, String) {
        (
            self.attribute_name(attribute),
            self.attribute_value(attribute),
        )
    }

    /// The value of the attribute of a name.
    pub fn value_of(&self, index: usize, name: &str) -> Option<String> {
        let mut attributes = self.attributes(index).iter();
        let found = attributes.find(|attribute| self.attribute_name(attribute) == name)?;
        Some(self.attribute_value(found))
    }

    fn attribute_name(&self, attribute: &Attribute) -> Cow<'a, str> {
        match attribute.name {
            AttributeName::Literal(span) => self.lossy(span),
            AttributeName::Start(page, token) => {
                match self.vocabulary.attribute_start(page, token).0 {
                    "" => Cow::Owned(format!("unknown-{page}-{token:02X}")),
                    name => Cow::Borrowed(name),
                }
            }
        }
    }

    fn attribute_value(&self, attribute: &Attribute) -> String {
        let prefix = match attribute.name {
            AttributeName::Literal(_) => "",
            AttributeName::Start(page, token) => self.vocabulary.attribute_start(page, token).1,
        };
        let first = attribute.parts as usize;
        let parts = self
            .parts
            .get(first..first + attribute.count as usize)
            .unwrap_or(&[]);
        if let ("", [Part::Text(span)]) = (prefix, parts) {
            return self.lossy(*span).into_owned();
        }
        let mut value = prefix.to_owned();
        for part in parts {
            match *part {
                Part::Text(span) => value.push_str(&self.lossy(span)),
                Part::Opaque(span) => {
                    value.push_str(&String::from_utf8_lossy(self.slice(span)));
                }
                Part::Char(code) => value.push(character(code)),
                Part::Value(page, token) => match self.vocabulary.attribute_value(page, token) {
                    "" => value.push_str(&format!("unknown-{page}-{token:02X}")),
                    text => value.push_str(text),
                },
            }
        }
        value
    }

    /// The element at `index` with all below it, owned. White space between elements, which
    /// only lays the text out, is left behind.
    pub fn to_element(&self, index: usize) -> Element {
        let mut element = Element {
            name: self.name(index).into_owned(),
            page: self.page(index),
            attributes: self
                .attributes(index)
                .iter()
                .map(|a| self.attribute(a))
                .map(|(name, value)| (name.into_owned(), value))
                .collect(),
            content: Vec::new(),
        };
        let has_elements = self.elements(index).next().is_some();
        for child in self.children(index) {
            match self.nodes[child].kind {
                Kind::Element(_) => element
                    .content
                    .push(Content::Element(self.to_element(child))),
                Kind::Text(span) => {
                    let text = self.lossy(span);
                    let is_layout = has_elements && text.trim_ascii().is_empty();
                    if !text.is_empty() && !is_layout {
                        element.push_text(&text);
                    }
                }
                Kind::Char(code) => {
                    let c = character(code);
                    if !(has_elements && c.is_ascii_whitespace()) {
                        element.push_text(c.encode_utf8(&mut [0; 4]));
                    }
                }
                Kind::Opaque(span) => element
                    .content
                    .push(Content::Opaque(self.slice(span).to_vec())),
                Kind::Extension(..) | Kind::Instruction => {}
            }
        }
        element
    }
}

/// Indices of sibling nodes.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    nodes: &'d [Node],
    at: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.at >= self.end {
            return None;
        }
        let index = self.at;
        // An open element of a broken document may point at itself.
        self.at = (self.nodes.get(index)?.next as usize).max(index + 1);
        Some(index)
    }
}

/// The character of a code point; U+FFFD when there is none, and for 00, which ends strings
/// and is no character of a document.
fn character(code: u32) -> char {
    char::from_u32(code)
        .filter(|c| *c != '\0')
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}
