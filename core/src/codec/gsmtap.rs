//! GSMTAP, the header under which captures carry what passes between card and terminal
//! (version 2, as libosmocore defines it and Wireshark reads it).

use super::{DecodeError, Field, apdu, atr};

/// UDP port of GSMTAP.
pub const PORT: u16 = 4729;

/// Octets of the header, in 32-bit words.
const WORDS: u8 = 4;
const HEADER: usize = 16;
const VERSION: u8 = 2;
/// Type of payloads of a SIM interface.
const SIM: u8 = 4;

const CLAUSE: &str = "GSMTAP version 2";

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
    Other(u8),
}

impl SubType {
    fn code(self) -> u8 {
        match self {
            SubType::Apdu => 0,
            SubType::Atr => 1,
            SubType::PpsRequest => 2,
            SubType::PpsResponse => 3,
            SubType::Other(code) => code,
        }
    }

    fn from_code(code: u8) -> Self {
        match code {
            0 => SubType::Apdu,
            1 => SubType::Atr,
            2 => SubType::PpsRequest,
            3 => SubType::PpsResponse,
            code => SubType::Other(code),
        }
    }

    fn name(self) -> &'static str {
        match self {
            SubType::Apdu => "command and response",
            SubType::Atr => "answer to reset",
            SubType::PpsRequest => "PPS request",
            SubType::PpsResponse => "PPS response",
            SubType::Other(_) => "",
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
        let check = |at: usize, expected: &'static str, wanted: u8| match bytes.get(at) {
            Some(byte) if *byte == wanted => Ok(()),
            Some(byte) => Err(DecodeError::new(at, expected, format!("{byte:02X}")).clause(CLAUSE)),
            None => Err(DecodeError::new(bytes.len(), expected, "the end").clause(CLAUSE)),
        };
        check(0, "version 02", VERSION)?;
        check(1, "a header of 04 words", WORDS)?;
        check(2, "type 04, a SIM interface", SIM)?;
        let Some(payload) = bytes.get(HEADER..) else {
            let error = DecodeError::new(bytes.len(), "a header of 16 bytes", "the end");
            return Err(error.clause(CLAUSE));
        };
        Ok(Packet {
            sub_type: SubType::from_code(bytes[12]),
            payload: payload.to_vec(),
        })
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

/// The bytes taken apart; the answer to reset into its own.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let packet = match Packet::decode(bytes) {
        Ok(packet) => packet,
        Err(error) => {
            return vec![
                Field::new("unreadable", 0..bytes.len(), super::hex::spaced(bytes))
                    .note(error.to_string()),
            ];
        }
    };
    let n = bytes.len();
    let name = packet.sub_type.name();
    let payload = Field::new("Payload", HEADER..n, format!("{} B", n - HEADER));
    let children = match packet.sub_type {
        SubType::Atr => atr::fields(&packet.payload),
        SubType::Apdu => exchange_fields(&packet.payload),
        _ => Vec::new(),
    };
    let children = children.into_iter().map(|c| c.shifted(HEADER)).collect();
    vec![
        Field::new("Version", 0..1, VERSION.to_string()).clause(CLAUSE),
        Field::new("Header length", 1..2, format!("{WORDS} words")).clause(CLAUSE),
        Field::new("Type", 2..3, "4 SIM").clause(CLAUSE),
        Field::new("Radio", 3..12, "")
            .clause(CLAUSE)
            .note("Says nothing on a SIM interface."),
        Field::new("Sub-type", 12..13, format!("{} {name}", bytes[12])).clause(CLAUSE),
        Field::new("Antenna, sub-slot, reserved", 13..16, "").clause(CLAUSE),
        payload.children(children),
    ]
}

/// A command without data and its response; where data go is in the instruction, which is not
/// known here, so only header and status word are told apart.
fn exchange_fields(bytes: &[u8]) -> Vec<Field> {
    let n = bytes.len();
    let [_, ins, _, _, p3, .., sw1, sw2] = bytes else {
        return Vec::new();
    };
    let sw = apdu::StatusWord(u16::from_be_bytes([*sw1, *sw2]));
    vec![
        Field::new("Header", 0..4, apdu::instruction_name(*ins)),
        Field::new("P3", 4..5, p3.to_string()),
        Field::new("Data", 5..n - 2, format!("{} B", n - 7)),
        Field::new("SW1 SW2", n - 2..n, sw.to_string()).note(sw.meaning()),
    ]
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
        let fields = fields(&packet.encode());
        assert_eq!(fields[6].children[3].value, "612E");
    }

    #[test]
    fn what_is_no_packet_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("01", 0),
            ("0205", 1),
            ("020401", 2),
            ("020404", 3),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(Packet::decode(&bytes).unwrap_err().offset, offset);
            assert_eq!(fields(&bytes)[0].name, "unreadable");
        }
    }
}
