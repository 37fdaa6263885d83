//! What waits to be sent to the server, in its order.
//!
//! Knows no sizes: how much of it goes into a message is for `package` to say.

use crate::codec::syncml::Command;

/// Answers that wait to be sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    pub(super) waiting: Vec<Command>,
    /// Place of Results of which a part was sent already.
    pub(super) begun: Option<usize>,
}

impl Outbox {
    /// Answers to a new message go before what is left of earlier ones.
    pub(super) fn put_first(&mut self, answers: Vec<Command>) {
        self.begun = self.begun.map(|place| place + answers.len());
        self.waiting.splice(..0, answers);
    }

    /// Answers to the commands of a message go behind the Status for its header.
    pub(super) fn put_after_header(&mut self, answers: Vec<Command>) {
        let at = self.waiting.len().min(1);
        self.begun = self.begun.map(|place| place + answers.len());
        self.waiting.splice(at..at, answers);
    }

    /// What the device has to say besides goes behind everything.
    pub(super) fn put_last(&mut self, command: Command) {
        self.waiting.push(command);
    }

    /// Whether all is sent.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The server does not want the rest of the object it was sent a part of.
    pub(super) fn drop_begun(&mut self) {
        if let Some(place) = self.begun.take().filter(|p| *p < self.waiting.len()) {
            self.waiting.remove(place);
        }
    }

    /// Forgets everything, for a session that begins anew.
    pub(super) fn clear(&mut self) {
        *self = Outbox::default();
    }
}
