//! The settings that matter to the scenario; each change makes another run.

use crate::hooks::{Control, Scene, SettingInfo};
use crate::orders;
use crate::state::{Action, State};
use dmsc_core::trace::Trace;
use yew::prelude::*;

/// Draws the head of a panel.
pub(super) fn panel_head(title: &'static str) -> Html {
    html! {
        <header class="panel__head">
            <h2 class="panel__title">{ title }</h2>
            <button
                type="button"
                class="panel__close"
                title="Close (Esc)"
                aria-label="Close"
                data-order={orders::text(&Action::Close)}
            >{ "✕" }</button>
        </header>
    }
}

/// Draws the settings.
pub(super) fn settings_panel(scene: &Scene, view: &State) -> Html {
    let trace = scene.run.trace();
    let scenario = scene
        .catalogue
        .scenarios
        .iter()
        .find(|scenario| scenario.id == trace.scenario);
    html! {
        <aside class="panel settings-panel" role="dialog" aria-label="Settings">
            { panel_head("Settings of the run") }
            <p class="panel__note">{ "Every change plays the scenario anew. The same settings give the same bytes." }</p>
            { for scenario.into_iter().flat_map(|scenario| &scenario.settings).map(|info| {
                match info.kind {
                    Control::File { .. } => provisioning(trace, view),
                    Control::Number { min, max, unit } => {
                        let mut range = format!("{min} to {max} {unit}");
                        if !info.note.is_empty() {
                            range.push_str("; ");
                            range.push_str(info.note);
                        }
                        number(info.key, info.title, present(info, trace), &range)
                    }
                    Control::Choice(words) => choice(info, words, trace),
                    Control::Switch => choice(info, &["on", "off"], trace),
                }
            }) }
            { number("seed", "Seed of nonces and session ids", trace.seed.to_string(), "") }
        </aside>
    }
}

/// Words for values that links spell short.
fn word(key: &str, value: &str) -> Option<&'static str> {
    Some(match (key, value) {
        ("answer", "accept") => "Accept",
        ("answer", "reject") => "Reject",
        ("answer", "cancel") => "Cancel",
        ("answer", "none") => "No answer",
        ("confirm", "on") => "Yes",
        ("confirm", "off") => "No",
        ("encoding", "wbxml") => "WBXML",
        ("encoding", "xml") => "XML",
        ("ecms-nonce", "known") => "Present nonce",
        ("ecms-nonce", "resync") => "Resync nonce",
        _ => return None,
    })
}

fn present(info: &SettingInfo, trace: &Trace) -> String {
    trace.settings.get(info.key).cloned().unwrap_or_default()
}

/// A setting with a few values.
fn choice(info: &SettingInfo, words: &[&'static str], trace: &Trace) -> Html {
    let present = present(info, trace);
    let id = format!("setting-{}", info.key);
    html! {
        <div class="settings-panel__setting">
            <label class="settings-panel__title" for={id.clone()}>{ info.title }</label>
            <select {id} class="settings-panel__select" data-set={info.key}>
                { for words.iter().map(|value| html! {
                    <option value={*value} selected={*value == present}>
                        { word(info.key, value).unwrap_or(value) }
                    </option>
                }) }
            </select>
        </div>
    }
}

fn number(key: &'static str, title: &'static str, value: String, range: &str) -> Html {
    let id = format!("setting-{key}");
    html! {
        <div class="settings-panel__setting">
            <label class="settings-panel__title" for={id.clone()}>{ title }</label>
            <input
                {id}
                class="settings-panel__number"
                type="number"
                inputmode="numeric"
                min="0"
                {value}
                data-set={key}
            />
            if !range.is_empty() {
                <span class="settings-panel__range">{ range }</span>
            }
        </div>
    }
}

/// The provisioning document: the built-in one, or the person's own.
fn provisioning(trace: &Trace, view: &State) -> Html {
    let own = trace.files.keys().next();
    html! {
        <div class="settings-panel__file">
            <span class="settings-panel__title">{ "Provisioning document in the card" }</span>
            <span class="settings-panel__loaded">{ own.map_or("built-in", String::as_str) }</span>
            <span class="settings-panel__actions">
                <label class="settings-panel__choose">
                    { "Choose a TNDS XML file" }
                    <input
                        class="settings-panel__input"
                        type="file"
                        accept=".xml,text/xml,application/xml"
                        data-set="file"
                    />
                </label>
                if own.is_some() {
                    <button type="button" class="settings-panel__back" data-order="built-in">
                        { "Back to built-in" }
                    </button>
                }
            </span>
            <span class="settings-panel__range">{ "or drop it anywhere on the page; it does not leave it" }</span>
            if let Some(reason) = &view.refusal {
                <p class="settings-panel__refusal" role="alert">
                    { reason }
                    { ". Still loaded: " }
                    { own.map_or("the built-in document", String::as_str) }
                    { "." }
                </p>
            }
        </div>
    }
}
