//! TLS between DM Client and card: the device's end, and what crosses of both (RFC 5246, RFC 4279).
//!
//! The device's end lies below the DM Client and above the terminal's connection; that of the card
//! lies in its web server. Records are written down one by one, inside the HTTP message that they
//! carry, and before what carries them. Of a closed card only the records of the device are seen.

use super::card::Inside;
use super::cross::Parcel;
use super::{Engine, RESPONSE_S};
use crate::scenario::record::{Leg, facts};
use crate::tls::{Connection, Ending, Output, PreSharedKey, Source};
use crate::trace::{Actor, Event, EventKind, Interface};

/// The device's end.
#[derive(Clone, Debug, Default)]
pub(super) struct Device {
    connection: Option<Connection>,
    source: Source,
    /// The connection that the DM Client asked for is to be secure.
    wanted: bool,
    /// The DM Client knows that the connection is there.
    told: bool,
    /// All is said, or nothing can be any more: the connection is hung up once nothing comes.
    hangs: bool,
}

impl Device {
    /// The end of a run with that seed.
    pub(super) fn new(seed: u64) -> Self {
        Device {
            source: Source::new(seed, "device"),
            ..Device::default()
        }
    }

    /// The device loses its power: its connection is gone, and randoms that were drawn stay so.
    pub(super) fn lose_power(&mut self) {
        *self = Device {
            source: self.source.clone(),
            ..Device::default()
        };
    }

    /// Whether the connection waits to be hung up.
    pub(super) fn hangs(&self) -> bool {
        self.hangs
    }
}

impl Engine {
    /// The DM Client wants a connection to the card, by TLS or not.
    pub(super) fn connect_card(&mut self, port: u16, secure: bool) {
        if self.device.hangs {
            self.end_secured();
        }
        self.device.connection = None;
        self.device.wanted = secure;
        self.device.told = false;
        self.deliver(Parcel::Connect(port));
    }

    /// The connection is there: the DM Client is told, at once or after the handshake.
    pub(super) fn connected(&mut self) {
        if !self.device.wanted {
            return self.deliver(Parcel::Connected);
        }
        let tree = self.client.tree();
        let servers = tree.server_ids();
        let key = servers.iter().find_map(|id| tree.pre_shared_key(id));
        let Some((identity, key)) = key else {
            let reason = "the account has no key for it".to_owned();
            self.secure_fact(Actor::DmClient, Event::TlsBroken { reason });
            self.deliver(Parcel::Refused);
            return self.deliver(Parcel::Close);
        };
        let psk = PreSharedKey { identity, key };
        let random = self.device.source.random();
        self.device.connection = Some(Connection::client(psk, random));
        let wait_ms = u64::from(RESPONSE_S) * 1000;
        self.clock.response_until_ms = Some(self.recorder.now_ms.saturating_add(wait_ms));
        self.talk.rest();
        self.secured(None);
    }

    /// Whether TLS lies between DM Client and terminal.
    pub(super) fn is_secured(&self) -> bool {
        self.device.connection.is_some()
    }

    /// The DM Client sends bytes: in records, or as they are.
    pub(super) fn send_request(&mut self, bytes: &[u8]) {
        match &mut self.device.connection {
            Some(connection) => {
                connection.handle_send(bytes);
                self.secured(self.talk.carried());
            }
            None => self.terminal.handle_data(bytes),
        }
    }

    /// Bytes of the card reach the device.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        match &mut self.device.connection {
            Some(connection) => {
                connection.handle_data(bytes);
                self.secured(None);
            }
            None => self.client.handle_data(bytes, self.now_s()),
        }
    }

    /// The DM Client closes: by TLS it says so first, and waits for the card to say so too. False
    /// when there is nothing to wait for.
    pub(super) fn closes_by_tls(&mut self) -> bool {
        let Some(connection) = &mut self.device.connection else {
            return false;
        };
        if !self.device.hangs {
            self.device.hangs = true;
            connection.handle_close();
            self.secured(None);
        }
        true
    }

    /// The connection is closed by the card, or lost.
    pub(super) fn lost(&mut self) {
        if let Some(connection) = &mut self.device.connection {
            connection.handle_closed();
            self.secured(None);
        }
        self.device.connection = None;
        if self.device.hangs {
            self.device.hangs = false;
        } else if self.device.wanted && !self.device.told {
            self.client.handle_refused();
        } else {
            self.client.handle_closed();
        }
    }

    /// Nothing comes any more: the connection is closed.
    pub(super) fn end_secured(&mut self) {
        self.device.hangs = false;
        self.device.connection = None;
        let (from, to) = (Actor::DmClient, Actor::Card);
        let leg = Leg::message(
            from,
            to,
            Interface::Dm2,
            Event::ConnectionClosed,
            Vec::new(),
        );
        let id = self.cross(leg.because(self.talk.client_cause)).id;
        self.talk.carry(id);
        self.deliver(Parcel::Close);
    }

    /// The response did not come: the DM Client is told, and the connection given up.
    pub(super) fn give_up(&mut self) {
        let refused = self.device.connection.take().is_some() && !self.device.told;
        self.device.hangs = false;
        self.deliver(match refused {
            true => Parcel::Refused,
            false => Parcel::NoAnswer,
        });
        self.hang_up();
    }

    /// Does what the device's end wants: tells what it found, sends its records, hands data on.
    fn secured(&mut self, carries: Option<u32>) {
        let mut outputs = Vec::new();
        let device = &mut self.device;
        while let Some(output) = device
            .connection
            .as_mut()
            .and_then(|connection| connection.poll(|| device.source.iv()))
        {
            outputs.push(output);
        }
        // What is found goes before the records: those are followed by what carries them.
        for event in outputs.iter().filter_map(fact) {
            self.secure_fact(Actor::DmClient, event);
        }
        for output in outputs {
            match output {
                Output::Record(record) => self.send_record(record, carries),
                Output::Established => {
                    self.device.told = true;
                    self.clock.response_until_ms = None;
                    self.deliver(Parcel::Connected);
                }
                Output::Data(data) => {
                    self.overhear(&data);
                    self.client.handle_data(&data, self.now_s());
                }
                Output::Ended(ending) => self.ended(ending),
            }
        }
    }

    fn ended(&mut self, ending: Ending) {
        if self.device.hangs {
            // Both ends have said that all is said.
            return self.end_secured();
        }
        self.clock.response_until_ms = None;
        if ending != Ending::Truncated {
            // The alert may still be on its way: hang up once nothing comes.
            self.device.hangs = true;
            self.deliver(match self.device.told {
                true => Parcel::ClientClosed,
                false => Parcel::Refused,
            });
        }
    }

    fn send_record(&mut self, record: Vec<u8>, carries: Option<u32>) {
        let (from, to) = (Actor::DmClient, Actor::Card);
        let event = facts::of_record(&record);
        let leg = Leg::message(from, to, Interface::Dm2, event, record);
        let cause = carries.or(self.talk.client_cause);
        let crossed = self.cross(leg.because(cause).within(carries));
        self.talk.carry(crossed.id);
        self.send(&crossed, Parcel::Wire);
    }

    fn secure_fact(&mut self, actor: Actor, event: Event) {
        let leg = Leg::fact(actor, Interface::Dm2, event);
        let cause = self.talk.wire_cause().or(self.talk.client_cause);
        self.cross(leg.because(cause));
    }

    /// The card's end wants or tells something: what goes into the channel of it.
    pub fn handle_card_tls(&mut self, output: Output) -> Option<Vec<u8>> {
        if let Some(event) = fact(&output) {
            self.inside.push(Inside::Tls(event));
        }
        let Output::Record(record) = output else {
            return None;
        };
        let met = self.edits.meet(EventKind::TlsRecordSent);
        let passed = self.edits.pass(&met, &record);
        self.moments.extend(met.moments);
        let way = &mut self.talk.to_client;
        way.late_ms = way.late_ms.saturating_add(passed.late_ms);
        let bytes = passed.bytes.repeat(usize::from(passed.copies));
        let arrives = passed.copies > 0;
        self.inside.push(Inside::Record(record, passed));
        arrives.then_some(bytes)
    }
}

/// What the trace says of it, where it is a fact.
fn fact(output: &Output) -> Option<Event> {
    let reason = match output {
        Output::Record(_) | Output::Data(_) => return None,
        Output::Established => return Some(Event::TlsEstablished),
        Output::Ended(Ending::Closed) => return Some(Event::TlsClosed),
        Output::Ended(Ending::Refused(alert)) => ["alert sent: ", alert.name()].concat(),
        Output::Ended(Ending::Told(alert)) => ["alert received: ", alert.name()].concat(),
        Output::Ended(Ending::Truncated) => "it ended without close_notify".to_owned(),
    };
    Some(Event::TlsBroken { reason })
}
