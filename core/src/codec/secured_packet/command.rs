//! Command packets: to an application in the card (ETSI TS 102 225 §5.1).

use super::crypto::{self, Algorithm};
use super::header::{PacketStatus, Spi};
use super::inner::{COUNTERS, Inner, Keys, check_length, check_value, counter};
use crate::codec::DecodeError;
use crate::codec::input::{Fault, Input, Parsed, array, byte, clause, pair, rest, whole};
use crate::codec::secret::same;
use nom::Parser;

const CLAUSE: &str = "TS 102 225 §5.1";

/// Octets of SPI, KIc, KID and TAR.
pub(crate) const HEAD: usize = 7;

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
    /// At most [`MAX_COUNTER`](super::MAX_COUNTER).
    pub counter: u64,
    /// What the application gets.
    pub data: Vec<u8>,
}

impl CommandHeader {
    /// Reads what stands in clear, so that the keys can be found; the lengths are checked.
    pub fn decode(packet: &[u8]) -> Result<Self, DecodeError> {
        Ok(parts(packet)?.head)
    }

    /// Octets of RC or CC; `None` for what has no algorithm we know.
    fn check_length(&self) -> Option<usize> {
        check_length(self.spi.check, self.kid)
    }
}

/// A packet cut where its lengths say.
pub(crate) struct CommandParts<'p> {
    /// CPL, CHL and what stands in clear: the beginning of what the check covers.
    pub(crate) clear: &'p [u8],
    /// What stands in clear behind the lengths.
    pub(crate) head: CommandHeader,
    /// CNTR and all behind it, maybe ciphered.
    pub(crate) rest: &'p [u8],
    /// CNTR, PCNTR and check, as CHL counts them.
    pub(crate) inner_head: usize,
}

/// Cuts a packet where its lengths say.
pub(crate) fn parts(packet: &[u8]) -> Result<CommandParts<'_>, DecodeError> {
    let cut = |input| {
        let (at_chl, length) = pair("CPL")(input)?;
        if usize::from(length) != at_chl.len() {
            return Err(Fault::at(
                0,
                "CPL: the octets behind it",
                format!("{length} for {} octets", at_chl.len()),
            ));
        }
        let (left, (chl, head)) = (byte("CHL"), header).parse(at_chl)?;
        let (left, rest) = rest(left)?;
        let inner_head = usize::from(chl).checked_sub(HEAD);
        match inner_head.filter(|octets| (COUNTERS..=rest.len()).contains(octets)) {
            Some(inner_head) => Ok((
                left,
                CommandParts {
                    clear: &packet[..rest.offset()],
                    head,
                    rest: rest.bytes(),
                    inner_head,
                },
            )),
            None => Err(Fault::at(
                at_chl.offset(),
                "CHL: SPI to RC/CC/DS, 13 octets or more",
                format!("{chl} with {} octets behind it", at_chl.len() - 1),
            )),
        }
    };
    whole(packet, clause(CLAUSE, cut))
}

/// SPI, KIc, KID and TAR.
fn header(input: Input<'_>) -> Parsed<'_, CommandHeader> {
    (
        array("SPI").map(Spi::from_octets),
        byte("KIc"),
        byte("KID"),
        array("TAR"),
    )
        .map(|(spi, kic, kid, tar)| CommandHeader { spi, kic, kid, tar })
        .parse(input)
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

    /// The packet in clear: all behind the header deciphered where the header says so. The error
    /// says which receipt is due.
    pub fn decipher(packet: &[u8], keys: &Keys<'_>) -> Result<Vec<u8>, PacketStatus> {
        let parts = parts(packet).map_err(|_| PacketStatus::SecurityError)?;
        let (head, rest) = packet.split_at(parts.clear.len());
        let mut rest = rest.to_vec();
        if parts.head.spi.ciphered {
            let algorithm = Algorithm::from_octet(parts.head.kic);
            crypto::decrypt(algorithm, keys.ciphering, &mut rest)
                .ok_or(PacketStatus::CipheringError)?;
        }
        Ok([head, &rest].concat())
    }

    /// The counter a packet says, proven or not; `None` where it cannot be read.
    pub fn said_counter(packet: &[u8], keys: &Keys<'_>) -> Option<u64> {
        let clear = parts(packet).ok()?.clear.len();
        let bytes = Self::decipher(packet, keys).ok()?.split_off(clear);
        bytes.get(..COUNTERS - 1).map(counter)
    }

    /// Bytes to value: deciphers, then compares the check. The error says which receipt is due.
    pub fn open(packet: &[u8], keys: &Keys<'_>) -> Result<Self, PacketStatus> {
        let parts = parts(packet).map_err(|_| PacketStatus::SecurityError)?;
        let header = parts.head;
        let check = header
            .check_length()
            .filter(|check| COUNTERS + check == parts.inner_head)
            .ok_or(PacketStatus::SecurityError)?;
        let inner = Inner {
            bytes: Self::decipher(packet, keys)?.split_off(parts.clear.len()),
            fixed: COUNTERS,
            check,
        };
        let covered = inner.covered(parts.clear);
        let wanted = check_value(header.spi.check, header.kid, keys, &covered)
            .ok_or(PacketStatus::SecurityError)?;
        if !same(inner.check_is(), &wanted) {
            return Err(PacketStatus::CheckFailed);
        }
        Ok(CommandPacket {
            header,
            counter: inner.counter(),
            data: inner.data().ok_or(PacketStatus::SecurityError)?.to_vec(),
        })
    }
}
