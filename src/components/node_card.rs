//! The properties of the chosen node, and the steps that changed it.

use crate::layout::tree::{NodeCard, shown_time, shown_value};
use crate::orders;
use crate::playback::RunHandle;
use crate::state::Action;
use yew::prelude::*;

/// Draws the properties of the node `uri` after the step `now`.
pub(super) fn node_card(run: &RunHandle, uri: &str, now: u32) -> Html {
    let card = NodeCard::new(run, now, uri);
    html! {
        <aside class="node-card" aria-label="Chosen node">
            <header class="node-card__head">
                <code class="node-card__uri">{ uri }</code>
                if card.as_ref().is_some_and(|card| !card.exists) {
                    <span class="node-card__deleted">{ "deleted" }</span>
                }
                <button
                    type="button"
                    class="node-card__close"
                    title="Close (Esc)"
                    aria-label="Close"
                    data-order={orders::text(&Action::SelectNode(None))}
                >{ "✕" }</button>
            </header>
            if let Some(card) = card {
                { properties(run, uri, &card) }
            } else {
                <p class="node-card__gone">{ "This node is not there at this moment." }</p>
            }
        </aside>
    }
}

fn properties(run: &RunHandle, uri: &str, card: &NodeCard) -> Html {
    let state = &card.state;
    let time = if state.tstamp_s == 0 {
        String::new()
    } else {
        shown_time(state.tstamp_s)
    };
    let mut lines = vec![
        ("Format", state.format.clone()),
        ("Title", state.title.clone()),
        ("TStamp", time),
        ("VerNo", state.ver_no.to_string()),
        ("Type", state.media_type.clone()),
    ];
    lines.insert(0, ("ACL", card.acl.1.clone()));
    if state.format != "node" {
        lines.insert(0, ("Value", shown_value(state)));
    }
    html! {
        <dl class="node-card__list">
            { for lines.into_iter().map(|(name, value)| html! { <>
                <dt>{ name }</dt>
                <dd class={matches!(name, "ACL" | "Value" | "Type").then_some("node-card__wide")}>
                    if value.is_empty() {
                        <span class="node-card__none">{ "none" }</span>
                    }
                    { value }
                    if name == "ACL" && card.acl.0 != uri && !card.acl.1.is_empty() {
                        <span class="node-card__none">{ " from " }{ &card.acl.0 }</span>
                    }
                </dd>
            </> }) }
            <dt>{ "Changed" }</dt>
            <dd class="node-card__wide">
                if card.changed_by.is_empty() {
                    <span class="node-card__none">{ "not in this run so far" }</span>
                }
                { for card.changed_by.iter().map(|id| html! {
                    <button
                        type="button"
                        class="node-card__step"
                        title="Go to this moment"
                        data-order={orders::text(&Action::Seek(*id))}
                    >{ run.step(*id).map(|step| step.title()) }</button>
                }) }
            </dd>
        </dl>
    }
}
