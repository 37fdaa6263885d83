//! Whole messages, messages in pieces, and what is refused.

use super::*;

#[test]
fn a_request_comes_back_whole_and_only_whole() {
    let request = Request {
        method: "POST".into(),
        target: "/dm".into(),
        headers: vec![("Host".into(), "127.0.0.1:3516".into())],
        body: b"hello".to_vec(),
    };
    let bytes = request.encode();
    for cut in 0..bytes.len() {
        assert_eq!(
            Request::decode(&bytes[..cut]).unwrap(),
            None,
            "cut at {cut}"
        );
    }
    let (found, used) = Request::decode(&[&bytes[..], b"GET"].concat())
        .unwrap()
        .unwrap();
    assert_eq!(used, bytes.len());
    assert_eq!(found.header("content-length"), Some("5"));
    assert_eq!(found.body, b"hello");
}

/// Shows HTTP-3.
#[test]
fn chunks_are_joined() {
    let bytes =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let (response, used) = Response::decode(bytes).unwrap().unwrap();
    assert_eq!((response.body, used), (b"abcde".to_vec(), bytes.len()));
}

#[test]
fn an_empty_response_has_an_end() {
    let bytes = Response::new(404).encode();
    assert_eq!(Response::decode(&bytes).unwrap().unwrap().1, bytes.len());
}

#[test]
fn what_cannot_be_is_refused() {
    for bytes in [
        &b"\x00\x01\x02 nonsense\r\n\r\n"[..],
        b"POST /dm HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /dm HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /dm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n",
    ] {
        assert!(
            Request::decode(bytes).is_err(),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    assert!(Request::decode(&vec![b'a'; MAX_HEAD + 1]).is_err());
}
