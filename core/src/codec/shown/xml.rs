//! An XML document as fields: elements with their places in the text (XML 1.0).

use super::{markup, wbxml};
use crate::codec::Field;
use crate::codec::xml::{Parsed, parse, parse_part};

/// Fields of a document. Reads as far as it can, and ends with a field `unreadable` when that is
/// not to the end.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    of(bytes, &parse(bytes))
}

/// Fields of a part of a message that has no root of its own, such as a list of commands.
pub fn fields_of_part(bytes: &[u8]) -> Vec<Field> {
    of(bytes, &parse_part(bytes))
}

fn of(bytes: &[u8], parsed: &Parsed<'_>) -> Vec<Field> {
    let mut fields = markup::fields(&parsed.document, 0, wbxml::nested_fields);
    if let Some(error) = &parsed.error {
        fields.push(markup::unreadable(bytes, error));
    }
    fields
}
