//! The DM Client's connection: TCP, TLS where the address says so, and HTTP on it.
//!
//! Moves requests out and responses in; what they say is the client's business. A response is
//! handed on with its length, however the server told where it ends.

use super::trust;
use dmsc_core::codec::http::{MAX_BODY, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

/// Bytes of a response's head.
const MAX_HEAD: usize = 16 * 1024;

/// How long closing a connection may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// What sends over a connection, and what drives it.
type Ends = (SendRequest<Full<Bytes>>, JoinHandle<()>);

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) secure: bool,
}

/// A connection, or the memory of one that the server closed between two messages.
pub(super) struct Wire {
    timeout: Duration,
    tls: TlsConnector,
    peer: Option<Peer>,
    sender: Option<SendRequest<Full<Bytes>>>,
    /// A response came over this connection.
    used: bool,
    /// What drives the connection; it ends after the sender.
    driver: Option<JoinHandle<()>>,
}

impl Wire {
    /// Trusts the public roots and the certificates of a PEM file.
    pub(super) fn new(timeout: Duration, more_roots: Option<&Path>) -> Result<Self, String> {
        let config = trust::config(more_roots)?;
        Ok(Wire {
            timeout,
            tls: TlsConnector::from(Arc::new(config)),
            peer: None,
            sender: None,
            used: false,
            driver: None,
        })
    }

    /// Opens a connection; the error says why there is none.
    pub(super) async fn connect(&mut self, peer: Peer) -> Result<(), String> {
        self.close().await;
        self.peer = Some(peer);
        self.open().await
    }

    /// Closes the connection, and waits a little until the server is told.
    pub(super) async fn close(&mut self) {
        self.peer = None;
        self.sender = None;
        if let Some(driver) = self.driver.take() {
            let _ = tokio::time::timeout(FAREWELL, driver).await;
        }
    }

    /// Sends a request; its response as bytes. A connection that the server closed while
    /// nothing was on its way is opened anew, and a message that got lost with it is sent once
    /// more: a DM server answers a repeated message as it did before.
    pub(super) async fn exchange(&mut self, request: &Request) -> Result<Vec<u8>, String> {
        let used = std::mem::take(&mut self.used);
        let response = match self.send(request).await {
            Err(Lost::Closed(_)) if used => {
                self.open().await?;
                self.send(request).await
            }
            sent => sent,
        };
        response.map(|r| r.encode()).map_err(Lost::reason)
    }

    async fn open(&mut self) -> Result<(), String> {
        let Some(peer) = self.peer.clone() else {
            return Err("there is no connection".to_owned());
        };
        let opened = tokio::time::timeout(self.timeout, self.dial(&peer)).await;
        let shown = format!("{}:{}", peer.host, peer.port);
        let (sender, driver) = opened
            .map_err(|_| format!("{shown} does not answer"))?
            .map_err(|e| format!("{shown}: {e}"))?;
        self.sender = Some(sender);
        self.driver = Some(driver);
        self.used = false;
        Ok(())
    }

    async fn dial(&self, peer: &Peer) -> Result<Ends, String> {
        let stream = TcpStream::connect((peer.host.as_str(), peer.port))
            .await
            .map_err(|e| e.to_string())?;
        // A message is written at once; nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        if !peer.secure {
            return handshake(stream).await;
        }
        let name = ServerName::try_from(peer.host.clone())
            .map_err(|_| "the host is no name for TLS".to_owned())?;
        let stream = self.tls.connect(name, stream).await;
        handshake(stream.map_err(|e| format!("TLS: {e}{}", trust::advice(&e)))?).await
    }

    async fn send(&mut self, request: &Request) -> Result<Response, Lost> {
        let Some(mut sender) = self.sender.take() else {
            return Err(Lost::Closed("the connection was closed".to_owned()));
        };
        let exchange = async {
            sender.ready().await.map_err(Lost::of)?;
            let wanted = wanted(request)?;
            let response = sender.send_request(wanted).await.map_err(Lost::of)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await;
            let body = body.map_err(|e| Lost::Broken(format!("the response broke off: {e}")))?;
            Ok(whole(&head, body.to_bytes()))
        };
        let response = tokio::time::timeout(self.timeout, exchange)
            .await
            .map_err(|_| Lost::Broken("the server does not answer in time".to_owned()))??;
        self.used = true;
        self.sender = Some(sender);
        Ok(response)
    }
}

/// How a message did not get through.
enum Lost {
    /// The connection was closed before a response began.
    Closed(String),
    /// Anything else.
    Broken(String),
}

impl Lost {
    fn of(error: hyper::Error) -> Self {
        let reason = error.to_string();
        if error.is_closed() || error.is_canceled() || error.is_incomplete_message() {
            return Lost::Closed("the server closed the connection".to_owned());
        }
        Lost::Broken(format!("the response is not HTTP: {reason}"))
    }

    fn reason(self) -> String {
        match self {
            Lost::Closed(reason) | Lost::Broken(reason) => reason,
        }
    }
}

async fn handshake(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<Ends, String> {
    let (sender, connection) = Builder::new()
        .title_case_headers(true)
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| e.to_string())?;
    // Ends with the sender, or with the server; how shows at the next message.
    let driver = tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok((sender, driver))
}

fn wanted(request: &Request) -> Result<hyper::Request<Full<Bytes>>, Lost> {
    let mut wanted = hyper::Request::builder()
        .method(request.method.as_str())
        .uri(&request.target);
    for (name, value) in &request.headers {
        wanted = wanted.header(name, value);
    }
    wanted
        .body(Full::new(Bytes::from(request.body.clone())))
        .map_err(|e| Lost::Broken(format!("the request cannot be sent: {e}")))
}

/// The response with a length of its own, however its end was told.
fn whole(head: &hyper::http::response::Parts, body: Bytes) -> Response {
    let mut response = Response::new(head.status.as_u16());
    if let Some(reason) = head.status.canonical_reason() {
        response.reason = reason.to_owned();
    }
    response.headers = head
        .headers
        .iter()
        .filter(|(name, _)| {
            **name != hyper::header::TRANSFER_ENCODING && **name != hyper::header::CONTENT_LENGTH
        })
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    response.body = body.to_vec();
    response
}
