//! Values to the contents of elementary files.

use crate::codec::ber;

/// Digits two to an octet, the first in the low half; an odd one is followed by F.
fn swapped(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u8>> = digits
        .chars()
        .map(|c| match c {
            '*' => Some(0x0A),
            '#' => Some(0x0B),
            c => c.to_digit(10).map(|digit| digit as u8),
        })
        .collect();
    let pair = |pair: &[u8]| match pair {
        [low, high] => high << 4 | low,
        [low, ..] => 0xF0 | low,
        [] => 0xFF,
    };
    Some(values?.chunks(2).map(pair).collect())
}

/// EF_ICCID: 18 to 20 digits.
pub fn iccid(digits: &str) -> Option<Vec<u8>> {
    let mut octets = swapped(digits)?;
    if !(18..=20).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    octets.resize(10, 0xFF);
    Some(octets)
}

/// EF_IMSI: 6 to 15 digits after their length and parity.
pub fn imsi(digits: &str) -> Option<Vec<u8>> {
    if !(6..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Parity and the first digit share an octet: 9 for an odd number of digits, 1 for an even.
    let parity = if digits.len() % 2 == 1 { "9" } else { "1" };
    let octets = swapped(&format!("{parity}{digits}"))?;
    let mut value = vec![octets.len() as u8];
    value.extend(octets);
    value.resize(9, 0xFF);
    Some(value)
}

/// EF_IMSI_M and EF_IMSI_T of 3GPP2: 15 digits, programmed (C.S0023 §3.4.2, C.S0005 §2.3.1).
pub fn imsi_m(digits: &str) -> Option<Vec<u8>> {
    if digits.len() != 15 {
        return None;
    }
    let digits: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    // A zero counts as ten.
    let digits: Vec<u32> = digits?
        .iter()
        .map(|d| if *d == 0 { 10 } else { *d })
        .collect();
    let three = |at: usize| -> Option<u32> {
        match digits.get(at..at + 3)? {
            [a, b, c] => Some(100 * a + 10 * b + c - 111),
            _ => None,
        }
    };
    let mcc = three(0)?;
    let month = 10 * digits.get(3)? + digits.get(4)? - 11;
    let s2 = three(5)?;
    let s1 = three(8)? << 14 | digits.get(11)? << 10 | three(12)?;
    let [s2_low, s2_high, ..] = s2.to_le_bytes();
    let [s1_low, s1_mid, s1_high, _] = s1.to_le_bytes();
    let [mcc_low, mcc_high, ..] = mcc.to_le_bytes();
    Some(vec![
        0,
        s2_low,
        s2_high,
        s1_low,
        s1_mid,
        s1_high,
        month as u8,
        0x80,
        mcc_low,
        mcc_high,
    ])
}

/// EF_SPN: display condition and a name that fills the room.
pub fn spn(display: u8, name: &str, room: usize) -> Option<Vec<u8>> {
    let mut octets = vec![display];
    octets.extend(plain(name)?);
    if octets.len() > room {
        return None;
    }
    octets.resize(room.min(17), 0xFF);
    Some(octets)
}

/// Text of letters and digits, which the default alphabet of TS 23.038 has where ASCII has
/// them.
fn plain(text: &str) -> Option<Vec<u8>> {
    let same = |b: u8| b.is_ascii_alphanumeric() || b" !\"#%&'()*+,-./:;<=>?".contains(&b);
    let octet = |b: u8| match b {
        b'_' => Some(0x11),
        b'@' => Some(0x00),
        b'$' => Some(0x02),
        b if same(b) => Some(b),
        _ => None,
    };
    text.bytes().map(octet).collect()
}

/// A service table: numbers from 1, so many bits for each (1 in EF_UST, 2 in EF_SST and
/// EF_CST, both set for a service that is allocated and activated).
pub fn services(numbers: &[usize], bits: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for number in numbers.iter().filter(|number| **number > 0) {
        let at = (number - 1) * bits;
        if octets.len() <= at / 8 {
            octets.resize(at / 8 + 1, 0);
        }
        if let Some(octet) = octets.get_mut(at / 8) {
            *octet |= ((1u8 << bits) - 1) << (at % 8);
        }
    }
    octets
}

/// A network: three digits of the country, two or three of the network.
pub fn plmn(digits: &str) -> Option<[u8; 3]> {
    let digit = |at: usize| -> Option<u8> {
        let byte = digits.as_bytes().get(at)?;
        byte.is_ascii_digit().then(|| byte - b'0')
    };
    let third = match digits.len() {
        5 => 0x0F,
        6 => digit(5)?,
        _ => return None,
    };
    Some([
        digit(1)? << 4 | digit(0)?,
        third << 4 | digit(2)?,
        digit(4)? << 4 | digit(3)?,
    ])
}

/// Application template of EF_DIR (TS 102 221 §13.1): name, label, path.
pub fn application(aid: &[u8], label: &str, path: &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    ber::write(&mut value, 0x4F, aid);
    if !label.is_empty() {
        ber::write(&mut value, 0x50, label.as_bytes());
    }
    if !path.is_empty() {
        ber::write(&mut value, 0x51, path);
    }
    let mut record = Vec::new();
    ber::write(&mut record, 0x61, &value);
    (1..=16).contains(&aid.len()).then_some(record)
}

/// Octets of a dialling number behind its name (TS 31.102 §4.2.26).
const NUMBER: usize = 14;

/// A record of EF_ADN or EF_MSISDN: name and number fill the record.
pub fn dialling_number(name: &str, number: &str, length: usize) -> Option<Vec<u8>> {
    let room = length.checked_sub(NUMBER)?;
    let mut record = plain(name)?;
    if record.len() > room {
        return None;
    }
    record.resize(room, 0xFF);
    let address = address(number)?;
    record.push(address.len() as u8);
    record.extend(address);
    record.resize(length, 0xFF);
    Some(record)
}

/// Type of number and digits, at most 20.
fn address(number: &str) -> Option<Vec<u8>> {
    let (kind, digits) = match number.strip_prefix('+') {
        Some(digits) => (0x91, digits),
        None => (0x81, number),
    };
    let mut address = vec![kind];
    address.extend(swapped(digits)?);
    (2..=11).contains(&address.len()).then_some(address)
}

/// Octets of EF_SMSP behind its name (TS 31.102 §4.2.27).
const PARAMETERS: usize = 28;

/// A record of EF_SMSP with the address of the service centre and no other parameter.
pub fn service_centre(number: &str, length: usize) -> Option<Vec<u8>> {
    let mut record = vec![0xFF; length.checked_sub(PARAMETERS)?];
    // A bit of zero says that the parameter is there.
    record.push(0xFD);
    record.extend([0xFF; 12]);
    let mut address = address(number)?;
    address.insert(0, address.len() as u8);
    address.resize(12, 0xFF);
    record.extend(address);
    record.resize(length, 0xFF);
    Some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn values_are_written_as_the_worked_examples() {
        let of = |octets: Option<Vec<u8>>| hex::encode(&octets.unwrap());
        assert_eq!(of(iccid("89440000000000351611")), "98440000000000536111");
        assert_eq!(of(imsi("001010123456789")), "080910101032547698");
        assert_eq!(
            of(spn(1, "DM_SC", 17)),
            "01444D115343FFFFFFFFFFFFFFFFFFFFFF"
        );
        assert_eq!(of(plmn("00101").map(|p| p.to_vec())), "00F110");
        assert_eq!(of(plmn("310410").map(|p| p.to_vec())), "130014");
        assert_eq!(
            hex::encode(&services(&[10, 12, 19, 21, 27, 28, 33, 38, 43, 71, 85], 1)),
            "000A140C21040000400010"
        );
        assert_eq!(
            of(application(
                &hex::decode("A000000063504B43532D3135").unwrap(),
                "PKCS#15",
                &[0x3F, 0x00, 0x7F, 0x50]
            )),
            "611D4F0CA000000063504B43532D31355007504B435323313551043F007F50"
        );
        assert_eq!(of(imsi_m("001010123456789")), "008503A69A3A5A80DE03");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(iccid("1234"), None);
        assert_eq!(imsi("12a456"), None);
        assert_eq!(plmn("0010"), None);
        assert_eq!(dialling_number("much too long a name", "1", 20), None);
        assert_eq!(dialling_number("", "", 20), None);
        assert_eq!(service_centre("+1", 20), None);
        assert_eq!(imsi_m("00101"), None);
    }
}
