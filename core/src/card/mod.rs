//! The UICC: files, toolkit, bearer independent protocol, card web server, trigger
//! (ETSI TS 102 221, TS 102 223, SCWS 1.1).
//!
//! Knows no terminal and no DM: it answers commands, and what it wants it asks for by `91XX`.

mod application;
mod channels;
mod commands;
mod envelopes;
mod files;
mod memory;
mod output;
mod profile;
mod receipts;
mod remote;
mod scws;
mod security;
mod server_channel;
mod toolkit;
mod trigger;
mod view;

pub use output::Output;
pub use profile::{Profile, ProfileError};
pub use receipts::{CARE_KEY_FILE, RECEIPTS_FILE};
pub use scws::{
    Access, AdminServer, AdminState, MAX_CONTENT, MAX_PATH, MAX_RESOURCES, Resource, Rule, Scheme,
    Site, User,
};
pub use server_channel::ServerState;
pub use toolkit::menu::{Menu, MenuItem, Step};
pub use toolkit::view::ToolkitView;
pub use trigger::TriggerState;
pub use view::{
    Channel, ChannelState, FileView, LogicalChannel, PinView, ResourceView, Structure, View,
};

use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::tls::PreSharedKey;
use application::Application;
use channels::Channels;
use commands::{Kept, Suspended};
use memory::Memory;
use profile::Head;
use remote::Assembly;
use security::Verified;

/// Configuration of a card, fixed at creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Files, PINs, keys, answer to reset.
    pub profile: Profile,
    /// Seed of GET CHALLENGE and of the nonces of the web server.
    pub seed: u64,
    /// Seconds until the Trigger wants a notification; without it none is wanted.
    pub trigger_timer_s: Option<u32>,
    /// Port of the terminal that takes notifications.
    pub notification_port: u16,
    /// The card asks for a channel on which its web server listens.
    pub web_server: bool,
    /// Port the card web server is reached by inside the terminal.
    pub server_port: u16,
    /// Key by which the web server speaks TLS on its port; without one it speaks in clear.
    pub psk: Option<PreSharedKey>,
    /// Path of the card application.
    pub applet_path: String,
    /// Octets of the server channel's buffer.
    pub buffer: u16,
    /// The menu of the toolkit application; without one none is set up.
    pub menu: Option<Menu>,
    /// What the web server serves, and to whom, before anybody changes it.
    pub site: Site,
    /// Where the administration agent of the web server finds its orders.
    pub admin: Option<AdminServer>,
    /// The card's own number, for notifications that find no other way.
    pub own_number: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            profile: Profile::default(),
            seed: 0,
            trigger_timer_s: None,
            notification_port: 2948,
            web_server: true,
            server_port: 3516,
            psk: None,
            applet_path: "/dm".to_owned(),
            buffer: 1400,
            menu: None,
            site: Site::default(),
            admin: None,
            own_number: None,
        }
    }
}

/// Card: commands come in by [`Uicc::handle_command`], responses and wishes go out by
/// [`Uicc::poll`].
///
/// ```
/// use dmsc_core::card::{Config, Output, Uicc};
///
/// let mut card = Uicc::new(Config::default());
/// assert_eq!(card.handle_reset()[0], 0x3B);
/// // SELECT EF_ICCID, READ BINARY
/// let select: &[u8] = &[0x00, 0xA4, 0x00, 0x0C, 0x02, 0x2F, 0xE2];
/// let read: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0x0A];
/// for command in [select, read] {
///     card.handle_command(command);
///     let Some(Output::Response(response)) = card.poll() else { panic!("a card answers") };
///     assert!(response.ends_with(&[0x90, 0x00]));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uicc {
    config: Config,
    memory: Memory,
    channels: Channels,
    verified: Verified,
    /// What GET CHALLENGE drew last.
    challenge: u64,
    /// A session that was suspended; a reset does not end it.
    suspended: Option<Box<Suspended>>,
    /// Data that wait for GET RESPONSE.
    kept: Kept,
    /// Short messages that are not whole.
    assembly: Assembly,
    app: Application,
    /// The response to the command being worked at.
    response: Option<ResponseApdu>,
}

impl Uicc {
    /// A card as it comes out of a reset.
    pub fn new(config: Config) -> Self {
        let profile = &config.profile;
        let (files, pins) = (profile.files.clone(), profile.pins.clone());
        Uicc {
            memory: Memory::new(files, pins, profile.sequence, profile.key_sets.clone()),
            channels: Channels::new(),
            verified: Verified::default(),
            challenge: config.seed,
            suspended: None,
            kept: Kept::default(),
            assembly: Assembly::default(),
            app: Application::new(&config),
            response: None,
            config,
        }
    }

    /// Resets the card: all of the session is forgotten, and a change that a loss of power broke
    /// off is ended or undone. Returns the ATR.
    pub fn handle_reset(&mut self) -> Vec<u8> {
        self.memory.recover();
        self.channels = Channels::new();
        self.verified = Verified::default();
        self.kept = Kept::default();
        self.assembly = Assembly::default();
        self.app.reset(&self.config);
        self.response = None;
        self.head().atr.clone()
    }

    /// Lets the power go away after so many more writes of the memory. From then on the card
    /// answers nothing until [`Uicc::handle_reset`], which also ends the waiting for it.
    pub fn handle_power_loss(&mut self, writes: u32) {
        self.memory.fail_after(writes);
    }

    /// Takes the power away. From now on the card answers nothing until
    /// [`Uicc::handle_reset`].
    pub fn handle_power_off(&mut self) {
        self.memory.lose();
        self.response = None;
    }

    /// Leaves the memory no room for more files and objects; what is there can be written.
    pub fn handle_memory_full(&mut self) {
        self.memory.fill();
    }

    /// Takes a C-APDU; poll until the response comes. There is one command at a time: what was
    /// not polled of the command before is lost.
    pub fn handle_command(&mut self, bytes: &[u8]) {
        self.response = None;
        if self.memory.is_lost() {
            return;
        }
        let response = self.execute(bytes).unwrap_or_else(ResponseApdu::status);
        if !self.memory.is_lost() {
            self.response = Some(response);
        }
    }

    /// The card as it is now, as a profile: a card made with it has the same files, PINs and
    /// counters. The toolkit and the session are no part of it. What a loss of power broke off
    /// is in it as the next reset will leave it: ended or undone.
    pub fn profile(&self) -> Profile {
        let mut memory = self.memory.clone();
        memory.recover();
        Profile::of(self.head().clone(), &memory)
    }

    fn head(&self) -> &Head {
        &self.config.profile.head
    }

    /// Takes the answer to the last [`Output::AppletRequest`], as HTTP: what goes into the
    /// channel.
    pub fn handle_applet_response(&mut self, response: &[u8]) {
        self.app.handle_answer(response);
    }

    /// Takes a record of TLS as it goes into the channel, after [`Output::Tls`].
    pub fn handle_record(&mut self, record: &[u8]) {
        self.app.server.handle_record(record);
    }

    /// Takes a notification for the Trigger to carry: a whole WSP push PDU, sent as it is.
    pub fn handle_notification(&mut self, push_pdu: &[u8]) {
        self.app.trigger.handle_notification(push_pdu);
    }

    /// Lets the administration agent begin a session, when the terminal speaks next: false when
    /// one is under way or no server is known.
    pub fn handle_administration(&mut self) -> bool {
        self.app.admin.start()
    }

    /// Lets the Trigger ask for a session as soon as the terminal can hear of it.
    pub fn handle_session_wanted(&mut self) {
        self.app.want_session();
    }

    /// Octets of the transparent file at a path from the MF, such as `[0x7F50, 0x6436]`, whoever
    /// may read them; `None` while there is none.
    pub fn contents(&self, path: &[u16]) -> Option<&[u8]> {
        self.memory.files().contents(path)
    }

    /// Hands out what the card wants; the response to the command comes last.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.app.outputs.pop_front() {
            return Some(output);
        }
        // Whoever waits for data of the command before has them first.
        let ends = |response: &ResponseApdu| response.sw == StatusWord::OK;
        if self.response.as_ref().is_some_and(ends) && self.app.ask_session() {
            return Some(Output::TriggerDue { timer: 0 });
        }
        let mut response = self.response.take()?;
        if response.sw == StatusWord::OK
            && let Some(length) = self.app.advance()
        {
            response.sw = StatusWord::proactive(length);
        }
        Some(Output::Response(response.into_bytes()))
    }
}
