//! RETRIEVE DATA and SET DATA: BER-TLV objects of a file (ETSI TS 102 221 §8.2.2.4, §11.3).
//!
//! Objects longer than a command or a response go in blocks; what is on its way belongs to the
//! selection and ends when the current EF moves. An object that is written anew is removed at
//! its first block, and is there again with its last (annex L).

use super::super::memory::Write;
use super::file::{Body, Objects};
use super::operate::{Access, target};
use super::transfer::Transfer;
use crate::codec::access;
use crate::codec::apdu::{RETRIEVE_DATA, SET_DATA, StatusWord};
use crate::codec::ber::{self, Header, Tag};

/// Tag that asks for the list of all tags; no object has it.
const TAG_LIST: u8 = 0x5C;

/// Octets of the longest response.
const LONGEST: usize = 256;

/// Which block P2 means (TS 102 221 §11.3.1.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Next,
    /// The one before, again.
    Previous,
}

/// A block of an object, and the status word that says whether it is the last.
pub(in crate::card) struct Block {
    pub(in crate::card) data: Vec<u8>,
    pub(in crate::card) sw: StatusWord,
}

/// May an object have this tag?
pub(in crate::card) fn is_own_tag(tag: Tag) -> bool {
    !matches!(tag, Tag::Short(0x00 | TAG_LIST))
}

/// The file and the block that the parameters mean. What follows a first block stays in its file.
fn place(access: &Access, (p1, p2): (u8, u8)) -> Result<(usize, Which), StatusWord> {
    let which = match p2 & 0xE0 {
        0x80 => Which::First,
        0x00 => Which::Next,
        0x40 => Which::Previous,
        _ => return Err(StatusWord::WRONG_P1_P2),
    };
    let sfi = match p2 & 0x1F {
        _ if p1 != 0 => return Err(StatusWord::WRONG_P1_P2),
        0 => None,
        0x1F => return Err(StatusWord::WRONG_P1_P2),
        sfi => Some(sfi),
    };
    let index = target(access, sfi)?;
    if which != Which::First && access.selection.file != Some(index) {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    Ok((index, which))
}

fn objects<'a>(access: &'a Access, index: usize) -> Result<&'a Objects, StatusWord> {
    match &access.file(index)?.body {
        Body::Objects(objects) => Ok(objects),
        _ => Err(StatusWord::WRONG_STRUCTURE),
    }
}

/// A block of an object, or of the list of all tags.
pub(in crate::card) fn retrieve_data(
    access: &mut Access,
    parameters: (u8, u8),
    data: &[u8],
    le: Option<u16>,
) -> Result<Block, StatusWord> {
    let (index, which) = place(access, parameters)?;
    let objects = objects(access, index)?;
    access.check_active(index, access::READ, RETRIEVE_DATA)?;
    let most = le.map_or(LONGEST, usize::from);
    if which == Which::First {
        let octets = wanted(objects, data)?;
        access.settle(index);
        let next = most.min(octets.len());
        let block = block(&octets, 0, next);
        access.selection.transfer = Some(Transfer::Out {
            octets,
            last: 0,
            next,
        });
        return Ok(block);
    }
    if !data.is_empty() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let Some(Transfer::Out { octets, last, next }) = &mut access.selection.transfer else {
        return Err(StatusWord::CONDITIONS_OF_USE);
    };
    let from = if which == Which::Next { *next } else { *last };
    let left = octets.len() - from;
    if left == 0 {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    // There is no command with data to be done again, so the right length is said first.
    if most > left || le.is_none() {
        return Err(StatusWord::wrong_le(left.min(LONGEST)));
    }
    (*last, *next) = (from, from + most);
    Ok(block(octets, from, *next))
}

fn block(octets: &[u8], from: usize, to: usize) -> Block {
    Block {
        data: octets.get(from..to).unwrap_or_default().to_vec(),
        sw: if to < octets.len() {
            StatusWord::MORE_TO_READ
        } else {
            StatusWord::OK
        },
    }
}

/// The object that a command names by its tag.
fn wanted(objects: &Objects, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
    if data.is_empty() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let tag = ber::tag(data).map_err(|_| StatusWord::WRONG_DATA)?;
    if tag != Tag::Short(TAG_LIST) {
        let object = objects.get(tag).ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
        return Ok(object.to_vec());
    }
    let mut tags = Vec::new();
    for (header, _) in objects.iter() {
        tags.extend(header.tag.bytes());
    }
    let mut list = Vec::with_capacity(tags.len() + 4);
    ber::write(&mut list, TAG_LIST, &tags);
    Ok(list)
}

/// Takes a block of an object: true when it was the last. A tag alone removes its object.
pub(in crate::card) fn set_data(
    access: &mut Access,
    parameters: (u8, u8),
    data: &[u8],
) -> Result<bool, StatusWord> {
    let (index, which) = place(access, parameters)?;
    let objects = objects(access, index)?;
    access.check_active(index, access::UPDATE, SET_DATA)?;
    if data.is_empty() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    match which {
        Which::First => {
            let writes = first(objects, index, data)?;
            let (writes, transfer) = writes;
            access.commit(writes)?;
            access.settle(index);
            access.selection.transfer = transfer;
            Ok(access.selection.transfer.is_none())
        }
        Which::Next => next(access, index, data),
        Which::Previous => Err(StatusWord::WRONG_P1_P2),
    }
}

/// What a first block changes, and what it leaves on its way.
fn first(
    objects: &Objects,
    file: usize,
    data: &[u8],
) -> Result<(Vec<Write>, Option<Transfer>), StatusWord> {
    let write = |octets| vec![Write::Contents { file, octets }];
    if let Ok(tag) = ber::tag(data) {
        return match objects.get(tag) {
            Some(_) => Ok((write(objects.without(tag)), None)),
            None => Err(StatusWord::REFERENCE_NOT_FOUND),
        };
    }
    let header = Header::decode(data).map_err(|_| StatusWord::WRONG_DATA)?;
    if !is_own_tag(header.tag) || data.len() > header.whole() {
        return Err(StatusWord::WRONG_DATA);
    }
    let mut others = objects.without(header.tag);
    if others.len() + header.whole() > objects.room {
        return Err(StatusWord::NO_ROOM);
    }
    if data.len() == header.whole() {
        others.extend(data);
        return Ok((write(others), None));
    }
    let was_there = others.len() < objects.octets.len();
    let writes = if was_there { write(others) } else { Vec::new() };
    let octets = data.to_vec();
    Ok((writes, Some(Transfer::In { octets, header })))
}

/// One more block of an object on its way. What cannot be ends it.
fn next(access: &mut Access, file: usize, data: &[u8]) -> Result<bool, StatusWord> {
    let transfer = access.selection.transfer.take();
    let Some(Transfer::In { mut octets, header }) = transfer else {
        access.selection.transfer = transfer;
        return Err(StatusWord::CONDITIONS_OF_USE);
    };
    octets.extend(data);
    if octets.len() > header.whole() {
        return Err(StatusWord::WRONG_DATA);
    }
    if octets.len() < header.whole() {
        access.selection.transfer = Some(Transfer::In { octets, header });
        return Ok(false);
    }
    let objects = objects(access, file)?;
    // From another channel the same object may have come, and more.
    let mut all = objects.without(header.tag);
    if all.len() + octets.len() > objects.room {
        return Err(StatusWord::NO_ROOM);
    }
    all.extend(octets);
    access.commit(vec![Write::Contents { file, octets: all }])?;
    Ok(true)
}
