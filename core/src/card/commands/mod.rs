//! Command APDUs: class, instruction, parameters, lengths, and who carries them out
//! (ETSI TS 102 221 §10, §11).
//!
//! Any octets get a status word. No secure messaging and no command chaining, short lengths.

mod authenticate;
mod channel;
mod file;
mod gsm;
mod gsm_response;
mod manage;
mod pin;
mod remote;
mod select;
mod suspend;

pub(super) use suspend::Suspended;
mod toolkit;

use super::Uicc;
use super::files::{Access, Block};
use crate::codec::apdu::{
    self, ACTIVATE_FILE, AUTHENTICATE, CHANGE_PIN, CREATE_FILE, DEACTIVATE_FILE, DELETE_FILE,
    DISABLE_PIN, ENABLE_PIN, ENVELOPE, FETCH, GET_CHALLENGE, GET_IDENTITY, GET_RESPONSE, INCREASE,
    MANAGE_CHANNEL, READ_BINARY, READ_RECORD, RESIZE_FILE, RETRIEVE_DATA, ResponseApdu,
    SEARCH_RECORD, SELECT, SET_DATA, STATUS, SUSPEND_UICC, StatusWord, TERMINAL_CAPABILITY,
    TERMINAL_PROFILE, TERMINAL_RESPONSE, UNBLOCK_PIN, UPDATE_BINARY, UPDATE_RECORD, VERIFY_PIN,
};

/// The class of GSM 11.11.
const GSM: u8 = 0xA0;

/// A command taken apart.
#[derive(Clone, Copy)]
pub(super) struct Command<'a> {
    ins: u8,
    p1: u8,
    p2: u8,
    data: &'a [u8],
    /// 1 to 256.
    le: Option<u16>,
    /// Logical channel, 0 to 19.
    channel: u8,
}

impl<'a> Command<'a> {
    /// The header is there already; what follows must have one of the four forms.
    fn new(header: [u8; 4], rest: &'a [u8], channel: u8) -> Result<Self, StatusWord> {
        let (data, le) = apdu::body(rest).map_err(|_| StatusWord::WRONG_LENGTH)?;
        let [_, ins, p1, p2] = header;
        Ok(Command {
            ins,
            p1,
            p2,
            data,
            le,
            channel,
        })
    }

    fn parameters(&self) -> (u8, u8) {
        (self.p1, self.p2)
    }

    /// Refuses parameters where the command has none.
    fn without_parameters(&self) -> Result<(), StatusWord> {
        match self.parameters() {
            (0, 0) => Ok(()),
            _ => Err(StatusWord::WRONG_P1_P2),
        }
    }

    /// Refuses data where the command has none.
    fn without_data(&self) -> Result<(), StatusWord> {
        if self.data.is_empty() {
            Ok(())
        } else {
            Err(StatusWord::WRONG_LENGTH)
        }
    }
}

/// A response that waits for GET RESPONSE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    data: Vec<u8>,
    channel: u8,
    /// Status word that comes with the last of the data.
    sw: StatusWord,
}

impl Default for Kept {
    fn default() -> Self {
        Kept {
            data: Vec::new(),
            channel: 0,
            sw: StatusWord::OK,
        }
    }
}

/// Which standard a class byte names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// 0X and 4X, ISO/IEC 7816-4.
    Iso,
    /// 8X and CX, ETSI.
    Etsi,
    /// 80 alone: the toolkit.
    Toolkit,
}

/// Standard and channel of a class byte (TS 102 221 §10.1.1).
fn class(cla: u8) -> Result<(Class, u8), StatusWord> {
    let class = if cla & 0x80 == 0 {
        Class::Iso
    } else {
        Class::Etsi
    };
    match cla & 0x7F {
        low @ 0x00..=0x03 => Ok((class, low)),
        0x04..=0x0F | 0x60..=0x6F => Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED),
        low @ 0x40..=0x4F => Ok((class, low - 0x40 + 4)),
        _ => Err(StatusWord::WRONG_CLA),
    }
}

/// The class an instruction wants; `None` when either will do.
fn class_of(ins: u8) -> Result<Option<Class>, StatusWord> {
    match ins {
        SELECT | READ_BINARY | READ_RECORD | UPDATE_BINARY | UPDATE_RECORD | SEARCH_RECORD
        | VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN | UNBLOCK_PIN | ACTIVATE_FILE
        | DEACTIVATE_FILE | AUTHENTICATE | GET_CHALLENGE | MANAGE_CHANNEL | CREATE_FILE
        | DELETE_FILE => Ok(Some(Class::Iso)),
        STATUS | SUSPEND_UICC | GET_IDENTITY | INCREASE | TERMINAL_CAPABILITY | RESIZE_FILE
        | RETRIEVE_DATA | SET_DATA => Ok(Some(Class::Etsi)),
        TERMINAL_PROFILE | FETCH | TERMINAL_RESPONSE | ENVELOPE => Ok(Some(Class::Toolkit)),
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
        let [cla, ins, p1, p2, rest @ ..] = bytes else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        // What fetches the answer to SUSPEND UICC is part of it.
        let is_of_suspension = match *ins {
            SUSPEND_UICC | TERMINAL_CAPABILITY => true,
            GET_RESPONSE => !kept.data.is_empty(),
            _ => false,
        };
        if !is_of_suspension {
            self.suspended = None;
        }
        let header = [*cla, *ins, *p1, *p2];
        if *cla == GSM && self.head().gsm {
            return self.gsm(&Command::new(header, rest, 0)?, kept);
        }
        if !self.head().uicc {
            return Err(StatusWord::WRONG_CLA);
        }
        let (class, channel) = class(*cla)?;
        if self.channels.get(channel).is_none() {
            return Err(StatusWord::CHANNEL_NOT_SUPPORTED);
        }
        match class_of(*ins)? {
            Some(Class::Toolkit) if *cla != 0x80 => return Err(StatusWord::WRONG_CLA),
            Some(Class::Toolkit) | None => {}
            Some(wanted) if wanted != class => return Err(StatusWord::WRONG_CLA),
            Some(_) => {}
        }
        let command = Command::new(header, rest, channel)?;
        match command.ins {
            SELECT => self.select(&command),
            STATUS => self.status(&command),
            GET_RESPONSE => self.get_response(&command, kept),
            MANAGE_CHANNEL => self.manage_channel(&command),
            TERMINAL_CAPABILITY => self.terminal_capability(&command),
            SUSPEND_UICC => self.suspend(&command),
            GET_CHALLENGE => self.get_challenge(&command),
            AUTHENTICATE => self.authenticate(&command),
            DELETE_FILE => self.delete_file(&command),
            VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN | UNBLOCK_PIN => self.pin(&command),
            TERMINAL_PROFILE | FETCH | TERMINAL_RESPONSE | ENVELOPE => self.toolkit(&command),
            _ => {
                let reply = self.access(channel, |access| file::carry_out(access, &command))?;
                self.reply(&command, reply)
            }
        }
    }

    /// Lets one use the files from where a channel stands, with what its terminal verified.
    fn access<T>(
        &mut self,
        channel: u8,
        using: impl FnOnce(&mut Access) -> Result<T, StatusWord>,
    ) -> Result<T, StatusWord> {
        let selection = self
            .channels
            .get_mut(channel)
            .ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)?;
        using(&mut Access {
            memory: &mut self.memory,
            selection,
            rights: self.verified,
        })
    }

    fn reply(&mut self, command: &Command, reply: file::Reply) -> Result<ResponseApdu, StatusWord> {
        match reply {
            file::Reply::Nothing => Ok(ResponseApdu::status(StatusWord::OK)),
            file::Reply::Exact(data) => Ok(with_data(data)),
            file::Reply::Fetched(data) => Ok(self.fetched(command, data)),
            file::Reply::Block(Block { data, sw }) => {
                let response = self.fetched(command, data);
                if response.sw == StatusWord::OK {
                    return Ok(ResponseApdu { sw, ..response });
                }
                self.kept.sw = sw;
                Ok(response)
            }
            file::Reply::Status(sw) => Ok(ResponseApdu::status(sw)),
        }
    }

    /// Data that answer data: at once if the terminal wants them, else they wait.
    fn fetched(&mut self, command: &Command, data: Vec<u8>) -> ResponseApdu {
        match command.le {
            Some(le) if usize::from(le) >= data.len() => with_data(data),
            // Not 6CXX: what was done must not be done again.
            _ => {
                let sw = StatusWord::response_available(data.len());
                self.keep(command.channel, data);
                ResponseApdu::status(sw)
            }
        }
    }

    fn keep(&mut self, channel: u8, data: Vec<u8>) {
        let sw = StatusWord::OK;
        self.kept = Kept { data, channel, sw };
    }

    fn get_response(&mut self, command: &Command, kept: Kept) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        command.without_data()?;
        // Out of sequence (TS 102 221 §12.1.1.1).
        if kept.data.is_empty() || kept.channel != command.channel {
            return Err(StatusWord::TECHNICAL);
        }
        // One response has 256 octets at most; the rest is announced again.
        let next = kept.data.len().min(256);
        if command.le.map(usize::from) != Some(next) {
            self.kept = kept;
            return Err(StatusWord::wrong_le(next));
        }
        let mut data = kept.data;
        let rest = data.split_off(next);
        let mut response = ResponseApdu { data, sw: kept.sw };
        if !rest.is_empty() {
            response.sw = StatusWord::response_available(rest.len());
            self.keep(command.channel, rest);
            self.kept.sw = kept.sw;
        }
        Ok(response)
    }
}

fn with_data(data: Vec<u8>) -> ResponseApdu {
    ResponseApdu {
        data,
        sw: StatusWord::OK,
    }
}
