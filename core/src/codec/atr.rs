//! Answer to reset: interface bytes and historical bytes (ISO/IEC 7816-3 §8.2,
//! ETSI TS 102 221 §6.3).

use super::{DecodeError, Field, hex};

const CLAUSE: &str = "ISO/IEC 7816-3 §8.2";

/// TS and what follows it (ISO/IEC 7816-3 §8.2.1).
const MAX_LENGTH: usize = 33;

/// What a reader has to know of an answer to reset. It is read and never built: an answer to
/// reset is the card maker's constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atr {
    /// TS says the inverse convention.
    pub inverse: bool,
    /// TA1: F and D at most.
    pub ta1: u8,
    /// TC1: extra guard time.
    pub guard: u8,
    /// TA2: the one protocol of a card in specific mode, which takes no selection.
    pub specific: Option<u8>,
    /// TA2 says that the speed is agreed otherwise: TA1 does not hold.
    pub implicit: bool,
    /// The protocols in the order they are offered; the first is used without a selection.
    pub protocols: Vec<u8>,
    /// TC2: waiting time integer of T=0.
    pub waiting: u8,
    /// First TA for T=1: octets the card takes in one block, 1 to 254.
    pub ifsc: u8,
    /// First TB for T=1: block and character waiting time integers.
    pub bwi_cwi: u8,
    /// First TC for T=1: blocks end in a CRC, else in an LRC.
    pub crc: bool,
    /// Historical bytes.
    pub historical: Vec<u8>,
}

impl Atr {
    /// TA1 of a card that names none: 372 clocks for each bit.
    pub const DEFAULT_TA1: u8 = 0x11;

    /// Reads a whole answer to reset; TCK must be right.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wrong = |offset: usize, expected: &'static str| {
            let found = match bytes.get(offset) {
                Some(byte) => format!("{byte:02X}"),
                None => "the end".to_owned(),
            };
            DecodeError::new(offset.min(bytes.len()), expected, found).clause(CLAUSE)
        };
        let byte =
            |at: usize, what: &'static str| bytes.get(at).copied().ok_or_else(|| wrong(at, what));
        let ts = byte(0, "TS")?;
        if !matches!(ts, 0x3B | 0x3F) {
            return Err(wrong(0, "TS, which is 3B or 3F"));
        }
        let t0 = byte(1, "T0")?;
        let mut atr = Atr {
            inverse: ts == 0x3F,
            ta1: Atr::DEFAULT_TA1,
            guard: 0,
            specific: None,
            implicit: false,
            protocols: Vec::new(),
            waiting: 10,
            ifsc: 32,
            bwi_cwi: 0x4D,
            crc: false,
            historical: Vec::new(),
        };
        let mut at = 2;
        let mut follow = t0 >> 4;
        let mut protocol = None;
        let mut has_check = false;
        let mut has_t1 = false;
        // TS and at most 32 bytes: what goes on longer runs into the end of the bytes.
        for index in 1_u8.. {
            let mut next = None;
            for (bit, letter) in [(0, 'A'), (1, 'B'), (2, 'C'), (3, 'D')] {
                if follow >> bit & 1 == 0 {
                    continue;
                }
                let value = byte(at, "an interface byte")?;
                match (letter, index) {
                    ('D', _) => {
                        if protocol.is_some_and(|before| before > value & 0x0F) {
                            return Err(wrong(at, "protocols in rising order"));
                        }
                        next = Some(value);
                    }
                    ('A', 1) => atr.ta1 = value,
                    ('C', 1) => atr.guard = value,
                    ('A', 2) => {
                        atr.specific = Some(value & 0x0F);
                        atr.implicit = value & 0x10 != 0;
                    }
                    ('C', 2) => atr.waiting = value,
                    (_, 3..) if protocol == Some(1) && !has_t1 => match letter {
                        'A' if !(1..=254).contains(&value) => {
                            return Err(wrong(at, "an information field size, 01 to FE"));
                        }
                        'A' => atr.ifsc = value,
                        'B' => atr.bwi_cwi = value,
                        _ => atr.crc = value & 1 == 1,
                    },
                    _ => {}
                }
                at += 1;
            }
            has_t1 |= protocol == Some(1) && index >= 3;
            let Some(td) = next else { break };
            let named = td & 0x0F;
            has_check |= named != 0;
            if named != 15 && !atr.protocols.contains(&named) {
                atr.protocols.push(named);
            }
            protocol = Some(named);
            follow = td >> 4;
            if at > MAX_LENGTH {
                return Err(wrong(at, "at most 33 bytes"));
            }
        }
        if atr.protocols.is_empty() {
            atr.protocols.push(0);
        }
        let end = at + usize::from(t0 & 0x0F);
        if bytes.len() < end {
            return Err(wrong(bytes.len(), "a historical byte"));
        }
        atr.historical = bytes[at..end].to_vec();
        let length = end + usize::from(has_check);
        if has_check {
            byte(end, "TCK")?;
            if bytes[1..=end].iter().fold(0, |sum, byte| sum ^ byte) != 0 {
                return Err(wrong(end, "a TCK that makes the exclusive or zero"));
            }
        }
        if bytes.len() > length || length > MAX_LENGTH {
            return Err(wrong(length.min(MAX_LENGTH), "the end"));
        }
        Ok(atr)
    }
}

/// The bytes taken apart. What is missing at the end is left out and said.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let [ts, t0, ..] = bytes else {
        return vec![
            Field::new("unreadable", 0..bytes.len(), hex::spaced(bytes))
                .note("An answer to reset has at least TS and T0."),
        ];
    };
    let convention = match ts {
        0x3B => "direct convention",
        0x3F => "inverse convention",
        _ => "no known convention",
    };
    fields.push(Field::new("TS", 0..1, format!("{ts:02X} {convention}")).clause(CLAUSE));
    let historical = usize::from(t0 & 0x0F);
    fields.push(
        Field::new(
            "T0",
            1..2,
            format!("{t0:02X}, {historical} historical bytes"),
        )
        .clause(CLAUSE),
    );
    let mut at = 2;
    let mut follow = t0 >> 4;
    let mut check = false;
    let mut protocol = 0;
    // At most 32 bytes follow TS, so this ends soon even for bytes that go on and on.
    for index in 1..=8 {
        let mut next = None;
        for (bit, letter) in [(0, 'A'), (1, 'B'), (2, 'C'), (3, 'D')] {
            if follow >> bit & 1 == 0 {
                continue;
            }
            let Some(byte) = bytes.get(at) else { break };
            if letter == 'D' {
                next = Some(*byte);
            }
            fields.push(
                Field::new(
                    format!("T{letter}{index}"),
                    at..at + 1,
                    interface(letter, index, protocol, *byte),
                )
                .clause(CLAUSE),
            );
            at += 1;
        }
        let Some(td) = next else { break };
        protocol = td & 0x0F;
        check |= protocol != 0;
        follow = td >> 4;
    }
    let end = (at + historical).min(bytes.len());
    if end > at {
        fields.push(
            Field::new("Historical bytes", at..end, hex::spaced(&bytes[at..end]))
                .clause("ISO/IEC 7816-4 §8.1.1")
                .note(printable(&bytes[at..end])),
        );
    }
    if check && end < bytes.len() {
        let sum = bytes[1..=end].iter().fold(0, |sum, byte| sum ^ byte);
        let verdict = if sum == 0 { "right" } else { "wrong" };
        fields.push(
            Field::new("TCK", end..end + 1, format!("{:02X} {verdict}", bytes[end]))
                .clause(CLAUSE)
                .note("The exclusive or of T0 to TCK is zero."),
        );
    }
    let told = end + usize::from(check);
    if told < bytes.len() {
        let rest = &bytes[told..];
        fields.push(
            Field::new("Bytes after the end", told..bytes.len(), hex::spaced(rest)).clause(CLAUSE),
        );
    }
    fields
}

fn interface(letter: char, index: u8, protocol: u8, byte: u8) -> String {
    let words = match (letter, index) {
        ('A', 1) => format!("F and D index {:X} and {:X}", byte >> 4, byte & 0x0F),
        ('D', _) if byte & 0x0F == 15 => "global bytes follow".to_owned(),
        ('D', _) => format!("protocol T={}", byte & 0x0F),
        ('A', 3..) if protocol == 15 => "clock stop and voltage classes".to_owned(),
        _ => String::new(),
    };
    format!("{byte:02X} {words}").trim_end().to_owned()
}

fn printable(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| {
            if (0x20..0x7F).contains(b) {
                char::from(*b)
            } else {
                '·'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows TPDU-1.
    #[test]
    fn a_worked_answer_to_reset_is_told_whole() {
        let atr = hex::decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        let fields = fields(&atr);
        let names: Vec<_> = fields.iter().map(|f| f.name.as_ref()).collect();
        assert_eq!(
            names,
            [
                "TS",
                "T0",
                "TA1",
                "TD1",
                "TD2",
                "TA3",
                "Historical bytes",
                "TCK"
            ]
        );
        assert_eq!(fields[7].value, "81 right");
    }

    /// Shows TPDU-1.
    #[test]
    fn a_card_says_what_it_offers() {
        let decode = |text: &str| Atr::decode(&hex::decode(text).unwrap());
        let only_t0 = decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        assert_eq!(only_t0.protocols, [0]);
        assert_eq!((only_t0.ta1, only_t0.specific), (0x95, None));
        assert_eq!(only_t0.historical.len(), 15);
        let both = decode("3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B").unwrap();
        assert_eq!(both.protocols, [0, 1]);
        assert_eq!((both.ifsc, both.bwi_cwi, both.crc), (0xFE, 0x45, false));
        // Neither TD nor TCK; and specific mode with T=1 and a CRC.
        assert_eq!(decode("3B00").unwrap().protocols, [0]);
        assert_eq!(decode("3B17944F4D41444D5343").unwrap().ta1, 0x94);
        let specific = decode("3B9095 91 01 51 FE 01 3B".replace(' ', "").as_str()).unwrap();
        assert_eq!(specific.specific, Some(1));
        assert_eq!(specific.protocols, [1]);
        assert!(specific.crc);
    }

    /// Shows TPDU-1.
    #[test]
    fn a_damaged_answer_is_refused_with_its_place() {
        let good = hex::decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        for length in 0..good.len() {
            let error = Atr::decode(&good[..length]).unwrap_err();
            assert_eq!(error.offset, length, "{error}");
        }
        let mut wrong = good.clone();
        wrong[10] ^= 1;
        assert_eq!(Atr::decode(&wrong).unwrap_err().offset, good.len() - 1);
        let mut longer = good;
        longer.push(0);
        assert_eq!(Atr::decode(&longer).unwrap_err().offset, longer.len() - 1);
        assert_eq!(
            Atr::decode(&[0x3B, 0x80, 0x81, 0x80]).unwrap_err().offset,
            3
        );
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..40 {
            for byte in [0x00, 0x3B, 0x80, 0xF1, 0xFF] {
                let _ = fields(&vec![byte; length]);
                let _ = Atr::decode(&vec![byte; length]);
            }
        }
    }
}
