//! Contents of elementary files to fields, for showing. A file of no known form gives none.

use super::directory;
use crate::codec::{Field, access, hex, wbxml};

/// Which standard says what the files of a directory hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// ETSI TS 102 221 §13: the MF.
    Card,
    /// 3GPP TS 31.102: a USIM.
    Usim,
    /// 3GPP TS 51.011: DF_GSM and DF_TELECOM.
    Gsm,
    /// 3GPP TS 31.102 §4.4.2: DF_PHONEBOOK.
    Phonebook,
    /// 3GPP2 C.S0065: a CSIM.
    Csim,
    /// 3GPP2 C.S0023: DF_CDMA of an R-UIM.
    Ruim,
    /// PKCS #15.
    Pkcs15,
}

impl Home {
    /// By the identifier of the directory, and by the name of its application if it has one.
    pub fn of(fid: u16, aid: Option<&[u8]>) -> Option<Home> {
        const RID_3GPP: [u8; 5] = [0xA0, 0x00, 0x00, 0x00, 0x87];
        const RID_3GPP2: [u8; 5] = [0xA0, 0x00, 0x00, 0x03, 0x43];
        const RID_PKCS15: [u8; 5] = [0xA0, 0x00, 0x00, 0x00, 0x63];
        match (fid, aid) {
            (_, Some(aid)) if aid.starts_with(&RID_3GPP) => Some(Home::Usim),
            (_, Some(aid)) if aid.starts_with(&RID_3GPP2) => Some(Home::Csim),
            (_, Some(aid)) if aid.starts_with(&RID_PKCS15) => Some(Home::Pkcs15),
            (0x3F00, _) => Some(Home::Card),
            (0x7F10 | 0x7F20, _) => Some(Home::Gsm),
            (0x7F25, _) => Some(Home::Ruim),
            (0x5F3A, _) => Some(Home::Phonebook),
            _ => None,
        }
    }
}

/// The fields of a transparent file or of one record.
pub fn fields(home: Home, fid: u16, octets: &[u8]) -> Vec<Field> {
    let all = 0..octets.len();
    let unused = octets.iter().all(|octet| *octet == 0xFF);
    let one = |name: &'static str, value: String, clause: &'static str| {
        vec![Field::new(name, all.clone(), value).clause(clause)]
    };
    match (home, fid) {
        (_, 0x2F06 | 0x6F06) => rule(octets),
        _ if unused => Vec::new(),
        (Home::Card, 0x2FE2) => one("ICCID", digits(octets), "TS 102 221 §13.2"),
        (Home::Card, 0x2F00) => directory::application(octets),
        (Home::Card, 0x2F05) | (Home::Usim, 0x6F05) => {
            one("Languages", languages(octets), "TS 102 221 §13.3")
        }
        (Home::Usim | Home::Gsm, 0x6F07) => one("IMSI", imsi(octets), "TS 31.102 §4.2.2"),
        (Home::Usim | Home::Gsm, 0x6F46) => spn(octets),
        (Home::Usim, 0x6F38) => one("Services", services(octets, 1), "TS 31.102 §4.2.8"),
        (Home::Gsm, 0x6F38) => one("Services", services(octets, 2), "TS 51.011 §10.3.7"),
        (Home::Usim | Home::Gsm, 0x6FAD) => administrative(octets),
        (Home::Usim | Home::Gsm, 0x6F78) => one("Classes", classes(octets), "TS 31.102 §4.2.15"),
        (Home::Usim | Home::Gsm, 0x6F7B | 0x6F30 | 0x6FD9) => {
            one("Networks", networks(octets, 3), "TS 31.102 §4.2.16")
        }
        (Home::Usim | Home::Gsm, 0x6F60..=0x6F62) => {
            one("Networks", networks(octets, 5), "TS 31.102 §4.2.5")
        }
        (Home::Usim | Home::Gsm, 0x6F7E) => location(octets),
        (Home::Usim | Home::Gsm, 0x6F3A | 0x6F3B | 0x6F40 | 0x6F44) | (Home::Phonebook, 0x4F3A) => {
            number(octets)
        }
        (Home::Usim | Home::Gsm, 0x6F42) => centre(octets),
        (Home::Usim | Home::Gsm, 0x6F31) => match octets {
            [period] => one(
                "Search every",
                format!("{} min", u16::from(*period) * 6),
                "TS 31.102 §4.2.6",
            ),
            _ => Vec::new(),
        },
        (Home::Gsm, 0x6FAE) => match octets {
            [phase] => one("Phase", phase.to_string(), "TS 51.011 §10.3.19"),
            _ => Vec::new(),
        },
        (Home::Csim, 0x6F32) => one("Services", services(octets, 1), "C.S0065 §5.2.18"),
        (Home::Ruim, 0x6F32) => one("Services", services(octets, 2), "C.S0023 §3.4.18"),
        (Home::Csim | Home::Ruim, 0x6F22 | 0x6F23) => imsi_m(octets)
            .map(|digits| one("IMSI_M", digits, "C.S0023 §3.4.2"))
            .unwrap_or_default(),
        (Home::Csim | Home::Ruim, 0x6F41) => match octets {
            [_, _, _, name @ ..] => {
                let value = text(name);
                vec![Field::new("Name", 3..octets.len(), value).clause("C.S0023 §3.4.31")]
            }
            _ => Vec::new(),
        },
        // Documents lie where the directories say; the first octet of WBXML is its version.
        (Home::Pkcs15, _) if matches!(octets.first(), Some(0x01..=0x03)) => wbxml::fields(octets),
        (Home::Pkcs15, _) => directory::objects(octets),
        _ => Vec::new(),
    }
}

/// Digits two to an octet, up to F.
fn digits(octets: &[u8]) -> String {
    octets
        .iter()
        .flat_map(|octet| [octet & 0x0F, octet >> 4])
        .take_while(|digit| *digit != 0x0F)
        .map(|digit| match digit {
            0x0A => '*',
            0x0B => '#',
            0x0C..=0x0E => '?',
            digit => char::from(b'0' + digit),
        })
        .collect()
}

fn imsi(octets: &[u8]) -> String {
    let Some((length, rest)) = octets.split_first() else {
        return String::new();
    };
    let rest = rest.get(..usize::from(*length)).unwrap_or(rest);
    digits(rest).chars().skip(1).collect()
}

fn languages(octets: &[u8]) -> String {
    let pairs = octets
        .chunks_exact(2)
        .filter(|pair| pair.iter().all(u8::is_ascii_alphabetic));
    let names: Vec<_> = pairs.map(text).collect();
    names.join(", ")
}

/// Text of the default alphabet up to FF, where it is that of ASCII (TS 23.038 §6.2.1).
fn text(octets: &[u8]) -> String {
    octets
        .iter()
        .take_while(|octet| **octet != 0xFF)
        .map(|octet| match octet {
            0x00 => '@',
            0x02 => '$',
            0x11 => '_',
            0x20..=0x7E => char::from(*octet),
            _ => '\u{FFFD}',
        })
        .collect()
}

fn services(octets: &[u8], bits: usize) -> String {
    let mask = (1u8 << bits) - 1;
    let on = (0..octets.len() * 8 / bits).filter(|service| {
        let at = service * bits;
        octets
            .get(at / 8)
            .is_some_and(|octet| octet >> (at % 8) & mask == mask)
    });
    let names: Vec<_> = on.map(|service| (service + 1).to_string()).collect();
    names.join(", ")
}

fn plmn(octets: &[u8]) -> Option<String> {
    let [a, b, c] = octets else { return None };
    let nibbles = [a & 15, a >> 4, b & 15, c & 15, c >> 4, b >> 4];
    let digits = nibbles.iter().filter(|digit| **digit < 10).count();
    let text: String = nibbles
        .iter()
        .filter(|digit| **digit < 10)
        .map(|digit| char::from(b'0' + digit))
        .collect();
    (digits >= 5).then(|| {
        text.chars()
            .take(3)
            .chain(['/'])
            .chain(text.chars().skip(3))
            .collect()
    })
}

fn networks(octets: &[u8], each: usize) -> String {
    let names: Vec<_> = octets
        .chunks_exact(each)
        .filter_map(|entry| plmn(entry.get(..3)?))
        .collect();
    names.join(", ")
}

fn classes(octets: &[u8]) -> String {
    let [high, low] = octets else {
        return hex::spaced(octets);
    };
    let bits = u16::from_be_bytes([*high, *low]);
    let names: Vec<_> = (0..16)
        .filter(|class| bits >> class & 1 == 1)
        .map(|class: u16| class.to_string())
        .collect();
    names.join(", ")
}

fn spn(octets: &[u8]) -> Vec<Field> {
    let [display, name @ ..] = octets else {
        return Vec::new();
    };
    const CLAUSE: &str = "TS 31.102 §4.2.12";
    vec![
        Field::new("Display condition", 0..1, format!("{display:02X}")).clause(CLAUSE),
        Field::new("Name", 1..octets.len(), text(name)).clause(CLAUSE),
    ]
}

fn administrative(octets: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.18";
    let mode = |mode: u8| match mode {
        0x00 => "normal operation",
        0x80 => "type approval",
        0x01 => "normal operation, specific facilities",
        0x81 => "type approval, specific facilities",
        0x02 => "maintenance",
        0x04 => "cell test",
        _ => "reserved",
    };
    let mut fields = Vec::new();
    if let Some(first) = octets.first() {
        fields.push(Field::new("Mode", 0..1, mode(*first)).clause(CLAUSE));
    }
    if let Some(length) = octets.get(3) {
        let value = (length & 0x0F).to_string();
        fields.push(Field::new("Digits of the network code", 3..4, value).clause(CLAUSE));
    }
    fields
}

fn location(octets: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.17";
    let (Some(area), Some(code)) = (octets.get(4..7), octets.get(7..9)) else {
        return Vec::new();
    };
    vec![
        Field::new("TMSI", 0..4, hex::spaced(&octets[..4])).clause(CLAUSE),
        Field::new("Network", 4..7, plmn(area).unwrap_or_default()).clause(CLAUSE),
        Field::new("Location area", 7..9, hex::spaced(code)).clause(CLAUSE),
    ]
}

/// Octets of a dialling number behind its name.
const NUMBER: usize = 14;

fn number(octets: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.4.2.3";
    let Some(at) = octets.len().checked_sub(NUMBER) else {
        return Vec::new();
    };
    let (name, number) = octets.split_at(at);
    vec![
        Field::new("Name", 0..at, text(name)).clause(CLAUSE),
        Field::new("Number", at..at + 12, address(number)).clause(CLAUSE),
    ]
}

/// Length, type of number, digits.
fn address(octets: &[u8]) -> String {
    let [length, kind, rest @ ..] = octets else {
        return String::new();
    };
    let count = usize::from(length.saturating_sub(1)).min(10);
    let plus = if *kind == 0x91 { "+" } else { "" };
    match (*length, rest.get(..count)) {
        (0xFF, _) | (_, None) => String::new(),
        (_, Some(rest)) => format!("{plus}{}", digits(rest)),
    }
}

fn centre(octets: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.27";
    const PARAMETERS: usize = 28;
    let Some(at) = octets.len().checked_sub(PARAMETERS) else {
        return Vec::new();
    };
    let from = at + 13;
    let number = octets.get(from..from + 12).unwrap_or_default();
    vec![
        Field::new("Name", 0..at, text(&octets[..at])).clause(CLAUSE),
        Field::new("Service centre", from..from + 12, address(number)).clause(CLAUSE),
    ]
}

fn imsi_m(octets: &[u8]) -> Option<String> {
    let [_, s2a, s2b, s1a, s1b, s1c, month, flags, mcca, mccb] = *octets else {
        return None;
    };
    // Each digit is written one less, and a zero as nine.
    let digit = |value: u32| (value % 10 + 1) % 10;
    let three = |value: u32| {
        format!(
            "{}{}{}",
            digit(value / 100),
            digit(value / 10),
            digit(value)
        )
    };
    let s1 = u32::from_le_bytes([s1a, s1b, s1c, 0]);
    let mcc = three(u32::from(u16::from_le_bytes([mcca, mccb])));
    let mnc = u32::from(month);
    let mnc = format!("{}{}", digit(mnc / 10), digit(mnc));
    let s2 = three(u32::from(u16::from_le_bytes([s2a, s2b])));
    let thousands = (s1 >> 10 & 0x0F) % 10;
    let programmed = flags & 0x80 != 0;
    programmed.then(|| {
        format!(
            "{mcc}{mnc}{s2}{}{thousands}{}",
            three(s1 >> 14),
            three(s1 & 0x3FF)
        )
    })
}

fn rule(octets: &[u8]) -> Vec<Field> {
    let end = octets
        .iter()
        .rposition(|octet| *octet != 0xFF)
        .map_or(0, |at| at + 1);
    access::words(octets, false)
        .into_iter()
        .map(|(operations, condition)| {
            Field::new(operations, 0..end, condition).clause("TS 102 221 §9.2.7")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    fn values(home: Home, fid: u16, octets: &[u8]) -> Vec<String> {
        let fields = fields(home, fid, octets);
        assert!(fields.iter().all(|field| field.range.end <= octets.len()));
        fields.into_iter().map(|field| field.value).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let iccid = write::iccid("89440000000000351611").unwrap();
        assert_eq!(values(Home::Card, 0x2FE2, &iccid), ["89440000000000351611"]);
        for digits in ["001010123456789", "26201123456789", "310410"] {
            let imsi = write::imsi(digits).unwrap();
            assert_eq!(values(Home::Usim, 0x6F07, &imsi), [digits]);
        }
        for digits in ["001010123456789", "310009876543210"] {
            let imsi = write::imsi_m(digits).unwrap();
            assert_eq!(values(Home::Csim, 0x6F22, &imsi), [digits]);
        }
        let spn = write::spn(1, "DM_SC", 17).unwrap();
        assert_eq!(values(Home::Gsm, 0x6F46, &spn), ["01", "DM_SC"]);
        let table = write::services(&[1, 10, 85], 1);
        assert_eq!(values(Home::Usim, 0x6F38, &table), ["1, 10, 85"]);
        let table = write::services(&[4, 17], 2);
        assert_eq!(values(Home::Gsm, 0x6F38, &table), ["4, 17"]);
        let entry = write::dialling_number("Help", "+491711234567", 30).unwrap();
        assert_eq!(
            values(Home::Phonebook, 0x4F3A, &entry),
            ["Help", "+491711234567"]
        );
        let entry = write::service_centre("+447785016005", 40).unwrap();
        assert_eq!(values(Home::Usim, 0x6F42, &entry), ["", "+447785016005"]);
        let networks: Vec<u8> = ["00101", "310410"]
            .iter()
            .flat_map(|digits| write::plmn(digits).unwrap())
            .chain([0xFF; 3])
            .collect();
        assert_eq!(values(Home::Usim, 0x6F7B, &networks), ["001/01, 310/410"]);
        let entry = write::application(&[0xA0, 0, 0, 0, 0x63], "PKCS#15", &[0x3F, 0]).unwrap();
        let fields = fields(Home::Card, 0x2F00, &entry);
        let names: Vec<_> = fields[0].children.iter().map(|f| f.name.as_ref()).collect();
        assert_eq!(names, ["Application identifier", "Label", "Path"]);
    }

    #[test]
    fn any_octets_give_fields_inside_them() {
        let homes = [
            Home::Card,
            Home::Usim,
            Home::Gsm,
            Home::Phonebook,
            Home::Csim,
            Home::Ruim,
            Home::Pkcs15,
        ];
        let fids = (0x2F00..=0x2FFF)
            .chain(0x4F00..=0x503F)
            .chain(0x6400..=0x6FFF);
        for fid in fids {
            for home in homes {
                for length in [0, 1, 2, 3, 4, 9, 10, 14, 28, 40] {
                    for octet in [0x00, 0x0F, 0x30, 0x5A, 0xA0, 0xFE] {
                        values(home, fid, &vec![octet; length]);
                    }
                }
            }
        }
    }
}
