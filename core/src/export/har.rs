//! The HTTP of a run as an HTTP archive (HAR 1.2), which browsers and proxies open.
//!
//! An archive knows a coding for the body of a response alone; a request's is base64 too, and
//! its comment says so.

use crate::codec::http::{Request, Response};
use crate::trace::{EPOCH_S, Event, Fate, Step, Trace};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::UtcDateTime;

/// The archive as JSON: an entry for each request that was sent, in their order. A response that
/// never came has status 0.
pub fn har(trace: &Trace) -> Value {
    let mut entries = Vec::new();
    let ciphered = trace.ciphered();
    let entry = |sent: &Step, request: &Request, answered: Option<&Step>| {
        let scheme = match ciphered.contains(&sent.id) {
            true => "https",
            false => "http",
        };
        entry(scheme, sent, request, answered)
    };
    let mut open: Option<(&Step, Request)> = None;
    for step in &trace.steps {
        match step.event {
            Event::HttpRequestSent { .. } => {
                entries.extend(
                    open.take()
                        .map(|(sent, request)| entry(sent, &request, None)),
                );
                open = match Request::decode(&step.bytes) {
                    Ok(Some((request, _))) => Some((step, request)),
                    _ => None,
                };
            }
            Event::HttpResponseSent { .. } => {
                if let Some((sent, request)) = open.take() {
                    entries.push(entry(sent, &request, Some(step)));
                }
            }
            _ => {}
        }
    }
    entries.extend(open.map(|(sent, request)| entry(sent, &request, None)));
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "DM_SC Explorer", "version": env!("CARGO_PKG_VERSION")},
        "comment": format!("{}, seed {}", trace.scenario, trace.seed),
        "entries": entries,
    }})
}

fn entry(scheme: &str, sent: &Step, request: &Request, answered: Option<&Step>) -> Value {
    let waited = answered.map_or(0, |step| step.tick.saturating_sub(sent.tick));
    let host = request.header("Host").unwrap_or_default();
    let mut request_json = json!({
        "method": request.method,
        "url": format!("{scheme}://{host}{}", request.target),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": [],
        "headersSize": head_length(&sent.bytes, &request.body),
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        request_json["postData"] = json!({
            "mimeType": request.header("Content-Type").unwrap_or_default(),
            "params": [],
            "text": STANDARD.encode(&request.body),
            "comment": "base64",
        });
    }
    json!({
        "startedDateTime": date(sent.tick),
        "time": waited,
        "request": request_json,
        "response": response(answered),
        "cache": {},
        "timings": {"send": 0, "wait": waited, "receive": 0},
        "comment": comment(sent, answered),
    })
}

fn response(answered: Option<&Step>) -> Value {
    let bytes = answered.map_or(&[][..], |step| &step.bytes);
    let response = match Response::decode(bytes) {
        Ok(Some((response, _))) => response,
        _ => Response::default(),
    };
    json!({
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&response.headers),
        "content": {
            "size": response.body.len(),
            "mimeType": response.header("Content-Type").unwrap_or_default(),
            "text": STANDARD.encode(&response.body),
            "encoding": "base64",
        },
        "redirectURL": "",
        "headersSize": head_length(bytes, &response.body),
        "bodySize": response.body.len(),
    })
}

/// Steps of the trace, and what became of them on their way.
fn comment(sent: &Step, answered: Option<&Step>) -> String {
    let told = |step: &Step| match step.fate {
        Some(Fate::Late { by_ms }) => format!("step {}, {by_ms} ms late", step.id),
        Some(fate) => format!("step {}, {}", step.id, fate.word()),
        None => format!("step {}", step.id),
    };
    match answered {
        Some(step) => format!("request {}; response {}", told(sent), told(step)),
        None => format!("request {}; no response", told(sent)),
    }
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    let value = |(name, value): &(String, String)| json!({"name": name, "value": value});
    headers.iter().map(value).collect()
}

/// All before the body, which is not chunked here.
fn head_length(bytes: &[u8], body: &[u8]) -> usize {
    bytes.len().saturating_sub(body.len())
}

/// `2026-10-06T14:32:40.000Z`, so many milliseconds after the start.
fn date(tick: u64) -> String {
    let seconds = EPOCH_S.saturating_add(tick / 1000) as i64;
    let at = UtcDateTime::from_unix_timestamp(seconds).unwrap_or(UtcDateTime::UNIX_EPOCH);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.as_hms();
    let (month, milli) = (u8::from(month), tick % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}
