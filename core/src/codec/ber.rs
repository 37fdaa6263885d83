//! Tag, length, value (ISO/IEC 7816-4 §5.2.2, ETSI TS 101 220 §7.1): [`Object`]s with tags of
//! one to three bytes in both forms that cards know, and [`Tlv`]s with tags of one byte, as the
//! toolkit and the FCP template use them.
//!
//! Lengths take one to three bytes. What tags mean is for others to say.

use super::DecodeError;
use super::input::{Input, Parsed, all, byte, bytes, clause, pair, placed, prefix, whole};
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

/// By hand where all of the object is there and its length has one byte: a card asks its access
/// rules so at each command, and there the combinators took twice as many instructions. All
/// else, and every failure, goes by the combinators.
fn tag_length_value(input: Input<'_>) -> Parsed<'_, Tlv<'_>> {
    if let [tag, length @ 0..=0x7F, following @ ..] = input.bytes()
        && let Some((value, left)) = following.split_at_checked(usize::from(*length))
    {
        let start = input.offset() + 2;
        let end = start + value.len();
        let tlv = Tlv {
            tag: *tag,
            value,
            range: input.offset()..end,
            value_range: start..end,
        };
        return Ok((Input::at(left, end), tlv));
    }
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
    out.push(tag);
    write_value(out, value);
}

fn write_value(out: &mut Vec<u8>, value: &[u8]) {
    let value = &value[..value.len().min(0xFFFF)];
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

/// Which bytes belong to a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// BER-TLV: after a byte that ends in 1F, all to the first without 80 (ISO/IEC 7816-4
    /// §5.2.2.1).
    Ber,
    /// COMPREHENSION-TLV: after 7F, two (ETSI TS 101 220 §7.1.1.2).
    Comprehension,
}

/// The bytes of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// One byte.
    Short(u8),
    /// Two bytes; BER-TLV alone.
    Double([u8; 2]),
    /// Three bytes.
    Triple([u8; 3]),
}

impl Tag {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Tag::Short(byte) => std::slice::from_ref(byte),
            Tag::Double(bytes) => bytes,
            Tag::Triple(bytes) => bytes,
        }
    }

    /// The value of a BER-TLV object consists of objects.
    pub fn is_constructed(&self) -> bool {
        self.bytes().first().is_some_and(|first| first & 0x20 != 0)
    }
}

/// An object with a tag of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The tag.
    pub tag: Tag,
    /// The value, at most 65,535 bytes.
    pub value: Vec<u8>,
}

/// Reads all objects of a string, which must end with the last of them.
pub fn decode(bytes: &[u8], form: Form) -> Result<Vec<Object>, DecodeError> {
    let object = any_object(form).map(|any| Object {
        tag: any.tag,
        value: any.value.bytes().to_vec(),
    });
    whole(bytes, all(object))
}

/// The bytes of objects, one after the other; a value over 65,535 bytes is cut.
pub fn encode(objects: &[Object]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for object in objects {
        bytes.extend_from_slice(object.tag.bytes());
        write_value(&mut bytes, &object.value);
    }
    bytes
}

/// Tag and length of a BER-TLV object whose value may be missing or cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The tag.
    pub tag: Tag,
    /// Bytes of the value.
    pub length: usize,
    /// Bytes of tag and length.
    pub size: usize,
}

impl Header {
    /// Reads the header that a string begins with. The length has one to four bytes and is the
    /// shortest that says it (ETSI TS 101 220 §7.1.2).
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(prefix(Input::at(bytes, 0), clause("TS 101 220 §7.1.2", header))?.0)
    }

    /// Bytes of the whole object.
    pub fn whole(&self) -> usize {
        self.size + self.length
    }
}

fn header(input: Input<'_>) -> Parsed<'_, Header> {
    let (rest, tag) = any_tag(input, Form::Ber)?;
    let (after, first) = byte(MORE)(rest)?;
    let count = match first {
        0..=0x7F => 0,
        0x81..=0x83 => usize::from(first - 0x80),
        _ => return Err(rest.wrong("a length of the form 00–7F, 81, 82 or 83")),
    };
    let (end, more) = bytes(count, "a length")(after)?;
    let said = more
        .bytes()
        .iter()
        .fold(0, |length, byte| length << 8 | usize::from(*byte));
    let least = match count {
        0 => 0,
        1 => 0x80,
        more => 1 << (8 * (more - 1)),
    };
    if said < least {
        return Err(rest.wrong("the shortest form of a length"));
    }
    let header = Header {
        tag,
        length: if count == 0 { usize::from(first) } else { said },
        size: end.offset() - input.offset(),
    };
    Ok((end, header))
}

/// Reads a tag that takes all of a string.
pub fn tag(bytes: &[u8]) -> Result<Tag, DecodeError> {
    whole(bytes, |input| any_tag(input, Form::Ber))
}

/// An object in its place, with a tag of any length.
pub(super) struct AnyObject<'a> {
    /// The tag.
    pub(super) tag: Tag,
    /// Place of the tag.
    pub(super) tag_range: Range<usize>,
    /// The value.
    pub(super) value: Input<'a>,
}

/// One object of a form.
pub(super) fn any_object<'a>(form: Form) -> impl FnMut(Input<'a>) -> Parsed<'a, AnyObject<'a>> {
    let parser = move |input: Input<'a>| {
        let (rest, ((tag_range, tag), length)) =
            (placed(|input: Input<'a>| any_tag(input, form)), length).parse(input)?;
        let (rest, value) = bytes(length, "the value of an object")(rest)?;
        let object = AnyObject {
            tag,
            tag_range,
            value,
        };
        Ok((rest, object))
    };
    clause("TS 101 220 §7.1", parser)
}

fn any_tag(input: Input<'_>, form: Form) -> Parsed<'_, Tag> {
    let (rest, first) = byte(MORE)(input)?;
    let is_long = match form {
        Form::Ber => first & 0x1F == 0x1F,
        Form::Comprehension => first == 0x7F,
    };
    if !is_long {
        return Ok((rest, Tag::Short(first)));
    }
    let (rest, second) = byte(MORE)(rest)?;
    if form == Form::Ber && second & 0x80 == 0 {
        return Ok((rest, Tag::Double([first, second])));
    }
    let (end, third) = byte(MORE)(rest)?;
    if form == Form::Ber && third & 0x80 != 0 {
        return Err(rest.wrong("a tag of at most three bytes"));
    }
    Ok((end, Tag::Triple([first, second, third])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_length_come_back() {
        for (text, form) in [
            ("4F0101 5F20021234 7F4900 5F810101FF", Form::Ber),
            ("0103010203 7F002600 FF0107", Form::Comprehension),
        ] {
            let bytes = crate::codec::hex::decode(&text.replace(' ', "")).unwrap();
            let objects = decode(&bytes, form).unwrap();
            assert_eq!(objects.len(), text.split(' ').count());
            assert_eq!(encode(&objects), bytes);
        }
        let tags = decode(&[0x7F, 0x49, 0x00, 0x30, 0x00], Form::Ber).unwrap();
        assert_eq!(tags[0].tag, Tag::Double([0x7F, 0x49]));
        assert!(tags[1].tag.is_constructed() && !Tag::Short(0x80).is_constructed());
    }

    #[test]
    fn tags_that_are_cut_off_or_too_long_are_refused_with_their_place() {
        for (bytes, form, offset) in [
            (&[0x5F][..], Form::Ber, 1),
            (&[0x5F, 0x81], Form::Ber, 2),
            (&[0x5F, 0x81, 0x81, 0x01, 0x00], Form::Ber, 2),
            (&[0x7F, 0x00], Form::Comprehension, 2),
        ] {
            assert_eq!(decode(bytes, form).unwrap_err().offset, offset);
        }
    }

    #[test]
    fn a_header_tells_of_a_value_that_is_not_there() {
        for (bytes, length, size) in [
            (&[0x80, 0x05][..], 5, 2),
            (&[0x80, 0x81, 0xC8, 1], 200, 3),
            (&[0x5F, 0x20, 0x82, 1, 0], 256, 5),
            (&[0xBF, 0x81, 0x01, 0x83, 1, 0, 0], 0x1_0000, 7),
        ] {
            let header = Header::decode(bytes).unwrap();
            assert_eq!((header.length, header.size), (length, size));
            assert_eq!(header.whole(), length + size);
        }
        for (bytes, offset) in [
            (&[0x80][..], 1),
            (&[0x80, 0x80], 1),
            (&[0x80, 0x81, 0x7F], 1),
            (&[0x80, 0x82, 0, 0xFF], 1),
            (&[0x80, 0x83, 1, 0], 2),
        ] {
            assert_eq!(Header::decode(bytes).unwrap_err().offset, offset);
        }
        assert_eq!(tag(&[0x5F, 0x20]).unwrap(), Tag::Double([0x5F, 0x20]));
        assert!(tag(&[0x80, 0x00]).is_err() && tag(&[]).is_err());
    }

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
