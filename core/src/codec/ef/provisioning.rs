//! EF_Provisioning of the card's DM Server: what it provisions, in two slots of which one is
//! active. A new document is written into the other slot, and five bytes make it the active one,
//! so that a card without power has the old or the new one whole.
//!
//! No standard describes the file; identifier and form are this project's own.

use crate::codec::DecodeError;
use crate::codec::input::{Fault, Input, Parsed, byte_that, clause, pair, prefix};
use nom::Parser;

const CLAUSE: &str = "EF_Provisioning";

/// Bytes in front of the slots: which is active, and how long the document in each is.
pub const PROVISIONING_HEADER: usize = 5;

/// One of the two places for a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    /// Slot behind the header.
    #[default]
    A,
    /// Slot at the end of the file.
    B,
}

impl Slot {
    /// Slot that is not this one.
    pub fn other(self) -> Self {
        match self {
            Slot::A => Slot::B,
            Slot::B => Slot::A,
        }
    }

    /// Letter for people.
    pub fn name(self) -> &'static str {
        match self {
            Slot::A => "A",
            Slot::B => "B",
        }
    }
}

/// What the file says of its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provisioning {
    /// Slot whose document counts.
    pub active: Slot,
    /// Bytes of the document in slot A and in slot B.
    pub lengths: [u16; 2],
    /// Bytes of each slot.
    pub room: usize,
}

impl Provisioning {
    /// From the contents of the file.
    pub fn decode(file: &[u8]) -> Result<Self, DecodeError> {
        let room = file.len().saturating_sub(PROVISIONING_HEADER) / 2;
        let header = move |input| {
            let (left, (active, a, b)) = (
                byte_that("an active slot, 00 or 01", |slot| slot < 2),
                length("a length of slot A that fits", room),
                length("a length of slot B that fits", room),
            )
                .parse(input)?;
            let active = if active == 0 { Slot::A } else { Slot::B };
            let lengths = [a, b];
            Ok((
                left,
                Provisioning {
                    active,
                    lengths,
                    room,
                },
            ))
        };
        prefix(Input::new(file), clause(CLAUSE, header)).map(|(value, _)| value)
    }

    /// The bytes that make a slot the active one.
    pub fn header(&self) -> [u8; PROVISIONING_HEADER] {
        let [a, b] = self.lengths.map(u16::to_be_bytes);
        let active = u8::from(self.active == Slot::B);
        [active, a[0], a[1], b[0], b[1]]
    }

    /// Where a slot begins in the file.
    pub fn start(&self, slot: Slot) -> usize {
        match slot {
            Slot::A => PROVISIONING_HEADER,
            Slot::B => PROVISIONING_HEADER + self.room,
        }
    }

    /// Bytes of the document in a slot.
    pub fn length(&self, slot: Slot) -> u16 {
        let [a, b] = self.lengths;
        match slot {
            Slot::A => a,
            Slot::B => b,
        }
    }

    /// The same file after a document of that length went into the slot that was not active.
    pub fn switched(&self, length: u16) -> Self {
        let active = self.active.other();
        let [a, b] = self.lengths;
        let lengths = match active {
            Slot::A => [length, b],
            Slot::B => [a, length],
        };
        Provisioning {
            active,
            lengths,
            ..*self
        }
    }

    /// The document that counts.
    pub fn document<'f>(&self, file: &'f [u8]) -> &'f [u8] {
        let start = self.start(self.active);
        let end = start + usize::from(self.length(self.active));
        file.get(start..end).unwrap_or_default()
    }

    /// A file with that document in slot A and nothing in slot B, each of `room` bytes, or as
    /// many as the document takes; what is over 65,535 bytes is cut off.
    pub fn file(document: &[u8], room: usize) -> Vec<u8> {
        let length = u16::try_from(document.len()).unwrap_or(u16::MAX);
        let document = &document[..usize::from(length)];
        let room = room.max(document.len());
        let header = Provisioning {
            active: Slot::A,
            lengths: [length, 0],
            room,
        };
        let mut file = header.header().to_vec();
        file.extend(document);
        file.resize(PROVISIONING_HEADER + 2 * room, 0xFF);
        file
    }
}

/// A length that fits into a slot.
fn length<'a>(expected: &'static str, room: usize) -> impl FnMut(Input<'a>) -> Parsed<'a, u16> {
    move |input| {
        let (left, length) = pair(expected)(input)?;
        match usize::from(length) <= room {
            true => Ok((left, length)),
            false => Err(Fault::at(
                input.offset(),
                expected,
                format!("{length} for {room} bytes"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_document_is_found_and_switched() {
        let file = Provisioning::file(b"old", 2048);
        assert_eq!(file.len(), 4101);
        let header = Provisioning::decode(&file).unwrap();
        assert_eq!(header.header(), [0, 0, 3, 0, 0]);
        assert_eq!(header.document(&file), b"old");
        assert_eq!((header.start(Slot::A), header.start(Slot::B)), (5, 0x0805));
        let mut file = file;
        let next = header.switched(5);
        file[0x0805..0x080A].copy_from_slice(b"newer");
        file[..5].copy_from_slice(&next.header());
        let header = Provisioning::decode(&file).unwrap();
        assert_eq!((header, header.document(&file)), (next, &b"newer"[..]));
        assert_eq!(header.switched(1).header(), [0, 0, 1, 0, 5]);
    }

    #[test]
    fn a_header_that_cannot_be_is_refused_with_its_place() {
        let good = Provisioning::file(b"old", 8);
        for (at, value, offset) in [(0, 2, 0), (2, 9, 1), (3, 1, 3)] {
            let mut file = good.clone();
            file[at] = value;
            assert_eq!(Provisioning::decode(&file).unwrap_err().offset, offset);
        }
        for cut in 0..5 {
            assert!(Provisioning::decode(&good[..cut]).is_err());
        }
        // A document longer than wanted makes longer slots.
        assert_eq!(Provisioning::file(&[1; 9], 8).len(), 23);
    }
}
