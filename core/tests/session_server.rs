//! What DM 1.2 asks of a server: packages, headers, commands, alerts, ends
//! (OMA-TS-DM_Protocol-V1_2_1; OMA-TS-DM_RepPro-V1_2_1).

#![allow(clippy::unwrap_used, clippy::panic)]

mod session_peer;

use dmsc_core::codec::auth::Account;
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Group, Item, ItemCommand, Location, Meta, StatusCode,
};
use dmsc_core::server::{Config, Event, Output};
use session_peer::{Peer, account, alert, leaf, open_account, package_1, plan, replace, walk};

const GET: &str = r#"{"id": "get", "command": "Get", "target": "./DevDetail/SwV"}"#;

// ------------------------------------------------------------------ packages (§8)

/// Shows PRO-8, PRO-31, PRO-51, OBJ-8.
#[test]
fn package_2_answers_the_header_the_alert_and_the_device_information() {
    let mut peer = Peer::open(GET);
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Get Final",
        "one Status for a Replace of many Items"
    );
    assert_eq!(peer.answer.as_ref().unwrap().package, 2);
    assert_eq!(
        peer.events[0],
        Event::SessionOpened {
            device: "IMEI:1".into(),
            session_id: "1".into(),
            by_client: true,
        }
    );
    assert!(peer.events.contains(&Event::DeviceInfo {
        nodes: vec![
            ("./DevInfo/DevId".into(), "IMEI:1".into()),
            ("./DevInfo/Man".into(), "Example".into()),
        ],
    }));
}

#[test]
fn a_server_initiated_session_is_served_like_a_client_initiated_one() {
    let mut peer = Peer::open(GET);
    let mut commands = package_1();
    commands[0] = alert(1200);
    let line = peer.send(commands, true);
    assert_eq!(line, "SyncHdr=200 Alert=200 Replace=200 Get Final");
    assert!(peer.events.iter().any(|e| matches!(
        e,
        Event::SessionOpened {
            by_client: false,
            ..
        }
    )));
}

/// Shows PRO-54.
#[test]
fn with_nothing_to_do_package_2_is_the_last() {
    let mut peer = Peer::open("");
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Final");
    assert_eq!(peer.end(), (true, "there was nothing to do".into()));
    assert!(!peer.server.is_busy());
}

/// Shows PRO-31, PRO-70.
#[test]
fn the_server_has_the_last_word_and_new_commands_make_a_new_round() {
    let mut peer = Peer::open(
        r#"{"id": "a", "command": "Delete", "target": "./A"},
           {"command": "Delete", "target": "./B", "when": [{"of": "a", "is": {"status": [200]}}]}"#,
    );
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Delete Final"
    );
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Delete Final");
    assert_eq!(peer.answer.as_ref().unwrap().package, 4);
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    assert_eq!(peer.end(), (true, "2 commands done".into()));
    assert_eq!(peer.receipts(), ["Delete ./A 200", "Delete ./B 200"]);
}

/// Shows PRO-1, PRO-3, PRO-4, PRO-6.
#[test]
fn no_command_before_the_client_has_said_all() {
    let mut peer = Peer::open(GET);
    let mut commands = package_1();
    let info = commands.split_off(1);
    // Package #1 in two messages: the first gets Status and Alert 1222, no Final, no commands.
    assert_eq!(
        peer.send(commands, false),
        "SyncHdr=200 Alert=200 Alert1222"
    );
    let mut more = peer.reply(200, |_| 200);
    more.extend(info);
    assert_eq!(peer.send(more, true), "SyncHdr=200 Replace=200 Get Final");
    // And the same with the answers to commands.
    let header = peer.reply(200, |_| 0);
    assert_eq!(peer.send(header, false), "SyncHdr=200 Alert1222");
    assert!(peer.server.is_busy());
    // Nor with more commands waiting than a message holds.
    let many: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"command": "Delete", "target": "./Somewhere/Node{n}"}}"#))
        .collect();
    let mut peer = Peer::open(&many.join(","));
    peer.meta.max_msg_size = Some(700);
    peer.begin();
    let header = peer.reply(200, |_| 0);
    assert_eq!(peer.send(header, false), "SyncHdr=200 Alert1222");
}

/// Shows PRO-38.
#[test]
fn a_session_that_was_broken_off_is_not_resumed_but_begun_anew() {
    let mut peer = Peer::open(GET);
    peer.begin();
    peer.server.handle_connection_lost();
    while peer.server.poll().is_some() {}
    let late = peer.reply(200, |_| 200);
    let message = peer.message(late, true);
    assert_eq!(peer.post(&message), 400);
    assert_eq!(
        peer.begin_again(),
        "SyncHdr=200 Alert=200 Replace=200 Get Final"
    );
}

// ------------------------------------------------------------------ header (§6, RepPro §6.2)

/// Shows PRO-50, PRO-51, REP-10.
#[test]
fn ids_and_addresses_of_messages() {
    let mut peer = Peer::open(GET);
    peer.begin();
    let hdr = peer.last.hdr.clone();
    assert_eq!((&*hdr.session_id, &*hdr.msg_id), ("1", "1"));
    assert_eq!(hdr.target.uri, "IMEI:1");
    assert_eq!(hdr.source.uri, "http://127.0.0.1:3516/dm");
    assert_eq!(hdr.meta.max_msg_size, Some(2048));
    assert_eq!(hdr.meta.max_obj_size, Some(65_535));
    let Command::Status(header) = &peer.last.commands[0] else {
        panic!("the Status for the header is the first")
    };
    assert_eq!((&*header.msg_ref, &*header.cmd_ref), ("1", "0"));
    let Command::Status(alert) = &peer.last.commands[1] else {
        panic!("a Status")
    };
    assert_eq!((&*alert.msg_ref, &*alert.cmd_ref), ("1", "1"));
    peer.all(|_| 200);
    assert_eq!(peer.last.hdr.msg_id, "2");
    assert_eq!(peer.last.hdr.meta, Meta::default(), "limits stay in force");
}

/// Shows REP-9.
#[test]
fn other_versions_are_refused() {
    for (ver, code) in [(("1.1", "DM/1.2"), 505), (("1.2", "DM/1.1"), 513)] {
        let mut peer = Peer::open(GET);
        peer.ver = ver;
        let message = peer.message(package_1(), true);
        assert_eq!(peer.post(&message), 200);
        assert_eq!(
            peer.line(),
            format!("SyncHdr={code} Alert={code} Replace={code} Final")
        );
        assert!(!peer.end().0);
    }
}

/// Shows REP-8.
#[test]
fn resp_uri_is_told_when_there_is_one() {
    let config = Config {
        accounts: vec![open_account()],
        resp_uri: Some("http://127.0.0.1:3516/dm?session=7".into()),
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    peer.begin();
    let told = peer.last.hdr.resp_uri.clone();
    assert_eq!(told.as_deref(), Some("http://127.0.0.1:3516/dm?session=7"));
    let mut peer = Peer::open(GET);
    peer.begin();
    assert_eq!(peer.last.hdr.resp_uri, None);
}

/// Shows PRO-52.
#[test]
fn a_cmd_id_is_neither_zero_nor_used_twice() {
    let mut peer = Peer::open("");
    let mut commands = package_1();
    commands.push(alert(1222));
    commands[1].set_cmd_id("0");
    commands[2].set_cmd_id("1");
    assert_eq!(
        peer.send(commands, true),
        "SyncHdr=200 Alert=200 Replace=400 Alert=400 Final"
    );
}

/// Shows PRO-34, PRO-35, REP-10.
#[test]
fn a_msg_id_out_of_order_aborts_the_session() {
    for step in [2, -1] {
        let mut peer = Peer::open(GET);
        peer.begin();
        peer.msg_id = peer.msg_id.saturating_add_signed(step);
        let statuses = peer.reply(200, |_| 200);
        // In the encoding of what it aborts, with the Status for that header.
        peer.encoding = Encoding::Xml;
        assert_eq!(peer.send(statuses, true), "SyncHdr=400 Alert1223 Final");
        let answer = peer.answer.as_ref().unwrap();
        assert_eq!(answer.content_type, Encoding::Xml.media_type());
        let Some(Command::Status(header)) = peer.last.commands.first() else {
            panic!("the Status for the header")
        };
        assert_eq!((header.cmd_ref.as_str(), header.code.0), ("0", 400));
        assert_eq!(header.msg_ref, peer.msg_id.to_string());
        assert!(!peer.end().0);
        assert!(!peer.server.is_busy());
    }
}

#[test]
fn a_message_that_comes_again_gets_the_same_answer_and_does_nothing() {
    let mut peer = Peer::open(r#"{"command": "Delete", "target": "./A"}"#);
    peer.begin();
    let first = peer.answer.clone();
    peer.events.clear();
    assert_eq!(peer.repeat(), 200);
    assert_eq!(peer.answer, first);
    assert!(peer.events.is_empty());
    // The last message of a session that is over, too.
    peer.all(|_| 200);
    let last = peer.answer.clone();
    assert_eq!(peer.receipts().len(), 1);
    assert_eq!(peer.repeat(), 200);
    assert_eq!(peer.answer, last);
    assert_eq!(peer.receipts().len(), 1);
}

#[test]
fn another_message_under_the_same_msg_id_is_no_repetition() {
    let mut peer = Peer::open(GET);
    peer.begin();
    peer.msg_id -= 1;
    let statuses = peer.reply(200, |_| 200);
    assert_eq!(peer.send(statuses, true), "SyncHdr=400 Alert1223 Final");
}

// ------------------------------------------------------------------ commands of the server

/// Shows PRO-52, PRO-53, REP-4, REP-5.
#[test]
fn every_command_a_server_may_send() {
    let mut peer = Peer::open(
        r#"{"command": "Add", "target": "./A", "format": "node"},
           {"command": "Add", "target": "./A/x", "text": "1", "format": "int"},
           {"command": "Replace", "target": "./A/x?prop=Name", "text": "y"},
           {"command": "Copy", "source": "./A/y", "target": "./A/z"},
           {"command": "Exec", "target": "./A/run", "correlator": "c1", "text": "go"},
           {"command": "Get", "target": "./A?list=Struct"},
           {"command": "Sequence", "commands": [
             {"command": "Delete", "target": "./A/y"},
             {"command": "Atomic", "commands": [
               {"command": "Replace", "target": "./B", "hex": "00FF"},
               {"command": "Delete", "target": "./C"}]}]}"#,
    );
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Add Add Replace Copy Exec Get \
         Sequence(Delete Atomic(Replace Delete)) Final"
    );
    let item = |at: usize| match &peer.last.commands[at] {
        Command::Add(c)
        | Command::Replace(c)
        | Command::Copy(c)
        | Command::Exec(c)
        | Command::Get(c) => (c.clone(), c.items[0].clone()),
        other => panic!("{other:?}"),
    };
    let target = |item: &Item| item.target.clone().unwrap().uri;
    let (_, interior) = item(3);
    assert_eq!(interior.meta.format.as_deref(), Some("node"));
    assert_eq!(interior.data, None);
    let (_, number) = item(4);
    assert_eq!(number.meta.format.as_deref(), Some("int"));
    assert_eq!(number.data, Some(Data::Text("1".into())));
    let (_, name) = item(5);
    assert_eq!(target(&name), "./A/x?prop=Name");
    let (_, copy) = item(6);
    assert_eq!(copy.source, Some(Location::new("./A/y")));
    assert_eq!(target(&copy), "./A/z");
    let (exec, args) = item(7);
    assert_eq!(exec.correlator.as_deref(), Some("c1"));
    assert_eq!(args.data, Some(Data::Text("go".into())));
    let (_, get) = item(8);
    assert_eq!((target(&get).as_str(), get.data), ("./A?list=Struct", None));
    // A Status of the group alone says nothing of what is in it.
    peer.all(|c| match c {
        Command::Exec(_) => 202,
        Command::Copy(_) => 406,
        _ => 200,
    });
    assert_eq!(peer.end(), (true, "1 of 9 commands refused".into()));
}

/// Shows TND-16.
#[test]
fn every_property_can_be_read_and_three_replaced() {
    let names = [
        "ACL", "Format", "Name", "Size", "Title", "TStamp", "Type", "VerNo",
    ];
    let gets = names.map(|name| format!(r#"{{"command": "Get", "target": "./A?prop={name}"}}"#));
    let replaces = ["ACL", "Name", "Title"].map(|name| {
        format!(r#"{{"command": "Replace", "target": "./A?prop={name}", "text": "{name}=x"}}"#)
    });
    let mut peer = Peer::open(&[gets.as_slice(), &replaces].concat().join(","));
    peer.begin();
    let mut asked = Vec::new();
    for command in &peer.last.commands {
        if let Command::Get(c) | Command::Replace(c) = command {
            let item = &c.items[0];
            assert_eq!(item.meta, Meta::default(), "a property is text");
            asked.push((item.target.clone().unwrap().uri, item.data.clone()));
        }
    }
    let uri = |name: &&str| format!("./A?prop={name}");
    let wanted: Vec<(String, Option<Data>)> = names
        .iter()
        .map(|name| (uri(name), None))
        .chain(
            ["ACL", "Name", "Title"]
                .iter()
                .map(|name| (uri(name), Some(Data::Text(format!("{name}=x"))))),
        )
        .collect();
    assert_eq!(asked, wanted);
    let mut answers = peer.reply(200, |_| 200);
    answers.push(peer.results("./A?prop=ACL", "Get=*", false, None));
    peer.send(answers, true);
    assert!(peer.events.contains(&Event::ResultsStored {
        uri: "./A?prop=ACL".into(),
        value: b"Get=*".to_vec()
    }));
}

#[test]
fn an_atomic_that_failed_is_over_with_all_that_is_in_it() {
    let mut peer = Peer::open(
        r#"{"id": "all", "command": "Atomic", "commands": [
             {"command": "Replace", "target": "./A", "text": "1"},
             {"command": "Delete", "target": "./B"},
             {"command": "Delete", "target": "./C"}]},
           {"command": "Delete", "target": "./D", "when": [{"of": "all", "is": {"status": [507]}}]},
           {"command": "Delete", "target": "./E", "when": [{"of": "all", "is": {"status": [200]}}]}"#,
    );
    peer.begin();
    let codes = |c: &Command| match (c, c.cmd_id()) {
        (Command::Atomic(_), _) => 507,
        (Command::Replace(_), _) => 216,
        (_, "6") => 404,
        _ => 215,
    };
    assert_eq!(peer.all(codes), "SyncHdr=200 Delete Final");
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    assert_eq!(peer.end(), (true, "3 of 4 commands refused".into()));
    assert_eq!(
        peer.begin_again(),
        "SyncHdr=200 Alert=200 Replace=200 Final"
    );
}

/// Shows REP-6.
#[test]
fn what_a_client_may_not_send_is_refused() {
    let mut peer = Peer::open("");
    let command = || ItemCommand {
        items: vec![Item {
            target: Some(Location::new("./DevInfo/Lang")),
            ..Item::default()
        }],
        ..ItemCommand::default()
    };
    let mut commands = package_1();
    commands.extend([
        Command::Add(command()),
        Command::Delete(command()),
        Command::Get(command()),
        Command::Copy(command()),
        Command::Exec(command()),
        Command::Sequence(Group::default()),
        Command::Atomic(Group::default()),
        replace(vec![leaf("./DMAcc/x", "1")]),
        replace(Vec::new()),
    ]);
    assert_eq!(
        peer.send(commands, true),
        "SyncHdr=200 Alert=200 Replace=200 Add=406 Delete=406 Get=406 Copy=406 Exec=406 \
         Sequence=406 Atomic=406 Replace=405 Replace=412 Final"
    );
}

#[test]
fn a_command_that_wants_no_status_gets_none() {
    let mut peer = Peer::open(GET);
    let mut commands = package_1();
    if let Command::Replace(info) = &mut commands[1] {
        info.no_resp = true;
    }
    assert_eq!(peer.send(commands, true), "SyncHdr=200 Alert=200 Get Final");
}

/// Shows PRO-8.
#[test]
fn results_are_kept_and_not_answered_unless_nobody_asked() {
    let mut peer = Peer::open(GET);
    peer.begin();
    let mut answers = peer.reply(200, |_| 200);
    answers.push(peer.results("./DevDetail/SwV", "2.1", false, None));
    let mut stray = peer.results("./Other", "x", false, None);
    if let Command::Results(results) = &mut stray {
        results.cmd_ref = "77".into();
    }
    answers.push(stray);
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Results=400 Final");
    let kept: Vec<&Event> = peer
        .events
        .iter()
        .filter(|e| matches!(e, Event::ResultsStored { .. }))
        .collect();
    assert_eq!(
        kept,
        [&Event::ResultsStored {
            uri: "./DevDetail/SwV".into(),
            value: b"2.1".to_vec()
        }]
    );
}

#[test]
fn each_command_has_one_receipt_under_the_name_it_was_sent() {
    let mut peer = Peer::open(
        r#"{"command": "Replace", "target": "./A", "text": "a"}, {"command": "Get", "target": "./A"}"#,
    );
    peer.begin();
    let id = peer.id_of("Replace");
    let again = peer.status(&id, "Delete", 404);
    let mut answers = peer.reply(200, |_| 200);
    if let Some(Command::Status(status)) = answers.get_mut(1) {
        status.cmd = "Delete".into();
    }
    answers.push(again);
    peer.send(answers, true);
    assert_eq!(peer.receipts(), ["Replace ./A 200", "Get ./A 200"]);
}

// ------------------------------------------------------------------ alerts (RepPro §7, §10)

/// Shows PRO-101.
#[test]
fn user_interaction_alerts_carry_options_text_and_choices_in_order() {
    let mut peer = Peer::open(
        r#"{"command": "Alert", "code": 1100, "text": "Hello", "options": {"MINDT": 5}},
           {"command": "Alert", "code": 1101, "text": "Go on?", "options": {"MAXDT": 20, "DR": "1"}},
           {"command": "Alert", "code": 1102, "text": "Name?",
            "options": {"MAXLEN": 8, "DR": "a b", "IT": "A", "ET": "P"}},
           {"command": "Alert", "code": 1103, "text": "Which?", "choices": ["x", "y"]},
           {"command": "Alert", "code": 1104, "text": "Which ones?", "choices": ["x", "y", "z"],
            "options": {"DR": "2-3"}}"#,
    );
    peer.begin();
    let mut found = Vec::new();
    walk(&peer.last.commands, &mut |c| {
        if let Command::Alert(alert) = c {
            let texts: Vec<String> = alert
                .items
                .iter()
                .map(|i| match &i.data {
                    Some(Data::Text(text)) => text.clone(),
                    _ => String::new(),
                })
                .collect();
            found.push(format!("{} {}", alert.code, texts.join("|")));
        }
    });
    assert_eq!(
        found,
        [
            "1100 MINDT=5|Hello",
            "1101 MAXDT=20&DR=1|Go on?",
            "1102 DR=a+b&MAXLEN=8&IT=A&ET=P|Name?",
            "1103 |Which?|x|y",
            "1104 DR=2-3|Which ones?|x|y|z",
        ]
    );
}

#[test]
fn what_the_user_says_is_told_and_can_be_a_condition() {
    let mut peer = Peer::open(
        r#"{"id": "which", "command": "Alert", "code": 1104, "text": "?", "choices": ["a", "b", "c"]},
           {"command": "Delete", "target": "./A", "when": [{"of": "which", "is": {"answer": "1"}}]},
           {"command": "Delete", "target": "./C", "when": [{"of": "which", "is": {"answer": "3"}}]}"#,
    );
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Alert1104 Final"
    );
    let mut answers = peer.reply(200, |_| 200);
    if let Some(Command::Status(status)) = answers.last_mut() {
        status.items = ["3", "2"].map(|n| leaf("", n)).into();
        status.items.iter_mut().for_each(|i| i.source = None);
    }
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Delete Final");
    assert!(peer.events.contains(&Event::UserAnswered {
        step: "which".into(),
        code: StatusCode::OK,
        answers: vec!["3".into(), "2".into()],
    }));
    peer.all(|_| 200);
    assert_eq!(peer.receipts()[1..], ["Delete ./C 200"]);
}

#[test]
fn a_no_or_no_answer_is_a_result_and_what_waits_behind_it_is_left() {
    for (code, complete, reason) in [
        (304, true, "the user said no"),
        (214, true, "the user cancelled"),
        (408, true, "the user did not answer"),
        (416, false, "the user could not be asked"),
        (406, false, "the user could not be asked"),
    ] {
        let mut peer = Peer::open(
            r#"{"command": "Alert", "code": 1101, "text": "?", "on-failure": "stop"},
               {"command": "Delete", "target": "./A"}"#,
        );
        peer.begin();
        assert_eq!(peer.all(|_| code), "SyncHdr=200 Final");
        assert_eq!(peer.end(), (complete, reason.into()));
        assert!(peer.server.is_done(), "the plan stopped");
    }
}

/// Shows PRO-51, PRO-110.
#[test]
fn client_alerts_that_are_none_of_the_standard_get_406() {
    let mut peer = Peer::open("");
    let mut commands = package_1();
    commands.extend([1202, 1221, 1100, 1101, 1102, 1103, 1104, 1299].map(alert));
    assert_eq!(
        peer.send(commands, true),
        "SyncHdr=200 Alert=200 Replace=200 Alert=406 Alert=406 Alert=406 Alert=406 Alert=406 \
         Alert=406 Alert=406 Alert=406 Final"
    );
}

fn event(code: u16, media_type: &str, correlator: Option<&str>, data: &str) -> Command {
    Command::Alert(Alert {
        code: AlertCode(code),
        correlator: correlator.map(str::to_owned),
        items: vec![Item {
            source: Some(Location::new("./SCOMO/x")),
            meta: Meta {
                format: Some("chr".into()),
                media_type: Some(media_type.into()),
                mark: Some("critical".into()),
                ..Meta::default()
            },
            data: Some(Data::Text(data.into())),
            ..Item::default()
        }],
        ..Alert::default()
    })
}

/// Shows PRO-81, PRO-82, PRO-85.
#[test]
fn client_events_and_generic_alerts_are_told_or_refused() {
    let config = Config {
        accounts: vec![open_account()],
        alert_types: vec!["urn:known".into()],
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(""));
    let mut commands = package_1();
    commands.extend([
        event(1224, "urn:known", None, "1"),
        event(1224, "urn:unknown", None, "2"),
        event(1226, "urn:known", None, "3"),
        event(1226, "urn:unknown", None, "4"),
        alert(1224),
        alert(1226),
    ]);
    assert_eq!(
        peer.send(commands, true),
        "SyncHdr=200 Alert=200 Replace=200 Alert=200 Alert=406 Alert=200 Alert=415 Alert=412 \
         Alert=412 Final"
    );
    let told: Vec<(u16, Vec<u8>, String)> = peer
        .events
        .iter()
        .filter_map(|e| match e {
            Event::Alerted(a) => Some((a.code.0, a.items[0].data.clone(), a.items[0].mark.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            (1224, b"1".to_vec(), "critical".to_owned()),
            (1226, b"3".to_vec(), "critical".to_owned())
        ]
    );
}

/// Shows PRO-81, PRO-84, REP-5.
#[test]
fn an_exec_that_was_accepted_is_ended_by_its_alert_in_a_later_session() {
    let mut peer = Peer::open(
        r#"{"id": "update", "command": "Exec", "target": "./FUMO/x", "correlator": "c7"},
           {"command": "Delete", "target": "./FUMO/y",
            "when": [{"of": "update", "is": {"value-equals": "200"}}]}"#,
    );
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Exec Final");
    assert_eq!(peer.all(|_| 202), "SyncHdr=200 Final");
    assert_eq!(
        peer.end(),
        (false, "some commands were not executed".into())
    );
    peer.msg_id = 0;
    peer.session = "2".into();
    let mut commands = package_1();
    commands.push(event(1226, "urn:oma:at:fumo", Some("other"), "200"));
    commands.push(event(1226, "urn:oma:at:fumo", Some("c7"), "200"));
    assert_eq!(
        peer.send(commands, true),
        "SyncHdr=200 Alert=200 Replace=200 Alert=200 Alert=200 Delete Final"
    );
    let steps: Vec<Option<String>> = peer
        .events
        .iter()
        .filter_map(|e| match e {
            Event::Alerted(a) => Some(a.step.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [None, Some("update".to_owned())]);
}

// ------------------------------------------------------------------ ends (§9)

/// Shows PRO-36, PRO-39.
#[test]
fn an_abort_of_the_client_is_answered_without_commands() {
    let mut peer = Peer::open(
        r#"{"id": "a", "command": "Delete", "target": "./A"},
           {"command": "Delete", "target": "./B", "when": [{"of": "a", "is": {"status": [200]}}]}"#,
    );
    peer.begin();
    let mut answers = peer.reply(200, |_| 200);
    answers.push(alert(1223));
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Alert=200 Final");
    assert_eq!(peer.end(), (false, "the client aborted the session".into()));
    assert_eq!(peer.receipts(), ["Delete ./A 200"], "what was done counts");
    let again = peer.begin_again();
    assert_eq!(again, "SyncHdr=200 Alert=200 Replace=200 Delete Final");
}

/// Shows PRO-34, PRO-35.
#[test]
fn a_plan_can_abort_the_session() {
    let mut peer = Peer::open(
        r#"{"command": "Delete", "target": "./A", "on-failure": "abort"},
           {"command": "Delete", "target": "./B"}"#,
    );
    assert_eq!(
        peer.begin(),
        "SyncHdr=200 Alert=200 Replace=200 Delete Final"
    );
    assert_eq!(peer.all(|_| 405), "SyncHdr=200 Alert1223 Final");
    assert!(!peer.end().0);
    assert!(!peer.server.is_busy());
}

#[test]
fn a_header_the_client_refuses_leaves_its_commands_for_the_next_session() {
    let mut peer = Peer::open(GET);
    peer.begin();
    let answers = peer.reply(513, |_| 513);
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Final");
    assert!(!peer.end().0);
    assert!(peer.receipts().is_empty(), "none of them was looked at");
    assert_eq!(
        peer.begin_again(),
        "SyncHdr=200 Alert=200 Replace=200 Get Final"
    );
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    assert_eq!(peer.receipts().len(), 1);
}

#[test]
fn a_header_the_client_refuses_ends_the_session() {
    let mut peer = Peer::open(GET);
    peer.begin();
    let answers = peer.reply(503, |_| 0);
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Final");
    assert!(!peer.end().0);
}

// ------------------------------------------------------------------ transport (HTTP binding)

/// Shows HTTP-2.
#[test]
fn the_answer_comes_in_the_encoding_of_the_request() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let mut peer = Peer::open(GET);
        peer.encoding = encoding;
        peer.begin();
        let answer = peer.answer.clone().unwrap();
        assert_eq!(answer.content_type, encoding.media_type());
        assert_eq!(answer.hmac, None);
    }
    let mut peer = Peer::open(GET);
    peer.encoding = Encoding::Xml;
    let message = peer.message(package_1(), true);
    let body = message.encode(Encoding::Xml);
    let kind = "application/vnd.syncml.dm+xml; charset=utf-8";
    assert_eq!(peer.bytes(kind, None, &body), 200);
}

#[test]
fn what_is_no_message_is_refused_by_http() {
    let mut peer = Peer::open(GET);
    let wbxml = "application/vnd.syncml.dm+wbxml";
    assert_eq!(peer.bytes("text/html", None, b"<a/>"), 415);
    assert_eq!(peer.bytes(wbxml, None, b"\x03\xA4\x01"), 400);
    assert_eq!(peer.bytes(wbxml, None, b""), 400);
    assert_eq!(peer.bytes(wbxml, None, &[0; 2049]), 413);
    assert!(matches!(peer.events[0], Event::MalformedMessage(_)));
    // One that belongs to no session.
    let stray = peer.message(vec![alert(1222)], true);
    assert_eq!(peer.post(&stray), 400);
    peer.msg_id = 0;
    peer.begin();
    // Another device while the only session runs.
    peer.device = "IMEI:2".into();
    peer.msg_id = 0;
    let message = peer.message(package_1(), true);
    assert_eq!(peer.post(&message), 503);
}

#[test]
fn several_clients_have_sessions_at_a_time() {
    let config = Config {
        accounts: vec![open_account()],
        max_sessions: 2,
        max_devices: 8,
        idle_s: Some(60),
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(r#"{"command": "Delete", "target": "./A"}"#));
    let with_delete = "SyncHdr=200 Alert=200 Replace=200 Delete Final";
    assert_eq!(peer.begin(), with_delete);
    let first = peer.last.clone();
    peer.device = "IMEI:2".into();
    peer.msg_id = 0;
    assert_eq!(peer.begin(), with_delete);
    peer.device = "IMEI:3".into();
    peer.msg_id = 0;
    let third = peer.message(package_1(), true);
    assert_eq!(peer.post(&third), 503);
    // The first goes on where it was.
    peer.device = "IMEI:1".into();
    peer.msg_id = 1;
    peer.last = first;
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    // The second says nothing more.
    peer.server.handle_time(1_000);
    while peer.server.poll().is_some() {}
    assert!(!peer.server.is_busy());
    // What was done in the first is known, and the second is served anew.
    assert_eq!(
        peer.begin_again(),
        "SyncHdr=200 Alert=200 Replace=200 Final"
    );
    peer.device = "IMEI:2".into();
    assert_eq!(peer.begin_again(), with_delete);
}

#[test]
fn a_plan_can_be_repeated_in_each_session() {
    let config = Config {
        accounts: vec![open_account()],
        repeat_plan: true,
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    let with_get = "SyncHdr=200 Alert=200 Replace=200 Get Final";
    assert_eq!(peer.begin(), with_get);
    peer.all(|_| 200);
    assert_eq!(peer.begin_again(), with_get);
}

/// Shows PRO-50.
#[test]
fn a_server_says_who_it_is_also_without_an_address() {
    for (address, wanted) in [
        ("", "dmsc.card"),
        ("http://server.example/dm", "http://server.example/dm"),
    ] {
        let account = Account {
            address: address.into(),
            ..open_account()
        };
        let config = Config {
            accounts: vec![account],
            ..Config::default()
        };
        let mut peer = Peer::new(config, plan(GET));
        peer.begin();
        assert_eq!(peer.last.hdr.source.uri, wanted);
        peer.all(|_| 200);
        assert_eq!(peer.last.hdr.source.uri, wanted);
    }
}

/// Unproven sessions of one peer take no more than their part of the room, and give way.
#[test]
fn no_peer_takes_all_the_room() {
    let config = Config {
        accounts: vec![account()],
        max_sessions: 8,
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    let mut displaced = 0;
    let mut open = |peer: &mut Peer, origin: u64, device: &str| {
        peer.device = device.into();
        peer.msg_id = 0;
        let message = peer.message(vec![alert(1201)], true);
        let body = message.encode(Encoding::Wbxml);
        let kind = Encoding::Wbxml.media_type();
        peer.server.handle_message_from(origin, kind, None, &body);
        let mut status = 0;
        while let Some(output) = peer.server.poll() {
            match output {
                Output::Answer(answer) => status = answer.http_status,
                Output::Event(Event::SessionDisplaced { .. }) => displaced += 1,
                Output::Event(_) => {}
            }
        }
        (status, displaced)
    };
    assert_eq!(open(&mut peer, 7, "lone"), (200, 0));
    // One peer has a quarter of the room.
    assert_eq!(open(&mut peer, 1, "a"), (200, 0));
    assert_eq!(open(&mut peer, 1, "b"), (200, 0));
    assert_eq!(open(&mut peer, 1, "c"), (200, 1));
    // Many peers share all of it.
    for (n, origin) in [2, 2, 3, 3, 4].into_iter().enumerate() {
        assert_eq!(open(&mut peer, origin, &format!("d{n}")), (200, 1));
    }
    for (n, origin) in [5, 6, 8].into_iter().enumerate() {
        assert_eq!(open(&mut peer, origin, &format!("e{n}")).0, 200);
    }
    // The lone one has been there longest, and still is.
    peer.device = "lone".into();
    peer.msg_id = 1;
    peer.shows = Some(account().client);
    assert!(peer.send(vec![], true).contains("Final"));
    assert_eq!(peer.answer.as_ref().unwrap().http_status, 200);
}
