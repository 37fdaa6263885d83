//! What an end of the line wants done.

use crate::reader::Failure;

/// Taken with `Endpoint::poll`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A block for the other end.
    Send {
        /// The whole block, error detection code included.
        bytes: Vec<u8>,
        /// Factor by which the reader's waiting time for the block that comes next grows; 1 if it
        /// does not.
        waiting: u8,
    },
    /// A whole message came: a command for a card, a response for a reader.
    Message(Vec<u8>),
    /// The card's end was resynchronised; the command it is working at is no longer waited for.
    Dropped,
    /// The reader's end resynchronised and sends its command anew: the card may carry it out
    /// twice (§11.6.3.2, rule 7).
    Restarted,
    /// The reader's end gives the message up.
    Failed(Failure),
}
