//! Writes the body of a document token by token and puts the header before it.

use std::collections::BTreeMap;

use super::global::*;
use super::mb;
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary};

/// A document being written. Each `open` has its `close`; page changes come by themselves.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    vocabulary: Vocabulary,
    /// The document with the string table as it was at first.
    body: Vec<u8>,
    /// Where the header ends in it.
    header: usize,
    /// Octets of the string table in it.
    written: usize,
    table: Vec<u8>,
    strings: BTreeMap<String, u32>,
    tag_page: u8,
    pub(super) attribute_page: u8,
}

impl Writer {
    /// An empty body; a vocabulary without a number puts its name first in the string table.
    pub(crate) fn new(vocabulary: Vocabulary) -> Writer {
        let mut writer = Writer {
            vocabulary,
            // Most documents are smaller, and what grows from nothing is moved often.
            body: Vec::with_capacity(2048),
            ..Writer::default()
        };
        if vocabulary.public_id().is_none() {
            writer.table.extend_from_slice(vocabulary.fpi().as_bytes());
            writer.table.push(0);
        }
        header(vocabulary, &writer.table, &mut writer.body);
        writer.header = writer.body.len();
        writer.written = writer.table.len();
        writer
    }

    fn page(&mut self, page: u8) {
        if page != self.tag_page {
            self.body.extend_from_slice(&[SWITCH_PAGE, page]);
            self.tag_page = page;
        }
    }

    fn bits(attributes: bool, content: bool) -> u8 {
        (if attributes { HAS_ATTRIBUTES } else { 0 }) | (if content { HAS_CONTENT } else { 0 })
    }

    /// A tag of any shape; END of attributes and of content are the caller's.
    pub(super) fn tag(&mut self, tag: Tag, attributes: bool, content: bool) {
        self.page(tag.page);
        self.body
            .push(tag.token & 0x3F | Self::bits(attributes, content));
    }

    /// A tag spelt out through the string table.
    pub(super) fn literal(&mut self, page: u8, name: &str, attributes: bool, content: bool) {
        self.page(page);
        self.body.push(LITERAL | Self::bits(attributes, content));
        self.reference(name);
    }

    /// A number that stands for a string of the table.
    pub(super) fn reference(&mut self, name: &str) {
        // 00 ends a string and cannot be part of a name.
        let name = name.replace('\0', "");
        let offset = match self.strings.get(&name) {
            Some(offset) => *offset,
            None => {
                let offset = self.table.len() as u32;
                self.table.extend_from_slice(name.as_bytes());
                self.table.push(0);
                self.strings.insert(name, offset);
                offset
            }
        };
        mb::encode(offset, &mut self.body);
    }

    /// Begins an element with content.
    pub(crate) fn open(&mut self, tag: Tag) {
        self.tag(tag, false, true);
    }

    /// END.
    pub(crate) fn close(&mut self) {
        self.body.push(END);
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, tag: Tag) {
        self.tag(tag, false, false);
    }

    /// Character data; a text with a 00 inside cannot be a string and goes as OPAQUE.
    pub(crate) fn text(&mut self, text: &str) {
        if text.as_bytes().contains(&0) {
            self.opaque(text.as_bytes());
        } else {
            self.body.push(STR_I);
            self.body.extend_from_slice(text.as_bytes());
            self.body.push(0);
        }
    }

    /// Bytes as they are.
    pub(crate) fn opaque(&mut self, bytes: &[u8]) {
        self.body.push(OPAQUE);
        mb::encode(bytes.len() as u32, &mut self.body);
        self.body.extend_from_slice(bytes);
    }

    /// A bare token.
    pub(super) fn token(&mut self, token: u8) {
        self.body.push(token);
    }

    /// Change of the attribute page.
    pub(super) fn switch_attributes(&mut self, page: u8) {
        if page != self.attribute_page {
            self.body.extend_from_slice(&[SWITCH_PAGE, page]);
            self.attribute_page = page;
        }
    }

    /// The document.
    pub(crate) fn finish(self) -> Vec<u8> {
        if self.table.len() == self.written {
            return self.body;
        }
        let mut out = Vec::with_capacity(self.body.len() + self.table.len() + 16);
        header(self.vocabulary, &self.table, &mut out);
        out.extend_from_slice(&self.body[self.header..]);
        out
    }
}

/// WBXML 1.3, UTF-8.
fn header(vocabulary: Vocabulary, table: &[u8], out: &mut Vec<u8>) {
    out.push(3);
    match vocabulary.public_id() {
        Some(id) => mb::encode(id, out),
        // By name: a zero, then the offset of the name, which is the first string.
        None => out.extend_from_slice(&[0, 0]),
    }
    mb::encode(0x6A, out);
    mb::encode(table.len() as u32, out);
    out.extend_from_slice(table);
}
