//! The DM Client and the server against each other: every pair of authentication types, both
//! encodings, session after session, and a plan with every kind of command.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::client::{self, AlertItem, Answer, DeviceAlert, DmClient};
use dmsc_core::codec::auth::{Account, AuthType, Credentials};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::syncml::{AlertCode, Encoding, StatusCode};
use dmsc_core::server::{self, DmServer, Plan, samples};
use dmsc_core::tree::standard::{Device, device_tree};

fn account(client: AuthType, server: AuthType) -> Account {
    let credentials = |auth_type, name: &str, nonce: std::ops::RangeInclusive<u8>| Credentials {
        auth_type,
        name: name.into(),
        secret: format!("{name} secret 16"),
        nonce: nonce.collect(),
    };
    Account {
        server_id: "dmsc.card".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        client: credentials(client, "dmclient", 0..=15),
        server: credentials(server, "dmsc.card", 0xF0..=0xFF),
    }
}

struct Pair {
    client: DmClient,
    server: DmServer,
    now_s: u64,
    messages: u32,
    ends: Vec<(bool, String)>,
    receipts: Vec<String>,
    alerts: Vec<Option<String>>,
    executed: StatusCode,
}

impl Pair {
    /// The server has its account, the client another one of the same account.
    fn new(theirs: Account, ours: Account, encoding: Encoding, plan: Plan) -> Pair {
        let mut tree = device_tree(&Device::default(), &[("DMSC", theirs)]);
        tree.load(&samples::before().unwrap(), 0).unwrap();
        let config = client::Config {
            encoding,
            max_msg_size: 16_384,
            seed: 1,
            ..client::Config::default()
        };
        Pair {
            client: DmClient::new(config, tree),
            server: DmServer::new(
                server::Config {
                    accounts: vec![ours],
                    max_msg_size: 8192,
                    seed: 2,
                    ..server::Config::default()
                },
                plan,
            ),
            now_s: 1_791_297_160,
            messages: 0,
            ends: Vec::new(),
            receipts: Vec::new(),
            alerts: Vec::new(),
            executed: StatusCode::OK,
        }
    }

    /// One session of the device's own will; how each side saw its end.
    fn session(&mut self) -> Vec<(bool, String)> {
        self.client.handle_start("dmsc.card", self.now_s);
        for _ in 0..1000 {
            let Some(output) = self.client.poll() else {
                return std::mem::take(&mut self.ends);
            };
            self.now_s += 1;
            match output {
                client::Output::Event(client::Event::SessionEnded { complete, reason }) => {
                    self.ends.push((complete, reason));
                }
                client::Output::Event(_) => {}
                client::Output::Connect { .. } => self.client.handle_connected(),
                client::Output::Close => self.server.handle_connection_lost(),
                client::Output::Ask(_) => self.client.handle_answer(Answer::Accept, self.now_s),
                client::Output::Execute(_) => {
                    self.client.handle_executed(self.executed, self.now_s);
                }
                client::Output::Send(outgoing) => {
                    self.messages += 1;
                    let request = outgoing.request;
                    let kind = request.header("Content-Type").unwrap().to_owned();
                    let hmac = request.header("x-syncml-hmac").map(str::to_owned);
                    self.server
                        .handle_message(&kind, hmac.as_deref(), &request.body);
                    self.serve();
                }
            }
        }
        panic!("no end");
    }

    fn serve(&mut self) {
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Event(server::Event::SessionEnded { complete, reason }) => {
                    self.ends.push((complete, reason));
                }
                server::Output::Event(server::Event::ReceiptStored(r)) => {
                    self.receipts
                        .push(format!("{} {} {}", r.command, r.uri, r.code));
                }
                server::Output::Event(server::Event::Alerted(alerted)) => {
                    self.alerts.push(alerted.step);
                }
                server::Output::Event(_) => {}
                server::Output::Answer(answer) => {
                    let mut response = Response::new(answer.http_status)
                        .with_body(&answer.content_type, answer.body);
                    if let Some(hmac) = answer.hmac {
                        response.headers.push(("X-SyncML-HMAC".into(), hmac));
                    }
                    self.client.handle_data(&response.encode(), self.now_s);
                }
            }
        }
    }

    fn value(&self, uri: &str) -> Option<String> {
        let node = self.client.tree().lookup(uri)?;
        Some(String::from_utf8_lossy(&node.state().value).into_owned())
    }

    fn agree(&self) {
        let there = self.client.tree().account("dmsc.card").unwrap();
        let here = &self.server.accounts()[0];
        assert_eq!(there.client.nonce, here.client.nonce);
        assert_eq!(there.server.nonce, here.server.nonce);
    }
}

#[test]
fn every_pair_of_authentication_types_works_session_after_session() {
    let types = [AuthType::Basic, AuthType::Md5, AuthType::Mac];
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        for client in &types {
            for server in &types {
                let known = account(client.clone(), server.clone());
                let plan = samples::plan().unwrap();
                let mut pair = Pair::new(known.clone(), known, encoding, plan);
                for round in 0..3 {
                    let before = pair.messages;
                    let ends = pair.session();
                    let told = format!("{client} {server} {encoding:?} {round}: {ends:?}");
                    assert!(ends.len() == 2 && ends.iter().all(|e| e.0), "{told}");
                    let used = pair.messages - before;
                    assert_eq!(used, if round == 0 { 2 } else { 1 }, "{told}");
                    pair.agree();
                }
                let addr = pair.value("./Connectivity/NAP/Work/Addr");
                assert_eq!(addr.as_deref(), Some("corp.example"));
            }
        }
    }
}

#[test]
fn nonces_that_came_apart_are_found_again() {
    for kind in [AuthType::Md5, AuthType::Mac] {
        for (of_client, of_server) in [(true, false), (false, true), (true, true)] {
            let known = account(kind.clone(), kind.clone());
            let mut ours = known.clone();
            if of_client {
                ours.client.nonce = vec![7; 16];
            }
            if of_server {
                ours.server.nonce = vec![8; 16];
            }
            let plan = samples::plan().unwrap();
            let mut pair = Pair::new(known, ours, Encoding::Wbxml, plan);
            let ends = pair.session();
            assert!(ends.iter().all(|e| e.0), "{kind} {ends:?}");
            pair.agree();
            assert!(pair.session().iter().all(|e| e.0));
            assert!(pair.server.is_done());
        }
    }
}

#[test]
fn a_secret_that_is_wrong_changes_nothing() {
    for kind in [AuthType::Basic, AuthType::Md5, AuthType::Mac] {
        for of_client in [true, false] {
            let known = account(kind.clone(), kind.clone());
            let mut ours = known.clone();
            if of_client {
                ours.client.secret = "other".into();
            } else {
                ours.server.secret = "other".into();
            }
            let plan = samples::plan().unwrap();
            let mut pair = Pair::new(known, ours, Encoding::Wbxml, plan);
            let ends = pair.session();
            assert!(!ends.is_empty() && ends.iter().all(|e| !e.0), "{ends:?}");
            let addr = pair.value("./Connectivity/NAP/Work/Addr");
            assert_eq!(addr.as_deref(), Some("corp.old"), "{kind} {of_client}");
        }
    }
}

#[test]
fn a_plan_with_conditions_changes_the_tree_of_a_client() {
    let plan = Plan::from_json(
        r#"{"commands": [
            {"id": "old", "command": "Get", "target": "./Connectivity/NAP/Work/Addr"},
            {"id": "sure", "command": "Alert", "code": 1101, "text": "Change it?",
             "when": [{"of": "old", "is": {"value-equals": "corp.old"}}], "on-failure": "abort"},
            {"id": "both", "command": "Atomic", "commands": [
              {"command": "Replace", "target": "./Connectivity/NAP/Work/Addr", "text": "corp.new"},
              {"command": "Replace", "target": "./Connectivity/NAP/None/Addr", "text": "x"}]},
            {"command": "Replace", "target": "./Connectivity/NAP/Work/Name", "text": "never",
             "when": [{"of": "both", "is": {"status": [200]}}]},
            {"command": "Copy", "source": "./Connectivity/NAP/Work/Addr",
             "target": "./Connectivity/NAP/Work/Name",
             "when": [{"of": "both", "is": {"status": [507]}}]}]}"#,
    )
    .unwrap();
    let known = account(AuthType::Md5, AuthType::Md5);
    let mut pair = Pair::new(known.clone(), known, Encoding::Xml, plan);
    let ends = pair.session();
    assert_eq!(
        pair.receipts,
        [
            "Get ./Connectivity/NAP/Work/Addr 200",
            "Alert  200",
            "Replace ./Connectivity/NAP/Work/Addr 216",
            "Replace ./Connectivity/NAP/None/Addr 404",
            "Copy ./Connectivity/NAP/Work/Name 200",
        ],
        "{ends:?}"
    );
    let value = |uri: &str| {
        pair.value(&format!("./Connectivity/NAP/Work/{uri}"))
            .unwrap()
    };
    assert_eq!(
        (value("Addr"), value("Name")),
        ("corp.old".into(), "corp.old".into())
    );
}

#[test]
fn alerts_of_a_device_reach_the_server() {
    let known = account(AuthType::Mac, AuthType::Md5);
    let plan = Plan::default();
    let mut pair = Pair::new(known.clone(), known, Encoding::Wbxml, plan);
    let alert = DeviceAlert {
        code: AlertCode::GENERIC,
        correlator: None,
        items: vec![AlertItem {
            media_type: "Reversed-Domain-Name: org.example.low".into(),
            format: "int".into(),
            data: "3".into(),
            ..AlertItem::default()
        }],
    };
    pair.client.handle_alert("dmsc.card", alert).unwrap();
    assert!(pair.session().iter().all(|e| e.0));
    assert_eq!(pair.alerts, [None]);
}
