//! The commands of class A0 (GSM 11.11, 3GPP TS 51.011 §8, §9).
//!
//! The same files, PINs and toolkit as in the other classes, on the basic channel; other
//! status words and another description of files.

use super::gsm_response::{describe, status_word};
use super::{Command, Kept, with_data};
use crate::card::Uicc;
use crate::card::files::{
    Body, activate, increase, read_binary, read_record, seek, select, update_binary, update_record,
};
use crate::card::security::{self, find};
use crate::codec::apdu::{
    ACTIVATE_FILE, AUTHENTICATE, CHANGE_PIN, DEACTIVATE_FILE, DISABLE_PIN, ENABLE_PIN, ENVELOPE,
    FETCH, GET_RESPONSE, INCREASE, READ_BINARY, READ_RECORD, ResponseApdu, SEARCH_RECORD, SELECT,
    SLEEP, STATUS, StatusWord, TERMINAL_PROFILE, TERMINAL_RESPONSE, UNBLOCK_PIN, UPDATE_BINARY,
    UPDATE_RECORD, VERIFY_PIN,
};

/// The references that CHV 1 and CHV 2 have in TS 102 221.
pub(super) const CHV1: u8 = 0x01;
pub(super) const CHV2: u8 = 0x81;

/// DF_GSM, below which the algorithm runs.
const DF_GSM: u16 = 0x7F20;

/// Octets of the value of INCREASE.
const UNITS: usize = 3;

const BASIC: u8 = 0;

impl Uicc {
    pub(super) fn gsm(
        &mut self,
        command: &Command,
        kept: Kept,
    ) -> Result<ResponseApdu, StatusWord> {
        self.gsm_command(command, kept)
            .map_err(|sw| status_word(command.ins, sw))
    }

    fn gsm_command(&mut self, command: &Command, kept: Kept) -> Result<ResponseApdu, StatusWord> {
        let ok = ResponseApdu::status(StatusWord::OK);
        let parameters = command.parameters();
        // NEXT and PREVIOUS do not look at P1 (GSM 11.11 §9.2.5, §9.2.6).
        let of_record = match command.p2 {
            0x02 | 0x03 => (0, command.p2),
            _ => parameters,
        };
        match command.ins {
            ENVELOPE => match self.toolkit(command) {
                Ok(response) if response.sw.sw1() == 0x61 => Ok(ResponseApdu::status(
                    StatusWord::gsm_response_available(self.kept.data.len()),
                )),
                Err(StatusWord::MESSAGE_FAILED) => {
                    Err(StatusWord::gsm_failed(self.kept.data.len()))
                }
                other => other,
            },
            TERMINAL_PROFILE | FETCH | TERMINAL_RESPONSE => self.toolkit(command),
            SELECT => self.gsm_select(command),
            STATUS => {
                command.without_parameters()?;
                let directory = self.channels.get(BASIC).map_or(0, |s| s.directory);
                self.app.retry();
                beginning(describe(&self.memory, directory), command.le)
            }
            GET_RESPONSE => {
                command.without_parameters()?;
                if kept.data.is_empty() {
                    return Err(StatusWord::TECHNICAL);
                }
                beginning(kept.data, command.le)
            }
            READ_BINARY => {
                in_file(command.p1 & 0x80 == 0)?;
                self.access(BASIC, |a| {
                    Ok(with_data(read_binary(a, parameters, command.le)?.to_vec()))
                })
            }
            UPDATE_BINARY => {
                in_file(command.p1 & 0x80 == 0)?;
                self.access(BASIC, |a| update_binary(a, parameters, command.data))?;
                Ok(ok)
            }
            READ_RECORD => {
                in_file(command.p2 & 0xF8 == 0)?;
                self.access(BASIC, |a| {
                    Ok(with_data(read_record(a, of_record, command.le)?.to_vec()))
                })
            }
            UPDATE_RECORD => {
                in_file(command.p2 & 0xF8 == 0)?;
                self.access(BASIC, |a| update_record(a, of_record, command.data))?;
                Ok(ok)
            }
            SEARCH_RECORD => {
                let (kind, mode) = (command.p2 >> 4, command.p2 & 0x0F);
                in_file(command.p1 == 0 && kind <= 1 && mode <= 3)?;
                let found = self.access(BASIC, |a| seek(a, mode, command.data))?;
                Ok(if kind == 0 {
                    ok
                } else {
                    self.wait(vec![found])
                })
            }
            INCREASE => {
                command.without_parameters()?;
                if command.data.len() != UNITS {
                    return Err(StatusWord::wrong_le(UNITS));
                }
                let mut sum = self.access(BASIC, |a| increase(a, None, command.data))?;
                sum.extend(command.data);
                Ok(self.wait(sum))
            }
            DEACTIVATE_FILE | ACTIVATE_FILE => {
                command.without_parameters()?;
                let active = command.ins == ACTIVATE_FILE;
                self.access(BASIC, |access| {
                    let file = access.selection.file.ok_or(StatusWord::NO_EF)?;
                    activate(access, file, active)
                })?;
                Ok(ok)
            }
            VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN | UNBLOCK_PIN => {
                self.chv(command)?;
                Ok(ok)
            }
            AUTHENTICATE => self.run_algorithm(command),
            SLEEP => {
                command.without_parameters()?;
                Ok(ok)
            }
            _ => Err(StatusWord::WRONG_INS),
        }
    }

    fn gsm_select(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        if command.data.len() != 2 {
            return Err(StatusWord::wrong_le(2));
        }
        let index = self.access(BASIC, |access| {
            let files = access.memory.files();
            let index = select(files, access.selection, (0, 0), command.data)?;
            // This class knows no such files.
            if matches!(files.file(index).map(|f| &f.body), Some(Body::Objects(_))) {
                return Err(StatusWord::FILE_NOT_FOUND);
            }
            access.selection.set(files, index);
            // The record updated last (GSM 11.11 §8.1, §8.6).
            if matches!(files.file(index).map(|f| &f.body), Some(Body::Cyclic(_))) {
                access.selection.record = Some(1);
            }
            Ok(index)
        })?;
        let data = describe(&self.memory, index);
        Ok(self.wait(data))
    }

    /// The data wait for GET RESPONSE, always.
    fn wait(&mut self, data: Vec<u8>) -> ResponseApdu {
        let sw = StatusWord::gsm_response_available(data.len());
        self.keep(BASIC, data);
        ResponseApdu::status(sw)
    }

    fn chv(&mut self, command: &Command) -> Result<(), StatusWord> {
        let reference = match (command.ins, command.p2) {
            (UNBLOCK_PIN, 0x00) => CHV1,
            (UNBLOCK_PIN | VERIFY_PIN | CHANGE_PIN, 0x02) => CHV2,
            (VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN, 0x01) => CHV1,
            // How an administrator shows a code is left open; cards take it so.
            (VERIFY_PIN, reference @ (0x0A..=0x0E | 0x8A..=0x8E)) => reference,
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        let length = match command.ins {
            CHANGE_PIN | UNBLOCK_PIN => 16,
            _ => 8,
        };
        if command.p1 != 0 {
            return Err(StatusWord::WRONG_P1_P2);
        }
        // There is no empty command that asks for the tries left.
        if command.data.len() != length {
            return Err(StatusWord::wrong_le(length));
        }
        let index = self.pin_of(BASIC, reference)?;
        self.on_pin(index, command)
    }

    /// RUN GSM ALGORITHM.
    fn run_algorithm(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        let rand: [u8; 16] = command
            .data
            .try_into()
            .map_err(|_| StatusWord::wrong_le(16))?;
        let files = self.memory.files();
        let directory = self.channels.get(BASIC).map_or(0, |s| s.directory);
        let in_gsm = files
            .upwards(directory)
            .any(|at| files.file(at).is_some_and(|file| file.fid == DF_GSM));
        let (Some(keys), true) = (&self.head().keys, in_gsm) else {
            return Err(StatusWord::WRONG_STRUCTURE);
        };
        if let Some((place, pin)) = find(self.memory.pins(), None, CHV1)
            && pin.enabled
            && !self.verified.has(place)
        {
            return Err(StatusWord::SECURITY_STATUS);
        }
        let (sres, kc) = security::gsm(keys, rand);
        Ok(self.wait([&sres[..], &kc].concat()))
    }
}

/// The first octets of a response; a terminal may want fewer than there are.
fn beginning(mut data: Vec<u8>, le: Option<u16>) -> Result<ResponseApdu, StatusWord> {
    let le = usize::from(le.unwrap_or(0));
    if le == 0 || le > data.len() {
        return Err(StatusWord::wrong_le(data.len()));
    }
    data.truncate(le);
    Ok(with_data(data))
}

fn in_file(right: bool) -> Result<(), StatusWord> {
    if right {
        Ok(())
    } else {
        Err(StatusWord::WRONG_P1_P2)
    }
}
