//! Components rendered to text on the host, with a real run: the marks are where they belong.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_core::trace::{Event, Layer};
use dmsc_explorer::components::Page;
use dmsc_explorer::desk::Given;
use dmsc_explorer::engine::{catalogue, first_state, told};
use dmsc_explorer::hooks::{Scene, View};
use dmsc_explorer::state::{
    Action, InspectAction, RunsAction, ShellAction, SideAction, State, TimeAction,
};
use std::rc::Rc;
use yew::prelude::*;

/// Made where it is used, since the renderer has a thread of its own.
type Actions = fn() -> Vec<Action>;

#[derive(Clone, Properties)]
struct StageProps {
    hash: String,
    actions: Actions,
}

impl PartialEq for StageProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The page with all its contexts, at the moment of an address.
#[component]
fn Stage(props: &StageProps) -> Html {
    let state = reduced(&props.hash, props.actions);
    let scene = Scene {
        run: state.run().clone(),
        catalogue: Rc::new(catalogue()),
        give: Callback::noop(),
    };
    html! {
        <ContextProvider<Scene> context={scene}>
            <ContextProvider<View> context={View(Rc::new(state))}>
                <Page />
            </ContextProvider<View>>
        </ContextProvider<Scene>>
    }
}

fn none() -> Vec<Action> {
    Vec::new()
}

fn reduced(hash: &str, actions: Actions) -> State {
    let state = first_state(hash);
    let state = actions().into_iter().fold(Rc::new(state), State::reduce);
    // What the actions brought into sight the engine takes apart.
    told(Rc::unwrap_or_clone(state), Given::Stop)
}

fn page(hash: &str, actions: Actions) -> String {
    let props = StageProps {
        hash: hash.to_owned(),
        actions,
    };
    let renderer = yew::ServerRenderer::<Stage>::with_props(move || props).hydratable(false);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime for waiting")
        .block_on(renderer.render())
}

/// How often a word stands in a text.
fn count(text: &str, word: &str) -> usize {
    text.matches(word).count()
}

/// The id of the first step of that kind.
fn find(hash: &str, test: impl Fn(&Event) -> bool) -> u32 {
    let state = reduced(hash, none);
    let step = state
        .run()
        .trace()
        .steps
        .iter()
        .find(|step| test(&step.event));
    step.expect("the run has such a step").id
}

#[test]
fn the_first_moment_has_every_part() {
    let html = page("", none);
    for part in [
        "class=\"header\"",
        "architecture__picture",
        "ladder__scroll",
        "tree-view__row",
        "class=\"pane inspector\"",
        "class=\"sentence\"",
        "timeline__handle",
        "Remote trigger",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(count(&html, "aria-current=\"step\""), 1);
    // The title above the first row.
    assert_eq!(count(&html, "ladder-row--past"), 1);
}

#[test]
fn the_last_moment_has_no_future_and_all_changes() {
    let html = page("", || vec![TimeAction::End.into()]);
    assert_eq!(count(&html, "ladder-row--future"), 0);
    assert!(html.contains("data-uri=\"./Connectivity/NAP/Home\""));
    assert!(count(&html, "tree-view__row--changed") > 3);
    assert!(html.contains(">added<"));
}

#[test]
fn before_the_changes_the_tree_has_none() {
    let html = page("", || vec![TimeAction::Home.into()]);
    assert_eq!(count(&html, "tree-view__row--changed"), 0);
    assert!(!html.contains("data-uri=\"./Connectivity/NAP/Home\""));
}

#[test]
fn only_rows_in_sight_are_drawn() {
    let html = page("#/remote-trigger?depth=apdu", || {
        vec![TimeAction::End.into()]
    });
    let state = reduced("#/remote-trigger?depth=apdu", none);
    let drawn = count(&html, "role=\"listitem\"");
    assert!(drawn < 60, "{drawn}");
    assert!(state.time.rows.rows().len() > drawn);
}

#[test]
fn a_message_is_on_its_way_in_the_colour_of_its_interface() {
    let id = find("", |event| matches!(event, Event::NotificationSent { .. }));
    let html = page(&format!("#/remote-trigger/{id}"), none);
    assert_eq!(count(&html, "architecture__line--busy"), 1);
    assert!(html.contains("architecture__dot"));
    let present = html
        .split("<div")
        .find(|part| part.contains("aria-current=\"step\""))
        .expect("a present row");
    assert!(present.contains("data-interface=\"dm1\""), "{present}");
}

#[test]
fn the_question_is_asked() {
    let id = find("", |event| matches!(event, Event::UserAsked { .. }));
    let html = page(&format!("#/remote-trigger/{id}"), none);
    for word in [
        "prompt__phone",
        "Accept",
        "Reject",
        "Cancel",
        "Let the time run out",
    ] {
        assert!(html.contains(word), "{word}");
    }
    assert!(!page("", none).contains("prompt__phone"));
}

#[test]
fn a_message_shows_its_fields_its_xml_and_its_bytes() {
    let id = find("", |event| {
        matches!(event, Event::MessageSent { package: 2, .. })
    });
    let hash = format!("#/remote-trigger/{id}/0");
    let fields = page(&hash, none);
    assert!(count(&fields, "field-list__row") > 5);
    assert!(fields.contains("field-list__row--chosen"));
    assert!(fields.contains("bytes-view__chosen"));
    let xml = page(&hash, || vec![InspectAction::NextTab.into()]);
    assert!(xml.contains("xml-view__line"));
    assert!(xml.contains("SyncBody"));
    let bytes = page(&hash, || {
        vec![InspectAction::NextTab.into(), InspectAction::NextTab.into()]
    });
    assert!(bytes.contains("bytes-view__line") && !bytes.contains("field-list"));
}

#[test]
fn the_layers_of_an_apdu_are_named() {
    let id = {
        let state = reduced("", none);
        let steps = &state.run().trace().steps;
        let carried = steps.iter().find(|step| {
            step.layer() == Layer::Apdu
                && state.run().chain(step.id).iter().any(|id| {
                    state
                        .run()
                        .step(*id)
                        .is_some_and(|step| matches!(step.event, Event::MessageSent { .. }))
                })
        });
        carried.expect("APDUs carry messages").id
    };
    let html = page(&format!("#/remote-trigger/{id}?depth=apdu"), none);
    for layer in [">APDU<", ">Toolkit<", ">HTTP<", ">Package #1<", ">Step 2<"] {
        assert!(html.contains(layer), "{layer}");
    }
}

#[test]
fn a_chosen_node_shows_its_properties() {
    let html = page("", || {
        vec![SideAction::SelectNode(Some("./DevInfo".to_owned())).into()]
    });
    for word in ["ACL", "Format", "Type", "TStamp", "VerNo", "Title"] {
        assert!(html.contains(&format!("<dt>{word}</dt>")), "{word}");
    }
}

#[test]
fn the_card_has_the_place_of_the_tree() {
    let html = page("#/remote-trigger/0?card=3F00/2FE2", || {
        vec![TimeAction::End.into()]
    });
    assert!(!html.contains("aria-label=\"Management tree\""));
    for key in [
        "channels",
        "toolkit",
        "web-server",
        "dm-server",
        "pins",
        "files",
    ] {
        assert!(html.contains(&format!("data-key=\"{key}\"")), "{key}");
    }
    assert!(html.contains("listens"));
    assert_eq!(count(&html, "aria-selected=\"true\""), 1);
    let drawn = count(&html, "tree-view__row ") + count(&html, "tree-view__row\"");
    assert!(drawn < 60, "{drawn}");
    let tree = page("", none);
    assert!(!tree.contains("card-view"));
}

#[test]
fn a_wrong_link_is_explained() {
    let html = page("#/no-such-thing", none);
    assert!(html.contains("no-such-thing"));
    assert!(html.contains("local-trigger"));
}

#[test]
fn a_refused_file_says_why_and_what_stays() {
    let html = page("", || {
        vec![
            ShellAction::ToggleAbove("settings").into(),
            RunsAction::RefuseFile(Some("own.xml: line 3, column 7".to_owned())).into(),
        ]
    });
    assert!(html.contains("own.xml: line 3, column 7"));
    assert!(html.contains("built-in"));
}
