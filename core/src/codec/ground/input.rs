//! Ground of all binary codecs: an input that knows its place in the whole string, the parsers
//! that several codecs share, and the one way from a failed parser to a [`DecodeError`].
//!
//! Codecs combine these with the parsers of `nom`. Public signatures show bytes and
//! [`DecodeError`], never an [`Input`].

use crate::codec::DecodeError;
use nom::bits;
use nom::bytes::complete::take;
use nom::error::{ContextError, ErrorKind, FromExternalError, ParseError, context};
use nom::number::complete::{be_u16, u8 as any_byte};
use nom::{Err, ErrorConvert, IResult, Needed, Parser};
use std::borrow::Cow;
use std::iter::{Copied, Enumerate};
use std::ops::Range;
use std::slice::Iter;

/// Bytes still to be read, and where the first of them lies in the whole string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Input<'a> {
    /// The whole string.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Input { bytes, offset: 0 }
    }

    /// A part of a string that begins at `offset` of the whole.
    pub(crate) fn at(bytes: &'a [u8], offset: usize) -> Self {
        Input { bytes, offset }
    }

    /// The bytes.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Place of the first byte in the whole string.
    pub(crate) fn offset(self) -> usize {
        self.offset
    }

    /// Place behind the last byte in the whole string.
    pub(crate) fn end(self) -> usize {
        self.offset + self.bytes.len()
    }

    /// Place of all its bytes in the whole string.
    pub(crate) fn range(self) -> Range<usize> {
        self.offset..self.end()
    }

    /// Number of bytes.
    pub(crate) fn len(self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The next byte as an error says it, or that there is none.
    pub(crate) fn found(self) -> Cow<'static, str> {
        match self.bytes.first() {
            Some(byte) => format!("{byte:02X}").into(),
            None => Cow::Borrowed("the end"),
        }
    }

    /// A failure here, which found the next byte or the end.
    pub(crate) fn wrong(self, expected: impl Into<Cow<'static, str>>) -> Err<Fault> {
        Fault::at(self.offset, expected, self.found())
    }
}

impl<'a> nom::Input for Input<'a> {
    type Item = u8;
    type Iter = Copied<Iter<'a, u8>>;
    type IterIndices = Enumerate<Copied<Iter<'a, u8>>>;

    fn input_len(&self) -> usize {
        self.bytes.len()
    }

    fn take(&self, index: usize) -> Self {
        Input::at(&self.bytes[..index], self.offset)
    }

    fn take_from(&self, index: usize) -> Self {
        Input::at(&self.bytes[index..], self.offset + index)
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        let (head, rest) = self.bytes.split_at(index);
        (
            Input::at(rest, self.offset + index),
            Input::at(head, self.offset),
        )
    }

    fn position<P: Fn(u8) -> bool>(&self, predicate: P) -> Option<usize> {
        self.bytes.iter().position(|byte| predicate(*byte))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.bytes.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        match count.checked_sub(self.bytes.len()) {
            None | Some(0) => Ok(count),
            Some(missing) => Err(Needed::new(missing)),
        }
    }
}

/// Why a parser failed. Boxed, so that what succeeds stays small.
#[derive(Debug)]
pub(crate) struct Fault(Box<DecodeError>);

impl Fault {
    /// A failure that another parser may still mend.
    pub(crate) fn at(
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Err<Fault> {
        Err::Error(Fault(Box::new(DecodeError::new(offset, expected, found))))
    }
}

impl Fault {
    /// The failure of a reader that does not work with combinators.
    pub(crate) fn of(error: DecodeError) -> Err<Fault> {
        Err::Error(Fault::from(error))
    }
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Fault(Box::new(error))
    }
}

impl<'a> ParseError<Input<'a>> for Fault {
    fn from_error_kind(input: Input<'a>, _: ErrorKind) -> Self {
        // Words come from the context around it.
        Fault(Box::new(DecodeError::new(input.offset, "", input.found())))
    }

    fn append(_: Input<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }

    /// Of two alternatives the one that read further tells more.
    fn or(self, other: Self) -> Self {
        if self.0.offset > other.0.offset {
            self
        } else {
            other
        }
    }
}

impl<'a> ParseError<(Input<'a>, usize)> for Fault {
    fn from_error_kind((input, _): (Input<'a>, usize), kind: ErrorKind) -> Self {
        Fault::from_error_kind(input, kind)
    }

    fn append(_: (Input<'a>, usize), _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl ErrorConvert<Fault> for Fault {
    fn convert(self) -> Fault {
        self
    }
}

impl<'a> ContextError<Input<'a>> for Fault {
    fn add_context(_: Input<'a>, words: &'static str, mut other: Self) -> Self {
        if other.0.expected.is_empty() {
            other.0.expected = Cow::Borrowed(words);
        }
        other
    }
}

impl<'a, E> FromExternalError<Input<'a>, E> for Fault {
    fn from_external_error(input: Input<'a>, kind: ErrorKind, _: E) -> Self {
        Fault::from_error_kind(input, kind)
    }
}

/// What a parser of ours returns: the rest, and the value.
pub(crate) type Parsed<'a, T> = IResult<Input<'a>, T, Fault>;

/// Any parser of ours.
pub(crate) trait Parse<'a, T>: Parser<Input<'a>, Output = T, Error = Fault> {}

impl<'a, T, P: Parser<Input<'a>, Output = T, Error = Fault>> Parse<'a, T> for P {}

/// The value of a string that ends with it, or why it cannot be read: the one way out of `nom`.
pub(crate) fn whole<'a, T>(bytes: &'a [u8], parser: impl Parse<'a, T>) -> Result<T, DecodeError> {
    part(Input::new(bytes), parser)
}

/// The value of a part of a string that ends with it.
pub(crate) fn part<'a, T>(input: Input<'a>, parser: impl Parse<'a, T>) -> Result<T, DecodeError> {
    let (value, rest) = prefix(input, parser)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(DecodeError::new(rest.offset, "the end", rest.found()))
    }
}

/// The value at the beginning of a string, and what follows it.
pub(crate) fn prefix<'a, T>(
    input: Input<'a>,
    mut parser: impl Parse<'a, T>,
) -> Result<(T, Input<'a>), DecodeError> {
    match parser.parse(input) {
        Ok((rest, value)) => Ok((value, rest)),
        Err(Err::Error(fault) | Err::Failure(fault)) => {
            let mut error = *fault.0;
            if error.expected.is_empty() {
                error.expected = Cow::Borrowed("more bytes");
            }
            Err(error)
        }
        // No parser of ours waits for more than there is.
        Err(Err::Incomplete(_)) => Err(DecodeError::new(input.end(), "more bytes", "the end")),
    }
}

/// Names the clause that a failure breaks, unless a parser inside has named one.
pub(crate) fn clause<'a, T>(
    clause: &'static str,
    mut parser: impl Parse<'a, T>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    move |input| {
        parser.parse(input).map_err(|error| {
            error.map(|mut fault: Fault| {
                if fault.0.clause.is_empty() {
                    fault.0.clause = Cow::Borrowed(clause);
                }
                fault
            })
        })
    }
}

/// One byte; `expected` says which when there is none.
pub(crate) fn byte<'a>(expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, u8> {
    move |input| context(expected, any_byte).parse(input)
}

/// One byte that must be as `fits` says, refused with its own place.
pub(crate) fn byte_that<'a>(
    expected: &'static str,
    fits: impl Fn(u8) -> bool,
) -> impl FnMut(Input<'a>) -> Parsed<'a, u8> {
    move |input| match any_byte::<_, Fault>(input) {
        Ok((rest, byte)) if fits(byte) => Ok((rest, byte)),
        _ => Err(input.wrong(expected)),
    }
}

/// Two bytes, the high one first.
pub(crate) fn pair<'a>(expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, u16> {
    move |input| context(expected, be_u16).parse(input)
}

/// `count` bytes; when there are fewer the failure says how many.
pub(crate) fn bytes<'a>(
    count: usize,
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Input<'a>> {
    move |input| match take::<_, _, Fault>(count).parse(input) {
        Ok(parsed) => Ok(parsed),
        Err(_) => Err(Fault::at(
            input.offset(),
            format!("{expected}, {count} bytes"),
            format!("{} to the end", input.len()),
        )),
    }
}

/// Everything that is left.
pub(crate) fn rest(input: Input<'_>) -> Parsed<'_, Input<'_>> {
    Ok((Input::at(&[], input.end()), input))
}

/// The same parser again and again to the end; its failure is that of the whole.
pub(crate) fn all<'a, T>(
    mut parser: impl Parse<'a, T>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Vec<T>> {
    move |mut input| {
        let mut values = Vec::new();
        while !input.is_empty() {
            let (rest, value) = parser.parse(input)?;
            if rest.offset == input.offset {
                return Err(input.wrong("something that takes a byte"));
            }
            input = rest;
            values.push(value);
        }
        Ok((input, values))
    }
}

/// A value, and the place of the bytes it was read from.
pub(crate) fn placed<'a, T>(
    mut parser: impl Parse<'a, T>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, (Range<usize>, T)> {
    move |input| {
        let (rest, value) = parser.parse(input)?;
        Ok((rest, (input.offset..rest.offset, value)))
    }
}

/// `N` bytes as an array; when there are fewer the failure says how many.
pub(crate) fn array<'a, const N: usize>(
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, [u8; N]> {
    move |input| {
        let (rest, taken) = bytes(N, expected)(input)?;
        match taken.bytes().first_chunk() {
            Some(array) => Ok((rest, *array)),
            None => Err(input.wrong(expected)),
        }
    }
}

/// The same parser, which must read everything; for a value that is already cut out, by
/// [`Parser::and_then`].
pub(crate) fn ending<'a, T>(
    mut parser: impl Parse<'a, T>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    move |input| match parser.parse(input)? {
        (rest, value) if rest.is_empty() => Ok((rest, value)),
        (rest, _) => Err(rest.wrong("the end")),
    }
}

/// What a parser cuts out as text, refused at the first byte that is no UTF-8.
pub(crate) fn utf8<'a>(
    mut parser: impl Parse<'a, Input<'a>>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, &'a str> {
    move |input| {
        let (rest, text) = parser.parse(input)?;
        match std::str::from_utf8(text.bytes()) {
            Ok(text) => Ok((rest, text)),
            Err(error) => {
                Err(nom::Input::take_from(&text, error.valid_up_to()).wrong("UTF-8 text"))
            }
        }
    }
}

/// Bit fields, the high bit first; what the last of them leaves of a byte is passed over.
pub(crate) fn bit_fields<'a, T>(
    parser: impl Parser<(Input<'a>, usize), Output = T, Error = Fault>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    bits::bits::<_, _, Fault, Fault, _>(parser)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nom::bits::complete::take as take_bits;

    #[test]
    fn places_count_from_the_whole_string() {
        let inner = |input| {
            let (rest, length) = byte("a length").parse(input)?;
            let (rest, value) = bytes(usize::from(length), "a value").parse(rest)?;
            Ok((rest, value.range()))
        };
        assert_eq!(whole(&[1, 9, 2, 8, 8], all(inner)), Ok(vec![1..2, 3..5]));
        let error = whole(&[1, 9, 3, 8, 8], all(inner)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "at byte 3: expected a value, 3 bytes, found 2 to the end"
        );
    }

    #[test]
    fn the_nearest_words_and_clause_are_told() {
        let parser = clause("§2", clause("§1", byte("a tag")));
        let error = whole(&[], parser).unwrap_err();
        assert_eq!(
            error.to_string(),
            "at byte 0: expected a tag, found the end (§1)"
        );
        let error = whole(&[7], byte_that("an even byte", |b| b % 2 == 0)).unwrap_err();
        assert_eq!((error.offset, &*error.found), (0, "07"));
    }

    #[test]
    fn what_is_left_over_is_refused() {
        let error = whole(&[1, 2], byte("a byte")).unwrap_err();
        assert_eq!(
            (error.offset, &*error.expected, &*error.found),
            (1, "the end", "02")
        );
    }

    #[test]
    fn what_takes_nothing_is_not_repeated_for_ever() {
        assert!(whole(&[1], all(|input| Ok((input, ())))).is_err());
    }

    #[test]
    fn a_value_of_fixed_length_ends_where_it_should() {
        assert_eq!(whole(&[1, 2], array::<2>("two bytes")), Ok([1, 2]));
        let value = || bytes(2, "a value").and_then(ending(byte("a byte")));
        assert_eq!(whole(&[1, 2], value()).unwrap_err().offset, 1);
        let error = whole(&[1], array::<2>("two bytes")).unwrap_err();
        assert_eq!(&*error.expected, "two bytes, 2 bytes");
    }

    #[test]
    fn what_is_no_text_is_refused_where_it_stops_being_one() {
        let text = || utf8(bytes(3, "a text"));
        assert_eq!(whole("é!".as_bytes(), text()), Ok("é!"));
        assert_eq!(whole(&[b'a', 0xC3, b'b'], text()).unwrap_err().offset, 1);
    }

    #[test]
    fn bits_are_taken_across_bytes() {
        let parser = bit_fields((take_bits(4u8), take_bits(12u8)));
        assert_eq!(whole(&[0xAB, 0xCD], parser), Ok((0xAu8, 0xBCDu16)));
        let short = whole(&[0xAB], bit_fields(take_bits::<_, u16, _, _>(12u8)));
        assert_eq!(short.unwrap_err().offset, 0);
    }
}
