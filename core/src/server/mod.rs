//! The card's DM Server: sessions from the other side, led by a plan made from provisioning data
//! (OMA-TS-DM_Protocol-V1_2_1; OMA-AD-DM_SC-V1_0 §5.3).
//!
//! Knows no tree, no card and no transport: messages in, messages out.

mod auth;
mod output;
mod package;
mod plan;
mod queue;
pub mod samples;
mod session;

pub use output::{Answer, Event, Output, Receipt};
pub use plan::{Object, Operation, OperationKind, Plan};

use crate::codec::auth::{Account, RESYNC_NONCE, nonce};
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::syncml::{Encoding, Message};
use crate::codec::wsp;
use queue::Queue;
use session::Session;
use std::collections::VecDeque;

/// Messages of one session, however the client goes on.
pub const MAX_MESSAGES: u32 = 1000;

/// Last session identifier of the card; those above are for others that sign for the same server.
pub const LAST_OWN_SESSION: u16 = 0x7FFF;

/// Sessions of others that are remembered.
const REMEMBERED: usize = 16;

/// What a server is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What it shares with the client.
    pub account: Account,
    /// Octets of the largest message it takes; told as MaxMsgSize.
    pub max_msg_size: usize,
    /// Octets of the largest object it takes; told as MaxObjSize.
    pub max_obj_size: u64,
    /// For nonces.
    pub seed: u64,
    /// Question to the user before anything is changed.
    pub ask_confirmation: Option<String>,
    /// Seconds the user has to answer.
    pub max_display_s: u32,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            account: Account::default(),
            max_msg_size: 2048,
            max_obj_size: 65_535,
            seed: 0,
            ask_confirmation: None,
            max_display_s: 60,
        }
    }
}

/// A DM Server for one account and one plan.
#[derive(Debug)]
pub struct DmServer {
    config: Config,
    /// With the nonces of now.
    account: Account,
    queue: Queue,
    outputs: VecDeque<Output>,
    session: Option<Session>,
    /// Source of the client that was served last.
    device: Option<String>,
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

/// What every message needs beside the session.
struct Terms<'a> {
    config: &'a Config,
    account: &'a Account,
}

impl DmServer {
    /// A server without a session.
    pub fn new(config: Config, plan: Plan) -> Self {
        DmServer {
            account: config.account.clone(),
            config,
            queue: Queue::new(plan),
            outputs: VecDeque::new(),
            session: None,
            device: None,
            last_session: 0,
            expected: VecDeque::new(),
            in_doubt: false,
            nonces: 0,
            pushes: 0,
        }
    }

    /// Another plan; what was left of the old one is forgotten.
    pub fn set_plan(&mut self, plan: Plan) {
        self.queue = Queue::new(plan);
    }

    /// The account with the nonces of now.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Whether a session runs.
    pub fn is_busy(&self) -> bool {
        self.session.is_some()
    }

    /// Whether every operation of the plan has its final Status.
    pub fn is_done(&self) -> bool {
        self.queue.is_done()
    }

    /// What is to be done, in order; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A notification for a new session, as WSP push PDU, signed with the server nonce of now. When
    /// the last session broke off before the client said which nonce comes next, nobody knows
    /// which it holds: then the resynchronisation nonce signs (DM Security §5.2).
    pub fn notification(&mut self, ui_mode: UiMode, initiator: Initiator) -> Vec<u8> {
        if std::mem::take(&mut self.in_doubt) {
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
        let server = &self.account.server;
        let package = Package0::new(
            &self.account.server_id,
            self.last_session,
            ui_mode,
            initiator,
        )
        .signed(&server.secret, &server.nonce);
        wsp::encode_notification(self.pushes, &package)
    }

    /// The same for peers whose nonces have come apart: signed with the resynchronisation nonce,
    /// and the client may answer with it.
    pub fn resync_notification(&mut self, ui_mode: UiMode, initiator: Initiator) -> Vec<u8> {
        let push = self.plain_notification(ui_mode, initiator);
        self.expect_session(self.last_session);
        match wsp::decode_notification(&push) {
            Ok((_, package)) => {
                let package = package.signed(&self.account.server.secret, &RESYNC_NONCE);
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

    /// A message of the client: its HTTP Content-Type and body.
    pub fn handle_message(&mut self, content_type: &str, body: &[u8]) {
        let Some(encoding) = Encoding::from_media_type(content_type) else {
            return self.refuse_http(415);
        };
        if body.len() > self.config.max_msg_size {
            return self.refuse_http(413);
        }
        match Message::decode(body, encoding) {
            Ok(message) => self.take(message, encoding),
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                self.refuse_http(400);
                if self.session.take().is_some() {
                    self.over(false, "the message cannot be read".to_owned());
                }
            }
        }
    }

    /// The client's connection is gone: the session cannot be resumed.
    pub fn handle_connection_lost(&mut self) {
        if let Some(session) = self.session.take() {
            self.in_doubt = session.is_in_doubt();
            self.over(false, "the connection was lost".to_owned());
        }
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
            body: Vec::new(),
            package: 0,
            msg_id: 0,
        });
    }

    fn over(&mut self, complete: bool, reason: String) {
        self.session = None;
        self.queue.rest();
        self.tell(Event::SessionEnded { complete, reason });
    }
}
