//! Which file is selected, and how SELECT finds another (TS 102 221 §8.4, §11.1.1).
//!
//! Knows one logical channel and one active application.

use super::profile::{ADF, File, Kind, MF, Profile};
use crate::codec::apdu::StatusWord;

/// The current directory, file and record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Selection {
    /// Index of MF, DF or ADF.
    pub(in crate::card) directory: usize,
    /// Index of the EF.
    pub(in crate::card) file: Option<usize>,
    /// Record pointer, from 1.
    pub(in crate::card) record: Option<u8>,
    /// Index of the active application's ADF.
    pub(in crate::card) application: Option<usize>,
}

impl Selection {
    /// Index of what was selected last: the EF or else the directory.
    pub(in crate::card) fn current(&self) -> usize {
        self.file.unwrap_or(self.directory)
    }

    /// Makes a file the current one.
    pub(in crate::card) fn set(&mut self, profile: &Profile, index: usize) {
        self.record = None;
        match profile.file(index).map(|file| (&file.kind, file.parent)) {
            Some((Kind::Directory { name }, _)) => {
                self.directory = index;
                self.file = None;
                if name.is_some() {
                    self.application = Some(index);
                }
            }
            Some((_, parent)) => {
                self.directory = parent;
                self.file = Some(index);
            }
            None => {}
        }
    }
}

/// The file a SELECT means; the selection itself does not move.
pub(in crate::card) fn select(
    profile: &Profile,
    selection: &Selection,
    (p1, p2): (u8, u8),
    data: &[u8],
) -> Result<usize, StatusWord> {
    let here = selection.directory;
    let found = match (p1, data) {
        (0x00, []) => Some(MF),
        (0x00, [a, b]) => by_identifier(profile, selection, fid(*a, *b)),
        (0x01, [a, b]) => profile
            .child(here, fid(*a, *b))
            .filter(|i| is_directory(profile, *i)),
        (0x02, [a, b]) => profile
            .child(here, fid(*a, *b))
            .filter(|i| !is_directory(profile, *i)),
        (0x03, []) => (here != MF).then(|| profile.parent(here)),
        // Of the names none begins as another, so there is no next or previous one.
        (0x04, [_, ..]) if data.len() <= 16 => profile
            .find(|file| has_name(file, data))
            .filter(|_| p2 & 0x03 < 2),
        (0x08, [a, b, rest @ ..]) => match fid(*a, *b) {
            0x3F00 => by_path(profile, Some(MF), rest)?,
            ADF => by_path(profile, selection.application, rest)?,
            _ => by_path(profile, Some(MF), data)?,
        },
        (0x09, [_, _, ..]) => by_path(profile, Some(here), data)?,
        (0x00..=0x04 | 0x08 | 0x09, _) => return Err(StatusWord::WRONG_LENGTH),
        _ => return Err(StatusWord::WRONG_P1_P2),
    };
    found.ok_or(StatusWord::FILE_NOT_FOUND)
}

fn fid(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high, low])
}

fn is_directory(profile: &Profile, index: usize) -> bool {
    profile.file(index).is_some_and(File::is_directory)
}

fn has_name(file: &File, start: &[u8]) -> bool {
    matches!(&file.kind, Kind::Directory { name: Some(name) } if name.starts_with(start))
}

/// Order of search (TS 102 221 §8.4.1): below, here, above, beside.
fn by_identifier(profile: &Profile, selection: &Selection, fid: u16) -> Option<usize> {
    let here = selection.directory;
    let above = profile.parent(here);
    let is = |index: usize| profile.file(index).is_some_and(|file| file.fid == fid);
    match fid {
        0x3F00 => Some(MF),
        ADF => selection.application,
        _ => profile
            .child(here, fid)
            .or_else(|| is(here).then_some(here))
            .or_else(|| is(above).then_some(above))
            .or_else(|| {
                profile
                    .child(above, fid)
                    .filter(|index| is_directory(profile, *index))
            }),
    }
}

fn by_path(
    profile: &Profile,
    start: Option<usize>,
    path: &[u8],
) -> Result<Option<usize>, StatusWord> {
    if !path.len().is_multiple_of(2) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(path
        .chunks_exact(2)
        .fold(start, |at, step| profile.child(at?, fid(step[0], step[1]))))
}
