//! XML text to the arena that WBXML fills too, and elements back to XML text.
//!
//! Code pages are found from structure, so that absent or oddly placed namespace declarations
//! do no harm. No document type is ever fetched and no entity but the predefined ones and
//! character references is resolved. Knows nothing of what elements mean.

use std::borrow::Cow;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::markup::document::{
    Attribute, AttributeName, Document, Kind, MAX_DEPTH, Name, Node, Part, Span,
};
use super::markup::fields as markup_fields;
use super::markup::{Content, Element};
use super::wbxml::Vocabulary;
use super::wbxml::tokens::syncml;
use super::{DecodeError, Field};

/// A document and, when it could be read only in part, why.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The nodes as far as they could be read; elements that were open at an error end there.
    pub document: Document<'a>,
    /// Why reading stopped before the end of the root element.
    pub error: Option<DecodeError>,
}

/// The line and column, both from 1, of a byte offset; columns count characters.
pub fn line_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..])
        .chars()
        .count()
        + 1;
    (line, column)
}

/// The arena of a document that can be read to its end.
pub fn document(bytes: &[u8]) -> Result<Document<'_>, DecodeError> {
    let parsed = parse(bytes);
    match parsed.error {
        Some(error) => Err(error),
        None => Ok(parsed.document),
    }
}

/// Reads a document as far as it goes.
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut parser = Parser {
        document: Document {
            bytes,
            vocabulary: Vocabulary::SyncMl12,
            is_xml: true,
            ..Document::default()
        },
        open: Vec::new(),
        done: false,
    };
    let error = parser.read().err();
    let end = match &error {
        Some(error) => error.offset.min(bytes.len()),
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

/// Fields of a document: elements with their places in the text. Reads as far as it can, and
/// ends with a field `unreadable` when that is not to the end.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let parsed = parse(bytes);
    let mut fields = markup_fields::fields(&parsed.document, 0);
    if let Some(error) = &parsed.error {
        fields.push(markup_fields::unreadable(bytes, error));
    }
    fields
}

struct Parser<'a> {
    document: Document<'a>,
    open: Vec<u32>,
    /// The root element has ended.
    done: bool,
}

impl Parser<'_> {
    fn read(&mut self) -> Result<(), DecodeError> {
        let bytes = self.document.bytes;
        if u32::try_from(bytes.len()).is_err() {
            return Err(DecodeError::new(0, "less than 4 GiB", "more"));
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            return Err(DecodeError::new(
                error.valid_up_to(),
                "XML in UTF-8",
                "a byte that is not UTF-8",
            ));
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
                Event::DocType(text) => {
                    // An internal subset could declare entities, the root of many evils.
                    if text.contains(&b'[') {
                        return Err(DecodeError::new(
                            start,
                            "a document without entity declarations",
                            "DOCTYPE with an internal subset",
                        ));
                    }
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
        if self.done {
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
                "wap-provisioningdoc" => Vocabulary::Prov,
                "DevInf" => Vocabulary::DevInf12,
                "MgmtTree" => Vocabulary::DmDdf,
                _ => Vocabulary::SyncMl12,
            };
        }
        let page = self.page(local);
        let name = match self.document.vocabulary.tag(page, local) {
            Some(tag) => Name::Tag(tag),
            None => Name::Literal(page, span),
        };
        let index = self.document.nodes.len() as u32;
        self.document.nodes.push(Node {
            kind: Kind::Element(name),
            span: Span::new(start, end),
            next: index + 1,
        });
        self.open.push(index);
        self.attributes(tag, index, start + 1)
    }

    /// The code page of a name, from where it stands.
    fn page(&self, local: &str) -> u8 {
        match self.document.vocabulary {
            Vocabulary::SyncMl12 => {}
            Vocabulary::DmDdf => return 2,
            _ => return 0,
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
            let (key, value) = (span(key), span(value));
            let parts = self.document.parts.len() as u32;
            self.attribute_value(value)?;
            self.document.attributes.push(Attribute {
                node,
                name: AttributeName::Literal(key),
                span: Span {
                    start: key.start,
                    end: value.end + 1,
                },
                parts,
                count: self.document.parts.len() as u32 - parts,
            });
        }
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

fn unknown_entity(offset: usize) -> DecodeError {
    DecodeError::new(
        offset,
        "&lt; &gt; &amp; &apos; &quot; or a character reference",
        "another entity",
    )
}

/// The code point of a predefined entity or a character reference, without `&` and `;`.
fn character_of(name: &[u8]) -> Option<u32> {
    let code = match name {
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        b"amp" => u32::from(b'&'),
        b"apos" => u32::from(b'\''),
        b"quot" => u32::from(b'"'),
        _ => {
            let digits = std::str::from_utf8(name).ok()?.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            }
        }
    };
    char::from_u32(code).filter(|c| is_xml(*c)).map(u32::from)
}

/// True for the characters XML 1.0 can carry (§2.2).
pub(crate) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Appends text with the characters escaped that would be markup or lost; what XML cannot
/// carry becomes U+FFFD.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\r' => out.push_str("&#13;"),
            c if is_xml(c) => out.push(c),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// Appends an attribute value with its quotes.
pub(crate) fn quote(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => escape(c.encode_utf8(&mut [0; 4]), out),
        }
    }
    out.push('"');
}

/// The namespace of a code page of SyncML 1.2 documents; other pages have none.
pub(crate) fn namespace(page: u8) -> &'static str {
    match page {
        0 => "SYNCML:SYNCML1.2",
        1 => "syncml:metinf",
        2 => "syncml:dmddf1.2",
        _ => "",
    }
}

/// Appends an element with all below it; `page` is that of the element around it, whose
/// namespace is in force. Opaque bytes become base64 text.
pub(crate) fn write_element(element: &Element, page: Option<u8>, out: &mut String) {
    write_nested(element, page, 0, out);
}

fn write_nested(element: &Element, page: Option<u8>, depth: usize, out: &mut String) {
    let name = xml_name(&element.name);
    let _ = write!(out, "<{name}");
    if page != Some(element.page) {
        let _ = write!(out, " xmlns='{}'", namespace(element.page));
    }
    for (name, value) in &element.attributes {
        let _ = write!(out, " {}=", xml_name(name));
        quote(value, out);
    }
    if element.content.is_empty() || depth >= MAX_DEPTH {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for content in &element.content {
        match content {
            Content::Element(child) => write_nested(child, Some(element.page), depth + 1, out),
            Content::Text(text) => escape(text, out),
            Content::Opaque(bytes) => out.push_str(&base64(bytes)),
        }
    }
    let _ = write!(out, "</{name}>");
}

/// A name that XML can carry; what it cannot becomes `_`.
pub(crate) fn xml_name(name: &str) -> Cow<'_, str> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts_well && name.chars().all(good) {
        return Cow::Borrowed(name);
    }
    let mut fixed: String = name
        .chars()
        .map(|c| if good(c) { c } else { '_' })
        .collect();
    if !starts_well {
        fixed.insert(0, '_');
    }
    Cow::Owned(fixed)
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
