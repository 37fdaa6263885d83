//! Answer to reset: interface bytes and historical bytes (ISO/IEC 7816-3 §8.2,
//! ETSI TS 102 221 §6.3).

use super::{DecodeError, Field, hex};

const CLAUSE: &str = "ISO/IEC 7816-3 §8.2";

/// Bytes of the longest answer, TS included.
const MAX: usize = 33;

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

/// Checks that the bytes are one whole answer to reset: 2 to 33 bytes, all that T0 and the TD
/// bytes announce, and the check byte where a protocol other than T=0 is named.
///
/// # Errors
///
/// The first byte that is missing, wrong or too many.
pub fn check(bytes: &[u8]) -> Result<(), DecodeError> {
    let wrong = |offset: usize, expected: &'static str, found: String| {
        DecodeError::new(offset, expected, found).clause(CLAUSE)
    };
    let [ts, t0, ..] = bytes else {
        return Err(wrong(
            bytes.len(),
            "TS and T0",
            format!("{} bytes", bytes.len()),
        ));
    };
    if !matches!(ts, 0x3B | 0x3F) {
        return Err(wrong(0, "TS 3B or 3F", format!("{ts:02X}")));
    }
    let mut follow = t0 >> 4;
    let mut at = 2;
    let mut check = false;
    loop {
        // TA to TD, as far as announced; TD is the last of them.
        let next = at + follow.count_ones() as usize;
        if follow & 0x08 == 0 {
            at = next;
            break;
        }
        let Some(td) = bytes.get(next - 1) else {
            return Err(wrong(
                bytes.len(),
                "more interface bytes",
                "the end".to_owned(),
            ));
        };
        at = next;
        check |= td & 0x0F != 0;
        follow = td >> 4;
    }
    let end = at + usize::from(t0 & 0x0F) + usize::from(check);
    if end != bytes.len() || end > MAX {
        return Err(wrong(
            bytes.len().min(end),
            "as many bytes as T0 and TD announce, 33 at most",
            format!("{} bytes, {end} announced", bytes.len()),
        ));
    }
    let sum = bytes.iter().skip(1).fold(0, |sum, byte| sum ^ byte);
    if check && sum != 0 {
        return Err(wrong(
            end - 1,
            "TCK that makes the sum zero",
            format!("{:02X}", sum),
        ));
    }
    Ok(())
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
    fn only_a_whole_answer_passes() {
        let whole = hex::decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        assert_eq!(check(&whole), Ok(()));
        assert_eq!(check(&hex::decode("3B17944F4D41444D5343").unwrap()), Ok(()));
        for length in 0..whole.len() {
            assert!(check(&whole[..length]).unwrap_err().offset <= length);
        }
        let mut wrong = whole.clone();
        wrong[21] ^= 1;
        assert_eq!(check(&wrong).unwrap_err().offset, 21);
        assert_eq!(check(&[0x3B; 3]).unwrap_err().offset, 3);
        assert!(check(&[vec![0x3B], vec![0xF0; 60]].concat()).is_err());
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
