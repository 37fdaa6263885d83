//! Signals that ask the program to end: SIGINT, which is Ctrl-C, and SIGTERM.
//!
//! Knows nothing of what is to be finished first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ear for signals: from when it is made none is missed.
pub(crate) struct Signals {
    #[cfg(unix)]
    heard: Option<(Signal, Signal)>,
}

impl Signals {
    /// Begins to hear signals; to be called where an event loop runs.
    pub(crate) fn hear() -> Self {
        Signals {
            #[cfg(unix)]
            heard: signal(SignalKind::interrupt())
                .and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)))
                .ok(),
        }
    }

    /// Waits until the program is asked to end; for ever where signals cannot be heard, since the
    /// system ends the program itself then.
    #[cfg(unix)]
    pub(crate) async fn asked(&mut self) {
        match &mut self.heard {
            Some((interrupt, terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
            None => std::future::pending().await,
        }
    }

    /// Waits until the program is asked to end; for ever where Ctrl-C cannot be heard.
    #[cfg(not(unix))]
    pub(crate) async fn asked(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// Mark that is set when the program is asked to end, for a program without an event loop.
pub(crate) fn mark() -> Result<Arc<AtomicBool>, String> {
    let mark = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the system gives no event loop: {e}"))?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::hear()
    };
    let set = Arc::clone(&mark);
    std::thread::spawn(move || {
        runtime.block_on(async {
            signals.asked().await;
            set.store(true, Ordering::Relaxed);
            // Those that come later say the same.
            std::future::pending::<()>().await;
        });
    });
    Ok(mark)
}
