//! Pieces of fields that the files of this folder share.

use crate::codec::{DecodeError, Field, hex};

/// What could not be read, from a place to the end, and why.
pub(super) fn unreadable(bytes: &[u8], from: usize, error: &DecodeError) -> Field {
    let rest = bytes.get(from..).unwrap_or_default();
    Field::new(
        "unreadable",
        from.min(bytes.len())..bytes.len(),
        hex::spaced(rest),
    )
    .note(error.to_string())
}

/// Fields of an inner string, in the outer one in which it begins at `by`.
pub(super) fn moved(fields: Vec<Field>, by: usize) -> Vec<Field> {
    fields.into_iter().map(|field| field.shifted(by)).collect()
}
