//! The question to the user, as the device shows it.

use crate::playback::QUESTION_MS;
use crate::state::State;
use crate::words::{fill, say, say_of};
use dmsc_core::trace::Event;
use yew::prelude::*;

/// Draws the question, when the present moment has one; `left` are the seconds until the
/// setting's answer counts.
pub(super) fn prompt(view: &State, left: u32) -> Html {
    let question = view.question().and_then(|id| view.run().step(id));
    // The setting that answers, who asks, and by what.
    let (key, who, by, text) = match question.map(|step| &step.event) {
        Some(Event::UserAsked { text, alert, .. }) => {
            let by = fill("prompt.alert", &[("code", alert.to_string())]);
            ("answer", "prompt.device", by, text)
        }
        Some(Event::DialogShown { command, text }) => {
            ("dialog", "prompt.card", command.clone(), text)
        }
        _ => return Html::default(),
    };
    let settings = &view.run().trace().settings;
    let setting = settings.get(key).map_or("accept", String::as_str);
    let otherwise = [("answer", say_of("answer", setting).to_owned())];
    html! {
        <div class="prompt" role="dialog" aria-label={say(who)}>
            <div class="prompt__phone">
                <header class="prompt__head">
                    <span>{ say(who) }</span>
                    <span>{ by }</span>
                </header>
                <p class="prompt__text">{ text }</p>
                <div class="prompt__answers">
                    { answer(key, "accept") }
                    { answer(key, "reject") }
                </div>
                <div class="prompt__answers prompt__answers--more">
                    { answer(key, "cancel") }
                    { answer(key, "none") }
                </div>
                <footer class="prompt__foot">
                    if view.time.playing {
                        <svg key="ring" class="prompt__ring" viewBox="0 0 36 36" aria-hidden="true" style={format!("--wait:{QUESTION_MS}ms")}>
                            <circle class="prompt__groove" cx="18" cy="18" r="15" />
                            <circle class="prompt__left" cx="18" cy="18" r="15" pathLength="100" />
                            <text x="18" y="22.5">{ left }</text>
                        </svg>
                        <span>{ fill("prompt.otherwise", &otherwise) }</span>
                    } else {
                        <span>{ fill("prompt.paused", &otherwise) }</span>
                    }
                </footer>
            </div>
        </div>
    }
}

fn answer(key: &'static str, id: &'static str) -> Html {
    html! {
        <button
            type="button"
            class={classes!("prompt__answer", format!("prompt__answer--{id}"))}
            data-order={format!("{key} {id}")}
        >{ say_of("prompt", id) }</button>
    }
}
