//! Wrong use and malformed files: status 2, a sentence on standard error, and what could be read.

use super::*;

fn assert_wrong(arguments: &[&str], why: &str) -> Output {
    let output = dmsc(arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{said}");
    assert!(said.contains(why), "{arguments:?}: {said:?} lacks {why:?}");
    output
}

#[test]
fn wrong_use_is_said() {
    let url = "http://127.0.0.1:1/dm";
    for (arguments, why) in [
        (&["client"][..], "<URL>"),
        (&["client", "127.0.0.1:8081"], "http://HOST:PORT/PATH"),
        (&["client", "ftp://a/dm"], "http://HOST:PORT/PATH"),
        (&["client", url, "--account", "nobody"], "USER:SECRET"),
        (
            &["client", url, "--answer", "maybe"],
            "yes, no, cancel, none",
        ),
        (&["client", url, "--auth", "kerberos"], "basic, md5, mac"),
        (&["client", url, "--xml", "--wbxml"], "cannot be used with"),
        (&["client", url, "--nonce", "*"], "no base64"),
        (
            &["client", url, "--tree", "/nowhere/tree.xml"],
            "cannot be read",
        ),
        (
            &["client", url, "--notification", "/nowhere/push"],
            "cannot be read",
        ),
        (
            &["client", url, "--ca", "/nowhere/ca.pem"],
            "no certificates",
        ),
        (&["client", url, "--max-msg-size", "10"], "1024..=262144"),
        (&["serve", "--listen", "nowhere"], "invalid socket address"),
        (&["serve", "--account", "nobody"], "USER:SECRET"),
        (&["serve", "--plan", "/nowhere/plan.json"], "cannot be read"),
        (&["serve", "--sessions", "0"], "0 is not in"),
    ] {
        let output = assert_wrong(arguments, why);
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn malformed_files_are_told_with_their_place() {
    let tree = scratch(
        "broken-tree.xml",
        b"<MgmtTree xmlns='syncml:dmddf1.2'>\n<VerDTD>1.2</VerDTD>\n<Node></Nod>",
    );
    let tree = tree.to_str().unwrap();
    let push = scratch("broken.push", &[1, 6, 3, 0xC4, 0xAF, 0x87, 1, 2, 3]);
    let push = push.to_str().unwrap();
    let url = "http://127.0.0.1:1/dm";
    for (arguments, place, read) in [
        (
            &["client", url, "--tree", tree][..],
            "line 3, column",
            "VerDTD",
        ),
        (&["serve", "--plan", tree], "line 3, column", "VerDTD"),
        (&["client", url, "--notification", push], "at byte 6", "WSP"),
    ] {
        let output = assert_wrong(arguments, place);
        assert!(
            stdout(&output).contains(read),
            "{arguments:?}\n{}",
            stdout(&output)
        );
    }
}

#[test]
fn files_of_another_kind_are_refused() {
    let message = scratch("other.xml", b"<html/>");
    let message = message.to_str().unwrap();
    assert_wrong(
        &["client", "http://127.0.0.1:1/dm", "--tree", message],
        "no MgmtTree document",
    );
    assert_wrong(&["serve", "--plan", message], "no MgmtTree document");
}

#[test]
fn an_address_in_use_is_said() {
    let server = Server::start(&[]);
    let address = server.address.to_string();
    assert_wrong(&["serve", "--listen", &address], "cannot be listened on");
}

#[test]
fn who_listens_to_everybody_is_warned() {
    let output = dmsc(&["serve", "--listen", "0.0.0.0:0", "--for", "0"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("warning"), "{said}");
    assert!(said.contains("test account"), "{said}");
    let output = dmsc(&["serve", "--listen", "127.0.0.1:0", "--for", "0"]);
    assert_eq!(stderr(&output), "");
}

#[test]
fn fewer_sessions_than_asked_for_is_a_failure() {
    let output = dmsc(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--for",
        "0",
        "--sessions",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("0 complete, 0 broken off"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_server() {
    let server = Server::start(&[]);
    let id = server.child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    let ended = server.finish();
    assert_eq!(ended.status, Some(0));
    assert!(
        ended.text.contains("Sessions: 0 complete"),
        "{}",
        ended.text
    );
}

#[test]
fn a_plan_is_told_what_is_wrong_with_it() {
    for (plan, why) in [
        (&br#"{"commands":[{"command":"Get"}]}"#[..], "target"),
        (br#"{"commands":["#, "line 1, column"),
        (br#"{"commands":[{"command":"Fly","target":"./A"}]}"#, "Fly"),
        (b"{\xFF}", "at byte 1"),
    ] {
        let file = scratch("wrong-plan.json", plan);
        assert_wrong(&["serve", "--plan", file.to_str().unwrap()], why);
    }
}
