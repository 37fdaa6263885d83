//! SMS-DELIVER: a message to the terminal, or through it to the card (3GPP TS 23.040 §9.2.2.1).

use super::address::{address, address_text};
use super::user_data::{self, Element, MAX_USER_DATA, UserData};
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, array, byte, byte_that, clause, whole};
use crate::codec::vocabulary::sms::{COMMAND_PACKET, CONCATENATION, MTI};
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "TS 23.040 §9.2.2.1";

/// Flag of the first byte: a user data header is there.
const UDHI: u8 = 0x40;

/// Which part of a long message this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concatenation {
    /// Of the whole message.
    pub reference: u8,
    /// From 1.
    pub parts: u8,
    /// From 1 to `parts`.
    pub part: u8,
}

/// A message to the terminal, or through it to the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliver {
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
        // TP-MMS: no more messages wait.
        let mut tpdu = vec![0x04 | if self.header.is_some() { UDHI } else { 0 }];
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

    /// As many messages as it takes: each says which part it is, the first alone has the other
    /// elements (TS 31.115 §4.2). What does not fit in 255 parts is not sent.
    pub fn split(&self, reference: u8) -> Vec<Deliver> {
        let header = self.header.clone().unwrap_or_default();
        let own: usize = header.iter().map(|e| 2 + e.data.len()).sum();
        if 1 + own + self.data.len() <= MAX_USER_DATA {
            return vec![self.clone()];
        }
        /// Length of the header and the element for the part.
        const PART: usize = 1 + 5;
        let first = MAX_USER_DATA
            .saturating_sub(PART + own)
            .min(self.data.len());
        let (head, rest) = self.data.split_at(first);
        let chunks: Vec<&[u8]> = std::iter::once(head)
            .chain(rest.chunks(MAX_USER_DATA - PART))
            .take(255)
            .collect();
        let parts = chunks.len() as u8;
        chunks
            .iter()
            .zip(1_u8..)
            .map(|(chunk, part)| {
                let mut elements = vec![Element {
                    id: CONCATENATION,
                    data: vec![reference, parts, part],
                }];
                if part == 1 {
                    elements.extend(header.clone());
                }
                Deliver {
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

    /// Which part this is; `None` for a whole message, and for parts that cannot be.
    pub fn concatenation(&self) -> Option<Concatenation> {
        match self.element(CONCATENATION)?.data[..] {
            [reference, parts, part] if (1..=parts).contains(&part) => Some(Concatenation {
                reference,
                parts,
                part,
            }),
            _ => None,
        }
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
