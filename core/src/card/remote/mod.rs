//! Remote management: secured packets in short messages, the commands in them, the receipt
//! (ETSI TS 102 225 §5, TS 102 226 §5; 3GPP TS 31.115 §4).
//!
//! Knows no file: what a packet holds is carried out by whoever has the file system.

mod script;

pub(super) use script::script;

use crate::codec::secured_packet::{
    Check, CommandHeader, CommandPacket, CounterMode, Keys, MAX_COUNTER, PacketStatus, Receipt,
    ResponsePacket,
};
use crate::codec::sms::{COMMAND_PACKET, Deliver};

/// Octets of a long message that is not whole yet; what is longer is forgotten.
const MAX_PENDING: usize = 16 * 1024;

/// Keys of one index, and the last counter seen with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeySet {
    /// Upper nibble of KIc and KID, 1 to 15.
    pub(super) index: u8,
    /// For ciphering.
    pub(super) kic: Vec<u8>,
    /// For the cryptographic checksum.
    pub(super) kid: Vec<u8>,
    /// Of the last packet that was taken.
    pub(super) counter: u64,
}

/// An application that can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Toolkit application reference.
    pub(super) tar: [u8; 3],
    /// Packets with less of a check are refused (minimum security level).
    pub(super) check: Check,
    /// Packets in clear are refused.
    pub(super) ciphered: bool,
    /// The application its commands begin in; the MF without one.
    pub(super) aid: Option<Vec<u8>>,
}

/// What came of a short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// A packet, whole.
    Whole(Vec<u8>),
    /// A part of a longer one.
    Waiting,
    /// Nothing for the remote management.
    NotOurs,
}

/// What the card answers to the envelope with the last part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Nothing is to be sent back.
    Silent,
    /// A receipt for the network.
    Receipt {
        /// User data with its header.
        data: Vec<u8>,
        /// The packet was carried out.
        ok: bool,
    },
}

/// Parts of a message that is not whole; gone with the power.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assembly {
    pending: Option<Pending>,
}

/// Parts of one long message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pending {
    originator: Vec<u8>,
    reference: u8,
    /// By number, from the first.
    parts: Vec<Option<Vec<u8>>>,
    /// The first part says that a command packet follows.
    is_command: bool,
}

impl Assembly {
    /// Puts parts together; a part of another message takes the place of what waited.
    pub(super) fn join(&mut self, tpdu: &[u8]) -> Joined {
        let Ok(message) = Deliver::decode(tpdu) else {
            return Joined::NotOurs;
        };
        let is_command = message.element(COMMAND_PACKET).is_some();
        let Some(said) = message.concatenation() else {
            return if is_command {
                Joined::Whole(message.data)
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
                Some(pending) if pending.is_command && length <= MAX_PENDING => {
                    Joined::Whole(pending.parts.into_iter().flatten().flatten().collect())
                }
                _ => Joined::NotOurs,
            };
        }
        Joined::Waiting
    }
}

/// A packet that may be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// What the application is to do.
    pub(super) data: Vec<u8>,
    /// Its counter.
    pub(super) counter: u64,
    /// The key set whose counter it is from now on, by its place.
    pub(super) counted: Option<usize>,
}

/// Why a packet is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    status: PacketStatus,
    /// As far as it is known.
    counter: u64,
}

/// Opens a packet for an application and compares its counter; changes nothing.
pub(super) fn open(
    packet: &[u8],
    header: &CommandHeader,
    target: Option<&Target>,
    key_sets: &[KeySet],
) -> Result<Opened, Refused> {
    let refused = |status: PacketStatus| Refused { status, counter: 0 };
    let target = target.ok_or(refused(PacketStatus::TarUnknown))?;
    if header.spi.check < target.check || (target.ciphered && !header.spi.ciphered) {
        return Err(refused(PacketStatus::InsufficientSecurity));
    }
    let counts = matches!(
        header.spi.counter,
        CounterMode::Higher | CounterMode::HigherByOne
    );
    // A counter that nothing proves would let anybody use up the numbers of the key.
    if counts && header.spi.check != Check::Cryptographic {
        return Err(refused(PacketStatus::SecurityError));
    }
    let keys = keys(header, key_sets);
    let opened = CommandPacket::open(packet, &keys).map_err(refused)?;
    let counter = opened.counter;
    // What cannot be answered as it was asked is not carried out.
    let answer = ResponsePacket {
        tar: header.tar,
        counter,
        status: PacketStatus::Ok,
        data: Vec::new(),
    };
    if header.spi.receipt != Receipt::Never && answer.encode(header, &keys).is_none() {
        return Err(Refused {
            status: PacketStatus::SecurityError,
            counter,
        });
    }
    // The check proves the packet, so it is the check's key that counts.
    let index = place(header.kid, key_sets);
    let last = index.and_then(|index| key_sets.get(index));
    let status = match (header.spi.counter, last.map(|set| set.counter)) {
        (CounterMode::None | CounterMode::Unchecked, _) => None,
        (_, None) => Some(PacketStatus::SecurityError),
        (_, Some(MAX_COUNTER)) => Some(PacketStatus::CounterBlocked),
        (_, Some(last)) if counter <= last => Some(PacketStatus::CounterLow),
        (CounterMode::HigherByOne, Some(last)) if counter > last + 1 => {
            Some(PacketStatus::CounterHigh)
        }
        (_, Some(_)) => None,
    };
    if let Some(status) = status {
        return Err(Refused { status, counter });
    }
    Ok(Opened {
        data: opened.data,
        counter,
        counted: index.filter(|_| counts),
    })
}

/// The receipt for a packet, if one is wanted: what the application answered, or why it was not
/// asked.
pub(super) fn reply(
    header: &CommandHeader,
    key_sets: &[KeySet],
    done: Result<(u64, Vec<u8>), Refused>,
) -> Reply {
    let (status, counter, data) = match done {
        Ok((counter, data)) => (PacketStatus::Ok, counter, data),
        Err(refused) => (refused.status, refused.counter, Vec::new()),
    };
    let ok = status == PacketStatus::Ok;
    let wanted = match header.spi.receipt {
        Receipt::Never => false,
        Receipt::Always => true,
        Receipt::OnError => !ok,
    };
    if !wanted {
        return Reply::Silent;
    }
    let response = ResponsePacket {
        tar: header.tar,
        counter,
        status,
        data,
    };
    let keys = keys(header, key_sets);
    // Where the receipt cannot be secured as asked, it goes in clear: it says only why.
    response
        .encode(header, &keys)
        .or_else(|| response.encode(&CommandHeader::default(), &keys))
        .map_or(Reply::Silent, |data| Reply::Receipt { data, ok })
}

/// The place of the set that an octet's upper nibble names.
fn place(octet: u8, key_sets: &[KeySet]) -> Option<usize> {
    key_sets.iter().position(|set| set.index == octet >> 4)
}

fn keys<'k>(header: &CommandHeader, key_sets: &'k [KeySet]) -> Keys<'k> {
    let set = |octet: u8| place(octet, key_sets).and_then(|index| key_sets.get(index));
    Keys {
        ciphering: set(header.kic).map_or(&[], |set| &set.kic),
        checking: set(header.kid).map_or(&[], |set| &set.kid),
    }
}
