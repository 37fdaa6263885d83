//! What every operation on a file begins with: which file, may it be used, and who asks.

use super::super::memory::{Memory, Write};
use super::super::security::{self, Rights};
use super::file::{File, LifeCycle};
use super::select::Selection;
use crate::codec::access::{self, Operation};
use crate::codec::apdu::{ACTIVATE_FILE, DEACTIVATE_FILE, StatusWord};

/// One who uses files: a logical channel with what its terminal verified, or a remote manager.
pub(in crate::card) struct Access<'a> {
    /// The card's memory.
    pub(in crate::card) memory: &'a mut Memory,
    /// Where the user stands.
    pub(in crate::card) selection: &'a mut Selection,
    /// What the user may do.
    pub(in crate::card) rights: Rights,
}

impl Access<'_> {
    /// The file with an index.
    pub(super) fn file(&self, index: usize) -> Result<&File, StatusWord> {
        let file = self.memory.files().file(index);
        file.ok_or(StatusWord::FILE_NOT_FOUND)
    }

    /// Refuses what the file's rule does not allow.
    pub(super) fn check(&self, index: usize, mode: u8, ins: u8) -> Result<(), StatusWord> {
        let operation = Operation {
            mode,
            header: [0x00, ins, 0x00, 0x00],
        };
        if !security::allowed(self.memory, index, self.rights, operation) {
            return Err(StatusWord::SECURITY_STATUS);
        }
        Ok(())
    }

    /// Refuses what the rule does not allow, and any use of a file that is not active.
    pub(super) fn check_active(&self, index: usize, mode: u8, ins: u8) -> Result<(), StatusWord> {
        self.check(index, mode, ins)?;
        match self.file(index)?.state {
            LifeCycle::Activated => Ok(()),
            LifeCycle::Deactivated => Err(StatusWord::CONDITIONS_OF_USE),
        }
    }

    /// All of these changes or none.
    pub(super) fn commit(&mut self, writes: Vec<Write>) -> Result<(), StatusWord> {
        Ok(self.memory.commit(writes)?)
    }
}

/// The EF a command means: the current one, or by its short identifier, which makes it the
/// current one.
pub(in crate::card) fn target(access: &mut Access, sfi: Option<u8>) -> Result<usize, StatusWord> {
    let Some(sfi) = sfi else {
        return access.selection.file.ok_or(StatusWord::NO_EF);
    };
    let files = access.memory.files();
    let index = files
        .child_by_sfi(access.selection.directory, sfi)
        .ok_or(StatusWord::FILE_NOT_FOUND)?;
    // Naming the current file again must not reset its record pointer.
    if access.selection.file != Some(index) {
        access.selection.set(files, index);
    }
    Ok(index)
}

/// ACTIVATE FILE or DEACTIVATE FILE.
pub(in crate::card) fn activate(
    access: &mut Access,
    index: usize,
    active: bool,
) -> Result<(), StatusWord> {
    let (mode, ins, state) = if active {
        (access::ACTIVATE, ACTIVATE_FILE, LifeCycle::Activated)
    } else {
        (access::DEACTIVATE, DEACTIVATE_FILE, LifeCycle::Deactivated)
    };
    access.check(index, mode, ins)?;
    if access.file(index)?.state == state {
        return Ok(());
    }
    access.commit(vec![Write::State { file: index, state }])
}
