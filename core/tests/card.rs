//! The card as a terminal sees it: a scripted terminal plays its proactive commands, a scripted
//! client talks to its web server; once the core's own terminal takes their place.
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::card::{ChannelState, Config, Output, ServerState, TriggerState, Uicc};
use dmsc_core::codec::apdu::{
    CommandApdu, ENVELOPE, FETCH, ResponseApdu, STATUS, TERMINAL_PROFILE, TERMINAL_RESPONSE,
};
use dmsc_core::codec::hex;
use dmsc_core::codec::http::{Request, Response};
use dmsc_core::codec::toolkit::profile::{self, Facility, TerminalProfile};
use dmsc_core::codec::toolkit::{
    Action, ChannelStatus, Envelope, LinkState, Object, ProactiveCommand, TerminalResponse,
    TransportKind, result,
};
use dmsc_core::terminal::{self, Terminal};
use std::collections::VecDeque;

const PUSH: &[u8] = b"\x01\x06\x03\xC4\xAF\x87 package 0 of thirty-nine octets";

const FACILITIES: &[Facility] = &[
    profile::SET_UP_EVENT_LIST,
    profile::DATA_AVAILABLE,
    profile::CHANNEL_STATUS,
    profile::TIMER_START,
    profile::OPEN_CHANNEL,
    profile::CLOSE_CHANNEL,
    profile::RECEIVE_DATA,
    profile::SEND_DATA,
    profile::TCP_SERVER,
    profile::TCP_LOCAL,
    profile::UDP_LOCAL,
];

/// A terminal with one client program; channel 1 is the server's, channel 2 the Trigger's.
struct Phone {
    card: Uicc,
    /// Octets from the client that the card has not received.
    inbox: VecDeque<u8>,
    /// Octets that reached the client.
    outbox: Vec<u8>,
    stored: Vec<u8>,
    buffer: usize,
    /// What the application answers.
    answer: Response,
    /// Results given instead of an execution, by type of command.
    refusals: Vec<(u8, u8, Vec<u8>)>,
    refused_kinds: Vec<TransportKind>,
    local: Option<TransportKind>,
    received: Vec<(TransportKind, Vec<u8>)>,
    commands: Vec<ProactiveCommand>,
    requests: Vec<Request>,
    gone: usize,
}

impl Phone {
    fn new(config: Config) -> Self {
        let mut card = Uicc::new(config);
        let atr = card.handle_reset();
        assert_eq!(
            hex::encode(&atr),
            "3B9F95801FC78031E073FE2113674F4D41444D534381"
        );
        Phone {
            card,
            inbox: VecDeque::new(),
            outbox: Vec::new(),
            stored: Vec::new(),
            buffer: 1400,
            answer: Response::new(200),
            refusals: Vec::new(),
            refused_kinds: Vec::new(),
            local: None,
            received: Vec::new(),
            commands: Vec::new(),
            requests: Vec::new(),
            gone: 0,
        }
    }

    fn booted(config: Config, facilities: &[Facility]) -> Self {
        let mut phone = Phone::new(config);
        phone.boot(facilities);
        phone
    }

    fn boot(&mut self, facilities: &[Facility]) {
        let octets = TerminalProfile::with(17, facilities).0;
        self.session(CommandApdu::new(0x80, TERMINAL_PROFILE, 0, 0).with_data(octets));
    }

    /// One command, exactly one response, after all other outputs.
    fn exchange(&mut self, bytes: &[u8]) -> ResponseApdu {
        self.card.handle_command(bytes);
        let mut response = None;
        while let Some(output) = self.card.poll() {
            assert!(response.is_none(), "nothing comes after the response");
            match output {
                Output::AppletRequest { channel, request } => {
                    assert!((1..=7).contains(&channel));
                    self.requests.push(request);
                    self.card.handle_applet_response(&self.answer.encode());
                }
                Output::ClientGone { .. } => self.gone += 1,
                Output::TriggerDue { timer } => {
                    assert_eq!(timer, 1);
                    self.card.handle_notification(PUSH);
                }
                Output::Tls(output) => panic!("{output:?} of a card without a key"),
                Output::Response(bytes) => response = Some(bytes),
            }
        }
        ResponseApdu::decode(&response.unwrap()).unwrap()
    }

    /// A command, and the proactive session that follows it.
    fn session(&mut self, command: CommandApdu) -> ResponseApdu {
        let first = self.exchange(&command.encode());
        let mut sw = first.sw;
        while sw.sw1() == 0x91 {
            let le = if sw.sw2() == 0 {
                256
            } else {
                u16::from(sw.sw2())
            };
            let fetched = self.exchange(&CommandApdu::new(0x80, FETCH, 0, 0).with_le(le).encode());
            assert_eq!(fetched.sw.0, 0x9000);
            let command = ProactiveCommand::decode(&fetched.data).unwrap();
            let response = self.execute(&command);
            self.commands.push(command);
            let data = response.encode();
            assert!(data.len() <= 255);
            sw = self
                .exchange(
                    &CommandApdu::new(0x80, TERMINAL_RESPONSE, 0, 0)
                        .with_data(data)
                        .encode(),
                )
                .sw;
        }
        assert_eq!(sw.0, 0x9000);
        first
    }

    fn execute(&mut self, command: &ProactiveCommand) -> TerminalResponse {
        let (kind, qualifier, _) = command.action.details();
        let mut response = TerminalResponse {
            number: command.number,
            kind,
            qualifier,
            result: result::OK,
            additional: Vec::new(),
            objects: Vec::new(),
        };
        if let Some(at) = self.refusals.iter().position(|(of, _, _)| *of == kind) {
            let (_, result, additional) = self.refusals.remove(at);
            (response.result, response.additional) = (result, additional);
            return response;
        }
        match &command.action {
            Action::OpenChannel { transport, .. }
                if self.refused_kinds.contains(&transport.kind) =>
            {
                response.result = result::BIP_ERROR;
                response.additional = vec![0x10];
            }
            Action::OpenChannel { buffer, transport } => {
                let status = if transport.is_server() {
                    ChannelStatus::new(1, LinkState::Listen)
                } else {
                    self.local = Some(transport.kind);
                    ChannelStatus::new(2, LinkState::Established)
                };
                response.objects = vec![
                    Object::ChannelStatus(status),
                    Object::BufferSize((*buffer).min(self.buffer as u16)),
                ];
            }
            Action::ReceiveData { channel, length } => {
                assert_eq!(*channel, 1);
                let length = usize::from(*length).min(self.inbox.len());
                let data: Vec<u8> = self.inbox.drain(..length).collect();
                let left = self.inbox.len().min(255) as u8;
                response.objects = vec![Object::ChannelData(data), Object::ChannelDataLength(left)];
            }
            Action::SendData {
                channel,
                data,
                immediate,
            } => {
                self.stored.extend(data);
                assert!(
                    self.stored.len() <= self.buffer,
                    "the transmit buffer is full"
                );
                if *immediate {
                    let sent = std::mem::take(&mut self.stored);
                    match channel {
                        1 => self.outbox.extend(sent),
                        _ => self.received.push((self.local.unwrap(), sent)),
                    }
                }
                let free = (self.buffer - self.stored.len()).min(255) as u8;
                response.objects = vec![Object::ChannelDataLength(free)];
            }
            Action::CloseChannel { channel: 2, .. } => self.local = None,
            Action::CloseChannel {
                channel,
                listen_again,
            } => {
                assert_eq!((*channel, *listen_again), (1, true));
            }
            Action::SetUpEventList { .. } | Action::TimerStart { .. } => {}
            other => panic!("{other:?}"),
        }
        response
    }

    fn envelope(&mut self, envelope: &Envelope) -> ResponseApdu {
        self.session(CommandApdu::new(0x80, ENVELOPE, 0, 0).with_data(envelope.encode()))
    }

    fn status(&mut self, state: LinkState, info: u8) {
        let status = ChannelStatus {
            channel: 1,
            state,
            info,
        };
        self.envelope(&Envelope::ChannelStatus { status });
    }

    fn connect(&mut self) {
        self.status(LinkState::Established, 0);
    }

    /// The client sends octets; the terminal says so once.
    fn client(&mut self, octets: &[u8]) {
        self.inbox.extend(octets);
        let status = ChannelStatus::new(1, LinkState::Established);
        let length = octets.len().min(255) as u8;
        self.envelope(&Envelope::DataAvailable { status, length });
    }

    fn expire(&mut self) {
        self.envelope(&Envelope::TimerExpiration {
            timer: 1,
            value_s: 600,
        });
    }

    fn poll(&mut self) {
        self.session(CommandApdu::new(0x80, STATUS, 0, 0x0C));
    }

    /// Responses that reached the client, which are all the octets that did.
    fn responses(&mut self) -> Vec<Response> {
        let octets = std::mem::take(&mut self.outbox);
        let mut found = Vec::new();
        let mut at = 0;
        while at < octets.len() {
            let (response, used) = Response::decode(&octets[at..]).unwrap().unwrap();
            found.push(response);
            at += used;
        }
        found
    }

    /// Lengths of RECEIVE DATA asked for, or of SEND DATA with whether it goes at once.
    fn pieces(&self, kind: u8) -> Vec<(usize, bool)> {
        let piece = |c: &ProactiveCommand| match &c.action {
            Action::ReceiveData { length, .. } if kind == 0x42 => {
                Some((usize::from(*length), false))
            }
            Action::SendData {
                data, immediate, ..
            } if kind == 0x43 => Some((data.len(), *immediate)),
            _ => None,
        };
        self.commands.iter().filter_map(piece).collect()
    }

    fn kinds(&self) -> Vec<u8> {
        self.commands.iter().map(|c| c.action.details().0).collect()
    }
}

fn with_timer() -> Config {
    Config {
        trigger_timer_s: Some(600),
        ..Config::default()
    }
}

/// A request whose encoding has a length.
fn post(length: usize) -> Vec<u8> {
    let of = |n: usize| Request {
        method: "POST".into(),
        target: "/dm".into(),
        headers: vec![("Host".into(), "127.0.0.1:3516".into())],
        body: (0..n).map(|octet| octet as u8).collect(),
    };
    let mut all = (1..length).map(|n| of(n).encode());
    all.find(|octets| octets.len() == length).unwrap()
}

/// An answer whose encoding has a length.
fn answer(length: usize) -> Response {
    let of = |n: usize| Response::new(200).with_body("text/plain", vec![b'x'; n]);
    (0..length)
        .map(of)
        .find(|r| r.encode().len() == length)
        .unwrap()
}

/// Shows CMD-24, CAT-12, CAT-13, CAT-15.
#[test]
fn boot_sets_up_events_channel_and_timer() {
    let mut phone = Phone::booted(with_timer(), FACILITIES);
    let encoded: Vec<String> = phone
        .commands
        .iter()
        .map(|c| hex::encode(&c.encode()))
        .collect();
    assert_eq!(
        encoded,
        [
            "D00D8103010500820281829902090A",
            "D012810302400082028182B9020578BC03030DBC",
            "D011810303270082028182A40101A503000100",
        ]
    );
    let view = phone.card.view();
    assert_eq!((view.events, view.timers), (vec![9, 10], vec![1]));
    assert_eq!(view.channels[0].state, ChannelState::Listening);
    assert_eq!((view.queue, view.outstanding), (0, false));
    phone.card.handle_reset();
    assert_eq!(phone.card.view().server, ServerState::Off);
}

/// Shows CAT-40.
#[test]
fn only_what_the_terminal_offers_is_asked_for() {
    let without = |gone: &[Facility]| {
        let left: Vec<Facility> = FACILITIES
            .iter()
            .filter(|f| !gone.contains(f))
            .copied()
            .collect();
        Phone::booted(with_timer(), &left).kinds()
    };
    assert_eq!(without(&[]), [0x05, 0x40, 0x27]);
    assert_eq!(without(&[profile::CHANNEL_STATUS]), [0x40, 0x27]);
    assert_eq!(without(&[profile::TCP_SERVER]), [0x05, 0x27]);
    assert_eq!(without(&[profile::TIMER_START]), [0x05, 0x40]);
    assert_eq!(without(FACILITIES), [] as [u8; 0]);
}

/// Shows CMD-24, CAT-40.
#[test]
fn nothing_is_asked_before_the_terminal_profile() {
    let mut phone = Phone::new(with_timer());
    phone.card.handle_notification(PUSH);
    assert_eq!(phone.exchange(&[0x80, 0xF2, 0, 0x0C]).sw.0, 0x9000);
    assert_eq!(phone.exchange(&[0x80, 0x12, 0, 0, 0]).sw.0, 0x6985);
    phone.boot(FACILITIES);
    assert_eq!(phone.received.len(), 1);
}

/// Shows CMD-6, CMD-26, CMD-27, CAT-41, CAT-42.
#[test]
fn one_command_at_a_time_and_repeated_until_fetched() {
    let mut phone = Phone::new(with_timer());
    let octets = TerminalProfile::with(17, FACILITIES).0;
    let command = CommandApdu::new(0x80, TERMINAL_PROFILE, 0, 0).with_data(octets);
    assert_eq!(phone.exchange(&command.encode()).sw.0, 0x910F);
    assert_eq!(phone.exchange(&[0x80, 0xF2, 0, 0x0C]).sw.0, 0x910F);
    assert_eq!(phone.exchange(&[0x80, 0x12, 0, 0, 0x10]).sw.0, 0x6C0F);
    let early = TerminalResponse {
        number: 1,
        kind: 5,
        qualifier: 0,
        result: 0,
        additional: Vec::new(),
        objects: Vec::new(),
    };
    let respond = |response: &TerminalResponse| {
        CommandApdu::new(0x80, TERMINAL_RESPONSE, 0, 0)
            .with_data(response.encode())
            .encode()
    };
    assert_eq!(phone.exchange(&respond(&early)).sw.0, 0x6985);
    assert_eq!(phone.exchange(&[0x80, 0x12, 0, 0, 0x0F]).sw.0, 0x9000);
    assert_eq!(phone.exchange(&[0x80, 0xF2, 0, 0x0C]).sw.0, 0x9000);
    assert_eq!(phone.exchange(&[0x80, 0x12, 0, 0, 0x0F]).sw.0, 0x6985);
    let other = TerminalResponse {
        number: 2,
        ..early.clone()
    };
    assert_eq!(phone.exchange(&respond(&other)).sw.0, 0x6985);
    assert_eq!(phone.exchange(&respond(&early)).sw.0, 0x9114);
    // An answer that cannot be read counts as a failure, and the card goes on.
    assert_eq!(phone.exchange(&[0x80, 0x12, 0, 0, 0x14]).sw.0, 0x9000);
    assert_eq!(phone.exchange(&[0x80, 0x14, 0, 0, 1, 0xFF]).sw.0, 0x6A80);
    assert_eq!(phone.exchange(&[0x80, 0xF2, 0, 0x0C]).sw.0, 0x9113);
    assert_eq!(phone.card.view().server, ServerState::Refused);
}

/// Shows CMD-25, CAT-18, CAT-19, CAT-35, CAT-36, SCWS-2, SCWS-10.
#[test]
fn a_request_comes_in_pieces_and_the_answer_goes_in_pieces() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    phone.answer = answer(712);
    phone.connect();
    let sent = post(434);
    phone.client(&sent);
    assert_eq!(phone.pieces(0x42), [(237, false), (197, false)]);
    assert_eq!(
        phone.pieces(0x43),
        [(237, false), (237, false), (237, false), (1, true)]
    );
    assert_eq!(phone.requests[0].encode(), sent);
    assert_eq!(phone.outbox, phone.answer.encode());
    // The connection is kept: the next request takes the same way.
    phone.client(&sent);
    assert_eq!(phone.requests.len(), 2);
    assert_eq!(phone.responses().len(), 2);
    phone.status(LinkState::Listen, 0);
    assert_eq!(
        (phone.gone, phone.card.view().server),
        (1, ServerState::Listening)
    );
}

/// Shows CAT-19.
#[test]
fn a_long_answer_never_overfills_the_terminal() {
    for buffer in [100, 237, 255, 256, 300, 1400] {
        let mut phone = Phone::new(Config::default());
        phone.buffer = buffer;
        phone.boot(FACILITIES);
        phone.answer = answer(20_000);
        phone.connect();
        phone.client(&post(434));
        assert_eq!(phone.outbox, phone.answer.encode(), "buffer {buffer}");
    }
}

/// Shows SCWS-2.
#[test]
fn a_request_that_trickles_in_is_put_together() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    phone.connect();
    for octet in post(150) {
        phone.client(&[octet]);
    }
    assert_eq!((phone.requests.len(), phone.responses().len()), (1, 1));
}

/// Shows SCWS-2.
#[test]
fn requests_that_follow_each_other_are_answered_in_turn() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    phone.answer = answer(600);
    phone.connect();
    phone.client(
        &[
            post(300),
            post(300),
            b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n".to_vec(),
        ]
        .concat(),
    );
    let statuses: Vec<usize> = phone.responses().iter().map(|r| r.encode().len()).collect();
    assert_eq!(statuses[..2], [600, 600]);
    assert_eq!((phone.requests.len(), statuses.len()), (2, 3));
}

/// Shows CAT-17, SCWS-8, SCWS-11.
#[test]
fn what_is_malformed_or_too_long_is_refused_and_the_channel_listens_again() {
    let long =
        b"POST /dm HTTP/1.1\r\nHost: localhost:3516\r\nContent-Length: 70000\r\n\r\n".to_vec();
    for (octets, status) in [(b"\x01\x02\x03\r\n\r\n".to_vec(), 400), (long, 413)] {
        let mut phone = Phone::booted(Config::default(), FACILITIES);
        phone.connect();
        phone.client(&octets);
        assert_eq!(phone.responses()[0].status, status);
        assert_eq!(phone.kinds().last(), Some(&0x41));
        assert_eq!(
            (phone.gone, phone.card.view().server),
            (1, ServerState::Listening)
        );
        phone.connect();
        phone.client(b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
        assert_eq!(phone.responses()[0].status, 200);
    }
}

/// Shows CAT-36.
#[test]
fn a_client_that_goes_takes_its_half_request_with_it() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    for (state, info, server) in [
        (LinkState::Listen, 0, ServerState::Listening),
        (LinkState::Listen, 5, ServerState::Listening),
        (LinkState::Closed, 0, ServerState::Listening),
    ] {
        phone.connect();
        phone.client(b"POST /dm HTTP/1.1\r\nHost: localhost:3516\r\nContent-");
        phone.gone = 0;
        phone.status(state, info);
        assert_eq!((phone.gone, phone.card.view().server), (1, server));
        phone.connect();
        phone.client(b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
        assert_eq!(phone.responses()[0].status, 200);
    }
    assert_eq!(phone.kinds().iter().filter(|k| **k == 0x40).count(), 2);
}

/// Shows CAT-36.
#[test]
fn a_dropped_link_that_listens_again_is_not_opened_twice() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    phone.connect();
    phone.status(LinkState::Closed, 5);
    phone.status(LinkState::Listen, 0);
    assert_eq!(phone.kinds(), [0x05, 0x40]);
    phone.connect();
    phone.status(LinkState::Closed, 5);
    phone.poll();
    assert_eq!(phone.kinds(), [0x05, 0x40, 0x40]);
    assert_eq!(phone.gone, 2);
}

#[test]
fn an_answer_for_one_client_never_reaches_the_next() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    phone.answer = answer(712);
    phone.connect();
    // The client goes when the first piece of its answer waits to be fetched.
    phone.inbox.extend(post(200));
    let status = ChannelStatus::new(1, LinkState::Established);
    let available = Envelope::DataAvailable {
        status,
        length: 200,
    };
    let command = CommandApdu::new(0x80, ENVELOPE, 0, 0).with_data(available.encode());
    let le = phone.exchange(&command.encode()).sw.sw2();
    let fetched = phone.exchange(&[0x80, 0x12, 0, 0, le]);
    let response = phone.execute(&ProactiveCommand::decode(&fetched.data).unwrap());
    let command = CommandApdu::new(0x80, TERMINAL_RESPONSE, 0, 0).with_data(response.encode());
    assert_eq!(phone.exchange(&command.encode()).sw.sw1(), 0x91);
    phone.status(LinkState::Listen, 0);
    phone.connect();
    phone.client(b"GET / HTTP/1.1\r\nHost: localhost:3516\r\n\r\n");
    assert_eq!(
        phone.responses()[0].header("Content-Type"),
        Some("text/html")
    );
}

/// Shows CAT-42.
#[test]
fn a_busy_terminal_is_asked_again_when_it_speaks() {
    let mut phone = Phone::new(with_timer());
    let busy = |kind: u8| (kind, result::TERMINAL_BUSY, vec![0x00]);
    phone.refusals = vec![busy(0x05), busy(0x40), busy(0x27)];
    phone.boot(FACILITIES);
    for _ in 0..3 {
        phone.poll();
    }
    let view = phone.card.view();
    assert_eq!((view.events, view.timers), (vec![9, 10], vec![1]));
    assert_eq!(view.server, ServerState::Listening);
    phone.answer = answer(712);
    phone.connect();
    phone.refusals = vec![busy(0x42), busy(0x43), busy(0x43)];
    phone.client(&post(434));
    for _ in 0..3 {
        phone.poll();
    }
    assert_eq!(phone.outbox, phone.answer.encode());
    phone.refusals = vec![busy(0x40), busy(0x43), busy(0x41)];
    phone.expire();
    for _ in 0..4 {
        phone.poll();
    }
    assert_eq!(phone.received, [(TransportKind::UdpLocal, PUSH.to_vec())]);
    assert_eq!(phone.card.view().trigger, TriggerState::Done);
}

/// Shows CMD-25, CAT-16, CAT-17, CAT-19, CAT-32.
#[test]
fn a_timer_ends_in_one_datagram() {
    let mut phone = Phone::booted(with_timer(), FACILITIES);
    phone.commands.clear();
    phone.expire();
    assert_eq!(phone.kinds(), [0x40, 0x43, 0x41]);
    assert_eq!(
        hex::encode(&phone.commands[0].encode()),
        "D012810304400082028182B90200FFBC03040B84"
    );
    assert_eq!(phone.received, [(TransportKind::UdpLocal, PUSH.to_vec())]);
    let view = phone.card.view();
    assert_eq!((view.trigger, view.timers), (TriggerState::Done, vec![]));
}

/// Shows CAT-19.
#[test]
fn a_long_notification_is_still_one_datagram() {
    let mut phone = Phone::booted(Config::default(), FACILITIES);
    let pdu: Vec<u8> = (0..700).map(|n| n as u8).collect();
    phone.card.handle_notification(&pdu);
    phone.card.handle_notification(PUSH);
    phone.poll();
    let udp = TransportKind::UdpLocal;
    assert_eq!(phone.received, [(udp, pdu), (udp, PUSH.to_vec())]);
}

/// Shows CAT-16, CAT-40, CAT-42.
#[test]
fn the_trigger_takes_the_route_there_is() {
    let udp = TransportKind::UdpLocal;
    let tcp = TransportKind::TcpLocal;
    for (missing, refused, route, state) in [
        (None, vec![udp], Some(tcp), TriggerState::Done),
        (
            Some(profile::UDP_LOCAL),
            vec![],
            Some(tcp),
            TriggerState::Done,
        ),
        (None, vec![udp, tcp], None, TriggerState::Failed),
        (
            Some(profile::TCP_LOCAL),
            vec![udp],
            None,
            TriggerState::Failed,
        ),
        (
            Some(profile::OPEN_CHANNEL),
            vec![],
            None,
            TriggerState::NoRoute,
        ),
    ] {
        let facilities: Vec<Facility> = FACILITIES
            .iter()
            .filter(|f| Some(**f) != missing)
            .copied()
            .collect();
        let mut phone = Phone::booted(with_timer(), &facilities);
        phone.refused_kinds = refused;
        phone.expire();
        let taken: Vec<TransportKind> = phone.received.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(taken, route.into_iter().collect::<Vec<_>>());
        assert_eq!(phone.card.view().trigger, state);
    }
}

/// Shows CMD-1, CMD-2, CMD-3, CMD-6, CMD-7, CMD-9, CMD-23.
#[test]
fn files_are_selected_and_read() {
    let mut phone = Phone::new(Config::default());
    for (command, response) in [
        // Case 3: the FCP waits for GET RESPONSE, and only for the next command.
        ("00A40004023F00", "612E"),
        ("00C0000010", "6C2E"),
        ("00C000002E", "622C82027821"),
        ("00C000002E", "6F00"),
        ("00A40004022FE200", "62178202412183022FE2"),
        ("00B000000A", "98440000000000536111 9000"),
        ("00B0000800", "6C02"),
        ("00B0000A01", "6B00"),
        ("00B0000802", "6111 9000"),
        ("00B2010430", "6981"),
        ("00A40004022F0000", "621A"),
        ("00B2010400", "6C30"),
        (
            "00B2010430",
            "61184F10A0000000871002FFFFFFFF8903020000500455534 94D",
        ),
        ("00B2000230", "61184F10"),
        ("00B2000230", "611D4F0CA000000063504B43532D3135"),
        ("00B2000230", "FFFFFFFF"),
        ("00B2000230", "6A83"),
        ("00B2040430", "6A83"),
        ("00B0000001", "6981"),
        ("00B0850006", "656E6672FFFF 9000"),
        ("00A40004026F07", "6A82"),
        ("00A40004027FFF", "6A82"),
        ("80F2000100", "6A88"),
        ("00A404040CA0000000871002FFFFFFFF89", "613D"),
        ("80F2000100", "8410A0000000871002FFFFFFFF8903020000 9000"),
        ("00B0870009", "080910101032547698 9000"),
        ("00A4080C047FFF6FAD", "9000"),
        ("00B0000004", "00000002 9000"),
        ("00A4030400", "622C"),
        ("00A40304", "6A82"),
        ("00A4080C022F05", "9000"),
        ("00B0000006", "656E6672FFFF 9000"),
        ("00A4090C022F06", "9000"),
        (
            "00B2010430",
            "8001019000800102A40683010A950108800118A40683010A950108FF",
        ),
        ("80F2000000", "622C"),
        ("80F2000010", "6C2E"),
        ("80F2000C", "9000"),
        ("80AA000005A903800103", "9000"),
        // What is not there.
        ("00A4040407A0000000790100", "6A82"),
        ("00A4020C022F00", "6A86"),
        ("00A40000023F00", "612E"),
        ("00A40008023F00", "6A86"),
        ("00A40704023F00", "6A86"),
        ("00A40004013F", "6700"),
        ("00A4", "6700"),
        ("00A40004053F00", "6700"),
        ("A0A40000023F00", "9F17"),
        ("A0C0000017", "0000FFFF3F0001"),
        ("01A40004023F00", "6881"),
        ("41A40004023F00", "6881"),
        ("0CA40004023F00", "6882"),
        ("80A40004023F00", "6E00"),
        ("00F20000", "6E00"),
        ("00200001", "63C3"),
        ("00FE0000", "6D00"),
        ("80120100", "6A86"),
        ("80C20000", "6700"),
        ("80C2000001D6", "6985"),
        ("", "6700"),
    ] {
        let bytes = hex::decode(command).unwrap();
        let answered = hex::encode(&phone.exchange(&bytes).encode());
        let response = response.replace(' ', "");
        assert!(answered.starts_with(&response), "{command}: {answered}");
    }
    phone.exchange(&hex::decode("00A4080C022FE2").unwrap());
    assert_eq!(phone.card.view().selected, "3F00/2FE2");
}

/// Shows NOT-6, TERM-4.
#[test]
fn the_terminal_of_this_core_and_the_card_understand_each_other() {
    let mut phone = Phone::new(with_timer());
    phone.answer = answer(5_000);
    let mut terminal = Terminal::new(terminal::Config::default());
    let mut got = Vec::new();
    let mut datagrams = Vec::new();
    let mut settle = |terminal: &mut Terminal, phone: &mut Phone| {
        while let Some(output) = terminal.poll() {
            match output {
                terminal::Output::PowerOn => terminal.handle_atr(&phone.card.handle_reset()),
                terminal::Output::Command(bytes) => {
                    let response = phone.exchange(&bytes);
                    terminal.handle_response(&response.encode());
                }
                terminal::Output::Data(bytes) => got.extend(bytes),
                terminal::Output::Datagram { port, bytes } => datagrams.push((port, bytes)),
                _ => {}
            }
        }
    };
    terminal.handle_power_on();
    settle(&mut terminal, &mut phone);
    assert_eq!(phone.card.view().server, ServerState::Listening);
    assert!(phone.card.view().selected.ends_with("7FFF"));
    terminal.handle_connect(3516);
    terminal.handle_data(&post(3_000));
    settle(&mut terminal, &mut phone);
    terminal.handle_close();
    settle(&mut terminal, &mut phone);
    assert_eq!(phone.gone, 1);
    terminal.handle_connect(3516);
    terminal.handle_data(b"NONSENSE\r\n\r\n");
    settle(&mut terminal, &mut phone);
    assert_eq!(phone.gone, 2);
    terminal.handle_time(600_000);
    settle(&mut terminal, &mut phone);
    assert_eq!(got[..5_000], phone.answer.encode());
    assert!(got[5_000..].starts_with(b"HTTP/1.1 400 "));
    assert_eq!(datagrams, [(2948, PUSH.to_vec())]);
}

/// Shows CMD-32, CAT-46.
#[test]
fn any_octets_get_one_response() {
    let mut seed: u64 = 0x2545_F491_4F6C_DD1D;
    let mut dice = move |sides: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % sides
    };
    let instructions = [0xA4, 0xB0, 0xB2, 0xC0, 0xC2, 0xF2, 0x10, 0x12, 0x14, 0xAA];
    let mut phone = Phone::booted(with_timer(), FACILITIES);
    let mut requests = 0;
    for round in 0..200_000 {
        let bytes: Vec<u8> = match dice(8) {
            0 => (0..dice(40)).map(|_| dice(256) as u8).collect(),
            // An event about the channels, or something like one.
            1 | 2 => {
                let info = [0, 0, 0, 5, 7][dice(5)];
                let states = [LinkState::Closed, LinkState::Listen, LinkState::Established];
                let status = ChannelStatus {
                    channel: dice(4) as u8,
                    state: states[dice(3)],
                    info,
                };
                let envelope = match dice(3) {
                    0 => Envelope::ChannelStatus { status },
                    1 => Envelope::DataAvailable {
                        status,
                        length: dice(256) as u8,
                    },
                    _ => Envelope::TimerExpiration {
                        timer: dice(3) as u8,
                        value_s: 1,
                    },
                };
                let mut data = envelope.encode();
                if dice(10) == 0 {
                    let at = dice(data.len());
                    data[at] = dice(256) as u8;
                }
                CommandApdu::new(0x80, ENVELOPE, 0, 0)
                    .with_data(data)
                    .encode()
            }
            // What waits is fetched, and answered one way or another.
            3..=5 => {
                let le = phone.exchange(&[0x80, 0xF2, 0x00, 0x0C]).sw;
                let fetched = phone.exchange(&[0x80, 0x12, 0x00, 0x00, le.sw2()]);
                let Ok(command) = ProactiveCommand::decode(&fetched.data) else {
                    continue;
                };
                let (kind, qualifier, _) = command.action.details();
                let parts = [
                    "POST /dm HTTP/1.1\r\nHost: localhost:3516\r\n",
                    "Content-Length: 9\r\n",
                    "\r\n",
                    "\0garbage",
                    "POST /dm HTTP/1.1\r\nHost: localhost:3516\r\nContent-Length: 0\r\n\r\n",
                ];
                let objects = vec![
                    Object::ChannelStatus(ChannelStatus::new(dice(4) as u8, LinkState::Listen)),
                    Object::ChannelData(parts[dice(5)].as_bytes().to_vec()),
                    Object::ChannelDataLength(dice(256) as u8),
                    Object::BufferSize(dice(2000) as u16),
                ];
                let response = TerminalResponse {
                    number: command.number,
                    kind,
                    qualifier,
                    result: [0, 0, 0, 0, 2, 0x20, 0x32, 0x3A][dice(8)],
                    additional: (0..dice(2)).map(|_| dice(20) as u8).collect(),
                    objects: objects.into_iter().filter(|_| dice(8) > 0).collect(),
                };
                CommandApdu::new(0x80, TERMINAL_RESPONSE, 0, 0)
                    .with_data(response.encode())
                    .encode()
            }
            _ => {
                let cla = [0x00, 0x80][dice(2)];
                let ins = instructions[dice(instructions.len())];
                let mut bytes = vec![cla, ins, dice(12) as u8, dice(16) as u8];
                let data: Vec<u8> = (0..dice(20)).map(|_| dice(256) as u8).collect();
                bytes.push(data.len() as u8);
                bytes.extend(data);
                bytes.extend((0..dice(2)).map(|_| dice(256) as u8));
                bytes
            }
        };
        let response = phone.exchange(&bytes);
        assert!(response.data.len() <= 256, "round {round}");
        assert!(response.sw.sw1() >= 0x61, "round {round}: {}", response.sw);
        requests += phone.requests.drain(..).count();
        if dice(500) == 0 {
            phone.card.handle_reset();
            phone.exchange(
                &CommandApdu::new(0x80, TERMINAL_PROFILE, 0, 0)
                    .with_data(TerminalProfile::with(17, FACILITIES).0)
                    .encode(),
            );
        }
    }
    assert!(requests > 100, "the dice reach the application: {requests}");
    // A reset makes any card good again.
    phone.card.handle_reset();
    phone.commands.clear();
    phone.inbox.clear();
    phone.boot(FACILITIES);
    assert_eq!(phone.kinds(), [0x05, 0x40, 0x27]);
}
