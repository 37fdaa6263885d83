//! The commands of the toolkit: TERMINAL PROFILE, FETCH, TERMINAL RESPONSE, ENVELOPE
//! (TS 102 221 §11.2).

use super::{Command, with_data};
use crate::card::Uicc;
use crate::codec::apdu::{FETCH, ResponseApdu, StatusWord, TERMINAL_PROFILE, TERMINAL_RESPONSE};
use crate::codec::toolkit::profile::TerminalProfile;

impl Uicc {
    pub(super) fn toolkit(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        match command.ins {
            FETCH => {
                command.without_data()?;
                self.app.toolkit.fetch(command.le).map(with_data)
            }
            _ if command.data.is_empty() => Err(StatusWord::WRONG_LENGTH),
            TERMINAL_PROFILE => {
                self.app
                    .handle_profile(TerminalProfile(command.data.to_vec()));
                Ok(ResponseApdu::status(StatusWord::OK))
            }
            _ if !self.app.is_active() => Err(StatusWord::CONDITIONS_OF_USE),
            TERMINAL_RESPONSE => Ok(ResponseApdu::status(self.app.handle_response(command.data))),
            _ => {
                self.app.retry();
                Ok(ResponseApdu::status(self.app.handle_envelope(command.data)))
            }
        }
    }
}
