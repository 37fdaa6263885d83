//! The file system of the card (ETSI TS 102 221 §8): what the files are, which of them is
//! selected, how they are described.
//!
//! The PIN is off and nothing can be written, so rules are shown but never refuse. Cyclic and
//! BER-TLV files are not modelled.

mod fcp;
mod profile;
mod read;
mod select;

pub(super) use fcp::{aid, template};
pub(super) use profile::Profile;
pub(super) use read::{read_binary, read_record};
pub(super) use select::{Selection, select};
