//! What the rogue does: his notifications, what he puts into the way of messages, and what came
//! of it. He stands between the parties and has nothing but what crosses.

use super::Engine;
use super::cross::Parcel;
use crate::client::Outgoing;
use crate::codec::http::Request;
use crate::codec::notification::Initiator;
use crate::codec::syncml::Message;
use crate::codec::wsp;
use crate::scenario::crossing::Passed;
use crate::scenario::record::{Leg, facts};
use crate::scenario::rogue::{Attack, Rogue, Verdict, verdict};
use crate::scenario::story::Begins;
use crate::trace::{Actor, Event, Fate, Interface};

/// Server that the rogue would like to be.
const SERVER_ID: &str = "dmsc.card";

/// TCP port of the terminal behind which the card listens (SCWS).
const CARD_PORT: u16 = 3516;

/// An attack that lasts.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) attack: Attack,
    /// Step with which it began.
    since: usize,
    /// What he waits for has not come by yet.
    waits: bool,
    /// The DM Client's request that he holds up.
    held: Option<Outgoing>,
}

impl Engine {
    /// The rogue begins to try something.
    pub(super) fn attack(&mut self, attack: Attack) {
        let (from, to) = (Actor::Rogue, Actor::DmClient);
        let begins = Begins::Attacks(attack);
        self.begin(begins, from, to, Interface::Dm1, None);
        self.trial = Some(Trial {
            attack,
            since: self.recorder.steps.len(),
            waits: true,
            held: None,
        });
        self.rogue.begin();
        match attack {
            // The server that he has for it calls, as it may.
            Attack::Rights => self.deliver(Parcel::Call(0, 0)),
            // He waits for a session of the others: one that the device begins, with a nonce of its
            // own, or one that it is called to.
            Attack::ZeroNonce => self.deliver(Parcel::Start(SERVER_ID.to_owned())),
            Attack::TakenOver | Attack::FalseData | Attack::SecondSession => {
                self.deliver(Parcel::Order(Initiator::Server));
            }
            _ => {
                if let Some(push) = self.rogue.push(attack) {
                    let session_id = wsp::decode_notification(&push)
                        .map(|(_, package)| package.session_id_text())
                        .unwrap_or_default();
                    let resync = attack == Attack::ResyncReplayed;
                    let event = Event::NotificationSent { session_id, resync };
                    self.notify(begins, from, event, push);
                }
            }
        }
    }

    /// The step that something belongs to while an attack lasts: that of the attack.
    pub(super) fn during_attack(&self, usual: Begins) -> Begins {
        self.trial
            .as_ref()
            .map_or(usual, |trial| Begins::Attacks(trial.attack))
    }

    /// Nothing more comes of an attack: whether there was one, and it went on or was judged.
    pub(super) fn end_of_attack(&mut self) -> bool {
        if self.trial.is_none() {
            return false;
        }
        if self.rogue.has_kept() && !self.intrudes {
            // He shows the card what he recorded, as if it were his.
            self.intrudes = true;
            self.deliver(Parcel::Connect(CARD_PORT));
            return true;
        }
        let Some(trial) = self.trial.take() else {
            return false;
        };
        self.intrudes = false;
        let steps = self.recorder.steps.get(trial.since..).unwrap_or_default();
        let attack = trial.attack.id().to_owned();
        let event = match verdict(trial.attack, steps, self.rogue.heard) {
            Verdict::Stopped { check, clause } => Event::AttackStopped {
                attack,
                check,
                clause: clause.to_owned(),
            },
            Verdict::Succeeded { effect } => Event::AttackSucceeded {
                attack,
                effect: effect.to_owned(),
            },
        };
        self.cross(Leg::fact(Actor::Rogue, Interface::Internal, event));
        // How a session with him ended says nothing of the next.
        self.client_complete = None;
        self.server_complete = None;
        true
    }

    /// Whether the rogue steps into the way of a request to the card: he holds it up while he
    /// says something himself, or answers it in the card's place.
    pub(super) fn steps_in(&mut self, outgoing: &Outgoing) -> bool {
        let encoding = self.settings.encoding();
        let Some(trial) = self.trial.as_mut().filter(|trial| trial.waits) else {
            self.rogue
                .hear_message(&outgoing.request.body, encoding, true);
            return false;
        };
        match trial.attack {
            Attack::ZeroNonce if outgoing.package == 1 => {
                self.answers_for_the_card(outgoing);
                true
            }
            Attack::TakenOver | Attack::SecondSession if outgoing.package >= 3 => {
                trial.waits = false;
                let attack = trial.attack;
                let made = self.rogue.intrusion(attack, &outgoing.request, encoding);
                let Some((message, request)) = made else {
                    return false;
                };
                if let Some(trial) = &mut self.trial {
                    trial.held = Some(outgoing.clone());
                }
                self.intrudes = true;
                self.says(&message, &request, outgoing.package);
                true
            }
            _ => {
                self.rogue
                    .hear_message(&outgoing.request.body, encoding, true);
                false
            }
        }
    }

    /// The rogue says something to the card, over the connection that there is.
    fn says(&mut self, message: &Message, request: &Request, package: u8) {
        let encoding = self.settings.encoding();
        let msg_id = message.hdr.msg_id.parse().unwrap_or_default();
        let event = facts::of_message(message, package, msg_id, encoding);
        let (from, to) = (Actor::Rogue, Actor::CardDmServer);
        let leg = Leg::message(from, to, Interface::Dm2, event, request.body.clone());
        let message = self.cross(leg.because(self.talk.client_cause));
        if message.passed.copies > 0 {
            self.sends(message.id, request.encode());
        }
    }

    /// A request of the rogue's goes to the card.
    fn sends(&mut self, message: u32, bytes: Vec<u8>) {
        self.talk.server_cause = Some(message);
        let event = Event::HttpRequestSent {
            method: "POST".to_owned(),
            target: "/dm".to_owned(),
        };
        let leg = Leg::message(Actor::Rogue, Actor::Card, Interface::Dm2, event, bytes);
        let leg = leg.because(Some(message)).within(Some(message));
        let http = self.cross(leg);
        self.talk.carry(http.id);
        self.send(&http, Parcel::Request);
    }

    /// The rogue answers the DM Client in the card's place: he asks for a proof by a nonce that is
    /// the same for everybody. What then comes he keeps.
    fn answers_for_the_card(&mut self, outgoing: &Outgoing) {
        let encoding = self.settings.encoding();
        let cause = self.talk.client_cause;
        let (client, rogue) = (Actor::DmClient, Actor::Rogue);
        let crossed = |engine: &mut Engine, from, to, event, bytes: Vec<u8>, within, cause| {
            let leg = Leg::message(from, to, Interface::Dm2, event, bytes);
            engine.cross(leg.because(cause).within(within))
        };
        let request = &outgoing.request;
        if let Ok(message) = Message::decode(&request.body, encoding) {
            let event = facts::of_message(&message, outgoing.package, outgoing.msg_id, encoding);
            let body = request.body.clone();
            let message = crossed(self, client, rogue, event, body, None, cause).id;
            let event = Event::HttpRequestSent {
                method: request.method.clone(),
                target: request.target.clone(),
            };
            let bytes = request.encode();
            crossed(
                self,
                client,
                rogue,
                event,
                bytes,
                Some(message),
                Some(message),
            );
            self.talk.client_cause = Some(message);
        }
        if !self.rogue.answers_first() {
            // This is what he was after.
            self.rogue.keep(request);
            if let Some(trial) = &mut self.trial {
                trial.waits = false;
            }
            self.deliver(Parcel::Closed);
            return self.deliver(Parcel::Close);
        }
        let Some((answer, response)) = self.rogue.challenge(request, encoding) else {
            return;
        };
        let cause = self.talk.client_cause;
        let event = facts::of_message(&answer, 2, 1, encoding);
        let body = response.body.clone();
        let message = crossed(self, rogue, client, event, body, None, cause).id;
        let event = Event::HttpResponseSent { status: 200 };
        let bytes = response.encode();
        let http = crossed(
            self,
            rogue,
            client,
            event,
            bytes,
            Some(message),
            Some(message),
        );
        self.talk.client_cause = Some(message);
        self.send(&http, Parcel::Data);
    }

    /// What the rogue makes of a message of the card on its way to the DM Client.
    pub(super) fn tampers(&mut self, passed: &mut Passed) -> Option<Event> {
        let trial = self.trial.as_mut()?;
        if trial.attack != Attack::FalseData || !trial.waits || passed.copies == 0 {
            return None;
        }
        passed.bytes = self.rogue.tampered(&passed.bytes)?;
        passed.fate = Some(Fate::Altered);
        trial.waits = false;
        let (from, to) = Rogue::swapped();
        Some(Event::MessageTampered { from, to })
    }

    /// Whom the card's web server talks to.
    pub(super) fn at_the_card(&self) -> Actor {
        match self.intrudes {
            true => Actor::Rogue,
            false => Actor::DmClient,
        }
    }

    /// The terminal has a connection to the card for the rogue.
    pub(super) fn intruder_connected(&mut self, port: u16) {
        let event = Event::ConnectionOpened { port };
        let (from, to) = (Actor::Rogue, Actor::Card);
        let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
        let id = self.cross(leg).id;
        self.talk.carry(id);
        let Some(bytes) = self.rogue.take_kept() else {
            return;
        };
        let encoding = self.settings.encoding();
        let Ok(Some((request, _))) = Request::decode(&bytes) else {
            return;
        };
        if let Ok(message) = Message::decode(&request.body, encoding) {
            let msg_id = message.hdr.msg_id.parse().unwrap_or_default();
            let event = facts::of_message(&message, 1, msg_id, encoding);
            let (from, to) = (Actor::Rogue, Actor::CardDmServer);
            let leg = Leg::message(from, to, Interface::Dm2, event, request.body);
            let message = self.cross(leg.because(Some(id)));
            self.sends(message.id, bytes);
        }
    }

    /// The card answers the rogue. What he held up goes on then.
    pub(super) fn intruder_hears(&mut self, bytes: &[u8]) {
        if !self.rogue.handle_answer(bytes) {
            return;
        }
        self.intrudes = false;
        match self.trial.as_mut().and_then(|trial| trial.held.take()) {
            Some(outgoing) => self.request(outgoing),
            None => self.deliver(Parcel::Close),
        }
    }

    /// The connection that the rogue uses is gone, or not to be had.
    pub(super) fn intruder_is_cut_off(&mut self) {
        self.intrudes = false;
        self.rogue.take_kept();
        if self.trial.as_mut().is_some_and(|t| t.held.take().is_some()) {
            self.deliver(Parcel::Closed);
        }
    }
}
