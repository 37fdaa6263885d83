//! Short messages as the toolkit carries them: what SEND SHORT MESSAGE sends and what SMS-PP
//! download brings (3GPP TS 23.040 §9.2; application ports §9.2.3.24.4).

use crate::codec::DecodeError;

/// Octets of user data in one message.
pub const MAX_USER_DATA: usize = 140;

/// Octets of a user data header with ports, its length octet among them.
const PORTS: usize = 7;

/// Information element: application ports of 16 bits.
const IEI_PORTS: u8 = 0x05;

const CLAUSE: &str = "TS 23.040 §9.2.2";

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

    fn from_octets(kind: u8, octets: &[u8]) -> Self {
        let nibbles = octets.iter().flat_map(|octet| [octet & 15, octet >> 4]);
        let letters = b"0123456789*#abc";
        Number {
            kind,
            digits: nibbles
                .map_while(|n| letters.get(usize::from(n)))
                .map(|c| char::from(*c))
                .collect(),
        }
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
    let text = super::Text::new(text);
    let length = text.bytes.len().min(MAX_USER_DATA);
    let mut tpdu = vec![0x01, 0x00];
    number.encode(&mut tpdu);
    tpdu.extend([0x00, text.dcs, length as u8]);
    tpdu.extend(&text.bytes[..length]);
    tpdu
}

/// What an SMS-SUBMIT or SMS-DELIVER says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortMessage {
    /// Destination of a SUBMIT, originator of a DELIVER.
    pub number: Number,
    /// Protocol identifier.
    pub protocol: u8,
    /// Data coding scheme.
    pub dcs: u8,
    /// Destination port, when the header names one.
    pub port: Option<u16>,
    /// The user data header without its length octet; empty without one.
    pub header: Vec<u8>,
    /// The user data after the header.
    pub data: Vec<u8>,
}

impl ShortMessage {
    /// Reads an SMS-SUBMIT, as in SEND SHORT MESSAGE.
    pub fn from_submit(tpdu: &[u8]) -> Result<Self, DecodeError> {
        let first = first_octet(tpdu, 0x01)?;
        // Message reference, then the address; a validity period of no, seven or one octet.
        let validity = [0, 7, 1, 7][usize::from(first >> 3 & 3)];
        read(tpdu, 2, validity, first & 0x40 != 0)
    }

    /// Reads an SMS-DELIVER, as in SMS-PP download.
    pub fn from_deliver(tpdu: &[u8]) -> Result<Self, DecodeError> {
        let first = first_octet(tpdu, 0x00)?;
        read(tpdu, 1, 7, first & 0x40 != 0)
    }

    /// The value of an element of the header.
    pub fn element(&self, iei: u8) -> Option<&[u8]> {
        let mut rest = &self.header[..];
        while let [of, length, after @ ..] = rest {
            let value = after.get(..usize::from(*length))?;
            if *of == iei {
                return Some(value);
            }
            rest = &after[value.len()..];
        }
        None
    }
}

fn first_octet(tpdu: &[u8], kind: u8) -> Result<u8, DecodeError> {
    match tpdu {
        [first, ..] if first & 3 == kind => Ok(*first),
        [first, ..] => {
            Err(
                DecodeError::new(0, format!("message type {kind}"), format!("{}", first & 3))
                    .clause(CLAUSE),
            )
        }
        [] => Err(DecodeError::new(0, "a TPDU", "nothing").clause(CLAUSE)),
    }
}

/// Reads from the address on; `skip` octets stand between coding scheme and user data length.
fn read(tpdu: &[u8], from: usize, skip: usize, headed: bool) -> Result<ShortMessage, DecodeError> {
    let end = || DecodeError::new(tpdu.len(), "more octets of a TPDU", "the end").clause(CLAUSE);
    let octet = |at: usize| tpdu.get(at).copied().ok_or_else(end);
    let digits = usize::from(octet(from)?).div_ceil(2);
    let at = from + 2 + digits;
    let octets = tpdu.get(from + 2..at).ok_or_else(end)?;
    let number = Number::from_octets(octet(from + 1)?, octets);
    let (protocol, dcs) = (octet(at)?, octet(at + 1)?);
    let length_at = at + 2 + skip;
    let length = usize::from(octet(length_at)?);
    let data = tpdu.get(length_at + 1..).ok_or_else(end)?;
    // The length counts septets where the text is packed, so the end of the TPDU rules.
    let packed = dcs & 0x0C == 0 && dcs < 0xF0;
    if !packed && data.len() != length {
        return Err(DecodeError::new(
            length_at,
            format!("a length of {} octets", data.len()),
            length.to_string(),
        )
        .clause("TS 23.040 §9.2.3.16"));
    }
    let (header, data) = if headed {
        let length = usize::from(*data.first().ok_or_else(end)?);
        let header = data.get(1..=length).ok_or_else(end)?;
        (header.to_vec(), data[length + 1..].to_vec())
    } else {
        (Vec::new(), data.to_vec())
    };
    let mut message = ShortMessage {
        number,
        protocol,
        dcs,
        port: None,
        header,
        data,
    };
    message.port = match message.element(IEI_PORTS) {
        Some([high, low, ..]) => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    };
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn messages_are_read_and_written() {
        let sent = hex::decode("01000481 2143 0004 05 48454C4C4F").unwrap();
        let message = ShortMessage::from_submit(&sent).unwrap();
        assert_eq!(
            (&message.number.digits[..], &message.data[..]),
            ("1234", &b"HELLO"[..])
        );
        assert_eq!(submit_text(&Number::new("1234"), "HELLO"), sent);
        let tpdu = submit_to_port(&Number::new("+491"), 2948, b"push").unwrap();
        let message = ShortMessage::from_submit(&tpdu).unwrap();
        assert_eq!(
            (message.port, &message.data[..]),
            (Some(2948), &b"push"[..])
        );
        assert_eq!(
            (message.number.kind, &message.number.digits[..]),
            (0x91, "491")
        );
        assert!(submit_to_port(&Number::new("1"), 2948, &[0; 134]).is_none());
    }

    #[test]
    fn a_secured_packet_is_found_by_its_element() {
        let tpdu = hex::decode("440481 2143 7FF6 62112241726500 04 02700001").unwrap();
        let message = ShortMessage::from_deliver(&tpdu).unwrap();
        assert_eq!((message.protocol, message.dcs), (0x7F, 0xF6));
        assert_eq!(message.element(0x70), Some(&[][..]));
        assert_eq!(message.data, [1]);
        for cut in 0..tpdu.len() {
            assert!(ShortMessage::from_deliver(&tpdu[..cut]).unwrap_err().offset <= cut);
        }
    }
}
