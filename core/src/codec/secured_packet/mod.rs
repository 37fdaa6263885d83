//! Secured packets: commands to an application in the card, and its receipt
//! (ETSI TS 102 225 §5; carried in short messages by TS 31.115).
//!
//! Knows no counter that was seen before, no keys but those it is given and no file: which
//! packet is allowed to do what is the card's business.

mod command;
mod crypto;
mod header;
mod inner;
mod response;

pub use command::{CommandHeader, CommandPacket};
pub(crate) use command::{CommandParts, HEAD, parts as command_parts};
pub use crypto::Algorithm;
pub use header::{Check, CounterMode, PacketStatus, Receipt, Spi};
pub(crate) use inner::COUNTERS;
pub use inner::{Keys, MAX_COUNTER};
pub use response::{ResponseHeader, ResponsePacket};

#[cfg(test)]
mod tests;
