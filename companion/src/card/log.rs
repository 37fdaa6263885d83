//! One line for each command and its response, with what the toolkit says in them.

use crate::capture::masked;
use dmsc_core::codec::apdu::{
    CommandApdu, ENVELOPE, FETCH, ResponseApdu, TERMINAL_RESPONSE, instruction_name,
};
use dmsc_core::codec::hex;
use dmsc_core::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse};

/// Bytes of a command or response that are shown.
const SHOWN: usize = 48;

/// `SELECT 3F00: 00A40004023F00 > 612E 46 bytes wait for GET RESPONSE`.
pub(super) fn line(command: &[u8], response: &[u8]) -> String {
    let shown = masked(command);
    let (data, status) = match ResponseApdu::decode(response) {
        Ok(response) => {
            let status = format!("{} {}", response.sw, response.sw.meaning());
            (response.data, status)
        }
        Err(_) => (response.to_vec(), "no status word".to_owned()),
    };
    let said = meaning(&shown, &data);
    let data = if data.is_empty() {
        String::new()
    } else {
        format!("{} ", octets(&data))
    };
    let line = format!("{said}: {} > {data}{status}", octets(&shown));
    line.trim_end().to_owned()
}

/// What the command is, and what is in it or in what came back.
fn meaning(command: &[u8], data: &[u8]) -> String {
    let Ok(apdu) = CommandApdu::decode(command) else {
        return match command.get(1) {
            Some(ins) if command.len() >= 4 => instruction_name(*ins).into_owned(),
            _ => "no command".to_owned(),
        };
    };
    let inside = match apdu.ins {
        FETCH => ProactiveCommand::decode(data).ok().map(|c| c.to_string()),
        TERMINAL_RESPONSE => TerminalResponse::decode(&apdu.data)
            .ok()
            .map(|r| r.to_string()),
        ENVELOPE => Envelope::decode(&apdu.data).ok().map(|e| e.to_string()),
        _ => None,
    };
    match inside {
        Some(inside) => format!("{} [{inside}]", instruction_name(apdu.ins)),
        None => apdu.to_string(),
    }
}

fn octets(bytes: &[u8]) -> String {
    if bytes.len() <= SHOWN {
        hex::encode(bytes)
    } else {
        format!("{}… {} B", hex::encode(&bytes[..SHOWN]), bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(command: &str, response: &str) -> String {
        let bytes = |text| hex::decode(text).unwrap();
        line(&bytes(command), &bytes(response))
    }

    #[test]
    fn a_line_tells_command_and_answer() {
        assert_eq!(
            told("00A40004023F00", "612E"),
            "SELECT 3F00: 00A40004023F00 > 612E 46 bytes wait for GET RESPONSE"
        );
        assert_eq!(
            told("00B0000002", "AABB9000"),
            "READ BINARY: 00B0000002 > AABB 9000 normal ending"
        );
        assert_eq!(told("00", "6700"), "no command: 00 > 6700 wrong length");
        let long = told("00B0000064", &format!("{}9000", "5A".repeat(100)));
        assert!(long.contains("… 100 B 9000"), "{long}");
    }

    #[test]
    fn the_toolkit_is_told() {
        let fetched = told("801200000B", "D009810301400082028182 9000");
        assert!(fetched.starts_with("FETCH ["), "{fetched}");
    }

    /// Shows CAT-45.
    #[test]
    fn types_events_and_causes_have_names() {
        for (command, told_so) in [
            (
                "8014000010810301340082028281830100A9024F4B",
                "TERMINAL RESPONSE [to RUN AT COMMAND: performed]",
            ),
            (
                "801400000C810301350082028281830100",
                "TERMINAL RESPONSE [to LANGUAGE NOTIFICATION: performed]",
            ),
            (
                "80C2000009D60799011282028381",
                "ENVELOPE [network rejection]",
            ),
            (
                "801400001181030140038202828183023A01B8020000",
                "TERMINAL RESPONSE [to OPEN CHANNEL: BIP error, no channel available, no channel available]",
            ),
            (
                "801400000D8103011100820281828302349D",
                "TERMINAL RESPONSE [to SEND SS: supplementary service error, return error 9D]",
            ),
        ] {
            let line = told(command, "9000");
            assert!(line.starts_with(&format!("{told_so}: ")), "{line}");
        }
    }

    /// Shows PCSC-4.
    #[test]
    fn a_pin_is_not_told() {
        let line = told("0020000108 31323334FFFFFFFF", "63C2");
        assert_eq!(
            line,
            "VERIFY PIN, 8 B: 00200001082A2A2A2A2A2A2A2A > 63C2 2 tries left"
        );
    }
}
