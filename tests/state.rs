//! The reducer and the player over real runs: no browser, no clock.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_core::trace::{Event, Layer};
use dmsc_explorer::app::{address, catalogue, first_state, run};
use dmsc_explorer::playback::{Rows, RunHandle, Toggles};
use dmsc_explorer::state::{Action, Pane, Place, Request, State};
use std::rc::Rc;
use yew::Reducible;

fn request(scenario: &str, settings: &[(&str, &str)]) -> Request {
    let mut all = catalogue().defaults;
    for (key, value) in settings {
        all.insert((*key).to_owned(), (*value).to_owned());
    }
    Request {
        scenario: scenario.to_owned(),
        settings: all,
        seed: 1,
        edits: Vec::new(),
        file: None,
    }
}

fn load(scenario: &str) -> RunHandle {
    run(&request(scenario, &[])).expect("a built-in scenario runs")
}

fn after(state: &State, action: Action) -> State {
    Rc::unwrap_or_clone(Rc::new(state.clone()).reduce(action))
}

#[test]
fn the_first_load_plays_the_normal_flow_at_packages() {
    let state = first_state("").expect("the built-in scenario runs");
    assert_eq!(state.run.trace().scenario, "remote-trigger");
    assert_eq!(state.depth, Layer::Packages);
    assert!(state.playing);
    assert!(state.notices.is_empty());
    assert_eq!(state.cursor, state.rows.stops()[0]);
}

#[test]
fn a_run_played_by_itself_ends_at_its_end() {
    for scenario in ["remote-trigger", "local-trigger"] {
        for depth in Layer::ALL {
            let mut state = after(&State::new(load(scenario)), Action::SetDepth(depth));
            let mut moments = 0;
            while state.playing {
                assert!(state.moment_ms().is_some_and(|ms| ms > 0));
                state = after(&state, Action::Advance);
                moments += 1;
                assert!(moments < 100_000);
            }
            assert_eq!(
                moments + 1,
                state.rows.stops().len(),
                "{scenario} {depth:?}"
            );
            assert_eq!(state.now() as usize + 1, state.run.trace().steps.len());
            assert_eq!(state.moment_ms(), None);
        }
    }
}

#[test]
fn forward_and_back_pass_the_same_moments() {
    let mut state = State::new(load("remote-trigger"));
    let mut there = vec![state.cursor];
    while !state.rows.is_last(state.cursor) {
        state = after(&state, Action::Move(1));
        there.push(state.cursor);
    }
    assert!(!state.playing);
    let mut back = vec![state.cursor];
    while state.cursor != there[0] {
        state = after(&state, Action::Move(-1));
        back.push(state.cursor);
    }
    back.reverse();
    assert_eq!(there, back);
    assert_eq!(after(&state, Action::Move(-1)).cursor, there[0]);
}

#[test]
fn every_step_lies_in_exactly_one_row() {
    for depth in Layer::ALL {
        let run = load("remote-trigger");
        let rows = Rows::new(&run, depth, &Toggles::new());
        let mut next = 0;
        for row in rows.rows() {
            assert_eq!(row.id, next, "{depth:?}");
            next = row.end + 1;
        }
        assert_eq!(next as usize, run.trace().steps.len());
    }
}

#[test]
fn deeper_shows_more_and_never_deeper_than_asked() {
    let run = load("remote-trigger");
    let mut last = 0;
    for depth in Layer::ALL {
        let rows = Rows::new(&run, depth, &Toggles::new());
        assert!(rows.rows().len() > last, "{depth:?}");
        last = rows.rows().len();
        for row in rows.rows() {
            assert!(run.step(row.id).unwrap().layer() <= depth);
        }
    }
    assert_eq!(last, run.trace().steps.len());
}

#[test]
fn looking_closer_keeps_the_moment() {
    let mut state = State::new(load("remote-trigger"));
    let message = state
        .run
        .trace()
        .steps
        .iter()
        .rfind(|step| matches!(step.event, Event::MessageSent { .. }))
        .unwrap()
        .id;
    state = after(&state, Action::Seek(message));
    for depth in [Layer::Apdu, Layer::Http, Layer::Packages, Layer::Toolkit] {
        state = after(&state, Action::SetDepth(depth));
        assert_eq!(state.cursor, message, "{depth:?}");
    }
    state = after(&state, Action::SetDepth(Layer::Steps));
    let section = state.run.section_of(message);
    assert_eq!(state.run.section_of(state.cursor), section);
    state = after(&state, Action::SetDepth(Layer::Packages));
    assert_eq!(state.run.section_of(state.cursor), section);
}

#[test]
fn a_row_opens_in_place_and_closes_again() {
    let state = State::new(load("remote-trigger"));
    let message = state
        .rows
        .rows()
        .iter()
        .find(|row| row.openable && !row.open)
        .copied()
        .expect("something is carried by something");
    let open = after(&state, Action::ToggleRow(message.id));
    assert!(open.rows.rows().len() > state.rows.rows().len());
    let inside = open.rows.rows()[open.rows.index(message.id).unwrap() + 1];
    assert_eq!(open.run.parent(inside.id), Some(message.id));
    assert_eq!(inside.nest, message.nest + 1);
    let closed = after(&open, Action::ToggleRow(message.id));
    assert_eq!(closed.rows, state.rows);
}

#[test]
fn the_enablers_steps_are_reached_one_by_one() {
    let mut state = State::new(load("remote-trigger"));
    let mut numbers = Vec::new();
    loop {
        let section = state.run.section_of(state.cursor);
        numbers.push(state.run.title(section).0.to_owned());
        let next = after(&state, Action::MoveSection(true));
        if next.cursor == state.cursor {
            break;
        }
        state = next;
    }
    assert_eq!(numbers, ["", "1", "2", "3", "4", "5", "6"]);
    let inside = after(&state, Action::End);
    let first = after(&inside, Action::MoveSection(false));
    assert_eq!(
        first.run.section_of(first.cursor),
        inside.run.section_of(inside.cursor)
    );
    let before = after(&first, Action::MoveSection(false));
    assert!(before.run.section_of(before.cursor) < first.run.section_of(first.cursor));
}

#[test]
fn the_question_waits_and_another_answer_goes_on_from_it() {
    let mut state = State::new(load("remote-trigger"));
    while state.question().is_none() {
        assert!(state.playing, "the flow asks its user");
        state = after(&state, Action::Advance);
    }
    let asked = state.cursor;
    assert_eq!(state.moment_ms(), Some(6000));
    assert_eq!(after(&state, Action::SetSpeed(400)).moment_ms(), Some(6000));

    let other = run(&request("remote-trigger", &[("answer", "reject")])).unwrap();
    for id in 0..=asked {
        assert_eq!(
            other.step(id),
            state.run.step(id),
            "until the question all is the same"
        );
    }
    let going = after(&state, Action::Load(other, Place::Answered));
    assert!(going.playing);
    assert!(going.cursor > asked);
    assert!(matches!(
        &going.run.step(going.cursor).unwrap().event,
        Event::UserAnswered { answer } if answer == "reject"
    ));
}

#[test]
fn an_address_brings_one_back() {
    let catalogue = catalogue();
    for hash in [
        "#/local-trigger/30?depth=apdu",
        "#/remote-trigger/12?depth=toolkit&seed=2&answer=reject&encoding=xml",
        "#/remote-trigger/5/0.1",
        "#/remote-trigger/5?card",
        "#/remote-trigger/5?card=3F00/7FFF/6F07&seed=2",
    ] {
        let state = first_state(hash).unwrap();
        assert!(state.notices.is_empty(), "{:?}", state.notices);
        assert!(!state.playing);
        let again = first_state(&address(&state, &catalogue)).unwrap();
        assert_eq!(again.cursor, state.cursor);
        assert_eq!(again.selected, state.selected);
        assert_eq!(again.field, state.field);
        assert_eq!(again.depth, state.depth);
        assert_eq!((again.card, again.file), (state.card, state.file.clone()));
        assert_eq!(again.run.trace(), state.run.trace());
    }
}

#[test]
fn a_step_hidden_at_its_depth_is_inspected_in_its_row() {
    let run = load("remote-trigger");
    let apdu = run
        .trace()
        .steps
        .iter()
        .rfind(|step| step.layer() == Layer::Apdu)
        .unwrap()
        .id;
    let state = first_state(&format!("#/remote-trigger/{apdu}")).unwrap();
    assert_eq!(state.shown(), apdu);
    assert!(state.cursor < apdu);
    assert!(state.run.chain(apdu).contains(&state.cursor) || state.now() >= apdu);
}

#[test]
fn a_wrong_address_says_so_and_plays() {
    let state = first_state("#/remote-triger/7?answer=maybe&colour=red&depth=9").unwrap();
    assert_eq!(state.run.trace().scenario, "remote-trigger");
    assert_eq!(state.notices.len(), 4, "{:#?}", state.notices);
    let text = state.notices.join("\n");
    for word in [
        "remote-trigger, local-trigger",
        "accept",
        "\"colour\"",
        "steps, packages",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let state = first_state("#/remote-trigger/99999").unwrap();
    assert_eq!(state.notices.len(), 1);
    assert!(state.playing);
}

#[test]
fn inspecting_is_not_going_there() {
    let state = after(&State::new(load("remote-trigger")), Action::End);
    let other = after(&state, Action::Inspect(3));
    assert_eq!(other.cursor, state.cursor);
    assert_eq!(other.shown(), 3);
    assert_eq!(other.pane, Pane::Inspector);
    assert_eq!(after(&other, Action::Close).shown(), state.cursor);
    assert_eq!(after(&other, Action::Home).selected, None);
    assert_eq!(after(&state, Action::Inspect(u32::MAX)), state);
}

#[test]
fn the_card_takes_the_place_of_the_tree_and_gives_it_back() {
    let state = State::new(load("remote-trigger"));
    assert!(!state.card);
    let card = after(&state, Action::ToggleCard);
    assert_eq!((card.card, card.pane), (true, Pane::Card));
    let file = Some("3F00/7FFF/6F07".to_owned());
    let chosen = after(&card, Action::SelectFile(file.clone()));
    assert_eq!(chosen.file, file);
    // The way to the file lies open.
    for above in ["3F00", "3F00/7FFF"] {
        assert!(chosen.branches.contains(&(above.to_owned(), true)));
    }
    assert_eq!(after(&chosen, Action::Close).file, None);
    assert_eq!(after(&chosen, Action::SetPane(Pane::Tree)).pane, Pane::Tree);
    assert!(!after(&chosen, Action::ShowCard(false)).card);
    // An address without a card leaves a narrow page where it was.
    let there = after(&state, Action::ShowCard(false));
    assert_eq!(there.pane, Pane::Ladder);
    // The inspector comes and goes over it.
    let inspected = after(&card, Action::Inspect(3));
    assert_eq!((inspected.card, inspected.pane), (true, Pane::Inspector));
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let state = first_state("#/remote-trigger/5?card=3F00/0000").unwrap();
    assert_eq!(state.file, None);
    assert!(state.card);
    assert!(state.notices.join("").contains("no file 3F00/0000"));
}

#[test]
fn speed_goes_from_a_quarter_to_four() {
    let mut state = State::new(load("remote-trigger"));
    for _ in 0..9 {
        state = after(&state, Action::Faster(true));
    }
    assert_eq!(state.speed, 400);
    for _ in 0..9 {
        state = after(&state, Action::Faster(false));
    }
    assert_eq!(state.speed, 25);
    assert_eq!(after(&state, Action::SetSpeed(0)).speed, 25);
}

#[test]
fn an_edit_in_the_address_is_played_and_stays_in_it() {
    let hash = "#/remote-trigger/40?edit=message-sent.2:drop";
    let state = first_state(hash).unwrap();
    assert_eq!(state.run.trace().edits, ["message-sent.2:drop"]);
    assert!(state.run.trace().outcome.summary.contains("broken off"));
    assert_eq!(address(&state, &catalogue()), hash);
    assert_eq!(state.request().edits, ["message-sent.2:drop"]);
}

#[test]
fn an_edit_that_cannot_be_made_is_said_and_the_page_goes_on() {
    let hash =
        "#/remote-trigger/5?edit=message-sent.9:drop&edit=nonsense&edit=user-asked:answer=reject";
    let state = first_state(hash).unwrap();
    let said = state.notices.join(" ");
    assert!(
        said.contains("the run has 4 of message-sent, not 9"),
        "{said}"
    );
    assert!(said.contains("PLACE:CHANGE"), "{said}");
    // What could be made was made.
    assert!(
        state
            .run
            .trace()
            .outcome
            .summary
            .contains("the user said no")
    );
}
