//! How class A0 describes a file, and its status words (3GPP TS 51.011 §9.2.1, §9.4).

use super::gsm::{CHV1, CHV2};
use crate::card::files::{Body, File, LifeCycle, MF};
use crate::card::memory::Memory;
use crate::card::security::{Pin, find};
use crate::codec::access::{self, Operation};
use crate::codec::apdu::{
    ACTIVATE_FILE, CHANGE_PIN, DEACTIVATE_FILE, DISABLE_PIN, ENABLE_PIN, INCREASE, READ_BINARY,
    READ_RECORD, SEARCH_RECORD, StatusWord, UNBLOCK_PIN, UPDATE_BINARY, UPDATE_RECORD, VERIFY_PIN,
};

/// Clock may stop; 3 V and 1.8 V too, as the FCP of the other classes says
/// (TS 51.011 §9.2.1; TS 11.12; TS 11.18).
const CHARACTERISTICS: u8 = 0x39;
const CHV1_DISABLED: u8 = 0x80;

/// A code is initialised; the tries left stand in the low bits.
const INITIALISED: u8 = 0x80;

/// Status word of class A0 for one of TS 102 221.
pub(super) fn status_word(ins: u8, sw: StatusWord) -> StatusWord {
    let of_chv = matches!(
        ins,
        VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN | UNBLOCK_PIN
    );
    StatusWord(match sw {
        StatusWord::NO_EF => 0x9400,
        StatusWord::RECORD_NOT_FOUND => 0x9402,
        StatusWord::FILE_NOT_FOUND | StatusWord::NOTHING_FOUND => 0x9404,
        StatusWord::WRONG_STRUCTURE => 0x9408,
        StatusWord::REFERENCE_NOT_FOUND => 0x9802,
        StatusWord::BLOCKED | StatusWord(0x63C0) => 0x9840,
        StatusWord(0x63C1..=0x63CF) | StatusWord::SECURITY_STATUS => 0x9804,
        // Only a file that is invalidated refuses so.
        StatusWord::NOT_USABLE if is_of_file(ins) => 0x9810,
        StatusWord::NOT_USABLE => 0x9808,
        StatusWord::CONDITIONS_OF_USE if of_chv => 0x9808,
        StatusWord::WRONG_P1_P2 => 0x6B00,
        StatusWord(sw) if sw & 0xFF00 == 0x6C00 => 0x6700 | sw & 0x00FF,
        StatusWord(sw) => sw,
    })
}

fn is_of_file(ins: u8) -> bool {
    matches!(
        ins,
        READ_BINARY | UPDATE_BINARY | READ_RECORD | UPDATE_RECORD | SEARCH_RECORD | INCREASE
    )
}

/// What SELECT and STATUS tell of a file.
pub(super) fn describe(memory: &Memory, index: usize) -> Vec<u8> {
    let Some(file) = memory.files().file(index) else {
        return Vec::new();
    };
    match &file.body {
        Body::Directory(_) => directory(memory, index, file),
        Body::Transparent(_) => elementary(memory, index, file, 0x00, 0),
        Body::Linear(records) => elementary(memory, index, file, 0x01, records.length),
        Body::Cyclic(records) => elementary(memory, index, file, 0x03, records.length),
        // Not to be selected in this class.
        Body::Objects(_) => Vec::new(),
    }
}

fn directory(memory: &Memory, index: usize, file: &File) -> Vec<u8> {
    let files = memory.files();
    let children = files.children(index);
    let directories = children
        .iter()
        .filter(|at| files.is_directory(**at))
        .count();
    let code = |reference: u8, tries: fn(&Pin) -> Option<u8>| {
        find(memory.pins(), None, reference)
            .and_then(|(_, pin)| tries(pin))
            .map_or(0, |tries| INITIALISED | tries)
    };
    let enabled = find(memory.pins(), None, CHV1).is_some_and(|(_, pin)| pin.enabled);
    let pin: fn(&Pin) -> Option<u8> = |pin| Some(pin.pin.tries);
    let unblock: fn(&Pin) -> Option<u8> = |pin| Some(pin.unblock.as_ref()?.tries);
    let [high, low] = file.fid.to_be_bytes();
    let kind = if index == MF { 0x01 } else { 0x02 };
    let mut data = vec![0, 0, 0xFF, 0xFF, high, low, kind, 0, 0, 0, 0, 0, 0x0A];
    data.extend([
        CHARACTERISTICS | if enabled { 0 } else { CHV1_DISABLED },
        directories.min(255) as u8,
        (children.len() - directories).min(255) as u8,
        4,
        0,
        code(CHV1, pin),
        code(CHV1, unblock),
        code(CHV2, pin),
        code(CHV2, unblock),
        0,
    ]);
    data
}

fn elementary(memory: &Memory, index: usize, file: &File, structure: u8, length: u8) -> Vec<u8> {
    let rule = memory.files().rule(index);
    let condition = |mode, ins| condition(rule, mode, ins);
    let [size_high, size_low] = (file.octets().len() as u16).to_be_bytes();
    let [high, low] = file.fid.to_be_bytes();
    let increases = structure == 0x03 && condition(0, INCREASE) != NEVER;
    let valid = file.state == LifeCycle::Activated;
    vec![
        0,
        0,
        size_high,
        size_low,
        high,
        low,
        0x04,
        if increases { 0x40 } else { 0x00 },
        condition(access::READ, READ_BINARY) << 4 | condition(access::UPDATE, UPDATE_BINARY),
        condition(0, INCREASE) << 4 | 0x0F,
        condition(access::ACTIVATE, ACTIVATE_FILE) << 4
            | condition(access::DEACTIVATE, DEACTIVATE_FILE),
        u8::from(valid),
        2,
        structure,
        length,
    ]
}

const NEVER: u8 = 0x0F;

/// The nibble that stands for a condition (TS 51.011 §9.3): the least that opens the file.
fn condition(rule: &[u8], mode: u8, ins: u8) -> u8 {
    let operation = Operation {
        mode,
        header: [0x00, ins, 0x00, 0x00],
    };
    let opens = |held: Option<u8>| access::allows(rule, operation, |r| Some(r) == held);
    [
        (None, 0x0),
        (Some(CHV1), 0x1),
        (Some(CHV2), 0x2),
        (Some(0x0A), 0x4),
        (Some(0x0B), 0x5),
    ]
    .into_iter()
    .find(|(held, _)| opens(*held))
    .map_or(NEVER, |(_, nibble)| nibble)
}
