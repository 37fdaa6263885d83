//! The page: which part stands where at which width, and the listeners for all of it.

use crate::components::architecture::Architecture;
use crate::components::card_view::CardView;
use crate::components::header::{header, notices};
use crate::components::help_panel::help_panel;
use crate::components::inspector::Inspector;
use crate::components::ladder::Ladder;
use crate::components::player::player;
use crate::components::prompt::prompt;
use crate::components::segments::segments;
use crate::components::sentence::sentence;
use crate::components::settings_panel::settings_panel;
use crate::components::tree_view::TreeView;
use crate::hooks::{PageShape, read_file, use_countdown, use_page_shape, use_scene, use_view};
use crate::layout::hex::byte_at;
use crate::orders::{self, Order};
use crate::playback::QUESTION_MS;
use crate::state::{Action, Pane, Panel, State};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// How long a message travels at normal speed, milliseconds.
const TRAVEL_MS: u32 = 400;

/// The whole page.
#[component]
pub fn Page() -> Html {
    let scene = use_scene();
    let view = use_view();
    let shape = use_page_shape(view.large);
    let left = use_countdown(
        view.question(),
        QUESTION_MS / 1000,
        view.playing && view.question().is_some(),
    );
    let travel = (TRAVEL_MS * 100 / u32::from(view.speed.max(1))).clamp(120, 800);
    let class = match shape {
        PageShape::Wide => "page page--wide",
        PageShape::Medium => "page page--medium",
        PageShape::Narrow => "page page--narrow",
    };
    let onclick = {
        let give = scene.give.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(order) = clicked(&event) {
                give.emit(order);
            }
            // After the mouse, keys belong to the player again.
            let button = element(&event).and_then(|target| target.closest("button").ok().flatten());
            if event.detail() > 0
                && let Some(button) = button.and_then(|one| one.dyn_into::<HtmlElement>().ok())
            {
                drop(button.blur());
            }
        })
    };
    let take_file = scene
        .give
        .reform(|file: Result<(String, Vec<u8>), String>| match file {
            Ok(file) => Order::Provision(Some(file)),
            Err(reason) => Order::Act(Action::RefuseFile(Some(reason))),
        });
    let onchange = {
        let (give, take_file) = (scene.give.clone(), take_file.clone());
        Callback::from(move |event: Event| {
            let Some(target) = element(&event) else {
                return;
            };
            let Some(key) = target.get_attribute("data-set") else {
                return;
            };
            let input = target.dyn_ref::<HtmlInputElement>();
            if key == "file" {
                let file = input
                    .and_then(|input| input.files())
                    .and_then(|files| files.get(0));
                if let Some(file) = file {
                    read_file(&file, take_file.clone());
                }
                // So that the same file, mended, can be chosen again.
                if let Some(input) = input {
                    input.set_value("");
                }
                return;
            }
            let value = match (input, target.dyn_ref::<HtmlSelectElement>()) {
                (Some(input), _) => input.value(),
                (None, Some(select)) => select.value(),
                (None, None) => return,
            };
            // Keys belong to the player again.
            if let Some(target) = target.dyn_ref::<HtmlElement>() {
                drop(target.blur());
            }
            give.emit(Order::Set(key, value));
        })
    };
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = {
        let give = scene.give.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|data| data.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                read_file(&file, take_file.clone());
                give.emit(Order::Act(Action::OpenPanel(Panel::Settings)));
            }
        })
    };
    html! {
        <div {class} style={format!("--travel:{travel}ms")} {onclick} {onchange} {ondragover} {ondrop}>
            { header(&scene, &view) }
            { notices(&view) }
            { panes(shape, &view) }
            <footer class="page__foot">
                { sentence(&view) }
                { player(&view) }
            </footer>
            { prompt(&view, left) }
            if view.panel == Some(Panel::Settings) {
                { settings_panel(&scene, &view) }
            }
            if view.panel == Some(Panel::Help) {
                { help_panel() }
            }
        </div>
    }
}

fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// What a click asks for.
fn clicked(event: &MouseEvent) -> Option<Order> {
    let target = element(event)?;
    if let Some(bytes) = target.closest("[data-bytes]").ok().flatten() {
        // Within a line of bytes the place of the click tells which one.
        let text = bytes.get_attribute("data-bytes")?;
        let mut numbers = text.split(' ').filter_map(|number| number.parse().ok());
        let line = numbers.next()?..numbers.next()?;
        let rect = bytes.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width();
        let byte = byte_at(share, &line, numbers.next()?)?;
        return Some(Order::Act(Action::PickByte(byte)));
    }
    let ordering = target.closest("[data-order]").ok().flatten()?;
    // Marking text within a row is not a click on it.
    let marking = web_sys::window()
        .and_then(|window| window.get_selection().ok().flatten())
        .is_some_and(|selection| !selection.is_collapsed());
    if marking && ordering.tag_name() != "BUTTON" {
        return None;
    }
    orders::read(&ordering.get_attribute("data-order")?)
}

fn panes(shape: PageShape, view: &State) -> Html {
    match shape {
        PageShape::Wide => html! {
            <main class="page__main">
                <div class="page__column">
                    <Architecture />
                    <Ladder />
                </div>
                <div class="page__column">
                    { side(view) }
                    <Inspector />
                </div>
            </main>
        },
        PageShape::Medium => html! {
            <main class="page__main">
                <div class="page__column">
                    <Architecture />
                    <Ladder />
                </div>
                <div class="page__column">
                    { tabs(view, &[Pane::Tree, Pane::Card, Pane::Inspector]) }
                    if view.pane == Pane::Inspector { <Inspector /> } else { { side(view) } }
                </div>
            </main>
        },
        PageShape::Narrow => html! {
            <main class="page__main">
                <Architecture />
                { tabs(view, &[Pane::Ladder, Pane::Tree, Pane::Card, Pane::Inspector]) }
                { match view.pane {
                    Pane::Ladder => html! { <Ladder /> },
                    Pane::Tree | Pane::Card => side(view),
                    Pane::Inspector => html! { <Inspector /> },
                } }
            </main>
        },
    }
}

/// The tree, or the card in its place.
fn side(view: &State) -> Html {
    if view.card {
        html! { <CardView /> }
    } else {
        html! { <TreeView /> }
    }
}

fn tabs(view: &State, panes: &[Pane]) -> Html {
    let shown = match view.pane {
        pane if panes.contains(&pane) => pane,
        _ if view.card => Pane::Card,
        _ => panes[0],
    };
    let choices = panes.iter().map(|pane| {
        let word = match pane {
            Pane::Ladder => "Ladder",
            Pane::Tree => "Tree",
            Pane::Card => "Card",
            Pane::Inspector => "Inspector",
        };
        (word, "", Action::SetPane(*pane), *pane == shown)
    });
    html! { <div class="page__tabs">{ segments("What to see", choices) }</div> }
}
