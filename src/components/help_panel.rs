//! The keys, and what the colours mean.

use crate::hooks::use_orders;
use crate::keys::HELP;
use crate::state::Action;
use yew::prelude::*;

/// The help.
#[component]
pub fn HelpPanel() -> Html {
    let orders = use_orders();
    let colours = [
        ("dm1", "DM-1", "notification from outside"),
        ("dm2", "DM-2", "DM client/server protocol"),
        ("dmsc1", "DM-SC-1", "the card's trigger"),
        ("dm3", "DM-3, CP-1", "bootstrap from the card"),
        ("update", "update", "provisioning data into the card"),
    ];
    html! {
        <aside class="panel help-panel" role="dialog" aria-label="Help">
            <header class="panel__head">
                <h2 class="panel__title">{ "Keys" }</h2>
                <button
                    type="button"
                    class="panel__close"
                    title="Close (Esc)"
                    aria-label="Close"
                    onclick={orders.act.reform(|_: MouseEvent| Action::Close)}
                >{ "✕" }</button>
            </header>
            <dl class="help-panel__keys">
                { for HELP.iter().map(|(keys, what)| html! { <>
                    <dt>{ for keys.split(' ').map(|key| html! {
                        if key == "…" { { "…" } } else { <kbd>{ key }</kbd> }
                    }) }</dt>
                    <dd>{ *what }</dd>
                </> }) }
            </dl>
            <h3 class="panel__subtitle">{ "Colours" }</h3>
            <dl class="help-panel__colours">
                { for colours.iter().map(|(hue, name, what)| html! { <>
                    <dt data-interface={*hue}>{ *name }</dt>
                    <dd>{ *what }</dd>
                </> }) }
                <dt data-sign="added">{ "+" }</dt><dd>{ "node added" }</dd>
                <dt data-sign="replaced">{ "~" }</dt><dd>{ "value or property replaced" }</dd>
                <dt data-sign="deleted">{ "−" }</dt><dd>{ "node deleted" }</dd>
            </dl>
        </aside>
    }
}
