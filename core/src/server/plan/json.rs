//! The text form of a plan. What stands there is checked step by step, so that a mistake is told
//! with its place and with what to do about it.

use super::check::{Place, PlanError};
use super::{
    Condition, Interaction, MAX_PLAN, Object, OnFailure, Operation, Options, Payload, Plan,
    StatusRange, Step,
};
use crate::codec::syncml::{AlertCode, StatusCode};
use crate::codec::tnds::Document;
use crate::codec::{auth, hex, xml};
use serde::{Deserialize, Serialize};

/// `{ "commands": [ … ] }`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Commands {
    commands: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Name {
    #[default]
    Add,
    Replace,
    Delete,
    Get,
    Copy,
    Exec,
    Alert,
    Sequence,
    Atomic,
}

/// One command: all there may be, of which each takes its part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<Condition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accept: Vec<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_failure: Option<OnFailure>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    either: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tnds: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Options>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commands: Option<Vec<Entry>>,
}

/// `200` or `"400-499"`.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a code such as 200 or a range such as \"400-499\""
)]
pub(super) enum Range {
    One(u16),
    From(String),
}

impl TryFrom<Range> for StatusRange {
    type Error = String;

    fn try_from(range: Range) -> Result<Self, String> {
        let (first, last) = match &range {
            Range::One(code) => (Some(*code), Some(*code)),
            Range::From(text) => match text.split_once('-') {
                Some((first, last)) => (first.trim().parse().ok(), last.trim().parse().ok()),
                None => (text.trim().parse().ok(), text.trim().parse().ok()),
            },
        };
        match (first, last) {
            (Some(first), Some(last)) if first <= last => Ok(StatusRange {
                first: StatusCode(first),
                last: StatusCode(last),
            }),
            _ => Err("a range of codes is written \"400-499\", the lower first".to_owned()),
        }
    }
}

impl From<StatusRange> for Range {
    fn from(range: StatusRange) -> Self {
        if range.first == range.last {
            Range::One(range.first.0)
        } else {
            Range::From(format!("{}-{}", range.first, range.last))
        }
    }
}

pub(super) fn read(text: &str) -> Result<Plan, PlanError> {
    if text.len() > MAX_PLAN {
        return Err(PlanError::new(
            Place::Path("the plan".to_owned()),
            format!("it has {} octets, more than {MAX_PLAN}", text.len()),
            "take a shorter one",
        ));
    }
    let commands: Commands = serde_json::from_str(text).map_err(|error| {
        let place = Place::Line {
            line: error.line(),
            column: error.column(),
        };
        let told = error.to_string();
        let end = told.rfind(" at line ").unwrap_or(told.len());
        PlanError::new(
            place,
            &told[..end],
            "write it as docs/plan.md says, or leave it out",
        )
    })?;
    Plan::try_from(commands)
}

impl TryFrom<Commands> for Plan {
    type Error = PlanError;

    fn try_from(commands: Commands) -> Result<Self, PlanError> {
        let plan = Plan {
            steps: steps(commands.commands, "commands")?,
        };
        plan.check()?;
        Ok(plan)
    }
}

fn steps(entries: Vec<Entry>, path: &str) -> Result<Vec<Step>, PlanError> {
    entries
        .into_iter()
        .enumerate()
        .map(|(at, entry)| entry.step(&format!("{path}[{at}]")))
        .collect()
}

impl Entry {
    /// Takes out of the entry what its command needs; anything left is one too many.
    fn step(mut self, path: &str) -> Result<Step, PlanError> {
        let Some(name) = self.command.take() else {
            return Err(PlanError::at(
                path,
                "there is no \"command\"",
                "name one: Add, Replace, Delete, Get, Copy, Exec, Alert, Sequence or Atomic",
            ));
        };
        let operation = match name {
            Name::Add => Operation::Add {
                target: self.target(path)?,
                object: self.object(path)?,
            },
            Name::Replace => Operation::Replace {
                target: self.target(path)?,
                object: self.object(path)?,
            },
            Name::Delete => Operation::Delete {
                target: self.target(path)?,
            },
            Name::Get => Operation::Get {
                target: self.target(path)?,
            },
            Name::Copy => Operation::Copy {
                source: needed(self.source.take(), path, "source")?,
                target: self.target(path)?,
            },
            Name::Exec => Operation::Exec {
                target: self.target(path)?,
                correlator: self.correlator.take(),
                object: self.object(path)?,
            },
            Name::Alert => Operation::Alert(Interaction {
                code: AlertCode(needed(self.code.take(), path, "code")?),
                options: self.options.take().unwrap_or_default(),
                text: needed(self.text.take(), path, "text")?,
                choices: self.choices.take().unwrap_or_default(),
            }),
            Name::Sequence => Operation::Sequence(self.steps(path)?),
            Name::Atomic => Operation::Atomic(self.steps(path)?),
        };
        self.nothing_left(path, operation.name())?;
        Ok(Step {
            id: self.id.unwrap_or_default(),
            when: self.when,
            accept: self.accept.into_iter().map(StatusCode).collect(),
            on_failure: self.on_failure.unwrap_or_default(),
            either: self.either,
            operation,
        })
    }

    fn target(&mut self, path: &str) -> Result<String, PlanError> {
        needed(self.target.take(), path, "target")
    }

    fn steps(&mut self, path: &str) -> Result<Vec<Step>, PlanError> {
        let entries = needed(self.commands.take(), path, "commands")?;
        steps(entries, &format!("{path}.commands"))
    }

    fn object(&mut self, path: &str) -> Result<Object, PlanError> {
        let given = [
            ("text", self.text.is_some()),
            ("hex", self.hex.is_some()),
            ("base64", self.base64.is_some()),
            ("tnds", self.tnds.is_some()),
        ];
        let given: Vec<&str> = given.iter().filter(|g| g.1).map(|g| g.0).collect();
        if given.len() > 1 {
            return Err(PlanError::at(
                path,
                format!("the data are given twice: {}", given.join(", ")),
                "keep one of them",
            ));
        }
        let data = if let Some(text) = self.text.take() {
            Payload::Text(text)
        } else if let Some(text) = self.hex.take() {
            let octets = hex::decode(&text).ok_or_else(|| {
                PlanError::at(
                    &format!("{path}.hex"),
                    "it is not pairs of hex digits",
                    "write two digits for each octet",
                )
            })?;
            Payload::Octets(octets)
        } else if let Some(text) = self.base64.take() {
            let octets = auth::from_base64(&text).ok_or_else(|| {
                PlanError::at(
                    &format!("{path}.base64"),
                    "it is not base64",
                    "encode the octets again, or give them as hex",
                )
            })?;
            Payload::Octets(octets)
        } else if let Some(text) = self.tnds.take() {
            let document = Document::decode_xml(text.as_bytes()).map_err(|error| {
                let (line, column) = xml::line_column(text.as_bytes(), error.offset);
                PlanError::at(
                    &format!("{path}.tnds"),
                    format!(
                        "line {line}, column {column} of the document: expected {}, found {}",
                        error.expected, error.found
                    ),
                    "give a MgmtTree document in XML",
                )
            })?;
            Payload::Nodes(document)
        } else {
            Payload::None
        };
        Ok(Object {
            format: self.format.take(),
            media_type: self.media_type.take(),
            data,
        })
    }

    fn nothing_left(&self, path: &str, name: &str) -> Result<(), PlanError> {
        let left = [
            ("source", self.source.is_some()),
            ("target", self.target.is_some()),
            ("correlator", self.correlator.is_some()),
            ("format", self.format.is_some()),
            ("type", self.media_type.is_some()),
            ("text", self.text.is_some()),
            ("hex", self.hex.is_some()),
            ("base64", self.base64.is_some()),
            ("tnds", self.tnds.is_some()),
            ("code", self.code.is_some()),
            ("options", self.options.is_some()),
            ("choices", self.choices.is_some()),
            ("commands", self.commands.is_some()),
        ];
        match left.iter().find(|part| part.1) {
            Some((part, _)) => Err(PlanError::at(
                &format!("{path}.{part}"),
                format!("{name} takes no \"{part}\""),
                "leave it out, or take another command",
            )),
            None => Ok(()),
        }
    }
}

fn needed<T>(part: Option<T>, path: &str, name: &str) -> Result<T, PlanError> {
    part.ok_or_else(|| {
        PlanError::at(
            path,
            format!("there is no \"{name}\""),
            "add it: the command needs it",
        )
    })
}

impl From<Plan> for Commands {
    fn from(plan: Plan) -> Self {
        Commands {
            commands: plan.steps.into_iter().map(entry).collect(),
        }
    }
}

fn entry(step: Step) -> Entry {
    let mut entry = Entry {
        id: (!step.id.is_empty()).then_some(step.id),
        when: step.when,
        accept: step.accept.into_iter().map(|code| code.0).collect(),
        on_failure: (step.on_failure != OnFailure::GoOn).then_some(step.on_failure),
        either: step.either,
        ..Entry::default()
    };
    let object = |entry: &mut Entry, object: Object| {
        entry.format = object.format;
        entry.media_type = object.media_type;
        match object.data {
            Payload::None => {}
            Payload::Text(text) => entry.text = Some(text),
            Payload::Octets(octets) => entry.hex = Some(hex::encode(&octets)),
            Payload::Nodes(document) => entry.tnds = Some(document.encode_xml()),
        }
    };
    let steps = |steps: Vec<Step>| Some(steps.into_iter().map(self::entry).collect());
    entry.command = Some(match step.operation {
        Operation::Add { target, object: o } => {
            entry.target = Some(target);
            object(&mut entry, o);
            Name::Add
        }
        Operation::Replace { target, object: o } => {
            entry.target = Some(target);
            object(&mut entry, o);
            Name::Replace
        }
        Operation::Delete { target } => {
            entry.target = Some(target);
            Name::Delete
        }
        Operation::Get { target } => {
            entry.target = Some(target);
            Name::Get
        }
        Operation::Copy { source, target } => {
            entry.source = Some(source);
            entry.target = Some(target);
            Name::Copy
        }
        Operation::Exec {
            target,
            correlator,
            object: o,
        } => {
            entry.target = Some(target);
            entry.correlator = correlator;
            object(&mut entry, o);
            Name::Exec
        }
        Operation::Alert(alert) => {
            entry.code = Some(alert.code.0);
            entry.options = (alert.options != Options::default()).then_some(alert.options);
            entry.text = Some(alert.text);
            entry.choices = (!alert.choices.is_empty()).then_some(alert.choices);
            Name::Alert
        }
        Operation::Sequence(inner) => {
            entry.commands = steps(inner);
            Name::Sequence
        }
        Operation::Atomic(inner) => {
            entry.commands = steps(inner);
            Name::Atomic
        }
    });
    entry
}
