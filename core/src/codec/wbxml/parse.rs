//! Bytes to arena in one pass: no recursion, no allocation for text (WBXML 1.3 §5).
//!
//! Reads every token of versions 1.0 to 1.3, known to the vocabulary or not, and stops behind the
//! root element and the instructions that follow it. Also reads as far as it can, for showing
//! broken documents.

use super::data::{Data, data};
use super::global::*;
use super::header::{Header, header, string_at};
use super::mb::number;
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parse, prefix};
use crate::codec::markup::document::{
    Attribute, AttributeName, Charset, Document, Kind, MAX_DEPTH, Name, Node, Part, Span, Switch,
};
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary};

/// A document and, when it could be read only in part, why.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// What precedes the body; `None` when not even that could be read.
    pub header: Option<Header>,
    /// The nodes as far as they could be read; elements that were open at an error end there.
    pub document: Document<'a>,
    /// Why reading stopped before the end of the document.
    pub error: Option<DecodeError>,
}

/// Reads a document as far as it goes.
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    parse_as(bytes, Vocabulary::Unknown)
}

/// Reads a document as far as it goes; `told` is what it is where its header calls that unknown.
pub fn parse_as(bytes: &[u8], told: Vocabulary) -> Parsed<'_> {
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
    let error = parser.document(told).err();
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

impl<'a> Parser<'a> {
    fn document(&mut self, told: Vocabulary) -> Result<(), DecodeError> {
        let bytes = self.document.bytes;
        if u32::try_from(bytes.len()).is_err() {
            return Err(DecodeError::new(0, "less than 4 GiB", "more"));
        }
        let header = self.read(header)?;
        self.document.vocabulary = match header.vocabulary(bytes) {
            Vocabulary::Unknown if header.is_unknown() && told != Vocabulary::Unknown => told,
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
        self.body()?;
        self.instructions()
    }

    /// What comes next, by a parser; behind a fault the place is as before.
    fn read<T>(&mut self, parser: impl Parse<'a, T>) -> Result<T, DecodeError> {
        let rest = self.document.bytes.get(self.at..).unwrap_or(&[]);
        let (value, rest) = prefix(Input::at(rest, self.at), parser)?;
        self.at = rest.offset();
        Ok(value)
    }

    /// The vocabulary by the root tag, when neither the header nor the caller names one.
    fn guess(&self) -> Vocabulary {
        let (page, tag) = match self.document.bytes.get(self.at..).unwrap_or(&[]) {
            [SWITCH_PAGE, page, tag, ..] => (*page, *tag),
            [tag, ..] => (0, *tag),
            [] => return Vocabulary::Unknown,
        };
        let token = tag & 0x3F;
        Vocabulary::of_root(Tag { page, token }, tag & HAS_ATTRIBUTES != 0)
    }

    /// All instructions that come next.
    fn instructions(&mut self) -> Result<(), DecodeError> {
        while let Some(&PI) = self.document.bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            self.instruction(at)?;
            self.document.used = self.at;
        }
        Ok(())
    }

    /// The body up to the end of the root element.
    ///
    /// The loop over tokens and the strings in it are written by hand, and so are those of
    /// attributes: with the parsers of `nom` in their place, reading takes half as many
    /// instructions again (3.2 for 2.1 thousand million in 20,000 rounds of the example
    /// `decode_rounds`). What is rarer is read by `nom`: header, numbers, opaque data.
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
                EXT_I_0..=EXT_I_2 => Kind::Extension(token, self.inline_string()?),
                STR_T | ENTITY | OPAQUE | EXT_T_0..=EXT_T_2 | EXT_0..=EXT_2 => {
                    match self.read(data(token))? {
                        Data::Reference(offset) => Kind::Text(self.string(at + 1, offset)?),
                        Data::Char(code) => Kind::Char(code),
                        Data::Opaque(span) => Kind::Opaque(span),
                        Data::Extension(span) => Kind::Extension(token, span),
                    }
                }
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
                    if self.document.attributes.len() == first {
                        return Err(DecodeError::new(
                            at,
                            "an attribute start",
                            "an attribute value",
                        )
                        .clause("WBXML §5.8.3"));
                    }
                    self.value(at, token)?;
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

    /// One piece of the value of the last attribute; its token has been read.
    fn value(&mut self, at: usize, token: u8) -> Result<(), DecodeError> {
        let part = match token {
            STR_I => Some(Part::Text(self.inline_string()?)),
            EXT_I_0..=EXT_I_2 => self.inline_string().map(|_| None)?,
            STR_T | ENTITY | OPAQUE | EXT_T_0..=EXT_T_2 | EXT_0..=EXT_2 => {
                match self.read(data(token))? {
                    Data::Reference(offset) => Some(Part::Text(self.string(at + 1, offset)?)),
                    Data::Char(code) => Some(Part::Char(code)),
                    Data::Opaque(span) => Some(Part::Opaque(span)),
                    Data::Extension(_) => None,
                }
            }
            _ => Some(Part::Value(self.attribute_page, token)),
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

    /// A string up to its 00, which is as wide as a character.
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
        let offset = self.read(number)?;
        self.string(at, offset)
    }

    /// A string of the table, which is referred to at `at`.
    fn string(&mut self, at: usize, offset: u32) -> Result<Span, DecodeError> {
        let table = match &self.header {
            Some(header) => header.string_table,
            None => Span::default(),
        };
        let charset = self.document.charset;
        let Some(span) = string_at(self.document.bytes, table, offset as usize, charset) else {
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
