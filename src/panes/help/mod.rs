//! The keys, and what the colours mean.

use crate::components::panel_head;
use crate::keys;
use crate::panes::tree::layout::Sign;
use crate::panes::{Pane, PaneId, Stand};
use crate::words::{say, say_of};
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "help";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "?",
    stands: Stand::Above,
    view: |_, _| help_panel(),
};

/// Colours with the interfaces that have them.
const COLOURS: [(&str, &str); 5] = [
    ("dm1", "DM-1"),
    ("dm2", "DM-2"),
    ("dmsc1", "DM-SC-1"),
    ("dm3", "DM-3, CP-1"),
    ("update", "update"),
];

fn help_panel() -> Html {
    html! {
        <aside class="panel help-panel" role="dialog" aria-label={say("pane.help")}>
            { panel_head(say("help.keys")) }
            <dl class="help-panel__keys">
                { for keys::help().into_iter().map(|(keys, what)| html! { <>
                    <dt>{ for keys.split(' ').map(|key| html! {
                        if key == "…" { { "…" } } else { <kbd>{ key }</kbd> }
                    }) }</dt>
                    <dd>{ what }</dd>
                </> }) }
            </dl>
            <h3 class="panel__subtitle">{ say("help.colours") }</h3>
            <dl class="help-panel__colours">
                { for COLOURS.iter().map(|(hue, name)| html! { <>
                    <dt data-interface={*hue}>{ *name }</dt>
                    <dd>{ say_of("colour", hue) }</dd>
                </> }) }
                { for [Sign::Added, Sign::Replaced, Sign::Deleted].map(|sign| html! { <>
                    <dt data-sign={sign.word()}>{ sign.mark() }</dt>
                    <dd>{ say_of("sign", sign.word()) }</dd>
                </> }) }
            </dl>
        </aside>
    }
}
