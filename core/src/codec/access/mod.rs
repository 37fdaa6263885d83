//! Access rules: which condition an operation on a file must meet, as records of EF_ARR and
//! the expanded format hold them (ETSI TS 102 221 §9.2, ISO/IEC 7816-4 §5.4.3).
//!
//! Knows no files and no PINs: whoever evaluates a rule says which references are verified.

mod evaluate;
mod mode;
mod rule;
mod tag;
mod words;

pub use evaluate::{Operation, allows};
pub(super) use mode::FILE_MODES;
pub use mode::{ACTIVATE, DEACTIVATE, DELETE, READ, TERMINATE, UPDATE, WRITE};
pub use rule::{Access, Condition, Entry, Rule};
pub(super) use rule::{read_entries, up_to_padding};
