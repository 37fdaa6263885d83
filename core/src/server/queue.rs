//! What became of each operation of a plan.
//!
//! Outlives sessions: what got no final Status waits for the next one
//! (OMA-TS-DM_Protocol-V1_2_1 §8; commands are such that doing them twice does no harm).

use super::plan::{Operation, OperationKind, Plan};
use crate::codec::syncml::StatusCode;

/// Times an operation is sent in another form before its Status counts.
const MAX_FORMS: u8 = 2;

/// An operation and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) operation: Operation,
    pub(super) state: TaskState,
    forms: u8,
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaskState {
    /// To be sent.
    Pending,
    /// Sent; its Status is to come.
    Sent,
    /// The client did not get to it; not to be sent again in this session.
    Held,
    /// Has its final Status.
    Done(StatusCode),
}

/// All operations of a plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    tasks: Vec<Task>,
}

impl Queue {
    pub(super) fn new(plan: Plan) -> Self {
        Queue {
            tasks: plan
                .operations
                .into_iter()
                .map(|operation| Task {
                    operation,
                    state: TaskState::Pending,
                    forms: 0,
                })
                .collect(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Task> {
        self.tasks.get(index)
    }

    /// Operations to be sent now: what changes something first; what reads only when nothing
    /// is left to change.
    pub(super) fn next(&self) -> Vec<usize> {
        let waiting = |get: bool| {
            self.tasks
                .iter()
                .enumerate()
                .filter(move |(_, t)| {
                    t.state == TaskState::Pending && (t.operation.kind == OperationKind::Get) == get
                })
                .map(|(i, _)| i)
                .collect::<Vec<usize>>()
        };
        let mut next = waiting(false);
        next.extend(waiting(true));
        next
    }

    pub(super) fn is_get(&self, index: usize) -> bool {
        self.tasks
            .get(index)
            .is_some_and(|t| t.operation.kind == OperationKind::Get)
    }

    pub(super) fn sent(&mut self, index: usize) {
        self.set(index, TaskState::Sent);
    }

    /// Takes a Status for an operation.
    pub(super) fn answered(&mut self, index: usize, code: StatusCode) {
        let Some(task) = self.tasks.get_mut(index) else {
            return;
        };
        // A Get that is to be repeated waits for the later answer.
        if task.operation.kind == OperationKind::Get && task.state == TaskState::Pending {
            return;
        }
        let other_form = match (task.operation.kind, code) {
            (OperationKind::Replace, StatusCode::NOT_FOUND) => Some(OperationKind::Add),
            (OperationKind::Add, StatusCode::ALREADY_EXISTS) => Some(OperationKind::Replace),
            _ => None,
        };
        match other_form.filter(|_| task.forms < MAX_FORMS) {
            Some(kind) => {
                task.forms += 1;
                task.operation.kind = kind;
                task.state = TaskState::Pending;
                // What was read is no longer how it will be.
                for other in &mut self.tasks {
                    if other.operation.kind == OperationKind::Get {
                        other.state = TaskState::Pending;
                    }
                }
            }
            None if matches!(code, StatusCode::NOT_EXECUTED | StatusCode::ROLLED_BACK) => {
                task.state = TaskState::Held;
            }
            None => task.state = TaskState::Done(code),
        }
    }

    /// An operation that cannot be sent at all.
    pub(super) fn refused(&mut self, index: usize, code: StatusCode) {
        self.set(index, TaskState::Done(code));
    }

    /// An operation whose object was interrupted is sent again, but not for ever.
    pub(super) fn interrupted(&mut self, index: usize, code: StatusCode) {
        let Some(task) = self.tasks.get_mut(index) else {
            return;
        };
        task.forms += 1;
        task.state = if task.forms > MAX_FORMS {
            TaskState::Done(code)
        } else {
            TaskState::Pending
        };
    }

    /// What was sent without an answer is to be sent again.
    pub(super) fn unsent(&mut self) {
        for task in &mut self.tasks {
            if task.state == TaskState::Sent {
                task.state = TaskState::Pending;
            }
        }
    }

    /// A session is over: what is not done waits for the next.
    pub(super) fn rest(&mut self) {
        for task in &mut self.tasks {
            if !matches!(task.state, TaskState::Done(_)) {
                task.state = TaskState::Pending;
            }
        }
    }

    /// Another device: nothing of this plan is done there.
    pub(super) fn again(&mut self) {
        for task in &mut self.tasks {
            task.state = TaskState::Pending;
        }
    }

    /// Whether every operation has its final Status.
    pub(super) fn is_done(&self) -> bool {
        self.tasks
            .iter()
            .all(|t| matches!(t.state, TaskState::Done(_)))
    }

    /// How many operations there are, and how many were refused for good.
    pub(super) fn count(&self) -> (usize, usize) {
        let refused = self.tasks.iter().filter(|t| match t.state {
            // A node that is to go and is not there is as it should be.
            TaskState::Done(StatusCode::NOT_FOUND) => t.operation.kind != OperationKind::Delete,
            TaskState::Done(code) => !code.is_success(),
            _ => false,
        });
        (self.tasks.len(), refused.count())
    }

    fn set(&mut self, index: usize, state: TaskState) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.state = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::plan::Object;

    fn queue(kinds: &[OperationKind]) -> Queue {
        Queue::new(Plan {
            operations: kinds
                .iter()
                .map(|kind| Operation {
                    kind: *kind,
                    uri: "./A".into(),
                    object: Object::None,
                })
                .collect(),
        })
    }

    #[test]
    fn forms_change_but_not_for_ever() {
        let mut queue = queue(&[OperationKind::Get, OperationKind::Replace]);
        assert_eq!(queue.next(), [1, 0]);
        queue.sent(0);
        queue.sent(1);
        assert!(queue.next().is_empty());
        queue.answered(0, StatusCode::OK);
        queue.answered(1, StatusCode::NOT_FOUND);
        assert_eq!(queue.get(1).unwrap().operation.kind, OperationKind::Add);
        assert_eq!(queue.next(), [1, 0]);
        queue.answered(1, StatusCode::ALREADY_EXISTS);
        queue.answered(1, StatusCode::NOT_FOUND);
        // An answer from before does not count.
        queue.answered(0, StatusCode::OK);
        assert_eq!(queue.next(), [0]);
        queue.sent(0);
        queue.answered(0, StatusCode::OK);
        assert!(queue.is_done());
        assert_eq!(queue.count(), (2, 1));
    }

    #[test]
    fn what_is_not_done_waits() {
        use OperationKind::*;
        let mut queue = queue(&[Replace, Add, Delete]);
        for i in 0..3 {
            queue.sent(i);
        }
        queue.answered(0, StatusCode::NOT_EXECUTED);
        queue.answered(2, StatusCode::NOT_FOUND);
        assert!(queue.next().is_empty());
        assert!(!queue.is_done());
        queue.rest();
        assert_eq!(queue.next(), [0, 1]);
        assert_eq!(queue.count(), (3, 0));
    }
}
