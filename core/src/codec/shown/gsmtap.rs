//! Captures under GSMTAP, with what the payload is taken apart.

use super::part::{moved, unreadable};
use super::{atr, pps};
use crate::codec::Field;
use crate::codec::apdu::{StatusWord, instruction_name};
use crate::codec::gsmtap::{CLAUSE, HEADER, Packet, SubType, VERSION, WORDS};

/// The header, and the payload by its sub-type.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let packet = match Packet::decode(bytes) {
        Ok(packet) => packet,
        Err(error) => return vec![unreadable(bytes, 0, &error)],
    };
    let n = bytes.len();
    let sub_type = format!("{} {}", packet.sub_type.code(), name(packet.sub_type));
    let payload = Field::new("Payload", HEADER..n, format!("{} B", n - HEADER));
    let children = match packet.sub_type {
        SubType::Apdu => exchange_fields(&packet.payload),
        SubType::Atr => atr::fields(&packet.payload),
        SubType::PpsRequest | SubType::PpsResponse => pps::fields(&packet.payload),
        SubType::Unknown(_) => Vec::new(),
    };
    vec![
        Field::new("Version", 0..1, VERSION.to_string()).clause(CLAUSE),
        Field::new("Header length", 1..2, format!("{WORDS} words")).clause(CLAUSE),
        Field::new("Type", 2..3, "4 SIM").clause(CLAUSE),
        Field::new("Radio", 3..12, "")
            .clause(CLAUSE)
            .note("Says nothing on a SIM interface."),
        Field::new("Sub-type", 12..13, sub_type).clause(CLAUSE),
        Field::new("Antenna, sub-slot, reserved", 13..16, "").clause(CLAUSE),
        payload.children(moved(children, HEADER)),
    ]
}

fn name(sub_type: SubType) -> &'static str {
    match sub_type {
        SubType::Apdu => "command and response",
        SubType::Atr => "answer to reset",
        SubType::PpsRequest => "PPS request",
        SubType::PpsResponse => "PPS response",
        SubType::Unknown(_) => "",
    }
}

/// A command without data and its response; where data go is in the instruction, which is not
/// known here, so only header and status word are told apart.
fn exchange_fields(bytes: &[u8]) -> Vec<Field> {
    let n = bytes.len();
    let [_, ins, _, _, p3, .., sw1, sw2] = bytes else {
        return Vec::new();
    };
    let sw = StatusWord(u16::from_be_bytes([*sw1, *sw2]));
    vec![
        Field::new("Header", 0..4, instruction_name(*ins)),
        Field::new("P3", 4..5, p3.to_string()),
        Field::new("Data", 5..n - 2, format!("{} B", n - 7)),
        Field::new("SW1 SW2", n - 2..n, sw.to_string()).note(sw.meaning()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_taken_apart_in_their_place() {
        let tpdu = [0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00];
        let exchange = fields(&Packet::exchange(&tpdu, &[0x61, 0x2E]).encode());
        assert_eq!(exchange[6].children[3].value, "612E");
        assert_eq!(exchange[6].children[3].range, 23..25);
        let request = Packet {
            sub_type: SubType::PpsRequest,
            payload: vec![0xFF, 0x10, 0x95, 0x7A],
        };
        let request = fields(&request.encode());
        assert_eq!(request[6].children[2].name, "PPS1");
        assert_eq!(request[6].children[2].range, 18..19);
        assert_eq!(fields(&[2, 4, 1])[0].name, "unreadable");
    }
}
