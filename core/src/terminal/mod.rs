//! The terminal: boots the card, runs the toolkit loop, serves BIP channels
//! (ETSI TS 102 221 §14, TS 102 223).
//!
//! Sans-IO: it drives the virtual card in memory and a real one through any link alike. One
//! command is outstanding at a time; what the card and the programs of the device may send is
//! bounded. Knows nothing of what travels through its channels.

mod boot;
mod channels;
mod output;
mod proactive;
mod timers;

pub use output::Output;

use crate::codec::apdu::{
    CommandApdu, ENVELOPE, FETCH, GET_RESPONSE, ResponseApdu, STATUS, TERMINAL_RESPONSE,
};
use crate::codec::toolkit::profile::{self, TerminalProfile};
use crate::codec::toolkit::{Envelope, TerminalResponse, event};
use boot::Boot;
use channels::Channels;
use std::collections::VecDeque;
use timers::Timers;

/// Envelopes kept for the card at most; more are dropped, oldest first.
const MAX_ENVELOPES: usize = 64;

/// How often a busy card (9300) is asked again for one envelope.
const MAX_RETRIES: u8 = 8;

/// Octets of one response gathered by GET RESPONSE at most.
const MAX_RESPONSE: usize = 4096;

/// What kind of terminal it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Fifteen digits.
    pub imei: String,
    /// What it tells the card in TERMINAL PROFILE.
    pub profile: TerminalProfile,
    /// Octets of the largest channel buffer it grants.
    pub max_buffer: u16,
    /// UDP and TCP ports programs of the device listen on.
    pub local_ports: Vec<u16>,
}

impl Default for Config {
    fn default() -> Self {
        let mut profile = TerminalProfile::with(
            17,
            &[
                profile::PROFILE_DOWNLOAD,
                profile::SMS_PP,
                profile::MENU_SELECTION,
                profile::SMS_PP_SUPPORT,
                profile::TIMER_EXPIRATION,
                profile::COMMAND_RESULT,
                profile::DISPLAY_TEXT,
                profile::MORE_TIME,
                profile::POLL_INTERVAL,
                profile::POLLING_OFF,
                profile::REFRESH,
                profile::PROVIDE_LOCAL_INFORMATION,
                profile::SET_UP_EVENT_LIST,
                profile::DATA_AVAILABLE,
                profile::CHANNEL_STATUS,
                profile::TIMER_START,
                profile::TIMER_VALUE,
                profile::OPEN_CHANNEL,
                profile::CLOSE_CHANNEL,
                profile::RECEIVE_DATA,
                profile::SEND_DATA,
                profile::GET_CHANNEL_STATUS,
                profile::TCP_SERVER,
                profile::UDP_LOCAL,
            ],
        );
        // Two BIP channels: bits 6 to 8 of octet 13 (TS 102 223 §5.2).
        if let Some(octet) = profile.0.get_mut(12) {
            *octet |= 2 << 5;
        }
        Config {
            imei: "493005100592800".to_owned(),
            profile,
            max_buffer: 1400,
            local_ports: vec![2948],
        }
    }
}

/// Why the outstanding command was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    Boot,
    Fetch,
    TerminalResponse,
    Envelope { envelope: Envelope, tries: u8 },
    Status,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Outstanding {
    purpose: Purpose,
    command: CommandApdu,
    gathered: Vec<u8>,
}

/// The actor.
#[derive(Clone, Debug)]
pub struct Terminal {
    config: Config,
    outputs: VecDeque<Output>,
    boot: Option<Boot>,
    outstanding: Option<Outstanding>,
    /// Length of the proactive command that waits in the card, 1 to 256.
    pending: Option<u16>,
    answer: Option<TerminalResponse>,
    envelopes: VecDeque<(Envelope, u8)>,
    events: Vec<u8>,
    channels: Channels,
    timers: Timers,
    iccid: Option<Vec<u8>>,
}

impl Terminal {
    /// A terminal that is switched off.
    pub fn new(config: Config) -> Self {
        let channels = Channels::new(config.max_buffer, config.profile.channels());
        Terminal {
            config,
            outputs: VecDeque::new(),
            boot: None,
            outstanding: None,
            pending: None,
            answer: None,
            envelopes: VecDeque::new(),
            events: Vec::new(),
            channels,
            timers: Timers::default(),
            iccid: None,
        }
    }

    /// Somebody switches the terminal on; all toolkit state of an earlier card is gone.
    pub fn handle_power_on(&mut self) {
        let now_ms = self.timers.now_ms();
        *self = Terminal::new(self.config.clone());
        self.timers.advance(now_ms);
        self.outputs.push_back(Output::PowerOn);
    }

    /// The card answered to reset.
    pub fn handle_atr(&mut self, _atr: &[u8]) {
        self.boot = Some(Boot::default());
        self.advance();
    }

    /// The card answered the last command.
    pub fn handle_response(&mut self, bytes: &[u8]) {
        let Some(mut outstanding) = self.outstanding.take() else {
            return;
        };
        let Ok(mut response) = ResponseApdu::decode(bytes) else {
            // A mute card: nothing more can be asked of it.
            self.boot = None;
            self.pending = None;
            self.envelopes.clear();
            return;
        };
        // T=0 leaves these two to the terminal (TS 102 221 §7.3.1.1).
        match response.sw.sw1() {
            0x61 if outstanding.gathered.len() < MAX_RESPONSE => {
                outstanding.gathered.append(&mut response.data);
                let cla = outstanding.command.cla;
                let le = length(response.sw.sw2());
                let command = CommandApdu::new(cla, GET_RESPONSE, 0, 0).with_le(le);
                self.outputs.push_back(Output::Command(command.encode()));
                self.outstanding = Some(outstanding);
                return;
            }
            0x6C if outstanding.command.le != Some(length(response.sw.sw2())) => {
                outstanding.command.le = Some(length(response.sw.sw2()));
                self.outputs
                    .push_back(Output::Command(outstanding.command.encode()));
                self.outstanding = Some(outstanding);
                return;
            }
            _ => {}
        }
        if !outstanding.gathered.is_empty() {
            outstanding.gathered.append(&mut response.data);
            response.data = std::mem::take(&mut outstanding.gathered);
        }
        if response.sw.sw1() == 0x91 {
            self.pending = Some(length(response.sw.sw2()));
        }
        match outstanding.purpose {
            Purpose::Boot => {
                if let Some(boot) = &mut self.boot {
                    boot.handle_response(&response);
                    if let Some(iccid) = boot.iccid() {
                        self.iccid = Some(iccid.to_vec());
                    }
                }
            }
            Purpose::Fetch => self.execute(&response),
            Purpose::Envelope { envelope, tries } if response.sw.sw1() == 0x93 => {
                if tries < MAX_RETRIES {
                    self.envelopes.push_front((envelope, tries + 1));
                }
            }
            Purpose::TerminalResponse | Purpose::Envelope { .. } | Purpose::Status => {}
        }
        self.advance();
    }

    /// A program of the device connects to a TCP port of the terminal.
    pub fn handle_connect(&mut self, port: u16) {
        match self.channels.connect(port) {
            Ok(status) => {
                self.outputs.push_back(Output::Connected { port });
                self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
            }
            Err(reason) => {
                self.outputs.push_back(Output::ConnectionRefused {
                    port,
                    reason: reason.into(),
                });
            }
        }
        self.advance();
    }

    /// The connected program sends octets.
    pub fn handle_data(&mut self, bytes: &[u8]) {
        match self.channels.put(bytes) {
            Ok(Some((status, length))) => {
                self.tell(
                    event::DATA_AVAILABLE,
                    Envelope::DataAvailable { status, length },
                );
            }
            Ok(None) => {}
            Err(()) => self.drop_client(),
        }
        self.advance();
    }

    /// The connected program closes.
    pub fn handle_close(&mut self) {
        if let Some(status) = self.channels.disconnect() {
            self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
        }
        self.advance();
    }

    /// Time goes on; milliseconds since any fixed moment.
    pub fn handle_time(&mut self, now_ms: u64) {
        for (timer, value_s) in self.timers.advance(now_ms) {
            self.queue(Envelope::TimerExpiration { timer, value_s });
        }
        self.advance();
        if self.timers.poll_is_due() && self.outstanding.is_none() && self.boot_is_done() {
            let command = CommandApdu::new(0x80, STATUS, 0x00, 0x0C);
            self.send(Purpose::Status, command);
        }
    }

    /// When `handle_time` is needed next.
    pub fn next_timeout_ms(&self) -> Option<u64> {
        self.timers.next_ms()
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Content of EF_ICCID as the boot read it.
    pub fn iccid(&self) -> Option<&[u8]> {
        self.iccid.as_deref()
    }

    fn boot_is_done(&self) -> bool {
        self.boot.as_ref().is_some_and(Boot::is_done)
    }

    /// Sends what is to be sent next, when nothing is outstanding: the rest of a proactive
    /// session goes before events, as no second FETCH may come before the TERMINAL RESPONSE
    /// (TS 102 223 §6.1) and events are better told to a card at rest.
    fn advance(&mut self) {
        if self.outstanding.is_some() {
            return;
        }
        if let Some(answer) = self.answer.take() {
            let command =
                CommandApdu::new(0x80, TERMINAL_RESPONSE, 0, 0).with_data(answer.encode());
            self.send(Purpose::TerminalResponse, command);
        } else if let Some(boot) = self.boot.as_mut().filter(|boot| !boot.is_done()) {
            let command = boot.command(&self.config.profile);
            self.send(Purpose::Boot, command);
        } else if let Some(length) = self.pending.take() {
            let command = CommandApdu::new(0x80, FETCH, 0, 0).with_le(length);
            self.send(Purpose::Fetch, command);
        } else if self.boot_is_done()
            && let Some((envelope, tries)) = self.envelopes.pop_front()
        {
            let command = CommandApdu::new(0x80, ENVELOPE, 0, 0).with_data(envelope.encode());
            self.send(Purpose::Envelope { envelope, tries }, command);
        }
    }

    fn send(&mut self, purpose: Purpose, command: CommandApdu) {
        self.outputs.push_back(Output::Command(command.encode()));
        self.outstanding = Some(Outstanding {
            purpose,
            command,
            gathered: Vec::new(),
        });
    }

    /// Queues an event the card has asked for.
    fn tell(&mut self, code: u8, envelope: Envelope) {
        if self.events.contains(&code) {
            self.queue(envelope);
        }
    }

    fn queue(&mut self, envelope: Envelope) {
        if self.envelopes.len() >= MAX_ENVELOPES {
            self.envelopes.pop_front();
        }
        self.envelopes.push_back((envelope, 0));
    }

    fn drop_client(&mut self) {
        self.outputs.push_back(Output::Closed);
        if let Some(status) = self.channels.disconnect() {
            self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
        }
    }
}

/// A length byte of a status word: 00 stands for 256.
fn length(byte: u8) -> u16 {
    if byte == 0 { 256 } else { u16::from(byte) }
}
