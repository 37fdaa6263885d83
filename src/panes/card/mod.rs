//! The card at this moment, and what became of it.

pub mod layout;

use crate::components::listing::{Listing, Rows};
use crate::components::side_head::side_head;
use crate::components::tree_view::{
    self, Toggle, old_value, shown_sign, sign_cell, span, toggle_cell,
};
use crate::components::{lengths, order, truth};
use crate::hooks::{use_view, use_viewport};
use crate::panes::tree::layout::Sign;
use crate::panes::{Pane, PaneId, Stand};
use crate::state::{SideAction, State};
use crate::words::say;
use layout::{Card, CardRow, Question, RowKind};
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "card";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "C",
    stands: Stand::Side,
    view: |_, _| html! { <CardView /> },
};

/// Height of a row, rem.
const ROW: f64 = 1.625;

/// Rows of an opened file that come into sight with it.
const SEEN: usize = 7;

/// Width from which 16 octets stand on a line, rem.
const WIDE: f64 = 34.0;

/// The card with its head.
#[component]
fn CardView() -> Html {
    let view = use_view();
    let card = &view.run().trace().card;
    let (before, now) = view.tree_span();
    // Between two moments of the card nothing is to be drawn anew.
    let moments = [
        card.index(before),
        card.index(view.present().id.checked_sub(1)),
        card.index(Some(now)),
    ];
    let node = use_node_ref();
    let (port, _) = use_viewport(&node);
    let line = if port.view().width >= WIDE { 16 } else { 8 };
    let laid = use_memo(
        (
            view.run().clone(),
            (moments, line),
            view.side.branches.clone(),
            view.side.file.clone(),
            view.file_parts().cloned(),
        ),
        |_| Laid::new(&view, moments, line),
    );
    // A file comes into sight when it is chosen, and when it was written, but once.
    let chosen = use_memo(view.side.file.clone(), |_| laid.chosen.clone());
    let reveal = laid.written.clone().map(|rows| (rows, moments[2] as u32));
    let reveal = reveal.or_else(|| (*chosen).clone().map(|rows| (rows, u32::MAX)));
    html! {
        <section class="pane tree-view card-view" ref={node} aria-label={say("pane.card")} tabindex="-1">
            { side_head(&view, ID, laid.counts) }
            if card.is_empty() {
                <p class="card-view__none">{ say("card.unknown") }</p>
            } else {
                <Listing
                    class="tree-view__list"
                    role="tree"
                    label={say("card.label")}
                    row={ROW}
                    count={laid.count}
                    rows={laid.rows.clone()}
                    of={0}
                    {reveal}
                />
            }
        </section>
    }
}

/// The card laid out and ready to be drawn.
struct Laid {
    rows: Rows,
    count: usize,
    /// Added, replaced, deleted.
    counts: [usize; 3],
    /// The rows of files that the present wrote.
    written: Option<Range<usize>>,
    /// The rows of the chosen file.
    chosen: Option<Range<usize>>,
}

impl Laid {
    fn new(view: &State, moments: [usize; 3], line: usize) -> Self {
        let run = view.run();
        let card = &run.trace().card;
        let parts = view.file_parts().map(|parts| &**parts);
        let [before, last, now] = moments.map(|index| card.at(index));
        let card = Card::new(&Question {
            before,
            last,
            now,
            branches: &view.side.branches,
            chosen: view.side.file.as_deref(),
            line,
            run,
            parts,
        });
        let count = card.rows.len();
        let written = |row: &CardRow| row.fresh && row.kind == RowKind::File;
        let written = span(&card.rows, written);
        let chosen = card.rows.iter().position(|row| row.chosen);
        let rows = card.rows;
        Laid {
            count,
            counts: [card.added, card.replaced, card.deleted],
            written,
            chosen: chosen.map(|at| at..(at + SEEN).min(count)),
            rows: Rows(Rc::new(move |at| one(&rows[at], at, moments[2]))),
        }
    }
}

/// One row at a moment of the card.
fn one(row: &CardRow, at: usize, moment: usize) -> Html {
    let own = row.sign != Sign::Same;
    let wash = row.fresh.then(|| tree_view::wash(moment));
    let kind = match row.kind {
        RowKind::Section => "card-view__row--section",
        RowKind::Fact => "card-view__row--fact",
        RowKind::File => "card-view__row--file",
        RowKind::Group => "card-view__row--group",
        RowKind::Detail => "card-view__row--detail",
        RowKind::Octets => "card-view__row--octets",
    };
    let choose = SideAction::SelectFile((!row.chosen).then(|| row.key.clone()));
    // Size or record count stands in the last place; a directory has none.
    let directory = row.kind == RowKind::File && row.aside.is_empty();
    let wanted = match row.kind {
        RowKind::Section => Some(SideAction::SetBranch(row.key.clone(), !row.open)),
        RowKind::File if directory => Some(SideAction::SetBranch(row.key.clone(), !row.open)),
        RowKind::File => Some(choose.clone()),
        _ => None,
    };
    let wanted = wanted.filter(|_| row.openable).map(order);
    let expanded = row.openable.then_some(truth(row.open));
    html! {
        <div
            key={row.key.clone()}
            class={classes!(
                "tree-view__row",
                kind,
                own.then_some("tree-view__row--changed"),
                (own && !row.fresh).then_some("card-view__row--settled"),
                row.aside.is_empty().then_some("card-view__row--no-aside"),
                row.chosen.then_some("tree-view__row--chosen"),
                row.selected.then_some("card-view__row--selected"),
                wash,
            )}
            style={lengths(("top", at as f64 * ROW), Some(("--indent", row.level as f64)), "rem")}
            role="treeitem"
            aria-level={(row.level + 1).to_string()}
            aria-selected={truth(row.chosen)}
            aria-expanded={expanded}
            data-sign={shown_sign(row.sign, row.below).word()}
            data-key={row.key.clone()}
            data-order={wanted.clone()}
        >
            { sign_cell(row.sign, row.below) }
            { toggle_cell(row.openable.then(|| Toggle {
                open: row.open,
                label: row.name.clone(),
                tabindex: None,
                order: wanted,
            })) }
            <span class="tree-view__name">
                { &row.name }
                if !row.note.is_empty() && row.kind != RowKind::Octets {
                    <span class="card-view__note">{ &row.note }</span>
                }
                if row.selected {
                    <span class="card-view__selected">{ say("card.selected") }</span>
                }
            </span>
            <span class="tree-view__value">
                { old_value(row.old.as_ref()) }
                <span class="tree-view__new" title={row.value.clone()}>{ &row.value }</span>
                if row.kind == RowKind::Octets {
                    <span class="card-view__text">{ &row.note }</span>
                }
            </span>
            <span class="tree-view__format">
                if directory {
                    <button
                        type="button"
                        class="card-view__fcp"
                        title={say("card.fcp-title")}
                        aria-pressed={truth(row.chosen)}
                        data-order={order(choose)}
                    >{ "FCP" }</button>
                }
                { &row.aside }
            </span>
        </div>
    }
}
