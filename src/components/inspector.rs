//! The inspector: one step, its layers, its fields and bytes linked both ways.

use crate::components::breadcrumb::breadcrumb;
use crate::components::bytes_view::{Marked, bytes_view};
use crate::components::facts::facts;
use crate::components::field_list::{FieldRows, field_list};
use crate::components::segments::segments;
use crate::components::xml_view::{XmlRows, xml_view};
use crate::hooks::{use_view, use_viewport};
use crate::layout::fields;
use crate::orders;
use crate::route::read_field_path;
use crate::state::{Action, Tab};
use dmsc_core::codec::Field;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// From this width on fields and bytes stand side by side, rem.
const BESIDE: f64 = 44.0;

/// Width that 16 bytes on a line need, rem.
const SIXTEEN: f64 = 35.0;

/// The inspector.
#[component]
pub(super) fn Inspector() -> Html {
    let view = use_view();
    let node = use_node_ref();
    let (port, _) = use_viewport(&node);
    let id = view.shown();
    let run = &view.run;
    let parts = use_memo((run.clone(), id), |(run, id)| {
        run.step(*id).map(|step| step.fields()).unwrap_or_default()
    });
    let pointed = use_state_eq(Vec::<usize>::new);

    let place = if pointed.is_empty() {
        &view.field
    } else {
        &*pointed
    };
    let chosen = fields::at(&parts, place).map_or(0..0, |field| field.range.clone());
    let around = place
        .split_last()
        .and_then(|(_, outer)| fields::at(&parts, outer))
        .map_or(0..0, |field| field.range.clone());
    let width = port.view().width;
    let beside = width >= BESIDE && view.tab == Tab::Fields;
    let marked = Marked {
        run: run.clone(),
        id,
        per_line: if width >= SIXTEEN && !beside { 16 } else { 8 },
        around,
        chosen,
    };
    let field_rows = use_memo(
        (run.clone(), id, view.folded.clone(), view.field.clone()),
        |(_, _, folded, chosen)| FieldRows::new(&parts, folded, chosen),
    );
    let byte_rows = use_memo(marked.clone(), Marked::rows);
    let xml_rows = use_memo(
        (view.tab == Tab::Xml).then(|| (run.clone(), id)),
        |wanted| wanted.as_ref().map(|(run, id)| XmlRows::new(run, *id)),
    );

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
    let tab = |word, tab| (word, "Next tab (I)", Action::SetTab(tab), view.tab == tab);
    let has_bytes = run.step(id).is_some_and(|step| !step.bytes.is_empty());
    let bytes = || bytes_view(&marked, (*byte_rows).clone());
    html! {
        <section class="pane inspector" ref={node} aria-label="Inspector">
            <header class="pane__head">
                <h2 class="pane__title">{ "Inspector" }</h2>
                if view.selected.is_some() {
                    <button
                        type="button"
                        class="inspector__present"
                        data-order={orders::text(&Action::Inspect(view.cursor))}
                    >{ "Back to the present" }</button>
                }
                { segments("Show as", [
                    tab("Fields", Tab::Fields),
                    tab("XML", Tab::Xml),
                    tab("Bytes", Tab::Bytes),
                ]) }
            </header>
            { breadcrumb(run, id) }
            { facts(run, id, !has_bytes) }
            if has_bytes {
                { match view.tab {
                    Tab::Fields => html! {
                        <div class={if beside { "inspector__both inspector__both--beside" } else { "inspector__both" }}>
                            <div class="inspector__named" onmouseover={point} onmouseleave={leave}>
                                { field_list(&field_rows, id) }
                                { note(fields::at(&parts, &view.field)) }
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
                { "Choose a field to find its bytes, or a byte to find its field." }
            </p>
        },
    }
}
