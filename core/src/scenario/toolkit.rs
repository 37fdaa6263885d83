//! Watches the APDUs between terminal and card and tells what the toolkit says in them.

use super::recorder::Recorder;
use crate::codec::apdu::{
    CommandApdu, ENVELOPE, FETCH, TERMINAL_PROFILE, TERMINAL_RESPONSE, instruction_name,
};
use crate::codec::hex;
use crate::codec::toolkit::{Action, Envelope, ProactiveCommand, TerminalResponse};
use crate::trace::{Actor, Event, Interface};

/// Remembers the command the terminal works at.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// What came about while the terminal booted: server channel opened, timer started.
    pub facts: Vec<Event>,
    /// The timer the card started last.
    pub timer: Option<u8>,
    fetched: Option<ProactiveCommand>,
}

impl Watch {
    /// Records a command and its response, inside what they say and what they carry.
    pub(super) fn record(&mut self, recorder: &mut Recorder, command: &[u8], response: &[u8]) {
        let data = CommandApdu::decode(command)
            .map(|apdu| apdu.data)
            .unwrap_or_default();
        let ins = command.get(1).copied().unwrap_or_default();
        let (body, sw) = response.split_at(response.len().saturating_sub(2));
        let (from, to, event, bytes) = match ins {
            TERMINAL_PROFILE => (
                Actor::Terminal,
                Actor::Card,
                Some(Event::TerminalProfileSent),
                &data[..],
            ),
            FETCH => {
                let command = ProactiveCommand::decode(body).ok();
                let text = command.as_ref().map(ToString::to_string);
                self.fetched = command;
                let event = text.map(|command| Event::ProactiveCommandSent { command });
                (Actor::Card, Actor::Terminal, event, body)
            }
            TERMINAL_RESPONSE => {
                let response = TerminalResponse::decode(&data).ok();
                if let Some(response) = &response {
                    self.answered(response);
                }
                let text = response.map(|r| r.to_string());
                let event = text.map(|result| Event::TerminalResponseSent { result });
                (Actor::Terminal, Actor::Card, event, &data[..])
            }
            ENVELOPE => {
                let text = Envelope::decode(&data).ok().map(|e| e.to_string());
                let event = text.map(|envelope| Event::EnvelopeSent { envelope });
                (Actor::Terminal, Actor::Card, event, &data[..])
            }
            _ => (Actor::Terminal, Actor::Card, None, &data[..]),
        };
        let mut enclosing = recorder.carried();
        recorder.because(recorder.wire());
        if let Some(event) = event {
            let id = recorder.inside(enclosing, from, to, Interface::Internal, event, bytes);
            enclosing = Some(id);
            if from == Actor::Terminal {
                recorder.because(id);
            }
        }
        let name = match CommandApdu::decode(command) {
            Ok(apdu) => apdu.to_string(),
            Err(_) => instruction_name(ins).into_owned(),
        };
        let event = Event::CommandApduSent { command: name };
        let (from, to) = (Actor::Terminal, Actor::Card);
        let id = recorder.inside(enclosing, from, to, Interface::Internal, event, command);
        recorder.because(id);
        let event = Event::ResponseApduSent {
            status_word: hex::encode(sw),
        };
        let id = recorder.inside(enclosing, to, from, Interface::Internal, event, response);
        recorder.answered(id);
    }

    fn answered(&mut self, response: &TerminalResponse) {
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
                self.timer = Some(timer);
                self.facts.push(Event::TimerStarted { timer, duration_s });
            }
            _ => {}
        }
    }
}
