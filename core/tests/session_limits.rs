//! Sizes and hostile clients: large objects both ways, messages no larger than the client takes,
//! and nothing that panics, loops or grows without end (OMA-TS-DM_Protocol-V1_2_1 §6, §7).

#![allow(clippy::unwrap_used, clippy::panic)]

mod session_peer;

use dmsc_core::codec::auth::AuthType;
use dmsc_core::codec::syncml::{Alert, Command, Data, Encoding, Item, ItemCommand, Meta, Status};
use dmsc_core::server::{Config, Event, Object, Operation, Payload, Plan, samples};
use session_peer::{Peer, alert, leaf, open_account, package_1, plan, replace};

const GET: &str = r#"{"id": "get", "command": "Get", "target": "./A"}"#;

fn limited(commands: &str, max_msg_size: u64, encoding: Encoding) -> Peer {
    let mut peer = Peer::open(commands);
    peer.encoding = encoding;
    peer.meta = Meta {
        max_msg_size: Some(max_msg_size),
        ..Meta::default()
    };
    peer
}

/// The one Item of the one Add or Replace of the last message.
fn item(peer: &Peer) -> Item {
    let found: Vec<&Item> = peer
        .last
        .commands
        .iter()
        .filter_map(|c| match c {
            Command::Add(c) | Command::Replace(c) => c.items.first(),
            _ => None,
        })
        .collect();
    let [item] = found.as_slice() else {
        panic!("{}", peer.line())
    };
    (*item).clone()
}

// ------------------------------------------------------------------ objects to the client

/// Shows PRO-1, PRO-10, PRO-14, PRO-15, PRO-18, PRO-21, PRO-22.
#[test]
fn a_large_object_goes_in_chunks_with_its_size_first() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let limit = if encoding == Encoding::Xml { 1000 } else { 450 };
        let text = "<large>".repeat(150);
        let step = format!(r#"{{"command": "Replace", "target": "./A", "text": "{text}"}}"#);
        let both = format!(r#"{step}, {{"command": "Delete", "target": "./B"}}"#);
        let mut peer = limited(&both, limit, encoding);
        peer.begin();
        let mut whole = String::new();
        let mut chunks = 0;
        loop {
            let octets = peer.answer.as_ref().unwrap().body.len();
            assert!(octets as u64 <= limit, "{octets}");
            let item = item(&peer);
            let Some(Data::Text(part)) = &item.data else {
                panic!("text")
            };
            whole.push_str(part);
            chunks += 1;
            assert_eq!(item.target.unwrap().uri, "./A");
            let size = (chunks == 1).then_some(text.len() as u64);
            assert_eq!(item.meta.size, size, "only in the first chunk");
            assert_eq!(peer.last.is_final, !item.more_data);
            if !item.more_data {
                break;
            }
            assert!(!peer.line().contains("Delete"), "nothing comes between");
            let mut answers = peer.reply(200, |_| 213);
            answers.push(alert(1222));
            peer.send(answers, false);
        }
        assert_eq!(whole, text);
        assert!(chunks > 2);
        assert_eq!(peer.receipts(), [""; 0], "213 is no outcome");
        // What comes behind it may stand in the last message or come in the next.
        let mut line = peer.line();
        if !line.contains("Delete") {
            line = peer.all(|_| 200);
        }
        assert!(line.contains("Delete"), "{line}");
        peer.all(|_| 200);
        assert_eq!(peer.end(), (true, "2 commands done".into()));
    }
}

/// Shows PRO-12, PRO-13.
#[test]
fn a_chunk_that_is_called_done_is_no_whole_object() {
    let text = "x".repeat(2000);
    let step = format!(r#"{{"command": "Replace", "target": "./A", "text": "{text}"}}"#);
    let mut peer = limited(&step, 600, Encoding::Wbxml);
    peer.begin();
    let mut whole = 0;
    loop {
        let item = item(&peer);
        whole += item.data.as_ref().map_or(0, |data| data.bytes().len());
        if !item.more_data {
            break;
        }
        assert_eq!(peer.receipts(), [""; 0], "no outcome before the last chunk");
        // 200 where 213 is due, with and without Alert 1222.
        let mut answers = peer.reply(200, |_| 200);
        answers.push(alert(1222));
        peer.send(answers, false);
    }
    assert_eq!(whole, text.len());
    peer.all(|_| 200);
    assert_eq!(peer.end(), (true, "1 command done".into()));
}

/// Shows PRO-10.
#[test]
fn an_object_that_was_interrupted_or_of_wrong_size_is_sent_again_or_told() {
    let text = "x".repeat(2000);
    let step = format!(r#"{{"command": "Replace", "target": "./A", "text": "{text}"}}"#);
    // Alert 1225: the client lost the thread.
    let mut peer = limited(&step, 600, Encoding::Wbxml);
    peer.begin();
    assert!(item(&peer).meta.size.is_some());
    let mut answers = peer.reply(200, |_| 0);
    answers.push(alert(1225));
    peer.send(answers, true);
    assert_eq!(item(&peer).meta.size, Some(2000), "from the beginning");
    // 424 instead of 213 ends it.
    let answers = peer.reply(200, |_| 424);
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Final");
    assert_eq!(peer.receipts(), ["Replace ./A 424"]);
    // And it is not begun again for ever.
    let mut peer = limited(&step, 600, Encoding::Wbxml);
    peer.begin();
    for _ in 0..10 {
        if !peer.server.is_busy() {
            break;
        }
        let mut answers = peer.reply(200, |_| 0);
        answers.push(alert(1225));
        peer.send(answers, true);
    }
    assert!(!peer.server.is_busy());
}

/// Shows PRO-7, PRO-17, PRO-21.
#[test]
fn what_the_client_could_never_take_is_not_sent() {
    let long = "x".repeat(600);
    let commands = format!(
        r#"{{"command": "Replace", "target": "./A", "text": "{}"}},
           {{"command": "Get", "target": "./{long}"}},
           {{"command": "Atomic", "commands": [
             {{"command": "Replace", "target": "./B", "text": "{long}"}}]}},
           {{"command": "Delete", "target": "./C"}}"#,
        "y".repeat(1500)
    );
    let mut peer = limited(&commands, 500, Encoding::Wbxml);
    peer.meta.max_obj_size = Some(1000);
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Delete Final"
    );
    assert_eq!(
        peer.receipts(),
        [
            "Replace ./A 413".to_owned(),
            format!("Get ./{long} 414"),
            "Atomic  413".into()
        ]
    );
}

/// Shows PRO-21.
#[test]
fn no_message_is_longer_than_the_client_takes() {
    // Beside the credentials and the limits of the first message there is no room for this.
    let target = format!("./{}", "x".repeat(150));
    let commands = format!(
        r#"{{"command": "Get", "target": "{target}"}},
           {{"command": "Add", "target": "{target}", "text": "{}"}},
           {{"command": "Sequence", "commands": [
             {{"command": "Delete", "target": "{target}"}},
             {{"command": "Delete", "target": "{target}"}}]}}"#,
        "y".repeat(300)
    );
    for limit in 380..460 {
        let config = Config {
            accounts: vec![session_peer::account()],
            ..Config::default()
        };
        let mut peer = Peer::new(config, plan(&commands));
        peer.shows = Some(session_peer::account().client);
        peer.meta.max_msg_size = Some(limit);
        peer.begin();
        while peer.server.is_busy() {
            assert!(peer.msg_id < 60);
            let octets = peer.answer.as_ref().unwrap().body.len() as u64;
            assert!(octets <= limit, "{octets} > {limit} {}", peer.line());
            let is_final = peer.last.is_final;
            let more = !is_final && peer.line().contains("Add");
            let mut next = peer.reply(212, |_| if more { 213 } else { 200 });
            if !is_final {
                next.push(alert(1222));
            }
            peer.send(next, is_final);
        }
        let done = peer
            .receipts()
            .iter()
            .filter(|r| r.ends_with(" 200"))
            .count();
        assert_eq!(peer.receipts().len(), 4, "{limit}");
        if limit > 420 {
            assert_eq!(done, 4, "{limit} {:?}", peer.receipts());
        }
    }
}

/// Shows PRO-21.
#[test]
fn no_length_of_a_name_makes_a_message_too_long() {
    for (encoding, limit) in [(Encoding::Wbxml, 1024), (Encoding::Xml, 2048)] {
        for (auth_type, length) in [AuthType::Md5, AuthType::Mac, AuthType::Basic]
            .into_iter()
            .flat_map(|t| {
                (300..1500)
                    .step_by(3)
                    .map(move |length| (t.clone(), length))
            })
        {
            let name = "n".repeat(length);
            let target = format!("./Connectivity/NAP/{name}");
            // A value, or a node that has the long name once more.
            let data = if length % 2 == 0 {
                Payload::Text("v".repeat(600))
            } else {
                let mut nodes = samples::after().unwrap();
                nodes.nodes.truncate(1);
                nodes.nodes[0].name = name;
                Payload::Nodes(nodes)
            };
            let object = Object {
                data,
                ..Object::default()
            };
            let add = Operation::Add {
                target: target.clone(),
                object,
            };
            let plan = Plan {
                steps: vec![add.into(), Operation::Get { target }.into()],
            };
            let mut account = session_peer::account();
            account.client.auth_type = auth_type.clone();
            account.server.auth_type = auth_type.clone();
            let config = Config {
                accounts: vec![account.clone()],
                ..Config::default()
            };
            let mut peer = Peer::new(config, plan);
            peer.encoding = encoding;
            peer.shows = Some(account.client);
            peer.meta.max_msg_size = Some(limit);
            peer.begin();
            while peer.server.is_busy() {
                let octets = peer.answer.as_ref().unwrap().body.len() as u64;
                let line = peer.line();
                assert!(
                    octets <= limit,
                    "{encoding:?} {auth_type} {length}: {octets} {line}"
                );
                assert!(peer.msg_id < 500, "{length} does not end");
                if auth_type == AuthType::Mac {
                    peer.take_nonce();
                }
                let is_final = peer.last.is_final;
                let more = !is_final && line.contains("Add");
                let mut next = peer.reply(200, |_| if more { 213 } else { 200 });
                if !is_final {
                    next.push(alert(1222));
                }
                peer.send(next, is_final);
            }
            let codes: Vec<String> = peer
                .receipts()
                .iter()
                .filter_map(|r| r.rsplit(' ').next().map(str::to_owned))
                .collect();
            assert_eq!(codes.len(), 2, "{length} {codes:?}");
            // What fits with room to spare is not refused.
            assert!(
                length > 500 || codes == ["200", "200"],
                "{length} {codes:?}"
            );
        }
    }
}

/// Shows PRO-5, PRO-7.
#[test]
fn commands_and_sequences_are_spread_over_messages() {
    let deletes: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"command": "Delete", "target": "./Somewhere/Node{n}"}}"#))
        .collect();
    let commands = format!(
        r#"{{"command": "Sequence", "commands": [{}]}}, {GET}"#,
        deletes.join(",")
    );
    let mut peer = limited(&commands, 700, Encoding::Wbxml);
    peer.begin();
    let mut rounds = 1;
    while peer.server.is_busy() {
        assert!(peer.answer.as_ref().unwrap().body.len() <= 700);
        assert!(peer.last.is_final);
        peer.all(|_| 200);
        rounds += 1;
    }
    assert!((3..20).contains(&rounds), "{rounds}");
    assert_eq!(peer.end(), (true, "41 commands done".into()));
    let wanted: Vec<String> = (0..40)
        .map(|n| format!("Delete ./Somewhere/Node{n} 200"))
        .chain(["Get ./A 200".to_owned()])
        .collect();
    assert_eq!(peer.receipts(), wanted, "in order");
}

/// Shows PRO-21.
#[test]
fn statuses_that_do_not_fit_come_in_the_next_messages() {
    let mut peer = limited(GET, 500, Encoding::Wbxml);
    let mut commands = package_1();
    commands.extend((0..60).map(|_| alert(1225)));
    peer.send(commands, true);
    let mut statuses = 0;
    loop {
        assert!(peer.answer.as_ref().unwrap().body.len() <= 500);
        statuses += peer
            .last
            .commands
            .iter()
            .filter(|c| matches!(c, Command::Status(Status { msg_ref, .. }) if msg_ref == "1"))
            .count();
        if peer.last.is_final {
            break;
        }
        assert!(!peer.line().contains("Get"), "answers go first");
        let mut next = peer.reply(200, |_| 0);
        next.push(alert(1222));
        peer.send(next, true);
    }
    assert_eq!(statuses, 63, "header and all commands of the first message");
    assert!(peer.line().contains("Get"));
}

// ------------------------------------------------------------------ objects of the client

fn results(peer: &Peer, uri: &str, data: &str, more: bool, size: Option<u64>) -> Command {
    peer.results(uri, data, more, size)
}

/// Shows PRO-3, PRO-10, PRO-12, PRO-13.
#[test]
fn results_in_chunks_are_joined() {
    let mut peer = Peer::open(
        r#"{"id": "get", "command": "Get", "target": "./A"},
           {"command": "Delete", "target": "./B",
            "when": [{"of": "get", "is": {"value-equals": "abcdefghi"}}]}"#,
    );
    peer.begin();
    let mut answers = peer.reply(200, |_| 200);
    answers.push(results(&peer, "./A", "abc", true, Some(9)));
    assert_eq!(
        peer.send(answers, false),
        "SyncHdr=200 Results=213 Alert1222"
    );
    let mut answers = peer.reply(200, |_| 200);
    answers.push(results(&peer, "./A", "def", true, None));
    assert_eq!(
        peer.send(answers, false),
        "SyncHdr=200 Results=213 Alert1222"
    );
    let mut answers = peer.reply(200, |_| 200);
    answers.push(results(&peer, "./A", "ghi", false, None));
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Delete Final");
    assert!(peer.events.contains(&Event::ResultsStored {
        uri: "./A".into(),
        value: b"abcdefghi".to_vec()
    }));
}

/// Shows PRO-17, PRO-19.
#[test]
fn a_sum_that_is_not_the_size_gets_424_and_too_much_gets_413() {
    for (size, last, code) in [(Some(9), "de", 424), (Some(70_000), "x", 413)] {
        let mut peer = Peer::open(GET);
        peer.begin();
        let mut answers = peer.reply(200, |_| 200);
        answers.push(results(&peer, "./A", "abc", true, size));
        let line = peer.send(answers, false);
        if code == 413 {
            assert_eq!(line, "SyncHdr=200 Results=413 Alert1222");
            continue;
        }
        let mut answers = peer.reply(200, |_| 200);
        answers.push(results(&peer, "./A", last, false, None));
        assert_eq!(peer.send(answers, true), "SyncHdr=200 Results=424 Final");
        assert!(
            !peer
                .events
                .iter()
                .any(|e| matches!(e, Event::ResultsStored { .. }))
        );
    }
    // Without a size, what was told of the largest object holds.
    let config = Config {
        accounts: vec![open_account()],
        max_obj_size: 1000,
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    peer.begin();
    let part = "x".repeat(600);
    let mut answers = peer.reply(200, |_| 200);
    answers.push(results(&peer, "./A", &part, true, None));
    peer.send(answers, false);
    let mut answers = peer.reply(200, |_| 200);
    answers.push(results(&peer, "./A", &part, true, None));
    assert_eq!(
        peer.send(answers, false),
        "SyncHdr=200 Results=413 Alert1222"
    );
}

/// Shows PRO-20, PRO-23.
#[test]
fn a_new_object_before_the_end_of_the_last_gets_alert_1225() {
    for is_final in [false, true] {
        let mut peer = Peer::open(GET);
        peer.begin();
        let mut answers = peer.reply(200, |_| 200);
        answers.push(results(&peer, "./A", "abc", true, Some(6)));
        peer.send(answers, false);
        let mut answers = peer.reply(200, |_| 200);
        if !is_final {
            answers.push(results(&peer, "./Other", "x", false, None));
        }
        let line = peer.send(answers, is_final);
        assert!(line.starts_with("SyncHdr=200 Alert1225"), "{line}");
        let broken = peer.last.commands.iter().find_map(|c| match c {
            Command::Alert(Alert { items, .. }) => items.first()?.source.clone(),
            _ => None,
        });
        assert_eq!(broken.unwrap().uri, "./A");
        assert!(peer.server.is_busy(), "the alert gets its answer");
    }
}

/// Shows PRO-10, PRO-12.
#[test]
fn device_information_and_alerts_come_in_chunks_too() {
    let mut peer = Peer::open("");
    let chunk = |text: &str, more: bool| {
        let mut item = leaf("./DevInfo/Ext/Story", text);
        item.more_data = more;
        replace(vec![item])
    };
    let line = peer.send(vec![alert(1201), chunk("once ", true)], false);
    assert_eq!(line, "SyncHdr=200 Alert=200 Replace=213 Alert1222");
    let mut next = peer.reply(200, |_| 200);
    next.push(chunk("upon", false));
    assert_eq!(peer.send(next, true), "SyncHdr=200 Replace=200 Final");
    assert!(peer.events.contains(&Event::DeviceInfo {
        nodes: vec![("./DevInfo/Ext/Story".into(), "once upon".into())]
    }));
}

// ------------------------------------------------------------------ hostile clients

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// Anything a client could say, in any order.
fn any_command(dice: &mut Dice, peer: &Peer) -> Command {
    let id = |dice: &mut Dice| ["0", "1", "2", "3", "4", "5", "9999999999", "x"][dice.roll(8)];
    let codes = [
        200, 202, 212, 213, 214, 215, 216, 304, 401, 404, 407, 418, 507, 999,
    ];
    let alerts = [0, 1100, 1200, 1201, 1222, 1223, 1224, 1225, 1226, 1300];
    let uris = ["./A", "./DevInfo/x", "", "."];
    let item = |dice: &mut Dice| {
        let mut item = leaf(uris[dice.roll(4)], &"z".repeat(dice.roll(40)));
        item.more_data = dice.roll(3) == 0;
        item.meta.size = (dice.roll(4) == 0).then_some(dice.roll(100) as u64);
        item
    };
    match dice.roll(8) {
        0..=2 => {
            let (cmd_ref, code) = (id(dice), codes[dice.roll(codes.len())]);
            peer.status(cmd_ref, "Get", code)
        }
        3 => results(peer, uris[dice.roll(4)], "v", dice.roll(2) == 0, Some(3)),
        4 => {
            let items = (0..dice.roll(3)).map(|_| item(dice)).collect();
            replace(items)
        }
        5 => Command::Exec(ItemCommand {
            items: vec![item(dice)],
            ..ItemCommand::default()
        }),
        _ => alert(alerts[dice.roll(alerts.len())]),
    }
}

#[test]
fn a_client_that_says_anything_meets_an_end() {
    let commands = format!(
        r#"{{"id": "a", "command": "Alert", "code": 1101, "text": "?", "on-failure": {{"skip-to": "c"}}}},
           {{"id": "b", "command": "Replace", "target": "./A", "text": "{}", "either": true}},
           {{"id": "c", "command": "Atomic", "commands": [
             {{"command": "Delete", "target": "./B"}}, {{"command": "Delete", "target": "./C"}}]}},
           {{"id": "d", "command": "Get", "target": "./A", "on-failure": "abort"}},
           {{"command": "Sequence", "commands": [
             {{"command": "Add", "target": "./D", "text": "x", "either": true}},
             {{"command": "Exec", "target": "./E", "correlator": "q"}}]}}"#,
        "x".repeat(900)
    );
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut peer = limited(
            &commands,
            [0, 120, 400, 600, 5000][dice.roll(5)],
            [Encoding::Wbxml, Encoding::Xml][dice.roll(2)],
        );
        peer.begin();
        let mut sent = 0;
        while peer.server.is_busy() {
            sent += 1;
            assert!(sent < 2500, "{seed} does not end");
            let mut commands = if dice.roll(3) == 0 {
                peer.reply(200, |_| 200)
            } else {
                peer.reply(200, |_| 0)
            };
            commands.extend((0..dice.roll(6)).map(|_| any_command(&mut dice, &peer)));
            let is_final = dice.roll(3) > 0;
            let message = peer.message(commands, is_final);
            let status = peer.post(&message);
            assert!(matches!(status, 200 | 400 | 413), "{status}");
            if status != 200 {
                break;
            }
            if dice.roll(10) == 0 {
                peer.repeat();
            }
        }
    }
}

#[test]
fn a_client_that_only_asks_for_more_is_stopped() {
    let mut peer = Peer::open(GET);
    peer.begin();
    let mut sent = 0;
    while peer.server.is_busy() {
        sent += 1;
        assert!(sent <= 1000);
        let mut next = peer.reply(200, |_| 0);
        next.push(alert(1222));
        peer.send(next, false);
    }
    assert_eq!(
        peer.end(),
        (false, "the session does not come to an end".into())
    );
}
