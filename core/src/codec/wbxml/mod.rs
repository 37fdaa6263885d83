//! WAP Binary XML 1.1 to 1.3 (WAP-192-WBXML), the compact form of DM messages, TNDS and
//! provisioning documents.
//!
//! [`parse()`] fills an arena with spans, [`decode`] makes an owned element of it, [`encode`]
//! writes one. Names no meaning: what an element is for is known to `syncml` and `tnds`.

mod data;
mod decode;
mod encode;
mod global;
mod header;
mod mb;
mod parse;
mod pretty;
mod writer;

pub(crate) use decode::is_document;
pub use decode::{Decoded, decode, document, document_as, document_prefix};
pub use encode::encode;
pub use header::{Header, PublicId};
pub use parse::{Parsed, parse, parse_as};
pub use pretty::to_xml;
pub(crate) use writer::Writer;
