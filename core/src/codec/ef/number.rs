//! Numbers to call: EF_ADN and its like, EF_SMSP (TS 31.102 §4.2.26, §4.2.27, §4.4.2.3).

use super::digits::Digits;
use super::text::Text;
use crate::codec::input::{Input, Parsed, byte, byte_that, bytes};
use nom::Parser;
use std::fmt;

/// Bytes of an address: a length, a type, up to 20 digits.
const ADDRESS: usize = 12;

/// Bytes of a dialling number behind its name.
pub(super) const NUMBER: usize = ADDRESS + 2;

/// Bytes of EF_SMSP behind its name.
pub(super) const PARAMETERS: usize = 28;

/// A number and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Type of number and numbering plan; 91 is an international one.
    pub kind: u8,
    /// At most 20 digits.
    pub digits: Digits,
}

impl Address {
    /// From 1 to 20 digits, international ones behind `+`.
    pub fn new(number: &str) -> Option<Self> {
        let (kind, digits) = match number.strip_prefix('+') {
            Some(digits) => (0x91, digits),
            None => (0x81, number),
        };
        let digits = Digits::from_text(digits)?;
        (1..=20)
            .contains(&digits.len())
            .then_some(Address { kind, digits })
    }

    /// The bytes of an address that may be absent, and is then FF all through.
    fn encode(address: Option<&Address>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ADDRESS);
        if let Some(Address { kind, digits }) = address {
            let mut digits = digits.encode();
            digits.truncate(ADDRESS - 2);
            bytes.extend([digits.len() as u8 + 1, *kind]);
            bytes.extend(digits);
        }
        bytes.resize(ADDRESS, 0xFF);
        bytes
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = if self.kind == 0x91 { "+" } else { "" };
        write!(f, "{plus}{}", self.digits)
    }
}

/// A record of EF_ADN, EF_MSISDN and their like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiallingNumber {
    /// Name of whoever has the number.
    pub name: Text,
    /// The number; `None` without one.
    pub address: Option<Address>,
    /// Record of capabilities and configuration, FF for none.
    pub capability: u8,
    /// Record of an extension, FF for none.
    pub extension: u8,
}

impl DiallingNumber {
    /// A name and a number that fit into records of `room` bytes.
    pub fn new(name: &str, number: &str, room: usize) -> Option<Self> {
        let name = Text::from_plain(name)?;
        let address = Some(Address::new(number)?);
        (name.bytes().len() <= room.checked_sub(NUMBER)?).then_some(DiallingNumber {
            name,
            address,
            capability: 0xFF,
            extension: 0xFF,
        })
    }

    /// The contents of a record of `room` bytes; a name that is too long is cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = self.name.encode(room.saturating_sub(NUMBER));
        bytes.extend(Address::encode(self.address.as_ref()));
        bytes.extend([self.capability, self.extension]);
        bytes
    }
}

/// A record of EF_SMSP: where short messages go, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCentre {
    /// Name of the record.
    pub name: Text,
    /// Parameter indicators: a bit of zero says that the parameter is there.
    pub indicators: u8,
    /// Address that messages are for.
    pub destination: Option<Address>,
    /// Address of the service centre.
    pub centre: Option<Address>,
    /// Protocol identifier.
    pub protocol: u8,
    /// Data coding scheme.
    pub coding: u8,
    /// Validity period.
    pub validity: u8,
}

impl ServiceCentre {
    /// The address of the service centre and no other parameter, in records of `room` bytes.
    pub fn new(number: &str, room: usize) -> Option<Self> {
        let centre = Some(Address::new(number)?);
        (room >= PARAMETERS).then_some(ServiceCentre {
            name: Text::default(),
            indicators: 0xFD,
            destination: None,
            centre,
            protocol: 0xFF,
            coding: 0xFF,
            validity: 0xFF,
        })
    }

    /// The contents of a record of `room` bytes; a name that is too long is cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = self.name.encode(room.saturating_sub(PARAMETERS));
        bytes.push(self.indicators);
        bytes.extend(Address::encode(self.destination.as_ref()));
        bytes.extend(Address::encode(self.centre.as_ref()));
        bytes.extend([self.protocol, self.coding, self.validity]);
        bytes
    }
}

/// Everything but what follows a name.
fn name<'a>(behind: usize) -> impl FnMut(Input<'a>) -> Parsed<'a, Text> {
    move |input| {
        let room = input.len().saturating_sub(behind);
        let (rest, name) = bytes(room, "a name")(input)?;
        Ok((rest, Text::decode(name.bytes())))
    }
}

fn address(input: Input<'_>) -> Parsed<'_, Option<Address>> {
    let fits = |length: u8| matches!(length, 0..=0x0B | 0xFF);
    let (following, length) = byte_that("the length of an address, at most 0B", fits)(input)?;
    let kind = byte("a type of number");
    let (end, (kind, digits)) = (kind, bytes(ADDRESS - 2, "digits")).parse(following)?;
    let address = match length {
        0 | 0xFF => None,
        length => {
            let used = digits.bytes().get(..usize::from(length) - 1);
            let digits = Digits::decode(used.unwrap_or_default());
            Some(Address { kind, digits })
        }
    };
    Ok((end, address))
}

pub(super) fn dialling_number(input: Input<'_>) -> Parsed<'_, DiallingNumber> {
    (
        name(NUMBER),
        address,
        byte("a record of capabilities"),
        byte("a record of an extension"),
    )
        .map(|(name, address, capability, extension)| DiallingNumber {
            name,
            address,
            capability,
            extension,
        })
        .parse(input)
}

pub(super) fn service_centre(input: Input<'_>) -> Parsed<'_, ServiceCentre> {
    let (following, (name, indicators)) =
        (name(PARAMETERS), byte("parameter indicators")).parse(input)?;
    let (following, (destination, centre)) = (address, address).parse(following)?;
    let (end, (protocol, coding, validity)) = (
        byte("a protocol identifier"),
        byte("a data coding scheme"),
        byte("a validity period"),
    )
        .parse(following)?;
    let found = ServiceCentre {
        name,
        indicators,
        destination,
        centre,
        protocol,
        coding,
        validity,
    };
    Ok((end, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;
    use crate::codec::input::whole;

    #[test]
    fn numbers_come_back() {
        let number = DiallingNumber::new("Help", "+491711234567", 30).unwrap();
        let record = number.encode(30);
        assert_eq!(
            hex::encode(&record),
            "48656C70FFFFFFFFFFFFFFFFFFFFFFFF0791947111325476FFFFFFFFFFFF"
        );
        assert_eq!(whole(&record, dialling_number), Ok(number));
        let centre = ServiceCentre::new("+447785016005", 40).unwrap();
        let record = centre.encode(40);
        assert_eq!((record.len(), record[12], record[25]), (40, 0xFD, 0x07));
        assert_eq!(centre.centre.as_ref().unwrap().to_string(), "+447785016005");
        assert_eq!(whole(&record, service_centre), Ok(centre));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let long = "much too long a name";
        assert_eq!(DiallingNumber::new(long, "1", 20), None);
        assert_eq!(DiallingNumber::new("", "", 20), None);
        assert_eq!(DiallingNumber::new("", "123456789012345678901", 20), None);
        assert_eq!(ServiceCentre::new("+1", 20), None);
        let mut record = DiallingNumber::new("", "1", 16).unwrap().encode(16);
        record[2] = 0x0C;
        assert_eq!(whole(&record, dialling_number).unwrap_err().offset, 2);
        assert_eq!(whole(&record[..9], dialling_number).unwrap_err().offset, 2);
    }
}
