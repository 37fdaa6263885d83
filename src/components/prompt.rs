//! The question to the user, as the device shows it.

use crate::hooks::{Orders, use_countdown, use_orders, use_scene, use_view};
use crate::playback::QUESTION_MS;
use dmsc_core::trace::Event;
use yew::prelude::*;

/// The question, when the present moment has one.
#[component]
pub fn Prompt() -> Html {
    let view = use_view();
    match view.question() {
        Some(id) => html! { <Question {id} running={view.playing} /> },
        None => Html::default(),
    }
}

#[derive(PartialEq, Properties)]
struct QuestionProps {
    id: u32,
    running: bool,
}

#[component]
fn Question(props: &QuestionProps) -> Html {
    let run = use_scene();
    let orders = use_orders();
    let seconds = QUESTION_MS / 1000;
    let left = use_countdown(props.id, seconds, props.running);
    let Some(Event::UserAsked { text, alert, .. }) = run.step(props.id).map(|step| &step.event)
    else {
        return Html::default();
    };
    let setting = run
        .trace()
        .settings
        .get("answer")
        .map_or("accept", String::as_str);
    let otherwise = match setting {
        "reject" => "Reject",
        "cancel" => "Cancel",
        "none" => "no answer",
        _ => "Accept",
    };
    html! {
        <div class="prompt" role="dialog" aria-label="The device asks its user">
            <div class="prompt__phone">
                <header class="prompt__head">
                    <span class="prompt__who">{ "The device asks" }</span>
                    <span class="prompt__alert">{ format!("Alert {alert}") }</span>
                </header>
                <p class="prompt__text">{ text }</p>
                <div class="prompt__answers">
                    { answer(&orders, "accept", "Accept", setting) }
                    { answer(&orders, "reject", "Reject", setting) }
                </div>
                <div class="prompt__more">
                    { answer(&orders, "cancel", "Cancel", setting) }
                    { answer(&orders, "none", "Let the time run out", setting) }
                </div>
                <footer class="prompt__foot">
                    if props.running {
                        <svg key="ring" class="prompt__ring" viewBox="0 0 36 36" aria-hidden="true" style={format!("--wait:{QUESTION_MS}ms")}>
                            <circle class="prompt__groove" cx="18" cy="18" r="15" />
                            <circle class="prompt__left" cx="18" cy="18" r="15" pathLength="100" />
                            <text x="18" y="22.5">{ left }</text>
                        </svg>
                        <span>{ format!("Otherwise the setting answers: {otherwise}") }</span>
                    } else {
                        <span>{ format!("Paused. This run’s answer: {otherwise}") }</span>
                    }
                </footer>
            </div>
        </div>
    }
}

fn answer(orders: &Orders, id: &'static str, word: &'static str, setting: &str) -> Html {
    let give = orders.answer.reform(move |_: MouseEvent| id);
    let class = classes!(
        "prompt__answer",
        format!("prompt__answer--{id}"),
        (id == setting).then_some("prompt__answer--set"),
    );
    html! { <button type="button" {class} onclick={give}>{ word }</button> }
}
