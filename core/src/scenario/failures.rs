//! Named failures: rows of data. Each says where what is done, and what must hold after it.
//!
//! How each ends stands in the guide of the page, under its id.

use super::edit::Edit;
use crate::trace::End;

/// One named failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Word used in links and on the command line.
    pub id: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Stories it is for, by a setting that they have; none for all.
    pub needs: Option<super::SettingKey>,
    /// What is done, as text of edits.
    pub edits: &'static [&'static str],
    /// Which way the run must end.
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
    /// As before the run, but for nonces of the account.
    Before,
    /// As after the unbroken run, but for nonces of the account.
    After,
}

/// Whether a repeated trigger brings the end of an unbroken run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heals {
    /// It does.
    Yes,
    /// There is nothing to mend.
    Nothing,
}

/// All named failures.
pub const FAILURES: &[Failure] = &[];

impl Failure {
    /// The edits that make it; none of them for a row that is wrong, which its test shows.
    pub fn edits(&self) -> Vec<Edit> {
        let edits = self.edits.iter().map(|text| text.parse());
        edits.collect::<Result<_, _>>().unwrap_or_default()
    }
}
