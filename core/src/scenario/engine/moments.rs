//! What edits want to happen at a moment of a run, beside what they do to messages.

use super::cross::{Conversation, Parcel};
use super::network::Link;
use super::{CardKind, Engine, Wanted};
use crate::scenario::crossing::Moment;
use crate::scenario::edit::Change;
use crate::scenario::record::Leg;
use crate::scenario::story::Act;
use crate::trace::{Actor, Event, Interface};

impl Engine {
    /// Whether the card is to be taken out at this moment.
    pub(super) fn card_leaves(&self) -> bool {
        let leaves = |moment: &Moment| moment.change == Change::CardOut;
        self.moments.iter().any(leaves)
    }

    /// What an edit wants to happen at this moment.
    pub(super) fn come_about(&mut self, moment: Moment) -> Option<Wanted> {
        match self.happen(&moment.change) {
            Ok(wanted) => wanted,
            Err(why) => {
                self.edits.refuse(moment.edit, why);
                None
            }
        }
    }

    fn happen(&mut self, change: &Change) -> Result<Option<Wanted>, &'static str> {
        let terminal = Actor::Terminal;
        match change {
            Change::CardOut if !self.card_is_in => return Err("the card is out already"),
            Change::CardOut => {
                self.card_is_in = false;
                self.note_fact(terminal, Event::CardRemoved);
                self.deliver(Parcel::CardRemoved);
            }
            Change::CardIn if self.card_is_in => return Err("the card is in already"),
            Change::CardIn => {
                self.card_is_in = true;
                let id = self.note_fact(terminal, Event::CardInserted);
                self.talk.carry(id);
                self.deliver(Parcel::PowerOn);
            }
            Change::Again { now } => {
                let trigger = self.story.iter().filter(|act| **act != Act::Boot);
                match now {
                    true => self.urgent.extend(trigger.copied()),
                    false => self.acts.extend(trigger.copied()),
                }
            }
            Change::PowerCut { writes } => {
                self.is_simulated("only a simulated card loses its power")?;
                let event = Event::CardPowerCut { writes: *writes };
                self.note_fact(Actor::Card, event);
                return Ok(Some(Wanted::PowerCut(*writes)));
            }
            Change::DevicePowerCut => return self.cut_device().map(Some),
            Change::TreeFull => {
                self.note_fact(Actor::DmClient, Event::TreeFilled);
                self.client.handle_tree_full();
            }
            Change::CardFull => {
                self.is_simulated("only a simulated card is filled")?;
                self.note_fact(Actor::Card, Event::CardFilled);
                return Ok(Some(Wanted::CardFull));
            }
            Change::Expire => {
                let now_ms = self.recorder.now_ms;
                if !self.terminal.expire_timer(now_ms) {
                    return Err("no timer of the card runs");
                }
                self.handle_time(now_ms);
            }
            Change::NetworkGone if self.network_is_gone => {
                return Err("the network is gone already");
            }
            Change::NetworkGone => {
                self.note_fact(terminal, Event::NetworkLost);
                self.network_is_gone = true;
            }
            Change::NetworkBack if !self.network_is_gone => {
                return Err("the network is there already");
            }
            Change::NetworkBack => {
                self.network_is_gone = false;
                self.note_fact(terminal, Event::NetworkFound);
            }
            // The others change messages, or are answers.
            _ => {}
        }
        Ok(None)
    }

    fn is_simulated(&self, why: &'static str) -> Result<(), &'static str> {
        match (self.card_kind, self.card_is_in) {
            (CardKind::Closed, _) => Err(why),
            (_, false) => Err("the card is out"),
            _ => Ok(()),
        }
    }

    fn note_fact(&mut self, actor: Actor, event: Event) -> u32 {
        let leg = Leg::fact(actor, Interface::Internal, event);
        self.cross(leg).id
    }

    /// The device loses its power with the card in it, and starts again. What was on its way
    /// inside the device is gone; what comes from outside still arrives.
    fn cut_device(&mut self) -> Result<Wanted, &'static str> {
        self.is_simulated("only a device with a simulated card loses its power")?;
        let id = self.note_fact(Actor::Terminal, Event::DevicePowerCut);
        if self.client.is_busy() {
            self.client_complete = Some(false);
        }
        self.client.handle_power_loss();
        if self.link != Link::Card {
            self.hang_up();
        }
        self.terminal = self.unused_terminal.clone();
        self.terminal.handle_time(self.recorder.now_ms);
        let from_outside = |parcel: &Parcel| {
            matches!(
                parcel,
                Parcel::Sms(..) | Parcel::Report(_) | Parcel::Submitted(_)
            )
        };
        self.clock.keep(from_outside);
        self.question = None;
        self.repeated = None;
        self.booting = true;
        self.menu.clear();
        self.device.lose_power();
        self.talk = Conversation::default();
        self.talk.carry(id);
        self.deliver(Parcel::PowerOn);
        Ok(Wanted::PowerCut(None))
    }
}
