//! What requests come to: routed, refused, for somebody else.

use super::*;

fn statuses(octets: &[u8]) -> Vec<(u16, bool)> {
    let mut scws = Scws::default();
    let mut web = Web::new(Site::default(), "/dm", 1, 3516);
    scws.feed(octets);
    let mut found = Vec::new();
    while let Some(outcome) = scws.next(&mut web) {
        found.push(match outcome {
            Outcome::Applet(_, ends) => (0, ends),
            Outcome::Answer(response) => (response.status, false),
            Outcome::AnswerAndClose(response) => (response.status, true),
        });
    }
    found
}

/// Shows SCWS-1, SCWS-8, SCWS-10, SCWS-11.
#[test]
fn requests_are_routed_by_path_and_method() {
    for (head, status) in [
        ("GET / HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (200, false)),
        ("HEAD / HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (200, false)),
        ("GET /% HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (400, false)),
        (
            "GET /a/../ HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
            (400, false),
        ),
        (
            "GET /%2F HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
            (404, false),
        ),
        (
            "GET http://127.0.0.1:3516 HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
            (200, false),
        ),
        (
            "GET / HTTP/1.1\r\nHost: [::1]:3516\r\nConnection: close\r\n\r\n",
            (200, true),
        ),
        ("GET / HTTP/1.0\r\n\r\n", (200, true)),
        (
            "GET / HTTP/1.0\r\nConnection: foo, keep-alive\r\n\r\n",
            (200, false),
        ),
        ("GET / HTTP/2.0\r\n\r\n", (505, true)),
        (
            "DELETE / HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
            (405, false),
        ),
        ("PATCH / HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (501, false)),
        ("GET /dm HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (405, false)),
        (
            "GET /dm/trigger HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
            (204, false),
        ),
        (
            "POST /dm?session=1 HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 0\r\n\r\n",
            (0, false),
        ),
        ("POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n", (411, true)),
        (
            "POST /dm2 HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 0\r\n\r\n",
            (404, false),
        ),
        ("\x01\x02\r\n\r\n", (400, true)),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: x\r\n\r\n",
            (400, true),
        ),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            (400, true),
        ),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            (400, true),
        ),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nTransfer-Encoding: gzip\r\n\r\n",
            (400, true),
        ),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 65537\r\n\r\n",
            (413, true),
        ),
        (
            "POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 9999999\r\n\r\n",
            (413, true),
        ),
    ] {
        assert_eq!(statuses(head.as_bytes()), [status], "{head}");
    }
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: [::1]:3516\r\n\r\n",
        "a".repeat(300)
    );
    assert_eq!(statuses(long.as_bytes()), [(414, false)]);
    let longer = format!("GET /{}", "a".repeat(3000));
    assert_eq!(statuses(longer.as_bytes()), [(414, true)]);
}

#[test]
fn requests_that_follow_each_other_are_all_found() {
    let two = b"GET / HTTP/1.1\r\nHost: [::1]:3516\r\n\r\nPOST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nContent-Length: 2\r\n\r\nabGET";
    assert_eq!(statuses(two), [(200, false), (0, false)]);
}

/// Shows SCWS-8.
#[test]
fn what_never_ends_is_refused() {
    let mut long =
        b"POST /dm HTTP/1.1\r\nHost: [::1]:3516\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    while long.len() <= LIMIT {
        long.extend(b"4\r\nabcd\r\n");
    }
    assert_eq!(statuses(&long), [(413, true)]);
}
