//! What the ECMS sends, and the short messages that carry it to the terminal.

use super::Engine;
use super::cross::{Carries, Parcel, Way};
use crate::codec::sms::Deliver;
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
    /// The ECMS pushes a notification: as push PDU, in short messages.
    pub(super) fn push(&mut self, bytes: Vec<u8>, session_id: String, resync: bool) {
        if resync && let Ok(id) = u16::from_str_radix(&session_id, 16) {
            self.announced.push_back(id);
        }
        let (from, to, interface) = (Actor::Ecms, Actor::DmClient, Interface::Dm1);
        self.begin(Begins::Pushed, from, to, interface, None);
        let event = Event::NotificationSent { session_id, resync };
        let crossed = self.cross(Leg::message(from, to, interface, event, bytes));
        let of = Carries {
            id: crossed.id,
            interface,
        };
        let least = match self.settings.text(SettingKey::SmsParts) {
            "2" => 2,
            _ => 1,
        };
        let now_s = self.now_s();
        let mut way = Way::of(&crossed.passed);
        let late_ms = std::mem::take(&mut way.late_ms);
        let parcels = (0..crossed.passed.copies)
            .map(|_| self.carrier.push(&crossed.passed.bytes, least, now_s))
            .map(|parts| Parcel::Post(parts, of, late_ms))
            .collect();
        self.send_all(crossed.kind, way, parcels);
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
        let (from, to) = (Actor::Ecms, Actor::Terminal);
        let leg = Leg::message(from, to, of.interface, event, tpdu);
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
        self.terminal.handle_delivery(tpdu, self.recorder.now_ms);
    }

    /// The terminal answers a short message.
    pub(super) fn reported(&mut self, tpdu: Vec<u8>) {
        let of = self.talk.arriving;
        let (from, to) = (Actor::Terminal, Actor::Ecms);
        let taken = crate::codec::sms::DeliverReport::decode(&tpdu)
            .is_ok_and(|report| report.failure.is_none());
        let interface = of.map_or(Interface::Internal, |of| of.interface);
        let event = Event::SmsReportSent { taken };
        let leg = Leg::message(from, to, interface, event, tpdu);
        let cause = self.talk.wire_cause();
        self.cross(leg.because(cause).within(of.map(|of| of.id)));
    }

    /// A push that came by short messages is whole.
    pub(super) fn pushed(&mut self, bytes: Vec<u8>) {
        self.talk.notified_by = Some(Interface::Dm1);
        self.talk.client_cause = self.talk.arriving.map(|of| of.id);
        self.deliver(Parcel::Push(bytes));
    }
}
