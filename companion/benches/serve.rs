//! How many sessions `dmsc serve` holds in a second, with the clients beside it on the same
//! machine: `cargo bench -p dmsc --bench serve`.
//!
//! Each client is a DM Client of the core on a thread of its own and opens a connection for each
//! session, in which both sides prove themselves. The clients' own time is part of the figure.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints its result"
)]

use dmsc_core::client::{Config, DmClient, Event, Output};
use dmsc_core::codec::auth::{Account, AuthType, Credentials};
use dmsc_core::tree::standard::{Device, device_tree};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clients at the same time.
const CLIENTS: u64 = 4;

/// How long is counted.
const COUNTED: Duration = Duration::from_secs(5);

/// A server that ends with the bench.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(["serve", "--listen", "127.0.0.1:0", "--for", "60"])
        .args(["--account", "bench:secret", "--server-secret", "other"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let server = Server(child);
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    let url = first.split_whitespace().last().unwrap().to_owned();
    // What it tells of its sessions is read, or it would wait.
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = output.read_to_end(&mut all);
    });
    let until = Instant::now() + COUNTED;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let url = url.clone();
            std::thread::spawn(move || sessions(number, &url, until))
        })
        .collect();
    let sessions: u32 = clients
        .into_iter()
        .map(|client| client.join().unwrap())
        .sum();
    let rate = f64::from(sessions) / COUNTED.as_secs_f64();
    println!("{sessions} sessions by {CLIENTS} clients in {COUNTED:?}: {rate:.0} a second");
    drop(server);
}

/// Opens one session after the other until the time is over, and counts them.
fn sessions(number: u64, url: &str, until: Instant) -> u32 {
    let credentials = |name: &str, secret: &str| Credentials {
        auth_type: AuthType::Md5,
        name: name.to_owned(),
        secret: secret.to_owned(),
        nonce: Vec::new(),
    };
    let account = Account {
        server_id: "dmsc.card".to_owned(),
        address: url.to_owned(),
        client: credentials("bench", "secret"),
        server: credentials("dmsc.card", "other"),
    };
    let device_id = format!("IMEI:{number:015}");
    let device = Device {
        device_id: device_id.clone(),
        ..Device::default()
    };
    let config = Config {
        device_id,
        seed: number,
        ..Config::default()
    };
    let mut client = DmClient::new(config, device_tree(&device, &[("Bench", account)]));
    let address = url.trim_start_matches("http://").trim_end_matches("/dm");
    let address: SocketAddr = address.parse().unwrap();
    let mut done = 0;
    while Instant::now() < until {
        session(&mut client, address);
        done += 1;
    }
    done
}

fn session(client: &mut DmClient, address: SocketAddr) {
    client.handle_start("dmsc.card", 0);
    let mut stream = None;
    let mut buffer = [0; 16 * 1024];
    loop {
        match client.poll() {
            Some(Output::Connect { .. }) => {
                stream = Some(TcpStream::connect(address).unwrap());
                client.handle_connected();
            }
            Some(Output::Send(message)) => {
                let stream: &mut TcpStream = stream.as_mut().unwrap();
                stream.write_all(&message.request.encode()).unwrap();
            }
            Some(Output::Event(Event::SessionEnded { complete, reason })) => {
                assert!(complete, "{reason}");
                return;
            }
            Some(_) => {}
            None => {
                let length = stream.as_mut().unwrap().read(&mut buffer).unwrap();
                assert!(length > 0, "the server closed the connection");
                client.handle_data(&buffer[..length], 0);
            }
        }
    }
}
