//! One block of T=1: prologue, information field, epilogue (ISO/IEC 7816-3 §11.3).
//!
//! Knows no sequence of blocks and no time; those are the reader's.

use super::DecodeError;
use super::check::exclusive_or;
use super::input::{Input, Parsed, byte, byte_that, bytes, clause, rest, whole};
use crc::{CRC_16_MCRF4XX, Crc};
use nom::Parser;
use nom::combinator::map_opt;
use nom::error::context;

/// Octets of an information field at most; LEN `FF` is reserved.
pub const MAX_INF: usize = 254;

/// Where a block is defined.
pub(super) const CLAUSE: &str = "ISO/IEC 7816-3 §11.3";

/// Octets of the prologue: NAD, PCB and LEN.
pub(super) const PROLOGUE: usize = 3;

/// How the epilogue is made (§11.3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edc {
    /// One octet, the exclusive or of all before.
    #[default]
    Lrc,
    /// Two octets, the cyclic redundancy check of ISO/IEC 13239.
    Crc,
}

impl Edc {
    /// Octets it takes.
    pub fn size(self) -> usize {
        match self {
            Edc::Lrc => 1,
            Edc::Crc => 2,
        }
    }

    /// Appends it.
    fn append(self, block: &mut Vec<u8>) {
        match self {
            Edc::Lrc => block.push(exclusive_or(block)),
            Edc::Crc => block.extend(crc(block).to_be_bytes()),
        }
    }

    /// True when `epilogue` belongs to `block`.
    pub(super) fn fits(self, block: &[u8], epilogue: &[u8]) -> bool {
        match self {
            Edc::Lrc => epilogue == [exclusive_or(block)],
            Edc::Crc => epilogue == crc(block).to_be_bytes(),
        }
    }
}

/// x^16 + x^12 + x^5 + 1, low bit first, from all ones.
fn crc(bytes: &[u8]) -> u16 {
    Crc::<u16>::new(&CRC_16_MCRF4XX).checksum(bytes)
}

/// What a reception-ready block says of the block before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The block was free of error.
    Fine,
    /// The epilogue, or the parity of a character, was wrong.
    Edc,
    /// Something else was wrong with it.
    Other,
}

/// The kinds of supervisory blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervisory {
    /// Start anew.
    Resynch,
    /// The size of the information field.
    Ifs,
    /// Give a chain up.
    Abort,
    /// More time.
    Wtx,
}

/// The protocol control byte (§11.3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pcb {
    /// I-block: a piece of a message.
    Information {
        /// N(S), 0 or 1.
        sequence: u8,
        /// M: another piece follows.
        more: bool,
    },
    /// R-block.
    Ready {
        /// N(R), 0 or 1: of the I-block that is wanted next.
        expected: u8,
        /// What was wrong.
        report: Report,
    },
    /// S-block.
    Supervision {
        /// What the block asks for.
        kind: Supervisory,
        /// A response, else a request.
        response: bool,
    },
}

impl Pcb {
    /// From the byte; `None` for those that are not defined.
    pub fn decode(byte: u8) -> Option<Pcb> {
        Some(match byte {
            0x00 | 0x20 | 0x40 | 0x60 => Pcb::Information {
                sequence: byte >> 6 & 1,
                more: byte & 0x20 != 0,
            },
            0x80..=0x82 | 0x90..=0x92 => Pcb::Ready {
                expected: byte >> 4 & 1,
                report: match byte & 0x0F {
                    0 => Report::Fine,
                    1 => Report::Edc,
                    _ => Report::Other,
                },
            },
            0xC0..=0xC3 | 0xE0..=0xE3 => Pcb::Supervision {
                kind: match byte & 0x03 {
                    0 => Supervisory::Resynch,
                    1 => Supervisory::Ifs,
                    2 => Supervisory::Abort,
                    _ => Supervisory::Wtx,
                },
                response: byte & 0x20 != 0,
            },
            _ => return None,
        })
    }

    /// The byte.
    pub fn encode(self) -> u8 {
        match self {
            Pcb::Information { sequence, more } => (sequence & 1) << 6 | u8::from(more) << 5,
            Pcb::Ready { expected, report } => {
                let report = match report {
                    Report::Fine => 0,
                    Report::Edc => 1,
                    Report::Other => 2,
                };
                0x80 | (expected & 1) << 4 | report
            }
            Pcb::Supervision { kind, response } => {
                let kind = match kind {
                    Supervisory::Resynch => 0,
                    Supervisory::Ifs => 1,
                    Supervisory::Abort => 2,
                    Supervisory::Wtx => 3,
                };
                0xC0 | u8::from(response) << 5 | kind
            }
        }
    }

    /// Whether an information field of this length belongs to such a block.
    fn takes(self, inf: &[u8]) -> bool {
        match self {
            Pcb::Information { .. } => true,
            Pcb::Supervision {
                kind: Supervisory::Ifs,
                ..
            } => matches!(inf, [1..=254]),
            Pcb::Supervision {
                kind: Supervisory::Wtx,
                ..
            } => matches!(inf, [1..=255]),
            Pcb::Ready { .. } | Pcb::Supervision { .. } => inf.is_empty(),
        }
    }
}

/// A block that came without damage; its node address is 00.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub pcb: Pcb,
    /// The information field, at most [`MAX_INF`] octets.
    pub inf: Vec<u8>,
}

/// Octets that are no block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// What the R-block that asks for another says.
    pub report: Report,
    /// Where and why.
    pub error: DecodeError,
}

impl Block {
    /// A block without information field.
    pub fn new(pcb: Pcb) -> Self {
        Block {
            pcb,
            inf: Vec::new(),
        }
    }

    /// An I-block.
    pub fn information(sequence: u8, more: bool, inf: &[u8]) -> Self {
        Block {
            pcb: Pcb::Information { sequence, more },
            inf: inf.to_vec(),
        }
    }

    /// An R-block.
    pub fn ready(expected: u8, report: Report) -> Self {
        Block::new(Pcb::Ready { expected, report })
    }

    /// An S-block.
    pub fn supervision(kind: Supervisory, response: bool, inf: &[u8]) -> Self {
        Block {
            pcb: Pcb::Supervision { kind, response },
            inf: inf.to_vec(),
        }
    }

    /// Reads one whole block. Damage on the line is told before octets without meaning: what
    /// arrived damaged may mean anything.
    pub fn decode(bytes: &[u8], edc: Edc) -> Result<Block, Damaged> {
        let damaged = |report| move |error| Damaged { report, error };
        let frame = whole(bytes, clause(CLAUSE, |input| frame(input, edc)))
            .map_err(damaged(Report::Other))?;
        if !edc.fits(frame.block.bytes(), frame.epilogue.bytes()) {
            let (at, found) = (frame.epilogue.offset(), frame.epilogue.found());
            let error = DecodeError::new(at, "the check of the bytes before", found);
            return Err(damaged(Report::Edc)(error.clause(CLAUSE)));
        }
        whole(frame.block.bytes(), clause(CLAUSE, block)).map_err(damaged(Report::Other))
    }

    /// The octets; an information field over [`MAX_INF`] cannot travel and is cut.
    pub fn encode(&self, edc: Edc) -> Vec<u8> {
        let inf = &self.inf[..self.inf.len().min(MAX_INF)];
        let mut bytes = vec![0, self.pcb.encode(), inf.len() as u8];
        bytes.extend_from_slice(inf);
        edc.append(&mut bytes);
        bytes
    }
}

/// The octets of a block, cut where its length says.
struct Frame<'a> {
    /// Prologue and information field.
    block: Input<'a>,
    epilogue: Input<'a>,
}

fn frame(input: Input<'_>, edc: Edc) -> Parsed<'_, Frame<'_>> {
    let total = input.len();
    let fits = |len: u8| {
        let inf = usize::from(len);
        inf <= MAX_INF && PROLOGUE + inf + edc.size() == total
    };
    let len = byte_that("LEN for the bytes there are", fits);
    let (_, (_, _, len)) = (byte("NAD"), byte("PCB"), len).parse(input)?;
    let block = bytes(
        PROLOGUE + usize::from(len),
        "prologue and information field",
    );
    let (end, (block, epilogue)) = (block, rest).parse(input)?;
    Ok((end, Frame { block, epilogue }))
}

/// A block without its epilogue; its length is right.
fn block(input: Input<'_>) -> Parsed<'_, Block> {
    let nad = byte_that("the node address 00", |nad| nad == 0);
    let pcb = context("a PCB that is defined", map_opt(byte("PCB"), Pcb::decode));
    let (len, (_, pcb)) = (nad, pcb).parse(input)?;
    let (inf, _) = byte("LEN")(len)?;
    let (end, inf) = rest(inf)?;
    if !pcb.takes(inf.bytes()) {
        return Err(len.wrong("LEN as this kind has it"));
    }
    let inf = inf.bytes().to_vec();
    Ok((end, Block { pcb, inf }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Shows TPDU-4.
    #[test]
    fn known_blocks_come_back() {
        let s = |kind, response, inf: &[u8]| Block::supervision(kind, response, inf);
        let select = hex::decode("00A40004023F0000").unwrap();
        let challenge = hex::decode("0084000008").unwrap();
        for (text, block) in [
            ("00C101FE3E", s(Supervisory::Ifs, false, &[0xFE])),
            ("00E101FE1E", s(Supervisory::Ifs, true, &[0xFE])),
            (
                "00000800A40004023F000095",
                Block::information(0, false, &select),
            ),
            (
                "0040050084000008C9",
                Block::information(1, false, &challenge),
            ),
            ("00C30103C1", s(Supervisory::Wtx, false, &[3])),
            ("00E30103E1", s(Supervisory::Wtx, true, &[3])),
            ("00200200A486", Block::information(0, true, &[0x00, 0xA4])),
            ("00900090", Block::ready(1, Report::Fine)),
            ("00800080", Block::ready(0, Report::Fine)),
            ("00810081", Block::ready(0, Report::Edc)),
            ("00820082", Block::ready(0, Report::Other)),
            ("00C000C0", s(Supervisory::Resynch, false, &[])),
            ("00E000E0", s(Supervisory::Resynch, true, &[])),
            ("00C200C2", s(Supervisory::Abort, false, &[])),
            ("00E200E2", s(Supervisory::Abort, true, &[])),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(hex::encode(&block.encode(Edc::Lrc)), text);
            assert_eq!(Block::decode(&bytes, Edc::Lrc), Ok(block));
        }
    }

    /// Shows TPDU-4.
    #[test]
    fn the_crc_is_that_of_the_standard() {
        // The check value that catalogues of CRCs give for this one.
        assert_eq!(crc(b"123456789"), 0x6F91);
        let block = Block::information(1, true, &[1, 2, 3]);
        let bytes = block.encode(Edc::Crc);
        assert_eq!(bytes.len(), 3 + 3 + 2);
        assert_eq!(Block::decode(&bytes, Edc::Crc), Ok(block));
    }

    /// Shows TPDU-4.
    #[test]
    fn every_change_of_one_octet_is_found() {
        for edc in [Edc::Lrc, Edc::Crc] {
            let bytes = Block::information(0, false, &[0xA0, 0xA4, 0x00]).encode(edc);
            for at in 0..bytes.len() {
                for change in 1..=255 {
                    let mut damaged = bytes.clone();
                    damaged[at] ^= change;
                    let error = Block::decode(&damaged, edc).unwrap_err();
                    assert!(error.error.offset <= bytes.len());
                }
            }
        }
    }

    #[test]
    fn what_is_no_block_is_refused_with_its_place() {
        for (text, offset, report) in [
            ("", 0, Report::Other),
            ("0000", 2, Report::Other),
            ("0000FF", 2, Report::Other),
            ("000000", 2, Report::Other),
            ("00000001", 3, Report::Edc),
            ("01000001", 0, Report::Other),
            ("00100010", 1, Report::Other),
            ("00830083", 1, Report::Other),
            ("00C400C4", 1, Report::Other),
            ("00C101FF3F", 2, Report::Other),
            ("00C100C1", 2, Report::Other),
            ("0080010081", 2, Report::Other),
        ] {
            let damaged = Block::decode(&hex::decode(text).unwrap(), Edc::Lrc).unwrap_err();
            assert_eq!(
                (damaged.error.offset, damaged.report),
                (offset, report),
                "{text}"
            );
        }
    }
}
