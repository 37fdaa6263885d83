//! The player's line: marks of the enabler's steps, a tick for each moment, and the present.

use crate::components::hue;
use crate::hooks::{use_orders, use_scene, use_view};
use crate::layout::timeline::{Kind, Timeline, hit, place};
use crate::playback::Rows;
use crate::state::Action;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// The line with its handle.
#[component]
pub fn TimelineView() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let node = use_node_ref();
    let dragging = use_mut_ref(|| false);
    let rows = view.rows.clone();
    let count = rows.stops().len();
    let at = rows.stop_index(view.cursor);
    let seek = {
        let (node, act, rows, cursor) =
            (node.clone(), orders.act.clone(), rows.clone(), view.cursor);
        move |client_x: i32| {
            let Some(element) = node.cast::<Element>() else {
                return;
            };
            let rect = element.get_bounding_client_rect();
            if rect.width() > 0.0 {
                let x = 1000.0 * (f64::from(client_x) - rect.left()) / rect.width();
                let stop = rows.stops().get(hit(x, count)).copied().unwrap_or(0);
                if stop != cursor {
                    act.emit(Action::Seek(stop));
                }
            }
        }
    };
    let onpointerdown = {
        let (dragging, seek, act) = (dragging.clone(), seek.clone(), orders.act.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            *dragging.borrow_mut() = true;
            if let Some(element) = event.current_target().and_then(|target| {
                use wasm_bindgen::JsCast;
                target.dyn_into::<Element>().ok()
            }) {
                // Without capture a drag ends at the edge of the line, which is no harm.
                drop(element.set_pointer_capture(event.pointer_id()));
            }
            act.emit(Action::Pause);
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
    let onwheel = orders.act.reform(|event: WheelEvent| {
        event.prevent_default();
        let forward = event.delta_y() + event.delta_x() > 0.0;
        Action::Move(if forward { 1 } else { -1 })
    });
    let line = use_memo((run.clone(), rows.clone()), |(run, rows)| {
        Timeline::new(run, rows)
    });
    let interface = run
        .step(run.telling(view.cursor))
        .map_or("internal", |step| hue(step.interface));
    let section = run.section_of(view.cursor);
    let x = place(at, count) / 10.0;
    html! {
        <div class="timeline" data-interface={interface}>
            <div class="timeline__marks">
                { for line.marks.iter().map(|mark| {
                    let stop = mark.stop;
                    let present = run.section_of(stop) == section;
                    html! {
                        <button
                            type="button"
                            class={classes!("timeline__mark", present.then_some("timeline__mark--present"))}
                            style={format!("left:{:.2}%", mark.x / 10.0)}
                            title={mark.title.clone()}
                            aria-label={format!("Step {}: {}", mark.number, mark.title)}
                            tabindex="-1"
                            onclick={orders.act.reform(move |_: MouseEvent| Action::Seek(stop))}
                        >{ if mark.number.is_empty() { "·" } else { &mark.number } }</button>
                    }
                }) }
            </div>
            <div
                class="timeline__line"
                ref={node}
                role="slider"
                tabindex="0"
                aria-label="Moment"
                aria-valuemin="1"
                aria-valuemax={count.to_string()}
                aria-valuenow={(at + 1).to_string()}
                aria-valuetext={run.step(view.cursor).map(|step| step.title())}
                {onpointerdown}
                {onpointermove}
                onpointercancel={onpointerup.clone()}
                {onpointerup}
                {onwheel}
            >
                <span class="timeline__groove" />
                <span class="timeline__done" style={format!("width:{x:.3}%")} />
                <Ticks {line} rows={rows.clone()} />
                <span class="timeline__handle" style={format!("left:{x:.3}%")} />
            </div>
        </div>
    }
}

#[derive(Properties)]
struct TicksProps {
    line: Rc<Timeline>,
    rows: Rc<Rows>,
}

impl PartialEq for TicksProps {
    fn eq(&self, other: &Self) -> bool {
        // The line is worked out anew only with the rows.
        Rc::ptr_eq(&self.line, &other.line)
    }
}

/// All ticks, one path for each colour.
#[component]
fn Ticks(props: &TicksProps) -> Html {
    let mut paths: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for (kind, x) in &props.line.ticks {
        let (class, interface, height) = match kind {
            Kind::Message(interface) => ("message", hue(*interface), 8),
            Kind::Carrier(interface) => ("carrier", hue(*interface), 4),
            Kind::Local => ("local", "internal", 5),
            Kind::Added => ("added", "", 8),
            Kind::Replaced => ("replaced", "", 8),
            Kind::Deleted => ("deleted", "", 8),
            Kind::Question => ("question", "", 10),
        };
        let path = paths.entry((class, interface)).or_default();
        let _ = write!(path, "M{x:.1} {}v{}", 10 - height, 2 * height);
    }
    let crowd = match props.line.ticks.len() {
        0..100 => None,
        100..250 => Some("timeline__tick--many"),
        _ => Some("timeline__tick--crowd"),
    };
    html! {
        <svg class="timeline__ticks" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
            { for paths.into_iter().map(|((class, interface), path)| html! {
                <path class={classes!("timeline__tick", format!("timeline__tick--{class}"), crowd)} data-interface={interface} d={path} />
            }) }
        </svg>
    }
}
