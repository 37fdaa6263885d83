//! HTTP/1.1 messages as DM and the card web server use them (OMA-TS-SyncML_HTTPBinding-V1_2_1,
//! SCWS 1.1): a start line, headers, a body with Content-Length or chunks.
//!
//! Heads are parsed by `httparse`; knows nothing of connections.

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
