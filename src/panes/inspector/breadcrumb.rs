//! The layers of the inspected step: what it is carried by and what it belongs to.

use crate::components::order;
use crate::playback::RunHandle;
use crate::state::InspectAction;
use crate::words::{fill, say};
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
        <nav class="breadcrumb" aria-label={say("inspector.layers")}>
            { for chain.iter().rev().enumerate().map(|(at, id)| html! { <>
                if at > 0 {
                    <span class="breadcrumb__in" aria-hidden="true">{ "▸" }</span>
                }
                <button
                    type="button"
                    class={if *id > shown { "breadcrumb__layer breadcrumb__layer--inside" } else { "breadcrumb__layer" }}
                    aria-current={(*id == shown).then_some("true")}
                    title={run.name(*id).to_owned()}
                    data-order={order(InspectAction::Look(*id))}
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
            "" => say("layer.before").to_owned(),
            number => fill("layer.step", &[("number", number.to_owned())]),
        },
        (_, Event::MessageSent { package, .. }) => {
            fill("layer.package", &[("package", package.to_string())])
        }
        (_, Event::NotificationSent { .. }) => {
            fill("layer.package", &[("package", "0".to_owned())])
        }
        (Layer::Packages, _) => run.name(id).to_owned(),
        (Layer::Http, _) => say("layer.http").to_owned(),
        (Layer::Toolkit, _) => say("layer.toolkit").to_owned(),
        (Layer::Apdu, _) => say("layer.apdu").to_owned(),
    }
}
