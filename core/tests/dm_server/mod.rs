//! A DM Client in a session with a server that says what a test tells it to.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::client::{Answer, Config, DmClient, Event, Output};
use dmsc_core::codec::auth::{Account, AuthType, Credentials, md5_cred};
use dmsc_core::codec::http::{Request, Response};
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Cred, Data, Encoding, Group, Item, ItemCommand, Location, Message,
    Meta, Results, Status, StatusCode, SyncHdr,
};
use dmsc_core::codec::wsp;
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, ManagementTree, NewValue, NodeUri, Snapshot};

pub(crate) fn account() -> Account {
    Account {
        server_id: "dmsc.card".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        client: Credentials {
            auth_type: AuthType::Md5,
            name: "dmclient".into(),
            secret: "ClientSecret16!!".into(),
            nonce: (0..16).collect(),
        },
        server: Credentials {
            auth_type: AuthType::Md5,
            name: "dmsc.card".into(),
            secret: "ServerSecret16!!".into(),
            nonce: (0xF0..=0xFF).collect(),
        },
    }
}

pub(crate) fn device() -> ManagementTree {
    let mut tree = device_tree(&Device::default(), &[("DMSC", account())]);
    // Free, so that single values may lie there.
    tree.undescribe(&NodeUri::parse("./Connectivity/NAP").unwrap());
    let uri = NodeUri::parse("./Connectivity/NAP/A").unwrap();
    tree.add(&uri, NewValue::text("old"), Caller::Device, 0)
        .unwrap();
    tree
}

/// A client in a session, and what a server must remember.
pub(crate) struct Script {
    pub(crate) client: DmClient,
    pub(crate) events: Vec<Event>,
    /// Connect, Close and Ask, in words.
    pub(crate) acts: Vec<String>,
    pub(crate) last: Option<(Request, Message)>,
    pub(crate) msg_id: u32,
    pub(crate) shows_cred: bool,
    pub(crate) takes_cred: bool,
    pub(crate) before: Snapshot,
    pub(crate) session_id: String,
    pub(crate) encoding: Encoding,
    /// Limits the server tells in every message.
    pub(crate) meta: Meta,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let mut script = Script::idle(config, device());
        script.notify();
        script
    }

    /// A client that nobody has told anything yet.
    pub(crate) fn idle(config: Config, tree: ManagementTree) -> Self {
        let encoding = config.encoding;
        let client = DmClient::new(config, tree);
        Script {
            before: client.tree().snapshot(),
            client,
            events: Vec::new(),
            acts: Vec::new(),
            last: None,
            msg_id: 0,
            shows_cred: true,
            takes_cred: true,
            session_id: "A1F".into(),
            encoding,
            meta: Meta::default(),
        }
    }

    /// A notification for session A1F.
    pub(crate) fn notify(&mut self) {
        let push = Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
            .signed("ServerSecret16!!", &account().server.nonce);
        self.client
            .handle_push(&wsp::encode_notification(1, &push), 1);
        self.drain();
    }

    /// The device begins a session with a server.
    pub(crate) fn start(&mut self, server_id: &str) {
        self.client.handle_start(server_id, 1);
        self.drain();
        if let Some((_, message)) = &self.last {
            self.session_id.clone_from(&message.hdr.session_id);
        }
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.client.poll() {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Connect { host, port, .. } => {
                    self.acts.push(format!("connect {host}:{port}"));
                    self.client.handle_connected();
                }
                Output::Send(outgoing) => {
                    let kind = outgoing.request.header("Content-Type").unwrap();
                    let encoding = Encoding::from_media_type(kind).unwrap();
                    let message = Message::decode(&outgoing.request.body, encoding).unwrap();
                    assert_eq!(message.hdr.msg_id, outgoing.msg_id.to_string());
                    self.last = Some((outgoing.request, message));
                }
                Output::Close => self.acts.push("close".into()),
                Output::Ask(question) => self.acts.push(format!("ask {}", question.text)),
                Output::Execute(execution) => {
                    self.acts.push(format!("execute {}", execution.uri));
                }
            }
        }
    }

    pub(crate) fn message(&mut self, commands: Vec<Command>, is_final: bool) -> Message {
        self.msg_id += 1;
        let server = account().server;
        let cred = Cred {
            meta: Meta {
                format: Some("b64".into()),
                media_type: Some("syncml:auth-md5".into()),
                ..Meta::default()
            },
            data: md5_cred(&server.name, &server.secret, &server.nonce),
        };
        let first = self.msg_id == 1;
        let status = Status {
            cmd_id: "1".into(),
            msg_ref: self.msg_id.to_string(),
            cmd_ref: "0".into(),
            cmd: "SyncHdr".into(),
            code: if first {
                StatusCode::AUTHENTICATED
            } else {
                StatusCode::OK
            },
            ..Status::default()
        };
        let mut all = if self.takes_cred {
            vec![Command::Status(status)]
        } else {
            Vec::new()
        };
        all.extend(commands);
        Message {
            hdr: SyncHdr {
                ver_dtd: "1.2".into(),
                ver_proto: "DM/1.2".into(),
                session_id: self.session_id.clone(),
                msg_id: self.msg_id.to_string(),
                target: Location::new("IMEI:493005100592800"),
                source: Location::new("http://127.0.0.1:3516/dm"),
                cred: (self.shows_cred && first).then_some(cred),
                meta: self.meta.clone(),
                ..SyncHdr::default()
            },
            commands: all,
            is_final,
        }
    }

    pub(crate) fn deliver(&mut self, message: &Message) {
        let body = message.encode(self.encoding);
        self.respond(&Response::new(200).with_body(self.encoding.media_type(), body));
    }

    pub(crate) fn respond(&mut self, response: &Response) {
        self.last = None;
        self.client.handle_data(&response.encode(), 5);
        self.drain();
    }

    /// The client's last message.
    pub(crate) fn sent(&self) -> &Message {
        &self.last.as_ref().expect("a message").1
    }

    /// The Status the client's last message has for the header.
    pub(crate) fn header_status(&self) -> &Status {
        let mut all = self.sent().commands.iter();
        all.find_map(|c| match c {
            Command::Status(s) if s.cmd_ref == "0" => Some(s),
            _ => None,
        })
        .expect("a Status for the header")
    }

    /// The first Results of the client's last message.
    pub(crate) fn results(&self) -> &Results {
        let mut all = self.sent().commands.iter();
        all.find_map(|c| match c {
            Command::Results(results) => Some(results),
            _ => None,
        })
        .expect("Results")
    }

    /// Sends commands; what the client answers, in words.
    pub(crate) fn say(&mut self, commands: Vec<Command>) -> String {
        self.say_part(commands, true)
    }

    pub(crate) fn say_part(&mut self, commands: Vec<Command>, is_final: bool) -> String {
        let message = self.message(commands, is_final);
        self.deliver(&message);
        self.answer()
    }

    pub(crate) fn answer(&self) -> String {
        match &self.last {
            None => String::new(),
            Some((_, message)) => shown(message),
        }
    }

    pub(crate) fn reply(&mut self, answer: Answer) -> String {
        self.client.handle_answer(answer, 6);
        self.drain();
        self.answer()
    }

    pub(crate) fn end(&self) -> Option<(bool, &str)> {
        let mut ends = self.events.iter().filter_map(|e| match e {
            Event::SessionEnded { complete, reason } => Some((*complete, reason.as_str())),
            _ => None,
        });
        let end = ends.next();
        assert_eq!(ends.next(), None);
        end
    }

    /// Connectivity is as it was at first.
    pub(crate) fn is_untouched(&self) -> bool {
        self.client.tree().lookup("./Connectivity") == self.before.lookup("./Connectivity")
    }

    pub(crate) fn value(&self, uri: &str) -> Option<String> {
        let node = self.client.tree().lookup(uri)?;
        Some(String::from_utf8_lossy(&node.state().value).into_owned())
    }

    /// Changes told since the start lead to the tree as it is.
    pub(crate) fn is_told(&self) -> bool {
        let mut tree = self.before.clone();
        for event in &self.events {
            if let Event::CommandDone { changes, .. } | Event::NonceRenewed { changes, .. } = event
            {
                for change in changes {
                    assert!(tree.apply(change), "{change:?}");
                }
            }
        }
        tree == self.client.tree().snapshot()
    }
}

/// Status codes and other commands; the Status for the header is left out.
pub(crate) fn shown(message: &Message) -> String {
    let mut words: Vec<String> = message
        .commands
        .iter()
        .filter_map(|c| match c {
            Command::Status(s) if s.cmd_ref == "0" => None,
            Command::Status(s) => Some(format!("{}={}", s.cmd, s.code)),
            Command::Alert(a) => Some(format!("Alert{}", a.code)),
            other => Some(other.name().to_owned()),
        })
        .collect();
    if message.is_final {
        words.push("Final".into());
    }
    words.join(" ")
}

pub(crate) fn items(id: u32, uri: &str, text: Option<&str>) -> ItemCommand {
    ItemCommand {
        cmd_id: id.to_string(),
        items: vec![Item {
            target: Some(Location::new(uri)),
            data: text.map(|t| Data::Text(t.into())),
            ..Item::default()
        }],
        ..ItemCommand::default()
    }
}

pub(crate) fn replace(id: u32, text: &str) -> Command {
    Command::Replace(items(id, "./Connectivity/NAP/A", Some(text)))
}

pub(crate) fn add(id: u32, name: &str) -> Command {
    Command::Add(items(id, &format!("./Connectivity/NAP/{name}"), Some("v")))
}

pub(crate) fn delete(id: u32, name: &str) -> Command {
    Command::Delete(items(id, &format!("./Connectivity/NAP/{name}"), None))
}

pub(crate) fn get(id: u32, uri: &str) -> Command {
    Command::Get(items(id, uri, None))
}

pub(crate) fn alert(id: u32, code: AlertCode) -> Command {
    let texts: &[&str] = if code.0 < 1200 { &["", "Well?"] } else { &[] };
    Command::Alert(Alert {
        cmd_id: id.to_string(),
        code,
        items: texts
            .iter()
            .map(|t| Item {
                data: Some(Data::Text((*t).into())),
                ..Item::default()
            })
            .collect(),
        ..Alert::default()
    })
}

pub(crate) fn group(id: u32, commands: Vec<Command>) -> Group {
    Group {
        cmd_id: id.to_string(),
        commands,
        ..Group::default()
    }
}

pub(crate) fn atomic(id: u32, commands: Vec<Command>) -> Command {
    Command::Atomic(group(id, commands))
}

pub(crate) fn sequence(id: u32, commands: Vec<Command>) -> Command {
    Command::Sequence(group(id, commands))
}
