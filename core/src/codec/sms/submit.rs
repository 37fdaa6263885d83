//! SMS-SUBMIT: what SEND SHORT MESSAGE sends (3GPP TS 23.040 §9.2.2.2).

use super::address::{Number, address, address_text};
use super::user_data::{self, Element, MAX_USER_DATA, UserData};
use crate::codec::DecodeError;
use crate::codec::alphabet::{septets, utf16};
use crate::codec::input::{Input, Parsed, array, byte, byte_that, clause, whole};
use crate::codec::vocabulary::sms::{MTI, PORTS};
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "TS 23.040 §9.2.2.2";

/// Octets of a user data header with ports, its length octet among them.
const PORTS_LENGTH: usize = 7;

/// Flags of the first byte.
const REJECT_DUPLICATES: u8 = 0x04;
const STATUS_REPORT: u8 = 0x20;
const UDHI: u8 = 0x40;
const REPLY_PATH: u8 = 0x80;

/// How long the service centre tries (TS 23.040 §9.2.3.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// As long as the service centre likes.
    #[default]
    NotSaid,
    /// A code for minutes to weeks.
    Relative(u8),
    /// A time in semi-octets.
    Absolute([u8; 7]),
    /// The enhanced form.
    Enhanced([u8; 7]),
}

/// A message to the service centre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submit {
    /// TP-RD: the service centre refuses a second one with the same reference.
    pub reject_duplicates: bool,
    /// TP-SRR: the sender wants to know what becomes of it.
    pub status_report: bool,
    /// TP-RP: the answer goes the same way.
    pub reply_path: bool,
    /// TP-MR; the terminal puts its own in place of it.
    pub reference: u8,
    /// TP-DA: number of digits, type, digits in semi-octets, as encoded.
    pub destination: Vec<u8>,
    /// TP-PID.
    pub pid: u8,
    /// TP-DCS.
    pub dcs: u8,
    /// TP-VP.
    pub validity: Validity,
    /// User data header; `None` without one.
    pub header: Option<Vec<Element>>,
    /// What follows it: bytes, or with the default alphabet one septet in each byte.
    pub data: Vec<u8>,
}

impl Submit {
    /// Bytes to value.
    pub fn decode(tpdu: &[u8]) -> Result<Self, DecodeError> {
        whole(tpdu, clause(CLAUSE, submit))
    }

    /// Value to bytes. What is over 140 octets of user data is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let format = match self.validity {
            Validity::NotSaid => 0,
            Validity::Enhanced(_) => 1,
            Validity::Relative(_) => 2,
            Validity::Absolute(_) => 3,
        };
        let mut first = 0x01 | format << 3;
        for (is_set, flag) in [
            (self.reject_duplicates, REJECT_DUPLICATES),
            (self.status_report, STATUS_REPORT),
            (self.header.is_some(), UDHI),
            (self.reply_path, REPLY_PATH),
        ] {
            if is_set {
                first |= flag;
            }
        }
        let mut tpdu = vec![first, self.reference];
        tpdu.extend(&self.destination);
        tpdu.extend([self.pid, self.dcs]);
        match self.validity {
            Validity::NotSaid => {}
            Validity::Relative(code) => tpdu.push(code),
            Validity::Absolute(octets) | Validity::Enhanced(octets) => tpdu.extend(octets),
        }
        user_data::write(&mut tpdu, self.dcs, self.header.as_deref(), &self.data);
        tpdu
    }

    /// The text; `None` for 8-bit data, which is the application's, and for compressed text.
    pub fn text(&self) -> Option<String> {
        user_data::text(self.dcs, &self.data)
    }

    /// An element of the header.
    pub fn element(&self, id: u8) -> Option<&Element> {
        self.header.iter().flatten().find(|e| e.id == id)
    }
}

fn submit(input: Input<'_>) -> Parsed<'_, Submit> {
    let is_submit = byte_that("TP-MTI 01, SMS-SUBMIT", |first| first & MTI == 1);
    let (left, (first, reference, destination, pid, dcs)) = (
        is_submit,
        byte("TP-MR"),
        address("TP-DA"),
        byte("TP-PID"),
        byte("TP-DCS"),
    )
        .parse(input)?;
    let (left, validity) = validity(first >> 3 & 3, left)?;
    let (left, UserData { header, data }) = user_data::read(first & UDHI != 0, dcs)(left)?;
    Ok((
        left,
        Submit {
            reject_duplicates: first & REJECT_DUPLICATES != 0,
            status_report: first & STATUS_REPORT != 0,
            reply_path: first & REPLY_PATH != 0,
            reference,
            destination,
            pid,
            dcs,
            validity,
            header,
            data,
        },
    ))
}

/// TP-VP in the form that TP-VPF says (§9.2.3.3).
fn validity(format: u8, input: Input<'_>) -> Parsed<'_, Validity> {
    match format {
        0 => Ok((input, Validity::NotSaid)),
        1 => array("TP-VP").map(Validity::Enhanced).parse(input),
        2 => byte("TP-VP").map(Validity::Relative).parse(input),
        _ => array("TP-VP").map(Validity::Absolute).parse(input),
    }
}

impl fmt::Display for Submit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SMS-SUBMIT to {}", address_text(&self.destination))?;
        match self.text() {
            Some(text) => write!(f, ", \"{text}\""),
            None => write!(f, ", {} B", self.data.len()),
        }
    }
}

/// An SMS-SUBMIT with 8-bit data for an application port (§9.2.3.24.4); `None` when the data do
/// not fit into one message.
pub fn submit_to_port(number: &Number, port: u16, data: &[u8]) -> Option<Vec<u8>> {
    if PORTS_LENGTH + data.len() > MAX_USER_DATA {
        return None;
    }
    let [high, low] = port.to_be_bytes();
    let submit = Submit {
        destination: number.address(),
        // 8-bit data without class.
        dcs: 0x04,
        header: Some(vec![Element {
            id: PORTS,
            data: vec![high, low, high, low],
        }]),
        data: data.to_vec(),
        ..Submit::default()
    };
    Some(submit.encode())
}

/// An SMS-SUBMIT with a text, a character of the default alphabet in each byte where it has them
/// all, else in UCS2; cut to one message.
pub fn submit_text(number: &Number, text: &str) -> Vec<u8> {
    let (dcs, data) = match septets(text) {
        Some(data) => (0x04, data),
        None => (0x08, utf16(text)),
    };
    let submit = Submit {
        destination: number.address(),
        dcs,
        data,
        ..Submit::default()
    };
    submit.encode()
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
