//! The layers of the inspected step: what it is carried by and what it belongs to.

use crate::orders;
use crate::playback::RunHandle;
use crate::state::Action;
use dmsc_core::trace::{Event, Layer};
use yew::prelude::*;

/// Draws the layers, deepest first.
pub(super) fn breadcrumb(run: &RunHandle, shown: u32) -> Html {
    let mut chain = run.chain(shown);
    // Going on inside: the first step of each deeper layer.
    let mut at = shown;
    while !run.is_header(at)
        && let Some(inner) = run.children(at).next()
    {
        chain.push(inner);
        at = inner;
    }
    html! {
        <nav class="breadcrumb" aria-label="Layers">
            { for chain.iter().rev().enumerate().map(|(at, id)| html! { <>
                if at > 0 {
                    <span class="breadcrumb__in" aria-hidden="true">{ "▸" }</span>
                }
                <button
                    type="button"
                    class={if *id > shown { "breadcrumb__layer breadcrumb__layer--inside" } else { "breadcrumb__layer" }}
                    aria-current={(*id == shown).then_some("true")}
                    title={run.step(*id).map(|step| step.title())}
                    data-order={orders::text(&Action::Inspect(*id))}
                >{ word(run, *id) }</button>
            </> }) }
        </nav>
    }
}

fn word(run: &RunHandle, id: u32) -> String {
    let Some(step) = run.step(id) else {
        return String::new();
    };
    match (step.layer(), &step.event) {
        (Layer::Steps, _) => match run.title(run.section_of(id)).0 {
            "" => "Before".to_owned(),
            number => format!("Step {number}"),
        },
        (_, Event::MessageSent { package, .. }) => format!("Package #{package}"),
        (_, Event::NotificationSent { .. }) => "Package #0".to_owned(),
        (Layer::Packages, _) => step.title(),
        (Layer::Http, _) => "HTTP".to_owned(),
        (Layer::Toolkit, _) => "Toolkit".to_owned(),
        (Layer::Apdu, _) => "APDU".to_owned(),
    }
}
