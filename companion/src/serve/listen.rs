//! Connections: how long, and how they end; how many is the business of `guests`.
//!
//! Knows HTTP only as far as its time-outs; the resources are `http`'s.

use super::guard::Reached;
use super::guests::Guests;
use super::heard::Heard;
use super::http::{self, Proven, Shared};
use dmsc_core::codec::http::Authority;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

/// How long the head of a message may take.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Bytes of the longest head.
const MAX_HEAD: usize = 16 * 1024;
/// How long answers on their way may take when the server ends.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Pause after a connection that could not be taken, such as for want of file handles.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `end`, then finishes what is on its way.
pub(super) async fn listen(
    listener: TcpListener,
    shared: Shared,
    names: Vec<Authority>,
    idle: Duration,
    end: impl Future<Output = ()>,
) {
    let names = Arc::new(names);
    let guests = Arc::new(Mutex::new(Guests::default()));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let Ok(local) = stream.local_addr() else {
            continue;
        };
        let reached = Reached {
            local,
            from: peer.ip(),
            names: names.clone(),
        };
        let (number, guest) = lock(&guests).admit(peer.ip());
        let service = TowerToHyperService::new(http::router(shared.clone(), reached));
        let of_service = Arc::clone(&guest);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let guest = Arc::clone(&of_service);
            guest.begin_message();
            let answered = service.call(request);
            async move {
                let response = answered.await;
                if let Ok(response) = &response
                    && response.extensions().get::<Proven>().is_some()
                {
                    guest.prove();
                }
                guest.end_message();
                response
            }
        });
        let stream = Heard {
            stream,
            guest: Arc::clone(&guest),
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        let guests = Arc::clone(&guests);
        tokio::spawn(async move {
            // A connection that breaks is its client's affair.
            tokio::select! {
                _ = connection => {}
                () = guest.overdue(HEAD_TIME.min(idle)) => {}
            }
            lock(&guests).leave(number);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_WORDS, graceful.shutdown()).await;
}

fn lock(guests: &Mutex<Guests>) -> std::sync::MutexGuard<'_, Guests> {
    guests.lock().unwrap_or_else(PoisonError::into_inner)
}
