//! Sessions of the DM Client: how they begin and end, several servers, limits of messages and
//! objects, duplicates, aborts, processes and alerts of the device
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§10).

#![allow(clippy::unwrap_used, clippy::panic)]

mod dm_server;

use dm_server::*;
use dmsc_core::client::{
    AlertItem, AlertRefused, Answer, Config, DeviceAlert, Event, MAX_ALERTS, MAX_MESSAGES, Output,
};
use dmsc_core::codec::auth::Account;
use dmsc_core::codec::ddf;
use dmsc_core::codec::http::Response;
use dmsc_core::codec::markup::{Content, Element};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Meta, Status,
    StatusCode,
};
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, Limits, ManagementTree, NewValue, NodeUri, Property};

fn uri(text: &str) -> NodeUri {
    NodeUri::parse(text).unwrap()
}

/// A device without limits to its URIs.
fn roomy() -> ManagementTree {
    let device = Device {
        limits: Limits {
            max_depth: 0,
            max_tot_len: 0,
            max_seg_len: 0,
        },
        ..Device::default()
    };
    let mut tree = device_tree(&device, &[("DMSC", account())]);
    tree.undescribe(&uri("./Connectivity/NAP"));
    tree.add(
        &uri("./Connectivity/NAP/A"),
        NewValue::text("old"),
        Caller::Device,
        0,
    )
    .unwrap();
    tree
}

fn alert_codes(script: &Script) -> Vec<u16> {
    let all = script.sent().commands.iter();
    all.filter_map(|c| match c {
        Command::Alert(a) => Some(a.code.0),
        _ => None,
    })
    .collect()
}

fn notice(code: AlertCode) -> DeviceAlert {
    DeviceAlert {
        code,
        correlator: None,
        items: vec![AlertItem {
            source: Some("./Connectivity/NAP/A".into()),
            media_type: "Reversed-Domain-Name: org.example.event".into(),
            format: "chr".into(),
            data: "it rains".into(),
            ..AlertItem::default()
        }],
    }
}

// Beginnings.

/// Shows PRO-42, PRO-43.
#[test]
fn a_session_of_the_device_begins_with_alert_1201() {
    let mut script = Script::idle(Config::default(), device());
    script.start("dmsc.card");
    let message = script.sent();
    assert_eq!(shown(message), "Alert1201 Replace Final");
    assert_eq!(message.hdr.msg_id, "1");
    let id = message.hdr.session_id.clone();
    assert!((1..=4).contains(&id.len()), "{id}");
    assert!(u16::from_str_radix(&id, 16).unwrap() > 0);
    assert_eq!(id, id.to_uppercase());
    assert!(script.events.contains(&Event::SessionStarted {
        server_id: "dmsc.card".into(),
        session_id: id.clone(),
    }));
    assert_eq!(script.say(vec![replace(2, "new")]), "Replace=200 Final");
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
    // The next has a SessionID of its own.
    script.events.clear();
    script.msg_id = 0;
    script.start("dmsc.card");
    assert_ne!(script.session_id, id);
}

#[test]
fn a_session_that_cannot_begin() {
    let mut script = Script::idle(Config::default(), device());
    script.start("nobody");
    assert_eq!(
        script.events,
        [Event::StartRefused {
            reason: "no account for server nobody".into()
        }]
    );
    assert!(!script.client.is_busy());
    script.start("dmsc.card");
    script.start("dmsc.card");
    assert_eq!(
        script.events.last(),
        Some(&Event::StartRefused {
            reason: "another session is running".into()
        })
    );
}

#[test]
fn a_session_of_the_device_leaves_no_notification_served() {
    let mut script = Script::idle(Config::default(), device());
    script.start("dmsc.card");
    script.say(vec![]);
    let number = u16::from_str_radix(&script.session_id, 16).unwrap();
    let push = dmsc_core::codec::notification::Package0::new(
        "dmsc.card",
        number,
        dmsc_core::codec::notification::UiMode::Background,
        dmsc_core::codec::notification::Initiator::Server,
    )
    .signed(
        "ServerSecret16!!",
        &script
            .client
            .tree()
            .account("dmsc.card")
            .unwrap()
            .server
            .nonce,
    );
    script.client.handle_push(&push.encode(), 9);
    assert!(script.client.is_busy());
}

/// Shows TND-10, OBJ-5, NOT-3.
#[test]
fn each_server_has_its_own_account_and_rights() {
    let other = Account {
        server_id: "other".into(),
        address: "http://127.0.0.1:99/other".into(),
        ..account()
    };
    let mut tree = device_tree(
        &Device::default(),
        &[("DMSC", account()), ("Other", other.clone())],
    );
    tree.undescribe(&uri("./Connectivity/NAP"));
    tree.add(
        &uri("./Connectivity/NAP/A"),
        NewValue::text("old"),
        Caller::Device,
        0,
    )
    .unwrap();
    let acl = "./Connectivity/NAP/A?prop=ACL";
    let mut script = Script::idle(Config::default(), tree);
    script.start("dmsc.card");
    // The first keeps the node to itself; both may read the rest.
    let commands = vec![
        Command::Replace(items(
            2,
            acl,
            Some("Get=dmsc.card&Replace=dmsc.card&Delete=dmsc.card"),
        )),
        replace(3, "mine"),
    ];
    assert_eq!(script.say(commands), "Replace=200 Replace=200 Final");
    script.say(vec![]);
    assert!(script.end().unwrap().0);
    script.msg_id = 0;
    script.start("other");
    assert_eq!(script.acts.last().unwrap(), "connect 127.0.0.1:99");
    assert_eq!(script.last.as_ref().unwrap().0.target, "/other");
    let commands = vec![
        replace(2, "theirs"),
        get(3, "./Connectivity/NAP/A"),
        delete(4, "A"),
        Command::Replace(items(5, "./DMAcc/DMSC/Name", Some("x"))),
        get(6, "./DMAcc/DMSC/ServerID"),
        add(7, "B"),
        get(8, "./DevInfo/Man"),
        get(9, "./DMAcc/Other/ServerID"),
    ];
    assert_eq!(
        script.say(commands),
        "Replace=425 Get=425 Delete=425 Replace=425 Get=425 Add=200 Get=200 Get=200 \
         Results Results Final"
    );
    assert_eq!(
        script.value("./Connectivity/NAP/A").as_deref(),
        Some("mine")
    );
    // What the first may do still.
    script.say(vec![]);
    script.msg_id = 0;
    script.start("dmsc.card");
    script.shows_cred = true;
    assert!(script.client.is_busy());
}

// Headers and identifiers.

/// Shows PRO-52.
#[test]
fn command_ids_that_could_not_be_told_apart_are_refused() {
    let mut script = Script::new();
    let answer = script.say(vec![
        replace(2, "new"),
        replace(2, "newer"),
        replace(0, "zero"),
        sequence(3, vec![replace(2, "nested"), add(4, "B")]),
        atomic(4, vec![add(5, "C")]),
    ]);
    assert_eq!(
        answer,
        "Replace=200 Replace=400 Sequence=200 Replace=400 Add=200 Atomic=400 Final"
    );
    assert_eq!(script.value("./Connectivity/NAP/A").as_deref(), Some("new"));
    assert_eq!(script.value("./Connectivity/NAP/C"), None);
}

/// Shows PRO-52, PRO-61, REP-10.
#[test]
fn our_command_ids_are_unique_and_refer_to_message_and_command() {
    let mut script = Script::new();
    script.say(vec![replace(7, "new"), get(9, "./DevInfo/Man")]);
    let mut ids = Vec::new();
    for command in &script.sent().commands {
        ids.push(command.cmd_id().to_owned());
        match command {
            Command::Status(s) => {
                assert_eq!(s.msg_ref, "1");
                assert!(["0", "7", "9"].contains(&s.cmd_ref.as_str()));
            }
            Command::Results(r) => {
                assert_eq!(r.msg_ref.as_deref(), Some("1"));
                assert_eq!(r.cmd_ref, "9");
                let source = r.items[0].source.as_ref().unwrap();
                assert_eq!(source.uri, "./DevInfo/Man");
            }
            _ => panic!("{command:?}"),
        }
    }
    assert_eq!(ids, ["1", "2", "3", "4"]);
}

/// Shows REP-6.
#[test]
fn elements_that_are_no_commands_get_406() {
    let mut script = Script::new();
    let element = |name: &str, content| Element {
        name: name.into(),
        content: vec![content],
        ..Element::default()
    };
    let id = element("CmdID", Content::Text("2".into()));
    let put = element("Put", Content::Element(id));
    let message = script.message(vec![Command::Unknown(put), replace(3, "new")], true);
    script.deliver(&message);
    assert_eq!(script.answer(), "Put=406 Replace=200 Final");
}

#[test]
fn a_message_that_comes_twice_is_answered_twice_and_executed_once() {
    let mut script = Script::new();
    let message = script.message(vec![add(2, "B")], true);
    script.deliver(&message);
    assert_eq!(script.answer(), "Add=200 Final");
    let first = script.sent().clone();
    script.deliver(&message);
    assert_eq!(script.sent(), &first, "the same message, MsgID and all");
    assert!(script.is_told());
    // It goes on from there.
    assert_eq!(script.say(vec![add(2, "C")]), "Add=200 Final");
    // A server that does nothing else is left.
    let again = script.message(vec![add(2, "D")], true);
    for _ in 0..4 {
        script.deliver(&again);
    }
    script.deliver(&again);
    assert_eq!(script.answer(), "Alert1223 Final");
    assert!(script.end().is_some());
}

/// Shows REP-9.
#[test]
fn versions_are_refused_by_their_own_codes() {
    for (dtd, proto, code) in [("1.1", "DM/1.2", 505), ("1.2", "DM/1.1", 513)] {
        let mut script = Script::new();
        let mut message = script.message(vec![replace(2, "new")], true);
        message.hdr.ver_dtd = dtd.into();
        message.hdr.ver_proto = proto.into();
        script.deliver(&message);
        assert_eq!(script.answer(), format!("Replace={code} Final"));
        assert_eq!(script.header_status().code.0, code);
    }
}

#[test]
fn a_redirect_is_followed_to_the_same_peer_alone() {
    let mut script = Script::new();
    let mut response = Response::new(307);
    response
        .headers
        .push(("Location".into(), "/elsewhere?x=1".into()));
    let before = script.sent().clone();
    script.respond(&response);
    let (request, message) = script.last.as_ref().unwrap();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/elsewhere?x=1")
    );
    assert_eq!(message, &before);
    assert_eq!(script.say(vec![replace(2, "new")]), "Replace=200 Final");
    assert_eq!(script.last.as_ref().unwrap().0.target, "/dm");
    let mut away = Response::new(302);
    away.headers
        .push(("Location".into(), "http://elsewhere.example/".into()));
    script.respond(&away);
    assert!(script.last.is_none());
    assert!(!script.end().unwrap().0);
    // Round and round is no way.
    let mut script = Script::new();
    for _ in 0..5 {
        script.respond(&response);
        assert!(script.last.is_some());
    }
    script.respond(&response);
    assert!(!script.end().unwrap().0);
}

// Messages and objects that are too large.

#[test]
fn a_message_over_our_max_msg_size_is_refused_whole() {
    let mut script = Script::with(Config {
        max_msg_size: 1024,
        ..Config::default()
    });
    let message = script.message(vec![replace(2, &"x".repeat(1100)), add(3, "B")], true);
    script.deliver(&message);
    assert_eq!(script.answer(), "Replace=413 Add=413 Final");
    assert_eq!(script.header_status().code.0, 413);
    assert!(script.is_untouched());
    assert_eq!(script.say(vec![replace(2, "new")]), "Replace=200 Final");
}

/// Shows PRO-7, PRO-21.
#[test]
fn no_message_of_ours_is_larger_than_the_server_takes() {
    for (encoding, limit) in [(Encoding::Wbxml, 1024), (Encoding::Xml, 2048)] {
        for length in (100..1300).step_by(25) {
            let name = "n".repeat(length);
            let long = format!("./Connectivity/NAP/{name}");
            let mut script = Script::idle(
                Config {
                    encoding,
                    max_msg_size: 65_535,
                    ..Config::default()
                },
                roomy(),
            );
            script.meta.max_msg_size = Some(limit);
            script.notify();
            let commands = vec![
                Command::Add(items(2, &long, Some(&"v".repeat(600)))),
                get(3, &long),
                get(4, &format!("{long}/none")),
                get(5, "./Connectivity/NAP"),
                Command::Delete(items(6, &long, None)),
            ];
            let message = script.message(commands, true);
            script.deliver(&message);
            let mut seen = Vec::new();
            for _ in 0..20 {
                let (request, message) = script.last.as_ref().unwrap();
                assert!(
                    request.body.len() as u64 <= limit,
                    "{encoding:?} {length} {} {}",
                    request.body.len(),
                    shown(message)
                );
                for command in &message.commands {
                    if let Command::Status(s) = command
                        && s.cmd_ref != "0"
                        && s.msg_ref == "1"
                    {
                        seen.push(s.code.0);
                    }
                }
                if message.is_final {
                    break;
                }
                script.say_part(vec![alert(2, AlertCode::NEXT_MESSAGE)], true);
            }
            assert!(script.sent().is_final, "{encoding:?} {length}");
            let read = if seen[1] == 413 { 413 } else { 200 };
            let list = if seen[3] == 413 { 413 } else { 200 };
            assert_eq!(seen, [200, read, 404, list, 200], "{encoding:?} {length}");
            // What fits with room to spare is not refused.
            assert!(length > 300 || read == 200);
        }
    }
}

/// Shows PRO-1, PRO-11, PRO-14, PRO-18, PRO-22.
#[test]
fn results_go_in_chunks_and_are_whole_at_the_end() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let mut tree = device();
        let text = "<ä&>".repeat(1000);
        tree.add(
            &uri("./Connectivity/NAP/Big"),
            NewValue::text(&text),
            Caller::Device,
            0,
        )
        .unwrap();
        let config = Config {
            encoding,
            ..Config::default()
        };
        let mut script = Script::idle(config, tree);
        script.meta.max_msg_size = Some(1024);
        script.notify();
        script.say(vec![get(2, "./Connectivity/NAP/Big")]);
        let (mut whole, mut chunks) = (String::new(), 0);
        loop {
            let item = script.results().items[0].clone();
            assert_eq!(item.source.as_ref().unwrap().uri, "./Connectivity/NAP/Big");
            let size = (chunks == 0).then_some(text.len() as u64);
            assert_eq!(item.meta.size, size, "told in the first chunk alone");
            let Some(Data::Text(part)) = item.data else {
                panic!("text")
            };
            whole.push_str(&part);
            chunks += 1;
            if !item.more_data {
                break;
            }
            assert!(!script.sent().is_final);
            assert!(!script.answer().contains("Alert1222"));
            script.say_part(
                vec![
                    Command::Status(Status {
                        cmd_id: "2".into(),
                        msg_ref: script.sent().hdr.msg_id.clone(),
                        cmd_ref: script.results().cmd_id.clone(),
                        cmd: "Results".into(),
                        code: StatusCode::CHUNK_ACCEPTED,
                        ..Status::default()
                    }),
                    alert(3, AlertCode::NEXT_MESSAGE),
                ],
                false,
            );
        }
        assert!(chunks > 3);
        assert_eq!(whole, text);
        assert!(script.sent().is_final);
    }
}

#[test]
fn the_rest_of_results_that_the_server_does_not_want_is_dropped() {
    for refusal in [
        Command::Status(Status {
            cmd_id: "2".into(),
            msg_ref: "2".into(),
            cmd_ref: "3".into(),
            cmd: "Results".into(),
            code: StatusCode::TOO_LARGE,
            ..Status::default()
        }),
        alert(2, AlertCode::NO_END_OF_DATA),
    ] {
        let mut tree = device();
        tree.add(
            &uri("./Connectivity/NAP/Big"),
            NewValue::text(&"x".repeat(5000)),
            Caller::Device,
            0,
        )
        .unwrap();
        let mut script = Script::idle(Config::default(), tree);
        script.meta.max_msg_size = Some(1024);
        script.notify();
        assert_eq!(
            script.say(vec![get(2, "./Connectivity/NAP/Big")]),
            "Get=200 Results"
        );
        let answer = script.say_part(vec![refusal, alert(3, AlertCode::NEXT_MESSAGE)], true);
        assert!(!answer.contains("Results"), "{answer}");
        assert!(answer.ends_with("Final"), "{answer}");
    }
}

/// Shows PRO-17.
#[test]
fn an_object_over_the_servers_max_obj_size_is_not_sent() {
    let mut script = Script::idle(Config::default(), device());
    script.meta.max_obj_size = Some(2);
    script.notify();
    assert_eq!(
        script.say(vec![get(2, "./Connectivity/NAP/A")]),
        "Get=413 Final"
    );
    let size = script.sent().commands.iter().find_map(|c| match c {
        Command::Status(s) if s.code == StatusCode::TOO_LARGE => Some(s.items[0].meta.size),
        _ => None,
    });
    assert_eq!(size, Some(Some(3)));
    // The limit counts until another is told.
    script.meta = Meta::default();
    assert_eq!(
        script.say(vec![get(2, "./Connectivity/NAP/A")]),
        "Get=413 Final"
    );
    script.meta.max_obj_size = Some(3);
    assert_eq!(
        script.say(vec![get(2, "./Connectivity/NAP/A")]),
        "Get=200 Results Final"
    );
}

/// Shows PRO-17, REP-32.
#[test]
fn an_object_over_our_max_obj_size_is_not_taken() {
    let mut script = Script::with(Config {
        max_obj_size: 5,
        ..Config::default()
    });
    let answer = script.say(vec![
        replace(2, "123456"),
        Command::Add(items(3, "./Connectivity/NAP/B", Some("123456"))),
        replace(4, "12345"),
    ]);
    assert_eq!(answer, "Replace=413 Add=413 Replace=200 Final");
}

fn chunk(id: u32, text: &str, more: bool, size: Option<u64>) -> Command {
    let mut command = items(id, "./Connectivity/NAP/A", Some(text));
    command.items[0].more_data = more;
    command.items[0].meta.size = size;
    Command::Replace(command)
}

/// Shows PRO-16.
#[test]
fn a_device_without_large_objects_takes_no_chunks() {
    let mut tree = device();
    tree.replace(
        &uri("./DevDetail/LrgObj"),
        NewValue::text("false"),
        Caller::Device,
        0,
    )
    .unwrap();
    let mut script = Script::idle(Config::default(), tree);
    script.notify();
    assert_eq!(
        script.say_part(vec![chunk(2, "abc", true, Some(6))], false),
        "Replace=406 Alert1222"
    );
    assert!(script.is_untouched());
}

/// Shows PRO-20, PRO-23.
#[test]
fn an_object_that_is_left_unfinished_is_told_with_alert_1225() {
    let mut script = Script::new();
    script.say_part(vec![chunk(2, "abc", true, Some(6))], false);
    // A package that ends without the rest.
    assert_eq!(script.say(vec![]), "Alert1225 Final");
    let Some(Command::Alert(alert)) = script.sent().commands.last() else {
        panic!("an alert")
    };
    assert_eq!(
        alert.items[0].target.as_ref().unwrap().uri,
        "./Connectivity/NAP/A"
    );
    // The server may begin again.
    script.say_part(vec![chunk(2, "abc", true, Some(6))], false);
    assert_eq!(
        script.say(vec![chunk(2, "def", false, None)]),
        "Replace=200 Final"
    );
}

/// Shows PRO-19.
#[test]
fn more_octets_than_announced_are_refused_at_once() {
    let mut script = Script::new();
    script.say_part(vec![chunk(2, "abc", true, Some(4))], false);
    assert_eq!(
        script.say_part(vec![chunk(2, "def", true, None)], false),
        "Replace=424 Alert1222"
    );
    assert!(script.is_untouched());
}

/// Shows REP-31.
#[test]
fn an_atomic_whose_answers_fit_no_message_is_taken_back() {
    let many: Vec<Command> = (0..40).map(|i| add(100 + i, &format!("n{i}"))).collect();
    let mut script = Script::idle(Config::default(), device());
    script.meta.max_msg_size = Some(1024);
    script.notify();
    let message = script.message(vec![atomic(2, many.clone())], true);
    script.deliver(&message);
    let answer = script.answer();
    assert!(answer.starts_with("Atomic=517 Add=216 Add=216"), "{answer}");
    assert!(script.is_untouched());
    assert!(script.is_told());
    // With room for the answers it holds.
    let mut script = Script::new();
    assert!(
        script
            .say(vec![atomic(2, many)])
            .starts_with("Atomic=200 Add=200")
    );
}

// Ends.

/// Shows PRO-34, PRO-35.
#[test]
fn the_device_gives_up_while_it_waits_for_the_server() {
    let mut script = Script::new();
    script.client.handle_abort("the battery is empty", 3);
    script.drain();
    assert_eq!(script.say(vec![replace(2, "new")]), "Alert1223 Final");
    assert_eq!(script.header_status().code, StatusCode::CANCELLED);
    assert!(script.is_untouched());
    assert_eq!(script.end(), Some((false, "the battery is empty")));
    // What the server says to it is not looked at.
    script.say(vec![replace(2, "new")]);
    assert!(script.is_untouched() && !script.client.is_busy());
}

/// Shows PRO-34, PRO-35, PRO-39.
#[test]
fn the_device_gives_up_while_the_user_is_asked() {
    let mut script = Script::new();
    script.say(vec![
        replace(2, "new"),
        alert(3, AlertCode::CONFIRM_OR_REJECT),
        add(4, "B"),
    ]);
    script.client.handle_abort("enough", 3);
    script.drain();
    assert_eq!(
        script.answer(),
        "Replace=200 Alert=214 Add=215 Alert1223 Final"
    );
    assert_eq!(script.value("./Connectivity/NAP/A").as_deref(), Some("new"));
    assert!(script.is_told());
    // Within an Atomic everything is taken back.
    let mut script = Script::new();
    script.say(vec![atomic(
        2,
        vec![replace(3, "new"), alert(4, AlertCode::CONFIRM_OR_REJECT)],
    )]);
    script.client.handle_abort("enough", 3);
    script.drain();
    assert_eq!(
        script.answer(),
        "Atomic=507 Replace=216 Alert=214 Alert1223 Final"
    );
    assert!(script.is_untouched());
}

#[test]
fn the_device_gives_up_before_anything_was_sent() {
    let mut script = Script::idle(Config::default(), device());
    script.client.handle_abort("no session", 3);
    assert_eq!(script.client.poll(), None);
    script.client.handle_start("dmsc.card", 1);
    script.client.handle_abort("not now", 3);
    script.drain();
    assert_eq!(script.end(), Some((false, "not now")));
}

/// Shows PRO-2, PRO-30.
#[test]
fn only_a_final_without_commands_ends_a_session() {
    let mut script = Script::new();
    assert_eq!(script.say_part(vec![], false), "Alert1222");
    assert!(script.end().is_none());
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
}

// Exec and Copy.

fn copy(id: u32, from: &str, to: &str) -> Command {
    let mut command = items(id, to, None);
    command.items[0].source = Some(Location::new(from));
    Command::Copy(command)
}

/// Shows REP-3, REP-26.
#[test]
fn leaves_are_copied() {
    let mut script = Script::new();
    let (a, b) = ("./Connectivity/NAP/A", "./Connectivity/NAP/B");
    let answer = script.say(vec![
        copy(2, a, b),
        copy(3, "./None", b),
        copy(4, "./DevInfo", b),
        Command::Copy(items(5, b, None)),
        copy(6, a, "./DevInfo/Man"),
        copy(7, "./DevInfo?prop=ACL", b),
    ]);
    assert_eq!(
        answer,
        "Copy=200 Copy=404 Copy=403 Copy=412 Copy=405 Copy=405 Final"
    );
    assert_eq!(script.value(b).as_deref(), Some("old"));
    assert!(script.is_told());
}

/// Shows REP-29, REP-30.
#[test]
fn every_kind_of_command_in_an_atomic_is_taken_back() {
    let mut script = Script::new();
    let answer = script.say(vec![atomic(
        2,
        vec![
            replace(3, "new"),
            add(4, "B"),
            copy(5, "./Connectivity/NAP/B", "./Connectivity/NAP/C"),
            Command::Replace(items(6, "./Connectivity/NAP/B?prop=Name", Some("D"))),
            Command::Replace(items(7, "./Connectivity/NAP/A?prop=ACL", Some("Get=*"))),
            delete(8, "C"),
            Command::Exec(items(9, "./Connectivity/NAP/A", None)),
            add(10, "E"),
        ],
    )]);
    assert_eq!(
        answer,
        "Atomic=507 Replace=216 Add=216 Copy=216 Replace=216 Replace=216 Delete=216 \
         Exec=500 Add=215 Final"
    );
    assert!(script.is_untouched());
    assert!(script.is_told());
}

/// A process of the device, which DDF alone can give a node.
const UPDATE: &str = "<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>Update</NodeName>\
    <DFProperties><AccessType><Exec/><Get/></AccessType><DFFormat><chr/></DFFormat>\
    <Occurrence><One/></Occurrence><Scope><Permanent/></Scope>\
    <DFType><MIME>text/plain</MIME></DFType></DFProperties></Node></MgmtTree>";

/// A device with a process that this server, or nobody, may start.
fn with_process(acl: &str) -> ManagementTree {
    let mut tree = device();
    let update = ddf::Document::decode_xml(UPDATE.as_bytes()).unwrap();
    tree.describe(&update, 0).unwrap();
    let at = uri("./Update");
    if tree.node(&at).is_none() {
        tree.add(&at, NewValue::text(""), Caller::Device, 0)
            .unwrap();
    }
    tree.replace_property(&at, Property::Acl, acl, Caller::Device, 0)
        .unwrap();
    tree
}

const MAY: &str = "Exec=dmsc.card&Get=*";

fn exec(id: u32, correlator: Option<&str>) -> Command {
    Command::Exec(ItemCommand {
        correlator: correlator.map(str::to_owned),
        ..items(id, "./Update", Some("now"))
    })
}

/// Shows REP-3, REP-27.
#[test]
fn an_exec_is_carried_out_by_whoever_holds_the_device() {
    for (told, code) in [
        (200, 200),
        (202, 202),
        (510, 510),
        (404, 404),
        (213, 500),
        (0, 500),
    ] {
        let mut script = Script::idle(Config::default(), with_process(MAY));
        script.notify();
        assert_eq!(script.say(vec![exec(2, Some("c1")), add(3, "B")]), "");
        assert_eq!(script.acts.last().unwrap(), "execute ./Update");
        // An answer to a question is no answer to this.
        script.client.handle_answer(Answer::Accept, 5);
        script.drain();
        assert!(script.last.is_none());
        script.client.handle_executed(StatusCode(told), 6);
        script.drain();
        assert_eq!(script.answer(), format!("Exec={code} Add=200 Final"));
    }
}

#[test]
fn an_exec_carries_its_arguments() {
    let mut script = Script::idle(Config::default(), with_process(MAY));
    script.notify();
    let message = script.message(vec![exec(2, Some("c1"))], true);
    let body = message.encode(Encoding::Wbxml);
    let response = Response::new(200).with_body(Encoding::Wbxml.media_type(), body);
    script.client.handle_data(&response.encode(), 5);
    let mut asked = None;
    while let Some(output) = script.client.poll() {
        if let Output::Execute(execution) = output {
            asked = Some(execution);
        }
    }
    let asked = asked.unwrap();
    assert_eq!(asked.server_id, "dmsc.card");
    assert_eq!(asked.uri, "./Update");
    assert_eq!(asked.correlator.as_deref(), Some("c1"));
    assert_eq!(asked.data, b"now");
}

/// Shows REP-27, TND-30.
#[test]
fn execs_that_are_refused() {
    let mut script = Script::idle(Config::default(), with_process(MAY));
    script.notify();
    let two = ItemCommand {
        items: vec![Item::default(), Item::default()],
        ..items(6, "", None)
    };
    let answer = script.say(vec![
        Command::Exec(items(2, "./Connectivity/NAP/A", None)),
        Command::Exec(items(3, "./None", None)),
        Command::Exec(items(4, "./DevInfo/Man", None)),
        Command::Exec(ItemCommand {
            cmd_id: "5".into(),
            ..ItemCommand::default()
        }),
        Command::Exec(two),
        Command::Exec(items(7, "./Update?prop=ACL", None)),
    ]);
    assert_eq!(
        answer,
        "Exec=405 Exec=404 Exec=405 Exec=412 Exec=400 Exec=405 Final"
    );
    let mut script = Script::idle(Config::default(), with_process("Get=*"));
    script.notify();
    assert_eq!(script.say(vec![exec(2, None)]), "Exec=425 Final");
}

#[test]
fn the_device_gives_up_while_a_process_runs() {
    let mut script = Script::idle(Config::default(), with_process(MAY));
    script.notify();
    script.say(vec![exec(2, None), add(3, "B")]);
    script.client.handle_abort("enough", 3);
    script.drain();
    assert_eq!(script.answer(), "Exec=514 Add=215 Alert1223 Final");
}

// Alerts of the device.

/// Shows PRO-44, PRO-80, PRO-84, REP-27.
#[test]
fn a_process_that_goes_on_ends_with_a_generic_alert() {
    let mut script = Script::idle(Config::default(), with_process(MAY));
    script.notify();
    script.say(vec![exec(2, Some("c1"))]);
    script.client.handle_executed(StatusCode::ACCEPTED, 6);
    script.drain();
    assert_eq!(script.answer(), "Exec=202 Final");
    let mut done = notice(AlertCode::GENERIC);
    done.correlator = Some("c1".into());
    done.items[0].mark = Some("critical".into());
    script
        .client
        .handle_alert("dmsc.card", done.clone())
        .unwrap();
    assert_eq!(
        script.say(vec![replace(2, "new")]),
        "Replace=200 Alert1226 Final"
    );
    let Some(Command::Alert(alert)) = script.sent().commands.last().cloned() else {
        panic!("an alert")
    };
    assert_eq!(alert.correlator.as_deref(), Some("c1"));
    let item = &alert.items[0];
    assert_eq!(item.source.as_ref().unwrap().uri, "./Connectivity/NAP/A");
    assert_eq!(item.meta.mark.as_deref(), Some("critical"));
    assert_eq!(item.meta.format.as_deref(), Some("chr"));
    assert_eq!(item.data, Some(Data::Text("it rains".into())));
    script.say(vec![Command::Status(answered(&script, &alert, 202))]);
    assert_eq!(
        script
            .events
            .iter()
            .rfind(|e| matches!(e, Event::AlertAnswered { .. })),
        Some(&Event::AlertAnswered {
            alert: done,
            code: StatusCode::ACCEPTED
        })
    );
    assert!(script.end().unwrap().0);
}

/// The server's Status for an alert of the client's last message.
fn answered(script: &Script, alert: &Alert, code: u16) -> Status {
    Status {
        cmd_id: "2".into(),
        msg_ref: script.sent().hdr.msg_id.clone(),
        cmd_ref: alert.cmd_id.clone(),
        cmd: "Alert".into(),
        code: StatusCode(code),
        ..Status::default()
    }
}

/// Shows PRO-44.
#[test]
fn alerts_go_with_package_1_and_stay_until_they_are_answered() {
    let mut script = Script::idle(Config::default(), device());
    for code in [AlertCode::CLIENT_EVENT, AlertCode::GENERIC] {
        script
            .client
            .handle_alert("dmsc.card", notice(code))
            .unwrap();
    }
    script.start("dmsc.card");
    assert_eq!(
        shown(script.sent()),
        "Alert1201 Replace Alert1224 Alert1226 Final"
    );
    // The connection breaks: the next session tells them again.
    script.client.handle_closed();
    script.drain();
    script.events.clear();
    script.start("dmsc.card");
    assert_eq!(alert_codes(&script), [1201, 1224, 1226]);
    // One is answered, the other is not.
    let Some(Command::Alert(first)) = script.sent().commands.get(2).cloned() else {
        panic!("an alert")
    };
    let status = answered(&script, &first, 406);
    assert_eq!(
        script.say(vec![Command::Status(status), add(3, "B")]),
        "Add=200 Final"
    );
    script.say(vec![]);
    script.events.clear();
    script.msg_id = 0;
    script.shows_cred = false;
    script.start("dmsc.card");
    assert_eq!(alert_codes(&script), [1201, 1226]);
}

#[test]
fn alerts_go_to_their_own_server_alone() {
    let other = Account {
        server_id: "other".into(),
        ..account()
    };
    let tree = device_tree(&Device::default(), &[("DMSC", account()), ("Other", other)]);
    let mut script = Script::idle(Config::default(), tree);
    script
        .client
        .handle_alert("other", notice(AlertCode::GENERIC))
        .unwrap();
    script.start("dmsc.card");
    assert_eq!(alert_codes(&script), [1201]);
    script.say(vec![]);
    script.msg_id = 0;
    script.start("other");
    assert_eq!(alert_codes(&script), [1201, 1226]);
}

/// Shows PRO-80, PRO-83.
#[test]
fn alerts_that_no_server_could_take_are_refused() {
    let mut script = Script::idle(Config::default(), device());
    let spoilt = |code: AlertCode, spoil: fn(&mut DeviceAlert)| {
        let mut alert = notice(code);
        spoil(&mut alert);
        alert
    };
    let (event, generic) = (AlertCode::CLIENT_EVENT, AlertCode::GENERIC);
    for (alert, why) in [
        (spoilt(AlertCode::SESSION_ABORT, |_| {}), AlertRefused::Code),
        (spoilt(generic, |a| a.items.clear()), AlertRefused::NoItem),
        (
            spoilt(generic, |a| a.items[0].format.clear()),
            AlertRefused::NoMeta,
        ),
        (
            spoilt(event, |a| a.items[0].media_type.clear()),
            AlertRefused::NoMeta,
        ),
        (
            spoilt(generic, |a| a.items[0].mark = Some("loud".into())),
            AlertRefused::Mark,
        ),
        (
            spoilt(event, |a| a.items[0].mark = Some("fatal".into())),
            AlertRefused::Mark,
        ),
        (
            spoilt(event, |a| a.correlator = Some("c".into())),
            AlertRefused::Correlator,
        ),
    ] {
        assert_eq!(script.client.handle_alert("dmsc.card", alert), Err(why));
    }
    assert_eq!(
        script.client.handle_alert("nobody", notice(event)),
        Err(AlertRefused::NoAccount)
    );
    for _ in 0..MAX_ALERTS {
        script
            .client
            .handle_alert("dmsc.card", notice(event))
            .unwrap();
    }
    assert_eq!(
        script.client.handle_alert("dmsc.card", notice(event)),
        Err(AlertRefused::TooMany)
    );
    assert!(!AlertRefused::TooMany.to_string().is_empty());
}

#[test]
fn an_alert_larger_than_the_servers_messages_is_given_back() {
    let mut script = Script::idle(Config::default(), device());
    script.meta.max_msg_size = Some(1024);
    script.notify();
    let mut alert = notice(AlertCode::GENERIC);
    alert.items[0].data = "x".repeat(1000);
    script.say(vec![add(2, "B")]);
    script
        .client
        .handle_alert("dmsc.card", alert.clone())
        .unwrap();
    assert_eq!(script.say(vec![add(2, "C")]), "Add=200 Final");
    assert!(script.events.contains(&Event::AlertAnswered {
        alert,
        code: StatusCode::TOO_LARGE
    }));
}

// Questions to the user.

/// Shows PRO-100, PRO-104, PRO-105.
#[test]
fn what_a_user_says_comes_in_the_items_of_the_status() {
    let ask = |code: AlertCode, texts: &[&str]| {
        Command::Alert(Alert {
            cmd_id: "2".into(),
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
    };
    for (command, answer, code, texts) in [
        (
            ask(AlertCode::TEXT_INPUT, &["IT=N", "How many?"]),
            Answer::Text("42".into()),
            200,
            vec!["42"],
        ),
        (
            ask(AlertCode::TEXT_INPUT, &["IT=N", "How many?"]),
            Answer::Text("many".into()),
            214,
            vec![],
        ),
        (
            ask(AlertCode::TEXT_INPUT, &["", "How many?"]),
            Answer::Text("x".repeat(70_000)),
            413,
            vec![],
        ),
        (
            ask(AlertCode::SINGLE_CHOICE, &["", "Which?", "a", "b"]),
            Answer::Choices(vec![2]),
            200,
            vec!["2"],
        ),
        (
            ask(AlertCode::MULTIPLE_CHOICE, &["", "Which?", "a", "b", "c"]),
            Answer::Choices(vec![3, 1]),
            200,
            vec!["3", "1"],
        ),
    ] {
        let mut script = Script::new();
        script.say(vec![command]);
        script.reply(answer);
        let status = script.sent().commands.iter().find_map(|c| match c {
            Command::Status(s) if s.cmd == "Alert" => Some(s.clone()),
            _ => None,
        });
        let status = status.unwrap();
        assert_eq!(status.code.0, code);
        let said: Vec<&[u8]> = status
            .items
            .iter()
            .map(|i| i.data.as_ref().unwrap().bytes())
            .collect();
        let wanted: Vec<&[u8]> = texts.iter().map(|t| t.as_bytes()).collect();
        assert_eq!(said, wanted);
    }
}

/// Shows PRO-8, PRO-103, PRO-106, PRO-107, PRO-109, PRO-113.
#[test]
fn only_a_cancel_or_a_time_out_stops_what_follows_a_question() {
    for (answer, wanted) in [
        (Answer::Accept, "Alert=200 Add=200 Final"),
        (Answer::Reject, "Alert=304 Add=200 Final"),
        (Answer::Cancel, "Alert=214 Add=215 Final"),
        (Answer::NoAnswer, "Alert=408 Add=215 Final"),
        (Answer::NotSupported, "Alert=406 Add=200 Final"),
        (Answer::CannotShow, "Alert=416 Add=200 Final"),
    ] {
        let mut script = Script::new();
        script.say(vec![alert(2, AlertCode::CONFIRM_OR_REJECT), add(3, "B")]);
        assert_eq!(script.reply(answer), wanted);
    }
}

#[test]
fn a_server_that_asks_for_the_next_message_for_ever_is_left() {
    let mut script = Script::new();
    for _ in 0..=MAX_MESSAGES {
        if script
            .say_part(vec![alert(2, AlertCode::NEXT_MESSAGE)], false)
            .is_empty()
        {
            break;
        }
    }
    assert_eq!(
        script.end(),
        Some((false, "the session does not come to an end"))
    );
}

// The transport, and what is left of the status codes.

/// Shows HTTP-3.
#[test]
fn a_chunked_response_in_single_octets_is_read() {
    let mut script = Script::new();
    let message = script.message(vec![replace(2, "new")], true);
    let body = message.encode(Encoding::Xml);
    let (first, second) = body.split_at(body.len() / 2);
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\
        Content-Type: application/vnd.syncml.dm+xml; charset=utf-8\r\n\r\n"
        .to_vec();
    for part in [first, second, &[]] {
        bytes.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    script.last = None;
    for octet in bytes {
        script.client.handle_data(&[octet], 5);
    }
    script.drain();
    assert_eq!(script.answer(), "Replace=200 Final");
}

#[test]
fn http_errors_end_the_session_without_a_look_at_the_body() {
    for status in [401, 403, 404, 500, 503] {
        let mut script = Script::new();
        let message = script.message(vec![replace(2, "new")], true);
        let body = message.encode(Encoding::Wbxml);
        script.respond(&Response::new(status).with_body(Encoding::Wbxml.media_type(), body));
        assert!(script.last.is_none());
        assert!(!script.end().unwrap().0);
        assert!(script.is_untouched());
    }
}

/// Shows PRO-13, PRO-38.
#[test]
fn a_silent_break_leaves_a_client_that_can_begin_again() {
    let mut script = Script::new();
    script.say_part(vec![chunk(2, "abc", true, Some(6))], false);
    script.client.handle_closed();
    script.drain();
    assert!(script.is_untouched());
    assert_eq!(script.end(), Some((false, "the connection was closed")));
    script.events.clear();
    script.msg_id = 0;
    script.start("dmsc.card");
    script.shows_cred = false;
    assert_eq!(shown(script.sent()), "Alert1201 Replace Final");
}

/// Shows PRO-40, OBJ-2.
#[test]
fn every_leaf_of_devinfo_is_told_in_the_first_message() {
    let mut tree = device();
    let interior = || NewValue {
        format: Some("node"),
        ..NewValue::text("")
    };
    for (at, what) in [
        ("./DevInfo/Ext", interior()),
        ("./DevInfo/Ext/Shop", interior()),
        ("./DevInfo/Ext/Shop/Colour", NewValue::text("red")),
    ] {
        tree.add(&uri(at), what, Caller::Device, 0).unwrap();
    }
    let mut script = Script::idle(Config::default(), tree);
    script.start("dmsc.card");
    let told: Vec<(String, Option<Data>)> = script
        .sent()
        .commands
        .iter()
        .filter_map(|c| match c {
            Command::Replace(c) => Some(&c.items),
            _ => None,
        })
        .flatten()
        .map(|i| (i.source.clone().unwrap().uri, i.data.clone()))
        .collect();
    assert_eq!(told.len(), 6);
    assert!(told.contains(&(
        "./DevInfo/Ext/Shop/Colour".into(),
        Some(Data::Text("red".into()))
    )));
}

/// One empty object.
const OBJECT: &str = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node>\
    <NodeName>1</NodeName><RTProperties><Format><node/></Format><Type><DDFName/></Type>\
    </RTProperties></Node></MgmtTree>";

/// Shows PRO-60, REP-20, REP-22, REP-23, REP-25, REP-32, REP-33, TND-7, TND-17, TND-30.
#[test]
fn each_refusal_has_the_status_code_of_its_situation() {
    let of = |id: u32, uri: &str, format: &str, kind: &str, data: Data| {
        let mut command = items(id, uri, None);
        command.items[0].data = Some(data);
        command.items[0].meta = Meta {
            format: (!format.is_empty()).then(|| format.into()),
            media_type: (!kind.is_empty()).then(|| kind.into()),
            ..Meta::default()
        };
        command
    };
    let text = |text: &str| Data::Text(text.into());
    let tnds = "application/vnd.syncml.dmtnds+xml";
    let new = "./Connectivity/NAP/B";
    for (command, code) in [
        (Command::Add(of(2, new, "b64", "", text("*"))), 400),
        (
            Command::Add(of(2, new, "xml", tnds, text("<MgmtTree>"))),
            400,
        ),
        // A receipt is a value that is checked; objects in its place would not be.
        (
            Command::Add(of(2, "./DMSC/Receipt/1", "xml", tnds, text(OBJECT))),
            405,
        ),
        (get(2, "./Connectivity/NAP/None"), 404),
        (replace(2, "x"), 200),
        (Command::Replace(items(2, new, Some("x"))), 404),
        (Command::Delete(items(2, "./DevInfo", None)), 405),
        (Command::Delete(items(2, ".", None)), 405),
        (Command::Replace(items(2, "./Connectivity", Some("x"))), 405),
        (
            Command::Get(items(2, "./DMAcc/DMSC/AppAuth/Client/AAuthSecret", None)),
            405,
        ),
        (get(2, "./Inbox"), 405),
        (get(2, "./DevInfo?list=Nothing"), 406),
        (get(2, "./DevInfo?prop=Colour"), 406),
        (alert(2, AlertCode(1202)), 406),
        (
            Command::Alert(Alert {
                cmd_id: "2".into(),
                code: AlertCode::DISPLAY,
                ..Alert::default()
            }),
            412,
        ),
        (get(2, "./A//B"), 404),
        (get(2, "/A/"), 404),
        (
            Command::Replace(of(2, "./DMAcc/DMSC/Name", "int", "", text("1"))),
            415,
        ),
        (Command::Get(items(2, &"n".repeat(400), None)), 414),
        (
            Command::Add(of(2, "./DevInfo/Ext", "node", "", text(""))),
            405,
        ),
        (Command::Add(items(2, "./DevInfo?prop=New", Some("x"))), 405),
        (add(2, "A"), 418),
        (
            Command::Replace(items(2, "./DMAcc/DMSC/ServerID?prop=ACL", Some("Get=*"))),
            200,
        ),
        (
            Command::Replace(items(2, "./Connectivity/NAP/A?prop=Size", Some("1"))),
            405,
        ),
    ] {
        let mut script = Script::new();
        let name = command.name().to_owned();
        let answer = script.say(vec![command.clone()]);
        assert!(
            answer.starts_with(&format!("{name}={code}")),
            "{answer} for {command:?}"
        );
        assert!(script.is_told());
        assert!(code == 200 || script.is_untouched(), "{command:?}");
    }
}

#[test]
fn what_wants_no_status_gets_none() {
    let mut asked = alert(2, AlertCode::DISPLAY);
    let mut quiet = items(3, "./Connectivity/NAP/A", Some("new"));
    quiet.no_resp = true;
    if let Command::Alert(alert) = &mut asked {
        alert.no_resp = true;
    }
    let mut script = Script::new();
    script.say(vec![asked, Command::Replace(quiet), add(4, "B")]);
    assert_eq!(script.reply(Answer::Accept), "Add=200 Final");
    assert_eq!(script.value("./Connectivity/NAP/A").as_deref(), Some("new"));
}
