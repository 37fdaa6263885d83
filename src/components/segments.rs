//! A choice of one among a few, side by side.

use crate::components::{order, truth};
use crate::state::Action;
use yew::prelude::*;

/// Draws the choices: word, title, what choosing asks for, and whether it is chosen. `label`
/// says what is chosen here to people who do not see it.
pub(crate) fn segments<'a>(
    label: &'static str,
    choices: impl IntoIterator<Item = (&'a str, &'a str, Action, bool)>,
) -> Html {
    html! {
        <div class="segments" role="group" aria-label={label}>
            { for choices.into_iter().map(|(word, title, action, chosen)| html! {
                <button
                    type="button"
                    class="segments__one"
                    aria-pressed={truth(chosen)}
                    title={(!title.is_empty()).then(|| title.to_owned())}
                    data-order={order(action)}
                >{ word }</button>
            }) }
        </div>
    }
}
