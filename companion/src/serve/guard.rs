//! Who may ask at all: requests to the server's own addresses, by programs and by pages of those
//! addresses (RFC 9110 §7.4, RFC 9112 §3.2, §6.1; RFC 6454 §7).
//!
//! A page of another site can be led to any address by a name of its own; its browser then names
//! that site in Host. Knows no resources.

use super::http::refuse;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use dmsc_core::codec::http::{Authority, split_target};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What a connection reached, and by which names the server is known besides.
#[derive(Clone)]
pub(super) struct Reached {
    /// The server's end of the connection.
    pub(super) local: SocketAddr,
    /// The client.
    pub(super) from: IpAddr,
    /// Names of the command line, for what stands before the server; one without a port fits
    /// every port.
    pub(super) names: Arc<Vec<Authority>>,
}

impl Reached {
    fn is_own(&self, authority: &Authority) -> bool {
        let address = match self.local.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        authority.is_one_of(&[&address, "localhost"], self.local.port()) || self.is_named(authority)
    }

    fn is_named(&self, authority: &Authority) -> bool {
        self.names.iter().any(|name| match name.port {
            Some(port) => authority.is_one_of(&[&name.host], port),
            None => authority.host == name.host,
        })
    }
}

/// Lets a request through to the resources, or refuses it.
pub(super) async fn guard(
    State(reached): State<Reached>,
    request: Request,
    next: Next,
) -> Response {
    let refused = framing(request.headers())
        .and_then(|()| host(&request, &reached))
        .and_then(|()| origin(request.headers(), &reached));
    match refused {
        Ok(()) => next.run(request).await,
        // Where the end of the request is in doubt, nothing behind it is one.
        Err(status @ (StatusCode::BAD_REQUEST | StatusCode::NOT_IMPLEMENTED)) => {
            let mut response = refuse(status, reached.from);
            let close = header::HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
            response
        }
        Err(status) => refuse(status, reached.from),
    }
}

/// A body in chunks has no other coding and no length beside it; an unclear end is refused.
fn framing(headers: &HeaderMap) -> Result<(), StatusCode> {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return Ok(());
    };
    let is_chunked = coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    let is_alone = codings.next().is_none() && !headers.contains_key(header::CONTENT_LENGTH);
    (is_chunked && is_alone)
        .then_some(())
        .ok_or(StatusCode::BAD_REQUEST)
}

/// One Host, and the server is who is meant.
fn host(request: &Request, reached: &Reached) -> Result<(), StatusCode> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let said = match (hosts.next(), hosts.next()) {
        (None, _) if request.version() == Version::HTTP_10 => None,
        (Some(host), None) => {
            let host = host.to_str().ok().and_then(Authority::parse);
            Some(host.ok_or(StatusCode::BAD_REQUEST)?)
        }
        _ => return Err(StatusCode::BAD_REQUEST),
    };
    // What the target names counts, whatever Host says (RFC 9112 §3.2.2).
    let meant = match request.uri().authority() {
        Some(target) => Some(Authority::parse(target.as_str()).ok_or(StatusCode::BAD_REQUEST)?),
        None => said,
    };
    let is_own = meant.is_none_or(|meant| reached.is_own(&meant));
    is_own.then_some(()).ok_or(StatusCode::MISDIRECTED_REQUEST)
}

/// A page that asks is one of the server's own. A program names no origin.
fn origin(headers: &HeaderMap, reached: &Reached) -> Result<(), StatusCode> {
    let is_own = |origin: &header::HeaderValue| {
        let parts = origin.to_str().ok().and_then(split_target);
        parts.is_some_and(|(scheme, authority, rest)| {
            let authority = Authority::parse(authority);
            rest.is_empty()
                && authority.is_some_and(|a| match scheme {
                    "http" => reached.is_own(&a),
                    // TLS ends at what stands before the server.
                    "https" => reached.is_named(&a),
                    _ => false,
                })
        })
    };
    let all_own = headers.get_all(header::ORIGIN).iter().all(is_own);
    all_own.then_some(()).ok_or(StatusCode::FORBIDDEN)
}
