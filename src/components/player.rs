//! The player: buttons, the line of time, speed.

use crate::components::order;
use crate::components::timeline::TimelineView;
use crate::playback::SPEEDS;
use crate::state::{State, TimeAction};
use crate::words::{say, say_of};
use yew::prelude::*;

/// The speeds as numbers, as in [`SPEEDS`].
const TIMES: [&str; 5] = ["0.25×", "0.5×", "1×", "2×", "4×"];

/// Draws the player.
pub(super) fn player(view: &State) -> Html {
    let play = if view.time.playing {
        button(
            "pause",
            "M6 4h3v12H6zM11 4h3v12h-3z",
            TimeAction::TogglePlay,
        )
    } else {
        button("play", "M6 3.5l10 6.5-10 6.5z", TimeAction::TogglePlay)
    };
    html! {
        <div class="player">
            <div class="player__buttons" role="group" aria-label={say("player.label")}>
                { button("first", "M5 4v12M16 4l-8 6 8 6z", TimeAction::Home) }
                { button("back", "M13 4l-8 6 8 6z", TimeAction::Move(-1)) }
                { play }
                { button("forward", "M7 4l8 6-8 6z", TimeAction::Move(1)) }
                { button("last", "M15 4v12M4 4l8 6-8 6z", TimeAction::End) }
            </div>
            <TimelineView
                run={view.run().clone()}
                rows={view.time.rows.clone()}
                cursor={view.time.cursor}
                playing={view.time.playing}
            />
            <select class="player__speed" aria-label={say("player.speed")} title={say("player.speed-title")} data-set="speed">
                { for SPEEDS.iter().zip(TIMES).map(|(speed, times)| html! {
                    <option value={speed.to_string()} selected={*speed == view.time.speed}>{ times }</option>
                }) }
            </select>
        </div>
    }
}

fn button(name: &'static str, icon: &'static str, action: TimeAction) -> Html {
    html! {
        <button
            type="button"
            class={if action == TimeAction::TogglePlay { "player__button player__button--play" } else { "player__button" }}
            aria-label={say_of("player", name)}
            title={say_of("player-title", name)}
            data-order={order(action.clone())}
        >
            <svg class="player__icon" viewBox="0 0 20 20" aria-hidden="true"><path d={icon} /></svg>
        </button>
    }
}
