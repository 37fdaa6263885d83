//! Commands on the contents of files: reading, updating, searching, INCREASE, activation
//! (TS 102 221 §11.1.3–§11.1.8, §11.1.14, §11.1.15).

use super::Command;
use crate::card::files::{
    Access, activate, increase, read_binary, read_record, search_record, select, update_binary,
    update_record,
};
use crate::codec::apdu::{
    ACTIVATE_FILE, DEACTIVATE_FILE, INCREASE, READ_BINARY, READ_RECORD, SEARCH_RECORD, StatusWord,
    UPDATE_BINARY, UPDATE_RECORD,
};

/// What a command answers.
pub(super) enum Reply {
    /// A status word.
    Nothing,
    /// Data of exactly the length asked for.
    Exact(Vec<u8>),
    /// Data that may have to be fetched.
    Fetched(Vec<u8>),
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
        ACTIVATE_FILE | DEACTIVATE_FILE => {
            let index = named(access, command)?;
            activate(access, index, command.ins == ACTIVATE_FILE)?;
            Ok(Reply::Nothing)
        }
        _ => Err(StatusWord::WRONG_INS),
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
