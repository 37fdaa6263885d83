//! `dmsc client` against `dmsc serve`: whole sessions in each form.

use super::*;
use dmsc_core::codec::auth::base64;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::wsp;
use dmsc_core::server::samples;

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

#[test]
fn each_account_has_its_client() {
    let server = Server::start(&[
        "--sessions",
        "2",
        "--account",
        "ann:one",
        "--account",
        "bob:two:2",
    ]);
    for (device, account) in [("IMEI:1", "ann:one"), ("IMEI:2", "bob:two:2")] {
        let arguments = ["--account", account, "--device-id", device];
        assert_complete(&client(&server.url(), &arguments));
    }
    assert_eq!(server.finish().status, Some(0));
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
