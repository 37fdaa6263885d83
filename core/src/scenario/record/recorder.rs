//! Writes steps in the order of the story and keeps what encloses what.

use crate::trace::{Actor, Event, Fate, Interface, Step};
use crate::tree::Change;

/// Milliseconds of logical time that one recorded fact takes.
const FACT_MS: u64 = 2;

/// What a step lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Within {
    /// The enabler's step, directly.
    Step,
    /// The message with this id, which it helps to carry.
    Message(u32),
}

/// What is to be written down: something that crosses, or happens in one actor.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Leg {
    pub(in crate::scenario) from: Actor,
    pub(in crate::scenario) to: Actor,
    pub(in crate::scenario) interface: Interface,
    pub(in crate::scenario) event: Event,
    pub(in crate::scenario) bytes: Vec<u8>,
    pub(in crate::scenario) changes: Vec<Change>,
    pub(in crate::scenario) cause: Option<u32>,
    pub(in crate::scenario) within: Within,
}

impl Leg {
    /// A message on its way.
    pub(in crate::scenario) fn message(
        from: Actor,
        to: Actor,
        interface: Interface,
        event: Event,
        bytes: Vec<u8>,
    ) -> Self {
        Leg {
            from,
            to,
            interface,
            event,
            bytes,
            changes: Vec::new(),
            cause: None,
            within: Within::Step,
        }
    }

    /// A fact in one actor.
    pub(in crate::scenario) fn fact(actor: Actor, interface: Interface, event: Event) -> Self {
        Leg::message(actor, actor, interface, event, Vec::new())
    }

    /// The same leg, brought about by that step.
    pub(in crate::scenario) fn because(mut self, cause: Option<u32>) -> Self {
        self.cause = cause;
        self
    }

    /// The same leg, helping to carry that message; with `None` directly in the enabler's step.
    pub(in crate::scenario) fn within(mut self, message: Option<u32>) -> Self {
        self.within = message.map_or(Within::Step, Within::Message);
        self
    }
}

/// The trace in the making.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Recorder {
    /// What is recorded so far.
    pub(in crate::scenario) steps: Vec<Step>,
    /// Logical time, milliseconds since the start.
    pub(in crate::scenario) now_ms: u64,
    enabler_step: u8,
    /// The steps into which the next one can be put, outermost first: what lies inside a step
    /// follows it without a gap.
    open: Vec<u32>,
}

impl Recorder {
    /// The enabler's step that lasts; none before the first.
    pub(in crate::scenario) fn now_in(&self) -> Option<u8> {
        (!self.steps.is_empty()).then_some(self.enabler_step)
    }

    /// The enabler's step `index` begins.
    pub(in crate::scenario) fn begin(&mut self, index: u8, leg: Leg) -> u32 {
        self.enabler_step = index;
        self.open.clear();
        self.record(leg, None, Vec::new())
    }

    /// Writes a step down, with what became of its bytes on the way.
    pub(in crate::scenario) fn record(
        &mut self,
        leg: Leg,
        fate: Option<Fate>,
        arrived: Vec<u8>,
    ) -> u32 {
        let id = self.steps.len() as u32;
        let depth = match leg.within {
            Within::Step => 1,
            Within::Message(outer) => self
                .open
                .iter()
                .position(|open| *open == outer)
                .map_or(1, |at| at + 1),
        };
        self.open.truncate(depth);
        let enclosing = self.open.last().copied();
        self.open.push(id);
        self.steps.push(Step {
            id,
            tick: self.now_ms,
            enabler_step: self.enabler_step,
            from: leg.from,
            to: leg.to,
            interface: leg.interface,
            event: leg.event,
            bytes: leg.bytes,
            fate,
            arrived,
            changes: leg.changes,
            cause: leg.cause,
            enclosing,
        });
        self.now_ms += FACT_MS;
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(event: Event) -> Leg {
        Leg::fact(Actor::Card, Interface::Internal, event)
    }

    #[test]
    fn what_lies_inside_a_step_follows_it_without_a_gap() {
        let mut recorder = Recorder::default();
        let began = recorder.begin(0, leg(Event::EnablerStepBegan));
        let message = recorder.record(leg(Event::CardStarted), None, Vec::new());
        let inner = leg(Event::EnvelopeSent).within(Some(message));
        let inner = recorder.record(inner, None, Vec::new());
        let apdu = leg(Event::CommandApduSent).within(Some(inner));
        recorder.record(apdu, None, Vec::new());
        // Something else comes between: what follows is no longer inside.
        recorder.record(leg(Event::CardMute), None, Vec::new());
        let late = leg(Event::CommandApduSent).within(Some(inner));
        recorder.record(late, None, Vec::new());
        let enclosing: Vec<_> = recorder.steps.iter().map(|step| step.enclosing).collect();
        assert_eq!(
            enclosing,
            [
                None,
                Some(began),
                Some(message),
                Some(inner),
                Some(began),
                Some(began)
            ]
        );
    }

    #[test]
    fn cause_and_place_are_those_of_the_leg_alone() {
        let mut recorder = Recorder::default();
        recorder.begin(0, leg(Event::EnablerStepBegan));
        recorder.record(leg(Event::CardStarted).because(Some(0)), None, Vec::new());
        recorder.record(leg(Event::CardMute), None, Vec::new());
        let causes: Vec<_> = recorder.steps.iter().map(|step| step.cause).collect();
        assert_eq!(causes, [None, Some(0), None]);
    }
}
