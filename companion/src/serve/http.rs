//! The HTTP binding of a DM server: one path, one method, two media types
//! (OMA-TS-SyncML_HTTPBinding-V1_2_1).
//!
//! Bodies are bounded in size and time before anything reads them.

use super::clients::{Clients, Request};
use crate::print;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dmsc_core::codec::http::reason;
use dmsc_core::codec::syncml::Encoding;
use dmsc_core::server::Answer;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(30);

/// What requests share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) clients: Arc<Mutex<Clients>>,
    /// Told whenever sessions may have ended.
    pub(super) ended: Arc<Notify>,
}

impl Shared {
    /// The clients, for one message; nothing panics while it holds them.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Clients) -> T) -> T {
        act(&mut self.clients.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The resources for a client at an address: `/dm` takes POST, and there is nothing else.
pub(super) fn router(shared: Shared, from: IpAddr) -> Router {
    Router::new()
        .route("/dm", post(dm))
        .with_state((shared, from))
}

async fn dm(
    State((shared, from)): State<(Shared, IpAddr)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let content_type = text(&headers, &header::CONTENT_TYPE);
    if Encoding::from_media_type(content_type).is_none() {
        // Refused before the body is waited for.
        return handled(&shared, from, content_type, &[]);
    }
    let limit = shared.with(|clients| clients.max_message());
    let collected = tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await;
    let body = match collected {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, from);
        }
        Ok(Err(_)) => return refuse(StatusCode::BAD_REQUEST, from),
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, from),
    };
    handled(&shared, from, content_type, &body)
}

fn handled(shared: &Shared, from: IpAddr, content_type: &str, body: &[u8]) -> Response {
    let request = Request {
        from,
        content_type,
        body,
    };
    let handled = shared.with(|clients| clients.handle(&request, Instant::now()));
    say(&handled.lines);
    shared.ended.notify_one();
    response(handled.answer)
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
    (status, headers, answer.body).into_response()
}

fn refuse(status: StatusCode, from: IpAddr) -> Response {
    say(&[format!("{from}: HTTP {}", status.as_u16())]);
    refusal(status)
}

/// A refusal in the words of HTTP, with what would have been taken.
fn refusal(status: StatusCode) -> Response {
    let words = format!("{}\n", reason(status.as_u16()));
    let mut response = (status, words).into_response();
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let taken = format!(
            "{}, {}",
            Encoding::Wbxml.media_type(),
            Encoding::Xml.media_type()
        );
        if let Ok(value) = HeaderValue::from_str(&taken) {
            response.headers_mut().insert(header::ACCEPT, value);
        }
    }
    response
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
