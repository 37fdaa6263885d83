//! Credentials both ways: checking the client's, showing ours
//! (OMA-TS-DM_Security-V1_2_1 §5.3).

use crate::codec::auth::{self, AuthType, Credentials, RESYNC_NONCE};
use crate::codec::syncml::{Chal, Cred, Meta, StatusCode};

/// What a Cred was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// The digest is right, made with the nonce we hold.
    Right,
    /// The digest is right, made with the resynchronisation nonce.
    Resync,
    /// There is one, but another digest or another type.
    Wrong,
    /// There is none.
    Missing,
}

impl Check {
    /// The Status for the SyncHdr.
    pub(super) fn code(self) -> StatusCode {
        match self {
            Check::Right | Check::Resync => StatusCode::AUTHENTICATED,
            Check::Wrong => StatusCode::INVALID_CREDENTIALS,
            Check::Missing => StatusCode::AUTHENTICATION_REQUIRED,
        }
    }
}

/// Checks the client's Cred against its part of the account and a nonce.
pub(super) fn check(
    cred: Option<&Cred>,
    client: &Credentials,
    nonce: &[u8],
    resync_allowed: bool,
) -> Check {
    let Some(cred) = cred else {
        return Check::Missing;
    };
    let kind = cred.meta.media_type.as_deref().unwrap_or_default();
    if AuthType::from_meta(kind) != AuthType::Md5 {
        return Check::Wrong;
    }
    let shown = auth::from_base64(&cred.data);
    let made_with = |nonce: &[u8]| {
        auth::from_base64(&auth::md5_cred(&client.name, &client.secret, nonce)) == shown
    };
    if made_with(nonce) {
        Check::Right
    } else if resync_allowed && made_with(&RESYNC_NONCE) {
        Check::Resync
    } else {
        Check::Wrong
    }
}

/// Our Cred for a nonce.
pub(super) fn cred(server: &Credentials, nonce: &[u8]) -> Cred {
    Cred {
        meta: kind(),
        data: auth::md5_cred(&server.name, &server.secret, nonce),
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

    #[test]
    fn checks() {
        let client = Credentials {
            name: "dmclient".into(),
            secret: "ClientSecret16!!".into(),
            nonce: (0..16).collect(),
        };
        let shown = |data: &str| Cred {
            meta: kind(),
            data: data.into(),
        };
        for (data, resync, wanted) in [
            ("GL+qkbzBwnQfQT41qQORWw==", false, Check::Right),
            ("YBlhWX4RE44VugoCg5iRow==", true, Check::Resync),
            ("YBlhWX4RE44VugoCg5iRow==", false, Check::Wrong),
            // The nonce used as base64 text.
            ("+9TkGAscTYyIVfZgZRQBDg==", true, Check::Wrong),
            ("*", true, Check::Wrong),
        ] {
            let found = check(Some(&shown(data)), &client, &client.nonce, resync);
            assert_eq!(found, wanted, "{data}");
        }
        assert_eq!(check(None, &client, &client.nonce, true), Check::Missing);
        let mut basic = shown("ZG1jbGllbnQ6Q2xpZW50U2VjcmV0MTYhIQ==");
        basic.meta.media_type = Some("syncml:auth-basic".into());
        assert_eq!(
            check(Some(&basic), &client, &client.nonce, true),
            Check::Wrong
        );
    }
}
