//! The engine as the page knows it: what can be asked, what is told, and the trait behind which
//! it runs. In a worker of its own ([`InWorker`]), or where the page runs ([`InPlace`]), for
//! tests and for a page of one file.
//!
//! Plain data: all that crosses is here. The engine keeps nothing between two questions, so one
//! that died can be started again and asked anew.

mod guide;
mod in_place;
mod in_worker;
mod serve;
mod work;

pub use guide::files as guide_files;
pub use in_place::{InPlace, catalogue, file_parts, first_state, run, shown, told};
pub use in_worker::InWorker;
pub use serve::serve;

use borsh::io::{Error, Read};
use borsh::{BorshDeserialize, BorshSerialize};
use dmsc_core::codec::Field;
use dmsc_core::trace::card::CardFile;
use dmsc_core::trace::{Content, Trace};
use std::collections::BTreeMap;

/// A question to the engine.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Ask {
    /// What there is to play.
    Catalogue,
    /// A run.
    Run(Wanted),
    /// The named parts of bytes.
    Fields(Content, Vec<u8>),
    /// The SyncML in bytes, as XML text.
    Xml(Content, Vec<u8>),
    /// What a file of the card means.
    File(CardFile),
}

/// What makes a run, as links and files name it; nothing in it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Wanted {
    /// Scenario id; the first one of the catalogue when there is none.
    pub scenario: Option<String>,
    /// Settings by key.
    #[borsh(deserialize_with = "texts")]
    pub settings: BTreeMap<String, String>,
    /// Seed of nonces and session ids.
    pub seed: Option<u64>,
    /// Edits of the run in their order, each as its text.
    pub edits: Vec<String>,
    /// Name and bytes of the person's own provisioning document.
    pub file: Option<(String, Vec<u8>)>,
    /// Whatever is wrong refuses the run; otherwise it is left out, and said.
    pub strict: bool,
}

/// An answer of the engine.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Tell {
    /// What there is to play.
    Catalogue(Catalogue),
    /// How far a long answer is.
    Progress(Stage),
    /// A run.
    Run(Box<Played>),
    /// Why there is no run.
    Refused(Problem),
    /// The named parts.
    Fields(Vec<Field>),
    /// The XML; `None` when the bytes carry no SyncML, the error when they should and cannot be
    /// read.
    Xml(Option<Result<String, String>>),
    /// What the file means.
    File(FileParts),
    /// The engine died over this question, or while it had none (number 0), and runs again.
    Died(String),
    /// The engine cannot be started; nothing more is told until it is.
    Lost(String),
    /// The question was given up because the person stopped the engine.
    Stopped,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// The engine has the question and plays.
    Playing,
    /// So many steps are played and are on their way to the page.
    Played(u32),
}

/// A run as it crosses.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Played {
    /// The trace.
    pub trace: Trace,
    /// Title and detail of each step, where its bytes say them.
    pub texts: Vec<[String; 2]>,
    /// Name and text of the guide's files for it, its own first.
    pub guide: Vec<(String, String)>,
    /// What each state of a file holds in one line, in the order of `CardHistory::files`.
    pub summaries: Vec<String>,
    /// What was left out of the question.
    pub problems: Vec<Problem>,
}

/// Something in a question that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Problem {
    /// There is no scenario of that id.
    NoScenario {
        /// What was asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// A setting that is not there, or not with that value.
    Setting(String),
    /// The provisioning document.
    File(String),
    /// An edit that is none or does not apply.
    Edit(String),
}

/// What a file of the card means.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FileParts {
    /// The named parts of each record.
    pub records: Vec<Vec<Field>>,
    /// Operations and the condition for them, in words.
    pub rule: Vec<(String, String)>,
    /// The file control parameters.
    pub parameters: Vec<Field>,
}

/// What there is to play.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Catalogue {
    /// Every scenario.
    pub scenarios: Vec<ScenarioInfo>,
    /// Every setting's value when nothing is said.
    #[borsh(deserialize_with = "texts")]
    pub defaults: BTreeMap<String, String>,
    /// The seed when nothing is said.
    pub seed: u64,
}

/// Reads texts by key one after the other: what sorts them at once is large.
fn texts<R: Read>(from: &mut R) -> Result<BTreeMap<String, String>, Error> {
    let mut texts = BTreeMap::new();
    for (key, text) in Vec::<(String, String)>::deserialize_reader(from)? {
        texts.insert(key, text);
    }
    Ok(texts)
}

/// A scenario in words.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ScenarioInfo {
    /// As in links.
    pub id: String,
    /// For people.
    pub title: String,
    /// The settings that matter to it.
    pub settings: Vec<SettingInfo>,
}

/// A setting in words.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SettingInfo {
    /// As in links.
    pub key: String,
    /// For people.
    pub title: String,
    /// Values it takes, and so the control that sets it.
    pub kind: Control,
    /// What else is to be known of its values; may be empty.
    pub note: String,
}

/// The values a setting takes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Control {
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number.
    Number {
        /// Least.
        min: u32,
        /// Most.
        max: u32,
        /// What it counts.
        unit: String,
    },
    /// A file of the person.
    File,
}

/// An answer, with the number of its question; 0 for what belongs to none.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The number that the question had.
    pub number: u32,
    /// The answer.
    pub tell: Tell,
}

/// Something that answers questions. What it tells goes to the listener that it was made with.
pub trait Engine {
    /// Asks; `number` is not 0 and comes back with each answer.
    fn ask(&self, number: u32, ask: &Ask);

    /// Gives up all questions that are not answered yet.
    fn stop(&self);

    /// Tries again to start an engine that is lost.
    fn revive(&self);
}
