//! The template and its objects (ETSI TS 102 221 §11.1.1.3, §11.1.1.4).

use super::descriptor::{FileDescriptor, descriptor};
use super::life_cycle::LifeCycle;
use crate::codec::DecodeError;
use crate::codec::ber::{self, Tlv};
use crate::codec::input::{
    Fault, Input, Parsed, all, byte, byte_that, clause, pair, part, rest, whole,
};
use nom::Parser;
use nom::combinator::{opt, peek};
use nom::sequence::preceded;

/// Tag of the template.
pub const TEMPLATE: u8 = 0x62;

const CLAUSE: &str = "TS 102 221 §11.1.1.4";

/// What is known of a file, in the order in which it is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fcp<'a> {
    /// The objects.
    pub objects: Vec<Object<'a>>,
}

/// One object of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object<'a> {
    /// Bytes of the body of an EF.
    FileSize(u32),
    /// Bytes of the file with all that manages it.
    TotalFileSize(u32),
    /// What kind of file it is.
    FileDescriptor(FileDescriptor),
    /// Its identifier.
    FileIdentifier(u16),
    /// Its name: of an ADF the application identifier.
    DfName(&'a [u8]),
    /// Objects of §11.1.1.4.6.
    Proprietary(&'a [u8]),
    /// Where in its life it is.
    LifeCycle(LifeCycle),
    /// The access rule stands in an EF_ARR.
    SecurityReferenced {
        /// Identifier of that file.
        fid: u16,
        /// Number of the record; or pairs of a security environment and the number for it.
        records: &'a [u8],
    },
    /// The access rule in the compact form.
    SecurityCompact(&'a [u8]),
    /// The access rule as it would stand in an EF_ARR.
    SecurityExpanded(&'a [u8]),
    /// Which PINs count, and which of them are enabled; see [`super::PinStatus`].
    PinStatus(&'a [u8]),
    /// Short file identifier, 1 to 30; `None` says that there is none.
    ShortFileIdentifier(Option<u8>),
    /// Any other object.
    Unknown {
        /// Its tag.
        tag: u8,
        /// Its value.
        value: &'a [u8],
    },
}

impl<'a> Fcp<'a> {
    /// Reads a whole template.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause("TS 102 221 §11.1.1.3", template))
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        encode(self.objects.iter().copied())
    }
}

/// The template of objects.
pub fn encode<'a>(objects: impl IntoIterator<Item = Object<'a>>) -> Vec<u8> {
    let mut value = Vec::with_capacity(64);
    for object in objects {
        object.write(&mut value);
    }
    enclose(&value)
}

/// The template around objects that are written already.
pub fn enclose(objects: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(objects.len() + 3);
    ber::write(&mut bytes, TEMPLATE, objects);
    bytes
}

impl<'a> Object<'a> {
    /// What an object of a template says; the place of an error counts as that of the object.
    pub fn of(tlv: &Tlv<'a>) -> Result<Self, DecodeError> {
        let value = Input::at(tlv.value, tlv.value_range.start);
        part(value, clause(CLAUSE, |input| object_value(tlv.tag, input)))
    }

    /// Appends the object. Inlined: a card writes each of its objects by name, for every SELECT.
    #[inline(always)]
    pub fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Object::FileSize(size) => write_size(out, 0x80, size),
            Object::TotalFileSize(size) => write_size(out, 0x81, size),
            Object::FileDescriptor(descriptor) => {
                let length = if descriptor.records.is_some() { 5 } else { 2 };
                out.extend([0x82, length]);
                descriptor.write(out);
            }
            Object::FileIdentifier(fid) => ber::write(out, 0x83, &fid.to_be_bytes()),
            Object::DfName(name) => ber::write(out, 0x84, name),
            Object::Proprietary(objects) => ber::write(out, 0xA5, objects),
            Object::LifeCycle(state) => ber::write(out, 0x8A, &[state.code()]),
            Object::SecurityReferenced { fid, records } => {
                // One record number, or a few pairs: far from a longer form of the length.
                let records = &records[..records.len().min(0x7D)];
                out.extend([0x8B, records.len() as u8 + 2]);
                out.extend(fid.to_be_bytes());
                out.extend_from_slice(records);
            }
            Object::SecurityCompact(rule) => ber::write(out, 0x8C, rule),
            Object::SecurityExpanded(rule) => ber::write(out, 0xAB, rule),
            Object::PinStatus(template) => ber::write(out, 0xC6, template),
            Object::ShortFileIdentifier(sfi) => {
                ber::write(out, 0x88, sfi.map(|sfi| sfi << 3).as_slice());
            }
            Object::Unknown { tag, value } => ber::write(out, tag, value),
        }
    }
}

fn write_size(out: &mut Vec<u8>, tag: u8, size: u32) {
    match (u16::try_from(size), size.to_be_bytes()) {
        (Ok(size), _) => ber::write(out, tag, &size.to_be_bytes()),
        (_, [0, size @ ..]) => ber::write(out, tag, &size),
        (_, size) => ber::write(out, tag, &size),
    }
}

fn template(input: Input<'_>) -> Parsed<'_, Fcp<'_>> {
    let tag = peek(byte_that("an FCP template, 62", |tag| tag == TEMPLATE));
    let (end, outer) = preceded(tag, ber::object).parse(input)?;
    let value = Input::at(outer.value, outer.value_range.start);
    let object = |input| {
        let (end, tlv) = ber::object(input)?;
        Ok((end, Object::of(&tlv).map_err(Fault::of)?))
    };
    let (_, objects) = all(object)(value)?;
    Ok((end, Fcp { objects }))
}

fn object_value(tag: u8, input: Input<'_>) -> Parsed<'_, Object<'_>> {
    match tag {
        0x80 => size.map(Object::FileSize).parse(input),
        0x81 => size.map(Object::TotalFileSize).parse(input),
        0x82 => descriptor.map(Object::FileDescriptor).parse(input),
        0x83 => pair("a file identifier")
            .map(Object::FileIdentifier)
            .parse(input),
        0x88 => {
            let sfi = byte_that("a short file identifier in the high bits", |b| b & 7 == 0);
            let sfi = opt(sfi).map(|sfi| sfi.map(|byte| byte >> 3));
            sfi.map(Object::ShortFileIdentifier).parse(input)
        }
        0x8A => byte("a life cycle status")
            .map(|code| Object::LifeCycle(LifeCycle::from_code(code)))
            .parse(input),
        0x8B => {
            let (records, fid) = pair("the file identifier of an EF_ARR")(input)?;
            if records.is_empty() || records.len() > 0x7D {
                return Err(records.wrong("the number of a record"));
            }
            let (end, records) = rest(records)?;
            let records = records.bytes();
            Ok((end, Object::SecurityReferenced { fid, records }))
        }
        _ => {
            let (end, value) = rest(input)?;
            let value = value.bytes();
            let object = match tag {
                0x84 => Object::DfName(value),
                0xA5 => Object::Proprietary(value),
                0x8C => Object::SecurityCompact(value),
                0xAB => Object::SecurityExpanded(value),
                0xC6 => Object::PinStatus(value),
                _ => Object::Unknown { tag, value },
            };
            Ok((end, object))
        }
    }
}

/// A number of two to four bytes.
fn size(input: Input<'_>) -> Parsed<'_, u32> {
    let (end, number) = rest(input)?;
    match number.bytes() {
        [] | [_] | [_, _, _, _, _, ..] => Err(input.wrong("a size of two to four bytes")),
        bytes => {
            let size = bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u32::from(*byte));
            Ok((end, size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::descriptor::{Kind, Records};
    use super::*;
    use crate::codec::hex;

    /// Shows CMD-5.
    #[test]
    fn worked_templates_come_back() {
        for text in [
            "622C8202782183023F00A50C8001718304000100008701018A01058B032F0605C60C90016083010183018183010A",
            "621A82054221001E0383022F008A01058B032F06018002005A880108",
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(hex::encode(&Fcp::decode(&bytes).unwrap().encode()), text);
        }
    }

    #[test]
    fn objects_are_told() {
        let bytes = hex::decode(
            "621582054221001E0383022F008A0104800300010088 00"
                .replace(' ', "")
                .as_str(),
        )
        .unwrap();
        let records = Records {
            length: 30,
            count: 3,
        };
        let objects = [
            Object::FileDescriptor(FileDescriptor::new(Kind::LinearFixed, Some(records))),
            Object::FileIdentifier(0x2F00),
            Object::LifeCycle(LifeCycle::Deactivated),
            Object::FileSize(256),
            Object::ShortFileIdentifier(None),
        ];
        assert_eq!(Fcp::decode(&bytes).unwrap().objects, objects);
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("6F00", 0),
            ("6203820141", 5),
            ("62048203414200", 4),
            ("6205820341427F", 6),
            ("620383013F", 4),
            ("6203880109", 4),
            ("62038B012F", 4),
            ("62048B022F06", 6),
            ("6203800100", 4),
            ("620000", 2),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(Fcp::decode(&bytes).unwrap_err().offset, offset, "{text}");
        }
    }
}
