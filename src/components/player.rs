//! The player: buttons, the line of time, speed.

use crate::components::timeline::TimelineView;
use crate::hooks::{use_orders, use_view};
use crate::playback::SPEEDS;
use crate::state::Action;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The player.
#[component]
pub fn Player() -> Html {
    let view = use_view();
    let orders = use_orders();
    let button = |label: &'static str, title: &'static str, icon: &'static str, action: Action| {
        let act = orders.act.reform(move |_: MouseEvent| action.clone());
        html! {
            <button type="button" class="player__button" aria-label={label} {title} onclick={act}>
                <Icon path={icon} />
            </button>
        }
    };
    let speed = orders.act.reform(|event: Event| {
        let value = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
            .and_then(|select| {
                // Keys belong to the player again.
                drop(select.blur());
                select.value().parse().ok()
            });
        Action::SetSpeed(value.unwrap_or(100))
    });
    html! {
        <div class="player">
            <div class="player__buttons" role="group" aria-label="Player">
                { button("First", "First row (Home)", "M5 4v12M16 4l-8 6 8 6z", Action::Home) }
                { button("Back", "Previous row (←), previous step (Shift ←)", "M13 4l-8 6 8 6z", Action::Move(-1)) }
                <button
                    type="button"
                    class="player__button player__button--play"
                    aria-label={if view.playing { "Pause" } else { "Play" }}
                    title={if view.playing { "Pause (Space)" } else { "Play (Space)" }}
                    onclick={orders.act.reform(|_: MouseEvent| Action::TogglePlay)}
                >
                    <Icon path={if view.playing { "M6 4h3v12H6zM11 4h3v12h-3z" } else { "M6 3.5l10 6.5-10 6.5z" }} />
                </button>
                { button("Forward", "Next row (→), next step (Shift →)", "M7 4l8 6-8 6z", Action::Move(1)) }
                { button("Last", "Last row (End)", "M15 4v12M4 4l8 6-8 6z", Action::End) }
            </div>
            <TimelineView />
            <select class="player__speed" aria-label="Speed" title="Speed (+ and −)" onchange={speed}>
                { for SPEEDS.iter().map(|speed| html! {
                    <option value={speed.to_string()} selected={*speed == view.speed}>
                        { format!("{}×", f64::from(*speed) / 100.0) }
                    </option>
                }) }
            </select>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct IconProps {
    path: &'static str,
}

#[component]
fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class="player__icon" viewBox="0 0 20 20" aria-hidden="true"><path d={props.path} /></svg>
    }
}
