//! TLS with a pre-shared key against a program that others wrote: `openssl s_server` and
//! `openssl s_client`, on the loopback, each bounded in time. Where the program is missing the
//! test says `skipped:` and why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "peers/programs.rs"]
mod programs;

use dmsc_core::codec::tls::Description;
use dmsc_core::tls::{Connection, Ending, Output, PreSharedKey};
use programs::is_there;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KEY: &str = "101112131415161718191A1B1C1D1E1F";
const WRONG_KEY: &str = "202122232425262728292A2B2C2D2E2F";
const SUITE: &str = "PSK-AES128-CBC-SHA256";

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(20);

fn psk() -> PreSharedKey {
    PreSharedKey {
        identity: b"dmsc.card".to_vec(),
        key: (0x10..=0x1F).collect(),
    }
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn openssl(command: &str, address: &str, arguments: &[&str]) -> Running {
    let (option, output) = match command {
        "s_server" => ("-accept", Stdio::null()),
        _ => ("-connect", Stdio::piped()),
    };
    let child = Command::new("openssl")
        .args([command, option, address, "-tls1_2"])
        .args(["-psk_identity", "dmsc.card"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(output)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Running(child)
}

/// One of our ends on a stream, until it is over; what the peer sent, and how it ended. Once it
/// is established it says its words; a server says them when it was asked, and closes.
fn drive(
    mut end: Connection,
    mut stream: TcpStream,
    words: &[u8],
    closes: bool,
) -> (Vec<u8>, Option<Ending>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut data, mut ending, mut count) = (Vec::new(), None, 0u8);
    loop {
        while let Some(output) = end.poll(|| {
            count = count.wrapping_add(1);
            [count; 16]
        }) {
            match output {
                Output::Record(record) => {
                    // The peer may be gone by now, which the next reading tells.
                    let _ = stream.write_all(&record);
                }
                Output::Established if !closes => end.handle_send(words),
                Output::Established => {}
                Output::Data(part) => {
                    data.extend(part);
                    if closes && data.ends_with(b"\n") {
                        end.handle_send(words);
                        end.handle_close();
                    }
                }
                Output::Ended(by) => ending = Some(by),
            }
        }
        if ending.is_some() {
            return (data, ending);
        }
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes) {
            Ok(0) => end.handle_closed(),
            Ok(read) => end.handle_data(&bytes[..read]),
            Err(_) => return (data, ending),
        }
    }
}

/// `openssl s_server` with this key, and our client with the right one.
fn against_server(key: &str) -> (Vec<u8>, Option<Ending>) {
    // A port that was free a moment ago; whoever took it since speaks no such TLS.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let address = format!("127.0.0.1:{port}");
    let arguments = ["-nocert", "-psk", key, "-cipher", SUITE, "-www"];
    let _server = openssl("s_server", &address, &arguments);
    let begun = Instant::now();
    let stream = loop {
        match TcpStream::connect(&address) {
            Ok(stream) => break stream,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let client = Connection::client(psk(), std::array::from_fn(|n| n as u8));
    drive(client, stream, b"GET / HTTP/1.0\r\n\r\n", false)
}

/// `openssl s_client` with these arguments, and our server; what the server found, and what the
/// client printed.
fn against_client(arguments: &[&str], asks: &str) -> (Vec<u8>, Option<Ending>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = openssl("s_client", &address, arguments);
    let mut stdin = client.0.stdin.take().unwrap();
    stdin.write_all(asks.as_bytes()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let server = Connection::server(vec![psk()], std::array::from_fn(|n| 0x80 + n as u8));
    let (data, ending) = drive(
        server,
        stream,
        b"HTTP/1.0 200 OK\r\n\r\nfrom the card\n",
        true,
    );
    // The client ends by itself when the connection is over.
    drop(stdin);
    let mut printed = String::new();
    let output = client.0.stdout.as_mut().unwrap();
    output.read_to_string(&mut printed).unwrap();
    (data, ending, printed)
}

#[test]
fn openssl_serves_our_client() {
    if !is_there("openssl", "openssl") {
        return;
    }
    let (data, ending) = against_server(KEY);
    let text = String::from_utf8_lossy(&data);
    assert!(text.starts_with("HTTP/1.0 200 ok"), "{text}");
    assert!(text.contains(SUITE), "{text}");
    assert_eq!(ending, Some(Ending::Closed));
    // The keys differ, so that Finished cannot be deciphered.
    let (data, ending) = against_server(WRONG_KEY);
    assert!(data.is_empty());
    assert_eq!(ending, Some(Ending::Told(Description::BAD_RECORD_MAC)));
}

#[test]
fn openssl_asks_our_server() {
    if !is_there("openssl", "openssl") {
        return;
    }
    let right = ["-psk", KEY, "-cipher", SUITE, "-quiet"];
    let (data, ending, printed) = against_client(&right, "GET / HTTP/1.0\n");
    assert_eq!(data, b"GET / HTTP/1.0\n");
    assert_eq!(ending, Some(Ending::Closed));
    assert!(printed.contains("from the card"), "{printed}");

    let wrong = ["-psk", WRONG_KEY, "-cipher", SUITE, "-quiet"];
    let (data, ending, printed) = against_client(&wrong, "GET / HTTP/1.0\n");
    assert!(data.is_empty() && !printed.contains("from the card"));
    let refused = Ending::Refused(Description::BAD_RECORD_MAC);
    assert_eq!(ending, Some(refused));

    let stranger = [&right[..], &["-psk_identity", "dmsc.cart"]].concat();
    let (_, ending, _) = against_client(&stranger, "GET / HTTP/1.0\n");
    let refused = Ending::Refused(Description::UNKNOWN_PSK_IDENTITY);
    assert_eq!(ending, Some(refused));

    let in_clear = [
        "-psk",
        KEY,
        "-cipher",
        "PSK-NULL-SHA256:@SECLEVEL=0",
        "-quiet",
    ];
    let (_, ending, _) = against_client(&in_clear, "GET / HTTP/1.0\n");
    let refused = Ending::Refused(Description::HANDSHAKE_FAILURE);
    assert_eq!(ending, Some(refused));
}

#[test]
fn openssl_is_refused_a_second_handshake() {
    if !is_there("openssl", "openssl") {
        return;
    }
    // Without -quiet a line `R` asks for a new handshake; the client takes the warning for an end.
    let arguments = ["-psk", KEY, "-cipher", SUITE];
    let (data, ending, printed) = against_client(&arguments, "R\n");
    assert!(data.is_empty(), "{printed}");
    let told = Ending::Told(Description::HANDSHAKE_FAILURE);
    assert_eq!(ending, Some(told), "{printed}");
}
