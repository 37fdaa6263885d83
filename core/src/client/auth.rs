//! Credentials both ways: showing ours, checking the server's
//! (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Only MD5 is spoken: basic would hand the secret to whoever asks, and MAC needs no Cred.

use crate::codec::auth::Credentials;
use crate::codec::syncml::{Cred, StatusCode};

/// What a Cred was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// The digest is right.
    Right,
    /// There is one, but another digest or another type.
    Wrong,
    /// There is none.
    Missing,
}

impl Check {
    /// The Status for the SyncHdr.
    pub(super) fn code(self) -> StatusCode {
        match self {
            Check::Right => StatusCode::AUTHENTICATED,
            Check::Wrong => StatusCode::INVALID_CREDENTIALS,
            Check::Missing => StatusCode::AUTHENTICATION_REQUIRED,
        }
    }
}

/// Checks the server's Cred against its part of the account and a nonce.
pub(super) fn check(cred: Option<&Cred>, server: &Credentials, nonce: &[u8]) -> Check {
    match cred {
        None => Check::Missing,
        Some(cred) if cred.is_md5_of(server, nonce) => Check::Right,
        Some(_) => Check::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::AuthType;

    fn server() -> Credentials {
        Credentials {
            auth_type: AuthType::Md5,
            name: "dmsc.card".into(),
            secret: "ServerSecret16!!".into(),
            nonce: (0xF0..=0xFF).collect(),
        }
    }

    #[test]
    fn checks() {
        let server = server();
        let right = Cred::md5(&server, &server.nonce);
        assert_eq!(right.data, "qyXDgk0xN4VKSea/7fgN/w==");
        assert_eq!(check(Some(&right), &server, &server.nonce), Check::Right);
        assert_eq!(check(Some(&right), &server, &[0; 4]), Check::Wrong);
        assert_eq!(check(None, &server, &server.nonce), Check::Missing);
        let mut other = right.clone();
        other.meta.media_type = Some("syncml:auth-basic".into());
        assert_eq!(check(Some(&other), &server, &server.nonce), Check::Wrong);
        let mut broken = right;
        broken.data = "*".into();
        assert_eq!(check(Some(&broken), &server, &server.nonce), Check::Wrong);
    }
}
