//! File control parameters: how SELECT and STATUS describe a file (TS 102 221 §11.1.1.3).

use super::super::memory::Memory;
use super::super::security::{Pin, UNIVERSAL};
use super::file::{Body, LifeCycle, Rule};
use super::system::MF;
use crate::codec::ber;

/// Clock stop and voltages; free memory. The terminal makes nothing of either here.
const CHARACTERISTICS: [u8; 9] = [0x80, 0x01, 0x71, 0x83, 0x04, 0x00, 0x01, 0x00, 0x00];

/// TERMINAL CAPABILITY is understood; said in the MF only.
const SUPPORTED_COMMANDS: [u8; 3] = [0x87, 0x01, 0x01];

/// The universal PIN is used for verification.
const USAGE: [u8; 3] = [0x95, 0x01, 0x08];

/// The template `62 …` of a file; empty when there is no such file.
pub(in crate::card) fn template(memory: &Memory, index: usize) -> Vec<u8> {
    let Some(file) = memory.files().file(index) else {
        return Vec::new();
    };
    let mut value = Vec::with_capacity(64);
    match &file.body {
        Body::Directory(_) => value.extend([0x82, 0x02, 0x78, 0x21]),
        Body::Transparent(_) => value.extend([0x82, 0x02, 0x41, 0x21]),
        Body::Linear(records) => {
            value.extend([
                0x82,
                0x05,
                0x42,
                0x21,
                0x00,
                records.length,
                records.count(),
            ]);
        }
        Body::Cyclic(records) => {
            value.extend([
                0x82,
                0x05,
                0x46,
                0x21,
                0x00,
                records.length,
                records.count(),
            ]);
        }
    }
    ber::write(&mut value, 0x83, &file.fid.to_be_bytes());
    if let Body::Directory(directory) = &file.body {
        if let Some(aid) = &directory.aid {
            ber::write(&mut value, 0x84, aid);
        }
        let more = if index == MF {
            &SUPPORTED_COMMANDS[..]
        } else {
            &[]
        };
        value.extend([0xA5, (CHARACTERISTICS.len() + more.len()) as u8]);
        value.extend(CHARACTERISTICS);
        value.extend(more);
    }
    let state = match file.state {
        LifeCycle::Activated => 0x05,
        LifeCycle::Deactivated => 0x04,
    };
    value.extend([0x8A, 0x01, state]);
    match &file.rule {
        Rule::Record { fid, number } => {
            let [high, low] = fid.to_be_bytes();
            value.extend([0x8B, 0x03, high, low, *number]);
        }
        Rule::Expanded(rule) => ber::write(&mut value, 0xAB, rule),
    }
    if file.is_directory() {
        ber::write(&mut value, 0xC6, &pin_status(memory, index));
    } else {
        let size = file.octets().len() as u16;
        ber::write(&mut value, 0x80, &size.to_be_bytes());
        // An empty value says that there is no short identifier.
        let sfi = file.sfi.map(|sfi| sfi << 3);
        ber::write(&mut value, 0x88, sfi.as_slice());
    }
    let mut bytes = Vec::with_capacity(value.len() + 3);
    ber::write(&mut bytes, 0x62, &value);
    bytes
}

/// Which of the PINs that count in a directory are enabled (TS 102 221 §9.5.2).
fn pin_status(memory: &Memory, index: usize) -> Vec<u8> {
    let application = memory.files().application(index);
    let own = |reference: u8| {
        let same = |pin: &Pin| pin.reference == reference && pin.application == application;
        application.is_some() && memory.pins().iter().any(same)
    };
    let here: Vec<_> = memory
        .pins()
        .iter()
        .filter(|pin| match pin.application {
            None => !own(pin.reference),
            of => of == application,
        })
        .collect();
    let mut bits = vec![0; here.len().div_ceil(8).max(1)];
    for (place, pin) in here.iter().enumerate() {
        if let Some(byte) = bits.get_mut(place / 8) {
            *byte |= u8::from(pin.enabled) << (7 - place % 8);
        }
    }
    let mut value = Vec::with_capacity(24);
    ber::write(&mut value, 0x90, &bits);
    for pin in here {
        if pin.reference == UNIVERSAL {
            value.extend(USAGE);
        }
        value.extend([0x83, 0x01, pin.reference]);
    }
    value
}

/// The object `84 …` with an application's name, if the file is one.
pub(in crate::card) fn aid(memory: &Memory, index: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ber::write(&mut bytes, 0x84, memory.files().file(index)?.aid()?);
    Some(bytes)
}
