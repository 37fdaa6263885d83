//! Secured packets: commands to an application in the card, and its receipt
//! (ETSI TS 102 225 §5; carried in short messages by TS 31.115).
//!
//! Knows no counter that was seen before, no keys but those it is given and no file: which
//! packet is allowed to do what is the card's business.

mod crypto;
mod fields;

pub use crypto::Algorithm;
pub use fields::{command_fields, response_fields};

use super::DecodeError;
use std::fmt;

const CLAUSE: &str = "TS 102 225 §5.1";

/// Octets of SPI, KIc, KID and TAR.
const HEAD: usize = 7;

/// Octets of CNTR and PCNTR.
const COUNTERS: usize = 6;

/// User data header in front of every response packet: identifier 71, empty. It is part of what
/// a receipt's check covers (TS 31.115 §4.3).
const RESPONSE_UDH: [u8; 3] = [0x02, 0x71, 0x00];

/// Greatest counter, five octets.
pub const MAX_COUNTER: u64 = 0xFF_FFFF_FFFF;

/// How a packet is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// 00
    #[default]
    None,
    /// 01: redundancy check; finds accidents only.
    Redundancy,
    /// 10: cryptographic checksum.
    Cryptographic,
    /// 11: digital signature; none is defined.
    Signature,
}

impl Check {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Check::None,
            1 => Check::Redundancy,
            2 => Check::Cryptographic,
            _ => Check::Signature,
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Check::None => "no check",
            Check::Redundancy => "redundancy check",
            Check::Cryptographic => "cryptographic checksum",
            Check::Signature => "digital signature",
        }
    }
}

/// What is done with the counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CounterMode {
    /// 00: there is none.
    #[default]
    None,
    /// 01: not checked.
    Unchecked,
    /// 10: higher than the last.
    Higher,
    /// 11: higher by one.
    HigherByOne,
}

impl CounterMode {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => CounterMode::None,
            1 => CounterMode::Unchecked,
            2 => CounterMode::Higher,
            _ => CounterMode::HigherByOne,
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            CounterMode::None => "no counter",
            CounterMode::Unchecked => "counter not checked",
            CounterMode::Higher => "counter higher than the last",
            CounterMode::HigherByOne => "counter higher by one",
        }
    }
}

/// When a receipt is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Receipt {
    /// 00; 11 is reserved and read as this.
    #[default]
    Never,
    /// 01
    Always,
    /// 10
    OnError,
}

/// Security parameter indication, both octets (TS 102 225 §5.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spi {
    /// How the command is checked.
    pub check: Check,
    /// The command is ciphered.
    pub ciphered: bool,
    /// What its counter means.
    pub counter: CounterMode,
    /// When a receipt is wanted.
    pub receipt: Receipt,
    /// How the receipt is checked.
    pub receipt_check: Check,
    /// The receipt is ciphered.
    pub receipt_ciphered: bool,
    /// The receipt goes in a message of its own instead of the delivery report.
    pub receipt_by_submit: bool,
}

impl Spi {
    /// Octets to value; spare bits are ignored.
    pub fn from_octets([first, second]: [u8; 2]) -> Self {
        Spi {
            check: Check::from_bits(first),
            ciphered: first & 0x04 != 0,
            counter: CounterMode::from_bits(first >> 3),
            receipt: match second & 3 {
                1 => Receipt::Always,
                2 => Receipt::OnError,
                _ => Receipt::Never,
            },
            receipt_check: Check::from_bits(second >> 2),
            receipt_ciphered: second & 0x10 != 0,
            receipt_by_submit: second & 0x20 != 0,
        }
    }

    /// Value to octets.
    pub fn to_octets(self) -> [u8; 2] {
        [
            self.check as u8 | u8::from(self.ciphered) << 2 | (self.counter as u8) << 3,
            self.receipt as u8
                | (self.receipt_check as u8) << 2
                | u8::from(self.receipt_ciphered) << 4
                | u8::from(self.receipt_by_submit) << 5,
        ]
    }
}

/// Response status codes (TS 102 225 §5.2, table 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketStatus {
    /// 00
    Ok,
    /// 01: RC, CC or DS failed.
    CheckFailed,
    /// 02: the counter is not higher.
    CounterLow,
    /// 03: the counter is higher by more than one.
    CounterHigh,
    /// 04: the counter has reached its end.
    CounterBlocked,
    /// 05: ciphering failed.
    CipheringError,
    /// 06
    SecurityError,
    /// 07
    InsufficientMemory,
    /// 08: more time is needed.
    MoreTime,
    /// 09: no application has this TAR.
    TarUnknown,
    /// 0A: the application wants more security than the packet has.
    InsufficientSecurity,
    /// Any other.
    Unknown(u8),
}

impl PacketStatus {
    /// From its octet.
    pub fn from_octet(octet: u8) -> Self {
        match octet {
            0x00 => PacketStatus::Ok,
            0x01 => PacketStatus::CheckFailed,
            0x02 => PacketStatus::CounterLow,
            0x03 => PacketStatus::CounterHigh,
            0x04 => PacketStatus::CounterBlocked,
            0x05 => PacketStatus::CipheringError,
            0x06 => PacketStatus::SecurityError,
            0x07 => PacketStatus::InsufficientMemory,
            0x08 => PacketStatus::MoreTime,
            0x09 => PacketStatus::TarUnknown,
            0x0A => PacketStatus::InsufficientSecurity,
            other => PacketStatus::Unknown(other),
        }
    }

    /// To its octet.
    pub fn to_octet(self) -> u8 {
        match self {
            PacketStatus::Ok => 0x00,
            PacketStatus::CheckFailed => 0x01,
            PacketStatus::CounterLow => 0x02,
            PacketStatus::CounterHigh => 0x03,
            PacketStatus::CounterBlocked => 0x04,
            PacketStatus::CipheringError => 0x05,
            PacketStatus::SecurityError => 0x06,
            PacketStatus::InsufficientMemory => 0x07,
            PacketStatus::MoreTime => 0x08,
            PacketStatus::TarUnknown => 0x09,
            PacketStatus::InsufficientSecurity => 0x0A,
            PacketStatus::Unknown(other) => other,
        }
    }
}

impl fmt::Display for PacketStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PacketStatus::Ok => "PoR OK",
            PacketStatus::CheckFailed => "RC/CC/DS failed",
            PacketStatus::CounterLow => "CNTR low",
            PacketStatus::CounterHigh => "CNTR high",
            PacketStatus::CounterBlocked => "CNTR blocked",
            PacketStatus::CipheringError => "ciphering error",
            PacketStatus::SecurityError => "unidentified security error",
            PacketStatus::InsufficientMemory => "insufficient memory",
            PacketStatus::MoreTime => "more time needed",
            PacketStatus::TarUnknown => "TAR unknown",
            PacketStatus::InsufficientSecurity => "insufficient security level",
            PacketStatus::Unknown(other) => return write!(f, "status {other:02X}"),
        })
    }
}

/// The keys KIc and KID point at.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'k> {
    /// For ciphering.
    pub ciphering: &'k [u8],
    /// For the cryptographic checksum.
    pub checking: &'k [u8],
}

/// What stands in clear in front of every command packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommandHeader {
    /// How the packet is secured, and its receipt.
    pub spi: Spi,
    /// Key and algorithm for ciphering: index in the upper nibble, algorithm in the lower.
    pub kic: u8,
    /// The same for the check.
    pub kid: u8,
    /// Toolkit application reference: who the commands are for.
    pub tar: [u8; 3],
}

/// A command packet, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandPacket {
    /// What stood in clear.
    pub header: CommandHeader,
    /// At most [`MAX_COUNTER`].
    pub counter: u64,
    /// What the application gets.
    pub data: Vec<u8>,
}

/// A receipt, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponsePacket {
    /// Of the command.
    pub tar: [u8; 3],
    /// Of the command.
    pub counter: u64,
    /// What came of it.
    pub status: PacketStatus,
    /// What the application answers.
    pub data: Vec<u8>,
}

impl CommandHeader {
    /// Reads what stands in clear, so that the keys can be found; the lengths are checked.
    pub fn decode(packet: &[u8]) -> Result<Self, DecodeError> {
        Ok(Parts::split(packet, HEAD)?.head)
    }

    /// Octets of RC or CC; `None` for what has no algorithm we know.
    fn check_length(&self) -> Option<usize> {
        check_length(self.spi.check, self.kid)
    }
}

/// A packet cut where its lengths say.
struct Parts<'p> {
    /// CPL, CHL and what stands in clear: the beginning of what the check covers.
    clear: &'p [u8],
    head: CommandHeader,
    /// CNTR and all behind it, maybe ciphered.
    rest: &'p [u8],
    /// CNTR, PCNTR and check, as CHL counts them.
    inner_head: usize,
}

impl<'p> Parts<'p> {
    fn split(packet: &'p [u8], head: usize) -> Result<Self, DecodeError> {
        let wrong = |offset: usize, expected: &'static str, found: String| {
            DecodeError::new(offset, expected, found).clause(CLAUSE)
        };
        let [l1, l2, chl, spi1, spi2, kic, kid, t1, t2, t3, rest @ ..] = packet else {
            return Err(wrong(
                packet.len(),
                "CPL, CHL, SPI, KIc, KID and TAR, 10 octets",
                format!("{} octets", packet.len()),
            ));
        };
        let length = usize::from(u16::from_be_bytes([*l1, *l2]));
        if length != packet.len() - 2 {
            return Err(wrong(
                0,
                "CPL: the octets behind it",
                format!("{length} for {} octets", packet.len() - 2),
            ));
        }
        let inner_head = usize::from(*chl).checked_sub(head);
        match inner_head {
            Some(inner_head) if inner_head >= COUNTERS && inner_head <= rest.len() => Ok(Parts {
                clear: &packet[..10],
                head: CommandHeader {
                    spi: Spi::from_octets([*spi1, *spi2]),
                    kic: *kic,
                    kid: *kid,
                    tar: [*t1, *t2, *t3],
                },
                rest,
                inner_head,
            }),
            _ => Err(wrong(
                2,
                "CHL: SPI to RC/CC/DS, 13 octets or more",
                format!("{chl} with {} octets behind it", packet.len() - 3),
            )),
        }
    }
}

impl CommandPacket {
    /// Value to bytes, secured as its header says. `None` when header and keys do not fit: an
    /// algorithm that is not known, a key of another length.
    pub fn encode(&self, keys: &Keys<'_>) -> Option<Vec<u8>> {
        let spi = self.header.spi;
        let check = self.header.check_length()?;
        let mut inner = Inner::new(self.counter, None, check, &self.data);
        if spi.ciphered {
            inner.pad(Algorithm::from_octet(self.header.kic).block()?);
        }
        let mut clear = Vec::with_capacity(10);
        let total = 1 + HEAD + inner.bytes.len();
        clear.extend(u16::try_from(total).ok()?.to_be_bytes());
        clear.push(u8::try_from(HEAD + COUNTERS + check).ok()?);
        clear.extend(spi.to_octets());
        clear.extend([self.header.kic, self.header.kid]);
        clear.extend(self.header.tar);
        let value = check_value(spi.check, self.header.kid, keys, &inner.covered(&clear))?;
        inner.set_check(&value);
        if spi.ciphered {
            let algorithm = Algorithm::from_octet(self.header.kic);
            crypto::encrypt(algorithm, keys.ciphering, &mut inner.bytes)?;
        }
        clear.extend(inner.bytes);
        Some(clear)
    }

    /// Bytes to value: deciphers, then compares the check. The error says which receipt is due.
    pub fn open(packet: &[u8], keys: &Keys<'_>) -> Result<Self, PacketStatus> {
        let parts = Parts::split(packet, HEAD).map_err(|_| PacketStatus::SecurityError)?;
        let header = parts.head;
        let check = header
            .check_length()
            .filter(|check| COUNTERS + check == parts.inner_head)
            .ok_or(PacketStatus::SecurityError)?;
        let mut bytes = parts.rest.to_vec();
        if header.spi.ciphered {
            let algorithm = Algorithm::from_octet(header.kic);
            crypto::decrypt(algorithm, keys.ciphering, &mut bytes)
                .ok_or(PacketStatus::CipheringError)?;
        }
        let inner = Inner {
            bytes,
            fixed: COUNTERS,
            check,
        };
        let wanted = check_value(
            header.spi.check,
            header.kid,
            keys,
            &inner.covered(parts.clear),
        )
        .ok_or(PacketStatus::SecurityError)?;
        if inner.check_is() != wanted {
            return Err(PacketStatus::CheckFailed);
        }
        Ok(CommandPacket {
            header,
            counter: inner.counter(),
            data: inner.data().ok_or(PacketStatus::SecurityError)?.to_vec(),
        })
    }
}

impl ResponsePacket {
    /// Value to bytes, secured as the command's header asks. `None` as with
    /// [`CommandPacket::encode`].
    pub fn encode(&self, asked: &CommandHeader, keys: &Keys<'_>) -> Option<Vec<u8>> {
        let spi = asked.spi;
        let check = check_length(spi.receipt_check, asked.kid)?;
        let mut inner = Inner::new(self.counter, Some(self.status), check, &self.data);
        if spi.receipt_ciphered {
            inner.pad(Algorithm::from_octet(asked.kic).block()?);
        }
        let mut clear = RESPONSE_UDH.to_vec();
        clear.extend(u16::try_from(4 + inner.bytes.len()).ok()?.to_be_bytes());
        clear.push(u8::try_from(3 + COUNTERS + 1 + check).ok()?);
        clear.extend(self.tar);
        let value = check_value(spi.receipt_check, asked.kid, keys, &inner.covered(&clear))?;
        inner.set_check(&value);
        if spi.receipt_ciphered {
            let algorithm = Algorithm::from_octet(asked.kic);
            crypto::encrypt(algorithm, keys.ciphering, &mut inner.bytes)?;
        }
        clear.extend(inner.bytes);
        Some(clear)
    }

    /// Bytes to value. `None` when the lengths are wrong or the check does not fit.
    pub fn open(packet: &[u8], asked: &CommandHeader, keys: &Keys<'_>) -> Option<Self> {
        let spi = asked.spi;
        let body = packet.strip_prefix(&RESPONSE_UDH)?;
        let (head, rest) = body.split_at_checked(6)?;
        let [l1, l2, rhl, t1, t2, t3] = *head else {
            return None;
        };
        let check = check_length(spi.receipt_check, asked.kid)?;
        if usize::from(u16::from_be_bytes([l1, l2])) != body.len() - 2
            || usize::from(rhl) != 3 + COUNTERS + 1 + check
            || rest.len() < COUNTERS + 1 + check
        {
            return None;
        }
        let mut bytes = rest.to_vec();
        if spi.receipt_ciphered {
            let algorithm = Algorithm::from_octet(asked.kic);
            crypto::decrypt(algorithm, keys.ciphering, &mut bytes)?;
        }
        let inner = Inner {
            bytes,
            fixed: COUNTERS + 1,
            check,
        };
        let clear = &packet[..RESPONSE_UDH.len() + 6];
        let wanted = check_value(spi.receipt_check, asked.kid, keys, &inner.covered(clear))?;
        (inner.check_is() == wanted).then_some(())?;
        Some(ResponsePacket {
            tar: [t1, t2, t3],
            counter: inner.counter(),
            status: PacketStatus::from_octet(inner.bytes[COUNTERS]),
            data: inner.data()?.to_vec(),
        })
    }
}

/// What may be ciphered: CNTR, PCNTR, the status of a receipt, the check, data and padding.
struct Inner {
    bytes: Vec<u8>,
    /// Octets before the check.
    fixed: usize,
    /// Octets of the check.
    check: usize,
}

impl Inner {
    fn new(counter: u64, status: Option<PacketStatus>, check: usize, data: &[u8]) -> Self {
        let mut bytes = counter.min(MAX_COUNTER).to_be_bytes()[3..].to_vec();
        bytes.push(0);
        bytes.extend(status.map(PacketStatus::to_octet));
        let fixed = bytes.len();
        bytes.resize(fixed + check, 0);
        bytes.extend(data);
        Inner {
            bytes,
            fixed,
            check,
        }
    }

    fn pad(&mut self, block: usize) {
        let whole = self.bytes.len().next_multiple_of(block);
        // A block has at most sixteen octets.
        self.bytes[COUNTERS - 1] = (whole - self.bytes.len()) as u8;
        self.bytes.resize(whole, 0);
    }

    /// What the check covers: everything but itself.
    fn covered(&self, clear: &[u8]) -> Vec<u8> {
        let mut covered = clear.to_vec();
        covered.extend(&self.bytes[..self.fixed]);
        covered.extend(&self.bytes[self.fixed + self.check..]);
        covered
    }

    fn set_check(&mut self, value: &[u8]) {
        self.bytes[self.fixed..self.fixed + self.check].copy_from_slice(value);
    }

    fn check_is(&self) -> &[u8] {
        &self.bytes[self.fixed..self.fixed + self.check]
    }

    fn counter(&self) -> u64 {
        self.bytes[..COUNTERS - 1]
            .iter()
            .fold(0, |n, octet| n << 8 | u64::from(*octet))
    }

    /// Without the padding; `None` when there is more padding than data.
    fn data(&self) -> Option<&[u8]> {
        let from = self.fixed + self.check;
        let padding = usize::from(self.bytes[COUNTERS - 1]);
        self.bytes.get(from..self.bytes.len().checked_sub(padding)?)
    }
}

/// Octets of a check; `None` for those nobody defined.
fn check_length(check: Check, kid: u8) -> Option<usize> {
    match (check, kid & 0x0F) {
        (Check::None, _) => Some(0),
        (Check::Redundancy, 1) => Some(2),
        (Check::Redundancy, 5) => Some(4),
        (Check::Cryptographic, _) => Algorithm::from_octet(kid).block().map(|_| 8),
        _ => None,
    }
}

fn check_value(check: Check, kid: u8, keys: &Keys<'_>, covered: &[u8]) -> Option<Vec<u8>> {
    match check {
        Check::None => Some(Vec::new()),
        Check::Redundancy => crypto::redundancy(kid, covered),
        Check::Cryptographic => {
            crypto::checksum(Algorithm::from_octet(kid), keys.checking, covered)
        }
        Check::Signature => None,
    }
}

#[cfg(test)]
mod tests;
