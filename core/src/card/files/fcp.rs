//! File control parameters: how SELECT and STATUS describe a file (TS 102 221 §11.1.1.3).

use super::super::memory::Memory;
use super::super::security::{Pin, UNIVERSAL};
use super::file::{Body, LifeCycle, Records, Rule};
use super::system::MF;
use crate::codec::ber;
use crate::codec::fcp::{self, FileDescriptor, Kind, Object, PinState, PinStatus};

/// Clock stop and voltages; free memory. The terminal makes nothing of either here.
const CHARACTERISTICS: [u8; 9] = [0x80, 0x01, 0x71, 0x83, 0x04, 0x00, 0x01, 0x00, 0x00];

/// The same, and that TERMINAL CAPABILITY is understood; said in the MF only.
const WITH_COMMANDS: [u8; 12] = [
    0x80, 0x01, 0x71, 0x83, 0x04, 0x00, 0x01, 0x00, 0x00, 0x87, 0x01, 0x01,
];

/// Usage qualifier of the universal PIN: it is used for verification.
const VERIFICATION: u8 = 0x08;

/// The template `62 …` of a file; empty when there is no such file.
pub(in crate::card) fn template(memory: &Memory, index: usize) -> Vec<u8> {
    let Some(file) = memory.files().file(index) else {
        return Vec::new();
    };
    let descriptor = |kind, records: Option<&Records>| {
        let records = records.map(|records| fcp::Records {
            length: records.length.into(),
            count: records.count(),
        });
        Object::FileDescriptor(FileDescriptor::new(kind, records))
    };
    let first = match &file.body {
        Body::Directory(_) => descriptor(Kind::Directory, None),
        Body::Transparent(_) => descriptor(Kind::Transparent, None),
        Body::Linear(records) => descriptor(Kind::LinearFixed, Some(records)),
        Body::Cyclic(records) => descriptor(Kind::Cyclic, Some(records)),
        Body::Objects(_) => descriptor(Kind::BerTlv, None),
    };
    let directory = match &file.body {
        Body::Directory(directory) => Some(directory),
        _ => None,
    };
    let more = if index == MF {
        &WITH_COMMANDS[..]
    } else {
        &CHARACTERISTICS[..]
    };
    let state = match file.state {
        LifeCycle::Activated => fcp::LifeCycle::Activated,
        LifeCycle::Deactivated => fcp::LifeCycle::Deactivated,
    };
    let number;
    let rule = match &file.rule {
        Rule::Record {
            fid,
            number: record,
        } => {
            number = [*record];
            Object::SecurityReferenced {
                fid: *fid,
                records: &number,
            }
        }
        Rule::Expanded(rule) => Object::SecurityExpanded(rule),
    };
    let mut objects = Vec::with_capacity(64);
    first.write(&mut objects);
    Object::FileIdentifier(file.fid).write(&mut objects);
    if let Some(name) = directory.and_then(|directory| directory.aid.as_deref()) {
        Object::DfName(name).write(&mut objects);
    }
    if directory.is_some() {
        Object::Proprietary(more).write(&mut objects);
    }
    Object::LifeCycle(state).write(&mut objects);
    rule.write(&mut objects);
    if directory.is_some() {
        Object::PinStatus(&pin_status(memory, index)).write(&mut objects);
    } else {
        Object::FileSize(file.size() as u32).write(&mut objects);
        Object::ShortFileIdentifier(file.sfi).write(&mut objects);
    }
    fcp::enclose(&objects)
}

/// Which of the PINs that count in a directory are enabled (TS 102 221 §9.5.2).
fn pin_status(memory: &Memory, index: usize) -> Vec<u8> {
    let application = memory.files().application(index);
    let own = |reference: u8| {
        let same = |pin: &Pin| pin.reference == reference && pin.application == application;
        application.is_some() && memory.pins().iter().any(same)
    };
    let pins = memory.pins().iter();
    let here = pins.filter(|pin| match pin.application {
        None => !own(pin.reference),
        of => of == application,
    });
    let states = here.map(|pin| PinState {
        usage: (pin.reference == UNIVERSAL).then_some(VERIFICATION),
        reference: pin.reference,
        enabled: pin.enabled,
    });
    let status = PinStatus {
        pins: states.collect(),
    };
    status.encode()
}

/// The object `84 …` with an application's name, if the file is one.
pub(in crate::card) fn aid(memory: &Memory, index: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ber::write(&mut bytes, 0x84, memory.files().file(index)?.aid()?);
    Some(bytes)
}
