//! The DM Client: notifications in, sessions out, the tree in between
//! (OMA-TS-DM_Protocol-V1_2_1, OMA-TS-DM_Notification-V1_2_1).
//!
//! Knows no card and no terminal: it sees a push, a byte stream, a user and a clock that others
//! hold for it.

mod address;
mod alerts;
mod answers;
mod auth;
mod authenticate;
mod bootstrap;
mod called;
mod config;
mod device;
mod fit;
mod initiate;
mod input_type;
mod notification;
mod outbox;
mod output;
mod own_proof;
mod package;
mod policy;
mod protection;
mod question;
mod receipts;
mod session;
mod state;
mod transport;
mod work;

pub use crate::dm::MAX_MESSAGES;
pub use alerts::{AlertItem, AlertRefused, DeviceAlert, MAX_ALERTS};
pub use bootstrap::BootstrapDocument;
pub use called::Called;
pub use config::Config;
pub use input_type::InputType;
pub use output::{Event, Execution, Outgoing, Output};
pub use policy::{Consent, Guarded, Policy, Property};
pub use protection::{Unprotected, account_object};
pub use question::{Answer, Question};

use crate::codec::http::{self, Response};
use crate::codec::syncml::StatusCode;
use crate::tree::ManagementTree;
use bootstrap::Bootstraps;
use called::Memory;
use device::Device;
use notification::Accepted;
use session::{Ending, Session};
use state::{Action, Input, State, action};
use work::{Scene, Work};

/// Bytes of the longest response taken.
const MAX_RESPONSE: usize = http::MAX_HEAD + http::MAX_BODY;

/// DM Client with its management tree: what happens comes in by `handle_*`, what it wants goes
/// out by [`DmClient::poll`].
///
/// ```
/// # use dmsc_core::client::{Config, DmClient, Output};
/// # use dmsc_core::codec::auth::Account;
/// # use dmsc_core::tree::standard::{Device, device_tree};
/// let (server_id, address) = ("server".to_owned(), "http://127.0.0.1/dm".to_owned());
/// let account = Account { server_id, address, ..Account::default() };
/// let tree = device_tree(&Device::default(), &[("Server", account)]);
/// let mut client = DmClient::new(Config::default(), tree);
/// client.handle_start("server", 0);
/// while let Some(output) = client.poll() {
///     match output {
///         Output::Connect { .. } => client.handle_connected(),
///         Output::Send(message) => assert!(message.request.encode().starts_with(b"POST /dm")),
///         _ => {}
///     }
/// }
/// client.handle_data(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 1);
/// assert!(!client.is_busy());
/// ```
#[derive(Clone, Debug)]
pub struct DmClient {
    device: Device,
    state: State,
    session: Option<Session>,
    /// Waits for the user's consent.
    candidate: Option<Accepted>,
    /// Waits for the connection.
    held: Option<Outgoing>,
    /// Bytes of a response that is not whole.
    inbound: Vec<u8>,
    /// What notifications have called for.
    memory: Memory,
    bootstraps: Bootstraps,
    /// SessionIDs made so far.
    started: u32,
}

impl DmClient {
    /// Makes a client without a session.
    pub fn new(config: Config, tree: ManagementTree) -> Self {
        DmClient {
            device: Device::new(config, tree),
            state: State::Idle,
            session: None,
            candidate: None,
            held: None,
            inbound: Vec::new(),
            memory: Memory::default(),
            bootstraps: Bootstraps::default(),
            started: 0,
        }
    }

    /// The management tree as it is now.
    pub fn tree(&self) -> &ManagementTree {
        &self.device.tree
    }

    /// Signed orders that notifications have brought in the last sessions, the oldest first.
    pub fn orders(&self) -> impl Iterator<Item = &[u8]> {
        self.device.records.orders()
    }

    /// Whether a session runs or the user is asked about one.
    pub fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    /// Sessions that notifications have called for, the oldest first: what a device keeps when it
    /// is switched off.
    pub fn called(&self) -> impl Iterator<Item = &Called> {
        self.memory.all()
    }

    /// Remembers sessions that notifications had called for before the device was switched off.
    pub fn handle_called(&mut self, called: impl IntoIterator<Item = Called>) {
        for called in called {
            self.memory.remember(called);
        }
    }

    /// Leaves the management tree room for nothing more: servers get 420.
    pub fn handle_tree_full(&mut self) {
        self.device.tree.fill();
    }

    /// The device loses its power: session, questions and what waits to be said are gone. What
    /// was not handed out yet has not happened; so the tree is as after the last command that
    /// was told, or before the group that was not done.
    pub fn handle_power_loss(&mut self) {
        let work = self.session.take().and_then(|session| session.work);
        if let Some(work) = work {
            work.abandon(&mut self.device.tree);
        }
        let mut tree = self.device.tree.snapshot();
        let mut is_same = true;
        for output in self.device.outputs.drain(..).rev() {
            let changes = match output {
                Output::Event(Event::Bootstrapped { changes, .. }) => {
                    is_same = false;
                    changes
                }
                Output::Event(
                    Event::CommandDone { changes, .. } | Event::NonceRenewed { changes, .. },
                ) => changes,
                _ => continue,
            };
            for change in changes.iter().rev() {
                tree.revert(change);
            }
        }
        self.device.tree.restore(&tree);
        self.device.alerts.renew();
        if !is_same {
            // The document is read again at the next start.
            self.bootstraps = Bootstraps::default();
        }
        self.state = State::Idle;
        self.candidate = None;
        self.held = None;
        self.inbound.clear();
    }

    /// Hands out what is to be done, in order; `None` when there is nothing more.
    pub fn poll(&mut self) -> Option<Output> {
        self.device.outputs.pop_front()
    }

    /// Goes on: the connection asked for by [`Output::Connect`] is there.
    pub fn handle_connected(&mut self) {
        match action(self.state, Input::Connected) {
            Action::SendHeld => {
                self.inbound.clear();
                if let Some(outgoing) = self.held.take() {
                    self.device.put(Output::Send(outgoing));
                    self.state = State::Waiting;
                }
            }
            Action::HangUp => self.device.put(Output::Close),
            _ => {}
        }
    }

    /// Ends the session: the connection asked for by [`Output::Connect`] is not to be had.
    pub fn handle_refused(&mut self) {
        match action(self.state, Input::Refused) {
            Action::Lose => self.end(Ending::Lost("the server cannot be reached".to_owned())),
            Action::Finish => self.hang_up(),
            _ => {}
        }
    }

    /// Takes bytes of an HTTP response, in any pieces.
    pub fn handle_data(&mut self, bytes: &[u8], now_s: u64) {
        match action(self.state, Input::Data) {
            Action::Receive => {}
            Action::Finish => return self.hang_up(),
            _ => return,
        }
        if self.inbound.len() + bytes.len() > MAX_RESPONSE {
            return self.end(Ending::Refused("the response is too long".to_owned()));
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
                self.device.tell(Event::MalformedMessage(error));
                self.end(Ending::Refused("the response is not HTTP".to_owned()));
            }
        }
    }

    /// Ends the session: the server closed the connection.
    pub fn handle_closed(&mut self) {
        self.lost("the connection was closed");
    }

    /// Ends the session: the server did not answer in time. How long that is, no standard says;
    /// who holds the connection decides it.
    pub fn handle_no_answer(&mut self) {
        self.lost("the server did not answer in time");
    }

    fn lost(&mut self, reason: &str) {
        match action(self.state, Input::Closed) {
            Action::Lose => self.end(Ending::Lost(reason.to_owned())),
            Action::Finish => self.hang_up(),
            _ => {}
        }
    }

    /// Takes the answer of the user to [`Output::Ask`]; [`Answer::NoAnswer`] when the time is over.
    pub fn handle_answer(&mut self, answer: Answer, now_s: u64) {
        match action(self.state, Input::Answer) {
            Action::Consent => {
                self.device.tell(Event::Answered(answer.clone()));
                self.state = State::Idle;
                let Some(accepted) = self.candidate.take() else {
                    return;
                };
                match answer {
                    Answer::Accept => self.begin(accepted),
                    Answer::NoAnswer => self.device.tell(Event::NotificationRefused {
                        reason: "the user did not answer".to_owned(),
                    }),
                    _ => self.device.tell(Event::NotificationRefused {
                        reason: "the user refused".to_owned(),
                    }),
                }
            }
            Action::Resume => {
                self.device.tell(Event::Answered(answer.clone()));
                self.resume(now_s, |work, scene| work.answer(&answer, scene));
            }
            _ => {}
        }
    }

    /// Takes the outcome of the process that [`Output::Execute`] asked for: 200, 202 when it goes
    /// on and ends with a generic alert (`handle_alert`), or an error; any other code counts as
    /// 500.
    pub fn handle_executed(&mut self, code: StatusCode, now_s: u64) {
        if action(self.state, Input::Executed) == Action::Resume {
            self.resume(now_s, |work, scene| work.executed(code, scene));
        }
    }

    /// Gives the session up for the device or its user: nothing else is executed, and the server
    /// is told with Alert 1223 what was, as soon as it is the client's turn.
    pub fn handle_abort(&mut self, reason: &str, now_s: u64) {
        match action(self.state, Input::Abort) {
            Action::Withdraw => {
                if self.candidate.take().is_some() {
                    self.state = State::Idle;
                    self.device.tell(Event::NotificationRefused {
                        reason: reason.to_owned(),
                    });
                } else {
                    self.end(Ending::Withdrawn(reason.to_owned()));
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

    /// Hands an alert over that the device has for a server: it goes in the next message to that
    /// server, or in Package #1 of the next session. What the server says to it comes as
    /// `Event::AlertAnswered`.
    pub fn handle_alert(
        &mut self,
        server_id: &str,
        alert: DeviceAlert,
    ) -> Result<(), AlertRefused> {
        alert.check()?;
        if self.device.tree.account(server_id).is_none() {
            return Err(AlertRefused::NoAccount);
        }
        self.device.alerts.put(server_id, alert)
    }

    /// Goes on with the work that waited for something from outside.
    fn resume(&mut self, now_s: u64, act: impl FnOnce(&mut Work, &mut Scene<'_>)) {
        let session = self.session.as_mut();
        if let Some(next) = session.and_then(|s| s.resume(&mut self.device, now_s, act)) {
            self.go_on(next);
        }
    }

    /// Ends the session: an Atomic that is still open leaves nothing behind, and what the device
    /// had to say and no server answered waits for the next session.
    fn end(&mut self, ending: Ending) {
        self.state = State::Idle;
        match &ending {
            Ending::Complete(_)
            | Ending::Refused(_)
            | Ending::Aborted(_)
            | Ending::Withdrawn(_) => self.device.put(Output::Close),
            Ending::Lost(_) => {}
            Ending::GivenUp(_) => {
                if let Some(session) = &mut self.session {
                    // The Status for the header stands in the abort too, with what it tells.
                    session.tell_nonce(&mut self.device);
                    let abort = package::abort(session, &self.device.config);
                    self.device.put(Output::Send(abort));
                    self.state = State::Aborting;
                }
            }
        }
        let complete = matches!(ending, Ending::Complete(_));
        if let Some(session) = self.session.take() {
            if complete {
                self.bootstraps.greeted(&session.account.server_id);
            }
            self.device.alerts.renew();
            if let Some(work) = session.work {
                work.abandon(&mut self.device.tree);
            }
        }
        self.held = None;
        self.inbound.clear();
        self.device.tell(Event::SessionEnded {
            complete,
            reason: ending.reason().to_owned(),
        });
    }

    /// Hangs up: the answer to an abort came, or nothing will.
    fn hang_up(&mut self) {
        self.device.put(Output::Close);
        self.inbound.clear();
        self.state = State::Idle;
    }
}
