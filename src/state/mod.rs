//! What the page shows, in parts, and the one reducer that changes it. Each part has its
//! actions, its reducer and its text form in one file; what concerns several parts is here.
//!
//! Pure: knows no clock, no storage, no address bar, and not how a run is made.

pub mod inspect;
pub mod ordered;
pub mod runs;
pub mod shell;
pub mod side;
pub mod time;

use crate::address::Address;
use crate::engine::{Catalogue, FileParts};
use crate::panes::PaneId;
use crate::playback::{QUESTION_MS, Row, RunHandle, duration_ms};
use dmsc_core::codec::Field;
use std::rc::Rc;
use yew::Reducible;

pub use ordered::Ordered;

pub use inspect::{Inspect, InspectAction, Tab};
pub use runs::{Place, Request, Runs, RunsAction};
pub use shell::{Engine, Shell, ShellAction, Theme};
pub use side::{Side, SideAction, TreeScope};
pub use time::{Time, TimeAction};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The run, and how it was asked for.
    pub runs: Runs,
    /// Time within the run.
    pub time: Time,
    /// What is looked into.
    pub inspect: Inspect,
    /// Tree and card.
    pub side: Side,
    /// All around the panes.
    pub shell: Shell,
}

/// What the person, time or the engine wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Another run, with the edits it was asked for with, takes the place of the present one.
    Load(RunHandle, Vec<String>, Place),
    /// Go to a moment of a run, as an address names it; what is wrong with it is said.
    Arrive(RunHandle, Box<Address>, Vec<String>),
    /// Of the run.
    Runs(RunsAction),
    /// Of time.
    Time(TimeAction),
    /// Of what is looked into.
    Inspect(InspectAction),
    /// Of tree and card.
    Side(SideAction),
    /// Of all around.
    Shell(ShellAction),
    /// Close whatever is open above the page, or give up a choice.
    Close,
}

/// Lets each part's actions stand where an action is wanted.
macro_rules! part {
    ($($part:ident($action:ty);)*) => {
        $(impl From<$action> for Action {
            fn from(action: $action) -> Action {
                Action::$part(action)
            }
        })*
    };
}

part! {
    Runs(RunsAction);
    Time(TimeAction);
    Inspect(InspectAction);
    Side(SideAction);
    Shell(ShellAction);
}

impl State {
    /// The first state of a run: at the beginning, playing.
    pub fn new(run: RunHandle) -> State {
        State {
            time: Time::new(&run),
            runs: Runs::new(run),
            inspect: Inspect::default(),
            side: Side::default(),
            shell: Shell::default(),
        }
    }

    /// The present run.
    pub fn run(&self) -> &RunHandle {
        &self.runs.present
    }

    /// What would make the present run again.
    pub fn request(&self) -> Request {
        self.runs.request()
    }

    /// The row of the present.
    pub fn present(&self) -> Row {
        self.time.present()
    }

    /// The last step that has happened: a row stands for all that is hidden inside it.
    pub fn now(&self) -> u32 {
        self.present().end
    }

    /// The step under inspection.
    pub fn shown(&self) -> u32 {
        self.inspect.selected.unwrap_or(self.time.cursor)
    }

    /// The named parts of the step under inspection, once they are known.
    pub fn fields(&self) -> Option<&Rc<Vec<Field>>> {
        self.inspect.fields.get(&self.shown())
    }

    /// The question to the user that the present shows.
    pub fn question(&self) -> Option<u32> {
        let row = self.present();
        self.run().question(row.id, row.end)
    }

    /// How long the present lasts, milliseconds; `None` at rest and at the end.
    pub fn moment_ms(&self) -> Option<u32> {
        if !self.time.playing || self.run().is_empty() {
            return None;
        }
        if self.question().is_some() {
            return Some(QUESTION_MS);
        }
        let ms = duration_ms(self.run(), self.present());
        Some(ms * 100 / u32::from(self.time.speed.max(1)))
    }

    /// The steps whose changes the tree marks, as ids: after the first, up to the second.
    pub fn tree_span(&self) -> (Option<u32>, u32) {
        let before = match self.side.scope {
            TreeScope::Run => None,
            TreeScope::Step => {
                let section = self.run().section_of(self.time.cursor);
                let section = self.run().sections().get(section);
                section.and_then(|section| section.steps.start.checked_sub(1))
            }
        };
        (before, self.now())
    }

    /// True where the card stands in the place of the tree.
    pub fn card_is_shown(&self) -> bool {
        self.shell.is_in_front(crate::panes::card::ID)
    }

    /// What the chosen file of the card means at this moment, once it is known.
    pub fn file_parts(&self) -> Option<&Rc<FileParts>> {
        let (key, _) = self.chosen_file()?;
        self.side.parts.get(&key)
    }

    /// The chosen file of the card at this moment, with the number of its state.
    pub fn chosen_file(&self) -> Option<(u32, &dmsc_core::trace::card::CardFile)> {
        let path = self.side.file.as_deref()?;
        let card = &self.run().trace().card;
        let moment = card.at(card.index(Some(self.now())));
        let file = moment.files.iter().find(|file| file.path == path)?;
        Some((self.run().file_state(file)?, file))
    }

    /// The address of the moment.
    pub fn address(&self, catalogue: &Catalogue) -> Address {
        Address {
            screen: None,
            run: self.runs.text(catalogue),
            time: self.time.text(self.run(), self.inspect.selected),
            inspect: self.inspect.text(),
            side: self.side.text(),
            shell: self.shell.text(),
            problems: Vec::new(),
        }
    }

    fn load(&mut self, run: RunHandle, edits: Vec<String>, place: Place) {
        let same_story = run.trace().scenario == self.run().trace().scenario;
        self.runs.load(run, edits);
        self.inspect.forget();
        self.side.forget(same_story);
        if let Some(selected) = self.time.load(&self.runs.present, place) {
            self.inspect.look_at(Some(selected));
        }
    }

    fn arrive(&mut self, run: RunHandle, address: &Address, mut problems: Vec<String>) {
        self.runs.load(run, address.run.edits.clone());
        let run = &self.runs.present;
        self.inspect.forget();
        self.side.forget(false);
        let selected = self.time.read(&address.time, run, &mut problems);
        self.inspect.read(&address.inspect, selected);
        self.side.read(&address.side, run, &mut problems);
        self.shell.read(&address.shell, &mut problems);
        self.shell.notices = problems;
    }

    fn change(&mut self, action: Action) {
        match action {
            Action::Load(run, edits, place) => self.load(run, edits, place),
            Action::Arrive(run, address, problems) => self.arrive(run, &address, problems),
            Action::Runs(action) => self.runs.change(action),
            Action::Time(action) => {
                let before = self.time.cursor;
                let looks_closer = matches!(action, TimeAction::SetDepth(_));
                self.time.change(action, &self.runs.present);
                // Going elsewhere shows what is there; looking closer keeps what one looks at.
                if self.time.cursor != before && !looks_closer {
                    self.inspect.look_at(None);
                }
            }
            Action::Inspect(InspectAction::Look(id)) => {
                if self.run().step(id).is_some() {
                    self.inspect.look_at((id != self.time.cursor).then_some(id));
                    self.shell.bring_forward(crate::panes::inspector::ID);
                }
            }
            Action::Inspect(action) => {
                let shown = self.shown();
                self.inspect.change(action, &self.runs.present, shown);
            }
            Action::Side(action) => self.side.change(action, &self.runs.present),
            Action::Shell(action) => self.shell.change(action),
            Action::Close => {
                if !self.shell.close() {
                    self.side.give_up();
                    self.inspect.look_at(None);
                }
            }
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

/// Brings a pane to the front, as an action.
pub fn bring_forward(pane: PaneId) -> Action {
    ShellAction::Front(pane).into()
}

/// The URIs of all nodes that the steps up to and with `now` changed, with their ancestors.
pub fn touched(run: &RunHandle, now: u32) -> Ordered<String> {
    let mut uris = Ordered::new();
    for id in run.changing_until(now) {
        for change in run.step(*id).map_or(&[][..], |step| &step.changes) {
            for uri in [Some(&change.uri), change.new_uri.as_ref()]
                .into_iter()
                .flatten()
            {
                let mut uri = uri.as_str();
                while uris.insert(uri.to_owned(), ()) {
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
