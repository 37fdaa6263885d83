//! Tag, length, value as the toolkit and the FCP template use them: one-byte tags, lengths of
//! one to three bytes (ISO/IEC 7816-4 §5.2.2, ETSI TS 101 220 §7).

use super::DecodeError;
use std::ops::Range;

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

/// Reads the object that starts at `offset`.
pub fn read(bytes: &[u8], offset: usize) -> Result<Tlv<'_>, DecodeError> {
    let end = || DecodeError::new(bytes.len(), "more bytes of an object", "the end");
    let tag = *bytes.get(offset).ok_or_else(end)?;
    let first = *bytes.get(offset + 1).ok_or_else(end)?;
    let (length, head) = match first {
        0..=0x7F => (usize::from(first), 2),
        0x81 => (usize::from(*bytes.get(offset + 2).ok_or_else(end)?), 3),
        0x82 => {
            let high = *bytes.get(offset + 2).ok_or_else(end)?;
            let low = *bytes.get(offset + 3).ok_or_else(end)?;
            (usize::from(u16::from_be_bytes([high, low])), 4)
        }
        other => {
            return Err(DecodeError::new(
                offset + 1,
                "a length of the form 00–7F, 81 or 82",
                format!("{other:02X}"),
            )
            .clause("TS 101 220 §7.1.2"));
        }
    };
    let start = offset + head;
    let value = bytes.get(start..start + length).ok_or_else(|| {
        DecodeError::new(
            offset,
            format!("an object of {length} bytes"),
            format!("{} bytes to the end", bytes.len().saturating_sub(start)),
        )
        .clause("TS 101 220 §7.1.2")
    })?;
    Ok(Tlv {
        tag,
        value,
        range: offset..start + length,
        value_range: start..start + length,
    })
}

/// Reads all objects of a string, which must end with the last of them.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Tlv<'_>>, DecodeError> {
    let mut objects = Vec::new();
    let mut offset = 0;
    while offset < bytes.len() {
        let object = read(bytes, offset)?;
        offset = object.range.end;
        objects.push(object);
    }
    Ok(objects)
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
        assert_eq!(read(&[0xD0, 0x05, 1], 0).unwrap_err().offset, 0);
        assert_eq!(read(&[0xD0, 0x84, 0, 0, 0, 0], 0).unwrap_err().offset, 1);
        assert_eq!(read_all(&[0x01, 0x00, 0x02]).unwrap_err().offset, 3);
    }
}
