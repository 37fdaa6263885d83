//! What is looked into: the selected step, the chosen field, how the step is shown, and what the
//! engine has told about steps so far.
//!
//! Text: the field in the path, `tab=xml`, `folded=0.1,2`.

use crate::address::{Query, field_path, read_field_path};
use crate::layout::fields;
use crate::playback::RunHandle;
use crate::state::Ordered;
use crate::words::fill;
use dmsc_core::codec::Field;
use std::rc::Rc;

/// Steps whose parts are kept; far more than are in sight.
const KEPT: usize = 64;

/// How the inspector shows a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Named parts with their bytes.
    #[default]
    Fields,
    /// SyncML as text.
    Xml,
    /// Bytes alone.
    Bytes,
}

impl Tab {
    /// All, in the order of the page.
    pub const ALL: [Tab; 3] = [Tab::Fields, Tab::Xml, Tab::Bytes];

    /// The word in addresses and orders.
    pub fn id(self) -> &'static str {
        match self {
            Tab::Fields => "fields",
            Tab::Xml => "xml",
            Tab::Bytes => "bytes",
        }
    }

    /// The tab with that word.
    pub fn from_id(id: &str) -> Option<Tab> {
        Tab::ALL.into_iter().find(|tab| tab.id() == id)
    }
}

/// The SyncML of a step as the engine told it.
pub type XmlText = Option<Result<String, String>>;

/// What is looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspect {
    /// The step under inspection, when it is not the present one.
    pub selected: Option<u32>,
    /// Place of the chosen field in that step.
    pub field: Vec<usize>,
    /// How the step is shown.
    pub tab: Tab,
    /// Fields whose parts are not shown.
    pub folded: Rc<Ordered<Vec<usize>>>,
    /// Named parts of steps, as far as they are known.
    pub fields: Rc<Ordered<u32, Rc<Vec<Field>>>>,
    /// SyncML of steps, as far as it is known.
    pub xml: Rc<Ordered<u32, Rc<XmlText>>>,
}

/// What is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InspectAction {
    /// Inspect a step without going there.
    Look(u32),
    /// Choose a field of the inspected step; empty for none.
    SelectField(Vec<usize>),
    /// Show or hide the parts of a field.
    ToggleField(Vec<usize>),
    /// Choose the deepest field that covers a byte of the inspected step.
    PickByte(usize),
    /// How the step is shown.
    SetTab(Tab),
    /// The next tab.
    NextTab,
    /// The engine told the parts of a step of this run.
    Fields(RunHandle, u32, Rc<Vec<Field>>),
    /// The engine told the SyncML of a step of this run.
    Xml(RunHandle, u32, Rc<XmlText>),
}

impl Inspect {
    /// Looks at a step, or at the present.
    pub(super) fn look_at(&mut self, selected: Option<u32>) {
        self.selected = selected;
        self.field = Vec::new();
        self.folded = Rc::default();
    }

    /// Forgets what belongs to a run.
    pub(super) fn forget(&mut self) {
        self.look_at(None);
        self.fields = Rc::default();
        self.xml = Rc::default();
    }

    pub(super) fn change(&mut self, action: InspectAction, run: &RunHandle, shown: u32) {
        match action {
            // This concerns other parts too and is done where they meet.
            InspectAction::Look(id) => self.look_at(Some(id)),
            InspectAction::SelectField(path) => self.field = path,
            InspectAction::ToggleField(path) => {
                let folded = Rc::make_mut(&mut self.folded);
                if folded.remove(&path).is_none() {
                    folded.insert(path, ());
                }
            }
            InspectAction::PickByte(byte) => {
                if let Some(parts) = self.fields.get(&shown) {
                    self.field = fields::deepest(parts, byte);
                }
            }
            InspectAction::SetTab(tab) => self.tab = tab,
            InspectAction::NextTab => {
                let at = Tab::ALL.iter().position(|tab| *tab == self.tab);
                self.tab = Tab::ALL[(at.unwrap_or(0) + 1) % Tab::ALL.len()];
            }
            InspectAction::Fields(of, id, parts) => {
                if of == *run {
                    keep(Rc::make_mut(&mut self.fields), shown, id, parts);
                }
            }
            InspectAction::Xml(of, id, text) => {
                if of == *run {
                    keep(Rc::make_mut(&mut self.xml), shown, id, text);
                }
            }
        }
    }

    /// Text form.
    pub(super) fn text(&self) -> InspectText {
        InspectText {
            field: self.field.clone(),
            tab: self.tab,
            folded: (*self.folded).clone(),
        }
    }

    /// Looks where a text says.
    pub(super) fn read(&mut self, text: &InspectText, selected: Option<u32>) {
        self.selected = selected;
        self.field = text.field.clone();
        self.tab = text.tab;
        self.folded = Rc::new(text.folded.clone());
    }
}

/// Keeps what is known of a step; where there is too much, what is farthest from sight goes.
fn keep<T>(known: &mut Ordered<u32, T>, shown: u32, id: u32, value: T) {
    known.insert(id, value);
    if known.len() > KEPT {
        let farthest = known.iter().max_by_key(|(id, _)| id.abs_diff(shown));
        if let Some(id) = farthest.map(|(id, _)| *id) {
            known.remove(&id);
        }
    }
}

/// Text form of what is looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InspectText {
    /// Place of the chosen field.
    pub field: Vec<usize>,
    /// How the step is shown.
    pub tab: Tab,
    /// Fields whose parts are not shown.
    pub folded: Ordered<Vec<usize>>,
}

impl InspectText {
    /// Reads its keys; the field stands in the path.
    pub(crate) fn read(query: &mut Query, problems: &mut Vec<String>) -> InspectText {
        let mut text = InspectText::default();
        if let Some(value) = query.take("tab") {
            match Tab::from_id(&value) {
                Some(tab) => text.tab = tab,
                None => {
                    let known = Tab::ALL.map(Tab::id).join(", ");
                    problems.push(fill("address.no-tab", &[("tab", value), ("known", known)]));
                }
            }
        }
        let folded = query.take("folded").unwrap_or_default();
        for one in folded.split(',').filter(|one| !one.is_empty()) {
            match read_field_path(one) {
                Some(path) => drop(text.folded.insert(path, ())),
                None => problems.push(fill("address.no-place", &[("place", one.to_owned())])),
            }
        }
        text
    }

    pub(crate) fn write(&self, query: &mut Query) {
        if self.tab != Tab::default() {
            query.push("tab", self.tab.id());
        }
        if !self.folded.is_empty() {
            let all: Vec<String> = self
                .folded
                .iter()
                .map(|(path, ())| field_path(path))
                .collect();
            query.push("folded", all.join(","));
        }
    }
}
