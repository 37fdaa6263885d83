//! One session: what the core's client puts out is carried, what comes is handed in, and both are
//! printed.

use super::now_s;
use super::user::User;
use super::wire::{Peer, Wire};
use crate::decode::{Kind, Model, readable};
use crate::ending::Signals;
use crate::{ladder, print};
use dmsc_core::client::{DmClient, Event, Execution, Outgoing, Output};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::markup::Form;
use dmsc_core::codec::syncml::{Encoding, Message, StatusCode};
use dmsc_core::scenario::Lone;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// One session with its surroundings.
pub(super) struct Session {
    pub(super) client: DmClient,
    pub(super) wire: Wire,
    pub(super) user: User,
    /// Whether the session was complete, and how it ended.
    pub(super) end: Option<(bool, String)>,
    /// What becomes of every process a server starts.
    pub(super) exec: StatusCode,
    pub(super) steps: Lone,
    pub(super) began: Instant,
    /// A signal came: Ctrl-C, or SIGTERM.
    pub(super) interrupt: Arc<Notify>,
}

impl Session {
    /// Runs until the client wants nothing more.
    pub(super) async fn run(&mut self, push: Option<&[u8]>, server_id: &str) -> Result<(), String> {
        let listener = tokio::spawn(listen(Signals::hear(), self.interrupt.clone()));
        match push {
            Some(push) => self.client.handle_push(push, now_s()),
            None => self.client.handle_start(server_id, now_s()),
        }
        while let Some(output) = self.client.poll() {
            self.steps.now_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            match output {
                Output::Event(event) => self.tell(event)?,
                Output::Connect { host, port, secure } => {
                    let peer = Peer { host, port, secure };
                    match unless(&self.interrupt, self.wire.connect(peer)).await {
                        Ok(()) => self.client.handle_connected(),
                        Err(reason) => {
                            self.lost(&reason)?;
                            self.client.handle_refused();
                        }
                    }
                }
                Output::Send(outgoing) => self.send(&outgoing).await?,
                Output::Close => self.wire.close().await,
                Output::Ask(question) => {
                    let answer = self.user.answer(&question);
                    match unless(&self.interrupt, async { Ok(answer.await) }).await {
                        Ok(answer) => self.client.handle_answer(answer, now_s()),
                        Err(reason) => self.client.handle_abort(&reason, now_s()),
                    }
                }
                Output::Execute(execution) => {
                    print(&format!("  {}\n", executed(&execution, self.exec)))?;
                    self.client.handle_executed(self.exec, now_s());
                }
            }
        }
        self.wire.close().await;
        listener.abort();
        Ok(())
    }

    async fn send(&mut self, outgoing: &Outgoing) -> Result<(), String> {
        let body = &outgoing.request.body;
        let content_type = outgoing.request.header("Content-Type");
        let encoding = content_type.and_then(Encoding::from_media_type);
        let encoding = encoding.unwrap_or_default();
        let step = self.steps.sent(outgoing.package, encoding, body);
        print(&format!("{}\n", step.line()))?;
        print(&ladder::commands(body, encoding))?;
        match unless(&self.interrupt, self.wire.exchange(&outgoing.request)).await {
            Ok(bytes) => {
                self.show(&bytes)?;
                self.client.handle_data(&bytes, now_s());
            }
            Err(reason) => {
                self.lost(&reason)?;
                self.client.handle_closed();
            }
        }
        Ok(())
    }

    /// Prints a response: its message, or the status of HTTP alone.
    fn show(&mut self, bytes: &[u8]) -> Result<(), String> {
        let Ok(Some((response, _))) = Response::decode(bytes) else {
            return Ok(());
        };
        let content_type = response.header("Content-Type").unwrap_or_default();
        let encoding = Encoding::from_media_type(content_type);
        match (response.status, encoding) {
            (200, Some(encoding)) => {
                let body = &response.body;
                let step = self.steps.received(encoding, body);
                print(&format!("{}\n", step.line()))?;
                if Message::decode(body, encoding).is_ok() {
                    return print(&ladder::commands(body, encoding));
                }
                let form = match encoding {
                    Encoding::Wbxml => Form::Wbxml,
                    Encoding::Xml => Form::Xml,
                };
                print(&readable(Kind::Markup(Model::Message, form), body, false))
            }
            (status, _) => print(&format!(
                "HTTP {status} {} · {} · {} B\n",
                response.reason,
                ladder::plain(content_type),
                response.body.len()
            )),
        }
    }

    fn tell(&mut self, event: Event) -> Result<(), String> {
        if let Event::SessionEnded { complete, reason } = &event {
            let reason = match &self.end {
                // What the wire said is nearer to the cause.
                Some((_, why)) if !complete => format!("{reason}: {why}"),
                _ => reason.clone(),
            };
            self.end = Some((*complete, reason));
        }
        match &event {
            Event::NotificationRefused { reason } | Event::StartRefused { reason } => {
                self.end = Some((false, reason.clone()));
            }
            Event::AlertAnswered { alert, code } => print(&format!(
                "  Alert {} answered: {code} {}\n",
                alert.code,
                code.meaning()
            ))?,
            _ => {}
        }
        match self.steps.client_event(event) {
            Some(step) => print(&format!("  {}\n", step.line())),
            None => Ok(()),
        }
    }

    fn lost(&mut self, reason: &str) -> Result<(), String> {
        self.end = Some((false, reason.to_owned()));
        print(&format!("  {}\n", ladder::plain(reason)))
    }
}

/// Hears signals from the beginning, so that none is missed between two waits.
async fn listen(mut signals: Signals, interrupt: Arc<Notify>) {
    loop {
        signals.asked().await;
        interrupt.notify_one();
    }
}

/// What comes of it, unless a signal comes first.
async fn unless<T>(
    interrupt: &Notify,
    act: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    tokio::select! {
        result = act => result,
        () = interrupt.notified() => Err("the user ended it".to_owned()),
    }
}

/// An Exec and what came of it.
fn executed(execution: &Execution, code: StatusCode) -> String {
    let mut line = format!("Exec {}", ladder::shortened(&execution.uri));
    if let Some(correlator) = &execution.correlator {
        line.push_str(&format!(" · correlator {}", ladder::shortened(correlator)));
    }
    if !execution.data.is_empty() {
        line.push_str(&format!(" · {}", ladder::octets(&execution.data)));
    }
    line.push_str(&format!(": {code} {}", code.meaning()));
    ladder::plain(&line)
}
