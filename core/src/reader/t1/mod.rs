//! T=1, the half-duplex transmission of blocks (ISO/IEC 7816-3 §11).
//!
//! One state machine serves both ends: the reader begins, watches the time and resynchronises;
//! the card answers.

mod endpoint;
mod output;
mod recovery;
#[cfg(test)]
mod tests;

pub use crate::codec::t1::{Block, Damaged, Edc, MAX_INF, Pcb, Report, Supervisory};
pub use endpoint::{Endpoint, Parameters, Role};
pub use output::Output;

/// Octets of one message, chains put together: an extended APDU at its longest.
pub const MAX_MESSAGE: usize = 4 + 3 + 65_535 + 2;

/// Information field size before anything else was agreed on (§11.4.2).
pub const DEFAULT_IFS: u8 = 32;

/// How often in a row something may fail before the reader resynchronises (§11.6.3.2, rule 7).
pub const MAX_ERRORS: u8 = 3;

/// Requests to resynchronise for one message; then only a reset helps.
pub const MAX_RESYNCHS: u8 = 3;

/// Blocks in one message that bring it no further, such as requests for more time.
pub const MAX_IDLE: u16 = 1000;
