//! The terminal: boots the card, runs the toolkit loop, serves BIP channels, shows what the card
//! wants to tell and ask (ETSI TS 102 221 §14, TS 102 223).
//!
//! Sans-IO: it drives the virtual card in memory and a real one through any link alike. One
//! command is outstanding at a time; what the card, the user, the network and the programs of
//! the device may send is bounded. Knows nothing of what travels through its channels.

mod bip;
mod boot;
mod channels;
mod config;
mod dialog;
mod events;
mod local;
mod messages;
mod output;
mod proactive;
mod protocol;
mod timers;

pub use boot::{BootstrapFile, PinReply};
pub use config::Config;
pub use dialog::{Dialog, Key, Reply};
pub use output::Output;
pub use protocol::Protocol;

use crate::codec::apdu::{
    CommandApdu, ENVELOPE, FETCH, GET_RESPONSE, ResponseApdu, STATUS, StatusWord, TERMINAL_RESPONSE,
};
use crate::codec::toolkit::{Envelope, TerminalResponse, event, result};
use boot::Boot;
use channels::Channels;
use messages::Messages;
use proactive::{Progress, Wait};
use std::collections::VecDeque;
use timers::Timers;

/// Envelopes kept for the card at most; more are dropped, oldest first.
const MAX_ENVELOPES: usize = 64;

/// How often a busy card (9300) is asked again for one envelope.
const MAX_RETRIES: u8 = 8;

/// Octets of one response gathered by GET RESPONSE at most.
const MAX_RESPONSE: usize = 4096;

/// How often one response is asked for by GET RESPONSE.
const MAX_GETS: u8 = 32;

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
    gets: u8,
    /// The card said the right Le of this command once.
    corrected: bool,
    /// The command ended with this, and its data were asked for.
    warning: Option<StatusWord>,
}

/// Terminal of a device: boots the card, runs its toolkit, carries its channels.
///
/// ```
/// # use dmsc_core::{card::{self, Uicc}, terminal::{Config, Output, PinReply, Terminal}};
/// let mut card = Uicc::new(card::Config::default());
/// let mut terminal = Terminal::new(Config::phone());
/// terminal.handle_power_on();
/// while let Some(output) = terminal.poll() {
///     match output {
///         Output::PowerOn => terminal.handle_atr(&card.handle_reset()),
///         Output::Command(bytes) => {
///             card.handle_command(&bytes);
///             let Some(card::Output::Response(response)) = card.poll() else { break };
///             terminal.handle_response(&response);
///         }
///         Output::AskPin { .. } => assert!(terminal.handle_pin(&PinReply::Skip)),
///         _ => {}
///     }
/// }
/// assert!(card.view().profile, "the terminal told the card what it can do");
/// ```
#[derive(Clone, Debug)]
pub struct Terminal {
    config: Config,
    outputs: VecDeque<Output>,
    boot: Option<Boot>,
    outstanding: Option<Outstanding>,
    /// Length of the proactive command that waits in the card, 1 to 256.
    pending: Option<u16>,
    answer: Option<TerminalResponse>,
    /// The command being carried out, whose answer is still to come.
    progress: Option<Progress>,
    /// The card asked for a reset: after the answer.
    reset_after_answer: bool,
    /// Items of the card's menu.
    menu: Vec<u8>,
    /// Something of the device has the screen.
    screen_is_busy: bool,
    envelopes: VecDeque<(Envelope, u8)>,
    events: Vec<u8>,
    channels: Channels,
    timers: Timers,
    messages: Messages,
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
            progress: None,
            reset_after_answer: false,
            menu: Vec::new(),
            screen_is_busy: false,
            envelopes: VecDeque::new(),
            events: Vec::new(),
            channels,
            timers: Timers::default(),
            messages: Messages::default(),
            iccid: None,
        }
    }

    /// Switches the terminal on; all toolkit state of an earlier card is gone.
    pub fn handle_power_on(&mut self) {
        self.lose_card();
        self.outputs.push_back(Output::PowerOn);
    }

    /// Takes the card's answer to reset.
    pub fn handle_atr(&mut self, atr: &[u8]) {
        if let Some(protocol) = Protocol::of(atr) {
            self.outputs.push_back(Output::Protocol(protocol));
        }
        self.boot = Some(Boot::new(&self.config));
        self.advance();
    }

    /// Takes the card's answer to the last command.
    pub fn handle_response(&mut self, bytes: &[u8]) {
        let Some(mut outstanding) = self.outstanding.take() else {
            return;
        };
        let Ok(mut response) = ResponseApdu::decode(bytes) else {
            // A mute card: nothing more can be asked of it.
            self.lose_card();
            return;
        };
        // T=0 leaves these two to the terminal (TS 102 221 §7.3.1.1).
        match response.sw.sw1() {
            0x61 | 0x9F
                if outstanding.gathered.len() < MAX_RESPONSE && outstanding.gets < MAX_GETS =>
            {
                outstanding.gets += 1;
                outstanding.gathered.append(&mut response.data);
                let cla = outstanding.command.cla;
                let le = length(response.sw.sw2());
                // What is to be said again from now on is this, not what it answers.
                outstanding.command = CommandApdu::new(cla, GET_RESPONSE, 0, 0).with_le(le);
                outstanding.corrected = false;
                self.outputs
                    .push_back(Output::Command(outstanding.command.encode()));
                self.outstanding = Some(outstanding);
                return;
            }
            0x6C if !outstanding.corrected => {
                outstanding.corrected = true;
                outstanding.command.le = Some(length(response.sw.sw2()));
                self.outputs
                    .push_back(Output::Command(outstanding.command.encode()));
                self.outstanding = Some(outstanding);
                return;
            }
            // A message that failed may have an answer for the network all the same.
            0x62 | 0x63 | 0x9E
                if matches!(outstanding.purpose, Purpose::Envelope { .. })
                    && outstanding.warning.is_none()
                    && response.data.is_empty() =>
            {
                let cla = outstanding.command.cla;
                outstanding.warning = Some(response.sw);
                // Only class A0 says how much there is.
                let le = match response.sw.sw1() {
                    0x9E => length(response.sw.sw2()),
                    _ => 256,
                };
                outstanding.command = CommandApdu::new(cla, GET_RESPONSE, 0, 0).with_le(le);
                outstanding.corrected = false;
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
        if let Some(warning) = outstanding.warning {
            response.sw = warning;
        }
        match outstanding.purpose {
            Purpose::Boot => {
                if let Some(boot) = &mut self.boot {
                    boot.handle_response(&response);
                    if let Some(iccid) = boot.iccid() {
                        self.iccid = Some(iccid.to_vec());
                    }
                }
                self.take_boot_outputs();
            }
            Purpose::Fetch => self.execute(&response),
            Purpose::Envelope { envelope, tries } if response.sw.sw1() == 0x93 => {
                if tries < MAX_RETRIES {
                    self.envelopes.push_front((envelope, tries + 1));
                } else {
                    self.downloaded(&envelope, &[], response.sw);
                }
            }
            Purpose::Envelope { envelope, .. } => {
                self.downloaded(&envelope, &response.data, response.sw);
            }
            Purpose::TerminalResponse if self.reset_after_answer => {
                self.handle_power_on();
                return;
            }
            Purpose::TerminalResponse | Purpose::Status => {}
        }
        self.advance();
    }

    /// Takes the removal of the card: its toolkit session is over.
    pub fn handle_card_removed(&mut self) {
        self.lose_card();
    }

    /// Without a card there is no toolkit session: its commands and events, its menu, its
    /// channels and its timers are gone.
    fn lose_card(&mut self) {
        if self.asks_user() {
            self.outputs.push_back(Output::DialogEnded);
        }
        if !self.menu.is_empty() {
            self.outputs.push_back(Output::Menu {
                title: String::new(),
                items: Vec::new(),
            });
        }
        if self.channels.disconnect().is_some() {
            self.outputs.push_back(Output::Closed);
        }
        self.outputs
            .retain(|output| !matches!(output, Output::Command(_) | Output::PowerOn));
        let kept = Terminal::new(self.config.clone());
        *self = Terminal {
            outputs: std::mem::take(&mut self.outputs),
            screen_is_busy: self.screen_is_busy,
            timers: Timers::at(self.timers.now_ms()),
            messages: std::mem::take(&mut self.messages),
            ..kept
        };
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
        self.forget_parts(now_ms);
        for (timer, value_s) in self.timers.advance(now_ms) {
            self.queue(Envelope::TimerExpiration { timer, value_s });
        }
        match self.progress.as_ref().map(|p| &p.waits_for) {
            Some(Wait::User { until_ms, .. }) if *until_ms <= self.timers.now_ms() => {
                self.outputs.push_back(Output::DialogEnded);
                self.reply(&Reply::Nothing);
            }
            Some(Wait::Link {
                until_ms, channel, ..
            }) if *until_ms <= self.timers.now_ms() => {
                let channel = *channel;
                self.outputs.push_back(Output::HostClosed { channel });
                self.link(channel, false);
            }
            _ => {}
        }
        self.advance();
        if self.timers.poll_is_due() && self.outstanding.is_none() && self.boot_is_done() {
            let command = match self.toolkit_class() {
                // GSM 11.11 knows no STATUS without data.
                class @ 0xA0 => CommandApdu::new(class, STATUS, 0x00, 0x00).with_le(22),
                class => CommandApdu::new(class, STATUS, 0x00, 0x0C),
            };
            self.send(Purpose::Status, command);
        }
    }

    /// When `handle_time` is needed next.
    pub fn next_timeout_ms(&self) -> Option<u64> {
        let waits_until = match self.progress.as_ref().map(|p| &p.waits_for) {
            Some(Wait::User { until_ms, .. } | Wait::Link { until_ms, .. }) => Some(*until_ms),
            _ => None,
        };
        self.timers.next_ms().into_iter().chain(waits_until).min()
    }

    /// Lets the timer of the card that ends first end at this moment instead; false when none
    /// runs.
    pub fn expire_timer(&mut self, now_ms: u64) -> bool {
        self.timers.expire(now_ms)
    }

    /// Timers of the card, 1 to 8, that end by then.
    pub fn timers_due(&self, now_ms: u64) -> Vec<u8> {
        self.timers.due(now_ms)
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

    /// The class of toolkit commands.
    /// Whether the card is spoken to in the class of GSM 11.11, as a SIM or R-UIM is.
    pub fn speaks_gsm(&self) -> bool {
        self.toolkit_class() == 0xA0
    }

    fn toolkit_class(&self) -> u8 {
        self.boot.as_ref().map_or(0x80, Boot::toolkit_class)
    }

    /// Whether a question of the card waits for the user.
    pub fn asks_user(&self) -> bool {
        matches!(
            self.progress.as_ref().map(|p| &p.waits_for),
            Some(Wait::User { .. })
        )
    }

    fn take_boot_outputs(&mut self) {
        if let Some(boot) = &mut self.boot {
            while let Some(output) = boot.output() {
                self.outputs.push_back(output);
            }
        }
    }

    /// Sends what is to be sent next, when nothing is outstanding: the rest of a proactive
    /// session goes before events, as no second FETCH may come before the TERMINAL RESPONSE
    /// (TS 102 223 §6.1) and events are better told to a card at rest.
    fn advance(&mut self) {
        if self.outstanding.is_some() {
            return;
        }
        let class = self.toolkit_class();
        let reads_again = matches!(
            self.progress.as_ref().map(|p| &p.waits_for),
            Some(Wait::Files)
        );
        if reads_again && self.boot_is_done() {
            self.finish((result::EFS_READ, Vec::new(), Vec::new()));
        }
        if let Some(answer) = self.answer.take() {
            let command =
                CommandApdu::new(class, TERMINAL_RESPONSE, 0, 0).with_data(answer.encode());
            self.send(Purpose::TerminalResponse, command);
        } else if let Some(boot) = self.boot.as_ref().filter(|boot| !boot.is_done()) {
            if let Some(command) = boot.command(&self.config) {
                self.send(Purpose::Boot, command);
            }
        } else if self.progress.is_some() {
            // No second FETCH before the answer, and no event while the card waits for it.
        } else if let Some(length) = self.pending.take() {
            let command = CommandApdu::new(class, FETCH, 0, 0).with_le(length);
            self.send(Purpose::Fetch, command);
        } else if self.boot_is_done()
            && let Some((envelope, tries)) = self.envelopes.pop_front()
        {
            let command = CommandApdu::new(class, ENVELOPE, 0, 0).with_data(envelope.encode());
            self.send(Purpose::Envelope { envelope, tries }, command);
        }
    }

    fn send(&mut self, purpose: Purpose, command: CommandApdu) {
        self.outputs.push_back(Output::Command(command.encode()));
        self.outstanding = Some(Outstanding {
            purpose,
            command,
            gathered: Vec::new(),
            gets: 0,
            corrected: false,
            warning: None,
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
