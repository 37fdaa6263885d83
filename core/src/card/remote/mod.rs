//! Remote management: secured packets in short messages, the commands in them, the receipt
//! (ETSI TS 102 225 §5, TS 102 226 §5; 3GPP TS 31.115 §4).
//!
//! Knows no file: what a packet holds is carried out by whoever has the file system.

mod assembly;
mod script;
mod submit;

pub(super) use assembly::{Assembly, Joined};
pub(super) use script::{is_expanded, script};
pub(super) use submit::submit;

use crate::codec::secured_packet::{
    Algorithm, Check, CommandHeader, CommandPacket, CounterMode, Keys, MAX_COUNTER, PacketStatus,
    Receipt, ResponsePacket,
};

/// Octets of a receipt, with its header, that a delivery report can carry (TS 31.111 §7.1.1).
const MAX_REPORT: usize = 128;

/// Keys of one index, and the last counter seen with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeySet {
    /// Upper nibble of KIc and KID, 0 to 15.
    pub(super) index: u8,
    /// What both keys are for: DES, triple DES (with as many keys as they are long) or AES.
    pub(super) algorithm: Algorithm,
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
    /// Packets whose counter is looked at less closely are refused.
    pub(super) counter: CounterMode,
    /// The application its commands begin in; the MF without one.
    pub(super) aid: Option<Vec<u8>>,
    /// References of the PINs its commands need not show; without a list, PIN 1, PIN 2 and those
    /// of administrators.
    pub(super) access: Option<Vec<u8>>,
}

/// What the card answers to the envelope with the last part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Nothing is to be sent back.
    Silent,
    /// A receipt for the network.
    Receipt {
        /// For the delivery report: user data with its header.
        report: Vec<u8>,
        /// The packet was carried out.
        ok: bool,
        /// The receipt itself, where it goes in a message of its own.
        message: Option<Vec<u8>>,
    },
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
    /// As far as it could be read.
    counter: u64,
    /// The packet's own checksum was right.
    proven: bool,
}

/// Opens a packet for an application and compares its counter; changes nothing.
pub(super) fn open(
    packet: &[u8],
    header: &CommandHeader,
    target: Option<&Target>,
    key_sets: &[KeySet],
) -> Result<Opened, Refused> {
    let refused = |status: PacketStatus| Refused {
        status,
        counter: 0,
        proven: false,
    };
    let spi = header.spi;
    let target = target.ok_or(refused(PacketStatus::TarUnknown))?;
    if spi.check < target.check
        || (target.ciphered && !spi.ciphered)
        || !meets(spi.counter, target.counter)
    {
        return Err(refused(PacketStatus::InsufficientSecurity));
    }
    let counts = matches!(spi.counter, CounterMode::Higher | CounterMode::HigherByOne);
    let checked = spi.check == Check::Cryptographic;
    // A counter that nothing proves would let anybody use up the numbers of the key.
    let unproven = counts && !checked;
    if unproven || !keys_agree(header, key_sets) {
        return Err(refused(PacketStatus::SecurityError));
    }
    let keys = keys(header, key_sets);
    let opened = CommandPacket::open(packet, &keys).map_err(|status| Refused {
        status,
        counter: match status {
            PacketStatus::CheckFailed => {
                CommandPacket::said_counter(packet, &keys).unwrap_or_default()
            }
            _ => 0,
        },
        proven: false,
    })?;
    let counter = opened.counter;
    let failed = |status| Refused {
        status,
        counter,
        proven: checked,
    };
    // What cannot be answered as it was asked is not carried out.
    let answer = ResponsePacket {
        tar: header.tar,
        counter,
        status: PacketStatus::Ok,
        data: Vec::new(),
    };
    if spi.receipt != Receipt::Never && checked && answer.encode(header, &keys).is_none() {
        return Err(failed(PacketStatus::SecurityError));
    }
    // The check proves the packet, so it is the check's key that counts.
    let index = place(header.kid, key_sets);
    let last = index.and_then(|index| key_sets.get(index));
    let status = match (spi.counter, last.map(|set| set.counter)) {
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
        return Err(failed(status));
    }
    Ok(Opened {
        data: opened.data,
        counter,
        counted: index.filter(|_| counts),
    })
}

/// Is a counter looked at as closely as is demanded?
fn meets(mode: CounterMode, demanded: CounterMode) -> bool {
    mode as u8 >= demanded as u8
}

/// Are the algorithms a header names those of the keys it points at (TS 102 225 §5.1.2, §5.1.3)?
/// A key used for another one would tell of itself what it must not.
fn keys_agree(header: &CommandHeader, key_sets: &[KeySet]) -> bool {
    let spi = header.spi;
    let agrees = |octet: u8| {
        let set = place(octet, key_sets).and_then(|index| key_sets.get(index));
        set.is_some_and(|set| {
            let named = match Algorithm::from_octet(octet) {
                Algorithm::TripleDes3 => Algorithm::TripleDes2,
                other => other,
            };
            named == set.algorithm
        })
    };
    let answers = spi.receipt != Receipt::Never && spi.check == Check::Cryptographic;
    let ciphers = spi.ciphered || (answers && spi.receipt_ciphered);
    let checks =
        spi.check == Check::Cryptographic || (answers && spi.receipt_check == Check::Cryptographic);
    (!ciphers || agrees(header.kic)) && (!checks || agrees(header.kid))
}

/// The receipt for a packet, if one is wanted: what the application answered, or why it was not
/// asked. It goes in the delivery report, or in a message of its own where that is asked for or
/// the report has no room, if the terminal sends messages.
pub(super) fn reply(
    header: &CommandHeader,
    key_sets: &[KeySet],
    done: Result<(u64, Vec<u8>), Refused>,
    sends_messages: bool,
) -> Reply {
    let spi = header.spi;
    let (status, counter, data, proven) = match done {
        Ok((counter, data)) => {
            let proven = spi.check == Check::Cryptographic;
            (PacketStatus::Ok, counter, data, proven)
        }
        Err(refused) => (refused.status, refused.counter, Vec::new(), refused.proven),
    };
    let ok = status == PacketStatus::Ok;
    let wanted = match spi.receipt {
        Receipt::Never => false,
        Receipt::Always => true,
        Receipt::OnError => !ok,
    };
    if !wanted {
        return Reply::Silent;
    }
    let keys = keys(header, key_sets);
    let plain = CommandHeader::default();
    // Whoever has proved nothing gets neither checksum nor ciphertext to learn a key from. Where
    // the receipt cannot be secured as asked, it goes in clear too: it says only why.
    let encode = |status: PacketStatus, data: Vec<u8>| {
        let response = ResponsePacket {
            tar: header.tar,
            counter,
            status,
            data,
        };
        let secured = if proven {
            response.encode(header, &keys)
        } else {
            None
        };
        secured.or_else(|| response.encode(&plain, &keys))
    };
    let Some(receipt) = encode(status, data) else {
        return Reply::Silent;
    };
    if !spi.receipt_by_submit && receipt.len() <= MAX_REPORT {
        return Reply::Receipt {
            report: receipt,
            ok,
            message: None,
        };
    }
    let status = if sends_messages {
        PacketStatus::AnswerBySubmit
    } else {
        PacketStatus::InsufficientMemory
    };
    match encode(status, Vec::new()) {
        Some(report) => Reply::Receipt {
            report,
            ok: sends_messages,
            message: Some(receipt).filter(|_| sends_messages),
        },
        None => Reply::Silent,
    }
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
