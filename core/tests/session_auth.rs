//! Authentication in both directions, as a server does it: basic, MD5 and MAC, challenges, nonces,
//! retry limits (OMA-TS-DM_Security-V1_2_1 §5.3; OMA-TS-DM_Protocol-V1_2_1 §9).

#![allow(clippy::unwrap_used, clippy::panic)]

mod session_peer;

use dmsc_core::codec::auth::{Account, AuthType, Credentials, HmacHeader, RESYNC_NONCE};
use dmsc_core::codec::syncml::{Chal, Command, Cred, Location};
use dmsc_core::server::{Config, Event};
use session_peer::{Peer, account, alert, credentials, package_1, plan};

const GET: &str = r#"{"command": "Get", "target": "./DevDetail/SwV"}"#;
const REFUSED_401: &str = "SyncHdr=401 Alert=401 Replace=401 Final";
const REFUSED_407: &str = "SyncHdr=407 Alert=407 Replace=407 Final";

fn peer(client: AuthType, server: AuthType) -> Peer {
    let mut account = account();
    account.client.auth_type = client.clone();
    account.server.auth_type = server;
    let config = Config {
        accounts: vec![account],
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    peer.shows = Some(credentials(client, "dmclient", "ClientSecret16!!"));
    peer
}

fn md5_peer() -> Peer {
    peer(AuthType::Md5, AuthType::Md5)
}

/// A challenge of the client in the Status for our header.
fn challenged(peer: &mut Peer, chal: Chal, code: u16) -> Vec<Command> {
    let mut answers = peer.reply(code, |_| code);
    if let Some(Command::Status(status)) = answers.first_mut() {
        status.chal = Some(chal);
    }
    answers
}

// ------------------------------------------------------------------ the client proves itself

#[test]
fn basic_is_good_for_the_session() {
    let mut peer = peer(AuthType::Basic, AuthType::Md5);
    assert_eq!(peer.begin(), "SyncHdr=212 Alert=200 Replace=200 Get Final");
    assert_eq!(peer.chal(), None, "there is no nonce to tell");
    peer.shows = None;
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
}

#[test]
fn md5_is_good_for_the_session_and_brings_the_nonce_of_the_next() {
    let mut peer = md5_peer();
    assert_eq!(peer.begin(), "SyncHdr=212 Alert=200 Replace=200 Get Final");
    let chal = peer.chal().unwrap();
    assert_eq!(chal.auth_type(), AuthType::Md5);
    assert_eq!(chal.meta.format.as_deref(), Some("b64"));
    let nonce = chal.nonce().unwrap();
    assert_eq!(nonce.len(), 16);
    assert_eq!(peer.server.accounts()[0].client.nonce, nonce);
    // No more Cred in this session.
    let shows = peer.shows.take();
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    // The old nonce is worth nothing in the next, the new one is.
    peer.shows = shows;
    assert_eq!(peer.begin_again(), REFUSED_401);
    peer.take_nonce();
    assert_eq!(
        peer.send(package_1(), true),
        "SyncHdr=212 Alert=200 Replace=200 Final"
    );
}

#[test]
fn mac_is_good_for_one_message_and_brings_a_nonce_each_time() {
    let mut peer = peer(AuthType::Mac, AuthType::Md5);
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Get Final");
    assert_eq!(peer.chal().unwrap().auth_type(), AuthType::Mac);
    let first = peer.chal().unwrap().nonce();
    peer.take_nonce();
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
    let second = peer.chal().unwrap().nonce();
    assert_ne!(first, second);
    assert_eq!(Some(peer.server.accounts()[0].client.nonce.clone()), second);
    peer.take_nonce();
    assert_eq!(
        peer.begin_again(),
        "SyncHdr=200 Alert=200 Replace=200 Final"
    );
}

#[test]
fn a_mac_that_is_missing_or_of_the_last_nonce_stops_the_session_until_it_is_right() {
    for missing in [true, false] {
        let mut peer = peer(AuthType::Mac, AuthType::Md5);
        peer.begin();
        let answers = peer.reply(200, |_| 200);
        let right = peer.shows.clone();
        if missing {
            peer.shows = None;
        }
        let line = peer.send(answers.clone(), true);
        let code = if missing { 407 } else { 401 };
        assert_eq!(line, format!("SyncHdr={code} Final"));
        assert!(peer.receipts().is_empty(), "nothing of it was taken");
        peer.shows = right;
        peer.take_nonce();
        assert_eq!(peer.send(answers, true), "SyncHdr=200 Final");
        assert_eq!(peer.receipts(), ["Get ./DevDetail/SwV 200"]);
    }
}

#[test]
fn a_mac_over_other_octets_is_wrong() {
    let mut peer = peer(AuthType::Mac, AuthType::Md5);
    let message = peer.message(package_1(), true);
    let body = message.encode(peer.encoding);
    let shown = peer.shows.clone().unwrap();
    let header = HmacHeader::of(&shown, &shown.nonce, &body[1..]).to_string();
    let kind = peer.encoding.media_type();
    assert_eq!(peer.bytes(kind, Some(&header), &body), 200);
    assert_eq!(peer.line(), REFUSED_401);
}

#[test]
fn without_credentials_407_and_with_wrong_ones_401_each_with_a_challenge() {
    for auth_type in [AuthType::Basic, AuthType::Md5, AuthType::Mac] {
        for (secret, line) in [(None, REFUSED_407), (Some("wrong"), REFUSED_401)] {
            let mut peer = peer(auth_type.clone(), AuthType::Md5);
            let right = peer.shows.take();
            peer.shows = secret.map(|secret| credentials(auth_type.clone(), "dmclient", secret));
            // Status only, one for each command: no commands, no Results.
            assert_eq!(peer.begin(), line);
            let chal = peer.chal().unwrap();
            assert_eq!(chal.auth_type(), auth_type);
            assert_eq!(chal.nonce().is_some(), auth_type != AuthType::Basic);
            assert!(
                !peer
                    .events
                    .iter()
                    .any(|e| matches!(e, Event::DeviceInfo { .. }))
            );
            // The whole package again, next MsgID, same session.
            peer.shows = right;
            if auth_type != AuthType::Basic {
                peer.take_nonce();
            }
            let line = peer.send(package_1(), true);
            let code = if auth_type == AuthType::Mac { 200 } else { 212 };
            assert_eq!(
                line,
                format!("SyncHdr={code} Alert=200 Replace=200 Get Final")
            );
        }
    }
}

#[test]
fn a_second_failure_ends_the_session_and_every_challenge_has_its_own_nonce() {
    let mut peer = md5_peer();
    peer.shows = Some(credentials(AuthType::Md5, "dmclient", "wrong"));
    assert_eq!(peer.begin(), REFUSED_401);
    let first = peer.chal().unwrap().nonce();
    peer.take_nonce();
    assert_eq!(peer.send(package_1(), true), REFUSED_401);
    assert_ne!(peer.chal().unwrap().nonce(), first);
    assert_eq!(
        peer.end(),
        (false, "the client's credentials are wrong again".into())
    );
    let message = peer.message(vec![alert(1222)], true);
    assert_eq!(peer.post(&message), 400, "there is no session any more");
}

#[test]
fn a_client_that_waited_to_be_asked_may_fail_once() {
    let mut peer = md5_peer();
    let right = peer.shows.take();
    assert_eq!(peer.begin(), REFUSED_407);
    peer.shows = Some(credentials(AuthType::Md5, "dmclient", "wrong"));
    assert_eq!(peer.send(package_1(), true), REFUSED_401);
    assert!(peer.server.is_busy());
    peer.shows = right;
    peer.take_nonce();
    assert_eq!(
        peer.send(package_1(), true),
        "SyncHdr=212 Alert=200 Replace=200 Get Final"
    );
}

#[test]
fn another_type_than_the_one_asked_for_ends_the_session_even_if_it_is_right() {
    let mut peer = peer(AuthType::Mac, AuthType::Md5);
    let right = peer.shows.take();
    assert_eq!(peer.begin(), REFUSED_407);
    peer.shows = right.map(|shown| Credentials {
        auth_type: AuthType::Basic,
        ..shown
    });
    assert_eq!(peer.send(package_1(), true), REFUSED_401);
    assert!(!peer.server.is_busy());
}

#[test]
fn a_nonce_used_as_base64_text_is_wrong() {
    let mut peer = md5_peer();
    peer.shows.as_mut().unwrap().nonce = b"AAECAwQFBgcICQoLDA0ODw==".to_vec();
    assert_eq!(peer.begin(), REFUSED_401);
}

#[test]
fn the_resynchronisation_nonce_counts_only_where_it_was_called_for() {
    for (session, code, opens, taken) in [
        ("8001", 1200, "8001", true),
        ("8001", 1201, "8001", false),
        ("5", 1200, "0", false),
        ("5", 1200, "5", true),
    ] {
        let mut peer = md5_peer();
        peer.server
            .expect_session(u16::from_str_radix(opens, 16).unwrap());
        peer.session = session.into();
        peer.shows.as_mut().unwrap().nonce = RESYNC_NONCE.to_vec();
        let mut commands = package_1();
        commands[0] = alert(code);
        let line = peer.send(commands, true);
        assert_eq!(line.starts_with("SyncHdr=212"), taken, "{session} {code}");
        if taken {
            // Ours is made with it too.
            let cred = peer.last.hdr.cred.clone().unwrap();
            assert!(cred.is_md5_of(&account().server, &RESYNC_NONCE));
        }
    }
}

#[test]
fn an_account_without_a_name_asks_for_nothing() {
    let mut peer = Peer::open(GET);
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Get Final");
    assert_eq!(peer.chal(), None);
    assert_eq!(peer.last.hdr.cred, None);
    assert_eq!(peer.last.hdr.source.name, None);
}

#[test]
fn credentials_find_their_account() {
    let of = |auth_type: AuthType, name: &str| Account {
        client: credentials(auth_type, name, &format!("{name} secret")),
        ..account()
    };
    let accounts = vec![
        of(AuthType::Md5, "one"),
        of(AuthType::Basic, "two"),
        of(AuthType::Mac, "three"),
        of(AuthType::Md5, "four"),
    ];
    let config = Config {
        accounts: accounts.clone(),
        max_sessions: 8,
        max_devices: 8,
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    for (at, account) in accounts.iter().enumerate() {
        peer.msg_id = 0;
        peer.device = format!("IMEI:{at}");
        peer.shows = Some(account.client.clone());
        let line = peer.begin();
        let code = if account.client.auth_type == AuthType::Mac {
            200
        } else {
            212
        };
        assert_eq!(
            line,
            format!("SyncHdr={code} Alert=200 Replace=200 Get Final")
        );
        assert!(peer.events.contains(&Event::ClientAuthenticated {
            name: account.client.name.clone(),
            code: dmsc_core::codec::syncml::StatusCode(code),
        }));
    }
    // Only the nonces of those that use one are new, each its own.
    let nonces: Vec<bool> = peer
        .server
        .accounts()
        .iter()
        .zip(&accounts)
        .map(|(now, then)| now.client.nonce != then.client.nonce)
        .collect();
    assert_eq!(nonces, [true, false, true, true]);
    // One that nobody knows.
    peer.msg_id = 0;
    peer.device = "IMEI:9".into();
    peer.shows = Some(credentials(AuthType::Basic, "five", "x"));
    assert_eq!(peer.begin(), REFUSED_401);
    // A name of one account with the secret of another.
    peer.msg_id = 0;
    peer.device = "IMEI:10".into();
    peer.shows = Some(credentials(AuthType::Basic, "two", "one secret"));
    assert_eq!(peer.begin(), REFUSED_401);
}

// ------------------------------------------------------------------ the server proves itself

#[test]
fn the_server_shows_md5_until_the_client_took_it() {
    let mut peer = md5_peer();
    peer.begin();
    let hdr = peer.last.hdr.clone();
    assert!(
        hdr.cred
            .unwrap()
            .is_md5_of(&account().server, &account().server.nonce)
    );
    assert_eq!(hdr.source.name.as_deref(), Some("dmsc.card"));
    // Taken for this message only: it comes again, with the new nonce.
    let mut answers = peer.reply(200, |_| 0);
    if let Some(Command::Status(status)) = answers.first_mut() {
        status.chal = Some(Chal::md5(b"another nonce"));
    }
    peer.send(answers, false);
    let cred = peer.last.hdr.cred.clone().unwrap();
    assert!(cred.is_md5_of(&account().server, b"another nonce"));
    assert_eq!(peer.server.accounts()[0].server.nonce, b"another nonce");
    // Taken for the session.
    let answers = peer.reply(212, |_| 200);
    peer.send(answers, true);
    assert_eq!(peer.last.hdr.cred, None);
    assert_eq!(peer.last.hdr.source.name, None);
}

#[test]
fn the_server_shows_basic_only_to_a_client_that_is_proven() {
    let mut peer = peer(AuthType::Md5, AuthType::Basic);
    let right = peer.shows.take();
    peer.begin();
    assert_eq!(peer.last.hdr.cred, None);
    peer.shows = right;
    peer.take_nonce();
    peer.send(package_1(), true);
    assert_eq!(peer.last.hdr.cred, Some(Cred::basic(&account().server)));
}

#[test]
fn the_server_signs_each_message_with_its_mac() {
    let mut peer = peer(AuthType::Md5, AuthType::Mac);
    peer.begin();
    let mut nonce = account().server.nonce;
    for next in [b"second".as_slice(), b"third"] {
        let answer = peer.answer.clone().unwrap();
        let header = HmacHeader::parse(&answer.hmac.unwrap()).unwrap();
        assert!(header.is_of(&account().server, &nonce, &answer.body));
        assert_eq!(peer.last.hdr.cred, None, "never in a Cred");
        let mut answers = peer.reply(200, |_| 0);
        if let Some(Command::Status(status)) = answers.first_mut() {
            status.chal = Some(Chal::mac(next));
        }
        peer.send(answers, false);
        nonce = next.to_vec();
    }
    assert_eq!(peer.server.accounts()[0].server.nonce, nonce);
}

#[test]
fn challenged_by_the_client_the_server_repeats_its_commands() {
    for (own, asked) in [
        (AuthType::Md5, Chal::md5(b"fresh")),
        (AuthType::Md5, Chal::mac(b"fresh")),
        (AuthType::Basic, Chal::basic()),
        (AuthType::Basic, Chal::md5(b"fresh")),
        (AuthType::Mac, Chal::mac(b"fresh")),
    ] {
        let mut peer = peer(AuthType::Md5, own);
        peer.begin();
        let kind = asked.auth_type();
        let answers = challenged(&mut peer, asked, 401);
        assert_eq!(peer.send(answers, true), "SyncHdr=212 Get Final");
        assert!(peer.receipts().is_empty());
        assert!(peer.chal().is_some(), "the client kept no nonce");
        let (cred, hmac) = (
            peer.last.hdr.cred.clone(),
            peer.answer.clone().unwrap().hmac,
        );
        let server = account().server;
        match kind {
            AuthType::Basic => assert!(cred.unwrap().is_basic_of(&server)),
            AuthType::Md5 => assert!(cred.unwrap().is_md5_of(&server, b"fresh")),
            _ => {
                let header = HmacHeader::parse(&hmac.unwrap()).unwrap();
                let body = peer.answer.clone().unwrap().body;
                assert!(header.is_of(&server, b"fresh", &body));
                assert_eq!(cred, None);
            }
        }
        // A nonce of one who is not proven is not kept.
        assert_eq!(peer.server.accounts()[0].server.nonce, server.nonce);
        let answers = peer.reply(212, |_| 200);
        assert_eq!(peer.send(answers, true), "SyncHdr=200 Final");
        assert_eq!(peer.receipts(), ["Get ./DevDetail/SwV 200"]);
    }
}

#[test]
fn the_server_gives_up_when_its_credentials_are_refused_again() {
    let mut peer = md5_peer();
    peer.begin();
    let answers = challenged(&mut peer, Chal::md5(b"one"), 401);
    peer.send(answers, true);
    let answers = challenged(&mut peer, Chal::md5(b"two"), 401);
    assert_eq!(peer.send(answers, true), "SyncHdr=212 Final");
    assert!(!peer.end().0);
}

#[test]
fn challenges_the_server_does_not_answer() {
    for (chal, reason) in [
        // The secret itself is not given where the account does not say so.
        (Chal::basic(), "of a kind"),
        (Chal::default(), "of a kind"),
        // The same nonce again is a loop.
        (Chal::md5(&account().server.nonce), "repeats"),
    ] {
        let mut peer = md5_peer();
        peer.begin();
        let answers = challenged(&mut peer, chal, 407);
        peer.send(answers, true);
        let (complete, told) = peer.end();
        assert!(!complete && told.contains(reason), "{told}");
    }
}

#[test]
fn a_source_of_another_device_is_of_another_session() {
    let mut peer = md5_peer();
    peer.begin();
    let mut message = peer.message(vec![alert(1222)], true);
    message.hdr.source = Location::new("IMEI:2");
    assert_eq!(peer.post(&message), 503);
    peer.msg_id -= 1;
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
}
