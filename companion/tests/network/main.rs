//! DM over the network: `dmsc serve` and `dmsc client` with each other over loopback, and each
//! with a peer that does what it should not.
//!
//! Every process and every thread here ends by itself; ports are those the system gives.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod command_line;
mod flood;
mod https;
mod odd_servers;
mod raw_http;
mod sessions;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Seconds after which a server of a test ends, whatever became of the test.
const LONGEST_S: &str = "60";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `dmsc serve`.
struct Server {
    child: Child,
    address: SocketAddr,
    output: Option<JoinHandle<String>>,
}

/// What a server left.
struct Ended {
    status: Option<i32>,
    text: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dmsc"))
            .args(["serve", "--listen", "127.0.0.1:0", "--for", LONGEST_S])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let url = first.split_whitespace().last().expect("an address");
        let address = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/dm"))
            .unwrap_or_else(|| panic!("no address in {first:?}"))
            .parse()
            .unwrap();
        let output = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = output.read_to_string(&mut text);
            text
        });
        Server {
            child,
            address,
            output: Some(output),
        }
    }

    fn url(&self) -> String {
        format!("http://{}/dm", self.address)
    }

    /// Waits until it ends by itself.
    fn finish(mut self) -> Ended {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        Ended {
            status: status.code(),
            text: self.output.take().unwrap().join().unwrap(),
        }
    }

    /// Ends it where it is.
    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.output.take().unwrap().join().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `dmsc` to its end.
fn dmsc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs `dmsc client` against a URL.
fn client(url: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["client", url];
    all.extend(arguments);
    dmsc(&all)
}

/// Runs `dmsc client` with lines typed beforehand.
fn client_typing(url: &str, arguments: &[&str], lines: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(["client", url])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The session ended in good order.
fn assert_complete(output: &Output) {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}\n{}",
        stdout(output),
        stderr(output)
    );
    assert_eq!(stderr(output), "");
}

/// The session failed, and this was said of it.
fn assert_failed(output: &Output, why: &str) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{}\n{said}", stdout(output));
    assert!(said.starts_with("dmsc: the session failed: "), "{said}");
    assert!(said.contains(why), "{said:?} lacks {why:?}");
}

/// A file that no other test writes.
fn scratch(name: &str, content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("dmsc-net-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

/// Writes octets to an address and reads what comes until the peer closes. `PORT` in them stands
/// for that of the address.
fn raw(address: SocketAddr, octets: &[u8]) -> String {
    let mut stream = connect(address);
    // A server that refuses early may not read all of it.
    let _ = stream.write_all(&with_port(address, octets));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn with_port(address: SocketAddr, octets: &[u8]) -> Vec<u8> {
    let port = address.port().to_string();
    let mut parts = Vec::new();
    let mut rest = octets;
    while let Some(at) = rest.windows(4).position(|w| w == b"PORT") {
        parts.extend_from_slice(&rest[..at]);
        parts.extend_from_slice(port.as_bytes());
        rest = &rest[at + 4..];
    }
    parts.extend_from_slice(rest);
    parts
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}
