//! Blocks of T=1 (ISO/IEC 7816-3 §11.3).

use super::part::unreadable;
use crate::codec::t1::{Block, CLAUSE, Edc, MAX_INF, PROLOGUE, Pcb, Report, Supervisory};
use crate::codec::{Field, hex};

/// Prologue, information field and epilogue; what stands before damage is told all the same.
pub fn fields(bytes: &[u8], edc: Edc) -> Vec<Field> {
    let words = |at: usize, byte: u8| match at {
        0 => format!("{byte:02X}"),
        1 => format!("{byte:02X} {}", pcb_words(byte)),
        _ => byte.to_string(),
    };
    let mut fields: Vec<Field> = ["NAD", "PCB", "LEN"]
        .into_iter()
        .zip(bytes)
        .enumerate()
        .map(|(at, (name, byte))| {
            Field::new(name, at..at + 1, words(at, *byte).trim_end()).clause(CLAUSE)
        })
        .collect();
    let error = Block::decode(bytes, edc).err().map(|damaged| damaged.error);
    let Some(len) = bytes.get(2) else {
        fields.extend(error.map(|error| unreadable(bytes, bytes.len(), &error)));
        return fields;
    };
    let end = PROLOGUE + usize::from(*len);
    if usize::from(*len) > MAX_INF || bytes.len() != end + edc.size() {
        fields.extend(error.map(|error| unreadable(bytes, PROLOGUE, &error)));
        return fields;
    }
    let (block, epilogue) = bytes.split_at(end);
    if end > PROLOGUE {
        let inf = hex::spaced(&block[PROLOGUE..]);
        fields.push(Field::new("INF", PROLOGUE..end, inf).clause(CLAUSE));
    }
    let name = match edc {
        Edc::Lrc => "LRC",
        Edc::Crc => "CRC",
    };
    let verdict = if edc.fits(block, epilogue) {
        "right"
    } else {
        "wrong"
    };
    let epilogue = format!("{} {verdict}", hex::spaced(epilogue));
    let note = error.map(|error| error.to_string()).unwrap_or_default();
    fields.push(
        Field::new(name, end..bytes.len(), epilogue)
            .clause("ISO/IEC 7816-3 §11.3.4")
            .note(note),
    );
    fields
}

fn pcb_words(byte: u8) -> String {
    match Pcb::decode(byte) {
        Some(Pcb::Information { sequence, more }) => {
            let more = if more { ", more follows" } else { "" };
            format!("I-block, N(S) {sequence}{more}")
        }
        Some(Pcb::Ready { expected, report }) => {
            let report = match report {
                Report::Fine => "free of error",
                Report::Edc => "check or parity wrong",
                Report::Other => "other error",
            };
            format!("R-block, N(R) {expected}, {report}")
        }
        Some(Pcb::Supervision { kind, response }) => {
            let kind = match kind {
                Supervisory::Resynch => "RESYNCH",
                Supervisory::Ifs => "IFS",
                Supervisory::Abort => "ABORT",
                Supervisory::Wtx => "WTX",
            };
            let which = if response { "response" } else { "request" };
            format!("S-block, {kind} {which}")
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, edc: Edc) -> Vec<String> {
        let fields = fields(&hex::decode(text).unwrap(), edc);
        let line =
            |field: Field| format!("{} {} at {}", field.name, field.value, field.range.start);
        fields.into_iter().map(line).collect()
    }

    /// Shows TPDU-4.
    #[test]
    fn blocks_are_told_whole() {
        assert_eq!(
            told("00200200A486", Edc::Lrc),
            [
                "NAD 00 at 0",
                "PCB 20 I-block, N(S) 0, more follows at 1",
                "LEN 2 at 2",
                "INF 00 A4 at 3",
                "LRC 86 right at 5",
            ]
        );
        assert_eq!(
            told("00E30103E1", Edc::Lrc)[1],
            "PCB E3 S-block, WTX response at 1"
        );
        assert_eq!(
            told("00900090", Edc::Lrc)[1],
            "PCB 90 R-block, N(R) 1, free of error at 1"
        );
        assert_eq!(told("00900091", Edc::Lrc)[3], "LRC 91 wrong at 3");
        assert_eq!(told("0090000000", Edc::Crc)[3], "CRC 00 00 wrong at 3");
    }

    #[test]
    fn what_is_cut_off_is_told_as_far_as_it_goes() {
        assert_eq!(told("0000", Edc::Lrc).len(), 3);
        assert_eq!(told("000004AA", Edc::Lrc)[3], "unreadable AA at 3");
    }
}
