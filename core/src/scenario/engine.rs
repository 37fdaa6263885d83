//! Joins the actors and lets them run until none wants anything more.
//!
//! Each actor is polled, what it puts out is carried to the one it is for, and every crossing is
//! recorded on the way. Everything is bounded: a hostile peer can end a run, not prolong it.

use super::card_watch::CardWatch;
use super::deferred::Deferred;
use super::recorder::Recorder;
use super::{EcmsNonce, Setup, UserAnswer, facts, outcome, parties, summary, toolkit};
use crate::card::{self, Uicc};
use crate::client::{self, DmClient};
use crate::codec::auth::HMAC_HEADER;
use crate::codec::http;
use crate::codec::notification::Initiator;
use crate::codec::syncml::{self, Encoding, StatusCode};
use crate::codec::wsp;
use crate::ecms::{self, Ecms};
use crate::server::{self, DmServer};
use crate::terminal::{self, Dialog, Reply, Terminal};
use crate::trace::{Actor, Event, FORMAT, Interface, Step, StepTitle, Trace};

/// Outputs handled in one run at most; a whole flow takes some hundred.
const MAX_OUTPUTS: u32 = 200_000;

/// 2026-10-06T14:32:40Z: when every run begins.
const EPOCH_S: u64 = 1_791_297_160;

/// How long the user thinks.
const THINKING_MS: u64 = 3_000;

/// Plays a scenario from beginning to end.
pub fn run(setup: &Setup) -> Trace {
    let mut engine = Engine::new(setup);
    let tree = engine.client.tree().snapshot();
    engine.boot();
    match setup.scenario.id {
        "local-trigger" if parties::has_menu(setup) => engine.menu_trigger(),
        "local-trigger" => engine.local_trigger(),
        _ => engine.remote_trigger(),
    }
    let steps = engine.recorder.steps;
    Trace {
        format: FORMAT,
        scenario: setup.scenario.id.to_owned(),
        settings: setup.settings.entries(),
        seed: setup.seed,
        files: setup
            .settings
            .provisioning
            .iter()
            .map(|file| (file.name.clone(), file.text.clone()))
            .collect(),
        titles: setup
            .scenario
            .steps
            .iter()
            .map(|(number, title)| StepTitle {
                number: (*number).to_owned(),
                title: parties::title(setup, number, title),
            })
            .collect(),
        tree,
        card: engine.watch.history,
        outcome: outcome::outcome(&steps, engine.client_complete, engine.server_complete),
        steps,
    }
}

struct Engine<'a> {
    setup: &'a Setup,
    recorder: Recorder,
    ecms: Ecms,
    client: DmClient,
    terminal: Terminal,
    card: Uicc,
    server: DmServer,
    /// What the card did while it worked at a command; recorded after its response.
    deferred: Vec<Deferred>,
    toolkit: toolkit::Watch,
    /// Items of the card's menu.
    menu: Vec<(u8, String)>,
    watch: CardWatch,
    /// The interface the notification came by.
    notified_by: Interface,
    session_id: String,
    server_is_final: bool,
    /// What brings about what the DM Client does next.
    client_cause: Option<u32>,
    /// What brings about what the card's DM Server does next.
    server_cause: Option<u32>,
    outputs: u32,
    client_complete: Option<bool>,
    server_complete: Option<bool>,
}

impl<'a> Engine<'a> {
    fn new(setup: &'a Setup) -> Self {
        let account = parties::account();
        let known = match setup.settings.ecms_nonce {
            EcmsNonce::Known => Some(account.server.nonce.clone()),
            EcmsNonce::Resync => None,
        };
        let (card, plan) = (parties::card(setup), parties::plan(setup));
        Engine {
            setup,
            watch: CardWatch::new(&card, &plan),
            recorder: Recorder::default(),
            ecms: Ecms::new(account.clone(), known, setup.seed),
            client: parties::client(setup, &account, EPOCH_S),
            terminal: parties::terminal(setup),
            card,
            server: parties::server(setup, account, plan),
            deferred: Vec::new(),
            toolkit: toolkit::Watch::default(),
            menu: Vec::new(),
            notified_by: Interface::Dm1,
            session_id: String::new(),
            server_is_final: false,
            client_cause: None,
            server_cause: None,
            outputs: 0,
            client_complete: None,
            server_complete: None,
        }
    }

    /// Index of the normal flow's step in this scenario's titles: the alternate flow puts two
    /// steps of its own before steps 2 to 6.
    fn index(&self, normal: u8) -> u8 {
        match self.setup.scenario.id {
            "local-trigger" => normal + 1,
            _ => normal,
        }
    }

    fn now_s(&self) -> u64 {
        EPOCH_S + self.recorder.now_ms / 1000
    }

    fn boot(&mut self) {
        self.recorder
            .begin(0, Actor::Terminal, Actor::Card, Interface::Internal);
        self.terminal.handle_power_on();
        self.settle();
        self.recorder.because(self.recorder.wire());
        for fact in std::mem::take(&mut self.toolkit.facts) {
            self.recorder.fact(Actor::Card, Interface::Internal, fact);
        }
    }

    fn remote_trigger(&mut self) {
        self.ecms
            .handle_order(parties::ui_mode(self.setup), Initiator::Server);
        while let Some(ecms::Output::Push {
            bytes,
            session_id,
            resync,
        }) = self.ecms.poll()
        {
            // Nothing in the device brings it about.
            self.recorder.because(None);
            self.recorder
                .begin(1, Actor::Ecms, Actor::DmClient, Interface::Dm1);
            self.notified_by = Interface::Dm1;
            let event = Event::NotificationSent { session_id, resync };
            let id =
                self.recorder
                    .record(Actor::Ecms, Actor::DmClient, Interface::Dm1, event, &bytes);
            self.client_cause = Some(id);
            let now_s = self.now_s();
            self.client.handle_push(&bytes, now_s);
        }
        self.settle();
    }

    fn local_trigger(&mut self) {
        let Some(due_ms) = self.terminal.next_timeout_ms() else {
            return;
        };
        self.recorder.now_ms = self.recorder.now_ms.max(due_ms);
        let started = |step: &Step| matches!(step.event, Event::TimerStarted { .. });
        let start = self.recorder.steps.iter().find(|step| started(step));
        self.recorder.because(start.map(|step| step.id));
        self.recorder
            .begin(1, Actor::Card, Actor::Card, Interface::Internal);
        let timer = self.toolkit.timer.unwrap_or(1);
        let id = self.recorder.fact(
            Actor::Card,
            Interface::Internal,
            Event::TimerExpired { timer },
        );
        self.recorder.carry(id);
        self.terminal.handle_time(self.recorder.now_ms);
        self.settle();
    }

    /// The user brings it about, by the first item of the card's menu.
    fn menu_trigger(&mut self) {
        let Some((item, label)) = self.menu.first().cloned() else {
            return;
        };
        self.recorder.now_ms += THINKING_MS;
        self.recorder.because(None);
        self.recorder
            .begin(1, Actor::Card, Actor::Card, Interface::Internal);
        let chosen = Event::MenuChosen { label };
        let id = self
            .recorder
            .fact(Actor::Terminal, Interface::Internal, chosen);
        self.recorder.carry(id);
        if self.terminal.handle_menu_selection(item, false) {
            self.settle();
        }
    }

    /// The card asks by its toolkit; the setting answers.
    fn dialog(&mut self, dialog: &Dialog) {
        let (command, text, asks) = match dialog {
            Dialog::Text { text, waits } => ("DISPLAY TEXT", text, *waits),
            Dialog::Inkey { text, .. } => ("GET INKEY", text, true),
            Dialog::Input { text, .. } => ("GET INPUT", text, true),
            Dialog::Select { title, .. } => ("SELECT ITEM", title, true),
        };
        let shown = Event::DialogShown {
            command: command.to_owned(),
            text: text.clone(),
        };
        self.recorder.because(self.recorder.wire());
        let id = self
            .recorder
            .fact(Actor::Terminal, Interface::Internal, shown);
        self.recorder.because(id);
        if !asks {
            return;
        }
        let answer = self.setup.settings.dialog;
        let reply = match (answer, dialog) {
            (UserAnswer::Accept, Dialog::Text { .. }) => Reply::Ok,
            (UserAnswer::Accept, Dialog::Inkey { .. }) => Reply::YesNo(true),
            (UserAnswer::Reject, Dialog::Inkey { .. }) => Reply::YesNo(false),
            (UserAnswer::None, _) => Reply::Nothing,
            _ => Reply::End,
        };
        self.recorder.now_ms += THINKING_MS;
        let answered = Event::DialogAnswered {
            answer: answer.id().to_owned(),
        };
        let id = self
            .recorder
            .fact(Actor::Terminal, Interface::Internal, answered);
        self.recorder.carry(id);
        self.terminal.handle_reply(&reply);
    }

    /// Polls everybody until nobody wants anything.
    fn settle(&mut self) {
        while self.outputs < MAX_OUTPUTS {
            self.outputs += 1;
            if let Some(output) = self.terminal.poll() {
                self.terminal_output(output);
            } else if let Some(output) = self.client.poll() {
                self.client_output(output);
            } else {
                return;
            }
        }
    }

    fn terminal_output(&mut self, output: terminal::Output) {
        match output {
            terminal::Output::PowerOn => {
                let atr = self.card.handle_reset();
                let id = self.recorder.record(
                    Actor::Card,
                    Actor::Terminal,
                    Interface::Internal,
                    Event::CardStarted,
                    &atr,
                );
                self.recorder.carry(id);
                self.watch.look(Some(id), &self.card);
                self.terminal.handle_atr(&atr);
            }
            terminal::Output::Command(command) => self.exchange(&command),
            terminal::Output::Connected { port } => {
                self.recorder.because(self.client_cause);
                let event = Event::ConnectionOpened { port };
                let id = self.recorder.inside(
                    None,
                    Actor::DmClient,
                    Actor::Card,
                    Interface::Dm2,
                    event,
                    &[],
                );
                self.recorder.carry(id);
                self.client_cause = Some(id);
                self.client.handle_connected();
            }
            terminal::Output::ConnectionRefused { reason, .. } => {
                self.recorder.because(self.client_cause);
                let event = Event::ConnectionRefused { reason };
                let id = self.recorder.record(
                    Actor::Terminal,
                    Actor::DmClient,
                    Interface::Dm2,
                    event,
                    &[],
                );
                self.client_cause = Some(id);
                self.client.handle_refused();
            }
            terminal::Output::Data(bytes) => {
                let now_s = self.now_s();
                self.client.handle_data(&bytes, now_s);
            }
            terminal::Output::Closed => self.client.handle_closed(),
            terminal::Output::Datagram {
                port: wsp::PUSH_PORT,
                bytes,
            } => {
                let now_s = self.now_s();
                self.client.handle_push(&bytes, now_s);
            }
            terminal::Output::Menu { items, .. } => self.menu = items,
            terminal::Output::Dialog(dialog) => self.dialog(&dialog),
            // What no scenario asks for.
            _ => {}
        }
    }

    /// One command to the card and its response back.
    fn exchange(&mut self, command: &[u8]) {
        self.card.handle_command(command);
        let mut response = Vec::new();
        while let Some(output) = self.card.poll() {
            match output {
                card::Output::Response(bytes) => {
                    response = bytes;
                    break;
                }
                card::Output::AppletRequest { request, .. } => self.applet_request(&request),
                card::Output::ClientGone { .. } => {
                    self.server.handle_connection_lost();
                    self.server_events();
                }
                card::Output::TriggerDue { .. } => {
                    let push = self
                        .server
                        .notification(parties::ui_mode(self.setup), Initiator::Server);
                    self.deferred.push(Deferred::Notification(push.clone()));
                    self.card.handle_notification(&push);
                }
            }
        }
        self.toolkit.record(&mut self.recorder, command, &response);
        self.watch.look(self.recorder.wire(), &self.card);
        self.record_deferred();
        self.terminal.handle_response(&response);
    }

    fn applet_request(&mut self, request: &http::Request) {
        let media_type = request
            .header("Content-Type")
            .unwrap_or_default()
            .to_owned();
        let hmac = request.header(HMAC_HEADER);
        self.server.handle_message(&media_type, hmac, &request.body);
        if let Some(answer) = self.server_events() {
            let response = parties::http_response(&answer);
            self.card.handle_applet_response(response.clone());
            self.deferred.push(Deferred::Answer(answer, response));
        } else {
            self.card.handle_applet_response(http::Response {
                status: 500,
                ..Default::default()
            });
        }
    }

    /// Takes what the server found; the answer, if it gave one.
    fn server_events(&mut self) -> Option<server::Answer> {
        let mut answer = None;
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Event(event) => self.deferred.push(Deferred::Event(event)),
                server::Output::Answer(given) => answer = Some(given),
            }
        }
        answer
    }

    fn record_deferred(&mut self) {
        for deferred in std::mem::take(&mut self.deferred) {
            match deferred {
                Deferred::Event(event) => self.server_event(event),
                Deferred::Answer(answer, response) => self.record_answer(&answer, &response),
                Deferred::Notification(push) => self.record_card_notification(&push),
            }
        }
    }

    fn record_card_notification(&mut self, push: &[u8]) {
        self.recorder.because(self.recorder.wire());
        self.recorder
            .begin(2, Actor::CardTrigger, Actor::DmClient, Interface::DmSc1);
        self.notified_by = Interface::DmSc1;
        let event = parties::notification_event(push);
        let id = self.recorder.record(
            Actor::CardTrigger,
            Actor::DmClient,
            Interface::DmSc1,
            event,
            push,
        );
        self.client_cause = Some(id);
        self.recorder.carry(id);
    }

    fn record_answer(&mut self, answer: &server::Answer, response: &http::Response) {
        let bytes = response.encode();
        let encoding = Encoding::from_media_type(&answer.content_type).unwrap_or_default();
        let message = syncml::Message::decode(&answer.body, encoding);
        let mut enclosing = None;
        self.recorder.because(self.server_cause);
        if let (200, Ok(message)) = (answer.http_status, message) {
            self.server_is_final = message.is_final;
            if summary::has_work(&message) {
                let step = self.index(3);
                self.recorder
                    .begin(step, Actor::CardDmServer, Actor::DmClient, Interface::Dm2);
            }
            let event = facts::of_message(&message, answer.package, answer.msg_id, encoding);
            let id = self.recorder.record(
                Actor::CardDmServer,
                Actor::DmClient,
                Interface::Dm2,
                event,
                &answer.body,
            );
            enclosing = Some(id);
            self.recorder.because(id);
        }
        let event = Event::HttpResponseSent {
            status: response.status,
        };
        let id = self.recorder.inside(
            enclosing,
            Actor::Card,
            Actor::DmClient,
            Interface::Dm2,
            event,
            &bytes,
        );
        self.client_cause = enclosing.or(Some(id));
        self.recorder.carry(id);
    }

    fn client_output(&mut self, output: client::Output) {
        self.recorder.because(self.client_cause);
        match output {
            client::Output::Event(event) => self.client_event(event),
            client::Output::Connect { port, .. } => {
                let step = self.index(2);
                self.recorder
                    .begin(step, Actor::DmClient, Actor::Card, Interface::Dm2);
                self.terminal.handle_connect(port);
            }
            client::Output::Send(outgoing) => self.record_request(&outgoing),
            client::Output::Close => {
                let id = self.recorder.inside(
                    None,
                    Actor::DmClient,
                    Actor::Card,
                    Interface::Dm2,
                    Event::ConnectionClosed,
                    &[],
                );
                self.recorder.carry(id);
                self.terminal.handle_close();
            }
            client::Output::Ask(question) => self.ask(&question),
            // No process of this device can be started by a server.
            client::Output::Execute(_) => {
                let now_s = self.now_s();
                self.client
                    .handle_executed(StatusCode::NOT_SUPPORTED, now_s);
            }
        }
    }

    fn record_request(&mut self, outgoing: &client::Outgoing) {
        let bytes = outgoing.request.encode();
        let encoding = self.setup.settings.encoding;
        let body = &outgoing.request.body;
        let message = syncml::Message::decode(body, encoding);
        let contents = message.as_ref().map(summary::contents).unwrap_or_default();
        if outgoing.package >= 3 && self.server_is_final {
            let step = self.index(6);
            self.recorder
                .begin(step, Actor::DmClient, Actor::CardDmServer, Interface::Dm2);
        }
        let event = Event::MessageSent {
            package: outgoing.package,
            session_id: self.session_id.clone(),
            msg_id: outgoing.msg_id,
            wbxml: encoding == Encoding::Wbxml,
            contents,
        };
        let id = self.recorder.record(
            Actor::DmClient,
            Actor::CardDmServer,
            Interface::Dm2,
            event,
            body,
        );
        self.server_cause = Some(id);
        self.recorder.because(id);
        let event = Event::HttpRequestSent {
            method: outgoing.request.method.clone(),
            target: outgoing.request.target.clone(),
        };
        let id = self.recorder.inside(
            Some(id),
            Actor::DmClient,
            Actor::Card,
            Interface::Dm2,
            event,
            &bytes,
        );
        self.recorder.carry(id);
        self.terminal.handle_data(&bytes);
    }

    fn ask(&mut self, question: &client::Question) {
        let step = self.index(4);
        self.recorder
            .begin(step, Actor::DmClient, Actor::User, Interface::Internal);
        let event = Event::UserAsked {
            alert: question.code,
            text: question.text.clone(),
            max_display_s: question.max_display_s,
        };
        let id = self.recorder.record(
            Actor::DmClient,
            Actor::User,
            Interface::Internal,
            event,
            &[],
        );
        self.recorder.because(id);
        let word = self.setup.settings.answer.id();
        let answer = match self.setup.settings.answer {
            UserAnswer::Accept => client::Answer::Accept,
            UserAnswer::Reject => client::Answer::Reject,
            UserAnswer::Cancel => client::Answer::Cancel,
            UserAnswer::None => client::Answer::NoAnswer,
        };
        self.recorder.now_ms += match (&answer, question.max_display_s) {
            (client::Answer::NoAnswer, Some(seconds)) => u64::from(seconds) * 1000,
            _ => THINKING_MS,
        };
        let event = Event::UserAnswered {
            answer: word.to_owned(),
        };
        let id = self.recorder.record(
            Actor::User,
            Actor::DmClient,
            Interface::Internal,
            event,
            &[],
        );
        self.client_cause = Some(id);
        let now_s = self.now_s();
        self.client.handle_answer(answer, now_s);
    }

    fn client_event(&mut self, event: client::Event) {
        let at = Actor::DmClient;
        match &event {
            client::Event::NotificationAccepted { session_id, .. } => {
                self.session_id.clone_from(session_id);
            }
            client::Event::SessionEnded { complete, .. } => self.client_complete = Some(*complete),
            _ => {}
        }
        let Some((event, changes)) = facts::of_client(event) else {
            return;
        };
        match event {
            Event::NotificationAccepted { .. } => {
                let id = self.recorder.fact(at, self.notified_by, event);
                self.client_cause = Some(id);
            }
            Event::NotificationRefused { .. } => {
                self.recorder.fact(at, self.notified_by, event);
            }
            Event::CommandApplied { .. } => {
                let step = self.index(5);
                self.recorder.begin(step, at, at, Interface::Internal);
                self.recorder.changed(at, event, changes);
            }
            event => {
                self.recorder.changed(at, event, changes);
            }
        }
    }

    fn server_event(&mut self, event: server::Event) {
        if let server::Event::SessionEnded { complete, .. } = &event {
            self.server_complete = Some(*complete);
        }
        let Some(event) = facts::of_server(event) else {
            return;
        };
        self.recorder.because(self.server_cause);
        self.recorder
            .fact(Actor::CardDmServer, Interface::Internal, event);
        if let Some(step) = self.recorder.steps.last() {
            self.watch.fact(step);
        }
    }
}
