//! The smart card web server: octets of one connection to requests and answers (OMA SCWS 1.1,
//! RFC 9112).
//!
//! Serves HTTP only; TLS would lie below. Knows nothing of channels.

mod admin;
mod auth;
mod serve;
mod site;
#[cfg(test)]
mod tests;

pub(super) use admin::Admin;
pub use admin::{AdminServer, AdminState};
pub(super) use serve::Web;
pub use site::{Access, MAX_CONTENT, MAX_PATH, MAX_RESOURCES, Resource, Rule, Scheme, Site, User};

use crate::codec::http::{Limits, Request, Response};
use serve::{Asker, Served, with_header};

/// Octets of the longest request taken, head and body.
pub(super) const LIMIT: usize = 64 * 1024;

/// Sizes of requests to the card.
const LIMITS: Limits = Limits {
    target: 2048,
    body: LIMIT,
};

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// For the application; whether the connection ends after the answer.
    Applet(Request, bool),
    /// Answered by the web server itself.
    Answer(Response),
    /// Answered, and the rest of the connection makes no sense any more.
    AnswerAndClose(Response),
}

/// Octets of a connection that are not yet a whole request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scws {
    buffer: Vec<u8>,
}

impl Scws {
    /// Octets from the client.
    pub(super) fn feed(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
    }

    /// Octets kept.
    pub(super) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// The next whole request, if there is one.
    pub(super) fn next(&mut self, web: &mut Web) -> Option<Outcome> {
        let received = match Request::read(&self.buffer, LIMITS) {
            Ok(Some(received)) if received.used <= LIMIT => received,
            Ok(None) if self.buffer.len() <= LIMIT => return None,
            Ok(_) => return Some(self.refuse(413)),
            Err(refusal) => return Some(self.refuse(refusal.status)),
        };
        let authority = match received.authority() {
            Ok(authority) => authority,
            Err(refusal) => return Some(self.refuse(refusal.status)),
        };
        let bears = matches!(received.request.method.as_str(), "POST" | "PUT");
        if bears && !received.is_framed {
            return Some(self.refuse(411));
        }
        self.buffer.drain(..received.used.min(self.buffer.len()));
        let served = if authority.is_none_or(|authority| web.is_own(&authority)) {
            web.serve(&received.request, Asker::Client)
        } else {
            // Whoever was sent here by a name of its own means another server
            // (RFC 9110 §7.4).
            Served::Answer(Response::new(421))
        };
        let ends = !received.persists;
        Some(match served {
            Served::Applet => Outcome::Applet(received.request, ends),
            Served::Answer(response) if ends => Outcome::AnswerAndClose(closing(response)),
            Served::Answer(response) => Outcome::Answer(response),
        })
    }

    fn refuse(&mut self, status: u16) -> Outcome {
        self.buffer.clear();
        Outcome::AnswerAndClose(closing(Response::new(status)))
    }
}

fn closing(response: Response) -> Response {
    with_header(response, "Connection", "close".to_owned())
}
