//! Token tables of WBXML documents, one file for each vocabulary, and the public identifiers
//! that choose among them; every look-up of a token is one array access.

pub mod ddf;
pub mod devinf;
pub mod metinf;
mod names;
mod page;
pub mod prov;
pub mod service;
pub mod syncml;
mod vocabulary;

pub(crate) use page::unknown_name;
pub use page::{StartPage, Tag, TagPage, ValuePage};
pub use vocabulary::Vocabulary;
