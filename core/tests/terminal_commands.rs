//! What the terminal answers to each proactive command, byte for byte: a scripted card gives it
//! one command at a time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::apdu::{CommandApdu, FETCH, TERMINAL_RESPONSE};
use dmsc_core::codec::hex;
use dmsc_core::codec::toolkit::local::Location;
use dmsc_core::codec::toolkit::profile;
use dmsc_core::terminal::{Config, Dialog, Output, Reply, Terminal};

/// Hex digits, and text in double quotes.
fn bytes(text: &str) -> Vec<u8> {
    let parts = text.split('"').enumerate();
    let parts = parts.map(|(n, part)| match n % 2 {
        0 => hex::decode(part).unwrap(),
        _ => part.as_bytes().to_vec(),
    });
    parts.collect::<Vec<_>>().concat()
}

struct Card {
    terminal: Terminal,
    said: Vec<Output>,
    responses: Vec<String>,
    envelopes: Vec<String>,
    next: Option<Vec<u8>>,
}

impl Card {
    fn new(config: Config) -> Self {
        let mut card = Card {
            terminal: Terminal::new(config),
            said: Vec::new(),
            responses: Vec::new(),
            envelopes: Vec::new(),
            next: None,
        };
        card.terminal.handle_power_on();
        card.settle();
        card.said.clear();
        card
    }

    fn phone() -> Self {
        Card::new(Config {
            read_bootstrap: false,
            unix_s: 1_795_357_676,
            max_buffer: 1500,
            ..Config::phone()
        })
    }

    fn settle(&mut self) {
        while let Some(output) = self.terminal.poll() {
            match output {
                Output::PowerOn => {
                    self.said.push(Output::PowerOn);
                    self.terminal.handle_atr(&[0x3B, 0x00]);
                }
                Output::Command(command) => {
                    let apdu = CommandApdu::decode(&command).unwrap();
                    let mut response = Vec::new();
                    match apdu.ins {
                        FETCH => response = self.next.take().unwrap(),
                        TERMINAL_RESPONSE => self.responses.push(hex::spaced(&apdu.data)),
                        0xC2 => self.envelopes.push(hex::spaced(&apdu.data)),
                        _ => {}
                    }
                    match self.next.as_ref() {
                        Some(next) if apdu.ins != FETCH => {
                            response.extend([0x91, next.len() as u8]);
                        }
                        _ => response.extend([0x90, 0x00]),
                    }
                    self.terminal.handle_response(&response);
                }
                // The answer to the message that made it speak to the card.
                Output::Report { .. } => {}
                other => self.said.push(other),
            }
        }
    }

    /// Lets the terminal fetch a command when the timer of its poll ends.
    fn command(&mut self, command: &str) {
        self.next = Some(bytes(command));
        // Anything that makes it speak to the card will do.
        self.terminal.handle_short_message(None, &[0x04]);
        self.settle();
        assert!(self.next.is_none(), "{command} was not fetched");
    }

    /// The answer, which must be there; without the command details and devices.
    fn answered(&mut self) -> String {
        let mut responses = std::mem::take(&mut self.responses);
        assert_eq!(responses.len(), 1, "one answer to one command");
        let response = responses.remove(0);
        assert!(response[14..].starts_with(" 82 02 82 81 "), "{response}");
        assert!(response.starts_with("81 03 "));
        response[27..].to_owned()
    }
}

/// Commands that are answered at once, and their answers after the devices.
/// Shows CAT-4, CAT-5, CAT-10, CAT-11, CAT-12, CAT-13, CAT-15, CAT-16, CAT-17, CAT-18, CAT-20,
/// CAT-43.
#[test]
fn commands_are_answered_byte_for_byte() {
    let mut card = Card::phone();
    for (command, answer) in [
        ("D00D8103010500 82028182 9902090A", "83 01 00"),
        // One event it cannot report refuses the list.
        ("D00D8103010500 82028182 99020913", "83 01 30"),
        ("D00D81030F0300 82028182 8402011E", "83 01 00 84 02 01 1E"),
        ("D00D81030F0300 82028182 8402071E", "83 01 32"),
        ("D009810301 0400 82028182", "83 01 00"),
        ("D00981031002 00 82028182", "83 01 00"),
        (
            "D0118103022700 82028182 A40101 A503000003",
            "83 01 00 A4 01 01",
        ),
        (
            "D00C8103162702 82028182 A40101",
            "83 01 00 A4 01 01 A5 03 00 00 03",
        ),
        (
            "D00C8103162701 82028182 A40101",
            "83 01 00 A4 01 01 A5 03 00 00 03",
        ),
        ("D00C8103162701 82028182 A40101", "83 01 24"),
        ("D0118103022700 82028182 A40109 A503000003", "83 01 32"),
        ("D0118103022700 82028182 A40101 A503000006", "83 01 32"),
        (
            "D00981031126 03 82028182",
            "83 01 00 A6 07 62 11 22 41 72 65 00",
        ),
        (
            "D00981030126 01 82028182",
            "83 01 00 94 08 4A 39 00 15 00 95 82 00",
        ),
        (
            "D00981030126 00 82028182",
            "83 01 00 93 07 00 F1 10 00 01 00 01",
        ),
        ("D00981030126 04 82028182", "83 01 00 AD 02 65 6E"),
        ("D00981030126 06 82028182", "83 01 00 BF 01 08"),
        ("D00981030126 02 82028182", "83 01 30"),
        ("D00981030844 00 82028182", "83 01 00 B8 02 00 00"),
        (
            "D0128103034000 82028182 B90205DC BC03030DBC",
            "83 01 00 B8 02 41 00 B9 02 05 DC",
        ),
        ("D00981030844 00 82028182", "83 01 00 B8 02 41 00"),
        ("D0128103034000 82028182 B90205DC BC03030DBC", "83 02 3A 10"),
        (
            "D0128103034000 82028182 B90205DD BC03030DBD",
            "83 01 07 B8 02 42 00 B9 02 05 DC",
        ),
        ("D0128103034000 82028182 B90205DC BC03040DBD", "83 02 3A 10"),
        ("D0128103034000 82028182 B90205DC BC03060DBD", "83 02 3A 06"),
        ("D00C8103044200 82028121 B70128", "83 02 3A 02"),
        ("D00C8103044200 82028123 B70128", "83 02 3A 02"),
        ("D00C8103044200 82028128 B70128", "83 01 32"),
        ("D00981030741 01 82028121", "83 01 00"),
        ("D00981030741 00 82028121", "83 01 00"),
        ("D00981030741 00 82028121", "83 02 3A 02"),
        (
            "D01C8103144000 82028182 B50103 B9020578 BC03021F90 BE0521C0000201",
            "83 01 00 B8 02 01 00 B5 01 03 B9 02 05 78",
        ),
        (
            "D01C8103144001 82028182 B50101 B9020578 BC03021F90 BE0521C0000201",
            "83 01 30",
        ),
        (
            "D0158103144001 82028182 B50103 B9020578 BC03021F90",
            "83 01 36",
        ),
        ("D00F8103154500 82028182 050441424344", "83 01 30"),
        ("D00981031599 00 82028182", "83 01 31"),
        ("D00981032325 00 82028182", "83 01 36"),
        ("D00981032321 00 82028102", "83 01 36"),
    ] {
        card.command(command);
        assert_eq!(card.answered(), answer, "{command}");
    }
    assert_eq!(card.terminal.channels().len(), 2);
}

/// Shows CAT-1, CAT-2, CAT-3, CAT-8, TERM-3.
#[test]
fn users_answer_byte_for_byte() {
    let mut card = Card::phone();
    for (command, reply, answer) in [
        (
            "D01B8103092181 82028102 8D1004\"Apply settings?\"",
            Reply::Ok,
            "83 01 00",
        ),
        (
            "D01B8103092181 82028102 8D1004\"Apply settings?\"",
            Reply::End,
            "83 01 10",
        ),
        (
            "D01B8103092181 82028102 8D1004\"Apply settings?\"",
            Reply::Nothing,
            "83 01 12",
        ),
        (
            "D01981030A2300 82028182 8D0A04\"Enter PIN\" 91020408",
            Reply::Text("1234".into()),
            "83 01 00 8D 05 04 31 32 33 34",
        ),
        (
            "D01981030A2308 82028182 8D0A04\"Enter PIN\" 91020408",
            Reply::Text("1234".into()),
            "83 01 00 8D 05 00 31 D9 8C 06",
        ),
        (
            "D01381030B2204 82028182 8D0804\"Accept?\"",
            Reply::YesNo(true),
            "83 01 00 8D 02 04 01",
        ),
        (
            "D01381030B2204 82028182 8D0804\"Accept?\"",
            Reply::YesNo(false),
            "83 01 00 8D 02 04 00",
        ),
        (
            "D01381030B2203 82028182 8D0804\"Accept?\"",
            Reply::Text("я".into()),
            "83 01 00 8D 03 08 04 4F",
        ),
        (
            "D01F81030C2400 82028182 8502\"DM\" 8F0801\"Run now\" 8F0602\"Later\"",
            Reply::Item(2),
            "83 01 00 90 01 02",
        ),
        (
            "D01F81030C2480 82028182 8502\"DM\" 8F0801\"Run now\" 8F0602\"Later\"",
            Reply::Help(Some(1)),
            "83 01 13 90 01 01",
        ),
        (
            "D01F81030C2400 82028182 8502\"DM\" 8F0801\"Run now\" 8F0602\"Later\"",
            Reply::Back,
            "83 01 11",
        ),
    ] {
        card.command(command);
        assert!(card.responses.is_empty(), "the user has not answered");
        assert!(matches!(card.said.pop(), Some(Output::Dialog(_))));
        assert!(card.terminal.handle_reply(&reply), "{reply:?}");
        card.settle();
        assert_eq!(card.answered(), answer, "{command}");
    }
    // Help is asked for only where there is some, an item only from the list.
    card.command("D01F81030C2400 82028182 8502\"DM\" 8F0801\"Run now\" 8F0602\"Later\"");
    for wrong in [
        Reply::Help(Some(1)),
        Reply::Item(3),
        Reply::Ok,
        Reply::Text("1".into()),
    ] {
        assert!(!card.terminal.handle_reply(&wrong), "{wrong:?}");
    }
}

/// Shows CAT-43, CAT-47.
#[test]
fn what_it_does_not_offer_it_does_not_do() {
    let lacks = [
        (
            profile::DISPLAY_TEXT,
            "D01B8103092181 82028102 8D1004\"Apply settings?\"",
        ),
        (
            profile::GET_INPUT,
            "D01981030A2300 82028182 8D0A04\"Enter PIN\" 91020408",
        ),
        (
            profile::GET_INKEY,
            "D01381030B2204 82028182 8D0804\"Accept?\"",
        ),
        (
            profile::SELECT_ITEM,
            "D01F81030C2400 82028182 8502\"DM\" 8F0801\"Run now\" 8F0602\"Later\"",
        ),
        (
            profile::SET_UP_MENU,
            "D01C81030D2500 82028182 8506\"OMA DM\" 8F0901\"Start DM\"",
        ),
        (
            profile::REFRESH,
            "D01281030E0101 82028182 9207013F007FFF6F46",
        ),
        (
            profile::SEND_SHORT_MESSAGE,
            "D01D8103141300 82028183 8502\"DM\" 8B0E010004812143000405\"HELLO\"",
        ),
        (
            profile::LAUNCH_BROWSER,
            "D0218103121500 82028182 3116\"http://127.0.0.1:3516/\"",
        ),
        (
            profile::TCP_SERVER,
            "D0128103034000 82028182 B90205DC BC03030DBC",
        ),
        (
            profile::TCP_REMOTE,
            "D01C8103134001 82028182 B50103 B9020578 BC03021F90 BE0521C0000201",
        ),
        (
            profile::TIMER_START,
            "D0118103022700 82028182 A40101 A503000003",
        ),
        (profile::DATE_TIME, "D00981031126 03 82028182"),
        (profile::MORE_TIME, "D00981031002 00 82028182"),
        (profile::POLL_INTERVAL, "D00D81030F0300 82028182 8402011E"),
        (profile::GET_CHANNEL_STATUS, "D00981030844 00 82028182"),
    ];
    for (facility, command) in lacks {
        let phone = Config::phone();
        let mut card = Card::new(Config {
            profile: phone.profile.clone().without(facility),
            read_bootstrap: false,
            ..phone
        });
        card.command(command);
        assert_eq!(card.answered(), "83 01 30", "{}", facility.name);
        assert_eq!(card.said, [], "{}", facility.name);
        let mut card = Card::phone();
        card.command(command);
        let refused = card
            .responses
            .first()
            .is_some_and(|r| r.contains("83 01 30"));
        assert!(!refused, "{} is there", facility.name);
    }
}

/// Shows CAT-1, CAT-43.
#[test]
fn a_text_of_normal_priority_does_not_take_the_screen() {
    let text =
        |qualifier: u8| format!("D01B81030921{qualifier:02X} 82028102 8D1004\"Apply settings?\"");
    let mut card = Card::phone();
    card.terminal.handle_screen(true);
    card.command(&text(0x80));
    assert_eq!(card.answered(), "83 02 20 01");
    assert_eq!(card.said, []);
    card.command(&text(0x81));
    assert!(matches!(card.said.pop(), Some(Output::Dialog(_))));
    assert!(card.terminal.handle_reply(&Reply::Ok));
    card.settle();
    assert_eq!(card.answered(), "83 01 00");
    card.terminal.handle_screen(false);
    card.command(&text(0x80));
    assert!(matches!(card.said.pop(), Some(Output::Dialog(_))));
}

/// Shows CAT-44.
#[test]
fn objects_it_does_not_know_are_weighed() {
    let mut card = Card::phone();
    for (object, answer) in [
        ("", "83 01 00"),
        // An icon is not drawn.
        ("1E020001", "83 01 04"),
        ("6A0101", "83 01 01"),
        ("EA0101", "83 01 32"),
        ("50020000", "83 01 00"),
    ] {
        let length = 15 + object.len() / 2;
        card.command(&format!(
            "D0{length:02X}8103092101 82028102 8D0404\"Yes\"{object}"
        ));
        assert_eq!(card.answered(), answer, "{object}");
    }
    // What cannot be read gets one answer all the same.
    for junk in ["D0", "D00181", "FF", "D00981030921"] {
        card.command(junk);
        assert_eq!(card.answered(), "83 01 32", "{junk}");
    }
}

/// Shows CAT-3.
#[test]
fn a_dialog_knows_its_bounds() {
    let mut card = Card::phone();
    card.command("D01981030A2305 82028182 8D0A04\"Enter PIN\" 910204FF");
    let Some(Output::Dialog(Dialog::Input {
        hidden,
        digits,
        max,
        ..
    })) = card.said.pop()
    else {
        panic!("no dialog");
    };
    assert_eq!((hidden, digits, max), (true, false, 255));
    assert!(!card.terminal.handle_reply(&Reply::Text("x".repeat(300))));
    assert!(card.terminal.handle_reply(&Reply::Text("x".repeat(200))));
}

/// Shows CAT-31, CAT-37, CAT-38, CAT-39.
#[test]
fn events_are_told_as_the_card_asked() {
    let mut card = Card::phone();
    card.terminal.handle_user_activity();
    card.settle();
    assert!(card.envelopes.is_empty(), "not asked for");
    card.command("D0128103010500 82028182 9907030405070809 0B");
    card.answered();
    card.envelopes.clear();
    card.terminal.handle_user_activity();
    card.terminal.handle_user_activity();
    card.terminal.handle_screen(false);
    card.terminal.handle_screen(false);
    card.terminal.handle_language("de");
    card.terminal.handle_browser_closed(0);
    card.terminal.handle_access_technology(0x03);
    card.terminal.handle_location(Some(Location {
        mcc: 1,
        mnc: 1,
        long_mnc: false,
        area: 2,
        cell: 3,
    }));
    card.terminal.handle_location(None);
    card.settle();
    assert_eq!(
        card.envelopes,
        [
            "D6 07 99 01 04 82 02 82 81",
            "D6 07 99 01 05 82 02 02 81",
            "D6 0B 99 01 07 82 02 82 81 AD 02 64 65",
            "D6 0A 99 01 08 82 02 82 81 B4 01 00",
            "D6 0A 99 01 0B 82 02 83 81 BF 01 03",
            "D6 13 99 01 03 82 02 83 81 9B 01 00 93 07 00 F1 10 00 02 00 03",
            "D6 0A 99 01 03 82 02 83 81 9B 01 02",
        ]
    );
}

/// OPEN CHANNEL to 192.0.2.1:8080 with a qualifier.
fn open(qualifier: u8) -> String {
    format!("D01C81031340{qualifier:02X} 82028182 B50103 B9020578 BC03021F90 BE0521C0000201")
}

/// Shows CAT-16, CAT-17, CAT-18, CAT-19, CAT-35, CAT-36, TERM-4.
#[test]
fn a_link_is_made_at_once_in_the_background_or_on_demand() {
    const UP: &str = "83 01 00 B8 02 81 00 B5 01 03 B9 02 05 78";
    const LATER: &str = "83 01 00 B8 02 01 00 B5 01 03 B9 02 05 78";
    let connects = |card: &Card| {
        let connect = |o: &&Output| matches!(o, Output::HostConnect { channel: 1, .. });
        card.said.iter().filter(connect).count()
    };
    let events = "D00D8103010500 82028182 9902090A";
    // At once: the answer waits for the host.
    let mut card = Card::phone();
    card.command(events);
    card.answered();
    card.command(&open(0x01));
    assert!(card.responses.is_empty() && connects(&card) == 1);
    card.terminal.handle_host_connected(1);
    card.settle();
    assert_eq!(card.answered(), UP);
    card.envelopes.clear();
    card.terminal.handle_host_data(1, b"abc");
    card.terminal.handle_host_data(1, b"def");
    card.terminal.handle_host_refused(1);
    card.settle();
    assert_eq!(
        card.envelopes,
        [
            "D6 0E 99 01 09 82 02 82 81 B8 02 81 00 B7 01 03",
            "D6 0B 99 01 0A 82 02 82 81 B8 02 01 05",
        ]
    );
    // What came before the end can be read, but nothing sent.
    card.command("D00C8103044200 82028121 B70104");
    assert_eq!(card.answered(), "83 01 00 B6 04 61 62 63 64 B7 01 02");
    card.command("D00D8103054301 82028121 B60200 00");
    assert_eq!(card.answered(), "83 02 3A 02");
    card.command("D00C8103044200 82028121 B70104");
    assert_eq!(card.answered(), "83 01 02 B6 02 65 66 B7 01 00");
    card.command("D00C8103044200 82028121 B70104");
    assert_eq!(card.answered(), "83 02 3A 02");
    card.command("D00981030741 00 82028121");
    assert_eq!(card.answered(), "83 01 00");
    // A host that refuses, and one that never answers, leave no channel.
    for late in [false, true] {
        card.command(&open(0x01));
        if late {
            let due = card.terminal.next_timeout_ms().unwrap();
            card.terminal.handle_time(due);
        } else {
            card.terminal.handle_host_refused(1);
        }
        card.settle();
        assert_eq!(card.answered(), "83 02 3A 07");
        assert_eq!(card.terminal.channels(), []);
    }
    // In the background: the answer first, the event when the host is there.
    card.command(&open(0x05));
    assert_eq!(card.answered(), LATER);
    card.envelopes.clear();
    card.terminal.handle_host_connected(1);
    card.settle();
    assert_eq!(card.envelopes, ["D6 0B 99 01 0A 82 02 82 81 B8 02 81 00"]);
    // On demand: with the first octets that go out, what was stored before them.
    let mut card = Card::phone();
    card.command(&open(0x00));
    assert_eq!((card.answered(), connects(&card)), (LATER.to_owned(), 0));
    card.command("D00D8103054300 82028121 B6026162");
    assert_eq!(
        (card.answered(), connects(&card)),
        ("83 01 00 B7 01 FF".to_owned(), 0)
    );
    card.command("D00D8103054301 82028121 B6026364");
    assert!(card.responses.is_empty() && connects(&card) == 1);
    card.terminal.handle_host_connected(1);
    card.settle();
    assert_eq!(card.answered(), "83 01 00 B7 01 FF");
    let sent = Output::HostData {
        channel: 1,
        bytes: b"abcd".to_vec(),
    };
    assert_eq!(card.said.last(), Some(&sent));
    card.terminal.handle_network_lost();
    assert_eq!(card.terminal.channels()[0].encode(), [0x01, 0x00]);
}
