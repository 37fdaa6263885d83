//! What happens now, in one sentence with its step number.

use crate::components::hue;
use crate::guide;
use crate::state::State;
use yew::prelude::*;

/// Draws the sentence.
pub(super) fn sentence(view: &State) -> Html {
    let run = &view.run;
    let (number, title) = run.title(run.section_of(view.cursor));
    let interface = run
        .step(run.telling(view.cursor))
        .map_or("internal", |step| hue(step.interface));
    html! {
        <p class="sentence" data-interface={interface} aria-live="polite">
            <span class="sentence__number" title={title.to_owned()}>
                <span class="sentence__unseen">{ "Step " }</span>
                { if number.is_empty() { "·" } else { number } }
            </span>
            <span class="sentence__text">{ guide::sentence(run, view.present()) }</span>
        </p>
    }
}
