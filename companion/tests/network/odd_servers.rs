//! `dmsc client` and servers that do what a client has to survive.

use super::*;
use std::net::TcpListener;

/// What a server does with one connection.
type Act = Box<dyn FnOnce(TcpStream) + Send>;

/// A server that serves one connection after the other, each its own way, and ends.
fn server(acts: Vec<Act>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/dm", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        for act in acts {
            let (stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            act(stream);
        }
    });
    (url, thread)
}

/// Reads one request, head and body.
pub(super) fn request(stream: &mut impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    let mut octet = [0];
    while !all.ends_with(b"\r\n\r\n") {
        if stream.read(&mut octet).unwrap() == 0 {
            return all;
        }
        all.push(octet[0]);
    }
    let head = String::from_utf8_lossy(&all).to_ascii_lowercase();
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |value| value.trim().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    all.extend(body);
    all
}

/// Answers one request with these octets and closes.
fn answering(octets: &'static [u8]) -> Act {
    Box::new(move |mut stream| {
        request(&mut stream);
        stream.write_all(octets).unwrap();
    })
}

fn assert_fails_with(acts: Vec<Act>, arguments: &[&str], why: &str) -> Output {
    let (url, thread) = server(acts);
    let output = client(&url, arguments);
    thread.join().unwrap();
    assert_failed(&output, why);
    assert!(
        stdout(&output).contains("The tree is as it was."),
        "{}",
        stdout(&output)
    );
    output
}

#[test]
fn answers_that_are_none_end_the_session() {
    for (answer, why) in [
        (
            &b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"[..],
            "HTTP 500",
        ),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
            "HTTP 404",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "the response has no message",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.syncml.dm+xml\r\nContent-Length: 9\r\n\r\n<SyncML><",
            "the message cannot be read",
        ),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "broke off"),
        (b"", "closed the connection"),
    ] {
        assert_fails_with(vec![answering(answer)], &[], why);
    }
}

#[test]
fn a_malformed_message_is_told_with_its_place() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.syncml.dm+xml\r\n\
        Content-Length: 27\r\n\r\n<SyncML><SyncHdr></SyncXdr>";
    let output = assert_fails_with(vec![answering(answer)], &["--xml"], "cannot be read");
    assert!(
        stdout(&output).contains("Malformed bytes"),
        "{}",
        stdout(&output)
    );
    assert!(
        stdout(&output).contains("at byte 17"),
        "{}",
        stdout(&output)
    );
    // What could be read stands below, field by field.
    assert!(
        stdout(&output).contains("8..17     SyncHdr"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn an_answer_larger_than_any_is_not_read_to_its_end() {
    let endless: Act = Box::new(|mut stream| {
        request(&mut stream);
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).unwrap();
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        // Until the client has enough.
        for _ in 0..10_000 {
            if stream.write_all(chunk.as_bytes()).is_err() {
                return;
            }
        }
        panic!("the client read it all");
    });
    assert_fails_with(vec![endless], &[], "broke off");
}

#[test]
fn a_server_that_is_silent_is_given_up() {
    let silent: Act = Box::new(|mut stream| {
        request(&mut stream);
        // Until the client has gone.
        let _ = stream.read(&mut [0]);
    });
    let began = Instant::now();
    assert_fails_with(vec![silent], &["--timeout", "1"], "in time");
    assert!(began.elapsed() < PATIENCE / 2);
}

#[test]
fn nobody_at_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/dm", listener.local_addr().unwrap());
    drop(listener);
    assert_failed(&client(&url, &[]), "cannot be reached");
}

/// A client that waits for its user to answer.
fn asking(server: &Server) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(["client", &server.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Alert 1101: ") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "no question came");
    }
    (child, output)
}

/// Shows PRO-38.
#[test]
fn a_server_killed_midway() {
    let plan = plan_with_question("killed");
    let server = Server::start(&["--plan", plan.to_str().unwrap()]);
    let (mut child, mut output) = asking(&server);
    server.kill();
    child.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{rest}");
    let said = stderr(&ended);
    assert!(said.contains("the session failed"), "{said}");
}

/// Shows PRO-34.
#[cfg(unix)]
#[test]
fn ctrl_c_at_a_question_aborts_the_session() {
    let plan = plan_with_question("aborted");
    let server = Server::start(&["--sessions", "1", "--plan", plan.to_str().unwrap()]);
    let (child, mut output) = asking(&server);
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{rest}");
    assert!(rest.contains("Alert 1223 session abort"), "{rest}");
    assert!(
        stderr(&ended).contains("the user ended it"),
        "{}",
        stderr(&ended)
    );
    let ended = server.finish();
    assert_eq!(ended.status, Some(1));
    assert!(ended.text.contains("abort"), "{}", ended.text);
}

fn plan_with_question(name: &str) -> PathBuf {
    let plan = r#"{"commands":[{"command":"Alert","code":1101,"text":"Go on?"}]}"#;
    scratch(&format!("question-{name}.json"), plan.as_bytes())
}

/// A server as old ones are: each answer ends with the connection.
/// Shows HTTP-6.
#[test]
fn a_server_that_closes_after_each_answer() {
    let behind = Server::start(&["--sessions", "1", "--host", "127.0.0.1"]);
    let to = behind.address;
    let relay = move || -> Act {
        Box::new(move |mut stream| {
            let request = request(&mut stream);
            let mut behind = connect(to);
            behind.write_all(&request).unwrap();
            let answer = response(&mut behind);
            let body = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
            let head = b"HTTP/1.0 200 OK\r\nContent-Type: application/vnd.syncml.dm+wbxml\r\n\r\n";
            stream.write_all(head).unwrap();
            stream.write_all(&answer[body..]).unwrap();
        })
    };
    let (url, thread) = server((0..3).map(|_| relay()).collect());
    let output = client(&url, &[]);
    assert_complete(&output);
    thread.join().unwrap();
    assert_eq!(behind.finish().status, Some(0));
}

#[test]
fn a_redirection_is_followed_within_the_server_alone() {
    let behind = Server::start(&["--sessions", "1", "--host", "127.0.0.1"]);
    let to = behind.address;
    let moved: Act = Box::new(move |mut stream| {
        let mut behind = connect(to);
        request(&mut stream);
        let answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /moved\r\n\
            Content-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
        loop {
            let message = request(&mut stream);
            if message.is_empty() {
                return;
            }
            // The first goes where it was sent on to, all others to the address of their session.
            let message = match message.strip_prefix(b"POST /moved") {
                Some(rest) => [b"POST /dm", rest].concat(),
                None => message,
            };
            behind.write_all(&message).unwrap();
            stream.write_all(&response(&mut behind)).unwrap();
        }
    });
    let (url, thread) = server(vec![moved]);
    assert_complete(&client(&url, &[]));
    thread.join().unwrap();
    assert_eq!(behind.finish().status, Some(0));
    let away = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/dm\r\n\
        Content-Length: 0\r\n\r\n";
    assert_fails_with(
        vec![answering(away)],
        &[],
        "HTTP 307: the redirect leads to another server",
    );
}

/// Reads one response with a Content-Length.
pub(super) fn response(stream: &mut impl Read) -> Vec<u8> {
    request(stream)
}
