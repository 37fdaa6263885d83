//! What became of each step of a plan in one device.
//!
//! Outlives sessions: what got no final Status waits for the next one
//! (OMA-TS-DM_Protocol-V1_2_1 §8; commands are such that doing them twice does no harm).

mod conditions;

use super::plan::{Operation, Step};
use super::program::{Flat, Program};
use crate::codec::syncml::StatusCode;
use std::sync::Arc;

/// Times a command is sent in another form before its Status counts.
const MAX_FORMS: u8 = 2;

/// Values and answers kept of one step.
const MAX_KEPT: usize = 64;

/// Where a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// To be sent.
    #[default]
    Pending,
    /// Sent; its Status is to come.
    Sent,
    /// The client did not get to it; not to be sent again in this session.
    Held,
    /// Passed over: a condition did not hold, or the plan was over before.
    Skipped,
    /// Has its final Status.
    Done(StatusCode),
}

#[derive(Clone, Debug, Default)]
struct Progress {
    state: State,
    /// Goes as Add in place of Replace, or the other way round.
    flipped: bool,
    forms: u8,
    /// Its size was found good in this session.
    measured: bool,
    /// Its failure has had its consequence.
    judged: bool,
    /// The alert that ended an Exec has come.
    alerted: bool,
    /// What was read, or came with that alert.
    values: Vec<Vec<u8>>,
    /// What the user wrote or chose.
    answers: Vec<String>,
}

/// What a failed step asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stop,
    Abort,
}

/// All steps of a plan and where they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    program: Arc<Program>,
    progress: Vec<Progress>,
    /// Steps that bring receipts, with their numbers; they stand behind the plan.
    receipts: Vec<(usize, u64)>,
}

impl Queue {
    pub(super) fn new(program: Arc<Program>) -> Self {
        Queue {
            progress: vec![Progress::default(); program.len()],
            program,
            receipts: Vec::new(),
        }
    }

    /// Puts the command of a receipt behind all others: it belongs to what was done, not to the
    /// plan.
    pub(super) fn append_receipt(&mut self, seq: u64, step: Step) {
        let at = self.program.len();
        Arc::make_mut(&mut self.program).add(step, None);
        self.progress.push(Progress::default());
        self.receipts.push((at, seq));
    }

    /// Number of the receipt that a step brings.
    pub(super) fn receipt(&self, at: usize) -> Option<u64> {
        let found = self.receipts.iter().find(|(step, _)| *step == at);
        found.map(|(_, seq)| *seq)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Flat> {
        self.program.get(at)
    }

    pub(super) fn state(&self, at: usize) -> State {
        self.progress.get(at).map_or(State::Skipped, |p| p.state)
    }

    pub(super) fn is_flipped(&self, at: usize) -> bool {
        self.progress.get(at).is_some_and(|p| p.flipped)
    }

    /// The element name it goes by now.
    pub(super) fn name(&self, at: usize) -> &'static str {
        let name = self.get(at).map_or("", |flat| flat.step.operation.name());
        match (name, self.is_flipped(at)) {
            ("Add", true) => "Replace",
            ("Replace", true) => "Add",
            (name, _) => name,
        }
    }

    fn set(&mut self, at: usize, state: State) {
        if let Some(progress) = self.progress.get_mut(at) {
            progress.state = state;
        }
    }

    fn set_inside(&mut self, group: usize, state: State, which: impl Fn(State) -> bool) {
        let end = self.get(group).map_or(0, |flat| flat.end);
        for progress in self.progress.iter_mut().take(end).skip(group + 1) {
            if which(progress.state) {
                progress.state = state;
            }
        }
    }

    fn is_sequence(&self, at: usize) -> bool {
        self.get(at)
            .is_some_and(|flat| matches!(flat.step.operation, Operation::Sequence(_)))
    }

    /// The steps directly in a group.
    pub(super) fn parts(&self, group: usize) -> Vec<usize> {
        self.program.level(Some(group))
    }

    /// The parts of a Sequence that are to be sent.
    pub(super) fn pending_parts(&self, group: usize) -> Vec<usize> {
        let mut parts = self.parts(group);
        parts.retain(|at| self.state(*at) == State::Pending);
        parts
    }

    pub(super) fn sent(&mut self, at: usize) {
        if let Some(progress) = self.progress.get_mut(at) {
            progress.state = State::Sent;
            progress.values.clear();
            progress.answers.clear();
            progress.alerted = false;
        }
    }

    /// Takes a Status for a step.
    pub(super) fn answered(&mut self, at: usize, code: StatusCode) {
        let program = Arc::clone(&self.program);
        let (Some(flat), Some(progress)) = (program.get(at), self.progress.get_mut(at)) else {
            return;
        };
        // One that is to go again waits for the later answer; one that was not reached stays so.
        if progress.state != State::Sent {
            return;
        }
        if self.receipts.iter().any(|(step, _)| *step == at) {
            // One that was not taken is shown again in the next session.
            let is_there = code.is_success() || code == StatusCode::ALREADY_EXISTS;
            progress.state = match is_there {
                true => State::Done(code),
                false => State::Held,
            };
            return;
        }
        let other_form = match (&flat.step.operation, progress.flipped) {
            (Operation::Replace { .. }, false) | (Operation::Add { .. }, true) => {
                code == StatusCode::NOT_FOUND
            }
            (Operation::Add { .. }, false) | (Operation::Replace { .. }, true) => {
                code == StatusCode::ALREADY_EXISTS
            }
            _ => false,
        };
        if other_form && flat.step.either && progress.forms < MAX_FORMS {
            progress.forms += 1;
            progress.flipped = !progress.flipped;
            progress.state = State::Pending;
            return self.read_again(at);
        }
        let undone = matches!(code, StatusCode::NOT_EXECUTED | StatusCode::ROLLED_BACK);
        let in_atomic = flat.parent.is_some_and(|parent| !self.is_sequence(parent));
        let is_group = matches!(
            flat.step.operation,
            Operation::Sequence(_) | Operation::Atomic(_)
        );
        // What an Atomic did not do is told by the Atomic's own Status.
        if undone && !in_atomic {
            self.set(at, State::Held);
            self.set_inside(at, State::Held, |_| true);
            return;
        }
        self.set(at, State::Done(code));
        if is_group && !code.is_success() {
            self.set_inside(at, State::Done(StatusCode::NOT_EXECUTED), |s| {
                s == State::Pending
            });
        }
        if let (Operation::Alert(_), Some(parent)) = (&flat.step.operation, flat.parent)
            && !code.is_success()
        {
            // The client leaves the rest of the group; what of it was not sent yet is left too.
            for part in self.pending_parts(parent) {
                self.set(part, State::Held);
                self.set_inside(part, State::Held, |_| true);
            }
        }
        self.close_sequence_of(at);
    }

    /// A Sequence whose parts all went without it, as large objects do, gets no Status of its own:
    /// it is done with the last of them.
    fn close_sequence_of(&mut self, at: usize) {
        let parent = self.get(at).and_then(|flat| flat.parent);
        let Some(parent) = parent.filter(|parent| self.is_sequence(*parent)) else {
            return;
        };
        let is_done = |at: &usize| matches!(self.state(*at), State::Done(_) | State::Skipped);
        if self.state(parent) == State::Pending && self.parts(parent).iter().all(is_done) {
            self.set(parent, State::Done(StatusCode::OK));
        }
    }

    /// What was read behind a step is no longer how it will be.
    fn read_again(&mut self, at: usize) {
        for later in at + 1..self.program.len() {
            let is_get = self
                .get(later)
                .is_some_and(|flat| matches!(flat.step.operation, Operation::Get { .. }));
            if is_get && !matches!(self.state(later), State::Skipped | State::Held) {
                self.set(later, State::Pending);
            }
        }
    }

    /// Keeps what a Get brought, as far as a condition asks for it.
    pub(super) fn keep_value(&mut self, at: usize, value: &[u8]) {
        let keeps = self.get(at).is_some_and(|flat| flat.keeps);
        if let Some(progress) = self.progress.get_mut(at)
            && keeps
            && progress.values.len() < MAX_KEPT
        {
            progress.values.push(value.to_vec());
        }
    }

    /// Keeps what the user said.
    pub(super) fn keep_answers(&mut self, at: usize, answers: &[String]) {
        let keeps = self.get(at).is_some_and(|flat| flat.keeps);
        if let Some(progress) = self.progress.get_mut(at)
            && keeps
        {
            progress.answers = answers.iter().take(MAX_KEPT).cloned().collect();
        }
    }

    /// An alert that tells the end of a process: which step had started it.
    pub(super) fn alerted(&mut self, correlator: &str, data: &[u8]) -> Option<usize> {
        let at = self.program.correlated(correlator)?;
        if matches!(self.state(at), State::Pending | State::Skipped) {
            return None;
        }
        self.keep_value(at, data);
        if let Some(progress) = self.progress.get_mut(at) {
            progress.alerted = true;
        }
        Some(at)
    }

    /// A step that cannot be sent at all.
    pub(super) fn refused(&mut self, at: usize, code: StatusCode) {
        self.set(at, State::Done(code));
        self.set_inside(at, State::Done(StatusCode::NOT_EXECUTED), |s| {
            !matches!(s, State::Done(_))
        });
        self.close_sequence_of(at);
    }

    /// Whether the size of a step is still to be looked at: true once a session.
    pub(super) fn begin_measuring(&mut self, at: usize) -> bool {
        self.progress
            .get_mut(at)
            .is_some_and(|p| !std::mem::replace(&mut p.measured, true))
    }

    /// A step whose object was interrupted is sent again, but not for ever.
    pub(super) fn interrupted(&mut self, at: usize, code: StatusCode) {
        let Some(progress) = self.progress.get_mut(at) else {
            return;
        };
        progress.forms += 1;
        progress.state = if progress.forms > MAX_FORMS {
            State::Done(code)
        } else {
            State::Pending
        };
    }

    /// What was sent without an answer is to be sent again.
    pub(super) fn unsent(&mut self) {
        for progress in &mut self.progress {
            if progress.state == State::Sent {
                progress.state = State::Pending;
            }
        }
    }

    /// A session is over: what is not done waits for the next.
    pub(super) fn rest(&mut self) {
        let open = |s: State| !matches!(s, State::Done(_) | State::Skipped);
        let is_open: Vec<bool> = self.progress.iter().map(|p| open(p.state)).collect();
        let any = is_open.contains(&true);
        for top in self.program.level(None) {
            let end = self.get(top).map_or(top, |flat| flat.end);
            let group_open = (top..end).any(|at| is_open[at]);
            for at in top..end {
                let program = Arc::clone(&self.program);
                let Some(flat) = program.get(at) else {
                    continue;
                };
                // The user is asked anew with what the question stands before, and an Atomic goes
                // whole.
                let again = group_open
                    && flat.parent.is_some_and(|parent| {
                        matches!(flat.step.operation, Operation::Alert(_))
                            || (!self.is_sequence(parent) && is_open[parent])
                    });
                let progress = &mut self.progress[at];
                progress.measured = false;
                if is_open[at] || again {
                    progress.state = State::Pending;
                    progress.forms = 0;
                    progress.judged = false;
                }
            }
            // What depends on something that is still open is judged anew.
            let depends = self
                .program
                .conditions(top)
                .any(|(_, of)| is_open.get(of).copied().unwrap_or(false));
            if any && depends && self.state(top) == State::Skipped {
                self.set(top, State::Pending);
                self.set_inside(top, State::Pending, |s| s == State::Skipped);
            }
        }
    }

    /// Whether every step has its final Status or no turn. Receipts are no part of the plan.
    pub(super) fn is_done(&self) -> bool {
        let is_done = |at: usize| matches!(self.state(at), State::Done(_) | State::Skipped);
        let mut steps = 0..self.progress.len();
        steps.all(|at| is_done(at) || self.receipt(at).is_some())
    }

    /// How many commands had their turn, and how many were refused for good; groups and
    /// questions do not count.
    pub(super) fn count(&self) -> (usize, usize) {
        let (mut all, mut refused) = (0, 0);
        for at in 0..self.program.len() {
            let counts = self.get(at).is_some_and(|flat| {
                !matches!(
                    flat.step.operation,
                    Operation::Alert(_) | Operation::Sequence(_) | Operation::Atomic(_)
                )
            });
            match self.state(at) {
                _ if !counts || self.receipt(at).is_some() => {}
                State::Skipped => {}
                State::Done(code) if !self.is_good(at, code) => {
                    all += 1;
                    refused += 1;
                }
                _ => all += 1,
            }
        }
        (all, refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Plan;

    fn queue(commands: &str) -> Queue {
        let plan = Plan::from_json(&format!("{{\"commands\": [{commands}]}}")).unwrap();
        Queue::new(Arc::new(Program::new(plan)))
    }

    #[test]
    fn forms_change_but_not_for_ever() {
        let mut queue = queue(
            r#"{"command": "Replace", "target": "./A", "text": "", "either": true},
               {"command": "Get", "target": "./A"}"#,
        );
        assert_eq!(queue.ready(), [0, 1]);
        queue.sent(0);
        queue.sent(1);
        assert!(queue.ready().is_empty());
        queue.answered(1, StatusCode::OK);
        queue.answered(0, StatusCode::NOT_FOUND);
        assert_eq!(queue.name(0), "Add");
        assert_eq!(queue.ready(), [0, 1]);
        queue.sent(0);
        queue.answered(0, StatusCode::ALREADY_EXISTS);
        queue.sent(0);
        queue.answered(0, StatusCode::NOT_FOUND);
        // An answer from before does not count.
        queue.answered(1, StatusCode::OK);
        assert_eq!(queue.ready(), [1]);
        queue.sent(1);
        queue.answered(1, StatusCode::OK);
        assert!(queue.is_done());
        assert_eq!(queue.count(), (2, 1));
    }

    #[test]
    fn what_is_not_done_waits() {
        let mut queue = queue(
            r#"{"command": "Replace", "target": "./A", "text": ""},
               {"command": "Add", "target": "./B", "text": ""},
               {"command": "Delete", "target": "./C", "accept": [404]}"#,
        );
        for at in 0..3 {
            queue.sent(at);
        }
        queue.answered(0, StatusCode::NOT_EXECUTED);
        queue.answered(2, StatusCode::NOT_FOUND);
        assert!(queue.ready().is_empty());
        assert!(!queue.is_done());
        queue.rest();
        assert_eq!(queue.ready(), [0, 1]);
        assert_eq!(queue.count(), (3, 0));
    }

    #[test]
    fn a_question_is_asked_anew_and_an_atomic_goes_whole() {
        let mut queue = queue(
            r#"{"command": "Sequence", "commands": [
                 {"command": "Alert", "code": 1101, "text": "?"},
                 {"command": "Delete", "target": "./A"},
                 {"command": "Delete", "target": "./B"}]},
               {"command": "Atomic", "commands": [
                 {"command": "Delete", "target": "./C"},
                 {"command": "Delete", "target": "./D"}]}"#,
        );
        // Only a part of the Sequence fitted.
        for at in [0, 1, 4, 5, 6] {
            queue.sent(at);
        }
        assert_eq!(queue.ready(), [0]);
        queue.answered(0, StatusCode::OK);
        queue.answered(1, StatusCode::NOT_MODIFIED);
        assert_eq!(queue.state(2), State::Held);
        assert_eq!(queue.state(3), State::Held);
        queue.answered(5, StatusCode::NOT_EXECUTED);
        queue.answered(4, StatusCode::NOT_EXECUTED);
        queue.answered(6, StatusCode::NOT_EXECUTED);
        assert!(queue.ready().is_empty());
        queue.rest();
        assert_eq!(queue.ready(), [0, 4]);
        assert_eq!(queue.pending_parts(0), [1, 2, 3]);
        assert_eq!(queue.pending_parts(4), [5, 6]);
        // One that failed is over with all that is in it.
        for at in [4, 5, 6] {
            queue.sent(at);
        }
        queue.answered(4, StatusCode::ATOMIC_FAILED);
        queue.answered(5, StatusCode::ROLLED_BACK);
        queue.answered(6, StatusCode::NOT_FOUND);
        queue.rest();
        assert_eq!(queue.ready(), [0]);
        assert_eq!(queue.state(5), State::Done(StatusCode::ROLLED_BACK));
    }

    #[test]
    fn conditions_and_consequences() {
        let mut queue = queue(
            r#"{"id": "get", "command": "Get", "target": "./A"},
               {"command": "Delete", "target": "./B",
                "when": [{"of": "get", "is": {"value-contains": "old"}}]},
               {"command": "Delete", "target": "./C", "on-failure": {"skip-to": "end"},
                "when": [{"of": "get", "is": {"status": [404, "200-299"]}}]},
               {"command": "Delete", "target": "./D"},
               {"id": "end", "command": "Delete", "target": "./E", "on-failure": "abort"},
               {"command": "Delete", "target": "./F"}"#,
        );
        assert_eq!(queue.judge(), None);
        assert_eq!(queue.ready(), [0]);
        queue.sent(0);
        assert!(queue.ready().is_empty());
        queue.keep_value(0, b"new");
        queue.answered(0, StatusCode::OK);
        assert_eq!(queue.judge(), None);
        assert_eq!(queue.state(1), State::Skipped);
        assert_eq!(queue.ready(), [2]);
        queue.sent(2);
        queue.answered(2, StatusCode::PERMISSION_DENIED);
        assert_eq!(queue.judge(), None);
        assert_eq!(queue.state(3), State::Skipped);
        assert_eq!(queue.ready(), [4]);
        queue.sent(4);
        queue.answered(4, StatusCode::NOT_FOUND);
        assert_eq!(queue.judge(), Some(Verdict::Abort));
        assert!(queue.is_done());
        assert_eq!(queue.judge(), None);
    }

    #[test]
    fn a_process_is_waited_for_over_sessions() {
        let mut queue = queue(
            r#"{"id": "x", "command": "Exec", "target": "./A", "correlator": "c"},
               {"command": "Delete", "target": "./B",
                "when": [{"of": "x", "is": {"value-equals": "1200"}}]}"#,
        );
        assert_eq!(queue.alerted("c", b"1200"), None, "before it was started");
        queue.sent(0);
        queue.answered(0, StatusCode::ACCEPTED);
        queue.judge();
        assert!(queue.ready().is_empty());
        queue.rest();
        queue.judge();
        assert!(queue.ready().is_empty());
        assert_eq!(queue.alerted("d", b"1200"), None);
        assert_eq!(queue.alerted("c", b"1200"), Some(0));
        queue.judge();
        assert_eq!(queue.ready(), [1]);
    }
}
