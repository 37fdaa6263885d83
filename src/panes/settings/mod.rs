//! The settings that matter to the scenario, and the edits of the run; each change makes another
//! run.

use crate::components::panel_head;
use crate::engine::{Control, ScenarioInfo, SettingInfo};
use crate::hooks::Scene;
use crate::panes::{Pane, PaneId, Stand};
use crate::state::State;
use crate::words::{fill, find, say};
use dmsc_core::trace::Trace;
use yew::prelude::*;

/// Name of the pane.
pub const ID: PaneId = "settings";

/// Row of the pane.
pub const PANE: Pane = Pane {
    id: ID,
    key: "S",
    stands: Stand::Above,
    view: settings_panel,
};

fn scenario(scene: &Scene) -> Option<&ScenarioInfo> {
    let id = &scene.run.trace().scenario;
    let mut all = scene.catalogue.scenarios.iter();
    all.find(|scenario| scenario.id == *id)
}

/// The settings that are not as they are when nothing is said.
fn others(scene: &Scene) -> Vec<(&str, &str)> {
    let defaults = &scene.catalogue.defaults;
    let all = scene.run.trace().settings.iter();
    all.filter(|(key, value)| defaults.get(*key).is_some_and(|v| v != *value))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect()
}

/// How much is not as it is when nothing is said.
pub(crate) fn changed(scene: &Scene, view: &State) -> usize {
    others(scene).len() + scene.run.trace().files.len() + view.runs.edits.len()
}

/// The settings in a few words: those that are changed.
pub(crate) fn in_short(scene: &Scene, view: &State) -> String {
    let mut words: Vec<String> = others(scene)
        .into_iter()
        .map(|(key, value)| word(key, value).unwrap_or(value).to_owned())
        .collect();
    words.extend(scene.run.trace().files.keys().cloned());
    words.extend(view.runs.edits.iter().cloned());
    if words.is_empty() {
        say("pane.settings").to_owned()
    } else {
        words.join(" · ")
    }
}

fn settings_panel(scene: &Scene, view: &State) -> Html {
    let trace = scene.run.trace();
    let settings = scenario(scene).into_iter().flat_map(|one| &one.settings);
    html! {
        <aside class="panel settings-panel" role="dialog" aria-label={say("pane.settings")}>
            { panel_head(say("settings.title")) }
            <p class="panel__note">{ say("settings.note") }</p>
            { for settings.map(|info| match &info.kind {
                Control::File => provisioning(trace, view),
                Control::Number { min, max, unit } => {
                    let values = [
                        ("min", min.to_string()),
                        ("max", max.to_string()),
                        ("unit", unit.clone()),
                    ];
                    let mut range = fill("settings.range", &values);
                    if !info.note.is_empty() {
                        range.push_str("; ");
                        range.push_str(&info.note);
                    }
                    number(&info.key, title(info), present(info, trace), range)
                }
                Control::Choice(words) => choice(info, words, trace),
            }) }
            { number("seed", say("settings.seed").to_owned(), trace.seed.to_string(), String::new()) }
            if !view.runs.edits.is_empty() {
                <ul class="settings-panel__edits">
                    { for view.runs.edits.iter().enumerate().map(|(at, edit)| html! {
                        <li class="settings-panel__edit">
                            <code>{ edit }</code>
                            <button type="button" class="settings-panel__back" data-order={format!("unedit {at}")}>
                                { say("settings.undo") }
                            </button>
                        </li>
                    }) }
                </ul>
            }
        </aside>
    }
}

/// What a setting does.
fn title(info: &SettingInfo) -> String {
    let words = find(&format!("setting.{}", info.key));
    words.map_or_else(|| info.title.clone(), str::to_owned)
}

/// Words for values that links spell short.
fn word(key: &str, value: &str) -> Option<&'static str> {
    find(&format!("value.{key}.{value}"))
}

fn present(info: &SettingInfo, trace: &Trace) -> String {
    trace.settings.get(&info.key).cloned().unwrap_or_default()
}

/// A setting with a few values.
fn choice(info: &SettingInfo, values: &[String], trace: &Trace) -> Html {
    let present = present(info, trace);
    let id = format!("setting-{}", info.key);
    html! {
        <div class="settings-panel__setting">
            <label class="settings-panel__title" for={id.clone()}>{ title(info) }</label>
            <select {id} class="settings-panel__select" data-set={info.key.clone()}>
                { for values.iter().map(|value| html! {
                    <option value={value.clone()} selected={*value == present}>
                        { word(&info.key, value).unwrap_or(value) }
                    </option>
                }) }
            </select>
        </div>
    }
}

fn number(key: &str, title: String, value: String, range: String) -> Html {
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
                data-set={key.to_owned()}
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
            <span class="settings-panel__title">{ say("settings.document") }</span>
            <span class="settings-panel__loaded">{ own.map_or(say("settings.built-in"), String::as_str) }</span>
            <span class="settings-panel__actions">
                <label class="settings-panel__choose">
                    { say("settings.choose") }
                    <input
                        class="settings-panel__input"
                        type="file"
                        accept=".xml,text/xml,application/xml"
                        data-set="file"
                    />
                </label>
                if own.is_some() {
                    <button type="button" class="settings-panel__back" data-order="built-in">
                        { say("settings.back") }
                    </button>
                }
            </span>
            <span class="settings-panel__range">{ say("settings.drop") }</span>
            if let Some(reason) = &view.runs.refusal {
                <p class="settings-panel__refusal" role="alert">
                    { fill("settings.refused", &[
                        ("reason", reason.clone()),
                        ("document", own.map_or(say("settings.the-built-in"), String::as_str).to_owned()),
                    ]) }
                </p>
            }
        </div>
    }
}
