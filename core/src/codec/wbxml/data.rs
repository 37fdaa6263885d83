//! What stands behind the tokens of data other than strings (WBXML 1.3 §5.8.4): the same in
//! content and in the values of attributes.

use nom::Parser;

use super::global::*;
use super::mb::number;
use crate::codec::input::{Input, Parsed, bytes, clause, placed};
use crate::codec::markup::document::Span;

/// A piece of data.
pub(super) enum Data {
    /// A string by its offset in the string table.
    Reference(u32),
    /// One character by its code point.
    Char(u32),
    /// Bytes as they are.
    Opaque(Span),
    /// The number of an extension; empty when it has none.
    Extension(Span),
}

/// The rest of a piece that begins with `token`; what is no token of data is an extension alone.
pub(super) fn data<'a>(token: u8) -> impl FnMut(Input<'a>) -> Parsed<'a, Data> {
    move |input| match token {
        STR_T => number.map(Data::Reference).parse(input),
        ENTITY => number.map(Data::Char).parse(input),
        OPAQUE => opaque.map(Data::Opaque).parse(input),
        EXT_T_0..=EXT_T_2 => {
            let (rest, (range, _)) = placed(number).parse(input)?;
            Ok((rest, Data::Extension(range.into())))
        }
        _ => {
            let none = input.offset()..input.offset();
            Ok((input, Data::Extension(none.into())))
        }
    }
}

/// Bytes behind their number.
fn opaque(input: Input<'_>) -> Parsed<'_, Span> {
    let (rest, len) = number(input)?;
    let data = bytes(len as usize, "opaque data");
    let (rest, data) = clause("WBXML §5.8.4.6", data)(rest)?;
    Ok((rest, data.range().into()))
}
