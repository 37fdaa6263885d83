//! The page: which pane stands where at which width, and the listeners for all of it.

use crate::components::engine_notice::engine_notice;
use crate::components::header::{header, notices};
use crate::components::player::player;
use crate::components::prompt::prompt;
use crate::components::segments::segments;
use crate::components::sentence::sentence;
use crate::hooks::{
    PageShape, Scene, read_file, use_countdown, use_page_shape, use_scene, use_view,
};
use crate::layout::hex::byte_at;
use crate::orders::{self, Order};
use crate::panes::{self, SCREENS, Slot, settings};
use crate::playback::QUESTION_MS;
use crate::state::{InspectAction, RunsAction, ShellAction, State};
use crate::words::{say, say_of};
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
    let shape = use_page_shape(view.shell.large);
    let left = use_countdown(
        view.question(),
        QUESTION_MS / 1000,
        view.time.playing && view.question().is_some(),
    );
    let travel = (TRAVEL_MS * 100 / u32::from(view.time.speed.max(1))).clamp(120, 800);
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
            Err(reason) => Order::Act(RunsAction::RefuseFile(Some(reason)).into()),
        });
    let onchange = {
        let (give, take_file) = (scene.give.clone(), take_file.clone());
        Callback::from(move |event: Event| changed(&event, &give, &take_file))
    };
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = {
        let give = scene.give.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|data| data.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                read_file(&file, take_file.clone());
                give.emit(Order::Act(ShellAction::OpenAbove(settings::ID).into()));
            }
        })
    };
    let above = view.shell.above.and_then(panes::find);
    html! {
        <div {class} style={format!("--travel:{travel}ms")} {onclick} {onchange} {ondragover} {ondrop}>
            { header(&scene, &view) }
            { notices(&view) }
            <main class="page__main">{ columns(shape, &scene, &view) }</main>
            <footer class="page__foot" tabindex="-1">
                { engine_notice(&view.shell) }
                { sentence(&view) }
                { player(&view) }
            </footer>
            { prompt(&view, left) }
            if let Some(pane) = above {
                { (pane.view)(&scene, &view) }
            }
        </div>
    }
}

fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Takes the value of a control that was changed.
fn changed(
    event: &Event,
    give: &Callback<Order>,
    take_file: &Callback<Result<(String, Vec<u8>), String>>,
) {
    let Some(target) = element(event) else {
        return;
    };
    let Some(key) = target.get_attribute("data-set") else {
        return;
    };
    let input = target.dyn_ref::<HtmlInputElement>();
    if key == "file" {
        let files = input.and_then(|input| input.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
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
        return Some(Order::Act(InspectAction::PickByte(byte).into()));
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

/// The panes of the screen as they stand at this width.
fn columns(shape: PageShape, scene: &Scene, view: &State) -> Html {
    let screen = &SCREENS[0];
    let columns = match shape {
        PageShape::Wide => screen.wide,
        PageShape::Medium => screen.medium,
        PageShape::Narrow => screen.narrow,
    };
    html! {
        { for columns.iter().enumerate().map(|(at, column)| html! {
            <div key={at} class="page__column">
                { for column.iter().map(|slot| place(slot, scene, view)) }
            </div>
        }) }
    }
}

/// A place with the pane that stands there.
fn place(slot: &Slot, scene: &Scene, view: &State) -> Html {
    let shown = slot.shown(&view.shell.front);
    let pane = panes::find(shown).map(|row| (row.view)(scene, view));
    if !slot.tabs {
        return pane.unwrap_or_default();
    }
    let choices = slot.panes.iter().map(|&pane| {
        let front = ShellAction::Front(pane).into();
        (say_of("pane", pane), "", front, pane == shown)
    });
    html! { <>
        <div class="page__tabs">{ segments(say("page.what"), choices) }</div>
        { pane }
    </> }
}
