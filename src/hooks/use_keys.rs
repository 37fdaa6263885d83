//! Keys pressed anywhere on the page.

use crate::keys;
use crate::state::Action;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// Turns keys into actions; `cursor` is the present row. Keys that a focused control needs for
/// itself are left to it.
#[hook]
pub fn use_keys(cursor: u32, act: Callback<Action>) {
    let present = use_mut_ref(|| Rc::new(Cell::new(cursor)));
    let present = present.borrow().clone();
    present.set(cursor);
    use_effect_with(act, move |act| {
        let act = act.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document(), "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                if event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() {
                    return;
                }
                if event.key() == "F6" {
                    event.prevent_default();
                    return next_pane(event.shift_key());
                }
                let target = event
                    .target()
                    .and_then(|target| target.dyn_into::<Element>().ok());
                if target.is_some_and(|target| needs(&target, &event.key())) {
                    return;
                }
                if let Some(action) = keys::action(&event.key(), event.shift_key(), present.get()) {
                    event.prevent_default();
                    act.emit(action);
                }
            });
        move || drop(listener)
    });
}

/// Gives the focus to the next pane, or to the one before.
fn next_pane(back: bool) {
    let Ok(panes) = document().query_selector_all(".pane, .page__foot, .panel") else {
        return;
    };
    let count = panes.length();
    let holds = |at: &u32| {
        let pane = panes.get(*at);
        pane.is_some_and(|pane| pane.contains(document().active_element().as_deref()))
    };
    let next = match ((0..count).find(holds), back) {
        (None, _) => 0,
        (Some(at), false) => (at + 1) % count.max(1),
        (Some(at), true) => (at + count - 1) % count.max(1),
    };
    let pane = panes.get(next);
    if let Some(pane) = pane.and_then(|pane| pane.dyn_into::<HtmlElement>().ok()) {
        drop(pane.focus());
    }
}

/// True when the focused element uses the key itself.
fn needs(target: &Element, key: &str) -> bool {
    if key == "Escape" {
        return false;
    }
    match target.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => {
            !matches!(
                target.get_attribute("type").as_deref(),
                Some("file" | "radio" | "checkbox")
            ) || key == " "
                || key.starts_with("Arrow")
        }
        // What was clicked gives its focus away, so this one was reached by the keyboard.
        "BUTTON" | "A" => matches!(key, " " | "Enter"),
        _ => false,
    }
}
