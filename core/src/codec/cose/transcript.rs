//! Hash over the messages of a session: SHA-256 over the SHA-256 of each.
//!
//! Both ends keep one, each of the octets it sent and took, so that they agree as long as every
//! message arrived as it was sent.

use super::{Hash, sha256};
use sha2::{Digest, Sha256};

/// Transcript of a session so far.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Sha256);

impl Transcript {
    /// Adds the next message, whichever way it went.
    pub fn add(&mut self, message: &[u8]) {
        self.0.update(sha256(message));
    }

    /// The hash over all messages so far.
    pub fn hash(&self) -> Hash {
        self.0.clone().finalize().into()
    }
}
