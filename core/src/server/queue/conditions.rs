//! Conditions of steps and consequences of failures: what is to be sent next, and what has no turn.

use super::super::plan::{OnFailure, Test};
use super::{Queue, State, Verdict};
use crate::codec::syncml::StatusCode;
use std::sync::Arc;

impl Queue {
    /// Where a step stands with what is in it: a Sequence outside groups may go in parts.
    fn standing(&self, at: usize) -> State {
        let waits = |at: &usize| self.state(*at) == State::Pending;
        if self.is_sequence(at) && self.parts(at).iter().any(waits) {
            State::Pending
        } else {
            self.state(at)
        }
    }

    /// Steps outside groups that can be sent now, in order: up to the first that must wait for
    /// what comes of another.
    pub(in crate::server) fn ready(&self) -> Vec<usize> {
        let mut ready = Vec::new();
        for at in self.program.level(None) {
            let standing = self.standing(at);
            if standing == State::Pending {
                match self.holds(at) {
                    Some(true) => ready.push(at),
                    Some(false) => continue,
                    None => break,
                }
            }
            if self.bars(at) && !matches!(standing, State::Done(_) | State::Skipped) {
                break;
            }
        }
        // A receipt waits for nothing.
        for (at, _) in &self.receipts {
            if self.state(*at) == State::Pending && !ready.contains(at) {
                ready.push(*at);
            }
        }
        ready
    }

    /// What comes behind waits for this.
    fn bars(&self, at: usize) -> bool {
        self.get(at)
            .is_some_and(|flat| flat.step.on_failure != OnFailure::GoOn)
    }

    /// Whether the conditions of a step hold; `None` while that is not known.
    fn holds(&self, at: usize) -> Option<bool> {
        let mut all = true;
        for (condition, of) in self.program.conditions(at) {
            all &= self.test(&condition.is, of)?;
        }
        Some(all)
    }

    fn test(&self, test: &Test, of: usize) -> Option<bool> {
        let Some(progress) = self.progress.get(of) else {
            return Some(false);
        };
        let code = match self.standing(of) {
            State::Pending | State::Sent => return None,
            State::Held => Some(StatusCode::NOT_EXECUTED),
            State::Skipped => None,
            State::Done(code) => Some(code),
        };
        // A process that was only accepted tells its end later.
        let is_running = code == Some(StatusCode::ACCEPTED) && !progress.alerted;
        let value = |found: &dyn Fn(&[u8]) -> bool| {
            let found = progress.values.iter().any(|value| found(value));
            (found || !is_running).then_some(found)
        };
        match test {
            Test::Status(ranges) => {
                Some(code.is_some_and(|code| ranges.iter().any(|range| range.has(code))))
            }
            Test::ValueEquals(text) => value(&|value| value == text.as_bytes()),
            Test::ValueContains(text) => value(&|value| contains(value, text.as_bytes())),
            Test::ValueAbsent => value(&|_| true).map(|found| !found),
            Test::Answer(text) => Some(progress.answers.iter().any(|answer| answer == text)),
        }
    }

    /// Draws the consequences of what came: conditions that do not hold, failures.
    pub(in crate::server) fn judge(&mut self) -> Option<Verdict> {
        let mut verdict = None;
        for at in self.program.level(None) {
            if self.standing(at) == State::Pending && self.holds(at) == Some(false) {
                self.skip(at);
            }
            let program = Arc::clone(&self.program);
            let Some(flat) = program.get(at) else {
                continue;
            };
            if flat.step.on_failure == OnFailure::GoOn
                || self.progress[at].judged
                || !self.has_failed(at)
            {
                continue;
            }
            self.progress[at].judged = true;
            let until = match (&flat.step.on_failure, flat.skip_to) {
                (OnFailure::SkipTo(_), Some(to)) => to,
                _ => self.program.len(),
            };
            for next in self.program.level(None) {
                if next >= flat.end && next < until && self.receipt(next).is_none() {
                    self.skip(next);
                }
            }
            match flat.step.on_failure {
                OnFailure::Stop => verdict = Some(Verdict::Stop),
                OnFailure::Abort => verdict = Some(Verdict::Abort),
                OnFailure::SkipTo(_) | OnFailure::GoOn => {}
            }
            if verdict.is_some() {
                // What of the failed group itself is left has no turn either.
                self.set_inside(at, State::Skipped, |s| {
                    matches!(s, State::Pending | State::Held)
                });
                return verdict;
            }
        }
        verdict
    }

    fn skip(&mut self, at: usize) {
        if !matches!(self.state(at), State::Done(_)) {
            self.set(at, State::Skipped);
        }
        self.set_inside(at, State::Skipped, |s| !matches!(s, State::Done(_)));
    }

    /// A final Status that is no success and not accepted, of a step or in a group.
    fn has_failed(&self, at: usize) -> bool {
        let end = self.get(at).map_or(at, |flat| flat.end);
        self.standing(at) != State::Pending
            && (at..end).any(|inner| match self.state(inner) {
                State::Done(code) => !self.is_good(inner, code),
                _ => false,
            })
    }

    pub(in crate::server) fn is_good(&self, at: usize, code: StatusCode) -> bool {
        code.is_success()
            || self
                .get(at)
                .is_some_and(|flat| flat.step.accept.contains(&code))
    }
}

fn contains(value: &[u8], part: &[u8]) -> bool {
    part.is_empty() || value.windows(part.len()).any(|window| window == part)
}
