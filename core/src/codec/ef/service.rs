//! Services and names of them: EF_UST and its like, EF_SPN, EF_AD, languages (TS 31.102 §4.2.8,
//! §4.2.12, §4.2.18; TS 51.011 §10.3.7; C.S0023 §3.4.18, §3.4.31; TS 102 221 §13.3).

use super::text::Text;
use crate::codec::input::{Input, Parsed, all, byte, rest};
use nom::Parser;
use nom::combinator::cond;
use std::fmt;

/// A service table: one bit for each service in EF_UST, two in EF_SST and EF_CST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services {
    /// Bits for each service; with two the low one says allocated, the high one activated.
    pub bits: u8,
    /// The bits, the first service in the lowest of the first byte.
    pub bytes: Vec<u8>,
}

impl Services {
    /// A table in which these services, counted from 1, have all their bits set.
    pub fn new(numbers: &[usize], bits: u8) -> Self {
        let mut bytes = Vec::new();
        for number in numbers.iter().filter(|number| **number > 0) {
            let at = (number - 1) * usize::from(bits);
            if bytes.len() <= at / 8 {
                bytes.resize(at / 8 + 1, 0);
            }
            if let Some(byte) = bytes.get_mut(at / 8) {
                *byte |= mask(bits) << (at % 8);
            }
        }
        Services { bits, bytes }
    }

    /// Numbers of the services that have all their bits set, from 1.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        let each = usize::from(self.bits.max(1));
        let mask = mask(self.bits);
        let places = (0..self.bytes.len() * 8).step_by(each);
        let on = places.zip(1..).filter(move |(at, _)| {
            let byte = self.bytes.get(at / 8);
            byte.is_some_and(|byte| byte >> (at % 8) & mask == mask)
        });
        on.map(|(_, number)| number)
    }
}

fn mask(bits: u8) -> u8 {
    if bits >= 2 { 0b11 } else { 0b1 }
}

/// The numbers, such as `1, 10, 85`.
impl fmt::Display for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.numbers().map(|number| number.to_string()).collect();
        f.write_str(&numbers.join(", "))
    }
}

/// EF_SPN of 3GPP: name of the service provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceProviderName {
    /// Display condition.
    pub display: u8,
    /// The name.
    pub name: Text,
}

impl ServiceProviderName {
    /// A name that fits into a file of `room` bytes.
    pub fn new(display: u8, name: &str, room: usize) -> Option<Self> {
        let name = Text::from_plain(name)?;
        (name.bytes().len() < room).then_some(ServiceProviderName { display, name })
    }

    /// The contents of a file of `room` bytes; a name that is too long is cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = vec![self.display];
        bytes.extend(self.name.encode(room.saturating_sub(1)));
        bytes
    }
}

/// EF_SPN of 3GPP2: name of the service provider, with how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageName {
    /// Display condition.
    pub display: u8,
    /// Character encoding.
    pub encoding: u8,
    /// Language indicator.
    pub language: u8,
    /// The name.
    pub name: Text,
}

impl LanguageName {
    /// The contents of a file of `room` bytes; a name that is too long is cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = vec![self.display, self.encoding, self.language];
        bytes.extend(self.name.encode(room.saturating_sub(3)));
        bytes
    }
}

/// Mode of operation of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 00: normal operation.
    Normal,
    /// 80: type approval.
    TypeApproval,
    /// 01: normal operation with specific facilities.
    NormalSpecific,
    /// 81: type approval with specific facilities.
    TypeApprovalSpecific,
    /// 02: maintenance, off line.
    Maintenance,
    /// 04: cell test.
    CellTest,
    /// Any other.
    Unknown(u8),
}

impl Mode {
    const KNOWN: [(u8, Mode); 6] = [
        (0x00, Mode::Normal),
        (0x80, Mode::TypeApproval),
        (0x01, Mode::NormalSpecific),
        (0x81, Mode::TypeApprovalSpecific),
        (0x02, Mode::Maintenance),
        (0x04, Mode::CellTest),
    ];

    /// From its byte.
    pub fn from_code(code: u8) -> Self {
        let known = Mode::KNOWN.iter().find(|(known, _)| *known == code);
        known.map_or(Mode::Unknown(code), |(_, mode)| *mode)
    }

    /// The byte.
    pub fn code(self) -> u8 {
        match self {
            Mode::Unknown(code) => code,
            mode => {
                let known = Mode::KNOWN.iter().find(|(_, known)| *known == mode);
                known.map_or(0, |(code, _)| *code)
            }
        }
    }
}

/// EF_AD: administrative data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrative {
    /// Mode of operation.
    pub mode: Mode,
    /// Additional information.
    pub information: [u8; 2],
    /// Half byte with the number of digits of the network code, and the reserved one above it;
    /// files of the first phase end before it.
    pub network_digits: Option<u8>,
    /// Reserved.
    pub reserved: Vec<u8>,
}

impl Administrative {
    /// The contents of the file.
    pub fn encode(&self) -> Vec<u8> {
        let [high, low] = self.information;
        let mut bytes = vec![self.mode.code(), high, low];
        bytes.extend(self.network_digits);
        bytes.extend(&self.reserved);
        bytes
    }
}

/// EF_PL and EF_LI: languages by their two letters (ISO 639), the preferred one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(pub Vec<[u8; 2]>);

impl Languages {
    /// The contents of the file.
    pub fn encode(&self) -> Vec<u8> {
        self.0.concat()
    }
}

/// Those that are letters, such as `en, de`.
impl fmt::Display for Languages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = |pair: &&[u8; 2]| pair.iter().all(u8::is_ascii_alphabetic);
        let names = self.0.iter().filter(letters);
        let names: Vec<String> = names
            .map(|pair| pair.map(char::from).iter().collect())
            .collect();
        f.write_str(&names.join(", "))
    }
}

pub(super) fn services<'a>(bits: u8) -> impl FnMut(Input<'a>) -> Parsed<'a, Services> {
    move |input| {
        let table = |table: Input<'_>| Services {
            bits,
            bytes: table.bytes().to_vec(),
        };
        rest.map(table).parse(input)
    }
}

fn name(input: Input<'_>) -> Parsed<'_, Text> {
    rest.map(|name| Text::decode(name.bytes())).parse(input)
}

pub(super) fn provider_name(input: Input<'_>) -> Parsed<'_, ServiceProviderName> {
    (byte("a display condition"), name)
        .map(|(display, name)| ServiceProviderName { display, name })
        .parse(input)
}

pub(super) fn language_name(input: Input<'_>) -> Parsed<'_, LanguageName> {
    let (end, (display, encoding, language, name)) = (
        byte("a display condition"),
        byte("a character encoding"),
        byte("a language indicator"),
        name,
    )
        .parse(input)?;
    let found = LanguageName {
        display,
        encoding,
        language,
        name,
    };
    Ok((end, found))
}

pub(super) fn administrative(input: Input<'_>) -> Parsed<'_, Administrative> {
    const INFORMATION: &str = "additional information";
    let information = (byte(INFORMATION), byte(INFORMATION));
    let (following, (mode, information)) =
        (byte("a mode of operation"), information).parse(input)?;
    let digits = cond(!following.is_empty(), byte("digits of the network code"));
    let (end, (network_digits, reserved)) = (digits, rest).parse(following)?;
    let found = Administrative {
        mode: Mode::from_code(mode),
        information: information.into(),
        network_digits,
        reserved: reserved.bytes().to_vec(),
    };
    Ok((end, found))
}

pub(super) fn languages(input: Input<'_>) -> Parsed<'_, Languages> {
    const LETTER: &str = "a letter of a language";
    let language = (byte(LETTER), byte(LETTER)).map(<[u8; 2]>::from);
    all(language).map(Languages).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;
    use crate::codec::input::whole;

    #[test]
    fn tables_come_back() {
        let numbers = [10, 12, 19, 21, 27, 28, 33, 38, 43, 71, 85];
        let table = Services::new(&numbers, 1);
        assert_eq!(hex::encode(&table.bytes), "000A140C21040000400010");
        assert!(table.numbers().eq(numbers));
        assert_eq!(whole(&table.bytes, services(1)), Ok(table));
        let table = Services::new(&[4, 17], 2);
        assert_eq!(table.to_string(), "4, 17");
        let half = Services {
            bits: 2,
            bytes: vec![0b0110_1101],
        };
        assert_eq!(half.to_string(), "2");
    }

    #[test]
    fn names_come_back() {
        let name = ServiceProviderName::new(1, "DM_SC", 17).unwrap();
        let bytes = name.encode(17);
        assert_eq!(hex::encode(&bytes), "01444D115343FFFFFFFFFFFFFFFFFFFFFF");
        assert_eq!(whole(&bytes, provider_name), Ok(name));
        assert_eq!(ServiceProviderName::new(1, "DM_SC", 5), None);
        let bytes = [0x01, 0x08, 0x01, 0x44, 0x4D, 0xFF];
        let name = whole(&bytes, language_name).unwrap();
        assert_eq!((name.encoding, name.name.to_string()), (8, "DM".to_owned()));
        assert_eq!(name.encode(6), bytes);
        assert_eq!(whole(&bytes[..2], language_name).unwrap_err().offset, 2);
    }

    #[test]
    fn administrative_data_of_both_phases_come_back() {
        for bytes in [&[0x81, 0, 1][..], &[0x00, 0, 0, 0x02], &[0x77, 0, 0, 3, 9]] {
            let found = whole(bytes, administrative).unwrap();
            assert_eq!(found.encode(), bytes);
        }
        assert_eq!(Mode::from_code(0x77), Mode::Unknown(0x77));
        assert_eq!(whole(&[0, 0], administrative).unwrap_err().offset, 2);
    }

    #[test]
    fn languages_are_pairs_of_letters() {
        let found = whole(b"ende\xFF\xFF", languages).unwrap();
        assert_eq!((found.to_string().as_str(), found.0.len()), ("en, de", 3));
        assert_eq!(found.encode(), b"ende\xFF\xFF");
        assert_eq!(whole(b"end", languages).unwrap_err().offset, 3);
    }
}
