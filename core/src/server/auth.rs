//! Credentials both ways: whose the client's are and whether they are right, and which of ours
//! are shown (OMA-TS-DM_Security-V1_2_1 §5.3).

use super::nonces::Nonces;
use crate::codec::auth::{Account, AuthType, Credentials, RESYNC_NONCE, from_base64};
use crate::codec::syncml::{StatusCode, SyncHdr};
use crate::dm::{Proof, spoken};

/// What the client's credentials were worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// They are right, made with the nonce we hold.
    Right,
    /// They are right, made with the resynchronisation nonce.
    Resync,
    /// The account asks for none.
    NotNeeded,
    /// There are some, but others or of another type.
    Wrong,
    /// There are none.
    Missing,
}

impl Check {
    /// Whether the client may go on.
    pub(super) fn is_good(self) -> bool {
        matches!(self, Check::Right | Check::Resync | Check::NotNeeded)
    }

    /// The Status for the SyncHdr: MAC proves one message, the others a session.
    pub(super) fn code(self, auth_type: &AuthType) -> StatusCode {
        match self {
            Check::NotNeeded => StatusCode::OK,
            Check::Right | Check::Resync if *auth_type == AuthType::Mac => StatusCode::OK,
            Check::Right | Check::Resync => StatusCode::AUTHENTICATED,
            Check::Wrong => StatusCode::INVALID_CREDENTIALS,
            Check::Missing => StatusCode::AUTHENTICATION_REQUIRED,
        }
    }
}

/// Checks what the client shows against its part of the account and a nonce.
pub(super) fn check(
    proof: &Proof<'_>,
    client: &Credentials,
    nonce: &[u8],
    resync_allowed: bool,
) -> Check {
    if client.name.is_empty() {
        return Check::NotNeeded;
    }
    let kind = spoken(&client.auth_type);
    let is_right = |nonce: &[u8]| proof.is_of(&kind, client, nonce);
    if proof.is_missing() {
        Check::Missing
    } else if is_right(nonce) {
        Check::Right
    } else if resync_allowed && is_right(&RESYNC_NONCE) {
        Check::Resync
    } else {
        Check::Wrong
    }
}

/// Whose message it is: by the name it gives, else by credentials that fit, else by the device
/// that was served before, else the first account.
pub(super) fn account_of(
    accounts: &[Account],
    nonces: &Nonces,
    hdr: &SyncHdr,
    proof: &Proof<'_>,
    served: Option<usize>,
) -> Option<usize> {
    let named = |name: &str| {
        accounts
            .iter()
            .position(|a| !a.client.name.is_empty() && a.client.name == name)
    };
    let by_header = proof.hmac.and_then(|header| named(&header.username));
    let by_basic = || {
        let cred = proof.cred.filter(|c| c.auth_type() == AuthType::Basic)?;
        let text = String::from_utf8(from_base64(&cred.data)?).ok()?;
        named(text.split_once(':')?.0)
    };
    let by_name = || hdr.source.name.as_deref().and_then(named);
    let by_digest = || {
        proof.cred?;
        let mut all = accounts.iter().enumerate();
        all.find(|(at, account)| {
            let nonce = nonces.client(*at, &hdr.source.uri);
            proof.is_of(&AuthType::Md5, &account.client, nonce)
        })
        .map(|(at, _)| at)
    };
    by_header
        .or_else(by_basic)
        .or_else(by_name)
        .or_else(by_digest)
        .or(served)
        .or((!accounts.is_empty()).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::HmacHeader;
    use crate::codec::syncml::Cred;

    fn client(auth_type: AuthType) -> Credentials {
        Credentials {
            auth_type,
            name: "dmclient".into(),
            secret: "ClientSecret16!!".into(),
            nonce: (0..16).collect(),
        }
    }

    fn with(cred: &Cred) -> Proof<'_> {
        Proof {
            cred: Some(cred),
            hmac: None,
            body: &[],
        }
    }

    const NOTHING: Proof<'_> = Proof {
        cred: None,
        hmac: None,
        body: &[],
    };

    #[test]
    fn checks_of_md5() {
        let client = client(AuthType::Md5);
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
            let found = check(&with(&shown(data)), &client, &client.nonce, resync);
            assert_eq!(found, wanted, "{data}");
        }
        let missing = check(&NOTHING, &client, &client.nonce, true);
        assert_eq!(missing, Check::Missing);
        // The secret itself is not what was asked for.
        let basic = Cred::basic(&client);
        let found = check(&with(&basic), &client, &client.nonce, true);
        assert_eq!(found, Check::Wrong);
    }

    #[test]
    fn checks_of_basic_and_mac() {
        let basic = client(AuthType::Basic);
        let cred = Cred::basic(&basic);
        assert_eq!(check(&with(&cred), &basic, &[], false), Check::Right);
        let md5 = Cred::md5(&basic, &[]);
        assert_eq!(check(&with(&md5), &basic, &[], false), Check::Wrong);
        let mac = client(AuthType::Mac);
        let body = b"<SyncML xmlns='SYNCML:SYNCML1.2'></SyncML>";
        let header = HmacHeader::parse("username=\"dmclient\", mac=tQ2sLor0o7xAILFZwYCjCA==");
        let shown = Proof {
            cred: None,
            hmac: header.as_ref(),
            body,
        };
        assert_eq!(check(&shown, &mac, &mac.nonce, false), Check::Right);
        assert_eq!(check(&shown, &mac, &[1], false), Check::Wrong);
        assert_eq!(check(&with(&cred), &mac, &mac.nonce, true), Check::Wrong);
        let resync = HmacHeader::of(&mac, &RESYNC_NONCE, body);
        let shown = Proof {
            hmac: Some(&resync),
            ..shown
        };
        assert_eq!(check(&shown, &mac, &mac.nonce, true), Check::Resync);
        assert_eq!(check(&shown, &mac, &mac.nonce, false), Check::Wrong);
        let open = Credentials::default();
        assert_eq!(check(&NOTHING, &open, &[], false), Check::NotNeeded);
    }

    #[test]
    fn accounts_are_found() {
        let account = |name: &str, secret: &str| Account {
            client: Credentials {
                name: name.into(),
                secret: secret.into(),
                nonce: b"agreed".to_vec(),
                ..Credentials::default()
            },
            ..Account::default()
        };
        let accounts = [account("a", "1"), account("b", "2"), account("c", "3")];
        let nonces = Nonces::new(&accounts, 1);
        let account_of = |accounts: &[Account], hdr: &SyncHdr, proof: &Proof<'_>, served| {
            account_of(accounts, &nonces, hdr, proof, served)
        };
        let named = |name: Option<&str>| SyncHdr {
            source: crate::codec::syncml::Location {
                uri: "IMEI:1".into(),
                name: name.map(str::to_owned),
            },
            ..SyncHdr::default()
        };
        let nobody = named(None);
        assert_eq!(account_of(&accounts, &nobody, &NOTHING, None), Some(0));
        assert_eq!(account_of(&accounts, &nobody, &NOTHING, Some(2)), Some(2));
        assert_eq!(
            account_of(&accounts, &named(Some("b")), &NOTHING, Some(2)),
            Some(1)
        );
        let basic = Cred::basic(&accounts[2].client);
        assert_eq!(account_of(&accounts, &nobody, &with(&basic), None), Some(2));
        let digest = Cred::md5(&accounts[1].client, b"agreed");
        assert_eq!(
            account_of(&accounts, &nobody, &with(&digest), None),
            Some(1)
        );
        let header = HmacHeader::of(&accounts[1].client, &[], &[]);
        let shown = Proof {
            hmac: Some(&header),
            ..NOTHING
        };
        assert_eq!(account_of(&accounts, &nobody, &shown, None), Some(1));
        assert_eq!(account_of(&[], &nobody, &NOTHING, None), None);
    }
}
