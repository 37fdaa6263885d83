//! What the person should know: what was wrong with a link, what was copied.

use crate::hooks::{use_orders, use_view};
use crate::state::Action;
use yew::prelude::*;

/// The notices, when there are any.
#[component]
pub fn Notices() -> Html {
    let view = use_view();
    let orders = use_orders();
    if view.notices.is_empty() {
        return Html::default();
    }
    html! {
        <div class="notices" role="alert">
            <ul class="notices__list">
                { for view.notices.iter().map(|text| html! { <li>{ text }</li> }) }
            </ul>
            <button
                type="button"
                class="notices__close"
                title="Close (Esc)"
                aria-label="Close"
                onclick={orders.act.reform(|_: MouseEvent| Action::Notify(Vec::new()))}
            >{ "✕" }</button>
        </div>
    }
}
