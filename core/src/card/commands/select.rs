//! SELECT and STATUS (TS 102 221 §11.1.1, §11.1.2).

use super::{Command, with_data};
use crate::card::Uicc;
use crate::card::files::{self, ADF, Access, LifeCycle, Selection};
use crate::codec::apdu::{ResponseApdu, StatusWord};

/// Return nothing (TS 102 221 §11.1.1.2).
const NO_DATA: u8 = 0x0C;

/// End the application's session instead of beginning it.
const TERMINATE: u8 = 0x40;

const BY_NAME: u8 = 0x04;

/// Moves to the file a SELECT means and returns its index.
pub(super) fn choose(access: &mut Access, command: &Command) -> Result<usize, StatusWord> {
    let p2 = command.p2;
    let by_name = command.p1 == BY_NAME;
    // The occurrence and the application session belong to selection by name.
    let outside = if by_name { 0x4F } else { 0x0C };
    if p2 & !outside != 0 || !matches!(p2 & 0x0C, 0x00 | 0x04 | NO_DATA) {
        return Err(StatusWord::WRONG_P1_P2);
    }
    let files = access.memory.files();
    let index = files::select(files, access.selection, command.parameters(), command.data)?;
    if p2 & TERMINATE == 0 {
        access.selection.set(files, index);
        let is_adf = files.file(index).is_some_and(|file| file.fid == ADF);
        if by_name || is_adf {
            access.selection.application = Some(index);
        }
    }
    Ok(index)
}

impl Uicc {
    pub(super) fn select(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        let before = self
            .channels
            .get(command.channel)
            .and_then(|s| s.application);
        let index = self.access(command.channel, |access| choose(access, command))?;
        if command.p2 & TERMINATE != 0 {
            if before == Some(index)
                && let Some(selection) = self.channels.get_mut(command.channel)
            {
                *selection = Selection::default();
            }
            self.leave(before);
            return Ok(ResponseApdu::status(StatusWord::OK));
        }
        self.leave(before);
        let active = |file: &files::File| file.state == LifeCycle::Activated;
        let sw = match self.memory.files().file(index) {
            Some(file) if !active(file) => StatusWord::FILE_DEACTIVATED,
            _ => StatusWord::OK,
        };
        if command.p2 & 0x0C == NO_DATA {
            return Ok(ResponseApdu::status(sw));
        }
        let data = files::template(&self.memory, index);
        if sw == StatusWord::OK {
            return Ok(self.fetched(command, data));
        }
        // The warning takes the place of 61XX.
        match command.le {
            Some(le) if usize::from(le) >= data.len() => Ok(ResponseApdu { data, sw }),
            _ => {
                self.keep(command.channel, data);
                Ok(ResponseApdu::status(sw))
            }
        }
    }

    /// An application that no channel uses any more forgets what was verified for it.
    pub(super) fn leave(&mut self, application: Option<usize>) {
        let used = |(_, selection): (u8, &Selection)| selection.application == application;
        if application.is_none() || self.channels.iter().any(used) {
            return;
        }
        for (place, pin) in self.memory.pins().iter().enumerate() {
            if pin.application == application {
                self.verified.set(place, false);
            }
        }
    }

    pub(super) fn status(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_data()?;
        if command.p1 > 0x02 {
            return Err(StatusWord::WRONG_P1_P2);
        }
        let selection = self.channels.get(command.channel);
        let selection = selection.ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)?;
        let data = match command.p2 {
            0x00 => files::template(&self.memory, selection.directory),
            0x01 => selection
                .application
                .and_then(|index| files::aid(&self.memory, index))
                .ok_or(StatusWord::REFERENCE_NOT_FOUND)?,
            NO_DATA => Vec::new(),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        self.app.retry();
        match usize::from(command.le.unwrap_or(0)) {
            // Without P3 it is as with 00: all there is, whose length is to be said first
            // (ISO/IEC 7816-3 §12.2.2, TS 102 221 §7.3.1.1).
            le if le < data.len() => Err(StatusWord::wrong_le(data.len())),
            _ => Ok(with_data(data)),
        }
    }
}
