//! The layers of the inspected step: what it is carried by and what it belongs to.

use crate::hooks::{use_orders, use_scene};
use crate::state::Action;
use dmsc_core::trace::{Event, Layer};
use yew::prelude::*;

/// Which step.
#[derive(PartialEq, Properties)]
pub struct BreadcrumbProps {
    /// Its id.
    pub id: u32,
}

/// The layers, deepest first.
#[component]
pub fn Breadcrumb(props: &BreadcrumbProps) -> Html {
    let run = use_scene();
    let orders = use_orders();
    let mut chain = run.chain(props.id);
    // Going on inside: the first step of each deeper layer.
    let mut at = props.id;
    while let Some(inner) = run.children(at).next() {
        if run
            .step(at)
            .is_some_and(|step| step.event == Event::EnablerStepBegan)
        {
            break;
        }
        chain.push(inner);
        at = inner;
    }
    let word = |id: u32| {
        let step = run.step(id)?;
        Some(match step.layer() {
            Layer::Steps => match run.title(run.section_of(id)).0 {
                "" => "Before".to_owned(),
                number => format!("Step {number}"),
            },
            Layer::Packages => match &step.event {
                Event::MessageSent { package, .. } => format!("Package #{package}"),
                Event::NotificationSent { .. } => "Package #0".to_owned(),
                _ => step.title(),
            },
            Layer::Http => "HTTP".to_owned(),
            Layer::Toolkit => "Toolkit".to_owned(),
            Layer::Apdu => "APDU".to_owned(),
        })
    };
    html! {
        <nav class="breadcrumb" aria-label="Layers">
            { for chain.iter().rev().enumerate().map(|(at, id)| {
                let id = *id;
                let here = id == props.id;
                html! { <>
                    if at > 0 {
                        <span class="breadcrumb__in" aria-hidden="true">{ "▸" }</span>
                    }
                    <button
                        type="button"
                        class={classes!("breadcrumb__layer", (id > props.id).then_some("breadcrumb__layer--inside"))}
                        aria-current={here.then_some("true")}
                        title={run.step(id).map(|step| step.title())}
                        onclick={orders.act.reform(move |_: MouseEvent| Action::Inspect(id))}
                    >{ word(id) }</button>
                </> }
            }) }
        </nav>
    }
}
