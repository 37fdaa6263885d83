//! The properties of the chosen node, and the steps that changed it.

use super::layout::{NodeCard, shown_time, shown_value};
use crate::components::{close_button, order};
use crate::playback::RunHandle;
use crate::state::{SideAction, TimeAction};
use crate::words::{fill, say};
use yew::prelude::*;

/// Draws the properties of the node `uri` after the step `now`.
pub(super) fn node_card(run: &RunHandle, uri: &str, now: u32) -> Html {
    let card = NodeCard::new(run, now, uri);
    html! {
        <aside class="node-card" aria-label={say("node.label")}>
            <header class="node-card__head">
                <code class="node-card__uri">{ uri }</code>
                if card.as_ref().is_some_and(|card| !card.exists) {
                    <span class="node-card__deleted">{ say("sign.deleted") }</span>
                }
                { close_button("node-card__close", SideAction::SelectNode(None)) }
            </header>
            if let Some(card) = card {
                { properties(run, uri, &card) }
            } else {
                <p class="node-card__gone">{ say("node.gone") }</p>
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
        lines.insert(0, (say("node.value"), shown_value(state)));
    }
    html! {
        <dl class="node-card__list">
            { for lines.into_iter().map(|(name, value)| html! { <>
                <dt>{ name }</dt>
                <dd class={(matches!(name, "ACL" | "Type") || name == say("node.value")).then_some("node-card__wide")}>
                    if value.is_empty() {
                        <span class="node-card__none">{ say("node.none") }</span>
                    }
                    { value }
                    if name == "ACL" && card.acl.0 != uri && !card.acl.1.is_empty() {
                        <span class="node-card__none">{ " " }{ fill("node.from", &[("uri", card.acl.0.clone())]) }</span>
                    }
                </dd>
            </> }) }
            <dt>{ say("node.changed") }</dt>
            <dd class="node-card__wide">
                if card.changed_by.is_empty() {
                    <span class="node-card__none">{ say("node.not-so-far") }</span>
                }
                { for card.changed_by.iter().map(|id| html! {
                    <button
                        type="button"
                        class="node-card__step"
                        title={say("node.go")}
                        data-order={order(TimeAction::Seek(*id))}
                    >{ run.name(*id) }</button>
                }) }
            </dd>
        </dl>
    }
}
