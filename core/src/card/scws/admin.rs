//! The administration agent: asks a remote server what to change and tells it what came of it
//! (OMA SCWS 1.1, full administration over the bearer independent protocol in client mode).
//!
//! The server's answer holds HTTP requests one after the other; they are carried out on the
//! site, and their answers go back the same way, until the server has no more. Over plain TCP:
//! who needs secrecy puts TLS below.

use super::serve::{Asker, Served, Web};
use crate::codec::http::{Limits, Request, Response};
use crate::codec::toolkit::profile::{self, TerminalProfile};
use crate::codec::toolkit::{
    Action, BipError, ChannelStatus, HostAddress, LinkState, TerminalResponse, Transport,
    TransportKind, result,
};

/// Media type of requests to carry out.
const REQUESTS: &str = "application/vnd.oma-scws-http-request";
/// Media type of the answers to them.
const RESPONSES: &str = "application/vnd.oma-scws-http-response";
/// What the agent calls itself.
const AGENT: &str = "oma-scws-admin-agent/1.1";

/// Octets of one SEND DATA or RECEIVE DATA.
const PIECE: usize = 237;
/// Octets of the longest answer of the server.
const LIMIT: usize = 64 * 1024;
/// Requests of one answer carried out at most.
const MAX_REQUESTS: usize = 64;
/// Answers of one session at most.
const MAX_ROUNDS: u32 = 64;
/// Sessions begun for one wish, the first among them.
const MAX_ATTEMPTS: u8 = 3;

/// The remote server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminServer {
    /// Where it is.
    pub address: HostAddress,
    /// TCP port.
    pub port: u16,
    /// The value of Host.
    pub host: String,
    /// Where the first request goes.
    pub path: String,
    /// What the card calls itself, such as its ICCID.
    pub card: String,
    /// Seconds until a session that failed is tried again.
    pub retry_s: u32,
}

/// How far the administration is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AdminState {
    /// No session was asked for.
    #[default]
    Idle,
    /// OPEN CHANNEL is to be sent or under way.
    Opening,
    /// A request is on its way to the server.
    Sending,
    /// The server's answer is awaited.
    Waiting,
    /// CLOSE CHANNEL is to be sent or under way.
    Closing,
    /// A session failed and is tried again when a timer ends.
    Paused,
    /// The server has no more.
    Done,
    /// The last session did not succeed, and why.
    Failed(String),
}

/// The agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Admin {
    server: Option<AdminServer>,
    state: AdminState,
    /// What closing ends in.
    outcome: Option<Result<(), String>>,
    attempts: u8,
    rounds: u32,
    number: u8,
    path: String,
    request: Vec<u8>,
    sent: usize,
    answer: Vec<u8>,
    waiting: u8,
    asked: bool,
    busy: bool,
}

impl Admin {
    pub(in crate::card) fn new(server: Option<AdminServer>) -> Self {
        Admin {
            server,
            ..Admin::default()
        }
    }

    pub(in crate::card) fn state(&self) -> &AdminState {
        &self.state
    }

    /// Channel of the session; 0 while none is open.
    pub(in crate::card) fn number(&self) -> u8 {
        self.number
    }

    /// Begins a session: false when one is under way or no server is known.
    pub(in crate::card) fn start(&mut self) -> bool {
        let rests = matches!(
            self.state,
            AdminState::Idle | AdminState::Done | AdminState::Failed(_)
        );
        if rests && self.server.is_some() {
            self.begin(1);
        }
        rests && self.server.is_some()
    }

    fn begin(&mut self, attempts: u8) {
        *self = Admin {
            state: AdminState::Opening,
            attempts,
            ..Admin::new(self.server.take())
        };
        self.path = self
            .server
            .as_ref()
            .map(|s| s.path.clone())
            .unwrap_or_default();
        self.compose("POST", None);
    }

    /// Seconds after which `handle_due` is wanted, once.
    pub(in crate::card) fn retry_s(&self) -> Option<u32> {
        let paused = self.state == AdminState::Paused;
        self.server
            .as_ref()
            .filter(|_| paused)
            .map(|s| s.retry_s.max(1))
    }

    /// The timer of `retry_s` ended.
    pub(in crate::card) fn handle_due(&mut self) {
        if self.state == AdminState::Paused {
            self.begin(self.attempts + 1);
        }
    }

    /// No timer runs: what failed stays so.
    pub(in crate::card) fn give_up(&mut self) {
        if self.state == AdminState::Paused {
            self.state = AdminState::Failed("the server cannot be reached".to_owned());
        }
    }

    pub(in crate::card) fn retry(&mut self) {
        self.busy = false;
    }

    pub(in crate::card) fn wants(&self) -> bool {
        !self.asked
            && !self.busy
            && match self.state {
                AdminState::Opening | AdminState::Sending | AdminState::Closing => true,
                AdminState::Waiting => self.waiting > 0,
                _ => false,
            }
    }

    /// The next command, if one is wanted.
    pub(in crate::card) fn next_action(&mut self, terminal: &TerminalProfile) -> Option<Action> {
        if !self.wants() {
            return None;
        }
        let channel = self.number;
        let action = match self.state {
            AdminState::Sending => {
                let rest = self.request.get(self.sent..).unwrap_or_default();
                let length = rest.len().min(PIECE);
                Action::SendData {
                    channel,
                    data: rest[..length].to_vec(),
                    // Each piece at once: no terminal's buffer is too small for that.
                    immediate: true,
                }
            }
            AdminState::Waiting => {
                let length = self.waiting.min(PIECE as u8);
                self.waiting = 0;
                Action::ReceiveData { channel, length }
            }
            AdminState::Closing => Action::CloseChannel {
                channel,
                listen_again: false,
            },
            _ => {
                let offered = [
                    profile::OPEN_CHANNEL,
                    profile::SEND_DATA,
                    profile::RECEIVE_DATA,
                    profile::TCP_REMOTE,
                ];
                let server = self.server.as_ref()?;
                if !offered.iter().all(|f| terminal.has(*f)) {
                    let reason = "the terminal offers no connection to a host";
                    self.state = AdminState::Failed(reason.to_owned());
                    return None;
                }
                Action::OpenChannelRemote {
                    // The link at once.
                    qualifier: 0x01,
                    alpha: None,
                    bearer: vec![0x03],
                    buffer: 1400,
                    access_name: None,
                    local: None,
                    login: None,
                    transport: Some(Transport {
                        kind: TransportKind::TcpRemote,
                        port: server.port,
                    }),
                    destination: Some(server.address),
                }
            }
        };
        self.asked = true;
        Some(action)
    }

    /// How a command of the agent went.
    pub(in crate::card) fn handle_result(
        &mut self,
        action: &Action,
        response: &TerminalResponse,
        web: &mut Web,
    ) {
        self.asked = false;
        let opening = matches!(action, Action::OpenChannelRemote { .. });
        if response.is_busy() && !opening {
            self.busy = true;
            if let Action::ReceiveData { length, .. } = action {
                self.waiting = self.waiting.max(*length);
            }
            return;
        }
        match action {
            Action::CloseChannel { .. } => self.closed(),
            _ if opening => self.opened(response),
            _ if !response.is_success() => {
                let reason = match response.bip_error() {
                    Some(error) => error.name().to_owned(),
                    None => "the terminal refused".to_owned(),
                };
                let gone = matches!(
                    response.bip_error(),
                    Some(BipError::ChannelClosed | BipError::ChannelIdentifierInvalid)
                );
                self.end(Err(reason));
                // Nobody has such a channel, so nobody can close it.
                if gone && response.bip_error() == Some(BipError::ChannelIdentifierInvalid) {
                    self.closed();
                }
            }
            Action::SendData { data, .. } => {
                self.sent = self.sent.saturating_add(data.len());
                if self.sent >= self.request.len() {
                    self.state = AdminState::Waiting;
                }
            }
            Action::ReceiveData { .. } => {
                let data = response.channel_data().unwrap_or_default();
                self.answer.extend_from_slice(data);
                if !data.is_empty() {
                    let waiting = response.channel_data_length().unwrap_or(0);
                    self.waiting = self.waiting.max(waiting);
                }
                self.read(web);
            }
            _ => {}
        }
    }

    fn opened(&mut self, response: &TerminalResponse) {
        let number = response.channel_status().map_or(0, |s| s.channel);
        if response.is_success() && number != 0 {
            self.number = number;
            self.state = AdminState::Sending;
            return;
        }
        let may_pass = response.is_busy()
            || matches!(
                response.bip_error(),
                Some(
                    BipError::NoChannelAvailable | BipError::DeviceNotReachable | BipError::NoCause
                )
            );
        self.state = if may_pass && self.attempts < MAX_ATTEMPTS {
            AdminState::Paused
        } else {
            AdminState::Failed(match response.bip_error() {
                Some(error) => error.name().to_owned(),
                None if response.result == result::USER_REFUSED => "the user refused".to_owned(),
                None => "the terminal refused".to_owned(),
            })
        };
    }

    /// Event channel status for the agent's channel: true when that ended the session.
    pub(in crate::card) fn handle_status(&mut self, status: ChannelStatus, web: &mut Web) -> bool {
        let lost =
            status.state != LinkState::Established || status.info == ChannelStatus::LINK_DROPPED;
        if lost && self.number != 0 {
            self.read(web);
            if self.outcome.is_none() {
                self.end(Err("the server closed the connection".to_owned()));
            }
        }
        lost
    }

    /// Event data available.
    pub(in crate::card) fn handle_data_available(&mut self, length: u8) {
        self.waiting = length;
    }

    /// Takes the server's answer once it is whole.
    fn read(&mut self, web: &mut Web) {
        if self.state != AdminState::Waiting {
            return;
        }
        let decoded = Response::decode(&self.answer);
        let response = match decoded {
            Ok(Some((response, used))) => {
                self.answer.drain(..used.min(self.answer.len()));
                response
            }
            Ok(None) if self.answer.len() <= LIMIT => return,
            Ok(None) => return self.end(Err("the server's answer is too long".to_owned())),
            Err(error) => return self.end(Err(error.to_string())),
        };
        match response.status {
            204 => return self.end(Ok(())),
            200 => {}
            status => return self.end(Err(format!("the server answered {status}"))),
        }
        let media_type = response.header("Content-Type").unwrap_or_default();
        if media_type.split(';').next().unwrap_or_default().trim() != REQUESTS {
            return self.end(Err("the server's answer holds no requests".to_owned()));
        }
        self.rounds += 1;
        if self.rounds > MAX_ROUNDS {
            return self.end(Err("the server has no end".to_owned()));
        }
        if let Some(path) = response.header("X-Admin-Next-URI") {
            self.path = path.to_owned();
        }
        let results = carry_out(&response.body, web);
        self.compose("POST", Some(results));
        self.state = AdminState::Sending;
    }

    fn compose(&mut self, method: &str, results: Option<Vec<u8>>) {
        let Some(server) = &self.server else {
            return;
        };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers = vec![
            header("Host", &server.host),
            header("User-Agent", AGENT),
            header("From", &server.card),
        ];
        let body = match results {
            Some(results) => {
                headers.push(header("Content-Type", RESPONSES));
                results
            }
            None => Vec::new(),
        };
        headers.push(header("Content-Length", &body.len().to_string()));
        let request = Request {
            method: method.to_owned(),
            target: self.path.clone(),
            headers,
            body,
        };
        self.request = request.encode();
        self.sent = 0;
    }

    fn end(&mut self, outcome: Result<(), String>) {
        self.outcome = Some(outcome);
        self.asked = false;
        self.state = AdminState::Closing;
    }

    fn closed(&mut self) {
        self.number = 0;
        self.state = match self.outcome.take() {
            Some(Ok(())) => AdminState::Done,
            Some(Err(reason)) => AdminState::Failed(reason),
            None => AdminState::Idle,
        };
    }
}

/// Carries out requests that stand one after the other; the answers, in the same order. What
/// cannot be read is answered once, with 400, and ends the row.
fn carry_out(octets: &[u8], web: &mut Web) -> Vec<u8> {
    let mut answers = Vec::new();
    let mut at = 0;
    for _ in 0..MAX_REQUESTS {
        if at >= octets.len() {
            break;
        }
        // Whom they are for needs no telling: they came over the card's own connection.
        let response = match Request::read(&octets[at..], Limits::default()) {
            Ok(Some(received)) => {
                at += received.used;
                match web.serve(&received.request, Asker::Administration) {
                    Served::Answer(response) => response,
                    Served::Applet => Response::new(403),
                }
            }
            Ok(None) | Err(_) => {
                at = octets.len();
                Response::new(400)
            }
        };
        answers.extend(response.encode());
    }
    if at < octets.len() {
        answers.extend(Response::new(413).encode());
    }
    answers
}
