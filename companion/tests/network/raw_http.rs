//! `dmsc serve` and clients that speak HTTP their own way, or not at all.

use super::*;

const XML: &str = "application/vnd.syncml.dm+xml";
const WBXML: &str = "application/vnd.syncml.dm+wbxml";

/// A Package #1 of a client without credentials.
fn package_1(device: &str, session: &str, msg_id: u32) -> String {
    format!(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
         <VerProto>DM/1.2</VerProto><SessionID>{session}</SessionID><MsgID>{msg_id}</MsgID>\
         <Target><LocURI>http://server/dm</LocURI></Target>\
         <Source><LocURI>{device}</LocURI></Source></SyncHdr>\
         <SyncBody><Alert><CmdID>1</CmdID><Data>1201</Data></Alert>\
         <Replace><CmdID>2</CmdID><Item><Source><LocURI>./DevInfo/DevId</LocURI></Source>\
         <Data>{device}</Data></Item></Replace><Final/></SyncBody></SyncML>"
    )
}

fn post(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /dm HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or(answer)
}

/// Shows HTTP-2.
#[test]
fn http_is_refused_in_its_own_words() {
    let server = Server::start(&["--max-msg-size", "2048"]);
    let at = server.address;
    let large = "x".repeat(2049);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "404",
            b"POST /other HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
            "",
        ),
        (
            "404",
            b"GET / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n".to_vec(),
            "",
        ),
        (
            "405",
            b"GET /dm HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n".to_vec(),
            "allow: POST",
        ),
        (
            "415",
            post("text/xml", "<a/>"),
            "accept: application/vnd.syncml.dm+wbxml",
        ),
        (
            "415",
            post("application/vnd.syncml+xml", "<a/>"),
            "A DM message is application/vnd.syncml.dm+wbxml, or application/vnd.syncml.dm+xml",
        ),
        ("413", post(XML, &large), ""),
        ("400", post(XML, "<SyncML><SyncHdr>"), ""),
        ("400", post(WBXML, "\u{3}nonsense"), ""),
        ("400", post(XML, ""), ""),
        // Of no session, and none that could begin one.
        (
            "400",
            post(XML, &package_1("stray", "1", 7).replace("1201", "1222")),
            "",
        ),
        (
            "400",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
            "",
        ),
        ("400", b"POST /dm\r\n\r\n".to_vec(), ""),
    ];
    for (wanted, request, header) in cases {
        let answer = raw(at, &request);
        let sent = String::from_utf8_lossy(&request).into_owned();
        assert_eq!(status(&answer), wanted, "{sent}\n{answer}");
        assert!(answer.contains(header), "{answer}");
    }
    let chunks = |chunk: &str, count: usize| {
        let mut request = format!(
            "POST /dm HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: {XML}\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        for _ in 0..count {
            request.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
        }
        request.push_str("0\r\n\r\n");
        request.into_bytes()
    };
    assert_eq!(status(&raw(at, &chunks(&"x".repeat(512), 8))), "413");
    assert_eq!(status(&raw(at, &chunks(&"x".repeat(512), 2))), "400");
    // After all of that it still serves.
    assert_complete(&client(&server.url(), &["--xml"]));
    let text = server.kill();
    assert!(text.contains("HTTP 415"), "{text}");
    assert!(text.contains("HTTP 413"), "{text}");
}

/// Shows HTTP-7.
#[test]
fn requests_to_others_and_of_other_pages_are_refused() {
    let server = Server::start(&["--host", "dm.example", "--host", "far.example:443"]);
    let at = server.address;
    let ask = |head: &str| raw(at, format!("{head}Connection: close\r\n\r\n").as_bytes());
    let own = format!("GET /dm HTTP/1.1\r\nHost: {at}\r\n");
    let get = |fields: &str| ask(&format!("GET /dm HTTP/1.1\r\n{fields}"));
    // What passes is told that GET is not for this resource.
    for (answer, wanted) in [
        (ask(&own), "405"),
        (get("Host: LOCALHOST.:PORT\r\n"), "405"),
        (get("Host: dm.example:PORT\r\n"), "405"),
        (get("Host: dm.example\r\n"), "405"),
        (get("Host: far.example:443\r\n"), "405"),
        (ask("GET /dm HTTP/1.0\r\n"), "405"),
        (get(""), "400"),
        (
            get("Host: localhost:PORT\r\nHost: localhost:PORT\r\n"),
            "400",
        ),
        (get("Host: me@localhost:PORT\r\n"), "400"),
        (get("Host:\r\n"), "400"),
        (get("Host: evil.example:PORT\r\n"), "421"),
        (get("Host: localhost\r\n"), "421"),
        (get("Host: far.example:PORT\r\n"), "421"),
        (
            ask("GET http://evil.example/dm HTTP/1.1\r\nHost: localhost:PORT\r\n"),
            "421",
        ),
        (
            ask("GET http://localhost:PORT/dm HTTP/1.1\r\nHost: evil.example\r\n"),
            "405",
        ),
        (
            get("Host: localhost:PORT\r\nOrigin: http://localhost:PORT\r\n"),
            "405",
        ),
        (
            get("Host: localhost:PORT\r\nOrigin: http://evil.example\r\n"),
            "403",
        ),
        (
            get("Host: localhost:PORT\r\nOrigin: https://localhost:PORT\r\n"),
            "403",
        ),
        (get("Host: localhost:PORT\r\nOrigin: null\r\n"), "403"),
        (
            get("Host: localhost:PORT\r\nOrigin: https://dm.example\r\n"),
            "405",
        ),
        (
            get("Host: localhost:PORT\r\nTransfer-Encoding: gzip, chunked\r\n"),
            "400",
        ),
        (
            get(
                "Host: localhost:PORT\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
            ),
            "400",
        ),
        (get("Host: localhost:PORT\r\nContent-Length: +4\r\n"), "400"),
    ] {
        assert_eq!(status(&answer), wanted, "{answer}");
        assert!(!answer.contains("access-control"), "{answer}");
    }
    // With a length beside the chunks, whichever comes first, no second request is seen.
    for fields in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    ] {
        let request = format!(
            "POST /dm HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: {XML}\r\n{fields}\r\n\
             0\r\n\r\nGET /second HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n"
        );
        let answer = raw(at, request.as_bytes());
        assert_eq!(status(&answer), "400", "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
}

/// Shows HTTP-2, HTTP-3, HTTP-4.
#[test]
fn a_request_in_chunks_is_a_request() {
    let server = Server::start(&[]);
    let body = package_1("IMEI:1", "1", 1);
    let mut request = format!(
        "POST /dm HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: {XML}; charset=UTF-8\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    for piece in body.as_bytes().chunks(7) {
        let piece = std::str::from_utf8(piece).unwrap();
        request.push_str(&format!("{:X};a=b\r\n{piece}\r\n", piece.len()));
    }
    request.push_str("0\r\nTrailer: x\r\n\r\n");
    let answer = raw(server.address, request.as_bytes());
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(answer.contains(&format!("content-type: {XML}")), "{answer}");
    assert!(answer.contains("cache-control: no-store"), "{answer}");
    assert!(answer.contains("<Data>407</Data>"), "{answer}");
    assert!(answer.contains("NextNonce"), "{answer}");
}

#[test]
fn a_request_octet_by_octet_is_a_request() {
    let server = Server::start(&[]);
    let mut stream = connect(server.address);
    stream.set_nodelay(true).unwrap();
    let request = post(XML, &package_1("IMEI:1", "1", 1));
    for octet in with_port(server.address, &request) {
        stream.write_all(&[octet]).unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), "200", "{answer}");
}

#[test]
fn what_breaks_off_harms_nobody_else() {
    let server = Server::start(&["--sessions", "1"]);
    for part in [1, 30, 120] {
        let request = post(XML, &package_1("IMEI:2", "1", 1));
        let mut stream = connect(server.address);
        stream.write_all(&request[..part]).unwrap();
        drop(stream);
    }
    assert_complete(&client(&server.url(), &[]));
    assert_eq!(server.finish().status, Some(0));
}

/// Shows HTTP-6.
#[test]
fn a_device_that_begins_anew_is_served_anew() {
    let server = Server::start(&["--sessions", "1", "--idle", "1"]);
    let first = raw(server.address, &post(XML, &package_1("IMEI:3", "1", 1)));
    assert_eq!(status(&first), "200");
    // The same message of somebody who has proved nothing is asked anew, and is not told what
    // the first was told.
    let again = raw(server.address, &post(XML, &package_1("IMEI:3", "1", 1)));
    assert_eq!(status(&again), "200");
    for told in ["NextNonce", "RespURI"] {
        let part = |answer: &str| answer.split(told).nth(1).unwrap().to_owned();
        assert_ne!(part(&first), part(&again), "{told}");
    }
    let other = raw(server.address, &post(XML, &package_1("IMEI:3", "2", 1)));
    assert_eq!(status(&other), "200", "{other}");
    assert!(other.contains("<SessionID>2</SessionID>"), "{other}");
    let ended = server.finish();
    assert_eq!(ended.status, Some(1));
    assert!(ended.text.contains("Session broken off"), "{}", ended.text);
}

#[test]
fn a_session_without_life_ends() {
    let server = Server::start(&["--sessions", "1", "--idle", "1"]);
    let answer = raw(server.address, &post(XML, &package_1("IMEI:4", "1", 1)));
    assert_eq!(status(&answer), "200");
    let ended = server.finish();
    assert_eq!(ended.status, Some(1));
    assert!(ended.text.contains("Session broken off"), "{}", ended.text);
    assert!(
        ended.text.contains("0 complete, 1 broken off"),
        "{}",
        ended.text
    );
}

#[test]
fn a_connection_without_life_is_closed() {
    let server = Server::start(&["--idle", "1"]);
    let began = Instant::now();
    let answer = raw(
        server.address,
        b"POST /dm HTTP/1.1\r\nHost: localhost:PORT\r\n",
    );
    assert!(began.elapsed() < PATIENCE / 2, "it was not closed");
    assert!(answer.is_empty() || status(&answer) == "408", "{answer}");
}

#[test]
fn many_devices_leave_room_for_the_next() {
    let server = Server::start(&[]);
    // Sessions that prove nothing, more than the server holds: the oldest give way.
    for n in 0..300 {
        let answer = raw(
            server.address,
            &post(XML, &package_1(&format!("IMEI:{n}"), "1", 1)),
        );
        assert_eq!(status(&answer), "200");
    }
    assert_complete(&client(&server.url(), &[]));
    let text = server.kill();
    assert!(
        text.contains("of IMEI:0, which had proved nothing"),
        "{text}"
    );
}

#[test]
fn a_server_says_who_it_is() {
    let address = Server::start(&[]);
    let named = Server::start(&["--url", "https://dm.example/here"]);
    for (server, source) in [
        (&address, format!("http://{}/dm", address.address)),
        (&named, "https://dm.example/here".to_owned()),
    ] {
        let answer = raw(server.address, &post(XML, &package_1("IMEI:5", "1", 1)));
        let said = format!("<Source><LocURI>{source}</LocURI>");
        assert!(answer.contains(&said), "{answer}");
    }
}
