//! The ladder: lanes, brackets of the enabler's steps, and the rows that are in sight.

use crate::components::ladder_row::{LadderRowView, Phase};
use crate::components::segments::Segments;
use crate::hooks::{scroll_to, scroll_top, use_orders, use_scene, use_view, use_viewport};
use crate::layout::ladder::Ladder;
use crate::state::Action;
use dmsc_core::trace::Layer;
use std::rc::Rc;
use yew::prelude::*;

/// Height of the heads of the lanes, rem.
const HEAD: f64 = 2.875;

/// Words of the depths.
const DEPTHS: [(&str, &str); 5] = [
    ("Steps", "The enabler's steps (1)"),
    ("Packages", "DM packages (2)"),
    ("HTTP", "HTTP messages (3)"),
    ("Toolkit", "Toolkit commands (4)"),
    ("APDU", "APDUs (5)"),
];

/// The ladder with its head.
#[component]
pub fn LadderPane() -> Html {
    let view = use_view();
    let orders = use_orders();
    let choices: Vec<(AttrValue, AttrValue)> = DEPTHS
        .iter()
        .map(|(word, title)| ((*word).into(), (*title).into()))
        .collect();
    html! {
        <section class="pane ladder" aria-label="Ladder">
            <header class="pane__head">
                <h2 class="pane__title">{ "Ladder" }</h2>
                <Segments
                    label="Depth"
                    {choices}
                    chosen={view.depth as usize}
                    choose={orders.act.reform(|at: usize| Action::SetDepth(Layer::ALL[at.min(4)]))}
                />
            </header>
            <Rungs />
        </section>
    }
}

/// What scrolls.
#[component]
fn Rungs() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let ladder = use_memo((run.clone(), view.rows.clone()), |(run, rows)| {
        Ladder::new(run, rows)
    });
    let drawn = ladder.clone();

    // When rows come and go, what one looks at stays where it is: the present row when the
    // depth changed, else the uppermost row in sight. The present row is kept in the middle
    // part of what is in sight.
    {
        let before = use_mut_ref(|| (ladder.clone(), view.depth));
        let node = node.clone();
        use_effect_with(
            (ladder, view.depth, view.cursor, port.height.to_bits()),
            move |(ladder, depth, cursor, _)| {
                let (old, old_depth) = before.replace((ladder.clone(), *depth));
                let mut top = scroll_top(&node);
                if !Rc::ptr_eq(&old, ladder) {
                    let anchor = if old_depth == *depth {
                        let at = old.rows.partition_point(|row| row.top < top);
                        old.rows.get(at).map(|row| row.id)
                    } else {
                        Some(*cursor)
                    };
                    if let Some(id) = anchor
                        && let (Some(was), Some(is)) = (old.top_of(id), ladder.top_of(id))
                        && was != is
                    {
                        top = (top + is - was).max(0.0);
                        scroll_to(&node, top, false);
                    }
                }
                let Some(row) = ladder.row(*cursor) else {
                    return;
                };
                let inner = port.height - HEAD;
                let (first, last) = (top + inner * 0.06, top + inner * 0.74);
                if row.top < first || row.top + row.height > last {
                    scroll_to(&node, row.top - inner * 0.36, true);
                }
            },
        );
    }

    let now = view.now();
    let section = run.section_of(view.cursor);
    let present = view.cursor;
    let chosen = view.shown();
    let ladder = drawn;
    let rows = ladder.within(port.top, port.height);
    html! {
        <div class="ladder__scroll" ref={node} {onscroll} tabindex="0" role="list" aria-label="What happens, in order">
            <div class="ladder__lanes" aria-hidden="true">
                <div class="ladder__area">
                    { for ladder.lanes.iter().map(|lane| html! {
                        <span class="ladder__lane" style={format!("left:{}%", lane.x)}>
                            <span class="ladder__actor">{ lane.actor.name() }</span>
                            <span class="ladder__role">{ lane.role }</span>
                        </span>
                    }) }
                </div>
            </div>
            <div class="ladder__canvas" style={format!("height:{}rem", ladder.height + 2.0)}>
                <div class="ladder__area ladder__area--lines" aria-hidden="true">
                    { for ladder.lanes.iter().map(|lane| html! {
                        <span class="ladder__line" style={format!("left:{}%", lane.x)} />
                    }) }
                </div>
                { for ladder.brackets.iter().map(|bracket| {
                    let phase = match bracket.section.cmp(&section) {
                        std::cmp::Ordering::Less => "past",
                        std::cmp::Ordering::Equal => "present",
                        std::cmp::Ordering::Greater => "future",
                    };
                    let first = run.sections().get(bracket.section).map_or(0, |s| s.steps.start);
                    let number = if bracket.number.is_empty() { "·" } else { &bracket.number };
                    let go = orders.act.reform(move |_: MouseEvent| Action::SeekSection(first));
                    html! {
                        <span
                            key={bracket.section}
                            class={classes!("ladder__bracket", format!("ladder__bracket--{phase}"))}
                            style={format!("top:{}rem;height:{}rem", bracket.top, bracket.height)}
                        >
                            <button
                                type="button"
                                class="ladder__number"
                                title={run.title(bracket.section).1.to_owned()}
                                aria-label={format!("Step {number}")}
                                onclick={go}
                            >{ number }</button>
                        </span>
                    }
                }) }
                <div class="ladder__area ladder__area--rows">
                    { for ladder.rows[rows].iter().map(|row| {
                        let phase = if row.id == present {
                            Phase::Present
                        } else if row.id <= now {
                            Phase::Past
                        } else {
                            Phase::Future
                        };
                        html! {
                            <LadderRowView
                                key={row.id}
                                run={run.clone()}
                                row={*row}
                                {phase}
                                chosen={row.id == chosen}
                                moving={phase == Phase::Present && view.stepped}
                            />
                        }
                    }) }
                </div>
            </div>
        </div>
    }
}
