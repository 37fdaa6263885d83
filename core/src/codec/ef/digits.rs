//! Digits two to a byte, the first in the low half, up to F (TS 31.102 §4.2.2, §4.4.2.3).

use std::fmt;

/// Digits, and the other signs that half a byte can hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    /// Each 0 to 14.
    halves: Vec<u8>,
}

impl Digits {
    /// Digits, `*` and `#`; `None` when the text has anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let half = |c: char| match c {
            '*' => Some(0x0A),
            '#' => Some(0x0B),
            c => c.to_digit(10).map(|digit| digit as u8),
        };
        let halves: Option<_> = text.chars().map(half).collect();
        Some(Digits { halves: halves? })
    }

    /// Reads bytes up to the first F.
    pub fn decode(bytes: &[u8]) -> Self {
        Digits::read(bytes.iter().flat_map(|byte| [byte & 0x0F, byte >> 4]))
    }

    /// The same behind a first half, which is none of the digits.
    pub(super) fn decode_behind_half(bytes: &[u8]) -> Self {
        let halves = bytes.iter().flat_map(|byte| [byte & 0x0F, byte >> 4]);
        Digits::read(halves.skip(1))
    }

    fn read(halves: impl Iterator<Item = u8>) -> Self {
        Digits {
            halves: halves.take_while(|half| *half != 0x0F).collect(),
        }
    }

    /// The bytes; an odd digit at the end is followed by F.
    pub fn encode(&self) -> Vec<u8> {
        pack(self.halves.iter().copied())
    }

    /// The same behind a first half.
    pub(super) fn encode_behind_half(&self, first: u8) -> Vec<u8> {
        pack(std::iter::once(first).chain(self.halves.iter().copied()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.halves.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.halves.is_empty()
    }

    /// True when all are decimal digits.
    pub fn is_decimal(&self) -> bool {
        self.halves.iter().all(|half| *half < 10)
    }
}

fn pack(halves: impl Iterator<Item = u8>) -> Vec<u8> {
    let halves: Vec<u8> = halves.map(|half| half & 0x0F).collect();
    let pair = |pair: &[u8]| match pair {
        [low, high] => high << 4 | low,
        [low, ..] => 0xF0 | low,
        [] => 0xFF,
    };
    halves.chunks(2).map(pair).collect()
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |half: &u8| match half {
            0x0A => '*',
            0x0B => '#',
            0x0C.. => '?',
            digit => char::from(b'0' + digit),
        };
        f.write_str(&self.halves.iter().map(sign).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_end_at_f() {
        let digits = Digits::decode(&[0x21, 0xB3, 0xF4, 0x55]);
        assert_eq!((digits.to_string().as_str(), digits.len()), ("123#4", 5));
        assert_eq!(digits.encode(), [0x21, 0xB3, 0xF4]);
        assert_eq!(Digits::from_text("123#4"), Some(digits));
        assert_eq!(Digits::from_text("12a"), None);
        assert_eq!(Digits::decode(&[0xCD]).to_string(), "??");
    }
}
