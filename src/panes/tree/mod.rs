//! The management tree at this moment, and what became of it.

pub mod layout;
mod node_card;

use crate::components::listing::{Listing, Rows};
use crate::components::side_head::side_head;
use crate::components::{lengths, order, truth};
use crate::hooks::use_view;
use crate::panes::{Pane, PaneId, Stand};
use crate::state::{Ordered, SideAction, State, touched};
use crate::words::{say, say_of};
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
        let first = tree.rows.iter().position(|row| row.fresh);
        let last = tree.rows.iter().rposition(|row| row.fresh);
        let (count, counts) = (tree.rows.len(), [tree.added, tree.replaced, tree.deleted]);
        let (chosen, wash) = (view.side.node.clone(), present);
        let at = chosen
            .as_ref()
            .and_then(|uri| tree.rows.iter().position(|row| row.uri == *uri));
        Laid {
            rows: Rows(Rc::new(move |at| {
                let row = &tree.rows[at];
                one(row, at, chosen.as_deref() == Some(&row.uri), wash)
            })),
            count,
            counts,
            fresh: first.zip(last).map(|(first, last)| first..last + 1),
            chosen: at,
        }
    }
}

/// One node. `wash` is the present step: a row it changed shows its colour and settles; two
/// names for the same motion let it run again at the next step.
fn one(row: &TreeRow, at: usize, chosen: bool, wash: Option<u32>) -> Html {
    let own = row.sign != Sign::Same;
    let sign = if own { row.sign } else { row.below };
    let wash = wash.filter(|_| row.fresh).map(|id| match id % 2 {
        0 => "tree-view__row--wash",
        _ => "tree-view__row--wash-again",
    });
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
            data-sign={sign.word()}
            data-uri={row.uri.clone()}
            data-order={order(select)}
        >
            <span class="tree-view__sign" title={say_of("sign", sign.word())}>
                { sign.mark() }
                if !sign.word().is_empty() {
                    <span class="tree-view__unseen">{ if own { say_of("sign", sign.word()) } else { say("tree.below") } }</span>
                }
            </span>
            if row.openable {
                <button
                    type="button"
                    class={if row.open { "tree-view__toggle tree-view__toggle--open" } else { "tree-view__toggle" }}
                    aria-label={say("tree.children")}
                    aria-expanded={truth(row.open)}
                    tabindex="-1"
                    data-order={order(SideAction::SetBranch(row.uri.clone(), !row.open))}
                >{ "▸" }</button>
            } else {
                <span class="tree-view__toggle" />
            }
            <span class="tree-view__name">{ &row.name }</span>
            <span class="tree-view__value">
                if let Some(old) = &row.old {
                    <s class="tree-view__old">{ old }</s>
                    <span class="tree-view__to">{ "→" }</span>
                }
                <span class="tree-view__new">{ &row.value }</span>
            </span>
            <span class="tree-view__format">{ &row.format }</span>
        </div>
    }
}
