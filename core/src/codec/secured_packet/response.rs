//! Response packets: what came of a command (ETSI TS 102 225 §5.2; TS 31.115 §4.3).

use super::command::CommandHeader;
use super::crypto::{self, Algorithm};
use super::header::PacketStatus;
use super::inner::{COUNTERS, Inner, Keys, check_length, check_value};
use crate::codec::DecodeError;
use crate::codec::input::{Fault, array, byte, clause, pair, rest, whole};
use crate::codec::secret::same;
use nom::Parser;
use nom::combinator::verify;
use nom::error::context;

const CLAUSE: &str = "TS 102 225 §5.2";

/// User data header in front of every response packet: identifier 71, empty. It is part of what
/// a receipt's check covers (TS 31.115 §4.3).
const RESPONSE_UDH: [u8; 3] = [0x02, 0x71, 0x00];

/// Octets of TAR, as RHL counts them.
const HEAD: usize = 3;

/// What stands in clear in front of every response packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResponseHeader {
    /// Toolkit application reference of the command.
    pub tar: [u8; 3],
}

/// A receipt, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponsePacket {
    /// Toolkit application reference of the command.
    pub tar: [u8; 3],
    /// Counter of the command.
    pub counter: u64,
    /// What came of it.
    pub status: PacketStatus,
    /// What the application answers.
    pub data: Vec<u8>,
}

impl ResponseHeader {
    /// Reads what stands in clear; the lengths are checked.
    pub fn decode(packet: &[u8]) -> Result<Self, DecodeError> {
        Ok(parts(packet)?.head)
    }
}

/// A packet cut where its lengths say.
struct ResponseParts<'p> {
    /// User data header, RPL, RHL and TAR: the beginning of what the check covers.
    clear: &'p [u8],
    head: ResponseHeader,
    /// CNTR and all behind it, maybe ciphered.
    rest: &'p [u8],
    /// CNTR, PCNTR, status and check, as RHL counts them.
    inner_head: usize,
}

fn parts(packet: &[u8]) -> Result<ResponseParts<'_>, DecodeError> {
    let is_ours = |header: &[u8; 3]| *header == RESPONSE_UDH;
    let cut = |input| {
        let udh = verify(array("02 71 00"), is_ours);
        let (at_rpl, _) = context("02 71 00", udh).parse(input)?;
        let (at_rhl, length) = pair("RPL")(at_rpl)?;
        if usize::from(length) != at_rhl.len() {
            return Err(Fault::at(
                at_rpl.offset(),
                "RPL: the octets behind it",
                format!("{length} for {} octets", at_rhl.len()),
            ));
        }
        let (left, (rhl, tar)) = (byte("RHL"), array("TAR")).parse(at_rhl)?;
        let (left, rest) = rest(left)?;
        let inner_head = usize::from(rhl).checked_sub(HEAD);
        match inner_head.filter(|octets| (COUNTERS + 1..=rest.len()).contains(octets)) {
            Some(inner_head) => Ok((
                left,
                ResponseParts {
                    clear: &packet[..rest.offset()],
                    head: ResponseHeader { tar },
                    rest: rest.bytes(),
                    inner_head,
                },
            )),
            None => Err(Fault::at(
                at_rhl.offset(),
                "RHL: TAR to RC/CC/DS, 10 octets or more",
                format!("{rhl} with {} octets behind it", at_rhl.len() - 1),
            )),
        }
    };
    whole(packet, clause(CLAUSE, cut))
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
        let parts = parts(packet).ok()?;
        let check = check_length(spi.receipt_check, asked.kid)?;
        if parts.inner_head != COUNTERS + 1 + check || parts.rest.len() < parts.inner_head {
            return None;
        }
        let mut bytes = parts.rest.to_vec();
        if spi.receipt_ciphered {
            let algorithm = Algorithm::from_octet(asked.kic);
            crypto::decrypt(algorithm, keys.ciphering, &mut bytes)?;
        }
        let inner = Inner {
            bytes,
            fixed: COUNTERS + 1,
            check,
        };
        let wanted = check_value(
            spi.receipt_check,
            asked.kid,
            keys,
            &inner.covered(parts.clear),
        )?;
        same(inner.check_is(), &wanted).then_some(())?;
        Some(ResponsePacket {
            tar: parts.head.tar,
            counter: inner.counter(),
            status: PacketStatus::from_octet(inner.bytes[COUNTERS]),
            data: inner.data()?.to_vec(),
        })
    }
}
