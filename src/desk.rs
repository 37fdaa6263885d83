//! What the page asks of the engine and what becomes of the answers. The page works on without
//! waiting: an answer comes back as an action, and one that nobody wants any more is dropped.
//!
//! Knows no browser and not where the engine runs.

use crate::address::Address;
use crate::engine::{Ask, Catalogue, Engine, Heard, Problem, Stage, Tell, Wanted};
use crate::playback::RunHandle;
use crate::state::runs::RunText;
use crate::state::shell::{self, ShellAction};
use crate::state::{
    Action, InspectAction, Ordered, Place, Request, RunsAction, SideAction, State, Tab,
};
use crate::words::{fill, say, sentence};
use dmsc_core::trace::Step;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use yew::Callback;

/// What can be given to the desk.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one is made for each thing a person does"
)]
pub enum Given {
    /// Go where an address says.
    Address(Address),
    /// Make the run of a request, and stand there.
    Request(Request, Place),
    /// Give up the run that is under way.
    Stop,
    /// Try to start the engine again.
    Revive,
}

/// What an answer is for.
enum Purpose {
    Catalogue,
    Arrive(Box<Address>),
    Request(Place, Vec<String>),
    Fields(RunHandle, u32),
    Xml(RunHandle, u32),
    File(RunHandle, u32),
}

impl Purpose {
    fn is_run(&self) -> bool {
        matches!(self, Purpose::Arrive(_) | Purpose::Request(..))
    }
}

struct Open {
    next: u32,
    purposes: Ordered<u32, Purpose>,
    catalogue: Rc<Catalogue>,
}

/// The page's desk.
pub struct Desk {
    engine: Rc<dyn Engine>,
    act: Callback<Action>,
    open: RefCell<Open>,
}

impl Desk {
    /// A desk that tells its actions to `act`, with an engine that tells its answers to the
    /// listener it is made with.
    pub fn new(
        act: Callback<Action>,
        engine: impl FnOnce(Callback<Heard>) -> Rc<dyn Engine>,
    ) -> Rc<Desk> {
        let desk = Rc::new_cyclic(|desk: &Weak<Desk>| {
            let desk = desk.clone();
            let engine = engine(Callback::from(move |heard| {
                if let Some(desk) = desk.upgrade() {
                    desk.hear(heard);
                }
            }));
            Desk {
                engine,
                act,
                open: RefCell::new(Open {
                    next: 1,
                    purposes: Ordered::new(),
                    catalogue: Rc::default(),
                }),
            }
        });
        desk.ask(Purpose::Catalogue, &Ask::Catalogue);
        desk
    }

    /// What there is to play; empty until the engine has told it.
    pub fn catalogue(&self) -> Rc<Catalogue> {
        self.open.borrow().catalogue.clone()
    }

    fn ask(&self, purpose: Purpose, ask: &Ask) {
        let number = {
            let mut open = self.open.borrow_mut();
            let number = open.next;
            open.next += 1;
            open.purposes.insert(number, purpose);
            number
        };
        self.engine.ask(number, ask);
    }

    fn ask_run(&self, purpose: Purpose, wanted: Wanted) {
        // Only the last run that was asked for counts.
        let mut open = self.open.borrow_mut();
        open.purposes.retain(|purpose| !purpose.is_run());
        drop(open);
        self.act
            .emit(ShellAction::Engine(shell::Engine::Asked).into());
        self.ask(purpose, &Ask::Run(wanted));
    }

    /// Does what is given.
    pub fn give(&self, given: Given, state: &State) {
        match given {
            Given::Address(mut address) => {
                if is_run_of(
                    state.run(),
                    &state.runs.edits,
                    &address.run,
                    &self.catalogue(),
                ) {
                    let problems = std::mem::take(&mut address.problems);
                    let run = state.run().clone();
                    return self
                        .act
                        .emit(Action::Arrive(run, Box::new(address), problems));
                }
                let wanted = Wanted {
                    scenario: address.run.scenario.clone(),
                    settings: address.run.settings.clone(),
                    seed: address.run.seed,
                    edits: address.run.edits.clone(),
                    file: None,
                    strict: false,
                };
                self.ask_run(Purpose::Arrive(Box::new(address)), wanted);
            }
            Given::Request(request, place) => {
                let purpose = Purpose::Request(place, request.edits.clone());
                self.ask_run(purpose, Wanted::from(request));
            }
            Given::Stop => self.engine.stop(),
            Given::Revive => {
                self.act
                    .emit(ShellAction::Engine(shell::Engine::Idle).into());
                self.engine.revive();
                if self.catalogue().scenarios.is_empty() {
                    self.ask(Purpose::Catalogue, &Ask::Catalogue);
                }
            }
        }
    }

    /// Asks for all that a state shows or will show next and that is not known yet.
    pub fn look(&self, state: &State) {
        let run = state.run();
        if run.is_empty() || matches!(state.shell.engine, shell::Engine::Lost(_)) {
            return;
        }
        let (shown, rows) = (state.shown(), &state.time.rows);
        let near = [
            shown,
            rows.moved(state.time.cursor, 1),
            rows.moved(state.time.cursor, -1),
        ];
        for id in near {
            let step = run.step(id).filter(|step| !step.bytes.is_empty());
            if let Some(step) = step
                && !state.inspect.fields.contains(&id)
                && !self
                    .waits(|one| matches!(one, Purpose::Fields(of, at) if of == run && *at == id))
            {
                let ask = Ask::Fields(step.event.content(), step.bytes.clone());
                self.ask(Purpose::Fields(run.clone(), id), &ask);
            }
        }
        if state.inspect.tab == Tab::Xml
            && !state.inspect.xml.contains(&shown)
            && let Some(step) = run
                .step(shown)
                .filter(|step: &&Step| !step.bytes.is_empty())
            && !self.waits(|one| matches!(one, Purpose::Xml(of, at) if of == run && *at == shown))
        {
            let ask = Ask::Xml(step.event.content(), step.bytes.clone());
            self.ask(Purpose::Xml(run.clone(), shown), &ask);
        }
        if state.card_is_shown()
            && let Some((key, file)) = state.chosen_file()
            && !state.side.parts.contains(&key)
            && !self.waits(|one| matches!(one, Purpose::File(of, at) if of == run && *at == key))
        {
            self.ask(Purpose::File(run.clone(), key), &Ask::File(file.clone()));
        }
    }

    fn waits(&self, is: impl Fn(&Purpose) -> bool) -> bool {
        self.open.borrow().purposes.iter().any(|(_, one)| is(one))
    }

    fn hear(&self, heard: Heard) {
        if let Tell::Progress(stage) = heard.tell {
            let engine = match stage {
                Stage::Playing => return,
                Stage::Played(steps) => shell::Engine::Played(steps),
            };
            if self.open.borrow().purposes.contains(&heard.number) {
                self.act.emit(ShellAction::Engine(engine).into());
            }
            return;
        }
        let purpose = self.open.borrow_mut().purposes.remove(&heard.number);
        if purpose.as_ref().is_some_and(Purpose::is_run) {
            self.act
                .emit(ShellAction::Engine(shell::Engine::Idle).into());
        }
        match (heard.tell, purpose) {
            (Tell::Lost(reason), _) => {
                self.act
                    .emit(ShellAction::Engine(shell::Engine::Lost(reason)).into());
            }
            (Tell::Died(reason), _) => {
                let said = fill("engine.died", &[("reason", reason)]);
                self.act.emit(ShellAction::Add(said).into());
            }
            (Tell::Stopped, Some(purpose)) if purpose.is_run() => {
                self.act
                    .emit(ShellAction::Add(say("engine.stopped").to_owned()).into());
            }
            (Tell::Catalogue(catalogue), _) => {
                self.open.borrow_mut().catalogue = Rc::new(catalogue);
            }
            (Tell::Run(played), Some(Purpose::Arrive(mut address))) => {
                let mut problems = std::mem::take(&mut address.problems);
                let no_scenario = |problem: &Problem| matches!(problem, Problem::NoScenario { .. });
                if played.problems.iter().any(no_scenario) {
                    // A step of a scenario that is not there is none of another.
                    address.time.step = None;
                }
                problems.extend(played.problems.iter().map(said));
                let run = RunHandle::new(*played);
                self.act.emit(Action::Arrive(run, address, problems));
            }
            (Tell::Run(played), Some(Purpose::Request(place, edits))) => {
                let problems: Vec<String> = played.problems.iter().map(said).collect();
                let run = RunHandle::new(*played);
                self.act.emit(Action::Load(run, edits, place));
                for problem in problems {
                    self.act.emit(ShellAction::Add(problem).into());
                }
            }
            (Tell::Refused(Problem::File(reason)), Some(_)) => {
                self.act.emit(RunsAction::RefuseFile(Some(reason)).into());
            }
            (Tell::Refused(problem), Some(_)) => {
                self.act
                    .emit(ShellAction::Notify(vec![said(&problem)]).into());
            }
            (Tell::Fields(fields), Some(Purpose::Fields(run, id))) => {
                self.act
                    .emit(InspectAction::Fields(run, id, Rc::new(fields)).into());
            }
            (Tell::Xml(text), Some(Purpose::Xml(run, id))) => {
                self.act
                    .emit(InspectAction::Xml(run, id, Rc::new(text)).into());
            }
            (Tell::File(parts), Some(Purpose::File(run, key))) => {
                self.act
                    .emit(SideAction::Parts(run, key, Rc::new(parts)).into());
            }
            _ => {}
        }
    }
}

impl From<Request> for Wanted {
    fn from(request: Request) -> Wanted {
        Wanted {
            scenario: Some(request.scenario),
            settings: request.settings,
            seed: Some(request.seed),
            edits: request.edits,
            file: request.file,
            strict: true,
        }
    }
}

/// True when the run is the one that a text asks for.
fn is_run_of(run: &RunHandle, edits: &[String], text: &RunText, catalogue: &Catalogue) -> bool {
    let trace = run.trace();
    let mut settings = catalogue.defaults.clone();
    settings.extend(text.settings.clone());
    !run.is_empty()
        && text.scenario.as_ref() == Some(&trace.scenario)
        && trace.files.is_empty()
        && text.seed.unwrap_or(catalogue.seed) == trace.seed
        && settings == trace.settings
        && text.edits == edits
        && trace.problems.is_empty()
}

/// A problem in words.
fn said(problem: &Problem) -> String {
    match problem {
        Problem::NoScenario { id, known } => {
            let values = [("id", id.clone()), ("known", known.join(", "))];
            fill("address.no-scenario", &values)
        }
        Problem::Setting(reason) | Problem::File(reason) | Problem::Edit(reason) => {
            sentence(reason)
        }
    }
}
