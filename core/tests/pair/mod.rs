//! The core's terminal and card in memory: everything the terminal says is kept, the card's
//! application answers what it is told to.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::card::{self, Uicc};
use dmsc_core::codec::apdu::{CommandApdu, FETCH, ResponseApdu, TERMINAL_RESPONSE};
use dmsc_core::codec::http;
use dmsc_core::codec::toolkit::{ProactiveCommand, TerminalResponse};
use dmsc_core::terminal::{Config, Dialog, Output, Terminal};

/// A push PDU with a notification inside, for the Trigger.
pub(crate) const PUSH: &[u8] = b"\x01\x06\x03\xC4\xAF\x87 package 0 of thirty-nine octets";

/// Both ends.
pub(crate) struct Pair {
    pub(crate) card: Uicc,
    pub(crate) terminal: Terminal,
    /// What the terminal said, but commands to the card.
    pub(crate) said: Vec<Output>,
    /// Commands the card had carried out, and the results.
    pub(crate) commands: Vec<(ProactiveCommand, u8)>,
    /// Every command and response APDU.
    pub(crate) apdus: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) card_said: Vec<card::Output>,
    pub(crate) answer: http::Response,
    fetched: Option<ProactiveCommand>,
}

impl Pair {
    pub(crate) fn new(card: card::Config, terminal: Config) -> Self {
        Pair {
            card: Uicc::new(card),
            terminal: Terminal::new(terminal),
            said: Vec::new(),
            commands: Vec::new(),
            apdus: Vec::new(),
            card_said: Vec::new(),
            answer: http::Response::new(200),
            fetched: None,
        }
    }

    /// The same, booted.
    pub(crate) fn booted(card: card::Config, terminal: Config) -> Self {
        let mut pair = Pair::new(card, terminal);
        pair.terminal.handle_power_on();
        pair.settle();
        pair
    }

    /// Moves bytes until nobody wants anything.
    pub(crate) fn settle(&mut self) {
        for _ in 0..10_000 {
            match self.terminal.poll() {
                None => return,
                Some(Output::PowerOn) => {
                    let atr = self.card.handle_reset();
                    self.said.push(Output::PowerOn);
                    self.terminal.handle_atr(&atr);
                }
                Some(Output::Command(bytes)) => {
                    let response = self.exchange(&bytes);
                    self.terminal.handle_response(&response);
                }
                Some(other) => self.said.push(other),
            }
        }
        panic!("there is no end to it");
    }

    fn exchange(&mut self, bytes: &[u8]) -> Vec<u8> {
        let command = CommandApdu::decode(bytes).unwrap();
        if command.ins == TERMINAL_RESPONSE {
            let response = TerminalResponse::decode(&command.data).unwrap();
            let fetched = self.fetched.take().unwrap();
            self.commands.push((fetched, response.result));
        }
        self.card.handle_command(bytes);
        let mut found = None;
        while let Some(output) = self.card.poll() {
            match output {
                card::Output::Response(response) => found = Some(response),
                card::Output::AppletRequest { .. } => {
                    self.card_said.push(output);
                    self.card.handle_applet_response(&self.answer.encode());
                }
                card::Output::TriggerDue { .. } => {
                    self.card_said.push(output);
                    self.card.handle_notification(PUSH);
                }
                other => self.card_said.push(other),
            }
        }
        let response = found.unwrap();
        if command.ins == FETCH {
            let data = ResponseApdu::decode(&response).unwrap().data;
            self.fetched = Some(ProactiveCommand::decode(&data).unwrap());
        }
        self.apdus.push((bytes.to_vec(), response.clone()));
        response
    }

    /// What the terminal said since it was asked last.
    pub(crate) fn take_said(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.said)
    }

    /// Kinds and results of the commands since it was asked last.
    pub(crate) fn take_kinds(&mut self) -> Vec<(u8, u8)> {
        let commands = std::mem::take(&mut self.commands);
        commands
            .iter()
            .map(|(command, result)| (command.action.details().0, *result))
            .collect()
    }

    /// The dialog said last.
    pub(crate) fn dialog(&mut self) -> Dialog {
        let said = self.take_said();
        let dialog = said.iter().rev().find_map(|output| match output {
            Output::Dialog(dialog) => Some(dialog.clone()),
            _ => None,
        });
        dialog.unwrap_or_else(|| panic!("{said:?}"))
    }
}
