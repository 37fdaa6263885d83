//! What a receipt will tell of a session: gathered while it runs, lost with it.
//!
//! Knows no key and no chain.

use crate::codec::cose::{Hash, Receipt, Run, Transcript};
use crate::codec::syncml::StatusCode;

/// What a session has to tell in its receipt.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) transcript: Transcript,
    /// Hash of the order that was right.
    pub(super) order: Option<Hash>,
    /// Why the order was refused.
    pub(super) refused: Option<String>,
    /// Status of the question to the user.
    pub(super) consent: Option<u16>,
    /// Statuses of commands.
    pub(super) statuses: Vec<Run>,
    /// The receipt is made.
    pub(super) issued: bool,
}

impl Evidence {
    /// Takes the Status of a question.
    pub(super) fn asked(&mut self, code: StatusCode) {
        self.consent = Some(code.0);
    }

    /// Takes the Status of a command.
    pub(super) fn done(&mut self, code: StatusCode) {
        Receipt::count(&mut self.statuses, code.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.consent.is_none() && self.statuses.is_empty()
    }
}
