//! READ RECORD, UPDATE RECORD and INCREASE (TS 102 221 §11.1.5, §11.1.6, §11.1.8).

use super::super::memory::Write;
use super::file::{Body, Records};
use super::operate::{Access, target};
use crate::codec::access;
use crate::codec::apdu::{INCREASE, READ_RECORD, StatusWord, UPDATE_RECORD};

const NEXT: u8 = 2;
const PREVIOUS: u8 = 3;
const ABSOLUTE: u8 = 4;

/// Short identifier that the upper bits of P2 name; 31 is none.
pub(super) fn sfi_of(p2: u8) -> Result<Option<u8>, StatusWord> {
    match p2 >> 3 {
        0 => Ok(None),
        0x1F => Err(StatusWord::WRONG_P1_P2),
        sfi => Ok(Some(sfi)),
    }
}

/// The mode of P2, if P1 fits it.
fn mode_of((p1, p2): (u8, u8)) -> Result<u8, StatusWord> {
    match p2 & 0x07 {
        mode @ (NEXT | PREVIOUS) if p1 == 0 => Ok(mode),
        ABSOLUTE => Ok(ABSOLUTE),
        _ => Err(StatusWord::WRONG_P1_P2),
    }
}

/// The record a mode means. In a ring the one after the last is the first; elsewhere there is
/// none.
fn number(
    records: &Records,
    cyclic: bool,
    pointer: Option<u8>,
    mode: u8,
    p1: u8,
) -> Result<u8, StatusWord> {
    let last = records.count();
    let number = match (mode, p1, pointer) {
        (ABSOLUTE, 0, current) => current.unwrap_or(0),
        (ABSOLUTE, number, _) => number,
        (NEXT, _, None) => 1,
        (NEXT, _, Some(current)) if cyclic && current >= last => 1,
        (NEXT, _, Some(current)) => current.saturating_add(1),
        (_, _, None) => last,
        (_, _, Some(current)) if cyclic && current <= 1 => last,
        (_, _, Some(current)) => current.saturating_sub(1),
    };
    if number == 0 || number > last {
        return Err(StatusWord::RECORD_NOT_FOUND);
    }
    Ok(number)
}

/// One record.
pub(in crate::card) fn read_record<'a>(
    access: &'a mut Access,
    parameters: (u8, u8),
    le: Option<u16>,
) -> Result<&'a [u8], StatusWord> {
    let mode = mode_of(parameters)?;
    let sfi = sfi_of(parameters.1)?;
    let index = target(access, sfi)?;
    let file = access.file(index)?;
    let records = file.records().ok_or(StatusWord::WRONG_STRUCTURE)?;
    access.check_active(index, access::READ, READ_RECORD)?;
    let cyclic = matches!(file.body, Body::Cyclic(_));
    let number = number(records, cyclic, access.pointer(index), mode, parameters.0)?;
    if le != Some(u16::from(records.length)) {
        return Err(StatusWord::wrong_le(usize::from(records.length)));
    }
    access.settle(index);
    // An absolute number leaves the pointer where it is (TS 102 221 §11.1.5).
    if mode != ABSOLUTE {
        access.selection.record = Some(number);
    }
    let records = access.file(index)?.records();
    records
        .and_then(|records| records.get(number))
        .ok_or(StatusWord::RECORD_NOT_FOUND)
}

/// Overwrites one record; in a cyclic file the oldest, which becomes number 1.
pub(in crate::card) fn update_record(
    access: &mut Access,
    parameters: (u8, u8),
    data: &[u8],
) -> Result<(), StatusWord> {
    let mode = mode_of(parameters)?;
    let sfi = sfi_of(parameters.1)?;
    let index = target(access, sfi)?;
    let file = access.file(index)?;
    let records = file.records().ok_or(StatusWord::WRONG_STRUCTURE)?;
    let cyclic = matches!(file.body, Body::Cyclic(_));
    if cyclic && mode != PREVIOUS {
        return Err(StatusWord::WRONG_P1_P2);
    }
    access.check_active(index, access::UPDATE, UPDATE_RECORD)?;
    if data.len() != usize::from(records.length) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    if cyclic {
        let writes = newest(index, records, data);
        access.commit(writes)?;
        access.settle(index);
        access.selection.record = Some(1);
        return Ok(());
    }
    let number = number(records, false, access.pointer(index), mode, parameters.0)?;
    let at = records.place(number).ok_or(StatusWord::RECORD_NOT_FOUND)?;
    access.commit(vec![Write::Octets {
        file: index,
        at,
        octets: data.to_vec(),
    }])?;
    access.settle(index);
    if mode != ABSOLUTE {
        access.selection.record = Some(number);
    }
    Ok(())
}

/// The oldest record of a ring gives its place to a new number 1.
fn newest(file: usize, records: &Records, data: &[u8]) -> Vec<Write> {
    let count = records.count().max(1);
    // In u16: the sum of two places of a long ring is more than 255.
    let place = (u16::from(records.newest) + u16::from(count) - 1) % u16::from(count);
    let place = place as u8;
    let at = usize::from(place) * usize::from(records.length);
    vec![
        Write::Octets {
            file,
            at,
            octets: data.to_vec(),
        },
        Write::Newest { file, place },
    ]
}

/// Adds to the newest record of a cyclic file; the sum is a new record. Returns it.
pub(in crate::card) fn increase(
    access: &mut Access,
    sfi: Option<u8>,
    value: &[u8],
) -> Result<Vec<u8>, StatusWord> {
    let index = target(access, sfi)?;
    let Body::Cyclic(records) = &access.file(index)?.body else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    access.check_active(index, 0, INCREASE)?;
    if value.is_empty() || value.len() > usize::from(records.length).min(127) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let mut sum = records.get(1).unwrap_or_default().to_vec();
    let mut carry = 0;
    let addend = value.iter().rev().copied().chain(std::iter::repeat(0));
    for (octet, more) in sum.iter_mut().rev().zip(addend) {
        let total = u16::from(*octet) + u16::from(more) + carry;
        *octet = total as u8;
        carry = total >> 8;
    }
    if carry != 0 {
        return Err(StatusWord::MAXIMUM_REACHED);
    }
    let writes = newest(index, records, &sum);
    access.commit(writes)?;
    access.settle(index);
    access.selection.record = Some(1);
    Ok(sum)
}
