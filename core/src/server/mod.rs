//! A DM Server, such as the card's: sessions from the other side, led by a plan
//! (OMA-TS-DM_Protocol-V1_2_1; OMA-AD-DM_SC-V1_0 §5.3).
//!
//! Knows no tree, no card and no transport: messages in, messages out.

mod alerts;
mod answers;
mod arrivals;
mod auth;
mod authenticate;
mod commands;
mod config;
mod door;
mod evidence;
mod header;
mod large_object;
mod nonces;
mod notary;
mod output;
mod package;
mod plan;
mod program;
mod queue;
mod room;
pub mod samples;
mod session;
mod status;
mod turnout;
mod whose;

pub use crate::dm::MAX_MESSAGES;
pub use config::Config;
pub use door::{Door, SESSION_PARAMETER};
pub use notary::Notary;
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
use nonces::Nonces;
use program::Program;
use queue::Queue;
use session::{Ending, Finished, Request, Session};
use std::collections::VecDeque;
use std::sync::Arc;

/// Last session identifier of the card; those above are for others that sign for the same server.
pub const LAST_OWN_SESSION: u16 = 0x7FFF;

/// Sessions of others that are remembered, and last answers of sessions that are over.
const REMEMBERED: usize = 16;

/// DM Server with one plan for all its clients: messages come in by `handle_message`, answers and
/// facts go out by [`DmServer::poll`].
///
/// ```
/// # use dmsc_core::codec::syncml::{Command, Encoding, Message};
/// # use dmsc_core::server::{Config, DmServer, Output, Plan};
/// let plan = Plan::from_json(r#"{"commands": [{"command": "Get", "target": "./DevInfo/Mod"}]}"#)?;
/// let mut server = DmServer::new(Config::default(), plan);
/// let opening = b"<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
///     <VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID>\
///     <Target><LocURI>s</LocURI></Target><Source><LocURI>IMEI:1</LocURI></Source></SyncHdr>\
///     <SyncBody><Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Final/></SyncBody></SyncML>";
/// server.handle_message("application/vnd.syncml.dm+xml", None, opening);
/// while let Some(output) = server.poll() {
///     let Output::Answer(answer) = output else { continue };
///     let message = Message::decode(&answer.body, Encoding::Xml)?;
///     assert!(message.commands.iter().any(|command| command.name() == "Get"));
/// }
/// assert!(server.is_busy(), "the session waits for the client's Status");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DmServer {
    config: Config,
    /// With the nonces of the device served last; at least one.
    accounts: Vec<Account>,
    nonces: Nonces,
    program: Arc<Program>,
    /// Keys and chain, where receipts are signed.
    notary: Option<Notary>,
    /// What was done in each device; the one served last stands last.
    served: Vec<Served>,
    outputs: VecDeque<Output>,
    sessions: Vec<Session>,
    finished: VecDeque<Finished>,
    now_s: u64,
    /// Last session identifier given out.
    last_session: u16,
    /// Sessions announced by notifications with the resynchronisation nonce, not begun yet.
    expected: VecDeque<u16>,
    /// The client may hold another server nonce than we do.
    in_doubt: bool,
    /// Nonces made so far.
    made: u32,
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

impl DmServer {
    /// Makes a server without a session.
    pub fn new(mut config: Config, plan: Plan) -> Self {
        let mut accounts = std::mem::take(&mut config.accounts);
        if accounts.is_empty() {
            accounts.push(Account::default());
        }
        DmServer {
            nonces: Nonces::new(&accounts, config.max_devices),
            accounts,
            config,
            program: Arc::new(Program::new(plan)),
            notary: None,
            served: Vec::new(),
            outputs: VecDeque::new(),
            sessions: Vec::new(),
            finished: VecDeque::new(),
            now_s: 0,
            last_session: 0,
            expected: VecDeque::new(),
            in_doubt: false,
            made: 0,
            pushes: 0,
        }
    }

    /// Puts another plan in place; what was left of the old one is forgotten.
    pub fn set_plan(&mut self, plan: Plan) {
        self.program = Arc::new(Program::new(plan));
        self.served.clear();
        for session in &mut self.sessions {
            session.set_plan(Queue::new(Arc::clone(&self.program)));
        }
    }

    /// The accounts in the order they were given, each with the nonces of its device served last.
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

    /// Hands out what is to be done, in order; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Makes a notification for a new session, as WSP push PDU, signed with the server nonce of
    /// now. When the last session broke off before the client said which nonce comes next, the
    /// server cannot know which one the client holds: then the resynchronisation nonce signs
    /// (DM Security §5.2), until a client has said it.
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

    /// Makes a notification for a client whose nonce may be another: signed with the
    /// resynchronisation nonce, with which the client may answer too.
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

    /// Expects a session that a notification with the resynchronisation nonce has called for,
    /// maybe one of another party with the server's secret: its client may come with that nonce,
    /// once (DM Security §5.2).
    pub fn expect_session(&mut self, session_id: u16) {
        self.expected.retain(|id| *id != session_id);
        if self.expected.len() >= REMEMBERED {
            self.expected.pop_front();
        }
        self.expected.push_back(session_id);
    }

    /// Takes the time, and ends sessions whose client says nothing more (`Config::idle_s`).
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
            self.end(
                session,
                Ending::Lost("the client said nothing more".to_owned()),
            );
        }
    }

    /// Takes a message of a client: its HTTP Content-Type, the value of its `x-syncml-hmac` header if
    /// there is one, and its body. It came over the only connection there is.
    pub fn handle_message(&mut self, content_type: &str, hmac: Option<&str>, body: &[u8]) {
        self.handle_message_at(&Door::default(), content_type, hmac, body);
    }

    /// Takes a message as [`DmServer::handle_message`] does, of a peer that goes by a number, such
    /// as one for its address in a network: no peer's sessions take up the room for all.
    pub fn handle_message_from(
        &mut self,
        origin: u64,
        content_type: &str,
        hmac: Option<&str>,
        body: &[u8],
    ) {
        let door = Door {
            origin,
            ..Door::default()
        };
        self.handle_message_at(&door, content_type, hmac, body);
    }

    /// Takes a message of a client, as `handle_message` does, where several connections lead here:
    /// sessions have addresses of their own, and the door tells which one the message came to.
    pub fn handle_message_at(
        &mut self,
        door: &Door<'_>,
        content_type: &str,
        hmac: Option<&str>,
        body: &[u8],
    ) {
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
                    door: *door,
                });
            }
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                self.refuse_http(400);
                // Of several sessions nobody knows which it was meant for.
                if self.config.max_sessions <= 1
                    && door.fresh.is_none()
                    && let Some(session) = self.sessions.pop()
                {
                    let reason = "the message cannot be read".to_owned();
                    self.end(session, Ending::Refused(reason));
                }
            }
        }
    }

    /// Ends all sessions: the only connection there is has gone, and none can be resumed.
    pub fn handle_connection_lost(&mut self) {
        while let Some(session) = self.sessions.pop() {
            self.end(session, Ending::Lost("the connection was lost".to_owned()));
        }
    }

    /// Whether the client of a session may use the resynchronisation nonce: only in one that a
    /// notification with that nonce announced, and that has not been. In any other it could only
    /// be a replay.
    fn may_resync(&self, session_id: &str) -> bool {
        let is_expected = |id| self.expected.contains(&id);
        self.config.always_resyncs || u16::from_str_radix(session_id, 16).is_ok_and(is_expected)
    }

    /// A session has been: what announced it is used up.
    fn has_been(&mut self, session_id: &str) {
        if let Ok(id) = u16::from_str_radix(session_id, 16) {
            self.expected.retain(|expected| *expected != id);
        }
    }

    fn new_nonce(&mut self) -> Vec<u8> {
        self.made = self.made.wrapping_add(1) & 0x7FFF_FFFF;
        nonce(self.config.seed, self.made).to_vec()
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

    /// Ends a session: what it did is kept for the next of the same device.
    fn end(&mut self, session: Session, ending: Ending) {
        let complete = matches!(ending, Ending::Complete(_));
        if !complete {
            // Notifications are for the first account.
            self.in_doubt |= session.account == 0 && session.is_in_doubt();
        }
        let reason = ending.into_reason();
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
