//! The UICC server channel under the card web server: OPEN CHANNEL, RECEIVE DATA, SEND DATA
//! (ETSI TS 102 223 §6.4.27–6.4.30, UICC in server mode).
//!
//! One connection at a time. Knows HTTP only as octets that `scws` reads and writes, and TLS as
//! what may lie between.

use super::scws::{Outcome, Scws, Web};
use crate::codec::http::Request;
use crate::codec::toolkit::{
    Action, BipError, ChannelStatus, LinkState, TerminalResponse, Transport, TransportKind,
};
use crate::tls::{self, PreSharedKey, Source};

/// Most octets of one RECEIVE DATA: the answer must fit into 255 octets, and 237 is what is
/// left. SEND DATA could take four more; one size for both is easier to follow.
pub(super) const PIECE: usize = 237;

/// Where the channel stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerState {
    /// No channel: the terminal offers no server mode, or has not been heard yet.
    #[default]
    Off,
    /// OPEN CHANNEL is to be sent or under way.
    Opening,
    /// Open, nobody connected.
    Listening,
    /// A client is connected.
    Connected,
    /// The terminal refused the channel.
    Refused,
}

/// What the channel tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A request for the application.
    Request(Request),
    /// The connection is over.
    Gone,
    /// A record to be sent, or a fact of TLS.
    Tls(tls::Output),
}

/// The channel and its connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ServerChannel {
    port: u16,
    buffer: u16,
    state: ServerState,
    /// As the terminal named it; 0 before.
    number: u8,
    /// Space of the terminal's transmit buffer when it is empty.
    granted: usize,
    /// OPEN CHANNEL is under way, or waits for `retry`.
    asked: bool,
    /// The terminal was busy; ask again when it speaks next.
    paused: bool,
    /// Key of TLS; without one there is none.
    psk: Option<PreSharedKey>,
    /// Randoms of TLS.
    source: Source,
    connection: Connection,
}

/// What dies with the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Connection {
    scws: Scws,
    tls: Option<tls::Connection>,
    /// The application has a request and owes the answer.
    with_applet: bool,
    /// The answer, and how much of it has gone.
    answer: Vec<u8>,
    sent: usize,
    /// Space left in the terminal's transmit buffer, as far as the card knows.
    free: usize,
    /// Octets waiting in the terminal; FF for 255 or more.
    waiting: u8,
    close_after: bool,
}

impl ServerChannel {
    pub(super) fn new(port: u16, buffer: u16, psk: Option<PreSharedKey>, source: Source) -> Self {
        ServerChannel {
            port,
            buffer,
            psk,
            source,
            ..ServerChannel::default()
        }
    }

    /// The terminal offers server mode.
    pub(super) fn start(&mut self) {
        if self.state == ServerState::Off {
            self.state = ServerState::Opening;
        }
    }

    pub(super) fn state(&self) -> ServerState {
        self.state
    }

    /// Randoms of TLS, as far as they were drawn.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn number(&self) -> u8 {
        self.number
    }

    /// Octets of a request received so far, and octets of an answer still to go.
    pub(super) fn partial(&self) -> (usize, usize) {
        let connection = &self.connection;
        (connection.scws.len(), connection.left())
    }

    /// The terminal speaks: whoever waited for that may ask again.
    pub(super) fn retry(&mut self) {
        self.paused = false;
    }

    /// Would ask for a command.
    pub(super) fn wants(&self) -> bool {
        !self.paused
            && match self.state {
                ServerState::Opening => !self.asked,
                ServerState::Connected => self.connection.wants(),
                _ => false,
            }
    }

    /// The next command, if one is wanted.
    pub(super) fn next_action(&mut self) -> Option<Action> {
        if !self.wants() {
            return None;
        }
        let channel = self.number;
        if self.state == ServerState::Opening {
            self.asked = true;
            return Some(Action::OpenChannel {
                buffer: self.buffer,
                transport: Transport {
                    kind: TransportKind::TcpServer,
                    port: self.port,
                },
            });
        }
        let connection = &mut self.connection;
        Some(if connection.left() > 0 {
            let (data, immediate) = connection.piece();
            Action::SendData {
                channel,
                data,
                immediate,
            }
        } else if connection.close_after {
            Action::CloseChannel {
                channel,
                listen_again: true,
            }
        } else {
            let length = connection.waiting.min(PIECE as u8);
            // An event that comes while the command is under way must not be lost.
            connection.waiting = 0;
            Action::ReceiveData { channel, length }
        })
    }

    /// How a command of this channel went.
    pub(super) fn handle_result(
        &mut self,
        action: &Action,
        response: &TerminalResponse,
        web: &mut Web,
    ) -> Vec<Event> {
        let busy = response.is_busy();
        self.paused = busy;
        match action {
            Action::OpenChannel { .. } => {
                self.asked = false;
                if !busy {
                    self.opened(response);
                }
                Vec::new()
            }
            Action::ReceiveData { length, .. } if busy => {
                self.connection.waiting = self.connection.waiting.max(*length);
                Vec::new()
            }
            _ if busy => Vec::new(),
            Action::CloseChannel { .. } => self.gone(ServerState::Listening),
            _ if !response.is_success() => match response.bip_error() {
                Some(BipError::ChannelClosed) => self.gone(ServerState::Listening),
                Some(BipError::ChannelIdentifierInvalid) => self.gone(ServerState::Opening),
                _ => {
                    // Half an answer is of no use to the client: end it where it can see it.
                    self.connection = Connection {
                        close_after: true,
                        ..Connection::default()
                    };
                    Vec::new()
                }
            },
            Action::ReceiveData { .. } => {
                self.connection.received(response);
                self.go_on(web)
            }
            Action::SendData {
                data, immediate, ..
            } => {
                self.connection.went(data.len(), *immediate, response);
                if self.connection.left() == 0 {
                    self.connection.free = self.granted;
                    return self.go_on(web);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn opened(&mut self, response: &TerminalResponse) {
        let number = response.channel_status().map_or(0, |s| s.channel);
        if response.is_success() && number != 0 {
            self.state = ServerState::Listening;
            self.number = number;
            self.granted = usize::from(response.buffer_size().unwrap_or(self.buffer)).max(1);
        } else {
            self.state = ServerState::Refused;
        }
    }

    /// The client went, or the card sent it away.
    fn gone(&mut self, state: ServerState) -> Vec<Event> {
        let was = self.state;
        self.state = state;
        if let Some(tls) = &mut self.connection.tls {
            tls.handle_closed();
        }
        // A record has nobody any more to be sent to.
        let mut events = self.secured();
        events.retain(|event| !matches!(event, Event::Tls(tls::Output::Record(_))));
        self.connection = Connection::default();
        if was != state {
            // An OPEN CHANNEL under way has lost its sense, see `Toolkit::withdraw`.
            self.asked = false;
        }
        if was == ServerState::Connected {
            events.push(Event::Gone);
        }
        events
    }

    fn connected(&mut self) {
        // A terminal that says it twice must not lose the connection by it.
        if self.state != ServerState::Connected {
            self.state = ServerState::Connected;
            self.asked = false;
            let random = self.psk.is_some().then(|| self.source.random());
            let psk = self.psk.clone().zip(random);
            self.connection = Connection {
                free: self.granted,
                tls: psk.map(|(psk, random)| tls::Connection::server(vec![psk], random)),
                ..Connection::default()
            };
        }
    }

    /// Event channel status.
    pub(super) fn handle_status(&mut self, status: ChannelStatus) -> Vec<Event> {
        let dropped = status.info == ChannelStatus::LINK_DROPPED;
        match status.state {
            LinkState::Established if !dropped => {
                self.connected();
                Vec::new()
            }
            LinkState::Established | LinkState::Listen => self.gone(ServerState::Listening),
            LinkState::Closed => {
                let events = self.gone(ServerState::Opening);
                // Terminals that say CLOSED, link dropped, mostly say LISTEN next: opening a
                // second channel on the port at once would be refused.
                self.paused = dropped;
                events
            }
            LinkState::Reserved => Vec::new(),
        }
    }

    /// Event data available; it tells of a connection even when the event for that was lost.
    pub(super) fn handle_data_available(&mut self, length: u8) {
        self.connected();
        self.connection.waiting = length;
    }

    /// The application's answer; ignored when it owes none.
    pub(super) fn handle_answer(&mut self, response: &[u8]) -> Vec<Event> {
        if self.connection.with_applet {
            self.connection.with_applet = false;
            self.connection.begin(response.to_vec());
        }
        self.secured()
    }

    /// A record as it goes into the channel.
    pub(super) fn handle_record(&mut self, record: &[u8]) {
        if self.state == ServerState::Connected {
            self.connection.put(record);
        }
    }

    /// Works at what has come.
    fn go_on(&mut self, web: &mut Web) -> Vec<Event> {
        let mut events = self.secured();
        events.extend(self.next_request(web));
        events.extend(self.secured());
        events
    }

    /// What TLS makes of what has come and of what is to go; nothing without it.
    fn secured(&mut self) -> Vec<Event> {
        let (connection, source) = (&mut self.connection, &mut self.source);
        let mut events = Vec::new();
        while let Some(output) = connection
            .tls
            .as_mut()
            .and_then(|tls| tls.poll(|| source.iv()))
        {
            match output {
                tls::Output::Data(data) => connection.scws.feed(&data),
                output => {
                    let ended = matches!(output, tls::Output::Ended(_));
                    connection.close_after |= ended;
                    events.push(Event::Tls(output));
                }
            }
        }
        events
    }

    fn next_request(&mut self, web: &mut Web) -> Vec<Event> {
        let connection = &mut self.connection;
        if !connection.is_idle() {
            return Vec::new();
        }
        match connection.scws.next(web) {
            None => Vec::new(),
            Some(Outcome::Applet(request, ends)) => {
                connection.with_applet = true;
                connection.close_after = ends;
                vec![Event::Request(request)]
            }
            Some(Outcome::Answer(response)) => {
                connection.begin(response.encode());
                Vec::new()
            }
            Some(Outcome::AnswerAndClose(response)) => {
                connection.close_after = true;
                connection.begin(response.encode());
                Vec::new()
            }
        }
    }
}

impl Connection {
    fn left(&self) -> usize {
        self.answer.len().saturating_sub(self.sent)
    }

    /// Neither a request nor an answer is under way.
    fn is_idle(&self) -> bool {
        !self.with_applet && self.left() == 0 && !self.close_after
    }

    fn wants(&self) -> bool {
        !self.with_applet && (self.left() > 0 || self.close_after || self.waiting > 0)
    }

    /// An answer goes out: as it is, or in records.
    fn begin(&mut self, response: Vec<u8>) {
        let Some(tls) = &mut self.tls else {
            return self.put(&response);
        };
        tls.handle_send(&response);
        if self.close_after {
            tls.handle_close();
        }
    }

    /// These bytes go into the channel.
    fn put(&mut self, bytes: &[u8]) {
        self.answer.extend_from_slice(bytes);
    }

    /// The next piece and whether it goes at once: it does when it is the last, or when the one
    /// after it would not fit into the terminal's buffer.
    fn piece(&self) -> (Vec<u8>, bool) {
        let rest = self.answer.get(self.sent..).unwrap_or_default();
        let length = rest.len().min(PIECE).min(self.free.max(1));
        let after = rest.len() - length;
        let immediate = after == 0 || self.free - length.min(self.free) < after.min(PIECE);
        (rest[..length].to_vec(), immediate)
    }

    fn went(&mut self, length: usize, immediate: bool, response: &TerminalResponse) {
        self.sent = self.sent.saturating_add(length);
        let before = self.free.saturating_sub(length);
        self.free = match response.channel_data_length() {
            // 255 or more; how much more, the card keeps count of.
            Some(0xFF) => before.max(255),
            // A full buffer right after sending: try a piece, the terminal says if it is busy.
            Some(0) if immediate => PIECE,
            Some(free) => usize::from(free),
            None if immediate => PIECE,
            None => before,
        };
        if self.left() == 0 {
            self.answer = Vec::new();
            self.sent = 0;
        }
    }

    fn received(&mut self, response: &TerminalResponse) {
        let data = response.channel_data().unwrap_or_default();
        match &mut self.tls {
            Some(tls) => tls.handle_data(data),
            None => self.scws.feed(data),
        }
        if !data.is_empty() {
            let waiting = response.channel_data_length().unwrap_or(0);
            self.waiting = self.waiting.max(waiting);
        }
    }
}
