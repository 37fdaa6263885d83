//! The smart card web server: octets of one connection to requests and answers (OMA SCWS 1.1,
//! RFC 9112).
//!
//! Serves HTTP only; TLS would lie below. Knows nothing of channels.

mod admin;
mod auth;
mod serve;
mod site;

pub(super) use admin::Admin;
pub use admin::{AdminServer, AdminState};
pub(super) use serve::Web;
pub use site::{Access, MAX_CONTENT, MAX_PATH, MAX_RESOURCES, Resource, Rule, Scheme, Site, User};

use crate::codec::http::{Request, Response};
use serve::{Asker, Served, with_header};

/// Octets of the longest request taken, head and body.
pub(super) const LIMIT: usize = 64 * 1024;

/// Octets of the longest head taken.
const MAX_HEAD: usize = 8 * 1024;

/// Octets of the longest request target taken.
const MAX_TARGET: usize = 2048;

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
        if self.buffer.is_empty() {
            return None;
        }
        if let Some(status) = Head::read(&self.buffer).refusal(self.buffer.len()) {
            return Some(self.refuse(status));
        }
        match Request::decode(&self.buffer) {
            Ok(Some((request, used))) if used <= LIMIT => {
                let ends = wants_close(&request, &self.buffer);
                self.buffer.drain(..used.min(self.buffer.len()));
                Some(route(request, ends, web))
            }
            Ok(None) if self.buffer.len() <= LIMIT => None,
            Err(_) => Some(self.refuse(400)),
            _ => Some(self.refuse(413)),
        }
    }

    fn refuse(&mut self, status: u16) -> Outcome {
        self.buffer.clear();
        Outcome::AnswerAndClose(closing(Response::new(status)))
    }
}

/// What can be said of a request before all of it is there.
struct Head<'a> {
    /// Start line, once it is whole.
    start: Option<&'a str>,
    /// Headers so far.
    headers: Vec<(&'a str, &'a str)>,
    /// The empty line is there.
    whole: bool,
}

impl<'a> Head<'a> {
    fn read(buffer: &'a [u8]) -> Self {
        let mut head = Head {
            start: None,
            headers: Vec::new(),
            whole: false,
        };
        let within = &buffer[..buffer.len().min(MAX_HEAD)];
        for line in within.split_inclusive(|octet| *octet == b'\n') {
            let Some(line) = line.strip_suffix(b"\n") else {
                break;
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let text = std::str::from_utf8(line).unwrap_or_default();
            if head.start.is_none() {
                head.start = Some(text);
            } else if line.is_empty() {
                head.whole = true;
                break;
            } else if let Some((name, value)) = text.split_once(':') {
                head.headers.push((name, value.trim()));
            }
        }
        head
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = move |of: &&(&str, &str)| of.0.eq_ignore_ascii_case(name);
        let found: Vec<&str> = self.headers.iter().filter(named).map(|(_, v)| *v).collect();
        found.into_iter()
    }

    /// The status a request is refused with although it may go on, if it is.
    fn refusal(&self, length: usize) -> Option<u16> {
        let Some(start) = self.start else {
            return (length > MAX_TARGET + 32).then_some(414);
        };
        let mut parts = start.split(' ');
        let (method, target, version) = (parts.next(), parts.next(), parts.next());
        if target.is_some_and(|target| target.len() > MAX_TARGET) {
            return Some(414);
        }
        match version {
            Some("HTTP/1.0" | "HTTP/1.1") => {}
            // Any other version is one of a protocol that is not spoken here.
            Some(version) if version.starts_with("HTTP/") => return Some(505),
            _ => return Some(400),
        }
        if !self.whole {
            return (length > MAX_HEAD).then_some(400);
        }
        let coded = self.values("Transfer-Encoding").next();
        if coded.is_some_and(|value| !value.eq_ignore_ascii_case("chunked")) {
            return Some(501);
        }
        let mut lengths = self.values("Content-Length");
        match (lengths.next(), coded) {
            // Two ways to find the end of a body are none (RFC 9112 §6.3).
            (Some(_), Some(_)) => Some(400),
            (Some(first), None) if lengths.any(|other| other != first) => Some(400),
            (Some(octets), None) => match octets.parse::<u64>() {
                Ok(octets) if octets > LIMIT as u64 => Some(413),
                Ok(_) => None,
                Err(_) => Some(400),
            },
            (None, None) if matches!(method, Some("POST" | "PUT")) => Some(411),
            _ => None,
        }
    }
}

fn route(request: Request, ends: bool, web: &mut Web) -> Outcome {
    match web.serve(&request, Asker::Client) {
        Served::Applet => Outcome::Applet(request, ends),
        Served::Answer(response) if ends => Outcome::AnswerAndClose(closing(response)),
        Served::Answer(response) => Outcome::Answer(response),
    }
}

/// The client will send nothing after this request (RFC 9112 §9.3, §9.6).
fn wants_close(request: &Request, buffer: &[u8]) -> bool {
    let says = |option: &str| {
        request.header("Connection").is_some_and(|value| {
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(option))
        })
    };
    let start = Head::read(buffer).start.unwrap_or_default();
    says("close") || (start.ends_with("HTTP/1.0") && !says("keep-alive"))
}

fn closing(response: Response) -> Response {
    with_header(response, "Connection", "close".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(octets: &[u8]) -> Vec<(u16, bool)> {
        let mut scws = Scws::default();
        let mut web = Web::new(Site::default(), "/dm", 1);
        scws.feed(octets);
        let mut found = Vec::new();
        while let Some(outcome) = scws.next(&mut web) {
            found.push(match outcome {
                Outcome::Applet(_, ends) => (0, ends),
                Outcome::Answer(response) => (response.status, false),
                Outcome::AnswerAndClose(response) => (response.status, true),
            });
        }
        found
    }

    /// Shows SCWS-1, SCWS-8, SCWS-10, SCWS-11.
    #[test]
    fn requests_are_routed_by_path_and_method() {
        for (head, status) in [
            ("GET / HTTP/1.1\r\n\r\n", (200, false)),
            ("HEAD / HTTP/1.1\r\n\r\n", (200, false)),
            ("GET /% HTTP/1.1\r\n\r\n", (400, false)),
            ("GET /a/../ HTTP/1.1\r\n\r\n", (400, false)),
            ("GET /%2F HTTP/1.1\r\n\r\n", (404, false)),
            ("GET http://127.0.0.1:3516 HTTP/1.1\r\n\r\n", (200, false)),
            ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (200, true)),
            ("GET / HTTP/1.0\r\n\r\n", (200, true)),
            (
                "GET / HTTP/1.0\r\nConnection: foo, keep-alive\r\n\r\n",
                (200, false),
            ),
            ("GET / HTTP/2.0\r\n\r\n", (505, true)),
            ("DELETE / HTTP/1.1\r\n\r\n", (405, false)),
            ("PATCH / HTTP/1.1\r\n\r\n", (501, false)),
            ("GET /dm HTTP/1.1\r\n\r\n", (405, false)),
            ("GET /dm/trigger HTTP/1.1\r\n\r\n", (204, false)),
            (
                "POST /dm?session=1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                (0, false),
            ),
            ("POST /dm HTTP/1.1\r\n\r\n", (411, true)),
            (
                "POST /dm2 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                (404, false),
            ),
            ("\x01\x02\r\n\r\n", (400, true)),
            (
                "POST /dm HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                (400, true),
            ),
            (
                "POST /dm HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                (400, true),
            ),
            (
                "POST /dm HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                (400, true),
            ),
            (
                "POST /dm HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
                (501, true),
            ),
            (
                "POST /dm HTTP/1.1\r\nContent-Length: 65537\r\n\r\n",
                (413, true),
            ),
            (
                "POST /dm HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
                (413, true),
            ),
        ] {
            assert_eq!(statuses(head.as_bytes()), [status], "{head}");
        }
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(300));
        assert_eq!(statuses(long.as_bytes()), [(414, false)]);
        let longer = format!("GET /{}", "a".repeat(3000));
        assert_eq!(statuses(longer.as_bytes()), [(414, true)]);
    }

    #[test]
    fn requests_that_follow_each_other_are_all_found() {
        let two = b"GET / HTTP/1.1\r\n\r\nPOST /dm HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET";
        assert_eq!(statuses(two), [(200, false), (0, false)]);
    }

    /// Shows SCWS-8.
    #[test]
    fn what_never_ends_is_refused() {
        let mut long = b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        while long.len() <= LIMIT {
            long.extend(b"4\r\nabcd\r\n");
        }
        assert_eq!(statuses(&long), [(413, true)]);
    }
}
