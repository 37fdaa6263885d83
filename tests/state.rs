//! The reducer and the player over real runs: no browser, no clock.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_core::trace::{Event, Layer};
use dmsc_explorer::address::Address;
use dmsc_explorer::engine::{catalogue, first_state, run};
use dmsc_explorer::playback::{Rows, RunHandle, Toggles};
use dmsc_explorer::state::{
    Action, InspectAction, Place, Request, ShellAction, SideAction, State, TimeAction,
    bring_forward,
};
use proptest::prelude::*;
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

fn after(state: &State, action: impl Into<Action>) -> State {
    Rc::unwrap_or_clone(Rc::new(state.clone()).reduce(action.into()))
}

#[test]
fn the_first_load_plays_the_normal_flow_at_packages() {
    let state = first_state("");
    assert_eq!(state.run().trace().scenario, "remote-trigger");
    assert_eq!(state.time.depth, Layer::Packages);
    assert!(state.time.playing);
    assert!(state.shell.notices.is_empty());
    assert_eq!(state.time.cursor, state.time.rows.stops()[0]);
}

#[test]
fn a_run_played_by_itself_ends_at_its_end() {
    for scenario in ["remote-trigger", "local-trigger"] {
        for depth in Layer::ALL {
            let mut state = after(&State::new(load(scenario)), TimeAction::SetDepth(depth));
            let mut moments = 0;
            while state.time.playing {
                assert!(state.moment_ms().is_some_and(|ms| ms > 0));
                state = after(&state, TimeAction::Advance);
                moments += 1;
                assert!(moments < 100_000);
            }
            assert_eq!(
                moments + 1,
                state.time.rows.stops().len(),
                "{scenario} {depth:?}"
            );
            assert_eq!(state.now() as usize + 1, state.run().trace().steps.len());
            assert_eq!(state.moment_ms(), None);
        }
    }
}

#[test]
fn forward_and_back_pass_the_same_moments() {
    let mut state = State::new(load("remote-trigger"));
    let mut there = vec![state.time.cursor];
    while !state.time.rows.is_last(state.time.cursor) {
        state = after(&state, TimeAction::Move(1));
        there.push(state.time.cursor);
    }
    assert!(!state.time.playing);
    let mut back = vec![state.time.cursor];
    while state.time.cursor != there[0] {
        state = after(&state, TimeAction::Move(-1));
        back.push(state.time.cursor);
    }
    back.reverse();
    assert_eq!(there, back);
    assert_eq!(after(&state, TimeAction::Move(-1)).time.cursor, there[0]);
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
        .run()
        .trace()
        .steps
        .iter()
        .rfind(|step| matches!(step.event, Event::MessageSent { .. }))
        .unwrap()
        .id;
    state = after(&state, TimeAction::Seek(message));
    for depth in [Layer::Apdu, Layer::Http, Layer::Packages, Layer::Toolkit] {
        state = after(&state, TimeAction::SetDepth(depth));
        assert_eq!(state.time.cursor, message, "{depth:?}");
    }
    state = after(&state, TimeAction::SetDepth(Layer::Steps));
    let section = state.run().section_of(message);
    assert_eq!(state.run().section_of(state.time.cursor), section);
    state = after(&state, TimeAction::SetDepth(Layer::Packages));
    assert_eq!(state.run().section_of(state.time.cursor), section);
}

#[test]
fn a_row_opens_in_place_and_closes_again() {
    let state = State::new(load("remote-trigger"));
    let message = state
        .time
        .rows
        .rows()
        .iter()
        .find(|row| row.openable && !row.open)
        .copied()
        .expect("something is carried by something");
    let open = after(&state, TimeAction::ToggleRow(message.id));
    assert!(open.time.rows.rows().len() > state.time.rows.rows().len());
    let inside = open.time.rows.rows()[open.time.rows.index(message.id).unwrap() + 1];
    assert_eq!(open.run().parent(inside.id), Some(message.id));
    assert_eq!(inside.nest, message.nest + 1);
    let closed = after(&open, TimeAction::ToggleRow(message.id));
    assert_eq!(closed.time.rows, state.time.rows);
}

#[test]
fn the_enablers_steps_are_reached_one_by_one() {
    let mut state = State::new(load("remote-trigger"));
    let mut numbers = Vec::new();
    loop {
        let section = state.run().section_of(state.time.cursor);
        numbers.push(state.run().title(section).0.to_owned());
        let next = after(&state, TimeAction::MoveSection(true));
        if next.time.cursor == state.time.cursor {
            break;
        }
        state = next;
    }
    assert_eq!(numbers, ["", "1", "2", "3", "4", "5", "6"]);
    let inside = after(&state, TimeAction::End);
    let first = after(&inside, TimeAction::MoveSection(false));
    assert_eq!(
        first.run().section_of(first.time.cursor),
        inside.run().section_of(inside.time.cursor)
    );
    let before = after(&first, TimeAction::MoveSection(false));
    assert!(
        before.run().section_of(before.time.cursor) < first.run().section_of(first.time.cursor)
    );
}

#[test]
fn the_question_waits_and_another_answer_goes_on_from_it() {
    let mut state = State::new(load("remote-trigger"));
    while state.question().is_none() {
        assert!(state.time.playing, "the flow asks its user");
        state = after(&state, TimeAction::Advance);
    }
    let asked = state.time.cursor;
    assert_eq!(state.moment_ms(), Some(6000));
    assert_eq!(
        after(&state, TimeAction::SetSpeed(400)).moment_ms(),
        Some(6000)
    );

    let other = run(&request("remote-trigger", &[("answer", "reject")])).unwrap();
    for id in 0..=asked {
        assert_eq!(
            other.step(id),
            state.run().step(id),
            "until the question all is the same"
        );
    }
    let going = after(&state, Action::Load(other, Vec::new(), Place::Answered));
    assert!(going.time.playing);
    assert!(going.time.cursor > asked);
    assert!(matches!(
        &going.run().step(going.time.cursor).unwrap().event,
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
        let state = first_state(hash);
        assert!(state.shell.notices.is_empty(), "{:?}", state.shell.notices);
        assert!(!state.time.playing);
        let again = first_state(&state.address(&catalogue).format());
        assert_eq!(again.time.cursor, state.time.cursor);
        assert_eq!(again.inspect, state.inspect);
        assert_eq!(again.time, state.time);
        assert_eq!(again.card_is_shown(), state.card_is_shown());
        assert_eq!(again.side, state.side);
        assert_eq!(again.run().trace(), state.run().trace());
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
    let state = first_state(&format!("#/remote-trigger/{apdu}"));
    assert_eq!(state.shown(), apdu);
    assert!(state.time.cursor < apdu);
    assert!(state.run().chain(apdu).contains(&state.time.cursor) || state.now() >= apdu);
}

#[test]
fn a_wrong_address_says_so_and_plays() {
    let state = first_state("#/remote-triger/7?answer=maybe&colour=red&depth=9");
    assert_eq!(state.run().trace().scenario, "remote-trigger");
    assert_eq!(state.shell.notices.len(), 4, "{:#?}", state.shell.notices);
    let text = state.shell.notices.join("\n");
    for word in [
        "remote-trigger, ",
        "accept",
        "\"colour\"",
        "steps, packages",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let state = first_state("#/remote-trigger/99999");
    assert_eq!(state.shell.notices.len(), 1);
    assert!(state.time.playing);
}

#[test]
fn inspecting_is_not_going_there() {
    let state = after(&State::new(load("remote-trigger")), TimeAction::End);
    let other = after(&state, InspectAction::Look(3));
    assert_eq!(other.time.cursor, state.time.cursor);
    assert_eq!(other.shown(), 3);
    assert_eq!(other.shell.front, ["inspector"]);
    assert_eq!(after(&other, Action::Close).shown(), state.time.cursor);
    assert_eq!(after(&other, TimeAction::Home).inspect.selected, None);
    assert_eq!(after(&state, InspectAction::Look(u32::MAX)), state);
}

#[test]
fn the_card_takes_the_place_of_the_tree_and_gives_it_back() {
    let state = State::new(load("remote-trigger"));
    assert!(!state.card_is_shown());
    let card = after(&state, ShellAction::Toggle("card"));
    assert!(card.card_is_shown());
    assert_eq!(card.shell.front, ["card"]);
    let file = Some("3F00/7FFF/6F07".to_owned());
    let chosen = after(&card, SideAction::SelectFile(file.clone()));
    assert_eq!(chosen.side.file, file);
    // The way to the file lies open.
    for above in ["3F00", "3F00/7FFF"] {
        assert_eq!(chosen.side.branches.get(above), Some(&true));
    }
    assert_eq!(after(&chosen, Action::Close).side.file, None);
    let tree = after(&chosen, bring_forward("tree"));
    assert_eq!(tree.shell.front, ["tree"]);
    assert!(!tree.card_is_shown());
    assert!(!after(&chosen, ShellAction::Toggle("card")).card_is_shown());
    // The inspector comes and goes over it.
    let inspected = after(&card, InspectAction::Look(3));
    assert!(inspected.card_is_shown());
    assert_eq!(inspected.shell.front, ["card", "inspector"]);
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let state = first_state("#/remote-trigger/5?card=3F00/0000");
    assert_eq!(state.side.file, None);
    assert!(state.card_is_shown());
    assert!(state.shell.notices.join("").contains("no file 3F00/0000"));
}

#[test]
fn speed_goes_from_a_quarter_to_four() {
    let mut state = State::new(load("remote-trigger"));
    for _ in 0..9 {
        state = after(&state, TimeAction::Faster(true));
    }
    assert_eq!(state.time.speed, 400);
    for _ in 0..9 {
        state = after(&state, TimeAction::Faster(false));
    }
    assert_eq!(state.time.speed, 25);
    assert_eq!(after(&state, TimeAction::SetSpeed(0)).time.speed, 25);
}

/// What of a state an address carries.
fn carried(state: &State) -> impl PartialEq + std::fmt::Debug {
    let mut shell = state.shell.clone();
    shell.notices.clear();
    let time = &state.time;
    (
        (time.depth, time.cursor, time.toggles.clone()),
        (
            state.shown(),
            state.inspect.field.clone(),
            state.inspect.tab,
        ),
        state.inspect.folded.clone(),
        (
            state.side.scope,
            state.side.node.clone(),
            state.side.file.clone(),
        ),
        state.side.branches.clone(),
        (shell.front, shell.above),
        (state.request().settings, state.runs.edits.clone()),
    )
}

fn any_action() -> impl Strategy<Value = Action> {
    let id = 0u32..420;
    prop_oneof![
        id.clone().prop_map(|id| TimeAction::Seek(id).into()),
        id.clone().prop_map(|id| TimeAction::ToggleRow(id).into()),
        (-9isize..9).prop_map(|by| TimeAction::Move(by).into()),
        any::<bool>().prop_map(|on| TimeAction::MoveSection(on).into()),
        prop::sample::select(Layer::ALL.to_vec()).prop_map(|to| TimeAction::SetDepth(to).into()),
        id.prop_map(|id| InspectAction::Look(id).into()),
        prop::collection::vec(0usize..4, 0..3).prop_map(|at| InspectAction::SelectField(at).into()),
        prop::collection::vec(0usize..4, 1..3).prop_map(|at| InspectAction::ToggleField(at).into()),
        Just(InspectAction::NextTab.into()),
        Just(SideAction::ToggleScope.into()),
        Just(SideAction::SetBranch("./DMAcc".into(), true).into()),
        Just(SideAction::SetBranch("pins".into(), false).into()),
        Just(SideAction::SelectNode(Some("./DevInfo/DevId".into())).into()),
        Just(SideAction::SelectFile(Some("3F00/7FFF/6F07".into())).into()),
        prop::sample::select(vec!["tree", "card", "ladder", "inspector", "picture"])
            .prop_map(bring_forward),
        Just(ShellAction::Toggle("card").into()),
        Just(ShellAction::ToggleAbove("settings").into()),
        Just(ShellAction::ToggleAbove("help").into()),
        Just(Action::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_shown_has_an_address_that_brings_it_back(
        actions in prop::collection::vec(any_action(), 0..25),
        hash in prop::sample::select(vec![
            "#/local-trigger/3?answer=reject",
            "#/remote-trigger/0?edit=message-sent.2:drop&edit=nonsense",
        ]),
    ) {
        let state = actions.into_iter().fold(first_state(hash), |state, action| after(&state, action));
        let text = state.address(&catalogue()).format();
        let again = first_state(&text);
        prop_assert_eq!(carried(&again), carried(&state), "{}", &text);
        prop_assert_eq!(again.run().trace(), state.run().trace());
        prop_assert_eq!(again.address(&catalogue()).format(), text);
    }
}

#[test]
fn an_edit_that_cannot_be_made_is_said_and_stays_in_the_address() {
    let state =
        first_state("#/remote-trigger/3?edit=message-sent.2:drop&edit=41:fly&edit=9999:drop");
    assert_eq!(
        state.runs.edits,
        ["message-sent.2:drop", "41:fly", "9999:drop"]
    );
    assert_eq!(state.shell.notices.len(), 2, "{:#?}", state.shell.notices);
    assert!(state.shell.notices.join("").contains("no step 9999"));
    let lost = |step: &dmsc_core::trace::Step| step.fate == Some(dmsc_core::trace::Fate::Lost);
    assert!(state.run().trace().steps.iter().any(lost));
    let text = state.address(&catalogue()).format();
    assert!(
        text.ends_with("?edit=message-sent.2:drop&edit=41:fly&edit=9999:drop"),
        "{text}"
    );
}

#[test]
fn no_setting_has_the_name_of_another_part_of_an_address() {
    for key in catalogue()
        .defaults
        .keys()
        .map(String::as_str)
        .chain(["provisioning"])
    {
        let address = Address::parse(&format!("#/remote-trigger/1?{key}=x"));
        assert_eq!(
            address.run.settings.get(key).map(String::as_str),
            Some("x"),
            "{key}"
        );
    }
}

#[test]
fn a_pane_that_is_not_there_is_said() {
    let state = first_state("#/~moon/remote-trigger/5?pane=inspector,console");
    assert_eq!(state.shell.front, ["inspector"]);
    let said = state.shell.notices.join(" ");
    assert!(
        said.contains("\"moon\"") && said.contains("\"console\""),
        "{said}"
    );
}

#[test]
fn what_is_next_is_known_before_one_gets_there() {
    let state = first_state("#/remote-trigger/0?depth=apdu");
    let next = state.time.rows.moved(state.time.cursor, 1);
    for id in [state.shown(), next] {
        let has_bytes = state
            .run()
            .step(id)
            .is_some_and(|step| !step.bytes.is_empty());
        assert_eq!(state.inspect.fields.contains(&id), has_bytes, "{id}");
    }
    assert!(!state.inspect.fields.is_empty());
}

#[test]
fn an_edit_in_the_address_is_played_and_stays_in_it() {
    let hash = "#/remote-trigger/40?edit=message-sent.2:drop";
    let state = first_state(hash);
    assert_eq!(state.run().trace().edits, ["message-sent.2:drop"]);
    assert!(state.run().trace().outcome.summary.contains("broken off"));
    assert_eq!(state.address(&catalogue()).format(), hash);
    assert_eq!(state.request().edits, ["message-sent.2:drop"]);
}

#[test]
fn an_edit_that_cannot_be_made_is_said_and_the_page_goes_on() {
    let hash =
        "#/remote-trigger/5?edit=message-sent.9:drop&edit=nonsense&edit=user-asked:answer=reject";
    let state = first_state(hash);
    let said = state.shell.notices.join(" ");
    assert!(
        said.contains("the run has 4 of message-sent, not 9"),
        "{said}"
    );
    assert!(said.contains("PLACE:CHANGE"), "{said}");
    // What could be made was made.
    assert!(
        state
            .run()
            .trace()
            .outcome
            .summary
            .contains("the user said no")
    );
}
