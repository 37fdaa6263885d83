//! What the page shows: a run, a moment in it, how closely one looks, and what is chosen; and
//! the one reducer that changes it.
//!
//! Pure: knows no clock, no storage, no address bar, and not how a run is made.

use crate::layout::{card, fields};
use crate::playback::{QUESTION_MS, Row, Rows, RunHandle, SPEEDS, Toggles, duration_ms};
use dmsc_core::trace::{Layer, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use yew::Reducible;

/// What makes a run, as links and files name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Scenario id.
    pub scenario: String,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
    /// Seed of nonces and session ids.
    pub seed: u64,
    /// What is done to the run, as text: `message-sent.2:drop`.
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

/// Which changes of the tree are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeScope {
    /// Those of the present one of the enabler's steps.
    Step,
    /// All since the start of the run.
    #[default]
    Run,
}

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
}

/// What a narrow page shows in its one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The ladder.
    #[default]
    Ladder,
    /// The management tree.
    Tree,
    /// The card.
    Card,
    /// The inspector.
    Inspector,
}

/// What lies open above the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The settings of the run.
    Settings,
    /// The keys.
    Help,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word for attributes and storage.
    pub fn id(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme with that word; the system's for any other.
    pub fn from_id(id: &str) -> Theme {
        match id {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }

    /// The next in turn.
    pub fn next(self) -> Theme {
        match self {
            Theme::Auto => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Auto,
        }
    }
}

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The run.
    pub run: RunHandle,
    /// Its visible rows.
    pub rows: Rc<Rows>,
    /// How closely one looks.
    pub depth: Layer,
    /// Rows opened and closed by hand.
    pub toggles: Toggles,
    /// The present: a stop among the rows.
    pub cursor: u32,
    /// The present was reached by one step forward, so what happened may be seen to move.
    pub stepped: bool,
    /// Time runs.
    pub playing: bool,
    /// Percent of normal speed.
    pub speed: u16,
    /// The step under inspection, when it is not the present one.
    pub selected: Option<u32>,
    /// Place of the chosen field in that step.
    pub field: Vec<usize>,
    /// How the inspector shows it.
    pub tab: Tab,
    /// Which changes the tree marks.
    pub tree_scope: TreeScope,
    /// Branches of the tree opened (true) and closed by hand.
    pub branches: Rc<Vec<(String, bool)>>,
    /// Fields whose parts are not shown.
    pub folded: Rc<Vec<Vec<usize>>>,
    /// The chosen node.
    pub node: Option<String>,
    /// The card has the place of the tree.
    pub card: bool,
    /// Path of the chosen file of the card.
    pub file: Option<String>,
    /// What a narrow page shows.
    pub pane: Pane,
    /// What lies open above the page.
    pub panel: Option<Panel>,
    /// What the person should know, such as what was wrong with a link.
    pub notices: Vec<String>,
    /// Why the last provisioning file was refused.
    pub refusal: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// Everything larger, for a projector.
    pub large: bool,
}

/// What the person, or time, wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Another run.
    Load(RunHandle, Place),
    /// Go to the stop that shows a step, and rest.
    Seek(u32),
    /// Go to the first stop of the enabler's step that begins with a step, and rest.
    SeekSection(u32),
    /// Go some stops forward or back, and rest.
    Move(isize),
    /// Go to the next or the previous of the enabler's steps, and rest.
    MoveSection(bool),
    /// Go to the first stop.
    Home,
    /// Go to the last stop.
    End,
    /// The moment is over: go one on, or end.
    Advance,
    /// Play, or pause.
    TogglePlay,
    /// Pause.
    Pause,
    /// One speed up or down.
    Faster(bool),
    /// Speed in percent.
    SetSpeed(u16),
    /// Look more or less closely.
    SetDepth(Layer),
    /// Open or close a row in place.
    ToggleRow(u32),
    /// Inspect a step without going there.
    Inspect(u32),
    /// Choose a field of the inspected step; empty for none.
    SelectField(Vec<usize>),
    /// Show or hide the parts of a field.
    ToggleField(Vec<usize>),
    /// Choose the deepest field that covers a byte of the inspected step.
    PickByte(usize),
    /// How the inspector shows the step.
    SetTab(Tab),
    /// The next tab.
    NextTab,
    /// Which changes the tree marks.
    SetTreeScope(TreeScope),
    /// The other one.
    ToggleTreeScope,
    /// Open or close a branch.
    SetBranch(String, bool),
    /// Choose a node, or none.
    SelectNode(Option<String>),
    /// Choose a file of the card, or none.
    SelectFile(Option<String>),
    /// Put the card into the place of the tree, or the tree back, as an address has it.
    ShowCard(bool),
    /// The other one.
    ToggleCard,
    /// What a narrow page shows.
    SetPane(Pane),
    /// Open or close a panel.
    TogglePanel(Panel),
    /// Open a panel.
    OpenPanel(Panel),
    /// Close whatever is open above the page, or give up a choice.
    Close,
    /// Say something; empty to take it back.
    Notify(Vec<String>),
    /// A provisioning file was refused, or the refusal is read.
    RefuseFile(Option<String>),
    /// The next theme in turn.
    NextTheme,
    /// Larger or normal.
    ToggleLarge,
}

impl State {
    /// The first state of a run: at the beginning, playing.
    pub fn new(run: RunHandle) -> State {
        let depth = Layer::Packages;
        let toggles = Toggles::new();
        let rows = Rows::new(&run, depth, &toggles);
        let cursor = rows.stops().first().copied().unwrap_or(0);
        State {
            run,
            rows: Rc::new(rows),
            depth,
            toggles,
            cursor,
            stepped: true,
            playing: true,
            speed: 100,
            selected: None,
            field: Vec::new(),
            tab: Tab::default(),
            tree_scope: TreeScope::default(),
            branches: Rc::default(),
            folded: Rc::default(),
            node: None,
            card: false,
            file: None,
            pane: Pane::default(),
            panel: None,
            notices: Vec::new(),
            refusal: None,
            theme: Theme::default(),
            large: false,
        }
    }

    /// What would make the present run again.
    pub fn request(&self) -> Request {
        let trace = self.run.trace();
        Request {
            scenario: trace.scenario.clone(),
            settings: trace.settings.clone(),
            seed: trace.seed,
            edits: trace.edits.clone(),
            file: trace
                .files
                .first_key_value()
                .map(|(name, text)| (name.clone(), text.clone().into_bytes())),
        }
    }

    /// The row of the present.
    pub fn present(&self) -> Row {
        self.rows.row_at(self.cursor).unwrap_or(Row {
            id: 0,
            end: 0,
            nest: 0,
            open: false,
            openable: false,
        })
    }

    /// The last step that has happened: a row stands for all that is hidden inside it.
    pub fn now(&self) -> u32 {
        self.present().end
    }

    /// The step under inspection.
    pub fn shown(&self) -> u32 {
        self.selected.unwrap_or(self.cursor)
    }

    /// The question to the user that the present shows.
    pub fn question(&self) -> Option<u32> {
        let row = self.present();
        self.run.question(row.id, row.end)
    }

    /// How long the present lasts, milliseconds; `None` at rest and at the end.
    pub fn moment_ms(&self) -> Option<u32> {
        if !self.playing {
            return None;
        }
        if self.question().is_some() {
            return Some(QUESTION_MS);
        }
        let ms = duration_ms(&self.run, self.present());
        Some(ms * 100 / u32::from(self.speed.max(1)))
    }

    /// The steps whose changes the tree marks, as ids: after the first, up to the second.
    pub fn tree_span(&self) -> (Option<u32>, u32) {
        let now = self.now();
        let before = match self.tree_scope {
            TreeScope::Run => None,
            TreeScope::Step => {
                let section = self.run.section_of(self.cursor);
                self.run
                    .sections()
                    .get(section)
                    .and_then(|section| section.steps.start.checked_sub(1))
            }
        };
        (before, now)
    }

    fn look_at(&mut self, selected: Option<u32>) {
        self.selected = selected;
        self.field = Vec::new();
        self.folded = Rc::default();
    }

    fn go(&mut self, cursor: u32, playing: bool) {
        self.stepped = cursor > self.cursor && self.rows.moved(self.cursor, 1) == cursor;
        if cursor != self.cursor {
            self.look_at(None);
        }
        self.cursor = cursor;
        self.playing = playing;
    }

    fn set_branch(&mut self, key: String, open: bool) {
        let branches = Rc::make_mut(&mut self.branches);
        branches.retain(|(other, _)| *other != key);
        branches.push((key, open));
    }

    fn show_card(&mut self, shown: bool) {
        self.card = shown;
        self.pane = if shown { Pane::Card } else { Pane::Tree };
    }

    fn lay_rows(&mut self) {
        self.rows = Rc::new(Rows::new(&self.run, self.depth, &self.toggles));
        let cursor = self.rows.stop_for(&self.run, self.cursor);
        if cursor != self.cursor {
            self.cursor = cursor;
            self.stepped = false;
        }
    }

    fn load(&mut self, run: RunHandle, place: Place) {
        let same_story = run.trace().scenario == self.run.trace().scenario;
        self.run = run;
        self.refusal = None;
        self.look_at(None);
        if place != Place::Answered {
            self.toggles.clear();
        }
        if !same_story {
            self.branches = Rc::default();
            self.node = None;
            self.file = None;
        }
        self.lay_rows();
        let first = self.rows.stops().first().copied().unwrap_or(0);
        match place {
            Place::Start => {
                self.cursor = first;
                self.stepped = true;
                self.playing = true;
            }
            Place::Answered => {
                let next = self.rows.moved(self.cursor, 1);
                self.go(next, !self.rows.is_last(next));
            }
            Place::At(id) => {
                self.cursor = self.rows.stop_for(&self.run, id);
                self.stepped = false;
                self.playing = false;
                self.selected = (self.cursor != id).then_some(id);
            }
        }
    }

    fn change(&mut self, action: Action) {
        match action {
            Action::Load(run, place) => self.load(run, place),
            Action::Seek(id) => self.go(self.rows.stop_for(&self.run, id), false),
            Action::SeekSection(first) => {
                let stops = self.rows.stops();
                let at = stops.partition_point(|stop| *stop < first);
                let stop = stops.get(at).or(stops.last()).copied().unwrap_or(0);
                self.go(stop, false);
            }
            Action::Move(by) => self.go(self.rows.moved(self.cursor, by), false),
            Action::MoveSection(forward) => {
                let stop = self.rows.section_moved(&self.run, self.cursor, forward);
                self.go(stop, false);
            }
            Action::Home => self.go(self.rows.moved(0, 0), false),
            Action::End => self.go(self.rows.moved(u32::MAX, 0), false),
            Action::Advance => {
                let next = self.rows.moved(self.cursor, 1);
                self.go(next, !self.rows.is_last(next));
            }
            Action::TogglePlay => {
                if !self.playing && self.rows.is_last(self.cursor) {
                    self.go(self.rows.moved(0, 0), true);
                    self.stepped = true;
                } else {
                    self.playing = !self.playing;
                }
            }
            Action::Pause => self.playing = false,
            Action::Faster(up) => {
                let at = SPEEDS
                    .partition_point(|speed| *speed < self.speed)
                    .saturating_add_signed(if up { 1 } else { -1 })
                    .min(SPEEDS.len() - 1);
                self.speed = SPEEDS[at];
            }
            Action::SetSpeed(speed) => {
                if SPEEDS.contains(&speed) {
                    self.speed = speed;
                }
            }
            Action::SetDepth(depth) => {
                self.depth = depth;
                self.toggles.clear();
                self.lay_rows();
            }
            Action::ToggleRow(id) => {
                if let Some(row) = self.rows.index(id).map(|at| self.rows.rows()[at])
                    && row.openable
                {
                    self.toggles.retain(|(other, _)| *other != id);
                    self.toggles.push((id, !row.open));
                    self.lay_rows();
                }
            }
            Action::Inspect(id) => {
                if self.run.step(id).is_some() {
                    self.look_at((id != self.cursor).then_some(id));
                    self.pane = Pane::Inspector;
                }
            }
            Action::SelectField(path) => self.field = path,
            Action::ToggleField(path) => {
                let folded = Rc::make_mut(&mut self.folded);
                let before = folded.len();
                folded.retain(|other| *other != path);
                if folded.len() == before {
                    folded.push(path);
                }
            }
            Action::PickByte(byte) => {
                let parts = self.run.step(self.shown()).map(Step::fields);
                self.field = fields::deepest(&parts.unwrap_or_default(), byte);
            }
            Action::SetTab(tab) => self.tab = tab,
            Action::NextTab => {
                let at = Tab::ALL.iter().position(|tab| *tab == self.tab);
                self.tab = Tab::ALL[(at.unwrap_or(0) + 1) % Tab::ALL.len()];
            }
            Action::SetTreeScope(scope) => self.tree_scope = scope,
            Action::ToggleTreeScope => {
                self.tree_scope = match self.tree_scope {
                    TreeScope::Step => TreeScope::Run,
                    TreeScope::Run => TreeScope::Step,
                }
            }
            Action::SetBranch(uri, open) => self.set_branch(uri, open),
            Action::SelectNode(uri) => self.node = uri,
            Action::SelectFile(path) => {
                for above in path.as_deref().into_iter().flat_map(card::above) {
                    self.set_branch(above.to_owned(), true);
                }
                self.file = path;
            }
            Action::ShowCard(true) => self.show_card(true),
            Action::ShowCard(false) => {
                self.card = false;
                if self.pane == Pane::Card {
                    self.pane = Pane::Tree;
                }
            }
            Action::ToggleCard => self.show_card(!self.card),
            Action::SetPane(pane) => match pane {
                Pane::Tree | Pane::Card => self.show_card(pane == Pane::Card),
                _ => self.pane = pane,
            },
            Action::TogglePanel(panel) => {
                self.panel = (self.panel != Some(panel)).then_some(panel);
            }
            Action::OpenPanel(panel) => self.panel = Some(panel),
            Action::Close => {
                if self.panel.take().is_none() && std::mem::take(&mut self.notices).is_empty() {
                    self.node = None;
                    self.file = None;
                    self.look_at(None);
                }
            }
            Action::Notify(notices) => self.notices = notices,
            Action::RefuseFile(refusal) => self.refusal = refusal,
            Action::NextTheme => self.theme = self.theme.next(),
            Action::ToggleLarge => self.large = !self.large,
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        next.change(action);
        Rc::new(next)
    }
}

/// The URIs of all nodes that the steps up to and with `now` changed, with their ancestors.
pub fn touched(run: &RunHandle, now: u32) -> BTreeSet<String> {
    let mut uris = BTreeSet::new();
    for id in run.changing_until(now) {
        for change in run.step(*id).map_or(&[][..], |step| &step.changes) {
            for uri in [Some(&change.uri), change.new_uri.as_ref()]
                .into_iter()
                .flatten()
            {
                let mut uri = uri.as_str();
                while uris.insert(uri.to_owned()) {
                    match uri.rsplit_once('/') {
                        Some((parent, _)) => uri = parent,
                        None => break,
                    }
                }
            }
        }
    }
    uris
}
