//! The UICC: files, toolkit, bearer independent protocol, card web server, trigger
//! (ETSI TS 102 221, TS 102 223, SCWS 1.1).
//!
//! Knows no terminal and no DM: it answers commands, and what it wants it asks for by `91XX`.

mod application;
mod commands;
mod files;
mod output;
mod scws;
mod server_channel;
mod toolkit;
mod trigger;
mod view;

pub use output::Output;
pub use scws::{
    Access, AdminServer, AdminState, MAX_CONTENT, MAX_PATH, MAX_RESOURCES, Resource, Rule, Scheme,
    Site, User,
};
pub use server_channel::ServerState;
pub use toolkit::menu::{Menu, MenuItem, Step};
pub use toolkit::view::ToolkitView;
pub use trigger::TriggerState;
pub use view::{Channel, ChannelState, View};

use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::http;
use application::Application;
use files::{Profile, Selection};

/// T=0, clock stop, classes A to C, select by name, path and identifier, `OMADMSC`
/// (ISO/IEC 7816-3 §8).
const ATR: [u8; 22] = [
    0x3B, 0x9F, 0x95, 0x80, 0x1F, 0xC7, 0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x13, 0x67, 0x4F, 0x4D,
    0x41, 0x44, 0x4D, 0x53, 0x43, 0x81,
];

/// What a card is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Seconds until the Trigger wants a notification; without it none is wanted.
    pub trigger_timer_s: Option<u32>,
    /// Port of the terminal that takes notifications.
    pub notification_port: u16,
    /// Port the card web server is reached by inside the terminal.
    pub server_port: u16,
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
    /// What the nonces of the web server come from.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            trigger_timer_s: None,
            notification_port: 2948,
            server_port: 3516,
            applet_path: "/dm".to_owned(),
            buffer: 1400,
            menu: None,
            site: Site::default(),
            admin: None,
            own_number: None,
            seed: 1,
        }
    }
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uicc {
    config: Config,
    files: Profile,
    selection: Selection,
    /// Data that waits for GET RESPONSE.
    kept: Vec<u8>,
    app: Application,
    /// The response to the command being worked at.
    response: Option<ResponseApdu>,
}

impl Uicc {
    /// A card as it comes out of a reset.
    pub fn new(config: Config) -> Self {
        Uicc {
            files: Profile::usim(),
            selection: Selection::default(),
            kept: Vec::new(),
            app: Application::new(&config),
            response: None,
            config,
        }
    }

    /// Reset: all of the session is forgotten. Returns the ATR.
    pub fn handle_reset(&mut self) -> Vec<u8> {
        self.selection = Selection::default();
        self.kept = Vec::new();
        self.app.reset(&self.config);
        self.response = None;
        ATR.to_vec()
    }

    /// A C-APDU; poll until the response comes. There is one command at a time: what was not
    /// taken of the one before is lost.
    pub fn handle_command(&mut self, bytes: &[u8]) {
        self.response = Some(self.execute(bytes).unwrap_or_else(ResponseApdu::status));
    }

    /// The application's answer to the last [`Output::AppletRequest`].
    pub fn handle_applet_response(&mut self, response: http::Response) {
        self.app.handle_answer(&response);
    }

    /// A notification for the Trigger to carry: a whole WSP push PDU, sent as it is.
    pub fn handle_notification(&mut self, push_pdu: &[u8]) {
        self.app.trigger.handle_notification(push_pdu);
    }

    /// The administration agent is to begin a session: false when one is under way or no server
    /// is known. It begins when the terminal speaks next.
    pub fn handle_administration(&mut self) -> bool {
        self.app.admin.start()
    }

    /// What the card wants; the response to the command comes last.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.app.outputs.pop_front() {
            return Some(output);
        }
        let mut response = self.response.take()?;
        if response.sw == StatusWord::OK
            && let Some(length) = self.app.advance()
        {
            response.sw = StatusWord::proactive(length);
        }
        Some(Output::Response(response.encode()))
    }
}
