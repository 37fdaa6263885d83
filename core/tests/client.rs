//! The DM Client against a server that says what the test tells it to: packages, groups, chunks,
//! messages that are wrong.

#![allow(clippy::unwrap_used, clippy::panic)]

mod dm_server;

use dm_server::*;
use dmsc_core::client::{Answer, Called, Config, DmClient, Event, Output};
use dmsc_core::codec::auth::{base64, md5_cred};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{
    AlertCode, Chal, Command, Data, Encoding, ItemCommand, Message, Meta, Status, StatusCode,
};
use dmsc_core::codec::wsp;
use dmsc_core::tree::{Caller, NewValue, NodeUri};

/// Shows PRO-40, PRO-43, REP-11, REP-15, SEC-1, SEC-5, HTTP-1, HTTP-4, HTTP-5.
#[test]
fn package_1() {
    let script = Script::new();
    let (request, message) = script.last.as_ref().unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/dm");
    for (name, value) in [
        ("Host", "127.0.0.1:3516"),
        ("Content-Type", "application/vnd.syncml.dm+wbxml"),
        (
            "Accept",
            "application/vnd.syncml.dm+wbxml, application/vnd.syncml.dm+xml",
        ),
        ("Accept-Charset", "utf-8"),
        ("Cache-Control", "no-store"),
        ("User-Agent", "DM_SC-Explorer"),
        ("Content-Length", &request.body.len().to_string()),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    let hdr = &message.hdr;
    assert_eq!(hdr.session_id, "A1F");
    assert_eq!(hdr.msg_id, "1");
    assert_eq!(hdr.target.uri, "http://127.0.0.1:3516/dm");
    assert_eq!(hdr.source.uri, "IMEI:493005100592800");
    assert_eq!(hdr.source.name.as_deref(), Some("dmclient"));
    assert_eq!(hdr.cred.as_ref().unwrap().data, "GL+qkbzBwnQfQT41qQORWw==");
    assert_eq!(hdr.meta.max_msg_size, Some(4096));
    assert_eq!(shown(message), "Alert1200 Replace Final");
    let Command::Replace(info) = &message.commands[1] else {
        panic!("device information")
    };
    let leaves: Vec<&str> = info
        .items
        .iter()
        .map(|i| i.source.as_ref().unwrap().uri.as_str())
        .collect();
    assert_eq!(
        leaves,
        [
            "./DevInfo/DevId",
            "./DevInfo/DmV",
            "./DevInfo/Lang",
            "./DevInfo/Man",
            "./DevInfo/Mod"
        ]
    );
}

/// Shows PRO-30, PRO-60, PRO-61, REP-2, REP-29.
#[test]
fn an_atomic_that_holds() {
    let mut script = Script::new();
    let answer = script.say(vec![
        atomic(2, vec![replace(3, "new"), add(4, "B")]),
        get(5, "./Connectivity/NAP"),
    ]);
    assert_eq!(
        answer,
        "Atomic=200 Replace=200 Add=200 Get=200 Results Final"
    );
    assert_eq!(script.value("./Connectivity/NAP/A").as_deref(), Some("new"));
    assert!(script.is_told());
    assert_eq!(script.say(vec![]), "");
    assert_eq!(
        script.end(),
        Some((true, "the server has no more commands"))
    );
}

/// Shows PRO-32, REP-29, REP-30.
#[test]
fn an_atomic_that_fails() {
    for (commands, wanted) in [
        (
            vec![replace(3, "new"), add(4, "A"), delete(5, "A")],
            "Atomic=507 Replace=216 Add=418 Delete=215 Final",
        ),
        (
            vec![add(3, "B"), get(4, "./DevInfo"), add(5, "C")],
            "Atomic=507 Add=216 Get=500 Add=215 Final",
        ),
        (
            vec![add(3, "B"), atomic(4, vec![add(5, "C")])],
            "Atomic=507 Add=216 Atomic=500 Add=215 Final",
        ),
        (
            vec![add(3, "B"), sequence(4, vec![add(5, "C")]), add(6, "D")],
            "Atomic=507 Add=216 Sequence=500 Add=215 Add=215 Final",
        ),
    ] {
        let mut script = Script::new();
        assert_eq!(script.say(vec![atomic(2, commands)]), wanted);
        assert!(script.is_untouched());
        assert!(script.is_told());
    }
}

/// Shows PRO-32, PRO-107, PRO-108, REP-28.
#[test]
fn a_question_within_groups() {
    let inner = || {
        vec![
            replace(3, "new"),
            alert(4, AlertCode::CONFIRM_OR_REJECT),
            add(5, "B"),
        ]
    };
    let more = || vec![add(6, "C")];
    for (atomically, answer, wanted) in [
        (
            true,
            Answer::Reject,
            "Atomic=507 Replace=216 Alert=304 Add=215 Add=200 Final",
        ),
        (
            true,
            Answer::Cancel,
            "Atomic=507 Replace=216 Alert=214 Add=215 Add=215 Final",
        ),
        (
            true,
            Answer::Accept,
            "Atomic=200 Replace=200 Alert=200 Add=200 Add=200 Final",
        ),
        (
            false,
            Answer::Reject,
            "Sequence=200 Replace=200 Alert=304 Add=215 Add=200 Final",
        ),
        (
            false,
            Answer::NoAnswer,
            "Sequence=200 Replace=200 Alert=408 Add=215 Add=215 Final",
        ),
    ] {
        let mut script = Script::new();
        let mut commands = vec![if atomically {
            atomic(2, inner())
        } else {
            sequence(2, inner())
        }];
        commands.extend(more());
        assert_eq!(script.say(commands), "");
        assert_eq!(script.acts.last().unwrap(), "ask Well?");
        assert_eq!(script.reply(answer), wanted);
        assert!(script.is_told());
    }
    // "No" beside a group concerns nothing else.
    let mut script = Script::new();
    script.say(vec![alert(2, AlertCode::CONFIRM_OR_REJECT), add(3, "B")]);
    assert_eq!(script.reply(Answer::Reject), "Alert=304 Add=200 Final");
}

#[test]
fn an_open_atomic_does_not_outlive_the_session() {
    let mut script = Script::new();
    script.say(vec![atomic(
        2,
        vec![replace(3, "new"), alert(4, AlertCode::CONFIRM_OR_REJECT)],
    )]);
    script.client.handle_closed();
    script.drain();
    assert!(script.is_untouched());
    assert!(script.is_told());
    assert_eq!(script.end(), Some((false, "the connection was closed")));
}

#[test]
fn groups_are_not_nested_for_ever() {
    let mut inner = add(99, "B");
    for id in 2..14 {
        inner = sequence(id, vec![inner]);
    }
    let mut script = Script::new();
    let answer = script.say(vec![inner]);
    let told = "Sequence=500 Sequence=215 Sequence=215 Sequence=215 Add=215 Final";
    assert!(answer.ends_with(told), "{answer}");
    assert!(script.is_untouched());
}

/// Shows REP-33.
#[test]
fn commands_a_client_does_not_know() {
    let mut script = Script::new();
    let answer = script.say(vec![
        alert(4, AlertCode(1202)),
        alert(5, AlertCode::SERVER_INITIATED),
        alert(6, AlertCode::CLIENT_EVENT),
        alert(7, AlertCode::GENERIC),
        Command::Add(ItemCommand {
            cmd_id: "8".into(),
            ..ItemCommand::default()
        }),
    ]);
    assert_eq!(
        answer,
        "Alert=406 Alert=406 Alert=406 Alert=406 Add=412 Final"
    );
}

/// Shows REP-25, TND-2, TND-7.
#[test]
fn uris_that_lead_nowhere() {
    let mut script = Script::new();
    let answer = script.say(vec![
        get(2, "./None"),
        get(3, "./A//B"),
        get(4, &"x".repeat(300)),
        get(5, "./DevInfo?prop=Colour"),
        get(6, "./DMAcc/DMSC/AppAuth/Client/AAuthSecret"),
        Command::Delete(items(7, "./DevInfo?prop=ACL", None)),
        Command::Add(items(8, "./A//B", Some("v"))),
    ]);
    assert_eq!(
        answer,
        "Get=404 Get=404 Get=414 Get=406 Get=405 Delete=405 Add=405 Final"
    );
}

/// Shows PRO-53.
#[test]
fn results_say_format_and_type_where_they_are_not_the_default() {
    let mut tree = device();
    let nap = NodeUri::parse("./Connectivity/NAP").unwrap();
    for (name, format, media_type, value) in [
        ("Int", "int", "text/plain", &b"7"[..]),
        ("Picture", "bin", "image/png", &[0, 1, 2]),
        ("Page", "chr", "text/html", b"<p/>"),
    ] {
        let new = NewValue {
            format: Some(format),
            media_type: Some(media_type),
            value,
        };
        tree.add(&nap.child(name), new, Caller::Device, 0).unwrap();
    }
    for (at, format, media_type) in [
        ("./Connectivity/NAP/A", None, None),
        ("./Connectivity/NAP/A?prop=Name", None, None),
        ("./Connectivity/NAP/Int", Some("int"), None),
        ("./Connectivity/NAP/Picture", Some("bin"), Some("image/png")),
        ("./Connectivity/NAP/Page", None, Some("text/html")),
        ("./Connectivity/NAP", Some("node"), None),
    ] {
        let mut script = Script::idle(Config::default(), tree.clone());
        script.notify();
        script.say(vec![get(2, at)]);
        let results = script.results();
        let said = |of: fn(&Meta) -> Option<&str>, default: &'static str| {
            let said = of(&results.items[0].meta).or_else(|| of(&results.meta));
            said.filter(|said| *said != default).map(str::to_owned)
        };
        let found = (
            said(|meta| meta.format.as_deref(), "chr"),
            said(|meta| meta.media_type.as_deref(), "text/plain"),
        );
        let wanted = (format.map(str::to_owned), media_type.map(str::to_owned));
        assert_eq!(found, wanted, "{at}");
    }
}

/// Shows TND-5, TND-10, TND-18.
#[test]
fn properties_are_read_and_replaced() {
    let mut script = Script::new();
    let answer = script.say(vec![
        Command::Replace(items(
            2,
            "./Connectivity/NAP/A?prop=ACL",
            Some("Get=*&Replace=other"),
        )),
        replace(3, "new"),
        get(4, "./Connectivity/NAP/A?prop=ACL"),
        Command::Replace(items(5, "./Connectivity/NAP/A?prop=Format", Some("int"))),
    ]);
    assert_eq!(
        answer,
        "Replace=200 Replace=425 Get=200 Replace=405 Results Final"
    );
    let (_, message) = script.last.as_ref().unwrap();
    let results = message.commands.iter().find_map(|c| match c {
        Command::Results(r) => Some(r),
        _ => None,
    });
    let item = &results.unwrap().items[0];
    assert_eq!(
        item.source.as_ref().unwrap().uri,
        "./Connectivity/NAP/A?prop=ACL"
    );
    assert_eq!(item.data, Some(Data::Text("Get=*&Replace=other".into())));
    assert!(script.is_told());
}

/// Shows TND-13, OBJ-5.
#[test]
fn a_server_that_deletes_its_account() {
    let mut script = Script::new();
    let answer = script.say(vec![
        Command::Delete(items(2, "./DMAcc/DMSC", None)),
        replace(3, "new"),
    ]);
    assert_eq!(answer, "Delete=200 Replace=425 Final");
    let acl = &script
        .client
        .tree()
        .lookup("./Connectivity")
        .unwrap()
        .state()
        .acl;
    assert_eq!(acl, "Get=*");
    assert!(script.is_told());
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
}

/// Shows PRO-90, PRO-91, PRO-95, PRO-96, SEC-6, SEC-8.
#[test]
fn a_server_that_does_not_prove_itself() {
    let mut script = Script::new();
    script.shows_cred = false;
    let answer = script.say(vec![
        replace(2, "new"),
        sequence(3, vec![add(4, "B")]),
        get(5, "./DevInfo"),
    ]);
    assert_eq!(answer, "Replace=407 Sequence=407 Add=407 Get=407 Final");
    assert!(script.is_untouched());
    let (_, message) = script.last.as_ref().unwrap();
    let Command::Status(header) = &message.commands[0] else {
        panic!("the Status for the header")
    };
    assert_eq!(header.code.0, 407);
    assert!(header.chal.is_some());
    // Once more without, and the session is over.
    assert_eq!(script.say(vec![replace(2, "new")]), "");
    assert_eq!(
        script.end(),
        Some((false, "the server showed no credentials"))
    );
    assert!(script.is_untouched());
    // Its nonces are as they were: nothing came from a peer that proved itself.
    assert_eq!(
        script.client.tree().account("dmsc.card").unwrap(),
        account()
    );
}

/// Shows PRO-30.
#[test]
fn a_server_without_commands_need_not_prove_itself() {
    let mut script = Script::new();
    script.shows_cred = false;
    assert_eq!(script.say(vec![]), "");
    assert_eq!(
        script.end(),
        Some((true, "the server has no more commands"))
    );
}

/// Shows PRO-94, SEC-6, SEC-14.
#[test]
fn challenges() {
    let chal = |kind: &str, nonce: &[u8]| {
        Some(Chal {
            meta: Meta {
                format: Some("b64".into()),
                media_type: Some(kind.into()),
                next_nonce: Some(base64(nonce)),
                ..Meta::default()
            },
        })
    };
    let status = |code: StatusCode, chal: Option<Chal>, msg_ref: &str| {
        Command::Status(Status {
            cmd_id: "1".into(),
            msg_ref: msg_ref.into(),
            cmd_ref: "0".into(),
            cmd: "SyncHdr".into(),
            chal,
            code,
            ..Status::default()
        })
    };
    let wrong = StatusCode::INVALID_CREDENTIALS;
    for (chal, reason) in [
        (
            chal("syncml:auth-basic", &[1]),
            "the server wants credentials of a kind we do not give",
        ),
        (
            None,
            "the server wants credentials of a kind we do not give",
        ),
        (
            chal("syncml:auth-md5", &account().client.nonce),
            "the server repeats its challenge",
        ),
    ] {
        let mut script = Script::new();
        script.takes_cred = false;
        assert_eq!(script.say(vec![status(wrong, chal, "1")]), "");
        assert_eq!(script.end(), Some((false, reason)));
    }
    let mut script = Script::new();
    script.takes_cred = false;
    let answer = script.say(vec![status(wrong, chal("syncml:auth-md5", &[9; 16]), "1")]);
    assert_eq!(answer, "Alert1200 Replace Final");
    let (_, message) = script.last.as_ref().unwrap();
    assert_eq!(
        message.hdr.cred.as_ref().unwrap().data,
        md5_cred("dmclient", "ClientSecret16!!", &[9; 16])
    );
    assert_eq!(message.hdr.msg_id, "2");
    assert_eq!(
        script.say(vec![status(wrong, chal("syncml:auth-md5", &[8; 16]), "2")]),
        ""
    );
    assert_eq!(
        script.end(),
        Some((false, "the server refused our credentials again"))
    );
}

/// Shows PRO-34, PRO-35, PRO-42, REP-10.
#[test]
fn messages_of_another_session() {
    type Spoil = fn(&mut Message);
    let spoil: [(Spoil, &str); 3] = [
        (|m| m.hdr.session_id = "B".into(), "SessionID B is not ours"),
        (|m| m.hdr.msg_id = "7".into(), "MsgID 7 is not the next"),
        (
            |m| m.hdr.resp_uri = Some("nowhere".into()),
            "RespURI is no address",
        ),
    ];
    for (spoil, reason) in spoil {
        let mut script = Script::new();
        let mut message = script.message(vec![replace(2, "new")], true);
        spoil(&mut message);
        script.deliver(&message);
        assert_eq!(script.answer(), "Alert1223 Final");
        assert_eq!(script.header_status().code, StatusCode::BAD_REQUEST);
        assert_eq!(script.end(), Some((false, reason)));
        assert!(script.is_untouched());
        // The answer to an abort is not looked at.
        script.say(vec![replace(2, "new")]);
        assert_eq!(script.acts.last().unwrap(), "close");
        assert!(script.is_untouched());
        assert!(!script.client.is_busy());
    }
}

#[test]
fn what_cannot_be_read() {
    let responses: [(Response, &str); 4] = [
        (
            Response::new(200).with_body(Encoding::Wbxml.media_type(), vec![3, 0xA4]),
            "the message cannot be read",
        ),
        (Response::new(503), "HTTP 503 Service Unavailable"),
        (
            Response::new(200).with_body(Encoding::Wbxml.media_type(), vec![]),
            "the response has no message",
        ),
        (
            Response::new(200).with_body(Encoding::Xml.media_type(), b"<SyncML>".to_vec()),
            "the message cannot be read",
        ),
    ];
    for (response, reason) in responses {
        let mut script = Script::new();
        script.client.handle_data(&response.encode(), 5);
        script.drain();
        assert_eq!(script.end(), Some((false, reason)));
        assert_eq!(script.acts.last().unwrap(), "close");
    }
    let mut script = Script::new();
    script.client.handle_data(b"nonsense\r\n\r\n", 5);
    script.drain();
    assert_eq!(script.end(), Some((false, "the response is not HTTP")));
}

/// Shows REP-9.
#[test]
fn versions_that_are_not_spoken() {
    let mut script = Script::new();
    let mut message = script.message(vec![replace(2, "new")], true);
    message.hdr.ver_proto = "DM/2.0".into();
    script.deliver(&message);
    assert_eq!(script.answer(), "Replace=513 Final");
    assert!(script.is_untouched());
}

/// Shows REP-8.
#[test]
fn the_server_moves() {
    let mut script = Script::new();
    let mut message = script.message(vec![replace(2, "new")], true);
    message.hdr.resp_uri = Some("http://127.0.0.1:3516/dm/2?s=1".into());
    script.deliver(&message);
    let (request, sent) = script.last.as_ref().unwrap();
    assert_eq!(request.target, "/dm/2?s=1");
    assert_eq!(sent.hdr.target.uri, "http://127.0.0.1:3516/dm/2?s=1");
    assert_eq!(script.acts, ["connect 127.0.0.1:3516"]);
    script.say(vec![replace(2, "newest")]);
    assert_eq!(script.last.as_ref().unwrap().0.target, "/dm/2?s=1");
    let mut message = script.message(vec![replace(2, "newer")], true);
    message.hdr.resp_uri = Some("http://127.0.0.1:80/dm".into());
    script.deliver(&message);
    assert_eq!(
        script.acts,
        ["connect 127.0.0.1:3516", "close", "connect 127.0.0.1:80"]
    );
    assert_eq!(script.answer(), "Replace=200 Final");
}

/// Shows PRO-37.
#[test]
fn the_server_aborts() {
    let mut script = Script::new();
    assert_eq!(script.say(vec![alert(2, AlertCode::SESSION_ABORT)]), "");
    assert_eq!(
        script.end(),
        Some((false, "the server aborted the session"))
    );
}

/// Shows PRO-1, PRO-2, PRO-3.
#[test]
fn packages_of_several_messages() {
    let mut script = Script::new();
    assert_eq!(
        script.say_part(vec![replace(2, "new")], false),
        "Replace=200 Alert1222"
    );
    assert_eq!(script.say(vec![add(2, "B")]), "Add=200 Final");
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
}

fn chunk(id: u32, text: &str, more: bool, size: Option<u64>) -> Command {
    let mut command = items(id, "./Connectivity/NAP/A", Some(text));
    command.items[0].more_data = more;
    command.items[0].meta.size = size;
    Command::Replace(command)
}

/// Shows PRO-7, PRO-11, PRO-12, PRO-13, PRO-19, PRO-20.
#[test]
fn large_objects() {
    let mut script = Script::new();
    assert_eq!(
        script.say_part(vec![chunk(2, "abc", true, Some(6))], false),
        "Replace=213 Alert1222"
    );
    assert!(script.is_untouched());
    assert_eq!(
        script.say(vec![chunk(2, "def", false, None)]),
        "Replace=200 Final"
    );
    assert_eq!(
        script.value("./Connectivity/NAP/A").as_deref(),
        Some("abcdef")
    );
    assert!(script.is_told());

    // A sum that is not the size.
    let mut script = Script::new();
    script.say_part(vec![chunk(2, "abc", true, Some(7))], false);
    assert_eq!(
        script.say(vec![chunk(2, "def", false, None)]),
        "Replace=424 Final"
    );
    assert!(script.is_untouched());

    // Something else in between.
    let mut script = Script::new();
    script.say_part(vec![chunk(2, "abc", true, Some(6))], false);
    assert_eq!(
        script.say(vec![add(2, "B"), chunk(3, "def", false, None)]),
        "Add=200 Replace=200 Alert1225 Final"
    );

    // More than we take, told or found out.
    let small = Config {
        max_obj_size: 5,
        ..Config::default()
    };
    let mut script = Script::with(small.clone());
    assert_eq!(
        script.say_part(vec![chunk(2, "abc", true, Some(6))], false),
        "Replace=413 Alert1222"
    );
    let mut script = Script::with(small);
    script.say_part(vec![chunk(2, "abc", true, None)], false);
    assert_eq!(
        script.say(vec![chunk(2, "def", false, None)]),
        "Replace=413 Final"
    );
    assert!(script.is_untouched());

    // In a group.
    let mut script = Script::new();
    assert_eq!(
        script.say(vec![sequence(2, vec![chunk(3, "abc", true, Some(6))])]),
        "Sequence=200 Replace=400 Final"
    );
}

#[test]
fn a_server_without_end() {
    let mut script = Script::new();
    for _ in 0..1000 {
        if script.say(vec![get(2, "./DevInfo/Man")]).is_empty() {
            break;
        }
    }
    assert_eq!(
        script.end(),
        Some((false, "the session does not come to an end"))
    );
    assert!(script.msg_id <= dmsc_core::client::MAX_MESSAGES);
}

/// Shows NOT-4, NOT-5.
#[test]
fn notifications_ask_the_user_once_each_and_not_without_end() {
    let mut client = DmClient::new(Config::default(), device());
    let asked = |client: &mut DmClient, session: u16, now_s: u64| {
        let package = Package0::new(
            "dmsc.card",
            session,
            UiMode::UserInteraction,
            Initiator::Server,
        );
        let push = package.signed("ServerSecret16!!", &account().server.nonce);
        client.handle_push(&push.encode(), now_s);
        let mut asked = false;
        while let Some(output) = client.poll() {
            if let Output::Ask(_) = output {
                asked = true;
                client.handle_answer(Answer::Reject, now_s);
            }
        }
        asked
    };
    for session in 1..=3 {
        assert!(asked(&mut client, session, 100));
        assert!(!asked(&mut client, session, 100), "it was refused");
    }
    // Often enough for now; what was not asked may be asked later.
    assert!(!asked(&mut client, 4, 699));
    assert!(asked(&mut client, 4, 700));
    // What was called for is remembered when the device is switched off.
    let called: Vec<Called> = client.called().cloned().collect();
    assert_eq!(called.len(), 4);
    let mut client = DmClient::new(Config::default(), device());
    client.handle_called(called);
    assert!(!asked(&mut client, 1, 5000));
    assert!(asked(&mut client, 5, 5000));
}

#[test]
fn a_connection_that_cannot_be_had() {
    let mut client = DmClient::new(Config::default(), device());
    let push = Package0::new("dmsc.card", 1, UiMode::Background, Initiator::Server)
        .signed("ServerSecret16!!", &account().server.nonce);
    let push = wsp::encode_notification(1, &push);
    client.handle_push(&push, 1);
    assert!(client.is_busy());
    client.handle_refused();
    assert!(!client.is_busy());
    // What was called for once is not called for by the same notification again.
    client.handle_push(&push, 1);
    assert!(!client.is_busy());
    let (mut ends, mut refusals) = (0, Vec::new());
    while let Some(output) = client.poll() {
        match output {
            Output::Event(Event::SessionEnded { complete, .. }) => {
                assert!(!complete);
                ends += 1;
            }
            Output::Event(Event::NotificationRefused { reason }) => refusals.push(reason),
            _ => {}
        }
    }
    assert_eq!(ends, 1);
    assert_eq!(refusals, ["session 1 was called for already"]);
}
