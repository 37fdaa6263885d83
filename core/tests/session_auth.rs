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

/// Shows PRO-92, SEC-3.
#[test]
fn basic_is_good_for_the_session() {
    let mut peer = peer(AuthType::Basic, AuthType::Md5);
    assert_eq!(peer.begin(), "SyncHdr=212 Alert=200 Replace=200 Get Final");
    assert_eq!(peer.chal(), None, "there is no nonce to tell");
    peer.shows = None;
    assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
}

/// Shows PRO-92, PRO-111, REP-11, SEC-2, SEC-7.
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

/// Shows PRO-93, PRO-98, PRO-111, SEC-4, SEC-10.
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

/// Shows PRO-93, PRO-98, SEC-11.
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

/// Shows SEC-9, SEC-11.
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

/// Shows PRO-90, PRO-91, PRO-95, PRO-99, SEC-2.
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

/// Shows SEC-6.
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

/// Shows SEC-6.
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

/// Shows PRO-97.
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

/// Shows SEC-5.
#[test]
fn a_nonce_used_as_base64_text_is_wrong() {
    let mut peer = md5_peer();
    peer.shows.as_mut().unwrap().nonce = b"AAECAwQFBgcICQoLDA0ODw==".to_vec();
    assert_eq!(peer.begin(), REFUSED_401);
}

/// Shows SEC-12.
#[test]
fn the_resynchronisation_nonce_counts_once_and_only_where_it_was_called_for() {
    for (session, code, opens, taken) in [
        ("8001", 1200, "8001", true),
        ("8001", 1201, "8001", false),
        ("8002", 1200, "8001", false),
        ("5", 1200, "1", false),
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
            let recorded = peer.shows.take();
            assert_eq!(peer.all(|_| 200), "SyncHdr=200 Final");
            // The session has been: what was recorded of it opens nothing.
            peer.shows = recorded;
            assert_eq!(peer.begin_again(), REFUSED_401);
        }
    }
}

/// Shows SEC-12.
#[test]
fn no_session_that_nobody_announced_takes_the_resynchronisation_nonce() {
    for session in ["1", "7FFF", "8000", "8001", "FFFF"] {
        let mut peer = md5_peer();
        peer.session = session.into();
        peer.shows.as_mut().unwrap().nonce = RESYNC_NONCE.to_vec();
        let mut commands = package_1();
        commands[0] = alert(1200);
        assert_eq!(peer.send(commands, true), REFUSED_401, "{session}");
    }
}

#[test]
fn a_digest_without_a_nonce_proves_nothing() {
    let mut account = account();
    account.client.nonce.clear();
    let config = Config {
        accounts: vec![account],
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    let mut shows = credentials(AuthType::Md5, "dmclient", "ClientSecret16!!");
    shows.nonce.clear();
    peer.shows = Some(shows);
    assert_eq!(peer.begin(), REFUSED_401);
}

#[test]
fn an_account_without_a_name_asks_for_nothing() {
    let mut peer = Peer::open(GET);
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Get Final");
    assert_eq!(peer.chal(), None);
    assert_eq!(peer.last.hdr.cred, None);
    assert_eq!(peer.last.hdr.source.name, None);
}

/// Shows SEC-13.
#[test]
fn credentials_find_their_account() {
    let of = |auth_type: AuthType, name: &str| Account {
        client: credentials(auth_type, name, &format!("{name} secret")),
        server: credentials(AuthType::Md5, "dmsc.card", &format!("server's for {name}")),
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
        // The server proves itself by the secret it has for this client, and no other.
        let cred = peer.last.hdr.cred.clone().unwrap();
        for (other, account) in accounts.iter().enumerate() {
            let server = &account.server;
            assert_eq!(cred.is_md5_of(server, &server.nonce), other == at);
        }
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

/// Shows PRO-92, PRO-93, PRO-98, PRO-111, REP-15, SEC-2, SEC-5.
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

/// Shows SEC-4, SEC-9, SEC-10.
#[test]
fn the_server_signs_each_message_with_its_mac() {
    let mut peer = peer(AuthType::Md5, AuthType::Mac);
    peer.begin();
    let mut nonce = account().server.nonce;
    for next in [b"second nonce".as_slice(), b"third nonce"] {
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

/// Shows PRO-97, PRO-99, SEC-8, SEC-9.
#[test]
fn challenged_by_the_client_the_server_repeats_its_commands() {
    for (own, asked) in [
        (AuthType::Md5, Chal::md5(b"a fresh nonce")),
        (AuthType::Md5, Chal::mac(b"a fresh nonce")),
        (AuthType::Basic, Chal::basic()),
        (AuthType::Basic, Chal::md5(b"a fresh nonce")),
        (AuthType::Mac, Chal::mac(b"a fresh nonce")),
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
            AuthType::Md5 => assert!(cred.unwrap().is_md5_of(&server, b"a fresh nonce")),
            _ => {
                let header = HmacHeader::parse(&hmac.unwrap()).unwrap();
                let body = peer.answer.clone().unwrap().body;
                assert!(header.is_of(&server, b"a fresh nonce", &body));
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
fn a_client_that_is_not_proven_gets_no_proof_and_chooses_no_nonce() {
    for own in [AuthType::Basic, AuthType::Md5, AuthType::Mac] {
        let mut peer = peer(AuthType::Md5, own.clone());
        let right = peer.shows.take();
        let shows_nothing = |peer: &Peer| {
            let hdr = &peer.last.hdr;
            let hmac = &peer.answer.as_ref().unwrap().hmac;
            hdr.cred.is_none() && hdr.source.name.is_none() && hmac.is_none()
        };
        assert_eq!(peer.begin(), REFUSED_407);
        assert!(shows_nothing(&peer), "{own}");
        let chal = Chal::of(&own, b"chosen by a stranger").unwrap();
        let answers = challenged(&mut peer, chal, 401);
        assert_eq!(peer.send(answers, true), "SyncHdr=407 Final");
        assert!(shows_nothing(&peer), "{own}");
        assert_eq!(peer.server.accounts()[0].server, {
            let mut server = account().server;
            server.auth_type = own.clone();
            server
        });
        // To the client itself the proof is made with the nonce that was agreed on.
        peer.shows = right;
        peer.take_nonce();
        peer.send(package_1(), true);
        let server = account().server;
        let answer = peer.answer.clone().unwrap();
        match own {
            AuthType::Mac => {
                let header = HmacHeader::parse(&answer.hmac.unwrap()).unwrap();
                assert!(header.is_of(&server, &server.nonce, &answer.body));
            }
            AuthType::Md5 => {
                let cred = peer.last.hdr.cred.clone().unwrap();
                assert!(cred.is_md5_of(&server, &server.nonce));
            }
            _ => assert!(peer.last.hdr.cred.is_some()),
        }
    }
}

#[test]
fn the_server_makes_no_proof_with_a_nonce_that_others_may_use_again() {
    for nonce in [&RESYNC_NONCE[..], b"1234567"] {
        let mut peer = md5_peer();
        peer.begin();
        let answers = challenged(&mut peer, Chal::md5(nonce), 401);
        assert_eq!(peer.send(answers, true), "SyncHdr=212 Final");
        assert!(!peer.server.is_busy());
        let mut peer = md5_peer();
        peer.begin();
        let mut answers = peer.reply(212, |_| 200);
        if let Some(Command::Status(status)) = answers.first_mut() {
            status.chal = Some(Chal::md5(nonce));
        }
        peer.send(answers, true);
        let kept = &peer.server.accounts()[0].server.nonce;
        assert_eq!(kept, &account().server.nonce);
    }
}

#[test]
fn what_proves_nothing_leaves_a_proven_session_as_it_is() {
    for kind in [AuthType::Md5, AuthType::Mac] {
        let mut peer = peer(kind.clone(), AuthType::Md5);
        peer.begin();
        if kind == AuthType::Mac {
            peer.take_nonce();
        }
        let right = peer.shows.clone();
        let answers = peer.reply(212, |_| 200);
        let next = peer.msg_id;
        // As often as one likes, and also as a MsgID to come.
        for msg_id in [next, next, next + 1, next + 7] {
            peer.msg_id = msg_id;
            peer.shows = Some(credentials(kind.clone(), "dmclient", "wrong"));
            let message = peer.message(answers.clone(), true);
            let status = peer.post(&message);
            if status == 200 {
                assert_eq!(peer.line(), "SyncHdr=401 Final");
                assert_eq!(peer.last.hdr.cred, None, "strangers get no proof");
            } else {
                assert_eq!(status, 400);
            }
            assert!(peer.receipts().is_empty(), "{kind}");
        }
        peer.msg_id = next;
        peer.shows = match kind {
            AuthType::Mac => right,
            _ => None,
        };
        assert_eq!(peer.send(answers, true), "SyncHdr=200 Final", "{kind}");
        assert_eq!(peer.receipts(), ["Get ./DevDetail/SwV 200"]);
    }
}

#[test]
fn each_device_of_an_account_has_its_own_nonces() {
    let config = Config {
        accounts: vec![account()],
        max_sessions: 4,
        max_devices: 4,
        ..Config::default()
    };
    let mut peer = Peer::new(config, plan(GET));
    let bootstrap = credentials(AuthType::Md5, "dmclient", "ClientSecret16!!");
    let mut first = bootstrap.clone();
    peer.shows = Some(bootstrap.clone());
    assert_eq!(peer.begin(), "SyncHdr=212 Alert=200 Replace=200 Get Final");
    first.nonce = peer.chal().unwrap().nonce().unwrap();
    let mut answers = peer.reply(212, |_| 200);
    if let Some(Command::Status(status)) = answers.first_mut() {
        status.chal = Some(Chal::md5(b"of the first"));
    }
    peer.shows = None;
    peer.send(answers, true);
    // The second was set up with the same account. A proof by the bootstrap's nonce was made
    // already, so that it is asked; the server's own nonce is still the bootstrap's.
    peer.msg_id = 0;
    peer.device = "IMEI:2".into();
    peer.shows = Some(bootstrap);
    assert_eq!(peer.begin(), REFUSED_401);
    peer.take_nonce();
    assert_eq!(
        peer.send(package_1(), true),
        "SyncHdr=212 Alert=200 Replace=200 Get Final"
    );
    let cred = peer.last.hdr.cred.clone().unwrap();
    assert!(cred.is_md5_of(&account().server, &account().server.nonce));
    peer.shows = None;
    peer.all(|_| 200);
    // The first goes on where it was.
    peer.msg_id = 0;
    peer.session = "2".into();
    peer.device = "IMEI:1".into();
    peer.shows = Some(first);
    assert_eq!(peer.begin(), "SyncHdr=212 Alert=200 Replace=200 Final");
    let cred = peer.last.hdr.cred.clone().unwrap();
    assert!(cred.is_md5_of(&account().server, b"of the first"));
}

/// Shows SEC-6.
#[test]
fn the_server_gives_up_when_its_credentials_are_refused_again() {
    let mut peer = md5_peer();
    peer.begin();
    let answers = challenged(&mut peer, Chal::md5(b"nonce one"), 401);
    peer.send(answers, true);
    let answers = challenged(&mut peer, Chal::md5(b"nonce two"), 401);
    assert_eq!(peer.send(answers, true), "SyncHdr=212 Final");
    assert!(!peer.end().0);
}

/// Shows SEC-14.
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
