//! The reader's side: from an answer to reset to the exchange of APDUs, over a line that moves
//! whole TPDUs.

use super::t0::{Exchange, ExchangeStep, Form};
use super::t1::{self, DEFAULT_IFS, Edc, Endpoint, Parameters, Role};
use super::{Failure, Pps};
use crate::codec::DecodeError;
use crate::codec::apdu::ResponseApdu;
use crate::codec::atr::Atr;
use std::collections::VecDeque;

/// What a reader can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderConfig {
    /// Protocols, the preferred first: 0, 1.
    pub protocols: Vec<u8>,
    /// Octets it takes in one block of T=1, 1 to 254.
    pub ifsd: u8,
    /// Whether the reader can follow the card to the speed of TA1.
    pub is_fast: bool,
}

impl Default for ReaderConfig {
    fn default() -> Self {
        ReaderConfig {
            protocols: vec![0, 1],
            ifsd: 254,
            is_fast: true,
        }
    }
}

/// What the side wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderOutput {
    /// Bytes for the card: a selection, a TPDU of T=0, a block of T=1.
    Tpdu {
        /// The bytes.
        bytes: Vec<u8>,
        /// Factor by which the time to wait for the answer grows, with T=1; else 1.
        waiting: u8,
    },
    /// Protocol and speed (as in TA1) are agreed on; commands may go.
    Ready {
        /// 0 or 1.
        protocol: u8,
        /// F and D.
        speed: u8,
    },
    /// The R-APDU to the last C-APDU.
    Response(Vec<u8>),
    /// The line was resynchronised and the C-APDU begun anew: the card may carry it out twice.
    Restarted,
    /// The exchange came to no end.
    Failed(Failure),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// No card, or none that can be worked with.
    Off,
    /// A selection has no response yet.
    Selecting(Pps, Atr),
    T0(Option<Exchange>),
    T1(Endpoint),
}

/// A reader's side of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderSide {
    config: ReaderConfig,
    state: State,
    outputs: VecDeque<ReaderOutput>,
}

impl ReaderSide {
    /// A reader without a card.
    pub fn new(config: ReaderConfig) -> Self {
        ReaderSide {
            config,
            state: State::Off,
            outputs: VecDeque::new(),
        }
    }

    /// The card was reset and answered this. Ends in `Ready` or `Failed`.
    pub fn handle_atr(&mut self, bytes: &[u8]) {
        self.outputs.clear();
        self.state = State::Off;
        let Ok(atr) = Atr::decode(bytes) else {
            self.fail(Failure::Unsuitable);
            return;
        };
        let is_known = |protocol: &u8| self.config.protocols.contains(protocol);
        if let Some(protocol) = atr.specific() {
            if is_known(&protocol) {
                self.start(protocol, atr.ta1(), &atr);
            } else {
                self.fail(Failure::Unsuitable);
            }
            return;
        }
        let mut wanted = self.config.protocols.iter();
        let Some(protocol) = wanted.find(|protocol| atr.protocols().contains(protocol)) else {
            self.fail(Failure::Unsuitable);
            return;
        };
        let speed = Some(atr.ta1()).filter(|ta1| self.config.is_fast && *ta1 != Atr::DEFAULT_TA1);
        // What is offered first, at the default speed, is used without a selection.
        if atr.protocols().first() == Some(protocol) && speed.is_none() {
            self.start(*protocol, Atr::DEFAULT_TA1, &atr);
            return;
        }
        let request = Pps::new(*protocol, speed);
        self.send(request.encode());
        self.state = State::Selecting(request, atr);
    }

    /// A C-APDU of the short form; one at a time. A malformed one is not sent.
    pub fn handle_apdu(&mut self, apdu: &[u8]) -> Result<(), DecodeError> {
        match &mut self.state {
            State::T0(exchange) if exchange.is_none() => {
                let (started, first) = Exchange::new(apdu, Form::Tpdu)?;
                *exchange = Some(started);
                self.send(first);
            }
            State::T1(endpoint) => {
                crate::codec::apdu::CommandApdu::decode(apdu)?;
                endpoint.handle_message(apdu);
                self.pump();
            }
            State::T0(_) | State::Off | State::Selecting(..) => {}
        }
        Ok(())
    }

    /// What the card sent back.
    pub fn handle_tpdu(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Off => {}
            State::Selecting(request, atr) => {
                let (request, atr) = (*request, atr.clone());
                match Pps::decode(bytes) {
                    Ok(answer) if answer.accepts(&request) => {
                        let speed = answer.pps1.unwrap_or(Atr::DEFAULT_TA1);
                        self.start(answer.protocol, speed, &atr);
                    }
                    _ => self.fail(Failure::Unsuitable),
                }
            }
            State::T0(under_way) => {
                let Some(exchange) = under_way else { return };
                match exchange.handle_response(bytes) {
                    ExchangeStep::Send(next) => self.send(next),
                    ExchangeStep::Done(response) => {
                        *under_way = None;
                        self.respond(&response);
                    }
                }
            }
            State::T1(endpoint) => {
                endpoint.handle_block(bytes);
                self.pump();
            }
        }
    }

    /// The waiting time is over and the card sent nothing.
    pub fn handle_timeout(&mut self) {
        match &mut self.state {
            State::Off | State::T0(None) => {}
            State::Selecting(..) | State::T0(Some(_)) => self.fail(Failure::Mute),
            State::T1(endpoint) => {
                endpoint.handle_timeout();
                self.pump();
            }
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<ReaderOutput> {
        self.outputs.pop_front()
    }

    fn start(&mut self, protocol: u8, speed: u8, atr: &Atr) {
        self.state = if protocol == 1 {
            State::T1(Endpoint::new(
                Role::Reader,
                Parameters {
                    edc: if atr.crc() { Edc::Crc } else { Edc::Lrc },
                    ifsc: atr.ifsc(),
                    ifsd: match self.config.ifsd {
                        0 | 255 => DEFAULT_IFS,
                        octets => octets,
                    },
                },
            ))
        } else {
            State::T0(None)
        };
        self.outputs
            .push_back(ReaderOutput::Ready { protocol, speed });
    }

    fn pump(&mut self) {
        let State::T1(endpoint) = &mut self.state else {
            return;
        };
        while let Some(output) = endpoint.poll() {
            self.outputs.push_back(match output {
                t1::Output::Send { bytes, waiting } => ReaderOutput::Tpdu { bytes, waiting },
                t1::Output::Message(bytes) => ReaderOutput::Response(bytes),
                t1::Output::Restarted => ReaderOutput::Restarted,
                t1::Output::Failed(failure) => ReaderOutput::Failed(failure),
                t1::Output::Dropped => continue,
            });
        }
    }

    fn respond(&mut self, response: &ResponseApdu) {
        self.outputs
            .push_back(ReaderOutput::Response(response.encode()));
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.outputs
            .push_back(ReaderOutput::Tpdu { bytes, waiting: 1 });
    }

    fn fail(&mut self, failure: Failure) {
        self.state = State::Off;
        self.outputs.push_back(ReaderOutput::Failed(failure));
    }
}
