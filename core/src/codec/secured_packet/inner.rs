//! What a packet may cipher, with its check (ETSI TS 102 225 §5.1, §5.2).

use super::crypto::{self, Algorithm};
use super::header::{Check, PacketStatus};

/// Octets of CNTR and PCNTR.
pub(crate) const COUNTERS: usize = 6;

/// Greatest counter, five octets.
pub const MAX_COUNTER: u64 = 0xFF_FFFF_FFFF;

/// The keys KIc and KID point at.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'k> {
    /// For ciphering.
    pub ciphering: &'k [u8],
    /// For the cryptographic checksum.
    pub checking: &'k [u8],
}

/// What may be ciphered: CNTR, PCNTR, the status of a receipt, the check, data and padding.
pub(super) struct Inner {
    pub(super) bytes: Vec<u8>,
    /// Octets before the check.
    pub(super) fixed: usize,
    /// Octets of the check.
    pub(super) check: usize,
}

impl Inner {
    pub(super) fn new(
        counter: u64,
        status: Option<PacketStatus>,
        check: usize,
        data: &[u8],
    ) -> Self {
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

    pub(super) fn pad(&mut self, block: usize) {
        let whole = self.bytes.len().next_multiple_of(block);
        // A block has at most sixteen octets.
        self.bytes[COUNTERS - 1] = (whole - self.bytes.len()) as u8;
        self.bytes.resize(whole, 0);
    }

    /// What the check covers: everything but itself.
    pub(super) fn covered(&self, clear: &[u8]) -> Vec<u8> {
        let mut covered = clear.to_vec();
        covered.extend(&self.bytes[..self.fixed]);
        covered.extend(&self.bytes[self.fixed + self.check..]);
        covered
    }

    pub(super) fn set_check(&mut self, value: &[u8]) {
        self.bytes[self.fixed..self.fixed + self.check].copy_from_slice(value);
    }

    pub(super) fn check_is(&self) -> &[u8] {
        &self.bytes[self.fixed..self.fixed + self.check]
    }

    pub(super) fn counter(&self) -> u64 {
        counter(&self.bytes[..COUNTERS - 1])
    }

    /// Without the padding; `None` when there is more padding than data.
    pub(super) fn data(&self) -> Option<&[u8]> {
        let from = self.fixed + self.check;
        let padding = usize::from(self.bytes[COUNTERS - 1]);
        self.bytes.get(from..self.bytes.len().checked_sub(padding)?)
    }
}

/// The number that the octets of CNTR are.
pub(super) fn counter(octets: &[u8]) -> u64 {
    octets.iter().fold(0, |n, octet| n << 8 | u64::from(*octet))
}

/// Octets of a check; `None` for those that are not defined.
pub(super) fn check_length(check: Check, kid: u8) -> Option<usize> {
    match (check, kid & 0x0F) {
        (Check::None, _) => Some(0),
        (Check::Redundancy, 1) => Some(2),
        (Check::Redundancy, 5) => Some(4),
        (Check::Cryptographic, _) => Algorithm::from_octet(kid).block().map(|_| 8),
        _ => None,
    }
}

pub(super) fn check_value(
    check: Check,
    kid: u8,
    keys: &Keys<'_>,
    covered: &[u8],
) -> Option<Vec<u8>> {
    match check {
        Check::None => Some(Vec::new()),
        Check::Redundancy => crypto::redundancy(kid, covered),
        Check::Cryptographic => {
            crypto::checksum(Algorithm::from_octet(kid), keys.checking, covered)
        }
        Check::Signature => None,
    }
}
