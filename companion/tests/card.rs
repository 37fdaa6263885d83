//! `dmsc card` in a reader that this test plays: the protocol of vpcd, with its ways.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// T=0, as the card has it unless told otherwise.
const ATR: &str = "3B9F95801FC78031E073FE2113674F4D41444D534381";

/// The program, ended with the test.
struct Card(Child);

impl Card {
    fn start(address: SocketAddr, arguments: &[&str]) -> Card {
        Card(
            Command::new(env!("CARGO_BIN_EXE_dmsc"))
                .args(["card", "--vpcd", &address.to_string()])
                .args(arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        )
    }

    /// Its exit status and what it said, in the time `--for` gives it.
    fn end(mut self) -> (Option<i32>, String, String) {
        let mut said = [String::new(), String::new()];
        self.0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said[0])
            .unwrap();
        self.0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said[1])
            .unwrap();
        let status = self.0.wait().unwrap();
        let [out, err] = said;
        (status.code(), out, err)
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A reader, with a card in it.
struct Reader(TcpStream);

impl Reader {
    fn accept(listener: &TcpListener) -> Reader {
        let (stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Reader(stream)
    }

    /// As vpcd does it: length and body apart, and nothing to hurry the system.
    fn send(&mut self, body: &[u8]) {
        self.0
            .write_all(&(body.len() as u16).to_be_bytes())
            .unwrap();
        self.0.write_all(body).unwrap();
    }

    fn ask(&mut self, body: &[u8]) -> String {
        self.send(body);
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut answer).unwrap();
        answer.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn tpdu(&mut self, text: &str) -> String {
        let octets: Vec<u8> = (0..text.len() / 2)
            .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap())
            .collect();
        self.ask(&octets)
    }
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Shows CMD-32, PCSC-3, PCSC-4.
#[test]
fn the_card_does_what_the_reader_orders() {
    let (listener, address) = listen();
    let capture = std::env::temp_dir().join(format!("dmsc-card-{}.pcap", std::process::id()));
    let card = Card::start(
        address,
        &["--for", "3", "--pcap", capture.to_str().unwrap()],
    );
    let mut reader = Reader::accept(&listener);
    // Asked for before there is power.
    assert_eq!(reader.ask(&[4]), ATR);
    reader.send(&[1]);
    assert_eq!(reader.tpdu("00A40004022FE2"), "6119");
    // To look whether the card is there changes nothing.
    assert_eq!(reader.ask(&[4]), ATR);
    assert!(reader.tpdu("00C0000019").ends_with("9000"));
    assert_eq!(reader.tpdu("00B0000000"), "6C0A");
    assert!(reader.tpdu("00B000000A").starts_with("98"));
    // A reset and a loss of power forget what was selected.
    for order in [&[2][..], &[0]] {
        reader.send(order);
        assert_eq!(reader.tpdu("00B000000A"), "6986");
        reader.tpdu("00A40004022FE2");
    }
    // Whatever comes gets a status word.
    reader.send(&[9]);
    for odd in [
        "0000",
        "00A4",
        "00A4000402",
        "FFCA000000",
        "00A40004FF3F00",
        "006000000000",
    ] {
        assert_eq!(reader.tpdu(odd).len(), 4, "{odd}");
    }
    reader.tpdu("0020000108313233343536FFFF");
    // The card is taken out, and put in again.
    drop(reader);
    let mut reader = Reader::accept(&listener);
    assert_eq!(reader.ask(&[4]), ATR);
    let (code, out, err) = card.end();
    assert_eq!(code, Some(0), "{err}");
    for told in [
        "power on",
        "reset",
        "power off",
        "SELECT 2FE2: 00A40004022FE2 > 6119 25 bytes wait for GET RESPONSE",
        "out of the reader",
        "00200001082A2A2A2A2A2A2A2A >",
    ] {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
    assert!(!out.contains("31323334"), "a PIN in\n{out}");
    assert!(
        out.lines()
            .last()
            .unwrap()
            .contains("in the virtual reader")
    );
    let octets = std::fs::read(&capture).unwrap();
    let _ = std::fs::remove_file(&capture);
    assert_eq!(octets[..4], [0xD4, 0xC3, 0xB2, 0xA1]);
    let holds = |part: &[u8]| octets.windows(part.len()).any(|window| window == part);
    assert!(holds(&[
        0x00, 0xA4, 0x00, 0x04, 0x02, 0x2F, 0xE2, 0x61, 0x19
    ]));
    assert!(holds(b"\x00\x20\x00\x01\x08********") && !holds(b"1234"));
}

/// vpcd writes a length and a body apart; a card that acknowledges late costs 40 ms each time.
#[test]
#[cfg(target_os = "linux")]
fn the_card_is_not_held_up_by_late_acknowledgements() {
    let (listener, address) = listen();
    let _card = Card::start(address, &["--for", "60"]);
    let mut reader = Reader::accept(&listener);
    reader.send(&[1]);
    let mut quickest = Duration::MAX;
    // The best of three, as others may use the machine.
    for _ in 0..3 {
        let start = Instant::now();
        for _ in 0..60 {
            reader.tpdu("00A40004023F00");
        }
        quickest = quickest.min(start.elapsed());
    }
    assert!(quickest < Duration::from_millis(1200), "{quickest:?}");
}

#[test]
fn a_reader_that_is_not_there_is_told_and_waited_for() {
    let (listener, address) = listen();
    drop(listener);
    let (code, _, err) = Card::start(address, &["--for", "1"]).end();
    assert_eq!(code, Some(2));
    assert!(
        err.contains(&format!("no virtual reader at {address}")),
        "{err}"
    );
    assert!(err.contains("vsmartcard-vpcd"), "{err}");
    assert_eq!(err.lines().count(), 2, "told once, and at the end: {err}");

    let mut card = Card::start(address, &["--for", "30"]);
    let mut lines = BufReader::new(card.0.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("no virtual reader"));
    let listener = TcpListener::bind(address).unwrap();
    assert_eq!(Reader::accept(&listener).ask(&[4]), ATR);
}

/// Shows PROF-2.
#[test]
fn what_a_card_holds_is_saved_and_loaded() {
    let (listener, address) = listen();
    let saved = std::env::temp_dir().join(format!("dmsc-card-{}.json", std::process::id()));
    let path = saved.to_str().unwrap();
    let card = Card::start(address, &["--for", "60", "--save", path]);
    let mut reader = Reader::accept(&listener);
    reader.send(&[1]);
    assert!(reader.tpdu("00A40004022F05").starts_with("61"));
    assert_eq!(reader.tpdu("00D60000026465"), "9000");
    reader.send(&[0]);
    // It has done as it was told when it answers.
    assert_eq!(reader.ask(&[4]), ATR);
    drop((reader, card));
    let _other = Card::start(address, &["--for", "60", "--profile", path]);
    let mut reader = Reader::accept(&listener);
    reader.send(&[1]);
    reader.tpdu("00A40004022F05");
    assert!(reader.tpdu("00B0000002").starts_with("6465"));
    let _ = std::fs::remove_file(saved);
}

#[cfg(unix)]
#[test]
fn what_was_written_before_a_signal_is_kept_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    for signal in ["-TERM", "-INT"] {
        let (listener, address) = listen();
        let name = format!("dmsc-card-{}{signal}.json", std::process::id());
        let saved = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&saved);
        let card = Card::start(address, &["--for", "60", "--save", saved.to_str().unwrap()]);
        let mut reader = Reader::accept(&listener);
        reader.send(&[1]);
        assert!(reader.tpdu("00A40004022F05").starts_with("61"));
        assert_eq!(reader.tpdu("00D60000026465"), "9000");
        let id = card.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        assert_eq!(card.end().0, Some(0));
        let mode = std::fs::metadata(&saved).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (listener, address) = listen();
        let _other = Card::start(
            address,
            &["--for", "60", "--profile", saved.to_str().unwrap()],
        );
        let mut reader = Reader::accept(&listener);
        reader.send(&[1]);
        reader.tpdu("00A40004022F05");
        assert!(reader.tpdu("00B0000002").starts_with("6465"));
        let _ = std::fs::remove_file(saved);
    }
}

/// Shows PROF-4.
#[test]
fn a_card_is_made_of_a_dump() {
    let (listener, address) = listen();
    let name = |what: &str| {
        let name = format!("dmsc-{what}-{}", std::process::id());
        std::env::temp_dir().join(name)
    };
    let (dump, saved) = (name("dump.txt"), name("dump.json"));
    std::fs::write(
        &dump,
        "# MF\n# RAW FCP Template: 62128202782183023F008A0105AB0580017F9000\nselect MF\n\
         # MF/EF.PL\n# RAW FCP Template: 62198202412183022F058A0105AB0580017F900080020002880128\n\
         select MF/EF.PL\nupdate_binary 656e\n#\n",
    )
    .unwrap();
    let (from, to) = (dump.to_str().unwrap(), saved.to_str().unwrap());
    let card = Card::start(address, &["--for", "2", "--from-dump", from, "--save", to]);
    let mut reader = Reader::accept(&listener);
    reader.send(&[1]);
    assert_eq!(reader.tpdu("00B0850002"), "656E9000");
    let (code, _, err) = card.end();
    assert_eq!(code, Some(0));
    assert!(err.contains("no dump has PINs: 01 is 1234"), "{err}");
    let made = std::fs::read_to_string(&saved).unwrap();
    assert!(made.contains("\"EF_PL\""), "{made}");
    std::fs::write(&dump, "hello").unwrap();
    let (code, _, err) = Card::start(address, &["--from-dump", from]).end();
    assert_eq!(code, Some(2));
    assert!(
        err.contains("dump.txt") && err.contains("pySim-shell"),
        "{err}"
    );
    for file in [dump, saved] {
        let _ = std::fs::remove_file(file);
    }
}

/// Shows PROF-3.
#[test]
fn a_profile_that_cannot_be_is_refused_with_its_place() {
    let (_listener, address) = listen();
    let (code, _, err) = Card::start(address, &["--profile", "nothing.json"]).end();
    assert_eq!(code, Some(2));
    assert!(err.contains("nothing.json cannot be read"), "{err}");
    assert!(err.contains("usim, sim, csim, ruim"), "{err}");
    let file = std::env::temp_dir().join(format!("dmsc-profile-{}.json", std::process::id()));
    std::fs::write(
        &file,
        r#"{"format": 1, "name": "x", "atr": "3B01", "classes": [], "mf": {}}"#,
    )
    .unwrap();
    let (code, _, err) = Card::start(address, &["--profile", file.to_str().unwrap()]).end();
    let _ = std::fs::remove_file(&file);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("atr: at byte 2: expected a historical byte"),
        "{err}"
    );
}

/// Shows PCSC-3.
#[test]
fn a_reader_that_is_taken_is_told() {
    // As vpcd does it: the connection stands, and nothing is ever said.
    let (listener, address) = listen();
    let (status, out, err) = Card::start(address, &["--for", "20"]).end();
    drop(listener);
    assert_eq!(status, Some(1), "{out}{err}");
    assert!(err.contains("is taken: another card is in it"), "{err}");
    // As others do it: it is closed at once, again and again.
    let (listener, address) = listen();
    let closing = std::thread::spawn(move || {
        for stream in listener.incoming().take(4) {
            drop(stream);
        }
    });
    let (status, out, err) = Card::start(address, &["--for", "20"]).end();
    closing.join().unwrap();
    assert_eq!(status, Some(1), "{out}{err}");
    assert!(err.contains("is taken"), "{err}");
}

#[test]
fn a_quiet_card_asks_for_no_channel_when_told_so() {
    let profile = "80100000 14 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF".replace(' ', "");
    let kinds = |arguments: &[&str]| {
        let (listener, address) = listen();
        let card = Card::start(address, arguments);
        let mut reader = Reader::accept(&listener);
        reader.send(&[1]);
        let mut kinds = Vec::new();
        let mut status = reader.tpdu(&profile);
        while let Some(length) = status.strip_prefix("91") {
            let command = reader.tpdu(&format!("80120000{length}"));
            // Number, type and qualifier stand behind the tags and the length of one octet.
            let (number, kind, qualifier) = (&command[8..10], &command[10..12], &command[12..14]);
            kinds.push(kind.to_owned());
            status = reader.tpdu(&format!(
                "801400000C8103{number}{kind}{qualifier}02028281030100"
            ));
        }
        drop(reader);
        (kinds, card)
    };
    let (with, _card) = kinds(&["--for", "3"]);
    assert!(with.contains(&"40".to_owned()), "{with:?}");
    let (without, card) = kinds(&["--for", "2", "--quiet", "--no-web-server"]);
    assert!(!without.contains(&"40".to_owned()), "{without:?}");
    let (_, out, _) = card.end();
    assert_eq!(out, "");
}
