//! `dmsc client` against `dmsc serve`: whole sessions in each form.

use super::*;
use dmsc_core::codec::auth::base64;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::wsp;
use dmsc_core::server::samples;

/// Shows SEC-3, SEC-4, HTTP-1, HTTP-2.
#[test]
fn a_device_is_read_in_each_form_and_by_each_authentication() {
    for auth in ["basic", "md5", "mac"] {
        for form in ["--wbxml", "--xml"] {
            let server = Server::start(&["--sessions", "1", "--auth", auth]);
            let output = client(&server.url(), &[form, "--auth", auth]);
            assert_complete(&output);
            let ladder = stdout(&output);
            for line in [
                "Package #1 · Alert 1201, Replace DevInfo",
                "Get ./DevInfo/Man · 200 OK",
                "Results ./DevInfo/Man = \"DM_SC Explorer\"",
                "Session complete",
            ] {
                assert!(
                    ladder.contains(line),
                    "{auth} {form}: no {line:?} in\n{ladder}"
                );
            }
            let ended = server.finish();
            assert_eq!(ended.status, Some(0), "{auth} {form}\n{}", ended.text);
            for line in [
                "Receipt: Get ./DevInfo/Man · 200 OK",
                "Results: ./DevInfo/Man · DM_SC Explorer",
                "Sessions: 1 complete, 0 broken off",
            ] {
                assert!(
                    ended.text.contains(line),
                    "{auth} {form}: no {line:?} in\n{}",
                    ended.text
                );
            }
        }
    }
}

/// Shows PRO-90.
#[test]
fn a_wrong_secret_opens_nothing() {
    for (side, arguments) in [
        ("client", ["--account", "dmclient:wrong"]),
        ("server", ["--server-secret", "wrong"]),
        ("name", ["--account", "other:ClientSecret16!!"]),
    ] {
        // A client that does not trust its server says no more.
        let server = Server::start(&["--sessions", "1", "--idle", "1"]);
        let output = client(&server.url(), &arguments);
        assert_failed(&output, "credentials");
        assert!(!stdout(&output).contains("Results"), "{side}");
        let ended = server.finish();
        assert_eq!(ended.status, Some(1), "{side}\n{}", ended.text);
    }
}

/// Shows SEC-13.
#[test]
fn each_account_has_its_client() {
    let file = scratch(
        "accounts.json",
        br#"[{"name": "cat", "secret": "three", "server-secret": "for cat"}]"#,
    );
    let accounts = [
        ("IMEI:1", "ann:one", "for ann"),
        ("IMEI:2", "bob:two:2", "for bob"),
        ("IMEI:3", "cat:three", "for cat"),
    ];
    let arguments = [
        "--account",
        "ann:one",
        "--server-secret",
        "for ann",
        "--account",
        "bob:two:2",
        "--server-secret-of",
        "bob:for bob",
        "--accounts",
        file.to_str().unwrap(),
    ];
    let server = Server::start(&[&["--sessions", "3"][..], &arguments].concat());
    for (device, account, secret) in accounts {
        let arguments = ["--account", account, "--device-id", device];
        let own = [&arguments[..], &["--server-secret", secret]].concat();
        assert_complete(&client(&server.url(), &own));
    }
    assert_eq!(server.finish().status, Some(0));
    // What the server proves itself by to one client is nothing to another.
    let server = Server::start(&arguments);
    for (device, account, secret) in accounts {
        for (_, _, other) in accounts.iter().filter(|(_, _, other)| *other != secret) {
            let arguments = ["--account", account, "--device-id", device];
            let others = [&arguments[..], &["--server-secret", other]].concat();
            assert_failed(&client(&server.url(), &others), "credentials");
        }
    }
    let shared = dmsc(&["serve", "--account", "ann:one", "--account", "bob:two"]);
    assert_eq!(shared.status.code(), Some(2));
    assert!(
        stderr(&shared).contains("share a secret"),
        "{}",
        stderr(&shared)
    );
}

#[test]
fn provisioning_data_arrive_and_are_told() {
    let plan = scratch("plan.xml", samples::AFTER.as_bytes());
    for form in ["--wbxml", "--xml"] {
        let server = Server::start(&["--sessions", "1", "--plan", plan.to_str().unwrap()]);
        let output = client(&server.url(), &[form]);
        assert_complete(&output);
        let text = stdout(&output);
        for line in [
            "added     ./Connectivity/NAP/Home  node urn:oma:mo:oma-connmo-nap:1.0\n",
            "added     ./Connectivity/NAP/Work/Addr  chr \"corp.example\"\n",
        ] {
            assert!(text.contains(line), "{form}: no {line:?} in\n{text}");
        }
        assert_eq!(server.finish().status, Some(0));
    }
}

#[test]
fn a_saved_tree_goes_on_where_it_was() {
    let plan = scratch("plan-saved.xml", samples::AFTER.as_bytes());
    for name in ["tree.xml", "tree.wbxml"] {
        let saved = scratch(name, b"");
        let saved = saved.to_str().unwrap();
        let server = Server::start(&["--sessions", "2", "--plan", plan.to_str().unwrap()]);
        let first = client(&server.url(), &["--save-tree", saved]);
        assert_complete(&first);
        assert!(stdout(&first).contains("407"), "the first is challenged");
        let second = client(&server.url(), &["--tree", saved]);
        assert_complete(&second);
        let text = stdout(&second);
        // The nonces of both sides are those the first session left.
        assert!(!text.contains("Status 407"), "{name}\n{text}");
        assert!(!text.contains("Status 401"), "{name}\n{text}");
        assert!(!text.contains("added"), "{name}\n{text}");
        let decoded = dmsc(&["decode", "--kind", "tnds", saved]);
        assert!(decoded.status.success());
        assert!(stdout(&decoded).contains("corp.example"), "{name}");
        assert_eq!(server.finish().status, Some(0));
    }
}

#[cfg(unix)]
#[test]
fn a_saved_tree_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let file = std::env::temp_dir().join(format!("dmsc-net-{}-new.xml", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let server = Server::start(&[]);
    assert_complete(&client(
        &server.url(),
        &["--save-tree", file.to_str().unwrap()],
    ));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_plan_is_worked_once_for_each_device_unless_told() {
    for (arguments, reads) in [
        (vec!["--sessions", "2"], 1),
        (vec!["--sessions", "2", "--again"], 2),
    ] {
        let server = Server::start(&arguments);
        let read = |_| stdout(&client(&server.url(), &[])).contains("Results ./DevInfo/Man");
        let count = (0..2).map(read).filter(|read| *read).count();
        assert_eq!(count, reads, "{arguments:?}");
        server.finish();
    }
}

#[test]
fn several_clients_at_once() {
    let server = Server::start(&["--sessions", "8"]);
    let url = server.url();
    let clients: Vec<_> = (0..8)
        .map(|n| {
            let url = url.clone();
            std::thread::spawn(move || {
                let form = if n % 2 == 0 { "--xml" } else { "--wbxml" };
                client(&url, &["--device-id", &format!("IMEI:{n}"), form])
            })
        })
        .collect();
    for (n, thread) in clients.into_iter().enumerate() {
        let output = thread.join().unwrap();
        assert_complete(&output);
        let own = format!("Results ./DevInfo/DevId = \"IMEI:{n}\"");
        assert!(stdout(&output).contains(&own));
    }
    let ended = server.finish();
    assert_eq!(ended.status, Some(0), "{}", ended.text);
    for n in 0..8 {
        let line = format!("Results: ./DevInfo/DevId · IMEI:{n}");
        assert!(ended.text.contains(&line), "{}", ended.text);
    }
}

/// Shows PRO-103, PRO-106, PRO-107.
#[test]
fn the_user_is_asked() {
    let plan = scratch("plan-ask.xml", samples::AFTER.as_bytes());
    let plan = plan.to_str().unwrap();
    for (typed, given, changes, code) in [
        ("", Some("yes"), true, 200),
        ("", Some("no"), false, 304),
        ("", Some("cancel"), false, 214),
        ("", Some("none"), false, 408),
        ("what?\nyes\n", None, true, 200),
        ("no\n", None, false, 304),
        // Nobody there.
        ("", None, false, 408),
    ] {
        let server = Server::start(&["--sessions", "1", "--plan", plan, "--ask", "New settings?"]);
        let mut arguments = vec![];
        if let Some(given) = given {
            arguments.extend(["--answer", given]);
        }
        let output = client_typing(&server.url(), &arguments, typed);
        let text = stdout(&output);
        assert_complete(&output);
        assert!(text.contains("Alert 1101: New settings?"), "{text}");
        assert_eq!(
            text.contains("added"),
            changes,
            "{given:?} {typed:?}\n{text}"
        );
        let status = format!("Status {code} ");
        assert!(
            text.contains(&status),
            "{given:?} {typed:?}: no {status:?} in\n{text}"
        );
        server.finish();
    }
}

#[test]
fn a_notification_calls_for_the_session() {
    let nonce = [7; 16];
    let package = Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
        .signed("ServerSecret16!!", &nonce);
    let push = scratch("push.wsp", &wsp::encode_notification(1, &package));
    let bare = scratch("push.package0", &package.encode());
    for file in [push, bare] {
        let server = Server::start(&["--sessions", "1"]);
        let file = file.to_str().unwrap();
        let told = base64(&nonce);
        let output = client(
            &server.url(),
            &["--notification", file, "--server-nonce", &told],
        );
        assert_complete(&output);
        let text = stdout(&output);
        assert!(text.contains("session A1F"), "{text}");
        assert!(text.contains("Alert 1200"), "{text}");
        assert_eq!(server.finish().status, Some(0));
        // Signed with another nonce: nothing is sent.
        let output = client("http://127.0.0.1:1/dm", &["--notification", file]);
        assert_failed(&output, "the digest is wrong");
        assert!(!stdout(&output).contains("Package #1"));
    }
}

#[test]
fn a_large_object_goes_in_chunks() {
    let value = "0123456789abcdef".repeat(1500);
    let plan = scratch("large.xml", leaf("Big", &value).as_bytes());
    for form in ["--wbxml", "--xml"] {
        let server = Server::start(&["--sessions", "1", "--plan", plan.to_str().unwrap()]);
        let output = client(&server.url(), &[form, "--max-msg-size", "2048"]);
        assert_complete(&output);
        let text = stdout(&output);
        assert!(text.contains("(chunk)"), "{text}");
        assert!(text.contains("Status 213"), "{text}");
        let added = format!("added     ./Big  chr \"{}… (24000 octets)\"", &value[..60]);
        assert!(text.contains(&added), "{text}");
        assert_eq!(server.finish().status, Some(0));
    }
}

/// A TNDS document of one leaf.
fn leaf(name: &str, value: &str) -> String {
    format!(
        "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node><NodeName>{name}</NodeName>\
         <Path>.</Path><RTProperties><Format><chr/></Format>\
         <Type><MIME>text/plain</MIME></Type></RTProperties><Value>{value}</Value></Node></MgmtTree>"
    )
}

/// Every command a server may send, groups, conditions and each kind of question.
const ALL_COMMANDS: &str = r#"{"commands": [
    {"id": "man", "command": "Get", "target": "./DevInfo/Man"},
    {"command": "Add", "target": "./Vendor", "format": "node"},
    {"command": "Add", "target": "./Vendor/A", "text": "one"},
    {"command": "Replace", "target": "./Vendor/A", "text": "two",
     "when": [{"of": "man", "is": {"value-contains": "Explorer"}}]},
    {"command": "Copy", "source": "./Vendor/A", "target": "./Vendor/B"},
    {"command": "Add", "target": "./Vendor/Key", "format": "bin", "hex": "00FF10"},
    {"id": "torn", "command": "Atomic", "commands": [
        {"command": "Add", "target": "./Vendor/Torn", "text": "x"},
        {"command": "Delete", "target": "./Vendor/Nowhere"}]},
    {"id": "run", "command": "Exec", "target": "./Run", "correlator": "c1", "text": "go"},
    {"command": "Alert", "code": 1100, "text": "Hello"},
    {"id": "name", "command": "Alert", "code": 1102, "text": "Name?"},
    {"id": "one", "command": "Alert", "code": 1103, "text": "Which?", "choices": ["a", "b"]},
    {"command": "Alert", "code": 1104, "text": "Which all?", "choices": ["a", "b", "c"]},
    {"command": "Add", "target": "./Vendor/Ann", "text": "yes",
     "when": [{"of": "name", "is": {"answer": "Ann"}}, {"of": "one", "is": {"answer": "2"}},
              {"of": "torn", "is": {"status": ["500-599"]}},
              {"of": "run", "is": {"status": [200]}}]},
    {"command": "Add", "target": "./Vendor/Never", "text": "no",
     "when": [{"of": "name", "is": {"answer": "Bob"}}]},
    {"command": "Sequence", "commands": [
        {"command": "Alert", "code": 1101, "text": "Delete A?"},
        {"command": "Delete", "target": "./Vendor/A"}]},
    {"command": "Get", "target": "./Vendor?list=Struct"}
]}"#;

/// A process of the device, and the right to start it.
const RUN_DDF: &str = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Man>-</Man>\
    <Mod>-</Mod><Node><NodeName>Run</NodeName><DFProperties>\
    <AccessType><Get/><Exec/></AccessType><DFFormat><chr/></DFFormat>\
    <Occurrence><One/></Occurrence><Scope><Permanent/></Scope>\
    <DFType><MIME>text/plain</MIME></DFType></DFProperties></Node></MgmtTree>";
const RUN_TREE: &str = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node>\
    <NodeName>Run</NodeName><Path>.</Path><RTProperties><ACL>Exec=*&amp;Get=*</ACL>\
    <Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties><Value/>\
    </Node></MgmtTree>";

/// Shows PRO-104, PRO-105, REP-3, REP-4, REP-5.
#[test]
fn a_plan_with_every_command() {
    let plan = scratch("all.json", ALL_COMMANDS.as_bytes());
    let ddf = scratch("run-ddf.xml", RUN_DDF.as_bytes());
    let tree = scratch("run-tree.xml", RUN_TREE.as_bytes());
    let device = [
        "--ddf",
        ddf.to_str().unwrap(),
        "--tree",
        tree.to_str().unwrap(),
    ];
    for (form, auth) in [("--wbxml", "md5"), ("--xml", "mac"), ("--xml", "basic")] {
        let plan = plan.to_str().unwrap();
        let server = Server::start(&["--sessions", "1", "--plan", plan, "--auth", auth]);
        let answers = ["yes", "text:Ann", "choice:2", "choice:1,3", "yes"];
        let mut arguments = vec![form, "--auth", auth, "--exec", "200"];
        arguments.extend(device);
        for answer in &answers {
            arguments.extend(["--answer", answer]);
        }
        let output = client(&server.url(), &arguments);
        assert_complete(&output);
        let text = stdout(&output);
        for line in [
            "Exec ./Run · correlator c1 · \"go\": 200 OK",
            "Status 216 atomic roll back OK · Add",
            "Status 507 atomic failed · Atomic",
            "User: \"Ann\"",
            "User: 1, 3",
            "added     ./Vendor  node\n",
            "added     ./Vendor/Ann  chr \"yes\"\n",
            "added     ./Vendor/B  chr \"two\"\n",
            "added     ./Vendor/Key  bin 00 FF 10\n",
        ] {
            assert!(text.contains(line), "{form}: no {line:?} in\n{text}");
        }
        for never in [
            "added     ./Vendor/A ",
            "./Vendor/Never",
            "added     ./Vendor/Torn",
        ] {
            assert!(!text.contains(never), "{form}: {never:?} in\n{text}");
        }
        let ended = server.finish();
        assert_eq!(ended.status, Some(0), "{}", ended.text);
        for line in [
            "User answered 200 OK Ann",
            "User answered 200 OK 1, 3",
            "Receipt: Delete ./Vendor/A · 200 OK",
            "Receipt: Delete ./Vendor/Nowhere · 404 not found",
        ] {
            assert!(ended.text.contains(line), "no {line:?} in\n{}", ended.text);
        }
    }
}

/// Shows PRO-80, PRO-81.
#[test]
fn the_device_tells_the_server_an_event() {
    let server = Server::start(&["--sessions", "1"]);
    let alert = "Reversed-Domain-Name: org.example.heat=too hot";
    let output = client(&server.url(), &["--alert", alert]);
    assert_complete(&output);
    let answered = "Alert 1226 answered: 200 OK";
    assert!(stdout(&output).contains(answered), "{}", stdout(&output));
    let ended = server.finish();
    let told = "Alert 1226 generic alert · Reversed-Domain-Name: org.example.heat = \"too hot\"";
    assert!(ended.text.contains(told), "{}", ended.text);
}

/// A description of one object, whose value is a number that nobody deletes.
const DDF: &str = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Man>-</Man><Mod>-</Mod>\
    <Node><NodeName>Heater</NodeName><DFProperties><AccessType><Get/></AccessType>\
    <DFFormat><node/></DFFormat><Occurrence><One/></Occurrence><Scope><Permanent/></Scope>\
    <DFType><DDFName/></DFType></DFProperties>\
    <Node><NodeName>Level</NodeName><DFProperties><AccessType><Get/><Replace/></AccessType>\
    <DFFormat><int/></DFFormat><Occurrence><One/></Occurrence><Scope><Permanent/></Scope>\
    <DFType><MIME>text/plain</MIME></DFType></DFProperties></Node></Node></MgmtTree>";

#[test]
fn an_object_of_ones_own_is_governed_by_its_description() {
    let ddf = scratch("heater.xml", DDF.as_bytes());
    let plan = scratch(
        "heater.json",
        br#"{"commands": [
            {"command": "Replace", "target": "./Heater/Level", "format": "int", "text": "3"},
            {"command": "Delete", "target": "./Heater/Level"},
            {"command": "Add", "target": "./Heater/Other", "text": "x"}]}"#,
    );
    let server = Server::start(&["--sessions", "1", "--plan", plan.to_str().unwrap()]);
    let output = client(&server.url(), &["--ddf", ddf.to_str().unwrap()]);
    let text = stdout(&output);
    assert_complete(&output);
    for line in [
        "Replace ./Heater/Level · 425 permission denied",
        "Delete ./Heater/Level · 405 ",
        "Add ./Heater/Other · 405 ",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
}

#[test]
fn the_same_seeds_give_the_same_session() {
    let run = || {
        let server = Server::start(&["--sessions", "1", "--seed", "5"]);
        let output = client(&server.url(), &["--seed", "6", "--server-id", "dmsc.card"]);
        assert_complete(&output);
        let text = stdout(&output).replace(&server.address.port().to_string(), "PORT");
        server.finish();
        text
    };
    assert_eq!(run(), run());
}
