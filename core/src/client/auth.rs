//! Credentials both ways: showing ours, checking the server's
//! (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Basic hands the secret to whoever asks for it: it is spoken only when the account says so.

use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::syncml::StatusCode;
use crate::dm::{FORGIVEN, Proof, spoken};

/// What a proof was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// It is right.
    Right,
    /// There is one of the right type, but with another name, secret or nonce.
    Wrong,
    /// There is one of another type than the account asks for, right or not.
    OtherType,
    /// There is none.
    Missing,
    /// None is asked for, so nothing is proven.
    NotAsked,
}

impl Check {
    /// Whether commands may be carried out.
    pub(super) fn is_enough(self) -> bool {
        matches!(self, Check::Right | Check::NotAsked)
    }

    /// The Status of what is refused for want of a right proof.
    pub(super) fn refusal(self) -> StatusCode {
        match self {
            // Commands in a message that does not take ours are not worked through.
            Check::Right | Check::NotAsked => StatusCode::NOT_EXECUTED,
            Check::Wrong | Check::OtherType => StatusCode::INVALID_CREDENTIALS,
            Check::Missing => StatusCode::AUTHENTICATION_REQUIRED,
        }
    }
}

/// What a server has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// Credentials of the account, in its messages.
    Credentials,
    /// Nothing: TLS proves it (DM StdObj §5, AAuthType TRANSPORT).
    Transport,
    /// Nothing, and nothing proves it.
    Nothing,
}

/// Checks a proof against the server's part of the account, by one type alone.
pub(super) fn check(
    proof: &Proof<'_>,
    kind: &AuthType,
    server: &Credentials,
    nonce: &[u8],
) -> Check {
    if proof.is_missing() {
        Check::Missing
    } else if !proof.is_by(kind) {
        Check::OtherType
    } else if proof.is_of(kind, server, nonce) {
        Check::Right
    } else {
        Check::Wrong
    }
}

/// How the server proves itself in a session.
#[derive(Clone, Debug)]
pub(super) struct Theirs {
    pub(super) demand: Demand,
    pub(super) kind: AuthType,
    pub(super) nonce: Vec<u8>,
    /// Its credentials were right; with MAC those of its first message.
    pub(super) proven: bool,
    /// The nonce for next time is chosen.
    pub(super) renewed: bool,
    /// It is not sent yet; with the time it was chosen.
    pub(super) untold: Option<u64>,
    pub(super) challenged: bool,
    failures: u8,
}

impl Theirs {
    pub(super) fn new(account: &Account, nonce: Vec<u8>, takes_unproven: bool) -> Self {
        Theirs {
            demand: match account.server.auth_type {
                _ if takes_unproven => Demand::Nothing,
                AuthType::Transport => Demand::Transport,
                _ => Demand::Credentials,
            },
            kind: spoken(&account.server.auth_type),
            nonce,
            proven: false,
            renewed: false,
            untold: None,
            challenged: false,
            failures: 0,
        }
    }

    /// The Status for the header of a message whose proof is right: MAC counts for one message.
    pub(super) fn taken(&self) -> StatusCode {
        match self.kind {
            _ if self.demand != Demand::Credentials => StatusCode::OK,
            AuthType::Mac => StatusCode::OK,
            _ => StatusCode::AUTHENTICATED,
        }
    }

    /// Counts a failure; the error says why no more are forgiven.
    pub(super) fn failed(&mut self, check: Check) -> Result<(), &'static str> {
        self.failures += 1;
        if check == Check::OtherType && self.challenged {
            return Err("the server answered our challenge with another type of credentials");
        }
        if self.failures > FORGIVEN {
            return Err("the server's credentials are wrong again");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::HmacHeader;
    use crate::codec::syncml::Cred;

    fn server(auth_type: AuthType) -> Credentials {
        Credentials {
            auth_type,
            name: "dmsc.card".into(),
            secret: "ServerSecret16!!".into(),
            nonce: (0xF0..=0xFF).collect(),
        }
    }

    fn worth(kind: AuthType, cred: Option<&Cred>, header: Option<&HmacHeader>) -> Check {
        let server = server(kind.clone());
        let proof = Proof {
            cred,
            hmac: header,
            body: b"body",
        };
        check(&proof, &kind, &server, &server.nonce)
    }

    #[test]
    fn a_proof_counts_by_the_type_of_the_account_alone() {
        let of = server(AuthType::Md5);
        let md5 = Cred::md5(&of, &of.nonce);
        assert_eq!(md5.data, "qyXDgk0xN4VKSea/7fgN/w==");
        let stale = Cred::md5(&of, &[0; 4]);
        let basic = Cred::basic(&of);
        let mac = HmacHeader::of(&of, &of.nonce, b"body");
        let other = HmacHeader::of(&of, &of.nonce, b"another body");
        use AuthType::{Basic, Mac, Md5};
        for (kind, cred, header, wanted) in [
            (Md5, Some(&md5), None, Check::Right),
            (Md5, Some(&stale), None, Check::Wrong),
            (Md5, Some(&basic), None, Check::OtherType),
            (Md5, None, Some(&mac), Check::OtherType),
            (Md5, None, None, Check::Missing),
            (Basic, Some(&basic), None, Check::Right),
            (Basic, Some(&md5), None, Check::OtherType),
            (Basic, None, None, Check::Missing),
            (Mac, None, Some(&mac), Check::Right),
            (Mac, None, Some(&other), Check::Wrong),
            (Mac, Some(&md5), None, Check::OtherType),
            (Mac, None, None, Check::Missing),
        ] {
            assert_eq!(worth(kind.clone(), cred, header), wanted, "{kind}");
        }
        let mut broken = md5;
        broken.data = "*".into();
        assert_eq!(worth(Md5, Some(&broken), None), Check::Wrong);
    }
}
