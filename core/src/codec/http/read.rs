//! Reading messages: heads by `httparse`, then the body (RFC 9112 §2–§5).
//!
//! Strict where two readers could see different ends of a message: what one of them might drop
//! is refused here. Knows no connections and no resources.

use super::authority::{self, Authority};
use super::body::{Framing, body, framing};
use super::head::head;
use super::refusal::Refusal;
use super::{MAX_BODY, MAX_HEAD, MAX_HEADERS, Request, Response};

/// Empty lines before a request that are passed over (RFC 9112 §2.2).
const MAX_EMPTY_LINES: usize = 4;

/// Sizes beyond which a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the target: 414.
    pub target: usize,
    /// Octets of the body: 413.
    pub body: usize,
}

impl Default for Limits {
    /// The largest message of this codec.
    fn default() -> Self {
        Limits {
            target: MAX_HEAD,
            body: MAX_BODY,
        }
    }
}

/// A whole request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it asks.
    pub request: Request,
    /// Octets it took, with empty lines before it.
    pub used: usize,
    /// The connection stays open behind it (RFC 9112 §9.3).
    pub persists: bool,
    /// Content-Length or Transfer-Encoding says how long the body is.
    pub is_framed: bool,
    is_old: bool,
}

impl Received {
    /// Whom the request is for. `None` in HTTP/1.0 without Host.
    pub fn authority(&self) -> Result<Option<Authority>, Refusal> {
        let hosts: Vec<&[u8]> = self
            .request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("Host"))
            .map(|(_, value)| value.as_bytes())
            .collect();
        authority::of(&self.request.target, &hosts, self.is_old)
    }
}

/// Reads one request from the start of `bytes`, or `None` while octets are missing. A request
/// that cannot become a good one is refused as early as that is known.
pub(super) fn request(bytes: &[u8], limits: Limits) -> Result<Option<Received>, Refusal> {
    let Some(skipped) = empty_lines(bytes)? else {
        return Ok(None);
    };
    let text = &bytes[skipped..];
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut slots);
    let result = parsed.parse(text);
    // A target without an end is too long before its end is seen.
    let target = parsed.path.map_or_else(
        || {
            let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
            let behind = line.iter().position(|b| *b == b' ');
            behind.map_or(0, |at| line.len() - at - 1)
        },
        str::len,
    );
    if target > limits.target {
        return Err(Refusal::bad(
            skipped,
            "a shorter target",
            "a longer one",
            "RFC 9110 §15.5.15",
        )
        .with(414));
    }
    let Some(end) = head(result, text, skipped)? else {
        return Ok(None);
    };
    let target = parsed.path.unwrap_or_default();
    if !target.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::bad(skipped, "a target", target, "RFC 9112 §3.2"));
    }
    let is_old = parsed.version == Some(0);
    let framing = framing(parsed.headers, is_old, skipped, limits.body)?;
    let persists = persists(parsed.headers, is_old);
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: target.to_owned(),
        headers: owned(parsed.headers),
        body: Vec::new(),
    };
    let start = skipped + end;
    Ok(body(
        framing.unwrap_or(Framing::Octets(0)),
        bytes,
        start,
        limits.body,
    )?
    .map(|(body, used)| Received {
        request: Request { body, ..request },
        used,
        persists,
        is_framed: framing.is_some(),
        is_old,
    }))
}

/// Reads one response from the start of `bytes` and how many octets it took.
pub(super) fn response(bytes: &[u8]) -> Result<Option<(Response, usize)>, Refusal> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut slots);
    let result = parsed.parse(bytes);
    let Some(start) = head(result, bytes, 0)? else {
        return Ok(None);
    };
    let status = parsed.code.unwrap_or_default();
    let framing = framing(parsed.headers, parsed.version == Some(0), 0, MAX_BODY)?;
    // These have no body whatever their fields say (RFC 9112 §6.3).
    let framing = match status {
        100..=199 | 204 | 304 => Framing::Octets(0),
        _ => framing.unwrap_or(Framing::Octets(0)),
    };
    let response = Response {
        status,
        reason: parsed.reason.unwrap_or_default().to_owned(),
        headers: owned(parsed.headers),
        body: Vec::new(),
    };
    Ok(body(framing, bytes, start, MAX_BODY)?
        .map(|(body, used)| (Response { body, ..response }, used)))
}

/// Octets of empty lines before a request; `None` while it is open whether there is one more.
fn empty_lines(bytes: &[u8]) -> Result<Option<usize>, Refusal> {
    let mut at = 0;
    while bytes[at..].starts_with(b"\r\n") {
        at += 2;
        if at > 2 * MAX_EMPTY_LINES {
            return Err(Refusal::bad(
                at,
                "a request",
                "empty lines",
                "RFC 9112 §2.2",
            ));
        }
    }
    Ok((!matches!(&bytes[at..], [] | [b'\r'])).then_some(at))
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|h| {
            (
                h.name.to_owned(),
                String::from_utf8_lossy(h.value).into_owned(),
            )
        })
        .collect()
}

/// Does the connection stay open (RFC 9112 §9.3)?
fn persists(headers: &[httparse::Header<'_>], is_old: bool) -> bool {
    let says = |option: &[u8]| {
        headers
            .iter()
            .filter(|h| h.name.eq_ignore_ascii_case("Connection"))
            .flat_map(|h| h.value.split(|b| *b == b','))
            .any(|part| part.trim_ascii().eq_ignore_ascii_case(option))
    };
    !says(b"close") && (!is_old || says(b"keep-alive"))
}
