//! Answers to reset, byte by byte (ISO/IEC 7816-3 §8.2).

use crate::codec::atr::CLAUSE;
use crate::codec::check::exclusive_or;
use crate::codec::{Field, hex};

/// The bytes taken apart. What is missing at the end is left out and said.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
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
    let historical = usize::from(t0 & 0x0F);
    let count = format!("{t0:02X}, {historical} historical bytes");
    let mut fields = vec![
        Field::new("TS", 0..1, format!("{ts:02X} {convention}")).clause(CLAUSE),
        Field::new("T0", 1..2, count).clause(CLAUSE),
    ];
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
                .clause(CLAUSE)
                .note(meaning(letter, index, protocol)),
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
        let sum = exclusive_or(&bytes[1..=end]);
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

/// What an interface byte is about (ISO/IEC 7816-3 §8.3, §10.2, §11.4).
fn meaning(letter: char, index: u8, protocol: u8) -> &'static str {
    match (letter, index, protocol) {
        ('D', ..) => "Which interface bytes follow, and for which protocol.",
        ('A', 1, _) => "How many clocks a bit takes, at the speed that the card offers.",
        ('B', 1, _) => "Programming voltage, which no card uses any more.",
        ('C', 1, _) => "Time that the reader leaves between two characters.",
        ('A', 2, _) => "The card speaks in one mode and with one protocol alone.",
        ('C', 2, 0) => "How long the reader waits for the card's next character.",
        ('A', _, 15) => "Whether the clock may stop, and which voltages the card takes.",
        ('B', _, 15) => "How the card uses its contact C6.",
        ('A', _, 1) => "Bytes of the longest block that the card takes.",
        ('B', _, 1) => "How long the reader waits for a character, and for a block.",
        ('C', _, 1) => "Which error check the blocks have.",
        _ => "For future use.",
    }
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

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..40 {
            for byte in [0x00, 0x3B, 0x80, 0xF1, 0xFF] {
                let _ = fields(&vec![byte; length]);
            }
        }
    }
}
