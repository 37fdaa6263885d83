//! The ladder: lanes, brackets of the enabler's steps, and the rows that are in sight.

use crate::components::ladder_row::{LadderRowView, Phase};
use crate::components::lengths;
use crate::components::segments::segments;
use crate::hooks::{use_view, use_viewport};
use crate::layout::ladder::Ladder as Laid;
use crate::orders;
use crate::state::Action;
use dmsc_core::trace::Layer;
use std::cmp::Ordering;
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
pub(super) fn Ladder() -> Html {
    let view = use_view();
    let run = &view.run;
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let ladder = use_memo((run.clone(), view.rows.clone()), |(run, rows)| {
        Laid::new(run, rows)
    });
    let drawn = ladder.clone();
    let sight = port.view();

    // When rows come and go, what one looks at stays where it is: the present row when the
    // depth changed, else the uppermost row in sight. The present row is kept in the middle
    // part of what is in sight.
    {
        let before = use_mut_ref(|| (ladder.clone(), view.depth));
        use_effect_with(
            (Laying(ladder), view.depth, view.cursor, sight.height as u32),
            move |(Laying(ladder), depth, cursor, _)| {
                let (old, old_depth) = before.replace((ladder.clone(), *depth));
                let mut top = port.top();
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
                        port.scroll_to(top, false);
                    }
                }
                let Some(row) = ladder.row(*cursor) else {
                    return;
                };
                let inner = port.view().height - HEAD;
                let (first, last) = (top + inner * 0.06, top + inner * 0.74);
                if row.top < first || row.top + row.height > last {
                    port.scroll_to(row.top - inner * 0.36, true);
                }
            },
        );
    }

    let now = view.now();
    let section = run.section_of(view.cursor);
    let present = view.cursor;
    let chosen = view.shown();
    let ladder = drawn;
    let rows = ladder.within(sight.top, sight.height);
    let depths = DEPTHS.iter().zip(Layer::ALL).map(|((word, title), depth)| {
        (*word, *title, Action::SetDepth(depth), view.depth == depth)
    });
    html! {
        <section class="pane ladder" aria-label="Ladder">
            <header class="pane__head">
                <h2 class="pane__title">{ "Ladder" }</h2>
                { segments("Depth", depths) }
            </header>
            <div class="ladder__scroll" ref={node} {onscroll} tabindex="0" role="list" aria-label="What happens, in order">
                <div class="ladder__lanes" aria-hidden="true">
                    <div class="ladder__area">
                        { for ladder.lanes.iter().map(|lane| html! {
                            <span class="ladder__lane" style={lengths(("left", lane.x), None, "%")}>
                                <span class="ladder__actor">{ lane.actor.name() }</span>
                                <span class="ladder__role">{ lane.role }</span>
                            </span>
                        }) }
                    </div>
                </div>
                <div class="ladder__canvas" style={lengths(("height", ladder.height + 2.0), None, "rem")}>
                    <div class="ladder__area" aria-hidden="true">
                        { for ladder.lanes.iter().map(|lane| html! {
                            <span class="ladder__line" style={lengths(("left", lane.x), None, "%")} />
                        }) }
                    </div>
                    { for ladder.brackets.iter().map(|bracket| {
                        let phase = match bracket.section.cmp(&section) {
                            Ordering::Less => "ladder__bracket",
                            Ordering::Equal => "ladder__bracket ladder__bracket--present",
                            Ordering::Greater => "ladder__bracket ladder__bracket--future",
                        };
                        let first = run.sections().get(bracket.section).map_or(0, |s| s.steps.start);
                        let number = if bracket.number.is_empty() { "·" } else { &bracket.number };
                        html! {
                            <span
                                key={bracket.section}
                                class={phase}
                                style={lengths(("top", bracket.top), Some(("height", bracket.height)), "rem")}
                            >
                                <button
                                    type="button"
                                    class="ladder__number"
                                    title={run.title(bracket.section).1.to_owned()}
                                    data-order={orders::text(&Action::SeekSection(first))}
                                >{ number }</button>
                            </span>
                        }
                    }) }
                    <div class="ladder__area">
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
        </section>
    }
}

/// The same drawing only when it is the same in memory.
struct Laying(Rc<Laid>);

impl PartialEq for Laying {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
