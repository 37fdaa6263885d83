//! A client that is led by hand: it says what a test tells it, and keeps what the server answers.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::auth::{Account, AuthType, Credentials, HmacHeader};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Chal, Command, Cred, Data, Encoding, Item, ItemCommand, Location, Message,
    Meta, Results, Status, StatusCode, SyncHdr,
};
use dmsc_core::server::{Answer, Config, DmServer, Event, Output, Plan};

pub(crate) fn account() -> Account {
    Account {
        server_id: "dmsc.card".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        client: credentials(AuthType::Md5, "dmclient", "ClientSecret16!!"),
        server: credentials(AuthType::Md5, "dmsc.card", "ServerSecret16!!"),
    }
}

pub(crate) fn credentials(auth_type: AuthType, name: &str, secret: &str) -> Credentials {
    Credentials {
        auth_type,
        name: name.into(),
        secret: secret.into(),
        nonce: (0..16).collect(),
    }
}

/// An account that asks for no credentials and shows none.
pub(crate) fn open_account() -> Account {
    Account {
        server_id: "dmsc.card".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        ..Account::default()
    }
}

pub(crate) fn plan(commands: &str) -> Plan {
    Plan::from_json(&format!("{{\"commands\": [{commands}]}}")).unwrap()
}

pub(crate) struct Peer {
    pub(crate) server: DmServer,
    pub(crate) session: String,
    pub(crate) device: String,
    pub(crate) msg_id: u32,
    pub(crate) encoding: Encoding,
    /// Shown in each message; `None` shows nothing.
    pub(crate) shows: Option<Credentials>,
    pub(crate) meta: Meta,
    pub(crate) ver: (&'static str, &'static str),
    pub(crate) events: Vec<Event>,
    /// The last answer, and the last DM message in one.
    pub(crate) answer: Option<Answer>,
    pub(crate) last: Message,
    /// The last request, as it was sent.
    pub(crate) request: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(config: Config, plan: Plan) -> Peer {
        Peer {
            server: DmServer::new(config, plan),
            session: "1".into(),
            device: "IMEI:1".into(),
            msg_id: 0,
            encoding: Encoding::Wbxml,
            shows: None,
            meta: Meta::default(),
            ver: ("1.2", "DM/1.2"),
            events: Vec::new(),
            answer: None,
            last: Message::default(),
            request: Vec::new(),
        }
    }

    /// With a server that asks for no credentials.
    pub(crate) fn open(commands: &str) -> Peer {
        let config = Config {
            accounts: vec![open_account()],
            ..Config::default()
        };
        Peer::new(config, plan(commands))
    }

    /// A message of these commands, numbered from 1.
    pub(crate) fn message(&mut self, commands: Vec<Command>, is_final: bool) -> Message {
        self.msg_id += 1;
        let mut commands = commands;
        for (at, command) in commands.iter_mut().enumerate() {
            if command.cmd_id().is_empty() {
                command.set_cmd_id((at + 1).to_string());
            }
        }
        let cred = self.shows.as_ref().and_then(|shown| match shown.auth_type {
            AuthType::Basic => Some(Cred::basic(shown)),
            AuthType::Md5 => Some(Cred::md5(shown, &shown.nonce)),
            _ => None,
        });
        Message {
            hdr: SyncHdr {
                ver_dtd: self.ver.0.into(),
                ver_proto: self.ver.1.into(),
                session_id: self.session.clone(),
                msg_id: self.msg_id.to_string(),
                target: Location::new("http://127.0.0.1:3516/dm"),
                source: Location {
                    uri: self.device.clone(),
                    name: self.shows.as_ref().map(|shown| shown.name.clone()),
                },
                cred,
                meta: std::mem::take(&mut self.meta),
                ..SyncHdr::default()
            },
            commands,
            is_final,
        }
    }

    /// Sends what it is told and tells the HTTP status.
    pub(crate) fn post(&mut self, message: &Message) -> u16 {
        self.request = message.encode(self.encoding);
        self.repeat()
    }

    /// Sends the last request again.
    pub(crate) fn repeat(&mut self) -> u16 {
        let body = self.request.clone();
        let hmac = self.shows.as_ref().and_then(|shown| {
            (shown.auth_type == AuthType::Mac)
                .then(|| HmacHeader::of(shown, &shown.nonce, &body).to_string())
        });
        self.bytes(self.encoding.media_type(), hmac.as_deref(), &body)
    }

    pub(crate) fn bytes(&mut self, kind: &str, hmac: Option<&str>, body: &[u8]) -> u16 {
        self.server.handle_message(kind, hmac, body);
        let mut status = 0;
        while let Some(output) = self.server.poll() {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Answer(answer) => {
                    status = answer.http_status;
                    if status == 200 {
                        self.last = Message::decode(&answer.body, self.encoding).unwrap();
                        self.check();
                    }
                    self.answer = Some(answer);
                }
            }
        }
        status
    }

    /// What must be so of every message of a server.
    fn check(&self) {
        let hdr = &self.last.hdr;
        assert_eq!(hdr.session_id, self.session);
        assert_eq!(hdr.target.uri, self.device);
        assert_eq!((&*hdr.ver_dtd, &*hdr.ver_proto), ("1.2", "DM/1.2"));
        let mut ids = Vec::new();
        walk(&self.last.commands, &mut |c| {
            let id: u32 = c.cmd_id().parse().unwrap();
            ids.push(id);
        });
        let counted: Vec<u32> = (1..=ids.len() as u32).collect();
        assert_eq!(ids, counted, "CmdIDs count from 1");
    }

    pub(crate) fn send(&mut self, commands: Vec<Command>, is_final: bool) -> String {
        let message = self.message(commands, is_final);
        assert_eq!(self.post(&message), 200);
        self.line()
    }

    /// Package #1.
    pub(crate) fn begin(&mut self) -> String {
        self.send(package_1(), true)
    }

    /// A new session of the same client.
    pub(crate) fn begin_again(&mut self) -> String {
        self.msg_id = 0;
        self.session = format!("{:X}", u16::from_str_radix(&self.session, 16).unwrap() + 1);
        self.begin()
    }

    /// Package #3 in which each command got the code that `code` says; 0 for no Status.
    pub(crate) fn reply(&mut self, header: u16, code: impl Fn(&Command) -> u16) -> Vec<Command> {
        let mut statuses = vec![self.status("0", "SyncHdr", header)];
        walk(&self.last.commands, &mut |command| {
            if !matches!(command, Command::Status(_)) && code(command) != 0 {
                statuses.push(self.status(command.cmd_id(), command.name(), code(command)));
            }
        });
        statuses
    }

    /// The same, sent.
    pub(crate) fn all(&mut self, code: impl Fn(&Command) -> u16) -> String {
        let statuses = self.reply(200, code);
        self.send(statuses, true)
    }

    pub(crate) fn status(&self, cmd_ref: &str, cmd: &str, code: u16) -> Command {
        Command::Status(Status {
            msg_ref: self.last.hdr.msg_id.clone(),
            cmd_ref: cmd_ref.into(),
            cmd: cmd.into(),
            code: StatusCode(code),
            ..Status::default()
        })
    }

    /// The CmdID of a command of the last answer.
    pub(crate) fn id_of(&self, name: &str) -> String {
        let mut found = None;
        walk(&self.last.commands, &mut |c| {
            if c.name() == name && found.is_none() {
                found = Some(c.cmd_id().to_owned());
            }
        });
        found.unwrap()
    }

    pub(crate) fn results(&self, uri: &str, data: &str, more: bool, size: Option<u64>) -> Command {
        Command::Results(Results {
            msg_ref: Some("1".into()),
            cmd_ref: "4".into(),
            items: vec![Item {
                source: Some(Location::new(uri)),
                meta: Meta {
                    size,
                    ..Meta::default()
                },
                data: Some(Data::Text(data.into())),
                more_data: more,
                ..Item::default()
            }],
            ..Results::default()
        })
    }

    pub(crate) fn line(&self) -> String {
        let mut words: Vec<String> = self.last.commands.iter().map(shown).collect();
        if self.last.is_final {
            words.push("Final".into());
        }
        words.join(" ")
    }

    /// The challenge, or the nonce for next time, in the Status for the header.
    pub(crate) fn chal(&self) -> Option<Chal> {
        match self.last.commands.first() {
            Some(Command::Status(status)) => status.chal.clone(),
            _ => None,
        }
    }

    /// Takes the nonce of the challenge.
    pub(crate) fn take_nonce(&mut self) {
        let nonce = self.chal().unwrap().nonce().unwrap();
        self.shows.as_mut().unwrap().nonce = nonce;
    }

    pub(crate) fn end(&self) -> (bool, String) {
        let ends: Vec<&Event> = self
            .events
            .iter()
            .filter(|e| matches!(e, Event::SessionEnded { .. }))
            .collect();
        match ends.as_slice() {
            [.., Event::SessionEnded { complete, reason }] => (*complete, reason.clone()),
            _ => panic!("no end: {:#?}", self.events),
        }
    }

    pub(crate) fn receipts(&self) -> Vec<String> {
        self.events
            .iter()
            .filter_map(|e| match e {
                Event::ReceiptStored(r) => Some(format!("{} {} {}", r.command, r.uri, r.code)),
                _ => None,
            })
            .collect()
    }
}

pub(crate) fn walk<'m>(commands: &'m [Command], f: &mut dyn FnMut(&'m Command)) {
    for command in commands {
        f(command);
        if let Command::Sequence(g) | Command::Atomic(g) = command {
            walk(&g.commands, f);
        }
    }
}

pub(crate) fn shown(command: &Command) -> String {
    match command {
        Command::Status(s) => format!("{}={}", s.cmd, s.code),
        Command::Alert(a) => format!("Alert{}", a.code),
        Command::Sequence(g) | Command::Atomic(g) => {
            let inner: Vec<String> = g.commands.iter().map(shown).collect();
            format!("{}({})", command.name(), inner.join(" "))
        }
        other => other.name().to_owned(),
    }
}

pub(crate) fn alert(code: u16) -> Command {
    Command::Alert(Alert {
        code: AlertCode(code),
        ..Alert::default()
    })
}

pub(crate) fn leaf(uri: &str, data: &str) -> Item {
    Item {
        source: Some(Location::new(uri)),
        data: Some(Data::Text(data.into())),
        ..Item::default()
    }
}

pub(crate) fn replace(items: Vec<Item>) -> Command {
    Command::Replace(ItemCommand {
        items,
        ..ItemCommand::default()
    })
}

pub(crate) fn package_1() -> Vec<Command> {
    vec![
        alert(1201),
        replace(vec![
            leaf("./DevInfo/DevId", "IMEI:1"),
            leaf("./DevInfo/Man", "Example"),
        ]),
    ]
}
