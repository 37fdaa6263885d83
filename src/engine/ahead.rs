//! Answers that the engine gave when the page was built: to what a page asks first about a
//! story as it is, without settings, seed or edits of somebody. They come with the page in a
//! small file for each story, so the first run need not wait for the engine's program.
//!
//! Nothing else makes them than the engine itself, and the same question has the same answer
//! always, so who asks cannot tell where an answer comes from. Knows neither stories nor steps.

use super::{Ask, Engine, Heard, Tell};
use borsh::{BorshDeserialize, BorshSerialize};
use std::rc::Rc;
use yew::Callback;

/// An answer in borsh's form, and the questions that it answers, in borsh's form too.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Known {
    asks: Vec<Vec<u8>>,
    tell: Vec<u8>,
}

impl Known {
    /// An answer with its questions.
    pub(super) fn new(asks: &[Ask], tell: &Tell) -> Known {
        Known {
            asks: asks.iter().map(bytes).collect(),
            tell: bytes(tell),
        }
    }
}

/// A value in borsh's form.
fn bytes(value: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A vector takes everything.
    drop(value.serialize(&mut bytes));
    bytes
}

/// An engine that answers what is known already, and asks another one for the rest.
pub struct Ahead {
    known: Vec<Known>,
    engine: Rc<dyn Engine>,
    tell: Callback<Heard>,
}

impl Ahead {
    /// Takes the known answers out of a file; from one that cannot be read, none.
    pub fn new(file: &[u8], engine: Rc<dyn Engine>, tell: Callback<Heard>) -> Ahead {
        Ahead {
            known: borsh::from_slice(file).unwrap_or_default(),
            engine,
            tell,
        }
    }

    fn known(&self, ask: &Ask) -> Option<Tell> {
        let ask = bytes(ask);
        let known = self.known.iter().find(|known| known.asks.contains(&ask))?;
        borsh::from_slice(&known.tell).ok()
    }
}

impl Engine for Ahead {
    fn ask(&self, number: u32, ask: &Ask) {
        match self.known(ask) {
            Some(tell) => self.tell.emit(Heard { number, tell }),
            None => self.engine.ask(number, ask),
        }
    }

    fn stop(&self) {
        self.engine.stop();
    }

    fn revive(&self) {
        self.engine.revive();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::desk::{Desk, Given};
    use crate::engine::{InPlace, catalogue, work};
    use crate::playback::RunHandle;
    use crate::state::{Action, State};
    use std::cell::RefCell;
    use yew::Reducible;

    /// An engine that notes what it is asked.
    struct Noting(InPlace, Rc<RefCell<Vec<Ask>>>);

    impl Engine for Noting {
        fn ask(&self, number: u32, ask: &Ask) {
            self.1.borrow_mut().push(ask.clone());
            self.0.ask(number, ask);
        }
        fn stop(&self) {}
        fn revive(&self) {}
    }

    fn file(story: &str) -> Vec<u8> {
        let mut openings = work::openings();
        let (_, known) = openings.find(|(id, _)| *id == story).unwrap();
        bytes(&known)
    }

    /// What a page at an address comes to, and what it asks of the engine behind the file.
    fn opened(hash: &str, file: &[u8]) -> (State, Vec<Ask>) {
        let asked: Rc<RefCell<Vec<Ask>>> = Rc::default();
        let actions: Rc<RefCell<Vec<Action>>> = Rc::default();
        let act = {
            let actions = actions.clone();
            Callback::from(move |action| actions.borrow_mut().push(action))
        };
        let desk = Desk::new(act, |tell| {
            let engine = Rc::new(Noting(InPlace::new(tell.clone()), asked.clone()));
            Rc::new(Ahead::new(file, engine, tell))
        });
        let mut state = Rc::new(State::new(RunHandle::empty()));
        desk.give(Given::Address(Address::parse(hash)), &state);
        loop {
            let waiting: Vec<Action> = std::mem::take(&mut *actions.borrow_mut());
            if waiting.is_empty() {
                break;
            }
            state = waiting.into_iter().fold(state, State::reduce);
            desk.look(&state);
        }
        let asked = asked.borrow().clone();
        (Rc::unwrap_or_clone(state), asked)
    }

    #[test]
    fn a_story_as_it_is_asks_nothing_of_the_engine() {
        for story in catalogue().scenarios {
            let file = file(&story.id);
            let (state, asked) = opened(&format!("#/{}", story.id), &file);
            assert_eq!(asked, [], "{}", story.id);
            assert!(!state.run().is_empty(), "{}", story.id);
            let (without, _) = opened(&format!("#/{}", story.id), &[]);
            assert_eq!(state.run().trace(), without.run().trace(), "{}", story.id);
        }
    }

    #[test]
    fn an_address_without_a_story_is_that_of_the_first() {
        let first = catalogue().scenarios[0].id.clone();
        let (state, asked) = opened("", &file(&first));
        assert_eq!(asked, []);
        assert_eq!(state.run().trace().scenario, first);
    }

    #[test]
    fn what_is_not_known_is_asked() {
        let first = catalogue().scenarios[0].id.clone();
        let (state, asked) = opened(&format!("#/{first}?seed=7"), &file(&first));
        assert!(matches!(asked[..], [Ask::Run(_), ..]), "{asked:?}");
        assert_eq!(state.run().trace().seed, 7);
        for broken in [&[][..], &[1, 2, 3], &file(&first)[1..]] {
            let (state, asked) = opened("", broken);
            assert!(matches!(asked[..], [Ask::Catalogue, Ask::Run(_), ..]));
            assert!(!state.run().is_empty());
        }
    }
}
