//! The engine where the page runs: for tests, and for a page that cannot start a worker. Each
//! question is answered before the next line is reached.

use super::{Ask, Catalogue, Engine, FileParts, Heard, Played, Problem, Wanted, work};
use crate::address::Address;
use crate::desk::{Desk, Given};
use crate::playback::RunHandle;
use crate::state::{Action, Request, State};
use dmsc_core::trace::Trace;
use dmsc_core::trace::card::CardFile;
use std::cell::RefCell;
use std::rc::Rc;
use yew::{Callback, Reducible};

/// An engine that answers at once.
pub struct InPlace(Callback<Heard>);

impl InPlace {
    /// An engine that tells its answers to a listener.
    pub fn new(tell: Callback<Heard>) -> InPlace {
        InPlace(tell)
    }
}

impl Engine for InPlace {
    fn ask(&self, number: u32, ask: &Ask) {
        work::answer(ask.clone(), &mut |tell| self.0.emit(Heard { number, tell }));
    }

    fn stop(&self) {}

    fn revive(&self) {}
}

/// What there is to play.
pub fn catalogue() -> Catalogue {
    work::catalogue()
}

/// What a file of the card means.
pub fn file_parts(file: &CardFile) -> FileParts {
    work::parts(file)
}

/// A trace as a run of the page.
pub fn shown(trace: Trace) -> RunHandle {
    RunHandle::new(work::played(trace, Vec::new()))
}

/// Makes a run; whatever is wrong refuses it.
pub fn run(request: &Request) -> Result<RunHandle, Problem> {
    let wanted = Wanted {
        strict: true,
        ..Wanted::from(request.clone())
    };
    let played: Played = work::play(&wanted)?;
    Ok(RunHandle::new(played))
}

/// The first state at an address, with all that the engine tells about what it shows.
pub fn first_state(hash: &str) -> State {
    told(
        State::new(RunHandle::empty()),
        Given::Address(Address::parse(hash)),
    )
}

/// A state after something was given to the desk, and after the engine has answered all of it.
pub fn told(state: State, given: Given) -> State {
    let actions: Rc<RefCell<Vec<Action>>> = Rc::default();
    let act = {
        let actions = actions.clone();
        Callback::from(move |action| actions.borrow_mut().push(action))
    };
    let desk = Desk::new(act, |tell| Rc::new(InPlace::new(tell)));
    let mut state = Rc::new(state);
    desk.give(given, &state);
    desk.look(&state);
    loop {
        let waiting: Vec<Action> = std::mem::take(&mut *actions.borrow_mut());
        if waiting.is_empty() {
            return Rc::unwrap_or_clone(state);
        }
        state = waiting.into_iter().fold(state, State::reduce);
        desk.look(&state);
    }
}
