//! The layouts over real runs: rows that touch, ticks in order, a tree that goes there and back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_core::trace::{Event, Layer};
use dmsc_explorer::desk::Given;
use dmsc_explorer::engine::{catalogue, run, told};
use dmsc_explorer::layout::timeline::{Kind, Timeline};
use dmsc_explorer::panes::architecture::layout::Picture;
use dmsc_explorer::panes::inspector::markup;
use dmsc_explorer::panes::ladder::layout::{Ladder, Shape};
use dmsc_explorer::panes::tree::layout::{NodeCard, Question, Sign, Tree};
use dmsc_explorer::playback::{Rows, RunHandle, Toggles};
use dmsc_explorer::state::side::Branches;
use dmsc_explorer::state::{
    Action, InspectAction, Ordered, Request, State, Tab, TimeAction, touched,
};
use std::rc::Rc;
use yew::Reducible;

fn load(scenario: &str) -> RunHandle {
    let request = Request {
        scenario: scenario.to_owned(),
        settings: catalogue().defaults,
        seed: 1,
        edits: Vec::new(),
        file: None,
    };
    run(&request).unwrap()
}

fn tree(run: &RunHandle, before: Option<u32>, now: Option<u32>, open: &Branches) -> Tree {
    Tree::new(&Question {
        run,
        before,
        now,
        touched: &now.map_or_else(Ordered::new, |now| touched(run, now)),
        fresh: &Ordered::new(),
        branches: open,
    })
}

#[test]
fn rows_of_the_ladder_touch_and_brackets_hold_them() {
    for scenario in ["remote-trigger", "local-trigger"] {
        let run = load(scenario);
        for depth in Layer::ALL {
            let rows = Rows::new(&run, depth, &Toggles::new());
            let ladder = Ladder::new(&run, &rows);
            assert_eq!(ladder.rows.len(), rows.rows().len());
            let mut top = 0.0;
            for row in &ladder.rows {
                assert_eq!(row.top, top, "{scenario} {depth:?} {}", row.id);
                top += row.height;
                assert!((0.0..=100.0).contains(&row.from) && (0.0..=100.0).contains(&row.to));
                let drawn_as = match (row.layer, row.open) {
                    (Layer::Steps, true) => row.shape == Shape::Title,
                    (Layer::Steps, false) => row.shape == Shape::Whole,
                    _ => matches!(row.shape, Shape::Arrow | Shape::Mark),
                };
                assert!(drawn_as, "{row:?}");
            }
            assert_eq!(ladder.height, top);
            let mut top = 0.0;
            for bracket in &ladder.brackets {
                assert_eq!(bracket.top, top);
                top += bracket.height;
            }
            assert_eq!(top, ladder.height);
            assert!(
                ladder
                    .lanes
                    .iter()
                    .all(|lane| lane.x > 0.0 && lane.x < 100.0)
            );
        }
    }
}

#[test]
fn a_window_of_the_ladder_holds_what_is_in_sight() {
    let run = load("remote-trigger");
    let rows = Rows::new(&run, Layer::Apdu, &Toggles::new());
    let ladder = Ladder::new(&run, &rows);
    for top in [0.0, 33.0, 150.0, ladder.height, ladder.height + 500.0] {
        let range = ladder.within(top, 25.0);
        for (at, row) in ladder.rows.iter().enumerate() {
            if row.top + row.height > top && row.top < top + 25.0 {
                assert!(range.contains(&at), "{at} at {top}");
            }
        }
        assert!(range.len() < 40);
    }
}

#[test]
fn every_message_of_every_run_has_its_way_in_the_picture() {
    for scenario in ["remote-trigger", "local-trigger", "card-update"] {
        let run = load(scenario);
        for width in [22.0, 46.0] {
            let picture = Picture::new(width);
            for step in &run.trace().steps {
                let crosses = step.from.lane() != step.to.lane();
                assert_eq!(picture.way(step).is_some(), crosses, "{}", step.title());
                assert!(!crosses || !Picture::lit(step).is_empty() || Picture::lights_card(step));
            }
        }
    }
}

#[test]
fn the_timeline_marks_each_step_of_the_enabler() {
    let run = load("local-trigger");
    for depth in Layer::ALL {
        let rows = Rows::new(&run, depth, &Toggles::new());
        let line = Timeline::new(&run, &rows);
        assert_eq!(line.ticks.len(), rows.stops().len());
        let numbers: Vec<&str> = line.marks.iter().map(|mark| mark.number.as_str()).collect();
        assert_eq!(numbers, ["", "1", "2", "3.2", "3.3", "3.4", "3.5", "3.6"]);
        assert!(line.marks.windows(2).all(|two| two[0].x < two[1].x));
        let kinds: Vec<Kind> = line.ticks.iter().map(|(kind, _)| *kind).collect();
        if depth != Layer::Steps {
            for kind in [Kind::Question, Kind::Added, Kind::Replaced, Kind::Deleted] {
                assert!(kinds.contains(&kind), "{kind:?} at {depth:?}");
            }
        }
    }
}

#[test]
fn the_tree_shows_what_became_of_each_node() {
    let run = load("remote-trigger");
    let end = run.trace().steps.len() as u32 - 1;
    let start = tree(&run, None, None, &Branches::new());
    assert_eq!((start.added, start.replaced, start.deleted), (0, 0, 0));
    assert!(
        start
            .rows
            .iter()
            .all(|row| row.sign == Sign::Same && row.level < 2)
    );

    let last = tree(&run, None, Some(end), &Branches::new());
    let row = |uri: &str| last.rows.iter().find(|row| row.uri == uri);
    assert_eq!(row("./Connectivity/NAP/Home").unwrap().sign, Sign::Added);
    assert_eq!(
        row("./Connectivity/NAP/Legacy").unwrap().sign,
        Sign::Deleted
    );
    let address = row("./Connectivity/NAP/Work/Addr").unwrap();
    assert_eq!(address.sign, Sign::Replaced);
    assert!(address.old.is_some());
    // What is hidden in a closed branch is counted and shows on the branch.
    let closed = Branches::from([("./Connectivity".to_owned(), false)]);
    let shut = tree(&run, None, Some(end), &closed);
    assert_eq!((shut.added, shut.deleted), (last.added, last.deleted));
    let branch = shut
        .rows
        .iter()
        .find(|row| row.uri == "./Connectivity")
        .unwrap();
    assert_ne!(branch.below, Sign::Same);
    // Compared with itself nothing has changed.
    let same = tree(&run, Some(end), Some(end), &Branches::new());
    assert_eq!((same.added, same.replaced, same.deleted), (0, 0, 0));
}

#[test]
fn a_node_knows_its_properties_and_who_changed_it() {
    let run = load("remote-trigger");
    let end = run.trace().steps.len() as u32 - 1;
    let card = NodeCard::new(&run, end, "./Connectivity/NAP/Work/Addr").unwrap();
    assert!(card.exists);
    assert_eq!(card.state.format, "chr");
    assert!(!card.acl.1.is_empty(), "an ACL is inherited");
    assert_eq!(card.changed_by.len(), 1);
    let gone = NodeCard::new(&run, end, "./Connectivity/NAP/Legacy").unwrap();
    assert!(!gone.exists);
    assert_eq!(NodeCard::new(&run, end, "./Nowhere"), None);
    assert_eq!(NodeCard::new(&run, 0, "./Connectivity/NAP/Home"), None);
}

#[test]
fn syncml_is_read_out_of_messages_and_of_http() {
    for encoding in ["wbxml", "xml"] {
        let mut settings = catalogue().defaults;
        settings.insert("encoding".to_owned(), encoding.to_owned());
        let run = run(&Request {
            scenario: "remote-trigger".to_owned(),
            settings,
            seed: 1,
            edits: Vec::new(),
            file: None,
        })
        .unwrap();
        let mut seen = 0;
        for step in &run.trace().steps {
            let carries = matches!(
                step.event,
                Event::MessageSent { .. }
                    | Event::HttpRequestSent { .. }
                    | Event::HttpResponseSent { .. }
            );
            if step.bytes.is_empty() {
                assert!(!carries);
                continue;
            }
            let mut state = State::new(run.clone());
            for action in [
                Action::from(TimeAction::SetDepth(Layer::Apdu)),
                TimeAction::Seek(step.id).into(),
                InspectAction::SetTab(Tab::Xml).into(),
            ] {
                state = Rc::unwrap_or_clone(Rc::new(state).reduce(action));
            }
            let state = told(state, Given::Stop);
            let text = state.inspect.xml.get(&step.id).unwrap();
            assert_eq!(text.is_some(), carries, "{}", step.title());
            if let Some(text) = &**text {
                assert!(markup::lines(text.as_ref().unwrap()).len() > 10);
                seen += 1;
            }
        }
        assert!(seen >= 8);
    }
}
