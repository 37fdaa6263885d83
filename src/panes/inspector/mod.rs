//! The inspector: one step, its layers, its fields and bytes linked both ways.

mod breadcrumb;
mod bytes_view;
mod facts;
mod field_list;
pub mod markup;
mod xml_view;

use crate::address::read_field_path;
use crate::components::order;
use crate::components::segments::segments;
use crate::hooks::{use_view, use_viewport};
use crate::layout::fields;
use crate::panes::{Pane, PaneId, Stand};
use crate::state::{InspectAction, Tab};
use crate::words::{say, say_of};
use breadcrumb::breadcrumb;
use bytes_view::{Marked, bytes_view};
use dmsc_core::codec::Field;
use facts::facts;
use field_list::{FieldRows, field_list};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use xml_view::{XmlRows, xml_view};
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "inspector";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "",
    stands: Stand::Why,
    view: |_, _| html! { <Inspector /> },
};

/// From this width on fields and bytes stand side by side, rem.
const BESIDE: f64 = 44.0;

/// Width that 16 bytes on a line need, rem.
const SIXTEEN: f64 = 35.0;

/// The inspector.
#[component]
fn Inspector() -> Html {
    let view = use_view();
    let node = use_node_ref();
    let (port, _) = use_viewport(&node);
    let id = view.shown();
    let run = view.run();
    // The engine tells the parts ahead; where it has not yet, the rows come in their place.
    let parts: Rc<Vec<Field>> = view.fields().cloned().unwrap_or_default();
    let pointed = use_state_eq(Vec::<usize>::new);

    let place = if pointed.is_empty() {
        &view.inspect.field
    } else {
        &*pointed
    };
    let chosen = fields::at(&parts, place).map_or(0..0, |field| field.range.clone());
    let around = place
        .split_last()
        .and_then(|(_, outer)| fields::at(&parts, outer))
        .map_or(0..0, |field| field.range.clone());
    let width = port.view().width;
    let beside = width >= BESIDE && view.inspect.tab == Tab::Fields;
    let marked = Marked {
        run: run.clone(),
        id,
        per_line: if width >= SIXTEEN && !beside { 16 } else { 8 },
        around,
        chosen,
    };
    let field_rows = use_memo(
        (
            parts.clone(),
            view.inspect.folded.clone(),
            view.inspect.field.clone(),
        ),
        |(parts, folded, chosen)| FieldRows::new(parts, folded, chosen),
    );
    let byte_rows = use_memo(marked.clone(), Marked::rows);
    let xml = view.inspect.xml.get(&id).cloned();
    let xml_rows = use_memo(xml.filter(|_| view.inspect.tab == Tab::Xml), |text| {
        text.as_ref().map(|text| XmlRows::new(text))
    });

    let point = {
        let pointed = pointed.clone();
        Callback::from(move |event: MouseEvent| {
            let row = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .and_then(|target| target.closest("[data-field]").ok().flatten())
                .and_then(|row| row.get_attribute("data-field"));
            pointed.set(
                row.and_then(|path| read_field_path(&path))
                    .unwrap_or_default(),
            );
        })
    };
    let leave = Callback::from(move |_: MouseEvent| pointed.set(Vec::new()));
    let tabs = Tab::ALL.map(|tab| {
        let set = InspectAction::SetTab(tab).into();
        (
            say_of("tab", tab.id()),
            say("inspector.next"),
            set,
            view.inspect.tab == tab,
        )
    });
    let has_bytes = run.step(id).is_some_and(|step| !step.bytes.is_empty());
    let bytes = || bytes_view(&marked, (*byte_rows).clone());
    html! {
        <section class="pane inspector" ref={node} aria-label={say("pane.inspector")} tabindex="-1">
            <header class="pane__head">
                <h2 class="pane__title">{ say("pane.inspector") }</h2>
                if view.inspect.selected.is_some() {
                    <button
                        type="button"
                        class="inspector__present"
                        data-order={order(InspectAction::Look(view.time.cursor))}
                    >{ say("inspector.back") }</button>
                }
                { segments(say("inspector.as"), tabs) }
            </header>
            { breadcrumb(run, id) }
            { facts(run, id, !has_bytes) }
            if has_bytes {
                { match view.inspect.tab {
                    Tab::Fields => html! {
                        <div class={if beside { "inspector__both inspector__both--beside" } else { "inspector__both" }}>
                            <div class="inspector__named" onmouseover={point} onmouseleave={leave}>
                                { field_list(&field_rows, id) }
                                { note(fields::at(&parts, &view.inspect.field)) }
                            </div>
                            { bytes() }
                        </div>
                    },
                    Tab::Xml => match &*xml_rows {
                        Some(rows) => xml_view(rows, run, id),
                        None => Html::default(),
                    },
                    Tab::Bytes => html! { <div class="inspector__alone">{ bytes() }</div> },
                } }
            }
        </section>
    }
}

/// The chosen field in a sentence.
fn note(field: Option<&Field>) -> Html {
    match field {
        Some(field) => html! {
            <p class="inspector__note">
                <strong>{ &*field.name }</strong>
                <span class="inspector__value">{ &field.value }</span>
                <span>{ &*field.note }</span>
                <cite class="inspector__clause">{ &*field.clause }</cite>
            </p>
        },
        None => html! {
            <p class="inspector__note inspector__note--hint">
                { say("inspector.hint") }
            </p>
        },
    }
}
