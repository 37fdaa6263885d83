//! The head of the page: what is played, how, and how the page looks.

use crate::hooks::{use_catalogue, use_orders, use_scene, use_view};
use crate::state::{Action, Panel, Theme};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The head.
#[component]
pub fn Header() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let catalogue = use_catalogue();
    let trace = run.trace();
    let choose = {
        let (view, orders, defaults) = (view.clone(), orders.clone(), catalogue.defaults.clone());
        Callback::from(move |event: Event| {
            let Some(select) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
            else {
                return;
            };
            // Keys belong to the player again.
            drop(select.blur());
            let mut request = view.request();
            request.scenario = select.value();
            request.settings = defaults.clone();
            orders.run.emit(request);
        })
    };
    let changed = trace
        .settings
        .iter()
        .filter(|(key, value)| catalogue.defaults.get(*key).is_some_and(|v| v != *value))
        .count()
        + trace.files.len();
    let theme = match view.theme {
        Theme::Auto => ("◐", "Colours: as the system (D)"),
        Theme::Light => ("☀", "Colours: light (D)"),
        Theme::Dark => ("☾", "Colours: dark (D)"),
    };
    html! {
        <header class="header">
            <h1 class="header__name">{ "DM_SC Explorer" }</h1>
            <label class="header__choice">
                <span class="header__unseen">{ "Scenario" }</span>
                <select class="header__select" onchange={choose}>
                    { for catalogue.scenarios.iter().map(|scenario| html! {
                        <option value={scenario.id} selected={scenario.id == trace.scenario}>
                            { scenario.title }
                        </option>
                    }) }
                </select>
            </label>
            <button
                type="button"
                class="header__button header__button--settings"
                title="Settings of the run (S)"
                aria-expanded={(view.panel == Some(Panel::Settings)).to_string()}
                onclick={orders.act.reform(|_: MouseEvent| Action::TogglePanel(Panel::Settings))}
            >
                { "Settings" }
                if changed > 0 {
                    <span class="header__count" title={format!("{changed} changed")}>{ changed }</span>
                }
            </button>
            <span class="header__space" />
            <button
                type="button"
                class="header__button header__button--link"
                title="Copy a link to this moment"
                onclick={orders.copy.reform(|_: MouseEvent| ())}
            >{ "Copy link" }</button>
            <button
                type="button"
                class="header__button header__button--icon"
                title={theme.1}
                aria-label={theme.1}
                onclick={orders.act.reform(|_: MouseEvent| Action::NextTheme)}
            >{ theme.0 }</button>
            <button
                type="button"
                class="header__button header__button--icon header__button--large"
                title="Presenter’s size (P)"
                aria-label="Presenter’s size"
                aria-pressed={view.large.to_string()}
                onclick={orders.act.reform(|_: MouseEvent| Action::ToggleLarge)}
            >{ "A" }<span class="header__bigger">{ "A" }</span></button>
            <button
                type="button"
                class="header__button header__button--icon"
                title="Keys and colours (?)"
                aria-label="Help"
                aria-expanded={(view.panel == Some(Panel::Help)).to_string()}
                onclick={orders.act.reform(|_: MouseEvent| Action::TogglePanel(Panel::Help))}
            >{ "?" }</button>
        </header>
    }
}
