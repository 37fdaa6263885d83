//! What an arriving message is to the sessions that run, and the answer it gets
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9).

use super::auth::{self, Check};
use super::config::Terms;
use super::door::{Own, Way};
use super::evidence::Evidence;
use super::output::{Answer, Event};
use super::package::{Rest, build};
use super::queue::Queue;
use super::session::{Course, Ending, Finished, Request, Session};
use super::status::refused;
use super::{DmServer, REMEMBERED};
use crate::codec::auth::{AuthType, HmacHeader};
use crate::codec::syncml::{AlertCode, Command, Encoding, StatusCode};
use crate::dm::{FORGIVEN, PeerLimits, has_alert, header_status, spoken, version_refused};
use std::collections::{BTreeMap, VecDeque};

/// How a message relates to the sessions that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Opens a session.
    First,
    /// The next of a session.
    Next,
    /// Of a session, but not the next.
    OutOfOrder,
    /// Of no session that runs, and there is no room for another.
    Busy,
    /// Of no session.
    Stray,
}

/// The table behind [`Arrival`]: how many messages it is ahead of the session it is of, whether
/// it could open a session, and whether there is room. The last message again, which the transport
/// repeated, is answered before.
pub(super) fn arrival(ahead: Option<i64>, opens: bool, room: bool) -> Arrival {
    match (ahead, opens, room) {
        (Some(1), _, _) => Arrival::Next,
        (Some(_), _, _) => Arrival::OutOfOrder,
        (None, _, false) => Arrival::Busy,
        (None, true, true) => Arrival::First,
        (None, false, true) => Arrival::Stray,
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
        let digest = request.digest();
        let at = self.find_session(request, msg_id, &digest, opens);
        if let Some(answer) = at.and_then(|at| self.repetition(at, &request.door, &digest)) {
            return self.answer(answer);
        }
        if at.is_none() && !opens {
            let known = |f: &&Finished| {
                let is_it = f.id == hdr.session_id && f.device == hdr.source.uri;
                is_it && f.digest == digest && f.way.may_repeat(&request.door)
            };
            if let Some(answer) = self.finished.iter().find(known).map(|f| f.answer.clone()) {
                return self.answer(answer);
            }
        }
        if at.is_none() && opens {
            self.make_room(request.door.origin);
        }
        if let Some(at) = at {
            if self.is_of_branch(&self.sessions[at], msg_id, &request.proof()) {
                self.sessions[at].take_branch();
            }
            let check = self.worth(&self.sessions[at], request);
            if self.sessions[at].proven && !check.is_good() {
                return self.doubt(at, request, msg_id, check);
            }
        }
        let ahead = at.map(|at| self.sessions[at].ahead(msg_id));
        let room = self.sessions.len() < self.config.max_sessions.max(1);
        match (arrival(ahead, opens, room), at) {
            (Arrival::First, _) => {
                let session = self.open(request, by_server);
                self.tell(Event::SessionOpened {
                    device: session.device.clone(),
                    session_id: session.id.clone(),
                    by_client: !by_server,
                });
                self.work(session, request, digest);
            }
            (Arrival::Next, Some(at)) => {
                let mut session = self.sessions.remove(at);
                session.doubted = None;
                self.work(session, request, digest);
            }
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

    fn open(&self, request: &Request<'_>, by_server: bool) -> Session {
        let hdr = &request.message.hdr;
        let first_id = hdr.msg_id.parse::<u32>().unwrap_or(1);
        Session {
            id: hdr.session_id.clone(),
            device: hdr.source.uri.clone(),
            origin: request.door.origin,
            encoding: Encoding::default(),
            msg_id: 0,
            peer_msg_id: first_id.saturating_sub(1),
            peer_digest: [0; 16],
            heard_s: self.now_s,
            peer: PeerLimits::default(),
            package: 2,
            account: 0,
            proven: false,
            way: Way {
                own: Own::new(&request.door, &hdr.target.uri),
                ..Way::default()
            },
            stored_nonce: Vec::new(),
            client_nonce: None,
            proved_by: Vec::new(),
            doubted: None,
            chal_due: false,
            server_nonce: Vec::new(),
            own_type: AuthType::Md5,
            own_shown: false,
            server_proven: false,
            resync_allowed: (by_server || self.config.always_resyncs)
                && self.may_resync(&hdr.session_id),
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
            evidence: Evidence::default(),
        }
    }

    fn work(&mut self, mut session: Session, request: &Request<'_>, digest: [u8; 16]) {
        let message = &request.message;
        session.peer_msg_id = session.peer_msg_id.saturating_add(1);
        session.peer_digest = digest;
        session.heard_s = self.now_s;
        session.evidence.transcript.add(request.body);
        session.encoding = request.encoding;
        session.way.openly = !session.way.is_behind(&request.door);
        session.way.shown = false;
        session.peer.take(&message.hdr);
        if let Some(code) = version_refused(&message.hdr) {
            let answers = refused(message, code);
            let ending = Ending::Refused(format!("{code} {}", code.meaning()));
            return self.reply(session, answers, Rest::Nothing, Course::Over(ending));
        }
        let proof = request.proof();
        let was_proven = session.proven;
        if !was_proven {
            self.find_account(&mut session, &message.hdr, &proof);
        }
        let client = &self.accounts[session.account].client;
        let needed = spoken(&client.auth_type);
        // One that is proven is here with a right proof or with none.
        if !was_proven || self.is_proved(&session, &proof) {
            // The resynchronisation nonce opens a session; it does not go on with it.
            let resync = session.resync_allowed && !was_proven && self.may_resync(&session.id);
            let check = auth::check(&proof, client, session.due_nonce(), resync);
            let (name, code) = (client.name.clone(), check.code(&needed));
            self.tell(Event::ClientAuthenticated { name, code });
            if !check.is_good() {
                return self.challenge(session, message, check, &needed);
            }
            self.client_proven(&mut session, check, &needed);
        }
        self.work_on(session, message, was_proven);
    }

    /// Answers a message of a session whose client is proven, but which does not prove itself: its
    /// sender is asked to, and the session waits as before. It goes on with whoever proves himself
    /// first, where it stood or behind the challenge.
    fn doubt(&mut self, at: usize, request: &Request<'_>, msg_id: Option<u32>, check: Check) {
        let session = &mut self.sessions[at];
        let earlier = session.doubted.take_if(|b| b.ahead(msg_id) == 1);
        let mut branch = match earlier {
            Some(branch) => *branch,
            None if session.ahead(msg_id) == 1 => session.branch(),
            None => return self.refuse_http(400),
        };
        branch.peer_msg_id = branch.peer_msg_id.saturating_add(1);
        branch.peer_digest = request.digest();
        branch.evidence.transcript.add(request.body);
        branch.encoding = request.encoding;
        branch.way.shown = false;
        if !session.way.is_behind(&request.door) {
            // The address of the session is for its client alone.
            branch.way.own = None;
        }
        let client = &self.accounts[branch.account].client;
        let (name, needed) = (client.name.clone(), spoken(&client.auth_type));
        let code = check.code(&needed);
        self.tell(Event::ClientAuthenticated { name, code });
        let answers = self.challenged(&mut branch, &request.message, check, &needed);
        let (answer, _) = self.write(&mut branch, answers, Rest::Nothing);
        branch.last_answer = Some(answer.clone());
        if branch.failures <= FORGIVEN {
            self.sessions[at].doubted = Some(Box::new(branch));
        }
        self.answer(answer);
    }

    /// Writes the next message of a session; with it, whether it waits for an answer.
    fn write(
        &mut self,
        session: &mut Session,
        answers: Vec<Command>,
        rest: Rest,
    ) -> (Answer, bool) {
        let account = &self.accounts[session.account];
        let terms = Terms {
            config: &self.config,
            account,
        };
        let built = build(session, answers, rest, &terms);
        for (at, code) in &built.refused {
            self.tell_refusal(session, *at, *code);
        }
        let server = &self.accounts[session.account].server;
        let body = built.message.encode(session.encoding);
        session.evidence.transcript.add(&body);
        let signs = session.proven
            && session.own_type == AuthType::Mac
            && !server.name.is_empty()
            && !session.server_nonce.is_empty();
        let hmac = signs.then(|| HmacHeader::of(server, &session.server_nonce, &body).to_string());
        session.own_shown = hmac.is_some() || built.message.hdr.cred.is_some();
        session.was_final = built.message.is_final || rest == Rest::NextMessage;
        let answer = Answer {
            http_status: 200,
            content_type: session.encoding.media_type().to_owned(),
            hmac,
            body,
            package: session.package,
            msg_id: session.msg_id,
        };
        (answer, built.waits)
    }

    /// Makes the answer; a message that asks for nothing is the last.
    pub(super) fn reply(
        &mut self,
        mut session: Session,
        answers: Vec<Command>,
        rest: Rest,
        course: Course,
    ) {
        let (answer, waits) = self.write(&mut session, answers, rest);
        session.last_answer = Some(answer.clone());
        self.answer(answer);
        let ending = match course {
            Course::Over(ending) => ending,
            Course::Wait => return self.sessions.push(session),
            Course::Open if waits => return self.sessions.push(session),
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
                way: session.way.clone(),
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
        (1, 0) => "1 command done".to_owned(),
        (all, 0) => format!("{all} commands done"),
        (all, refused) => format!("{refused} of {all} commands refused"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_arrivals() {
        for (ahead, opens, room, wanted) in [
            (None, true, true, Arrival::First),
            (None, false, true, Arrival::Stray),
            (None, true, false, Arrival::Busy),
            (None, false, false, Arrival::Busy),
            (Some(1), false, false, Arrival::Next),
            (Some(1), true, true, Arrival::Next),
            (Some(0), true, false, Arrival::OutOfOrder),
            (Some(-1), false, true, Arrival::OutOfOrder),
            (Some(2), true, true, Arrival::OutOfOrder),
        ] {
            assert_eq!(arrival(ahead, opens, room), wanted);
        }
    }
}
