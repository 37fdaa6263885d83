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

/// The same, made as an authority's, as simple tools make them.
fn authority(name: &str) -> (Arc<ServerConfig>, String) {
    let secret = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&secret).unwrap();
    let key = PrivatePkcs8KeyDer::from(secret.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), certificate.pem())
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
    let behind = Server::start(&[
        "--sessions",
        "1",
        "--host",
        "127.0.0.1",
        "--host",
        "localhost",
    ]);
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
    let behind = Server::start(&["--host", "127.0.0.1", "--host", "localhost"]);
    let (config, _) = certificate("localhost");
    let (port, thread) = relay(config, behind.address);
    let output = client(&format!("https://localhost:{port}/dm"), &[]);
    assert_failed(&output, "TLS");
    thread.join().unwrap();
}

#[test]
fn a_certificate_of_another_is_not_taken() {
    let behind = Server::start(&["--host", "127.0.0.1", "--host", "localhost"]);
    let (config, pem) = certificate("other.example");
    let trusted = scratch("ca-other.pem", pem.as_bytes());
    let (port, thread) = relay(config, behind.address);
    let url = format!("https://localhost:{port}/dm");
    assert_failed(&client(&url, &["--ca", trusted.to_str().unwrap()]), "TLS");
    thread.join().unwrap();
}

#[test]
fn a_certificate_that_is_named_is_taken_as_it_is() {
    let behind = Server::start(&["--sessions", "1", "--host", "localhost"]);
    let (config, pem) = authority("localhost");
    let trusted = scratch("ca-own.pem", pem.as_bytes());
    let (port, thread) = relay(config, behind.address);
    let url = format!("https://localhost:{port}/dm");
    assert_complete(&client(&url, &["--ca", trusted.to_str().unwrap()]));
    thread.join().unwrap();
    assert_eq!(behind.finish().status, Some(0));
}

#[test]
fn a_certificate_that_is_not_taken_says_what_to_do() {
    let behind = Server::start(&[]);
    for (made, name, named, why) in [
        (
            certificate as fn(&str) -> (Arc<ServerConfig>, String),
            "localhost",
            false,
            "in the file of --ca",
        ),
        (authority, "localhost", false, "--ca takes it"),
        (certificate, "other.example", true, "subjectAltName"),
        (authority, "other.example", true, "subjectAltName"),
    ] {
        let (config, pem) = made(name);
        let trusted = scratch(&format!("ca-{name}.pem"), pem.as_bytes());
        let (port, thread) = relay(config, behind.address);
        let url = format!("https://localhost:{port}/dm");
        let arguments = ["--ca", trusted.to_str().unwrap()];
        let output = client(&url, if named { &arguments } else { &[] });
        assert_failed(&output, why);
        thread.join().unwrap();
    }
}

/// A server proved by TLS alone needs no secret; over plain HTTP nothing proves it.
#[test]
fn a_server_proved_by_tls() {
    let behind = Server::start(&[
        "--sessions",
        "1",
        "--host",
        "localhost",
        "--server-secret",
        "unknown to the client",
    ]);
    let (config, pem) = certificate("localhost");
    let trusted = scratch("ca-tls.pem", pem.as_bytes());
    let (port, thread) = relay(config, behind.address);
    let url = format!("https://localhost:{port}/dm");
    let tls = ["--server-auth", "tls", "--ca", trusted.to_str().unwrap()];
    let output = client(&url, &tls);
    assert_complete(&output);
    assert!(stdout(&output).contains("Results ./DevInfo/Man"));
    thread.join().unwrap();
    behind.finish();

    let open = Server::start(&["--server-secret", "unknown to the client"]);
    let output = client(&open.url(), &["--server-auth", "tls"]);
    assert_failed(&output, "https");
    assert!(!stdout(&output).contains("Package #1"));
    let output = client(&open.url(), &["--server-auth", "none"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("warning"), "{}", stderr(&output));
    let output = client(&open.url(), &["--device-id", "IMEI:7"]);
    assert_failed(&output, "credentials");
}
