//! The DM Servers behind one address: one for each device, each with its session and nonces.
//!
//! Takes HTTP bodies and gives HTTP answers; the clock and the lines' way to the terminal are
//! the caller's. Bounded: a flood of devices makes the quiet ones forgotten, not the memory grow.

use crate::ladder;
use dmsc_core::codec::syncml::{Encoding, Message};
use dmsc_core::scenario::Lone;
use dmsc_core::server::{Answer, Config, DmServer, Event, Output, Plan};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Devices that are remembered at the same time.
pub(super) const MAX_CLIENTS: usize = 256;

/// Octets of the longest device name taken.
const MAX_DEVICE: usize = 256;

/// What all devices are served by.
pub(super) struct Terms {
    pub(super) config: Config,
    pub(super) plan: Plan,
    /// The plan begins anew with each session.
    pub(super) again: bool,
    /// Also print the commands of each message.
    pub(super) verbose: bool,
    /// A session in which nothing came for so long is over.
    pub(super) idle: Duration,
}

/// A message as HTTP brought it.
pub(super) struct Request<'a> {
    pub(super) from: IpAddr,
    pub(super) content_type: &'a str,
    pub(super) body: &'a [u8],
}

/// What HTTP answers, and what is to be printed.
#[derive(Debug)]
pub(super) struct Handled {
    pub(super) answer: Answer,
    pub(super) lines: Vec<String>,
}

/// Every device that was seen.
pub(super) struct Clients {
    terms: Terms,
    served: HashMap<String, Served>,
    /// Devices seen so far, for seeds of their own.
    seen: u64,
    /// Sessions that are over: complete, broken off.
    ended: (u32, u32),
}

/// One device and its DM Server.
struct Served {
    server: DmServer,
    steps: Lone,
    from: IpAddr,
    session_id: String,
    began: Instant,
    last: Instant,
}

impl Clients {
    pub(super) fn new(terms: Terms) -> Self {
        Clients {
            terms,
            served: HashMap::new(),
            seen: 0,
            ended: (0, 0),
        }
    }

    /// Sessions that are over: how many were complete, how many were not.
    pub(super) fn ended(&self) -> (u32, u32) {
        self.ended
    }

    /// Octets of the largest message taken.
    pub(super) fn max_message(&self) -> usize {
        self.terms.config.max_msg_size
    }

    /// Hands a message to the DM Server of the device that sent it.
    pub(super) fn handle(&mut self, request: &Request<'_>, now: Instant) -> Handled {
        let Some(encoding) = Encoding::from_media_type(request.content_type) else {
            let found = format!("Content-Type \"{}\"", ladder::plain(request.content_type));
            return refused(415, request.from, &found);
        };
        let hdr = match Message::decode(request.body, encoding) {
            Ok(message) => message.hdr,
            // Whose it is cannot be told, so no session is ended by it.
            Err(error) => return refused(400, request.from, &error.to_string()),
        };
        let device = hdr.source.uri;
        if device.is_empty() || device.len() > MAX_DEVICE {
            return refused(400, request.from, "a Source that names no device");
        }
        let mut lines = Vec::new();
        if !self.served.contains_key(&device) && !self.make_room(&mut lines) {
            return refused(503, request.from, "too many sessions at the same time");
        }
        let terms = &self.terms;
        let seen = &mut self.seen;
        let served = self.served.entry(device.clone()).or_insert_with(|| {
            *seen += 1;
            let config = Config {
                seed: terms.config.seed.wrapping_add(*seen),
                ..terms.config.clone()
            };
            Served {
                server: DmServer::new(config, terms.plan.clone()),
                steps: Lone::server(),
                from: request.from,
                session_id: String::new(),
                began: now,
                last: now,
            }
        });
        let begins = hdr.msg_id == "1" && hdr.session_id != served.session_id;
        // A device that begins anew has given up what it began before, if it is that device.
        if begins && served.server.is_busy() && served.from == request.from {
            served.server.handle_connection_lost();
        }
        if begins && !served.server.is_busy() {
            served.from = request.from;
            served.session_id = hdr.session_id;
            if terms.again {
                served.server.set_plan(terms.plan.clone());
            }
        }
        served.last = now;
        served.steps.now_ms = millis(now - served.began);
        let step = served.steps.received(encoding, request.body);
        let mut told = Told {
            device: &device,
            verbose: terms.verbose,
            lines: &mut lines,
            ended: &mut self.ended,
        };
        told.message(&step.line(), request.body, encoding);
        served
            .server
            .handle_message(request.content_type, request.body);
        let answer = drain(served, &mut told).unwrap_or_else(|| no_answer(500));
        Handled { answer, lines }
    }

    /// Ends the sessions in which nothing came for too long; what is to be printed of it.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<String> {
        let mut lines = Vec::new();
        for (device, served) in &mut self.served {
            if served.server.is_busy() && now.duration_since(served.last) >= self.terms.idle {
                served.server.handle_connection_lost();
                let mut told = Told {
                    device,
                    verbose: self.terms.verbose,
                    lines: &mut lines,
                    ended: &mut self.ended,
                };
                drain(served, &mut told);
            }
        }
        lines
    }

    /// Forgets the device that was quiet for the longest time; false when none is.
    fn make_room(&mut self, lines: &mut Vec<String>) -> bool {
        if self.served.len() < MAX_CLIENTS {
            return true;
        }
        let quiet = self
            .served
            .iter()
            .filter(|(_, served)| !served.server.is_busy())
            .min_by_key(|(_, served)| served.last)
            .map(|(device, _)| device.clone());
        let Some(device) = quiet else {
            return false;
        };
        self.served.remove(&device);
        lines.push(format!("{}: forgotten, there are many", shown(&device)));
        true
    }
}

/// Where lines go, and under which name.
struct Told<'a> {
    device: &'a str,
    verbose: bool,
    lines: &'a mut Vec<String>,
    ended: &'a mut (u32, u32),
}

impl Told<'_> {
    fn line(&mut self, line: &str) {
        self.lines.push(format!("{}: {line}", shown(self.device)));
    }

    fn message(&mut self, line: &str, body: &[u8], encoding: Encoding) {
        self.line(line);
        if self.verbose {
            let commands = ladder::commands(body, encoding);
            self.lines.extend(commands.lines().map(str::to_owned));
        }
    }
}

/// Takes what a server has to tell; the answer, if it gave one.
fn drain(served: &mut Served, told: &mut Told<'_>) -> Option<Answer> {
    let mut answer = None;
    while let Some(output) = served.server.poll() {
        match output {
            Output::Answer(given) => {
                if let Some(encoding) = Encoding::from_media_type(&given.content_type) {
                    let step = served.steps.sent(given.package, encoding, &given.body);
                    told.message(&step.line(), &given.body, encoding);
                } else {
                    told.line(&format!("HTTP {}", given.http_status));
                }
                answer = Some(given);
            }
            Output::Event(event) => {
                if let Event::SessionEnded { complete, .. } = &event {
                    match complete {
                        true => told.ended.0 += 1,
                        false => told.ended.1 += 1,
                    }
                }
                if let Some(step) = served.steps.server_event(event) {
                    told.line(&step.line());
                }
            }
        }
    }
    answer
}

fn refused(http_status: u16, from: IpAddr, why: &str) -> Handled {
    Handled {
        answer: no_answer(http_status),
        lines: vec![format!("{from}: HTTP {http_status} · {why}")],
    }
}

/// An answer of HTTP alone.
fn no_answer(http_status: u16) -> Answer {
    Answer {
        http_status,
        content_type: String::new(),
        body: Vec::new(),
        package: 0,
        msg_id: 0,
    }
}

fn shown(device: &str) -> String {
    ladder::plain(device)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
