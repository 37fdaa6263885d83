//! What the person should know of the engine: that it works and for how long, that it is lost.

use crate::state::Shell;
use crate::state::shell::Engine;
use crate::words::{fill, say};
use yew::prelude::*;

/// Draws it; while the engine works it comes into sight only after a moment, by its style.
pub(super) fn engine_notice(shell: &Shell) -> Html {
    let (text, order, word) = match &shell.engine {
        Engine::Idle => return Html::default(),
        Engine::Lost(reason) => (
            fill("engine.lost", &[("reason", reason.clone())]),
            "revive",
            say("engine.again"),
        ),
        Engine::Asked => (say("engine.works").to_owned(), "stop", say("engine.stop")),
        Engine::Late => (say("engine.late").to_owned(), "stop", say("engine.stop")),
        Engine::Played(steps) => (
            fill("engine.played", &[("steps", steps.to_string())]),
            "stop",
            say("engine.stop"),
        ),
    };
    let (class, role) = match shell.engine {
        Engine::Lost(_) => ("engine-notice engine-notice--lost", "alert"),
        Engine::Late => ("engine-notice engine-notice--late", "status"),
        _ => ("engine-notice", "status"),
    };
    html! {
        <div {class} {role}>
            <span class="engine-notice__text">{ text }</span>
            <button type="button" class="engine-notice__button" data-order={order}>{ word }</button>
        </div>
    }
}
