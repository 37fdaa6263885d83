//! Addresses of short messages and of calls: numbers in semi-octets, names in the default alphabet
//! (3GPP TS 23.040 §9.1.2.5; object address TS 102 223 §8.1).

use crate::codec::alphabet::{from_septets, unpack};
use crate::codec::input::{Input, Parsed, byte, bytes};

/// Semi-octets that stand for a digit or a sign (TS 23.040 §9.1.2.3).
const DIGITS: &[u8; 15] = b"0123456789*#abc";

/// Type of number: letters of the default alphabet, packed.
const ALPHANUMERIC: u8 = 0x50;

/// A number as a message carries it: digits, and whether it is international.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Number {
    /// Type of number and numbering plan, 81 unknown, 91 international.
    pub kind: u8,
    /// Digits, `*` and `#`.
    pub digits: String,
}

impl Number {
    /// From digits, with `+` before an international number.
    pub fn new(number: &str) -> Self {
        let (kind, digits) = match number.strip_prefix('+') {
            Some(digits) => (0x91, digits),
            None => (0x81, number),
        };
        let known = |c: &char| "0123456789*#".contains(*c);
        Number {
            kind,
            digits: digits.chars().filter(known).take(20).collect(),
        }
    }

    /// Digits in octets with swapped nibbles.
    fn octets(&self) -> Vec<u8> {
        let nibbles: Vec<u8> = self
            .digits
            .bytes()
            .filter_map(|c| DIGITS.iter().position(|of| *of == c))
            .map(|at| at as u8)
            .collect();
        nibbles
            .chunks(2)
            .map(|pair| pair.get(1).unwrap_or(&0x0F) << 4 | pair[0])
            .collect()
    }

    /// As in an address of a TPDU: digits counted, kind, digits (§9.1.2.5).
    pub fn address(&self) -> Vec<u8> {
        let mut address = vec![self.digits.len() as u8, self.kind];
        address.extend(self.octets());
        address
    }

    /// As in the object address: kind and digits (TS 102 223 §8.1).
    pub fn object(&self) -> Vec<u8> {
        [&[self.kind][..], &self.octets()].concat()
    }
}

/// An address as it stands: count of semi-octets, type, semi-octets.
pub(super) fn address<'a>(expected: &'static str) -> impl FnMut(Input<'a>) -> Parsed<'a, Vec<u8>> {
    move |input| {
        let (left, digits) = byte(expected)(input)?;
        let (left, kind_and_digits) = bytes(1 + usize::from(digits).div_ceil(2), expected)(left)?;
        let mut address = vec![digits];
        address.extend(kind_and_digits.bytes());
        Ok((left, address))
    }
}

/// An address as people write it: `+` before an international number, a name in letters; empty
/// for what is no address.
pub fn address_text(address: &[u8]) -> String {
    let [count, kind, octets @ ..] = address else {
        return String::new();
    };
    let count = usize::from(*count);
    if kind & 0x70 == ALPHANUMERIC {
        let mut septets = unpack(octets, 0);
        septets.truncate(count * 4 / 7);
        return from_septets(&septets);
    }
    let plus = if kind & 0x70 == 0x10 { "+" } else { "" };
    let digits: String = octets
        .iter()
        .flat_map(|o| [o & 0x0F, o >> 4])
        .take(count)
        .map(|d| DIGITS.get(usize::from(d)).map_or('?', |c| char::from(*c)))
        .collect();
    format!("{plus}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_as_people_write_them() {
        for number in ["+10000000000", "1234", "*100#", "123"] {
            assert_eq!(address_text(&Number::new(number).address()), number);
        }
        // "Design@Home" of TS 23.038: eleven septets in twenty semi-octets.
        let name = [
            0x14, 0xD0, 0xC4, 0xF2, 0x3C, 0x7D, 0x76, 0x03, 0x90, 0xEF, 0x76, 0x19,
        ];
        assert_eq!(address_text(&name), "Design@Home");
        assert_eq!(address_text(&[]), "");
    }
}
