//! What a message shows of who sent it, held against one account
//! (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Knows neither which nonce is due nor what a wrong proof has as its consequence.

use crate::codec::auth::{AuthType, Credentials, HmacHeader};
use crate::codec::syncml::Cred;

/// What a message shows of its sender: Cred, transport header, and the bytes the header signs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof<'a> {
    pub(crate) cred: Option<&'a Cred>,
    /// The `x-syncml-hmac` header.
    pub(crate) hmac: Option<&'a HmacHeader>,
    /// The message, as it came.
    pub(crate) body: &'a [u8],
}

impl Proof<'_> {
    /// Whether the message shows nothing at all.
    pub(crate) fn is_missing(&self) -> bool {
        self.cred.is_none() && self.hmac.is_none()
    }

    /// Whether the message shows something of this type, right or not.
    pub(crate) fn is_by(&self, kind: &AuthType) -> bool {
        match kind {
            AuthType::Mac => self.hmac.is_some(),
            kind => self.cred.is_some_and(|cred| cred.auth_type() == *kind),
        }
    }

    /// Whether the proof is right by one type: name, secret and nonce. A digest without a nonce
    /// is the same each time, and proves nothing.
    pub(crate) fn is_of(&self, kind: &AuthType, sender: &Credentials, nonce: &[u8]) -> bool {
        match kind {
            AuthType::Mac | AuthType::Md5 | AuthType::Unknown(_) if nonce.is_empty() => false,
            AuthType::Basic => self.cred.is_some_and(|cred| cred.is_basic_of(sender)),
            AuthType::Mac => self
                .hmac
                .is_some_and(|header| header.is_of(sender, nonce, self.body)),
            // The transport shows it, not the message.
            AuthType::Transport => false,
            AuthType::Md5 | AuthType::Unknown(_) => {
                self.cred.is_some_and(|cred| cred.is_md5_of(sender, nonce))
            }
        }
    }
}

/// The type a peer is held to in messages: where a transport proves it that nobody here can look
/// at, or the type cannot be read, it is MD5, which every peer must know.
pub(crate) fn spoken(kind: &AuthType) -> AuthType {
    match kind {
        AuthType::Transport | AuthType::Unknown(_) => AuthType::Md5,
        known => known.clone(),
    }
}
