//! What happens now, in one sentence with its step number.

use crate::components::hue;
use crate::guide;
use crate::state::State;
use crate::words::say;
use yew::prelude::*;

/// Draws the sentence; before the first run is there, what the page is.
pub(super) fn sentence(view: &State) -> Html {
    let run = view.run();
    let (number, title) = run.title(run.section_of(view.time.cursor));
    let interface = run
        .step(run.telling(view.time.cursor))
        .map_or("internal", |step| hue(step.interface));
    let text = if run.is_empty() {
        say("page.first").to_owned()
    } else {
        guide::sentence(run, view.present())
    };
    html! {
        <p class="sentence" data-interface={interface} aria-live="polite">
            <span class="sentence__number" title={title.to_owned()}>
                <span class="sentence__unseen">{ say("sentence.step") }{ " " }</span>
                { if number.is_empty() { "·" } else { number } }
            </span>
            <span class="sentence__text">{ text }</span>
        </p>
    }
}
