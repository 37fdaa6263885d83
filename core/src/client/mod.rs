//! The DM Client: notifications in, sessions out, the tree in between
//! (OMA-TS-DM_Protocol-V1_2_1, OMA-TS-DM_Notification-V1_2_1).
//!
//! Knows no card and no terminal: it sees a push, a byte stream, a user and a clock that others
//! hold for it.

mod address;
mod auth;
mod commands;
mod data;
mod interaction;
mod large_object;
mod notification;
mod output;
mod package;
mod session;

pub use output::{Answer, Event, Outgoing, Output, Question};

use crate::codec::auth::nonce;
use crate::codec::http::{self, Response};
use crate::codec::syncml::{AlertCode, Encoding, Message};
use crate::tree::ManagementTree;
use address::Address;
use notification::{Accepted, Served};
use package::Terms;
use session::{Next, Session};
use std::collections::VecDeque;

/// Messages of one session, however the server goes on.
pub const MAX_MESSAGES: u32 = 1000;

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
#[derive(Debug)]
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
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No session.
    Idle,
    /// The user is asked whether there is to be one.
    Asking,
    /// The connection is being opened.
    Connecting,
    /// A message is sent, the answer is to come.
    Waiting,
    /// The user is asked what an alert wants to know.
    Interacting,
    /// The session was given up; the answer to that is to come.
    Aborting,
}

/// What comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Push,
    Connected,
    Refused,
    Data,
    Closed,
    Answer,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Examine,
    Consent,
    SendHeld,
    Receive,
    Resume,
    Lose,
    Finish,
    HangUp,
    Ignore,
}

/// The state machine of a client.
fn action(state: State, input: Input) -> Action {
    match (state, input) {
        // A push during a session is examined too, so that it is said why it is refused.
        (_, Input::Push) => Action::Examine,
        (State::Asking, Input::Answer) => Action::Consent,
        (State::Connecting, Input::Connected) => Action::SendHeld,
        (State::Waiting, Input::Data) => Action::Receive,
        (State::Interacting, Input::Answer) => Action::Resume,
        (State::Connecting, Input::Refused) => Action::Lose,
        (State::Waiting | State::Interacting, Input::Closed | Input::Refused) => Action::Lose,
        (State::Aborting, Input::Data | Input::Closed | Input::Refused) => Action::Finish,
        (State::Idle | State::Asking, Input::Connected) => Action::HangUp,
        _ => Action::Ignore,
    }
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

    /// A push came in: a WSP push PDU.
    pub fn handle_push(&mut self, push: &[u8], _now_s: u64) {
        if action(self.state, Input::Push) != Action::Examine {
            return;
        }
        if self.state == State::Aborting {
            return self.tell(Event::NotificationRefused {
                reason: "another session is ending".to_owned(),
            });
        }
        let running = self
            .session
            .as_ref()
            .map(|s| (s.account.server_id.as_str(), s.number))
            .or(self
                .candidate
                .as_ref()
                .map(|c| (c.account.server_id.as_str(), c.number)));
        match notification::examine(push, &self.tree, &self.served, running) {
            Err(reason) => self.tell(Event::NotificationRefused { reason }),
            Ok(accepted) if accepted.ask => {
                self.outputs.push_back(Output::Ask(Question {
                    code: AlertCode::CONFIRM_OR_REJECT.0,
                    text: format!(
                        "{} wants to manage this device. Begin?",
                        accepted.account.server_id
                    ),
                    choices: Vec::new(),
                    min_display_s: None,
                    max_display_s: None,
                    default_response: None,
                }));
                self.candidate = Some(accepted);
                self.state = State::Asking;
            }
            Ok(accepted) => self.begin(accepted),
        }
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
                let Some(mut session) = self.session.take() else {
                    return;
                };
                let Some(mut work) = session.work.take() else {
                    self.session = Some(session);
                    return;
                };
                self.scene(&mut session, now_s, |scene| work.answer(&answer, scene));
                let next = self.work_on(&mut session, work, now_s);
                self.go_on(session, next);
            }
            _ => {}
        }
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

    fn begin(&mut self, accepted: Accepted) {
        let Some(address) = Address::parse(&accepted.account.address) else {
            self.tell(Event::NotificationRefused {
                reason: "the account has no address".to_owned(),
            });
            self.state = State::Idle;
            return;
        };
        self.tell(Event::NotificationAccepted {
            server_id: accepted.account.server_id.clone(),
            session_id: accepted.session_id.clone(),
            resync: accepted.resync,
        });
        let mut session = Session::new(accepted, address, self.config.encoding);
        session
            .outbox
            .put_first(package::opening(&self.tree).to_vec());
        self.send(&mut session);
        self.session = Some(session);
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            device_id: &self.config.device_id,
            encoding: self.config.encoding,
            max_msg_size: self.config.max_msg_size,
            max_obj_size: self.config.max_obj_size,
        }
    }

    /// Sends the next message, over a new connection when the address is another peer's.
    fn send(&mut self, session: &mut Session) {
        self.tell_nonce(session);
        session.msg_id += 1;
        let message = package::message(session, &self.terms());
        let outgoing = self.outgoing(session, &message);
        let connected = session.connected.replace(session.address.clone());
        match connected {
            Some(address) if address.same_peer(&session.address) => {
                self.outputs.push_back(Output::Send(outgoing));
                self.state = State::Waiting;
            }
            other => {
                if other.is_some() {
                    self.outputs.push_back(Output::Close);
                }
                self.outputs.push_back(Output::Connect {
                    host: session.address.host.clone(),
                    port: session.address.port,
                });
                self.held = Some(outgoing);
                self.state = State::Connecting;
            }
        }
    }

    fn outgoing(&self, session: &Session, message: &Message) -> Outgoing {
        let encoding = self.config.encoding;
        Outgoing {
            request: package::request(&session.address, encoding, message.encode(encoding)),
            package: session.package,
            msg_id: session.msg_id,
        }
    }

    fn respond(&mut self, response: Response, now_s: u64) {
        if response.status != 200 {
            let reason = format!("HTTP {} {}", response.status, response.reason);
            return self.end(false, reason.trim_end());
        }
        if response.body.is_empty() {
            return self.end(false, "the response has no message");
        }
        let encoding = response
            .header("Content-Type")
            .and_then(Encoding::from_media_type)
            .unwrap_or(self.config.encoding);
        let message = match Message::decode(&response.body, encoding) {
            Ok(message) => message,
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                return self.end(false, "the message cannot be read");
            }
        };
        let Some(mut session) = self.session.take() else {
            return;
        };
        let next = self.receive(&mut session, message, encoding, now_s);
        self.go_on(session, next);
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
            Next::Ask(question) => {
                self.outputs.push_back(Output::Ask(question));
                self.session = Some(session);
                self.state = State::Interacting;
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
                let message = package::abort(&session, &self.terms());
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
            if complete {
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

    /// An Atomic that is still open leaves nothing behind.
    fn give_up(&mut self, mut session: Session) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_states() {
        use Action::*;
        let inputs = [
            Input::Push,
            Input::Connected,
            Input::Refused,
            Input::Data,
            Input::Closed,
            Input::Answer,
        ];
        for (state, actions) in [
            (
                State::Idle,
                [Examine, HangUp, Ignore, Ignore, Ignore, Ignore],
            ),
            (
                State::Asking,
                [Examine, HangUp, Ignore, Ignore, Ignore, Consent],
            ),
            (
                State::Connecting,
                [Examine, SendHeld, Lose, Ignore, Ignore, Ignore],
            ),
            (
                State::Waiting,
                [Examine, Ignore, Lose, Receive, Lose, Ignore],
            ),
            (
                State::Interacting,
                [Examine, Ignore, Lose, Ignore, Lose, Resume],
            ),
            (
                State::Aborting,
                [Examine, Ignore, Finish, Finish, Finish, Ignore],
            ),
        ] {
            assert_eq!(
                inputs.map(|input| action(state, input)),
                actions,
                "{state:?}"
            );
        }
    }
}
