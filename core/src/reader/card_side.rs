//! The card's side: gives a card that knows only APDUs an answer to reset, the selection of a
//! protocol, and the TPDUs of T=0 or blocks of T=1 that carry its commands.

use super::t0::{CardEnd, CardEndOutput, Exchange, ExchangeStep, Form};
use super::t1::{self, DEFAULT_IFS, Edc, Endpoint, Parameters, Role};
use crate::codec::DecodeError;
use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::atr::Atr;
use crate::codec::pps::{self, Pps};
use std::collections::VecDeque;

/// What the side wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardOutput {
    /// A C-APDU for the card; give its answer to `CardSide::handle_response`.
    Command(Vec<u8>),
    /// A TPDU's response, a block, or the response to a protocol and parameters selection.
    Tpdu(Vec<u8>),
}

/// What carries the commands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Protocol {
    T0(CardEnd),
    T1 {
        endpoint: Box<Endpoint>,
        exchange: Option<Exchange>,
    },
}

/// A card's side of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSide {
    atr: Vec<u8>,
    offers: Atr,
    /// None until a selection or the first command.
    protocol: Option<Protocol>,
    outputs: VecDeque<CardOutput>,
}

impl CardSide {
    /// A card with this answer to reset, freshly reset.
    pub fn new(atr: &[u8]) -> Result<Self, DecodeError> {
        Ok(CardSide {
            offers: Atr::decode(atr)?,
            atr: atr.to_vec(),
            protocol: None,
            outputs: VecDeque::new(),
        })
    }

    /// A reset: no protocol is selected. Returns the answer.
    pub fn handle_reset(&mut self) -> Vec<u8> {
        self.protocol = None;
        self.outputs.clear();
        self.atr.clone()
    }

    /// What the reader sent: a selection, a TPDU of T=0 or a block of T=1. All of it is
    /// answered, but for what the protocol answers by silence.
    pub fn handle_tpdu(&mut self, bytes: &[u8]) {
        if self.protocol.is_none() && bytes.first() == Some(&pps::PPSS) {
            // A request that makes no sense is answered by silence, as is one refused.
            if let Some(answer) = Pps::decode(bytes)
                .ok()
                .and_then(|request| request.answer(&self.offers))
            {
                self.select(answer.protocol);
                self.outputs.push_back(CardOutput::Tpdu(answer.encode()));
            }
            return;
        }
        if self.protocol.is_none() {
            let first = self.offers.protocols().first().copied().unwrap_or_default();
            self.select(self.offers.specific().unwrap_or(first));
        }
        match &mut self.protocol {
            Some(Protocol::T0(end)) => {
                let output = end.handle_tpdu(bytes);
                self.push(output);
            }
            Some(Protocol::T1 { endpoint, .. }) => {
                endpoint.handle_block(bytes);
                self.pump();
            }
            None => {}
        }
    }

    /// The card's answer to the last command.
    pub fn handle_response(&mut self, bytes: &[u8]) {
        match &mut self.protocol {
            Some(Protocol::T0(end)) => {
                if let Some(output) = end.handle_response(bytes) {
                    self.push(output);
                }
            }
            Some(Protocol::T1 { endpoint, exchange }) => {
                match exchange.as_mut().map(|e| e.handle_response(bytes)) {
                    Some(ExchangeStep::Send(command)) => {
                        self.outputs.push_back(CardOutput::Command(command));
                        return;
                    }
                    Some(ExchangeStep::Done(response)) => {
                        endpoint.handle_message(&response.encode());
                    }
                    None => endpoint.handle_message(bytes),
                }
                *exchange = None;
                self.pump();
            }
            None => {}
        }
    }

    /// The card needs more time than it has; `multiplier` times the block waiting time of T=1.
    /// With T=0 the line has a procedure byte for that, below TPDUs.
    pub fn handle_more_time(&mut self, multiplier: u8) {
        if let Some(Protocol::T1 { endpoint, .. }) = &mut self.protocol {
            endpoint.handle_more_time(multiplier);
            self.pump();
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<CardOutput> {
        self.outputs.pop_front()
    }

    fn select(&mut self, protocol: u8) {
        self.protocol = Some(if protocol == 1 {
            let parameters = Parameters {
                edc: if self.offers.crc() {
                    Edc::Crc
                } else {
                    Edc::Lrc
                },
                ifsc: self.offers.ifsc(),
                ifsd: DEFAULT_IFS,
            };
            Protocol::T1 {
                endpoint: Box::new(Endpoint::new(Role::Card, parameters)),
                exchange: None,
            }
        } else {
            Protocol::T0(CardEnd::default())
        });
    }

    fn push(&mut self, output: CardEndOutput) {
        self.outputs.push_back(match output {
            CardEndOutput::Command(command) => CardOutput::Command(command),
            CardEndOutput::Response(response) => CardOutput::Tpdu(response),
        });
    }

    fn pump(&mut self) {
        let Some(Protocol::T1 { endpoint, exchange }) = &mut self.protocol else {
            return;
        };
        while let Some(output) = endpoint.poll() {
            match output {
                t1::Output::Send { bytes, .. } => self.outputs.push_back(CardOutput::Tpdu(bytes)),
                // What a reader of T=1 wants is the whole response, even of a card that knows
                // only T=0.
                t1::Output::Message(apdu) => match Exchange::new(&apdu, Form::Apdu) {
                    Ok((started, first)) => {
                        *exchange = Some(started);
                        self.outputs.push_back(CardOutput::Command(first));
                    }
                    Err(_) => {
                        *exchange = None;
                        let sw = ResponseApdu::status(StatusWord::WRONG_LENGTH);
                        endpoint.handle_message(&sw.encode());
                    }
                },
                t1::Output::Dropped => *exchange = None,
                // A card neither resynchronises nor gives up by itself.
                t1::Output::Restarted | t1::Output::Failed(_) => {}
            }
        }
    }
}
