//! Attacks on sessions over HTTP: recorded messages that are played again, servers and clients
//! that ask for proofs which they could use elsewhere, strangers in the midst of a session
//! (OMA-TS-DM_Security-V1_2_1 §5.2, §5.3).

use super::odd_servers::request;
use super::*;
use dmsc_core::codec::auth::{AuthType, Credentials, from_base64};
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{Cred, Encoding, Message};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

const XML: &str = "application/vnd.syncml.dm+xml";
const DEVICE: &str = "IMEI:004999010640000";

/// `me:secret` over the nonce 00000000: what every resynchronisation of this client shows.
const RESYNC_CRED: &str = "ckB6dpXdVG7SeDdNd2AM7Q==";

const OPENING: &str = "<Alert><CmdID>1</CmdID><Data>1201</Data></Alert>\
    <Replace><CmdID>2</CmdID><Item><Source><LocURI>./DevInfo/DevId</LocURI></Source>\
    <Data>IMEI:004999010640000</Data></Item></Replace>";

/// A Status for a header of the server, with a challenge.
const CHALLENGE: &str = "<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef>\
    <Cmd>SyncHdr</Cmd><Chal><Meta><Type xmlns='syncml:metinf'>syncml:auth-md5</Type>\
    <Format xmlns='syncml:metinf'>b64</Format>\
    <NextNonce xmlns='syncml:metinf'>AAAAAA==</NextNonce></Meta></Chal><Data>401</Data></Status>";

/// Receipt of the one command of the plan, for a message of the server.
fn receipt(msg_ref: &str) -> String {
    format!(
        "<Status><CmdID>1</CmdID><MsgRef>{msg_ref}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>\
         <Data>212</Data></Status><Status><CmdID>2</CmdID><MsgRef>{msg_ref}</MsgRef>\
         <CmdRef>4</CmdRef><Cmd>Replace</Cmd><Data>200</Data></Status>"
    )
}

/// A message of the client `me`.
fn message(session: &str, msg_id: u32, cred: Option<&str>, commands: &str) -> String {
    let cred = cred.map_or(String::new(), |data| {
        format!(
            "<Cred><Meta><Format xmlns='syncml:metinf'>b64</Format>\
             <Type xmlns='syncml:metinf'>syncml:auth-md5</Type></Meta><Data>{data}</Data></Cred>"
        )
    });
    format!(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
         <VerProto>DM/1.2</VerProto><SessionID>{session}</SessionID><MsgID>{msg_id}</MsgID>\
         <Target><LocURI>http://127.0.0.1:8081/dm</LocURI></Target>\
         <Source><LocURI>{DEVICE}</LocURI><LocName>me</LocName></Source>{cred}</SyncHdr>\
         <SyncBody>{commands}<Final/></SyncBody></SyncML>"
    )
}

/// Sends a message over a connection of its own; the HTTP status and the body.
fn post(server: &Server, target: &str, body: &str) -> (u16, String) {
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: {XML}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        server.address.port(),
        body.len()
    );
    let answer = raw(server.address, request.as_bytes());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).unwrap_or_default().parse();
    (status.unwrap_or(0), body.to_owned())
}

fn decode(body: &str) -> Message {
    Message::decode(body.as_bytes(), Encoding::Xml).unwrap_or_else(|e| panic!("{e}: {body}"))
}

/// Text of the first element of this name.
fn element<'b>(body: &'b str, name: &str) -> Option<&'b str> {
    let rest = body.split_once(&format!("<{name}"))?.1.split_once('>')?.1;
    Some(rest.split_once('<')?.0)
}

/// The Cred of `me` for the nonce of a challenge.
fn proof(body: &str) -> String {
    let nonce = from_base64(element(body, "NextNonce").expect("a nonce")).unwrap();
    let me = Credentials {
        auth_type: AuthType::Md5,
        name: "me".into(),
        secret: "secret".into(),
        nonce: Vec::new(),
    };
    Cred::md5(&me, &nonce).data
}

/// Path and query of the RespURI.
fn own_address(body: &str) -> String {
    let uri = decode(body).hdr.resp_uri.expect("a RespURI");
    uri.strip_prefix("http://127.0.0.1:8081")
        .unwrap_or_else(|| panic!("{uri} is not where the client found the server"))
        .to_owned()
}

fn serve(more: &[&str]) -> Server {
    static SERVERS: AtomicU32 = AtomicU32::new(0);
    let number = SERVERS.fetch_add(1, Ordering::Relaxed);
    let plan = scratch(
        &format!("attacked-{number}.json"),
        br#"{"commands": [{"command": "Replace", "target": "./A", "text": "b"}]}"#,
    );
    let arguments = ["--account", "me:secret", "--plan", plan.to_str().unwrap()];
    Server::start(&[&arguments[..], more].concat())
}

/// Shows SEC-12.
#[test]
fn a_recorded_proof_over_the_resynchronisation_nonce_opens_nothing() {
    let server = serve(&[]);
    let opening = OPENING.replace("1201", "1200");
    for session in ["8001", "8002", "8001", "1", "FFFF"] {
        let body = message(session, 1, Some(RESYNC_CRED), &opening);
        let (status, answer) = post(&server, "/dm", &body);
        assert_eq!(status, 200);
        assert!(answer.contains("<Data>401</Data>"), "{session}: {answer}");
        assert!(!answer.contains("<Replace>"), "{session}: {answer}");
        assert!(!answer.contains("<Data>212</Data>"), "{session}: {answer}");
    }
}

#[test]
fn a_client_gives_no_proof_to_a_server_that_chooses_its_nonce_or_lowers_its_type() {
    let sound = "8PHy8/T19vf4+fr7/P3+/w==";
    for (auth, nonce, why) in [
        ("md5", "AAAAAA==", "a nonce that others may use again"),
        ("md5", "MTIzNDU2Nw==", "a nonce that others may use again"),
        ("mac", "AAAAAA==", "weaker credentials"),
        ("mac", sound, "weaker credentials"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/dm", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let first = String::from_utf8(request(&mut stream)).unwrap();
            let session = element(&first, "SessionID").unwrap();
            let challenge = CHALLENGE.replace("AAAAAA==", nonce).replace("401", "407");
            let body = format!(
                "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
                 <VerProto>DM/1.2</VerProto><SessionID>{session}</SessionID><MsgID>1</MsgID>\
                 <Target><LocURI>IMEI:493005100592800</LocURI></Target>\
                 <Source><LocURI>http://127.0.0.1/dm</LocURI></Source></SyncHdr>\
                 <SyncBody>{challenge}<Final/></SyncBody></SyncML>"
            );
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).unwrap();
            // What the client says to that, until it hangs up.
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest);
            String::from_utf8_lossy(&rest).into_owned()
        });
        let arguments = ["--xml", "--account", "me:secret", "--auth", auth];
        let output = client(&url, &arguments);
        assert_failed(&output, why);
        let said = thread.join().unwrap();
        assert!(!said.contains("Cred"), "{auth} {nonce}: {said}");
        assert!(
            !said.to_lowercase().contains("hmac"),
            "{auth} {nonce}: {said}"
        );
    }
}

#[test]
fn the_server_gives_a_stranger_no_proof_over_a_nonce_of_his_choice() {
    for auth in ["md5", "mac"] {
        let server = serve(&["--auth", auth]);
        let (status, first) = post(&server, "/dm", &message("32", 1, None, OPENING));
        assert_eq!(status, 200);
        for target in [own_address(&first), "/dm".to_owned()] {
            let (_, second) = post(&server, &target, &message("32", 2, None, CHALLENGE));
            for answer in [&first, &second] {
                assert!(!answer.contains("Cred>"), "{auth}: {answer}");
                assert!(!answer.to_lowercase().contains("hmac"), "{auth}: {answer}");
            }
        }
    }
}

/// A session that its client has proved: the address it is at, and the proof.
fn proven(server: &Server, session: &str) -> (String, String) {
    let (_, asked) = post(server, "/dm", &message(session, 1, None, OPENING));
    let at = own_address(&asked);
    let cred = proof(&asked);
    let (status, taken) = post(server, &at, &message(session, 2, Some(&cred), OPENING));
    assert_eq!(status, 200);
    assert!(taken.contains("<Data>212</Data>"), "{taken}");
    assert!(taken.contains("<Replace><CmdID>4</CmdID>"), "{taken}");
    (own_address(&taken), cred)
}

#[test]
fn a_session_is_not_taken_over_by_its_names() {
    let server = serve(&["--sessions", "1"]);
    let (at, cred) = proven(&server, "77");
    let guessed = "/dm?session=00000000000000000000000000000000";
    for target in ["/dm", guessed] {
        for (msg_id, cred) in [
            (3, None),
            (3, None),
            // The proof of before, recorded.
            (3, Some(cred.as_str())),
            (3, Some(RESYNC_CRED)),
            (4, None),
            (2, None),
            (99, None),
        ] {
            let body = message("77", msg_id, cred, &receipt("2"));
            let (status, answer) = post(&server, target, &body);
            match status {
                // Asked for a proof, and told nothing else.
                200 => {
                    let code = element(&answer, "Data").unwrap();
                    assert!(matches!(code, "401" | "407"), "{answer}");
                    assert!(!answer.contains("RespURI"), "{answer}");
                    assert!(!answer.contains("Cred>"), "{answer}");
                }
                status => assert_eq!(status, 400),
            }
        }
        // Who would begin it anew begins one of his own.
        let (_, other) = post(&server, target, &message("77", 1, None, OPENING));
        assert_ne!(own_address(&other), at);
        assert!(other.contains("<Data>407</Data>"), "{other}");
        let (status, _) = post(&server, target, "<SyncML><SyncHdr>");
        assert_eq!(status, 400);
    }
    let (status, last) = post(&server, &at, &message("77", 3, None, &receipt("2")));
    assert_eq!(status, 200);
    assert!(last.contains("<Data>200</Data>"), "{last}");
    let ended = server.finish();
    let receipts = ended.text.matches("Receipt: Replace ./A · 200 OK").count();
    assert_eq!(receipts, 1, "{}", ended.text);
    assert!(
        ended.text.contains("1 complete, 0 broken"),
        "{}",
        ended.text
    );
}

#[test]
fn a_wrong_proof_in_a_proven_session_is_refused_and_the_session_goes_on() {
    let server = serve(&["--sessions", "1"]);
    let (at, _) = proven(&server, "78");
    let wrong = message("78", 3, Some(RESYNC_CRED), &receipt("2"));
    let (_, refused) = post(&server, &at, &wrong);
    assert_eq!(element(&refused, "Data"), Some("401"), "{refused}");
    // The client proves itself as it was asked to, with the next MsgID.
    let cred = proof(&refused);
    let right = message("78", 4, Some(&cred), &receipt("2"));
    let (_, taken) = post(&server, &at, &right);
    assert!(taken.contains("<Data>212</Data>"), "{taken}");
    let ended = server.finish();
    assert!(ended.text.contains("Receipt: Replace"), "{}", ended.text);
    assert!(
        ended.text.contains("1 complete, 0 broken"),
        "{}",
        ended.text
    );
}

/// A client that does not heed RespURI proves itself with each message instead.
#[test]
fn at_the_address_of_all_a_message_needs_a_proof() {
    let server = serve(&["--sessions", "1"]);
    let (_, asked) = post(&server, "/dm", &message("79", 1, None, OPENING));
    let cred = proof(&asked);
    let (_, taken) = post(&server, "/dm", &message("79", 2, Some(&cred), OPENING));
    assert!(taken.contains("<Data>212</Data>"), "{taken}");
    let (_, again) = post(&server, "/dm", &message("79", 3, None, &receipt("2")));
    assert_eq!(element(&again, "Data"), Some("407"), "{again}");
    let cred = proof(&again);
    let (_, last) = post(
        &server,
        "/dm",
        &message("79", 4, Some(&cred), &receipt("2")),
    );
    assert!(last.contains("<Data>212</Data>"), "{last}");
    assert_eq!(server.finish().status, Some(0));
}

/// Shows NOT-5.
#[test]
fn a_notification_is_heeded_once_across_restarts() {
    let nonce = [7; 16];
    let told = dmsc_core::codec::auth::base64(&nonce);
    let package = Package0::new(
        "dmsc.card",
        0x0A20,
        UiMode::UserInteraction,
        Initiator::Server,
    )
    .signed("ServerSecret16!!", &nonce);
    let push = scratch("asked.package0", &package.encode());
    let tree = std::env::temp_dir().join(format!("dmsc-net-{}-asked.xml", std::process::id()));
    let _ = std::fs::remove_file(&tree);
    let (push, tree) = (push.to_str().unwrap(), tree.to_str().unwrap());
    let called = ["--notification", push, "--save-tree", tree];
    let first = client(
        "http://127.0.0.1:1/dm",
        &[&called[..], &["--server-nonce", &told, "--answer", "no"]].concat(),
    );
    assert_failed(&first, "the user refused");
    let again = client(
        "http://127.0.0.1:1/dm",
        &[&called[..], &["--tree", tree, "--answer", "yes"]].concat(),
    );
    assert_failed(&again, "session A20 was called for already");
    assert!(!stdout(&again).contains("Begin?"), "{}", stdout(&again));
    // The memory is no part of the device's tree, and stays.
    let third = client(
        "http://127.0.0.1:1/dm",
        &[&called[..], &["--tree", tree, "--answer", "yes"]].concat(),
    );
    assert_failed(&third, "session A20 was called for already");
}

#[test]
fn an_empty_nonce_signs_no_notification() {
    let package = Package0::new("dmsc.card", 0x0A21, UiMode::Background, Initiator::Server)
        .signed("ServerSecret16!!", b"");
    let push = scratch("empty-nonce.package0", &package.encode());
    let output = client(
        "http://127.0.0.1:1/dm",
        &["--notification", push.to_str().unwrap()],
    );
    assert_failed(&output, "the digest is wrong");
}
