//! Command APDUs: class, instruction, parameters, lengths, and who carries them out
//! (ETSI TS 102 221 §10, §11).
//!
//! Any octets get a status word. One logical channel, no secure messaging, short lengths; PIN,
//! update and administrative commands are not modelled.

use super::Uicc;
use super::files::{self, Selection};
use crate::codec::apdu::{
    self, CommandApdu, ENVELOPE, FETCH, GET_RESPONSE, READ_BINARY, READ_RECORD, ResponseApdu,
    SELECT, STATUS, StatusWord, TERMINAL_PROFILE, TERMINAL_RESPONSE,
};
use crate::codec::toolkit::profile::TerminalProfile;

const TERMINAL_CAPABILITY: u8 = 0xAA;
const REFERENCE_NOT_FOUND: StatusWord = StatusWord(0x6A88);

/// Return nothing (TS 102 221 §11.1.1.2).
const NO_DATA: u8 = 0x0C;

/// Which standard a class byte names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// 0X, ISO/IEC 7816-4.
    Iso,
    /// 8X, ETSI.
    Etsi,
}

/// The class of a command on the basic channel (TS 102 221 §10.1.1).
fn class(cla: u8) -> Result<Class, StatusWord> {
    match cla {
        0x00 => Ok(Class::Iso),
        0x80 => Ok(Class::Etsi),
        0x01..=0x03 | 0x81..=0x83 => Err(StatusWord::CHANNEL_NOT_SUPPORTED),
        // Channels 4 to 19.
        0x40..=0x6F | 0xC0..=0xEF => Err(StatusWord::CHANNEL_NOT_SUPPORTED),
        0x04..=0x0F | 0x84..=0x8F => Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED),
        _ => Err(StatusWord::WRONG_CLA),
    }
}

/// The class an instruction wants; `None` when either will do.
fn class_of(ins: u8) -> Result<Option<Class>, StatusWord> {
    match ins {
        SELECT | READ_BINARY | READ_RECORD => Ok(Some(Class::Iso)),
        STATUS | TERMINAL_CAPABILITY | TERMINAL_PROFILE | FETCH | TERMINAL_RESPONSE | ENVELOPE => {
            Ok(Some(Class::Etsi))
        }
        // GET RESPONSE has the class of the command before it.
        GET_RESPONSE => Ok(None),
        _ => Err(StatusWord::WRONG_INS),
    }
}

impl Uicc {
    /// Carries a command out; an error is a status word without data.
    pub(super) fn execute(&mut self, bytes: &[u8]) -> Result<ResponseApdu, StatusWord> {
        // Whatever waited for GET RESPONSE waits for the very next command only.
        let kept = std::mem::take(&mut self.kept);
        let [cla, ins, _, _, ..] = bytes else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        let class = class(*cla)?;
        let wanted = class_of(*ins)?;
        if wanted.is_some_and(|wanted| wanted != class) {
            return Err(StatusWord::WRONG_CLA);
        }
        let command = CommandApdu::decode(bytes).map_err(|_| StatusWord::WRONG_LENGTH)?;
        let parameters = (command.p1, command.p2);
        match command.ins {
            SELECT => return self.select(&command),
            STATUS => return self.status(&command),
            READ_BINARY | READ_RECORD if !command.data.is_empty() => {
                return Err(StatusWord::WRONG_LENGTH);
            }
            READ_BINARY => {
                let selection = &mut self.selection;
                return files::read_binary(&self.files, selection, parameters, command.le);
            }
            READ_RECORD => {
                let selection = &mut self.selection;
                return files::read_record(&self.files, selection, parameters, command.le);
            }
            _ if parameters != (0, 0) => return Err(StatusWord::WRONG_P1_P2),
            _ => {}
        }
        match command.ins {
            GET_RESPONSE | FETCH if !command.data.is_empty() => Err(StatusWord::WRONG_LENGTH),
            GET_RESPONSE => self.get_response(kept, command.le),
            FETCH => self.app.toolkit.fetch(command.le).map(with_data),
            _ if command.data.is_empty() => Err(StatusWord::WRONG_LENGTH),
            TERMINAL_PROFILE => {
                self.app.handle_profile(TerminalProfile(command.data));
                Ok(ResponseApdu::status(StatusWord::OK))
            }
            TERMINAL_CAPABILITY => Ok(ResponseApdu::status(StatusWord::OK)),
            _ if !self.app.is_active() => Err(StatusWord::CONDITIONS_OF_USE),
            TERMINAL_RESPONSE => Ok(ResponseApdu::status(
                self.app.handle_response(&command.data),
            )),
            _ => {
                self.app.retry();
                Ok(ResponseApdu::status(
                    self.app.handle_envelope(&command.data),
                ))
            }
        }
    }

    fn select(&mut self, command: &CommandApdu) -> Result<ResponseApdu, StatusWord> {
        const TERMINATE: u8 = 0x40;
        let (p1, p2) = (command.p1, command.p2);
        let by_name = p1 == 0x04;
        // The occurrence and the application session belong to selection by name.
        let outside = if by_name { 0x4F } else { 0x0C };
        if p2 & !outside != 0 || !matches!(p2 & 0x0C, 0x00 | 0x04 | NO_DATA) {
            return Err(StatusWord::WRONG_P1_P2);
        }
        let index = files::select(&self.files, &self.selection, (p1, p2), &command.data)?;
        if p2 & TERMINATE != 0 {
            self.selection = Selection::default();
            return Ok(ResponseApdu::status(StatusWord::OK));
        }
        self.selection.set(&self.files, index);
        if p2 & 0x0C == NO_DATA {
            return Ok(ResponseApdu::status(StatusWord::OK));
        }
        let data = files::template(&self.files, index);
        match command.le {
            Some(le) if usize::from(le) >= data.len() => Ok(with_data(data)),
            // Not 6CXX: a SELECT relative to the current directory cannot be repeated.
            _ => {
                let sw = StatusWord::response_available(data.len());
                self.kept = data;
                Ok(ResponseApdu::status(sw))
            }
        }
    }

    fn status(&mut self, command: &CommandApdu) -> Result<ResponseApdu, StatusWord> {
        if !command.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if command.p1 > 0x02 {
            return Err(StatusWord::WRONG_P1_P2);
        }
        let data = match command.p2 {
            0x00 => files::template(&self.files, self.selection.directory),
            0x01 => self
                .selection
                .application
                .and_then(|index| files::aid(&self.files, index))
                .ok_or(REFERENCE_NOT_FOUND)?,
            NO_DATA => Vec::new(),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        self.app.retry();
        match command.le {
            Some(le) if usize::from(le) < data.len() => Err(StatusWord::wrong_le(data.len())),
            Some(_) => Ok(with_data(data)),
            // Without Le it is a poll for proactive commands.
            None => Ok(ResponseApdu::status(StatusWord::OK)),
        }
    }

    fn get_response(&mut self, kept: Vec<u8>, le: Option<u16>) -> Result<ResponseApdu, StatusWord> {
        if kept.is_empty() {
            return Err(StatusWord::CONDITIONS_OF_USE);
        }
        if le.map(usize::from) == Some(kept.len()) {
            return Ok(with_data(kept));
        }
        let sw = apdu::StatusWord::wrong_le(kept.len());
        self.kept = kept;
        Err(sw)
    }
}

fn with_data(data: Vec<u8>) -> ResponseApdu {
    ResponseApdu {
        data,
        sw: StatusWord::OK,
    }
}
