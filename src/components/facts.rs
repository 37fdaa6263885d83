//! What the inspected step is in words: who, to whom, when, why, and what it changed.

use crate::components::hue;
use crate::guide;
use crate::hooks::{use_orders, use_scene};
use crate::layout::tree::shown_value;
use crate::playback::Row;
use crate::state::Action;
use dmsc_core::trace::{Event, Layer};
use dmsc_core::tree::ChangeKind;
use yew::prelude::*;

/// Which step.
#[derive(PartialEq, Properties)]
pub struct FactsProps {
    /// Its id.
    pub id: u32,
    /// Also what it changed and why it came about, for steps without bytes.
    pub full: bool,
}

/// The facts.
#[component]
pub fn Facts(props: &FactsProps) -> Html {
    let run = use_scene();
    let orders = use_orders();
    let Some(step) = run.step(props.id) else {
        return Html::default();
    };
    let way = if step.is_local() {
        step.from.name().to_owned()
    } else {
        format!("{} → {}", step.from.name(), step.to.name())
    };
    let header = step.event == Event::EnablerStepBegan;
    let title = if header {
        run.title(run.section_of(step.id)).1.to_owned()
    } else {
        step.title()
    };
    // What merely went before is no reason worth telling; a message or an answer is.
    let cause = step.cause.and_then(|id| run.step(id)).filter(|cause| {
        props.full && !header && !cause.is_local() && cause.layer() == Layer::Packages
    });
    html! {
        <div class={if props.full { "facts facts--full" } else { "facts" }} data-interface={hue(step.interface)}>
            <p class="facts__head">
                <strong class="facts__title">{ title }</strong>
                <span class="facts__detail" title={step.detail()}>{ step.detail() }</span>
            </p>
            <p class="facts__line">
                <span>{ way }</span>
                if !step.interface.name().is_empty() {
                    <span class="facts__interface">{ step.interface.name() }</span>
                }
                if !step.bytes.is_empty() {
                    <span>{ format!("{} bytes", step.bytes.len()) }</span>
                }
                <span class="facts__tick">{ format!("{} ms", step.tick) }</span>
                <span class="facts__tick">{ format!("step {}", step.id) }</span>
            </p>
            if props.full {
                if !header {
                    <p class="facts__sentence">
                        { guide::sentence(&run, Row { id: step.id, end: step.id, nest: 0, open: false, openable: false }) }
                    </p>
                }
                if let Some(cause) = cause {
                    <p class="facts__cause">
                        { "Because of " }
                        <button
                            type="button"
                            class="facts__link"
                            onclick={{ let id = cause.id; orders.act.reform(move |_: MouseEvent| Action::Inspect(id)) }}
                        >{ cause.title() }</button>
                    </p>
                }
                if !step.changes.is_empty() {
                    <table class="facts__changes">
                        <caption class="facts__caption">{ "Changes of the tree" }</caption>
                        <tbody>
                        { for step.changes.iter().map(|change| {
                            let (word, mark) = match change.kind {
                                ChangeKind::Added => ("added", "+"),
                                ChangeKind::Deleted => ("deleted", "−"),
                                _ => ("replaced", "~"),
                            };
                            let value = |state: &Option<dmsc_core::tree::NodeState>| {
                                state.as_ref().map(shown_value).unwrap_or_default()
                            };
                            let (old, new) = (value(&change.before), value(&change.after));
                            let uri = change.uri.clone();
                            html! {
                                <tr data-sign={word}>
                                    <td class="facts__sign" title={word}>{ mark }</td>
                                    <td>
                                        <button
                                            type="button"
                                            class="facts__link"
                                            onclick={orders.act.reform(move |_: MouseEvent| Action::SelectNode(Some(uri.clone())))}
                                        >{ &change.uri }</button>
                                    </td>
                                    <td class="facts__value">
                                        if change.kind != ChangeKind::Added && !old.is_empty() && old != new {
                                            <s>{ old }</s>{ " " }
                                        }
                                        { new }
                                    </td>
                                </tr>
                            }
                        }) }
                        </tbody>
                    </table>
                }
            }
        </div>
    }
}
