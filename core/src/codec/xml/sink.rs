//! A document being written as XML text (XML 1.0), element by element.

use std::fmt::Write as _;

use super::write::{base64, escape, namespace, write_element};
use crate::codec::markup::Element;
use crate::codec::markup::sink::Sink;
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary};

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
            let _ = write!(self.out, " xmlns='{}'", namespace(tag.page));
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
        escape(text, &mut self.out);
    }
    fn opaque(&mut self, bytes: &[u8]) {
        self.out.push_str(&base64(bytes));
    }
    fn element(&mut self, element: &Element) {
        let page = self.open.last().map(|tag| tag.page);
        write_element(element, page, &mut self.out);
    }
}
