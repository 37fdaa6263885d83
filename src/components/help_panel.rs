//! The keys, and what the colours mean.

use crate::components::settings_panel::panel_head;
use crate::keys::HELP;
use yew::prelude::*;

const COLOURS: [(&str, &str, &str); 5] = [
    ("dm1", "DM-1", "notification from outside"),
    ("dm2", "DM-2", "DM client/server protocol"),
    ("dmsc1", "DM-SC-1", "the card’s trigger"),
    ("dm3", "DM-3, CP-1", "bootstrap from the card"),
    ("update", "update", "provisioning data into the card"),
];

const SIGNS: [(&str, &str, &str); 3] = [
    ("added", "+", "added"),
    ("replaced", "~", "became another"),
    ("deleted", "−", "deleted"),
];

/// Draws the help.
pub(super) fn help_panel() -> Html {
    html! {
        <aside class="panel help-panel" role="dialog" aria-label="Help">
            { panel_head("Keys") }
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
                { for COLOURS.iter().map(|(hue, name, what)| html! { <>
                    <dt data-interface={*hue}>{ *name }</dt>
                    <dd>{ *what }</dd>
                </> }) }
                { for SIGNS.iter().map(|(sign, mark, what)| html! { <>
                    <dt data-sign={*sign}>{ *mark }</dt>
                    <dd>{ *what }</dd>
                </> }) }
            </dl>
        </aside>
    }
}
