//! A DM Server, such as the card's: sessions from the other side, led by a plan
//! (OMA-TS-DM_Protocol-V1_2_1; OMA-AD-DM_SC-V1_0 §5.3).
//!
//! Knows no tree, no card and no transport: messages in, messages out.

mod alerts;
mod answers;
mod auth;
mod authenticate;
mod commands;
mod large_object;
mod output;
mod package;
mod plan;
mod program;
mod queue;
mod room;
pub mod samples;
mod session;
mod status;

pub use output::{Alerted, Answer, Event, EventItem, Output, Receipt};
pub use plan::{
    Condition, Interaction, MAX_CHOICES, MAX_GROUPS, MAX_PLAN, MAX_STEPS, MAX_URI, MAX_WORD,
    Object, OnFailure, Operation, Options, Payload, Place, Plan, PlanError, StatusRange, Step,
    Test,
};

use crate::codec::auth::{Account, HmacHeader, RESYNC_NONCE, nonce};
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::syncml::{Encoding, Message};
use crate::codec::wsp;
use program::Program;
use queue::Queue;
use session::{Finished, Request, Session};
use std::collections::VecDeque;
use std::sync::Arc;

/// Messages of one session, however the client goes on.
pub const MAX_MESSAGES: u32 = 1000;

/// Last session identifier of the card; those above are for others that sign for the same server.
pub const LAST_OWN_SESSION: u16 = 0x7FFF;

/// Sessions of others that are remembered, and last answers of sessions that are over.
const REMEMBERED: usize = 16;

/// What a server is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What it shares with each client. The first is the one notifications are for. A client
    /// without a name need not prove itself; a server without a name does not.
    pub accounts: Vec<Account>,
    /// Octets of the largest message it takes; told as MaxMsgSize.
    pub max_msg_size: usize,
    /// Octets of the largest object it takes; told as MaxObjSize.
    pub max_obj_size: u64,
    /// Where clients are to send what follows their first message; told as RespURI.
    pub resp_uri: Option<String>,
    /// Types of client events and generic alerts that are understood; empty for all.
    pub alert_types: Vec<String>,
    /// Sessions at a time; one more gets 503.
    pub max_sessions: usize,
    /// Devices of which it is remembered what was done; the one served longest ago is forgotten.
    pub max_devices: usize,
    /// Seconds without a message after which a session is given up; for ever when `None`.
    pub idle_s: Option<u64>,
    /// Whether each session works through the whole plan, and not only through what is left of it.
    pub repeat_plan: bool,
    /// For nonces.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            accounts: Vec::new(),
            max_msg_size: 2048,
            max_obj_size: 65_535,
            resp_uri: None,
            alert_types: Vec::new(),
            max_sessions: 1,
            max_devices: 1,
            idle_s: None,
            repeat_plan: false,
            seed: 0,
        }
    }
}

/// A DM Server with one plan for all its clients.
#[derive(Clone, Debug)]
pub struct DmServer {
    config: Config,
    /// With the nonces of now; at least one.
    accounts: Vec<Account>,
    program: Arc<Program>,
    /// What was done in each device; the one served last stands last.
    served: Vec<Served>,
    outputs: VecDeque<Output>,
    sessions: Vec<Session>,
    finished: VecDeque<Finished>,
    now_s: u64,
    /// Last session identifier given out.
    last_session: u16,
    /// Sessions others announced.
    expected: VecDeque<u16>,
    /// The client may hold another server nonce than we do.
    in_doubt: bool,
    /// Nonces made so far.
    nonces: u32,
    /// Push identifiers given out so far.
    pushes: u8,
}

/// What was done in a device under an account.
#[derive(Clone, Debug)]
struct Served {
    device: String,
    account: usize,
    queue: Queue,
}

/// What every message needs beside the session.
struct Terms<'a> {
    config: &'a Config,
    account: &'a Account,
}

impl DmServer {
    /// A server without a session.
    pub fn new(mut config: Config, plan: Plan) -> Self {
        let mut accounts = std::mem::take(&mut config.accounts);
        if accounts.is_empty() {
            accounts.push(Account::default());
        }
        DmServer {
            accounts,
            config,
            program: Arc::new(Program::new(plan)),
            served: Vec::new(),
            outputs: VecDeque::new(),
            sessions: Vec::new(),
            finished: VecDeque::new(),
            now_s: 0,
            last_session: 0,
            expected: VecDeque::new(),
            in_doubt: false,
            nonces: 0,
            pushes: 0,
        }
    }

    /// Another plan; what was left of the old one is forgotten.
    pub fn set_plan(&mut self, plan: Plan) {
        self.program = Arc::new(Program::new(plan));
        self.served.clear();
        for session in &mut self.sessions {
            session.set_plan(Queue::new(Arc::clone(&self.program)));
        }
    }

    /// The accounts with the nonces of now, in the order they were given.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Whether a session runs.
    pub fn is_busy(&self) -> bool {
        !self.sessions.is_empty()
    }

    /// Whether every step of the plan has its final Status, or no turn, in the device served last.
    pub fn is_done(&self) -> bool {
        match self.served.last() {
            Some(served) => served.queue.is_done(),
            None => self.program.len() == 0,
        }
    }

    /// Whether the client may hold another server nonce than this server does, so that the next
    /// notification is signed with the resynchronisation nonce (DM Security §5.2).
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Commands of the plan that are about a node, in their order: name and URI.
    pub fn commands(&self) -> Vec<(String, String)> {
        let flats = (0..self.program.len()).filter_map(|at| self.program.get(at));
        flats
            .map(|flat| &flat.step.operation)
            .filter(|operation| !operation.target().is_empty())
            .map(|operation| (operation.name().to_owned(), operation.target().to_owned()))
            .collect()
    }

    /// What is to be done, in order; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A notification for a new session, as WSP push PDU, signed with the server nonce of now. When
    /// the last session broke off before the client said which nonce comes next, nobody knows
    /// which it holds: then the resynchronisation nonce signs (DM Security §5.2), until a client has
    /// said it.
    pub fn notification(&mut self, ui_mode: UiMode, initiator: Initiator) -> Vec<u8> {
        if self.in_doubt {
            self.resync_notification(ui_mode, initiator)
        } else {
            self.plain_notification(ui_mode, initiator)
        }
    }

    fn plain_notification(&mut self, ui_mode: UiMode, initiator: Initiator) -> Vec<u8> {
        self.last_session = if self.last_session >= LAST_OWN_SESSION {
            1
        } else {
            self.last_session + 1
        };
        self.pushes = self.pushes.wrapping_add(1);
        let account = &self.accounts[0];
        let package = Package0::new(&account.server_id, self.last_session, ui_mode, initiator)
            .signed(&account.server.secret, &account.server.nonce);
        wsp::encode_notification(self.pushes, &package)
    }

    /// The same for peers whose nonces have come apart: signed with the resynchronisation nonce,
    /// and the client may answer with it.
    pub fn resync_notification(&mut self, ui_mode: UiMode, initiator: Initiator) -> Vec<u8> {
        let push = self.plain_notification(ui_mode, initiator);
        self.expect_session(self.last_session);
        match wsp::decode_notification(&push) {
            Ok((_, package)) => {
                let package = package.signed(&self.accounts[0].server.secret, &RESYNC_NONCE);
                wsp::encode_notification(self.pushes, &package)
            }
            // A server without a name cannot be called for.
            Err(_) => push,
        }
    }

    /// Another that knows our secret has called for this session, maybe without knowing the
    /// nonce: the client may come with the resynchronisation nonce.
    pub fn expect_session(&mut self, session_id: u16) {
        if self.expected.len() >= REMEMBERED {
            self.expected.pop_front();
        }
        self.expected.push_back(session_id);
    }

    /// The time now, for sessions whose client says nothing more (`Config::idle_s`).
    pub fn handle_time(&mut self, now_s: u64) {
        self.now_s = now_s;
        let Some(idle_s) = self.config.idle_s else {
            return;
        };
        while let Some(at) = self
            .sessions
            .iter()
            .position(|s| s.heard_s.saturating_add(idle_s) < now_s)
        {
            let session = self.sessions.remove(at);
            self.lost(session, "the client said nothing more");
        }
    }

    /// A message of a client: its HTTP Content-Type, the value of its `x-syncml-hmac` header if
    /// there is one, and its body.
    pub fn handle_message(&mut self, content_type: &str, hmac: Option<&str>, body: &[u8]) {
        let Some(encoding) = Encoding::from_media_type(content_type) else {
            return self.refuse_http(415);
        };
        if body.len() > self.config.max_msg_size {
            return self.refuse_http(413);
        }
        match Message::decode(body, encoding) {
            Ok(message) => {
                let hmac = hmac.and_then(HmacHeader::parse);
                self.take(&Request {
                    message,
                    encoding,
                    hmac,
                    body,
                });
            }
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                self.refuse_http(400);
                // Of several sessions nobody knows which it was meant for.
                if self.config.max_sessions <= 1
                    && let Some(session) = self.sessions.pop()
                {
                    self.over(session, false, "the message cannot be read".to_owned());
                }
            }
        }
    }

    /// The only connection there is has gone: sessions cannot be resumed.
    pub fn handle_connection_lost(&mut self) {
        while let Some(session) = self.sessions.pop() {
            self.lost(session, "the connection was lost");
        }
    }

    fn lost(&mut self, session: Session, reason: &str) {
        self.in_doubt |= session.is_in_doubt();
        self.over(session, false, reason.to_owned());
    }

    /// Whether the client of a session may use the resynchronisation nonce. Not in sessions that
    /// our own notification with the nonce of now began: there it could only be a replay.
    fn may_resync(&self, session_id: &str) -> bool {
        u16::from_str_radix(session_id, 16)
            .is_ok_and(|id| id > LAST_OWN_SESSION || self.expected.contains(&id))
    }

    fn new_nonce(&mut self) -> Vec<u8> {
        self.nonces = self.nonces.wrapping_add(1) & 0x7FFF_FFFF;
        nonce(self.config.seed, self.nonces).to_vec()
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn answer(&mut self, answer: Answer) {
        self.outputs.push_back(Output::Answer(answer));
    }

    /// An answer of HTTP alone.
    fn refuse_http(&mut self, http_status: u16) {
        self.answer(Answer {
            http_status,
            content_type: String::new(),
            hmac: None,
            body: Vec::new(),
            package: 0,
            msg_id: 0,
        });
    }

    /// A session is over: what it did is kept for the next of the same device.
    fn over(&mut self, session: Session, complete: bool, reason: String) {
        self.tell(Event::SessionEnded { complete, reason });
        let Some((device, account, mut queue)) = session.into_work() else {
            return;
        };
        queue.rest();
        self.served.push(Served {
            device,
            account,
            queue,
        });
        if self.served.len() > self.config.max_devices.max(1) {
            self.served.remove(0);
        }
    }

    /// What is to be done in a device: what is left of the plan, or all of it.
    fn work_for(&mut self, device: &str, account: usize) -> Queue {
        let is_of = |s: &Served| s.device == device && s.account == account;
        let left = self.served.iter().position(is_of);
        let left = left.map(|at| self.served.remove(at).queue);
        left.filter(|_| !self.config.repeat_plan)
            .unwrap_or_else(|| Queue::new(Arc::clone(&self.program)))
    }
}
