//! Watches the APDUs between terminal and card for what the toolkit says in them.

use crate::codec::apdu::{CommandApdu, ENVELOPE, FETCH, TERMINAL_PROFILE, TERMINAL_RESPONSE};
use crate::codec::toolkit::{Action, ProactiveCommand, TerminalResponse};
use crate::trace::Event;

/// Remembers the proactive command the terminal works at, and what came of earlier ones.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct ToolkitWatch {
    /// What came about while the terminal booted: server channel opened, timer started.
    pub(in crate::scenario) facts: Vec<Event>,
    fetched: Option<ProactiveCommand>,
}

impl ToolkitWatch {
    /// What the terminal says to the toolkit in a command: the kind of message and its bytes.
    pub(in crate::scenario) fn said(command: &CommandApdu) -> Option<(Event, &[u8])> {
        let data = command.data.as_slice();
        Some(match command.ins {
            TERMINAL_PROFILE => (Event::TerminalProfileSent, data),
            TERMINAL_RESPONSE => (Event::TerminalResponseSent, data),
            ENVELOPE => (Event::EnvelopeSent, data),
            _ => return None,
        })
    }

    /// What the card answers to a command, looked at after it has arrived; true when it is a
    /// proactive command.
    pub(in crate::scenario) fn answered(&mut self, command: &CommandApdu, body: &[u8]) -> bool {
        match command.ins {
            FETCH => {
                self.fetched = ProactiveCommand::decode(body).ok();
                self.fetched.is_some()
            }
            TERMINAL_RESPONSE => {
                if let Ok(response) = TerminalResponse::decode(&command.data) {
                    self.performed(&response);
                }
                false
            }
            _ => false,
        }
    }

    fn performed(&mut self, response: &TerminalResponse) {
        if !response.is_success() {
            return;
        }
        match self.fetched.take().map(|command| command.action) {
            Some(Action::OpenChannel { transport, .. }) if transport.is_server() => {
                self.facts.push(Event::WebServerOpened {
                    port: transport.port,
                });
            }
            Some(Action::TimerStart {
                timer, duration_s, ..
            }) => {
                self.facts.push(Event::TimerStarted { timer, duration_s });
            }
            _ => {}
        }
    }
}
