//! Text to arena (XML 1.0), on the tokens of `quick-xml`.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::characters::{character_of, first_wrong, unknown_entity, wrong};
use super::encoding;
use super::namespaces::{MAX_DECLARATIONS, Namespaces, Space};
use crate::codec::DecodeError;
use crate::codec::markup::document::{
    Attribute, AttributeName, Document, Kind, MAX_DEPTH, Name, Node, Part, Span,
};
use crate::codec::vocabulary::wbxml::{Vocabulary, syncml};

/// A document and, when it could be read only in part, why.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The nodes as far as they could be read; elements that were open at an error end there.
    pub document: Document<'a>,
    /// Why reading stopped before the end of the root element.
    pub error: Option<DecodeError>,
}

/// Reads a document as far as it goes.
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    parse_as(bytes, false)
}

/// Reads a part of a message that has no root of its own: several elements one after the other.
pub fn parse_part(bytes: &[u8]) -> Parsed<'_> {
    parse_as(bytes, true)
}

fn parse_as(bytes: &[u8], is_part: bool) -> Parsed<'_> {
    let text = match encoding::decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            return Parsed {
                document: Document {
                    bytes,
                    is_xml: true,
                    ..Document::default()
                },
                error: Some(error),
            };
        }
    };
    if !text.is_moved() {
        return parse_utf8(bytes, is_part);
    }
    let parsed = parse_utf8(&text.utf8, is_part);
    let place = |offset| text.place(offset);
    Parsed {
        document: parsed.document.over(bytes, text.charset, place),
        error: parsed.error.map(|error| DecodeError {
            offset: place(error.offset),
            ..error
        }),
    }
}

/// Reads up to the first character that is none of XML.
fn parse_utf8(bytes: &[u8], is_part: bool) -> Parsed<'_> {
    let Some(at) = first_wrong(bytes) else {
        return parse_characters(bytes, is_part);
    };
    let mut parsed = parse_characters(&bytes[..at], is_part);
    parsed.document.bytes = bytes;
    // What is unfinished there is so because of it.
    let unfinished = bytes[..at].iter().rposition(|b| matches!(b, b'<' | b'>'));
    match &parsed.error {
        Some(error) if error.offset < unfinished.unwrap_or(0) => {}
        _ => parsed.error = Some(wrong(bytes, at)),
    }
    parsed
}

fn parse_characters(bytes: &[u8], is_part: bool) -> Parsed<'_> {
    let mut parser = Parser {
        document: Document {
            bytes,
            vocabulary: Vocabulary::SyncMl12,
            is_xml: true,
            ..Document::default()
        },
        namespaces: Namespaces::default(),
        open: Vec::new(),
        is_part,
        done: false,
    };
    let error = parser.read().err();
    // A tag with a bad attribute is a node of its own already, wider than the place of the error.
    let last = parser
        .document
        .nodes
        .last()
        .map_or(0, |n| n.span.end as usize);
    let end = match &error {
        Some(error) => error.offset.max(last).min(bytes.len()),
        None => bytes.len(),
    };
    while !parser.open.is_empty() {
        parser.close(end);
    }
    Parsed {
        document: parser.document,
        error,
    }
}

struct Parser<'a> {
    document: Document<'a>,
    namespaces: Namespaces,
    open: Vec<u32>,
    /// Several elements may stand where a document has its root.
    is_part: bool,
    /// The root element has ended.
    done: bool,
}

impl Parser<'_> {
    fn read(&mut self) -> Result<(), DecodeError> {
        let bytes = self.document.bytes;
        if u32::try_from(bytes.len()).is_err() {
            return Err(DecodeError::new(0, "less than 4 GiB", "more"));
        }
        let mark = if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let mut reader = Reader::from_reader(&bytes[mark..]);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.expand_empty_elements = false;
        config.allow_unmatched_ends = false;
        loop {
            let start = mark + reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| {
                let at = mark + reader.error_position() as usize;
                DecodeError::new(at, "well-formed XML", error.to_string())
            })?;
            let end = mark + reader.buffer_position() as usize;
            match event {
                Event::Start(tag) => self.element(&tag, start, end)?,
                Event::Empty(tag) => {
                    self.element(&tag, start, end)?;
                    self.close(end);
                }
                Event::End(_) => self.close(end),
                Event::Text(_) => self.text(start, start, end)?,
                Event::CData(data) => {
                    let from = start + b"<![CDATA[".len();
                    self.text(start, from, from + data.len())?;
                }
                Event::GeneralRef(name) => self.reference(&name, start, end)?,
                Event::DocType(_) => {
                    // An internal subset may name the version of the element set, as some device
                    // descriptions do; declarations are the root of many evils.
                    let inside = &bytes[start + 2..end];
                    let is_declaration =
                        |three: &[u8]| three.starts_with(b"<!") && !three.ends_with(b"-");
                    if let Some(at) = inside.windows(3).position(is_declaration) {
                        return Err(DecodeError::new(
                            start + 2 + at,
                            "a document without entity declarations",
                            "a declaration inside DOCTYPE",
                        ));
                    }
                }
                Event::Decl(_) if start > mark => {
                    let found = "it behind something else";
                    let expected = "an XML declaration at the very beginning";
                    return Err(DecodeError::new(start, expected, found).clause("XML 1.0 §2.8"));
                }
                Event::PI(pi) if pi.target().eq_ignore_ascii_case(b"xml") => {
                    let expected = "an instruction of another name than xml";
                    let found = String::from_utf8_lossy(pi.target()).into_owned();
                    return Err(DecodeError::new(start, expected, found).clause("XML 1.0 §2.6"));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        match self.open.last() {
            Some(index) => Err(DecodeError::new(
                bytes.len(),
                format!("</{}>", self.document.name(*index as usize)),
                "the end of input",
            )),
            None if !self.done => Err(DecodeError::new(
                bytes.len(),
                "a root element",
                "the end of input",
            )),
            None => Ok(()),
        }
    }

    fn element(
        &mut self,
        tag: &BytesStart<'_>,
        start: usize,
        end: usize,
    ) -> Result<(), DecodeError> {
        if self.done && !self.is_part {
            return Err(DecodeError::new(start, "one root element", "a second one"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(DecodeError::new(
                start,
                "at most 64 elements inside each other",
                "one more",
            ));
        }
        let whole = tag.name();
        let local = tag.local_name();
        let name_start = start + 1 + (whole.as_ref().len() - local.as_ref().len());
        let span = Span::new(name_start, name_start + local.as_ref().len());
        let local = std::str::from_utf8(local.as_ref()).unwrap_or_default();
        if self.open.is_empty() {
            self.document.vocabulary = match local {
                _ if self.is_part => Vocabulary::SyncMl12,
                "wap-provisioningdoc" => Vocabulary::Prov,
                "DevInf" => Vocabulary::DevInf12,
                "MgmtTree" => Vocabulary::DmDdf,
                _ => Vocabulary::SyncMl12,
            };
        }
        let space = self.namespaces.enter(tag, self.open.len(), start)?;
        let page = self.page(local, space);
        let vocabulary = self.document.vocabulary;
        let known = vocabulary
            .tag(page, local)
            .or_else(|| vocabulary.unknown_tag(local))
            .filter(|_| space != Space::Foreign);
        let name = match known {
            Some(tag) => Name::Tag(tag),
            // With its prefix, lest it be taken for one of ours.
            None if space == Space::Foreign => {
                Name::Literal(page, Span::new(start + 1, start + 1 + whole.as_ref().len()))
            }
            None => Name::Literal(page, span),
        };
        let index = self.document.nodes.len() as u32;
        self.document.nodes.push(Node {
            kind: Kind::Element(name),
            span: Span::new(start, end),
            next: index + 1,
        });
        self.open.push(index);
        if self.namespaces.has_foreign() {
            self.declarations(tag, index)?;
        }
        self.attributes(tag, index, start + 1)
    }

    /// Gives an element the declarations of the foreign namespaces that its name and attributes
    /// need, unless an element around it has them: what is taken out of the document is whole.
    fn declarations(&mut self, tag: &BytesStart<'_>, node: u32) -> Result<(), DecodeError> {
        let own = match self.document.nodes[node as usize].kind {
            Kind::Element(Name::Literal(..)) => Some(tag.name()),
            _ => None,
        };
        let mut attributes = tag.attributes();
        let of_attributes = attributes
            .with_checks(false)
            .flatten()
            .map(|attribute| attribute.key)
            .filter(|key| key.prefix().is_some_and(|prefix| !prefix.is_xmlns()));
        let mut given: Vec<Span> = Vec::new();
        for name in own.into_iter().chain(of_attributes) {
            let Some((key, value)) = self.namespaces.foreign(name) else {
                continue;
            };
            if !given.contains(&key) {
                given.push(key);
                if !self.is_declared(key) {
                    self.attribute(node, key, value)?;
                }
            }
        }
        Ok(())
    }

    /// True when foreign markup around the innermost element has that declaration.
    fn is_declared(&self, key: Span) -> bool {
        let around = self.open.iter().rev().skip(1).map(|index| *index as usize);
        around
            .take_while(|index| self.document.tag(*index).is_none())
            .any(|index| {
                // Declarations come first.
                let first = self
                    .document
                    .attributes(index)
                    .iter()
                    .take(MAX_DECLARATIONS);
                let mut names = first.map(|attribute| attribute.name);
                names.any(|name| name == AttributeName::Literal(key))
            })
    }

    /// The code page of a name: that of its namespace, where that has the name, else from where
    /// it stands.
    fn page(&self, local: &str, space: Space) -> u8 {
        match self.document.vocabulary {
            Vocabulary::SyncMl12 => {}
            Vocabulary::DmDdf => return 2,
            _ => return 0,
        }
        if let Space::Page(page) = space
            && self.document.vocabulary.tag(page, local).is_some()
        {
            return page;
        }
        let Some(&parent) = self.open.last() else {
            return if local == "MetInf" { 1 } else { 0 };
        };
        let parent = parent as usize;
        match (self.document.tag(parent), self.document.page(parent)) {
            (Some(syncml::META), _) => 1,
            (_, 0) if local == "MgmtTree" => 2,
            (_, page) => page,
        }
    }

    fn attributes(
        &mut self,
        tag: &BytesStart<'_>,
        node: u32,
        base: usize,
    ) -> Result<(), DecodeError> {
        let whole: &[u8] = tag;
        let origin = whole.as_ptr() as usize;
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| {
                DecodeError::new(
                    base,
                    "attributes of the form name='value'",
                    error.to_string(),
                )
            })?;
            let key = attribute.key.as_ref();
            if key == b"xmlns" || key.starts_with(b"xmlns:") {
                continue;
            }
            let Cow::Borrowed(value) = attribute.value else {
                continue;
            };
            let span = |part: &[u8]| {
                let start = base + (part.as_ptr() as usize).saturating_sub(origin);
                Span::new(start, start + part.len())
            };
            self.attribute(node, span(key), span(value))?;
        }
        Ok(())
    }

    fn attribute(&mut self, node: u32, key: Span, value: Span) -> Result<(), DecodeError> {
        let parts = self.document.parts.len() as u32;
        self.attribute_value(value)?;
        self.document.attributes.push(Attribute {
            node,
            name: AttributeName::Literal(key),
            // The declaration of a namespace may stand before its element.
            span: Span {
                start: key.start,
                end: value.end + 1,
            },
            parts,
            count: self.document.parts.len() as u32 - parts,
        });
        Ok(())
    }

    fn attribute_value(&mut self, value: Span) -> Result<(), DecodeError> {
        let bytes = self.document.slice(value);
        let base = value.start as usize;
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'&' {
                let len = bytes[at..].iter().position(|b| *b == b';').unwrap_or(0);
                let code = bytes
                    .get(at + 1..at + len)
                    .and_then(character_of)
                    .ok_or_else(|| unknown_entity(base + at))?;
                self.document.parts.push(Part::Char(code));
                at += len + 1;
            } else {
                let len = bytes[at..]
                    .iter()
                    .position(|b| *b == b'&')
                    .unwrap_or(bytes.len() - at);
                self.document
                    .parts
                    .push(Part::Text(Span::new(base + at, base + at + len)));
                at += len;
            }
        }
        Ok(())
    }

    /// Character data of `from..end`; lines end in a line feed whatever the file has
    /// (XML 1.0 §2.11).
    fn text(&mut self, start: usize, from: usize, end: usize) -> Result<(), DecodeError> {
        let bytes = self.document.bytes;
        if self.open.is_empty() {
            return match bytes[from..end]
                .iter()
                .position(|b| !b.is_ascii_whitespace())
            {
                None => Ok(()),
                Some(at) => Err(DecodeError::new(
                    from + at,
                    "markup",
                    "text outside the root element",
                )),
            };
        }
        let mut at = from;
        let mut start = start;
        while at < end {
            let len = bytes[at..end]
                .iter()
                .position(|b| *b == b'\r')
                .unwrap_or(end - at);
            if len > 0 {
                self.leaf(Kind::Text(Span::new(at, at + len)), start, at + len);
            }
            at += len;
            if at < end {
                let len = if bytes.get(at + 1) == Some(&b'\n') && at + 1 < end {
                    2
                } else {
                    1
                };
                self.leaf(Kind::Char(u32::from(b'\n')), at, at + len);
                at += len;
            }
            start = at;
        }
        Ok(())
    }

    fn reference(&mut self, name: &[u8], start: usize, end: usize) -> Result<(), DecodeError> {
        let code = character_of(name).ok_or_else(|| unknown_entity(start))?;
        if self.open.is_empty() {
            return Err(DecodeError::new(
                start,
                "markup",
                "text outside the root element",
            ));
        }
        self.leaf(Kind::Char(code), start, end);
        Ok(())
    }

    fn leaf(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.document.nodes.len() as u32 + 1;
        self.document.nodes.push(Node {
            kind,
            span: Span::new(start, end),
            next,
        });
    }

    fn close(&mut self, end: usize) {
        let next = self.document.nodes.len() as u32;
        if let Some(index) = self.open.pop() {
            let node = &mut self.document.nodes[index as usize];
            node.span.end = (end as u32).max(node.span.end);
            node.next = next;
        }
        self.document.used = end;
        self.done = self.open.is_empty();
    }
}
