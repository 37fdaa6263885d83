//! The inspector: one step, its layers, its fields and bytes linked both ways.

use crate::components::breadcrumb::Breadcrumb;
use crate::components::bytes_view::BytesView;
use crate::components::facts::Facts;
use crate::components::field_list::FieldList;
use crate::components::segments::Segments;
use crate::components::xml_view::XmlView;
use crate::hooks::{use_orders, use_scene, use_view};
use crate::layout::fields;
use crate::state::{Action, Tab};
use dmsc_core::codec::Field;
use std::ops::Range;
use yew::prelude::*;

/// The inspector.
#[component]
pub fn Inspector() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let id = view.shown();
    let pointed = use_state_eq(|| None::<Range<usize>>);
    let parts = use_memo((run.clone(), id), |(run, id)| {
        run.step(*id).map(|step| step.fields()).unwrap_or_default()
    });
    let point = {
        let pointed = pointed.clone();
        use_callback((), move |range, ()| pointed.set(range))
    };
    let pick = {
        let act = orders.act.clone();
        use_callback(parts.clone(), move |byte: usize, parts| {
            act.emit(Action::SelectField(fields::deepest(parts, byte)));
        })
    };
    let field = fields::at(&parts, &view.field);
    let around = view
        .field
        .split_last()
        .and_then(|(_, outer)| fields::at(&parts, outer))
        .map_or(0..0, |field| field.range.clone());
    let chosen = (*pointed)
        .clone()
        .or_else(|| field.map(|field| field.range.clone()))
        .unwrap_or(0..0);
    let has_bytes = run.step(id).is_some_and(|step| !step.bytes.is_empty());
    let bytes = html! {
        <BytesView run={run.clone()} {id} {around} {chosen} {pick} />
    };
    let tabs = Tab::ALL
        .iter()
        .map(|tab| {
            let word = match tab {
                Tab::Fields => "Fields",
                Tab::Xml => "XML",
                Tab::Bytes => "Bytes",
            };
            (word.into(), "Next tab (I)".into())
        })
        .collect::<Vec<(AttrValue, AttrValue)>>();
    html! {
        <section class="pane inspector" aria-label="Inspector">
            <header class="pane__head">
                <h2 class="pane__title">{ "Inspector" }</h2>
                if view.selected.is_some() {
                    <button
                        type="button"
                        class="inspector__present"
                        onclick={{ let cursor = view.cursor; orders.act.reform(move |_: MouseEvent| Action::Inspect(cursor)) }}
                    >{ "Back to the present" }</button>
                }
                <Segments
                    label="Show as"
                    choices={tabs}
                    chosen={Tab::ALL.iter().position(|tab| *tab == view.tab).unwrap_or(0)}
                    choose={orders.act.reform(|at: usize| Action::SetTab(Tab::ALL[at.min(2)]))}
                />
            </header>
            <Breadcrumb {id} />
            <Facts {id} full={!has_bytes} />
            if has_bytes {
                { match view.tab {
                    Tab::Fields => html! {
                        <div class="inspector__both">
                            <div class="inspector__named">
                                <FieldList fields={parts.clone()} chosen={view.field.clone()} {point} />
                                { note(field) }
                            </div>
                            { bytes }
                        </div>
                    },
                    Tab::Xml => html! { <XmlView {id} /> },
                    Tab::Bytes => html! { <div class="inspector__alone">{ bytes }</div> },
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
                <strong>{ field.name.to_string() }</strong>
                if !field.value.is_empty() {
                    <span class="inspector__value">{ &field.value }</span>
                }
                if !field.note.is_empty() {
                    <span>{ field.note.to_string() }</span>
                }
                if !field.clause.is_empty() {
                    <cite class="inspector__clause">{ field.clause.to_string() }</cite>
                }
            </p>
        },
        None => html! {
            <p class="inspector__note inspector__note--hint">
                { "Choose a field to find its bytes, or a byte to find its field." }
            </p>
        },
    }
}
