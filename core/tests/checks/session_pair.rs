//! What must hold between our client and our server, whatever becomes of the messages on the way.

use super::script::Script;
use super::session_client::is_sound;
use super::world::{account, auth_type, client_config, plan, tree};
use dmsc_core::client::{self, Answer, DmClient};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, UiMode};
use dmsc_core::codec::syncml::StatusCode;
use dmsc_core::server::{self, Config, DmServer};

/// Messages until a pair must have come to an end.
const MAX_CROSSINGS: u32 = 3000;

/// Sessions that are disturbed.
const MAX_DISTURBED: u32 = 4;

/// Sessions after which an undisturbed pair has done its plan.
const MAX_SESSIONS: u32 = 4;

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Arrives,
    Lost,
    Altered,
    Doubled,
    Cut,
    /// Comes after the next one.
    Late,
}

struct Pair<'a> {
    client: DmClient,
    server: DmServer,
    script: Script<'a>,
    now_s: u64,
    crossings: u32,
    late: Option<(String, Option<String>, Vec<u8>)>,
    /// Something arrived otherwise than it was sent.
    altered: bool,
    /// Commands that took effect, and receipts that say so.
    done: Vec<(String, String)>,
    receipts: Vec<(String, String)>,
    begun: u32,
    ended: u32,
}

/// A script for a pair: what becomes of the messages, and what the user says; when it is over
/// everything arrives and the user agrees.
pub(crate) fn check_session_pair(bytes: &[u8]) {
    let mut script = Script(bytes);
    let (flags, kinds) = (script.byte(), script.byte());
    let account = account(auth_type(kinds & 3), auth_type(kinds >> 2 & 3));
    let number = script.byte();
    let encoding = script.encoding();
    let config = Config {
        max_msg_size: if flags & 1 == 0 { 16_384 } else { 3000 },
        accounts: vec![account.clone()],
        seed: 2,
        ..Config::default()
    };
    let device = tree(&account, false, true);
    let mut pair = Pair {
        client: DmClient::new(client_config(encoding, flags & 2 != 0), device),
        server: DmServer::new(config, plan(number)),
        script,
        now_s: 1,
        crossings: 0,
        late: None,
        altered: false,
        done: Vec::new(),
        receipts: Vec::new(),
        begun: 0,
        ended: 0,
    };
    let mode = [UiMode::Background, UiMode::UserInteraction][usize::from(flags >> 2 & 1)];
    let mut sessions = 0;
    while !pair.script.is_over() && sessions < MAX_DISTURBED {
        pair.session(mode);
        sessions += 1;
    }
    pair.script.0 = &[];
    pair.late = None;
    let mut sessions = 0;
    while !pair.server.is_done() && sessions < MAX_SESSIONS {
        pair.session(UiMode::Background);
        sessions += 1;
    }
    is_sound(pair.client.tree());
    if !pair.altered {
        assert!(pair.server.is_done(), "the plan is not done");
        for receipt in &pair.receipts {
            assert!(pair.done.contains(receipt), "{receipt:?} is not so");
        }
    }
}

impl Pair<'_> {
    /// One session from push to end.
    fn session(&mut self, mode: UiMode) {
        if self.script.byte() & 7 == 7 {
            self.client.handle_start("dmsc.card", self.now_s);
        } else {
            let push = self.server.notification(mode, Initiator::Server);
            self.client.handle_push(&push, self.now_s);
        }
        self.run();
        // What is silent now is closed.
        self.client.handle_closed();
        self.client.handle_refused();
        self.run();
        self.server.handle_connection_lost();
        self.serve();
        assert!(!self.client.is_busy(), "the client does not end");
        assert!(!self.server.is_busy(), "the server does not end");
        assert_eq!(self.begun, self.ended);
    }

    fn run(&mut self) {
        while let Some(output) = self.client.poll() {
            self.now_s += 1;
            match output {
                client::Output::Event(event) => self.client_event(event),
                client::Output::Connect { .. } => {
                    if self.script.byte() & 31 == 31 {
                        self.client.handle_refused();
                    } else {
                        self.client.handle_connected();
                    }
                }
                client::Output::Send(outgoing) => {
                    let request = outgoing.request;
                    let kind = request.header("Content-Type").unwrap().to_owned();
                    let hmac = request.header("x-syncml-hmac").map(str::to_owned);
                    self.cross(kind, hmac, request.body);
                }
                client::Output::Close => {
                    self.server.handle_connection_lost();
                    self.serve();
                }
                client::Output::Execute(_) => {
                    let code = [200, 202, 500][usize::from(self.script.byte()) % 3];
                    self.client.handle_executed(StatusCode(code), self.now_s);
                }
                client::Output::Ask(_) => {
                    let answer = match self.script.byte() % 8 {
                        6 => Answer::Reject,
                        7 => Answer::NoAnswer,
                        5 => Answer::Choices(vec![1]),
                        4 => Answer::CannotShow,
                        _ => Answer::Accept,
                    };
                    self.client.handle_answer(answer, self.now_s);
                }
            }
        }
    }

    fn fate(&mut self) -> Fate {
        match self.script.byte() {
            0xF0.. => Fate::Altered,
            0xE0.. => Fate::Lost,
            0xD0.. => Fate::Doubled,
            0xC0.. => Fate::Cut,
            0xB0.. => Fate::Late,
            _ => Fate::Arrives,
        }
    }

    fn altered(&mut self, bytes: &mut [u8]) {
        let at = usize::from(self.script.word());
        let with = self.script.byte().max(1);
        self.altered = true;
        if let Some(len) = bytes.len().checked_sub(1) {
            bytes[at % (len + 1)] ^= with;
        }
    }

    fn cross(&mut self, kind: String, hmac: Option<String>, mut body: Vec<u8>) {
        self.crossings += 1;
        assert!(self.crossings < MAX_CROSSINGS, "no end");
        match self.fate() {
            Fate::Lost => return self.lose(),
            Fate::Altered => self.altered(&mut body),
            Fate::Cut => {
                self.altered = true;
                body.truncate(usize::from(self.script.word()) % (body.len() + 1));
            }
            Fate::Doubled => {
                self.server.handle_message(&kind, hmac.as_deref(), &body);
                // The first answer is lost.
                self.events();
            }
            Fate::Late => {
                let held = self.late.replace((kind, hmac, body));
                let Some((kind, hmac, body)) = held else {
                    return self.lose();
                };
                self.server.handle_message(&kind, hmac.as_deref(), &body);
                return self.serve();
            }
            Fate::Arrives => {}
        }
        self.server.handle_message(&kind, hmac.as_deref(), &body);
        self.serve();
    }

    fn lose(&mut self) {
        self.server.handle_connection_lost();
        self.events();
        self.client.handle_closed();
    }

    /// Takes what the server tells; its last answer is handed back.
    fn events(&mut self) -> Option<server::Answer> {
        let mut last = None;
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Answer(answer) => last = Some(answer),
                server::Output::Event(server::Event::ReceiptStored(receipt)) => {
                    if receipt.code == StatusCode::OK && !receipt.uri.is_empty() {
                        self.receipts.push((receipt.command, receipt.uri));
                    }
                }
                server::Output::Event(_) => {}
            }
        }
        last
    }

    fn serve(&mut self) {
        let Some(answer) = self.events() else {
            return;
        };
        let mut response =
            Response::new(answer.http_status).with_body(&answer.content_type, answer.body);
        if let Some(hmac) = answer.hmac {
            response.headers.push(("x-syncml-hmac".into(), hmac));
        }
        let mut bytes = response.encode();
        match self.fate() {
            Fate::Lost => return self.lose(),
            Fate::Altered => self.altered(&mut bytes),
            Fate::Cut => {
                self.altered = true;
                bytes.truncate(usize::from(self.script.word()) % (bytes.len() + 1));
            }
            Fate::Doubled => self.client.handle_data(&bytes, self.now_s),
            Fate::Late | Fate::Arrives => {}
        }
        for piece in bytes.chunks(97) {
            self.client.handle_data(piece, self.now_s);
        }
    }

    fn client_event(&mut self, event: client::Event) {
        match event {
            client::Event::CommandDone {
                command, uri, code, ..
            } if code == StatusCode::OK => self.done.push((command, uri)),
            client::Event::NotificationAccepted { .. } | client::Event::SessionStarted { .. } => {
                self.begun += 1;
            }
            client::Event::SessionEnded { .. } => self.ended += 1,
            _ => {}
        }
    }
}
