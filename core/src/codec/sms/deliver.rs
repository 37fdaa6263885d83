//! SMS-DELIVER: a message to the terminal, or through it to the card (3GPP TS 23.040 §9.2.2.1).

use super::address::{address, address_text};
use super::user_data::{self, Element, MAX_USER_DATA, UserData};
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, array, byte, byte_that, clause, whole};
use crate::codec::vocabulary::sms::{
    COMMAND_PACKET, CONCATENATION, CONCATENATION_16, DATA_DOWNLOAD, MTI, PORTS, PORTS_8,
    is_in_every_part,
};
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "TS 23.040 §9.2.2.1";

/// Flag of the first byte: a user data header is there.
const UDHI: u8 = 0x40;

/// TP-MMS: no more messages wait (§9.2.3.2).
const NO_MORE: u8 = 0x04;

/// Reference of a long message, the same in all its parts. One of 8 bits and one of 16 are never
/// the same (§9.2.3.24.1, §9.2.3.24.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Of 8 bits.
    Short(u8),
    /// Of 16 bits.
    Long(u16),
}

impl Reference {
    /// The element of one part.
    fn element(self, parts: u8, part: u8) -> Element {
        let (id, mut data) = match self {
            Reference::Short(reference) => (CONCATENATION, vec![reference]),
            Reference::Long(reference) => (CONCATENATION_16, reference.to_be_bytes().to_vec()),
        };
        data.extend([parts, part]);
        Element { id, data }
    }
}

/// Which part of a long message this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concatenation {
    /// Of the whole message.
    pub reference: Reference,
    /// From 1.
    pub parts: u8,
    /// From 1 to `parts`.
    pub part: u8,
}

/// A message to the terminal, or through it to the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// TP-MMS: more messages wait for the terminal.
    pub more: bool,
    /// TP-OA: number of digits, type, digits in semi-octets, as encoded.
    pub originator: Vec<u8>,
    /// TP-PID: 7F for data download to the card.
    pub pid: u8,
    /// TP-DCS: F6 for 8-bit data of class 2.
    pub dcs: u8,
    /// TP-SCTS, semi-octets.
    pub timestamp: [u8; 7],
    /// User data header; `None` without one.
    pub header: Option<Vec<Element>>,
    /// What follows it: bytes, or with the default alphabet one septet in each byte.
    pub data: Vec<u8>,
}

impl Deliver {
    /// Bytes to value.
    pub fn decode(tpdu: &[u8]) -> Result<Self, DecodeError> {
        whole(tpdu, clause(CLAUSE, deliver))
    }

    /// Value to bytes. What is over 140 octets of user data is cut off; use [`Deliver::split`].
    pub fn encode(&self) -> Vec<u8> {
        let more = if self.more { 0 } else { NO_MORE };
        let mut tpdu = vec![more | if self.header.is_some() { UDHI } else { 0 }];
        tpdu.extend(&self.originator);
        tpdu.extend([self.pid, self.dcs]);
        tpdu.extend(self.timestamp);
        user_data::write(&mut tpdu, self.dcs, self.header.as_deref(), &self.data);
        tpdu
    }

    /// The text; `None` for 8-bit data, which is the application's, and for compressed text.
    pub fn text(&self) -> Option<String> {
        user_data::text(self.dcs, &self.data)
    }

    /// As many messages as it takes, with at most `most` bytes of data each: all say which part
    /// they are and have the elements that hold for each part, such as the port (TS 23.040
    /// §9.2.3.24); the first alone has the others (TS 31.115 §4.2). What does not fit in 255
    /// parts is not sent.
    pub fn split(&self, reference: Reference, most: usize) -> Vec<Deliver> {
        let header = self.header.clone().unwrap_or_default();
        let octets =
            |elements: &[Element]| -> usize { elements.iter().map(|e| 2 + e.data.len()).sum() };
        let own = octets(&header);
        if 1 + own + self.data.len() <= MAX_USER_DATA && self.data.len() <= most {
            return vec![self.clone()];
        }
        let (each, once): (Vec<Element>, Vec<Element>) = header
            .into_iter()
            .partition(|element| is_in_every_part(element.id));
        let part = 1 + octets(&each) + octets(&[reference.element(0, 0)]);
        let room = |own: usize| MAX_USER_DATA.saturating_sub(own).min(most);
        // A header that leaves no room cannot be repeated.
        if part >= MAX_USER_DATA || part + octets(&once) > MAX_USER_DATA {
            return vec![self.clone()];
        }
        let first = room(part + octets(&once)).min(self.data.len());
        let (head, rest) = self.data.split_at(first);
        let chunks: Vec<&[u8]> = std::iter::once(head)
            .chain(rest.chunks(room(part).max(1)))
            .take(255)
            .collect();
        let parts = chunks.len() as u8;
        chunks
            .iter()
            .zip(1..=u8::MAX)
            .map(|(chunk, part)| {
                let mut elements = each.clone();
                elements.push(reference.element(parts, part));
                if part == 1 {
                    elements.extend(once.clone());
                }
                Deliver {
                    more: self.more || part < parts,
                    header: Some(elements),
                    data: chunk.to_vec(),
                    ..self.clone()
                }
            })
            .collect()
    }

    /// An element of the header.
    pub fn element(&self, id: u8) -> Option<&Element> {
        self.header.iter().flatten().find(|e| e.id == id)
    }

    /// Which part this is; `None` for a whole message, and for parts that cannot be. Of elements
    /// that say it twice the last counts (TS 23.040 §9.2.3.24).
    pub fn concatenation(&self) -> Option<Concatenation> {
        let elements = self.header.iter().flatten();
        let (reference, parts, part) =
            elements
                .rev()
                .find_map(|element| match (element.id, &element.data[..]) {
                    (CONCATENATION, [reference, parts, part]) => {
                        Some((Reference::Short(*reference), *parts, *part))
                    }
                    (CONCATENATION_16, [high, low, parts, part]) => Some((
                        Reference::Long(u16::from_be_bytes([*high, *low])),
                        *parts,
                        *part,
                    )),
                    _ => None,
                })?;
        (1..=parts).contains(&part).then_some(Concatenation {
            reference,
            parts,
            part,
        })
    }

    /// The application port that it is for (§9.2.3.24.3, §9.2.3.24.4); the last that is named
    /// counts.
    pub fn port(&self) -> Option<u16> {
        let elements = self.header.iter().flatten();
        elements
            .rev()
            .find_map(|element| match (element.id, &element.data[..]) {
                (PORTS, [high, low, _, _]) => Some(u16::from_be_bytes([*high, *low])),
                (PORTS_8, [to, _]) => Some(u16::from(*to)),
                _ => None,
            })
    }

    /// Whether the terminal hands it to its card instead of keeping it: data download, 8-bit
    /// data of class 2 (§9.2.3.9; TS 31.111 §7.1.1).
    pub fn is_for_card(&self) -> bool {
        self.pid == DATA_DOWNLOAD && matches!(self.dcs, 0x16 | 0xF6)
    }
}

fn deliver(input: Input<'_>) -> Parsed<'_, Deliver> {
    let is_deliver = byte_that("TP-MTI 00, SMS-DELIVER", |first| first & MTI == 0);
    let (left, (first, originator, pid, dcs, timestamp)) = (
        is_deliver,
        address("TP-OA"),
        byte("TP-PID"),
        byte("TP-DCS"),
        array("TP-SCTS"),
    )
        .parse(input)?;
    let (left, UserData { header, data }) = user_data::read(first & UDHI != 0, dcs)(left)?;
    Ok((
        left,
        Deliver {
            more: first & NO_MORE == 0,
            originator,
            pid,
            dcs,
            timestamp,
            header,
            data,
        },
    ))
}

impl fmt::Display for Deliver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SMS-DELIVER from {}", address_text(&self.originator))?;
        if self.element(COMMAND_PACKET).is_some() {
            f.write_str(", command packet")?;
        }
        match self.text() {
            Some(text) => write!(f, ", \"{text}\""),
            None => write!(f, ", {} B", self.data.len()),
        }
    }
}
