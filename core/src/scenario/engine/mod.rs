//! The engine: lets the actors of a story run until none wants anything more.
//!
//! Sans-IO: it says what it wants of the world outside (a card's answer, the user, time) and is
//! told. A simulation, a page and a program that holds a real card all drive the same engine.
//! It has the time, the edits and the trace; everything that goes from one actor to another
//! goes through [`Engine::cross`] and `Engine::deliver`. Everything is bounded: a hostile peer
//! can end a run, not prolong it.

mod card;
mod client;
mod cross;
mod mail;
mod moments;
mod network;
mod receipts;
mod rogue;
mod secure;
mod terminal;

use super::clock::Clock;
use super::crossing::{Edits, Moment};
use super::edit::Edit;
use super::network::Network;
use super::record::{CardWatch, Leg, Recorder, ToolkitWatch, outcome};
use super::rogue::Rogue;
use super::story::{Act, Begins, Scenario};
use super::world::World;
use super::{Settings, Setup, SmartCard};
use crate::client::DmClient;
use crate::ecms::{Carrier, Ecms};
use crate::terminal::{Dialog, Terminal};
use crate::trace::card::CardHistory;
use crate::trace::{Actor, EPOCH_S, Event, FORMAT, Interface, StepTitle, Trace};
use crate::{client as dm_client, tree};
use card::{Exchange, Inside};
use cross::{Conversation, Held, Parcel};
use mail::Mail;
use network::Link;
use rogue::Trial;
use secure::Device;
use std::collections::VecDeque;

/// Things done in one run at most; a whole flow takes some hundred.
const MAX_OUTPUTS: u32 = 200_000;

/// How long the user thinks.
const THINKING_MS: u64 = 3_000;

/// Seconds the DM Client waits for a response. No standard says how long.
const RESPONSE_S: u32 = 30;

/// How often a terminal powers up a card that answers nothing.
const MAX_RESTARTS: u8 = 3;

/// What the engine wants of the world outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Power the card up and give its answer to reset to [`Engine::handle_atr`].
    Reset,
    /// Send this command APDU and give the response to [`Engine::handle_response`]; an empty
    /// one when the card does not answer.
    Card(Vec<u8>),
    /// Let the card lose its power, at once or after so many writes of its memory; nothing is
    /// to be told. Only a simulated card can.
    PowerCut(Option<u32>),
    /// Let the card's memory have no room for more files; nothing is to be told. Only a
    /// simulated card can.
    CardFull,
    /// Ask the user and give the answer to [`Engine::handle_user`].
    User(Question),
    /// Let time go on until this moment, milliseconds since the start, and say so to
    /// [`Engine::handle_time`].
    Time(u64),
}

/// What the user is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The DM Client asks, as the DM Server wants.
    Alert(dm_client::Question),
    /// The card asks, by its toolkit.
    Dialog(Dialog),
    /// The card's menu is open: identifiers and texts.
    Menu(Vec<(u8, String)>),
}

/// What the user said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// What the edits of the run say, else its settings.
    Usual,
    /// To an alert.
    Answer(dm_client::Answer),
    /// To a dialog of the card.
    Reply(crate::terminal::Reply),
    /// An item of the card's menu.
    Item(u8),
}

/// How much a card shows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// A simulated one: what happens inside is seen.
    Open,
    /// A real one: its answers are all there is.
    Closed,
}

/// The engine of one run.
///
/// ```
/// use dmsc_core::scenario::{
///     CATALOGUE, CardKind, DEFAULT_SEED, Engine, Said, Settings, Setup, Wanted,
/// };
///
/// let setup = Setup {
///     scenario: &CATALOGUE[0],
///     settings: Settings::default(),
///     seed: DEFAULT_SEED,
///     edits: Vec::new(),
/// };
/// let (mut engine, mut card) = Engine::new(&setup, CardKind::Closed);
/// while let Some(wanted) = engine.poll() {
///     match wanted {
///         Wanted::Reset => engine.handle_atr(&card.reset(), None),
///         Wanted::Card(command) => engine.handle_response(&card.exchange(&command), None),
///         Wanted::PowerCut(writes) => card.handle_power_loss(writes),
///         Wanted::CardFull => card.handle_memory_full(),
///         Wanted::User(_) => engine.handle_user(Said::Usual),
///         Wanted::Time(now_ms) => engine.handle_time(now_ms),
///     }
/// }
/// assert!(engine.into_trace().outcome.applied > 0);
/// ```
#[derive(Debug)]
pub struct Engine {
    scenario: &'static Scenario,
    settings: Settings,
    titles: Vec<StepTitle>,
    ecms: Ecms,
    carrier: Carrier,
    /// Short messages that wait to be sent, each after the answer to the one before.
    mail: VecDeque<Mail>,
    client: DmClient,
    terminal: Terminal,
    /// The terminal as it is when it is switched on.
    unused_terminal: Terminal,
    network: Network,
    rogue: Rogue,
    /// What the rogue tries now.
    trial: Option<Trial>,
    /// The connection to the card is the rogue's now.
    intrudes: bool,
    /// Whom the DM Client is connected to, or was last.
    link: Link,
    /// Connections to servers in the network so far.
    connections: u32,
    recorder: Recorder,
    toolkit: ToolkitWatch,
    watch: Option<CardWatch>,
    edits: Edits,
    edit_texts: Vec<String>,
    clock: Clock<Parcel>,
    /// What the story makes happen, and what of it is still to come.
    story: &'static [Act],
    acts: VecDeque<Act>,
    /// What is made to happen at once.
    urgent: VecDeque<Act>,
    moments: VecDeque<Moment>,
    /// Messages that wait to be overtaken.
    held: Vec<Held>,
    network_is_gone: bool,
    /// Sessions the ECMS announced with the resynchronisation nonce; the card is to be told.
    announced: VecDeque<u16>,
    awaited: Option<Awaited>,
    /// A question that is shown and not asked yet: what an edit wants to happen at it goes first.
    question: Option<Awaited>,
    /// Something happened at the question, which may have ended it.
    is_disturbed: bool,
    /// A command that is to be sent before anything else happens.
    repeated: Option<Exchange>,
    /// What happened inside the card while it worked at a command; told after its response.
    inside: Vec<Inside>,
    /// Receipts in the card's last message, to be told with it.
    receipts: Vec<receipts::Carried>,
    talk: Conversation,
    /// The device's end of TLS.
    device: Device,
    menu: Vec<(u8, String)>,
    card_kind: CardKind,
    card_is_in: bool,
    /// The terminal boots the card; what came of that is told when it is done.
    booting: bool,
    restarts: u8,
    outputs: u32,
    client_complete: Option<bool>,
    server_complete: Option<bool>,
    tree: tree::Snapshot,
    seed: u64,
}

/// What was asked of the world outside and is not answered yet.
#[derive(Clone, Debug)]
enum Awaited {
    Atr,
    Response(Exchange),
    Alert(dm_client::Question),
    Dialog(Dialog),
    Menu(Vec<(u8, String)>),
    Time,
}

impl Engine {
    /// An engine at the beginning of a run, and the simulated card of its cast. Edits that name
    /// a step by its number are not met: [`super::run`] knows what those are.
    pub fn new(setup: &Setup, card_kind: CardKind) -> (Engine, SmartCard) {
        let World {
            ecms,
            client,
            terminal,
            card,
            network,
            rogue,
        } = (setup.scenario.cast)(setup);
        let title = |step: &super::StepDef| StepTitle {
            number: step.number.to_owned(),
            title: (step.title)(setup).to_owned(),
        };
        let engine = Engine {
            scenario: setup.scenario,
            settings: setup.settings.clone(),
            titles: setup.scenario.steps.iter().map(title).collect(),
            tree: client.tree().snapshot(),
            ecms,
            carrier: Carrier::default(),
            mail: VecDeque::new(),
            client,
            unused_terminal: terminal.clone(),
            terminal,
            network,
            rogue,
            trial: None,
            intrudes: false,
            link: Link::Card,
            connections: 0,
            recorder: Recorder::default(),
            toolkit: ToolkitWatch::default(),
            watch: match card_kind {
                CardKind::Open => Some(CardWatch::new(&card)),
                CardKind::Closed => None,
            },
            edits: Edits::new(&setup.edits),
            edit_texts: setup.edits.iter().map(Edit::to_string).collect(),
            clock: Clock::default(),
            story: (setup.scenario.acts)(setup),
            acts: (setup.scenario.acts)(setup).iter().copied().collect(),
            urgent: VecDeque::new(),
            moments: VecDeque::new(),
            held: Vec::new(),
            network_is_gone: false,
            announced: VecDeque::new(),
            awaited: None,
            question: None,
            is_disturbed: false,
            repeated: None,
            inside: Vec::new(),
            receipts: Vec::new(),
            talk: Conversation::default(),
            device: Device::new(setup.seed),
            menu: Vec::new(),
            card_kind,
            card_is_in: true,
            booting: false,
            restarts: 0,
            outputs: 0,
            client_complete: None,
            server_complete: None,
            seed: setup.seed,
        };
        (engine, card)
    }

    /// Milliseconds since the start.
    pub fn now_ms(&self) -> u64 {
        self.recorder.now_ms
    }

    /// The time of the run, seconds since 1970.
    pub fn now_s(&self) -> u64 {
        EPOCH_S + self.recorder.now_ms / 1000
    }

    /// What is wanted next; `None` while the last is not answered, and when the run is over.
    pub fn poll(&mut self) -> Option<Wanted> {
        while self.awaited.is_none() {
            if self.outputs >= MAX_OUTPUTS {
                return self.stop();
            }
            self.outputs += 1;
            if let Some(wanted) = self.repeat() {
                return Some(wanted);
            } else if let Some(moment) = self.moments.pop_front() {
                self.is_disturbed = true;
                if let Some(wanted) = self.come_about(moment) {
                    return Some(wanted);
                }
            } else if self.question.is_some() && !self.is_disturbed {
                return self.ask_now();
            } else if let Some(act) = self.urgent.pop_front() {
                if let Some(wanted) = self.act(act) {
                    return Some(wanted);
                }
            } else if let Some(output) = self.terminal.poll() {
                if let Some(wanted) = self.terminal_output(output) {
                    return Some(wanted);
                }
            } else if let Some(mail) = self.mail.pop_front() {
                self.send_sms(mail);
            } else if let Some(output) = self.client.poll() {
                if let Some(wanted) = self.client_output(output) {
                    return Some(wanted);
                }
            } else if let Some(output) = self.ecms.poll() {
                self.ecms_output(output);
            } else if let Some((server, output)) = self.network.poll() {
                self.server_output(server, output);
            } else if self.question.is_some() {
                if let Some(wanted) = self.ask_now() {
                    return Some(wanted);
                }
            } else if let Some(parcel) = self.clock.due(self.recorder.now_ms) {
                self.deliver(parcel);
            } else if self.clock.response_is_missed(self.recorder.now_ms) {
                self.miss_response();
            } else if self.booting {
                self.booted();
            } else if let Some(at_ms) = self.next_time() {
                self.awaited = Some(Awaited::Time);
                return Some(Wanted::Time(at_ms));
            } else if self.device.hangs() {
                self.end_secured();
            } else if self.end_of_attack() {
                // What comes next is told behind what came of it.
            } else if let Some(act) = self.acts.pop_front() {
                if let Some(wanted) = self.act(act) {
                    return Some(wanted);
                }
            } else if !self.release() {
                return None;
            }
        }
        None
    }

    /// A question is shown.
    fn show(&mut self, question: Awaited) {
        self.question = Some(question);
        self.is_disturbed = false;
    }

    /// The question that is shown is asked, if it is still there.
    fn ask_now(&mut self) -> Option<Wanted> {
        let shown = self.question.take()?;
        let question = match &shown {
            Awaited::Alert(alert) if self.client.is_busy() => Question::Alert(alert.clone()),
            Awaited::Dialog(dialog) if self.terminal.asks_user() => {
                Question::Dialog(dialog.clone())
            }
            _ => return None,
        };
        self.awaited = Some(shown);
        Some(Wanted::User(question))
    }

    /// A run that does not end by itself is ended, and says so once.
    fn stop(&mut self) -> Option<Wanted> {
        if self.outputs == MAX_OUTPUTS {
            self.outputs += 1;
            let event = Event::LimitReached {
                outputs: MAX_OUTPUTS,
            };
            self.cross(Leg::fact(Actor::Terminal, Interface::Internal, event));
        }
        None
    }

    /// When somebody waits for time to go on: a message that is late, a response that does not
    /// come, an answer of the user, parts of a message that are to be forgotten, a receipt. A card's timers are waited for by an act alone.
    fn next_time(&self) -> Option<u64> {
        let forgets = self.terminal.forgets_ms();
        let waits = self.ecms.waits_until_ms();
        let all = self.clock.next_ms().into_iter().chain(forgets).chain(waits);
        let ours = all.min()?;
        Some(
            self.terminal
                .next_timeout_ms()
                .map_or(ours, |at| at.min(ours)),
        )
    }

    /// Time went on until then.
    pub fn handle_time(&mut self, now_ms: u64) {
        if matches!(self.awaited, Some(Awaited::Time)) {
            self.awaited = None;
        }
        self.recorder.now_ms = self.recorder.now_ms.max(now_ms);
        for timer in self.terminal.timers_due(self.recorder.now_ms) {
            let started = |event: &Event| matches!(event, Event::TimerStarted { timer: of, .. } if *of == timer);
            let steps = &self.recorder.steps;
            let cause = steps
                .iter()
                .rfind(|step| started(&step.event))
                .map(|step| step.id);
            self.begin(
                Begins::CardEvent,
                Actor::Card,
                Actor::Card,
                Interface::Internal,
                cause,
            );
            let event = Event::TimerExpired { timer };
            let leg = Leg::fact(Actor::Card, Interface::Internal, event).because(cause);
            let id = self.cross(leg).id;
            self.talk.carry(id);
        }
        self.deliver(Parcel::Time);
    }

    /// The story goes on.
    fn act(&mut self, act: Act) -> Option<Wanted> {
        match act {
            Act::Boot => self.deliver(Parcel::PowerOn),
            Act::Order(initiator) => self.deliver(Parcel::Order(initiator)),
            Act::Update => self.deliver(Parcel::Update),
            Act::OrderUpdated(initiator) => {
                if self.ecms.is_update_taken() {
                    self.deliver(Parcel::Order(initiator));
                }
            }
            Act::Wait => {
                let at_ms = self.terminal.next_timeout_ms()?;
                self.awaited = Some(Awaited::Time);
                return Some(Wanted::Time(at_ms));
            }
            Act::Collect => self.ecms.handle_receipt_wanted(),
            Act::Deny => self.weigh_claims(),
            Act::Attack(attack) => self.attack(attack),
            Act::Greet => {
                if let Some(server_id) = self.client.to_greet().first().cloned() {
                    self.deliver(Parcel::Start(server_id));
                }
            }
            Act::Call { server, plan } => {
                self.deliver(Parcel::Call(usize::from(server), usize::from(plan)));
            }
            Act::Choose => {
                if !self.menu.is_empty() {
                    self.awaited = Some(Awaited::Menu(self.menu.clone()));
                    return Some(Wanted::User(Question::Menu(self.menu.clone())));
                }
            }
        }
        None
    }

    /// The terminal has booted the card: what came of it is told.
    fn booted(&mut self) {
        self.booting = false;
        let cause = self.talk.wire_cause();
        let mut facts = std::mem::take(&mut self.toolkit.facts);
        let opened = |event: &Event| matches!(event, Event::WebServerOpened { .. });
        if self.terminal.speaks_gsm() && !facts.iter().any(opened) {
            facts.push(Event::WebServerMissing);
        }
        for event in facts {
            self.cross(Leg::fact(Actor::Card, Interface::Internal, event).because(cause));
        }
    }

    /// Session that the ECMS has called for by a notification with the resynchronisation nonce,
    /// to be told to the card's DM Server by [`SmartCard::handle_announcement`]: the two agree on
    /// it by a way of their operator that no standard describes. Each is told once.
    pub fn take_announcement(&mut self) -> Option<u16> {
        self.announced.pop_front()
    }

    /// The trace of what has happened so far.
    pub fn into_trace(self) -> Trace {
        let steps = self.recorder.steps;
        let problems = self.edits.problems();
        Trace {
            format: FORMAT,
            scenario: self.scenario.id.to_owned(),
            settings: self.settings.entries(),
            seed: self.seed,
            edits: self.edit_texts,
            problems: problems.iter().map(ToString::to_string).collect(),
            card_is_closed: self.card_kind == CardKind::Closed,
            files: self
                .settings
                .provisioning()
                .iter()
                .map(|file| (file.name.clone(), file.text.clone()))
                .collect(),
            titles: self.titles,
            tree: self.tree,
            card: self
                .watch
                .map_or_else(CardHistory::default, |watch| watch.history),
            outcome: outcome::outcome(&steps, self.client_complete, self.server_complete),
            steps,
        }
    }
}
