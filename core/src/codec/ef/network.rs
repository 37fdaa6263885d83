//! Networks: lists of them, EF_LOCI and EF_ACC (TS 31.102 §4.2.5, §4.2.15 to §4.2.17).

use crate::codec::input::{Input, Parsed, all, byte, bytes, pair};
use nom::Parser;
use nom::combinator::cond;
use std::fmt;

/// A network as the files have it: digits of country and network in three bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plmn(pub [u8; 3]);

impl Plmn {
    /// From three digits of the country and two or three of the network.
    pub fn new(digits: &str) -> Option<Self> {
        let digit = |at: usize| -> Option<u8> {
            let byte = digits.as_bytes().get(at)?;
            byte.is_ascii_digit().then(|| byte - b'0')
        };
        let third = match digits.len() {
            5 => 0x0F,
            6 => digit(5)?,
            _ => return None,
        };
        Some(Plmn([
            digit(1)? << 4 | digit(0)?,
            third << 4 | digit(2)?,
            digit(4)? << 4 | digit(3)?,
        ]))
    }

    /// True when the bytes name a network.
    pub fn is_network(self) -> bool {
        self.digits().count() >= 5
    }

    fn digits(self) -> impl Iterator<Item = u8> {
        let [a, b, c] = self.0;
        let halves = [a & 15, a >> 4, b & 15, c & 15, c >> 4, b >> 4];
        halves.into_iter().filter(|digit| *digit < 10)
    }
}

/// Country and network such as `001/01`; nothing when the bytes name none.
impl fmt::Display for Plmn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_network() {
            return Ok(());
        }
        for (place, digit) in self.digits().enumerate() {
            if place == 3 {
                f.write_str("/")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// An entry of a list of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The network; all FF in an entry that is not used.
    pub plmn: Plmn,
    /// Access technologies, in the lists that have them.
    pub technology: Option<u16>,
}

impl Network {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.plmn.0);
        if let Some(technology) = self.technology {
            out.extend(technology.to_be_bytes());
        }
    }
}

/// EF_LOCI: where the terminal was last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// TMSI.
    pub tmsi: [u8; 4],
    /// Network of the location area.
    pub plmn: Plmn,
    /// Location area code.
    pub area: u16,
    /// TMSI TIME of phase 1, else reserved.
    pub time: u8,
    /// Location update status.
    pub status: u8,
}

impl Location {
    /// The contents of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.tmsi.to_vec();
        bytes.extend(self.plmn.0);
        bytes.extend(self.area.to_be_bytes());
        bytes.extend([self.time, self.status]);
        bytes
    }
}

fn plmn(input: Input<'_>) -> Parsed<'_, Plmn> {
    let digit = || byte("two digits of a network");
    let (rest, (a, b, c)) = (digit(), digit(), digit()).parse(input)?;
    Ok((rest, Plmn([a, b, c])))
}

/// A list, with access technologies or without.
pub(super) fn networks<'a>(
    has_technology: bool,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Vec<Network>> {
    let technology = move || cond(has_technology, pair("access technologies"));
    all(move |input| {
        let (rest, (plmn, technology)) = (plmn, technology()).parse(input)?;
        Ok((rest, Network { plmn, technology }))
    })
}

pub(super) fn location(input: Input<'_>) -> Parsed<'_, Location> {
    let area = pair("a location area code");
    let (rest, (tmsi, plmn, area, time, status)) = (
        bytes(4, "a TMSI"),
        plmn,
        area,
        byte("a reserved byte"),
        byte("a location update status"),
    )
        .parse(input)?;
    let mut location = Location {
        tmsi: [0; 4],
        plmn,
        area,
        time,
        status,
    };
    location.tmsi.copy_from_slice(tmsi.bytes());
    Ok((rest, location))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::input::whole;

    #[test]
    fn worked_networks_come_back() {
        for (digits, bytes, shown) in [
            ("00101", [0x00, 0xF1, 0x10], "001/01"),
            ("310410", [0x13, 0x00, 0x14], "310/410"),
        ] {
            let plmn = Plmn::new(digits).unwrap();
            assert_eq!((plmn.0, plmn.to_string().as_str()), (bytes, shown));
        }
        assert_eq!(Plmn::new("0010"), None);
        assert_eq!(Plmn::new("0010a"), None);
        assert!(!Plmn([0xFF; 3]).is_network());
    }

    #[test]
    fn lists_end_with_a_whole_entry() {
        let bytes = [0x00, 0xF1, 0x10, 0x80, 0x00, 0xFF, 0xFF, 0xFF, 0x00, 0x00];
        let list = whole(&bytes, networks(true)).unwrap();
        assert_eq!(list[0].technology, Some(0x8000));
        assert_eq!((list.len(), list[1].plmn), (2, Plmn([0xFF; 3])));
        assert_eq!(whole(&bytes, networks(false)).unwrap_err().offset, 10);
    }

    #[test]
    fn a_location_comes_back() {
        let bytes = [1, 2, 3, 4, 0x00, 0xF1, 0x10, 0xAB, 0xCD, 0xFF, 0x01];
        let found = whole(&bytes, location).unwrap();
        assert_eq!((found.area, found.status), (0xABCD, 0x01));
        assert_eq!(found.encode(), bytes);
        assert_eq!(whole(&bytes[..8], location).unwrap_err().offset, 7);
    }
}
