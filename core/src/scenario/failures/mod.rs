//! Named failures: rows of data. Each says where what is done, and what must hold after it.
//!
//! They are grouped by the question that a reader asks, a file for each. One test runs all rows
//! on all stories of their plots.

mod all_or_nothing;
mod card_changed;
mod card_there;
mod first_trust;
mod on_the_line;
mod undeniable;
mod understood;
mod user_agrees;
mod what_arrives;
mod who_may;
mod who_speaks;

use super::edit::{Edit, EditError};
use super::settings::{SettingError, Settings};
use super::story::{Plot, Scenario};
use crate::trace::End;

/// One named failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Word used in links and on the command line.
    pub id: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub teaches: &'static str,
    /// Plots of the stories that can have it.
    pub plots: &'static [Plot],
    /// Settings it is played with, key and value; all others as the reader has them.
    pub settings: &'static [(&'static str, &'static str)],
    /// What is done, as text of edits.
    pub edits: &'static [&'static str],
    /// Way in which the run must end.
    pub end: End,
    /// What the tree must be at the end.
    pub tree: TreeEnds,
    /// Whether the card must know how it ended.
    pub card_knows: bool,
    /// Whether a repeated trigger mends it.
    pub heals: Heals,
    /// Clause that says so; empty where none does.
    pub clause: &'static str,
}

/// What a tree is at the end of a broken run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeEnds {
    /// Equal to the tree before the run, but for nonces of the account.
    Before,
    /// Equal to the tree after the unbroken run, but for nonces of the account.
    After,
    /// Some nodes as before, some as after the unbroken run: what was carried out stays.
    Partly,
    /// Neither: something is in it that nobody has sent.
    Falsified,
}

/// Whether a repeated trigger brings the end of an unbroken run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heals {
    /// A repeated trigger mends it.
    Yes,
    /// There is nothing to mend.
    Nothing,
    /// A repeated trigger does not mend it.
    No,
}

/// Failures that answer one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Word used in links and on the command line.
    pub id: &'static str,
    /// The question, for people.
    pub question: &'static str,
    /// Failures that answer it.
    pub failures: &'static [Failure],
}

/// All named failures, by the question they answer.
pub const FAILURE_GROUPS: &[Group] = &[
    who_speaks::GROUP,
    who_may::GROUP,
    what_arrives::GROUP,
    understood::GROUP,
    user_agrees::GROUP,
    all_or_nothing::GROUP,
    card_there::GROUP,
    first_trust::GROUP,
    undeniable::GROUP,
    on_the_line::GROUP,
    card_changed::GROUP,
];

impl Failure {
    /// Every named failure, group by group.
    pub fn all() -> impl Iterator<Item = &'static Failure> {
        FAILURE_GROUPS.iter().flat_map(|group| group.failures)
    }

    /// Failure with that id.
    pub fn find(id: &str) -> Option<&'static Failure> {
        Failure::all().find(|failure| failure.id == id)
    }

    /// Whether the story can have it: by its plot, and by the settings that it is played with.
    pub fn is_for(&self, scenario: &Scenario) -> bool {
        let has = |id: &str| scenario.settings.iter().any(|key| key.id() == id);
        self.plots.contains(&scenario.plot) && self.settings.iter().all(|(id, _)| has(id))
    }

    /// Edits that make it.
    pub fn edits(&self) -> Result<Vec<Edit>, EditError> {
        self.edits.iter().map(|text| text.parse()).collect()
    }

    /// Sets what it is played with.
    pub fn apply_settings(&self, settings: &mut Settings) -> Result<(), SettingError> {
        self.settings
            .iter()
            .try_for_each(|(key, value)| settings.set(key, value))
    }
}
