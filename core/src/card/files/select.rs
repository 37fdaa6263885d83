//! Which file is selected, and how SELECT finds another (TS 102 221 §8.4, §11.1.1).
//!
//! Each logical channel has a selection of its own.

use super::system::{ADF, Files, MF, MF_ID};
use super::transfer::Transfer;
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
    /// Index of the active application's directory.
    pub(in crate::card) application: Option<usize>,
    /// A BER-TLV object of the EF on its way.
    pub(in crate::card) transfer: Option<Transfer>,
}

impl Selection {
    /// Index of what was selected last: the EF or else the directory.
    pub(in crate::card) fn current(&self) -> usize {
        self.file.unwrap_or(self.directory)
    }

    /// Makes a file the current one.
    pub(in crate::card) fn set(&mut self, files: &Files, index: usize) {
        self.record = None;
        self.transfer = None;
        if files.is_directory(index) {
            self.directory = index;
            self.file = None;
        } else {
            self.directory = files.parent(index);
            self.file = Some(index);
        }
    }
}

/// The file a SELECT means; the selection itself does not move.
pub(in crate::card) fn select(
    files: &Files,
    selection: &Selection,
    (p1, p2): (u8, u8),
    data: &[u8],
) -> Result<usize, StatusWord> {
    let here = selection.directory;
    let found = match (p1, data) {
        (0x00, []) => Some(MF),
        (0x00, [a, b]) => by_identifier(files, selection, fid(*a, *b)),
        (0x01, [a, b]) => files
            .child(here, fid(*a, *b))
            .filter(|index| files.is_directory(*index)),
        (0x03, []) => (here != MF).then(|| files.parent(here)),
        (0x04, [_, ..]) if data.len() <= 16 => by_name(files, selection, p2 & 0x03, data),
        (0x08, [a, b, rest @ ..]) => match fid(*a, *b) {
            MF_ID => by_path(files, Some(MF), rest)?,
            ADF => by_path(files, active(files, selection), rest)?,
            _ => by_path(files, Some(MF), data)?,
        },
        (0x09, [_, _, ..]) => by_path(files, Some(here), data)?,
        (0x00 | 0x01 | 0x03 | 0x04 | 0x08 | 0x09, _) => return Err(StatusWord::WRONG_LENGTH),
        _ => return Err(StatusWord::WRONG_P1_P2),
    };
    found.ok_or(StatusWord::FILE_NOT_FOUND)
}

fn fid(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high, low])
}

/// The ADF of the active application.
fn active(files: &Files, selection: &Selection) -> Option<usize> {
    let index = selection.application?;
    (files.file(index)?.fid == ADF).then_some(index)
}

/// The applications whose names begin so, in the order of the card: the first, the last, the
/// one after or before the active one (TS 102 221 §11.1.1.2).
fn by_name(files: &Files, selection: &Selection, occurrence: u8, start: &[u8]) -> Option<usize> {
    let mut matching = files.named().iter().copied().filter(|index| {
        let aid = files.file(*index).and_then(|file| file.aid());
        aid.is_some_and(|aid| aid.starts_with(start))
    });
    let at = selection.application;
    match occurrence {
        0 => matching.next(),
        1 => matching.next_back(),
        2 => matching.find(|index| at.is_none_or(|at| *index > at)),
        _ => matching.rfind(|index| at.is_none_or(|at| *index < at)),
    }
}

/// Order of search (TS 102 221 §8.4.1): below, here, above, beside.
fn by_identifier(files: &Files, selection: &Selection, fid: u16) -> Option<usize> {
    let here = selection.directory;
    let above = files.parent(here);
    let is = |index: usize| files.file(index).is_some_and(|file| file.fid == fid);
    match fid {
        MF_ID => Some(MF),
        ADF => active(files, selection),
        _ => files
            .child(here, fid)
            .or_else(|| is(here).then_some(here))
            .or_else(|| is(above).then_some(above))
            .or_else(|| {
                files
                    .child(above, fid)
                    .filter(|index| files.is_directory(*index))
            }),
    }
}

fn by_path(files: &Files, start: Option<usize>, path: &[u8]) -> Result<Option<usize>, StatusWord> {
    if !path.len().is_multiple_of(2) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(path
        .chunks_exact(2)
        .fold(start, |at, step| files.child(at?, fid(step[0], step[1]))))
}
