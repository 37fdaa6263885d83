//! Tag, length, value as the toolkit and the FCP template use them: one-byte tags, lengths of
//! one to three bytes (ISO/IEC 7816-4 §5.2.2, ETSI TS 101 220 §7).

use super::DecodeError;
use super::input::{Input, Parsed, all, byte, bytes, clause, pair, prefix, whole};
use nom::Parser;
use std::ops::Range;

/// What is missing in an object that is cut off.
const MORE: &str = "more bytes of an object";

/// One object, with where it lies in the string it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag byte as it stands.
    pub tag: u8,
    /// The value.
    pub value: &'a [u8],
    /// Tag, length and value.
    pub range: Range<usize>,
    /// The value alone.
    pub value_range: Range<usize>,
}

/// The length of an object: 00–7F, 81 with one byte or 82 with two.
pub(crate) fn length(input: Input<'_>) -> Parsed<'_, usize> {
    let (rest, first) = byte(MORE)(input)?;
    match first {
        0..=0x7F => Ok((rest, usize::from(first))),
        0x81 => byte(MORE).map(usize::from).parse(rest),
        0x82 => pair(MORE).map(usize::from).parse(rest),
        _ => Err(input.wrong("a length of the form 00–7F, 81 or 82")),
    }
}

/// One object.
pub(crate) fn object(input: Input<'_>) -> Parsed<'_, Tlv<'_>> {
    clause("TS 101 220 §7.1.2", tag_length_value)(input)
}

fn tag_length_value(input: Input<'_>) -> Parsed<'_, Tlv<'_>> {
    let (rest, (tag, length)) = (byte(MORE), length).parse(input)?;
    let (rest, value) = bytes(length, "the value of an object")(rest)?;
    let tlv = Tlv {
        tag,
        value: value.bytes(),
        range: input.offset()..value.end(),
        value_range: value.range(),
    };
    Ok((rest, tlv))
}

/// Reads the object that starts at `offset`.
pub fn read(bytes: &[u8], offset: usize) -> Result<Tlv<'_>, DecodeError> {
    let start = offset.min(bytes.len());
    Ok(prefix(Input::at(&bytes[start..], start), object)?.0)
}

/// Reads all objects of a string, which must end with the last of them.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Tlv<'_>>, DecodeError> {
    whole(bytes, all(object))
}

/// Appends an object. Values of more than 65,535 bytes do not occur on cards and are cut.
pub fn write(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    let value = &value[..value.len().min(0xFFFF)];
    out.push(tag);
    match value.len() {
        n @ 0..=0x7F => out.push(n as u8),
        n @ 0x80..=0xFF => out.extend([0x81, n as u8]),
        n => {
            out.push(0x82);
            out.extend((n as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form_come_back() {
        for length in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF] {
            let mut bytes = Vec::new();
            write(&mut bytes, 0xD0, &vec![7; length]);
            let tlv = read(&bytes, 0).unwrap();
            assert_eq!(
                (tlv.tag, tlv.value.len(), tlv.range.end),
                (0xD0, length, bytes.len())
            );
        }
    }

    #[test]
    fn what_is_cut_off_is_said_with_its_place() {
        assert_eq!(read(&[], 0).unwrap_err().offset, 0);
        assert_eq!(read(&[0xD0, 0x05, 1], 0).unwrap_err().offset, 2);
        assert_eq!(read(&[0xD0, 0x84, 0, 0, 0, 0], 0).unwrap_err().offset, 1);
        assert_eq!(read_all(&[0x01, 0x00, 0x02]).unwrap_err().offset, 3);
    }
}
