//! GSMTAP, the header under which captures carry what passes between card and terminal
//! (version 2, as libosmocore defines it and Wireshark reads it).

use super::DecodeError;
use super::input::{Input, Parsed, byte, byte_that, bytes, clause, rest, whole};
use nom::Parser;

/// UDP port of GSMTAP.
pub const PORT: u16 = 4729;

/// Octets of the header, in 32-bit words.
pub(super) const WORDS: u8 = 4;
pub(super) const HEADER: usize = 16;
pub(super) const VERSION: u8 = 2;
/// Type of payloads of a SIM interface.
const SIM: u8 = 4;

/// Where the header is defined.
pub(super) const CLAUSE: &str = "GSMTAP version 2";

/// What a payload of a SIM interface is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubType {
    /// A TPDU and its response: header, data either way, status word.
    Apdu,
    /// An answer to reset.
    Atr,
    /// A request of a protocol and parameters selection.
    PpsRequest,
    /// The response to one.
    PpsResponse,
    /// A part of a TPDU, or something newer.
    Unknown(u8),
}

impl SubType {
    /// The byte of the header.
    pub fn code(self) -> u8 {
        match self {
            SubType::Apdu => 0,
            SubType::Atr => 1,
            SubType::PpsRequest => 2,
            SubType::PpsResponse => 3,
            SubType::Unknown(code) => code,
        }
    }

    /// From the byte of the header.
    pub fn from_code(code: u8) -> Self {
        match code {
            0 => SubType::Apdu,
            1 => SubType::Atr,
            2 => SubType::PpsRequest,
            3 => SubType::PpsResponse,
            code => SubType::Unknown(code),
        }
    }
}

/// A packet of a SIM interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// What the payload is.
    pub sub_type: SubType,
    /// The bytes.
    pub payload: Vec<u8>,
}

impl Packet {
    /// A TPDU and its response as they were on the line.
    pub fn exchange(tpdu: &[u8], response: &[u8]) -> Self {
        Packet {
            sub_type: SubType::Apdu,
            payload: [tpdu, response].concat(),
        }
    }

    /// Reads the payload of a UDP datagram; all of the header that tells of radio is left out.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, packet))
    }

    /// The payload of a UDP datagram.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[..3].copy_from_slice(&[VERSION, WORDS, SIM]);
        bytes[12] = self.sub_type.code();
        bytes.extend_from_slice(&self.payload);
        bytes
    }
}

fn packet(input: Input<'_>) -> Parsed<'_, Packet> {
    let known = (
        byte_that("version 02", |byte| byte == VERSION),
        byte_that("a header of 04 words", |byte| byte == WORDS),
        byte_that("type 04, a SIM interface", |byte| byte == SIM),
    );
    let radio = bytes(9, "the part of the header that tells of radio");
    let place = bytes(3, "antenna, sub-slot and a reserved byte");
    (known, radio, byte("a sub-type"), place, rest)
        .map(|(_, _, code, _, payload)| Packet {
            sub_type: SubType::from_code(code),
            payload: payload.bytes().to_vec(),
        })
        .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn a_known_packet_comes_back() {
        let text = "0204040000000000000000000000000000A40004023F00612E";
        let tpdu = hex::decode("00A40004023F00").unwrap();
        let packet = Packet::exchange(&tpdu, &[0x61, 0x2E]);
        assert_eq!(hex::encode(&packet.encode()), text);
        assert_eq!(Packet::decode(&packet.encode()), Ok(packet.clone()));
    }

    #[test]
    fn what_is_no_packet_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("01", 0),
            ("0205", 1),
            ("020401", 2),
            ("020404", 3),
            ("020404000000000000000000", 12),
            ("02040400000000000000000000", 13),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(Packet::decode(&bytes).unwrap_err().offset, offset, "{text}");
        }
    }
}
