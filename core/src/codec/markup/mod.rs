//! Elements that belong to no model: an owned tree of names, attributes and content.
//!
//! Used where a document may carry any markup, such as an inline `MgmtTree` in Data. The arena
//! that the parsers fill, [`document::Document`], has its own file.

pub(crate) mod charset;
pub mod document;
mod form;
pub(crate) mod sink;

pub use form::Form;

/// One element; the name is the local name, the page tells its vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Local name, as the vocabulary prints it.
    pub name: String,
    /// WBXML code page of the name: 0 SyncML, 1 MetInf, 2 DM DDF (SyncML 1.2 documents).
    pub page: u8,
    /// Attributes in document order (wap-provisioningdoc only; none in SyncML).
    pub attributes: Vec<(String, String)>,
    /// Children and text in document order.
    pub content: Vec<Content>,
}

/// What stands inside an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A child.
    Element(Element),
    /// Character data.
    Text(String),
    /// Bytes as they are (WBXML OPAQUE).
    Opaque(Vec<u8>),
}

impl Element {
    /// The local name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds text, joined to text that already ends the content.
    pub fn push_text(&mut self, text: &str) {
        if let Some(Content::Text(last)) = self.content.last_mut() {
            last.push_str(text);
        } else {
            self.content.push(Content::Text(text.to_owned()));
        }
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.content.iter().find_map(|content| match content {
            Content::Element(element) if element.name == name => Some(element),
            _ => None,
        })
    }

    /// The text when it is all of the content; empty otherwise.
    pub fn text(&self) -> &str {
        match self.content.as_slice() {
            [Content::Text(text)] => text,
            _ => "",
        }
    }
}
