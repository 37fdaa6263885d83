//! A choice of one among a few, side by side.

use yew::prelude::*;

/// What a choice is made of.
#[derive(PartialEq, Properties)]
pub struct SegmentsProps {
    /// What is chosen here, for people who do not see it.
    pub label: AttrValue,
    /// Each choice: its word and, for the title, its key.
    pub choices: Vec<(AttrValue, AttrValue)>,
    /// Index of the present one.
    pub chosen: usize,
    /// Another one is wanted.
    pub choose: Callback<usize>,
}

/// Draws the choices.
#[component]
pub fn Segments(props: &SegmentsProps) -> Html {
    html! {
        <div class="segments" role="group" aria-label={props.label.clone()}>
            { for props.choices.iter().enumerate().map(|(at, (word, title))| {
                let choose = props.choose.reform(move |_: MouseEvent| at);
                html! {
                    <button
                        type="button"
                        class="segments__one"
                        aria-pressed={(at == props.chosen).to_string()}
                        title={title.clone()}
                        onclick={choose}
                    >{ word }</button>
                }
            }) }
        </div>
    }
}
