//! What a connection is made with, and what comes out of it.

use crate::codec::tls::Description;

/// A key that both ends have, and the name the client tells of it (RFC 4279 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreSharedKey {
    /// Identity.
    pub identity: Vec<u8>,
    /// Key.
    pub key: Vec<u8>,
}

/// Order or fact of a connection, taken with `Connection::poll` until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A record for the other end.
    Record(Vec<u8>),
    /// The handshake is complete: both ends have proved that they have the key.
    Established,
    /// Data of the other end.
    Data(Vec<u8>),
    /// The connection is over; no data come any more.
    Ended(Ending),
}

/// How a connection came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By close_notify: nothing is missing (RFC 5246 §7.2.1).
    Closed,
    /// By a fatal alert of this end.
    Refused(Description),
    /// By a fatal alert of the other end.
    Told(Description),
    /// The transport ended without close_notify: something may have been cut off.
    Truncated,
}
