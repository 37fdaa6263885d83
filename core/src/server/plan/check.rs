//! What a plan may not be: references to nothing, groups the standard forbids, things no message
//! would hold (OMA-TS-DM_RepPro-V1_2_1 §6; OMA-TS-DM_Protocol-V1_2_1 §10).

use super::{
    Condition, Interaction, MAX_CHOICES, MAX_GROUPS, MAX_STEPS, MAX_URI, MAX_WORD, OnFailure,
    Operation, Payload, Plan, Step, Test,
};
use crate::codec::syncml::AlertCode;
use std::collections::BTreeMap;
use std::fmt;

/// Reason why a plan is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// Place in the plan.
    pub place: Place,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub advice: String,
}

/// A place in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Place in the text; line and column count from 1.
    Line {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// Path in the data, such as `commands[2].commands[0].target`.
    Path(String),
}

impl PlanError {
    pub(super) fn new(
        place: Place,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> PlanError {
        PlanError {
            place,
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    pub(super) fn at(
        path: &str,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> PlanError {
        PlanError::new(Place::Path(path.to_owned()), problem, advice)
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line { line, column } => write!(f, "line {line}, column {column}")?,
            Place::Path(path) => f.write_str(path)?,
        }
        write!(f, ": {}; {}", self.problem, self.advice)
    }
}

impl std::error::Error for PlanError {}

pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    let mut checker = Checker::default();
    for (at, step) in plan.steps.iter().enumerate() {
        checker.step(step, &format!("commands[{at}]"), &[])?;
    }
    checker.skips(plan)
}

/// The groups around a step.
type Around<'a> = [&'a Operation];

#[derive(Default)]
struct Checker<'p> {
    steps: usize,
    /// Ids of the steps before, with the steps themselves.
    ids: BTreeMap<&'p str, &'p Step>,
    /// Correlators so far.
    correlators: BTreeMap<&'p str, String>,
}

impl<'p> Checker<'p> {
    fn step(&mut self, step: &'p Step, path: &str, around: &Around<'p>) -> Result<(), PlanError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(PlanError::at(
                path,
                format!("the plan has more than {MAX_STEPS} commands"),
                "take fewer, or carry nodes together as one TNDS document",
            ));
        }
        let is_plain = step.when.is_empty() && step.on_failure == OnFailure::GoOn;
        if !around.is_empty() && !is_plain {
            return Err(PlanError::at(
                path,
                "a command in a group has \"when\" or \"on-failure\", but the client works through \
                 a group without asking",
                "put them on the outermost group, or take the command out of it",
            ));
        }
        if step.either
            && (around.iter().any(|g| matches!(g, Operation::Atomic(_))) || around.len() > 1)
        {
            return Err(PlanError::at(
                path,
                "\"either\" would send a command of an inner group or an Atomic again alone",
                "put it on a command outside groups or of an outermost Sequence",
            ));
        }
        for (at, condition) in step.when.iter().enumerate() {
            self.condition(condition, &format!("{path}.when[{at}]"))?;
        }
        self.operation(step, path, around)?;
        let mut around = around.to_vec();
        around.push(&step.operation);
        for (at, inner) in step.operation.steps().iter().enumerate() {
            self.step(inner, &format!("{path}.commands[{at}]"), &around)?;
        }
        word(&step.id, &format!("{path}.id"))?;
        if !step.id.is_empty() && self.ids.insert(&step.id, step).is_some() {
            return Err(PlanError::at(
                &format!("{path}.id"),
                format!("a second command has the id \"{}\"", step.id),
                "give each its own",
            ));
        }
        Ok(())
    }

    fn condition(&self, condition: &Condition, path: &str) -> Result<(), PlanError> {
        let Some(step) = self.ids.get(condition.of.as_str()) else {
            return Err(PlanError::at(
                path,
                format!("no earlier command has the id \"{}\"", condition.of),
                "give the command that comes first this id, or correct the word",
            ));
        };
        let fits = match &condition.is {
            Test::Status(ranges) => {
                if ranges.is_empty() {
                    return Err(PlanError::at(
                        path,
                        "no code is named",
                        "name one, such as 200 or \"400-499\"",
                    ));
                }
                true
            }
            Test::ValueEquals(_) | Test::ValueContains(_) | Test::ValueAbsent => matches!(
                step.operation,
                Operation::Get { .. } | Operation::Exec { .. }
            ),
            Test::Answer(_) => matches!(step.operation, Operation::Alert(_)),
        };
        if fits {
            return Ok(());
        }
        Err(PlanError::at(
            path,
            format!(
                "\"{}\" is {}, which brings nothing of that kind",
                condition.of,
                step.operation.name()
            ),
            "ask for a value of a Get or an Exec, for an answer of an Alert, else for the status",
        ))
    }

    fn operation(
        &mut self,
        step: &'p Step,
        path: &str,
        around: &Around<'p>,
    ) -> Result<(), PlanError> {
        let operation = &step.operation;
        let in_atomic = around.iter().any(|g| matches!(g, Operation::Atomic(_)));
        let forbidden = matches!(
            operation,
            Operation::Get { .. }
                | Operation::Exec { .. }
                | Operation::Sequence(_)
                | Operation::Atomic(_)
        );
        if in_atomic && forbidden {
            return Err(PlanError::at(
                path,
                format!("{} may not stand in an Atomic", operation.name()),
                "put it before or behind: an Atomic holds Add, Replace, Delete, Copy and Alert",
            ));
        }
        if step.either && !matches!(operation, Operation::Add { .. } | Operation::Replace { .. }) {
            return Err(PlanError::at(
                path,
                format!("\"either\" says nothing of {}", operation.name()),
                "leave it out: it is for Add and Replace",
            ));
        }
        let uri = |text: &str, part: &str| uri(text, &format!("{path}.{part}"));
        match operation {
            Operation::Add { target, object } | Operation::Replace { target, object } => {
                uri(target, "target")?;
                word(object.format.as_deref().unwrap_or_default(), path)?;
                word(object.media_type.as_deref().unwrap_or_default(), path)?;
                if object.format.as_deref() == Some("node") && object.data != Payload::None {
                    return Err(PlanError::at(
                        path,
                        "an interior node has no data",
                        "leave out the data, or take another format",
                    ));
                }
                if matches!(object.data, Payload::Nodes(_))
                    && (object.format.is_some() || object.media_type.is_some())
                {
                    return Err(PlanError::at(
                        path,
                        "a TNDS document goes by its own format and type",
                        "leave out \"format\" and \"type\"",
                    ));
                }
            }
            Operation::Delete { target } | Operation::Get { target } => uri(target, "target")?,
            Operation::Copy { source, target } => {
                uri(source, "source")?;
                uri(target, "target")?;
            }
            Operation::Exec {
                target, correlator, ..
            } => {
                uri(target, "target")?;
                if let Some(correlator) = correlator {
                    let path = format!("{path}.correlator");
                    word(correlator, &path)?;
                    if let Some(first) = self.correlators.insert(correlator, path.clone()) {
                        return Err(PlanError::at(
                            &path,
                            format!("{first} is the same, so that an alert could be of either"),
                            "give each Exec its own",
                        ));
                    }
                }
            }
            Operation::Alert(alert) => interaction(alert, path)?,
            Operation::Sequence(steps) | Operation::Atomic(steps) => {
                if steps.is_empty() {
                    return Err(PlanError::at(
                        path,
                        format!("the {} is empty", operation.name()),
                        "put commands into it, or leave it out",
                    ));
                }
                if around.len() >= MAX_GROUPS {
                    return Err(PlanError::at(
                        path,
                        format!("more than {MAX_GROUPS} groups stand in each other"),
                        "take fewer",
                    ));
                }
            }
        }
        Ok(())
    }

    /// A failure may only lead forward.
    fn skips(&self, plan: &Plan) -> Result<(), PlanError> {
        for (at, step) in plan.steps.iter().enumerate() {
            let OnFailure::SkipTo(id) = &step.on_failure else {
                continue;
            };
            if id.is_empty() || !plan.steps[at + 1..].iter().any(|later| later.id == *id) {
                return Err(PlanError::at(
                    &format!("commands[{at}].on-failure"),
                    format!("no later command outside groups has the id \"{id}\""),
                    "name one that comes behind this, or take \"stop\"",
                ));
            }
        }
        Ok(())
    }
}

fn interaction(alert: &Interaction, path: &str) -> Result<(), PlanError> {
    if !(AlertCode::DISPLAY..=AlertCode::MULTIPLE_CHOICE).contains(&alert.code) {
        return Err(PlanError::at(
            &format!("{path}.code"),
            format!("{} is no alert of a plan", alert.code),
            "take 1100 display, 1101 confirm or reject, 1102 text input, 1103 single choice or \
             1104 multiple choice",
        ));
    }
    let chooses = alert.code >= AlertCode::SINGLE_CHOICE;
    if chooses == alert.choices.is_empty() || alert.choices.len() > MAX_CHOICES {
        return Err(PlanError::at(
            &format!("{path}.choices"),
            format!("Alert {} has {} choices", alert.code, alert.choices.len()),
            format!("1103 and 1104 have 1 to {MAX_CHOICES}, the others none"),
        ));
    }
    let options = &alert.options;
    let known = |value: Option<char>, of: &str| value.is_none_or(|c| of.contains(c));
    if !known(options.input_type, "ANDTPI") || !known(options.echo_type, "TP") {
        return Err(PlanError::at(
            &format!("{path}.options"),
            "IT or ET has a letter without meaning",
            "IT is A, N, D, T, P or I; ET is T or P",
        ));
    }
    if [options.min_display_s, options.max_display_s].contains(&Some(0)) {
        return Err(PlanError::at(
            &format!("{path}.options"),
            "MINDT or MAXDT is 0 seconds",
            "take 1 or more, or leave it out",
        ));
    }
    Ok(())
}

fn uri(text: &str, path: &str) -> Result<(), PlanError> {
    let begins = text == "." || text.starts_with("./") || text.starts_with(".?");
    if begins && text.len() <= MAX_URI {
        return Ok(());
    }
    Err(PlanError::at(
        path,
        format!("it is no URI of a node, or longer than {MAX_URI} octets"),
        "begin with \"./\" and name the node from the root",
    ))
}

fn word(text: &str, path: &str) -> Result<(), PlanError> {
    if text.len() <= MAX_WORD {
        return Ok(());
    }
    Err(PlanError::at(
        path,
        format!("a word has more than {MAX_WORD} octets"),
        "take a shorter one",
    ))
}
