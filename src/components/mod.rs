//! What panes share and what stands around them, one part in one file. What keeps state of its
//! own or is worth skipping when nothing changed is a component; the rest are functions from
//! state to markup, because each component costs a few kilobytes of program. Neither owns any
//! truth: geometry comes from layouts, and what can be clicked names its order (`data-order`),
//! which `page` reads.

mod engine_notice;
mod header;
pub(crate) mod listing;
mod page;
mod player;
mod prompt;
pub(crate) mod segments;
mod sentence;
pub(crate) mod side_head;
mod timeline;
pub(crate) mod tree_view;

pub use page::Page;

use crate::layout::hundredths;
use crate::orders;
use crate::state::Action;
use crate::words::say;
use dmsc_core::trace::Interface;
use yew::prelude::*;

/// The value of `data-interface`, by which the style sheets give an element its colour.
pub(crate) fn hue(interface: Interface) -> &'static str {
    match interface {
        Interface::Dm1 => "dm1",
        Interface::Dm2 => "dm2",
        Interface::Dm3 | Interface::Cp1 => "dm3",
        Interface::DmSc1 => "dmsc1",
        Interface::Update => "update",
        Interface::Internal => "internal",
    }
}

/// A style attribute with one or two lengths: `top:350e-2rem;height:225e-2rem`.
pub(crate) fn lengths(first: (&str, f64), second: Option<(&str, f64)>, unit: &str) -> String {
    let mut text = format!("{}:{}e-2{unit}", first.0, hundredths(first.1));
    if let Some((name, value)) = second {
        text.push_str(&format!(";{name}:{}e-2{unit}", hundredths(value)));
    }
    text
}

/// The value of an attribute that is `true` or `false`.
pub(crate) fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// The order of an action as an attribute.
pub(crate) fn order(action: impl Into<Action>) -> String {
    orders::text(&action.into())
}

/// The head of a pane that lies above the page.
pub(crate) fn panel_head(title: &'static str) -> Html {
    html! {
        <header class="panel__head">
            <h2 class="panel__title">{ title }</h2>
            { close_button("panel__close", Action::Close) }
        </header>
    }
}

/// A small button that closes something.
pub(crate) fn close_button(class: &'static str, action: impl Into<Action>) -> Html {
    html! {
        <button
            type="button"
            {class}
            title={say("close.title")}
            aria-label={say("close.label")}
            data-order={order(action)}
        >{ "✕" }</button>
    }
}
