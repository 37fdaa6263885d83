//! A terminal and a card in a session that goes wrong: the bytes say what happens, from a user's
//! answer to a broken APDU. Nobody panics, each command gets one answer, and a reset makes all
//! good again.

use dmsc_core::card::{self, AdminServer, Menu, ServerState, Uicc};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::toolkit::HostAddress;
use dmsc_core::terminal::{Config, Output, PinReply, Reply, Terminal};
use std::sync::OnceLock;

/// Steps of one run at most, and exchanges within one step.
const MAX_STEPS: usize = 200;
const MAX_EXCHANGES: usize = 64;

fn new_card() -> Uicc {
    static CARD: OnceLock<Uicc> = OnceLock::new();
    let card = CARD.get_or_init(|| {
        Uicc::new(card::Config {
            trigger_timer_s: Some(60),
            menu: Some(Menu::sample()),
            admin: Some(AdminServer {
                address: HostAddress::V4([192, 0, 2, 1]),
                port: 8080,
                host: "h".to_owned(),
                path: "/".to_owned(),
                card: "c".to_owned(),
                retry_s: 1,
            }),
            own_number: Some("1".to_owned()),
            ..card::Config::default()
        })
    });
    card.clone()
}

struct Session<'a> {
    card: Uicc,
    terminal: Terminal,
    script: std::slice::Iter<'a, u8>,
    now_ms: u64,
    /// Octets to break the next command or response with.
    break_command: Option<(u8, u8)>,
    break_response: Option<(u8, u8)>,
    host: u8,
}

/// A session by script.
pub(crate) fn check_toolkit_session(script: &[u8]) {
    let mut session = Session {
        card: new_card(),
        terminal: Terminal::new(Config::phone()),
        script: script.iter(),
        now_ms: 0,
        break_command: None,
        break_response: None,
        host: 1,
    };
    session.terminal.handle_power_on();
    for _ in 0..MAX_STEPS {
        session.settle();
        let Some(step) = session.script.next() else {
            break;
        };
        session.step(*step);
    }
    // Whatever happened: a reset makes both good again.
    session.break_command = None;
    session.break_response = None;
    session.script = [].iter();
    session.terminal = Terminal::new(Config::phone());
    session.terminal.handle_power_on();
    for _ in 0..8 {
        session.settle();
        session.terminal.handle_pin(&PinReply::Skip);
    }
    let toolkit = session.card.toolkit_view();
    assert_eq!(toolkit.server, ServerState::Listening, "{toolkit:?}");
    assert!(toolkit.menu && !toolkit.running, "{toolkit:?}");
}

impl Session<'_> {
    fn byte(&mut self) -> u8 {
        self.script.next().copied().unwrap_or_default()
    }

    fn octets(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte());
        self.script.by_ref().take(length).copied().collect()
    }

    fn step(&mut self, step: u8) {
        match step % 16 {
            0 => self.break_command = Some((self.byte(), self.byte())),
            1 => self.break_response = Some((self.byte(), self.byte())),
            2 => {
                let reply = match self.byte() % 8 {
                    0 => Reply::Ok,
                    1 => Reply::Text(String::from_utf8_lossy(&self.octets()).into_owned()),
                    2 => Reply::YesNo(true),
                    3 => Reply::YesNo(false),
                    4 => Reply::Item(self.byte()),
                    5 => Reply::Back,
                    6 => Reply::End,
                    _ => Reply::Help(Some(self.byte())),
                };
                self.terminal.handle_reply(&reply);
            }
            3 => {
                let item = self.byte();
                self.terminal.handle_menu_selection(item & 7, item & 8 != 0);
            }
            4 => {
                self.now_ms += u64::from(self.byte()) * 1000;
                self.terminal.handle_time(self.now_ms);
            }
            5 => self.terminal.handle_connect(3516),
            6 => {
                let octets = self.octets();
                self.terminal.handle_data(&octets);
            }
            7 => self.terminal.handle_close(),
            8 => self.terminal.handle_host_connected(self.host),
            9 => self.terminal.handle_host_refused(self.host),
            10 => {
                let octets = self.octets();
                self.terminal.handle_host_data(self.host, &octets);
            }
            11 => {
                let octets = self.octets();
                self.exchange(&octets);
            }
            12 => {
                let octets = self.octets();
                self.terminal.handle_short_message(None, &octets);
            }
            13 => {
                let _ = self.card.handle_administration();
            }
            14 => {
                let mut config = Config::phone();
                for octet in &mut config.profile.0 {
                    *octet &= self.script.next().copied().unwrap_or(0xFF);
                }
                self.terminal = Terminal::new(config);
                self.terminal.handle_power_on();
                self.terminal.handle_time(self.now_ms);
            }
            _ => {
                let pin = String::from_utf8_lossy(&self.octets()).into_owned();
                self.terminal.handle_pin(&PinReply::Pin(pin));
            }
        }
    }

    /// Moves bytes until nobody wants anything, or for long enough.
    fn settle(&mut self) {
        for _ in 0..MAX_EXCHANGES {
            match self.terminal.poll() {
                None => return,
                Some(Output::PowerOn) => {
                    let atr = self.card.handle_reset();
                    self.terminal.handle_atr(&atr);
                }
                Some(Output::Command(mut bytes)) => {
                    assert!((4..=261).contains(&bytes.len()));
                    damage(&mut bytes, self.break_command.take());
                    let mut response = self.exchange(&bytes);
                    damage(&mut response, self.break_response.take());
                    self.terminal.handle_response(&response);
                }
                Some(Output::HostConnect { channel, .. }) => self.host = channel,
                Some(Output::HostData { bytes, .. }) => assert!(!bytes.is_empty()),
                Some(_) => {}
            }
        }
    }

    fn exchange(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.card.handle_command(bytes);
        let mut found = None;
        while let Some(output) = self.card.poll() {
            assert!(found.is_none(), "nothing comes after the response");
            match output {
                card::Output::Response(response) => found = Some(response),
                card::Output::AppletRequest { .. } => {
                    let answer = Response::new(200).with_body("text/plain", vec![b'x'; 300]);
                    self.card.handle_applet_response(&answer.encode());
                }
                card::Output::TriggerDue { .. } => self.card.handle_notification(b"push"),
                card::Output::ClientGone { channel } => assert!(channel > 0),
                card::Output::Tls(output) => panic!("{output:?} of a card without a key"),
            }
        }
        let response = found.unwrap();
        assert!((2..=258).contains(&response.len()));
        response
    }
}

fn damage(bytes: &mut Vec<u8>, with: Option<(u8, u8)>) {
    if let Some((at, octet)) = with {
        let at = usize::from(at) % bytes.len().max(1);
        match octet {
            0 => bytes.truncate(at),
            octet => bytes[at] ^= octet,
        }
    }
}
