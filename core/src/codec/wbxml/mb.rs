//! Multi-byte integers (WBXML 1.3 §5.1): seven bits a byte, most significant first.

use nom::Parser;
use nom::bytes::complete::take_while_m_n;

use crate::codec::input::{Fault, Input, Parsed, byte, clause};

/// Bit of every byte but the last.
const MORE: u8 = 0x80;

/// `mb_u_int32`. Leading `80` bytes are not minimal but read.
pub(super) fn number(input: Input<'_>) -> Parsed<'_, u32> {
    clause("WBXML §5.1", digits)(input)
}

fn digits(input: Input<'_>) -> Parsed<'_, u32> {
    let before_last = take_while_m_n(0, 4, |byte| byte & MORE != 0);
    let (rest, (before_last, last)) = (before_last, byte("the rest of a number")).parse(input)?;
    if last & MORE != 0 {
        let expected = "a number of at most 5 bytes";
        return Err(Fault::at(input.offset(), expected, "a longer one"));
    }
    let high = before_last
        .bytes()
        .iter()
        .fold(0, |value, digit| value << 7 | u64::from(digit & !MORE));
    match u32::try_from(high << 7 | u64::from(last)) {
        Ok(value) => Ok((rest, value)),
        Err(_) => Err(Fault::at(
            input.offset(),
            "a number of 32 bits",
            "a greater one",
        )),
    }
}

/// Writes the shortest form.
pub(super) fn encode(value: u32, out: &mut Vec<u8>) {
    let mut shift = 28;
    while shift > 0 {
        if value >> shift != 0 {
            out.push(MORE | (value >> shift) as u8 & !MORE);
        }
        shift -= 7;
    }
    out.push(value as u8 & !MORE);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::input::whole;

    #[test]
    fn numbers_come_back() {
        for value in [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x0FFF_FFFF, u32::MAX] {
            let mut bytes = Vec::new();
            encode(value, &mut bytes);
            assert_eq!(whole(&bytes, number), Ok(value));
            // Not minimal, but read, as long as it has five bytes.
            bytes.insert(0, MORE);
            assert_eq!(
                whole(&bytes, number).is_ok(),
                bytes.len() <= 5,
                "{bytes:X?}"
            );
        }
    }

    #[test]
    fn faults_have_their_place() {
        for (bytes, at, expected) in [
            (&[][..], 0, "the rest of a number"),
            (&[0x81, 0x82], 2, "the rest of a number"),
            (&[0x9F, 0xFF, 0xFF, 0xFF, 0x7F], 0, "a number of 32 bits"),
            (&[0x80; 6], 0, "a number of at most 5 bytes"),
        ] {
            let error = whole(bytes, number).unwrap_err();
            assert_eq!((error.offset, &*error.expected), (at, expected));
            assert_eq!(error.clause, "WBXML §5.1");
        }
    }
}
