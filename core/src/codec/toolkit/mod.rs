//! The card application toolkit on the wire: proactive commands, terminal responses, envelopes,
//! terminal profile (ETSI TS 102 223; tags ETSI TS 101 220 §7.2).
//!
//! Objects of kinds this enabler has no use for are kept as they came. Knows no state: who may
//! send what when is the card's and the terminal's business.

mod channel;
mod command;
mod envelope;
mod fields;
mod names;
mod object;
pub mod profile;
mod response;

pub use channel::{ChannelStatus, LinkState, Transport, TransportKind};
pub use command::{Action, ProactiveCommand};
pub use envelope::Envelope;
pub use fields::{fields, object_fields};
pub use names::{command as command_name, event as event_name};
pub use object::{Object, bcd, tag};
pub use response::{BipError, TerminalResponse, result};

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
    /// Data available on a channel.
    pub const DATA_AVAILABLE: u8 = 0x09;
    /// Channel status changed.
    pub const CHANNEL_STATUS: u8 = 0x0A;
}
