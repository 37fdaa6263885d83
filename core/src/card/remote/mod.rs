//! Remote management: secured packets in short messages, the commands in them, the receipt
//! (ETSI TS 102 225 §5, TS 102 226 §5; 3GPP TS 31.115 §4).
//!
//! Knows no file: commands are carried out by whoever holds the file system, with the rights
//! the application has there.

use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::ber;
use crate::codec::secured_packet::{
    Check, CommandHeader, CommandPacket, CounterMode, Keys, MAX_COUNTER, PacketStatus, Receipt,
    ResponsePacket,
};
use crate::codec::sms::{COMMAND_PACKET, Deliver};

/// Octets of a long message that is not whole yet; what is longer is forgotten.
const MAX_PENDING: usize = 16 * 1024;

/// Commands of one packet.
const MAX_COMMANDS: u8 = u8::MAX;

/// Keys of one index, and the last counter seen with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    /// Upper nibble of KIc and KID, 1 to 15.
    pub index: u8,
    /// For ciphering.
    pub kic: Vec<u8>,
    /// For the cryptographic checksum.
    pub kid: Vec<u8>,
    /// Of the last packet that was taken.
    pub counter: u64,
}

/// An application that can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Toolkit application reference.
    pub tar: [u8; 3],
    /// Packets with less of a check are refused (minimum security level).
    pub check: Check,
    /// Packets in clear are refused.
    pub ciphered: bool,
}

/// What the card answers to the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing is to be sent back.
    Silent,
    /// The first parts of a longer message; more is to come.
    Waiting,
    /// A receipt for the network.
    Receipt {
        /// User data with its header.
        data: Vec<u8>,
        /// The packet was carried out.
        ok: bool,
    },
    /// No message for the remote management: not ours, or not readable.
    NotOurs,
}

/// The remote management of a card.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    key_sets: Vec<KeySet>,
    targets: Vec<Target>,
    pending: Option<Pending>,
}

/// Parts of one long message.
#[derive(Clone, Debug)]
struct Pending {
    originator: Vec<u8>,
    reference: u8,
    /// By number, from the first.
    parts: Vec<Option<Vec<u8>>>,
}

impl Remote {
    /// With these keys and applications.
    pub fn new(key_sets: Vec<KeySet>, targets: Vec<Target>) -> Self {
        Remote {
            key_sets,
            targets,
            pending: None,
        }
    }

    /// Keys with the counters of now: what a card keeps without power.
    pub fn key_sets(&self) -> &[KeySet] {
        &self.key_sets
    }

    /// What can be reached.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Power is gone: parts that wait are forgotten, counters are not.
    pub fn handle_reset(&mut self) {
        self.pending = None;
    }

    /// An SMS-DELIVER out of an envelope. `execute` carries out one command APDU for a TAR.
    pub fn handle_message(
        &mut self,
        tpdu: &[u8],
        execute: &mut dyn FnMut([u8; 3], &[u8]) -> ResponseApdu,
    ) -> Reply {
        let Ok(message) = Deliver::decode(tpdu) else {
            return Reply::NotOurs;
        };
        match self.joined(message) {
            Joined::Whole(packet) => self.packet(&packet, execute),
            Joined::Waiting => Reply::Waiting,
            Joined::NotOurs => Reply::NotOurs,
        }
    }

    /// Puts parts together; a part of another message takes the place of what waited.
    fn joined(&mut self, message: Deliver) -> Joined {
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
            }),
        };
        pending.parts[usize::from(said.part) - 1] = Some(message.data);
        let length: usize = pending.parts.iter().flatten().map(Vec::len).sum();
        if pending.parts.iter().all(Option::is_some) || length > MAX_PENDING {
            let parts = self.pending.take().map(|p| p.parts).unwrap_or_default();
            if length <= MAX_PENDING {
                return Joined::Whole(parts.into_iter().flatten().flatten().collect());
            }
        }
        Joined::Waiting
    }

    fn packet(
        &mut self,
        packet: &[u8],
        execute: &mut dyn FnMut([u8; 3], &[u8]) -> ResponseApdu,
    ) -> Reply {
        let Ok(header) = CommandHeader::decode(packet) else {
            return Reply::NotOurs;
        };
        let (status, counter, data) = match self.open(packet, &header) {
            Ok(opened) => {
                let data = script(&opened.data, |apdu| execute(header.tar, apdu));
                (PacketStatus::Ok, opened.counter, data)
            }
            Err((status, counter)) => (status, counter, Vec::new()),
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
        let keys = self.keys(&header);
        // Where the receipt cannot be secured as asked, it goes in clear: it says only why.
        let plain = CommandHeader::default();
        response
            .encode(&header, &keys)
            .or_else(|| response.encode(&plain, &keys))
            .map_or(Reply::Silent, |data| Reply::Receipt { data, ok })
    }

    /// Opens a packet and counts it; the refusal comes with the counter as far as it is known.
    fn open(
        &mut self,
        packet: &[u8],
        header: &CommandHeader,
    ) -> Result<CommandPacket, (PacketStatus, u64)> {
        let target = self
            .targets
            .iter()
            .find(|target| target.tar == header.tar)
            .ok_or((PacketStatus::TarUnknown, 0))?;
        if header.spi.check < target.check || (target.ciphered && !header.spi.ciphered) {
            return Err((PacketStatus::InsufficientSecurity, 0));
        }
        let opened =
            CommandPacket::open(packet, &self.keys(header)).map_err(|status| (status, 0))?;
        let counter = opened.counter;
        // The check proves the packet, so it is the check's key that counts.
        let last = self
            .key_sets
            .iter_mut()
            .find(|set| set.index == header.kid >> 4)
            .map(|set| &mut set.counter);
        let refused = match (header.spi.counter, last) {
            (CounterMode::None | CounterMode::Unchecked, _) => None,
            (_, None) => Some(PacketStatus::SecurityError),
            (_, Some(last)) if *last == MAX_COUNTER => Some(PacketStatus::CounterBlocked),
            (_, Some(last)) if counter <= *last => Some(PacketStatus::CounterLow),
            (CounterMode::HigherByOne, Some(last)) if counter > *last + 1 => {
                Some(PacketStatus::CounterHigh)
            }
            (_, Some(last)) => {
                *last = counter;
                None
            }
        };
        match refused {
            Some(status) => Err((status, counter)),
            None => Ok(opened),
        }
    }

    fn keys(&self, header: &CommandHeader) -> Keys<'_> {
        let set = |octet: u8| self.key_sets.iter().find(|set| set.index == octet >> 4);
        Keys {
            ciphering: set(header.kic).map_or(&[], |set| &set.kic),
            checking: set(header.kid).map_or(&[], |set| &set.kid),
        }
    }
}

enum Joined {
    Whole(Vec<u8>),
    Waiting,
    NotOurs,
}

/// Carries out the commands of a packet until one fails; the application's answer
/// (TS 102 226 §5.1, §5.2).
fn script(data: &[u8], execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    const COMMAND_SCRIPT: u8 = 0xAA;
    match data.first() {
        Some(&COMMAND_SCRIPT) => expanded(data, execute),
        _ => compact(data, execute),
    }
}

fn succeeded(sw: StatusWord) -> bool {
    matches!(sw.sw1(), 0x90 | 0x91 | 0x61 | 0x62 | 0x63 | 0x9F)
}

/// Commands one behind the other; the answer: how many, the last status word, the last data.
fn compact(data: &[u8], mut execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    let mut rest = data;
    let mut executed = 0;
    let mut last = ResponseApdu {
        data: Vec::new(),
        sw: StatusWord::OK,
    };
    while !rest.is_empty() && executed < MAX_COMMANDS {
        let length = match rest {
            // What only reads has no data; P3 is what it expects.
            [_, 0xB0 | 0xB2 | 0xC0 | 0xF2, _, _, _, ..] => 5,
            [_, _, _, _, p3, ..] => 5 + usize::from(*p3),
            short => short.len().max(5),
        };
        let Some((command, behind)) = rest.split_at_checked(length) else {
            last = ResponseApdu {
                data: Vec::new(),
                sw: StatusWord::WRONG_LENGTH,
            };
            break;
        };
        last = execute(command);
        executed += 1;
        rest = behind;
        if !succeeded(last.sw) {
            break;
        }
    }
    let mut answer = vec![executed];
    answer.extend([last.sw.sw1(), last.sw.sw2()]);
    answer.extend(last.data);
    answer
}

/// Commands as TLVs of a template; the answer: how many, and what each said.
fn expanded(data: &[u8], mut execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    const COMMAND: u8 = 0x22;
    const RESPONSE_SCRIPT: u8 = 0xAB;
    const EXECUTED: u8 = 0x80;
    const RESPONSE: u8 = 0x23;
    /// A script that cannot be read (TS 102 226 §5.2.1.4).
    const BAD_FORMAT: u8 = 0x90;
    let commands = ber::read(data, 0)
        .ok()
        .filter(|outer| outer.range.end == data.len())
        .and_then(|outer| ber::read_all(outer.value).ok())
        .filter(|tlvs| tlvs.iter().all(|tlv| tlv.tag == COMMAND));
    let mut inner = Vec::new();
    match commands {
        Some(commands) => {
            let mut executed = 0;
            let mut responses = Vec::new();
            for command in commands.iter().take(usize::from(MAX_COMMANDS)) {
                let response = execute(command.value);
                let mut value = response.data;
                value.extend([response.sw.sw1(), response.sw.sw2()]);
                ber::write(&mut responses, RESPONSE, &value);
                executed += 1;
                if !succeeded(response.sw) {
                    break;
                }
            }
            ber::write(&mut inner, EXECUTED, &[executed]);
            inner.extend(responses);
        }
        None => {
            ber::write(&mut inner, EXECUTED, &[0]);
            ber::write(&mut inner, BAD_FORMAT, &[0x01]);
        }
    }
    let mut answer = Vec::new();
    ber::write(&mut answer, RESPONSE_SCRIPT, &inner);
    answer
}

#[cfg(test)]
mod tests;
