//! What the ECMS and other servers send, and the short messages that carry it to the terminal.

use super::Engine;
use super::cross::{Carries, Crossed, Parcel, Way};
use crate::codec::sms::{Deliver, DeliverReport};
use crate::ecms::{Carrier, Output};
use crate::scenario::SettingKey;
use crate::scenario::record::Leg;
use crate::scenario::story::Begins;
use crate::trace::{Actor, Event, Interface};

/// A short message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mail {
    tpdu: Vec<u8>,
    of: Carries,
    late_ms: u32,
}

impl Engine {
    /// What the ECMS puts out, and where it goes.
    pub(super) fn ecms_output(&mut self, output: Output) {
        match output {
            Output::Push {
                bytes,
                session_id,
                resync,
            } => self.push(bytes, session_id, resync),
            Output::OrderSigned { signed, text } => self.order_signed(signed, text),
            Output::ReceiptAsked { seq, packet } => self.receipt_asked(seq, packet),
            Output::ReceiptRead {
                seq,
                signed,
                problem,
            } => self.receipt_read(seq, signed, problem),
            Output::Packet { bytes, counter } => self.packet(bytes, counter),
            Output::UpdateAnswered(receipt) => {
                let (done, commands, sw) = receipt.script.unwrap_or_default();
                let event = Event::UpdateAnswered {
                    taken: receipt.taken,
                    status: receipt.status.to_octet(),
                    proven: receipt.proven,
                    done,
                    commands,
                    sw,
                };
                let leg = Leg::fact(Actor::Ecms, Interface::Update, event);
                self.cross(leg.because(self.talk.ecms_cause));
            }
            Output::UpdateMissed { after_s } => {
                let event = Event::AnswerMissed { after_s };
                let leg = Leg::fact(Actor::Ecms, Interface::Update, event);
                self.cross(leg.because(self.talk.ecms_cause));
            }
        }
    }

    /// The ECMS sends a secured packet: in short messages for the card.
    fn packet(&mut self, bytes: Vec<u8>, counter: u64) {
        let (from, to, interface) = (Actor::Ecms, Actor::Card, Interface::Update);
        self.begin(Begins::Updates, from, to, interface, None);
        let event = Event::PacketSent { counter };
        let crossed = self.cross(Leg::message(from, to, interface, event, bytes));
        self.talk.ecms_cause = Some(crossed.id);
        self.mail_packet(&crossed, interface);
    }

    /// A packet for the card leaves in short messages.
    pub(super) fn mail_packet(&mut self, crossed: &Crossed, interface: Interface) {
        self.leave_by_sms(crossed, (Actor::Ecms, interface), Carrier::packet);
    }

    /// What crosses leaves in short messages, as often as it does.
    fn leave_by_sms(
        &mut self,
        crossed: &Crossed,
        (from, interface): (Actor, Interface),
        in_parts: impl Fn(&mut Carrier, &[u8], u64) -> Vec<Vec<u8>>,
    ) {
        let of = Carries {
            id: crossed.id,
            from,
            interface,
        };
        let now_s = self.now_s();
        let mut way = Way::of(&crossed.passed);
        let late_ms = std::mem::take(&mut way.late_ms);
        let parcels = (0..crossed.passed.copies)
            .map(|_| in_parts(&mut self.carrier, &crossed.passed.bytes, now_s))
            .map(|parts| Parcel::Post(parts, of, late_ms))
            .collect();
        self.send_all(crossed.kind, way, parcels);
    }

    /// The ECMS pushes a notification: as push PDU, in short messages.
    fn push(&mut self, bytes: Vec<u8>, session_id: String, resync: bool) {
        if resync && let Ok(id) = u16::from_str_radix(&session_id, 16) {
            self.announced.push_back(id);
        }
        let event = Event::NotificationSent { session_id, resync };
        self.notify(Begins::Pushed, Actor::Ecms, event, bytes);
    }

    /// Somebody outside sends a notification to the DM Client.
    pub(super) fn notify(&mut self, begins: Begins, from: Actor, event: Event, bytes: Vec<u8>) {
        let (to, interface) = (Actor::DmClient, Interface::Dm1);
        let begins = self.during_attack(begins);
        let resync = matches!(event, Event::NotificationSent { resync: true, .. });
        self.begin(begins, from, to, interface, None);
        let crossed = self.cross(Leg::message(from, to, interface, event, bytes));
        if from != Actor::Rogue {
            self.rogue.hear_push(&crossed.passed.bytes, resync);
        }
        let least = match self.settings.text(SettingKey::SmsParts) {
            "2" => 2,
            _ => 1,
        };
        self.leave_by_sms(&crossed, (from, interface), |carrier, push, now_s| {
            carrier.push(push, least, now_s)
        });
    }

    /// Messages that are to be sent, each after the answer to the one before.
    pub(super) fn post(&mut self, parts: Vec<Vec<u8>>, of: Carries, late_ms: u32) {
        let mail = parts.into_iter().map(|tpdu| Mail { tpdu, of, late_ms });
        self.mail.extend(mail);
    }

    /// A short message goes to the terminal.
    pub(super) fn send_sms(&mut self, mail: Mail) {
        let Mail { tpdu, of, late_ms } = mail;
        let said = Deliver::decode(&tpdu).ok().and_then(|m| m.concatenation());
        let event = Event::SmsSent {
            part: said.map_or(1, |said| said.part),
            parts: said.map_or(1, |said| said.parts),
        };
        let leg = Leg::message(of.from, Actor::Terminal, of.interface, event, tpdu);
        let leg = leg.because(Some(of.id)).within(Some(of.id));
        let mut crossed = self.cross(leg);
        let passed = &mut crossed.passed;
        passed.late_ms = passed.late_ms.saturating_add(late_ms);
        self.talk.carry(crossed.id);
        self.send(&crossed, |tpdu| Parcel::Sms(tpdu, of));
    }

    /// A short message reaches the terminal.
    pub(super) fn deliver_sms(&mut self, tpdu: &[u8], of: Carries) {
        self.talk.arriving = Some(of);
        self.talk.owes_report = of.interface == Interface::Update;
        self.terminal.handle_delivery(tpdu, self.recorder.now_ms);
    }

    /// The terminal answers a short message. What the card answered to a packet travels with it.
    pub(super) fn reported(&mut self, tpdu: Vec<u8>) {
        let of = self.talk.arriving;
        self.talk.owes_report = false;
        let interface = of.map_or(Interface::Internal, |of| of.interface);
        let mut report = DeliverReport::decode(&tpdu).unwrap_or_default();
        let (mut within, mut copies, mut late_ms) = (of.map(|of| of.id), 1, 0);
        let cause = self.talk.wire_cause();
        let answer = report.user_data();
        if interface == Interface::Update && !answer.is_empty() {
            let event = Event::PacketAnswered;
            let leg = Leg::message(Actor::Card, Actor::Ecms, interface, event, answer.clone());
            let crossed = self.cross(leg.because(cause));
            (copies, late_ms) = (crossed.passed.copies, crossed.passed.late_ms);
            within = Some(crossed.id);
            self.talk.ecms_cause = within;
            if crossed.passed.bytes != answer {
                let altered = DeliverReport::of_card(&crossed.passed.bytes, report.failure);
                report = altered.unwrap_or_default();
            }
        }
        for _ in 0..copies {
            let event = Event::SmsReportSent {
                taken: report.failure.is_none(),
            };
            let (from, to) = (Actor::Terminal, of.map_or(Actor::Ecms, |of| of.from));
            let leg = Leg::message(from, to, interface, event, report.encode());
            let mut crossed = self.cross(leg.because(within.or(cause)).within(within));
            let passed = &mut crossed.passed;
            passed.late_ms = passed.late_ms.saturating_add(late_ms);
            self.send(&crossed, Parcel::Report);
        }
        // What else the card said comes after its answer to the network.
        self.tell_inside();
    }

    /// A report of the terminal reaches the ECMS.
    pub(super) fn deliver_report(&mut self, tpdu: &[u8]) {
        if let Ok(report) = DeliverReport::decode(tpdu)
            && report.data.is_some()
        {
            self.ecms.handle_response_packet(&report.user_data());
            while let Some(output) = self.ecms.poll() {
                self.ecms_output(output);
            }
        }
    }

    /// A push that came by short messages is whole.
    pub(super) fn pushed(&mut self, bytes: Vec<u8>) {
        self.talk.notified_by = Some(Interface::Dm1);
        self.talk.client_cause = self.talk.arriving.map(|of| of.id);
        self.deliver(Parcel::Push(bytes));
    }
}
