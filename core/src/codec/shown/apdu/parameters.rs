//! What P1, P2 and the data of a command say, for showing (ETSI TS 102 221 §11.1, 3GPP
//! TS 51.011 §9.2).

use crate::codec::apdu::{
    AUTHENTICATE, CHANGE_PIN, DISABLE_PIN, ENABLE_PIN, INCREASE, MANAGE_CHANNEL, READ_BINARY,
    READ_RECORD, SEARCH_RECORD, SELECT, STATUS, UNBLOCK_PIN, UPDATE_BINARY, UPDATE_RECORD,
    VERIFY_PIN,
};
use crate::codec::vocabulary::key_reference;
use crate::codec::{Field, hex};

/// Class of GSM 11.11.
const GSM: u8 = 0xA0;

/// P1 and P2 in words; empty where they say nothing.
pub(super) fn words([cla, ins, p1, p2]: [u8; 4]) -> (String, String) {
    let none = String::new;
    match ins {
        SELECT | STATUS if cla == GSM => (none(), none()),
        SELECT => (
            match p1 {
                0x00 => "by file identifier",
                0x01 => "directory below the current one",
                0x02 => "file below the current directory",
                0x03 => "the directory above",
                0x04 => "by name of the application",
                0x08 => "by path from the MF",
                0x09 => "by path from the current directory",
                _ => "",
            }
            .to_owned(),
            select_options(p1, p2),
        ),
        STATUS => (
            match p1 {
                0x01 => "the application is ready in the terminal",
                0x02 => "the terminal will end the application",
                _ => "",
            }
            .to_owned(),
            match p2 {
                0x00 => "return the template of the directory",
                0x01 => "return the name of the application",
                0x0C => "return nothing",
                _ => "",
            }
            .to_owned(),
        ),
        READ_BINARY | UPDATE_BINARY if p1 & 0x80 == 0 => {
            let offset = u16::from_be_bytes([p1, p2]);
            (format!("offset {offset}, with P2"), none())
        }
        READ_BINARY | UPDATE_BINARY => (
            format!("short identifier {:02X}", p1 & 0x1F),
            format!("offset {p2}"),
        ),
        READ_RECORD | UPDATE_RECORD | SEARCH_RECORD => (record(p1), record_options(ins, p2)),
        INCREASE if p1 & 0x80 != 0 => (format!("short identifier {:02X}", p1 & 0x1F), none()),
        VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN | UNBLOCK_PIN => {
            let universal = ins == DISABLE_PIN && p1 == 0x91;
            let first = if universal {
                "the universal PIN stands in"
            } else {
                ""
            };
            let code = match (cla, ins, p2) {
                (GSM, UNBLOCK_PIN, 0x00) => "CHV1".to_owned(),
                (GSM, _, 0x01 | 0x02) => format!("CHV{p2}"),
                _ => key_reference::name(p2),
            };
            (first.to_owned(), code)
        }
        MANAGE_CHANNEL => (
            match p1 {
                0x00 => "open",
                0x80 => "close",
                _ => "",
            }
            .to_owned(),
            match (p1, p2) {
                (0x00, 0x00) => "the card chooses".to_owned(),
                _ => format!("channel {p2}"),
            },
        ),
        AUTHENTICATE => (
            none(),
            match p2 {
                0x80 => "GSM context",
                0x81 => "3G context",
                0x82 => "VGCS or VBS context",
                0x84 => "GBA context",
                _ => "",
            }
            .to_owned(),
        ),
        _ => (none(), none()),
    }
}

fn select_options(p1: u8, p2: u8) -> String {
    let mut parts = Vec::new();
    if p1 == 0x04 {
        parts.push(match p2 & 0x03 {
            0 => "first",
            1 => "last",
            2 => "next",
            _ => "previous",
        });
        if p2 & 0x60 == 0x40 {
            parts.push("end its session");
        }
    }
    parts.push(match p2 & 0x0C {
        0x0C => "return nothing",
        _ => "return the template",
    });
    parts.join(", ")
}

fn record(p1: u8) -> String {
    match p1 {
        0 => "current record".to_owned(),
        number => format!("record {number}"),
    }
}

fn record_options(ins: u8, p2: u8) -> String {
    let mode = match (ins, p2 & 0x07) {
        (SEARCH_RECORD, 4) => "forward from P1",
        (SEARCH_RECORD, 5) => "backward from P1",
        (SEARCH_RECORD, 6) => "enhanced",
        (SEARCH_RECORD, _) => "",
        (_, 2) => "next",
        (_, 3) => "previous",
        (_, 4) => "as P1 says",
        _ => "",
    };
    match p2 >> 3 {
        0 => mode.to_owned(),
        sfi => format!("{mode}, short identifier {sfi:02X}"),
    }
}

/// The parts of the data. What a PIN command carries is not shown.
pub(super) fn data_fields(cla: u8, ins: u8, p1: u8, data: &[u8]) -> Vec<Field> {
    let all = 0..data.len();
    match (ins, p1, data) {
        (SELECT, 0x04, _) if cla != GSM => vec![Field::new("Name", all, hex::spaced(data))],
        (SELECT, _, _) => data
            .chunks(2)
            .enumerate()
            .map(|(step, fid)| {
                Field::new(
                    "File identifier",
                    step * 2..step * 2 + fid.len(),
                    hex::encode(fid),
                )
            })
            .collect(),
        (VERIFY_PIN | DISABLE_PIN | ENABLE_PIN, _, _) => {
            vec![Field::new("PIN", all, "not shown")]
        }
        (CHANGE_PIN | UNBLOCK_PIN, _, both) if both.len() == 16 => {
            let first = if ins == CHANGE_PIN {
                "Old PIN"
            } else {
                "Unblocking code"
            };
            vec![
                Field::new(first, 0..8, "not shown"),
                Field::new("New PIN", 8..16, "not shown"),
            ]
        }
        (AUTHENTICATE, _, [16, rest @ ..]) if rest.len() >= 16 => {
            let mut fields = vec![Field::new("RAND", 1..17, hex::spaced(&data[1..17]))];
            if let Some([16, autn @ ..]) = data.get(17..)
                && autn.len() == 16
            {
                fields.push(Field::new("AUTN", 18..34, hex::spaced(autn)));
            }
            fields
        }
        _ => vec![Field::new("Octets", all, hex::spaced(data))],
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::hex;
    use crate::codec::shown::apdu::command_fields;

    /// Notes of P1 and P2, and the parts of the data.
    fn told(command: &str) -> (String, String, Vec<String>) {
        let fields = command_fields(&hex::decode(command).unwrap());
        let data = fields.iter().find(|field| field.name == "Data");
        let parts = data.map_or(&[][..], |data| &data.children);
        let parts = parts
            .iter()
            .map(|f| format!("{} {} at {}", f.name, f.value, f.range.start));
        (
            fields[2].note.to_string(),
            fields[3].note.to_string(),
            parts.collect(),
        )
    }

    #[test]
    fn commands_are_told_in_words() {
        for (command, p1, p2, parts) in [
            (
                "00A4080C047F506435",
                "by path from the MF",
                "return nothing",
                &["File identifier 7F50 at 5", "File identifier 6435 at 7"][..],
            ),
            (
                "00A4044405A000000087",
                "by name of the application",
                "first, end its session, return the template",
                &["Name A0 00 00 00 87 at 5"],
            ),
            ("00B0870109", "short identifier 07", "offset 1", &[]),
            ("00B0010009", "offset 256, with P2", "", &[]),
            (
                "00B2011430",
                "record 1",
                "as P1 says, short identifier 02",
                &[],
            ),
            (
                "002000010831323334FFFFFFFF",
                "",
                "PIN1",
                &["PIN not shown at 5"],
            ),
            (
                "A02000020831323334FFFFFFFF",
                "",
                "CHV2",
                &["PIN not shown at 5"],
            ),
            ("0070000001", "open", "the card chooses", &[]),
            ("80F2000C", "", "return nothing", &[]),
        ] {
            assert_eq!(
                told(command),
                (
                    p1.into(),
                    p2.into(),
                    parts.iter().map(|p| p.to_string()).collect()
                ),
                "{command}"
            );
        }
    }
}
