//! Messages on their way: over which connection, along redirects, and back as responses
//! (SyncML HTTP Binding).

use super::output::{Event, Outgoing, Output};
use super::package;
use super::session::{Received, Session};
use super::state::State;
use super::{DmClient, MAX_REDIRECTS};
use crate::codec::auth::{HMAC_HEADER, HmacHeader};
use crate::codec::http::Response;
use crate::codec::syncml::{Encoding, Message};

impl DmClient {
    /// Sends the next message, over a new connection when the address is another peer's.
    pub(super) fn send(&mut self, session: &mut Session) {
        self.tell_nonce(session);
        session.msg_id += 1;
        if !session.refusing {
            self.queue_alerts(session);
        }
        let message = package::message(session, &self.terms());
        self.note_alerts(&message);
        session.ours.shown = session.ours.is_due();
        let outgoing = self.outgoing(session, &message);
        self.transmit(session, outgoing);
    }

    /// Puts a message on its way.
    fn transmit(&mut self, session: &mut Session, outgoing: Outgoing) {
        session.last = Some(outgoing.clone());
        let connected = session.connected.replace(session.address.clone());
        match connected {
            Some(address) if address.same_peer(&session.address) => {
                self.outputs.push_back(Output::Send(outgoing));
                self.state = State::Waiting;
            }
            other => {
                if other.is_some() {
                    self.outputs.push_back(Output::Close);
                }
                self.outputs.push_back(Output::Connect {
                    host: session.address.host.clone(),
                    port: session.address.port,
                    secure: session.address.secure,
                });
                self.held = Some(outgoing);
                self.state = State::Connecting;
            }
        }
    }

    pub(super) fn outgoing(&self, session: &Session, message: &Message) -> Outgoing {
        let encoding = self.config.encoding;
        let body = message.encode(encoding);
        let hmac = session.ours.header(&session.account.client, &body);
        Outgoing {
            request: package::request(&session.address, encoding, body, hmac.as_ref()),
            package: session.package,
            msg_id: session.msg_id,
        }
    }

    /// Sends the last message where a redirect leads, when that is the same peer.
    fn redirect(&mut self, location: &str) -> bool {
        let Some(mut session) = self.session.take() else {
            return false;
        };
        let to = session
            .connected
            .as_ref()
            .and_then(|a| a.redirected(location));
        let outgoing = match (to, session.last.clone()) {
            (Some(address), Some(mut outgoing)) if session.redirects < MAX_REDIRECTS => {
                outgoing.request.target = address.path;
                outgoing
            }
            _ => {
                self.session = Some(session);
                return false;
            }
        };
        session.redirects += 1;
        session.last = Some(outgoing.clone());
        self.session = Some(session);
        self.outputs.push_back(Output::Send(outgoing));
        true
    }

    pub(super) fn respond(&mut self, response: Response, now_s: u64) {
        let location = match response.status {
            302 | 307 => response.header("Location"),
            _ => None,
        };
        if location.is_some_and(|to| self.redirect(to)) {
            return;
        }
        if response.status != 200 {
            let reason = format!("HTTP {} {}", response.status, response.reason);
            return self.end(false, reason.trim_end());
        }
        if response.body.is_empty() {
            return self.end(false, "the response has no message");
        }
        let encoding = response
            .header("Content-Type")
            .and_then(Encoding::from_media_type)
            .unwrap_or(self.config.encoding);
        let message = match Message::decode(&response.body, encoding) {
            Ok(message) => message,
            Err(error) => {
                self.tell(Event::MalformedMessage(error));
                return self.end(false, "the message cannot be read");
            }
        };
        let Some(mut session) = self.session.take() else {
            return;
        };
        // A header that cannot be read proves nothing.
        let hmac = response.header(HMAC_HEADER).map(|value| {
            HmacHeader::parse(value).unwrap_or(HmacHeader {
                algorithm: None,
                username: String::new(),
                mac: String::new(),
            })
        });
        let received = Received {
            message,
            body: response.body,
            hmac,
        };
        let next = self.receive(&mut session, received, now_s);
        self.go_on(session, next);
    }
}
