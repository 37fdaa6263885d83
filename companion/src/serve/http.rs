//! The HTTP binding of a DM server: one path, one method, two media types
//! (OMA-TS-SyncML_HTTPBinding-V1_2_1).
//!
//! Bodies are bounded in size and time before anything reads them.

use super::desk::{Desk, Request};
use super::guard::{Reached, guard};
use crate::print;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dmsc_core::codec::auth::HMAC_HEADER;
use dmsc_core::codec::http::reason;
use dmsc_core::codec::syncml::Encoding;
use dmsc_core::server::{Answer, SESSION_PARAMETER};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Mark on a response whose request brought a right proof of its client.
#[derive(Clone, Copy)]
pub(super) struct Proven;

/// What requests share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) desk: Arc<Mutex<Desk>>,
    /// Bytes of the largest message taken.
    pub(super) max_message: usize,
    /// Told whenever sessions may have ended.
    pub(super) ended: Arc<Notify>,
}

impl Shared {
    /// The server, for one message; nothing waits while it is held.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Desk) -> T) -> T {
        act(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The resources for a client: `/dm` takes POST, and there is nothing else.
pub(super) fn router(shared: Shared, reached: Reached) -> Router {
    Router::new()
        .route("/dm", post(dm))
        .with_state((shared, reached.from))
        .layer(middleware::from_fn_with_state(reached, guard))
}

async fn dm(
    State((shared, from)): State<(Shared, IpAddr)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let content_type = text(&headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut request = Request {
        from,
        content_type,
        hmac: text(&headers, HMAC_HEADER),
        body: &[],
        session: session(&uri),
        base: format!(
            "http://{}{}",
            text(&headers, header::HOST.as_str()).unwrap_or_default(),
            uri.path()
        ),
    };
    if Encoding::from_media_type(content_type).is_none() {
        // Refused before the body is waited for.
        return handled(&shared, &request);
    }
    let body = Limited::new(body, shared.max_message).collect();
    let collected = tokio::time::timeout(BODY_TIME, body).await;
    let body = match collected {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, from);
        }
        Ok(Err(_)) => return refuse(StatusCode::BAD_REQUEST, from),
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, from),
    };
    request.body = &body;
    handled(&shared, &request)
}

fn handled(shared: &Shared, request: &Request<'_>) -> Response {
    let handled = shared.with(|desk| desk.handle(request, Instant::now()));
    say(&handled.lines);
    shared.ended.notify_one();
    let mut response = match handled.answer {
        Some(answer) => response(answer),
        None => refusal(StatusCode::INTERNAL_SERVER_ERROR),
    };
    if handled.proven {
        response.extensions_mut().insert(Proven);
    }
    response
}

/// Lines for whoever watches. Nobody watching is no reason to stop serving.
pub(super) fn say(lines: &[String]) {
    if !lines.is_empty() {
        let _ = print(&format!("{}\n", lines.join("\n")));
    }
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.http_status).unwrap_or_default();
    if status != StatusCode::OK {
        return refusal(status);
    }
    let headers = [
        (header::CONTENT_TYPE, answer.content_type),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = (status, headers, answer.body).into_response();
    let hmac = answer.hmac.map(|hmac| HeaderValue::from_str(&hmac));
    if let Some(Ok(hmac)) = hmac {
        response
            .headers_mut()
            .insert(HeaderName::from_static(HMAC_HEADER), hmac);
    }
    response
}

pub(super) fn refuse(status: StatusCode, from: IpAddr) -> Response {
    say(&[format!("{from}: HTTP {}", status.as_u16())]);
    refusal(status)
}

/// A refusal in the words of HTTP, with what would have been taken.
fn refusal(status: StatusCode) -> Response {
    let mut words = format!("{}\n", reason(status.as_u16()));
    let (wbxml, xml) = (Encoding::Wbxml.media_type(), Encoding::Xml.media_type());
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        words.push_str(&format!(
            "A DM message is {wbxml}, or {xml} when it is text.\n"
        ));
    }
    let mut response = (status, words).into_response();
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let taken = format!("{wbxml}, {xml}");
        if let Ok(value) = HeaderValue::from_str(&taken) {
            response.headers_mut().insert(header::ACCEPT, value);
        }
    }
    response
}

/// Name of a session in an address.
fn session(uri: &Uri) -> Option<&str> {
    let mut parameters = uri.query()?.split('&').filter_map(|p| p.split_once('='));
    parameters
        .find(|(name, _)| *name == SESSION_PARAMETER)
        .map(|(_, value)| value)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
