//! The card application toolkit on the wire: proactive commands, terminal responses, envelopes,
//! terminal profile (ETSI TS 102 223; tags ETSI TS 101 220 §7.2).
//!
//! Objects of kinds this enabler has no use for are kept as they came. Knows no state: who may
//! send what when is the card's and the terminal's business.

mod action;
mod channel;
mod command;
mod display;
mod envelope;
mod fields;
pub mod local;
mod names;
mod object;
pub mod profile;
mod read;
mod response;
mod text;
mod write;

pub use action::{Action, Item, NotModelled};
pub use channel::{ChannelStatus, HostAddress, LinkState, Transport, TransportKind};
pub use command::{Extra, ProactiveCommand};
pub use envelope::Envelope;
pub use fields::{fields, object_fields};
pub use names::{command as command_name, event as event_name};
pub use object::{Object, bcd, tag};
pub use response::{BipError, TerminalResponse, result};
pub use text::{Alpha, Text};

/// Device identities (TS 102 223 §8.7).
pub mod device {
    /// Keypad.
    pub const KEYPAD: u8 = 0x01;
    /// Display.
    pub const DISPLAY: u8 = 0x02;
    /// BIP channel 1; channel n is `CHANNEL_1 + n - 1`.
    pub const CHANNEL_1: u8 = 0x21;
    /// The card.
    pub const UICC: u8 = 0x81;
    /// The terminal.
    pub const TERMINAL: u8 = 0x82;
    /// The network.
    pub const NETWORK: u8 = 0x83;
}

/// Events of SET UP EVENT LIST (TS 102 223 §8.25).
pub mod event {
    /// A call comes in.
    pub const MT_CALL: u8 = 0x00;
    /// A call is connected.
    pub const CALL_CONNECTED: u8 = 0x01;
    /// A call is over.
    pub const CALL_DISCONNECTED: u8 = 0x02;
    /// The location changed.
    pub const LOCATION_STATUS: u8 = 0x03;
    /// The user did something.
    pub const USER_ACTIVITY: u8 = 0x04;
    /// The idle screen is shown.
    pub const IDLE_SCREEN: u8 = 0x05;
    /// A card reader changed.
    pub const CARD_READER_STATUS: u8 = 0x06;
    /// Another language was chosen.
    pub const LANGUAGE_SELECTION: u8 = 0x07;
    /// The browser ended.
    pub const BROWSER_TERMINATION: u8 = 0x08;
    /// Data available on a channel.
    pub const DATA_AVAILABLE: u8 = 0x09;
    /// Channel status changed.
    pub const CHANNEL_STATUS: u8 = 0x0A;
    /// The access technology changed.
    pub const ACCESS_TECHNOLOGY: u8 = 0x0B;
    /// Parameters of the display changed.
    pub const DISPLAY_PARAMETERS: u8 = 0x0C;
    /// A local device wants a connection.
    pub const LOCAL_CONNECTION: u8 = 0x0D;
    /// The network search mode changed.
    pub const SEARCH_MODE: u8 = 0x0E;
    /// Browsing status.
    pub const BROWSING_STATUS: u8 = 0x0F;
    /// Frames changed.
    pub const FRAMES: u8 = 0x10;
    /// HCI connectivity.
    pub const HCI_CONNECTIVITY: u8 = 0x13;
    /// Several access technologies changed.
    pub const ACCESS_TECHNOLOGIES: u8 = 0x14;
}
