//! What is done when blocks are lost, damaged or out of place (ISO/IEC 7816-3 §11.6.3.2, rule 7).
//!
//! Every turn that does not bring a message further is counted, so that no peer can hold a
//! reader for ever.

use super::endpoint::{Endpoint, Role};
use super::{Block, DEFAULT_IFS, MAX_ERRORS, MAX_IDLE, MAX_RESYNCHS, Output, Report, Supervisory};
use crate::reader::Failure;

impl Endpoint {
    /// Nothing, an unreadable block or one out of place came instead of what was due
    /// (§11.6.3.2, rule 7).
    pub(super) fn fail(&mut self, report: Report) {
        if !self.may_repeat() {
            return;
        }
        match &self.request {
            Some(request) => {
                let request = request.clone();
                self.send(&request, 1);
            }
            None => self.send(&Block::ready(self.nr, report), 1),
        }
    }

    /// Counts one more failure; false when that was one too many and something else was done.
    pub(super) fn may_repeat(&mut self) -> bool {
        self.errors = self.errors.saturating_add(1);
        if self.errors < MAX_ERRORS {
            return true;
        }
        match self.role {
            // Before the first good block the card falls silent (rule 7.4.2); later the reader
            // decides.
            Role::Card => self.started || self.errors == MAX_ERRORS,
            Role::Reader if !self.started => {
                self.give_up(Failure::Mute);
                false
            }
            Role::Reader if self.resynchs >= MAX_RESYNCHS => {
                self.give_up(Failure::NotSynchronised);
                false
            }
            Role::Reader => {
                self.resynchs += 1;
                self.ask(Supervisory::Resynch, &[]);
                false
            }
        }
    }

    /// Counts a block that brought nothing; false when the reader has had enough.
    pub(super) fn is_patient(&mut self) -> bool {
        self.idle = self.idle.saturating_add(1);
        if self.role == Role::Card || self.idle <= MAX_IDLE {
            return true;
        }
        self.give_up(Failure::NoProgress);
        false
    }

    pub(super) fn give_up(&mut self, failure: Failure) {
        self.busy = false;
        self.request = None;
        self.outgoing = None;
        self.incoming = Vec::new();
        self.outputs.push_back(Output::Failed(failure));
    }

    /// The values of the start (§11.6.2.3).
    pub(super) fn start_anew(&mut self) {
        (self.ns, self.nr) = (0, 0);
        (self.ifs_in, self.ifs_out) = match self.role {
            Role::Reader => (DEFAULT_IFS, self.parameters.ifsc.max(1)),
            Role::Card => (self.parameters.ifsc.max(1), DEFAULT_IFS),
        };
        self.outgoing = None;
        self.incoming = Vec::new();
        self.request = None;
        self.postponed = None;
        self.aborted = None;
    }
}
