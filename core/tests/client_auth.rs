//! Authentication of the DM Client in both directions: basic, MD5 and MAC, challenges, nonces,
//! failures (OMA-TS-DM_Security-V1_2_1 §5).

#![allow(clippy::unwrap_used, clippy::panic)]

mod dm_server;

use dm_server::*;
use dmsc_core::client::{AlertItem, Config, DeviceAlert, Event};
use dmsc_core::codec::auth::{
    AuthType, Credentials, HMAC_HEADER, HmacHeader, RESYNC_NONCE, base64, md5_cred,
};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{
    AlertCode, Chal, Command, Cred, Encoding, Location, Message, Meta, Status, StatusCode,
};
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, ManagementTree, NewValue, NodeUri};

/// A device whose account uses these types in the two directions.
fn device_of(client: AuthType, server: AuthType) -> ManagementTree {
    let mut account = account();
    account.client.auth_type = client;
    account.server.auth_type = server;
    let mut tree = device_tree(&Device::default(), &[("DMSC", account)]);
    tree.undescribe(&NodeUri::parse("./Connectivity/NAP").unwrap());
    let uri = NodeUri::parse("./Connectivity/NAP/A").unwrap();
    tree.add(&uri, NewValue::text("old"), Caller::Device, 0)
        .unwrap();
    tree
}

fn script(client: AuthType, server: AuthType) -> Script {
    let mut script = Script::idle(Config::default(), device_of(client, server));
    script.takes_cred = false;
    script.shows_cred = false;
    script.notify();
    script
}

/// The Status a server gives to the header of the client's message.
fn status(msg_ref: u32, code: u16, chal: Option<Chal>) -> Command {
    Command::Status(Status {
        cmd_id: "1".into(),
        msg_ref: msg_ref.to_string(),
        cmd_ref: "0".into(),
        cmd: "SyncHdr".into(),
        chal,
        code: StatusCode(code),
        ..Status::default()
    })
}

/// Delivers a message with a Cred.
fn shown_with(script: &mut Script, cred: Option<Cred>, commands: Vec<Command>) -> String {
    let mut message = script.message(commands, true);
    message.hdr.cred = cred;
    script.deliver(&message);
    script.answer()
}

/// Delivers a message with a transport header made over other octets or these.
fn with_header(script: &mut Script, message: &Message, header: Option<HmacHeader>) -> String {
    let body = message.encode(Encoding::Wbxml);
    let mut response = Response::new(200).with_body(Encoding::Wbxml.media_type(), body);
    let header = header.map(|header| (HMAC_HEADER.to_owned(), header.to_string()));
    response.headers.extend(header);
    script.respond(&response);
    script.answer()
}

/// The same with the right header for a nonce.
fn signed(script: &mut Script, nonce: &[u8], commands: Vec<Command>) -> String {
    let message = script.message(commands, true);
    let header = HmacHeader::of(&server(), nonce, &message.encode(Encoding::Wbxml));
    with_header(script, &message, Some(header))
}

fn server() -> Credentials {
    account().server
}

fn stored(script: &Script) -> (Vec<u8>, Vec<u8>) {
    let account = script.client.tree().account("dmsc.card").unwrap();
    (account.client.nonce, account.server.nonce)
}

/// The client's transport header, checked against the octets it stands for.
fn hmac_nonce_is(script: &Script, nonce: &[u8]) -> bool {
    let (request, _) = script.last.as_ref().unwrap();
    let Some(value) = request.header(HMAC_HEADER) else {
        return false;
    };
    let header = HmacHeader::parse(value).unwrap();
    assert_eq!(header.algorithm.as_deref(), Some("MD5"));
    assert_eq!(header.username, "dmclient");
    header.is_of(&account().client, nonce, &request.body)
}

/// Shows PRO-92, SEC-3.
#[test]
fn basic_in_both_directions() {
    let mut script = script(AuthType::Basic, AuthType::Basic);
    let hdr = &script.sent().hdr;
    assert_eq!(hdr.cred, Some(Cred::basic(&account().client)));
    assert_eq!(
        hdr.source.name, None,
        "the name of the user is for MD5 and MAC"
    );
    let cred = Some(Cred::basic(&server()));
    let answer = shown_with(
        &mut script,
        cred,
        vec![status(1, 212, None), replace(2, "new")],
    );
    assert_eq!(answer, "Replace=200 Final");
    let header = script.header_status();
    assert_eq!((header.code.0, &header.chal), (212, &None));
    assert_eq!(script.sent().hdr.cred, None, "212 is for the session");
    // The server has proved itself for the session too.
    let answer = shown_with(
        &mut script,
        None,
        vec![status(2, 200, None), replace(2, "newer")],
    );
    assert_eq!(answer, "Replace=200 Final");
    assert_eq!(script.header_status().code.0, 200);
}

/// Shows PRO-93, PRO-98, PRO-111.
#[test]
fn credentials_taken_with_200_are_shown_again() {
    for (kind, chal) in [
        (AuthType::Basic, None),
        (AuthType::Md5, None),
        (AuthType::Md5, Some(Chal::md5(&[7; 16]))),
    ] {
        let mut script = script(kind.clone(), AuthType::Md5);
        let cred = Some(Cred::md5(&server(), &server().nonce));
        let commands = vec![status(1, 200, chal.clone()), replace(2, "new")];
        assert_eq!(shown_with(&mut script, cred, commands), "Replace=200 Final");
        let wanted = match (&kind, chal) {
            (AuthType::Basic, _) => Cred::basic(&account().client),
            (_, None) => Cred::md5(&account().client, &account().client.nonce),
            (_, Some(_)) => Cred::md5(&account().client, &[7; 16]),
        };
        assert_eq!(script.sent().hdr.cred, Some(wanted));
    }
}

/// Shows PRO-92, PRO-111, SEC-1, SEC-7.
#[test]
fn a_nonce_that_comes_with_212_is_for_the_next_session() {
    let mut script = script(AuthType::Md5, AuthType::Md5);
    let cred = Some(Cred::md5(&server(), &server().nonce));
    let chal = Some(Chal::md5(&[7; 16]));
    shown_with(
        &mut script,
        cred,
        vec![status(1, 212, chal), replace(2, "new")],
    );
    assert_eq!(script.sent().hdr.cred, None);
    let chal = script.header_status().chal.clone().unwrap();
    let (ours, theirs) = stored(&script);
    assert_eq!(ours, [7; 16]);
    assert_eq!(Some(theirs.clone()), chal.md5_nonce());
    assert_ne!(theirs, server().nonce);
    shown_with(&mut script, None, vec![status(2, 200, None)]);
    assert!(script.end().unwrap().0);
    // The next session begins with both.
    script.events.clear();
    script.msg_id = 0;
    script.start("dmsc.card");
    assert_eq!(
        script.sent().hdr.cred.as_ref().unwrap().data,
        md5_cred("dmclient", "ClientSecret16!!", &[7; 16])
    );
    let cred = Some(Cred::md5(&server(), &theirs));
    let answer = shown_with(
        &mut script,
        cred,
        vec![status(1, 212, None), replace(2, "newer")],
    );
    assert_eq!(answer, "Replace=200 Final");
}

/// Shows PRO-93, PRO-98, PRO-111, REP-15, SEC-4, SEC-9, SEC-10.
#[test]
fn mac_in_both_directions_with_a_new_nonce_for_every_message() {
    let mut script = script(AuthType::Mac, AuthType::Mac);
    assert!(hmac_nonce_is(&script, &account().client.nonce));
    let hdr = &script.sent().hdr;
    assert_eq!(hdr.cred, None, "MAC has no Cred");
    assert_eq!(hdr.source.name.as_deref(), Some("dmclient"));
    let mut theirs = server().nonce;
    for turn in 1..4_u8 {
        let commands = vec![
            status(turn.into(), 200, Some(Chal::mac(&[turn; 16]))),
            replace(2, &turn.to_string()),
        ];
        assert_eq!(signed(&mut script, &theirs, commands), "Replace=200 Final");
        assert_eq!(script.value("./Connectivity/NAP/A"), Some(turn.to_string()));
        assert!(hmac_nonce_is(&script, &[turn; 16]));
        let header = script.header_status();
        assert_eq!(header.code.0, 200, "MAC counts for one message");
        let chal = header.chal.clone().unwrap();
        assert_eq!(chal.auth_type(), AuthType::Mac);
        let next = chal.nonce().unwrap();
        assert_ne!(next, theirs);
        assert_eq!(stored(&script), (vec![turn; 16], next.clone()));
        theirs = next;
    }
    // A header made with the nonce of an earlier message proves nothing.
    let answer = signed(&mut script, &server().nonce, vec![replace(2, "old nonce")]);
    assert_eq!(answer, "Replace=401 Final");
    assert_eq!(script.value("./Connectivity/NAP/A").as_deref(), Some("3"));
}

/// Shows PRO-91, PRO-95, PRO-96, SEC-11.
#[test]
fn a_mac_is_checked_before_anything_is_executed() {
    let other_body = HmacHeader::of(&server(), &server().nonce, b"other octets");
    let mut nonsense = other_body.clone();
    nonsense.mac = "no base64 *".into();
    for (header, code) in [(Some(other_body), 401), (Some(nonsense), 401), (None, 407)] {
        let mut script = script(AuthType::Mac, AuthType::Mac);
        let message = script.message(
            vec![status(1, 200, None), replace(2, "new"), get(3, "./DevInfo")],
            true,
        );
        let answer = with_header(&mut script, &message, header);
        assert_eq!(answer, format!("Replace={code} Get={code} Final"));
        assert!(script.is_untouched());
        let status = script.header_status();
        assert_eq!(status.code.0, code);
        let chal = status.chal.clone().unwrap();
        assert_eq!(chal.auth_type(), AuthType::Mac);
        // With the nonce of the challenge it goes on.
        let nonce = chal.nonce().unwrap();
        let commands = vec![status_ok(2), replace(2, "new")];
        assert_eq!(signed(&mut script, &nonce, commands), "Replace=200 Final");
    }
}

fn status_ok(msg_ref: u32) -> Command {
    status(msg_ref, 200, None)
}

#[test]
fn a_header_that_cannot_be_read_proves_nothing() {
    let mut script = script(AuthType::Mac, AuthType::Mac);
    let message = script.message(vec![status_ok(1), replace(2, "new")], true);
    let mut response = Response::new(200).with_body(
        Encoding::Wbxml.media_type(),
        message.encode(Encoding::Wbxml),
    );
    response
        .headers
        .push((HMAC_HEADER.to_owned(), "mac".to_owned()));
    script.respond(&response);
    assert_eq!(script.answer(), "Replace=401 Final");
    assert!(script.is_untouched());
}

/// Shows PRO-97.
#[test]
fn a_challenge_answered_with_another_type_ends_the_session() {
    for (kind, first, second) in [
        (
            AuthType::Mac,
            None,
            Some(Cred::md5(&server(), &server().nonce)),
        ),
        (AuthType::Md5, None, Some(Cred::basic(&server()))),
        (
            AuthType::Basic,
            None,
            Some(Cred::md5(&server(), &server().nonce)),
        ),
        (
            AuthType::Md5,
            Some(Cred::basic(&server())),
            Some(Cred::basic(&server())),
        ),
    ] {
        let mut script = script(AuthType::Md5, kind);
        let code = if first.is_some() { 401 } else { 407 };
        let commands = vec![status(1, 212, None), replace(2, "new")];
        assert_eq!(
            shown_with(&mut script, first, commands),
            format!("Replace={code} Final")
        );
        let commands = vec![status_ok(2), replace(2, "new")];
        assert_eq!(shown_with(&mut script, second, commands), "");
        assert_eq!(
            script.end(),
            Some((
                false,
                "the server answered our challenge with another type of credentials"
            ))
        );
        assert!(script.is_untouched());
    }
}

/// Shows PRO-92, SEC-6.
#[test]
fn a_server_that_answers_the_challenge_goes_on() {
    for kind in [AuthType::Basic, AuthType::Md5] {
        let mut script = script(AuthType::Md5, kind.clone());
        let stale = match kind {
            AuthType::Basic => Cred::basic(&account().client),
            _ => Cred::md5(&server(), &[1; 16]),
        };
        let commands = vec![status(1, 212, None), replace(2, "new")];
        assert_eq!(
            shown_with(&mut script, Some(stale), commands),
            "Replace=401 Final"
        );
        assert_eq!(
            stored(&script).1,
            server().nonce,
            "not kept before it is used"
        );
        let chal = script.header_status().chal.clone().unwrap();
        assert_eq!(chal.auth_type(), kind);
        assert_ne!(chal.nonce(), Some(server().nonce));
        let right = match chal.nonce() {
            Some(nonce) => Cred::md5(&server(), &nonce),
            None => Cred::basic(&server()),
        };
        let commands = vec![status_ok(2), replace(2, "new")];
        assert_eq!(
            shown_with(&mut script, Some(right), commands),
            "Replace=200 Final"
        );
        assert_eq!(script.header_status().code.0, 212);
        assert!(script.is_told());
    }
}

/// Shows PRO-94, PRO-97, PRO-99, REP-15, SEC-8.
#[test]
fn a_challenge_is_answered_by_the_type_it_asks_for() {
    // Own type, challenge, what the next message is shown with.
    let nonce = [9; 16];
    let client = account().client;
    for (kind, chal, cred, header) in [
        (
            AuthType::Md5,
            Chal::md5(&nonce),
            Some(Cred::md5(&client, &nonce)),
            false,
        ),
        (AuthType::Md5, Chal::mac(&nonce), None, true),
        (AuthType::Mac, Chal::mac(&nonce), None, true),
        (
            AuthType::Basic,
            Chal::md5(&nonce),
            Some(Cred::md5(&client, &nonce)),
            false,
        ),
    ] {
        let mut script = script(kind, AuthType::Md5);
        let answer = shown_with(&mut script, None, vec![status(1, 401, Some(chal))]);
        assert_eq!(answer, "Alert1200 Replace Final");
        let hdr = &script.sent().hdr;
        assert_eq!(hdr.cred, cred);
        assert_eq!(hdr.msg_id, "2");
        assert_eq!(hdr.session_id, "A1F");
        assert_eq!(hdr.source.name.as_deref(), Some("dmclient"));
        assert_eq!(hmac_nonce_is(&script, &nonce), header);
        assert_eq!(
            stored(&script).0,
            client.nonce,
            "a nonce of a server that has not proved itself is not kept"
        );
    }
}

#[test]
fn no_less_than_the_account_prefers_is_shown_to_a_server_without_proof() {
    const WEAKER: &str = "a server that has not proved itself wants weaker credentials";
    let nonce = [9; 16];
    let chal = || vec![status(1, 401, Some(Chal::md5(&nonce)))];
    let mut unproven = script(AuthType::Mac, AuthType::Md5);
    assert_eq!(shown_with(&mut unproven, None, chal()), "");
    assert_eq!(unproven.end(), Some((false, WEAKER)));
    // With the wrong secret it is none either.
    let mut wrong = script(AuthType::Mac, AuthType::Md5);
    let cred = Cred::md5(&server(), &nonce);
    assert_eq!(shown_with(&mut wrong, Some(cred), chal()), "");
    assert_eq!(wrong.end(), Some((false, WEAKER)));
    // One that has proved itself may ask for less.
    let mut proven = script(AuthType::Mac, AuthType::Md5);
    let cred = Cred::md5(&server(), &server().nonce);
    assert_eq!(
        shown_with(&mut proven, Some(cred), chal()),
        "Alert1200 Replace Final"
    );
    let cred = proven.sent().hdr.cred.clone().unwrap();
    assert!(cred.is_md5_of(&account().client, &nonce));
}

#[test]
fn no_proof_is_made_with_a_nonce_that_others_may_use_again() {
    const AGAIN: &str = "the server's challenge has a nonce that others may use again";
    for nonce in [&RESYNC_NONCE[..], &[0; 16], b"0x00000000", b"1234567"] {
        for (kind, chal) in [
            (AuthType::Md5, Chal::md5(nonce)),
            (AuthType::Mac, Chal::mac(nonce)),
        ] {
            let mut script = script(kind.clone(), AuthType::Md5);
            let answer = shown_with(&mut script, None, vec![status(1, 407, Some(chal))]);
            assert_eq!(answer, "");
            assert_eq!(script.end(), Some((false, AGAIN)), "{kind} {nonce:?}");
        }
        // Nor is it kept for next time, whoever says it.
        let mut script = script(AuthType::Md5, AuthType::Md5);
        let cred = Some(Cred::md5(&server(), &server().nonce));
        let commands = vec![status(1, 212, Some(Chal::md5(nonce))), replace(2, "new")];
        assert_eq!(shown_with(&mut script, cred, commands), "Replace=200 Final");
        assert_eq!(stored(&script).0, account().client.nonce);
    }
}

/// Shows SEC-14.
#[test]
fn challenges_that_are_not_answered() {
    const OTHER_KIND: &str = "the server wants credentials of a kind we do not give";
    const REPEATED: &str = "the server repeats its challenge";
    let of = |kind: &str, nonce: Option<&str>| Chal {
        meta: Meta {
            format: Some("b64".into()),
            media_type: Some(kind.into()),
            next_nonce: nonce.map(str::to_owned),
            ..Meta::default()
        },
    };
    let same = base64(&account().client.nonce);
    for (kind, chal, reason) in [
        (AuthType::Md5, Some(Chal::basic()), OTHER_KIND),
        (AuthType::Md5, Some(of("x", Some("AA=="))), OTHER_KIND),
        (AuthType::Md5, None, OTHER_KIND),
        (
            AuthType::Md5,
            Some(of("syncml:auth-md5", None)),
            "the server's challenge has no nonce",
        ),
        (
            AuthType::Mac,
            Some(of("syncml:auth-MAC", Some("*"))),
            "the server's challenge has no nonce",
        ),
        (
            AuthType::Md5,
            Some(of("syncml:auth-md5", Some(&same))),
            REPEATED,
        ),
        (
            AuthType::Mac,
            Some(of("syncml:auth-MAC", Some(&same))),
            REPEATED,
        ),
        (AuthType::Basic, Some(Chal::basic()), REPEATED),
    ] {
        let mut script = script(kind, AuthType::Md5);
        assert_eq!(
            shown_with(&mut script, None, vec![status(1, 401, chal)]),
            ""
        );
        assert_eq!(script.end(), Some((false, reason)));
    }
}

/// Shows PRO-94, SEC-6.
#[test]
fn to_be_asked_first_is_no_failure_and_one_failure_is_forgiven() {
    let mut account = account();
    account.client.nonce.clear();
    let tree = device_tree(&Device::default(), &[("DMSC", account)]);
    let mut script = Script::idle(Config::default(), tree);
    script.takes_cred = false;
    script.shows_cred = false;
    script.notify();
    assert_eq!(
        script.sent().hdr.cred,
        None,
        "without a nonce nothing is shown"
    );
    for (turn, code) in [(1, 407), (2, 401)] {
        let chal = Some(Chal::md5(&[turn as u8; 16]));
        let answer = shown_with(&mut script, None, vec![status(turn, code, chal)]);
        assert_eq!(answer, "Alert1200 Replace Final");
        assert!(script.sent().hdr.cred.is_some());
    }
    let chal = Some(Chal::md5(&[3; 16]));
    assert_eq!(
        shown_with(&mut script, None, vec![status(3, 401, chal)]),
        ""
    );
    assert_eq!(
        script.end(),
        Some((false, "the server refused our credentials again"))
    );
}

/// Shows PRO-94, PRO-99, REP-8.
#[test]
fn package_1_is_sent_again_where_resp_uri_says() {
    let mut script = script(AuthType::Md5, AuthType::Md5);
    let mut message = script.message(vec![status(1, 401, Some(Chal::md5(&[9; 16])))], true);
    message.hdr.resp_uri = Some("http://127.0.0.1:3516/dm?s=1".into());
    script.deliver(&message);
    assert_eq!(script.answer(), "Alert1200 Replace Final");
    assert_eq!(script.last.as_ref().unwrap().0.target, "/dm?s=1");
    assert_eq!(script.header_status().msg_ref, "1");
}

#[test]
fn no_session_follows_an_unproven_server_elsewhere() {
    for ours in [AuthType::Basic, AuthType::Md5, AuthType::Mac] {
        follows_nobody(ours);
    }
}

fn follows_nobody(ours: AuthType) {
    let mut script = script(ours, AuthType::Md5);
    let mut message = script.message(vec![status(1, 200, None), replace(2, "new")], true);
    message.hdr.resp_uri = Some("http://elsewhere.example/dm".into());
    script.deliver(&message);
    assert_eq!(script.acts, ["connect 127.0.0.1:3516"]);
    assert_eq!(
        script.end(),
        Some((
            false,
            "RespURI leads away from a server that has not proved itself"
        ))
    );
}

/// Shows PRO-95, PRO-96.
#[test]
fn a_refused_message_is_answered_by_status_alone() {
    let mut script = Script::idle(Config::default(), device_of(AuthType::Md5, AuthType::Md5));
    script.takes_cred = false;
    script.notify();
    let alert = DeviceAlert {
        code: AlertCode::CLIENT_EVENT,
        items: vec![AlertItem {
            media_type: "text/plain".into(),
            format: "chr".into(),
            data: "x".into(),
            ..AlertItem::default()
        }],
        ..DeviceAlert::default()
    };
    script.client.handle_alert("dmsc.card", alert).unwrap();
    let commands = vec![
        status(1, 212, None),
        atomic(2, vec![replace(3, "new")]),
        get(4, "./DevInfo"),
        alert_of(5),
    ];
    let answer = shown_with(&mut script, None, commands);
    assert_eq!(answer, "Atomic=407 Replace=407 Get=407 Alert=407 Final");
    // The alert comes when the server has proved itself.
    let chal = script.header_status().chal.clone().unwrap();
    let cred = Cred::md5(&server(), &chal.md5_nonce().unwrap());
    let answer = shown_with(
        &mut script,
        Some(cred),
        vec![status_ok(2), replace(2, "new")],
    );
    assert_eq!(answer, "Replace=200 Alert1224 Final");
}

fn alert_of(id: u32) -> Command {
    alert(id, AlertCode::DISPLAY)
}

#[test]
fn a_server_challenged_and_challenging_gets_package_1_and_status() {
    let mut script = script(AuthType::Md5, AuthType::Md5);
    let wrong = Some(Cred::md5(&server(), &[1; 16]));
    let commands = vec![status(1, 401, Some(Chal::md5(&[9; 16]))), replace(2, "new")];
    assert_eq!(
        shown_with(&mut script, wrong, commands),
        "Replace=401 Alert1200 Replace Final"
    );
    assert!(script.header_status().chal.is_some());
    assert!(script.is_untouched());
}

/// Shows SEC-8.
#[test]
fn a_nonce_told_by_a_server_that_proves_itself_later_is_kept_then() {
    let mut script = script(AuthType::Md5, AuthType::Md5);
    let chal = Some(Chal::md5(&[7; 16]));
    shown_with(
        &mut script,
        None,
        vec![status(1, 212, chal), replace(2, "new")],
    );
    assert_eq!(stored(&script).0, account().client.nonce);
    let chal = script.header_status().chal.clone().unwrap();
    let cred = Some(Cred::md5(&server(), &chal.md5_nonce().unwrap()));
    shown_with(&mut script, cred, vec![status_ok(2), replace(2, "new")]);
    assert_eq!(stored(&script).0, [7; 16]);
    assert!(script.is_told());
}

/// Shows OBJ-7.
#[test]
fn an_empty_preference_means_what_was_taken_last() {
    let mut tree = device_of(AuthType::Md5, AuthType::Md5);
    let uri = NodeUri::parse("./DMAcc/DMSC/AAuthPref").unwrap();
    tree.replace(&uri, NewValue::text(""), Caller::Device, 0)
        .unwrap();
    let mut script = Script::idle(Config::default(), tree);
    script.takes_cred = false;
    script.shows_cred = false;
    script.notify();
    assert!(script.sent().hdr.cred.is_some());
    let chal = Some(Chal::mac(&[9; 16]));
    shown_with(&mut script, None, vec![status(1, 401, chal)]);
    assert!(hmac_nonce_is(&script, &[9; 16]));
    shown_with(&mut script, None, vec![status(2, 200, None)]);
    assert!(script.end().unwrap().0);
    script.start("dmsc.card");
    assert!(hmac_nonce_is(&script, &account().client.nonce));
}

/// Shows OBJ-7.
#[test]
fn the_preference_of_the_account_is_shown_unasked() {
    let mut tree = device_of(AuthType::Md5, AuthType::Md5);
    let uri = NodeUri::parse("./DMAcc/DMSC/AAuthPref").unwrap();
    tree.replace(&uri, NewValue::text("HMAC"), Caller::Device, 0)
        .unwrap();
    let mut script = Script::idle(Config::default(), tree);
    script.start("dmsc.card");
    assert!(hmac_nonce_is(&script, &account().client.nonce));
    assert_eq!(script.sent().hdr.cred, None);
}

/// Shows SEC-12.
#[test]
fn a_resynchronised_session_uses_the_resync_nonce_both_ways() {
    let mut script = Script::idle(Config::default(), device());
    script.takes_cred = false;
    let push = Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
        .signed("ServerSecret16!!", &RESYNC_NONCE);
    script.client.handle_push(&push.encode(), 1);
    script.drain();
    assert_eq!(
        script.sent().hdr.cred.as_ref().unwrap().data,
        "YBlhWX4RE44VugoCg5iRow=="
    );
    let cred = Some(Cred::md5(&server(), &RESYNC_NONCE));
    let commands = vec![status(1, 212, Some(Chal::md5(&[7; 16]))), replace(2, "new")];
    assert_eq!(shown_with(&mut script, cred, commands), "Replace=200 Final");
    let (ours, theirs) = stored(&script);
    assert_eq!(ours, [7; 16]);
    let chal = script.header_status().chal.clone().unwrap();
    assert_eq!(chal.md5_nonce(), Some(theirs));
    // The stored nonce proves nothing in such a session.
    let mut other = Script::idle(Config::default(), device());
    other.takes_cred = false;
    other.client.handle_push(&push.encode(), 1);
    other.drain();
    let cred = Some(Cred::md5(&server(), &server().nonce));
    assert_eq!(
        shown_with(&mut other, cred, vec![replace(2, "new")]),
        "Replace=401 Final"
    );
}

/// Shows PRO-30.
#[test]
fn a_server_unproven_by_mac_and_without_commands_is_not_challenged() {
    let mut script = script(AuthType::Md5, AuthType::Mac);
    assert_eq!(
        shown_with(&mut script, None, vec![status(1, 212, None)]),
        ""
    );
    assert!(script.end().unwrap().0);
    assert!(
        !script
            .events
            .iter()
            .any(|e| matches!(e, Event::ServerAuthenticated { .. }))
    );
}

#[test]
fn a_name_that_would_break_the_header_is_not_shown_in_one() {
    let mut account = account();
    account.client.auth_type = AuthType::Mac;
    account.client.name = "a\r\nX: y".into();
    let tree = device_tree(&Device::default(), &[("DMSC", account)]);
    let mut script = Script::idle(Config::default(), tree);
    script.takes_cred = false;
    script.shows_cred = false;
    script.notify();
    let (request, _) = script.last.as_ref().unwrap();
    assert_eq!(request.header(HMAC_HEADER), None);
    let chal = Some(Chal::mac(&[9; 16]));
    assert_eq!(
        shown_with(&mut script, None, vec![status(1, 407, chal)]),
        ""
    );
    assert!(!script.end().unwrap().0);
}

#[test]
fn a_source_name_is_told_with_a_proof_alone() {
    let mut account = account();
    account.client.nonce.clear();
    let tree = device_tree(&Device::default(), &[("DMSC", account)]);
    let mut script = Script::idle(Config::default(), tree);
    script.start("dmsc.card");
    assert_eq!(
        script.sent().hdr.source,
        Location::new("IMEI:493005100592800")
    );
}

fn at(address: &str, client: AuthType, server: AuthType, takes_unproven: bool) -> Script {
    let mut account = account();
    account.address = address.into();
    account.client.auth_type = client;
    account.server.auth_type = server;
    let mut tree = device_tree(&Device::default(), &[("DMSC", account)]);
    tree.undescribe(&NodeUri::parse("./Connectivity/NAP").unwrap());
    let config = Config {
        takes_unproven,
        ..Config::default()
    };
    let mut script = Script::idle(config, tree);
    script.shows_cred = false;
    script.start("dmsc.card");
    script
}

const TLS: &str = "https://server.example/dm";

/// A server that TLS proves shows no Cred, and one that it shows all the same is not looked at.
#[test]
fn a_server_that_tls_proves_shows_no_credentials() {
    for cred in [None, Some(Cred::basic(&Credentials::default()))] {
        let mut script = at(TLS, AuthType::Md5, AuthType::Transport, false);
        let answer = shown_with(&mut script, cred, vec![add(2, "B")]);
        assert_eq!(answer, "Add=200 Final");
        let header = script.header_status();
        assert_eq!((header.code.0, &header.chal), (200, &None));
        assert_eq!(script.say(vec![]), "");
        assert!(script.end().unwrap().0);
        assert!(script.value("./Connectivity/NAP/B").is_some());
    }
}

#[test]
fn what_tls_is_to_prove_is_not_said_without_tls() {
    let open = "http://server.example/dm";
    for (client, server, address) in [
        (AuthType::Md5, AuthType::Transport, open),
        (AuthType::Transport, AuthType::Md5, open),
        (
            AuthType::Transport,
            AuthType::Transport,
            "HTTP://server.example/dm",
        ),
    ] {
        let script = at(address, client, server, false);
        assert!(script.last.is_none(), "nothing is sent");
        assert!(script.acts.is_empty(), "{:?}", script.acts);
        let refused = script.events.iter().any(
            |event| matches!(event, Event::StartRefused { reason } if reason.contains("https")),
        );
        assert!(refused);
    }
    let script = at(TLS, AuthType::Transport, AuthType::Transport, false);
    assert!(script.sent().hdr.cred.is_none());
}

#[test]
fn a_client_that_tls_proves_answers_no_challenge() {
    let mut script = at(TLS, AuthType::Transport, AuthType::Transport, false);
    script.takes_cred = false;
    let chal = Chal::md5(&[7; 16]);
    assert_eq!(script.say(vec![status(1, 407, Some(chal))]), "");
    let (complete, reason) = script.end().unwrap();
    assert!(!complete);
    assert!(reason.contains("TLS proves us"), "{reason}");
}

#[test]
fn a_server_may_be_taken_that_nothing_proves() {
    let mut script = at(
        "http://server.example/dm",
        AuthType::Md5,
        AuthType::Md5,
        true,
    );
    assert_eq!(script.say(vec![add(2, "B")]), "Add=200 Final");
    let header = script.header_status();
    assert_eq!((header.code.0, &header.chal), (200, &None));
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
}

/// Everything was refused, so nothing is complete.
#[test]
fn a_session_without_anything_done_is_not_complete() {
    let mut script = Script::new();
    script.shows_cred = false;
    let refused = script.say(vec![add(2, "B")]);
    assert_eq!(refused, "Add=407 Final");
    assert_eq!(script.say(vec![]), "");
    let end = script.end();
    assert_eq!(end, Some((false, "the server showed no credentials")));
    // Proven afterwards, and worked through, it is.
    let mut script = Script::new();
    let mut message = script.message(vec![add(2, "B")], true);
    message.hdr.ver_dtd = "1.1".into();
    script.deliver(&message);
    assert_eq!(script.answer(), "Add=505 Final");
    assert_eq!(script.say(vec![add(2, "B")]), "Add=200 Final");
    assert_eq!(script.say(vec![]), "");
    assert!(script.end().unwrap().0);
    // Another version to the end is none.
    let mut script = Script::new();
    let mut message = script.message(vec![add(2, "B")], true);
    message.hdr.ver_dtd = "1.1".into();
    script.deliver(&message);
    assert_eq!(script.say(vec![]), "");
    let (complete, reason) = script.end().unwrap();
    assert!(!complete && reason.contains("505"), "{reason}");
}

/// What TLS hid does not go on in clear.
#[test]
fn no_way_leads_from_https_to_http() {
    let mut script = at(TLS, AuthType::Md5, AuthType::Md5, true);
    let mut message = script.message(vec![add(2, "B")], true);
    message.hdr.resp_uri = Some("http://server.example/dm".into());
    script.deliver(&message);
    assert_eq!(script.answer(), "Alert1223 Final");
    let end = script.end();
    assert_eq!(end, Some((false, "RespURI leads from https to http")));

    let mut script = at(TLS, AuthType::Md5, AuthType::Md5, true);
    let mut response = Response::new(307);
    let to = ("Location".to_owned(), "http://server.example/dm".to_owned());
    response.headers.push(to);
    script.respond(&response);
    let end = script.end();
    assert_eq!(
        end,
        Some((false, "HTTP 307: the redirect leads from https to http"))
    );
}
