//! What happens inside the card while it works at a command, kept until the response is out:
//! the story tells a request to its end before it tells the answer.

use crate::codec::http;
use crate::server;

/// Recorded after the response APDU.
#[derive(Debug)]
pub(super) enum Deferred {
    /// The card's DM Server found something.
    Event(server::Event),
    /// It answered: the DM message and the HTTP response around it.
    Answer(server::Answer, http::Response),
    /// The Trigger sends this push PDU.
    Notification(Vec<u8>),
}
