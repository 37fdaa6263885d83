//! SMS-SUBMIT: what SEND SHORT MESSAGE sends (3GPP TS 23.040 §9.2.2.2; application ports
//! §9.2.3.24.4).

use super::MAX_USER_DATA;
use crate::codec::toolkit::Text;

/// Octets of a user data header with ports, its length octet among them.
const PORTS: usize = 7;

/// Information element: application ports of 16 bits.
const IEI_PORTS: u8 = 0x05;

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
            .filter_map(|c| "0123456789*#".bytes().position(|of| of == c))
            .map(|at| at as u8)
            .collect();
        nibbles
            .chunks(2)
            .map(|pair| pair.get(1).unwrap_or(&0x0F) << 4 | pair[0])
            .collect()
    }

    /// As in an address of a TPDU: digits counted, kind, digits (§9.1.2.5).
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([self.digits.len() as u8, self.kind]);
        out.extend(self.octets());
    }

    /// As in the object address: kind and digits (TS 102 223 §8.1).
    pub fn object(&self) -> Vec<u8> {
        [&[self.kind][..], &self.octets()].concat()
    }
}

/// An SMS-SUBMIT with 8-bit data for an application port (§9.2.2.2); `None` when the data do not
/// fit into one message.
pub fn submit_to_port(number: &Number, port: u16, data: &[u8]) -> Option<Vec<u8>> {
    if PORTS + data.len() > MAX_USER_DATA {
        return None;
    }
    // First octet: SMS-SUBMIT with a user data header; message reference 0.
    let mut tpdu = vec![0x41, 0x00];
    number.encode(&mut tpdu);
    // Protocol identifier 0; 8-bit data without class.
    tpdu.extend([
        0x00,
        0x04,
        (PORTS + data.len()) as u8,
        0x06,
        IEI_PORTS,
        0x04,
    ]);
    tpdu.extend(port.to_be_bytes());
    tpdu.extend(port.to_be_bytes());
    tpdu.extend(data);
    Some(tpdu)
}

/// An SMS-SUBMIT with a text of 8-bit data, cut to one message.
pub fn submit_text(number: &Number, text: &str) -> Vec<u8> {
    let text = Text::new(text);
    let length = text.bytes.len().min(MAX_USER_DATA);
    let mut tpdu = vec![0x01, 0x00];
    number.encode(&mut tpdu);
    tpdu.extend([0x00, text.dcs, length as u8]);
    tpdu.extend(&text.bytes[..length]);
    tpdu
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn messages_are_written() {
        assert_eq!(
            hex::encode(&submit_text(&Number::new("1234"), "HELLO")),
            "0100048121430004 0548454C4C4F".replace(' ', "")
        );
        let tpdu = submit_to_port(&Number::new("+491"), 2948, b"push").unwrap();
        assert_eq!(
            hex::encode(&tpdu),
            "41000391 94F1 0004 0B 0605040B840B84 70757368".replace(' ', "")
        );
        assert!(submit_to_port(&Number::new("1"), 2948, &[0; 133]).is_some());
        assert!(submit_to_port(&Number::new("1"), 2948, &[0; 134]).is_none());
    }
}
