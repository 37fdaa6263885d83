//! The SyncML of a step as XML text.

use super::markup::{self, Line};
use crate::components::listing::{Listing, Rows};
use crate::components::{lengths, order};
use crate::playback::RunHandle;
use crate::state::InspectAction;
use crate::state::inspect::XmlText;
use crate::words::{fill, say};
use dmsc_core::trace::Event;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a line, rem.
const LINE: f64 = 1.25;

/// The lines of a step, or why there are none.
pub(super) struct XmlRows(Option<Result<(Rows, usize), String>>);

impl XmlRows {
    /// Prepares the lines of a text.
    pub(super) fn new(text: &XmlText) -> Self {
        XmlRows(text.as_ref().map(|text| {
            text.as_ref().map_err(String::clone).map(|text| {
                let lines = markup::lines(text);
                let count = lines.len();
                (Rows(Rc::new(move |at| one(&lines[at], at))), count)
            })
        }))
    }
}

fn one(line: &Line, at: usize) -> Html {
    html! {
        <div
            key={at}
            class="xml-view__line"
            style={format!("{};padding-left:{}ch", lengths(("top", at as f64 * LINE), None, "rem"), line.indent)}
        >
            { for line.pieces.iter().map(|(markup, text)| html! {
                <span class={if *markup { "xml-view__markup" } else { "xml-view__content" }}>{ text }</span>
            }) }
        </div>
    }
}

/// Draws the lines.
pub(super) fn xml_view(rows: &XmlRows, run: &RunHandle, id: u32) -> Html {
    let reason = match &rows.0 {
        Some(Ok((rows, count))) => {
            return html! {
                <Listing
                    class="xml-view"
                    role="group"
                    label={say("tab.xml")}
                    row={LINE}
                    count={*count}
                    rows={rows.clone()}
                    of={id}
                />
            };
        }
        Some(Err(reason)) => fill("xml.unreadable", &[("reason", reason.clone())]),
        None => say("xml.none").to_owned(),
    };
    let message = run.chain(id).into_iter().rev().find(|outer| {
        *outer != id
            && run
                .step(*outer)
                .is_some_and(|step| matches!(step.event, Event::MessageSent { .. }))
    });
    html! {
        <div class="xml-view xml-view--empty">
            <p>{ reason }</p>
            if let Some(outer) = message {
                <button type="button" class="xml-view__go" data-order={order(InspectAction::Look(outer))}>
                    { say("xml.go") }
                </button>
            }
        </div>
    }
}
