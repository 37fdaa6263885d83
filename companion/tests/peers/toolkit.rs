//! What Wireshark says of the APDUs between our terminal and our card: a boot, the menu and all
//! that hangs on it, the web server and its administration.

use crate::pair::Pair;
use crate::wireshark::{reading, udp};
use dmsc_core::card::{AdminServer, Config, Menu, MenuItem, Step};
use dmsc_core::codec::gsmtap::{PORT, Packet};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::toolkit::HostAddress;
use dmsc_core::terminal::{self, Output, Reply};

/// Steps for every command that the sample's items leave out.
fn everything() -> MenuItem {
    let into = || "x".to_owned();
    MenuItem {
        label: "Everything".to_owned(),
        help: String::new(),
        steps: vec![
            Step::MoreTime,
            Step::Poll { seconds: 30 },
            Step::Poll { seconds: 0 },
            Step::TimerLeft {
                timer: 1,
                into: into(),
            },
            Step::Channels { into: into() },
            Step::Local {
                what: 0x00,
                into: into(),
            },
            Step::Local {
                what: 0x03,
                into: into(),
            },
            Step::Refresh {
                mode: 0x01,
                files: vec![vec![0x3F00, 0x7FFF, 0x6F46]],
            },
            Step::Message {
                number: "1234".to_owned(),
                text: "HELLO".to_owned(),
            },
            Step::Show {
                text: "{x}".to_owned(),
                wait: true,
            },
        ],
    }
}

/// Everything a card and a terminal can say to each other, by a user who says yes.
fn session() -> Pair {
    let mut menu = Menu::sample();
    menu.items.push(everything());
    let config = Config {
        trigger_timer_s: Some(600),
        menu: Some(menu),
        admin: Some(AdminServer {
            address: HostAddress::V4([192, 0, 2, 1]),
            port: 8080,
            host: "admin.example".to_owned(),
            path: "/".to_owned(),
            card: "89440000000000351611".to_owned(),
            retry_s: 60,
        }),
        ..Config::default()
    };
    let mut pair = Pair::booted(config, terminal::Config::phone());
    let mut hosted = false;
    for item in 1..=6 {
        assert!(pair.terminal.handle_menu_selection(item, false));
        pair.settle();
        let replies = [
            Reply::YesNo(true),
            Reply::Text("1234".to_owned()),
            Reply::Item(4),
            Reply::Ok,
        ];
        while replies
            .iter()
            .any(|reply| pair.terminal.handle_reply(reply))
        {
            pair.settle();
        }
        for output in pair.take_said() {
            if let Output::HostConnect { channel, .. } = output {
                pair.terminal.handle_host_connected(channel);
                pair.settle();
                let end = Response::new(204).encode();
                pair.terminal.handle_host_data(channel, &end);
                pair.settle();
                hosted = true;
            }
        }
    }
    assert!(hosted, "the administration begins");
    pair.terminal.handle_connect(3516);
    pair.terminal
        .handle_data(b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
    pair.settle();
    pair.terminal.handle_close();
    pair.terminal.handle_time(600_000);
    pair.settle();
    pair
}

/// Shows CAT-45, PCSC-2.
#[test]
fn wireshark_reads_our_toolkit_sessions() {
    let pair = session();
    let packets: Vec<Vec<u8>> = pair
        .apdus
        .iter()
        .map(|(command, response)| udp(PORT, &Packet::exchange(command, response).encode()))
        .collect();
    let Some(tshark) = reading("toolkit", &packets) else {
        return;
    };
    tshark.is_content();
    assert_eq!(tshark.matching("gsm_sim"), packets.len());
    let lines = tshark.run(&["-T", "fields", "-e", "_ws.col.Info"]);
    for name in [
        "REFRESH",
        "MORE TIME",
        "POLL INTERVAL",
        "POLLING OFF",
        "SET UP EVENT LIST",
        "LAUNCH BROWSER",
        "DISPLAY TEXT",
        "GET INKEY",
        "GET INPUT",
        "SELECT ITEM",
        "SET UP MENU",
        "PROVIDE LOCAL INFORMATION",
        "TIMER MANAGEMENT",
        "OPEN CHANNEL",
        "CLOSE CHANNEL",
        "RECEIVE DATA",
        "SEND DATA",
        "GET CHANNEL STATUS",
    ] {
        for said in ["FETCH Proactive Command", "TERMINAL RESPONSE"] {
            assert!(
                lines.contains(&format!("{said} {name}")),
                "{said} {name}:\n{lines}"
            );
        }
    }
    for envelope in [
        "ENVELOPE Menu selection",
        "ENVELOPE Timer Expiration",
        "ENVELOPE Event Download Channel status",
        "ENVELOPE Event Download Data available",
    ] {
        assert!(lines.contains(envelope), "{envelope}:\n{lines}");
    }
}
