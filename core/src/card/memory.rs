//! What survives a loss of power: files, PINs, sequence number; written in transactions.
//!
//! A transaction is first written to a journal, then the journal is sealed by one cell, then
//! the places themselves are written, and last the journal is opened again. Wherever the supply
//! goes away, [`Memory::recover`] finds either no sealed journal, and nothing happened, or a
//! sealed one, and writes all of it again. So what one command changes, changes whole or not at
//! all (ETSI TS 102 221 §8, atomic update).

use super::files::{Body, File, Files, LifeCycle};
use super::remote::KeySet;
use super::security::Pin;

/// Octets that one write of the memory changes.
const PAGE: usize = 16;

/// One change. To write it twice does no more than to write it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Write {
    /// Octets of a body, from a place on.
    Octets {
        file: usize,
        at: usize,
        octets: Vec<u8>,
    },
    /// A whole body, of another length than before.
    Contents { file: usize, octets: Vec<u8> },
    /// Octets that the BER-TLV objects of a file may take.
    Room { file: usize, room: usize },
    /// A new file in its place.
    Create { place: usize, file: Box<File> },
    /// The end of a file and of all in it.
    Delete { file: usize },
    /// The place of record 1 of a cyclic file.
    Newest { file: usize, place: u8 },
    /// Life cycle of a file.
    State { file: usize, state: LifeCycle },
    /// A PIN with its counters.
    Pin { index: usize, pin: Pin },
    /// The highest sequence number that AUTHENTICATE accepted.
    Sequence(u64),
    /// The counter of a key set of remote management, by its place.
    Counter { set: usize, counter: u64 },
}

/// The supply went away before everything was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PowerLost;

/// The memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    files: Files,
    pins: Vec<Pin>,
    sequence: u64,
    key_sets: Vec<KeySet>,
    journal: Vec<Write>,
    sealed: bool,
    /// Changes of files so far; each marks its file.
    changes: u64,
    /// Writes until the supply goes away.
    supply: Option<u32>,
    lost: bool,
}

impl Memory {
    pub(super) fn new(files: Files, pins: Vec<Pin>, sequence: u64, key_sets: Vec<KeySet>) -> Self {
        Memory {
            files,
            pins,
            sequence,
            key_sets,
            journal: Vec::new(),
            sealed: false,
            changes: 0,
            supply: None,
            lost: false,
        }
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    pub(super) fn pins(&self) -> &[Pin] {
        &self.pins
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Keys of remote management with their counters.
    pub(super) fn key_sets(&self) -> &[KeySet] {
        &self.key_sets
    }

    /// Changes of files so far.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// True from a loss of power until [`Memory::recover`].
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Lets the supply go away after so many writes from now.
    pub(super) fn fail_after(&mut self, writes: u32) {
        self.supply = Some(writes);
    }

    /// The supply goes away now.
    pub(super) fn lose(&mut self) {
        self.lost = true;
    }

    /// Leaves room for no more files.
    pub(super) fn fill(&mut self) {
        self.files.fill();
    }

    /// Changes all of this or nothing.
    pub(super) fn commit(&mut self, writes: Vec<Write>) -> Result<(), PowerLost> {
        for write in writes {
            self.pulse()?;
            self.journal.push(write);
        }
        self.pulse()?;
        self.sealed = true;
        self.apply()
    }

    /// Power comes back: ends what was begun, or forgets it.
    pub(super) fn recover(&mut self) {
        self.supply = None;
        self.lost = false;
        self.files.release();
        if !self.sealed {
            self.journal.clear();
        } else if self.apply().is_err() {
            // Without a limit to the supply nothing fails.
            self.lost = true;
        }
    }

    /// One write of the memory.
    fn pulse(&mut self) -> Result<(), PowerLost> {
        match &mut self.supply {
            Some(0) => {
                self.lost = true;
                Err(PowerLost)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn apply(&mut self) -> Result<(), PowerLost> {
        let journal = std::mem::take(&mut self.journal);
        let done = journal.iter().try_for_each(|write| self.apply_one(write));
        // The journal stays until all of it is where it belongs.
        self.journal = journal;
        done?;
        self.pulse()?;
        self.sealed = false;
        self.journal.clear();
        Ok(())
    }

    fn apply_one(&mut self, write: &Write) -> Result<(), PowerLost> {
        match write {
            Write::Octets { file, at, octets } => {
                self.cells(*file, *at, octets)?;
                self.mark(*file);
            }
            Write::Contents { file, octets } => {
                self.pulse()?;
                if let Some(body) = self.body(*file) {
                    body.resize(octets.len(), 0xFF);
                }
                self.cells(*file, 0, octets)?;
                self.mark(*file);
            }
            Write::Room { file, room } => {
                self.pulse()?;
                if let Some(Body::Objects(objects)) =
                    self.files.file_mut(*file).map(|file| &mut file.body)
                {
                    objects.room = *room;
                }
                self.mark(*file);
            }
            Write::Create { place, file } => {
                self.pulse()?;
                self.files.put(*place, File::clone(file));
                self.mark(*place);
                self.mark(file.parent);
            }
            Write::Delete { file } => {
                self.pulse()?;
                let parent = self.files.parent(*file);
                if self.files.file(*file).is_some() {
                    self.files.delete(*file);
                }
                self.mark(parent);
            }
            Write::Newest { file, place } => {
                self.pulse()?;
                if let Some(Body::Cyclic(records)) =
                    self.files.file_mut(*file).map(|file| &mut file.body)
                {
                    records.newest = *place;
                }
                self.mark(*file);
            }
            Write::State { file, state } => {
                self.pulse()?;
                if let Some(file) = self.files.file_mut(*file) {
                    file.state = *state;
                }
                self.mark(*file);
            }
            Write::Pin { index, pin } => {
                self.pulse()?;
                if let Some(cell) = self.pins.get_mut(*index) {
                    *cell = pin.clone();
                }
            }
            Write::Sequence(sequence) => {
                self.pulse()?;
                self.sequence = *sequence;
            }
            Write::Counter { set, counter } => {
                self.pulse()?;
                if let Some(set) = self.key_sets.get_mut(*set) {
                    set.counter = *counter;
                }
            }
        }
        Ok(())
    }

    /// Writes octets of a body cell by cell.
    fn cells(&mut self, file: usize, at: usize, octets: &[u8]) -> Result<(), PowerLost> {
        for (page, octets) in octets.chunks(PAGE).enumerate() {
            let powered = self.pulse();
            let place = at + page * PAGE;
            let body = self.body(file);
            if let Some(cells) = body.and_then(|b| b.get_mut(place..place + octets.len())) {
                cells.copy_from_slice(octets);
                if powered.is_err() {
                    // A cell whose write broke off holds anything.
                    cells.iter_mut().for_each(|cell| *cell = !*cell);
                }
            }
            powered?;
        }
        Ok(())
    }

    fn body(&mut self, file: usize) -> Option<&mut Vec<u8>> {
        match &mut self.files.file_mut(file)?.body {
            Body::Directory(_) => None,
            Body::Transparent(octets) => Some(octets),
            Body::Linear(records) | Body::Cyclic(records) => Some(&mut records.octets),
            Body::Objects(objects) => Some(&mut objects.octets),
        }
    }

    fn mark(&mut self, file: usize) {
        self.changes += 1;
        let changes = self.changes;
        if let Some(file) = self.files.file_mut(file) {
            file.changed = changes;
        }
    }
}
