//! Where an encoder puts a document: the one walk over a model writes WBXML or XML.
//!
//! Knows neither form; each has its own sink.

use super::Element;
use crate::codec::vocabulary::wbxml::Tag;

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
