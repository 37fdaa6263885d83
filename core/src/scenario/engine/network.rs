//! What crosses between the DM Client and DM Servers in the network.

use super::Engine;
use super::cross::{Crossed, Parcel};
use crate::codec::http::Response;
use crate::codec::syncml::{Encoding, Message};
use crate::scenario::crossing::Passed;
use crate::scenario::network::{Bearer, NetworkServer, ServerOutput};
use crate::scenario::record::{Leg, facts, has_work};
use crate::scenario::story::Begins;
use crate::server;
use crate::trace::{Actor, Event, Interface};
use core::net::IpAddr;

/// Whom the DM Client is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The card, through the terminal.
    Card,
    /// A server in the network.
    Server {
        /// Place of the server.
        server: usize,
        /// Number of the connection.
        connection: u32,
    },
}

/// Whether a host is the device itself, behind whose ports the card listens.
fn is_own(host: &str) -> bool {
    let names = ["localhost", "localuicc"];
    host.parse()
        .is_ok_and(|address: IpAddr| address.is_loopback())
        || names.iter().any(|own| host.eq_ignore_ascii_case(own))
}

impl Engine {
    /// Who is at the other end of the DM Client's connection: this part of the card, or the
    /// server.
    pub(super) fn peer(&self, in_card: Actor) -> Actor {
        match self.link {
            Link::Card => in_card,
            Link::Server { .. } => self.outside(),
        }
    }

    /// Who has the servers in the network.
    fn outside(&self) -> Actor {
        match self.network.is_rogue {
            true => Actor::Rogue,
            false => Actor::NetworkDmServer,
        }
    }

    /// The DM Client asks for a connection: to its card, or to a server in the network.
    pub(super) fn connect(&mut self, host: &str, port: u16, secure: bool) {
        let cause = self.talk.client_cause;
        // How the session before ended says nothing of this one.
        self.server_complete = None;
        if is_own(host) {
            self.link = Link::Card;
            let (from, to) = (Actor::DmClient, Actor::Card);
            self.begin(Begins::Connects, from, to, Interface::Dm2, cause);
            return self.connect_card(port, secure);
        }
        let (from, to) = (Actor::DmClient, self.outside());
        self.begin(Begins::Reaches, from, to, Interface::Dm2, cause);
        let server = self.network.find(host, port);
        let server = match (self.bearer(), secure, server) {
            (Bearer::Gone, ..) => return self.unreachable("there is no network".to_owned()),
            (_, true, _) => {
                let reason = "servers in the network do not speak TLS here".to_owned();
                return self.unreachable(reason);
            }
            (.., None) => {
                return self.unreachable(format!("the network has no server {host}:{port}"));
            }
            (.., Some(server)) => server,
        };
        self.connections = self.connections.wrapping_add(1);
        let connection = self.connections;
        self.link = Link::Server { server, connection };
        let event = Event::ConnectionOpened { port };
        let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
        self.talk.client_cause = Some(self.cross(leg.because(cause)).id);
        let late_ms = self.network.bearer.round_trip_ms();
        self.send_late(late_ms, Parcel::Reached(connection));
    }

    fn unreachable(&mut self, reason: String) {
        let (from, to) = (Actor::Terminal, Actor::DmClient);
        let event = Event::ConnectionRefused { reason };
        let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
        let id = self.cross(leg.because(self.talk.client_cause)).id;
        self.talk.client_cause = Some(id);
        self.deliver(Parcel::Refused);
    }

    pub(super) fn is_connected_by(&self, connection: u32) -> bool {
        matches!(self.link, Link::Server { connection: of, .. } if of == connection)
    }

    /// The line to the card carries this message of the DM Client, if it is for the card.
    pub(super) fn carry(&mut self, id: u32) {
        if self.link == Link::Card {
            self.talk.carry(id);
        }
    }

    /// The DM Client closes its connection.
    pub(super) fn hang_up(&mut self) {
        match self.link {
            Link::Card => self.deliver(Parcel::Close),
            Link::Server { server, .. } => {
                self.link = Link::Card;
                self.deliver(Parcel::ServerClose(server));
            }
        }
    }

    /// A request goes to a server in the network.
    pub(super) fn send_up(&mut self, mut crossed: Crossed, server: usize) {
        let way_ms = self.network.bearer.way_ms(crossed.passed.bytes.len());
        let passed = &mut crossed.passed;
        passed.late_ms = passed.late_ms.saturating_add(way_ms);
        self.send(&crossed, |bytes| Parcel::ServerRequest(server, bytes));
    }

    /// How the network is reached now.
    fn bearer(&self) -> Bearer {
        match self.network_is_gone {
            true => Bearer::Gone,
            false => self.network.bearer,
        }
    }

    pub(super) fn server_output(&mut self, server: usize, output: ServerOutput) {
        match output {
            ServerOutput::Push {
                bytes,
                session_id,
                resync,
            } => {
                let (from, event) = (
                    self.outside(),
                    Event::NotificationSent { session_id, resync },
                );
                self.notify(Begins::Called, from, event, bytes);
            }
            ServerOutput::Event(event) => self.network_event(event),
            ServerOutput::Answer(answer) => self.network_answer(server, &answer),
            ServerOutput::Response(response) => self.send_down(server, None, &response, None),
        }
    }

    fn network_event(&mut self, event: server::Event) {
        if let server::Event::SessionEnded { complete, .. } = &event {
            self.server_complete = Some(*complete);
        }
        let Some(event) = facts::of_server(event) else {
            return;
        };
        let leg = Leg::fact(self.outside(), Interface::Internal, event);
        self.cross(leg.because(self.talk.server_cause));
    }

    /// The DM Server answers: as message, then in HTTP.
    fn network_answer(&mut self, server: usize, answer: &server::Answer) {
        let mut response = NetworkServer::respond(answer);
        let encoding = Encoding::from_media_type(&answer.content_type).unwrap_or_default();
        let message = match answer.http_status {
            200 => Message::decode(&answer.body, encoding).ok(),
            _ => None,
        };
        let Some(message) = message else {
            return self.send_down(server, None, &response, None);
        };
        self.talk.server_is_final = message.is_final;
        let (from, to) = (self.outside(), Actor::DmClient);
        let cause = self.talk.server_cause;
        if has_work(&message) {
            self.begin(Begins::Provisions, from, to, Interface::Dm2, cause);
        }
        let event = facts::of_message(&message, answer.package, answer.msg_id, encoding);
        let leg = Leg::message(from, to, Interface::Dm2, event, answer.body.clone());
        let crossed = self.cross(leg.because(cause));
        self.talk.client_cause = Some(crossed.id);
        if crossed.passed.copies > 0 {
            response.body.clone_from(&crossed.passed.bytes);
            self.send_down(server, Some(crossed.id), &response, Some(&crossed.passed));
        }
    }

    /// An HTTP response of a server in the network, with a message that has come so far, or
    /// without one.
    fn send_down(
        &mut self,
        server: usize,
        message: Option<u32>,
        response: &Response,
        inner: Option<&Passed>,
    ) {
        let (from, to) = (self.outside(), Actor::DmClient);
        let event = Event::HttpResponseSent {
            status: response.status,
        };
        let leg = Leg::message(from, to, Interface::Dm2, event, response.encode());
        let leg = leg.because(message.or(self.talk.server_cause));
        let mut crossed = self.cross(leg.within(message));
        self.talk.client_cause = message.or(Some(crossed.id));
        let passed = &mut crossed.passed;
        if let Some(inner) = inner {
            passed.copies = passed.copies.saturating_mul(inner.copies);
            passed.late_ms = passed.late_ms.saturating_add(inner.late_ms);
        }
        let way_ms = self.network.bearer.way_ms(passed.bytes.len());
        passed.late_ms = passed.late_ms.saturating_add(way_ms);
        // A connection that is no more leads nowhere.
        let Link::Server {
            server: of,
            connection,
        } = self.link
        else {
            return;
        };
        if of == server {
            self.send(&crossed, |bytes| Parcel::ServerData(connection, bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_addresses_of_the_device_itself_lead_to_its_card() {
        for own in ["127.0.0.1", "127.8.0.1", "::1", "LocalUICC", "localhost"] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "127.evil.example",
            "128.0.0.1",
            "::2",
            "dm.operator.example",
            "",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }
}
