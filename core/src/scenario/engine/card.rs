//! The line between terminal and card, and what happens inside a card that shows it.

use super::cross::{Parcel, Way};
use super::{Awaited, Engine, MAX_RESTARTS, Wanted};
use crate::codec::DecodeError;
use crate::codec::apdu::CommandApdu;
use crate::codec::syncml::{Encoding, Message};
use crate::scenario::crossing::Passed;
use crate::scenario::edit::Change;
use crate::scenario::record::{Leg, ToolkitWatch, facts, has_work};
use crate::scenario::story::Begins;
use crate::scenario::{Activated, SmartCard};
use crate::server;
use crate::trace::{Actor, Event, EventKind, Fate, Interface};

/// How long a reader waits for a response that does not come: the work waiting time at the
/// default speed (ISO/IEC 7816-3 §10.2).
const NO_RESPONSE_MS: u64 = 1_000;

/// A command on its way to the card.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// What the terminal says to the toolkit in it, and what arrives of that.
    said: Option<(Event, Vec<u8>, Passed)>,
    /// The command as it is sent.
    command: Vec<u8>,
    /// As a value, where it is one.
    apdu: Option<CommandApdu>,
    /// What arrives of it.
    passed: Passed,
    /// How often it is still to be sent.
    repeats: u8,
}

/// Something that happened inside the card.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    /// The card's DM Server found something.
    Event(server::Event),
    /// It signed a receipt.
    Receipt(u64, Vec<u8>),
    /// The rogue changes what it answers.
    Tampered(Event),
    /// It answered the card's web server.
    Answer(server::Answer, Passed),
    /// Another document is the active one, or it cannot be read.
    Document(Result<Activated, DecodeError>),
    /// The web server answered its client.
    Http(u16, Vec<u8>, Passed),
    /// TLS below the web server found something.
    Tls(Event),
    /// It sends a record.
    Record(Vec<u8>, Passed),
    /// The Trigger sends this push PDU.
    Notification {
        push: Vec<u8>,
        resync: bool,
        passed: Passed,
    },
}

impl Engine {
    /// The terminal sends a command.
    pub(super) fn command(&mut self, bytes: Vec<u8>) -> Option<Wanted> {
        let mut apdu = CommandApdu::decode(&bytes).ok();
        let mut command = bytes;
        let mut said = None;
        if let Some(decoded) = &mut apdu
            && let Some((event, data)) = ToolkitWatch::said(decoded)
        {
            let data = data.to_vec();
            let met = self.edits.meet(event.kind());
            let passed = self.edits.pass(&met, &data);
            self.moments.extend(met.moments);
            if passed.bytes != data {
                // A command carries at most 255 bytes (ISO/IEC 7816-4 §5.1).
                decoded.data = passed.bytes.clone();
                decoded.data.truncate(255);
                command = decoded.encode();
            }
            said = Some((event, data, passed));
        }
        let met = self.edits.meet(EventKind::CommandApduSent);
        let passed = self.edits.pass(&met, &command);
        self.recorder.now_ms += u64::from(passed.late_ms);
        let exchange = Exchange {
            said,
            apdu,
            repeats: passed.copies,
            passed,
            command,
        };
        // What happens at a command happens while the card works at it.
        for moment in met.moments {
            match moment.change {
                Change::PowerCut { .. } => {
                    if let Some(wanted) = self.come_about(moment) {
                        self.repeated = Some(exchange);
                        return Some(wanted);
                    }
                }
                _ => self.moments.push_front(moment),
            }
        }
        let leaves = self.card_leaves();
        if leaves || exchange.repeats == 0 {
            self.unanswered(&exchange);
            return None;
        }
        self.commands(exchange)
    }

    /// The command goes to the card, once more if there is more than one of it.
    fn commands(&mut self, mut exchange: Exchange) -> Option<Wanted> {
        exchange.repeats = exchange.repeats.saturating_sub(1);
        let bytes = exchange.passed.bytes.clone();
        self.awaited = Some(Awaited::Response(exchange));
        Some(Wanted::Card(bytes))
    }

    /// The card answered to reset. A card that shows itself is looked at.
    pub fn handle_atr(&mut self, atr: &[u8], card: Option<&SmartCard>) {
        if !matches!(self.awaited, Some(Awaited::Atr)) {
            return;
        }
        self.awaited = None;
        self.talk.owes_report = false;
        if atr.is_empty() {
            return self.mute();
        }
        let (from, to) = (Actor::Card, Actor::Terminal);
        let event = Event::CardStarted;
        let cause = self.talk.wire_cause();
        let leg = Leg::message(from, to, Interface::Internal, event, atr.to_vec());
        let crossed = self.cross(leg.because(cause));
        self.talk.carry(crossed.id);
        self.look(crossed.id, card);
        self.tell_inside();
        self.send(&crossed, Parcel::Atr);
    }

    /// The card answered a command: its data and status word, empty when it did not. A card
    /// that shows itself is looked at.
    pub fn handle_response(&mut self, response: &[u8], card: Option<&SmartCard>) {
        let Some(Awaited::Response(exchange)) = self.awaited.take() else {
            return;
        };
        let Some((body, sw)) = response.split_last_chunk::<2>() else {
            self.unanswered(&exchange);
            return self.mute();
        };
        let proactive = exchange
            .apdu
            .as_ref()
            .is_some_and(|apdu| self.toolkit.answered(apdu, body));
        let mut sent = response.to_vec();
        let mut fetched = None;
        if proactive {
            let met = self.edits.meet(EventKind::ProactiveCommandSent);
            let passed = self.edits.pass(&met, body);
            self.moments.extend(met.moments);
            sent = [&passed.bytes[..], sw].concat();
            fetched = Some((body.to_vec(), passed));
        }
        let met = self.edits.meet(EventKind::ResponseApduSent);
        let passed = self.edits.pass(&met, &sent);
        self.moments.extend(met.moments);
        self.recorder.now_ms += u64::from(passed.late_ms);

        let carrier = match fetched {
            Some((body, inner)) => {
                let (from, to) = (Actor::Card, Actor::Terminal);
                Some(self.told(from, to, Event::ProactiveCommandSent, body, &inner))
            }
            None => self.told_to_toolkit(&exchange),
        };
        let id = self.told_command(&exchange, carrier);
        let leg = Leg::message(
            Actor::Card,
            Actor::Terminal,
            Interface::Internal,
            Event::ResponseApduSent,
            sent,
        );
        let leg = leg
            .because(Some(id))
            .within(carrier.or(self.talk.carried()));
        let id = self.write(leg, &passed);
        self.talk.answer(id);
        self.look(id, card);
        self.tell_inside();
        if exchange.repeats > 0 {
            // The same once more: the reader takes the answer to what it sent last.
            let mut again = exchange;
            again.passed.fate = None;
            self.repeated = Some(again);
        } else if passed.fate == Some(Fate::Lost) || passed.bytes.len() < 2 {
            // What has no whole status word is no response.
            self.recorder.now_ms += NO_RESPONSE_MS;
            self.mute();
        } else {
            self.deliver(Parcel::Response(passed.bytes));
        }
    }

    /// The command that is to be sent now, or once more, if there is one.
    pub(super) fn repeat(&mut self) -> Option<Wanted> {
        let exchange = self.repeated.take()?;
        self.commands(exchange)
    }

    /// Nothing answers a command.
    fn unanswered(&mut self, exchange: &Exchange) {
        let carrier = self.told_to_toolkit(exchange);
        self.told_command(exchange, carrier);
        self.recorder.now_ms += NO_RESPONSE_MS;
        if exchange.passed.fate == Some(Fate::Lost) {
            self.mute();
        }
    }

    /// The card says nothing: the terminal gives it up and powers it up anew, a few times.
    fn mute(&mut self) {
        if !self.card_is_in || self.card_leaves() {
            return self.deliver(Parcel::CardRemoved);
        }
        let cause = self.talk.wire_cause();
        let leg = Leg::fact(Actor::Terminal, Interface::Internal, Event::CardMute);
        let id = self.cross(leg.because(cause)).id;
        self.deliver(Parcel::Response(Vec::new()));
        if self.restarts < MAX_RESTARTS {
            self.restarts += 1;
            self.talk.carry(id);
            self.deliver(Parcel::PowerOn);
        }
    }

    /// What the terminal says to the toolkit in a command.
    fn told_to_toolkit(&mut self, exchange: &Exchange) -> Option<u32> {
        let (event, data, passed) = exchange.said.clone()?;
        Some(self.told(Actor::Terminal, Actor::Card, event, data, &passed))
    }

    fn told(
        &mut self,
        from: Actor,
        to: Actor,
        event: Event,
        bytes: Vec<u8>,
        passed: &Passed,
    ) -> u32 {
        let leg = Leg::message(from, to, Interface::Internal, event, bytes)
            .because(self.talk.wire_cause())
            .within(self.talk.carried());
        self.write(leg, passed)
    }

    /// The command itself, inside what it says to the toolkit, or fetches from it.
    fn told_command(&mut self, exchange: &Exchange, carrier: Option<u32>) -> u32 {
        let cause = match exchange.said {
            Some(_) => carrier,
            None => self.talk.wire_cause(),
        };
        let leg = Leg::message(
            Actor::Terminal,
            Actor::Card,
            Interface::Internal,
            Event::CommandApduSent,
            exchange.command.clone(),
        );
        let leg = leg.because(cause).within(carrier.or(self.talk.carried()));
        self.write(leg, &exchange.passed)
    }

    fn look(&mut self, id: u32, card: Option<&SmartCard>) {
        if let (Some(watch), Some(card)) = (&mut self.watch, card) {
            let is_document = |inside: &Inside| matches!(inside, Inside::Document(Ok(_)));
            if self.inside.iter().any(is_document) {
                watch.plan(card);
            }
            watch.look(id, card);
        }
    }

    /// The card's DM Server found something.
    pub fn handle_card_event(&mut self, event: server::Event) {
        self.inside.push(Inside::Event(event));
    }

    /// The card's DM Server signed a receipt, which is in the card's memory.
    pub fn handle_card_receipt(&mut self, seq: u64, signed: Vec<u8>) {
        self.inside.push(Inside::Receipt(seq, signed));
    }

    /// The card's DM Server answers the web server of the card: what arrives there, if it does.
    pub fn handle_card_answer(&mut self, mut answer: server::Answer) -> Option<server::Answer> {
        if answer.http_status != 200 {
            self.inside
                .push(Inside::Answer(answer.clone(), Passed::default()));
            return Some(answer);
        }
        let met = self.edits.meet(EventKind::MessageSent);
        let mut passed = self.edits.pass(&met, &answer.body);
        self.moments.extend(met.moments);
        let encoding = Encoding::from_media_type(&answer.content_type).unwrap_or_default();
        if let Some(body) = self.pass_receipts(&answer.body, encoding)
            && passed.bytes == answer.body
        {
            passed.bytes = body;
            passed.fate = passed.fate.or(Some(Fate::Altered));
        }
        if let Some(event) = self.tampers(&mut passed) {
            self.inside.push(Inside::Tampered(event));
        }
        self.rogue.hear_message(&passed.bytes, encoding, false);
        self.inside
            .push(Inside::Answer(answer.clone(), passed.clone()));
        self.talk.to_client = Way::of(&passed);
        answer.body = passed.bytes;
        (passed.copies > 0).then_some(answer)
    }

    /// The card's web server answers its client: what goes into the channel, if it does.
    pub fn handle_card_http(&mut self, status: u16, response: Vec<u8>) -> Option<Vec<u8>> {
        let met = self.edits.meet(EventKind::HttpResponseSent);
        let passed = self.edits.pass(&met, &response);
        self.moments.extend(met.moments);
        self.inside
            .push(Inside::Http(status, response, passed.clone()));
        // A message that comes twice comes twice in the stream.
        let way = &mut self.talk.to_client;
        let copies = passed.copies.saturating_mul(way.copies);
        way.copies = 1;
        way.late_ms = way.late_ms.saturating_add(passed.late_ms);
        (copies > 0).then(|| passed.bytes.repeat(usize::from(copies)))
    }

    /// The card's Trigger sends a notification: what goes into its channel, if it does.
    pub fn handle_card_notification(&mut self, push: Vec<u8>, resync: bool) -> Option<Vec<u8>> {
        let met = self.edits.meet(EventKind::NotificationSent);
        let passed = self.edits.pass(&met, &push);
        self.moments.extend(met.moments);
        self.talk.to_client = Way::of(&passed);
        let (bytes, copies) = (passed.bytes.clone(), passed.copies);
        self.inside.push(Inside::Notification {
            push,
            resync,
            passed,
        });
        (copies > 0).then_some(bytes)
    }

    /// The active document of the card is another one.
    pub fn handle_card_document(&mut self, found: Result<Activated, DecodeError>) {
        self.inside.push(Inside::Document(found));
    }

    /// Tells what happened inside the card: a request is told to its end before its answer is,
    /// and what follows from a packet after the card's answer to the network, which goes first.
    pub(super) fn tell_inside(&mut self) {
        let (mut message, mut http) = (None, None);
        let (facts, others): (Vec<Inside>, Vec<Inside>) = std::mem::take(&mut self.inside)
            .into_iter()
            .partition(|inside| matches!(inside, Inside::Tls(_)));
        for inside in facts.into_iter().chain(others) {
            match inside {
                Inside::Notification { .. } | Inside::Document(_) if self.talk.owes_report => {
                    self.inside.push(inside);
                }
                Inside::Document(found) => self.told_document(found),
                // Before the records, which are followed by what carries them.
                Inside::Tls(event) => {
                    let leg = Leg::fact(Actor::Card, Interface::Dm2, event);
                    let cause = self.talk.wire_cause();
                    self.cross(leg.because(cause));
                }
                Inside::Record(record, passed) => self.told_record(http, record, &passed),
                Inside::Event(event) => self.server_event(event),
                Inside::Receipt(seq, signed) => self.receipt_issued(seq, signed),
                Inside::Tampered(event) => {
                    self.cross(Leg::fact(Actor::Rogue, Interface::Dm2, event));
                }
                Inside::Answer(answer, passed) => message = self.told_answer(&answer, &passed),
                Inside::Http(status, response, passed) => {
                    http = Some(self.told_http(message.take(), status, response, &passed));
                }
                Inside::Notification {
                    push,
                    resync,
                    passed,
                } => self.told_notification(push, resync, &passed),
            }
        }
    }

    fn told_document(&mut self, found: Result<Activated, DecodeError>) {
        let event = match found {
            Ok(Activated {
                slot,
                length,
                commands,
            }) => Event::DocumentActivated {
                slot: slot.name().to_owned(),
                length: u32::from(length),
                commands: commands as u32,
            },
            Err(error) => Event::MalformedReceived {
                error: error.to_string(),
            },
        };
        let leg = Leg::fact(Actor::CardDmServer, Interface::Internal, event);
        self.cross(leg.because(self.talk.wire_cause()));
    }

    fn told_notification(&mut self, push: Vec<u8>, resync: bool, passed: &Passed) {
        let (from, to, interface) = (Actor::CardTrigger, Actor::DmClient, Interface::DmSc1);
        let cause = self.talk.wire_cause();
        self.begin(Begins::Triggered, from, to, interface, cause);
        self.talk.notified_by = Some(interface);
        let session_id = crate::codec::wsp::decode_notification(&push)
            .map(|(_, package)| package.session_id_text())
            .unwrap_or_default();
        let event = Event::NotificationSent { session_id, resync };
        let leg = Leg::message(from, to, interface, event, push).because(cause);
        self.talk.rest();
        let id = self.write(leg, passed);
        self.talk.client_cause = Some(id);
        self.talk.carry(id);
    }

    /// The message of an answer, where it has one that can be read.
    fn told_answer(&mut self, answer: &server::Answer, passed: &Passed) -> Option<u32> {
        let encoding = Encoding::from_media_type(&answer.content_type).unwrap_or_default();
        if answer.http_status != 200 {
            return None;
        }
        let message = Message::decode(&answer.body, encoding).ok()?;
        self.talk.server_is_final = message.is_final;
        let (from, to) = (Actor::CardDmServer, self.at_the_card());
        let cause = self.talk.server_cause;
        if has_work(&message) && !self.is_at_receipts() {
            self.begin(Begins::Provisions, from, to, Interface::Dm2, cause);
        }
        let event = facts::of_message(&message, answer.package, answer.msg_id, encoding);
        let leg = Leg::message(from, to, Interface::Dm2, event, answer.body.clone());
        self.talk.rest();
        let id = self.write(leg.because(cause), passed);
        self.told_receipts(id);
        if !self.intrudes {
            self.talk.client_cause = Some(id);
        }
        Some(id)
    }

    fn told_record(&mut self, http: Option<u32>, record: Vec<u8>, passed: &Passed) {
        let (from, to) = (Actor::Card, Actor::DmClient);
        let event = facts::of_record(&record);
        let leg = Leg::message(from, to, Interface::Dm2, event, record);
        let cause = http.or(self.talk.wire_cause());
        let id = self.write(leg.because(cause).within(http), passed);
        self.talk.carry(id);
    }

    fn told_http(
        &mut self,
        message: Option<u32>,
        status: u16,
        response: Vec<u8>,
        passed: &Passed,
    ) -> u32 {
        let event = Event::HttpResponseSent { status };
        let (from, to) = (Actor::Card, self.at_the_card());
        let leg = Leg::message(from, to, Interface::Dm2, event, response);
        let leg = leg
            .because(message.or(self.talk.server_cause))
            .within(message);
        let id = self.write(leg, passed);
        if !self.intrudes {
            self.talk.client_cause = message.or(Some(id));
        }
        self.talk.carry(id);
        id
    }

    fn server_event(&mut self, event: server::Event) {
        if let server::Event::SessionEnded { complete, .. } = &event {
            self.server_complete = Some(*complete);
        }
        let Some(event) = facts::of_server(event) else {
            return;
        };
        let leg = Leg::fact(Actor::CardDmServer, Interface::Internal, event);
        self.cross(leg.because(self.talk.server_cause));
        if let (Some(watch), Some(step)) = (&mut self.watch, self.recorder.steps.last()) {
            watch.fact(step);
        }
    }
}
