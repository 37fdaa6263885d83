//! `dmsc client` over TLS, through a relay that speaks it for `dmsc serve`.

use super::odd_servers::{request, response};
use super::*;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::net::TcpListener;
use std::sync::Arc;

/// A certificate of nobody's, for this name; as PEM for the client.
fn certificate(name: &str) -> (Arc<ServerConfig>, String) {
    let key = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let secret = PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], secret.into())
        .unwrap();
    (Arc::new(config), key.cert.pem())
}

/// Takes one TLS connection and hands its requests on; ends when the client does.
fn relay(config: Arc<ServerConfig>, to: SocketAddr) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let connection = ServerConnection::new(config).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        if stream.conn.complete_io(&mut stream.sock).is_err() {
            return;
        }
        let mut behind = connect(to);
        loop {
            let message = request(&mut stream);
            if message.is_empty() {
                return;
            }
            behind.write_all(&message).unwrap();
            stream.write_all(&response(&mut behind)).unwrap();
        }
    });
    (port, thread)
}

#[test]
fn a_session_over_tls() {
    let behind = Server::start(&["--sessions", "1"]);
    let (config, pem) = certificate("localhost");
    let trusted = scratch("ca.pem", pem.as_bytes());
    let (port, thread) = relay(config, behind.address);
    let url = format!("https://localhost:{port}/dm");
    assert_complete(&client(&url, &["--ca", trusted.to_str().unwrap()]));
    thread.join().unwrap();
    assert_eq!(behind.finish().status, Some(0));
}

#[test]
fn a_certificate_of_nobody_is_not_trusted() {
    let behind = Server::start(&[]);
    let (config, _) = certificate("localhost");
    let (port, thread) = relay(config, behind.address);
    let output = client(&format!("https://localhost:{port}/dm"), &[]);
    assert_failed(&output, "TLS");
    thread.join().unwrap();
}

#[test]
fn a_certificate_of_another_is_not_taken() {
    let behind = Server::start(&[]);
    let (config, pem) = certificate("other.example");
    let trusted = scratch("ca-other.pem", pem.as_bytes());
    let (port, thread) = relay(config, behind.address);
    let url = format!("https://localhost:{port}/dm");
    assert_failed(&client(&url, &["--ca", trusted.to_str().unwrap()]), "TLS");
    thread.join().unwrap();
}
