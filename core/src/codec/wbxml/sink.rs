//! Where an encoder puts a document: the one walk over a model writes WBXML or XML.

use std::fmt::Write as _;

use super::Vocabulary;
use super::tokens::Tag;
use super::writer::Writer;
use crate::codec::markup::Element;
use crate::codec::xml;

/// Takes a document in document order. Each `open` has its `close`.
pub(crate) trait Sink {
    /// True when binary data must become text.
    const IS_XML: bool;
    /// Begins an element with content.
    fn open(&mut self, tag: Tag);
    /// Ends the innermost element.
    fn close(&mut self);
    /// An element without content.
    fn empty(&mut self, tag: Tag);
    /// Character data.
    fn text(&mut self, text: &str);
    /// Binary data: OPAQUE or base64 text.
    fn opaque(&mut self, bytes: &[u8]);
    /// Foreign markup.
    fn element(&mut self, element: &Element);

    /// An element of text only.
    fn leaf(&mut self, tag: Tag, text: &str) {
        if text.is_empty() {
            self.empty(tag);
        } else {
            self.open(tag);
            self.text(text);
            self.close();
        }
    }

    /// An element of text only, if there is one.
    fn optional(&mut self, tag: Tag, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(tag, text);
        }
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

/// XML text without layout; namespaces are declared where the page changes.
#[derive(Debug, Default)]
pub(crate) struct XmlSink {
    pub(crate) out: String,
    open: Vec<Tag>,
}

impl XmlSink {
    fn start(&mut self, tag: Tag) {
        let name = Vocabulary::SyncMl12.tag_name(tag);
        let _ = write!(self.out, "<{name}");
        if self.open.last().map(|tag| tag.page) != Some(tag.page) {
            let _ = write!(self.out, " xmlns='{}'", xml::namespace(tag.page));
        }
    }
}

impl Sink for XmlSink {
    const IS_XML: bool = true;

    fn open(&mut self, tag: Tag) {
        self.start(tag);
        self.out.push('>');
        self.open.push(tag);
    }
    fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            let _ = write!(self.out, "</{}>", Vocabulary::SyncMl12.tag_name(tag));
        }
    }
    fn empty(&mut self, tag: Tag) {
        self.start(tag);
        self.out.push_str("/>");
    }
    fn text(&mut self, text: &str) {
        xml::escape(text, &mut self.out);
    }
    fn opaque(&mut self, bytes: &[u8]) {
        self.out.push_str(&xml::base64(bytes));
    }
    fn element(&mut self, element: &Element) {
        let page = self.open.last().map(|tag| tag.page);
        xml::write_element(element, page, &mut self.out);
    }
}
