//! The run on the page, and how it was asked for.
//!
//! Text: the scenario in the path, `seed=2`, each setting under its key, and `edit=…` for each
//! edit, in their order.

use crate::address::Query;
use crate::engine::Catalogue;
use crate::playback::RunHandle;
use crate::words::fill;
use std::collections::BTreeMap;

/// What makes a run, as links and files name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Scenario id.
    pub scenario: String,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
    /// Seed of nonces and session ids.
    pub seed: u64,
    /// Edits in their order, as text: `message-sent.2:drop`.
    pub edits: Vec<String>,
    /// Name and bytes of the person's own provisioning document.
    pub file: Option<(String, Vec<u8>)>,
}

/// Where time stands when another run takes the place of the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the beginning, playing.
    Start,
    /// Where it was, and one further: the question is answered.
    Answered,
    /// At a step, at rest.
    At(u32),
}

/// The run on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// The present run; empty until the first one is there.
    pub present: RunHandle,
    /// Edits that were asked for, also those that could not be made.
    pub edits: Vec<String>,
    /// Why the last provisioning file was refused.
    pub refusal: Option<String>,
}

/// What is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsAction {
    /// A provisioning file was refused, or the refusal is read.
    RefuseFile(Option<String>),
}

impl Runs {
    pub(super) fn new(present: RunHandle) -> Runs {
        Runs {
            edits: present.trace().edits.clone(),
            present,
            refusal: None,
        }
    }

    pub(super) fn load(&mut self, run: RunHandle, edits: Vec<String>) {
        self.present = run;
        self.edits = edits;
        self.refusal = None;
    }

    pub(super) fn change(&mut self, action: RunsAction) {
        match action {
            RunsAction::RefuseFile(refusal) => self.refusal = refusal,
        }
    }

    /// What would make the present run again.
    pub(super) fn request(&self) -> Request {
        let trace = self.present.trace();
        let file = trace.files.first_key_value();
        Request {
            scenario: trace.scenario.clone(),
            settings: trace.settings.clone(),
            seed: trace.seed,
            edits: self.edits.clone(),
            file: file.map(|(name, text)| (name.clone(), text.clone().into_bytes())),
        }
    }

    /// Text form: what is not as it is when nothing is said.
    pub(super) fn text(&self, catalogue: &Catalogue) -> RunText {
        let trace = self.present.trace();
        let mut settings = BTreeMap::new();
        for (key, value) in &trace.settings {
            let default = catalogue.defaults.get(key);
            if default.is_some_and(|default| default != value) {
                settings.insert(key.clone(), value.clone());
            }
        }
        RunText {
            scenario: Some(trace.scenario.clone()),
            seed: (trace.seed != catalogue.seed).then_some(trace.seed),
            settings,
            edits: self.edits.clone(),
        }
    }
}

/// Text form of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunText {
    /// Scenario id; `None` when the address names none.
    pub scenario: Option<String>,
    /// Seed of the run.
    pub seed: Option<u64>,
    /// Settings by key; not checked.
    pub settings: BTreeMap<String, String>,
    /// Edits in their order; not checked.
    pub edits: Vec<String>,
}

impl RunText {
    /// Reads its keys; what is left belongs to nobody else and is a setting. The scenario stands
    /// in the path.
    pub(crate) fn read(query: &mut Query, problems: &mut Vec<String>) -> RunText {
        let mut text = RunText::default();
        if let Some(value) = query.take("seed") {
            match value.parse() {
                Ok(seed) => text.seed = Some(seed),
                Err(_) => problems.push(fill("address.no-seed", &[("seed", value)])),
            }
        }
        text.edits = query.take_all("edit");
        for (key, value) in query.rest() {
            text.settings.insert(key, value);
        }
        text
    }

    pub(crate) fn write(&self, query: &mut Query) {
        if let Some(seed) = self.seed {
            query.push("seed", seed.to_string());
        }
        for (key, value) in &self.settings {
            query.push(key, value.clone());
        }
        for edit in &self.edits {
            query.push("edit", edit.clone());
        }
    }
}
