//! `dmsc serve` and one peer that does all it can to keep others out.

use super::*;
use std::net::IpAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// How long another client may have to wait for its answer.
const SOON: Duration = Duration::from_secs(1);

/// Connections of the flood: more than the server holds.
const MANY: usize = 400;

async fn from(address: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    let source = SocketAddr::new(IpAddr::from(address), 0);
    socket.bind(source).unwrap();
    socket.connect(to).await.unwrap()
}

fn opening(device: &str) -> String {
    format!(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
         <VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID>\
         <Target><LocURI>http://server/dm</LocURI></Target>\
         <Source><LocURI>{device}</LocURI></Source></SyncHdr>\
         <SyncBody><Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Final/></SyncBody></SyncML>"
    )
}

fn post(at: SocketAddr, body: &str) -> Vec<u8> {
    format!(
        "POST /dm HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/vnd.syncml.dm+xml\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The head of the answer to one message on a new connection.
async fn answer(source: [u8; 4], to: SocketAddr, device: &str) -> String {
    let mut stream = from(source, to).await;
    stream.write_all(&post(to, &opening(device))).await.unwrap();
    let mut head = vec![0; 4096];
    let count = stream.read(&mut head).await.unwrap();
    String::from_utf8_lossy(&head[..count]).into_owned()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_peer_does_not_keep_another_out() {
    const FLOOD: [u8; 4] = [127, 0, 0, 2];
    const OTHER: [u8; 4] = [127, 0, 0, 1];
    let server = Server::start(&[]);
    let at = server.address;
    let head = post(at, &opening("IMEI:2"));
    // Idle, cut off in the head, cut off in the body: whatever holds a connection.
    for part in [&b""[..], &head[..20], &head[..head.len() - 10]] {
        let mut held = Vec::new();
        for _ in 0..MANY {
            let mut stream = from(FLOOD, at).await;
            let _ = stream.write_all(part).await;
            held.push(stream);
        }
        let answered = tokio::time::timeout(SOON, answer(OTHER, at, "IMEI:1")).await;
        let answered = answered.unwrap_or_else(|_| panic!("{} bytes keep others out", part.len()));
        assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    }
    // Whole messages that prove nothing: sessions without end.
    for n in 0..MANY {
        let answered = answer(FLOOD, at, &format!("IMEI:9{n}")).await;
        assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    }
    let answered = tokio::time::timeout(SOON, answer(OTHER, at, "IMEI:3")).await;
    let answered = answered.expect("sessions keep others out");
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    let text = server.kill();
    assert!(text.contains("gave way to another"), "{text}");
}

/// A head that never ends is not waited for as long as a session is.
#[tokio::test]
async fn a_head_has_its_time() {
    let server = Server::start(&["--idle", "50"]);
    let mut stream = from([127, 0, 0, 1], server.address).await;
    let began = Instant::now();
    let trickle = async {
        loop {
            // Bytes now and then, so that the connection is never idle.
            if stream.write_all(b"P").await.is_err() {
                return;
            }
            let mut one = [0];
            let wait = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut one));
            if let Ok(Ok(0) | Err(_)) = wait.await {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, trickle)
        .await
        .expect("it was not closed");
    assert!(began.elapsed() < Duration::from_secs(25));
}
