//! One session with a device: what both sides know, what an arriving message is, and who is at
//! the other end (OMA-TS-DM_Protocol-V1_2_1 §6–§9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::auth::{self, Check, Shown};
use super::large_object::Incoming;
use super::output::{Answer, Event};
use super::package::{Rest, build};
use super::queue::Queue;
use super::status::refused;
use super::{DmServer, REMEMBERED, Terms};
use crate::codec::auth::{AuthType, HmacHeader, md5};
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Message, StatusCode, SyncHdr,
};
use std::collections::{BTreeMap, VecDeque};

/// Octets of a message when the client names no limit.
const DEFAULT_MAX_MSG_SIZE: usize = 65_536;

/// Failures of credentials that are forgiven with one more challenge: a stale nonce is no attack.
pub(super) const FORGIVEN: u8 = 1;

/// Commands of earlier messages whose Status is still taken: more than the largest document there
/// is room for comes to, with every one of them sent in each of its forms.
const MAX_SENT: usize = 16_384;

/// A message as it arrived.
pub(super) struct Request<'a> {
    pub(super) message: Message,
    pub(super) encoding: Encoding,
    pub(super) hmac: Option<HmacHeader>,
    pub(super) body: &'a [u8],
}

/// A session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: String,
    /// Source of the client's messages.
    pub(super) device: String,
    pub(super) encoding: Encoding,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the client's last message, and what it was.
    peer_msg_id: u32,
    peer_digest: [u8; 16],
    /// When the last message came.
    pub(super) heard_s: u64,
    pub(super) peer_max_msg_size: usize,
    pub(super) peer_max_obj_size: Option<u64>,
    pub(super) package: u8,
    /// Whose it is: certain once the client is proven.
    pub(super) account: usize,
    /// The client's credentials were right.
    pub(super) proven: bool,
    /// What the client is asked with; that of the account until the first challenge.
    pub(super) client_nonce: Option<Vec<u8>>,
    /// The client has not been told yet, or has not kept, the nonce for next time.
    pub(super) chal_due: bool,
    /// For our credentials.
    pub(super) server_nonce: Vec<u8>,
    /// How we prove ourselves: as the account says, or as the client asks.
    pub(super) own_type: AuthType,
    /// The client took our credentials: no more Cred.
    pub(super) server_proven: bool,
    /// The client may use the resynchronisation nonce.
    pub(super) resync_allowed: bool,
    /// The client was asked to prove itself.
    pub(super) asked: bool,
    pub(super) failures: u8,
    pub(super) server_failures: u8,
    /// What is to be done; empty until the client is proven.
    pub(super) queue: Queue,
    /// What the user said when it was no yes.
    pub(super) refused: Option<StatusCode>,
    /// Commands whose Status is to come: MsgID and CmdID, and what they were.
    sent: BTreeMap<(u32, u32), Sent>,
    /// An object of which not all chunks are sent.
    pub(super) object: Option<Sending>,
    /// Messages a command has waited for one with room.
    pub(super) put_off: u8,
    /// An object of which not all chunks have come.
    pub(super) incoming: Option<Incoming>,
    /// Answers that found no room.
    pub(super) held: VecDeque<Command>,
    /// Our last message left nothing of its package for the next.
    pub(super) was_final: bool,
    /// For a client that repeats itself.
    last_answer: Option<Answer>,
}

/// A command that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) step: usize,
    /// Element name.
    pub(super) name: &'static str,
    /// Its final Status came.
    answered: bool,
}

/// A large object on its way to the client.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    pub(super) step: usize,
    pub(super) command: Command,
    /// What is left.
    pub(super) data: Data,
    /// Told with the first chunk.
    pub(super) size: Option<u64>,
}

/// The last answer of a session that is over.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    id: String,
    device: String,
    digest: [u8; 16],
    answer: Answer,
}

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

impl Session {
    /// The client may have chosen a server nonce that did not reach us.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.proven && !self.server_proven
    }

    /// What was done, and for whom; nothing when the client did not prove itself.
    pub(super) fn into_work(self) -> Option<(String, usize, Queue)> {
        self.proven
            .then_some((self.device, self.account, self.queue))
    }

    /// Another plan in place of the one in hand.
    pub(super) fn set_plan(&mut self, queue: Queue) {
        if self.proven {
            self.queue = queue;
            self.sent.clear();
            self.object = None;
        }
    }

    /// Remembers a command of the message that is being made.
    pub(super) fn expect(&mut self, cmd_id: u32, step: usize) {
        if self.sent.len() >= MAX_SENT {
            self.sent.pop_first();
        }
        let sent = Sent {
            step,
            name: self.queue.name(step),
            answered: false,
        };
        self.sent.insert((self.msg_id, cmd_id), sent);
    }

    /// The step a Status or Results answers.
    pub(super) fn find(&self, msg_ref: &str, cmd_ref: &str) -> Option<usize> {
        let key = (msg_ref.parse().ok()?, cmd_ref.parse().ok()?);
        self.sent.get(&key).map(|sent| sent.step)
    }

    /// What a final Status answers, once. The entry stays: Results may come behind.
    pub(super) fn close(&mut self, msg_ref: &str, cmd_ref: &str) -> Option<Sent> {
        let key = (msg_ref.parse().ok()?, cmd_ref.parse().ok()?);
        let sent = self.sent.get_mut(&key)?;
        (!std::mem::replace(&mut sent.answered, true)).then_some(*sent)
    }

    /// The nonce the client is told to use next.
    pub(super) fn client_nonce(&self) -> &[u8] {
        self.client_nonce.as_deref().unwrap_or_default()
    }

    fn take_limits(&mut self, hdr: &SyncHdr) {
        if let Some(size) = hdr.meta.max_msg_size {
            self.peer_max_msg_size = usize::try_from(size).unwrap_or(usize::MAX);
        }
        if hdr.meta.max_obj_size.is_some() {
            self.peer_max_obj_size = hdr.meta.max_obj_size;
        }
    }
}

/// How a session goes on after a message.
pub(super) enum End {
    /// It waits when something was asked for, else it is over in good order.
    Open,
    /// It waits for the client.
    Wait,
    /// It is over: in good order, or not, and why.
    Over(bool, String),
}

impl DmServer {
    /// Finds out what a message is, and answers it.
    pub(super) fn take(&mut self, request: &Request<'_>) {
        let hdr = &request.message.hdr;
        let msg_id = hdr.msg_id.parse::<u32>().ok().filter(|id| *id > 0);
        let opening = |code| {
            let mut commands = request.message.commands.iter();
            commands.any(|c| matches!(c, Command::Alert(Alert { code: c, .. }) if *c == code))
        };
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
        let room = self.sessions.len() < self.config.max_sessions.max(1);
        match (arrival(ahead, again, opens, room), at) {
            (Arrival::First, _) => {
                let session = self.open(hdr, by_server);
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
                let session = self.sessions.remove(at);
                let reason = format!("MsgID {} is not the next", hdr.msg_id);
                self.reply(session, Vec::new(), Rest::Abort, End::Over(false, reason));
            }
            (Arrival::Busy, _) => self.refuse_http(503),
            _ => self.refuse_http(400),
        }
    }

    fn open(&self, hdr: &SyncHdr, by_server: bool) -> Session {
        let first_id = hdr.msg_id.parse::<u32>().unwrap_or(1);
        Session {
            id: hdr.session_id.clone(),
            device: hdr.source.uri.clone(),
            encoding: Encoding::default(),
            msg_id: 0,
            peer_msg_id: first_id.saturating_sub(1),
            peer_digest: [0; 16],
            heard_s: self.now_s,
            peer_max_msg_size: DEFAULT_MAX_MSG_SIZE,
            peer_max_obj_size: None,
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
        session.take_limits(&message.hdr);
        let wrong_version = if message.hdr.ver_proto != "DM/1.2" {
            Some(StatusCode::PROTOCOL_NOT_SUPPORTED)
        } else if message.hdr.ver_dtd != "1.2" {
            Some(StatusCode::DTD_NOT_SUPPORTED)
        } else {
            None
        };
        if let Some(code) = wrong_version {
            let answers = refused(message, code);
            let end = End::Over(false, format!("{code} {}", code.meaning()));
            return self.reply(session, answers, Rest::Nothing, end);
        }
        let shown = Shown {
            cred: message.hdr.cred.as_ref(),
            hmac: request.hmac.as_ref(),
            body: request.body,
        };
        let was_proven = session.proven;
        if !was_proven {
            self.find_account(&mut session, &message.hdr, shown);
        }
        let client = &self.accounts[session.account].client;
        let needed = auth::required(client);
        if !was_proven || needed == AuthType::Mac && !client.name.is_empty() {
            let nonce = session.client_nonce.as_ref().unwrap_or(&client.nonce);
            // The resynchronisation nonce opens a session; it does not go on with it.
            let resync = session.resync_allowed && !was_proven;
            let check = auth::check(shown, client, nonce, resync);
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
        end: End,
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
        let (complete, reason) = match end {
            End::Over(complete, reason) => (complete, reason),
            End::Wait => return self.sessions.push(session),
            End::Open if built.waits => return self.sessions.push(session),
            End::Open => self.outcome(&session),
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
        self.over(session, complete, reason);
    }

    fn outcome(&self, session: &Session) -> (bool, String) {
        if let Some(code) = session.refused {
            let reason = match code {
                StatusCode::NOT_MODIFIED => "the user said no",
                StatusCode::CANCELLED_BY_USER => "the user cancelled",
                StatusCode::TIMED_OUT => "the user did not answer",
                _ => "the user could not be asked",
            };
            // An answer of the user is a result like any other: nothing is left to be done.
            let answered = matches!(
                code,
                StatusCode::NOT_MODIFIED | StatusCode::CANCELLED_BY_USER | StatusCode::TIMED_OUT
            );
            return (answered, reason.to_owned());
        }
        if !session.queue.is_done() {
            return (false, "some commands were not executed".to_owned());
        }
        let reason = match session.queue.count() {
            (0, _) => "there was nothing to do".to_owned(),
            (all, 0) => format!("{all} commands done"),
            (all, refused) => format!("{refused} of {all} commands refused"),
        };
        (true, reason)
    }
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
