//! Commands on the contents of files: reading, updating, searching, INCREASE, activation
//! (TS 102 221 §11.1.3–§11.1.8, §11.1.14, §11.1.15).

use super::Command;
use crate::card::Uicc;
use crate::card::files::{
    Access, Block, activate, create_file, delete_file, increase, read_binary, read_record,
    resize_file, retrieve_data, search_record, select, set_data, suci, update_binary,
    update_record,
};
use crate::codec::apdu::{
    ACTIVATE_FILE, CREATE_FILE, DEACTIVATE_FILE, GET_IDENTITY, INCREASE, READ_BINARY, READ_RECORD,
    RESIZE_FILE, RETRIEVE_DATA, ResponseApdu, SEARCH_RECORD, SET_DATA, StatusWord, UPDATE_BINARY,
    UPDATE_RECORD,
};

/// What a command answers.
pub(super) enum Reply {
    /// A status word.
    Nothing,
    /// Data of exactly the length asked for.
    Exact(Vec<u8>),
    /// Data that may have to be fetched.
    Fetched(Vec<u8>),
    /// A block of an object, which may have to be fetched, and its status word.
    Block(Block),
    /// Another status word than that of an ordinary end.
    Status(StatusWord),
}

/// Carries out a command on files.
pub(super) fn carry_out(access: &mut Access, command: &Command) -> Result<Reply, StatusWord> {
    let parameters = command.parameters();
    match command.ins {
        READ_BINARY => {
            command.without_data()?;
            Ok(Reply::Exact(
                read_binary(access, parameters, command.le)?.to_vec(),
            ))
        }
        READ_RECORD => {
            command.without_data()?;
            Ok(Reply::Exact(
                read_record(access, parameters, command.le)?.to_vec(),
            ))
        }
        UPDATE_BINARY => {
            update_binary(access, parameters, command.data)?;
            Ok(Reply::Nothing)
        }
        UPDATE_RECORD => {
            update_record(access, parameters, command.data)?;
            Ok(Reply::Nothing)
        }
        GET_IDENTITY => {
            command.without_data()?;
            match parameters {
                (0x00, 0x01) => Ok(Reply::Exact(suci(access, command.le)?)),
                _ => Err(StatusWord::WRONG_P1_P2),
            }
        }
        SEARCH_RECORD => Ok(Reply::Fetched(search_record(
            access,
            parameters,
            command.data,
        )?)),
        INCREASE => {
            let sfi = match parameters {
                (0x00, 0x00) => None,
                (p1 @ 0x81..=0x9E, 0x00) => Some(p1 & 0x1F),
                _ => return Err(StatusWord::WRONG_P1_P2),
            };
            let mut sum = increase(access, sfi, command.data)?;
            sum.extend(command.data);
            Ok(Reply::Fetched(sum))
        }
        RETRIEVE_DATA => {
            let block = retrieve_data(access, parameters, command.data, command.le)?;
            Ok(Reply::Block(block))
        }
        SET_DATA => match set_data(access, parameters, command.data)? {
            true => Ok(Reply::Nothing),
            false => Ok(Reply::Status(StatusWord::MORE_TO_WRITE)),
        },
        CREATE_FILE => {
            command.without_parameters()?;
            create_file(access, command.data)?;
            Ok(Reply::Nothing)
        }
        RESIZE_FILE => {
            resize_file(access, parameters, command.data)?;
            Ok(Reply::Nothing)
        }
        ACTIVATE_FILE | DEACTIVATE_FILE => {
            let index = named(access, command)?;
            activate(access, index, command.ins == ACTIVATE_FILE)?;
            Ok(Reply::Nothing)
        }
        _ => Err(StatusWord::WRONG_INS),
    }
}

impl Uicc {
    /// DELETE FILE: not what another channel uses.
    pub(super) fn delete_file(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        let others = self.channels.iter();
        let others = others.filter(|(channel, _)| *channel != command.channel);
        let used: Vec<usize> = others
            .flat_map(|(_, s)| [Some(s.directory), s.file, s.application])
            .flatten()
            .collect();
        let data = command.data;
        self.access(command.channel, |access| delete_file(access, data, &used))?;
        Ok(ResponseApdu::status(StatusWord::OK))
    }
}

/// The file that ACTIVATE and DEACTIVATE mean: the current one, or by identifier or path.
fn named(access: &Access, command: &Command) -> Result<usize, StatusWord> {
    match (command.p1, command.p2, command.data) {
        (0x00, 0x00, []) => Ok(access.selection.current()),
        (0x00, 0x00, [_, _]) | (0x08 | 0x09, 0x00, [_, _, ..]) => select(
            access.memory.files(),
            access.selection,
            (command.p1, 0x0C),
            command.data,
        ),
        (0x00 | 0x08 | 0x09, 0x00, _) => Err(StatusWord::WRONG_LENGTH),
        _ => Err(StatusWord::WRONG_P1_P2),
    }
}
