//! The DM Client: notifications in, sessions out, the tree in between
//! (OMA-TS-DM_Protocol-V1_2_1, OMA-TS-DM_Notification-V1_2_1).
//!
//! Knows no card and no terminal: it sees a push, a byte stream, a user and a clock that others
//! hold for it.

mod address;
mod alerts;
mod auth;
mod commands;
mod data;
mod fit;
mod groups;
mod initiate;
mod input_type;
mod interaction;
mod items;
mod large_object;
mod notification;
mod output;
mod own_proof;
mod package;
mod replies;
mod session;
mod state;
mod transport;
mod tree_commands;

pub use alerts::{AlertItem, AlertRefused, DeviceAlert, MAX_ALERTS};
pub use input_type::InputType;
pub use interaction::{Answer, Question};
pub use output::{Event, Execution, Outgoing, Output};

use crate::codec::auth::{AuthType, nonce};
use crate::codec::http::{self, Response};
use crate::codec::syncml::{AlertCode, Encoding, StatusCode};
use crate::tree::ManagementTree;
use alerts::Pending;
use commands::{Scene, Wait, Work};
use notification::{Accepted, Served};
use session::{Next, Session};
use state::{Action, Input, State, action};
use std::collections::VecDeque;

/// Messages of one session, however the server goes on.
pub const MAX_MESSAGES: u32 = 1000;

/// Redirects of one session that are followed.
const MAX_REDIRECTS: u8 = 5;

/// Octets of the longest response taken.
const MAX_RESPONSE: usize = http::MAX_HEAD + http::MAX_BODY;

/// What a client is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// DevId: Source of every message, `IMEI:…`.
    pub device_id: String,
    /// MaxMsgSize told to the server.
    pub max_msg_size: u64,
    /// MaxObjSize told to the server.
    pub max_obj_size: u64,
    /// How messages are written.
    pub encoding: Encoding,
    /// For nonces.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            device_id: "IMEI:493005100592800".to_owned(),
            max_msg_size: 4096,
            max_obj_size: 65_535,
            encoding: Encoding::Wbxml,
            seed: 0,
        }
    }
}

/// A DM Client with its tree.
#[derive(Clone, Debug)]
pub struct DmClient {
    config: Config,
    tree: ManagementTree,
    outputs: VecDeque<Output>,
    state: State,
    session: Option<Session>,
    /// Waits for the user's consent.
    candidate: Option<Accepted>,
    /// Waits for the connection.
    held: Option<Outgoing>,
    /// Octets of a response that is not whole.
    inbound: Vec<u8>,
    served: Served,
    /// Nonces made so far.
    nonces: u32,
    /// SessionIDs made so far.
    started: u32,
    /// What no server has answered yet.
    alerts: Vec<Pending>,
    /// The authentication type each server took last.
    negotiated: Vec<(String, AuthType)>,
}

impl DmClient {
    /// A client without a session.
    pub fn new(config: Config, tree: ManagementTree) -> Self {
        DmClient {
            config,
            tree,
            outputs: VecDeque::new(),
            state: State::Idle,
            session: None,
            candidate: None,
            held: None,
            inbound: Vec::new(),
            served: Served::default(),
            nonces: 0,
            started: 0,
            alerts: Vec::new(),
            negotiated: Vec::new(),
        }
    }

    /// The tree as it is now.
    pub fn tree(&self) -> &ManagementTree {
        &self.tree
    }

    /// Whether a session runs or the user is asked about one.
    pub fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    /// What is to be done, in order; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The connection asked for is there.
    pub fn handle_connected(&mut self) {
        match action(self.state, Input::Connected) {
            Action::SendHeld => {
                self.inbound.clear();
                if let Some(outgoing) = self.held.take() {
                    self.outputs.push_back(Output::Send(outgoing));
                    self.state = State::Waiting;
                }
            }
            Action::HangUp => self.outputs.push_back(Output::Close),
            _ => {}
        }
    }

    /// The connection asked for is not to be had.
    pub fn handle_refused(&mut self) {
        match action(self.state, Input::Refused) {
            Action::Lose => self.lose("the server cannot be reached"),
            Action::Finish => self.finish(),
            _ => {}
        }
    }

    /// Octets of a response, in any pieces.
    pub fn handle_data(&mut self, bytes: &[u8], now_s: u64) {
        match action(self.state, Input::Data) {
            Action::Receive => {}
            Action::Finish => return self.finish(),
            _ => return,
        }
        if self.inbound.len() + bytes.len() > MAX_RESPONSE {
            return self.end(false, "the response is too long");
        }
        self.inbound.extend_from_slice(bytes);
        match Response::decode(&self.inbound) {
            Ok(None) => {}
            Ok(Some((response, _))) => {
                // One response was asked for; what follows it is nobody's.
                self.inbound.clear();
                self.respond(response, now_s);
            }
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                self.end(false, "the response is not HTTP");
            }
        }
    }

    /// The peer closed the connection.
    pub fn handle_closed(&mut self) {
        match action(self.state, Input::Closed) {
            Action::Lose => self.lose("the connection was closed"),
            Action::Finish => self.finish(),
            _ => {}
        }
    }

    /// The user answered, or the time to answer is over.
    pub fn handle_answer(&mut self, answer: Answer, now_s: u64) {
        match action(self.state, Input::Answer) {
            Action::Consent => {
                self.tell(Event::Answered(answer.clone()));
                self.state = State::Idle;
                let Some(accepted) = self.candidate.take() else {
                    return;
                };
                match answer {
                    Answer::Accept => self.begin(accepted),
                    Answer::NoAnswer => self.tell(Event::NotificationRefused {
                        reason: "the user did not answer".to_owned(),
                    }),
                    _ => self.tell(Event::NotificationRefused {
                        reason: "the user refused".to_owned(),
                    }),
                }
            }
            Action::Resume => {
                self.tell(Event::Answered(answer.clone()));
                self.resume(now_s, |work, scene| work.answer(&answer, scene));
            }
            _ => {}
        }
    }

    /// What became of the process an `Output::Execute` asked for: 200, 202 when it goes on and
    /// ends with a generic alert (`handle_alert`), or an error; any other code counts as 500.
    pub fn handle_executed(&mut self, code: StatusCode, now_s: u64) {
        if action(self.state, Input::Executed) == Action::Resume {
            self.resume(now_s, |work, scene| work.executed(code, scene));
        }
    }

    /// The device or its user gives the session up: nothing else is executed, and the server is
    /// told with Alert 1223 what was, as soon as it is the client's turn.
    pub fn handle_abort(&mut self, reason: &str, now_s: u64) {
        match action(self.state, Input::Abort) {
            Action::Withdraw => {
                if self.candidate.take().is_some() {
                    self.state = State::Idle;
                    self.tell(Event::NotificationRefused {
                        reason: reason.to_owned(),
                    });
                } else {
                    self.end(false, reason);
                }
            }
            Action::Stop => {
                if let Some(session) = &mut self.session {
                    session.given_up = Some(reason.to_owned());
                }
                self.resume(now_s, Work::stop);
            }
            Action::StopLater => {
                if let Some(session) = &mut self.session {
                    session.given_up = Some(reason.to_owned());
                }
            }
            _ => {}
        }
    }

    /// Goes on with the work that waited for something from outside.
    fn resume(&mut self, now_s: u64, act: impl FnOnce(&mut Work, &mut Scene<'_>)) {
        let Some(mut session) = self.session.take() else {
            return;
        };
        let Some(mut work) = session.work.take() else {
            self.session = Some(session);
            return;
        };
        self.scene(&mut session, now_s, |scene| act(&mut work, scene));
        let next = self.work_on(&mut session, work, now_s);
        self.go_on(session, next);
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// A nonce of our own. The upper half of the counter keeps it apart from what a server makes
    /// of the same seed.
    fn new_nonce(&mut self) -> Vec<u8> {
        self.nonces = self.nonces.wrapping_add(1);
        nonce(self.config.seed, 0x8000_0000 | self.nonces).to_vec()
    }

    fn go_on(&mut self, mut session: Session, next: Next) {
        match next {
            Next::Send if session.msg_id >= MAX_MESSAGES => {
                self.session = Some(session);
                self.end(false, "the session does not come to an end");
            }
            Next::Send => {
                self.send(&mut session);
                self.session = Some(session);
            }
            Next::Repeat => {
                let last = session.last.clone();
                self.session = Some(session);
                self.outputs.extend(last.map(Output::Send));
                self.state = State::Waiting;
            }
            Next::Wait(wait) => {
                self.session = Some(session);
                let (output, state) = match wait {
                    Wait::Ask(question) => (Output::Ask(question), State::Interacting),
                    Wait::Execute(execution) => (Output::Execute(execution), State::Executing),
                };
                self.outputs.push_back(output);
                self.state = state;
            }
            Next::End { complete, reason } => {
                self.session = Some(session);
                self.end(complete, &reason);
            }
            Next::Abort(reason) => {
                // An abort goes where the session was, whatever a broken message says.
                if let Some(address) = session.connected.take() {
                    session.address = address;
                }
                session.msg_id += 1;
                let message = package::abort(&mut session, &self.terms());
                self.outputs
                    .push_back(Output::Send(self.outgoing(&session, &message)));
                self.give_up(session);
                self.tell(Event::SessionEnded {
                    complete: false,
                    reason,
                });
                self.state = State::Aborting;
            }
        }
    }

    /// The session is over by our own decision.
    fn end(&mut self, complete: bool, reason: &str) {
        self.outputs.push_back(Output::Close);
        self.over(complete, reason);
    }

    /// The session is over because the connection is.
    fn lose(&mut self, reason: &str) {
        self.over(false, reason);
    }

    fn over(&mut self, complete: bool, reason: &str) {
        if let Some(session) = self.session.take() {
            if complete && session.code == AlertCode::SERVER_INITIATED {
                self.served
                    .remember(&session.account.server_id, session.number);
            }
            self.give_up(session);
        }
        self.held = None;
        self.inbound.clear();
        self.state = State::Idle;
        self.tell(Event::SessionEnded {
            complete,
            reason: reason.to_owned(),
        });
    }

    /// An Atomic that is still open leaves nothing behind; what the device had to say and no
    /// server answered waits for the next session.
    fn give_up(&mut self, mut session: Session) {
        self.renew_alerts();
        if let Some(work) = session.work.take() {
            work.abandon(&mut self.tree);
        }
    }

    /// The answer to an abort came, or nothing will.
    fn finish(&mut self) {
        self.outputs.push_back(Output::Close);
        self.inbound.clear();
        self.state = State::Idle;
    }
}
