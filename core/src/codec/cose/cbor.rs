//! The part of CBOR that orders and receipts are made of, in its deterministic form alone
//! (RFC 8949 §3, §4.2.1): definite lengths, each head as short as it can be.
//!
//! Knows no floats, no indefinite lengths and no meaning: what a map holds says who reads it.

use crate::codec::input::{Input, Parsed, array, byte, bytes, utf8};
use nom::Parser;

/// Kind of a data item (RFC 8949 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

/// Simple value that stands for nothing (RFC 8949 §3.3).
const NULL: u64 = 22;

impl Major {
    fn of(first: u8) -> Self {
        match first >> 5 {
            0 => Major::Unsigned,
            1 => Major::Negative,
            2 => Major::Bytes,
            3 => Major::Text,
            4 => Major::Array,
            5 => Major::Map,
            6 => Major::Tag,
            _ => Major::Simple,
        }
    }
}

/// Head of a data item: its kind and its argument, which must stand in as few bytes as can be.
pub(crate) fn head(input: Input<'_>) -> Parsed<'_, (Major, u64)> {
    let (rest, first) = byte("a data item")(input)?;
    let major = Major::of(first);
    let (rest, argument, least) = match first & 0x1F {
        short @ 0..=23 => (rest, u64::from(short), 0),
        24 => {
            let (rest, long) = byte("an argument, 1 byte")(rest)?;
            (rest, u64::from(long), 24)
        }
        25 => {
            let (rest, long) = array("an argument")(rest)?;
            (rest, u64::from(u16::from_be_bytes(long)), 0x100)
        }
        26 => {
            let (rest, long) = array("an argument")(rest)?;
            (rest, u64::from(u32::from_be_bytes(long)), 0x1_0000)
        }
        27 => {
            let (rest, long) = array("an argument")(rest)?;
            (rest, u64::from_be_bytes(long), 0x1_0000_0000)
        }
        _ => return Err(input.wrong("an item of definite length")),
    };
    // What of a float is its argument has no short form.
    if argument < least || (major == Major::Simple && first & 0x1F > 23) {
        return Err(input.wrong("the shortest form of a data item"));
    }
    Ok((rest, (major, argument)))
}

/// One head and no other, such as that of an array of four.
pub(crate) fn exactly<'a>(
    major: Major,
    argument: u64,
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, ()> {
    move |input| match head(input)? {
        (rest, found) if found == (major, argument) => Ok((rest, ())),
        _ => Err(input.wrong(expected)),
    }
}

fn argument<'a>(major: Major, expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, u64> {
    move |input| match head(input)? {
        (rest, (found, argument)) if found == major => Ok((rest, argument)),
        _ => Err(input.wrong(expected)),
    }
}

/// A number from 0 that the type has room for.
pub(crate) fn number<'a, T: TryFrom<u64>>(
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    move |input| {
        let (rest, number) = argument(Major::Unsigned, expected)(input)?;
        match T::try_from(number) {
            Ok(number) => Ok((rest, number)),
            Err(_) => Err(input.wrong(expected)),
        }
    }
}

fn content<'a>(
    major: Major,
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Input<'a>> {
    move |input| {
        let (rest, length) = argument(major, expected)(input)?;
        // A length that the machine cannot count is longer than any input.
        bytes(usize::try_from(length).unwrap_or(usize::MAX), expected)(rest)
    }
}

/// Content of a byte string.
pub(crate) fn byte_string<'a>(
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Input<'a>> {
    content(Major::Bytes, expected)
}

/// Content of a byte string of `N` bytes.
pub(crate) fn bytes_of<'a, const N: usize>(
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, [u8; N]> {
    move |input| {
        let (rest, found) = byte_string(expected)(input)?;
        match found.bytes().try_into() {
            Ok(found) => Ok((rest, found)),
            Err(_) => Err(input.wrong(expected)),
        }
    }
}

/// A text string.
pub(crate) fn text<'a>(expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, &'a str> {
    utf8(content(Major::Text, expected))
}

/// Number of items of an array.
pub(crate) fn count<'a>(expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, u64> {
    argument(Major::Array, expected)
}

/// A value, or null in its place.
pub(crate) fn or_null<'a, T>(
    mut parser: impl Parser<Input<'a>, Output = T, Error = crate::codec::input::Fault>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Option<T>> {
    move |input| match head(input)? {
        (rest, (Major::Simple, NULL)) => Ok((rest, None)),
        _ => parser.parse(input).map(|(rest, value)| (rest, Some(value))),
    }
}

/// Writes a head in its shortest form.
pub(crate) fn put(out: &mut Vec<u8>, major: Major, argument: u64) {
    let kind = (major as u8) << 5;
    let be = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(kind | be[7]),
        24..=0xFF => out.extend([kind | 24, be[7]]),
        0x100..=0xFFFF => {
            out.push(kind | 25);
            out.extend(&be[6..]);
        }
        0x1_0000..=0xFFFF_FFFF => {
            out.push(kind | 26);
            out.extend(&be[4..]);
        }
        _ => {
            out.push(kind | 27);
            out.extend(&be);
        }
    }
}

/// Writes a byte string.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, Major::Bytes, bytes.len() as u64);
    out.extend(bytes);
}

/// Writes a text string.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, Major::Text, text.len() as u64);
    out.extend(text.bytes());
}

/// Writes null.
pub(crate) fn put_null(out: &mut Vec<u8>) {
    put(out, Major::Simple, NULL);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;
    use crate::codec::input::whole;

    /// Worked bytes of RFC 8949 appendix A.
    #[test]
    fn heads_are_as_short_as_they_can_be() {
        for (text, major, argument) in [
            ("00", Major::Unsigned, 0),
            ("17", Major::Unsigned, 23),
            ("1818", Major::Unsigned, 24),
            ("1903E8", Major::Unsigned, 1000),
            ("1A000F4240", Major::Unsigned, 1_000_000),
            ("1B000000E8D4A51000", Major::Unsigned, 1_000_000_000_000),
            ("1BFFFFFFFFFFFFFFFF", Major::Unsigned, u64::MAX),
            ("26", Major::Negative, 6),
            ("3903E7", Major::Negative, 999),
            ("84", Major::Array, 4),
            ("D2", Major::Tag, 18),
            ("F6", Major::Simple, NULL),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(whole(&bytes, head), Ok((major, argument)), "{text}");
            let mut written = Vec::new();
            put(&mut written, major, argument);
            assert_eq!(written, bytes, "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused_where_they_stand() {
        for text in [
            "",
            "1800",
            "1817",
            "1900FF",
            "1A0000FFFF",
            "1B00000000FFFFFFFF",
            "19",
            "1C",
            "5F",
            "9F",
            "FF",
            "F818",
            "F90000",
            "FA47C35000",
        ] {
            let bytes = hex::decode(text).unwrap();
            let error = whole(&bytes, head).unwrap_err();
            assert!(error.offset <= 1, "{text}: {error}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        for text in ["4201", "5BFFFFFFFFFFFFFFFF00", "62C3"] {
            let bytes = hex::decode(text).unwrap();
            assert!(whole(&bytes, byte_string("bytes")).is_err(), "{text}");
            assert!(whole(&bytes, super::text("text")).is_err(), "{text}");
        }
        assert_eq!(
            whole(&[0x19, 1, 0], number::<u8>("a byte"))
                .unwrap_err()
                .offset,
            0
        );
    }
}
