//! Who is at the other end, and what it thinks of our own credentials
//! (OMA-TS-DM_Protocol-V1_2_1 §9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::DmServer;
use super::auth::{self, Check};
use super::output::Event;
use super::package::Rest;
use super::session::{Course, Ending, Session};
use super::status::refused;
use crate::codec::auth::{AuthType, RESYNC_NONCE};
use crate::codec::syncml::{Chal, Command, Message, Status, StatusCode, SyncHdr};
use crate::dm::{
    FORGIVEN, Proof, find_header_status, header_status, is_challenge, sound_nonce, spoken,
};

impl DmServer {
    /// Whose message it is, as far as can be said before the client is proven.
    pub(super) fn find_account(&self, session: &mut Session, hdr: &SyncHdr, proof: &Proof<'_>) {
        let served = self
            .served
            .iter()
            .rev()
            .find(|s| s.device == session.device);
        let served = served.map(|s| s.account);
        let found = auth::account_of(&self.accounts, &self.nonces, hdr, proof, served);
        let found = found.unwrap_or_default();
        let first = session.msg_id == 0;
        if first || found != session.account {
            let server = &self.accounts[found].server;
            session.account = found;
            session.stored_nonce = self.nonces.client(found, &session.device).to_vec();
            session.server_nonce = self.nonces.server(found, &session.device).to_vec();
            session.own_type = spoken(&server.auth_type);
        }
    }

    /// The client proved itself: the nonce for next time is chosen and kept now.
    pub(super) fn client_proven(
        &mut self,
        session: &mut Session,
        check: Check,
        auth_type: &AuthType,
    ) {
        session.way.shown = check != Check::NotNeeded;
        session.proved_by = session.due_nonce().to_vec();
        if check == Check::Resync {
            session.server_nonce = RESYNC_NONCE.to_vec();
            session.proved_by = RESYNC_NONCE.to_vec();
        }
        if !session.proven {
            self.has_been(&session.id);
        }
        if check != Check::NotNeeded && *auth_type != AuthType::Basic {
            let nonce = self.new_nonce();
            let client = &mut self.accounts[session.account].client;
            client.nonce.clone_from(&nonce);
            self.nonces
                .keep_client(session.account, &session.device, nonce.clone());
            session.client_nonce = Some(nonce.clone());
            session.chal_due = true;
            self.tell(Event::NonceRenewed {
                client: true,
                nonce,
            });
        }
        if std::mem::replace(&mut session.proven, true) {
            return;
        }
        // A client that begins anew has given up what it had begun before.
        let is_of =
            |s: &Session| s.proven && s.device == session.device && s.account == session.account;
        if let Some(at) = self.sessions.iter().position(is_of) {
            let earlier = self.sessions.remove(at);
            self.end(earlier, Ending::Lost("the client began another".to_owned()));
        }
        session.queue = self.work_for(&session.device, session.account);
    }

    /// The client did not prove itself: nothing is done but asking for it.
    pub(super) fn challenge(
        &mut self,
        mut session: Session,
        message: &Message,
        check: Check,
        auth_type: &AuthType,
    ) {
        let was_asked = session.asked;
        let answers = self.challenged(&mut session, message, check, auth_type);
        let cred = message.hdr.cred.as_ref();
        let course = if was_asked && cred.is_some_and(|cred| cred.auth_type() != *auth_type) {
            let reason = "the client answered our challenge with another type of credentials";
            Course::Over(Ending::Refused(reason.to_owned()))
        } else if session.failures > FORGIVEN {
            let reason = "the client's credentials are wrong again";
            Course::Over(Ending::Refused(reason.to_owned()))
        } else {
            Course::Wait
        };
        self.reply(session, answers, Rest::Nothing, course);
    }

    /// Counts a message that proves nothing, and asks for a proof: the answers with the challenge.
    pub(super) fn challenged(
        &mut self,
        session: &mut Session,
        message: &Message,
        check: Check,
        auth_type: &AuthType,
    ) -> Vec<Command> {
        // A client that shows nothing at first waits to be asked; that is no failure.
        let was_asked = std::mem::replace(&mut session.asked, true);
        if was_asked || check != Check::Missing {
            session.failures = session.failures.saturating_add(1);
        }
        let nonce = self.new_nonce();
        let mut answers = refused(message, check.code(auth_type));
        if let Some(Command::Status(status)) = answers.first_mut() {
            status.chal = Chal::of(auth_type, &nonce);
        }
        session.client_nonce = Some(nonce);
        answers
    }

    /// The Status for the client's header, with the nonce for next time where it is due.
    pub(super) fn header_answer(
        &mut self,
        session: &mut Session,
        hdr: &SyncHdr,
        was_proven: bool,
    ) -> Command {
        let client = &self.accounts[session.account].client;
        let auth_type = spoken(&client.auth_type);
        let for_session = auth_type != AuthType::Mac && !client.name.is_empty();
        let code = if for_session && (!was_proven || session.chal_due) {
            StatusCode::AUTHENTICATED
        } else {
            StatusCode::OK
        };
        let mut answer = header_status(hdr, code);
        if std::mem::take(&mut session.chal_due) {
            answer.chal = Chal::of(&auth_type, session.client_nonce());
        }
        Command::Status(answer)
    }

    /// What the client says to our credentials.
    pub(super) fn take_header_status(
        &mut self,
        session: &mut Session,
        message: &Message,
    ) -> Result<(), String> {
        let Some(status) = find_header_status(statuses(message), session.msg_id) else {
            return Ok(());
        };
        let chal = status.chal.as_ref();
        if status.code.is_success() {
            // Proof of one message is no proof of the next.
            if status.code == StatusCode::AUTHENTICATED && session.own_type != AuthType::Mac {
                session.server_proven = true;
                self.in_doubt &= session.account != 0;
            }
            let nonce = chal
                .filter(|chal| chal.auth_type() == session.own_type)
                .and_then(sound_nonce);
            if let Some(nonce) = nonce {
                let server = &mut self.accounts[session.account].server;
                server.nonce.clone_from(&nonce);
                session.server_nonce.clone_from(&nonce);
                self.nonces
                    .keep_server(session.account, &session.device, nonce.clone());
                self.in_doubt &= session.account != 0;
                self.tell(Event::NonceRenewed {
                    client: false,
                    nonce,
                });
            }
            return Ok(());
        }
        // Nothing of the last message was done.
        session.queue.unsent();
        session.object = None;
        if !is_challenge(status.code) {
            let code = status.code;
            return Err(format!(
                "the client refused our message: {code} {}",
                code.meaning()
            ));
        }
        session.server_proven = false;
        // To be asked for what was not shown is no failure.
        let asked_first = status.code == StatusCode::AUTHENTICATION_REQUIRED && !session.own_shown;
        if !asked_first {
            session.server_failures = session.server_failures.saturating_add(1);
        }
        // It keeps no nonce of a peer that has not proved itself, so it is told again.
        let server = &self.accounts[session.account].server;
        let client = &self.accounts[session.account].client;
        session.chal_due = !client.name.is_empty() && spoken(&client.auth_type) != AuthType::Basic;
        if session.server_failures > FORGIVEN {
            return Err("the client refused our credentials again".to_owned());
        }
        let asked = chal.map(Chal::auth_type);
        let nonce = chal.and_then(sound_nonce);
        match (asked, nonce) {
            _ if server.name.is_empty() => Err(other_kind()),
            // The secret itself is given only where the account says so.
            (Some(AuthType::Basic), _) if spoken(&server.auth_type) == AuthType::Basic => {
                session.own_type = AuthType::Basic;
                Ok(())
            }
            (Some(kind @ (AuthType::Md5 | AuthType::Mac)), Some(nonce)) => {
                if kind == session.own_type && nonce == session.server_nonce {
                    return Err("the client repeats its challenge".to_owned());
                }
                session.own_type = kind;
                session.server_nonce = nonce;
                Ok(())
            }
            _ => Err(other_kind()),
        }
    }
}

fn other_kind() -> String {
    "the client wants credentials of a kind we do not give".to_owned()
}

/// Whether the client refused our message with this MsgID, all of it, for now or for good.
pub(super) fn is_refused(message: &Message, our_msg_id: u32) -> bool {
    find_header_status(statuses(message), our_msg_id).is_some_and(|s| !s.code.is_success())
}

fn statuses(message: &Message) -> impl Iterator<Item = &Status> {
    message.commands.iter().filter_map(|command| match command {
        Command::Status(status) => Some(status),
        _ => None,
    })
}
