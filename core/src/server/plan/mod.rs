//! What is to be done in a device, as data: commands, conditions on what came of earlier ones, and
//! what follows from a failure (OMA-TS-DM_Protocol-V1_2_1 §8, §10; OMA-TS-DM_RepPro-V1_2_1 §6).
//!
//! A plan comes from a file (`docs/plan.md` tells the format) or from two descriptions of
//! provisioning data; it is of one shape. Knows no session: what became of a step is kept elsewhere.

mod check;
mod difference;
mod json;

pub use check::{Place, PlanError};

use crate::codec::syncml::{AlertCode, StatusCode};
use crate::codec::tnds::Document;
use serde::{Deserialize, Serialize};

/// Steps of a plan, groups and what is in them included: more than the largest provisioning
/// document there is room for comes to.
pub const MAX_STEPS: usize = 16_384;
/// Bytes of a plan's text.
pub const MAX_PLAN: usize = 1 << 20;
/// Groups in groups.
pub const MAX_GROUPS: usize = 4;
/// Bytes of an id, a correlator, a Format or a Type.
pub const MAX_WORD: usize = 128;
/// Bytes of a URI with its `?prop=` or `?list=`.
pub const MAX_URI: usize = 1024;
/// Choices of one alert.
pub const MAX_CHOICES: usize = 64;

/// Steps in the order they are to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "json::Commands", into = "json::Commands")]
pub struct Plan {
    /// Steps in their order.
    pub steps: Vec<Step>,
}

/// One command to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Name by which conditions speak of it; empty for none.
    pub id: String,
    /// Conditions that must all hold, or the step is passed over. Only on steps outside groups.
    pub when: Vec<Condition>,
    /// Codes that are no failure, beside all that say success.
    pub accept: Vec<StatusCode>,
    /// What follows when it fails. Only on steps outside groups; what comes after such a step waits
    /// for its Status.
    pub on_failure: OnFailure,
    /// A Replace that finds nothing goes again as Add, an Add that finds the node there as Replace;
    /// and the Gets behind it go again.
    pub either: bool,
    /// What is sent.
    pub operation: Operation,
}

/// The commands a server may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Adds a node that is not there yet.
    Add {
        /// URI of the node.
        target: String,
        /// Data for the node.
        object: Object,
    },
    /// Replaces a node, or a property of one (`?prop=`).
    Replace {
        /// URI of the node.
        target: String,
        /// Data for the node.
        object: Object,
    },
    /// Deletes a node that is no longer wanted.
    Delete {
        /// URI of the node.
        target: String,
    },
    /// Reads a node, a property or a list.
    Get {
        /// URI of the node.
        target: String,
    },
    /// Copies a leaf to another.
    Copy {
        /// URI of the leaf that is copied.
        source: String,
        /// URI of the leaf that becomes the copy.
        target: String,
    },
    /// Starts a process.
    Exec {
        /// URI of the node.
        target: String,
        /// Correlator, which comes back in the generic alert that tells the end.
        correlator: Option<String>,
        /// Arguments.
        object: Object,
    },
    /// Shows the user a text or asks a question.
    Alert(Interaction),
    /// Steps in order.
    Sequence(Vec<Step>),
    /// Steps of which all or none take effect.
    Atomic(Vec<Step>),
}

impl Default for Operation {
    fn default() -> Self {
        Operation::Sequence(Vec::new())
    }
}

/// What an Item carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Meta Format; what fits the data when absent.
    pub format: Option<String>,
    /// Meta Type; `text/plain` when absent.
    pub media_type: Option<String>,
    /// Data element.
    pub data: Payload,
}

impl Object {
    /// A text as the value of a leaf.
    pub fn text(text: &str) -> Self {
        Object {
            format: Some("chr".to_owned()),
            media_type: Some("text/plain".to_owned()),
            data: Payload::Text(text.to_owned()),
        }
    }
}

/// Data of an Item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Payload {
    /// No Data element.
    #[default]
    None,
    /// Characters.
    Text(String),
    /// Bytes: OPAQUE in WBXML, base64 in XML or when the Format is `b64`.
    Octets(Vec<u8>),
    /// A node with all below it, as TNDS.
    Nodes(Document),
}

/// A user interaction alert (DM Protocol §10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interaction {
    /// 1100 to 1104.
    pub code: AlertCode,
    /// How it is shown and answered.
    pub options: Options,
    /// What the user reads.
    pub text: String,
    /// What 1103 and 1104 offer, numbered from 1.
    pub choices: Vec<String>,
}

/// Options of a user interaction alert (DM Protocol §10.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// MINDT: seconds it is shown at least.
    #[serde(rename = "MINDT", skip_serializing_if = "Option::is_none")]
    pub min_display_s: Option<u32>,
    /// MAXDT: seconds the user has.
    #[serde(rename = "MAXDT", skip_serializing_if = "Option::is_none")]
    pub max_display_s: Option<u32>,
    /// DR: what is chosen or written there at first.
    #[serde(rename = "DR", skip_serializing_if = "Option::is_none")]
    pub default_response: Option<String>,
    /// MAXLEN: characters of the longest text.
    #[serde(rename = "MAXLEN", skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// IT: `A`, `N`, `D`, `T`, `P` or `I`.
    #[serde(rename = "IT", skip_serializing_if = "Option::is_none")]
    pub input_type: Option<char>,
    /// ET: `T` shown, `P` hidden.
    #[serde(rename = "ET", skip_serializing_if = "Option::is_none")]
    pub echo_type: Option<char>,
}

/// Condition of a step: something that must be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Id of an earlier step.
    pub of: String,
    /// Test of what came of that step.
    pub is: Test,
}

/// What can be asked of what came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// The step's Status is in one of the ranges.
    Status(Vec<StatusRange>),
    /// What was read, or what the alert that ended an Exec brought, is this text.
    ValueEquals(String),
    /// What was read, or what the alert that ended an Exec brought, has this text in it.
    ValueContains(String),
    /// Nothing was read.
    ValueAbsent,
    /// The user wrote this, or chose this number, perhaps among others.
    Answer(String),
}

/// Codes from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "json::Range", into = "json::Range")]
pub struct StatusRange {
    /// The first.
    pub first: StatusCode,
    /// The last.
    pub last: StatusCode,
}

impl StatusRange {
    /// True for a code within.
    pub fn has(self, code: StatusCode) -> bool {
        (self.first..=self.last).contains(&code)
    }
}

/// What follows when a step fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The next step comes all the same.
    #[default]
    GoOn,
    /// The plan is over, and with it the session.
    Stop,
    /// The plan is over; the session is aborted by Alert 1223.
    Abort,
    /// The steps up to that one are passed over.
    SkipTo(String),
}

impl Operation {
    /// The element name.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Add { .. } => "Add",
            Operation::Replace { .. } => "Replace",
            Operation::Delete { .. } => "Delete",
            Operation::Get { .. } => "Get",
            Operation::Copy { .. } => "Copy",
            Operation::Exec { .. } => "Exec",
            Operation::Alert(_) => "Alert",
            Operation::Sequence(_) => "Sequence",
            Operation::Atomic(_) => "Atomic",
        }
    }

    /// The node it is about; empty for alerts and groups.
    pub fn target(&self) -> &str {
        match self {
            Operation::Add { target, .. }
            | Operation::Replace { target, .. }
            | Operation::Delete { target }
            | Operation::Get { target }
            | Operation::Copy { target, .. }
            | Operation::Exec { target, .. } => target,
            Operation::Alert(_) | Operation::Sequence(_) | Operation::Atomic(_) => "",
        }
    }

    /// The steps of a group.
    pub fn steps(&self) -> &[Step] {
        match self {
            Operation::Sequence(steps) | Operation::Atomic(steps) => steps,
            _ => &[],
        }
    }
}

impl From<Operation> for Step {
    fn from(operation: Operation) -> Self {
        Step {
            operation,
            ..Step::default()
        }
    }
}

impl Plan {
    /// Reads a plan from its JSON text and checks it.
    pub fn from_json(text: &str) -> Result<Plan, PlanError> {
        json::read(text)
    }

    /// Says what is wrong with a plan, if anything: ids, references, groups, sizes.
    pub fn check(&self) -> Result<(), PlanError> {
        check::check(self)
    }

    /// Makes the plan that leads from what was provisioned last (`before`) to what is to be
    /// provisioned now (`after`): one Add for each new node with all below it, one Replace for each leaf with
    /// another value, one Delete for each node that vanished, all in a Sequence; and a Get that
    /// reads back the names beside the first added node.
    pub fn from_documents(before: &Document, after: &Document) -> Plan {
        difference::plan(before, after)
    }

    /// Puts a question to the user (Alert 1101) before the changes of the first Sequence:
    /// a "No" leaves them undone.
    #[must_use]
    pub fn asking(mut self, text: impl Into<String>, max_display_s: u32) -> Plan {
        let group = self.steps.iter_mut().find_map(|s| match &mut s.operation {
            Operation::Sequence(steps) if !steps.is_empty() => Some(steps),
            _ => None,
        });
        if let Some(steps) = group {
            let question = Interaction {
                code: AlertCode::CONFIRM_OR_REJECT,
                options: Options {
                    max_display_s: Some(max_display_s),
                    ..Options::default()
                },
                text: text.into(),
                choices: Vec::new(),
            };
            steps.insert(0, Operation::Alert(question).into());
        }
        self
    }
}
