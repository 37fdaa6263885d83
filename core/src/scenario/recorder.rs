//! Writes steps in the order of the story and keeps what encloses what.

use crate::trace::{Actor, Event, Interface, Step};
use crate::tree::Change;

/// Milliseconds of logical time that one recorded fact takes.
const FACT_MS: u64 = 2;

/// The trace in the making.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    /// What is recorded so far.
    pub steps: Vec<Step>,
    /// Logical time.
    pub now_ms: u64,
    enabler_step: u8,
    began: Option<u32>,
    carried: Option<u32>,
    wire: Option<u32>,
    cause: Option<u32>,
}

impl Recorder {
    /// The enabler's step now is `index`; recorded once while it lasts.
    pub(super) fn begin(&mut self, index: u8, from: Actor, to: Actor, interface: Interface) {
        if self.began.is_some() && self.enabler_step == index {
            return;
        }
        self.enabler_step = index;
        self.began = None;
        self.carried = None;
        self.wire = None;
        self.began = Some(self.push(from, to, interface, Event::EnablerStepBegan, &[], None));
    }

    /// A step directly inside the enabler's step.
    pub(super) fn record(
        &mut self,
        from: Actor,
        to: Actor,
        interface: Interface,
        event: Event,
        bytes: &[u8],
    ) -> u32 {
        self.carried = None;
        self.push(from, to, interface, event, bytes, self.began)
    }

    /// A fact in one actor, directly inside the enabler's step.
    pub(super) fn fact(&mut self, actor: Actor, interface: Interface, event: Event) -> u32 {
        self.record(actor, actor, interface, event, &[])
    }

    /// A fact that changed the tree.
    pub(super) fn changed(&mut self, actor: Actor, event: Event, changes: Vec<Change>) -> u32 {
        let id = self.fact(actor, Interface::Internal, event);
        if let Some(step) = self.steps.last_mut() {
            step.changes = changes;
        }
        id
    }

    /// A step inside `enclosing`.
    pub(super) fn inside(
        &mut self,
        enclosing: Option<u32>,
        from: Actor,
        to: Actor,
        interface: Interface,
        event: Event,
        bytes: &[u8],
    ) -> u32 {
        self.push(from, to, interface, event, bytes, enclosing.or(self.began))
    }

    /// What comes next from below helps to carry `id`.
    pub(super) fn carry(&mut self, id: u32) {
        self.carried = Some(id);
        self.wire = None;
    }

    /// The last response on the wire, or what is being carried when there was none yet.
    pub(super) fn wire(&self) -> Option<u32> {
        self.wire.or(self.carried)
    }

    /// The response on the wire that the next command follows.
    pub(super) fn answered(&mut self, id: u32) {
        self.wire = Some(id);
    }

    /// What is being carried: the innermost message on its way.
    pub(super) fn carried(&self) -> Option<u32> {
        self.carried
    }

    /// The step that brings the next ones about.
    pub(super) fn because(&mut self, id: impl Into<Option<u32>>) {
        self.cause = id.into();
    }

    fn push(
        &mut self,
        from: Actor,
        to: Actor,
        interface: Interface,
        event: Event,
        bytes: &[u8],
        enclosing: Option<u32>,
    ) -> u32 {
        let id = self.steps.len() as u32;
        self.steps.push(Step {
            id,
            tick: self.now_ms,
            enabler_step: self.enabler_step,
            from,
            to,
            interface,
            event,
            bytes: bytes.to_vec(),
            changes: Vec::new(),
            cause: self.cause,
            enclosing,
        });
        self.now_ms += FACT_MS;
        id
    }
}
