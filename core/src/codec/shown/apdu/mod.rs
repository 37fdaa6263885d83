//! Command and response APDUs, taken apart down to what the toolkit and the file control
//! parameters say in them (ISO/IEC 7816-4 §5, ETSI TS 102 221 §10).

mod parameters;

use super::fcp;
use super::part::{moved, unreadable};
use crate::codec::apdu::{
    CommandApdu, ENVELOPE, ResponseApdu, TERMINAL_PROFILE, TERMINAL_RESPONSE, instruction_name,
};
use crate::codec::shown::toolkit;
use crate::codec::{Field, hex};

const CLAUSE: &str = "ISO/IEC 7816-4 §5.1";

/// A command taken apart; the data of toolkit commands into their objects.
pub fn command_fields(bytes: &[u8]) -> Vec<Field> {
    let mut header = [0; 4];
    for (place, byte) in header.iter_mut().zip(bytes) {
        *place = *byte;
    }
    let [cla, ins, ..] = header;
    let (first, second) = parameters::words(header);
    let told = [
        ("CLA", String::new(), class_note(cla).to_owned()),
        ("INS", format!(" {}", instruction_name(ins)), String::new()),
        ("P1", String::new(), first),
        ("P2", String::new(), second),
    ];
    let field =
        |(at, ((name, words, note), byte)): (usize, ((&'static str, String, String), &u8))| {
            Field::new(name, at..at + 1, format!("{byte:02X}{words}"))
                .clause(CLAUSE)
                .note(note)
        };
    let mut fields: Vec<Field> = told.into_iter().zip(bytes).enumerate().map(field).collect();
    match CommandApdu::decode(bytes) {
        Ok(apdu) => {
            let n = apdu.data.len();
            if n > 0 {
                fields.push(Field::new("Lc", 4..5, n.to_string()).clause(CLAUSE));
                let data = Field::new("Data", 5..5 + n, format!("{n} B"));
                let children = match apdu.ins {
                    TERMINAL_PROFILE => toolkit::profile_fields(&apdu.data),
                    TERMINAL_RESPONSE => toolkit::object_fields(&apdu.data),
                    ENVELOPE => toolkit::fields(&apdu.data),
                    _ => parameters::data_fields(apdu.cla, apdu.ins, apdu.p1, &apdu.data),
                };
                fields.push(data.children(moved(children, 5)));
            }
            if let Some(le) = apdu.le {
                let end = bytes.len();
                fields.push(
                    Field::new("Le", end - 1..end, le.to_string())
                        .clause(CLAUSE)
                        .note("Bytes the terminal wants; 00 stands for 256."),
                );
            }
        }
        Err(error) => fields.push(unreadable(bytes, bytes.len().min(4), &error)),
    }
    fields
}

fn class_note(cla: u8) -> &'static str {
    match cla {
        0x80 => "Commands of ETSI TS 102 221, such as those of the toolkit, on the basic channel.",
        0x00..=0x03 => "Commands of ISO/IEC 7816-4; the low bits name the logical channel.",
        0x81..=0x83 => "Commands of ETSI TS 102 221; the low bits name the logical channel.",
        0x40..=0x4F => "Commands of ISO/IEC 7816-4 on the logical channels 4 to 19.",
        0xC0..=0xCF => "Commands of ETSI TS 102 221 on the logical channels 4 to 19.",
        0xA0 => "Commands of GSM 11.11.",
        _ => "",
    }
}

/// A response taken apart; a proactive command in it into its objects.
pub fn response_fields(bytes: &[u8]) -> Vec<Field> {
    let response = match ResponseApdu::decode(bytes) {
        Ok(response) => response,
        Err(error) => return vec![unreadable(bytes, 0, &error)],
    };
    let n = response.data.len();
    let mut fields = Vec::new();
    if n > 0 {
        let children = match response.data.first() {
            Some(0xD0) => toolkit::fields(&response.data),
            Some(0x62) => fcp::fields(&response.data),
            _ => vec![Field::new("Octets", 0..n, hex::spaced(&response.data))],
        };
        fields.push(Field::new("Data", 0..n, format!("{n} B")).children(children));
    }
    fields.push(
        Field::new("SW1 SW2", n..n + 2, response.sw.to_string())
            .clause("TS 102 221 §10.2")
            .note(response.sw.meaning()),
    );
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_shown_behind_the_header() {
        let fields = command_fields(&[0x00, 0xA4, 0, 4, 3, 1]);
        assert_eq!(fields.len(), 5);
        assert_eq!(
            (&*fields[4].name, fields[4].range.clone()),
            ("unreadable", 4..6)
        );
        assert_eq!(command_fields(&[0x00, 0xA4])[1].value, "A4 SELECT");
        assert_eq!(response_fields(&[0x90])[0].name, "unreadable");
    }

    #[test]
    fn a_template_in_a_response_is_taken_apart() {
        let fields =
            response_fields(&hex::decode("6204830 23F009000".replace(' ', "").as_str()).unwrap());
        assert_eq!(fields[0].children[2].name, "File identifier");
        assert_eq!(fields[1].note, "normal ending");
    }
}
