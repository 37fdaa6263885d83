//! The management tree at this moment, and what became of it.

use crate::components::node_card::NodeCardView;
use crate::components::segments::Segments;
use crate::hooks::{scroll_to, scroll_top, use_orders, use_scene, use_view, use_viewport};
use crate::layout::tree::{Question, Sign, Tree, TreeRow};
use crate::layout::window;
use crate::state::{Action, TreeScope, touched};
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a row, rem.
const ROW: f64 = 1.625;

/// The tree with its head.
#[component]
pub fn TreeView() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let (before, now) = view.tree_span();
    let present = view.present();
    // The tree is the same between two changes, so only changes count for drawing it anew.
    let changes = run.changing_until(now);
    let now_key = changes.last().copied();
    let before_key = before.and_then(|id| run.changing_until(id).last().copied());
    let fresh_from = changes.partition_point(|id| *id < present.id);
    let fresh: Vec<u32> = changes[fresh_from..].to_vec();
    let tree = use_memo(
        (
            run.clone(),
            before_key,
            now_key,
            fresh.clone(),
            view.branches.clone(),
        ),
        |(run, before, now, fresh, branches)| {
            let fresh: BTreeSet<String> = fresh
                .iter()
                .filter_map(|id| run.step(*id))
                .flat_map(|step| &step.changes)
                .flat_map(|change| [Some(change.uri.clone()), change.new_uri.clone()])
                .flatten()
                .collect();
            Tree::new(&Question {
                run,
                before: *before,
                now: *now,
                touched: &now.map_or_else(BTreeSet::new, |now| touched(run, now)),
                fresh: &fresh,
                branches,
            })
        },
    );
    let scopes = vec![
        (
            "This step".into(),
            "Changes of the present step of the enabler (T)".into(),
        ),
        ("Whole run".into(), "All changes since the start (T)".into()),
    ];
    html! {
        <section class="pane tree-view" aria-label="Management tree">
            <header class="pane__head">
                <h2 class="pane__title">{ "Management tree" }</h2>
                <span class="tree-view__counts">
                    { count(Sign::Added, tree.added) }
                    { count(Sign::Replaced, tree.replaced) }
                    { count(Sign::Deleted, tree.deleted) }
                </span>
                <Segments
                    label="Changes shown"
                    choices={scopes}
                    chosen={usize::from(view.tree_scope == TreeScope::Run)}
                    choose={orders.act.reform(|at| Action::SetTreeScope(if at == 0 { TreeScope::Step } else { TreeScope::Run }))}
                />
            </header>
            <Branches {tree} chosen={view.node.clone()} fresh={fresh.last().copied()} />
            if let Some(uri) = &view.node {
                <NodeCardView uri={uri.clone()} {now} />
            }
        </section>
    }
}

fn count(sign: Sign, count: usize) -> Html {
    html! {
        <span
            class={classes!("tree-view__count", (count == 0).then_some("tree-view__count--none"))}
            data-sign={sign.word()}
            title={format!("{count} {}", sign.word())}
        >{ format!("{}{count}", sign.mark()) }</span>
    }
}

#[derive(PartialEq, Properties)]
struct BranchesProps {
    tree: Rc<Tree>,
    chosen: Option<String>,
    /// The last step of the present row that changed the tree.
    fresh: Option<u32>,
}

/// The rows in sight.
#[component]
fn Branches(props: &BranchesProps) -> Html {
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let tree = props.tree.clone();
    {
        // What just changed is brought into sight.
        let (node, tree) = (node.clone(), tree.clone());
        use_effect_with((props.fresh, port.height.to_bits()), move |(fresh, _)| {
            let rows = tree.rows.iter();
            let mut places = rows
                .enumerate()
                .filter(|(_, row)| row.fresh)
                .map(|(at, _)| at);
            if let (Some(_), Some(first)) = (fresh, places.next()) {
                let last = places.next_back().unwrap_or(first);
                let (top, bottom) = (first as f64 * ROW, (last + 1) as f64 * ROW);
                let now = scroll_top(&node);
                if top < now || bottom > now + port.height {
                    let target = (bottom - port.height + ROW).min(top - ROW).max(0.0);
                    let target = if bottom - top > port.height {
                        top - ROW
                    } else {
                        target.max(bottom - port.height + ROW)
                    };
                    scroll_to(&node, target, true);
                }
            }
        });
    }
    let range = window(port.top, port.height, ROW, tree.rows.len());
    html! {
        <div class="tree-view__scroll" ref={node} {onscroll} role="tree" aria-label="Nodes" tabindex="0">
            <div class="tree-view__canvas" style={format!("height:{}rem", tree.rows.len() as f64 * ROW + 0.5)}>
                { for tree.rows[range.clone()].iter().zip(range).map(|(row, at)| html! {
                    <BranchRow
                        key={row.uri.clone()}
                        row={row.clone()}
                        {at}
                        chosen={props.chosen.as_deref() == Some(&row.uri)}
                        wash={props.fresh.filter(|_| row.fresh)}
                    />
                }) }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct BranchRowProps {
    row: TreeRow,
    at: usize,
    chosen: bool,
    wash: Option<u32>,
}

/// One node.
#[component]
fn BranchRow(props: &BranchRowProps) -> Html {
    let orders = use_orders();
    let row = &props.row;
    let select = {
        let (uri, chosen) = (row.uri.clone(), props.chosen);
        orders
            .act
            .reform(move |_: MouseEvent| Action::SelectNode((!chosen).then(|| uri.clone())))
    };
    let toggle = {
        let (uri, open) = (row.uri.clone(), row.open);
        orders.act.reform(move |event: MouseEvent| {
            event.stop_propagation();
            Action::SetBranch(uri.clone(), !open)
        })
    };
    let sign = if row.sign == Sign::Same {
        row.below
    } else {
        row.sign
    };
    let own = row.sign != Sign::Same;
    html! {
        <div
            class={classes!(
                "tree-view__row",
                own.then_some("tree-view__row--changed"),
                props.chosen.then_some("tree-view__row--chosen"),
                props.wash.map(|id| if id % 2 == 0 { "tree-view__row--wash" } else { "tree-view__row--wash-again" }),
            )}
            style={format!("top:{}rem;--level:{}", props.at as f64 * ROW, row.level)}
            role="treeitem"
            aria-level={(row.level + 1).to_string()}
            aria-selected={props.chosen.to_string()}
            aria-expanded={row.openable.then(|| row.open.to_string())}
            data-sign={sign.word()}
            data-uri={row.uri.clone()}
            onclick={select}
        >
            <span class="tree-view__sign" title={sign.word()}>
                { sign.mark() }
                if !sign.word().is_empty() {
                    <span class="tree-view__unseen">{ if own { sign.word() } else { "changes below" } }</span>
                }
            </span>
            if row.openable {
                <button
                    type="button"
                    class={if row.open { "tree-view__toggle tree-view__toggle--open" } else { "tree-view__toggle" }}
                    aria-label={format!("{} {}", if row.open { "Close" } else { "Open" }, row.name)}
                    tabindex="-1"
                    onclick={toggle}
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
