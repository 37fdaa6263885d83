//! Connections: how many, how long, and how they end.
//!
//! Knows HTTP only as far as its time-outs; the resources are `http`'s.

use super::http::{self, Shared};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections served at the same time; the next ones wait.
const MAX_CONNECTIONS: usize = 256;
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
    idle: Duration,
    end: impl Future<Output = ()>,
) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(end);
    loop {
        let accept = async {
            let permit = connections.clone().acquire_owned().await.ok();
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accept => accepted,
            () = &mut end => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let service = TowerToHyperService::new(http::router(shared.clone(), peer.ip()));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is its client's affair.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_WORDS, graceful.shutdown()).await;
}
