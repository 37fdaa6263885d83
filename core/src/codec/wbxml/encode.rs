//! An owned element to a document of its own, by the tables of a vocabulary.
//!
//! Names without a token are spelt out through the string table; `unknown-<page>-<token>` goes
//! back to the token it came from.

use super::global::{END, LITERAL};
use super::writer::Writer;
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::markup::sink::Sink;
use crate::codec::markup::{Content, Element};
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary};

/// Writes a document with `root` as its root element.
pub fn encode(root: &Element, vocabulary: Vocabulary) -> Vec<u8> {
    let mut writer = Writer::new(vocabulary);
    writer.element(root, vocabulary);
    writer.finish()
}

impl Writer {
    /// An element with all below it, by the tables of `vocabulary`.
    pub(crate) fn element(&mut self, element: &Element, vocabulary: Vocabulary) {
        self.nested(element, vocabulary, 0);
    }

    /// Begins an element with attributes; with content it has its `close`.
    pub(crate) fn start<'a>(
        &mut self,
        tag: Tag,
        attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
        has_content: bool,
        vocabulary: Vocabulary,
    ) {
        let mut attributes = attributes.into_iter().peekable();
        let has_attributes = attributes.peek().is_some();
        self.tag(tag, has_attributes, has_content);
        if has_attributes {
            for (name, value) in attributes {
                self.attribute(vocabulary, name, value);
            }
            self.token(END);
        }
    }

    fn nested(&mut self, element: &Element, vocabulary: Vocabulary, depth: usize) {
        let attributes = !element.attributes.is_empty();
        // Nothing that was decoded is deeper; a built one is cut, not trusted.
        let content = if depth < MAX_DEPTH {
            element.content.as_slice()
        } else {
            &[]
        };
        let has_content = content
            .iter()
            .any(|content| !matches!(content, Content::Text(text) if text.is_empty()));
        let unknown = || {
            let tag = vocabulary.unknown_tag(&element.name);
            tag.filter(|tag| tag.page == element.page)
        };
        match vocabulary.tag(element.page, &element.name).or_else(unknown) {
            Some(tag) => self.tag(tag, attributes, has_content),
            None => self.literal(element.page, &element.name, attributes, has_content),
        }
        if attributes {
            for (name, value) in &element.attributes {
                self.attribute(vocabulary, name, value);
            }
            self.token(END);
        }
        for part in content {
            match part {
                Content::Element(child) => self.nested(child, vocabulary, depth + 1),
                Content::Text(text) if text.is_empty() => {}
                Content::Text(text) => self.text(text),
                Content::Opaque(bytes) => self.opaque(bytes),
            }
        }
        if has_content {
            self.close();
        }
    }

    fn attribute(&mut self, vocabulary: Vocabulary, name: &str, value: &str) {
        let Some((page, token, taken)) = self.best_start(vocabulary, name, value) else {
            self.token(LITERAL);
            self.reference(name);
            self.attribute_text(value);
            return;
        };
        self.switch_attributes(page);
        self.token(token);
        let rest = &value[taken..];
        match vocabulary.value_token(page, rest) {
            Some(token) => self.token(token),
            None => self.attribute_text(rest),
        }
    }

    fn attribute_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.text(text);
        }
    }

    /// The attribute start that takes the whole value, else one that takes nothing of it; on
    /// the current page before others. Nothing between: `NAME` must not eat the start of `NAMES`.
    fn best_start(
        &self,
        vocabulary: Vocabulary,
        name: &str,
        value: &str,
    ) -> Option<(u8, u8, usize)> {
        let pages = [self.attribute_page, self.attribute_page ^ 1];
        [value, ""].into_iter().find_map(|prefix| {
            pages.into_iter().find_map(|page| {
                let token = vocabulary.start_token(page, name, prefix)?;
                Some((page, token, prefix.len()))
            })
        })
    }
}

impl Sink for Writer {
    const IS_XML: bool = false;

    fn open(&mut self, tag: Tag) {
        Writer::open(self, tag);
    }
    fn close(&mut self) {
        Writer::close(self);
    }
    fn empty(&mut self, tag: Tag) {
        Writer::empty(self, tag);
    }
    fn text(&mut self, text: &str) {
        Writer::text(self, text);
    }
    fn opaque(&mut self, bytes: &[u8]) {
        Writer::opaque(self, bytes);
    }
    fn element(&mut self, element: &Element) {
        Writer::element(self, element, Vocabulary::SyncMl12);
    }
}
