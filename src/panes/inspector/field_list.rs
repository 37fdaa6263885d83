//! The named parts of a step's bytes, as rows that open and close.

use crate::address::field_path;
use crate::components::listing::{Listing, Rows};
use crate::components::{lengths, order, truth};
use crate::layout::fields::{self, FieldRow};
use crate::state::{InspectAction, Ordered};
use crate::words::say;
use dmsc_core::codec::Field;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a row, rem.
const ROW: f64 = 1.5;

/// The rows of the fields, with the chosen one.
pub(super) struct FieldRows {
    rows: Rows,
    count: usize,
    chosen: Option<usize>,
}

impl FieldRows {
    /// Prepares the rows.
    pub(super) fn new(
        parts: &Rc<Vec<Field>>,
        folded: &Ordered<Vec<usize>>,
        chosen: &[usize],
    ) -> Self {
        let rows = fields::rows(parts, folded);
        let at = rows.iter().position(|row| row.path == chosen);
        let (parts, count) = (parts.clone(), rows.len());
        FieldRows {
            rows: Rows(Rc::new(move |index| {
                let row = &rows[index];
                match fields::at(&parts, &row.path) {
                    Some(field) => one(field, row, index, at == Some(index)),
                    None => Html::default(),
                }
            })),
            count,
            chosen: at,
        }
    }
}

/// Draws the rows of the step `of`.
pub(super) fn field_list(rows: &FieldRows, of: u32) -> Html {
    let reveal = rows.chosen.map(|at| (at..at + 1, 0));
    html! {
        <Listing
            class="field-list"
            role="tree"
            label={say("tab.fields")}
            row={ROW}
            count={rows.count}
            rows={rows.rows.clone()}
            {of}
            {reveal}
        />
    }
}

fn one(field: &Field, row: &FieldRow, at: usize, chosen: bool) -> Html {
    let path = field_path(&row.path);
    let select = InspectAction::SelectField(if chosen { Vec::new() } else { row.path.clone() });
    html! {
        <div
            key={path.clone()}
            class={if chosen { "field-list__row field-list__row--chosen" } else { "field-list__row" }}
            style={lengths(("top", at as f64 * ROW), Some(("--indent", row.path.len() as f64 * 0.75)), "rem")}
            role="treeitem"
            aria-selected={truth(chosen)}
            data-field={path}
            data-order={order(select)}
        >
            if row.openable {
                <button
                    type="button"
                    class={if row.open { "field-list__toggle field-list__toggle--open" } else { "field-list__toggle" }}
                    aria-label={say("fields.parts")}
                    aria-expanded={truth(row.open)}
                    tabindex="-1"
                    data-order={order(InspectAction::ToggleField(row.path.clone()))}
                >{ "▸" }</button>
            } else {
                <span class="field-list__toggle" />
            }
            <span class="field-list__name">{ &*field.name }</span>
            <span class="field-list__value">{ &field.value }</span>
            if !field.note.is_empty() {
                <span class="field-list__noted" title={say("fields.remark")} aria-hidden="true">{ "•" }</span>
            }
            <span class="field-list__clause">{ &*field.clause }</span>
        </div>
    }
}
