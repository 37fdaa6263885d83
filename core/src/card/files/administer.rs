//! CREATE FILE, DELETE FILE and RESIZE FILE (ETSI TS 102 222 §6.3, §6.4, §6.10).
//!
//! What is made is what a profile may hold, so a card can always be saved. The compact form of
//! access rules and rules by security environment are not known.

use super::super::memory::Write;
use super::file::{Body, File, Rule};
use super::operate::Access;
use super::select::select;
use super::system::{ADF, Files, MAX_BODY, MAX_DEPTH, MF, MF_ID};
use super::template::{Template, count};
use crate::codec::access;
use crate::codec::apdu::{CREATE_FILE, DELETE_FILE, RESIZE_FILE, StatusWord};

/// P1 of RESIZE FILE: objects that do not fit any more are removed.
const EMPTIED: u8 = 0x01;

/// Makes a file in the current directory; it becomes the current one.
pub(in crate::card) fn create_file(access: &mut Access, data: &[u8]) -> Result<(), StatusWord> {
    let template = Template::decode(data)?;
    let directory = access.selection.directory;
    let mode = if template.is_of_directory()? {
        access::WRITE
    } else {
        access::UPDATE
    };
    access.check_active(directory, mode, CREATE_FILE)?;
    let files = access.memory.files();
    let file = new_file(files, directory, &template)?;
    let place = files.free(directory).ok_or(StatusWord::NO_ROOM)?;
    if files.size() + file.size() > files.capacity() {
        return Err(StatusWord::NO_ROOM);
    }
    let file = Box::new(file);
    access.commit(vec![Write::Create { place, file }])?;
    access.selection.set(access.memory.files(), place);
    Ok(())
}

fn new_file(files: &Files, directory: usize, template: &Template) -> Result<File, StatusWord> {
    let body = template.body()?;
    let fid = template.fid.ok_or(StatusWord::WRONG_DATA)?;
    if matches!(fid, MF_ID | ADF | 0x3FFF | 0xFFFF) {
        return Err(StatusWord::WRONG_DATA);
    }
    let is_here = files.file(directory).is_some_and(|file| file.fid == fid);
    if is_here || files.child(directory, fid).is_some() {
        return Err(StatusWord::FILE_EXISTS);
    }
    let same = |index: &usize| files.file(*index).is_some_and(|f| f.aid() == template.aid);
    if template.aid.is_some() && files.named().iter().any(same) {
        return Err(StatusWord::NAME_EXISTS);
    }
    if files.upwards(directory).count() > MAX_DEPTH {
        return Err(StatusWord::NO_ROOM);
    }
    let rule = template.rule.clone().ok_or(StatusWord::WRONG_DATA)?;
    let is_there = match &rule {
        Rule::Expanded(rule) => !rule.is_empty(),
        Rule::Record { fid, number } => !files.record_rule(directory, *fid, *number).is_empty(),
    };
    if !is_there {
        return Err(StatusWord::WRONG_DATA);
    }
    let is_free = |sfi: &u8| files.child_by_sfi(directory, *sfi).is_none();
    let sfi = match (&body, template.sfi) {
        (Body::Directory(_), None) => None,
        (Body::Directory(_), Some(_)) => return Err(StatusWord::WRONG_DATA),
        (_, Some(None)) => None,
        (_, Some(Some(sfi @ 1..=30))) if is_free(&sfi) => Some(sfi),
        (_, Some(Some(_))) => return Err(StatusWord::WRONG_DATA),
        // Nothing said: the low bits of the identifier (TS 102 222 §6.3.2.2).
        (_, None) => Some(fid as u8 & 0x1F)
            .filter(|sfi| (1..=30).contains(sfi))
            .filter(is_free),
    };
    Ok(File {
        fid,
        parent: directory,
        name: String::new(),
        sfi,
        rule,
        state: template.state.ok_or(StatusWord::WRONG_DATA)?,
        body,
        changed: 0,
    })
}

/// Ends a file, a directory with all in it; the directory it lay in becomes current. What
/// another channel uses stays, and so does what PINs or the rules of other files need.
pub(in crate::card) fn delete_file(
    access: &mut Access,
    data: &[u8],
    used: &[usize],
) -> Result<(), StatusWord> {
    let [_, _] = data else {
        return Err(StatusWord::WRONG_LENGTH);
    };
    let files = access.memory.files();
    let index = select(files, access.selection, (0x00, 0x00), data)?;
    access.check(index, access::DELETE, DELETE_FILE)?;
    let gone: Vec<usize> = files.below(index).collect();
    let needs = |index: &usize| gone.contains(index);
    let pins = access.memory.pins().iter();
    let mut of_pins = pins.filter_map(|pin| pin.application);
    if index == MF || used.iter().any(needs) || of_pins.any(|index| needs(&index)) {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    let mut without = files.clone();
    without.delete(index);
    if without.iter().any(|(at, _)| without.rule(at).is_empty()) {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    let parent = files.parent(index);
    access.commit(vec![Write::Delete { file: index }])?;
    access.selection.set(access.memory.files(), parent);
    if access.selection.application.is_some_and(|at| needs(&at)) {
        access.selection.application = None;
    }
    Ok(())
}

/// Gives a file another size: records come and go at the end, what is new is FF.
pub(in crate::card) fn resize_file(
    access: &mut Access,
    (p1, p2): (u8, u8),
    data: &[u8],
) -> Result<(), StatusWord> {
    if p1 > EMPTIED || p2 != 0 {
        return Err(StatusWord::WRONG_P1_P2);
    }
    let template = Template::decode(data)?;
    let fid = template.fid.ok_or(StatusWord::WRONG_DATA)?;
    let files = access.memory.files();
    let file = select(files, access.selection, (0x00, 0x00), &fid.to_be_bytes())?;
    access.check_active(file, 0, RESIZE_FILE)?;
    let found = access.file(file)?;
    let size = match found.body {
        Body::Directory(_) => template.total,
        Body::Objects(_) => template.maximum()?.or(template.size),
        _ => template.size,
    };
    let size = size.filter(|size| *size != 0);
    let size = size.ok_or(StatusWord::WRONG_DATA)?;
    // Nothing is set aside for a directory.
    if found.is_directory() {
        return Ok(());
    }
    if size > MAX_BODY || files.size() - found.size() + size > files.capacity() {
        return Err(StatusWord::NO_ROOM);
    }
    let resized = |octets: &[u8]| {
        let mut octets = octets.to_vec();
        octets.resize(size, 0xFF);
        Write::Contents { file, octets }
    };
    let room = Write::Room { file, room: size };
    let writes = match &found.body {
        Body::Transparent(octets) => vec![resized(octets)],
        Body::Linear(records) => {
            count(size, records.length)?;
            vec![resized(&records.octets)]
        }
        Body::Directory(_) | Body::Cyclic(_) => return Err(StatusWord::WRONG_STRUCTURE),
        Body::Objects(objects) if objects.octets.len() <= size => vec![room],
        Body::Objects(_) if p1 == EMPTIED => {
            let octets = Vec::new();
            vec![Write::Contents { file, octets }, room]
        }
        Body::Objects(_) => return Err(StatusWord::NO_ROOM),
    };
    access.commit(writes)
}
