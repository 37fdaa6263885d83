//! The named parts of a step's bytes, as rows that open and close.

use crate::hooks::{scroll_to, scroll_top, use_orders, use_viewport};
use crate::layout::fields::{self, FieldRow};
use crate::layout::window;
use crate::route::field_path;
use crate::state::Action;
use dmsc_core::codec::Field;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a row, rem.
const ROW: f64 = 1.5;

/// Fields of which step, and what is chosen.
#[derive(Properties)]
pub struct FieldListProps {
    /// The fields.
    pub fields: Rc<Vec<Field>>,
    /// Place of the chosen one.
    pub chosen: Vec<usize>,
    /// Bytes to point at while a field is pointed at.
    pub point: Callback<Option<Range<usize>>>,
}

impl PartialEq for FieldListProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.fields, &other.fields)
            && self.chosen == other.chosen
            && self.point == other.point
    }
}

/// The rows in sight.
#[component]
pub fn FieldList(props: &FieldListProps) -> Html {
    let orders = use_orders();
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let closed = use_state(BTreeSet::<Vec<usize>>::new);
    {
        let closed = closed.clone();
        use_effect_with(Rc::as_ptr(&props.fields), move |_| {
            if !closed.is_empty() {
                closed.set(BTreeSet::new());
            }
        });
    }
    let rows = use_memo(
        (Rc::as_ptr(&props.fields), (*closed).clone()),
        |(_, closed)| fields::rows(&props.fields, closed),
    );
    {
        let (node, rows) = (node.clone(), rows.clone());
        use_effect_with(props.chosen.clone(), move |chosen| {
            if let Some(at) = rows.iter().position(|row| row.path == *chosen) {
                let (top, now) = (at as f64 * ROW, scroll_top(&node));
                if top < now || top + ROW > now + port.height {
                    scroll_to(&node, top - port.height / 3.0, true);
                }
            }
        });
    }
    let range = window(port.top, port.height, ROW, rows.len());
    let leave = props.point.reform(|_: MouseEvent| None);
    html! {
        <div class="field-list" ref={node} {onscroll} role="tree" aria-label="Fields" tabindex="0" onmouseleave={leave}>
            <div class="field-list__canvas" style={format!("height:{}rem", rows.len() as f64 * ROW)}>
                { for rows[range.clone()].iter().zip(range).filter_map(|(row, at)| {
                    let field = fields::at(&props.fields, &row.path)?;
                    Some(one(field, row, at, props, &orders.act, &closed))
                }) }
            </div>
        </div>
    }
}

fn one(
    field: &Field,
    row: &FieldRow,
    at: usize,
    props: &FieldListProps,
    act: &Callback<Action>,
    closed: &UseStateHandle<BTreeSet<Vec<usize>>>,
) -> Html {
    let chosen = row.path == props.chosen;
    let select = {
        let path = row.path.clone();
        act.reform(move |_: MouseEvent| {
            Action::SelectField(if chosen { Vec::new() } else { path.clone() })
        })
    };
    let toggle = {
        let (closed, path) = (closed.clone(), row.path.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let mut next = (*closed).clone();
            if !next.remove(&path) {
                next.insert(path.clone());
            }
            closed.set(next);
        })
    };
    let range = field.range.clone();
    let enter = props.point.reform(move |_: MouseEvent| Some(range.clone()));
    html! {
        <div
            key={field_path(&row.path)}
            class={classes!("field-list__row", chosen.then_some("field-list__row--chosen"))}
            style={format!("top:{}rem;--level:{}", at as f64 * ROW, row.path.len() - 1)}
            role="treeitem"
            aria-level={row.path.len().to_string()}
            aria-selected={chosen.to_string()}
            aria-expanded={row.openable.then(|| row.open.to_string())}
            data-field={field_path(&row.path)}
            onclick={select}
            onmouseenter={enter}
        >
            if row.openable {
                <button
                    type="button"
                    class={if row.open { "field-list__toggle field-list__toggle--open" } else { "field-list__toggle" }}
                    aria-label={format!("{} {}", if row.open { "Close" } else { "Open" }, field.name)}
                    tabindex="-1"
                    onclick={toggle}
                >{ "▸" }</button>
            } else {
                <span class="field-list__toggle" />
            }
            <span class="field-list__name">{ field.name.to_string() }</span>
            <span class="field-list__value">{ &field.value }</span>
            if !field.note.is_empty() {
                <span class="field-list__noted" title="Has a remark" aria-hidden="true">{ "•" }</span>
            }
            <span class="field-list__clause">{ field.clause.to_string() }</span>
        </div>
    }
}
