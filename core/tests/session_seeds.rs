//! Scripts of real sessions, from which fuzzing begins: what crossed between our client and our
//! server, once as the client met it and once as the server did. With the variable
//! `DMSC_REFRESH` set they are written into `fuzz/seeds`, else they are held against what is there.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod checks;

use checks::world::{account, auth_type, client_config, plan, tree};
use dmsc_core::client::{self, AlertItem, Answer, DeviceAlert, DmClient};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::notification::{Initiator, UiMode};
use dmsc_core::codec::syncml::{AlertCode, Encoding, StatusCode};
use dmsc_core::server::{self, Config, DmServer};
use std::path::Path;

/// Octets of all seeds of sessions.
const MAX_SEEDS: usize = 200_000;

/// Types of credentials, plan, encoding, whether the client's messages are small.
const RUNS: [(u8, u8, Encoding, bool); 9] = [
    (0, 0, Encoding::Wbxml, false),
    (0, 1, Encoding::Wbxml, false),
    (0, 2, Encoding::Wbxml, true),
    (0, 4, Encoding::Wbxml, false),
    (1 | 1 << 2, 0, Encoding::Xml, false),
    (1 | 1 << 2, 2, Encoding::Xml, false),
    (2 | 2 << 2, 1, Encoding::Wbxml, false),
    (2 | 2 << 2, 3, Encoding::Xml, false),
    (2, 3, Encoding::Wbxml, true),
];

struct Recorder {
    of_client: Vec<u8>,
    of_server: Vec<u8>,
}

fn block(script: &mut Vec<u8>, bytes: &[u8]) {
    script.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
    script.extend(bytes);
}

impl Recorder {
    fn request(&mut self, kind: &str, hmac: Option<&str>, body: &[u8]) {
        let is_xml = Encoding::from_media_type(kind) == Some(Encoding::Xml);
        self.of_server.extend([0, u8::from(is_xml)]);
        let hmac = hmac.unwrap_or_default();
        self.of_server.push(u8::try_from(hmac.len()).unwrap());
        self.of_server.extend(hmac.as_bytes());
        block(&mut self.of_server, body);
    }

    fn response(&mut self, bytes: &[u8]) {
        self.of_client.extend([2, 250]);
        block(&mut self.of_client, bytes);
    }
}

/// A session of a real pair.
fn run(kinds: u8, number: u8, encoding: Encoding, small: bool) -> Recorder {
    let account = account(auth_type(kinds & 3), auth_type(kinds >> 2 & 3));
    let flags = 2 | u8::from(encoding == Encoding::Xml) << 2 | u8::from(small) << 3;
    let mut recorder = Recorder {
        of_client: vec![flags, kinds],
        of_server: vec![0, kinds, number],
    };
    let device = tree(&account, false, true);
    let mut client = DmClient::new(client_config(encoding, small), device);
    let config = Config {
        max_msg_size: 16_384,
        accounts: vec![account],
        seed: 2,
        ..Config::default()
    };
    let mut server = DmServer::new(config, plan(number));
    let alert = DeviceAlert {
        code: AlertCode::GENERIC,
        items: vec![AlertItem {
            media_type: "urn:example".into(),
            format: "chr".into(),
            data: "hello".into(),
            ..AlertItem::default()
        }],
        ..DeviceAlert::default()
    };
    client.handle_alert("dmsc.card", alert).unwrap();
    recorder.of_client.extend([11, 5]);
    recorder.of_client.extend(b"hello\x01");
    let push = server.notification(UiMode::Background, Initiator::Server);
    recorder.of_server.extend([4, 0, 0]);
    recorder.of_client.push(1);
    block(&mut recorder.of_client, &push);
    client.handle_push(&push, 1);
    let mut complete = false;
    while let Some(output) = client.poll() {
        match output {
            client::Output::Connect { .. } => {
                recorder.of_client.push(4);
                client.handle_connected();
            }
            client::Output::Send(outgoing) => {
                let request = outgoing.request;
                let kind = request.header("Content-Type").unwrap();
                let hmac = request.header("x-syncml-hmac");
                recorder.request(kind, hmac, &request.body);
                server.handle_message(kind, hmac, &request.body);
                while let Some(output) = server.poll() {
                    let server::Output::Answer(answer) = output else {
                        continue;
                    };
                    let mut response = Response::new(answer.http_status)
                        .with_body(&answer.content_type, answer.body);
                    if let Some(hmac) = answer.hmac {
                        response.headers.push(("x-syncml-hmac".into(), hmac));
                    }
                    let bytes = response.encode();
                    recorder.response(&bytes);
                    client.handle_data(&bytes, 1);
                }
            }
            client::Output::Ask(question) => {
                let (answer, script) = match question.choices.len() {
                    0 => (Answer::Accept, vec![7, 0]),
                    _ => (Answer::Choices(vec![1]), vec![7, 5, 1, 1]),
                };
                recorder.of_client.extend(script);
                client.handle_answer(answer, 1);
            }
            client::Output::Execute(_) => {
                recorder.of_client.extend([8, 0, 200]);
                client.handle_executed(StatusCode::OK, 1);
            }
            client::Output::Event(client::Event::SessionEnded {
                complete: is,
                reason,
            }) => {
                assert!(is, "{kinds} {number}: {reason}");
                complete = is;
            }
            client::Output::Event(_) | client::Output::Close => {}
        }
    }
    assert!(complete);
    recorder
}

#[test]
fn seeds_of_sessions_are_real_sessions() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let mut size = 0;
    for (kinds, number, encoding, small) in RUNS {
        let recorder = run(kinds, number, encoding, small);
        let name = format!("run-{kinds}-{number}-{encoding:?}").to_lowercase();
        for (check, script) in [
            ("session_client", &recorder.of_client),
            ("session_server", &recorder.of_server),
        ] {
            let path = seeds.join(check).join(&name);
            size += script.len();
            if std::env::var_os("DMSC_REFRESH").is_some() {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, script).unwrap();
            }
            let kept = std::fs::read(&path).unwrap_or_default();
            assert!(kept == *script, "{} is of another session", path.display());
        }
    }
    assert!(size < MAX_SEEDS, "{size} octets");
}
