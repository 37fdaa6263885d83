//! Credentials both ways: showing ours, checking the server's
//! (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Only MD5 is spoken: basic would hand the secret to whoever asks, and MAC needs no Cred.

use crate::codec::auth::{self, AuthType, Credentials};
use crate::codec::syncml::{Chal, Cred, Meta, StatusCode};

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
    let Some(cred) = cred else {
        return Check::Missing;
    };
    let kind = cred.meta.media_type.as_deref().unwrap_or_default();
    if AuthType::from_meta(kind) != AuthType::Md5 {
        return Check::Wrong;
    }
    let wanted = auth::md5_cred(&server.name, &server.secret, nonce);
    if auth::from_base64(&cred.data) == auth::from_base64(&wanted) {
        Check::Right
    } else {
        Check::Wrong
    }
}

/// Our Cred for a nonce.
pub(super) fn cred(client: &Credentials, nonce: &[u8]) -> Cred {
    Cred {
        meta: kind(),
        data: auth::md5_cred(&client.name, &client.secret, nonce),
    }
}

/// A challenge with the nonce to be used next.
pub(super) fn chal(nonce: &[u8]) -> Chal {
    Chal {
        meta: Meta {
            next_nonce: Some(auth::base64(nonce)),
            ..kind()
        },
    }
}

/// The nonce of a challenge we can answer; `None` for another type or a broken nonce.
pub(super) fn nonce_of(chal: &Chal) -> Option<Vec<u8>> {
    let kind = chal.meta.media_type.as_deref().unwrap_or_default();
    if AuthType::from_meta(kind) != AuthType::Md5 {
        return None;
    }
    auth::from_base64(chal.meta.next_nonce.as_deref()?)
}

fn kind() -> Meta {
    Meta {
        format: Some("b64".to_owned()),
        media_type: Some(AuthType::Md5.as_meta().to_owned()),
        ..Meta::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Credentials {
        Credentials {
            name: "dmsc.card".into(),
            secret: "ServerSecret16!!".into(),
            nonce: (0xF0..=0xFF).collect(),
        }
    }

    #[test]
    fn checks() {
        let server = server();
        let right = cred(&server, &server.nonce);
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

    #[test]
    fn challenges() {
        let nonce: Vec<u8> = (0xF0..=0xFF).collect();
        let chal = chal(&nonce);
        assert_eq!(
            chal.meta.next_nonce.as_deref(),
            Some("8PHy8/T19vf4+fr7/P3+/w==")
        );
        assert_eq!(nonce_of(&chal), Some(nonce));
        assert_eq!(nonce_of(&Chal::default()), None);
    }
}
