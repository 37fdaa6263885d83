//! Orders and receipts on their way: what is signed, what of it arrives in a message, who finds
//! what right.

use super::Engine;
use crate::codec::auth::base64;
use crate::codec::syncml::{Command, Data, Encoding, Message};
use crate::codec::vocabulary::cose::RECEIPTS;
use crate::scenario::claims;
use crate::scenario::crossing::Passed;
use crate::scenario::record::Leg;
use crate::scenario::story::Begins;
use crate::trace::{Actor, Event, EventKind, Interface};

/// A receipt in a message of the card: its number, the bytes as they were sent, what arrives.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    seq: String,
    signed: Vec<u8>,
    passed: Passed,
}

impl Engine {
    /// Customer care has signed an order.
    pub(super) fn order_signed(&mut self, signed: Vec<u8>, text: String) {
        let (from, to) = (Actor::Ecms, Actor::DmClient);
        self.begin(Begins::Pushed, from, to, Interface::Dm1, None);
        let mut leg = Leg::fact(
            Actor::Ecms,
            Interface::Internal,
            Event::OrderSigned { text },
        );
        leg.bytes = signed;
        self.cross(leg);
    }

    /// The card has signed a receipt.
    pub(super) fn receipt_issued(&mut self, seq: u64, signed: Vec<u8>) {
        let (at, cause) = (Actor::CardDmServer, self.talk.server_cause);
        self.begin(Begins::Signs, at, at, Interface::Internal, cause);
        let event = Event::ReceiptIssued { seq };
        let mut leg = Leg::fact(Actor::CardDmServer, Interface::Internal, event);
        leg.bytes = signed;
        self.cross(leg.because(self.talk.server_cause));
    }

    /// Customer care asks the card for a receipt.
    pub(super) fn receipt_asked(&mut self, seq: u64, packet: Vec<u8>) {
        let (from, to, interface) = (Actor::Ecms, Actor::Card, Interface::Internal);
        self.begin(Begins::Weighs, from, to, interface, None);
        let event = Event::ReceiptAsked { seq };
        let crossed = self.cross(Leg::message(from, to, interface, event, packet));
        self.mail_packet(&crossed, interface);
    }

    /// Customer care has a receipt of the card.
    pub(super) fn receipt_read(&mut self, seq: u64, signed: Vec<u8>, problem: Option<String>) {
        let seq = seq.to_string();
        let event = Event::ReceiptChecked { seq, problem };
        let mut leg = Leg::fact(Actor::Ecms, Interface::Internal, event);
        leg.bytes = signed;
        let cause = self.recorder.steps.last().map(|step| step.id);
        self.cross(leg.because(cause));
    }

    /// Each side denies what was done.
    pub(super) fn weigh_claims(&mut self) {
        let at = Actor::Ecms;
        self.begin(Begins::Weighs, at, at, Interface::Internal, None);
        let desk = self.ecms.care();
        let order = self.client.orders().last();
        let kept = claims::kept(self.client.tree());
        for (who, event) in claims::weigh(desk, order, kept.as_deref()) {
            self.cross(Leg::fact(who, Interface::Internal, event));
        }
    }

    /// Whether the story is about its receipts by now.
    pub(super) fn is_at_receipts(&self) -> bool {
        let steps = self.scenario.steps.iter().zip(0..);
        let mut of_receipts =
            steps.filter(|(step, _)| matches!(step.begins, Begins::Signs | Begins::Keeps));
        of_receipts.any(|(_, index)| self.recorder.now_in() == Some(index))
    }

    /// Meets the edits for the receipts that a message of the card carries; the message as it
    /// goes on, where they change it.
    pub(super) fn pass_receipts(&mut self, body: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
        let mut message = Message::decode(body, encoding).ok()?;
        let mut changed = false;
        let mut copies = Vec::new();
        message.commands.retain_mut(|command| {
            let Some((seq, data)) = receipt_in(command) else {
                return true;
            };
            let met = self.edits.meet(EventKind::ReceiptSent);
            let signed = octets(data);
            let passed = self.edits.pass(&met, &signed);
            self.moments.extend(met.moments);
            if passed.bytes != signed {
                *data = match data {
                    Data::Text(_) => Data::Text(base64(&passed.bytes)),
                    _ => Data::Opaque(passed.bytes.clone()),
                };
                changed = true;
            }
            changed |= passed.copies != 1;
            let stays = passed.copies > 0;
            let more = usize::from(passed.copies.saturating_sub(1));
            self.receipts.push(Carried {
                seq,
                signed,
                passed,
            });
            copies.extend(std::iter::repeat_n(command.clone(), more));
            stays
        });
        for mut copy in copies {
            copy.set_cmd_id((message.commands.len() + 1).to_string());
            message.commands.push(copy);
        }
        changed.then(|| message.encode(encoding))
    }

    /// Tells the receipts of a message that was told.
    pub(super) fn told_receipts(&mut self, message: u32) {
        for carried in std::mem::take(&mut self.receipts) {
            let event = Event::ReceiptSent { seq: carried.seq };
            let (from, to) = (Actor::CardDmServer, Actor::DmClient);
            let leg = Leg::message(from, to, Interface::Dm2, event, carried.signed);
            let leg = leg.because(Some(message)).within(Some(message));
            self.write(leg, &carried.passed);
        }
    }
}

/// Number and data of the receipt that a command brings.
fn receipt_in(command: &mut Command) -> Option<(String, &mut Data)> {
    let Command::Add(add) = command else {
        return None;
    };
    let [item] = add.items.as_mut_slice() else {
        return None;
    };
    let uri = &item.target.as_ref()?.uri;
    let seq = uri.strip_prefix(RECEIPTS)?.strip_prefix('/')?.to_owned();
    // One that goes in pieces is edited as the messages that carry them.
    let whole = !item.more_data && item.meta.size.is_none();
    item.data.as_mut().filter(|_| whole).map(|data| (seq, data))
}

/// The bytes of a receipt, which XML has as base64.
fn octets(data: &Data) -> Vec<u8> {
    match data {
        Data::Text(text) => crate::codec::auth::from_base64(text).unwrap_or_default(),
        data => data.bytes().to_vec(),
    }
}
