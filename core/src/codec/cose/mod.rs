//! Signed orders and receipts: COSE_Sign1 messages (RFC 9052 §4.2) in deterministic CBOR, signed
//! by ES256.
//!
//! No text of the enabler says how an operation is made undeniable (OMA-AD-DM_SC-V1_0 §4.2 only
//! demands it), so what stands in the payloads is this project's. Knows no session, no file and no
//! account: what a receipt is true of is for those to find out who have a record of their own.

pub(crate) mod cbor;
mod key;
mod order;
mod receipt;
mod transcript;

pub use key::{Hash, PUBLIC_KEY_LENGTH, PrivateKey, PublicKey, sha256};
pub use order::Order;
pub use receipt::{Chain, MAX_RUNS, Receipt, Run};
pub use transcript::Transcript;

use super::DecodeError;
use super::input::{Input, Parsed, clause, ending, prefix, whole};
use super::vocabulary::cose::{KID_LENGTH, SIGNATURE_LENGTH};
use cbor::{Major, byte_string, bytes_of, exactly, put, put_bytes, put_text};
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "RFC 9052 §4.2";

/// Tag of COSE_Sign1 (RFC 9052 §2).
const SIGN1: u64 = 18;

/// Header parameters (RFC 9052 §3.1).
const ALG: u64 = 1;
const KID: u64 = 4;

/// −7, ES256, as the argument of a negative integer (RFC 9053 §2.1).
const ES256: u64 = 6;

/// Media type of a COSE_Sign1 (RFC 9052 §11.3.1).
pub const MEDIA_TYPE: &str = "application/cose; cose-type=\"cose-sign1\"";

/// A signed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1 {
    /// Whose key signed, by its identifier.
    pub kid: [u8; KID_LENGTH],
    /// What is signed.
    pub payload: Vec<u8>,
    /// r‖s.
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// Why a signed message proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be read.
    Malformed(DecodeError),
    /// It names another key.
    OtherKey,
    /// The signature is not this key's over these octets.
    Signature,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Malformed(error) => write!(f, "it cannot be read, {error}"),
            Refusal::OtherKey => f.write_str("it is signed with another key"),
            Refusal::Signature => f.write_str("the signature is wrong"),
        }
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        Refusal::Malformed(error)
    }
}

impl Sign1 {
    /// Signs a payload. Who verifies it must know `aad`, which says what the payload is for
    /// (RFC 9052 §4.3).
    pub fn sign(key: &PrivateKey, aad: &str, payload: Vec<u8>) -> Self {
        let mut message = Sign1 {
            kid: key.public().kid(),
            payload,
            signature: [0; SIGNATURE_LENGTH],
        };
        message.signature = key.sign(&message.to_be_signed(aad));
        message
    }

    /// The octets that are signed: the Sig_structure (RFC 9052 §4.4).
    pub fn to_be_signed(&self, aad: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() + 64);
        put(&mut out, Major::Array, 4);
        put_text(&mut out, "Signature1");
        put_bytes(&mut out, &self.protected());
        put_bytes(&mut out, aad.as_bytes());
        put_bytes(&mut out, &self.payload);
        out
    }

    /// Whether it is signed with the key.
    pub fn verify(&self, key: &PublicKey, aad: &str) -> Result<(), Refusal> {
        if self.kid != key.kid() {
            return Err(Refusal::OtherKey);
        }
        if !key.verifies(&self.to_be_signed(aad), &self.signature) {
            return Err(Refusal::Signature);
        }
        Ok(())
    }

    fn protected(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(13);
        put(&mut out, Major::Map, 2);
        put(&mut out, Major::Unsigned, ALG);
        put(&mut out, Major::Negative, ES256);
        put(&mut out, Major::Unsigned, KID);
        put_bytes(&mut out, &self.kid);
        out
    }

    /// Bytes to value. Only one form of the bytes is taken, so that what is read is what was
    /// signed.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, sign1))
    }

    /// The message at the beginning of some bytes, and its length; for a record that is filled up.
    pub fn decode_prefix(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (message, rest) = prefix(Input::new(bytes), clause(CLAUSE, sign1))?;
        Ok((message, rest.offset()))
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() + 96);
        put(&mut out, Major::Tag, SIGN1);
        put(&mut out, Major::Array, 4);
        put_bytes(&mut out, &self.protected());
        put(&mut out, Major::Map, 0);
        put_bytes(&mut out, &self.payload);
        put_bytes(&mut out, &self.signature);
        out
    }
}

fn sign1(input: Input<'_>) -> Parsed<'_, Sign1> {
    let (rest, (_, _, kid, _, payload, signature)) = (
        exactly(Major::Tag, SIGN1, "tag 18, COSE_Sign1"),
        exactly(Major::Array, 4, "an array of four"),
        byte_string("a protected header").and_then(ending(protected)),
        exactly(Major::Map, 0, "an empty unprotected header"),
        byte_string("a payload"),
        bytes_of("a signature of 64 bytes"),
    )
        .parse(input)?;
    let payload = payload.bytes().to_vec();
    Ok((
        rest,
        Sign1 {
            kid,
            payload,
            signature,
        },
    ))
}

fn protected(input: Input<'_>) -> Parsed<'_, [u8; KID_LENGTH]> {
    let (rest, (_, _, _, _, kid)) = (
        exactly(Major::Map, 2, "a map of two"),
        exactly(Major::Unsigned, ALG, "label 1, alg"),
        exactly(Major::Negative, ES256, "-7, ES256"),
        exactly(Major::Unsigned, KID, "label 4, kid"),
        bytes_of("a key identifier of 8 bytes"),
    )
        .parse(input)?;
    Ok((rest, kid))
}

/// Opens a message: its payload, if the key signed it for this purpose.
fn open(bytes: &[u8], key: &PublicKey, aad: &str) -> Result<Vec<u8>, Refusal> {
    let message = Sign1::decode(bytes)?;
    message.verify(key, aad)?;
    Ok(message.payload)
}

#[cfg(test)]
mod tests;
