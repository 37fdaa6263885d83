//! One end of a connection: records in and out, alerts, and the states between a first hello and
//! an end (RFC 5246 §6.2, §7.1, §7.2).

use super::end::{Ending, Output, PreSharedKey};
use super::protect::Direction;
use crate::codec::tls::{
    Alert, CHANGE_CIPHER_SPEC, ContentType, Description, HANDSHAKE_HEADER, Handshake, Level,
    MAX_MESSAGE, MAX_PLAINTEXT, Record, VERSION,
};
use std::collections::VecDeque;

/// Warnings one after the other that are borne.
const MAX_WARNINGS: u8 = 5;

/// Which end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Server,
}

/// What is awaited of the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// ClientHello.
    ClientHello,
    /// ServerHello.
    ServerHello,
    /// ServerKeyExchange, or ServerHelloDone.
    ServerKeyExchange,
    /// ServerHelloDone.
    ServerHelloDone,
    /// ClientKeyExchange.
    ClientKeyExchange,
    /// A change of cipher specification.
    ChangeCipherSpec,
    /// Finished.
    Finished,
    /// Data.
    Established,
    /// close_notify, to that of this end.
    Closing,
    /// Nothing any more.
    Ended,
}

/// What waits to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Waiting {
    /// A fragment, under the keys that hold when it goes.
    Fragment(ContentType, Vec<u8>),
    /// The change to these keys.
    Change(Direction),
    /// For the owner of this end.
    Fact(Output),
}

/// One end of a TLS connection.
///
/// ```
/// use dmsc_core::tls::{Connection, Output, PreSharedKey};
///
/// /// Gives the records of one end to the other; true when its handshake is complete.
/// fn carry(from: &mut Connection, to: &mut Connection) -> bool {
///     let mut established = false;
///     while let Some(output) = from.poll(|| [3; 16]) {
///         match output {
///             Output::Record(record) => to.handle_data(&record),
///             output => established |= output == Output::Established,
///         }
///     }
///     established
/// }
///
/// let psk = PreSharedKey { identity: b"card".to_vec(), key: vec![7; 16] };
/// let mut client = Connection::client(psk.clone(), [1; 32]);
/// let mut server = Connection::server(vec![psk], [2; 32]);
/// carry(&mut client, &mut server);
/// carry(&mut server, &mut client);
/// carry(&mut client, &mut server);
/// assert!(carry(&mut server, &mut client));
/// assert!(carry(&mut client, &mut server));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub(super) role: Role,
    pub(super) state: State,
    /// Keys this end may use: one for a client.
    pub(super) psks: Vec<PreSharedKey>,
    pub(super) client_random: [u8; 32],
    pub(super) server_random: [u8; 32],
    pub(super) master: [u8; 48],
    /// Handshake messages so far.
    pub(super) transcript: Vec<u8>,
    /// What the other end writes under, once it has changed over.
    reading: Option<Direction>,
    /// What it will write under.
    pub(super) next_reading: Option<Direction>,
    writing: Option<Direction>,
    /// Bytes that are no whole record yet.
    inbound: Vec<u8>,
    /// Bytes that are no whole handshake message yet.
    messages: Vec<u8>,
    warnings: u8,
    waiting: VecDeque<Waiting>,
}

impl Connection {
    /// A client, which has its hello to send.
    pub fn client(psk: PreSharedKey, random: [u8; 32]) -> Self {
        let mut connection = Connection::new(Role::Client, State::ServerHello, vec![psk]);
        connection.client_random = random;
        connection.begin();
        connection
    }

    /// A server, which knows these keys.
    pub fn server(psks: Vec<PreSharedKey>, random: [u8; 32]) -> Self {
        let mut connection = Connection::new(Role::Server, State::ClientHello, psks);
        connection.server_random = random;
        connection
    }

    fn new(role: Role, state: State, psks: Vec<PreSharedKey>) -> Self {
        Connection {
            role,
            state,
            psks,
            client_random: [0; 32],
            server_random: [0; 32],
            master: [0; 48],
            transcript: Vec::new(),
            reading: None,
            next_reading: None,
            writing: None,
            inbound: Vec::new(),
            messages: Vec::new(),
            warnings: 0,
            waiting: VecDeque::new(),
        }
    }

    /// Whether data can be sent.
    pub fn is_established(&self) -> bool {
        self.state == State::Established
    }

    /// Whether the connection is over.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Takes bytes of the transport, in any pieces.
    pub fn handle_data(&mut self, bytes: &[u8]) {
        self.inbound.extend_from_slice(bytes);
        let inbound = std::mem::take(&mut self.inbound);
        let mut at = 0;
        while !self.is_ended() {
            match Record::read(&inbound[at..]) {
                Ok(None) => {
                    self.inbound = inbound[at..].to_vec();
                    return;
                }
                Ok(Some((record, length))) => {
                    at += length;
                    if let Err(description) = self.record(record) {
                        self.refuse(description);
                    }
                }
                // The first byte of a wrong header that can tell what is wrong is the version.
                Err(error) if error.offset == 1 => self.refuse(Description::PROTOCOL_VERSION),
                Err(_) => self.refuse(Description::RECORD_OVERFLOW),
            }
        }
    }

    /// Ends the connection: the transport ended.
    pub fn handle_closed(&mut self) {
        match self.state {
            State::Ended => {}
            State::Closing => self.end(Ending::Closed),
            _ => self.end(Ending::Truncated),
        }
    }

    /// Sends data; nothing before the handshake is complete and after the end.
    pub fn handle_send(&mut self, data: &[u8]) {
        if self.is_established() {
            for fragment in data.chunks(MAX_PLAINTEXT) {
                self.put(ContentType::ApplicationData, fragment.to_vec());
            }
        }
    }

    /// Says that no more will come, and waits for the other end to say so too.
    pub fn handle_close(&mut self) {
        match self.state {
            State::Closing | State::Ended => {}
            State::Established => {
                self.put_alert(Alert::warning(Description::CLOSE_NOTIFY));
                self.state = State::Closing;
            }
            _ => {
                self.put_alert(Alert::warning(Description::CLOSE_NOTIFY));
                self.end(Ending::Closed);
            }
        }
    }

    /// Hands out what is to be done, in order; `iv` gives the initial value of each record that
    /// is ciphered, which nobody must be able to guess.
    pub fn poll(&mut self, mut iv: impl FnMut() -> [u8; 16]) -> Option<Output> {
        let (content, fragment) = match self.waiting.pop_front()? {
            Waiting::Fact(output) => return Some(output),
            Waiting::Fragment(content, fragment) => match &mut self.writing {
                Some(direction) => (content, direction.protect(content, &fragment, iv())),
                None => (content, fragment),
            },
            Waiting::Change(direction) => {
                self.writing = Some(direction);
                (ContentType::ChangeCipherSpec, CHANGE_CIPHER_SPEC.to_vec())
            }
        };
        Some(Output::Record(Record::new(content, fragment).encode()))
    }

    fn record(&mut self, record: Record) -> Result<(), Description> {
        let content = record.content;
        if matches!(content, ContentType::Unknown(_)) {
            return Err(Description::UNEXPECTED_MESSAGE);
        }
        // The record of a first hello may name an older version (RFC 5246 App. E.1).
        if record.version != VERSION && self.state != State::ClientHello {
            return Err(Description::PROTOCOL_VERSION);
        }
        let fragment = match &mut self.reading {
            Some(direction) => direction
                .open(content, &record.fragment)
                .ok_or(Description::BAD_RECORD_MAC)?,
            None => record.fragment,
        };
        if fragment.len() > MAX_PLAINTEXT {
            return Err(Description::RECORD_OVERFLOW);
        }
        // Only data may be of no length (RFC 5246 §6.2.1), and between the pieces of a message
        // nothing else has a place (§6.2.1).
        let is_data = content == ContentType::ApplicationData;
        let is_between = content != ContentType::Handshake && !self.messages.is_empty();
        if fragment.is_empty() && !is_data || is_between {
            return Err(Description::UNEXPECTED_MESSAGE);
        }
        if content != ContentType::Alert {
            self.warnings = 0;
        }
        match (content, self.state) {
            (ContentType::Alert, _) => self.alert(&fragment),
            (ContentType::Handshake, _) => self.handshake(&fragment),
            (ContentType::ChangeCipherSpec, State::ChangeCipherSpec) => {
                if fragment != CHANGE_CIPHER_SPEC {
                    return Err(Description::DECODE_ERROR);
                }
                self.reading = self.next_reading.take();
                self.state = State::Finished;
                Ok(())
            }
            (ContentType::ApplicationData, State::Established) => {
                self.tell(Output::Data(fragment));
                Ok(())
            }
            // What crosses close_notify comes too late.
            (ContentType::ApplicationData, State::Closing) => Ok(()),
            _ => Err(Description::UNEXPECTED_MESSAGE),
        }
    }

    fn alert(&mut self, fragment: &[u8]) -> Result<(), Description> {
        let alert = Alert::decode(fragment).map_err(|_| Description::DECODE_ERROR)?;
        match (alert.level, alert.description) {
            (Level::Unknown(_), _) => Err(Description::ILLEGAL_PARAMETER),
            (Level::Warning, Description::CLOSE_NOTIFY) => {
                if self.state != State::Closing {
                    self.put_alert(Alert::warning(Description::CLOSE_NOTIFY));
                }
                self.end(Ending::Closed);
                Ok(())
            }
            (Level::Fatal, description) => {
                self.end(Ending::Told(description));
                Ok(())
            }
            (Level::Warning, _) => {
                self.warnings += 1;
                match self.warnings > MAX_WARNINGS {
                    true => Err(Description::UNEXPECTED_MESSAGE),
                    false => Ok(()),
                }
            }
        }
    }

    /// Handshake messages: several in a record, or one in several.
    fn handshake(&mut self, fragment: &[u8]) -> Result<(), Description> {
        self.messages.extend_from_slice(fragment);
        while let Some(length) = Handshake::length(&self.messages) {
            if length > MAX_MESSAGE + HANDSHAKE_HEADER {
                return Err(Description::ILLEGAL_PARAMETER);
            }
            if self.messages.len() < length {
                break;
            }
            let octets: Vec<u8> = self.messages.drain(..length).collect();
            let message = Handshake::decode(&octets).map_err(|_| Description::DECODE_ERROR)?;
            self.message(message, &octets)?;
        }
        Ok(())
    }

    /// Refuses what came: a fatal alert, and the end.
    fn refuse(&mut self, description: Description) {
        self.put_alert(Alert::fatal(description));
        self.end(Ending::Refused(description));
    }

    fn end(&mut self, ending: Ending) {
        self.state = State::Ended;
        self.inbound = Vec::new();
        self.messages = Vec::new();
        self.tell(Output::Ended(ending));
    }

    /// Puts a record into the queue.
    fn put(&mut self, content: ContentType, fragment: Vec<u8>) {
        self.waiting.push_back(Waiting::Fragment(content, fragment));
    }

    pub(super) fn put_alert(&mut self, alert: Alert) {
        self.put(ContentType::Alert, alert.encode());
    }

    /// Puts a handshake message into the queue, and into what both ends have seen.
    pub(super) fn put_message(&mut self, message: &Handshake) {
        let octets = message.encode();
        self.transcript.extend_from_slice(&octets);
        self.put(ContentType::Handshake, octets);
    }

    /// Puts the change to other keys into the queue.
    pub(super) fn put_change(&mut self, direction: Direction) {
        self.waiting.push_back(Waiting::Change(direction));
    }

    pub(super) fn tell(&mut self, output: Output) {
        self.waiting.push_back(Waiting::Fact(output));
    }
}
