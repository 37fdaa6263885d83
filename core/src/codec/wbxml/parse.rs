//! Bytes to arena in one pass: no recursion, no allocation for text (WBXML 1.3 §5).
//!
//! Reads every token of versions 1.0 to 1.3, known to the vocabulary or not, and stops at the
//! end of the root element. Also reads as far as it can, for showing broken documents.

use super::header::Header;
use super::mb;
use super::tokens::Tag;
use super::vocabulary::Vocabulary;
use crate::codec::DecodeError;
use crate::codec::markup::document::{
    Attribute, AttributeName, Charset, Document, Kind, MAX_DEPTH, Name, Node, Part, Span, Switch,
};

/// Global tokens (WBXML 1.3 §7.1).
pub(super) mod global {
    pub(in super::super) const SWITCH_PAGE: u8 = 0x00;
    pub(in super::super) const END: u8 = 0x01;
    pub(in super::super) const ENTITY: u8 = 0x02;
    pub(in super::super) const STR_I: u8 = 0x03;
    pub(in super::super) const LITERAL: u8 = 0x04;
    pub(in super::super) const EXT_I_0: u8 = 0x40;
    pub(in super::super) const EXT_I_2: u8 = 0x42;
    pub(in super::super) const PI: u8 = 0x43;
    pub(in super::super) const LITERAL_C: u8 = 0x44;
    pub(in super::super) const EXT_T_0: u8 = 0x80;
    pub(in super::super) const EXT_T_2: u8 = 0x82;
    pub(in super::super) const STR_T: u8 = 0x83;
    pub(in super::super) const LITERAL_A: u8 = 0x84;
    pub(in super::super) const EXT_0: u8 = 0xC0;
    pub(in super::super) const EXT_2: u8 = 0xC2;
    pub(in super::super) const OPAQUE: u8 = 0xC3;
    pub(in super::super) const LITERAL_AC: u8 = 0xC4;
}
use global::*;

/// Bit of a tag: attributes follow.
pub(super) const HAS_ATTRIBUTES: u8 = 0x80;
/// Bit of a tag: content follows.
pub(super) const HAS_CONTENT: u8 = 0x40;

/// A document and, when it could be read only in part, why.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// What precedes the body; `None` when not even that could be read.
    pub header: Option<Header>,
    /// The nodes as far as they could be read; elements that were open at an error end there.
    pub document: Document<'a>,
    /// Why reading stopped before the end of the root element.
    pub error: Option<DecodeError>,
}

/// Reads a document as far as it goes.
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut parser = Parser {
        header: None,
        document: Document {
            bytes,
            ..Document::default()
        },
        at: 0,
        tag_page: 0,
        attribute_page: 0,
        open: Vec::new(),
        // References into the string table repeat its text; more than this is a trap.
        budget: bytes.len().saturating_mul(16).saturating_add(0x1_0000),
    };
    let error = parser.document().err();
    parser.close_all();
    Parsed {
        header: parser.header,
        document: parser.document,
        error,
    }
}

struct Parser<'a> {
    header: Option<Header>,
    document: Document<'a>,
    at: usize,
    tag_page: u8,
    attribute_page: u8,
    open: Vec<u32>,
    budget: usize,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), DecodeError> {
        let bytes = self.document.bytes;
        if u32::try_from(bytes.len()).is_err() {
            return Err(DecodeError::new(0, "less than 4 GiB", "more"));
        }
        let header = Header::decode(bytes)?;
        self.at = header.len;
        self.document.vocabulary = match header.vocabulary(bytes) {
            Vocabulary::Unknown => self.guess(),
            known => known,
        };
        let charset = Charset::of_number(header.charset).ok_or_else(|| {
            DecodeError::new(
                header.charset_span.start as usize,
                "a character set of one or two octets, such as UTF-8 (6A)",
                "one of four",
            )
            .clause("WBXML §5.6")
        });
        self.header = Some(header);
        self.document.charset = charset?;
        // A node takes eight bytes or so of a document; a too small guess only costs a copy.
        self.document.nodes.reserve(bytes.len() / 8 + 16);
        self.body()
    }

    /// The vocabulary by the root tag, when the header names none.
    fn guess(&self) -> Vocabulary {
        let bytes = self.document.bytes;
        let (page, tag) = match bytes.get(self.at) {
            Some(&SWITCH_PAGE) => (bytes.get(self.at + 1), bytes.get(self.at + 2)),
            tag => (Some(&0), tag),
        };
        match (page, tag) {
            (Some(&page), Some(&tag)) => Vocabulary::of_root(
                Tag {
                    page,
                    token: tag & 0x3F,
                },
                tag & HAS_ATTRIBUTES != 0,
            ),
            _ => Vocabulary::Unknown,
        }
    }

    fn body(&mut self) -> Result<(), DecodeError> {
        loop {
            let at = self.at;
            let Some(&token) = self.document.bytes.get(at) else {
                return Err(self.unfinished());
            };
            self.at = at + 1;
            let content = match token {
                SWITCH_PAGE => {
                    self.tag_page = self.switch(at, false)?;
                    continue;
                }
                END => {
                    if self.open.is_empty() {
                        return Err(root_wanted(at, "END"));
                    }
                    if self.close() {
                        return Ok(());
                    }
                    continue;
                }
                PI => {
                    self.instruction(at)?;
                    continue;
                }
                LITERAL | LITERAL_C | LITERAL_A | LITERAL_AC => {
                    let name = self.spelt_out()?;
                    if self.element(at, name, token & 0xC0)? {
                        return Ok(());
                    }
                    continue;
                }
                STR_I => Kind::Text(self.inline_string()?),
                STR_T => Kind::Text(self.table_string()?),
                ENTITY => Kind::Char(self.number()?),
                OPAQUE => Kind::Opaque(self.opaque()?),
                EXT_I_0..=EXT_I_2 => Kind::Extension(token, self.inline_string()?),
                EXT_T_0..=EXT_T_2 => {
                    let from = self.at;
                    self.number()?;
                    Kind::Extension(token, Span::new(from, self.at))
                }
                EXT_0..=EXT_2 => Kind::Extension(token, Span::new(self.at, self.at)),
                _ => {
                    let name = Name::Tag(Tag {
                        page: self.tag_page,
                        token: token & 0x3F,
                    });
                    if self.element(at, name, token & 0xC0)? {
                        return Ok(());
                    }
                    continue;
                }
            };
            if self.open.is_empty() {
                return Err(root_wanted(at, "character data"));
            }
            let next = self.document.nodes.len() as u32 + 1;
            self.document.nodes.push(Node {
                kind: content,
                span: Span::new(at, self.at),
                next,
            });
        }
    }

    /// The name of an element that is spelt out; one that has a token is the same as by its token.
    fn spelt_out(&mut self) -> Result<Name, DecodeError> {
        let span = self.table_string()?;
        let page = self.tag_page;
        let known = self
            .document
            .vocabulary
            .tag(page, &self.document.lossy(span));
        Ok(known.map_or(Name::Literal(page, span), Name::Tag))
    }

    /// An element's tag has been read; true when it was an empty root.
    fn element(&mut self, at: usize, name: Name, bits: u8) -> Result<bool, DecodeError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(DecodeError::new(
                at,
                "at most 64 elements inside each other",
                "one more",
            ));
        }
        let index = self.document.nodes.len() as u32;
        self.document.nodes.push(Node {
            kind: Kind::Element(name),
            span: Span::new(at, self.at),
            next: index + 1,
        });
        self.open.push(index);
        if bits & HAS_ATTRIBUTES != 0 {
            self.attributes(index)?;
        }
        Ok(bits & HAS_CONTENT == 0 && self.close())
    }

    /// Ends the innermost element; true when it was the root.
    fn close(&mut self) -> bool {
        let next = self.document.nodes.len() as u32;
        if let Some(index) = self.open.pop() {
            let node = &mut self.document.nodes[index as usize];
            node.span.end = self.at as u32;
            node.next = next;
        }
        self.document.used = self.at;
        self.open.is_empty()
    }

    fn close_all(&mut self) {
        self.at = self.at.min(self.document.bytes.len());
        while !self.open.is_empty() {
            self.close();
        }
    }

    fn instruction(&mut self, at: usize) -> Result<(), DecodeError> {
        let index = self.document.nodes.len() as u32;
        self.document.nodes.push(Node {
            kind: Kind::Instruction,
            span: Span::new(at, self.at),
            next: index + 1,
        });
        let result = self.attributes(index);
        self.document.nodes[index as usize].span.end = self.at as u32;
        result
    }

    /// Attributes of a node up to and with END.
    fn attributes(&mut self, node: u32) -> Result<(), DecodeError> {
        let first = self.document.attributes.len();
        loop {
            let at = self.at;
            let Some(&token) = self.document.bytes.get(at) else {
                return Err(self.unfinished());
            };
            self.at = at + 1;
            let name = match token {
                SWITCH_PAGE => {
                    self.attribute_page = self.switch(at, true)?;
                    continue;
                }
                END => return Ok(()),
                LITERAL => AttributeName::Literal(self.table_string()?),
                STR_I | ENTITY | EXT_I_0..=EXT_I_2 | 0x80.. => {
                    self.at = at;
                    if self.document.attributes.len() == first {
                        return Err(DecodeError::new(
                            at,
                            "an attribute start",
                            "an attribute value",
                        )
                        .clause("WBXML §5.8.3"));
                    }
                    self.value()?;
                    continue;
                }
                _ => AttributeName::Start(self.attribute_page, token),
            };
            self.document.attributes.push(Attribute {
                node,
                name,
                span: Span::new(at, self.at),
                parts: self.document.parts.len() as u32,
                count: 0,
            });
        }
    }

    /// One piece of the value of the last attribute.
    fn value(&mut self) -> Result<(), DecodeError> {
        let Some(&token) = self.document.bytes.get(self.at) else {
            return Err(self.unfinished());
        };
        let page = self.attribute_page;
        self.at += 1;
        let part = match token {
            STR_I => Some(Part::Text(self.inline_string()?)),
            STR_T => Some(Part::Text(self.table_string()?)),
            ENTITY => Some(Part::Char(self.number()?)),
            OPAQUE => Some(Part::Opaque(self.opaque()?)),
            EXT_I_0..=EXT_I_2 => self.inline_string().map(|_| None)?,
            EXT_T_0..=EXT_T_2 => self.number().map(|_| None)?,
            EXT_0..=EXT_2 => None,
            _ => Some(Part::Value(page, token)),
        };
        if let Some(attribute) = self.document.attributes.last_mut() {
            attribute.span.end = self.at as u32;
            if let Some(part) = part {
                attribute.count += 1;
                self.document.parts.push(part);
            }
        }
        Ok(())
    }

    fn switch(&mut self, at: usize, attribute: bool) -> Result<u8, DecodeError> {
        let Some(&page) = self.document.bytes.get(self.at) else {
            return Err(self.unfinished());
        };
        self.at += 1;
        self.document.switches.push(Switch {
            offset: at as u32,
            page,
            attribute,
        });
        Ok(page)
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        let (value, at) = mb::decode(self.document.bytes, self.at)?;
        self.at = at;
        Ok(value)
    }

    fn inline_string(&mut self) -> Result<Span, DecodeError> {
        let rest = self.document.bytes.get(self.at..).unwrap_or(&[]);
        let charset = self.document.charset;
        let Some(len) = charset.string_len(rest) else {
            return Err(DecodeError::new(
                self.document.bytes.len(),
                "00 at the end of a string",
                "the end of input",
            )
            .clause("WBXML §5.8.4.1"));
        };
        let span = Span::new(self.at, self.at + len);
        self.at += len + charset.unit();
        Ok(span)
    }

    /// A reference into the string table.
    fn table_string(&mut self) -> Result<Span, DecodeError> {
        let at = self.at;
        let offset = self.number()? as usize;
        let table = match &self.header {
            Some(header) => header.string_table,
            None => Span::default(),
        };
        let charset = self.document.charset;
        let Some(span) = super::header::string_at(self.document.bytes, table, offset, charset)
        else {
            return Err(DecodeError::new(
                at,
                "an offset inside the string table",
                offset.to_string(),
            )
            .clause("WBXML §5.7"));
        };
        let len = span.range().len() + 1;
        if len > self.budget {
            return Err(DecodeError::new(
                at,
                "string table references of bearable total length",
                "more",
            ));
        }
        self.budget -= len;
        Ok(span)
    }

    fn opaque(&mut self) -> Result<Span, DecodeError> {
        let at = self.at;
        let len = self.number()? as usize;
        let left = self.document.bytes.len() - self.at;
        if len > left {
            return Err(DecodeError::new(
                at,
                format!("{len} bytes of opaque data"),
                format!("{left} bytes"),
            )
            .clause("WBXML §5.8.4.6"));
        }
        let span = Span::new(self.at, self.at + len);
        self.at += len;
        Ok(span)
    }

    /// The input ends inside an element.
    fn unfinished(&self) -> DecodeError {
        let expected = match self.open.last() {
            Some(index) => format!("END of {}", self.document.name(*index as usize)),
            None => "a root element".to_owned(),
        };
        DecodeError::new(self.document.bytes.len(), expected, "the end of input")
            .clause("WBXML §5.3")
    }
}

fn root_wanted(at: usize, found: &'static str) -> DecodeError {
    DecodeError::new(at, "a root element", found).clause("WBXML §5.3")
}
