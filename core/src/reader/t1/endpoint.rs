//! One end of a line: sequence numbers, chains, sizes, requests (ISO/IEC 7816-3 §11.6).
//!
//! Ends strictly take turns. A card speaks only when spoken to, so whatever a card gets has at
//! most one answer, and only the reader counts failures and gives up.

use super::{Block, DEFAULT_IFS, Edc, MAX_MESSAGE, Output, Pcb, Report, Supervisory};
use crate::reader::Failure;
use std::collections::VecDeque;

/// The end of the line: card or reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The interface device.
    Reader,
    /// The card.
    Card,
}

/// What is known before the first block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Epilogue of all blocks, from the answer to reset.
    pub edc: Edc,
    /// Octets the card takes in one block (IFSC), from the answer to reset, 1 to 254.
    pub ifsc: u8,
    /// Octets the reader takes in one block (IFSD), 1 to 254. A reader that takes other than
    /// [`DEFAULT_IFS`] says so before its first command; a card waits for that.
    pub ifsd: u8,
}

impl Default for Parameters {
    fn default() -> Self {
        Parameters {
            edc: Edc::Lrc,
            ifsc: DEFAULT_IFS,
            ifsd: DEFAULT_IFS,
        }
    }
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// Where the piece sent last begins and ends.
    piece: (usize, usize),
    /// All of it arrived, or no more of it is wanted. A reader keeps it, to begin anew with.
    arrived: bool,
}

impl Outgoing {
    fn new(bytes: Vec<u8>) -> Self {
        Outgoing {
            bytes,
            piece: (0, 0),
            arrived: false,
        }
    }

    fn has_more(&self) -> bool {
        self.piece.1 < self.bytes.len()
    }
}

/// The state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) role: Role,
    pub(super) parameters: Parameters,
    /// Octets the other end takes in one block.
    pub(super) ifs_out: u8,
    /// Octets this end takes in one block.
    pub(super) ifs_in: u8,
    /// N(S) of the I-block sent last and not acknowledged, else of the next.
    pub(super) ns: u8,
    /// N(S) of the I-block expected next.
    pub(super) nr: u8,
    pub(super) outgoing: Option<Outgoing>,
    pub(super) incoming: Vec<u8>,
    /// A supervisory request that has no response yet.
    pub(super) request: Option<Block>,
    /// A message to be sent when the request has its response.
    pub(super) postponed: Option<Vec<u8>>,
    /// Reader: a block is awaited. Card: a command is being worked at.
    pub(super) busy: bool,
    /// The chain under way was given up; the card has the word.
    pub(super) aborted: Option<Failure>,
    /// Some block came undamaged since the reset.
    pub(super) started: bool,
    pub(super) errors: u8,
    pub(super) resynchs: u8,
    pub(super) idle: u16,
    pub(super) outputs: VecDeque<Output>,
}

impl Endpoint {
    /// An end as it is after a reset and the selection of T=1.
    pub fn new(role: Role, parameters: Parameters) -> Self {
        let mut endpoint = Endpoint {
            role,
            parameters,
            ifs_out: DEFAULT_IFS,
            ifs_in: DEFAULT_IFS,
            ns: 0,
            nr: 0,
            outgoing: None,
            incoming: Vec::new(),
            request: None,
            postponed: None,
            busy: false,
            aborted: None,
            started: false,
            errors: 0,
            resynchs: 0,
            idle: 0,
            outputs: VecDeque::new(),
        };
        endpoint.start_anew();
        endpoint
    }

    /// True while a reader awaits a block, or a card's command is being worked at.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A message for the other end: a reader's command, or a card's response to the command it
    /// is working at. Out of turn it is not taken.
    pub fn handle_message(&mut self, bytes: &[u8]) {
        let in_turn = match self.role {
            Role::Reader => !self.busy,
            Role::Card => self.busy,
        };
        if !in_turn {
            return;
        }
        let bytes = bytes[..bytes.len().min(MAX_MESSAGE)].to_vec();
        match self.role {
            Role::Reader => {
                self.busy = true;
                (self.errors, self.resynchs, self.idle) = (0, 0, 0);
                self.outgoing = Some(Outgoing::new(bytes));
                self.begin();
            }
            // More time was asked for and not yet granted.
            Role::Card if self.request.is_some() => self.postponed = Some(bytes),
            Role::Card => self.respond(bytes),
        }
    }

    /// A card needs `multiplier` times the block waiting time, from 1, for its command.
    pub fn handle_more_time(&mut self, multiplier: u8) {
        if self.role == Role::Card && self.busy && self.request.is_none() {
            self.ask(Supervisory::Wtx, &[multiplier.max(1)]);
        }
    }

    /// The block waiting time is over and the reader has nothing.
    pub fn handle_timeout(&mut self) {
        if self.role == Role::Reader && self.busy {
            self.fail(Report::Other);
        }
    }

    /// Octets that came as one block.
    pub fn handle_block(&mut self, bytes: &[u8]) {
        // A reader that awaits nothing hears nothing.
        if self.role == Role::Reader && !self.busy {
            return;
        }
        let block = match Block::decode(bytes, self.parameters.edc) {
            Ok(block) => block,
            Err(damaged) => {
                if !self.is_silent() {
                    self.fail(damaged.report);
                }
                return;
            }
        };
        self.started = true;
        match block.pcb {
            Pcb::Supervision {
                kind,
                response: false,
            } => self.asked(kind, &block),
            // While it works the card has not given up the word.
            _ if self.is_silent() => {}
            Pcb::Supervision {
                kind,
                response: true,
            } => self.granted(kind, &block),
            // A request comes first (rule 7.3).
            _ if self.request.is_some() => self.fail(Report::Other),
            Pcb::Information { sequence, more } => self.information(sequence, more, &block.inf),
            Pcb::Ready { expected, .. } => self.ready(expected),
        }
    }

    /// A card that works and does not ask for time.
    fn is_silent(&self) -> bool {
        self.role == Role::Card && self.busy && self.request.is_none()
    }

    /// The message whose last piece has not arrived for certain.
    fn unacknowledged(&self) -> Option<&Outgoing> {
        self.outgoing.as_ref().filter(|outgoing| !outgoing.arrived)
    }

    fn information(&mut self, sequence: u8, more: bool, inf: &[u8]) {
        let in_chain = self.unacknowledged().is_some_and(Outgoing::has_more);
        if in_chain || sequence != self.nr || inf.len() > usize::from(self.ifs_in) {
            self.fail(Report::Other);
            return;
        }
        self.acknowledge();
        self.nr ^= 1;
        self.aborted = None;
        if more && inf.is_empty() {
            if !self.is_patient() {
                return;
            }
        } else {
            self.errors = 0;
        }
        if self.incoming.len() + inf.len() > MAX_MESSAGE {
            self.incoming = Vec::new();
            self.aborted = Some(Failure::TooLong);
            self.ask(Supervisory::Abort, &[]);
            return;
        }
        self.incoming.extend_from_slice(inf);
        if more {
            self.send(&Block::ready(self.nr, Report::Fine), 1);
            return;
        }
        let message = std::mem::take(&mut self.incoming);
        self.outgoing = None;
        self.busy = self.role == Role::Card;
        self.outputs.push_back(Output::Message(message));
    }

    fn ready(&mut self, expected: u8) {
        match self.unacknowledged() {
            Some(_) if expected == self.ns => {
                if self.may_repeat() {
                    self.send_piece();
                }
            }
            Some(outgoing) if outgoing.has_more() => {
                let next = outgoing.piece.1;
                self.ns ^= 1;
                self.errors = 0;
                if let Some(outgoing) = &mut self.outgoing {
                    outgoing.piece = (next, next);
                }
                self.send_piece();
            }
            // The card had the word after a chain was given up, and returns it.
            None if self.role == Role::Reader && self.aborted.is_some() => {
                let failure = self.aborted.take().unwrap_or(Failure::Aborted);
                self.give_up(failure);
            }
            // What was sent last was an R-block that did not arrive; rule 7.2.
            _ => self.fail(Report::Fine),
        }
    }

    /// The other end wants something.
    fn asked(&mut self, kind: Supervisory, block: &Block) {
        match (self.role, kind) {
            (Role::Card, Supervisory::Resynch) => {
                if self.busy {
                    self.outputs.push_back(Output::Dropped);
                }
                self.busy = false;
                self.start_anew();
            }
            // Only readers ask for this, and only cards for time.
            (Role::Reader, Supervisory::Resynch) | (Role::Card, Supervisory::Wtx) => {
                if !self.is_silent() {
                    self.fail(Report::Other);
                }
                return;
            }
            // Two requests cross only when a block was lost; the own one comes again.
            _ if self.request.is_some() => {
                self.fail(Report::Other);
                return;
            }
            _ if self.is_silent() => return,
            (_, Supervisory::Ifs) => self.ifs_out = block.inf.first().copied().unwrap_or(1),
            (_, Supervisory::Wtx) => {}
            (_, Supervisory::Abort) => {
                self.acknowledge();
                self.incoming = Vec::new();
                self.aborted = Some(Failure::Aborted);
            }
        }
        if self.role == Role::Reader && !self.is_patient() {
            return;
        }
        self.errors = 0;
        let waiting = match kind {
            Supervisory::Wtx => block.inf.first().copied().unwrap_or(1),
            _ => 1,
        };
        let answer = Block::supervision(kind, true, &block.inf);
        self.send(&answer, waiting);
    }

    /// The other end did what it was asked to.
    fn granted(&mut self, kind: Supervisory, block: &Block) {
        let fits = self.request.as_ref().is_some_and(|request| {
            request.inf == block.inf
                && request.pcb
                    == Pcb::Supervision {
                        kind,
                        response: false,
                    }
        });
        if !fits {
            self.fail(Report::Other);
            return;
        }
        self.request = None;
        self.errors = 0;
        match (self.role, kind) {
            (Role::Reader, Supervisory::Resynch) => {
                let outgoing = self.outgoing.take();
                self.start_anew();
                self.outgoing = outgoing.map(|outgoing| Outgoing::new(outgoing.bytes));
                self.outputs.push_back(Output::Restarted);
                self.begin();
            }
            (Role::Reader, Supervisory::Abort) => {
                let failure = self.aborted.take().unwrap_or(Failure::Aborted);
                self.give_up(failure);
            }
            (Role::Reader, _) => {
                self.ifs_in = self.parameters.ifsd;
                self.send_piece();
            }
            // The reader gets the word back.
            (Role::Card, Supervisory::Abort) => {
                self.aborted = None;
                self.send(&Block::ready(self.nr, Report::Fine), 1);
            }
            (Role::Card, _) => {
                if let Some(bytes) = self.postponed.take() {
                    self.respond(bytes);
                }
            }
        }
    }

    /// The reader's first block of a message.
    fn begin(&mut self) {
        if self.ifs_in == self.parameters.ifsd {
            self.send_piece();
        } else {
            self.ask(Supervisory::Ifs, &[self.parameters.ifsd]);
        }
    }

    /// The card's first block of a response.
    fn respond(&mut self, bytes: Vec<u8>) {
        self.busy = false;
        self.outgoing = Some(Outgoing::new(bytes));
        self.send_piece();
    }

    /// The piece that begins where the last one that arrived ended, in the size of now.
    fn send_piece(&mut self) {
        let Some(outgoing) = &mut self.outgoing else {
            return;
        };
        let start = outgoing.piece.0;
        let end = outgoing.bytes.len().min(start + usize::from(self.ifs_out));
        outgoing.piece = (start, end);
        let block = Block::information(self.ns, outgoing.has_more(), &outgoing.bytes[start..end]);
        self.send(&block, 1);
    }

    /// What was sent last did arrive.
    fn acknowledge(&mut self) {
        if let Some(outgoing) = self.outgoing.as_mut().filter(|o| !o.arrived) {
            outgoing.arrived = true;
            self.ns ^= 1;
        }
    }

    pub(super) fn ask(&mut self, kind: Supervisory, inf: &[u8]) {
        let block = Block::supervision(kind, false, inf);
        self.send(&block, 1);
        self.request = Some(block);
    }

    pub(super) fn send(&mut self, block: &Block, waiting: u8) {
        self.outputs.push_back(Output::Send {
            bytes: block.encode(self.parameters.edc),
            waiting,
        });
    }
}
