//! The management tree at this moment, and what became of it.

pub mod layout;
mod node_card;

use crate::components::listing::{Listing, Rows};
use crate::components::side_head::side_head;
use crate::components::tree_view::{
    self, Toggle, old_value, shown_sign, sign_cell, span, toggle_cell,
};
use crate::components::{lengths, order, truth};
use crate::hooks::use_view;
use crate::panes::{Pane, PaneId, Stand};
use crate::state::{Ordered, SideAction, State, touched};
use crate::words::say;
use layout::{Question, Sign, Tree, TreeRow};
use node_card::node_card;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "tree";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "",
    stands: Stand::Side,
    view: |_, _| html! { <TreeView /> },
};

/// Height of a row, rem.
const ROW: f64 = 1.625;

/// The tree with its head.
#[component]
fn TreeView() -> Html {
    let view = use_view();
    let run = view.run();
    let (before, now) = view.tree_span();
    // The tree is the same between two changes, so only changes count for drawing it anew.
    let last_change = |id: u32| run.changing_until(id).last().copied();
    let present = view.present();
    let fresh = last_change(now).filter(|id| *id >= present.id);
    let laid = use_memo(
        (
            run.clone(),
            before.and_then(last_change),
            last_change(now),
            fresh.map(|_| present.id),
            view.side.branches.clone(),
            view.side.node.clone(),
        ),
        |(_, before, now, fresh, _, _)| Laid::new(&view, *before, *now, *fresh),
    );
    // What just changed comes into sight, else what was just chosen.
    let reveal = laid.fresh.clone().zip(fresh);
    let reveal = reveal.or_else(|| laid.chosen.map(|at| (at..at + 1, u32::MAX)));
    html! {
        <section class="pane tree-view" aria-label={say("pane-title.tree")} tabindex="-1">
            { side_head(&view, ID, laid.counts) }
            <Listing
                class="tree-view__list"
                role="tree"
                label={say("tree.nodes")}
                row={ROW}
                count={laid.count}
                rows={laid.rows.clone()}
                of={0}
                {reveal}
            />
            if let Some(uri) = &view.side.node {
                { node_card(run, uri, now) }
            }
        </section>
    }
}

/// The tree laid out and ready to be drawn.
struct Laid {
    rows: Rows,
    count: usize,
    /// Added, replaced, deleted.
    counts: [usize; 3],
    /// The rows that the present changed.
    fresh: Option<Range<usize>>,
    /// The row of the chosen node.
    chosen: Option<usize>,
}

impl Laid {
    fn new(view: &State, before: Option<u32>, now: Option<u32>, present: Option<u32>) -> Self {
        let run = view.run();
        let mut fresh = Ordered::new();
        for id in now.into_iter().flat_map(|now| run.changing_until(now)) {
            let Some(step) = run
                .step(*id)
                .filter(|_| present.is_some_and(|from| *id >= from))
            else {
                continue;
            };
            for change in &step.changes {
                fresh.insert(change.uri.clone(), ());
                if let Some(uri) = &change.new_uri {
                    fresh.insert(uri.clone(), ());
                }
            }
        }
        let tree = Tree::new(&Question {
            run,
            before,
            now,
            touched: &now.map_or_else(Ordered::new, |now| touched(run, now)),
            fresh: &fresh,
            branches: &view.side.branches,
        });
        let fresh = span(&tree.rows, |row| row.fresh);
        let (count, counts) = (tree.rows.len(), [tree.added, tree.replaced, tree.deleted]);
        let chosen = view.side.node.clone();
        let at = chosen
            .as_ref()
            .and_then(|uri| tree.rows.iter().position(|row| row.uri == *uri));
        Laid {
            rows: Rows(Rc::new(move |at| {
                let row = &tree.rows[at];
                one(row, at, chosen.as_deref() == Some(&row.uri), present)
            })),
            count,
            counts,
            fresh,
            chosen: at,
        }
    }
}

/// One node at the present step, if that changed something.
fn one(row: &TreeRow, at: usize, chosen: bool, present: Option<u32>) -> Html {
    let own = row.sign != Sign::Same;
    let wash = present.filter(|_| row.fresh);
    let wash = wash.map(|id| tree_view::wash(id as usize));
    let select = SideAction::SelectNode((!chosen).then(|| row.uri.clone()));
    html! {
        <div
            key={row.uri.clone()}
            class={classes!(
                "tree-view__row",
                own.then_some("tree-view__row--changed"),
                chosen.then_some("tree-view__row--chosen"),
                wash,
            )}
            style={lengths(("top", at as f64 * ROW), Some(("--indent", row.level as f64)), "rem")}
            role="treeitem"
            aria-selected={truth(chosen)}
            data-sign={shown_sign(row.sign, row.below).word()}
            data-uri={row.uri.clone()}
            data-order={order(select)}
        >
            { sign_cell(row.sign, row.below) }
            { toggle_cell(row.openable.then(|| Toggle {
                open: row.open,
                label: say("tree.children").to_owned(),
                tabindex: Some("-1"),
                order: Some(order(SideAction::SetBranch(row.uri.clone(), !row.open))),
            })) }
            <span class="tree-view__name">{ &row.name }</span>
            <span class="tree-view__value">
                { old_value(row.old.as_ref()) }
                <span class="tree-view__new">{ &row.value }</span>
            </span>
            <span class="tree-view__format">{ &row.format }</span>
        </div>
    }
}
