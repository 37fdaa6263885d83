//! The toolkit application: sets the terminal up, then serves the card web server, the Trigger,
//! the menu and the administration, one proactive command at a time (ETSI TS 102 223 §4, §6).
//!
//! Knows no files and no APDUs.

use super::scws::{Admin, Web};
use super::server_channel::{Event, ServerChannel, ServerState};
use super::toolkit::menu::Menu;
use super::toolkit::program::{Effect, Program};
use super::toolkit::steps;
use super::toolkit::{Owner, Toolkit};
use super::trigger::Trigger;
use super::{Config, Output};
use crate::codec::apdu::StatusWord;
use crate::codec::toolkit::profile::{self, Facility, TerminalProfile};
use crate::codec::toolkit::{Action, TerminalResponse, event, result};
use crate::codec::wsp;
use crate::tls::Source;
use std::collections::VecDeque;

/// The Trigger's timer.
pub(super) const TIMER: u8 = 1;

/// The timer after which the administration is tried again.
pub(super) const ADMIN_TIMER: u8 = 2;

/// Outputs kept for a caller that does not take them.
const MAX_OUTPUTS: usize = 64;

/// Messages that wait to be sent.
const MAX_MESSAGES: usize = 512;

/// All that a reset clears, and the content of the web server, which stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) toolkit: Toolkit,
    pub(super) server: ServerChannel,
    pub(super) trigger: Trigger,
    pub(super) admin: Admin,
    pub(super) program: Program,
    pub(super) web: Web,
    /// Events the terminal agreed to report.
    pub(super) events: Vec<u8>,
    /// Timers that run.
    pub(super) timers: Vec<u8>,
    pub(super) outputs: VecDeque<Output>,
    /// Receipts of remote management not yet sent, as messages.
    messages: VecDeque<Vec<u8>>,
    pub(super) menu: Option<Menu>,
    menu_set_up: bool,
    timer_s: Option<u32>,
    web_server: bool,
    profile: Option<TerminalProfile>,
    /// Set-up commands not yet sent, in order.
    setup: VecDeque<(Owner, Action)>,
    /// The terminal was busy with a set-up command.
    paused: bool,
    /// A session is wanted when the terminal has the answer to its command.
    wants_session: bool,
}

impl Application {
    pub(super) fn new(config: &Config) -> Self {
        let web = Web::new(
            config.site.clone(),
            &config.applet_path,
            config.seed,
            config.server_port,
        );
        let source = Source::new(config.seed, "card");
        Self::with_web(config, web, source)
    }

    /// A reset: all is as at first but the content of the web server, and randoms that were drawn.
    pub(super) fn reset(&mut self, config: &Config) {
        *self = Self::with_web(config, self.web.clone(), self.server.source().clone());
    }

    fn with_web(config: &Config, mut web: Web, source: Source) -> Self {
        web.set_notification(None);
        Application {
            toolkit: Toolkit::default(),
            server: ServerChannel::new(
                config.server_port,
                config.buffer,
                config.psk.clone(),
                source,
            ),
            trigger: Trigger::new(config.notification_port, config.own_number.clone()),
            admin: Admin::new(config.admin.clone()),
            program: Program::default(),
            web,
            events: Vec::new(),
            timers: Vec::new(),
            outputs: VecDeque::new(),
            messages: VecDeque::new(),
            menu: config.menu.clone(),
            menu_set_up: false,
            timer_s: config.trigger_timer_s,
            web_server: config.web_server,
            profile: None,
            setup: VecDeque::new(),
            paused: false,
            wants_session: false,
        }
    }

    /// TERMINAL PROFILE: the first one of a session starts the set-up.
    pub(super) fn handle_profile(&mut self, terminal: TerminalProfile) {
        if self.profile.is_none() {
            self.set_up(&terminal);
        }
        self.profile = Some(terminal);
    }

    fn set_up(&mut self, terminal: &TerminalProfile) {
        let has = |facilities: &[Facility]| facilities.iter().all(|f| terminal.has(*f));
        if has(&[
            profile::SET_UP_EVENT_LIST,
            profile::DATA_AVAILABLE,
            profile::CHANNEL_STATUS,
        ]) {
            let events = vec![event::DATA_AVAILABLE, event::CHANNEL_STATUS];
            self.setup
                .push_back((Owner::Events, Action::SetUpEventList { events }));
        }
        if !self.web_server {
            // Nobody is to be told that it is not there.
        } else if has(&[profile::OPEN_CHANNEL, profile::TCP_SERVER]) {
            self.server.start();
        } else {
            self.program
                .report("web server: not reachable, the terminal has no UICC server mode");
        }
        if let Some(duration_s) = self.timer_s {
            if has(&[profile::TIMER_START]) {
                let action = Action::TimerStart {
                    timer: TIMER,
                    // A timer of no length is not a value of the object.
                    duration_s: duration_s.max(1),
                };
                self.setup.push_back((Owner::Timer, action));
            } else {
                self.program
                    .report("trigger: never due, the terminal has no timers");
            }
        }
        if let Some(action) = self.menu.as_ref().and_then(steps::set_up) {
            if has(&[profile::SET_UP_MENU, profile::MENU_SELECTION]) {
                self.setup.push_back((Owner::Menu, action));
            } else {
                self.program.report("menu: the terminal shows none");
            }
        }
    }

    /// The terminal has told what it can do; before that nothing may be asked of it.
    pub(super) fn is_active(&self) -> bool {
        self.profile.is_some()
    }

    /// The terminal sends short messages for the card.
    pub(super) fn sends_messages(&self) -> bool {
        let profile = self.profile.as_ref();
        profile.is_some_and(|terminal| terminal.has(profile::SEND_SHORT_MESSAGE))
    }

    /// Messages to be sent, one after the other; too many at a time are not taken.
    pub(super) fn send_messages(&mut self, messages: Vec<Vec<u8>>) {
        if self.messages.len() + messages.len() <= MAX_MESSAGES {
            self.messages.extend(messages);
        }
    }

    pub(super) fn menu_is_set_up(&self) -> bool {
        self.menu_set_up
    }

    /// The terminal speaks on its own: whoever found it busy may ask again.
    pub(super) fn retry(&mut self) {
        self.paused = false;
        self.server.retry();
        self.trigger.retry();
        self.program.retry();
        self.admin.retry();
        self.settle();
    }

    /// Commands that wait: the one announced, and one for each that would ask next.
    pub(super) fn wanted(&self) -> usize {
        let others = [
            (self.server.wants(), Owner::Server),
            (self.trigger.wants(), Owner::Trigger),
            (self.program.wants(), Owner::Program),
            (self.admin.wants(), Owner::Admin),
        ];
        let others = others
            .into_iter()
            .filter(|(wants, owner)| *wants && !self.toolkit.is_of(*owner));
        self.setup.len()
            + self.messages.len()
            + usize::from(self.toolkit.waiting().is_some())
            + others.count()
    }

    /// Chooses the next command if none is under way; the length of the one that waits.
    pub(super) fn advance(&mut self) -> Option<usize> {
        if self.profile.is_some() && self.toolkit.is_free() {
            if let Some((owner, action)) = self.next_command() {
                self.toolkit.put(owner, action);
            }
            self.keep_unsent();
        }
        self.toolkit.waiting()
    }

    fn next_command(&mut self) -> Option<(Owner, Action)> {
        let terminal = self.profile.as_ref()?;
        let events_first = |(owner, _): &(Owner, Action)| *owner == Owner::Events;
        let setup_ready = !self.paused;
        if setup_ready && self.setup.front().is_some_and(events_first) {
            return self.setup.pop_front();
        }
        if setup_ready && let Some(tpdu) = self.messages.pop_front() {
            let action = Action::SendShortMessage {
                packing: false,
                alpha: None,
                service_centre: Vec::new(),
                tpdu,
            };
            return Some((Owner::Receipt, action));
        }
        // Short, so it may overtake an answer of many pieces.
        if let Some(action) = self.trigger.next_action(terminal) {
            return Some((Owner::Trigger, action));
        }
        if let Some(action) = self.server.next_action() {
            return Some((Owner::Server, action));
        }
        if setup_ready && let Some(next) = self.setup.pop_front() {
            return Some(next);
        }
        if let Some(action) = self.admin.next_action(terminal) {
            return Some((Owner::Admin, action));
        }
        // The user is asked when nothing else is to be done: that may take long.
        if !self.program.wants() {
            return None;
        }
        let status = self.status();
        let terminal = self.profile.as_ref()?;
        let action = self.program.next_action(terminal, &status)?;
        Some((Owner::Program, action))
    }

    /// Does what steps of the menu leave to the card itself.
    pub(super) fn settle(&mut self) {
        while let Some(effect) = self.profile.as_ref().and_then(|p| self.program.settle(p)) {
            match effect {
                Effect::StartSession => {
                    self.trigger.handle_due();
                    self.output(Output::TriggerDue { timer: 0 });
                }
                Effect::Administration if self.admin.start() => {}
                Effect::Administration => self
                    .program
                    .report("administration: under way, or no server is known"),
            }
        }
    }

    /// How the card stands, for the user.
    fn status(&self) -> String {
        let server = match self.server.state() {
            ServerState::Off => "not offered by the device",
            ServerState::Opening => "being opened",
            ServerState::Listening => "waiting for the device",
            ServerState::Connected => "connected",
            ServerState::Refused => "refused by the device",
        };
        let timer = if self.timers.contains(&TIMER) {
            "An update is planned."
        } else {
            "No update is planned."
        };
        format!("Settings service: {server}. {timer}")
    }

    /// A notification that found no way waits for a client that asks.
    fn keep_unsent(&mut self) {
        let push = self.trigger.unsent().map(wsp::Push::decode);
        let package = push.and_then(Result::ok).filter(wsp::Push::is_notification);
        self.web.set_notification(package.map(|push| push.body));
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
                let events = self.server.handle_result(&action, response, &mut self.web);
                self.report(events);
                if self.server.state() == ServerState::Refused {
                    let reason = match response.bip_error() {
                        Some(error) => error.name().to_owned(),
                        None => format!("the terminal answered {:02X}", response.result),
                    };
                    self.program
                        .report(format!("web server: not reachable, {reason}"));
                }
            }
            Owner::Trigger => self.trigger.handle_result(&action, response),
            Owner::Receipt => match action {
                Action::SendShortMessage { tpdu, .. } if response.is_busy() => {
                    self.messages.push_front(tpdu);
                    self.paused = true;
                }
                _ if response.is_success() => {}
                _ => self.program.report(format!(
                    "receipt: not sent, the terminal answered {:02X}",
                    response.result
                )),
            },
            Owner::Admin => {
                self.admin.handle_result(&action, response, &mut self.web);
                self.plan_retry();
            }
            Owner::Program => {
                if response.is_success() {
                    self.note(&action);
                }
                self.program.handle_result(response);
                self.settle();
            }
            Owner::Events | Owner::Timer | Owner::Menu => {
                if response.is_busy() {
                    self.setup.push_front((owner, action));
                    self.paused = true;
                } else if response.is_success() {
                    self.note(&action);
                } else {
                    if matches!(action, Action::TimerStart { timer, .. } if timer == ADMIN_TIMER) {
                        self.admin.give_up();
                    }
                    let result = response.result;
                    self.program
                        .report(format!("set-up: the terminal answered {result:02X}"));
                }
            }
        }
    }

    /// Remembers what the terminal now does for the card.
    fn note(&mut self, action: &Action) {
        match action {
            Action::SetUpEventList { events } => self.events.clone_from(events),
            Action::SetUpMenu { .. } => self.menu_set_up = true,
            Action::TimerStart { timer, .. } => {
                self.timers.retain(|running| running != timer);
                self.timers.push(*timer);
            }
            Action::TimerDeactivate { timer } => self.timers.retain(|running| running != timer),
            _ => {}
        }
    }

    /// An administration that could not be begun is tried again after a while.
    fn plan_retry(&mut self) {
        let Some(duration_s) = self.admin.retry_s() else {
            return;
        };
        let timers = self.profile.as_ref().map(|p| p.has(profile::TIMER_START));
        if timers != Some(true) {
            return self.admin.give_up();
        }
        let timer = ADMIN_TIMER;
        let action = Action::TimerStart { timer, duration_s };
        self.setup.push_back((Owner::Timer, action));
    }

    /// A program of the card wants a session.
    pub(super) fn want_session(&mut self) {
        self.wants_session = true;
    }

    /// Lets the Trigger ask for the session that is wanted, if one is.
    pub(super) fn ask_session(&mut self) -> bool {
        let asks = self.profile.is_some() && std::mem::take(&mut self.wants_session);
        if asks {
            self.trigger.handle_due();
        }
        asks
    }

    /// The application's answer to the request it was given.
    pub(super) fn handle_answer(&mut self, response: &[u8]) {
        let events = self.server.handle_answer(response);
        self.report(events);
    }

    pub(super) fn report(&mut self, events: Vec<Event>) {
        let channel = self.server.number();
        for event in events {
            self.output(match event {
                Event::Request(request) => Output::AppletRequest { channel, request },
                Event::Gone => Output::ClientGone { channel },
                Event::Tls(output) => Output::Tls(output),
            });
        }
    }

    pub(super) fn output(&mut self, output: Output) {
        if self.outputs.len() == MAX_OUTPUTS {
            self.outputs.pop_front();
        }
        self.outputs.push_back(output);
    }
}
