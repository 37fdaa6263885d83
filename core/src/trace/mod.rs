//! The trace: plain data, one [`Step`] for each thing that crosses an interface.
//!
//! Steps stand in the order a story is told: what encloses comes before what it is carried by
//! (a DM message before its HTTP request, that before its toolkit commands, those before their
//! APDUs), so the steps inside one follow it without a gap. Bytes are the truth; named fields
//! are read from them on demand ([`Step::fields`]) and are not stored a second time.
//! Written by `scenario` alone; knows no actor.

mod actor;
pub mod card;
mod check;
mod compact;
mod content;
mod eavesdrop;
mod event;
mod kind;
mod text;

pub use actor::{Actor, Interface};
pub use check::TraceError;
pub use content::Content;
pub use eavesdrop::{Overheard, Wire, eavesdropper};
pub use event::{Carried, EVENTS, Event, EventKind};
pub use kind::{EventRow, Layer, Tone};
pub use text::contents;

use crate::codec::{Field, hex};
use crate::tree::{Change, NodeState, Snapshot};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Version of the trace's own format.
pub const FORMAT: u32 = 2;

/// 2026-10-06T14:32:40Z, in seconds since 1970: when every run begins.
pub const EPOCH_S: u64 = 1_791_297_160;

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trace {
    /// [`FORMAT`].
    pub format: u32,
    /// Scenario id, such as `remote-trigger`.
    pub scenario: String,
    /// Every setting by key, as text; with the seed they make the run.
    pub settings: BTreeMap<String, String>,
    /// Seed of all nonces and session ids.
    pub seed: u64,
    /// What was done to the run, as text: `message-sent.2:drop`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<String>,
    /// Edits that could not be done, and why; the run went on without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// The card showed no more than its answers: what happened inside it is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub card_is_closed: bool,
    /// Files of the user that took the place of built-in ones: name and content.
    pub files: BTreeMap<String, String>,
    /// Titles of the enabler's steps; index 0 is what goes before the first.
    pub titles: Vec<StepTitle>,
    /// The management tree before the first step.
    pub tree: Snapshot,
    /// In the order of the story; `steps[n].id == n`.
    pub steps: Vec<Step>,
    /// How it ended.
    pub outcome: Outcome,
    /// The card beside the steps; not part of the file.
    #[serde(skip)]
    pub card: card::CardHistory,
}

/// Number and title of one of the enabler's steps (OMA-AD-DM_SC-V1_0 §5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepTitle {
    /// `1` … `6`; `3.2` where the alternate flow repeats the normal one's step 2; empty for
    /// what goes before the first.
    pub number: String,
    /// In the enabler's words.
    pub title: String,
}

/// How a run ended.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// Client and card both know that the session ended in good order.
    pub complete: bool,
    /// Commands that took effect in the tree.
    pub applied: u32,
    /// Commands the user's answer kept from taking effect.
    pub declined: u32,
    /// Commands that failed for good.
    pub failed: u32,
    /// Way in which it ended.
    #[serde(default)]
    pub end: End,
    /// The card knows that the session ended in good order.
    #[serde(default)]
    pub card_knows: bool,
    /// One sentence for people.
    pub summary: String,
}

/// The ways a run can end; there is no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum End {
    /// The session ended in good order.
    Completed,
    /// The user, a check of credentials or the rights of the tree said no.
    Refused,
    /// A side broke the session off by Alert 1223.
    Aborted,
    /// There was nothing to do, or nobody who could do it.
    NothingToDo,
    /// A link, a time or a limit came to its end.
    #[default]
    GivenUp,
}

impl End {
    /// Short stable word: `completed`, `given-up` …
    pub fn key(self) -> &'static str {
        match self {
            End::Completed => "completed",
            End::Refused => "refused",
            End::Aborted => "aborted",
            End::NothingToDo => "nothing-to-do",
            End::GivenUp => "given-up",
        }
    }
}

/// What became of a message on its way, where it did not simply arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Fate {
    /// Nothing arrived.
    Lost,
    /// Other bytes arrived; [`Step::arrived`] has them.
    Altered,
    /// Two of it arrived.
    Doubled,
    /// Arrived later.
    Late {
        /// Milliseconds later.
        by_ms: u32,
    },
    /// The next message of its kind arrived before it.
    Overtaken,
}

impl Fate {
    /// One word for people.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Lost => "lost",
            Fate::Altered => "altered",
            Fate::Doubled => "doubled",
            Fate::Late { .. } => "late",
            Fate::Overtaken => "overtaken",
        }
    }
}

impl Outcome {
    /// True when the flow ended as it should: in good order and nothing failed.
    pub fn is_good(&self) -> bool {
        self.complete && self.failed == 0
    }
}

/// One thing that crossed an interface or happened in an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Index in the trace.
    pub id: u32,
    /// Logical time, milliseconds since the start of the run.
    pub tick: u64,
    /// Index into [`Trace::titles`].
    pub enabler_step: u8,
    /// Who sent it, or in whom it happened.
    pub from: Actor,
    /// Who got it; the same as `from` for what happened inside an actor.
    pub to: Actor,
    /// The enabler's interface it belongs to.
    pub interface: Interface,
    /// What happened.
    pub event: Event,
    /// What crossed; empty for what happened inside an actor.
    #[serde(with = "hex", default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = "^([0-9A-F]{2})*$")))]
    pub bytes: Vec<u8>,
    /// What became of it on its way; nothing when it arrived as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
    /// What arrived, where that differs from what was sent.
    #[serde(with = "hex", default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = "^([0-9A-F]{2})*$")))]
    pub arrived: Vec<u8>,
    /// What it did to the management tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The step that brought this one about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u32>,
    /// The step of a higher layer that this one helps to carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enclosing: Option<u32>,
}

impl Step {
    /// The layer of the event.
    pub fn layer(&self) -> Layer {
        self.event.layer()
    }

    /// The bytes taken apart; empty when nothing crossed.
    pub fn fields(&self) -> Vec<Field> {
        self.event.content().fields(&self.bytes)
    }

    /// True for what happened inside an actor.
    pub fn is_local(&self) -> bool {
        self.from == self.to
    }
}

impl Trace {
    /// A trace of nothing: no scenario, no step.
    pub fn empty() -> Self {
        Trace {
            format: FORMAT,
            scenario: String::new(),
            settings: BTreeMap::new(),
            seed: 0,
            edits: Vec::new(),
            problems: Vec::new(),
            card_is_closed: false,
            files: BTreeMap::new(),
            titles: Vec::new(),
            tree: Snapshot::new(NodeState {
                format: "node".to_owned(),
                ..NodeState::default()
            }),
            steps: Vec::new(),
            outcome: Outcome::default(),
            card: card::CardHistory::default(),
        }
    }

    /// Messages of HTTP that cross in records of TLS alone, by their steps.
    pub fn ciphered(&self) -> BTreeSet<u32> {
        let record = |step: &&Step| matches!(step.event, Event::TlsRecordSent { .. });
        let records = self.steps.iter().filter(record);
        records.filter_map(|step| step.enclosing).collect()
    }

    /// The tree after the step `id`, or before all steps for `None`.
    pub fn tree_after(&self, id: Option<u32>) -> Snapshot {
        let mut tree = self.tree.clone();
        let count = id.map_or(0, |id| id as usize + 1);
        for step in self.steps.iter().take(count) {
            for change in &step.changes {
                tree.apply(change);
            }
        }
        tree
    }
}
