//! The head of the page: what is played and how, on the left; what else there is, on the right.

use crate::components::{close_button, order, truth};
use crate::hooks::Scene;
use crate::panes::{SCREENS, menu, settings};
use crate::state::{ShellAction, State};
use crate::words::{say, say_of};
use yew::prelude::*;

/// Draws the head.
pub(super) fn header(scene: &Scene, view: &State) -> Html {
    let trace = scene.run.trace();
    let changed = settings::changed(scene, view);
    let open = |pane| truth(view.shell.above == Some(pane));
    html! {
        <header class="header">
            <h1 class="header__name">{ say("page.name") }</h1>
            <select class="header__select" aria-label={say("header.scenario")} data-set="scenario">
                { for scene.catalogue.scenarios.iter().map(|scenario| html! {
                    <option value={scenario.id.clone()} selected={scenario.id == trace.scenario}>
                        { &scenario.title }
                    </option>
                }) }
            </select>
            <button
                type="button"
                class="header__button header__button--settings"
                title={say("header.settings-title")}
                aria-expanded={open(settings::ID)}
                data-order={order(ShellAction::ToggleAbove(settings::ID))}
            >
                <span class="header__word">{ settings::in_short(scene, view) }</span>
                if changed > 0 {
                    <span class="header__count" title={say("header.changed")}>{ changed }</span>
                }
            </button>
            <span class="header__space" />
            if SCREENS.len() > 1 {
                <nav class="header__screens" aria-label={say("header.screens")}>
                    { for SCREENS.iter().map(|screen| html! {
                        <a class="header__screen" href={format!("#/~{}", screen.id)}>
                            { say_of("screen", screen.id) }
                        </a>
                    }) }
                </nav>
            }
            <button
                type="button"
                class="header__button header__button--link"
                title={say("header.share-title")}
                data-order="copy-link"
            >{ say("header.share") }</button>
            <button
                type="button"
                class="header__button header__button--icon"
                title={say("pane.menu")}
                aria-label={say("pane.menu")}
                aria-expanded={open(menu::ID)}
                data-order={order(ShellAction::ToggleAbove(menu::ID))}
            >{ "···" }</button>
        </header>
    }
}

/// Draws what the person should know, such as what was wrong with a link.
pub(super) fn notices(view: &State) -> Html {
    if view.shell.notices.is_empty() {
        return Html::default();
    }
    html! {
        <div class="notices" role="alert">
            <ul class="notices__list">
                { for view.shell.notices.iter().map(|text| html! { <li>{ text }</li> }) }
            </ul>
            { close_button("notices__close", ShellAction::Notify(Vec::new())) }
        </div>
    }
}
