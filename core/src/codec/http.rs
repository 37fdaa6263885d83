//! HTTP/1.1 messages as DM and the card web server use them (OMA-TS-SyncML_HTTPBinding-V1_2_1,
//! SCWS 1.1): a start line, headers, a body with Content-Length or chunks.
//!
//! Heads are parsed by `httparse`; knows nothing of connections.

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

    /// Reads one request from the start of `bytes`: the request and how many octets it took, or
    /// `None` while octets are missing.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, DecodeError> {
        let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Request::new(&mut slots);
        let Some(head) = head(parsed.parse(bytes), bytes)? else {
            return Ok(None);
        };
        let mut request = Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            headers: owned(parsed.headers),
            body: Vec::new(),
        };
        let Some((body, end)) = body(&request.headers, bytes, head)? else {
            return Ok(None);
        };
        request.body = body;
        Ok(Some((request, end)))
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
        let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut slots);
        let Some(head) = head(parsed.parse(bytes), bytes)? else {
            return Ok(None);
        };
        let mut response = Response {
            status: parsed.code.unwrap_or_default(),
            reason: parsed.reason.unwrap_or_default().to_owned(),
            headers: owned(parsed.headers),
            body: Vec::new(),
        };
        let Some((body, end)) = body(&response.headers, bytes, head)? else {
            return Ok(None);
        };
        response.body = body;
        Ok(Some((response, end)))
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
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
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

/// Length of the head, or `None` while it is incomplete.
fn head(
    parsed: Result<httparse::Status<usize>, httparse::Error>,
    bytes: &[u8],
) -> Result<Option<usize>, DecodeError> {
    let too_long = || {
        DecodeError::new(MAX_HEAD, "a head of at most 8192 octets", "a longer one")
            .clause("RFC 9112 §3")
    };
    match parsed {
        Ok(httparse::Status::Complete(n)) if n <= MAX_HEAD => Ok(Some(n)),
        Ok(httparse::Status::Partial) if bytes.len() <= MAX_HEAD => Ok(None),
        Ok(_) => Err(too_long()),
        // The parser does not tell where it stopped: the line that cannot be is the best place.
        Err(error) => {
            Err(
                DecodeError::new(bad_line(bytes), "a head of HTTP/1.1", error.to_string())
                    .clause("RFC 9112 §2"),
            )
        }
    }
}

/// Start of the first line that is neither a start line nor a header.
fn bad_line(bytes: &[u8]) -> usize {
    let mut at = 0;
    for (n, line) in bytes.split(|b| *b == b'\n').enumerate() {
        let fine = if n == 0 {
            line.windows(7).any(|w| w == b"HTTP/1.")
        } else {
            line.contains(&b':') || line == b"\r"
        };
        if !fine {
            return at.min(bytes.len());
        }
        at += line.len() + 1;
    }
    0
}

/// The body and where it ends, or `None` while octets are missing.
fn body(
    headers: &[(String, String)],
    bytes: &[u8],
    start: usize,
) -> Result<Option<(Vec<u8>, usize)>, DecodeError> {
    let rest = &bytes[start..];
    let chunked = header(headers, "Transfer-Encoding").is_some_and(|value| {
        value
            .to_ascii_lowercase()
            .split(',')
            .any(|v| v.trim() == "chunked")
    });
    if chunked {
        return chunks(rest, start);
    }
    let Some(length) = header(headers, "Content-Length") else {
        return Ok(Some((Vec::new(), start)));
    };
    let wrong = |expected: &'static str| {
        DecodeError::new(0, expected, format!("Content-Length {length}")).clause("RFC 9112 §6.2")
    };
    let length: usize = length
        .trim()
        .parse()
        .map_err(|_| wrong("a number of octets"))?;
    if length > MAX_BODY {
        return Err(wrong("a body of at most 262144 octets"));
    }
    Ok(rest
        .get(..length)
        .map(|body| (body.to_vec(), start + length)))
}

fn chunks(rest: &[u8], start: usize) -> Result<Option<(Vec<u8>, usize)>, DecodeError> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let (used, size) = match httparse::parse_chunk_size(&rest[at..]) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => {
                return Err(
                    DecodeError::new(start + at, "a chunk size", "something else")
                        .clause("RFC 9112 §7.1"),
                );
            }
        };
        at += used;
        if size > (MAX_BODY - body.len()) as u64 {
            return Err(DecodeError::new(
                start + at,
                "a body of at most 262144 octets",
                "a longer one",
            ));
        }
        let size = size as usize;
        let Some(chunk) = rest.get(at..at + size) else {
            return Ok(None);
        };
        body.extend_from_slice(chunk);
        at += size;
        match rest.get(at..at + 2) {
            Some(b"\r\n") => at += 2,
            Some(_) => {
                return Err(
                    DecodeError::new(start + at, "the end of a chunk", "something else")
                        .clause("RFC 9112 §7.1"),
                );
            }
            None => return Ok(None),
        }
        if size == 0 {
            return Ok(Some((body, start + at)));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_whole_and_only_whole() {
        let request = Request {
            method: "POST".into(),
            target: "/dm".into(),
            headers: vec![("Host".into(), "127.0.0.1:3516".into())],
            body: b"hello".to_vec(),
        };
        let bytes = request.encode();
        for cut in 0..bytes.len() {
            assert_eq!(
                Request::decode(&bytes[..cut]).unwrap(),
                None,
                "cut at {cut}"
            );
        }
        let (found, used) = Request::decode(&[&bytes[..], b"GET"].concat())
            .unwrap()
            .unwrap();
        assert_eq!(used, bytes.len());
        assert_eq!(found.header("content-length"), Some("5"));
        assert_eq!(found.body, b"hello");
    }

    /// Shows HTTP-3.
    #[test]
    fn chunks_are_joined() {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let (response, used) = Response::decode(bytes).unwrap().unwrap();
        assert_eq!((response.body, used), (b"abcde".to_vec(), bytes.len()));
    }

    #[test]
    fn an_empty_response_has_an_end() {
        let bytes = Response::new(404).encode();
        assert_eq!(Response::decode(&bytes).unwrap().unwrap().1, bytes.len());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for bytes in [
            &b"\x00\x01\x02 nonsense\r\n\r\n"[..],
            b"POST /dm HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            b"POST /dm HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n",
        ] {
            assert!(
                Request::decode(bytes).is_err(),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
        assert!(Request::decode(&vec![b'a'; MAX_HEAD + 1]).is_err());
    }
}
