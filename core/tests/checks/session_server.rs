//! What must hold of a DM Server whatever its clients and its connections do.

use super::script::{Script, answered, contains, counts, keeps_secret, walk};
use super::world::{account, auth_type, cred, other, plan, secrets};
use dmsc_core::codec::auth::{AuthType, HmacHeader, RESYNC_NONCE};
use dmsc_core::codec::notification::{Initiator, UiMode};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Message, Meta, Status,
    StatusCode, SyncHdr,
};
use dmsc_core::server::{Answer, Config, DmServer, Event, MAX_MESSAGES, Output};
use std::collections::{BTreeMap, BTreeSet};

/// Octets a server without a session keeps beside its plan.
const MAX_KEPT: usize = 4 << 20;

/// A session by SessionID and device.
type Key = (String, String);

/// A session as an onlooker knows it.
#[derive(Default)]
struct Seen {
    proven: bool,
    /// Commands whose receipt may come: MsgID and CmdID.
    open: BTreeMap<(String, String), String>,
    answers: Vec<Command>,
    /// MsgID of the client's last message.
    msg_id: u32,
    last: Message,
}

/// A server and its onlooker.
struct Watch {
    server: DmServer,
    now_s: u64,
    sessions: BTreeMap<Key, Seen>,
    /// Nonces that prove a client.
    nonces: BTreeSet<Vec<u8>>,
    last_nonce: Vec<u8>,
    secrets: Vec<Vec<u8>>,
    opened: u32,
    ended: u32,
    /// Sessions that did not end in good order.
    failed: u32,
    last: (String, Option<String>, Vec<u8>),
}

/// A script for a server.
pub(crate) fn check_session_server(bytes: &[u8]) {
    let mut script = Script(bytes);
    let (flags, kinds) = (script.byte(), script.byte());
    let first = account(auth_type(kinds & 3), auth_type(kinds >> 2 & 3));
    let mut accounts = vec![first];
    if flags & 1 != 0 {
        accounts.push(other());
    }
    let mut known = secrets(&accounts);
    known.retain(|secret| !contains(bytes, secret));
    let nonces = accounts.iter().map(|a| a.client.nonce.clone());
    let config = Config {
        max_msg_size: if flags & 2 == 0 { 16_384 } else { 2048 },
        max_sessions: if flags & 4 == 0 { 1 } else { 3 },
        max_devices: if flags & 8 == 0 { 1 } else { 2 },
        idle_s: (flags & 16 != 0).then_some(60),
        repeat_plan: flags & 32 != 0,
        resp_uri: (flags & 64 != 0).then(|| "http://127.0.0.1:3516/dm?s=1".into()),
        accounts: accounts.clone(),
        seed: 2,
        ..Config::default()
    };
    let mut watch = Watch {
        nonces: nonces.chain([RESYNC_NONCE.to_vec()]).collect(),
        last_nonce: accounts[0].client.nonce.clone(),
        server: DmServer::new(config, plan(script.byte())),
        now_s: 1,
        sessions: BTreeMap::new(),
        secrets: known,
        opened: 0,
        ended: 0,
        failed: 0,
        last: Default::default(),
    };
    let mut steps = 0;
    while !script.is_over() && steps < 400 {
        steps += 1;
        watch.step(&mut script);
    }
    watch.end();
}

impl Watch {
    fn step(&mut self, script: &mut Script<'_>) {
        match script.byte() % 12 {
            0 => {
                let kind = script.encoding().media_type().to_owned();
                let hmac = script.text();
                let body = script.block().to_vec();
                self.hand_in(kind, (!hmac.is_empty()).then_some(hmac), body);
            }
            1 => {
                let (kind, body) = (script.text(), script.block().to_vec());
                self.hand_in(kind, None, body);
            }
            2 => {
                self.server.handle_connection_lost();
                self.drain(None);
                assert!(!self.server.is_busy());
            }
            3 => {
                self.now_s += u64::from(script.byte());
                self.server.handle_time(self.now_s);
                self.drain(None);
            }
            4 => {
                let asks = script.pick(&[UiMode::Background, UiMode::UserInteraction]);
                match script.byte() % 3 {
                    0 => drop(self.server.notification(asks, Initiator::Server)),
                    1 => drop(self.server.resync_notification(asks, Initiator::Server)),
                    _ => self.server.expect_session(script.word()),
                }
            }
            5 => {
                for seen in self.sessions.values_mut() {
                    seen.open.clear();
                }
                self.server.set_plan(plan(script.byte()));
            }
            6 => {
                let (kind, hmac, body) = self.last.clone();
                self.hand_in(kind, hmac, body);
            }
            7 => {
                let (who, dress, encoding) = (script.byte(), script.byte(), script.encoding());
                if let Some(message) = script.message() {
                    self.say(message, who, dress, encoding, script);
                }
            }
            _ => {
                let (who, dress, encoding) = (script.byte(), script.byte(), script.encoding());
                let codes = script.byte();
                let opens = codes & 0x80 != 0;
                let mut message = Message {
                    is_final: true,
                    ..Message::default()
                };
                if opens {
                    message.commands = opening();
                } else if let Some(seen) = self.sessions.get(&key_of(who)) {
                    message.commands = replies(&seen.last, codes, script);
                }
                let mut last = message.commands.len() as u32;
                let more = script.commands(encoding, &mut last, 2);
                message.commands.extend(more);
                self.say(message, who, dress, encoding, script);
            }
        }
    }

    fn say(
        &mut self,
        mut message: Message,
        who: u8,
        dress: u8,
        encoding: Encoding,
        script: &mut Script<'_>,
    ) {
        let (session_id, device) = key_of(who);
        let seen = self.sessions.get(&(session_id.clone(), device.clone()));
        let msg_id = seen.map_or(0, |s| s.msg_id) + 1 - u32::from(dress >> 2 & 1);
        let accounts = self.server.accounts();
        let client = accounts[usize::from(who >> 6 & 1) % accounts.len()]
            .client
            .clone();
        let nonce = if dress & 0x20 == 0 {
            self.last_nonce.clone()
        } else {
            client.nonce.clone()
        };
        message.hdr = SyncHdr {
            ver_dtd: "1.2".into(),
            ver_proto: "DM/1.2".into(),
            session_id,
            msg_id: msg_id.to_string(),
            target: Location::new("http://127.0.0.1:3516/dm"),
            source: Location {
                uri: device,
                name: (dress & 0x10 == 0).then(|| client.name.clone()),
            },
            cred: match dress & 3 {
                0 => cred(&client, &nonce),
                1 => None,
                2 => cred(&client, b"wrong"),
                _ => cred(&client, &RESYNC_NONCE),
            },
            ..SyncHdr::default()
        };
        message.is_final = dress & 8 == 0;
        if dress & 0x40 != 0 {
            message.hdr.meta = Meta {
                max_msg_size: Some(script.word().into()),
                max_obj_size: Some(script.word().into()),
                ..Meta::default()
            };
        }
        let body = message.encode(encoding);
        let signs = client.auth_type == AuthType::Mac && dress & 3 == 0;
        let hmac = signs.then(|| HmacHeader::of(&client, &nonce, &body).to_string());
        self.hand_in(encoding.media_type().to_owned(), hmac, body);
    }

    fn hand_in(&mut self, kind: String, hmac: Option<String>, body: Vec<u8>) {
        let message = Encoding::from_media_type(&kind)
            .and_then(|encoding| Message::decode(&body, encoding).ok());
        if let Some(message) = &message {
            let proves = self.proves(message, hmac.as_deref(), &body);
            let seen = self.sessions.entry(key(message)).or_default();
            seen.proven |= proves;
        }
        let failed = self.failed;
        self.server.handle_message(&kind, hmac.as_deref(), &body);
        self.last = (kind, hmac, body);
        let answers = self.drain(message.as_ref());
        let [answer] = answers.as_slice() else {
            panic!("{} answers", answers.len());
        };
        assert_eq!(answer.http_status == 200, !answer.body.is_empty());
        if let Some(message) = message.filter(|_| answer.http_status == 200) {
            self.answer(answer, &message, self.failed > failed);
        }
    }

    fn proves(&self, message: &Message, hmac: Option<&str>, body: &[u8]) -> bool {
        let hmac = hmac.and_then(HmacHeader::parse);
        let cred = message.hdr.cred.as_ref();
        self.server.accounts().iter().any(|account| {
            let client = &account.client;
            let by = |nonce: &Vec<u8>| {
                cred.is_some_and(|cred| cred.is_md5_of(client, nonce))
                    || hmac.as_ref().is_some_and(|h| h.is_of(client, nonce, body))
            };
            cred.is_some_and(|cred| cred.is_basic_of(client)) || self.nonces.iter().any(by)
        })
    }

    fn answer(&mut self, answer: &Answer, to: &Message, failed: bool) {
        let encoding = Encoding::from_media_type(&answer.content_type).unwrap();
        let message = Message::decode(&answer.body, encoding).unwrap();
        assert_eq!(message.hdr.msg_id, answer.msg_id.to_string());
        assert_eq!(message.hdr.session_id, to.hdr.session_id);
        assert_eq!(message.hdr.target.uri, to.hdr.source.uri);
        assert!(answer.msg_id <= MAX_MESSAGES + 1);
        assert!(answer.body.len() < 1 << 20);
        counts(&message);
        keeps_secret(
            &message,
            answer.hmac.as_deref().unwrap_or(""),
            &self.secrets,
        );
        for account in self.server.accounts() {
            let secret = account.server.secret.as_bytes();
            let basic = message
                .hdr
                .cred
                .as_ref()
                .is_some_and(|c| c.is_basic_of(&account.server));
            assert!(!basic || account.server.auth_type == AuthType::Basic);
            assert!(!contains(&answer.body, secret) || !self.secrets.iter().any(|s| s == secret));
        }
        for command in &message.commands {
            if let Command::Status(Status {
                chal: Some(chal), ..
            }) = command
                && let Some(nonce) = chal.nonce()
            {
                self.last_nonce.clone_from(&nonce);
                self.nonces.insert(nonce);
            }
        }
        let seen = self.sessions.entry(key(to)).or_default();
        let aborts =
            |c: &Command| matches!(c, Command::Alert(a) if a.code == AlertCode::SESSION_ABORT);
        if !seen.proven {
            let says = |c: &Command| matches!(c, Command::Status(_)) || aborts(c);
            assert!(
                message.commands.iter().all(says),
                "told to a stranger: {message:#?}"
            );
        }
        let is_new = to.hdr.msg_id != seen.last_to();
        if is_new {
            seen.answers.clear();
        }
        seen.answers.extend(message.commands.iter().cloned());
        if is_new && !message.commands.iter().any(aborts) {
            let more = message
                .commands
                .iter()
                .any(|c| matches!(c, Command::Alert(a) if a.code == AlertCode::NEXT_MESSAGE));
            // A client that is refused, or has given up, is told no more than there is room for.
            let refused = matches!(message.commands.first(), Some(Command::Status(s)) if !s.code.is_success());
            let all = message.is_final && !more && !refused && !failed;
            answered(to, &seen.answers, all, false);
        }
        walk(&message.commands, &mut |command| {
            if !matches!(command, Command::Status(_)) {
                let id = (message.hdr.msg_id.clone(), command.cmd_id().to_owned());
                seen.open.insert(id, command.name().to_owned());
            }
        });
        seen.msg_id = to
            .hdr
            .msg_id
            .parse()
            .unwrap_or(seen.msg_id)
            .min(u32::MAX - 1);
        seen.last = message;
    }

    /// Takes what there is; the message is the one just handed in.
    fn drain(&mut self, message: Option<&Message>) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut outputs = 0;
        while let Some(output) = self.server.poll() {
            outputs += 1;
            assert!(outputs < 100_000, "no end of outputs");
            match output {
                Output::Answer(answer) => answers.push(answer),
                Output::Event(event) => self.event(&event, message),
            }
        }
        let open = self.opened - self.ended;
        assert_eq!(open > 0, self.server.is_busy());
        assert!(open <= 3);
        answers
    }

    fn event(&mut self, event: &Event, message: Option<&Message>) {
        match event {
            Event::SessionOpened { .. } => {
                self.opened += 1;
                if let Some(seen) = message.and_then(|m| self.sessions.get_mut(&key(m))) {
                    seen.open.clear();
                }
            }
            Event::SessionEnded { complete, .. } => {
                self.ended += 1;
                self.failed += u32::from(!complete);
            }
            Event::NonceRenewed {
                client: true,
                nonce,
            } => {
                self.nonces.insert(nonce.clone());
            }
            Event::ReceiptStored(_)
            | Event::ResultsStored { .. }
            | Event::UserAnswered { .. }
            | Event::DeviceInfo { .. }
            | Event::Alerted(_) => {
                let message = message.expect("a message");
                let seen = self.sessions.get_mut(&key(message)).expect("a session");
                assert!(seen.proven, "{event:?} of a stranger");
                if let Event::ReceiptStored(receipt) = event {
                    // What is too large to be sent is told without being sent.
                    let unsent = matches!(receipt.code.0, 413 | 414);
                    let key = message.commands.iter().find_map(|c| match c {
                        Command::Status(s) if s.code == receipt.code => {
                            let key = (s.msg_ref.clone(), s.cmd_ref.clone());
                            let sent = seen.open.get(&key);
                            sent.is_some_and(|name| *name == receipt.command)
                                .then_some(key)
                        }
                        _ => None,
                    });
                    assert!(unsent || key.is_some(), "{receipt:?} for {message:#?}");
                    if let Some(key) = key {
                        seen.open.remove(&key);
                    }
                }
            }
            _ => {}
        }
    }

    fn end(mut self) {
        self.server.handle_connection_lost();
        self.drain(None);
        assert!(!self.server.is_busy(), "no end");
        assert_eq!(self.opened, self.ended, "each session ends once");
        let kept = format!("{:?}", self.server).len();
        assert!(kept < MAX_KEPT, "{kept} kept");
    }
}

impl Seen {
    /// MsgID of the client's message that was answered last.
    fn last_to(&self) -> String {
        self.msg_id.to_string()
    }
}

fn key(message: &Message) -> Key {
    (
        message.hdr.session_id.clone(),
        message.hdr.source.uri.clone(),
    )
}

fn key_of(who: u8) -> Key {
    (
        format!("{:X}", 1 + (who & 3)),
        format!("IMEI:{}", who >> 2 & 1),
    )
}

/// Package #1.
fn opening() -> Vec<Command> {
    vec![
        Command::Alert(Alert {
            cmd_id: "1".into(),
            code: AlertCode::SERVER_INITIATED,
            ..Alert::default()
        }),
        Command::Replace(ItemCommand {
            cmd_id: "2".into(),
            items: vec![Item {
                source: Some(Location::new("./DevInfo/DevId")),
                data: Some(Data::Text("IMEI:1".into())),
                ..Item::default()
            }],
            ..ItemCommand::default()
        }),
    ]
}

/// A Status for each command of the last answer, with codes that the script picks when it is to.
fn replies(last: &Message, codes: u8, script: &mut Script<'_>) -> Vec<Command> {
    let mut all = Vec::new();
    let status = |cmd_ref: &str, cmd: &str, code: u16, at: usize| {
        Command::Status(Status {
            cmd_id: (at + 1).to_string(),
            msg_ref: last.hdr.msg_id.clone(),
            cmd_ref: cmd_ref.into(),
            cmd: cmd.into(),
            code: StatusCode(code),
            ..Status::default()
        })
    };
    let header = [212, 200, 401, 407][usize::from(codes & 3)];
    all.push(status("0", "SyncHdr", header, 0));
    walk(&last.commands, &mut |command| {
        if matches!(command, Command::Status(_)) || all.len() > 64 {
            return;
        }
        let code = if codes & 4 == 0 {
            200
        } else {
            script.pick(&[200, 213, 404, 418, 215, 216, 507, 202, 304, 0, 214, 405])
        };
        if code != 0 {
            all.push(status(command.cmd_id(), command.name(), code, all.len()));
        }
    });
    all
}
