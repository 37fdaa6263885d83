//! The one place where something goes from one actor to another: written down, changed as the
//! edits want, and handed over.

use super::Engine;
use crate::client::{self, BootstrapDocument};
use crate::codec::notification::{Initiator, UiMode};
use crate::codec::syncml::StatusCode;
use crate::scenario::cast::ui_mode;
use crate::scenario::crossing::Passed;
use crate::scenario::edit::{Place, UserReply};
use crate::scenario::record::{Leg, Within};
use crate::scenario::story::Begins;
use crate::terminal::{PinReply, Reply};
use crate::trace::{Actor, Event, EventKind, Fate, Interface};

/// Something handed to an actor.
#[derive(Clone, Debug)]
pub(super) enum Parcel {
    /// Somebody switches the terminal on.
    PowerOn,
    /// Time went on.
    Time,
    /// Somebody orders from the ECMS.
    Order(Initiator),
    /// Somebody orders from the ECMS to update the card.
    Update,
    /// A report of the terminal reaches the ECMS.
    Report(Vec<u8>),
    /// A push PDU reaches the DM Client.
    Push(Vec<u8>),
    /// A short message of the card reaches the ECMS.
    Submitted(Vec<u8>),
    /// Short messages are sent, so much later, with the message that they help to carry.
    Post(Vec<Vec<u8>>, Carries, u32),
    /// A short message reaches the terminal, with the message that it helps to carry.
    Sms(Vec<u8>, Carries),
    /// The DM Client asks for a connection to a port of the terminal.
    Connect(u16),
    /// It is there.
    Connected,
    /// It is not to be had.
    Refused,
    /// The DM Client sends.
    Request(Vec<u8>),
    /// A record of TLS goes from the device to its terminal.
    Wire(Vec<u8>),
    /// The DM Client closes.
    Close,
    /// Bytes for the DM Client.
    Data(Vec<u8>),
    /// The connection is closed.
    Closed,
    /// The DM Client is told that its connection is over.
    ClientClosed,
    /// No response came in time.
    NoAnswer,
    /// The user answers the DM Client.
    Answer(client::Answer),
    /// The user ends the session.
    Abort,
    /// What became of a process.
    Executed(StatusCode),
    /// The card's answer to reset.
    Atr(Vec<u8>),
    /// The card's response; empty for none.
    Response(Vec<u8>),
    /// The card is taken out.
    CardRemoved,
    /// The user answers the card.
    Reply(Reply),
    /// The user chooses from the card's menu.
    Item(u8),
    /// The user answers the terminal's question for a PIN.
    Pin(PinReply),
    /// A bootstrap document of the card reaches the DM Client: origin and bytes.
    Bootstrap(String, Vec<u8>),
    /// The DM Client is to begin a session with this server.
    Start(String),
    /// The host that a channel of the card asks for is not there.
    HostRefused(u8),
    /// Somebody orders a session from a DM Server in the network: its place, and that of the plan.
    Call(usize, usize),
    /// This connection to a server in the network is there.
    Reached(u32),
    /// The DM Client sends to the server in the network at this place.
    ServerRequest(usize, Vec<u8>),
    /// Bytes for the DM Client by this connection to a server in the network.
    ServerData(u32, Vec<u8>),
    /// The DM Client closes its connection to the server in the network at this place.
    ServerClose(usize),
}

/// What a short message helps to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carries {
    /// Step of the message.
    pub(super) id: u32,
    /// Who sends it.
    pub(super) from: Actor,
    /// Interface that it crosses.
    pub(super) interface: Interface,
}

/// Who talks about what: what brings about what each actor does next, and what the line between
/// terminal and card carries.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    /// What brings about what the DM Client does next.
    pub(super) client_cause: Option<u32>,
    /// What brings about what the card's DM Server does next.
    pub(super) server_cause: Option<u32>,
    /// Message that the line carries: what comes next on it is part of it.
    carried: Option<u32>,
    /// Last response on the line, which the next command follows.
    answered: Option<u32>,
    /// Interface of the last notification.
    pub(super) notified_by: Option<Interface>,
    /// Question that waits for the user.
    pub(super) asked: Option<u32>,
    /// What an edit says the user answers to it.
    pub(super) edited_answer: Option<UserReply>,
    /// Alerts the user was asked by.
    pub(super) questions: u32,
    /// Bytes of a closed card's response that is not whole yet.
    pub(super) heard: Vec<u8>,
    /// Package of the DM Client's last message.
    pub(super) package: u8,
    /// The DM Server's last message ended its package.
    pub(super) server_is_final: bool,
    /// How the card's last message to the DM Client reaches it.
    pub(super) to_client: Way,
    /// What the short message carries that reached the terminal last.
    pub(super) arriving: Option<Carries>,
    /// The terminal owes the network the card's answer to a short message.
    pub(super) owes_report: bool,
    /// What brings about what the ECMS does next.
    pub(super) ecms_cause: Option<u32>,
}

/// How a message of the card goes on where the terminal hands it to the DM Client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// How often it arrives.
    pub(super) copies: u8,
    /// Milliseconds it is late.
    pub(super) late_ms: u32,
    /// The edit that lets the next of its kind arrive before it.
    pub(super) swapped: Option<usize>,
}

impl Default for Way {
    fn default() -> Self {
        Way {
            copies: 1,
            late_ms: 0,
            swapped: None,
        }
    }
}

impl Way {
    /// The rest of the way of a message.
    pub(super) fn of(passed: &Passed) -> Self {
        Way {
            copies: passed.copies,
            late_ms: passed.late_ms,
            swapped: passed.swapped,
        }
    }
}

/// A message that the next of its kind overtakes.
#[derive(Clone, Debug)]
pub(super) struct Held {
    kind: EventKind,
    /// Edit that holds it.
    edit: usize,
    parcels: Vec<Parcel>,
}

impl Conversation {
    /// What comes next on the line helps to carry `id`.
    pub(super) fn carry(&mut self, id: u32) {
        self.carried = Some(id);
        self.answered = None;
    }

    /// The line carries nothing now.
    pub(super) fn rest(&mut self) {
        self.carried = None;
    }

    /// The line has answered with this response.
    pub(super) fn answer(&mut self, id: u32) {
        self.answered = Some(id);
    }

    /// Package of an answer to the DM Client's last message.
    pub(super) fn package_after(&self) -> u8 {
        self.package.saturating_add(1)
    }

    /// The message that the line carries.
    pub(super) fn carried(&self) -> Option<u32> {
        self.carried
    }

    /// What brings about what comes next on the line: its last response, or what it carries
    /// when there was none yet.
    pub(super) fn wire_cause(&self) -> Option<u32> {
        self.answered.or(self.carried)
    }
}

/// What was written down of a leg.
#[derive(Clone, Debug)]
pub(super) struct Crossed {
    /// Step.
    pub(super) id: u32,
    /// What crossed.
    pub(super) kind: EventKind,
    /// What arrives.
    pub(super) passed: Passed,
    /// What the user answers, where an edit says so, and which.
    pub(super) answer: Option<(usize, UserReply)>,
}

impl Engine {
    /// Something crosses, or happens in one actor: the edits for it are met and it is written
    /// down. What then arrives is for [`Engine::send`].
    pub(super) fn cross(&mut self, leg: Leg) -> Crossed {
        let kind = leg.event.kind();
        let met = self.edits.meet(kind);
        let mut passed = self.edits.pass(&met, &leg.bytes);
        self.moments.extend(met.moments);
        let far = leg.from != leg.to && [leg.from, leg.to].into_iter().any(is_behind_network)
            || leg.from == Actor::Rogue && leg.interface == Interface::Dm1;
        if self.network_is_gone && far {
            passed.lose();
        }
        if leg.within == Within::Step {
            self.talk.rest();
        }
        let id = self.write(leg, &passed);
        Crossed {
            id,
            kind,
            passed,
            answer: met.answer,
        }
    }

    /// Writes a leg down, the edits for it being met.
    pub(super) fn write(&mut self, leg: Leg, passed: &Passed) -> u32 {
        let arrived = passed.differing(&leg.bytes);
        self.recorder.record(leg, passed.fate, arrived)
    }

    /// Hands over what arrives: now, later, twice or not at all.
    pub(super) fn send(&mut self, crossed: &Crossed, parcel: impl Fn(Vec<u8>) -> Parcel) {
        let passed = &crossed.passed;
        let parcels = vec![parcel(passed.bytes.clone()); usize::from(passed.copies)];
        self.send_all(crossed.kind, Way::of(passed), parcels);
    }

    /// Hands over messages of a kind; one that was held goes behind them.
    pub(super) fn send_all(&mut self, kind: EventKind, way: Way, parcels: Vec<Parcel>) {
        if let Some(edit) = way.swapped {
            return self.held.push(Held {
                kind,
                edit,
                parcels,
            });
        }
        let arrives = !parcels.is_empty();
        for parcel in parcels {
            self.send_late(way.late_ms, parcel);
        }
        if arrives {
            let held = std::mem::take(&mut self.held);
            for held in held {
                match held.kind == kind {
                    true => {
                        for parcel in held.parcels {
                            self.send_late(way.late_ms, parcel);
                        }
                    }
                    false => self.held.push(held),
                }
            }
        }
    }

    /// A message that nothing has overtaken arrives after all; false when there is none.
    pub(super) fn release(&mut self) -> bool {
        if self.held.is_empty() {
            return false;
        }
        let held = self.held.remove(0);
        let why = "no message of its kind came after it";
        if let Some(Place::Nth { kind, n }) = self.edits.refuse(held.edit, why) {
            let mut of_kind = self.recorder.steps.iter_mut();
            let nth = usize::from(n).saturating_sub(1);
            if let Some(step) = of_kind.by_ref().filter(|s| s.event.kind() == kind).nth(nth)
                && step.fate == Some(Fate::Overtaken)
            {
                step.fate = (!step.arrived.is_empty()).then_some(Fate::Altered);
            }
        }
        for parcel in held.parcels {
            self.deliver(parcel);
        }
        true
    }

    /// Hands something over, now or so much later.
    pub(super) fn send_late(&mut self, late_ms: u32, parcel: Parcel) {
        match late_ms {
            0 => self.deliver(parcel),
            late_ms => {
                let at_ms = self.recorder.now_ms.saturating_add(u64::from(late_ms));
                self.clock.later(at_ms, parcel);
            }
        }
    }

    /// The step of the enabler that begins so, if this story has one and is not in it.
    pub(super) fn begin(
        &mut self,
        begins: Begins,
        from: Actor,
        to: Actor,
        interface: Interface,
        cause: Option<u32>,
    ) {
        let now_in = self.recorder.now_in();
        let Some(index) = self.scenario.step_that(begins, now_in) else {
            return;
        };
        let index = index as u8;
        if now_in == Some(index) {
            return;
        }
        self.talk.carried = None;
        self.talk.answered = None;
        let leg = Leg::message(from, to, interface, Event::EnablerStepBegan, Vec::new());
        let met = self.edits.meet(leg.event.kind());
        self.moments.extend(met.moments);
        self.recorder.begin(index, leg.because(cause));
    }

    /// Gives something to the actor it is for; nothing else does.
    pub(super) fn deliver(&mut self, parcel: Parcel) {
        let now_s = self.now_s();
        match parcel {
            Parcel::PowerOn => {
                self.booting = true;
                self.terminal.handle_power_on();
            }
            Parcel::Time => {
                self.ecms.handle_time(self.recorder.now_ms);
                self.terminal.handle_time(self.recorder.now_ms);
            }
            Parcel::Update => self.ecms.handle_update_order(self.recorder.now_ms),
            Parcel::Report(tpdu) => self.deliver_report(&tpdu),
            Parcel::Submitted(tpdu) => self.ecms.handle_short_message(&tpdu),
            Parcel::Order(initiator) => {
                // Who has ordered something is asked before anything comes of it.
                let ui_mode = match initiator {
                    Initiator::User => UiMode::UserInteraction,
                    Initiator::Server => ui_mode(&self.settings),
                };
                self.ecms.handle_order(ui_mode, initiator, now_s);
            }
            Parcel::Push(bytes) => self.client.handle_push(&bytes, now_s),
            Parcel::Post(parts, of, late_ms) => self.post(parts, of, late_ms),
            Parcel::Sms(tpdu, of) => self.deliver_sms(&tpdu, of),
            Parcel::Connect(port) => self.terminal.handle_connect(port),
            Parcel::Connected => self.client.handle_connected(),
            Parcel::Refused => self.client.handle_refused(),
            Parcel::Request(bytes) => self.send_request(&bytes),
            Parcel::Wire(bytes) => self.terminal.handle_data(&bytes),
            Parcel::Close => self.terminal.handle_close(),
            Parcel::Data(bytes) => self.receive(&bytes),
            Parcel::Closed => self.lost(),
            Parcel::ClientClosed => self.client.handle_closed(),
            Parcel::NoAnswer => self.client.handle_no_answer(),
            Parcel::Answer(answer) => self.client.handle_answer(answer, now_s),
            Parcel::Abort => self
                .client
                .handle_abort("the user ended the session", now_s),
            Parcel::Executed(code) => self.client.handle_executed(code, now_s),
            Parcel::Atr(atr) => self.terminal.handle_atr(&atr),
            Parcel::Response(bytes) => self.terminal.handle_response(&bytes),
            Parcel::CardRemoved => self.terminal.handle_card_removed(),
            Parcel::Reply(reply) => {
                self.terminal.handle_reply(&reply);
            }
            Parcel::Item(item) => {
                self.terminal.handle_menu_selection(item, false);
            }
            Parcel::Pin(reply) => {
                self.terminal.handle_pin(&reply);
            }
            Parcel::Bootstrap(origin, bytes) => {
                let document = BootstrapDocument {
                    origin: &origin,
                    bytes: &bytes,
                };
                self.client.handle_bootstrap(document, now_s);
            }
            Parcel::Start(server_id) => self.client.handle_start(&server_id, now_s),
            Parcel::HostRefused(channel) => self.terminal.handle_host_refused(channel),
            Parcel::Call(server, plan) => {
                if let Some(server) = self.network.servers.get_mut(server) {
                    server.handle_call(plan);
                }
            }
            // What comes by a connection that is no more reaches nobody.
            Parcel::Reached(connection) if self.is_connected_by(connection) => {
                self.client.handle_connected();
            }
            Parcel::ServerData(connection, bytes) if self.is_connected_by(connection) => {
                self.client.handle_data(&bytes, now_s);
            }
            Parcel::Reached(_) | Parcel::ServerData(..) => {}
            Parcel::ServerRequest(server, bytes) => {
                if let Some(server) = self.network.servers.get_mut(server) {
                    server.handle_data(&bytes, now_s);
                }
            }
            Parcel::ServerClose(server) => {
                if let Some(server) = self.network.servers.get_mut(server) {
                    server.handle_closed();
                }
            }
        }
    }
}

/// Who is reached by a network alone.
fn is_behind_network(actor: Actor) -> bool {
    matches!(actor, Actor::Ecms | Actor::NetworkDmServer)
}
