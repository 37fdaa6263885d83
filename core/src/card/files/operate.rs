//! What every operation on a file begins with: which file, may it be used, and who asks.

use super::super::memory::{Memory, Write};
use super::super::security::{self, Verified};
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
    pub(in crate::card) rights: Verified,
}

impl Access<'_> {
    /// The file with an index.
    pub(super) fn file(&self, index: usize) -> Result<&File, StatusWord> {
        let file = self.memory.files().file(index);
        file.ok_or(StatusWord::FILE_NOT_FOUND)
    }

    /// The record pointer as it stands for an EF: none, where another one is current.
    pub(super) fn pointer(&self, index: usize) -> Option<u8> {
        let current = self.selection.file == Some(index);
        self.selection.record.filter(|_| current)
    }

    /// Makes the EF of a command that succeeded the current one. Naming the current file again
    /// does not reset its record pointer.
    pub(super) fn settle(&mut self, index: usize) {
        if self.selection.file != Some(index) {
            self.selection.set(self.memory.files(), index);
        }
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
            LifeCycle::Deactivated => Err(StatusWord::NOT_USABLE),
        }
    }

    /// All of these changes or none.
    pub(super) fn commit(&mut self, writes: Vec<Write>) -> Result<(), StatusWord> {
        Ok(self.memory.commit(writes)?)
    }
}

/// The EF a command means: the current one, or by its short identifier. The selection does not
/// move: that is for a command that succeeds ([`Access::settle`]).
pub(in crate::card) fn target(access: &Access, sfi: Option<u8>) -> Result<usize, StatusWord> {
    let Some(sfi) = sfi else {
        return access.selection.file.ok_or(StatusWord::NO_EF);
    };
    let files = access.memory.files();
    files
        .child_by_sfi(access.selection.directory, sfi)
        .ok_or(StatusWord::FILE_NOT_FOUND)
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
