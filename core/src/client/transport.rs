//! Messages on their way: over which connection, along redirects, and back as responses
//! (SyncML HTTP Binding).

use super::DmClient;
use super::answers::{Next, Received};
use super::output::{Event, Output};
use super::package;
use super::session::Ending;
use super::state::State;
use super::work::Wait;
use crate::codec::auth::{HMAC_HEADER, HmacHeader};
use crate::codec::http::Response;
use crate::codec::syncml::{Encoding, Message};
use crate::dm::MAX_MESSAGES;

/// Redirects of one session that are followed.
const MAX_REDIRECTS: u8 = 5;

impl DmClient {
    /// Does what a message of the server, or the end of a wait, asks for.
    pub(super) fn go_on(&mut self, next: Next) {
        match next {
            Next::Send => self.send(),
            Next::Repeat => {
                let last = self.session.as_ref().and_then(|s| s.last.clone());
                self.device.outputs.extend(last.map(Output::Send));
                self.state = State::Waiting;
            }
            Next::Wait(Wait::Ask(question)) => {
                self.device.put(Output::Ask(question));
                self.state = State::Interacting;
            }
            Next::Wait(Wait::Execute(execution)) => {
                self.device.put(Output::Execute(execution));
                self.state = State::Executing;
            }
            Next::End(ending) => self.end(ending),
        }
    }

    /// Sends the next message, over a new connection when the address is another peer's.
    pub(super) fn send(&mut self) {
        let device = &mut self.device;
        let Some(session) = &mut self.session else {
            return;
        };
        if session.msg_id >= MAX_MESSAGES {
            let reason = "the session does not come to an end".to_owned();
            return self.end(Ending::Refused(reason));
        }
        session.tell_nonce(device);
        session.msg_id += 1;
        if !session.refusing {
            package::queue_alerts(session, device);
        }
        let message = package::message(session, &device.config);
        device.alerts.note(&message);
        session.ours.shown = session.ours.is_due();
        let outgoing = package::outgoing(session, &message, device.config.encoding);
        device.records.sent(&outgoing.request.body);
        session.last = Some(outgoing.clone());
        let to = session.address.clone();
        match session.connected.replace(to.clone()) {
            Some(address) if address.same_peer(&to) => {
                device.put(Output::Send(outgoing));
                self.state = State::Waiting;
            }
            other => {
                if other.is_some() {
                    device.put(Output::Close);
                }
                device.put(Output::Connect {
                    host: to.host,
                    port: to.port,
                    secure: to.secure,
                });
                self.held = Some(outgoing);
                self.state = State::Connecting;
            }
        }
    }

    /// Sends the last message where a redirect leads, when that is the same peer; the error says
    /// what else the redirect does.
    fn redirect(&mut self, location: &str) -> Result<(), &'static str> {
        let session = self.session.as_mut();
        let sent = session.and_then(|s| {
            let (from, last) = (s.connected.as_ref()?, s.last.as_mut()?);
            Some((from, last, &mut s.redirects))
        });
        let Some((from, last, redirects)) = sent else {
            return Err("follows no message");
        };
        let address = from.redirected(location)?;
        if *redirects >= MAX_REDIRECTS {
            return Err("is one too many");
        }
        *redirects += 1;
        last.request.target = address.path;
        let again = Output::Send(last.clone());
        self.device.put(again);
        Ok(())
    }

    /// Takes a response, which has a message of the server in it or ends the session.
    pub(super) fn respond(&mut self, response: Response, now_s: u64) {
        let location = match response.status {
            302 | 307 => response.header("Location"),
            _ => None,
        };
        if let Some(to) = location {
            match self.redirect(to) {
                Ok(()) => return,
                Err(why) => {
                    let reason = format!("HTTP {}: the redirect {why}", response.status);
                    return self.end(Ending::Refused(reason));
                }
            }
        }
        if response.status != 200 {
            let reason = format!("HTTP {} {}", response.status, response.reason);
            return self.end(Ending::Refused(reason.trim_end().to_owned()));
        }
        if response.body.is_empty() {
            let reason = "the response has no message".to_owned();
            return self.end(Ending::Refused(reason));
        }
        let encoding = response
            .header("Content-Type")
            .and_then(Encoding::from_media_type)
            .unwrap_or(self.device.config.encoding);
        let message = match Message::decode(&response.body, encoding) {
            Ok(message) => message,
            Err(error) => {
                self.device.tell(Event::MalformedMessage(error));
                let reason = "the message cannot be read".to_owned();
                return self.end(Ending::Refused(reason));
            }
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
        let Some(session) = &mut self.session else {
            return;
        };
        let next = session.receive(&mut self.device, received, now_s);
        self.go_on(next);
    }
}
