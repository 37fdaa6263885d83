//! Credentials both ways: showing ours, checking the server's
//! (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Basic hands the secret to whoever asks for it: it is spoken only when the account says so.

use super::DmClient;
use super::output::Event;
use super::session::Session;
use crate::codec::auth::{Account, AuthType, Credentials, HmacHeader};
use crate::codec::syncml::{Chal, Cred, Status, StatusCode, SyncHdr};

/// Failures of either side's credentials that are forgiven with one more challenge: a stale
/// nonce is no attack.
pub(super) const FORGIVEN: u8 = 1;

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
}

impl Check {
    /// The Status of what is refused for want of a right proof.
    pub(super) fn refusal(self) -> StatusCode {
        match self {
            // Commands in a message that does not take ours are not worked through.
            Check::Right => StatusCode::NOT_EXECUTED,
            Check::Wrong | Check::OtherType => StatusCode::INVALID_CREDENTIALS,
            Check::Missing => StatusCode::AUTHENTICATION_REQUIRED,
        }
    }
}

/// What a message of the server is shown with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proof<'a> {
    pub(super) cred: Option<&'a Cred>,
    pub(super) header: Option<&'a HmacHeader>,
    /// The octets of the message, as they came.
    pub(super) body: &'a [u8],
}

/// Checks a proof against the server's part of the account, by one type alone.
pub(super) fn check(
    proof: &Proof<'_>,
    kind: &AuthType,
    server: &Credentials,
    nonce: &[u8],
) -> Check {
    let worth = |right: bool| if right { Check::Right } else { Check::Wrong };
    match (kind, proof.cred, proof.header) {
        (_, None, None) => Check::Missing,
        (AuthType::Mac, _, Some(header)) => worth(header.is_of(server, nonce, proof.body)),
        (AuthType::Basic, Some(cred), _) if cred.auth_type() == AuthType::Basic => {
            worth(cred.is_basic_of(server))
        }
        (AuthType::Md5, Some(cred), _) if cred.auth_type() == AuthType::Md5 => {
            worth(cred.is_md5_of(server, nonce))
        }
        _ => Check::OtherType,
    }
}

/// Types we do not speak are answered with the one that every peer must know.
pub(super) fn spoken(kind: AuthType) -> AuthType {
    match kind {
        AuthType::Unknown(_) => AuthType::Md5,
        known => known,
    }
}

/// How the server proves itself in a session.
#[derive(Clone, Debug)]
pub(super) struct Theirs {
    kind: AuthType,
    nonce: Vec<u8>,
    /// Its credentials were right; with MAC those of its first message.
    pub(super) proven: bool,
    /// The nonce for next time is chosen.
    renewed: bool,
    /// It is not sent yet; with the time it was chosen.
    untold: Option<u64>,
    challenged: bool,
    failures: u8,
}

impl Theirs {
    pub(super) fn new(account: &Account, nonce: Vec<u8>) -> Self {
        Theirs {
            kind: spoken(account.server.auth_type.clone()),
            nonce,
            proven: false,
            renewed: false,
            untold: None,
            challenged: false,
            failures: 0,
        }
    }

    /// The Status for the header of a message whose proof is right: MAC counts for one message.
    fn taken(&self) -> StatusCode {
        match self.kind {
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

impl DmClient {
    /// Looks at the server's proof, unless it has proved itself for the session already.
    pub(super) fn check_server(
        &mut self,
        session: &mut Session,
        proof: &Proof<'_>,
        now_s: u64,
    ) -> Check {
        let theirs = &mut session.theirs;
        if theirs.proven && theirs.kind != AuthType::Mac {
            return Check::Right;
        }
        let check = check(proof, &theirs.kind, &session.account.server, &theirs.nonce);
        if check == Check::Right && !theirs.proven {
            theirs.proven = true;
            let code = theirs.taken();
            self.tell(Event::ServerAuthenticated { code });
            // What it told us before it had proved itself counts now.
            if std::mem::take(&mut session.ours.unkept) {
                self.keep_nonce(session, true, session.ours.nonce.clone(), now_s);
            }
        }
        check
    }

    /// The Status for the SyncHdr of a message of the server.
    pub(super) fn status_of_header(
        &mut self,
        session: &mut Session,
        hdr: &SyncHdr,
        check: Check,
        has_commands: bool,
        again: bool,
        now_s: u64,
    ) -> Status {
        let is_mac = session.theirs.kind == AuthType::Mac;
        let (code, chal) = match check {
            Check::Right if is_mac || hdr.cred.is_some() => {
                // The nonce for next time is ours to choose. It counts from when it is sent:
                // the user may be asked before that, and the session end meanwhile.
                let renews = is_mac || !session.theirs.renewed;
                if renews && session.theirs.kind != AuthType::Basic {
                    session.theirs.renewed = true;
                    session.theirs.nonce = self.new_nonce();
                    session.theirs.untold = Some(now_s);
                }
                let chal = match session.theirs.kind {
                    AuthType::Basic => None,
                    _ => Chal::of(&session.theirs.kind, &session.theirs.nonce),
                };
                (session.theirs.taken(), chal)
            }
            Check::Right => (StatusCode::OK, None),
            // A server that wants nothing need not prove itself.
            Check::Missing if !has_commands => (StatusCode::OK, None),
            _ if has_commands || again => {
                session.theirs.nonce = self.new_nonce();
                session.theirs.challenged = true;
                let code = check.refusal();
                self.tell(Event::ServerAuthenticated { code });
                let chal = Chal::of(&session.theirs.kind, &session.theirs.nonce);
                (code, chal)
            }
            _ => (check.refusal(), None),
        };
        Status {
            msg_ref: hdr.msg_id.clone(),
            cmd_ref: "0".to_owned(),
            cmd: "SyncHdr".to_owned(),
            target_refs: vec![hdr.target.uri.clone()],
            source_refs: vec![hdr.source.uri.clone()],
            chal,
            code,
            ..Status::default()
        }
    }

    /// Looks at the server's Status for the header of our last message: whether Package #1 is to
    /// be sent again, or why the session ends.
    pub(super) fn take_status(
        &mut self,
        session: &mut Session,
        answers: &[Status],
        check: Check,
        now_s: u64,
    ) -> Result<bool, String> {
        let ours = session.msg_id.to_string();
        let Some(status) = answers
            .iter()
            .find(|s| s.cmd_ref == "0" && s.msg_ref == ours)
        else {
            return Ok(false);
        };
        let code = status.code;
        if session.package == 1 || !code.is_success() {
            self.tell(Event::CredentialsAnswered { code });
        }
        match code {
            StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED => {
                if let Err(reason) = session.ours.challenged(code, status.chal.as_ref()) {
                    return Err(reason.to_owned());
                }
                session.package = 1;
                Ok(true)
            }
            code if code.is_success() => {
                let ours = &mut session.ours;
                if code == StatusCode::AUTHENTICATED && ours.kind != AuthType::Mac {
                    ours.proven = true;
                }
                if ours.shown {
                    self.remember_type(&session.account.server_id, ours.kind.clone());
                }
                let chal = status.chal.as_ref();
                let nonce = chal
                    .filter(|c| c.auth_type() == ours.kind && ours.kind != AuthType::Basic)
                    .and_then(Chal::nonce)
                    .filter(|nonce| !nonce.is_empty());
                if let Some(nonce) = nonce {
                    ours.nonce.clone_from(&nonce);
                    // A nonce of a peer that has not proved itself counts for this session only.
                    ours.unkept = check != Check::Right;
                    if check == Check::Right {
                        self.keep_nonce(session, true, nonce, now_s);
                    }
                }
                Ok(false)
            }
            code => Err(format!(
                "the server refused our message: {code} {}",
                code.meaning()
            )),
        }
    }

    /// The next message tells the server its nonce for next time.
    pub(super) fn tell_nonce(&mut self, session: &mut Session) {
        if let Some(now_s) = session.theirs.untold.take() {
            self.keep_nonce(session, false, session.theirs.nonce.clone(), now_s);
        }
    }

    /// Writes a nonce into the account.
    fn keep_nonce(&mut self, session: &Session, ours: bool, nonce: Vec<u8>, now_s: u64) {
        let id = &session.account.server_id;
        let changes = self.tree.store_nonce(id, ours, &nonce, now_s);
        self.tell(Event::NonceRenewed {
            ours,
            nonce,
            changes,
        });
    }

    /// The type a server took last is shown first when its AAuthPref is empty.
    fn remember_type(&mut self, server_id: &str, kind: AuthType) {
        self.negotiated.retain(|(id, _)| id != server_id);
        if self.negotiated.len() < MAX_NEGOTIATED {
            self.negotiated.push((server_id.to_owned(), kind));
        }
    }

    /// What is shown unasked: AAuthPref, or the type negotiated last when that is empty.
    pub(super) fn preferred_type(&self, server_id: &str) -> Option<AuthType> {
        let negotiated = || {
            let mut all = self.negotiated.iter();
            all.find(|(id, _)| id == server_id)
                .map(|(_, kind)| kind.clone())
        };
        self.tree.preferred_auth_type(server_id).or_else(negotiated)
    }
}

/// Servers of which the last type is remembered.
const MAX_NEGOTIATED: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::own_proof::Ours;

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
            header,
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

    #[test]
    fn a_type_that_is_not_spoken_gives_way_to_md5() {
        let account = Account {
            client: server(AuthType::Unknown("X509".into())),
            server: server(AuthType::Unknown("TRANSPORT".into())),
            ..Account::default()
        };
        assert_eq!(Ours::new(&account, None, vec![1]).kind, AuthType::Md5);
        assert_eq!(Theirs::new(&account, vec![1]).kind, AuthType::Md5);
    }
}
