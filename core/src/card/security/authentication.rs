//! AUTHENTICATE: the 3G and the GSM context with MILENAGE (3GPP TS 31.102 §7.1, TS 33.102
//! §6.3, conversion c2 and c3 of §6.8.1.2).

use super::super::memory::{Memory, Write};
use super::milenage::{Milenage, Vector, xor};
use crate::codec::apdu::StatusWord;
use crate::codec::secret::same;

/// Highest sequence number: 48 bits.
const MAX_SEQUENCE: u64 = (1 << 48) - 1;

/// The subscriber's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Keys {
    /// K.
    pub(in crate::card) k: [u8; 16],
    /// OPc.
    pub(in crate::card) opc: [u8; 16],
}

/// What the card answers in the 3G context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Answer {
    /// The network is who it says.
    Success {
        res: [u8; 8],
        ck: [u8; 16],
        ik: [u8; 16],
        kc: [u8; 8],
    },
    /// The sequence number is old; AUTS.
    Resynchronise([u8; 14]),
}

/// 3G context: RAND and AUTN. The sequence number is kept before the answer goes out.
pub(in crate::card) fn umts(
    memory: &mut Memory,
    keys: &Keys,
    rand: [u8; 16],
    autn: [u8; 16],
) -> Result<Answer, StatusWord> {
    let milenage = Milenage::new(keys.k, keys.opc);
    let vector = milenage.vector(rand);
    let [a, b, c, d, e, f, amf0, amf1, mac @ ..] = autn;
    let sqn = xor([a, b, c, d, e, f], vector.ak);
    let (expected, _) = milenage.codes(rand, sqn, [amf0, amf1]);
    if !same(&expected, &mac) {
        return Err(StatusWord::AUTHENTICATION_ERROR);
    }
    let sequence = sqn
        .iter()
        .fold(0, |sum, octet| sum << 8 | u64::from(*octet));
    if sequence <= memory.sequence() {
        let [_, _, own @ ..] = memory.sequence().min(MAX_SEQUENCE).to_be_bytes();
        let (_, code) = milenage.codes(rand, own, [0, 0]);
        let mut auts = [0; 14];
        auts[..6].copy_from_slice(&xor(own, vector.ak_star));
        auts[6..].copy_from_slice(&code);
        return Ok(Answer::Resynchronise(auts));
    }
    memory.commit(vec![Write::Sequence(sequence)])?;
    Ok(Answer::Success {
        res: vector.res,
        kc: kc(&vector),
        ck: vector.ck,
        ik: vector.ik,
    })
}

/// GSM context: SRES and Kc.
pub(in crate::card) fn gsm(keys: &Keys, rand: [u8; 16]) -> ([u8; 4], [u8; 8]) {
    let vector = Milenage::new(keys.k, keys.opc).vector(rand);
    let [a, b, c, d, e, f, g, h] = vector.res;
    (xor([a, b, c, d], [e, f, g, h]), kc(&vector))
}

/// c3: the four halves of CK and IK.
fn kc(vector: &Vector) -> [u8; 8] {
    std::array::from_fn(|i| {
        let (ck, ik) = (&vector.ck, &vector.ik);
        ck[i] ^ ck[i + 8] ^ ik[i] ^ ik[i + 8]
    })
}
