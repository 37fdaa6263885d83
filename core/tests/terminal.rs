//! The terminal and the card together: the menu and what hangs on it, what a terminal offers and
//! does not offer, timers, refresh, hosts of the network.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod pair;

use dmsc_core::card::{self, AdminServer, AdminState, Menu, MenuItem, ServerState, Step};
use dmsc_core::codec::hex;
use dmsc_core::codec::http::{Request, Response};
use dmsc_core::codec::toolkit::profile::{self, Facility};
use dmsc_core::codec::toolkit::{Action, HostAddress, TransportKind, result};
use dmsc_core::terminal::{Config, Dialog, Key, Output, PinReply, Reply};
use pair::{PUSH, Pair};

fn with_menu(steps: Vec<Step>) -> card::Config {
    let item = MenuItem {
        label: "Go".to_owned(),
        help: "It goes.".to_owned(),
        steps,
    };
    card::Config {
        menu: Some(Menu {
            title: "Card".to_owned(),
            items: vec![item],
        }),
        ..card::Config::default()
    }
}

fn sample() -> card::Config {
    card::Config {
        menu: Some(Menu::sample()),
        ..card::Config::default()
    }
}

fn show(text: &str) -> Step {
    Step::Show {
        text: text.to_owned(),
        wait: true,
    }
}

/// A phone without some facilities.
fn without(facilities: &[Facility]) -> Config {
    let mut config = quiet();
    for facility in facilities {
        config.profile = config.profile.without(*facility);
    }
    config
}

/// A phone that asks for no PIN and reads no files.
fn quiet() -> Config {
    Config {
        ask_pin: false,
        read_bootstrap: false,
        ..Config::phone()
    }
}

/// A booted phone whose user chose the first item of a menu with these steps.
fn chosen(steps: Vec<Step>, terminal: Config) -> Pair {
    let mut pair = Pair::booted(with_menu(steps), terminal);
    pair.take_said();
    pair.take_kinds();
    assert!(pair.terminal.handle_menu_selection(1, false));
    pair.settle();
    pair
}

fn reply(pair: &mut Pair, reply: Reply) {
    assert!(pair.terminal.handle_reply(&reply), "{reply:?}");
    pair.settle();
}

/// Shows CAT-2, CAT-7, CAT-30, TERM-3.
#[test]
fn the_menu_starts_a_session() {
    let mut pair = Pair::booted(sample(), quiet());
    let said = pair.take_said();
    let Some(Output::Menu { title, items }) = said.last() else {
        panic!("{said:?}");
    };
    assert_eq!((&title[..], items.len()), ("Device settings", 5));
    assert_eq!(items[0], (1, "Update now".to_owned()));
    assert_eq!(pair.take_kinds(), [(0x05, 0), (0x40, 0), (0x25, 0)]);
    assert!(pair.card.toolkit_view().menu);

    assert!(!pair.terminal.handle_menu_selection(6, false));
    assert!(pair.terminal.handle_menu_selection(1, false));
    pair.settle();
    let Dialog::Inkey { text, key, .. } = pair.dialog() else {
        panic!("no question");
    };
    assert_eq!((&text[..], key), ("Update the settings now?", Key::YesNo));
    assert!(!pair.terminal.handle_reply(&Reply::Item(1)), "does not fit");
    reply(&mut pair, Reply::YesNo(true));
    assert_eq!(
        pair.card_said.last(),
        Some(&card::Output::TriggerDue { timer: 0 })
    );
    let datagram = Output::Datagram {
        port: 2948,
        bytes: PUSH.to_vec(),
    };
    assert!(pair.take_said().contains(&datagram));
    // No is the end of it.
    pair.card_said.clear();
    pair.terminal.handle_menu_selection(1, false);
    pair.settle();
    reply(&mut pair, Reply::YesNo(false));
    assert_eq!(pair.card_said, []);
    assert!(!pair.card.toolkit_view().running);
}

/// Shows CAT-1, CAT-3, CAT-8, CAT-30, CAT-32, CAT-42, TERM-3.
#[test]
fn the_menu_leads_through_code_and_list_and_back() {
    let mut pair = Pair::booted(sample(), quiet());
    pair.take_kinds();
    pair.terminal.handle_menu_selection(3, false);
    pair.settle();
    let Dialog::Input {
        digits: true,
        hidden: true,
        min: 4,
        max: 8,
        ..
    } = pair.dialog()
    else {
        panic!("no input");
    };
    for wrong in ["123", "123456789", "12ab", ""] {
        assert!(!pair.terminal.handle_reply(&Reply::Text(wrong.to_owned())));
    }
    reply(&mut pair, Reply::Text("1234".to_owned()));
    let Dialog::Select {
        title, items, help, ..
    } = pair.dialog()
    else {
        panic!("no list");
    };
    assert_eq!((&title[..], items.len(), help), ("Settings", 4, true));
    reply(&mut pair, Reply::Help(Some(3)));
    let Dialog::Text { text, waits: true } = pair.dialog() else {
        panic!("no help");
    };
    assert_eq!(text, "A text comes when the time is over.");
    reply(&mut pair, Reply::Ok);
    pair.dialog();
    // The way back leads past the help to the code.
    reply(&mut pair, Reply::Back);
    assert!(matches!(pair.dialog(), Dialog::Input { .. }));
    reply(&mut pair, Reply::Text("0000".to_owned()));
    pair.take_kinds();
    reply(&mut pair, Reply::Item(3));
    pair.settle();
    assert!(
        pair.card.toolkit_view().timers.contains(&3),
        "{:?}",
        pair.card.toolkit_view()
    );
    // The timer's text comes when it ends.
    assert!(!pair.card.toolkit_view().running);
    pair.terminal.handle_time(300_000);
    pair.settle();
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    assert_eq!(text, "Time to update the settings");
}

/// Shows CAT-11.
#[test]
fn local_information_ends_in_a_text() {
    let into = |name: &str| name.to_owned();
    let local = |what: u8, name: &str| Step::Local {
        what,
        into: into(name),
    };
    let steps = vec![
        local(0x00, "at"),
        local(0x01, "imei"),
        local(0x03, "now"),
        local(0x04, "language"),
        local(0x06, "access"),
        show("{at} {imei} {now} {language} {access}"),
    ];
    let config = Config {
        unix_s: 1_795_357_676,
        ..quiet()
    };
    let mut pair = chosen(steps, config);
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    assert_eq!(text, "001-01 0001/1 493005100592800 2026-11-22 14:27 en 08");
    assert_eq!(pair.take_kinds(), [(0x26, 0); 5]);
}

/// Shows CAT-1, CAT-2, CAT-4, CAT-5, CAT-6, CAT-9, CAT-10, CAT-13, CAT-14, CAT-20.
#[test]
fn every_step_reaches_its_command() {
    let steps = vec![
        Step::MoreTime,
        Step::Poll { seconds: 30 },
        Step::Poll { seconds: 0 },
        Step::Timer {
            timer: 4,
            seconds: 60,
            text: String::new(),
        },
        Step::TimerLeft {
            timer: 4,
            into: "left".to_owned(),
        },
        Step::Timer {
            timer: 4,
            seconds: 0,
            text: String::new(),
        },
        Step::Channels {
            into: "channels".to_owned(),
        },
        Step::Refresh {
            mode: 0x01,
            files: vec![vec![0x3F00, 0x7FFF, 0x6F46]],
        },
        Step::Message {
            number: "1234".to_owned(),
            text: "HELLO".to_owned(),
        },
        Step::Browse {
            url: "http://127.0.0.1:3516/".to_owned(),
        },
        Step::Key {
            question: "Digit".to_owned(),
            into: "digit".to_owned(),
        },
        show("{left} {channels} {digit}"),
    ];
    let mut pair = chosen(steps, quiet());
    let said = pair.take_said();
    let paths = vec![vec![0x3F00, 0x7FFF, 0x6F46]];
    assert_eq!(said[0], Output::FilesChanged { paths });
    assert!(matches!(&said[1], Output::ShortMessage { tpdu, .. } if tpdu.ends_with(b"HELLO")));
    let url = "http://127.0.0.1:3516/".to_owned();
    assert_eq!(said[2], Output::Browse { url });
    assert!(!pair.terminal.handle_reply(&Reply::Text("x".to_owned())));
    reply(&mut pair, Reply::Text("7".to_owned()));
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    assert_eq!(text, "60 channel 1 LISTEN 7");
    reply(&mut pair, Reply::Ok);
    let kinds: Vec<u8> = pair.take_kinds().iter().map(|(kind, _)| *kind).collect();
    let all = [
        0x02, 0x03, 0x04, 0x27, 0x27, 0x27, 0x44, 0x01, 0x13, 0x15, 0x22, 0x21,
    ];
    assert_eq!(kinds, all);
    assert!(pair.commands.is_empty() && pair.card.toolkit_view().reports.is_empty());
}

/// Shows CAT-40.
#[test]
fn what_a_terminal_lacks_is_left_out_and_said() {
    // No texts: the session starts all the same.
    let steps = || vec![show("Starting"), Step::StartSession];
    let mut pair = chosen(steps(), without(&[profile::DISPLAY_TEXT]));
    assert_eq!(pair.card_said, [card::Output::TriggerDue { timer: 0 }]);
    let reports = pair.card.toolkit_view().reports;
    assert_eq!(reports, ["text: skipped, the terminal has no DISPLAY TEXT"]);
    // Without a question there is no yes.
    let asks = Step::Confirm {
        question: "Now?".to_owned(),
    };
    pair = chosen(
        vec![asks, Step::StartSession],
        without(&[profile::GET_INKEY]),
    );
    assert_eq!(pair.card_said, []);
    // No menu, no server, no timer.
    let lacks = [
        profile::SET_UP_MENU,
        profile::TCP_SERVER,
        profile::TIMER_START,
    ];
    let config = card::Config {
        trigger_timer_s: Some(60),
        ..sample()
    };
    pair = Pair::booted(config, without(&lacks));
    let toolkit = pair.card.toolkit_view();
    assert_eq!((toolkit.server, toolkit.menu), (ServerState::Off, false));
    assert_eq!(toolkit.reports.len(), 3);
    assert_eq!(pair.take_kinds(), [(0x05, 0)]);
    // UCS2 is not sent to a display without it.
    pair = chosen(vec![show("Готово: ok")], without(&[profile::UCS2_DISPLAY]));
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    assert_eq!(text, "??????: ok");
}

/// Shows CAT-9, CAT-40.
#[test]
fn a_trigger_without_local_ports_goes_by_message_or_waits() {
    let lacks = [profile::UDP_LOCAL, profile::TCP_LOCAL];
    let config = || card::Config {
        own_number: Some("+491701234567".to_owned()),
        ..with_menu(vec![Step::StartSession])
    };
    let go = |card: card::Config, terminal: Config| {
        let mut pair = Pair::booted(card, terminal);
        pair.take_said();
        pair.terminal.handle_menu_selection(1, false);
        pair.settle();
        pair
    };
    let mut pair = go(config(), without(&lacks));
    let said = pair.take_said();
    assert!(matches!(&said[..], [Output::ShortMessage { tpdu, .. }] if tpdu.ends_with(PUSH)));
    assert_eq!(pair.card.toolkit_view().trigger, card::TriggerState::Done);
    // Without any way the client may ask for it.
    let more = [&lacks[..], &[profile::SEND_SHORT_MESSAGE]].concat();
    let mut pair = go(config(), without(&more));
    assert_eq!(
        pair.card.toolkit_view().trigger,
        card::TriggerState::NoRoute
    );
    pair.terminal.handle_connect(3516);
    pair.terminal
        .handle_data(b"GET /dm/trigger HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
    pair.settle();
    let response = response(&mut pair);
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("Content-Type"),
        Some("application/vnd.syncml.notification")
    );
    assert_eq!(response.body, &PUSH[6..]);
}

/// What reached the local program, as one response.
fn response(pair: &mut Pair) -> Response {
    let said = pair.take_said();
    let data = said.iter().filter_map(|output| match output {
        Output::Data(bytes) => Some(bytes.clone()),
        _ => None,
    });
    let octets = data.collect::<Vec<_>>().concat();
    let (response, used) = Response::decode(&octets).unwrap().unwrap();
    assert_eq!(used, octets.len());
    response
}

#[test]
fn what_the_user_typed_is_shown_as_typed() {
    let input = |into: &str, hidden: bool| Step::Input {
        question: into.to_owned(),
        min: 0,
        max: 40,
        digits: false,
        hidden,
        default: String::new(),
        into: into.to_owned(),
    };
    let long = format!("{}{{b}}{}", "x".repeat(195), "y".repeat(500));
    let steps = vec![
        input("a", false),
        input("b", false),
        input("code", true),
        show("{a} {b} {none} {x{b}"),
        show(&long),
    ];
    let mut pair = chosen(steps, quiet());
    for typed in ["{b}{b}{status}", "{code}{code}", "1234"] {
        reply(&mut pair, Reply::Text(typed.to_owned()));
    }
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    assert_eq!(text, "{b}{b}{status} {code}{code} {none} {x{code}{code}");
    reply(&mut pair, Reply::Ok);
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no text");
    };
    // A brace takes two octets of the 200.
    assert_eq!(text, format!("{}{{cod", "x".repeat(195)));
}

#[test]
fn a_choice_taken_back_leaves_no_steps() {
    let branch = |text: &str, message: &str| MenuItem {
        label: message.to_owned(),
        help: String::new(),
        steps: vec![
            show(text),
            Step::Message {
                number: "1234".to_owned(),
                text: message.to_owned(),
            },
        ],
    };
    let timer = Step::Timer {
        timer: 4,
        seconds: 1,
        text: "Over".to_owned(),
    };
    let choose = Step::Choose {
        title: "Which".to_owned(),
        items: vec![branch("AAA", "MA"), branch("BBB", "MB")],
    };
    let mut pair = chosen(vec![timer, choose, show("End")], quiet());
    let shown = |pair: &mut Pair| match pair.dialog() {
        Dialog::Text { text, .. } => text,
        other => panic!("{other:?}"),
    };
    reply(&mut pair, Reply::Item(1));
    assert_eq!(shown(&mut pair), "AAA");
    // What a timer brought meanwhile stays.
    pair.terminal.handle_time(1_000);
    pair.settle();
    reply(&mut pair, Reply::Back);
    assert!(matches!(pair.dialog(), Dialog::Select { .. }));
    reply(&mut pair, Reply::Item(2));
    assert_eq!(shown(&mut pair), "BBB");
    reply(&mut pair, Reply::Ok);
    let messages = pair.said.iter().filter_map(|output| match output {
        Output::ShortMessage { tpdu, .. } => Some(tpdu),
        _ => None,
    });
    let messages: Vec<_> = messages.collect();
    assert!(matches!(messages[..], [tpdu] if tpdu.ends_with(b"MB")));
    assert_eq!(shown(&mut pair), "End");
    reply(&mut pair, Reply::Ok);
    assert_eq!(shown(&mut pair), "Over");
    reply(&mut pair, Reply::Ok);
    assert!(!pair.card.toolkit_view().running);
}

/// Shows CAT-42, TERM-3.
#[test]
fn users_end_sessions_and_time_runs_out() {
    let two = || vec![show("one"), show("two")];
    let mut pair = chosen(two(), quiet());
    reply(&mut pair, Reply::End);
    assert_eq!(pair.take_kinds(), [(0x21, result::ENDED_BY_USER)]);
    assert!(!pair.card.toolkit_view().running);

    let mut pair = chosen(two(), quiet());
    assert_eq!(pair.terminal.next_timeout_ms(), Some(60_000));
    pair.terminal.handle_time(59_999);
    pair.settle();
    assert!(pair.take_kinds().is_empty());
    pair.terminal.handle_time(60_000);
    pair.settle();
    assert_eq!(pair.take_kinds(), [(0x21, result::NO_RESPONSE)]);
    assert_eq!(pair.take_said().last(), Some(&Output::DialogEnded));
    assert!(!pair.terminal.handle_reply(&Reply::Ok), "too late");
}

/// Shows CAT-30.
#[test]
fn a_menu_choice_waits_while_another_runs() {
    let mut pair = chosen(vec![show("one")], quiet());
    assert!(pair.terminal.handle_menu_selection(1, true));
    pair.settle();
    reply(&mut pair, Reply::Ok);
    let Dialog::Text { text, .. } = pair.dialog() else {
        panic!("no help");
    };
    assert_eq!(text, "It goes.");
}

/// Shows CAT-6.
#[test]
fn a_card_may_ask_for_its_reset() {
    let mut pair = chosen(
        vec![Step::Refresh {
            mode: 0x04,
            files: Vec::new(),
        }],
        quiet(),
    );
    assert!(pair.take_said().contains(&Output::PowerOn));
    assert_eq!(pair.card.view().server, ServerState::Listening);
    assert!(pair.terminal.handle_menu_selection(1, false), "set up anew");
}

#[test]
fn what_the_user_asked_for_takes_the_screen() {
    let mut pair = chosen(vec![show("a")], quiet());
    pair.terminal.handle_screen(true);
    reply(&mut pair, Reply::Ok);
    // This card speaks up only when the user asked, so with high priority.
    pair.terminal.handle_menu_selection(1, false);
    pair.settle();
    assert!(matches!(pair.dialog(), Dialog::Text { .. }));
}

/// A server of the administration that gives these orders, one answer for each request.
fn administered(answers: Vec<Response>, before: impl Fn(&mut Pair)) -> (Pair, Vec<Request>) {
    let config = card::Config {
        admin: Some(AdminServer {
            address: HostAddress::V4([192, 0, 2, 1]),
            port: 8080,
            host: "admin.example".to_owned(),
            path: "/scws".to_owned(),
            card: "89440000000000351611".to_owned(),
            retry_s: 60,
        }),
        ..with_menu(vec![Step::Administration])
    };
    let mut pair = Pair::booted(config, quiet());
    before(&mut pair);
    pair.take_said();
    pair.terminal.handle_menu_selection(1, false);
    let mut answers = answers.into_iter();
    let mut inbox = Vec::new();
    let mut requests = Vec::new();
    for _ in 0..100 {
        pair.settle();
        for output in pair.take_said() {
            match output {
                Output::HostConnect {
                    channel,
                    kind,
                    address,
                    port,
                } => {
                    assert_eq!((kind, port), (TransportKind::TcpRemote, 8080));
                    assert_eq!(address.to_string(), "192.0.2.1");
                    pair.terminal.handle_host_connected(channel);
                }
                Output::HostData { channel, bytes } => {
                    inbox.extend(bytes);
                    while let Some((request, used)) = Request::decode(&inbox).unwrap() {
                        inbox.drain(..used);
                        requests.push(request);
                        match answers.next() {
                            Some(answer) => {
                                pair.terminal.handle_host_data(channel, &answer.encode());
                            }
                            None => pair.terminal.handle_host_refused(channel),
                        }
                    }
                }
                _ => {}
            }
        }
    }
    (pair, requests)
}

fn orders(requests: &[Request]) -> Response {
    let octets: Vec<u8> = requests.iter().flat_map(Request::encode).collect();
    Response::new(200).with_body("application/vnd.oma-scws-http-request", octets)
}

fn put(path: &str, body: &[u8]) -> Request {
    Request {
        method: "PUT".to_owned(),
        target: path.to_owned(),
        headers: vec![("Content-Type".to_owned(), "text/plain".to_owned())],
        body: body.to_vec(),
    }
}

/// Shows CAT-16, CAT-18, CAT-19, SCWS-6, TERM-4.
#[test]
fn a_remote_server_administers_the_web_server() {
    let long = vec![b'x'; 5_000];
    let delete = Request {
        method: "DELETE".to_owned(),
        target: "/".to_owned(),
        ..Request::default()
    };
    let first = orders(&[
        put("/a", b"one"),
        put("/long", &long),
        put("/a", b"two"),
        delete,
    ]);
    let (pair, requests) = administered(vec![first, Response::new(204)], |_| {});
    assert_eq!(pair.card.toolkit_view().admin, AdminState::Done);
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[0].header("User-Agent"),
        Some("oma-scws-admin-agent/1.1")
    );
    assert_eq!(requests[0].header("From"), Some("89440000000000351611"));
    let mut rest = &requests[1].body[..];
    let mut statuses = Vec::new();
    while let Some((response, used)) = Response::decode(rest).unwrap().filter(|_| !rest.is_empty())
    {
        statuses.push(response.status);
        rest = &rest[used..];
        if rest.is_empty() {
            break;
        }
    }
    assert_eq!(statuses, [201, 201, 204, 204]);
    let site = pair.card.site();
    let found: Vec<(&str, usize)> = site
        .resources
        .iter()
        .map(|r| (&r.path[..], r.body.len()))
        .collect();
    assert_eq!(found, [("/a", 3), ("/long", 5_000)]);
}

/// Shows CAT-17, SCWS-7.
#[test]
fn an_administration_that_cannot_be_begun_is_tried_again() {
    let (pair, requests) = administered(vec![Response::new(403)], |_| {});
    assert_eq!(requests.len(), 1);
    let failed = AdminState::Failed("the server answered 403".to_owned());
    assert_eq!(pair.card.toolkit_view().admin, failed);
    let (pair, _) = administered(vec![], |_| {});
    let failed = AdminState::Failed("the server closed the connection".to_owned());
    assert_eq!(pair.card.toolkit_view().admin, failed);

    // Nobody takes the connection: three times, a minute apart.
    let config = card::Config {
        admin: Some(AdminServer {
            address: HostAddress::V4([192, 0, 2, 1]),
            port: 8080,
            host: "admin.example".to_owned(),
            path: "/".to_owned(),
            card: "1".to_owned(),
            retry_s: 60,
        }),
        ..card::Config::default()
    };
    let mut pair = Pair::booted(config, quiet());
    assert!(pair.card.handle_administration());
    assert!(!pair.card.handle_administration(), "one at a time");
    let mut connects = 0;
    pair.terminal.handle_user_activity();
    pair.terminal.handle_short_message(None, &[0x04]);
    for minute in 1..10 {
        pair.settle();
        for output in pair.take_said() {
            if let Output::HostConnect { channel, .. } = output {
                connects += 1;
                pair.terminal.handle_host_refused(channel);
            }
        }
        pair.settle();
        pair.terminal.handle_time(minute * 60_000);
    }
    assert_eq!(connects, 3);
    assert!(matches!(
        pair.card.toolkit_view().admin,
        AdminState::Failed(_)
    ));
    assert!(
        pair.terminal.channels().len() == 1,
        "only the server's is left"
    );
}

/// Shows CAT-33.
#[test]
fn a_short_message_for_the_card_arrives() {
    let mut pair = Pair::booted(card::Config::default(), quiet());
    // A secured packet for an application the card does not have; the receipt says so.
    let packet = "00 10 0D 00 01 00 00 01 02 03 00 00 00 00 00 00 A4 00".replace(' ', "");
    let tpdu = format!("440481 2143 7FF6 62112241726500 15 027000 {packet}").replace(' ', "");
    let tpdu = hex::decode(&tpdu).unwrap();
    assert!(pair.terminal.handle_short_message(None, &tpdu));
    assert!(!pair.terminal.handle_short_message(None, &[0; 255]));
    pair.settle();
    let receipt = "027100 000B 0A 010203 0000000000 00 09".replace(' ', "");
    let receipt = hex::decode(&receipt).unwrap();
    let had = |(_, response): &(Vec<u8>, Vec<u8>)| response.starts_with(&receipt);
    assert!(pair.apdus.iter().any(had), "{:02X?}", pair.apdus.last());
}

/// Shows CMD-25, CAT-34.
#[test]
fn call_control_is_no_business_of_this_card() {
    let mut pair = Pair::booted(card::Config::default(), quiet());
    for (envelope, sw) in [
        ("D404820282 81", 0x6A81),
        ("D5048202 8281", 0x6A81),
        ("D2048202 8381", 0x6A81),
        ("D3078202 0181 900101", 0x6985),
        ("D303 900101", 0x6A80),
        ("D7048202 8281", 0x6A80),
        ("D6079901 04 82028281", 0x9000),
        ("D5", 0x6A80),
    ] {
        let data = dmsc_core::codec::hex::decode(&envelope.replace(' ', "")).unwrap();
        let command = dmsc_core::codec::apdu::CommandApdu::new(0x80, 0xC2, 0, 0).with_data(data);
        pair.card.handle_command(&command.encode());
        let Some(card::Output::Response(response)) = pair.card.poll() else {
            panic!("no response");
        };
        let found = u16::from_be_bytes([response[0], response[1]]);
        assert_eq!(found, sw, "{envelope}: {found:04X}");
    }
}

#[test]
fn nothing_is_asked_for_a_pin_the_card_does_not_want() {
    let mut pair = Pair::booted(card::Config::default(), Config::phone());
    let asked = |output: &Output| matches!(output, Output::AskPin { .. });
    assert!(!pair.take_said().iter().any(asked));
    assert!(!pair.terminal.handle_pin(&PinReply::Skip));
}

/// Shows CAT-7.
#[test]
fn the_menu_is_set_up_with_what_one_command_takes() {
    let item = |n: usize| MenuItem {
        label: format!("An item with a long name, number {n}"),
        help: String::new(),
        steps: vec![show("x")],
    };
    let config = card::Config {
        menu: Some(Menu {
            title: "Long".to_owned(),
            items: (1..100).map(item).collect(),
        }),
        ..card::Config::default()
    };
    let pair = Pair::booted(config, quiet());
    let set_up = pair
        .commands
        .iter()
        .find_map(|(command, _)| match &command.action {
            Action::SetUpMenu { items, .. } => Some((command.encode().len(), items.len())),
            _ => None,
        });
    let (length, items) = set_up.unwrap();
    assert!(
        length <= 256 && items >= 5,
        "{length} octets, {items} items"
    );
}

/// Shows TERM-7.
#[test]
fn a_card_that_never_agrees_on_a_length_is_not_asked_for_ever() {
    let mut terminal = dmsc_core::terminal::Terminal::new(quiet());
    let atr = card::Uicc::new(card::Config::default()).handle_reset();
    terminal.handle_power_on();
    let mut commands = 0;
    for n in 0..1_000_u32 {
        match terminal.poll() {
            Some(Output::PowerOn) => terminal.handle_atr(&atr),
            Some(Output::Command(command)) => {
                commands += 1;
                assert!(command.len() >= 4);
                terminal.handle_response(&[0x6C, (n % 2) as u8 + 1]);
            }
            Some(_) => {}
            None => break,
        }
    }
    assert!((1..100).contains(&commands), "{commands}");
}

/// Shows CAT-5, CAT-10.
#[test]
fn the_card_is_polled_as_long_as_it_asked() {
    for (steps, wanted) in [
        (vec![Step::Poll { seconds: 30 }], [0, 1, 0, 1]),
        (
            vec![Step::Poll { seconds: 30 }, Step::Poll { seconds: 0 }],
            [0; 4],
        ),
    ] {
        let mut pair = chosen(steps, quiet());
        let moments = [29_999, 30_000, 59_999, 60_000];
        for (now_ms, polls) in moments.into_iter().zip(wanted) {
            pair.apdus.clear();
            pair.terminal.handle_time(now_ms);
            pair.settle();
            let status = |(command, _): &&(Vec<u8>, Vec<u8>)| command[..2] == [0x80, 0xF2];
            assert_eq!(pair.apdus.iter().filter(status).count(), polls, "{now_ms}");
        }
    }
}
