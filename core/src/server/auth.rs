//! Credentials both ways: checking the client's, showing ours
//! (OMA-TS-DM_Security-V1_2_1 §5.3).

use crate::codec::auth::{Credentials, RESYNC_NONCE};
use crate::codec::syncml::{Cred, StatusCode};

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
    match cred {
        None => Check::Missing,
        Some(cred) if cred.is_md5_of(client, nonce) => Check::Right,
        Some(cred) if resync_allowed && cred.is_md5_of(client, &RESYNC_NONCE) => Check::Resync,
        Some(_) => Check::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::AuthType;

    #[test]
    fn checks() {
        let client = Credentials {
            auth_type: AuthType::Md5,
            name: "dmclient".into(),
            secret: "ClientSecret16!!".into(),
            nonce: (0..16).collect(),
        };
        let shown = |data: &str| Cred {
            data: data.into(),
            ..Cred::md5(&client, &[])
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
