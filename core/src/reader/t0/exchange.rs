//! One APDU over TPDUs at the reader's end, or at that of a card that asks for GET RESPONSE
//! whatever the protocol (ISO/IEC 7816-3 §12.2, ETSI TS 102 221 §7.3.1.1).

use super::{GSM, length, sends_data};
use crate::codec::DecodeError;
use crate::codec::apdu::{CommandApdu, GET_RESPONSE, ResponseApdu, StatusWord};

/// Commands sent for one APDU at most: a card may not lead its reader round in circles.
const MAX_COMMANDS: u8 = 16;

/// How commands are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Form of TPDUs: P3 always, Le never beside data.
    Tpdu,
    /// Form of whole APDUs.
    Apdu,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeStep {
    /// Send this and give the response to `Exchange::handle_response`.
    Send(Vec<u8>),
    /// The R-APDU.
    Done(ResponseApdu),
}

/// An APDU under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    command: CommandApdu,
    form: Form,
    /// What was sent last.
    sent: CommandApdu,
    commands: u8,
    gathered: Vec<u8>,
    /// A warning that came before its data.
    warning: Option<StatusWord>,
}

impl Exchange {
    /// Begins with a C-APDU of the short form; returns what is to be sent first.
    pub fn new(apdu: &[u8], form: Form) -> Result<(Self, Vec<u8>), DecodeError> {
        let command = CommandApdu::decode(apdu)?;
        let mut exchange = Exchange {
            sent: command.clone(),
            command,
            form,
            commands: 0,
            gathered: Vec::new(),
            warning: None,
        };
        let first = exchange.send(exchange.command.clone());
        Ok((exchange, first))
    }

    /// The answer to what was sent last.
    pub fn handle_response(&mut self, bytes: &[u8]) -> ExchangeStep {
        let mut response = ResponseApdu::decode(bytes)
            .unwrap_or_else(|_| ResponseApdu::status(StatusWord::TECHNICAL));
        self.gathered.append(&mut response.data);
        let sw = response.sw;
        let wanted = self.command.le.map_or(0, usize::from);
        let missing = wanted.saturating_sub(self.gathered.len());
        let more = missing > 0 && self.commands < MAX_COMMANDS;
        match sw.sw1() {
            0x61 if more => self.fetch(length(sw.sw2()).min(missing)),
            0x9F if more && self.command.cla == GSM => self.fetch(length(sw.sw2()).min(missing)),
            // Only a command that has no data of its own can be repeated with another P3.
            0x6C if more && self.may_correct(sw) => {
                let le = length(sw.sw2()) as u16;
                ExchangeStep::Send(self.send(self.sent.clone().with_le(le)))
            }
            // The data of a command with a warning wait as well (TS 102 221 §7.3.1.1.4).
            0x62 | 0x63
                if more
                    && self.form == Form::Tpdu
                    && self.warning.is_none()
                    && self.gathered.is_empty()
                    && !self.command.data.is_empty() =>
            {
                self.warning = Some(sw);
                self.fetch(256)
            }
            _ => ExchangeStep::Done(self.end(sw)),
        }
    }

    fn may_correct(&self, sw: StatusWord) -> bool {
        let asks = self.form == Form::Apdu || self.sent.data.is_empty();
        asks && self.sent.le != Some(length(sw.sw2()) as u16)
    }

    fn fetch(&mut self, length: usize) -> ExchangeStep {
        let command = CommandApdu::new(self.command.cla, GET_RESPONSE, 0, 0).with_le(length as u16);
        ExchangeStep::Send(self.send(command))
    }

    fn send(&mut self, command: CommandApdu) -> Vec<u8> {
        self.commands += 1;
        let mut bytes = command.encode();
        if self.form == Form::Tpdu {
            if !command.data.is_empty() {
                bytes.truncate(super::HEADER + command.data.len());
            } else if command.le.is_none() {
                bytes.push(0);
            }
        }
        self.sent = command;
        bytes
    }

    fn end(&mut self, sw: StatusWord) -> ResponseApdu {
        let mut data = std::mem::take(&mut self.gathered);
        // Le is the most that is wanted.
        if let Some(le) = self.command.le {
            data.truncate(usize::from(le));
        }
        let sw = match self.warning {
            Some(warning) if data.is_empty() || sw == StatusWord::OK => warning,
            _ => sw,
        };
        ResponseApdu { data, sw }
    }
}

/// The TPDU of a command without data that may either ask for data or be of case 1 says 00 in
/// both cases; whether it asks is in the instruction.
pub(super) fn asks_for_data(tpdu: &[u8]) -> bool {
    matches!(tpdu, [_, ins, _, _, p3] if *p3 != 0 || sends_data(*ins))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Plays: what the exchange sends, what comes back.
    fn play(form: Form, apdu: &str, turns: &[(&str, &str)]) -> String {
        let (mut exchange, mut sent) = Exchange::new(&hex::decode(apdu).unwrap(), form).unwrap();
        for (n, (wanted, response)) in turns.iter().enumerate() {
            assert_eq!(hex::encode(&sent), *wanted, "turn {n} of {apdu}");
            match exchange.handle_response(&hex::decode(response).unwrap()) {
                ExchangeStep::Send(next) => sent = next,
                ExchangeStep::Done(response) => {
                    assert_eq!(n + 1, turns.len(), "{apdu} ended early");
                    return hex::encode(&response.encode());
                }
            }
        }
        panic!("{apdu} goes on with {}", hex::encode(&sent));
    }

    /// Shows TPDU-3.
    #[test]
    fn the_four_cases() {
        let t = Form::Tpdu;
        assert_eq!(play(t, "80F2000C", &[("80F2000C00", "9000")]), "9000");
        assert_eq!(
            play(t, "00B0000002", &[("00B0000002", "AABB9000")]),
            "AABB9000"
        );
        assert_eq!(play(t, "0020000101AA", &[("0020000101AA", "63C2")]), "63C2");
        let select = [("00A40004023F00", "6104"), ("00C0000004", "620280009000")];
        assert_eq!(play(t, "00A40004023F0000", &select), "620280009000");
        // The data wanted are fewer than there are.
        let select = [("00A40004023F00", "6104"), ("00C0000002", "62026102")];
        assert_eq!(play(t, "00A40004023F0002", &select), "62026102");
        // No Le, no data: it is for the caller to get them.
        assert_eq!(
            play(t, "00A40004023F00", &[("00A40004023F00", "6104")]),
            "6104"
        );
    }

    /// Shows TPDU-3.
    #[test]
    fn a_wrong_length_is_corrected_once() {
        let right = [("00B0000000", "6C02"), ("00B0000002", "AABB9000")];
        assert_eq!(play(Form::Tpdu, "00B0000000", &right), "AABB9000");
        let short = [("00B0000001", "6C02"), ("00B0000002", "AABB9000")];
        assert_eq!(play(Form::Tpdu, "00B0000001", &short), "AA9000");
        let stubborn = [("00B0000000", "6C02"), ("00B0000002", "6C02")];
        assert_eq!(play(Form::Tpdu, "00B0000000", &stubborn), "6C02");
    }

    #[test]
    fn warnings_keep_their_word_and_get_their_data() {
        let turns = [
            ("00A40004023F00", "6283"),
            ("00C0000000", "6C02"),
            ("00C0000002", "62009000"),
        ];
        assert_eq!(play(Form::Tpdu, "00A40004023F0000", &turns), "62006283");
        let nothing = [("80C2000001AA", "6200"), ("80C0000000", "6F00")];
        assert_eq!(play(Form::Tpdu, "80C2000001AA00", &nothing), "6200");
    }

    #[test]
    fn the_class_of_gsm_is_followed() {
        let turns = [("A0A40000023F00", "9F02"), ("A0C0000002", "00009000")];
        assert_eq!(play(Form::Tpdu, "A0A40000023F0000", &turns), "00009000");
        assert_eq!(
            play(
                Form::Tpdu,
                "00A40000023F0000",
                &[("00A40000023F00", "9F02")]
            ),
            "9F02"
        );
    }

    #[test]
    fn long_responses_come_in_pieces_and_proactive_commands_are_told() {
        let turns = [
            ("80C2000001AA", "6102"),
            ("80C0000002", "AABB6101"),
            ("80C0000001", "CC910F"),
        ];
        assert_eq!(play(Form::Tpdu, "80C2000001AA00", &turns), "AABBCC910F");
    }

    #[test]
    fn a_card_that_goes_round_in_circles_is_left() {
        let (mut exchange, _) = Exchange::new(&[0, 0xB0, 0, 0, 0], Form::Tpdu).unwrap();
        let answers = [[0x6C, 1], [0x6C, 2]];
        let turns = (0..100)
            .take_while(|n| {
                let step = exchange.handle_response(&answers[n % 2]);
                matches!(step, ExchangeStep::Send(_))
            })
            .count();
        assert!(turns < usize::from(MAX_COMMANDS));
    }

    #[test]
    fn apdus_keep_their_form() {
        let turns = [("00A40004023F0000", "6104"), ("00C0000004", "620280009000")];
        assert_eq!(play(Form::Apdu, "00A40004023F0000", &turns), "620280009000");
        assert!(Exchange::new(&[0, 0xA4], Form::Apdu).is_err());
    }
}
