//! The ladder: rail with the enabler's steps, lanes, words, and of all rows those in sight.

pub mod layout;
mod row;

use crate::components::segments::segments;
use crate::components::{lengths, order};
use crate::hooks::use_viewport;
use crate::panes::{Pane, PaneId, Stand};
use crate::playback::{Rows, RunHandle};
use crate::state::TimeAction;
use crate::words::{say, say_of};
use dmsc_core::trace::Layer;
use layout::Ladder as Laid;
use row::{LadderRowView, Phase};
use std::cmp::Ordering;
use std::rc::Rc;
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "ladder";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "",
    stands: Stand::Story,
    view: |_, view| {
        let time = &view.time;
        html! {
            <Ladder
                run={view.run().clone()}
                rows={time.rows.clone()}
                depth={time.depth}
                cursor={time.cursor}
                now={view.now()}
                chosen={view.shown()}
                stepped={time.stepped}
                one_edit={view.runs.edits.len() == 1}
            />
        }
    },
};

/// Height of the heads of the lanes, rem.
const HEAD: f64 = 1.875;

/// What the ladder is made of; it is drawn anew only when some of it is another.
#[derive(PartialEq, Properties)]
struct LadderProps {
    run: RunHandle,
    rows: Rc<Rows>,
    depth: Layer,
    /// The present row.
    cursor: u32,
    /// The last step that has happened.
    now: u32,
    /// The step under inspection.
    chosen: u32,
    /// The present row was just reached by a step.
    stepped: bool,
    /// The run has one edit, which can be taken back where it struck.
    one_edit: bool,
}

/// The ladder with its head.
#[component]
fn Ladder(props: &LadderProps) -> Html {
    let LadderProps {
        run, depth, cursor, ..
    } = props;
    let node = use_node_ref();
    let (port, onscroll) = use_viewport(&node);
    let ladder = use_memo((run.clone(), props.rows.clone()), |(run, rows)| {
        Laid::new(run, rows)
    });
    let drawn = ladder.clone();
    let sight = port.view();

    // When rows come and go, what one looks at stays where it is: the present row when the
    // depth changed, else the uppermost row in sight. The present row is kept in the middle
    // part of what is in sight.
    {
        let before = use_mut_ref(|| (ladder.clone(), *depth));
        use_effect_with(
            (Laying(ladder), *depth, *cursor, sight.height as u32),
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
                    port.scroll_to(row.top - inner * 0.2, true);
                }
            },
        );
    }

    let section = run.section_of(*cursor);
    let ladder = drawn;
    let rows = ladder.within(sight.top, sight.height);
    let depths = Layer::ALL.map(|depth| {
        let words = (
            say_of("depth", depth.id()),
            say_of("depth-title", depth.id()),
        );
        let set = TimeAction::SetDepth(depth).into();
        (words.0, words.1, set, props.depth == depth)
    });
    html! {
        <section class="pane ladder" aria-label={say("pane.ladder")} tabindex="-1">
            <header class="pane__head">
                <h2 class="pane__title">{ say("pane.ladder") }</h2>
                { segments(say("ladder.depth"), depths) }
            </header>
            <div class={classes!("ladder__scroll", (ladder.lanes.len() > 4).then_some("ladder__scroll--many"))} ref={node} {onscroll} tabindex="0" role="list" aria-label={say("ladder.label")}>
                <div class="ladder__lanes" aria-hidden="true">
                    <div class="ladder__area">
                        { for ladder.lanes.iter().map(|lane| html! {
                            <span class="ladder__lane" style={lengths(("left", lane.x), None, "%")}>
                                <span class="ladder__actor">{ say_of("lane", lane.name) }</span>
                                <span class="ladder__actor--short">{ say_of("lane-short", lane.name) }</span>
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
                                    data-order={order(TimeAction::SeekSection(first))}
                                >{ number }</button>
                            </span>
                        }
                    }) }
                    <div class="ladder__rows">
                        { for ladder.rows[rows].iter().map(|row| {
                            let phase = if row.id == *cursor {
                                Phase::Present
                            } else if row.id <= props.now {
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
                                    chosen={row.id == props.chosen}
                                    moving={phase == Phase::Present && props.stepped}
                                    undo={props.one_edit && run.step(row.id).is_some_and(|step| step.fate.is_some())}
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
