//! All around the panes: which stand in front, what lies open above them, what is said to the
//! person, how the page looks, and how the engine is.
//!
//! Text: `pane=card,inspector` for panes brought to the front, the last one last, and for the
//! one open above the page; `card` alone says the same as `pane=card`. Theme, size and language
//! are remembered, not written: they belong to who looks.

use crate::address::Query;
use crate::panes::{self, PaneId, Stand};
use crate::words::fill;

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

/// How the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Nothing is asked of it that the person waits for.
    #[default]
    Idle,
    /// A run is asked for.
    Asked,
    /// So many steps are played and on their way.
    Played(u32),
    /// A run is asked for and takes long.
    Late,
    /// It cannot be started, and why.
    Lost(String),
}

impl Engine {
    /// True while the person waits for a run.
    pub fn is_busy(&self) -> bool {
        matches!(self, Engine::Asked | Engine::Played(_) | Engine::Late)
    }
}

/// All around the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    /// Panes brought to the front, at most one of each place, the last one last.
    pub front: Vec<PaneId>,
    /// The pane that lies open above the page.
    pub above: Option<PaneId>,
    /// What the person should know, such as what was wrong with a link.
    pub notices: Vec<String>,
    /// Light or dark.
    pub theme: Theme,
    /// Everything larger, for a projector.
    pub large: bool,
    /// How the engine is.
    pub engine: Engine,
}

/// What is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellAction {
    /// Bring a pane to the front.
    Front(PaneId),
    /// Bring a pane to the front, or where it is there, the pane whose place it took.
    Toggle(PaneId),
    /// Open a pane above the page, or close it.
    ToggleAbove(PaneId),
    /// Open a pane above the page.
    OpenAbove(PaneId),
    /// Say something; empty to take it back.
    Notify(Vec<String>),
    /// Say one thing more.
    Add(String),
    /// The next theme in turn.
    NextTheme,
    /// Larger or normal.
    ToggleLarge,
    /// The theme and the size that were remembered.
    Prefer(Theme, bool),
    /// How the engine is.
    Engine(Engine),
    /// The engine takes long, if it is still at work.
    Late,
}

impl Shell {
    /// True where this pane, of all in its place, is in front.
    pub fn is_in_front(&self, pane: PaneId) -> bool {
        let place = panes::place(pane);
        match self.front.iter().find(|one| panes::place(one) == place) {
            Some(front) => *front == pane,
            None => panes::first_in(place) == Some(pane),
        }
    }

    /// Brings a pane to the front.
    pub(super) fn bring_forward(&mut self, pane: PaneId) {
        let place = panes::place(pane);
        self.front.retain(|one| panes::place(one) != place);
        self.front.push(pane);
    }

    /// Closes what lies above the page or takes back what was said; false when there is nothing.
    pub(super) fn close(&mut self) -> bool {
        self.above.take().is_some() || !std::mem::take(&mut self.notices).is_empty()
    }

    pub(super) fn change(&mut self, action: ShellAction) {
        match action {
            ShellAction::Front(pane) => self.bring_forward(pane),
            ShellAction::Toggle(pane) => {
                if self.is_in_front(pane) {
                    let other = panes::first_in(panes::place(pane));
                    self.bring_forward(other.unwrap_or(pane));
                } else {
                    self.bring_forward(pane);
                }
            }
            ShellAction::ToggleAbove(pane) => {
                self.above = (self.above != Some(pane)).then_some(pane);
            }
            ShellAction::OpenAbove(pane) => self.above = Some(pane),
            ShellAction::Notify(notices) => self.notices = notices,
            ShellAction::Add(notice) => {
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
            }
            ShellAction::NextTheme => self.theme = self.theme.next(),
            ShellAction::ToggleLarge => self.large = !self.large,
            ShellAction::Prefer(theme, large) => (self.theme, self.large) = (theme, large),
            ShellAction::Engine(engine) => self.engine = engine,
            ShellAction::Late => {
                if self.engine.is_busy() {
                    self.engine = Engine::Late;
                }
            }
        }
    }

    /// Text form.
    pub(super) fn text(&self) -> ShellText {
        let mut panes: Vec<String> = self.front.iter().map(|&pane| pane.to_owned()).collect();
        panes.extend(self.above.map(str::to_owned));
        ShellText { panes }
    }

    /// Shows what a text says.
    pub(super) fn read(&mut self, text: &ShellText, problems: &mut Vec<String>) {
        self.front = Vec::new();
        self.above = None;
        for name in &text.panes {
            match panes::find(name) {
                Some(row) if row.stands == Stand::Above => self.above = Some(row.id),
                Some(row) => self.bring_forward(row.id),
                None => {
                    let known = panes::PANES.iter().map(|row| row.id);
                    let known = known.collect::<Vec<_>>().join(", ");
                    let values = [("pane", name.clone()), ("known", known)];
                    problems.push(fill("address.no-pane", &values));
                }
            }
        }
    }
}

/// Text form of the shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellText {
    /// Panes in front and above, as their ids.
    pub panes: Vec<String>,
}

impl ShellText {
    /// True where the card stands in the place of the tree.
    pub(crate) fn shows_card(&self) -> bool {
        self.panes.iter().any(|pane| pane == panes::card::ID)
    }

    pub(crate) fn read(query: &mut Query) -> ShellText {
        let card = query.take("card");
        let mut panes: Vec<String> = query
            .take("pane")
            .map(|value| {
                let names = value.split(',').filter(|name| !name.is_empty());
                names.map(str::to_owned).collect()
            })
            .unwrap_or_default();
        if card.is_some() && !panes.iter().any(|pane| pane == panes::card::ID) {
            panes.insert(0, panes::card::ID.to_owned());
        }
        ShellText { panes }
    }

    pub(crate) fn write(&self, query: &mut Query) {
        // The card is written by its own key, with its file.
        let first = self
            .panes
            .first()
            .is_some_and(|pane| pane == panes::card::ID);
        let panes = &self.panes[usize::from(first)..];
        if !panes.is_empty() {
            query.push("pane", panes.join(","));
        }
    }
}
