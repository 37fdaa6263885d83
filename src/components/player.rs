//! The player: buttons, the line of time, speed.

use crate::components::timeline::TimelineView;
use crate::orders;
use crate::playback::SPEEDS;
use crate::state::{Action, State};
use yew::prelude::*;

/// The speeds in words, as in [`SPEEDS`].
const WORDS: [&str; 5] = ["0.25×", "0.5×", "1×", "2×", "4×"];

/// Draws the player.
pub(super) fn player(view: &State) -> Html {
    let play = if view.playing {
        button(
            "Pause",
            "Pause (Space)",
            "M6 4h3v12H6zM11 4h3v12h-3z",
            Action::TogglePlay,
        )
    } else {
        button(
            "Play",
            "Play (Space)",
            "M6 3.5l10 6.5-10 6.5z",
            Action::TogglePlay,
        )
    };
    html! {
        <div class="player">
            <div class="player__buttons" role="group" aria-label="Player">
                { button("First", "First row (Home)", "M5 4v12M16 4l-8 6 8 6z", Action::Home) }
                { button("Back", "Previous row (←), previous step (Shift ←)", "M13 4l-8 6 8 6z", Action::Move(-1)) }
                { play }
                { button("Forward", "Next row (→), next step (Shift →)", "M7 4l8 6-8 6z", Action::Move(1)) }
                { button("Last", "Last row (End)", "M15 4v12M4 4l8 6-8 6z", Action::End) }
            </div>
            <TimelineView />
            <select class="player__speed" aria-label="Speed" title="Speed (+ and −)" data-set="speed">
                { for SPEEDS.iter().zip(WORDS).map(|(speed, word)| html! {
                    <option value={speed.to_string()} selected={*speed == view.speed}>{ word }</option>
                }) }
            </select>
        </div>
    }
}

fn button(label: &'static str, title: &'static str, icon: &'static str, action: Action) -> Html {
    html! {
        <button
            type="button"
            class={if action == Action::TogglePlay { "player__button player__button--play" } else { "player__button" }}
            aria-label={label}
            {title}
            data-order={orders::text(&action)}
        >
            <svg class="player__icon" viewBox="0 0 20 20" aria-hidden="true"><path d={icon} /></svg>
        </button>
    }
}
