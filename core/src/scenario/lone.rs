//! The steps of one actor that runs by itself, its peer being anywhere in a network.
//!
//! Nothing is kept: each fact becomes a step for whoever prints or stores it. Knows no socket.

use super::record::facts;
use crate::client;
use crate::codec::syncml::{AlertCode, Command, Encoding, Message};
use crate::server;
use crate::trace::{Actor, Event, Interface, Step};
use crate::tree::Change;

/// Makes steps of what a lone DM Client or DM Server tells.
#[derive(Clone, Debug)]
pub struct Lone {
    actor: Actor,
    peer: Actor,
    next_id: u32,
    /// Package of the message that crossed last.
    package: u8,
    /// Time of the next steps, milliseconds since the start.
    pub now_ms: u64,
}

impl Lone {
    /// A DM Client whose DM Server is in the network.
    pub fn client() -> Self {
        Lone::new(Actor::DmClient, Actor::NetworkDmServer)
    }

    /// The card's DM Server with a DM Client somewhere.
    pub fn server() -> Self {
        Lone::new(Actor::CardDmServer, Actor::DmClient)
    }

    fn new(actor: Actor, peer: Actor) -> Self {
        Lone {
            actor,
            peer,
            next_id: 0,
            package: 0,
            now_ms: 0,
        }
    }

    /// A message the actor sends, in the package it says.
    pub fn sent(&mut self, package: u8, encoding: Encoding, bytes: &[u8]) -> Step {
        self.package = package;
        self.crossing(self.actor, self.peer, encoding, bytes)
    }

    /// A message of the peer; what it is an answer to, or what it begins, tells its package.
    pub fn received(&mut self, encoding: Encoding, bytes: &[u8]) -> Step {
        self.package = match self.actor {
            Actor::DmClient => self.package + 1,
            _ if Message::decode(bytes, encoding).is_ok_and(|m| opens(&m)) => 1,
            _ => 3,
        };
        self.crossing(self.peer, self.actor, encoding, bytes)
    }

    /// A fact of the DM Client; `None` for one that others say better.
    pub fn client_event(&mut self, event: client::Event) -> Option<Step> {
        let (event, changes) = facts::of_client(event)?;
        Some(self.step(self.actor, self.actor, event, &[], changes))
    }

    /// A fact of the DM Server; `None` for one that others say better.
    pub fn server_event(&mut self, event: server::Event) -> Option<Step> {
        let event = facts::of_server(event)?;
        Some(self.step(self.actor, self.actor, event, &[], Vec::new()))
    }

    fn crossing(&mut self, from: Actor, to: Actor, encoding: Encoding, bytes: &[u8]) -> Step {
        let event = match Message::decode(bytes, encoding) {
            Ok(message) => {
                let msg_id = message.hdr.msg_id.parse().unwrap_or_default();
                facts::of_message(&message, self.package, msg_id, encoding)
            }
            Err(error) => Event::MalformedReceived {
                error: error.to_string(),
            },
        };
        self.step(from, to, event, bytes, Vec::new())
    }

    fn step(
        &mut self,
        from: Actor,
        to: Actor,
        event: Event,
        bytes: &[u8],
        changes: Vec<Change>,
    ) -> Step {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        Step {
            id,
            tick: self.now_ms,
            enabler_step: 0,
            from,
            to,
            interface: if from == to {
                Interface::Internal
            } else {
                Interface::Dm2
            },
            event,
            bytes: bytes.to_vec(),
            fate: None,
            arrived: Vec::new(),
            changes,
            cause: None,
            enclosing: None,
        }
    }
}

/// Whether a message begins a session: Package #1.
fn opens(message: &Message) -> bool {
    message.commands.iter().any(|command| {
        matches!(command, Command::Alert(alert) if matches!(
            alert.code,
            AlertCode::SERVER_INITIATED | AlertCode::CLIENT_INITIATED
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::{Alert, StatusCode, SyncHdr};

    fn message(alert: AlertCode) -> Vec<u8> {
        let message = Message {
            hdr: SyncHdr {
                session_id: "A1F".into(),
                msg_id: "1".into(),
                ..SyncHdr::default()
            },
            commands: vec![Command::Alert(Alert {
                code: alert,
                ..Alert::default()
            })],
            is_final: true,
        };
        message.encode(Encoding::Xml)
    }

    #[test]
    fn lines_say_who_sent_what() {
        let mut client = Lone::client();
        let bytes = message(AlertCode::CLIENT_INITIATED);
        let size = bytes.len();
        assert_eq!(
            client.sent(1, Encoding::Xml, &bytes).line(),
            format!("DM Client → DM Server [DM-2]: Package #1 · Alert 1201 · {size} B")
        );
        let answer = client.received(Encoding::Xml, &message(AlertCode::SESSION_ABORT));
        assert!(answer.line().starts_with("DM Server → DM Client"));
        assert!(answer.line().contains("Package #2"));
        let broken = client.received(Encoding::Wbxml, b"<");
        assert!(
            broken.line().contains("Malformed bytes"),
            "{}",
            broken.line()
        );
        assert_eq!(broken.id, 2);
    }

    #[test]
    fn a_server_knows_the_package_by_its_alert() {
        let mut server = Lone::server();
        let first = server.received(Encoding::Xml, &message(AlertCode::SERVER_INITIATED));
        assert!(first.line().contains("Package #1"));
        let later = server.received(Encoding::Xml, &message(AlertCode::NEXT_MESSAGE));
        assert!(later.line().contains("Package #3"));
        let fact = server.server_event(server::Event::ClientAuthenticated {
            name: "dmclient".into(),
            code: StatusCode::AUTHENTICATED,
        });
        assert_eq!(
            fact.map(|step| step.line()).as_deref(),
            Some(
                "Card DM Server: Credentials accepted · 212 authentication accepted for the session"
            )
        );
    }
}
