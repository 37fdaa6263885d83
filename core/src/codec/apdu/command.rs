//! Command APDUs of the short form (ISO/IEC 7816-4 §5.1, ETSI TS 102 221 §10.1).

use super::instruction::{SELECT, instruction_name};
use crate::codec::input::{Fault, Input, Parsed, byte, clause, rest, whole};
use crate::codec::{DecodeError, hex};
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "ISO/IEC 7816-4 §5.1";

/// What a terminal sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandApdu {
    /// Class: standard and logical channel.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Up to 255 bytes; empty in cases 1 and 2.
    pub data: Vec<u8>,
    /// Bytes wanted, 1 to 256; `None` in cases 1 and 3.
    pub le: Option<u16>,
}

impl CommandApdu {
    /// A command without data and without wish for any.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        CommandApdu {
            cla,
            ins,
            p1,
            p2,
            data: Vec::new(),
            le: None,
        }
    }

    /// The same with data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// The same with a number of bytes wanted, 1 to 256.
    #[must_use]
    pub fn with_le(mut self, le: u16) -> Self {
        self.le = Some(le);
        self
    }

    /// Reads a short command of case 1 to 4 (ISO/IEC 7816-4 §5.1).
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, command))
    }

    /// The bytes; data over 255 bytes cannot travel in one short command and are cut.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.cla, self.ins, self.p1, self.p2];
        if !self.data.is_empty() {
            let data = &self.data[..self.data.len().min(255)];
            bytes.push(data.len() as u8);
            bytes.extend_from_slice(data);
        }
        // 256 is written 00, which is its low byte.
        bytes.extend(self.le.map(|le| le as u8));
        bytes
    }
}

fn command(input: Input<'_>) -> Parsed<'_, CommandApdu> {
    let (following, (cla, ins, p1, p2)) =
        (byte("CLA"), byte("INS"), byte("P1"), byte("P2")).parse(input)?;
    let (data, le) = body(following.bytes()).map_err(Fault::of)?;
    let (end, _) = rest(following)?;
    let apdu = CommandApdu {
        le,
        ..CommandApdu::new(cla, ins, p1, p2).with_data(data)
    };
    Ok((end, apdu))
}

/// Data and Le of what follows the header of a short command (ISO/IEC 7816-4 §5.1).
///
/// Written by hand, without combinators: a card takes millions of commands a second apart with
/// it, and the form of what follows depends on how much there is, which one match says.
pub fn body(rest: &[u8]) -> Result<(&[u8], Option<u16>), DecodeError> {
    match rest {
        [] => Ok((&[], None)),
        [le] => Ok((&[], Some(le_value(*le)))),
        [lc, rest @ ..] => {
            let length = usize::from(*lc);
            if length == 0 || !(rest.len() == length || rest.len() == length + 1) {
                return Err(DecodeError::new(
                    4,
                    format!("Lc for the {} bytes that follow", rest.len()),
                    format!("{lc:02X}"),
                )
                .clause(CLAUSE));
            }
            let (data, le) = rest.split_at(length);
            Ok((data, le.first().map(|le| le_value(*le))))
        }
    }
}

fn le_value(byte: u8) -> u16 {
    if byte == 0 { 256 } else { u16::from(byte) }
}

impl fmt::Display for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&instruction_name(self.ins))?;
        match (self.ins, self.data.len()) {
            (SELECT, 1..) => write!(f, " {}", hex::encode(&self.data)),
            (_, 0) => Ok(()),
            (_, n) => write!(f, ", {n} B"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_cases_come_back() {
        for bytes in [
            &[0x00, 0xA4, 0x00, 0x04][..],
            &[0x80, 0x12, 0x00, 0x00, 0x0F],
            &[0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00],
            &[0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00, 0x00],
        ] {
            assert_eq!(CommandApdu::decode(bytes).unwrap().encode(), bytes);
        }
    }

    #[test]
    fn le_00_is_256() {
        assert_eq!(
            CommandApdu::decode(&[0x80, 0x12, 0, 0, 0]).unwrap().le,
            Some(256)
        );
    }

    #[test]
    fn a_wrong_lc_is_refused_with_its_place() {
        for (bytes, offset) in [
            (&[][..], 0),
            (&[0, 0, 0], 3),
            (&[0, 0, 0, 0, 0, 1], 4),
            (&[0, 0, 0, 0, 3, 1], 4),
            (&[0, 0, 0, 0, 1, 1, 1, 1], 4),
        ] {
            assert_eq!(CommandApdu::decode(bytes).unwrap_err().offset, offset);
        }
    }
}
