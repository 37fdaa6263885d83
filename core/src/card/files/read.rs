//! READ BINARY and READ RECORD (TS 102 221 §11.1.3, §11.1.5).
//!
//! A file named by its short identifier becomes the current one.

use super::profile::{Kind, Profile};
use super::select::Selection;
use crate::codec::apdu::{ResponseApdu, StatusWord};

const BY_SFI: u8 = 0x80;

/// Octets from an offset on.
pub(in crate::card) fn read_binary(
    profile: &Profile,
    selection: &mut Selection,
    (p1, p2): (u8, u8),
    le: Option<u16>,
) -> Result<ResponseApdu, StatusWord> {
    let (sfi, offset) = if p1 & BY_SFI == 0 {
        (0, usize::from(u16::from_be_bytes([p1, p2])))
    } else if p1 & 0x60 == 0 {
        (p1 & 0x1F, usize::from(p2))
    } else {
        return Err(StatusWord::WRONG_P1_P2);
    };
    let index = target(profile, selection, sfi, p1 & BY_SFI != 0)?;
    let Some(Kind::Transparent(octets)) = profile.file(index).map(|file| &file.kind) else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    let rest = octets
        .get(offset..)
        .filter(|rest| !rest.is_empty())
        .ok_or(StatusWord::WRONG_OFFSET)?;
    let data = le
        .and_then(|le| rest.get(..usize::from(le)))
        .ok_or(StatusWord::wrong_le(rest.len().min(256)))?;
    Ok(ok(data))
}

/// One record.
pub(in crate::card) fn read_record(
    profile: &Profile,
    selection: &mut Selection,
    (p1, p2): (u8, u8),
    le: Option<u16>,
) -> Result<ResponseApdu, StatusWord> {
    let mode = p2 & 0x07;
    if !(2..=4).contains(&mode) || (mode != 4 && p1 != 0) || p2 >> 3 == 0x1F {
        return Err(StatusWord::WRONG_P1_P2);
    }
    let index = target(profile, selection, p2 >> 3, p2 >> 3 != 0)?;
    let Some(Kind::Records { length, records }) = profile.file(index).map(|file| &file.kind) else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    let last = records.len() as u8;
    let number = match (mode, p1, selection.record) {
        (4, 0, current) => current,
        (4, number, _) => Some(number),
        (2, _, current) => Some(current.unwrap_or(0).saturating_add(1)),
        (_, _, current) => Some(current.unwrap_or(last.saturating_add(1)).saturating_sub(1)),
    };
    let (number, record) = number
        .and_then(|n| Some((n, records.get(usize::from(n).checked_sub(1)?)?)))
        .ok_or(StatusWord::RECORD_NOT_FOUND)?;
    if le != Some(u16::from(*length)) {
        return Err(StatusWord::wrong_le(usize::from(*length)));
    }
    // An absolute number leaves the pointer where it is (TS 102 221 §11.1.5).
    if mode != 4 {
        selection.record = Some(number);
    }
    Ok(ok(record))
}

fn ok(data: &[u8]) -> ResponseApdu {
    ResponseApdu {
        data: data.to_vec(),
        sw: StatusWord::OK,
    }
}

fn target(
    profile: &Profile,
    selection: &mut Selection,
    sfi: u8,
    by_sfi: bool,
) -> Result<usize, StatusWord> {
    if !by_sfi {
        return selection.file.ok_or(StatusWord::NO_EF);
    }
    let here = selection.directory;
    let index = profile
        .find(|file| file.parent == here && file.sfi == Some(sfi))
        .ok_or(StatusWord::FILE_NOT_FOUND)?;
    // Naming the current file again must not reset its record pointer.
    if selection.file != Some(index) {
        selection.set(profile, index);
    }
    Ok(index)
}
