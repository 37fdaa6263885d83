//! Values a terminal tells of itself, and lists of files (TS 102 223 §8.18 to §8.20, §8.39,
//! §8.45, §8.61).

use crate::codec::input::{Input, Parsed, all, array, byte, pair, whole};
use nom::Parser;
use nom::branch::alt;
use nom::combinator::eof;
use nom::number::complete::be_u32;
use nom::sequence::terminated;

/// A location: network, area and cell (TS 102 223 §8.19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Three digits.
    pub mcc: u16,
    /// Two or three digits.
    pub mnc: u16,
    /// The network code has three digits.
    pub long_mnc: bool,
    /// Location or tracking area code.
    pub area: u16,
    /// Cell identity; the value has it in two octets, or in four of E-UTRAN.
    pub cell: u32,
}

impl Location {
    /// The value of the object.
    pub fn encode(self) -> Vec<u8> {
        let digit = |number: u16, place: u16| (number / place % 10) as u8;
        let (mcc, mnc) = (self.mcc, self.mnc);
        let (second, third) = if self.long_mnc {
            ([digit(mnc, 100), digit(mnc, 10)], digit(mnc, 1))
        } else {
            ([digit(mnc, 10), digit(mnc, 1)], 0x0F)
        };
        let mut value = vec![
            digit(mcc, 10) << 4 | digit(mcc, 100),
            third << 4 | digit(mcc, 1),
            second[1] << 4 | second[0],
        ];
        value.extend(self.area.to_be_bytes());
        match u16::try_from(self.cell) {
            Ok(cell) => value.extend(cell.to_be_bytes()),
            Err(_) => value.extend((self.cell << 4 | 0x0F).to_be_bytes()),
        }
        value
    }

    /// From the value of the object; `None` when digits are none or the length is no known one.
    pub fn decode(value: &[u8]) -> Option<Self> {
        whole(value, location).ok().flatten()
    }
}

/// Digits and area, then a cell of two bytes, or one of E-UTRAN in 28 bits of four; `None` when
/// the digits are none.
fn location(input: Input<'_>) -> Parsed<'_, Option<Location>> {
    let cell = alt((
        terminated(pair("a cell").map(u32::from), eof),
        be_u32.map(|cell| cell >> 4),
    ));
    (array("network codes"), pair("an area"), cell)
        .map(|(network, area, cell)| Location::of(network, area, cell))
        .parse(input)
}

impl Location {
    fn of([a, b, c]: [u8; 3], area: u16, cell: u32) -> Option<Self> {
        let digits = [a & 15, a >> 4, b & 15, c & 15, c >> 4];
        if digits.iter().any(|d| *d > 9) {
            return None;
        }
        let [d1, d2, d3, n1, n2] = digits.map(u16::from);
        let long_mnc = b >> 4 <= 9;
        let mnc = n1 * 10 + n2;
        Some(Location {
            mcc: d1 * 100 + d2 * 10 + d3,
            mnc: if long_mnc {
                mnc * 10 + u16::from(b >> 4)
            } else {
                mnc
            },
            long_mnc,
            area,
            cell,
        })
    }
}

/// Fifteen digits in eight octets, the first nibble saying that it is an IMEI
/// (3GPP TS 24.008 §10.5.1.4).
pub fn imei(digits: &str) -> Vec<u8> {
    let mut nibbles = vec![0x0A];
    let digits = digits.chars().filter_map(|c| c.to_digit(10));
    nibbles.extend(digits.map(|d| d as u8).take(15));
    nibbles.resize(16, 0x0F);
    nibbles
        .chunks(2)
        .map(|pair| pair[1] << 4 | pair[0])
        .collect()
}

/// The digits of an IMEI; `None` when the value is none.
pub fn imei_digits(value: &[u8]) -> Option<String> {
    let nibbles = value.iter().flat_map(|octet| [octet & 0x0F, octet >> 4]);
    let digits: Vec<u8> = nibbles.skip(1).take_while(|n| *n < 10).collect();
    let well_formed = value.len() == 8 && value[0] & 7 == 2 && digits.len() >= 14;
    well_formed.then(|| digits.iter().map(|d| char::from(b'0' + d)).collect())
}

/// A moment of the terminal's clock (TS 102 223 §8.39; digits as in 3GPP TS 23.040 §9.2.3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// 2000 to 2099.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Quarters of an hour east of Greenwich; `None` when the terminal does not know.
    pub zone: Option<i8>,
}

impl DateTime {
    /// From seconds since 1970 of Greenwich, shown in a zone.
    pub fn from_unix(seconds: u64, zone: i8) -> Self {
        let seconds = seconds.saturating_add_signed(i64::from(zone) * 900);
        let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
        let mut year = 1970u16;
        let leap = |year: u16| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        // The object ends with the century, so this ends too.
        while year < 2099 && days >= 365 + u64::from(leap(year)) {
            days -= 365 + u64::from(leap(year));
            year += 1;
        }
        let lengths = [
            31,
            28 + u64::from(leap(year)),
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        ];
        let mut month = 1;
        for length in lengths {
            if days < length || month == 12 {
                break;
            }
            days -= length;
            month += 1;
        }
        DateTime {
            year,
            month,
            day: days.min(30) as u8 + 1,
            hour: (rest / 3600) as u8,
            minute: (rest / 60 % 60) as u8,
            second: (rest % 60) as u8,
            zone: Some(zone),
        }
    }

    /// The value of the object.
    pub fn encode(self) -> Vec<u8> {
        let swapped = |number: u8| ((number % 10) << 4) | (number / 10 % 10);
        let zone = match self.zone {
            Some(zone) => swapped(zone.unsigned_abs()) | if zone < 0 { 0x08 } else { 0 },
            None => 0xFF,
        };
        let mut value: Vec<u8> = [
            (self.year % 100) as u8,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
        ]
        .map(swapped)
        .to_vec();
        value.push(zone);
        value
    }

    /// From the value of the object; `None` when a part is no number.
    pub fn decode(value: &[u8]) -> Option<Self> {
        let [parts @ .., zone] = whole(value, array::<7>("a moment")).ok()?;
        let number = |octet: u8| {
            let (tens, units) = (octet & 15, octet >> 4);
            (tens < 10 && units < 10).then_some(tens * 10 + units)
        };
        let numbers: Option<Vec<u8>> = parts.iter().map(|part| number(*part)).collect();
        let [year, month, day, hour, minute, second] = numbers?[..] else {
            return None;
        };
        let zone = match zone {
            0xFF => None,
            zone => {
                let quarters = number(zone & !0x08)? as i8;
                Some(if zone & 0x08 != 0 {
                    -quarters
                } else {
                    quarters
                })
            }
        };
        Some(DateTime {
            year: 2000 + u16::from(year),
            month,
            day,
            hour,
            minute,
            second,
            zone,
        })
    }
}

/// Value of a file list: paths from the MF, one after the other (§8.18).
pub fn file_list(paths: &[Vec<u16>]) -> Vec<u8> {
    let mut value = vec![paths.len().min(255) as u8];
    for id in paths.iter().take(255).flatten() {
        value.extend(id.to_be_bytes());
    }
    value
}

/// The paths of a file list; `None` when the value is none.
pub fn file_list_paths(value: &[u8]) -> Option<Vec<Vec<u16>>> {
    const MF: u16 = 0x3F00;
    let list = (byte("a count of files"), all(pair("a file identifier")));
    let (count, ids) = whole(value, list).ok()?;
    let mut paths: Vec<Vec<u16>> = Vec::new();
    for id in ids {
        match paths.last_mut() {
            _ if id == MF => paths.push(vec![id]),
            Some(path) => path.push(id),
            None => return None,
        }
    }
    (paths.len() == usize::from(count)).then_some(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        assert_eq!(
            imei("493005100592800"),
            [0x4A, 0x39, 0x00, 0x15, 0x00, 0x95, 0x82, 0x00]
        );
        assert_eq!(
            imei_digits(&imei("493005100592800")).unwrap(),
            "493005100592800"
        );
        let test = Location {
            mcc: 1,
            mnc: 1,
            long_mnc: false,
            area: 0xFFFE,
            cell: 0x1234,
        };
        assert_eq!(test.encode(), [0x00, 0xF1, 0x10, 0xFF, 0xFE, 0x12, 0x34]);
        for location in [
            test,
            Location {
                mcc: 310,
                mnc: 410,
                long_mnc: true,
                cell: 0x0ABC_DEF1,
                ..test
            },
        ] {
            assert_eq!(Location::decode(&location.encode()), Some(location));
        }
        let paths = vec![vec![0x3F00, 0x7FFF, 0x6F46], vec![0x3F00, 0x2FE2]];
        assert_eq!(file_list_paths(&file_list(&paths)), Some(paths));
        assert_eq!(file_list_paths(&[1, 0x2F, 0xE2]), None);
        assert_eq!(file_list_paths(&[2, 0x3F, 0x00]), None);
    }

    #[test]
    fn the_clock_is_told_in_digits() {
        let now = DateTime::from_unix(1_795_357_676, 0);
        assert_eq!((now.year, now.month, now.day), (2026, 11, 22));
        assert_eq!(now.encode(), [0x62, 0x11, 0x22, 0x41, 0x72, 0x65, 0x00]);
        for zone in [-20, 0, 4, 33] {
            let moment = DateTime::from_unix(951_782_400, zone);
            assert_eq!(DateTime::decode(&moment.encode()), Some(moment));
        }
        assert_eq!(DateTime::from_unix(951_782_400, 0).day, 29);
        assert_eq!(DateTime::decode(&[0xFF; 7]), None);
    }
}
