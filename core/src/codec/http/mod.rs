//! HTTP/1.1 messages as DM and the card web server use them (OMA-TS-SyncML_HTTPBinding-V1_2_1,
//! SCWS 1.1): a start line, headers, a body with Content-Length or chunks.
//!
//! One reader for all who take messages ([`Request::read`]); knows nothing of connections.

mod authority;
mod body;
mod head;
mod read;
mod refusal;
#[cfg(test)]
mod tests;

pub use authority::{Authority, split as split_target};
pub use read::{Limits, Received};
pub use refusal::Refusal;

use super::DecodeError;

/// Octets of the longest head taken.
pub const MAX_HEAD: usize = 8 * 1024;
/// Headers of the longest head taken.
pub const MAX_HEADERS: usize = 64;
/// Octets of the longest body taken.
pub const MAX_BODY: usize = 256 * 1024;

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `POST`, `GET` …
    pub method: String,
    /// Request target: the path, with query if any.
    pub target: String,
    /// Names as written and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body after removal of chunking.
    pub body: Vec<u8>,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Three digits.
    pub status: u16,
    /// Reason phrase.
    pub reason: String,
    /// Names as written and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body after removal of chunking.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Reads one request from the start of `bytes`, with all that is known of its connection, or
    /// `None` while octets are missing. Whom it is for is not looked at.
    pub fn read(bytes: &[u8], limits: Limits) -> Result<Option<Received>, Refusal> {
        read::request(bytes, limits)
    }

    /// Reads one request from the start of `bytes`: the request and how many octets it took, or
    /// `None` while octets are missing.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, DecodeError> {
        let received = Self::read(bytes, Limits::default()).map_err(|refusal| refusal.error)?;
        let Some(received) = received else {
            return Ok(None);
        };
        received.authority().map_err(|refusal| refusal.error)?;
        Ok(Some((received.request, received.used)))
    }

    /// The octets; Content-Length is added when there is a body and no such header.
    pub fn encode(&self) -> Vec<u8> {
        let start = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        encode(start, &self.headers, &self.body)
    }
}

impl Request {
    /// Puts another body in place of the one there is; Content-Length follows it.
    pub fn set_body(&mut self, body: Vec<u8>) {
        for (name, value) in &mut self.headers {
            if name.eq_ignore_ascii_case("Content-Length") {
                *value = body.len().to_string();
            }
        }
        self.body = body;
    }
}

impl Response {
    /// A response with its usual reason phrase.
    pub fn new(status: u16) -> Self {
        Response {
            status,
            reason: reason(status).to_owned(),
            ..Response::default()
        }
    }

    /// The same with a body of a media type.
    #[must_use]
    pub fn with_body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers
            .push(("Content-Type".to_owned(), media_type.to_owned()));
        self.body = body.into();
        self
    }

    /// The value of a header; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Reads one response from the start of `bytes`: the response and how many octets it took,
    /// or `None` while octets are missing. A response without Content-Length and without chunks
    /// has no body, as the peers here always give one of the two.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, DecodeError> {
        read::response(bytes).map_err(|refusal| refusal.error)
    }

    /// The octets; Content-Length is added when no such header is there, also for an empty body,
    /// so that the peer knows where the response ends.
    pub fn encode(&self) -> Vec<u8> {
        let start = format!("HTTP/1.1 {} {}\r\n", self.status, self.reason);
        let mut headers = self.headers.clone();
        if self.body.is_empty() && self.header("Content-Length").is_none() && self.status != 204 {
            headers.push(("Content-Length".to_owned(), "0".to_owned()));
        }
        encode(start, &headers, &self.body)
    }
}

/// Usual reason phrase of a status (RFC 9110 §15); empty for others.
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn encode(start: String, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut text = start;
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    if !body.is_empty() && header(headers, "Content-Length").is_none() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
