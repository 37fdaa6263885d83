//! The player's line: marks of the enabler's steps, a tick for each moment, and the present.

use crate::components::{hue, lengths, order};
use crate::hooks::use_scene;
use crate::layout::hundredths;
use crate::layout::timeline::{Kind, Timeline, hit, place};
use crate::orders::Order;
use crate::playback::{Rows, RunHandle};
use crate::state::TimeAction;
use crate::words::{say, say_of};
use std::fmt::Write;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What the line is made of; it is drawn anew only when some of it is another.
#[derive(PartialEq, Properties)]
pub(super) struct TimelineProps {
    /// The run.
    pub(super) run: RunHandle,
    /// Its visible rows.
    pub(super) rows: Rc<Rows>,
    /// The present row.
    pub(super) cursor: u32,
    /// Time goes on by itself.
    pub(super) playing: bool,
}

/// The line with its handle.
#[component]
pub(super) fn TimelineView(props: &TimelineProps) -> Html {
    let TimelineProps {
        run, rows, cursor, ..
    } = props;
    let scene = use_scene();
    let node = use_node_ref();
    let dragging = use_mut_ref(|| false);
    let count = rows.stops().len();
    let at = rows.stop_index(*cursor);
    let seek = {
        let (node, give, rows) = (node.clone(), scene.give.clone(), rows.clone());
        let (cursor, playing) = (*cursor, props.playing);
        move |client_x: i32| {
            let Some(element) = node.cast::<Element>() else {
                return;
            };
            let rect = element.get_bounding_client_rect();
            let x = 1000.0 * (f64::from(client_x) - rect.left()) / rect.width().max(1.0);
            let stop = rows.stops().get(hit(x, count)).copied().unwrap_or(0);
            if stop != cursor || playing {
                give.emit(Order::Act(TimeAction::Seek(stop).into()));
            }
        }
    };
    let onpointerdown = {
        let (dragging, seek, node) = (dragging.clone(), seek.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            *dragging.borrow_mut() = true;
            if let Some(element) = node.cast::<Element>() {
                // Without capture a drag ends at the edge of the line, which is no harm.
                drop(element.set_pointer_capture(event.pointer_id()));
            }
            seek(event.client_x());
        })
    };
    let onpointermove = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if *dragging.borrow() {
                seek(event.client_x());
            }
        })
    };
    let onpointerup = Callback::from(move |_: PointerEvent| *dragging.borrow_mut() = false);
    let onwheel = scene.give.reform(|event: WheelEvent| {
        event.prevent_default();
        let forward = event.delta_y() + event.delta_x() > 0.0;
        Order::Act(TimeAction::Move(if forward { 1 } else { -1 }).into())
    });
    // Marks and ticks change only with the rows.
    let line = use_memo((run.clone(), rows.clone()), |(run, rows)| {
        let line = Timeline::new(run, rows);
        let ticks = ticks(&line);
        (line, ticks)
    });
    let interface = run
        .step(run.telling(*cursor))
        .map_or("internal", |step| hue(step.interface));
    let section = run.section_of(*cursor);
    let x = place(at, count) / 10.0;
    html! {
        <div class="timeline" data-interface={interface}>
            <div class="timeline__marks">
                { for line.0.marks.iter().map(|mark| {
                    let present = run.section_of(mark.stop) == section;
                    html! {
                        <button
                            type="button"
                            class={if present { "timeline__mark timeline__mark--present" } else { "timeline__mark" }}
                            style={lengths(("left", mark.x / 10.0), None, "%")}
                            title={mark.title.clone()}
                            tabindex="-1"
                            data-order={order(TimeAction::Seek(mark.stop))}
                        >{ if mark.number.is_empty() { "·" } else { &mark.number } }</button>
                    }
                }) }
            </div>
            <div
                class="timeline__line"
                ref={node}
                role="slider"
                tabindex="0"
                aria-label={say("player.moment")}
                aria-valuemin="1"
                aria-valuemax={count.to_string()}
                aria-valuenow={(at + 1).to_string()}
                aria-valuetext={run.name(*cursor).to_owned()}
                {onpointerdown}
                {onpointermove}
                onpointercancel={onpointerup.clone()}
                {onpointerup}
                {onwheel}
            >
                <span class="timeline__groove" />
                <span class="timeline__done" style={lengths(("width", x), None, "%")} />
                { line.1.clone() }
                { for line.0.broken.iter().map(|(x, fate, room)| html! {
                    <span class="timeline__broken" style={lengths(("left", x / 10.0), None, "%")}>
                        { "▲" }
                        if *room { { " " }{ say_of("fate-short", fate.word()) } }
                    </span>
                }) }
                <span class="timeline__handle" style={lengths(("left", x), None, "%")} />
            </div>
        </div>
    }
}

/// All ticks, one path for each colour.
fn ticks(line: &Timeline) -> Html {
    let mut paths: Vec<((&str, &str), String)> = Vec::new();
    for (kind, x) in &line.ticks {
        let (class, interface, height) = match kind {
            Kind::Message(interface) => ("message", hue(*interface), 8),
            Kind::Carrier(interface) => ("carrier", hue(*interface), 4),
            Kind::Local => ("local", "internal", 5),
            Kind::Added => ("added", "", 8),
            Kind::Replaced => ("replaced", "", 8),
            Kind::Deleted => ("deleted", "", 8),
            Kind::Question => ("question", "", 10),
        };
        let at = paths.iter().position(|(key, _)| *key == (class, interface));
        let at = at.unwrap_or_else(|| {
            paths.push(((class, interface), String::new()));
            paths.len() - 1
        });
        let _ = write!(
            paths[at].1,
            "M{}e-2 {}v{}",
            hundredths(*x),
            10 - height,
            2 * height
        );
    }
    let crowd = match line.ticks.len() {
        0..100 => None,
        100..250 => Some("timeline__tick--many"),
        _ => Some("timeline__tick--crowd"),
    };
    html! {
        <svg class="timeline__ticks" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
            { for paths.into_iter().map(|((class, interface), path)| html! {
                <path
                    class={classes!("timeline__tick", format!("timeline__tick--{class}"), crowd)}
                    data-interface={interface}
                    d={path}
                />
            }) }
        </svg>
    }
}
