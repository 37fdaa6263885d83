//! A plan made ready to be worked through: its steps in one row, references resolved.

use super::plan::{Condition, OnFailure, Operation, Plan, Step, Test};
use std::collections::BTreeMap;

/// A step and what it has to do with others. Groups come before what is in them.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    /// Without the steps of a group: they follow in the row.
    pub(super) step: Step,
    /// The group around it.
    pub(super) parent: Option<usize>,
    /// The first that is neither this nor in it.
    pub(super) end: usize,
    /// What its conditions are about, in their order.
    pub(super) about: Vec<usize>,
    /// Where a failure leads.
    pub(super) skip_to: Option<usize>,
    /// A condition asks for what it brought.
    pub(super) keeps: bool,
}

/// All steps of a plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    flats: Vec<Flat>,
}

impl Program {
    /// Steps of a plan that has been checked; a condition about nothing never holds.
    pub(super) fn new(plan: Plan) -> Self {
        let mut program = Program::default();
        for step in plan.steps {
            program.add(step, None);
        }
        let ids: BTreeMap<String, usize> = program
            .flats
            .iter()
            .enumerate()
            .filter(|(_, flat)| !flat.step.id.is_empty())
            .map(|(at, flat)| (flat.step.id.clone(), at))
            .collect();
        for at in 0..program.flats.len() {
            let about: Vec<usize> = program.flats[at]
                .step
                .when
                .iter()
                .map(|condition| ids.get(&condition.of).copied().unwrap_or(usize::MAX))
                .collect();
            for (condition, of) in program.flats[at].step.when.clone().iter().zip(&about) {
                if !matches!(condition.is, Test::Status(_))
                    && let Some(flat) = program.flats.get_mut(*of)
                {
                    flat.keeps = true;
                }
            }
            let flat = &mut program.flats[at];
            flat.about = about;
            if let OnFailure::SkipTo(id) = &flat.step.on_failure {
                flat.skip_to = ids.get(id).copied().filter(|to| *to > at);
            }
        }
        program
    }

    pub(super) fn add(&mut self, mut step: Step, parent: Option<usize>) {
        let at = self.flats.len();
        let inner = match &mut step.operation {
            Operation::Sequence(steps) | Operation::Atomic(steps) => std::mem::take(steps),
            _ => Vec::new(),
        };
        self.flats.push(Flat {
            step,
            parent,
            end: at + 1,
            about: Vec::new(),
            skip_to: None,
            keeps: false,
        });
        for step in inner {
            self.add(step, Some(at));
        }
        let end = self.flats.len();
        self.flats[at].end = end;
    }

    pub(super) fn len(&self) -> usize {
        self.flats.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Flat> {
        self.flats.get(at)
    }

    /// The conditions of a step, each with what it is about.
    pub(super) fn conditions(&self, at: usize) -> impl Iterator<Item = (&Condition, usize)> {
        self.flats
            .get(at)
            .into_iter()
            .flat_map(|flat| flat.step.when.iter().zip(flat.about.iter().copied()))
    }

    /// The steps outside groups, or those of a group.
    pub(super) fn level(&self, group: Option<usize>) -> Vec<usize> {
        let (mut at, end) = match group {
            None => (0, self.flats.len()),
            Some(group) => (group + 1, self.get(group).map_or(0, |flat| flat.end)),
        };
        let mut level = Vec::new();
        while at < end {
            level.push(at);
            at = self.flats[at].end;
        }
        level
    }

    /// The step whose Exec goes by a correlator.
    pub(super) fn correlated(&self, wanted: &str) -> Option<usize> {
        self.flats.iter().position(|flat| {
            matches!(&flat.step.operation,
                Operation::Exec { correlator: Some(c), .. } if c == wanted)
        })
    }
}
