//! How the DM Client proves itself in a session (OMA-TS-DM_Security-V1_2_1 §5.3, §5.4).

use crate::codec::auth::{Account, AuthType, Credentials, HmacHeader};
use crate::codec::syncml::{Chal, Cred, StatusCode};
use crate::dm::{FORGIVEN, sound_nonce, spoken};

/// How we prove ourselves in a session.
#[derive(Clone, Debug)]
pub(super) struct Ours {
    pub(super) kind: AuthType,
    pub(super) nonce: Vec<u8>,
    /// What the account prefers: no less is shown to a server that has not proved itself.
    least: AuthType,
    /// Basic may be answered when it is asked for.
    may_basic: bool,
    /// The name can stand in a transport header.
    may_mac: bool,
    /// The server took our credentials for the session: no more Cred.
    pub(super) proven: bool,
    /// Our last message was shown with a proof.
    pub(super) shown: bool,
    /// The server asked once for what was not shown, which is no failure.
    asked: bool,
    failures: u8,
    /// Nonces that others may use again are proved by too, for teaching.
    pub(super) any_nonce: bool,
    /// The nonce came from a server that had not proved itself.
    pub(super) unkept: bool,
}

impl Ours {
    pub(super) fn new(account: &Account, preferred: Option<AuthType>, nonce: Vec<u8>) -> Self {
        let kind = match preferred.as_ref().unwrap_or(&account.client.auth_type) {
            AuthType::Transport => AuthType::Transport,
            other => spoken(other),
        };
        Ours {
            may_basic: kind == AuthType::Basic || account.client.auth_type == AuthType::Basic,
            least: kind.clone(),
            may_mac: !account.client.name.chars().any(char::is_control),
            kind,
            nonce,
            proven: false,
            shown: false,
            asked: false,
            failures: 0,
            any_nonce: false,
            unkept: false,
        }
    }

    /// Whether the next message is shown with a proof. Without a nonce the server is let ask.
    pub(super) fn is_due(&self) -> bool {
        match self.kind {
            AuthType::Transport => false,
            AuthType::Basic => !self.proven,
            AuthType::Mac => self.may_mac && !self.nonce.is_empty(),
            _ => !self.proven && !self.nonce.is_empty(),
        }
    }

    /// The Cred of the next message.
    pub(super) fn cred(&self, client: &Credentials) -> Option<Cred> {
        match self.kind {
            _ if !self.is_due() => None,
            AuthType::Basic => Some(Cred::basic(client)),
            AuthType::Mac | AuthType::Transport => None,
            _ => Some(Cred::md5(client, &self.nonce)),
        }
    }

    /// The transport header of the next message: of its bytes as they are sent.
    pub(super) fn header(&self, client: &Credentials, body: &[u8]) -> Option<HmacHeader> {
        (self.kind == AuthType::Mac && self.is_due())
            .then(|| HmacHeader::of(client, &self.nonce, body))
    }

    /// Takes a challenge; the error says why it is not answered.
    pub(super) fn challenged(
        &mut self,
        code: StatusCode,
        chal: Option<&Chal>,
        server_proven: bool,
    ) -> Result<(), &'static str> {
        const OTHER_KIND: &str = "the server wants credentials of a kind we do not give";
        // There is no secret to answer with.
        if self.kind == AuthType::Transport {
            return Err("the server wants credentials, and the account says that TLS proves us");
        }
        let first_asked = code == StatusCode::AUTHENTICATION_REQUIRED && !self.shown && !self.asked;
        if first_asked {
            self.asked = true;
        } else {
            self.failures += 1;
        }
        if self.failures > FORGIVEN {
            return Err("the server refused our credentials again");
        }
        let chal = chal.ok_or(OTHER_KIND)?;
        let kind = chal.auth_type();
        let known = match kind {
            AuthType::Basic => self.may_basic,
            AuthType::Md5 => true,
            AuthType::Mac => self.may_mac,
            AuthType::Transport | AuthType::Unknown(_) => false,
        };
        if !known {
            return Err(OTHER_KIND);
        }
        if !server_proven && strength(&kind) < strength(&self.least) {
            return Err("a server that has not proved itself wants weaker credentials");
        }
        let nonce = match kind {
            AuthType::Basic => Vec::new(),
            _ => match chal.nonce() {
                Some(nonce) if self.any_nonce && !nonce.is_empty() => nonce,
                Some(nonce) if !nonce.is_empty() => sound_nonce(chal)
                    .ok_or("the server's challenge has a nonce that others may use again")?,
                _ => return Err("the server's challenge has no nonce"),
            },
        };
        // What was refused once is refused again.
        let is_same = kind == AuthType::Basic || nonce == self.nonce;
        if self.shown && kind == self.kind && is_same {
            return Err("the server repeats its challenge");
        }
        self.kind = kind;
        self.nonce = nonce;
        self.proven = false;
        self.unkept = false;
        Ok(())
    }
}

/// How much a type is worth, in their order: basic gives the secret away, MD5 proves a session,
/// MAC each message.
fn strength(kind: &AuthType) -> u8 {
    match kind {
        AuthType::Basic => 0,
        AuthType::Md5 | AuthType::Transport | AuthType::Unknown(_) => 1,
        AuthType::Mac => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::auth::Theirs;

    #[test]
    fn a_type_that_is_not_spoken_gives_way_to_md5() {
        let with = |kind: &str| Credentials {
            auth_type: AuthType::Unknown(kind.into()),
            ..Credentials::default()
        };
        let account = Account {
            client: with("X509"),
            server: with("SECURID"),
            ..Account::default()
        };
        assert_eq!(Ours::new(&account, None, vec![1]).kind, AuthType::Md5);
        assert_eq!(Theirs::new(&account, vec![1], false).kind, AuthType::Md5);
    }

    #[test]
    fn tls_has_no_answer_to_a_challenge() {
        let account = Account {
            client: Credentials {
                auth_type: AuthType::Transport,
                ..Credentials::default()
            },
            ..Account::default()
        };
        let mut ours = Ours::new(&account, None, vec![1]);
        assert!(!ours.is_due());
        assert_eq!(ours.cred(&account.client), None);
        let chal = Chal::md5(&[7; 16]);
        let answer = ours.challenged(StatusCode::AUTHENTICATION_REQUIRED, Some(&chal), false);
        assert!(answer.is_err());
        assert!(!ours.is_due());
    }
}
