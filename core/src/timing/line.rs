//! The line between card and reader at a speed, with T=0 (ISO/IEC 7816-3 §7, §8.3, §10).

use crate::reader::t0;
use std::ops::Add;

/// A line: elementary time unit and what lies between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Clock rate f, Hz; 1,000,000 to 5,000,000 for most cards.
    pub clock_hz: u32,
    /// Clock rate conversion integer F (table 7).
    pub f: u32,
    /// Baud rate adjustment integer D (table 8).
    pub d: u32,
    /// Units by which the first character after a change of direction is later than twelve units
    /// behind the last: 4, as EMV words it; none in a model without.
    pub turn_etu: u8,
}

impl Line {
    /// F of each high nibble of TA1; 0 where it is for future use.
    const F: [u32; 16] = [
        372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0,
    ];

    /// D of each low nibble of TA1; 0 where it is for future use.
    const D: [u32; 16] = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];

    /// The line of an answer to reset: 372 clocks for each unit.
    pub fn initial(clock_hz: u32) -> Self {
        Line {
            clock_hz,
            f: 372,
            d: 1,
            turn_etu: 4,
        }
    }

    /// The line of a TA1, or `None` where it names values for future use.
    pub fn of_ta1(ta1: u8, clock_hz: u32) -> Option<Self> {
        let f = Self::F[usize::from(ta1 >> 4)];
        let d = Self::D[usize::from(ta1 & 0x0F)];
        (f > 0 && d > 0).then_some(Line {
            clock_hz,
            f,
            d,
            turn_etu: 4,
        })
    }

    /// Nanoseconds of so many elementary time units, F / (D · f) each, rounded once.
    pub fn ns(&self, etu: u64) -> u64 {
        let divisor = u64::from(self.d.max(1)) * u64::from(self.clock_hz.max(1));
        let clocks = etu.saturating_mul(u64::from(self.f));
        let ns =
            (u128::from(clocks) * 1_000_000_000 + u128::from(divisor / 2)) / u128::from(divisor);
        u64::try_from(ns).unwrap_or(u64::MAX)
    }

    /// Bits a second.
    pub fn bits_per_second(&self) -> u64 {
        let clocks = u64::from(self.clock_hz) * u64::from(self.d);
        clocks / u64::from(self.f.max(1))
    }

    /// Nanoseconds that a reader waits for the card's next character with this waiting integer,
    /// 960 · WI · F / f (§10.2); 10 where the card names none.
    pub fn waiting_time_ns(&self, wi: u8) -> u64 {
        self.ns(960 * u64::from(self.d) * u64::from(wi))
    }
}

/// What was on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Characters {
    /// From the reader.
    pub reader: u64,
    /// From the card.
    pub card: u64,
    /// Changes of direction.
    pub turns: u64,
    /// Commands of the transport: TPDUs.
    pub tpdus: u64,
}

impl Characters {
    /// Both ways.
    pub fn all(&self) -> u64 {
        self.reader + self.card
    }
}

impl Add for Characters {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Characters {
            reader: self.reader + other.reader,
            card: self.card + other.card,
            turns: self.turns + other.turns,
            tpdus: self.tpdus + other.tpdus,
        }
    }
}

/// Characters of a C-APDU and its R-APDU in T=0 (§10.3): a header of five, a procedure byte where
/// data follow, SW1 and SW2, and what GET RESPONSE or a corrected length add. The line turns
/// before GET RESPONSE; how it turns before the next command is not counted.
pub fn characters(command: &[u8], response: &[u8]) -> Characters {
    let mut sum = Characters::default();
    for (tpdu, answer) in t0::pairs(command, response) {
        let sent = tpdu.len().saturating_sub(5) as u64;
        let got = answer.len().saturating_sub(2) as u64;
        let procedure = u64::from(sent + got > 0);
        let before = u64::from(sum.tpdus > 0);
        sum = sum
            + Characters {
                reader: tpdu.len() as u64,
                card: answer.len() as u64 + procedure,
                turns: before + if sent > 0 { 3 } else { 1 },
                tpdus: 1,
            };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// SELECT of the MF, whose 46 bytes of FCP GET RESPONSE fetches.
    fn select() -> Characters {
        let command = hex::decode("00A40004023F0000").unwrap();
        let response = [vec![0x62; 46], vec![0x90, 0]].concat();
        characters(&command, &response)
    }

    #[test]
    fn characters_of_each_case() {
        let of = |command: &str, response: &str| {
            let bytes = |text| hex::decode(text).unwrap();
            let all = characters(&bytes(command), &bytes(response));
            (all.all(), all.turns)
        };
        // ISO/IEC 7816-4 §5.1, cases 1 to 3.
        assert_eq!(of("00440000", "9000"), (7, 1));
        assert_eq!(of("00B0000003", "0102039000"), (8 + 3, 1));
        assert_eq!(of("00D60000020102", "9000"), (8 + 2, 3));
        let four = select();
        assert_eq!((four.all(), four.turns, four.tpdus), (64, 5, 2));
    }

    #[test]
    fn times_of_the_standard_to_the_microsecond() {
        let four = select();
        let (plain, turned) = (four.all() * 12, four.all() * 12 + four.turns * 4);
        assert_eq!((plain, turned), (768, 788));
        // TA1, clock, a unit in nanoseconds, 768 units, 788
        // units, waiting time.
        for (ta1, hz, etu_ns, plain_us, turned_us, waiting_ms) in [
            (0x11, 4_000_000, 93_000, 71_424, 73_284, 893),
            (0x95, 4_000_000, 8_000, 6_144, 6_304, 1_229),
            (0x96, 4_000_000, 4_000, 3_072, 3_152, 1_229),
            (0x97, 4_000_000, 2_000, 1_536, 1_576, 1_229),
            // The clock that brings 9600 bits a second.
            (0x11, 3_571_200, 104_167, 80_000, 82_083, 1_000),
        ] {
            let line = Line::of_ta1(ta1, hz).unwrap();
            assert_eq!(line.ns(1), etu_ns, "{ta1:02X}");
            assert_eq!((line.ns(plain) + 500) / 1_000, plain_us, "{ta1:02X}");
            assert_eq!((line.ns(turned) + 500) / 1_000, turned_us, "{ta1:02X}");
            let waiting = (line.waiting_time_ns(10) + 500_000) / 1_000_000;
            assert_eq!(waiting, waiting_ms, "{ta1:02X}");
        }
        assert_eq!(Line::initial(4_000_000).bits_per_second(), 10_752);
        assert_eq!(
            Line::of_ta1(0x96, 4_000_000).unwrap().bits_per_second(),
            250_000
        );
    }

    #[test]
    fn values_for_future_use_are_no_line() {
        for ta1 in [0x71, 0x81, 0xE1, 0xF1, 0x10, 0x1A, 0x1F] {
            assert_eq!(Line::of_ta1(ta1, 4_000_000), None, "{ta1:02X}");
        }
    }
}
