//! Keys of ECDSA on P-256 with SHA-256 (ES256, RFC 9053 §2.1) and what goes by them.
//!
//! Signing is deterministic (RFC 6979): the same octets have the same signature, and no source of
//! randomness is needed. Knows no owner of a key.

use crate::codec::vocabulary::cose::{KID_LENGTH, SIGNATURE_LENGTH};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Octets of a digest.
pub type Hash = [u8; 32];

/// Octets of a public key: 04 and both coordinates (SEC 1 §2.3.3).
pub const PUBLIC_KEY_LENGTH: usize = 65;

/// SHA-256 of octets (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Private key; what is printed of it is its name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(SigningKey);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl PrivateKey {
    /// Key of a scalar of 32 octets; `None` when it is not in 1 to n−1.
    pub fn from_bytes(scalar: &[u8]) -> Option<Self> {
        let scalar: &[u8; 32] = scalar.try_into().ok()?;
        SigningKey::from_slice(scalar).ok().map(PrivateKey)
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// The scalar, for whoever keeps keys.
    pub(crate) fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Signature r‖s over octets.
    pub(super) fn sign(&self, octets: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let signature: Signature = self.0.sign(octets);
        signature.to_bytes().into()
    }
}

/// Public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Key of a point, 04‖X‖Y; `None` when it does not lie on the curve.
    pub fn from_bytes(point: &[u8]) -> Option<Self> {
        let whole = point.len() == PUBLIC_KEY_LENGTH && point.first() == Some(&0x04);
        let key = whole.then(|| VerifyingKey::from_sec1_bytes(point).ok());
        key.flatten().map(PublicKey)
    }

    /// The point, 04‖X‖Y.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_encoded_point(false).as_bytes().to_vec()
    }

    /// Key identifier: the first octets of the hash of the point.
    pub fn kid(&self) -> [u8; KID_LENGTH] {
        let hash = sha256(&self.to_bytes());
        std::array::from_fn(|at| hash[at])
    }

    /// Whether a signature r‖s over octets is this key's. There are two for each that is:
    /// (r, n−s) verifies too, so that a signature is no name for what it signs.
    pub(super) fn verifies(&self, octets: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify(octets, &s).is_ok())
    }
}
