//! The toolkit application: sets the terminal up, then serves the card web server and the
//! Trigger, one proactive command at a time (ETSI TS 102 223 §4, §6).
//!
//! Knows no files and no APDUs.

use super::server_channel::{Event, ServerChannel};
use super::toolkit::{Owner, Toolkit};
use super::trigger::Trigger;
use super::{Config, Output};
use crate::codec::apdu::StatusWord;
use crate::codec::http;
use crate::codec::toolkit::profile::{self, TerminalProfile};
use crate::codec::toolkit::{Action, Envelope, TerminalResponse, event, result};
use std::collections::VecDeque;

/// The Trigger's timer.
const TIMER: u8 = 1;

/// Outputs kept for a caller that does not take them.
const MAX_OUTPUTS: usize = 64;

/// All that a reset clears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) toolkit: Toolkit,
    pub(super) server: ServerChannel,
    pub(super) trigger: Trigger,
    /// Events the terminal agreed to report.
    pub(super) events: Vec<u8>,
    /// Timers that run.
    pub(super) timers: Vec<u8>,
    pub(super) outputs: VecDeque<Output>,
    timer_s: Option<u32>,
    profile: Option<TerminalProfile>,
    /// Set-up commands not yet sent, in order.
    setup: VecDeque<(Owner, Action)>,
    /// The terminal was busy with a set-up command.
    paused: bool,
}

impl Application {
    pub(super) fn new(config: &Config) -> Self {
        Application {
            toolkit: Toolkit::default(),
            server: ServerChannel::new(config.server_port, config.buffer, &config.applet_path),
            trigger: Trigger::new(config.notification_port),
            events: Vec::new(),
            timers: Vec::new(),
            outputs: VecDeque::new(),
            timer_s: config.trigger_timer_s,
            profile: None,
            setup: VecDeque::new(),
            paused: false,
        }
    }

    /// TERMINAL PROFILE: the first one of a session starts the set-up.
    pub(super) fn handle_profile(&mut self, terminal: TerminalProfile) {
        if self.profile.is_none() {
            let has =
                |facilities: &[profile::Facility]| facilities.iter().all(|f| terminal.has(*f));
            if has(&[
                profile::SET_UP_EVENT_LIST,
                profile::DATA_AVAILABLE,
                profile::CHANNEL_STATUS,
            ]) {
                let events = vec![event::DATA_AVAILABLE, event::CHANNEL_STATUS];
                self.setup
                    .push_back((Owner::Events, Action::SetUpEventList { events }));
            }
            if has(&[profile::OPEN_CHANNEL, profile::TCP_SERVER]) {
                self.server.start();
            }
            if let Some(duration_s) = self.timer_s.filter(|_| has(&[profile::TIMER_START])) {
                let action = Action::TimerStart {
                    timer: TIMER,
                    // A timer of no length is not a value of the object.
                    duration_s: duration_s.max(1),
                };
                self.setup.push_back((Owner::Timer, action));
            }
        }
        self.profile = Some(terminal);
    }

    /// The terminal has told what it can do; before that nothing may be asked of it.
    pub(super) fn is_active(&self) -> bool {
        self.profile.is_some()
    }

    /// The terminal speaks on its own: whoever found it busy may ask again.
    pub(super) fn retry(&mut self) {
        self.paused = false;
        self.server.retry();
        self.trigger.retry();
    }

    /// Commands that wait: the one announced, and one for each that would ask next.
    pub(super) fn wanted(&self) -> usize {
        self.setup.len()
            + usize::from(self.toolkit.waiting().is_some())
            + usize::from(self.server.wants() && !self.toolkit.is_of(Owner::Server))
            + usize::from(self.trigger.wants() && !self.toolkit.is_of(Owner::Trigger))
    }

    /// Chooses the next command if none is under way; the length of the one that waits.
    pub(super) fn advance(&mut self) -> Option<usize> {
        let terminal = self.profile.as_ref()?;
        if self.toolkit.is_free() {
            let events_first = |(owner, _): &(Owner, Action)| *owner == Owner::Events;
            let setup_ready = !self.paused;
            let next = if setup_ready && self.setup.front().is_some_and(events_first) {
                self.setup.pop_front()
            } else if let Some(action) = self.trigger.next_action(terminal) {
                // Short, so it may overtake an answer of many pieces.
                Some((Owner::Trigger, action))
            } else if let Some(action) = self.server.next_action() {
                Some((Owner::Server, action))
            } else if setup_ready {
                self.setup.pop_front()
            } else {
                None
            };
            if let Some((owner, action)) = next {
                self.toolkit.put(owner, action);
            }
        }
        self.toolkit.waiting()
    }

    /// TERMINAL RESPONSE.
    pub(super) fn handle_response(&mut self, data: &[u8]) -> StatusWord {
        if !self.toolkit.is_outstanding() {
            return StatusWord::CONDITIONS_OF_USE;
        }
        let Ok(response) = TerminalResponse::decode(data) else {
            // The terminal will not answer again, so the command counts as failed.
            if let Some((owner, command)) = self.toolkit.failed() {
                let (kind, qualifier, _) = command.action.details();
                let response = TerminalResponse {
                    number: command.number,
                    kind,
                    qualifier,
                    result: result::DATA_NOT_UNDERSTOOD,
                    additional: Vec::new(),
                    objects: Vec::new(),
                };
                self.result(owner, command.action, &response);
            }
            return StatusWord::WRONG_DATA;
        };
        match self.toolkit.answered(&response) {
            Ok(Some((owner, action))) => {
                self.result(owner, action, &response);
                StatusWord::OK
            }
            Ok(None) => StatusWord::OK,
            Err(sw) => sw,
        }
    }

    fn result(&mut self, owner: Owner, action: Action, response: &TerminalResponse) {
        match owner {
            Owner::Server => {
                let events = self.server.handle_result(&action, response);
                self.report(events);
            }
            Owner::Trigger => self.trigger.handle_result(&action, response),
            Owner::Events | Owner::Timer => {
                if matches!(
                    response.result,
                    result::TERMINAL_BUSY | result::NETWORK_BUSY
                ) {
                    self.setup.push_front((owner, action));
                    self.paused = true;
                } else if response.is_success() {
                    match action {
                        Action::SetUpEventList { events } => self.events = events,
                        Action::TimerStart { timer, .. } => self.timers.push(timer),
                        _ => {}
                    }
                }
            }
        }
    }

    /// ENVELOPE.
    pub(super) fn handle_envelope(&mut self, data: &[u8]) -> StatusWord {
        let Ok(envelope) = Envelope::decode(data) else {
            return StatusWord::WRONG_DATA;
        };
        match envelope {
            Envelope::ChannelStatus { status } => {
                let channel = status.channel;
                if channel != 0 && channel == self.trigger.number() {
                    if self.trigger.handle_status(status) {
                        self.toolkit.withdraw(Owner::Trigger);
                    }
                } else {
                    self.server_event(channel, |server| server.handle_status(status));
                }
            }
            Envelope::DataAvailable { status, length } => {
                self.server_event(status.channel, |server| {
                    server.handle_data_available(length);
                    Vec::new()
                });
            }
            Envelope::TimerExpiration { timer, .. } => {
                self.timers.retain(|running| *running != timer);
                if timer == TIMER {
                    self.trigger.handle_due();
                    self.output(Output::TriggerDue { timer });
                }
            }
            // Nothing here registers for menus or other messages.
            _ => {}
        }
        StatusWord::OK
    }

    fn server_event(&mut self, channel: u8, tell: impl FnOnce(&mut ServerChannel) -> Vec<Event>) {
        if channel == 0 || channel != self.server.number() {
            return;
        }
        let before = self.server.state();
        let events = tell(&mut self.server);
        // What was meant for the client before must not reach the next one.
        if self.server.state() != before {
            self.toolkit.withdraw(Owner::Server);
        }
        self.report(events);
    }

    /// The application's answer to the request it was given.
    pub(super) fn handle_answer(&mut self, response: &http::Response) {
        self.server.handle_answer(response);
    }

    fn report(&mut self, events: Vec<Event>) {
        let channel = self.server.number();
        for event in events {
            self.output(match event {
                Event::Request(request) => Output::AppletRequest { channel, request },
                Event::Gone => Output::ClientGone { channel },
            });
        }
    }

    fn output(&mut self, output: Output) {
        if self.outputs.len() == MAX_OUTPUTS {
            self.outputs.pop_front();
        }
        self.outputs.push_back(output);
    }
}
