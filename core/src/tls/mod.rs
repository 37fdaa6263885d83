//! TLS 1.2 with a pre-shared key, both ends: TLS_PSK_WITH_AES_128_CBC_SHA256 and nothing else
//! (RFC 5246, RFC 4279, RFC 5487; RFC 5746 as far as one handshake needs it).
//!
//! Made for the simulation alone: it shows what crosses and refuses what must be refused, on keys
//! that everybody may know. Randoms and initial values come in from outside, and a MAC takes a
//! time that depends on lengths. It resumes no session, begins no second handshake, and knows no
//! certificates, no HTTP and no transport.

mod connection;
mod end;
mod handshake;
mod protect;
mod schedule;
mod source;
#[cfg(test)]
mod tests;

pub use connection::Connection;
pub use end::{Ending, Output, PreSharedKey};
pub use source::Source;
