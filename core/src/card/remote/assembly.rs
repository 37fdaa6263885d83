//! Parts of long short messages, put together (3GPP TS 23.040 §9.2.3.24.1, §9.2.3.24.8;
//! TS 31.115 §4.2).
//!
//! Knows no packets: what a whole message is decides its first part.

use crate::codec::sms::{COMMAND_PACKET, Deliver, Reference};

/// Octets of a long message that is not whole yet; what is longer is forgotten.
const MAX_PENDING: usize = 16 * 1024;

/// What came of a short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Joined {
    /// A packet, whole.
    Whole {
        /// All its octets.
        packet: Vec<u8>,
        /// Who sent it, as an address of a TPDU.
        originator: Vec<u8>,
    },
    /// A part of a longer one.
    Waiting,
    /// Nothing for the remote management.
    NotOurs,
}

/// Parts of a message that is not whole; gone with the power.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Assembly {
    pending: Option<Pending>,
}

/// Parts of one long message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pending {
    originator: Vec<u8>,
    reference: Reference,
    /// By number, from the first.
    parts: Vec<Option<Vec<u8>>>,
    /// The first part says that a command packet follows.
    is_command: bool,
}

impl Assembly {
    /// Puts parts together; a part of another message takes the place of what waited.
    pub(in crate::card) fn join(&mut self, tpdu: &[u8]) -> Joined {
        let Ok(message) = Deliver::decode(tpdu) else {
            return Joined::NotOurs;
        };
        let is_command = message.element(COMMAND_PACKET).is_some();
        let Some(said) = message.concatenation() else {
            return if is_command {
                Joined::Whole {
                    packet: message.data,
                    originator: message.originator,
                }
            } else {
                Joined::NotOurs
            };
        };
        let same = |p: &&mut Pending| {
            p.originator == message.originator
                && p.reference == said.reference
                && p.parts.len() == usize::from(said.parts)
        };
        let pending = match self.pending.as_mut().filter(same) {
            Some(pending) => pending,
            // The first part alone says what the message is.
            None if said.part == 1 && !is_command => return Joined::NotOurs,
            None => self.pending.insert(Pending {
                originator: message.originator,
                reference: said.reference,
                parts: vec![None; usize::from(said.parts)],
                is_command: false,
            }),
        };
        if said.part == 1 {
            pending.is_command = is_command;
        }
        if let Some(place) = pending.parts.get_mut(usize::from(said.part) - 1) {
            *place = Some(message.data);
        }
        let length: usize = pending.parts.iter().flatten().map(Vec::len).sum();
        let whole = pending.parts.iter().all(Option::is_some);
        if whole || length > MAX_PENDING {
            return match self.pending.take() {
                Some(pending) if pending.is_command && length <= MAX_PENDING => Joined::Whole {
                    packet: pending.parts.into_iter().flatten().flatten().collect(),
                    originator: pending.originator,
                },
                _ => Joined::NotOurs,
            };
        }
        Joined::Waiting
    }
}
