//! The connectionless WSP push PDU, as far as a DM notification needs it
//! (WAP-230-WSP §8.2.4, §8.4; OMA-TS-DM_Notification-V1_2_1 §7).
//!
//! Values of headers stay as they came; only the content type with its parameters and the
//! application id are understood. Knows no SMS and no UDP: that is the carrier's.

mod push;
mod read;
mod security;
mod token;

pub use push::{Header, Push, decode_notification, encode_notification};
pub(crate) use push::{is_application_id, token};
pub(crate) use read::{media_type, parameters, push as push_parts};
pub use security::{Security, SecurityMethod};
pub use token::{Parameter, Token};

/// UDP port of WAP push, not secured.
pub const PUSH_PORT: u16 = 2948;

#[cfg(test)]
mod tests;
