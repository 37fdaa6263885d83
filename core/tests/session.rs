//! Client and server as a pair in memory: a push, HTTP in pieces, a user, and no clock but a
//! counter.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::client::{self, DmClient};
use dmsc_core::codec::auth::{Account, AuthType, Credentials};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{Command, Encoding, Item, Message, StatusCode};
use dmsc_core::codec::{tnds, wsp};
use dmsc_core::server::{self, DmServer, Operation, Plan, samples};
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, ManagementTree, NodeUri, Property, Snapshot};

fn account() -> Account {
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

fn device() -> ManagementTree {
    let mut tree = device_tree(&Device::default(), &[("DMSC", account())]);
    tree.load(&samples::before().unwrap(), 0).unwrap();
    tree
}

/// A message that crossed, as a line.
type Log = Vec<String>;

struct Pair {
    client: DmClient,
    server: DmServer,
    now_s: u64,
    answer: Option<client::Answer>,
    log: Log,
    client_events: Vec<client::Event>,
    server_events: Vec<server::Event>,
    /// Every message, ours and theirs.
    messages: Vec<Message>,
    /// Octets of each message.
    sizes: Vec<usize>,
}

struct Setup {
    client: client::Config,
    server: server::Config,
    tree: ManagementTree,
    plan: Plan,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            client: client::Config {
                seed: 1,
                ..client::Config::default()
            },
            server: server::Config {
                accounts: vec![account()],
                seed: 2,
                ..server::Config::default()
            },
            tree: device(),
            plan: samples::plan().unwrap(),
        }
    }
}

impl Setup {
    fn asking(mut self) -> Self {
        self.plan = self
            .plan
            .asking("Set up the connections of your operator?", 60);
        self
    }

    fn pair(self) -> Pair {
        Pair {
            client: DmClient::new(self.client, self.tree),
            server: DmServer::new(self.server, self.plan),
            now_s: 1_791_297_160,
            answer: Some(client::Answer::Accept),
            log: Vec::new(),
            client_events: Vec::new(),
            server_events: Vec::new(),
            messages: Vec::new(),
            sizes: Vec::new(),
        }
    }
}

impl Pair {
    fn notify(&mut self) {
        let push = self
            .server
            .notification(UiMode::Background, Initiator::Server);
        self.push(&push);
    }

    fn push(&mut self, push: &[u8]) {
        self.client.handle_push(push, self.now_s);
        self.run();
    }

    /// Moves everything until nobody wants anything.
    fn run(&mut self) {
        for _ in 0..1000 {
            let Some(output) = self.client.poll() else {
                return;
            };
            self.now_s += 1;
            match output {
                client::Output::Event(event) => {
                    self.log.push(format!("client {event:?}"));
                    self.client_events.push(event);
                }
                client::Output::Connect { host, port, .. } => {
                    assert_eq!((host.as_str(), port), ("127.0.0.1", 3516));
                    self.client.handle_connected();
                }
                client::Output::Send(outgoing) => {
                    let request = outgoing.request;
                    assert_eq!(request.header("Host"), Some("127.0.0.1:3516"));
                    let kind = request.header("Content-Type").unwrap().to_owned();
                    self.note("->", &kind, &request.body);
                    let hmac = request.header("x-syncml-hmac").map(str::to_owned);
                    self.server
                        .handle_message(&kind, hmac.as_deref(), &request.body);
                    self.serve();
                }
                client::Output::Close => {
                    self.log.push("close".into());
                    self.server.handle_connection_lost();
                    self.serve();
                }
                client::Output::Execute(_) => panic!("no process"),
                client::Output::Ask(question) => {
                    self.log.push(format!("ask {}", question.text));
                    match self.answer.clone() {
                        Some(answer) => self.client.handle_answer(answer, self.now_s),
                        None => self.client.handle_closed(),
                    }
                }
            }
        }
        panic!("no end");
    }

    fn serve(&mut self) {
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Event(event) => {
                    self.log.push(format!("server {event:?}"));
                    self.server_events.push(event);
                }
                server::Output::Answer(answer) => {
                    if answer.http_status == 200 {
                        self.note("<-", &answer.content_type, &answer.body);
                    }
                    let bytes = Response::new(answer.http_status)
                        .with_body(&answer.content_type, answer.body)
                        .encode();
                    for piece in bytes.chunks(97) {
                        self.client.handle_data(piece, self.now_s);
                    }
                }
            }
        }
    }

    fn note(&mut self, way: &str, kind: &str, body: &[u8]) {
        let encoding = Encoding::from_media_type(kind).unwrap();
        let message = Message::decode(body, encoding).unwrap();
        let names: Vec<String> = message.commands.iter().map(shown).collect();
        let last = if message.is_final { " Final" } else { "" };
        self.log.push(format!(
            "{way} {} {}{last}",
            message.hdr.msg_id,
            names.join(" ")
        ));
        self.messages.push(message);
        self.sizes.push(body.len());
    }

    fn client_end(&self) -> (bool, String) {
        let ends: Vec<(bool, String)> = self
            .client_events
            .iter()
            .filter_map(|e| match e {
                client::Event::SessionEnded { complete, reason } => {
                    Some((*complete, reason.clone()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(ends.len(), 1, "{:#?}", self.log);
        ends[0].clone()
    }

    fn server_end(&self) -> (bool, String) {
        let ends: Vec<(bool, String)> = self
            .server_events
            .iter()
            .filter_map(|e| match e {
                server::Event::SessionEnded { complete, reason } => {
                    Some((*complete, reason.clone()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(ends.len(), 1, "{:#?}", self.log);
        ends[0].clone()
    }

    fn receipts(&self) -> Vec<String> {
        self.server_events
            .iter()
            .filter_map(|e| match e {
                server::Event::ReceiptStored(r) => {
                    Some(format!("{} {} {}", r.command, r.uri, r.code))
                }
                _ => None,
            })
            .collect()
    }

    fn lines(&self) -> Vec<&str> {
        self.log
            .iter()
            .filter(|l| l.starts_with("->") || l.starts_with("<-"))
            .map(String::as_str)
            .collect()
    }

    /// Both hold the same nonces.
    fn agree(&self) {
        let there = self.client.tree().account("dmsc.card").unwrap();
        let here = &self.server.accounts()[0];
        assert_eq!(there.client.nonce, here.client.nonce, "{:#?}", self.log);
        assert_eq!(there.server.nonce, here.server.nonce, "{:#?}", self.log);
    }

    fn value(&self, uri: &str) -> Option<String> {
        let node = self.client.tree().lookup(uri)?;
        Some(String::from_utf8_lossy(&node.state().value).into_owned())
    }

    fn is_provisioned(&self) -> bool {
        provisioned(&self.client.tree().snapshot())
    }

    fn is_as_before(&self) -> bool {
        as_before(&self.client.tree().snapshot())
    }
}

/// Headers, identifiers and credentials of all messages are as they must be.
fn check_headers(messages: &[Message]) {
    let first = &messages[0].hdr;
    let (mut of_client, mut of_server) = (0, 0);
    for message in messages {
        let hdr = &message.hdr;
        assert_eq!((&*hdr.ver_dtd, &*hdr.ver_proto), ("1.2", "DM/1.2"));
        assert_eq!(hdr.session_id, first.session_id);
        let count = if hdr.source.uri == first.source.uri {
            assert_eq!(hdr.target.uri, first.target.uri);
            &mut of_client
        } else {
            assert_eq!(hdr.target.uri, first.source.uri);
            assert_eq!(hdr.source.uri, first.target.uri);
            &mut of_server
        };
        *count += 1;
        assert_eq!(hdr.msg_id, count.to_string());
        // The user name of a digest stands beside the address.
        assert_eq!(hdr.cred.is_some(), hdr.source.name.is_some());
        let text = message.encode_xml();
        let (_, body) = text.split_once("<SyncBody>").unwrap();
        for never in [
            "<Cred>",
            "<NoResp",
            "<NoResults",
            "<Archive",
            "<SftDel",
            "<Lang>",
            "<NumberOfChanges>",
        ] {
            assert!(!body.contains(never), "{text}");
        }
    }
    assert!(of_client > 0 && of_client == of_server);
}

/// Objects in chunks are told with their size at first and follow one another; others are whole.
fn check_chunks(messages: &[Message]) {
    let mut open: [Option<String>; 2] = [None, None];
    for message in messages {
        let side = usize::from(message.hdr.source.uri.starts_with("http"));
        let mut items = Vec::new();
        items_of(&message.commands, &mut items);
        for (at, item) in items.iter().enumerate() {
            let place = item.target.as_ref().or(item.source.as_ref());
            let place = place.map(|place| place.uri.clone()).unwrap_or_default();
            match open[side].take() {
                Some(begun) => {
                    assert_eq!(place, begun, "nothing comes between");
                    assert_eq!(item.meta.size, None);
                }
                None => assert_eq!(item.meta.size.is_some(), item.more_data),
            }
            if item.more_data {
                assert_eq!(at + 1, items.len(), "nothing follows a chunk");
                assert!(!message.is_final);
                open[side] = Some(place);
            }
        }
    }
    assert_eq!(open, [None, None]);
}

/// The Items of commands and Results, groups included.
fn items_of<'m>(commands: &'m [Command], items: &mut Vec<&'m Item>) {
    for command in commands {
        match command {
            Command::Sequence(group) | Command::Atomic(group) => items_of(&group.commands, items),
            Command::Results(results) => items.extend(&results.items),
            Command::Add(c)
            | Command::Replace(c)
            | Command::Get(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Exec(c) => items.extend(&c.items),
            _ => {}
        }
    }
}

fn value_in(tree: &Snapshot, uri: &str) -> Option<String> {
    let node = tree.lookup(uri)?;
    Some(String::from_utf8_lossy(&node.state().value).into_owned())
}

fn provisioned(tree: &Snapshot) -> bool {
    let value = |uri: &str| value_in(tree, &format!("./Connectivity/NAP/{uri}"));
    value("Work/Addr").as_deref() == Some("corp.example")
        && value("Home/Addr").as_deref() == Some("internet.example")
        && value("Home/AuthInfo/AuthName").as_deref() == Some("guest")
        && value("Legacy").is_none()
}

fn as_before(tree: &Snapshot) -> bool {
    let value = |uri: &str| value_in(tree, &format!("./Connectivity/NAP/{uri}"));
    value("Work/Addr").as_deref() == Some("corp.old")
        && value("Home").is_none()
        && value("Legacy/Addr").is_some()
}

fn shown(command: &Command) -> String {
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

/// Shows PRO-1, PRO-8, PRO-31, PRO-60, PRO-61, REP-1, REP-28, SEC-1, SEC-2, SEC-7, OBJ-8, NOT-1.
#[test]
fn a_session_from_push_to_end() {
    let mut pair = Setup::default().asking().pair();
    pair.notify();
    assert_eq!(
        pair.lines(),
        [
            "-> 1 Alert1200 Replace Final",
            "<- 1 SyncHdr=212 Alert=200 Replace=200 Sequence(Alert1101 Replace Add Delete) Get Final",
            "-> 2 SyncHdr=212 Sequence=200 Alert=200 Replace=200 Add=200 Delete=200 Get=200 Results Final",
            "<- 2 SyncHdr=200 Final",
        ]
    );
    assert!(pair.is_provisioned());
    assert_eq!(
        pair.client_end(),
        (true, "the server has no more commands".into())
    );
    assert_eq!(pair.server_end(), (true, "4 commands done".into()));
    assert_eq!(
        pair.receipts(),
        [
            "Alert  200",
            "Replace ./Connectivity/NAP/Work/Addr 200",
            "Add ./Connectivity/NAP/Home 200",
            "Delete ./Connectivity/NAP/Legacy 200",
            "Get ./Connectivity/NAP 200",
        ]
    );
    assert!(pair.server_events.contains(&server::Event::ResultsStored {
        uri: "./Connectivity/NAP".into(),
        value: b"Home/Work".to_vec(),
    }));
    pair.agree();
    assert_ne!(
        pair.server.accounts()[0].client.nonce,
        account().client.nonce
    );
    assert_ne!(
        pair.server.accounts()[0].server.nonce,
        account().server.nonce
    );
    let node = pair
        .client
        .tree()
        .lookup("./Connectivity/NAP/Home")
        .unwrap();
    assert_eq!(node.state().media_type, "urn:oma:mo:oma-connmo-nap:1.0");
    // Every change is told, and they lead from before to after.
    let mut tree = device().snapshot();
    for event in &pair.client_events {
        if let client::Event::CommandDone { changes, .. } = event {
            for change in changes {
                assert!(tree.apply(change));
            }
        }
    }
    assert!(provisioned(&tree));
}

/// Shows PRO-41, PRO-42, PRO-50, PRO-52, REP-10, REP-12, REP-14, REP-15.
#[test]
fn headers_are_whole_and_credentials_stand_there_alone() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        for stale in [false, true] {
            let mut setup = Setup::default().asking();
            setup.client.encoding = encoding;
            setup.server.max_msg_size = 4096;
            if stale {
                // Challenges both ways.
                setup.server.accounts[0].client.nonce = vec![7; 16];
            }
            let mut pair = setup.pair();
            pair.notify();
            assert!(pair.is_provisioned(), "{:#?}", pair.log);
            check_headers(&pair.messages);
            check_chunks(&pair.messages);
        }
    }
}

#[test]
fn equal_seeds_give_equal_runs() {
    let run = |encoding: Encoding| {
        let mut setup = Setup::default().asking();
        setup.client.encoding = encoding;
        let mut pair = setup.pair();
        pair.notify();
        (pair.log, pair.messages)
    };
    assert_eq!(run(Encoding::Wbxml), run(Encoding::Wbxml));
    assert_eq!(run(Encoding::Xml), run(Encoding::Xml));
}

#[test]
fn the_same_in_xml() {
    let mut setup = Setup::default().asking();
    setup.client.encoding = Encoding::Xml;
    setup.server.max_msg_size = 8192;
    let mut pair = setup.pair();
    pair.notify();
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    assert_eq!(pair.client_end().0, pair.server_end().0);
    pair.agree();
}

/// Shows PRO-54, SEC-7.
#[test]
fn sessions_follow_each_other() {
    let mut pair = Setup::default().pair();
    pair.notify();
    pair.client_events.clear();
    pair.server_events.clear();
    pair.log.clear();
    pair.notify();
    // Nothing is left to do: the first answer is the last.
    assert_eq!(
        pair.lines(),
        [
            "-> 1 Alert1200 Replace Final",
            "<- 1 SyncHdr=212 Alert=200 Replace=200 Final",
        ]
    );
    assert!(pair.client_end().0);
    assert!(pair.server_end().0);
    pair.agree();
    // And a third, with the nonces of the second.
    let plan = Plan::from_documents(&samples::after().unwrap(), &samples::before().unwrap());
    pair.server.set_plan(plan);
    pair.notify();
    assert!(pair.is_as_before(), "{:#?}", pair.log);
    pair.agree();
}

/// Shows PRO-103, PRO-106, PRO-107.
#[test]
fn answers_of_the_user() {
    for (answer, code, reason) in [
        (client::Answer::Reject, 304, "the user said no"),
        (client::Answer::Cancel, 214, "the user cancelled"),
        (client::Answer::NoAnswer, 408, "the user did not answer"),
    ] {
        let mut pair = Setup::default().asking().pair();
        pair.answer = Some(answer);
        pair.notify();
        assert!(pair.is_as_before(), "{:#?}", pair.log);
        assert_eq!(pair.server_end(), (true, reason.into()), "{:#?}", pair.log);
        assert!(pair.client_end().0);
        let receipts = pair.receipts();
        assert_eq!(receipts[0], format!("Alert  {code}"));
        assert!(receipts[1..4].iter().all(|r| r.ends_with(" 215")));
        pair.agree();
        // What was not done waits for the next session.
        pair.answer = Some(client::Answer::Accept);
        pair.notify();
        assert!(pair.is_provisioned(), "{:#?}", pair.log);
    }
}

/// Shows NOT-4, NOT-5.
#[test]
fn the_user_is_asked_before_the_session() {
    for (answer, begins) in [
        (client::Answer::Accept, true),
        (client::Answer::Reject, false),
        (client::Answer::NoAnswer, false),
    ] {
        let mut pair = Setup::default().pair();
        pair.answer = Some(answer);
        let push = pair
            .server
            .notification(UiMode::UserInteraction, Initiator::User);
        pair.push(&push);
        assert_eq!(pair.is_provisioned(), begins);
        assert_eq!(!pair.lines().is_empty(), begins);
        // Nobody is asked again, whatever came of it.
        pair.answer = Some(client::Answer::Accept);
        pair.client_events.clear();
        pair.push(&push);
        assert_eq!(pair.is_provisioned(), begins);
        let reason = match begins {
            // Both nonces are renewed, so that an old signature is worth nothing.
            true => "the digest is wrong",
            false => "session 1 was called for already",
        };
        assert_eq!(
            pair.client_events,
            [client::Event::NotificationRefused {
                reason: reason.into()
            }]
        );
        // Another notification is another matter.
        let push = pair
            .server
            .notification(UiMode::UserInteraction, Initiator::User);
        pair.push(&push);
        assert!(pair.is_provisioned());
    }
}

/// Shows NOT-2, NOT-3, NOT-5.
#[test]
fn forged_and_replayed_notifications() {
    let mut pair = Setup::default().pair();
    let push = pair
        .server
        .notification(UiMode::Background, Initiator::Server);
    let mut forged = push.clone();
    forged[6] ^= 1;
    pair.push(&forged);
    assert!(pair.lines().is_empty());
    let other = Package0::new("other", 1, UiMode::Background, Initiator::Server);
    pair.push(&wsp::encode_notification(1, &other));
    assert!(pair.lines().is_empty());
    pair.push(&push);
    assert!(pair.is_provisioned());
    let crossed = pair.lines().len();
    pair.push(&push);
    assert_eq!(pair.lines().len(), crossed);
}

/// Shows SEC-12.
#[test]
fn resynchronisation() {
    // The card holds nonces the client never heard of.
    let mut setup = Setup::default();
    setup.server.accounts[0].client.nonce = vec![7; 16];
    setup.server.accounts[0].server.nonce = vec![8; 16];
    let mut pair = setup.pair();
    pair.notify();
    assert!(pair.lines().is_empty(), "signed with an unknown nonce");
    let push = pair
        .server
        .resync_notification(UiMode::Background, Initiator::Server);
    pair.push(&push);
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    assert_eq!(pair.lines().len(), 4);
    assert!(
        pair.client_events
            .iter()
            .any(|e| matches!(e, client::Event::NotificationAccepted { resync: true, .. }))
    );
    pair.agree();
    // Served once: the constant nonce makes it replayable.
    pair.push(&push);
    assert_eq!(pair.lines().len(), 4);
}

/// Shows SEC-12.
#[test]
fn another_signs_with_the_resync_nonce() {
    let mut pair = Setup::default().pair();
    let package = Package0::new("dmsc.card", 0x8001, UiMode::Background, Initiator::User)
        .signed("ServerSecret16!!", &[0; 4]);
    pair.push(&wsp::encode_notification(9, &package));
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    pair.agree();
}

/// Shows PRO-91, PRO-94, PRO-99, SEC-6.
#[test]
fn a_stale_client_nonce_is_forgiven_once() {
    let mut setup = Setup::default();
    setup.server.accounts[0].client.nonce = vec![7; 16];
    let mut pair = setup.pair();
    pair.notify();
    assert_eq!(
        pair.lines()[..3],
        [
            "-> 1 Alert1200 Replace Final",
            "<- 1 SyncHdr=401 Alert=401 Replace=401 Final",
            // The server has shown nothing to a client that is not proven, and is asked to.
            "-> 2 SyncHdr=407 Alert1200 Replace Final",
        ]
    );
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    pair.agree();
}

/// Shows PRO-91, PRO-94.
#[test]
fn no_nonce_at_all_is_asked_for() {
    let mut setup = Setup::default();
    let mut known = account();
    known.client.nonce.clear();
    setup.tree = device_tree(&Device::default(), &[("DMSC", known)]);
    setup.tree.load(&samples::before().unwrap(), 0).unwrap();
    let mut pair = setup.pair();
    pair.notify();
    assert_eq!(
        pair.lines()[1],
        "<- 1 SyncHdr=407 Alert=407 Replace=407 Final"
    );
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    pair.agree();
}

/// Shows PRO-91, PRO-95, PRO-96, PRO-99, SEC-6.
#[test]
fn a_stale_server_nonce_is_forgiven_once() {
    // The notification is signed by another that knows the right nonce.
    let mut setup = Setup::default();
    setup.server.accounts[0].server.nonce = vec![8; 16];
    let mut pair = setup.pair();
    let nonce: Vec<u8> = (0xF0..=0xFF).collect();
    let package = Package0::new("dmsc.card", 0x8001, UiMode::Background, Initiator::User)
        .signed("ServerSecret16!!", &nonce);
    pair.push(&wsp::encode_notification(9, &package));
    assert_eq!(
        pair.lines(),
        [
            "-> 1 Alert1200 Replace Final",
            "<- 1 SyncHdr=212 Alert=200 Replace=200 Sequence(Replace Add Delete) Get Final",
            "-> 2 SyncHdr=401 Sequence=401 Replace=401 Add=401 Delete=401 Get=401 Final",
            "<- 2 SyncHdr=212 Sequence(Replace Add Delete) Get Final",
            "-> 3 SyncHdr=212 Sequence=200 Replace=200 Add=200 Delete=200 Get=200 Results Final",
            "<- 3 SyncHdr=200 Final",
        ]
    );
    assert!(pair.is_provisioned());
    pair.agree();
}

/// Shows PRO-90, PRO-96, SEC-6.
#[test]
fn wrong_secrets() {
    // The client's.
    let mut setup = Setup::default();
    setup.server.accounts[0].client.secret = "other".into();
    let mut pair = setup.pair();
    pair.notify();
    assert!(pair.is_as_before());
    assert_eq!(pair.lines().len(), 4);
    assert!(!pair.client_end().0);
    assert!(!pair.server_end().0);

    // The server's, called for by one who knows it.
    let mut setup = Setup::default();
    setup.server.accounts[0].server.secret = "other".into();
    let mut pair = setup.pair();
    let package = Package0::new("dmsc.card", 0x8001, UiMode::Background, Initiator::User)
        .signed("ServerSecret16!!", &account().server.nonce);
    pair.push(&wsp::encode_notification(9, &package));
    assert!(pair.is_as_before());
    assert_eq!(
        pair.client_end(),
        (false, "the server's credentials are wrong again".into())
    );
    assert!(!pair.server_end().0);
    assert!(!pair.receipts().iter().any(|r| r.ends_with("200")));
}

/// Shows PRO-10, PRO-11, PRO-14, PRO-15, PRO-18, PRO-21.
#[test]
fn small_messages_and_chunks() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        // XML takes more for the same.
        let limits: [u64; 4] = match encoding {
            Encoding::Wbxml => [500, 700, 900, 1500],
            Encoding::Xml => [1400, 1600, 2000, 3000],
        };
        for limit in limits {
            let mut setup = Setup::default().asking();
            setup.client.encoding = encoding;
            setup.client.max_msg_size = limit;
            setup.server.max_msg_size = 4096;
            let mut pair = setup.pair();
            pair.notify();
            assert!(pair.is_provisioned(), "{limit} {:#?}", pair.log);
            assert!(
                pair.client_end().0 && pair.server_end().0,
                "{:#?}",
                pair.log
            );
            pair.agree();
            for (message, size) in pair.messages.iter().zip(&pair.sizes) {
                let from_server = message.hdr.source.uri.starts_with("http");
                assert!(
                    !from_server || *size as u64 <= limit,
                    "{size} > {limit} {:#?}",
                    pair.log
                );
            }
            check_headers(&pair.messages);
            check_chunks(&pair.messages);
            if limit == limits[0] {
                assert!(
                    pair.log.iter().any(|l| l.contains("ChunkStored")),
                    "{:#?}",
                    pair.log
                );
            }
        }
    }
}

/// Shows PRO-10, PRO-11, PRO-14, PRO-15, PRO-18, PRO-21, TND-20, TND-21.
#[test]
fn the_server_takes_small_messages() {
    // Results that need several messages: the whole of a subtree is read.
    let mut setup = Setup::default();
    setup.server.max_msg_size = 600;
    let target = "./DevDetail?list=StructData".into();
    setup.plan.steps.push(Operation::Get { target }.into());
    let target = "./Connectivity?list=TNDS".into();
    setup.plan.steps.push(Operation::Get { target }.into());
    let mut pair = setup.pair();
    pair.notify();
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    assert!(
        pair.client_end().0 && pair.server_end().0,
        "{:#?}",
        pair.log
    );
    check_headers(&pair.messages);
    check_chunks(&pair.messages);
    let read = pair
        .server_events
        .iter()
        .find_map(|e| match e {
            server::Event::ResultsStored { uri, value } if uri.contains("TNDS") => Some(value),
            _ => None,
        })
        .unwrap();
    let document = tnds::Document::decode_wbxml(read).unwrap();
    assert_eq!(document.nodes[0].name, "Connectivity");
    for (message, size) in pair.messages.iter().zip(&pair.sizes) {
        assert!(
            message.hdr.source.uri.starts_with("http") || *size <= 600,
            "{size} {:#?}",
            pair.log
        );
    }
    pair.agree();
}

/// Shows TND-10.
#[test]
fn a_server_without_rights() {
    let mut setup = Setup::default();
    let uri = NodeUri::parse("./Connectivity").unwrap();
    setup
        .tree
        .replace_property(&uri, Property::Acl, "Get=*&Add=other", Caller::Device, 0)
        .unwrap();
    let mut pair = setup.pair();
    pair.notify();
    assert!(pair.is_as_before());
    assert!(pair.receipts()[..3].iter().all(|r| r.ends_with(" 425")));
    assert_eq!(pair.server_end(), (true, "3 of 4 commands refused".into()));
    pair.agree();
}

#[test]
fn what_exists_or_is_missing_is_done_the_other_way() {
    // The device has Home already, and neither Work nor Legacy.
    let mut setup = Setup::default();
    let mut home = samples::after().unwrap();
    home.nodes.retain(|n| n.name == "Home");
    home.nodes[0].children[4].value = Some(b"old.example".to_vec());
    setup.tree = device_tree(&Device::default(), &[("DMSC", account())]);
    setup.tree.load(&home, 0).unwrap();
    let mut work = samples::before().unwrap();
    work.nodes.retain(|n| n.name == "Work");
    work.nodes[0].children.retain(|c| c.name != "Addr");
    setup.tree.load(&work, 0).unwrap();
    let mut pair = setup.pair();
    pair.notify();
    assert_eq!(
        pair.receipts(),
        [
            "Replace ./Connectivity/NAP/Work/Addr 404",
            "Add ./Connectivity/NAP/Home 418",
            "Delete ./Connectivity/NAP/Legacy 404",
            "Get ./Connectivity/NAP 200",
            "Add ./Connectivity/NAP/Work/Addr 200",
            "Replace ./Connectivity/NAP/Home 200",
            "Get ./Connectivity/NAP 200",
        ]
    );
    assert!(pair.is_provisioned());
    assert_eq!(pair.server_end(), (true, "4 commands done".into()));
    assert_eq!(
        pair.value("./Connectivity/NAP/Home/Addr").as_deref(),
        Some("internet.example")
    );
    pair.agree();
}

/// Shows PRO-38.
#[test]
fn a_lost_connection_leaves_the_session() {
    let mut pair = Setup::default().asking().pair();
    // The user is asked, and the peer goes away meanwhile.
    pair.answer = None;
    pair.notify();
    assert!(pair.is_as_before());
    assert!(!pair.client_end().0);
    pair.server.handle_connection_lost();
    pair.serve();
    assert!(!pair.server_end().0);
    pair.answer = Some(client::Answer::Accept);
    pair.notify();
    assert!(pair.is_provisioned(), "{:#?}", pair.log);
    pair.agree();
}

#[test]
fn the_server_refuses_what_is_not_for_it() {
    let mut server = DmServer::new(
        server::Config {
            accounts: vec![account()],
            ..server::Config::default()
        },
        Plan::default(),
    );
    let mut status = |kind: &str, body: &[u8]| {
        server.handle_message(kind, None, body);
        let mut found = 0;
        while let Some(output) = server.poll() {
            if let server::Output::Answer(answer) = output {
                found = answer.http_status;
            }
        }
        found
    };
    let wbxml = "application/vnd.syncml.dm+wbxml";
    assert_eq!(status("text/plain", b""), 415);
    assert_eq!(status(wbxml, &[0; 3000]), 413);
    assert_eq!(status(wbxml, b"\x03\xA4\x01"), 400);
    assert_eq!(
        status("application/vnd.syncml.dm+xml; charset=utf-8", b"<a/>"),
        400
    );
    // A message of no session.
    let stray = Message::default().encode(Encoding::Wbxml);
    assert_eq!(status(wbxml, &stray), 400);
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.roll(3) {
            if bytes.is_empty() {
                return;
            }
            let at = self.roll(bytes.len());
            match self.roll(5) {
                0 => bytes[at] = self.roll(256) as u8,
                1 => bytes[at] ^= 1 << self.roll(8),
                2 => {
                    bytes.remove(at);
                }
                3 => bytes.insert(at, self.roll(256) as u8),
                _ => bytes.truncate(at),
            }
        }
    }
}

/// One session in which one message, either way, is spoilt or only cut short.
fn spoilt_run(seed: u64, encoding: Encoding, asking: bool, only_cut: bool) -> Snapshot {
    let mut dice = Dice(seed);
    let spoil = |dice: &mut Dice, bytes: &mut Vec<u8>| {
        if only_cut {
            bytes.truncate(dice.roll(bytes.len()));
        } else {
            dice.spoil(bytes);
        }
    };
    let mut setup = Setup::default();
    if asking {
        setup = setup.asking();
    }
    setup.client.encoding = encoding;
    // All commands in one message: over several, those of the first would stay done.
    setup.client.max_msg_size = 16_384;
    setup.server.max_msg_size = 4096;
    let Setup {
        client,
        server,
        tree,
        plan,
    } = setup;
    let mut client = DmClient::new(client, tree);
    let mut server = DmServer::new(server, plan);
    let mut push = server.notification(UiMode::UserInteraction, Initiator::Server);
    let victim = dice.roll(6);
    if victim == 5 {
        spoil(&mut dice, &mut push);
    }
    client.handle_push(&push, 1);
    let mut crossed = 0;
    let mut steps = 0;
    while let Some(output) = client.poll() {
        steps += 1;
        assert!(steps < 5000);
        match output {
            client::Output::Event(_) => {}
            client::Output::Connect { .. } => client.handle_connected(),
            client::Output::Close => server.handle_connection_lost(),
            client::Output::Ask(_) => client.handle_answer(client::Answer::Accept, 2),
            client::Output::Execute(_) => client.handle_executed(StatusCode::OK, 2),
            client::Output::Send(outgoing) => {
                let mut body = outgoing.request.body;
                if crossed == victim {
                    spoil(&mut dice, &mut body);
                }
                crossed += 1;
                server.handle_message(encoding.media_type(), None, &body);
            }
        }
        while let Some(output) = server.poll() {
            if let server::Output::Answer(answer) = output {
                let mut body = answer.body;
                if crossed == victim {
                    spoil(&mut dice, &mut body);
                }
                crossed += 1;
                let mut bytes = Response::new(answer.http_status)
                    .with_body(&answer.content_type, body)
                    .encode();
                if dice.roll(50) == 0 {
                    spoil(&mut dice, &mut bytes);
                }
                client.handle_data(&bytes, 3);
                // A head that promises more than comes must not hang the pair.
                if client.is_busy() && dice.roll(20) == 0 {
                    client.handle_closed();
                }
            }
        }
    }
    client.tree().snapshot()
}

#[test]
fn spoilt_messages_never_panic() {
    for seed in 0..3000 {
        let encoding = if seed % 2 == 0 {
            Encoding::Wbxml
        } else {
            Encoding::Xml
        };
        spoilt_run(seed, encoding, seed % 3 == 0, false);
    }
}

#[test]
fn what_is_cut_short_leaves_before_or_after() {
    let (mut before, mut after) = (0, 0);
    for seed in 0..1000 {
        let encoding = if seed % 2 == 0 {
            Encoding::Wbxml
        } else {
            Encoding::Xml
        };
        let tree = spoilt_run(seed, encoding, seed % 3 == 0, true);
        if as_before(&tree) {
            before += 1;
        } else {
            assert!(
                provisioned(&tree),
                "{seed} {:#?}",
                device().snapshot().diff(&tree)
            );
            after += 1;
        }
    }
    assert!(before > 100 && after > 100, "{before} {after}");
}

#[test]
fn noise_never_panics() {
    let mut dice = Dice(7);
    let mut client = DmClient::new(client::Config::default(), device());
    let mut server = DmServer::new(
        server::Config {
            accounts: vec![account()],
            ..server::Config::default()
        },
        samples::plan().unwrap(),
    );
    for round in 0..4000 {
        let length = dice.roll(200);
        let noise: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        match round % 8 {
            0 => client.handle_push(&noise, round),
            1 => client.handle_data(&noise, round),
            2 => client.handle_connected(),
            3 => client.handle_refused(),
            4 => client.handle_answer(client::Answer::Reject, round),
            5 => client.handle_closed(),
            6 => {
                let push = server.notification(UiMode::Background, Initiator::User);
                client.handle_push(&push, round);
            }
            _ => server.handle_message("application/vnd.syncml.dm+wbxml", None, &noise),
        }
        while client.poll().is_some() {}
        while server.poll().is_some() {}
    }
}
