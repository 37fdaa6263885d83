//! The SyncML of a step as XML text.

use crate::hooks::{use_orders, use_scene, use_viewport};
use crate::layout::{markup, window};
use crate::state::Action;
use dmsc_core::trace::Event;
use yew::prelude::*;

/// Height of a line, rem.
const LINE: f64 = 1.25;

/// Of which step.
#[derive(PartialEq, Properties)]
pub struct XmlViewProps {
    /// Its id.
    pub id: u32,
}

/// The lines in sight.
#[component]
pub fn XmlView(props: &XmlViewProps) -> Html {
    let run = use_scene();
    let orders = use_orders();
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let lines = use_memo((run.clone(), props.id), |(run, id)| {
        run.step(*id).and_then(markup::lines)
    });
    let message = run.chain(props.id).into_iter().rev().find(|id| {
        run.step(*id)
            .is_some_and(|step| matches!(step.event, Event::MessageSent { .. }))
    });
    match &*lines {
        Some(Ok(lines)) => {
            let range = window(port.top, port.height, LINE, lines.len());
            html! {
                <div class="xml-view" key="text" ref={node} {onscroll} tabindex="0">
                    <div class="xml-view__canvas" style={format!("height:{}rem", lines.len() as f64 * LINE)}>
                        { for lines[range.clone()].iter().zip(range).map(|(line, at)| html! {
                            <div key={at} class="xml-view__line" style={format!("top:{}rem;padding-left:{}ch", at as f64 * LINE, line.indent)}>
                                { for line.pieces.iter().map(|(markup, text)| html! {
                                    <span class={if *markup { "xml-view__markup" } else { "xml-view__content" }}>{ text }</span>
                                }) }
                            </div>
                        }) }
                    </div>
                </div>
            }
        }
        Some(Err(reason)) => html! {
            <div class="xml-view xml-view--empty" key="none" ref={node}>
                <p>{ format!("These bytes are no SyncML that can be read: {reason}.") }</p>
            </div>
        },
        None => html! {
            <div class="xml-view xml-view--empty" key="none" ref={node}>
                <p>{ "This step holds no SyncML message of its own." }</p>
                if let Some(id) = message {
                    <button
                        type="button"
                        class="xml-view__go"
                        onclick={orders.act.reform(move |_: MouseEvent| Action::Inspect(id))}
                    >{ "Show the message it carries" }</button>
                }
            </div>
        },
    }
}
