//! The menu: what belongs to who looks (colours, size), and the way to the help.

use crate::components::{order, panel_head, truth};
use crate::panes::{Pane, PaneId, Stand, help};
use crate::state::{ShellAction, State};
use crate::words::{say, say_of};
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "menu";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "",
    stands: Stand::Above,
    view: |_, state| menu(state),
};

fn menu(view: &State) -> Html {
    html! {
        <aside class="panel menu" role="dialog" aria-label={say("pane.menu")}>
            { panel_head(say("pane.menu")) }
            { entry(say("menu.theme"), say_of("theme", view.shell.theme.id()), "D", None, ShellAction::NextTheme) }
            { entry(say("menu.size"), say(if view.shell.large { "menu.large" } else { "menu.normal" }), "P", Some(view.shell.large), ShellAction::ToggleLarge) }
            { entry(say("pane.help"), "", "?", None, ShellAction::ToggleAbove(help::ID)) }
        </aside>
    }
}

/// One thing to choose: its name, what it is at, its key.
fn entry(
    name: &'static str,
    state: &'static str,
    key: &'static str,
    pressed: Option<bool>,
    action: ShellAction,
) -> Html {
    html! {
        <button type="button" class="menu__entry" aria-pressed={pressed.map(truth)} data-order={order(action)}>
            <span class="menu__name">{ name }</span>
            <span class="menu__state">{ state }</span>
            <kbd>{ key }</kbd>
        </button>
    }
}
