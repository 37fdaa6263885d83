//! What happens now, in one sentence with its step number.

use crate::components::hue;
use crate::guide;
use crate::hooks::{use_scene, use_view};
use yew::prelude::*;

/// The sentence.
#[component]
pub fn Sentence() -> Html {
    let run = use_scene();
    let view = use_view();
    let text = use_memo((run.clone(), view.present()), |(run, row)| {
        guide::sentence(run, *row)
    });
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
            <span class="sentence__text">{ (*text).clone() }</span>
        </p>
    }
}
