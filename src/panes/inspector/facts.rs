//! What the inspected step is in words: who, to whom, when, why, and what it changed.

use crate::components::{hue, order};
use crate::guide;
use crate::panes::tree::layout::shown_value;
use crate::playback::{Row, RunHandle};
use crate::state::{InspectAction, SideAction};
use crate::words::{fill, say, say_of};
use dmsc_core::trace::Layer;
use dmsc_core::tree::{Change, ChangeKind};
use yew::prelude::*;

/// Draws the facts; `full` adds the sentence, the reason and the changes, for steps without
/// bytes.
pub(super) fn facts(run: &RunHandle, id: u32, full: bool) -> Html {
    let Some(step) = run.step(id) else {
        return Html::default();
    };
    let header = run.is_header(id);
    let title = if header {
        run.title(run.section_of(id)).1.to_owned()
    } else {
        run.name(id).to_owned()
    };
    // What merely went before is no reason worth telling; a message or an answer is.
    let cause = step
        .cause
        .and_then(|id| run.step(id))
        .filter(|cause| full && !header && !cause.is_local() && cause.layer() == Layer::Packages);
    html! {
        <div class={if full { "facts facts--full" } else { "facts" }} data-interface={hue(step.interface)}>
            <p class="facts__head">
                <strong class="facts__title">{ title }</strong>
                <span class="facts__detail" title={run.detail(id).to_owned()}>{ run.detail(id) }</span>
            </p>
            <p class="facts__line">
                <span>
                    { step.from.name() }
                    if !step.is_local() {
                        { " → " }{ step.to.name() }
                    }
                </span>
                <span class="facts__interface">{ step.interface.name() }</span>
                if !step.bytes.is_empty() {
                    <span>{ fill("facts.bytes", &[("count", step.bytes.len().to_string())]) }</span>
                }
                <span>{ fill("facts.time", &[("time", step.tick.to_string())]) }</span>
                <span>{ fill("facts.step", &[("step", id.to_string())]) }</span>
            </p>
            if full && !header {
                <p class="facts__sentence">
                    { guide::sentence(run, Row { id, end: id, nest: 0, open: false, openable: false }) }
                </p>
            }
            if let Some(cause) = cause {
                <p class="facts__cause">
                    { say("facts.because") }{ " " }
                    <button type="button" class="facts__link" data-order={order(InspectAction::Look(cause.id))}>
                        { run.name(cause.id) }
                    </button>
                </p>
            }
            if full && !step.changes.is_empty() {
                <table class="facts__changes">
                    <caption class="facts__caption">{ say("facts.changes") }</caption>
                    <tbody>{ for step.changes.iter().map(change) }</tbody>
                </table>
            }
        </div>
    }
}

fn change(change: &Change) -> Html {
    let (word, mark) = match change.kind {
        ChangeKind::Added => ("added", "+"),
        ChangeKind::Deleted => ("deleted", "−"),
        _ => ("replaced", "~"),
    };
    let old = change.before.as_ref().map(shown_value).unwrap_or_default();
    let new = change.after.as_ref().map(shown_value).unwrap_or_default();
    html! {
        <tr data-sign={word}>
            <td class="facts__sign" title={say_of("sign", word)}>{ mark }</td>
            <td>
                <button
                    type="button"
                    class="facts__link"
                    data-order={order(SideAction::SelectNode(Some(change.uri.clone())))}
                >{ &change.uri }</button>
            </td>
            <td class="facts__value">
                if !old.is_empty() && old != new {
                    <s>{ old }</s>{ " " }
                }
                { new }
            </td>
        </tr>
    }
}
