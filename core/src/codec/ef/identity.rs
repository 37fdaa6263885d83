//! Identities: EF_ICCID, EF_IMSI, EF_IMSI_M (ETSI TS 102 221 §13.2, TS 31.102 §4.2.2,
//! C.S0023 §3.4.2).

use super::digits::Digits;
use crate::codec::input::{Input, Parsed, byte, byte_that, bytes, rest};
use nom::Parser;
use nom::number::complete::{le_u16, le_u24};

/// EF_ICCID: number of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iccid(pub Digits);

impl Iccid {
    /// From 18 to 20 digits.
    pub fn new(digits: &str) -> Option<Self> {
        let digits = Digits::from_text(digits)?;
        ((18..=20).contains(&digits.len()) && digits.is_decimal()).then_some(Iccid(digits))
    }

    /// The contents of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.0.encode();
        bytes.resize(10, 0xFF);
        bytes
    }
}

/// EF_IMSI: number of the subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imsi(pub Digits);

impl Imsi {
    /// From 6 to 15 digits.
    pub fn new(digits: &str) -> Option<Self> {
        let digits = Digits::from_text(digits)?;
        ((6..=15).contains(&digits.len()) && digits.is_decimal()).then_some(Imsi(digits))
    }

    /// The contents of the file: a length, then the digits behind their parity.
    pub fn encode(&self) -> Vec<u8> {
        // Parity and the first digit share a byte: 9 for an odd number of digits, 1 for an even.
        let parity = if self.0.len() % 2 == 1 { 0x9 } else { 0x1 };
        let digits = self.0.encode_behind_half(parity);
        let mut bytes = vec![digits.len() as u8];
        bytes.extend(digits);
        bytes.resize(9, 0xFF);
        bytes
    }
}

/// EF_IMSI_M and EF_IMSI_T of 3GPP2 (C.S0023 §3.4.2, C.S0005 §2.3.1): the number in pieces, each
/// digit of which is written one less, and a zero as nine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImsiM {
    /// IMSI_CLASS; 0 when there are 15 digits.
    pub class: u8,
    /// Digits 6 to 8 of the number.
    pub s2: u16,
    /// Digits 9 to 15, in 24 bits.
    pub s1: u32,
    /// Digits 4 and 5 of the number: the network.
    pub network: u8,
    /// 80 when the number is programmed.
    pub flags: u8,
    /// Digits 1 to 3 of the number: the country.
    pub country: u16,
}

impl ImsiM {
    /// From 15 digits.
    pub fn new(digits: &str) -> Option<Self> {
        let digits: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
        // A zero counts as ten.
        let digits: Vec<u32> = digits?.iter().map(|d| (d + 9) % 10 + 1).collect();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = digits[..] else {
            return None;
        };
        let three = |a, b, c| 100 * a + 10 * b + c - 111;
        Some(ImsiM {
            class: 0,
            s2: three(f, g, h) as u16,
            s1: three(i, j, k) << 14 | l << 10 | three(m, n, o),
            network: (10 * d + e - 11) as u8,
            flags: 0x80,
            country: three(a, b, c) as u16,
        })
    }

    /// The digits of a number that is programmed.
    pub fn digits(&self) -> Option<String> {
        let digit = |value: u32| (value % 10 + 1) % 10;
        let two = |value: u32| format!("{}{}", digit(value / 10), digit(value));
        let three = |value: u32| format!("{}{}", digit(value / 100), two(value));
        let digits = || {
            format!(
                "{}{}{}{}{}{}",
                three(self.country.into()),
                two(self.network.into()),
                three(self.s2.into()),
                three(self.s1 >> 14),
                (self.s1 >> 10 & 0x0F) % 10,
                three(self.s1 & 0x3FF)
            )
        };
        (self.flags & 0x80 != 0).then(digits)
    }

    /// The contents of the file.
    pub fn encode(&self) -> Vec<u8> {
        let [s2_low, s2_high] = self.s2.to_le_bytes();
        let [s1_low, s1_mid, s1_high, _] = self.s1.to_le_bytes();
        let [country_low, country_high] = self.country.to_le_bytes();
        vec![
            self.class,
            s2_low,
            s2_high,
            s1_low,
            s1_mid,
            s1_high,
            self.network,
            self.flags,
            country_low,
            country_high,
        ]
    }
}

pub(super) fn iccid(input: Input<'_>) -> Parsed<'_, Iccid> {
    bytes(10, "a number of a card")
        .map(|digits| Iccid(Digits::decode(digits.bytes())))
        .parse(input)
}

pub(super) fn imsi(input: Input<'_>) -> Parsed<'_, Imsi> {
    let (following, length) = byte_that("a length of 01 to 08", |n| (1..=8).contains(&n))(input)?;
    let digits = bytes(usize::from(length), "parity and digits");
    let (end, (digits, _)) = (digits, rest).parse(following)?;
    Ok((end, Imsi(Digits::decode_behind_half(digits.bytes()))))
}

pub(super) fn imsi_m(input: Input<'_>) -> Parsed<'_, ImsiM> {
    (
        byte("IMSI_CLASS"),
        le_u16,
        le_u24,
        byte("the network"),
        byte("flags"),
        le_u16,
    )
        .map(|(class, s2, s1, network, flags, country)| ImsiM {
            class,
            s2,
            s1,
            network,
            flags,
            country,
        })
        .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;
    use crate::codec::input::whole;

    #[test]
    fn worked_examples_come_back() {
        let number = Iccid::new("89440000000000351611").unwrap();
        assert_eq!(hex::encode(&number.encode()), "98440000000000536111");
        assert_eq!(whole(&number.encode(), iccid), Ok(number));
        let number = Imsi::new("001010123456789").unwrap();
        assert_eq!(hex::encode(&number.encode()), "080910101032547698");
        assert_eq!(whole(&number.encode(), imsi), Ok(number));
        let number = ImsiM::new("001010123456789").unwrap();
        assert_eq!(hex::encode(&number.encode()), "008503A69A3A5A80DE03");
        assert_eq!(whole(&number.encode(), imsi_m), Ok(number));
        for digits in ["001010123456789", "310009876543210"] {
            assert_eq!(ImsiM::new(digits).unwrap().digits().unwrap(), digits);
        }
        for digits in ["26201123456789", "310410"] {
            let number = Imsi::new(digits).unwrap();
            assert_eq!(whole(&number.encode(), imsi).unwrap().0.to_string(), digits);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Iccid::new("1234"), None);
        assert_eq!(Imsi::new("12a456"), None);
        assert_eq!(Imsi::new("12#456"), None);
        assert_eq!(ImsiM::new("00101"), None);
        assert_eq!(whole(&[9, 1, 2], imsi).unwrap_err().offset, 0);
        assert_eq!(whole(&[3, 1, 2], imsi).unwrap_err().offset, 1);
        assert_eq!(whole(&[0; 11], imsi_m).unwrap_err().offset, 10);
    }
}
