//! The head of the page: what is played, how, and how the page looks.

use crate::hooks::Scene;
use crate::orders;
use crate::state::{Action, Panel, State, Theme};
use yew::prelude::*;

/// Draws the head.
pub(super) fn header(scene: &Scene, view: &State) -> Html {
    let trace = scene.run.trace();
    let defaults = &scene.catalogue.defaults;
    let changed = trace
        .settings
        .iter()
        .filter(|(key, value)| defaults.get(*key).is_some_and(|v| v != *value))
        .count()
        + trace.files.len();
    let (icon, theme) = match view.theme {
        Theme::Auto => ("◐", "Colours: as the system (D)"),
        Theme::Light => ("☀", "Colours: light (D)"),
        Theme::Dark => ("☾", "Colours: dark (D)"),
    };
    let open = |panel| {
        if view.panel == Some(panel) {
            "true"
        } else {
            "false"
        }
    };
    html! {
        <header class="header">
            <h1 class="header__name">{ "DM_SC Explorer" }</h1>
            <select class="header__select" aria-label="Scenario" data-set="scenario">
                { for scene.catalogue.scenarios.iter().map(|scenario| html! {
                    <option value={scenario.id} selected={scenario.id == trace.scenario}>
                        { scenario.title }
                    </option>
                }) }
            </select>
            <button
                type="button"
                class="header__button"
                title="Settings of the run (S)"
                aria-expanded={open(Panel::Settings)}
                data-order={orders::text(&Action::TogglePanel(Panel::Settings))}
            >
                { "Settings" }
                if changed > 0 {
                    <span class="header__count" title="changed">{ changed }</span>
                }
            </button>
            <span class="header__space" />
            <button
                type="button"
                class="header__button header__button--link"
                title="Copy a link to this moment"
                data-order="copy-link"
            >{ "Copy link" }</button>
            <button
                type="button"
                class="header__button header__button--icon"
                title={theme}
                aria-label={theme}
                data-order={orders::text(&Action::NextTheme)}
            >{ icon }</button>
            <button
                type="button"
                class="header__button header__button--icon header__button--large"
                title="Presenter’s size (P)"
                aria-label="Presenter’s size"
                aria-pressed={if view.large { "true" } else { "false" }}
                data-order={orders::text(&Action::ToggleLarge)}
            >{ "A" }<span class="header__bigger">{ "A" }</span></button>
            <button
                type="button"
                class="header__button header__button--icon"
                title="Keys and colours (?)"
                aria-label="Help"
                aria-expanded={open(Panel::Help)}
                data-order={orders::text(&Action::TogglePanel(Panel::Help))}
            >{ "?" }</button>
        </header>
    }
}

/// Draws what the person should know, such as what was wrong with a link.
pub(super) fn notices(view: &State) -> Html {
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
                data-order={orders::text(&Action::Notify(Vec::new()))}
            >{ "✕" }</button>
        </div>
    }
}
