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
pub mod local;
mod object;
pub mod profile;
mod read;
mod response;
mod text;
mod write;

pub use super::vocabulary::toolkit::{command_name, device, event, event_name, result, tag};
pub use action::{Action, Extra, Item, NotModelled};
pub use channel::{ChannelStatus, HostAddress, LinkState, Transport, TransportKind};
pub use command::ProactiveCommand;
pub use envelope::Envelope;
pub use object::{Object, bcd};
pub use response::{BipError, TerminalResponse, additional_text};
pub use text::{Alpha, Text};
