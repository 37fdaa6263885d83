//! Which session a message is of, and what it proves there (OMA-TS-DM_Protocol-V1_2_1 §6;
//! OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Only looks: no session is changed here.

use super::DmServer;
use super::auth::{self, Check};
use super::door::Door;
use super::output::Answer;
use super::session::{Request, Session};
use crate::codec::auth::AuthType;
use crate::dm::{Proof, spoken};

impl DmServer {
    /// The session a message is of: by its address; else because it repeats what nobody else can
    /// say, or proves itself by what its client was asked with. One that says nothing but
    /// SessionID and Source is of the session of that name too, to be asked for a proof, unless
    /// it opens one of its own.
    pub(super) fn find_session(
        &self,
        request: &Request<'_>,
        msg_id: Option<u32>,
        digest: &[u8; 16],
        opens: bool,
    ) -> Option<usize> {
        let hdr = &request.message.hdr;
        let (door, proof) = (&request.door, request.proof());
        let find = |is_it: &dyn Fn(&Session) -> bool| {
            self.sessions
                .iter()
                .position(|s| s.id == hdr.session_id && s.device == hdr.source.uri && is_it(s))
        };
        find(&|s| s.way.is_behind(door))
            .or_else(|| find(&|s| s.peer_digest == *digest && s.way.may_repeat(door)))
            .or_else(|| {
                find(&|s| {
                    s.ahead(msg_id) == 1 && self.is_proved(s, &proof)
                        || self.is_of_branch(s, msg_id, &proof)
                })
            })
            .or_else(|| find(&|s| !opens && s.proven))
    }

    /// The last answer, when the message that it was to comes again.
    pub(super) fn repetition(
        &self,
        at: usize,
        door: &Door<'_>,
        digest: &[u8; 16],
    ) -> Option<Answer> {
        let session = &self.sessions[at];
        let of = |s: &Session| {
            let is_again = s.peer_digest == *digest && s.way.may_repeat(door);
            is_again.then(|| s.last_answer.clone()).flatten()
        };
        of(session).or_else(|| session.doubted.as_deref().and_then(of))
    }

    /// Whether a message goes on where one was asked for a proof, and gives it.
    pub(super) fn is_of_branch(
        &self,
        session: &Session,
        msg_id: Option<u32>,
        proof: &Proof<'_>,
    ) -> bool {
        let branch = session.doubted.as_deref();
        branch.is_some_and(|b| b.ahead(msg_id) == 1 && self.is_proved(b, proof))
    }

    /// Whether a proof is made with the nonce that is due in a session.
    pub(super) fn is_proved(&self, session: &Session, proof: &Proof<'_>) -> bool {
        let client = &self.accounts[session.account].client;
        let kind = spoken(&client.auth_type);
        !client.name.is_empty() && proof.is_of(&kind, client, session.due_nonce())
    }

    /// What a message in a session whose client is proven is worth: MAC is needed with each; of
    /// the others none, but what is shown must be right; and at the address all clients know
    /// nothing goes without.
    pub(super) fn worth(&self, session: &Session, request: &Request<'_>) -> Check {
        let client = &self.accounts[session.account].client;
        let kind = spoken(&client.auth_type);
        let proof = request.proof();
        let is_behind = session.way.is_behind(&request.door);
        let by = |nonce: &[u8]| auth::check(&proof, client, nonce, false);
        match kind {
            _ if client.name.is_empty() && is_behind => Check::NotNeeded,
            _ if client.name.is_empty() => Check::Missing,
            AuthType::Mac => by(session.due_nonce()),
            _ if proof.cred.is_none() && is_behind => Check::NotNeeded,
            _ if proof.cred.is_none() => Check::Missing,
            _ => match by(session.due_nonce()) {
                // The proof of this session once more.
                Check::Wrong if is_behind => by(&session.proved_by),
                check => check,
            },
        }
    }
}
