//! An XML document as fields: elements with their places in the text (XML 1.0).

use super::{markup, wbxml};
use crate::codec::Field;
use crate::codec::xml::parse;

/// Fields of a document. Reads as far as it can, and ends with a field `unreadable` when that is
/// not to the end.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let parsed = parse(bytes);
    let mut fields = markup::fields(&parsed.document, 0, wbxml::nested_fields);
    if let Some(error) = &parsed.error {
        fields.push(markup::unreadable(bytes, error));
    }
    fields
}
