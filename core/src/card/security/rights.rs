//! What a session has shown and what that lets it do (ETSI TS 102 221 §9.2, §9.5).

use super::super::memory::Memory;
use super::pin::{self, Pin};
use crate::codec::access::{self, Operation};

/// PINs verified in a session, one bit for each by its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Verified {
    places: u64,
    /// Administrative codes that the card does not hold count as shown.
    administrator: bool,
}

impl Verified {
    /// Nothing verified yet, by one whose keys are those of an administrator.
    pub(in crate::card) fn of_administrator() -> Self {
        Verified {
            administrator: true,
            ..Verified::default()
        }
    }

    pub(in crate::card) fn has(self, index: usize) -> bool {
        index < 64 && self.places >> index & 1 == 1
    }

    pub(in crate::card) fn set(&mut self, index: usize, verified: bool) {
        if index < 64 {
            self.places = self.places & !(1 << index) | u64::from(verified) << index;
        }
    }

    /// Is the condition of a key reference met, seen from a file?
    fn meets(self, memory: &Memory, application: Option<usize>, reference: u8) -> bool {
        let pins = memory.pins();
        let met = |index: usize, pin: &Pin| {
            if pin.enabled {
                Some(self.has(index))
            } else if pin.replaced {
                None
            } else {
                Some(true)
            }
        };
        let Some((index, pin)) = pin::find(pins, application, reference) else {
            return self.administrator && pin::is_administrative(reference);
        };
        met(index, pin).unwrap_or_else(|| {
            // The universal PIN stands in for one that is disabled.
            pin::find(pins, application, pin::UNIVERSAL)
                .is_none_or(|(index, pin)| met(index, pin).unwrap_or(true))
        })
    }
}

/// Does the file's rule allow the operation?
pub(in crate::card) fn allowed(
    memory: &Memory,
    file: usize,
    rights: Verified,
    operation: Operation,
) -> bool {
    let files = memory.files();
    access::allows(files.rule(file), operation, |reference| {
        rights.meets(memory, files.application(file), reference)
    })
}
