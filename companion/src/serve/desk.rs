//! The DM Server behind all connections, and what is said of it.
//!
//! Takes HTTP bodies and gives HTTP answers; the clock and the lines' way to the terminal are
//! the caller's.

use super::guests::number_of;
use crate::ladder;
use dmsc_core::codec::hex;
use dmsc_core::codec::syncml::{Encoding, Message};
use dmsc_core::scenario::Lone;
use dmsc_core::server::{Alerted, Answer, DmServer, Door, Event, Output};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A message as HTTP brought it.
pub(super) struct Request<'a> {
    pub(super) from: IpAddr,
    pub(super) content_type: &'a str,
    /// Value of the `x-syncml-hmac` header.
    pub(super) hmac: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// Name of a session, as the address tells it.
    pub(super) session: Option<&'a str>,
    /// Address that all clients know, as far as the request tells it.
    pub(super) base: String,
}

/// What HTTP answers, and what is to be printed.
#[derive(Debug)]
pub(super) struct Handled {
    /// `None` is a fault of the server.
    pub(super) answer: Option<Answer>,
    /// The message brought a right proof of its client.
    pub(super) proven: bool,
    pub(super) lines: Vec<String>,
}

/// The server with its clock and its scribe.
pub(super) struct Desk {
    server: DmServer,
    steps: Lone,
    began: Instant,
    /// Also say the commands of each message.
    verbose: bool,
    /// Sessions that are over: complete, broken off.
    ended: (u32, u32),
}

impl Desk {
    pub(super) fn new(server: DmServer, verbose: bool, now: Instant) -> Self {
        Desk {
            server,
            steps: Lone::server(),
            began: now,
            verbose,
            ended: (0, 0),
        }
    }

    /// Sessions that are over: how many were complete, how many were not.
    pub(super) fn ended(&self) -> (u32, u32) {
        self.ended
    }

    /// Hands a message to the server.
    pub(super) fn handle(&mut self, request: &Request<'_>, now: Instant) -> Handled {
        self.advance(now);
        let mut told = Told::new(self.verbose, request.from.to_string());
        let encoding = Encoding::from_media_type(request.content_type);
        match encoding.map(|encoding| (encoding, Message::decode(request.body, encoding))) {
            Some((encoding, Ok(message))) => {
                told.of = ladder::plain(&ladder::shortened(&message.hdr.source.uri));
                let step = self.steps.received(encoding, request.body);
                told.message(&step.line(), request.body, encoding);
            }
            // The server says itself what is wrong with it.
            Some((_, Err(_))) => {}
            None => {
                let shown = ladder::shortened(request.content_type);
                told.line(&format!(
                    "Content-Type \"{}\"; a DM message is {} or {}",
                    ladder::plain(&shown),
                    Encoding::Wbxml.media_type(),
                    Encoding::Xml.media_type()
                ));
            }
        }
        // Without a name that nobody can guess no session is opened.
        let Ok(fresh) = session_name() else {
            told.line("the system gives no random bytes");
            return Handled {
                answer: None,
                proven: false,
                lines: told.lines,
            };
        };
        let door = Door {
            session: request.session,
            fresh: Some(&fresh),
            base: &request.base,
            origin: number_of(request.from),
        };
        self.server
            .handle_message_at(&door, request.content_type, request.hmac, request.body);
        let answer = self.drain(&mut told);
        Handled {
            answer,
            proven: told.proven,
            lines: told.lines,
        }
    }

    /// Lets time pass; what is to be said of sessions that ended by it.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<String> {
        self.advance(now);
        let mut told = Told::new(self.verbose, "–".to_owned());
        self.drain(&mut told);
        told.lines
    }

    fn advance(&mut self, now: Instant) {
        let passed = now.duration_since(self.began);
        self.steps.now_ms = millis(passed);
        self.server.handle_time(passed.as_secs());
    }

    /// Takes what the server has to tell; the answer, if it gave one.
    fn drain(&mut self, told: &mut Told) -> Option<Answer> {
        let mut answer = None;
        while let Some(output) = self.server.poll() {
            match output {
                Output::Answer(given) => {
                    if let Some(encoding) = Encoding::from_media_type(&given.content_type) {
                        let step = self.steps.sent(given.package, encoding, &given.body);
                        told.message(&step.line(), &given.body, encoding);
                    } else {
                        told.line(&format!("HTTP {}", given.http_status));
                    }
                    answer = Some(given);
                }
                Output::Event(event) => self.event(event, told),
            }
        }
        answer
    }

    fn event(&mut self, event: Event, told: &mut Told) {
        match &event {
            Event::ClientAuthenticated { code, .. } => told.proven |= code.is_success(),
            Event::SessionDisplaced { device } => told.line(&format!(
                "The session of {}, which had proved nothing, gave way to another",
                ladder::plain(&ladder::shortened(device))
            )),
            Event::SessionEnded { complete: true, .. } => self.ended.0 += 1,
            Event::SessionEnded { .. } => self.ended.1 += 1,
            Event::Alerted(alert) => told.line(&alerted(alert)),
            Event::UserAnswered { code, answers, .. } => told.line(&format!(
                "User answered {code} {} {}",
                code.meaning(),
                ladder::plain(&answers.join(", "))
            )),
            _ => {}
        }
        if let Some(step) = self.steps.server_event(event) {
            told.line(&step.line());
        }
    }
}

/// Lines, each with whose they are.
struct Told {
    verbose: bool,
    of: String,
    proven: bool,
    lines: Vec<String>,
}

impl Told {
    fn new(verbose: bool, of: String) -> Self {
        Told {
            verbose,
            of,
            proven: false,
            lines: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        self.lines.push(format!("{}: {line}", self.of));
    }

    fn message(&mut self, line: &str, body: &[u8], encoding: Encoding) {
        self.line(line);
        if self.verbose {
            let commands = ladder::commands(body, encoding);
            self.lines.extend(commands.lines().map(str::to_owned));
        }
    }
}

/// A name for a session that nobody can guess: 128 random bits.
fn session_name() -> Result<String, getrandom::Error> {
    let mut name = [0; 16];
    getrandom::fill(&mut name)?;
    Ok(hex::encode(&name))
}

/// A client event or a generic alert in one line.
fn alerted(alert: &Alerted) -> String {
    let mut line = format!("Alert {} {}", alert.code, alert.code.meaning());
    for item in &alert.items {
        line.push_str(&format!(
            " · {} = {}",
            ladder::shortened(&item.media_type),
            ladder::octets(&item.data)
        ));
    }
    ladder::plain(&line)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
