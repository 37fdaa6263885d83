//! The card web server through terminal and channel: methods, rights, pieces, ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod pair;

use dmsc_core::card::{self, Access, Resource, Rule, Scheme, Site, User};
use dmsc_core::codec::auth::md5;
use dmsc_core::codec::hex;
use dmsc_core::codec::http::Response;
use dmsc_core::terminal::{Config, Output};
use pair::Pair;

fn rule(path: &str, scheme: Scheme, read: Access, write: Access) -> Rule {
    Rule {
        path: path.to_owned(),
        scheme,
        read,
        write,
    }
}

fn users(names: &[&str]) -> Access {
    Access::Users(names.iter().map(|n| (*n).to_owned()).collect())
}

fn site() -> Site {
    let user = |name: &str| User {
        name: name.to_owned(),
        password: format!("{name}-secret"),
    };
    let page = |path: &str| Resource {
        path: path.to_owned(),
        media_type: "text/plain".to_owned(),
        body: path.as_bytes().to_vec(),
    };
    Site {
        realm: "card".to_owned(),
        resources: ["/", "/basic/a", "/digest/a", "/closed"].map(page).to_vec(),
        rules: vec![
            rule("/basic", Scheme::Basic, users(&["anna"]), Access::Nobody),
            rule(
                "/digest",
                Scheme::Digest,
                users(&["anna"]),
                users(&["otto"]),
            ),
            rule("/closed", Scheme::Basic, Access::Nobody, Access::Nobody),
            rule("/free", Scheme::Basic, Access::Everyone, Access::Everyone),
        ],
        users: vec![user("anna"), user("otto")],
    }
}

/// A client connected to a card with the site.
struct Client {
    pair: Pair,
    octets: Vec<u8>,
    closed: bool,
}

impl Client {
    fn new(config: card::Config) -> Self {
        let mut pair = Pair::booted(config, Config::default());
        pair.take_said();
        pair.terminal.handle_connect(3516);
        pair.settle();
        Client {
            pair,
            octets: Vec::new(),
            closed: false,
        }
    }

    fn of_site() -> Self {
        Client::new(card::Config {
            site: site(),
            ..card::Config::default()
        })
    }

    fn send(&mut self, octets: &[u8]) {
        self.pair.terminal.handle_data(octets);
        self.pair.settle();
        for output in self.pair.take_said() {
            match output {
                Output::Data(bytes) => self.octets.extend(bytes),
                Output::Closed => self.closed = true,
                _ => {}
            }
        }
    }

    fn responses(&mut self) -> Vec<Response> {
        let mut found = Vec::new();
        while let Some((response, used)) = Response::decode(&self.octets).unwrap() {
            self.octets.drain(..used);
            found.push(response);
            if self.octets.is_empty() {
                break;
            }
        }
        found
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Response {
        let (length, body) = if matches!(method, "POST" | "PUT") {
            (format!("Content-Length: {}\r\n", body.len()), body)
        } else {
            (String::new(), "")
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:3516\r\n{length}{headers}\r\n{body}"
        );
        self.send(request.as_bytes());
        let responses = self.responses();
        assert_eq!(responses.len(), 1, "{method} {path}: {responses:?}");
        responses.into_iter().next().unwrap()
    }

    fn status(&mut self, method: &str, path: &str, headers: &str) -> u16 {
        self.ask(method, path, headers, "x").status
    }
}

fn lower(octets: &[u8]) -> String {
    hex::encode(octets).to_lowercase()
}

/// The Authorization header that answers a challenge.
fn digest(challenge: &Response, user: &str, method: &str, uri: &str, nc: u32) -> String {
    let value = challenge.header("WWW-Authenticate").unwrap();
    let nonce = value.split("nonce=\"").nth(1).unwrap();
    let nonce = nonce.split('"').next().unwrap();
    let ha1 = lower(&md5(format!("{user}:card:{user}-secret").as_bytes()));
    let ha2 = lower(&md5(format!("{method}:{uri}").as_bytes()));
    let text = format!("{ha1}:{nonce}:{nc:08x}:c:auth:{ha2}");
    let response = lower(&md5(text.as_bytes()));
    format!(
        "Authorization: Digest username=\"{user}\", realm=\"card\", nonce=\"{nonce}\", uri=\"{uri}\", qop=auth, nc={nc:08x}, cnonce=\"c\", response=\"{response}\"\r\n"
    )
}

/// Shows SCWS-1, SCWS-5.
#[test]
fn methods_do_what_they_say() {
    let mut client = Client::of_site();
    let get = client.ask("GET", "/", "", "");
    assert_eq!((get.status, &get.body[..]), (200, &b"/"[..]));
    client.send(b"HEAD / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
    let head = String::from_utf8(std::mem::take(&mut client.octets)).unwrap();
    assert!(head.ends_with("Content-Length: 1\r\n\r\n"), "{head}");
    assert_eq!(client.status("GET", "/nothing", ""), 404);
    assert_eq!(
        client.status("PUT", "/free/page", "Content-Type: text/html\r\n"),
        201
    );
    assert_eq!(
        client.status("PUT", "/free/page", "Content-Type: text/html\r\n"),
        204
    );
    let page = client.ask("GET", "/free/page", "", "");
    assert_eq!(page.header("Content-Type"), Some("text/html"));
    assert_eq!(client.status("DELETE", "/free/page", ""), 204);
    assert_eq!(client.status("DELETE", "/free/page", ""), 404);
    let refused = client.ask("PUT", "/", "", "x");
    assert_eq!(
        (refused.status, refused.header("Allow")),
        (405, Some("GET, HEAD"))
    );
    assert_eq!(client.status("GET", "/closed", ""), 403);
    assert_eq!(client.status("PROPFIND", "/", ""), 501);
    assert!(!client.closed, "the connection lives on");
    assert_eq!(client.status("GET", "/", "Connection: close\r\n"), 200);
    assert!(client.closed);
}

/// Shows SCWS-11, SCWS-12, SCWS-13.
#[test]
fn the_ends_of_messages_and_their_addresses_are_not_guessed() {
    let text = include_str!("vectors/http.txt");
    let mut cases = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        match line.strip_prefix("  ") {
            Some(octets) => {
                let (_, _, all): &mut (_, _, Vec<u8>) = cases.last_mut().unwrap();
                all.extend(hex::decode(octets).unwrap());
            }
            None => {
                let mut parts = line.split(" | ");
                let (name, statuses) = (parts.next().unwrap(), parts.next().unwrap());
                cases.push((name, statuses, Vec::new()));
            }
        }
    }
    assert!(cases.len() > 30);
    for (name, wanted, octets) in cases {
        // Whole, and octet by octet: where a piece ends changes nothing.
        for size in [octets.len(), 1] {
            let mut client = Client::new(card::Config::default());
            for piece in octets.chunks(size) {
                client.send(piece);
            }
            let responses = client.responses();
            let mut found: Vec<String> = responses.iter().map(|r| r.status.to_string()).collect();
            if client.closed {
                found.push("close".to_owned());
            }
            assert_eq!(found.join(" "), wanted, "{name}, pieces of {size}");
        }
    }
}

/// Shows SCWS-9.
#[test]
fn what_was_put_outlives_a_reset() {
    let mut client = Client::of_site();
    assert_eq!(client.status("PUT", "/free/page", ""), 201);
    client.pair.terminal.handle_power_on();
    client.pair.settle();
    client.pair.take_said();
    client.pair.terminal.handle_connect(3516);
    assert_eq!(client.status("GET", "/free/page", ""), 200);
}

/// Shows SCWS-3, SCWS-5.
#[test]
fn basic_wants_name_and_password() {
    let mut client = Client::of_site();
    let challenge = client.ask("GET", "/basic/a", "", "");
    let value = challenge.header("WWW-Authenticate");
    assert_eq!(challenge.status, 401);
    assert_eq!(value, Some("Basic realm=\"card\", charset=\"UTF-8\""));
    let with = |user: &str, password: &str| {
        let text = format!("{user}:{password}");
        let coded = dmsc_core::codec::auth::base64(text.as_bytes());
        format!("Authorization: Basic {coded}\r\n")
    };
    for (headers, status) in [
        (with("anna", "anna-secret"), 200),
        (with("anna", "otto-secret"), 401),
        (with("nobody", ""), 401),
        // Known, but not one of those who may.
        (with("otto", "otto-secret"), 403),
        ("Authorization: Basic %%%\r\n".to_owned(), 401),
        ("Authorization: Bearer x\r\n".to_owned(), 401),
        ("Authorization: Basic\r\n".to_owned(), 401),
    ] {
        assert_eq!(
            client.status("GET", "/basic/a", &headers),
            status,
            "{headers}"
        );
    }
    // What is not there is told only to who may know.
    assert_eq!(client.status("GET", "/basic/b", ""), 401);
    let anna = with("anna", "anna-secret");
    assert_eq!(client.status("GET", "/basic/b", &anna), 404);
}

/// Shows SCWS-4, SCWS-5.
#[test]
fn digest_wants_a_proof_for_each_request() {
    let mut client = Client::of_site();
    let challenge = client.ask("GET", "/digest/a", "", "");
    assert_eq!(challenge.status, 401);
    let good = digest(&challenge, "anna", "GET", "/digest/a", 1);
    assert_eq!(client.status("GET", "/digest/a", &good), 200);
    let again = client.ask("GET", "/digest/a", &good, "");
    assert_eq!(again.status, 401, "heard on the way");
    assert!(
        again
            .header("WWW-Authenticate")
            .unwrap()
            .ends_with("stale=true")
    );
    let next = digest(&challenge, "anna", "GET", "/digest/a", 2);
    assert_eq!(client.status("GET", "/digest/a", &next), 200);
    // For another method or path it is none.
    let fresh = digest(&again, "otto", "GET", "/digest/a", 1);
    assert_eq!(client.status("PUT", "/digest/a", &fresh), 401);
    let other = digest(&again, "otto", "PUT", "/digest/b", 1);
    assert_eq!(client.status("PUT", "/digest/a", &other), 401);
    let put = digest(&again, "otto", "PUT", "/digest/a", 1);
    assert_eq!(client.status("PUT", "/digest/a", &put), 204);
    let read = digest(&again, "otto", "GET", "/digest/a", 2);
    assert_eq!(client.status("GET", "/digest/a", &read), 403);
    // A wrong proof does not use a nonce up, and nonces grow old.
    for _ in 0..8 {
        client.ask("GET", "/digest/a", "", "");
    }
    let old = digest(&again, "anna", "GET", "/digest/a", 9);
    assert_eq!(client.status("GET", "/digest/a", &old), 401);
}

/// Shows SCWS-2, SCWS-10.
#[test]
fn requests_come_in_any_pieces_and_answers_in_their_order() {
    let long = "x".repeat(5_000);
    let all = format!(
        "GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\nPUT /free/a HTTP/1.1\r\nHost: localhost:3516\r\nContent-Length: 5000\r\n\r\n{long}\
         PUT /free/b HTTP/1.1\r\nHost: localhost:3516\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
         GET /free/b HTTP/1.1\r\nHost: localhost:3516\r\n\r\nGET /free/a HTTP/1.1\r\nHost: localhost:3516\r\n\r\nPOST /dm HTTP/1.1\r\nHost: localhost:3516\r\n\
         Content-Length: 2\r\n\r\nhiGET /nothing HTTP/1.1\r\nHost: localhost:3516\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n"
    );
    for size in [1, 7, 237, 238, 1_400, 10_000] {
        let mut client = Client::of_site();
        for piece in all.as_bytes().chunks(size) {
            client.send(piece);
        }
        let responses = client.responses();
        let statuses: Vec<u16> = responses.iter().map(|r| r.status).collect();
        assert_eq!(
            statuses,
            [200, 201, 201, 200, 200, 200, 404],
            "pieces of {size}"
        );
        assert_eq!(responses[3].body, b"abc");
        assert_eq!(responses[4].body.len(), 5_000);
        assert!(client.closed, "pieces of {size}");
        let bodies: Vec<_> = client.pair.card_said.iter().filter(|o| {
            matches!(o, card::Output::AppletRequest { request, .. } if request.body == b"hi")
        }).collect();
        assert_eq!(bodies.len(), 1);
    }
}

/// Shows SCWS-8.
#[test]
fn the_store_has_an_end() {
    let mut client = Client::of_site();
    let body = "x".repeat(40_000);
    for n in 0..4 {
        let status = client.ask("PUT", &format!("/free/{n}"), "", &body).status;
        assert_eq!(status, if n < 3 { 201 } else { 413 }, "{n}");
    }
    let mut client = Client::of_site();
    let room = card::MAX_RESOURCES - site().resources.len();
    for n in 0..=room {
        let status = client.status("PUT", &format!("/free/{n}"), "");
        assert_eq!(status, if n < room { 201 } else { 413 }, "{n}");
    }
}

/// Shows SCWS-11.
#[test]
fn no_octets_break_the_server() {
    let mut seed: u64 = 7;
    let mut dice = move |sides: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % sides
    };
    let parts = [
        "GET / HTTP/1.1\r\nHost: localhost:3516\r\n",
        "PUT /free/a HTTP/1.1\r\nHost: localhost:3516\r\n",
        "POST /dm HTTP/1.1\r\nHost: localhost:3516\r\n",
        "GET /digest/a HTTP/1.0\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Authorization: Digest username=\"a\", nonce=, uri=\"\\\r\n",
        "Authorization: Basic OjpvOg==\r\n",
        "\r\n",
        "\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "\0\u{7F}%",
        "GET /%zz HTTP/9.9\r\n\r\n",
    ];
    let mut client = Client::of_site();
    let mut answers = 0;
    for _ in 0..3_000 {
        client.send(parts[dice(parts.len())].as_bytes());
        answers += client
            .octets
            .windows(9)
            .filter(|w| w == b"HTTP/1.1 ")
            .count();
        client.octets.clear();
        if client.closed || dice(50) == 0 {
            client.closed = false;
            client.pair.terminal.handle_close();
            client.pair.settle();
            client.pair.terminal.handle_connect(3516);
            client.pair.settle();
            client.pair.apdus.clear();
            client.pair.card_said.clear();
        }
    }
    assert!(answers > 300, "{answers}");
    // It still serves.
    client.pair.terminal.handle_close();
    client.pair.settle();
    client.pair.terminal.handle_connect(3516);
    client.octets.clear();
    assert_eq!(client.status("GET", "/", ""), 200);
}
