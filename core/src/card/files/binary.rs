//! READ BINARY and UPDATE BINARY (TS 102 221 §11.1.3, §11.1.4).

use super::super::memory::Write;
use super::file::Body;
use super::operate::{Access, target};
use crate::codec::access;
use crate::codec::apdu::{READ_BINARY, StatusWord, UPDATE_BINARY};

const BY_SFI: u8 = 0x80;

/// Short identifier and offset that P1 and P2 name.
fn place((p1, p2): (u8, u8)) -> Result<(Option<u8>, usize), StatusWord> {
    if p1 & BY_SFI == 0 {
        Ok((None, usize::from(u16::from_be_bytes([p1, p2]))))
    } else if p1 & 0x60 == 0 {
        Ok((Some(p1 & 0x1F), usize::from(p2)))
    } else {
        Err(StatusWord::WRONG_P1_P2)
    }
}

/// Octets from an offset on.
pub(in crate::card) fn read_binary<'a>(
    access: &'a mut Access,
    parameters: (u8, u8),
    le: Option<u16>,
) -> Result<&'a [u8], StatusWord> {
    let (sfi, offset) = place(parameters)?;
    let index = target(access, sfi)?;
    let Body::Transparent(octets) = &access.file(index)?.body else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    access.check_active(index, access::READ, READ_BINARY)?;
    let left = octets.len().saturating_sub(offset);
    if left == 0 {
        return Err(StatusWord::WRONG_OFFSET);
    }
    let length = le.map(usize::from).filter(|le| *le <= left);
    let length = length.ok_or(StatusWord::wrong_le(left.min(256)))?;
    if sfi.is_some() {
        access.settle(index);
    }
    let octets = access.file(index)?.octets();
    octets
        .get(offset..offset + length)
        .ok_or(StatusWord::WRONG_OFFSET)
}

/// Overwrites octets from an offset on.
pub(in crate::card) fn update_binary(
    access: &mut Access,
    parameters: (u8, u8),
    data: &[u8],
) -> Result<(), StatusWord> {
    let (sfi, offset) = place(parameters)?;
    let index = target(access, sfi)?;
    let Body::Transparent(octets) = &access.file(index)?.body else {
        return Err(StatusWord::WRONG_STRUCTURE);
    };
    let size = octets.len();
    access.check_active(index, access::UPDATE, UPDATE_BINARY)?;
    if offset >= size {
        return Err(StatusWord::WRONG_OFFSET);
    }
    if data.is_empty() || offset + data.len() > size {
        return Err(StatusWord::WRONG_LENGTH);
    }
    access.commit(vec![Write::Octets {
        file: index,
        at: offset,
        octets: data.to_vec(),
    }])?;
    access.settle(index);
    Ok(())
}
