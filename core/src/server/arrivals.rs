//! What an arriving message is to the sessions that run, and the answer it gets
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9).

use super::auth::{self, Check};
use super::config::Terms;
use super::output::{Answer, Event};
use super::package::{Rest, build};
use super::queue::Queue;
use super::session::{Course, Ending, Finished, Request, Session};
use super::status::refused;
use super::{DmServer, REMEMBERED};
use crate::codec::auth::{AuthType, HmacHeader, md5};
use crate::codec::syncml::{AlertCode, Command, Encoding, StatusCode, SyncHdr};
use crate::dm::{PeerLimits, Proof, has_alert, header_status, spoken, version_refused};
use std::collections::{BTreeMap, VecDeque};

/// How a message relates to the sessions that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Opens a session.
    First,
    /// The next of a session.
    Next,
    /// The last one again: the transport repeated it.
    Repeated,
    /// Of a session, but not the next.
    OutOfOrder,
    /// Of no session that runs, and there is no room for another.
    Busy,
    /// Of no session.
    Stray,
}

/// The table behind [`Arrival`]: how many messages it is ahead of the session it is of, whether
/// it is the last one again, whether it could open a session, and whether there is room.
pub(super) fn arrival(ahead: Option<i64>, again: bool, opens: bool, room: bool) -> Arrival {
    match (ahead, again, opens, room) {
        (Some(1), _, _, _) => Arrival::Next,
        (Some(0), true, _, _) => Arrival::Repeated,
        (Some(_), _, _, _) => Arrival::OutOfOrder,
        (None, _, _, false) => Arrival::Busy,
        (None, _, true, true) => Arrival::First,
        (None, _, false, true) => Arrival::Stray,
    }
}

impl DmServer {
    /// Finds out what a message is, and answers it.
    pub(super) fn take(&mut self, request: &Request<'_>) {
        let hdr = &request.message.hdr;
        let msg_id = hdr.msg_id.parse::<u32>().ok().filter(|id| *id > 0);
        let opening = |code| has_alert(&request.message.commands, code);
        let by_server = opening(AlertCode::SERVER_INITIATED);
        let opens = msg_id.is_some() && (by_server || opening(AlertCode::CLIENT_INITIATED));
        let at = self
            .sessions
            .iter()
            .position(|s| s.id == hdr.session_id && s.device == hdr.source.uri);
        let digest = md5(request.body);
        let ahead = at.map(|at| {
            let last = self.sessions[at].peer_msg_id;
            msg_id.map_or(-1, |id| i64::from(id) - i64::from(last))
        });
        let again = at.is_some_and(|at| self.sessions[at].peer_digest == digest);
        if at.is_none() && !opens {
            let known = |f: &&Finished| {
                f.id == hdr.session_id && f.device == hdr.source.uri && f.digest == digest
            };
            if let Some(answer) = self.finished.iter().find(known).map(|f| f.answer.clone()) {
                return self.answer(answer);
            }
        }
        if at.is_none() && opens {
            self.make_room(request.origin);
        }
        let room = self.sessions.len() < self.config.max_sessions.max(1);
        match (arrival(ahead, again, opens, room), at) {
            (Arrival::First, _) => {
                let session = self.open(hdr, request.origin, by_server);
                self.tell(Event::SessionOpened {
                    device: session.device.clone(),
                    session_id: session.id.clone(),
                    by_client: !by_server,
                });
                self.work(session, request, digest);
            }
            (Arrival::Next, Some(at)) => {
                let session = self.sessions.remove(at);
                self.work(session, request, digest);
            }
            (Arrival::Repeated, Some(at)) => match self.sessions[at].last_answer.clone() {
                Some(answer) => self.answer(answer),
                None => self.refuse_http(400),
            },
            (Arrival::OutOfOrder, Some(at)) => {
                let mut session = self.sessions.remove(at);
                session.encoding = request.encoding;
                let reason = format!("MsgID {} is not the next", hdr.msg_id);
                let course = Course::Over(Ending::GivenUp(reason));
                let header = header_status(hdr, StatusCode::BAD_REQUEST);
                self.reply(session, vec![Command::Status(header)], Rest::Abort, course);
            }
            (Arrival::Busy, _) => self.refuse_http(503),
            _ => self.refuse_http(400),
        }
    }

    fn open(&self, hdr: &SyncHdr, origin: u64, by_server: bool) -> Session {
        let first_id = hdr.msg_id.parse::<u32>().unwrap_or(1);
        Session {
            id: hdr.session_id.clone(),
            device: hdr.source.uri.clone(),
            origin,
            encoding: Encoding::default(),
            msg_id: 0,
            peer_msg_id: first_id.saturating_sub(1),
            peer_digest: [0; 16],
            heard_s: self.now_s,
            peer: PeerLimits::default(),
            package: 2,
            account: 0,
            proven: false,
            client_nonce: None,
            chal_due: false,
            server_nonce: Vec::new(),
            own_type: AuthType::Md5,
            server_proven: false,
            resync_allowed: by_server && self.may_resync(&hdr.session_id),
            asked: false,
            failures: 0,
            server_failures: 0,
            queue: Queue::default(),
            refused: None,
            sent: BTreeMap::new(),
            object: None,
            put_off: 0,
            incoming: None,
            held: VecDeque::new(),
            was_final: false,
            last_answer: None,
        }
    }

    fn work(&mut self, mut session: Session, request: &Request<'_>, digest: [u8; 16]) {
        let message = &request.message;
        session.peer_msg_id = session.peer_msg_id.saturating_add(1);
        session.peer_digest = digest;
        session.heard_s = self.now_s;
        session.encoding = request.encoding;
        session.peer.take(&message.hdr);
        if let Some(code) = version_refused(&message.hdr) {
            let answers = refused(message, code);
            let ending = Ending::Refused(format!("{code} {}", code.meaning()));
            return self.reply(session, answers, Rest::Nothing, Course::Over(ending));
        }
        let proof = Proof {
            cred: message.hdr.cred.as_ref(),
            hmac: request.hmac.as_ref(),
            body: request.body,
        };
        let was_proven = session.proven;
        if !was_proven {
            self.find_account(&mut session, &message.hdr, &proof);
        }
        let client = &self.accounts[session.account].client;
        let needed = spoken(&client.auth_type);
        if !was_proven || needed == AuthType::Mac && !client.name.is_empty() {
            let nonce = session.client_nonce.as_ref().unwrap_or(&client.nonce);
            // The resynchronisation nonce opens a session; it does not go on with it.
            let resync = session.resync_allowed && !was_proven;
            let check = auth::check(&proof, client, nonce, resync);
            let (name, code) = (client.name.clone(), check.code(&needed));
            self.tell(Event::ClientAuthenticated { name, code });
            match check {
                Check::Right | Check::Resync | Check::NotNeeded => {
                    self.client_proven(&mut session, check, &needed);
                }
                Check::Wrong | Check::Missing => {
                    return self.challenge(session, message, check, &needed);
                }
            }
        }
        self.work_on(session, message, was_proven);
    }

    /// Makes the answer; a message that asks for nothing is the last.
    pub(super) fn reply(
        &mut self,
        mut session: Session,
        answers: Vec<Command>,
        rest: Rest,
        course: Course,
    ) {
        let account = &self.accounts[session.account];
        let terms = Terms {
            config: &self.config,
            account,
        };
        let built = build(&mut session, answers, rest, &terms);
        for (at, code) in &built.refused {
            self.tell_refusal(&session, *at, *code);
        }
        let account = &self.accounts[session.account];
        let body = built.message.encode(session.encoding);
        let signs = session.own_type == AuthType::Mac && !account.server.name.is_empty();
        let hmac = signs
            .then(|| HmacHeader::of(&account.server, &session.server_nonce, &body).to_string());
        session.was_final = built.message.is_final || rest == Rest::NextMessage;
        let answer = Answer {
            http_status: 200,
            content_type: session.encoding.media_type().to_owned(),
            hmac,
            body,
            package: session.package,
            msg_id: session.msg_id,
        };
        session.last_answer = Some(answer.clone());
        self.answer(answer);
        let ending = match course {
            Course::Over(ending) => ending,
            Course::Wait => return self.sessions.push(session),
            Course::Open if built.waits => return self.sessions.push(session),
            Course::Open => outcome(&session),
        };
        if let Some(answer) = session.last_answer.take() {
            if self.finished.len() >= REMEMBERED {
                self.finished.pop_front();
            }
            self.finished.push_back(Finished {
                id: session.id.clone(),
                device: session.device.clone(),
                digest: session.peer_digest,
                answer,
            });
        }
        self.end(session, ending);
    }
}

/// How a session ended in which the server has nothing more to ask.
fn outcome(session: &Session) -> Ending {
    if let Some(code) = session.refused {
        // An answer of the user is a result like any other: nothing is left to be done.
        return match code {
            StatusCode::NOT_MODIFIED => Ending::Complete("the user said no".to_owned()),
            StatusCode::CANCELLED_BY_USER => Ending::Complete("the user cancelled".to_owned()),
            StatusCode::TIMED_OUT => Ending::Complete("the user did not answer".to_owned()),
            _ => Ending::Unfinished("the user could not be asked".to_owned()),
        };
    }
    if !session.queue.is_done() {
        return Ending::Unfinished("some commands were not executed".to_owned());
    }
    Ending::Complete(match session.queue.count() {
        (0, _) => "there was nothing to do".to_owned(),
        (all, 0) => format!("{all} commands done"),
        (all, refused) => format!("{refused} of {all} commands refused"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_arrivals() {
        for (ahead, again, opens, room, wanted) in [
            (None, false, true, true, Arrival::First),
            (None, false, false, true, Arrival::Stray),
            (None, false, true, false, Arrival::Busy),
            (None, false, false, false, Arrival::Busy),
            (Some(1), false, false, false, Arrival::Next),
            (Some(1), false, true, true, Arrival::Next),
            (Some(0), true, true, false, Arrival::Repeated),
            (Some(0), false, true, false, Arrival::OutOfOrder),
            (Some(-1), false, false, true, Arrival::OutOfOrder),
            (Some(2), false, true, true, Arrival::OutOfOrder),
        ] {
            assert_eq!(arrival(ahead, again, opens, room), wanted);
        }
    }
}
