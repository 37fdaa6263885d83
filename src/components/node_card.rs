//! The properties of the chosen node, and the steps that changed it.

use crate::hooks::{use_orders, use_scene};
use crate::layout::tree::{NodeCard, shown_time, shown_value};
use crate::state::Action;
use yew::prelude::*;

/// Which node, and when.
#[derive(PartialEq, Properties)]
pub struct NodeCardProps {
    /// Its URI.
    pub uri: String,
    /// After this step.
    pub now: u32,
}

/// The properties.
#[component]
pub fn NodeCardView(props: &NodeCardProps) -> Html {
    let run = use_scene();
    let orders = use_orders();
    let card = use_memo(
        (run.clone(), props.uri.clone(), props.now),
        |(run, uri, now)| NodeCard::new(run, *now, uri),
    );
    let close = orders.act.reform(|_: MouseEvent| Action::SelectNode(None));
    let Some(card) = &*card else {
        return html! {
            <aside class="node-card">
                <header class="node-card__head">
                    <code class="node-card__uri">{ &props.uri }</code>
                    <button type="button" class="node-card__close" aria-label="Close" onclick={close}>{ "✕" }</button>
                </header>
                <p class="node-card__gone">{ "This node is not there at this moment." }</p>
            </aside>
        };
    };
    let state = &card.state;
    let inherited = card.acl.0 != props.uri;
    let line = |name: &'static str, value: Html| {
        html! { <><dt>{ name }</dt><dd>{ value }</dd></> }
    };
    let text = |value: &str| {
        if value.is_empty() {
            html! { <span class="node-card__none">{ "none" }</span> }
        } else {
            html! { { value } }
        }
    };
    html! {
        <aside class="node-card" aria-label={format!("Node {}", props.uri)}>
            <header class="node-card__head">
                <code class="node-card__uri">{ &props.uri }</code>
                if !card.exists {
                    <span class="node-card__deleted">{ "deleted" }</span>
                }
                <button type="button" class="node-card__close" title="Close (Esc)" aria-label="Close" onclick={close}>{ "✕" }</button>
            </header>
            <dl class="node-card__list">
                if state.format != "node" {
                    { line("Value", html! { <code>{ shown_value(state) }</code> }) }
                }
                { line("ACL", html! { <>
                    { text(&card.acl.1) }
                    if inherited && !card.acl.1.is_empty() {
                        <span class="node-card__from">{ format!(" from {}", card.acl.0) }</span>
                    }
                </> }) }
                { line("Format", text(&state.format)) }
                { line("Type", text(&state.media_type)) }
                { line("Title", text(&state.title)) }
                { line("TStamp", text(&if state.tstamp_s == 0 { String::new() } else { shown_time(state.tstamp_s) })) }
                { line("VerNo", text(&state.ver_no.to_string())) }
                { line("Changed", html! { <>
                    if card.changed_by.is_empty() {
                        <span class="node-card__none">{ "not in this run so far" }</span>
                    }
                    { for card.changed_by.iter().map(|id| {
                        let id = *id;
                        html! {
                            <button
                                type="button"
                                class="node-card__step"
                                title="Go to this moment"
                                onclick={orders.act.reform(move |_: MouseEvent| Action::Seek(id))}
                            >{ run.step(id).map(|step| step.title()) }</button>
                        }
                    }) }
                </> }) }
            </dl>
        </aside>
    }
}
