//! Elements that belong to no model: an owned tree of names, attributes and content.
//!
//! Used where a document may carry any markup, such as an inline `MgmtTree` in Data.

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
}
