//! What a session has shown and what that lets it do (ETSI TS 102 221 §9.2, §9.5).

use super::super::memory::Memory;
use super::pin::{self, Pin};
use crate::codec::access::{self, Operation};

/// PINs verified in a session, one bit for each by its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Verified(u64);

impl Verified {
    pub(in crate::card) fn has(self, index: usize) -> bool {
        index < 64 && self.0 >> index & 1 == 1
    }

    pub(in crate::card) fn set(&mut self, index: usize, verified: bool) {
        if index < 64 {
            self.0 = self.0 & !(1 << index) | u64::from(verified) << index;
        }
    }
}

/// On whose behalf a file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::card) enum Rights {
    /// A terminal, with the PINs it verified.
    Session(Verified),
    /// Remote management whose keys stand for every administrative code, and for nothing else.
    Administrator,
}

impl Rights {
    /// Is the condition of a key reference met, seen from a file?
    fn has(self, memory: &Memory, application: Option<usize>, reference: u8) -> bool {
        let verified = match self {
            Rights::Administrator => return is_administrative(reference),
            Rights::Session(verified) => verified,
        };
        let pins = memory.pins();
        let met = |index: usize, pin: &Pin| {
            if pin.enabled {
                Some(verified.has(index))
            } else if pin.replaced {
                None
            } else {
                Some(true)
            }
        };
        let Some((index, pin)) = pin::find(pins, application, reference) else {
            return false;
        };
        met(index, pin).unwrap_or_else(|| {
            // The universal PIN stands in for one that is disabled.
            pin::find(pins, application, pin::UNIVERSAL)
                .is_none_or(|(index, pin)| met(index, pin).unwrap_or(true))
        })
    }
}

/// ADM1 to ADM10.
fn is_administrative(reference: u8) -> bool {
    matches!(reference & 0x7F, 0x0A..=0x0E)
}

/// Does the file's rule allow the operation?
pub(in crate::card) fn allowed(
    memory: &Memory,
    file: usize,
    rights: Rights,
    operation: Operation,
) -> bool {
    let files = memory.files();
    access::allows(files.rule(file), operation, |reference| {
        rights.has(memory, files.application(file), reference)
    })
}
