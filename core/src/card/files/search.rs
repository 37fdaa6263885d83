//! SEARCH RECORD (TS 102 221 §11.1.7).

use super::file::{Body, Records};
use super::operate::{Access, target};
use super::record::sfi_of;
use crate::codec::access;
use crate::codec::apdu::{SEARCH_RECORD, StatusWord};

const FORWARD: u8 = 4;
const BACKWARD: u8 = 5;
const ENHANCED: u8 = 6;

/// Where in a record to look.
#[derive(Clone, Copy)]
enum From {
    Offset(usize),
    /// Behind the first octet of this value.
    After(u8),
}

impl From {
    fn of(self, record: &[u8]) -> &[u8] {
        let start = match self {
            From::Offset(offset) => Some(offset),
            From::After(value) => record.iter().position(|o| *o == value).map(|at| at + 1),
        };
        start
            .and_then(|start| record.get(start..))
            .unwrap_or_default()
    }
}

/// Numbers of the records that contain a pattern, in the order of the search.
pub(in crate::card) fn search_record(
    access: &mut Access,
    (p1, p2): (u8, u8),
    data: &[u8],
) -> Result<Vec<u8>, StatusWord> {
    let mode = p2 & 0x07;
    if !(FORWARD..=ENHANCED).contains(&mode) {
        return Err(StatusWord::WRONG_P1_P2);
    }
    let sfi = sfi_of(p2)?;
    let index = target(access, sfi)?;
    let records = access
        .file(index)?
        .records()
        .ok_or(StatusWord::WRONG_STRUCTURE)?;
    access.check_active(index, access::READ, SEARCH_RECORD)?;
    let (order, from, pattern) = match (mode, data) {
        (ENHANCED, [flags, value, pattern @ ..]) => {
            let from = if flags & 0x08 == 0 {
                From::Offset(usize::from(*value))
            } else {
                From::After(*value)
            };
            (flags & 0x07, from, pattern)
        }
        // The indication alone has two octets.
        (ENHANCED, _) => return Err(StatusWord::WRONG_LENGTH),
        _ => (mode, From::Offset(0), data),
    };
    if pattern.is_empty() || pattern.len() > usize::from(records.length) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let matches = |number: &u8| {
        let record = records.get(*number).unwrap_or_default();
        let mut windows = from.of(record).windows(pattern.len());
        windows.any(|window| window == pattern)
    };
    let found: Vec<u8> = order_of(records, order, p1, access.pointer(index))?
        .into_iter()
        .filter(matches)
        .collect();
    let first = *found.first().ok_or(StatusWord::NOTHING_FOUND)?;
    access.settle(index);
    access.selection.record = Some(first);
    Ok(found)
}

fn order_of(
    records: &Records,
    order: u8,
    p1: u8,
    current: Option<u8>,
) -> Result<Vec<u8>, StatusWord> {
    let last = records.count();
    let start = match (p1, current) {
        (0, current) => current,
        (number, _) => Some(number),
    };
    if start.is_some_and(|start| start > last) {
        return Err(StatusWord::RECORD_NOT_FOUND);
    }
    Ok(match (order, start) {
        // Without a current record it is the first, or for backward the last.
        (FORWARD, start) => (start.unwrap_or(1)..=last).collect(),
        (BACKWARD, start) => (1..=start.unwrap_or(last)).rev().collect(),
        (6, start) => (start.unwrap_or(0).saturating_add(1)..=last).collect(),
        (7, start) => (1..start.unwrap_or(last.saturating_add(1))).rev().collect(),
        _ => return Err(StatusWord::WRONG_DATA),
    })
}

/// SEEK of GSM 11.11: the first record that begins with a pattern, from the beginning (0), the
/// end backwards (1), the next (2), the previous backwards (3).
pub(in crate::card) fn seek(
    access: &mut Access,
    mode: u8,
    pattern: &[u8],
) -> Result<u8, StatusWord> {
    let index = target(access, None)?;
    let Body::Linear(records) = &access.file(index)?.body else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    access.check_active(index, access::READ, SEARCH_RECORD)?;
    if pattern.is_empty() || pattern.len() > usize::from(records.length) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let current = access.selection.record;
    let order = match mode {
        0 => order_of(records, FORWARD, 1, None),
        1 => order_of(records, BACKWARD, records.count(), None),
        2 => order_of(records, 6, 0, current),
        _ => order_of(records, 7, 0, current),
    };
    let found = order?
        .into_iter()
        .find(|number| records.get(*number).is_some_and(|r| r.starts_with(pattern)))
        .ok_or(StatusWord::NOTHING_FOUND)?;
    access.selection.record = Some(found);
    Ok(found)
}
