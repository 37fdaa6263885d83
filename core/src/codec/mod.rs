//! Bytes to values and back, without state.
//!
//! The contract of every codec: the codes the standard names, with an `Unknown` case for all
//! others; a value; `decode` (bytes to value, [`DecodeError`] with offset); `encode` (value to
//! bytes, which cannot fail); and in [`shown`] a file of the same name with `fields` (a tree of
//! [`Field`]s, which reads as far as it can and never fails). Knows nothing of actors, trees or
//! traces.
//!
//! Ground: `ground` (reading with a place, hex, digests, alphabets), [`vocabulary`] (names and tokens).
//! Then the codecs. Roof: [`shown`].

pub mod access;
pub mod apdu;
pub mod atr;
pub mod ber;
pub mod cose;
pub mod ddf;
pub mod devinf;
pub mod dictionary;
pub mod ef;
pub mod fcp;
mod ground;
pub mod gsmtap;
pub mod http;
pub mod markup;
mod mgmt_tree;
pub mod notification;
pub mod pkcs15;
pub mod pps;
pub mod prov;
pub mod secured_packet;
pub mod shown;
pub mod sms;
pub mod syncml;
pub mod t1;
pub mod tls;
pub mod tnds;
pub mod toolkit;
pub mod vocabulary;
pub mod wbxml;
pub mod wsp;
pub mod xml;

pub(crate) use ground::{alphabet, check, input, percent, secret};
pub use ground::{auth, hex};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// One named part of a byte string, for showing: where it lies, what it means, who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Field {
    /// The standard's own name of the part.
    pub name: Cow<'static, str>,
    /// The bytes it covers, counted from the start of the whole string.
    pub range: Range<usize>,
    /// The value as the standard prints it: hex for card bytes, decimal for DM codes.
    pub value: String,
    /// The clause that defines it, such as `TS 102 223 §8.6`; may be empty.
    pub clause: Cow<'static, str>,
    /// One sentence of why it is there or what is wrong with it; may be empty.
    pub note: Cow<'static, str>,
    /// Parts of this part, in the order of their bytes.
    pub children: Vec<Field>,
}

impl Field {
    /// A field without children, clause or note.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        range: Range<usize>,
        value: impl Into<String>,
    ) -> Self {
        Field {
            name: name.into(),
            range,
            value: value.into(),
            clause: Cow::Borrowed(""),
            note: Cow::Borrowed(""),
            children: Vec::new(),
        }
    }

    /// The same field with the clause that defines it.
    #[must_use]
    pub fn clause(mut self, clause: impl Into<Cow<'static, str>>) -> Self {
        self.clause = clause.into();
        self
    }

    /// The same field with a sentence of why.
    #[must_use]
    pub fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = note.into();
        self
    }

    /// The same field with parts.
    #[must_use]
    pub fn children(mut self, children: Vec<Field>) -> Self {
        self.children = children;
        self
    }

    /// The same field and all below it, moved `by` bytes to the right; for nesting one codec's
    /// fields in another's.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self.children = self.children.into_iter().map(|c| c.shifted(by)).collect();
        self
    }
}

/// Why bytes could not be read; one shape for all codecs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecodeError {
    /// Position of the first byte that cannot be right, from the start of the input.
    pub offset: usize,
    /// What the standard wants at this place.
    pub expected: Cow<'static, str>,
    /// What stands there instead.
    pub found: Cow<'static, str>,
    /// The clause that is broken; may be empty.
    pub clause: Cow<'static, str>,
}

impl DecodeError {
    /// An error at `offset`.
    pub fn new(
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Self {
        DecodeError {
            offset,
            expected: expected.into(),
            found: found.into(),
            clause: Cow::Borrowed(""),
        }
    }

    /// The same error with the clause that is broken.
    #[must_use]
    pub fn clause(mut self, clause: impl Into<Cow<'static, str>>) -> Self {
        self.clause = clause.into();
        self
    }

    /// The same error seen from an outer string in which the inner one starts at `by`.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        self.offset += by;
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "at byte {}: expected {}, found {}",
            self.offset, self.expected, self.found
        )?;
        if !self.clause.is_empty() {
            write!(f, " ({})", self.clause)?;
        }
        Ok(())
    }
}

impl std::error::Error for DecodeError {}
