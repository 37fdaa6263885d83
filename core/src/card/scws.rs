//! The smart card web server: octets of one connection to requests and answers (OMA SCWS 1.1).
//!
//! Knows a start page and one application path; no users, no TLS, no administration. Knows
//! nothing of channels.

use super::view::ResourceView;
use crate::codec::http::{Request, Response};

/// Octets of the longest request taken, head and body.
pub(super) const LIMIT: usize = 64 * 1024;

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<title>Card</title></head><body><h1>Smart card web server</h1>\
<p>Device management is served to the DM Client only.</p></body></html>\n";

/// What is served, for people.
pub(super) fn resources(applet_path: &str) -> Vec<ResourceView> {
    let one = |path: &str, kind: &str, policy: &str, size| ResourceView {
        path: path.to_owned(),
        kind: kind.to_owned(),
        policy: policy.to_owned(),
        size,
    };
    vec![
        one("/", "text/html", "GET: everyone", Some(PAGE.len())),
        one(applet_path, "DM Server", "POST: everyone", None),
    ]
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// For the application.
    Applet(Request),
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
    pub(super) fn next(&mut self, applet_path: &str) -> Option<Outcome> {
        if self.buffer.is_empty() {
            return None;
        }
        match Request::decode(&self.buffer) {
            Ok(Some((request, used))) if used <= LIMIT => {
                self.buffer.drain(..used.min(self.buffer.len()));
                Some(route(request, applet_path))
            }
            Ok(None) if self.buffer.len() <= LIMIT && declared(&self.buffer) <= LIMIT => None,
            Err(_) if declared(&self.buffer) <= LIMIT => Some(self.refuse(400)),
            _ => Some(self.refuse(413)),
        }
    }

    fn refuse(&mut self, status: u16) -> Outcome {
        self.buffer.clear();
        let mut response = Response::new(status);
        close(&mut response);
        Outcome::AnswerAndClose(response)
    }
}

/// Content-Length of the request at the start; 0 when it gives none that can be read.
fn declared(buffer: &[u8]) -> usize {
    buffer
        .split(|octet| *octet == b'\n')
        .take_while(|line| !matches!(line, [] | [b'\r']))
        .find_map(|line| {
            let line = std::str::from_utf8(line).ok()?;
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("Content-Length")
                .then(|| value.trim().parse().ok())?
        })
        .unwrap_or(0)
}

fn route(request: Request, applet_path: &str) -> Outcome {
    let path = path(&request.target);
    let (known, served) = (
        [path == "/", path == applet_path],
        (request.method.as_str(), path == "/", path == applet_path),
    );
    match served {
        ("POST", _, true) => Outcome::Applet(request),
        ("GET", true, _) => answer(&request, Response::new(200).with_body("text/html", PAGE)),
        _ if known == [false, false] => answer(&request, Response::new(404)),
        _ => {
            let allow = match known {
                [true, true] => "GET, POST",
                [true, false] => "GET",
                _ => "POST",
            };
            let mut response = Response::new(405);
            response
                .headers
                .push(("Allow".to_owned(), allow.to_owned()));
            answer(&request, response)
        }
    }
}

fn answer(request: &Request, mut response: Response) -> Outcome {
    if wants_close(request) {
        close(&mut response);
        Outcome::AnswerAndClose(response)
    } else {
        Outcome::Answer(response)
    }
}

/// The client will send nothing after this request (RFC 9112 §9.6).
pub(super) fn wants_close(request: &Request) -> bool {
    request
        .header("Connection")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("close"))
}

fn close(response: &mut Response) {
    let header = ("Connection".to_owned(), "close".to_owned());
    response.headers.push(header);
}

/// The path of a target in origin form, or in absolute form (RFC 9112 §3.2).
fn path(target: &str) -> &str {
    let target = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    };
    target.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(octets: &[u8]) -> Vec<(u16, bool)> {
        let mut scws = Scws::default();
        scws.feed(octets);
        let mut found = Vec::new();
        while let Some(outcome) = scws.next("/dm") {
            found.push(match outcome {
                Outcome::Applet(_) => (0, false),
                Outcome::Answer(response) => (response.status, false),
                Outcome::AnswerAndClose(response) => (response.status, true),
            });
        }
        found
    }

    #[test]
    fn requests_are_routed_by_path_and_method() {
        for (head, status) in [
            ("GET / HTTP/1.1\r\n\r\n", (200, false)),
            ("GET http://127.0.0.1:3516 HTTP/1.1\r\n\r\n", (200, false)),
            ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (200, true)),
            ("DELETE / HTTP/1.1\r\n\r\n", (405, false)),
            ("GET /dm HTTP/1.1\r\n\r\n", (405, false)),
            ("POST /dm?session=1 HTTP/1.1\r\n\r\n", (0, false)),
            ("POST /dm2 HTTP/1.1\r\n\r\n", (404, false)),
            ("\x01\x02\r\n\r\n", (400, true)),
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
    }

    #[test]
    fn requests_that_follow_each_other_are_all_found() {
        let two = b"GET / HTTP/1.1\r\n\r\nPOST /dm HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET";
        assert_eq!(statuses(two), [(200, false), (0, false)]);
    }

    #[test]
    fn what_never_ends_is_refused() {
        let mut long = b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        while long.len() <= LIMIT {
            long.extend(b"4\r\nabcd\r\n");
        }
        assert_eq!(statuses(&long), [(413, true)]);
    }
}
