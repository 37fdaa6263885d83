//! The settings that matter to the scenario; each change makes another run.

use crate::hooks::{SettingInfo, use_catalogue, use_orders, use_scene, use_view};
use crate::state::{Action, Request};
use gloo::file::callbacks::{FileReader, read_as_bytes};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The settings.
#[component]
pub fn SettingsPanel() -> Html {
    let run = use_scene();
    let orders = use_orders();
    let catalogue = use_catalogue();
    let scenario = catalogue
        .scenarios
        .iter()
        .find(|scenario| scenario.id == run.trace().scenario);
    html! {
        <aside class="panel settings-panel" role="dialog" aria-label="Settings">
            <header class="panel__head">
                <h2 class="panel__title">{ "Settings of the run" }</h2>
                <button
                    type="button"
                    class="panel__close"
                    title="Close (Esc)"
                    aria-label="Close"
                    onclick={orders.act.reform(|_: MouseEvent| Action::Close)}
                >{ "✕" }</button>
            </header>
            <p class="panel__note">{ "Every change plays the scenario anew. The same settings give the same bytes." }</p>
            { for scenario.into_iter().flat_map(|scenario| &scenario.settings).map(|info| html! {
                if info.file {
                    <Provisioning key={info.key} />
                } else {
                    <Setting key={info.key} info={info.clone()} />
                }
            }) }
            <Seed />
        </aside>
    }
}

#[derive(PartialEq, Properties)]
struct SettingProps {
    info: SettingInfo,
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
        ("ecms-nonce", "known") => "Present one",
        ("ecms-nonce", "resync") => "Resynchronisation",
        _ => return None,
    })
}

fn with(mut request: Request, key: &str, value: &str) -> Request {
    request.settings.insert(key.to_owned(), value.to_owned());
    request
}

/// One setting: a few values side by side, or a number.
#[component]
fn Setting(props: &SettingProps) -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let info = &props.info;
    let present = run
        .trace()
        .settings
        .get(info.key)
        .cloned()
        .unwrap_or_default();
    let number = info
        .values
        .first()
        .is_some_and(|value| value.starts_with('<'));
    let id = format!("setting-{}", info.key);
    html! {
        <div class="settings-panel__setting">
            if number {
                <label class="settings-panel__title" for={id.clone()}>{ info.title }</label>
                <input
                    {id}
                    class="settings-panel__number"
                    type="number"
                    inputmode="numeric"
                    value={present}
                    onchange={{
                        let (view, orders, key) = (view.clone(), orders.clone(), info.key);
                        Callback::from(move |event: Event| {
                            let value = event
                                .target()
                                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                                .map(|input| input.value());
                            if let Some(value) = value {
                                orders.run.emit(with(view.request(), key, &value));
                            }
                        })
                    }}
                />
                <span class="settings-panel__range">
                    { info.values[0].trim_matches(['<', '>']) }
                </span>
            } else {
                <label class="settings-panel__title" for={id.clone()}>{ info.title }</label>
                <select
                    {id}
                    class="settings-panel__select"
                    onchange={{
                        let (view, orders, key) = (view.clone(), orders.clone(), info.key);
                        Callback::from(move |event: Event| {
                            let select = event
                                .target()
                                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
                            if let Some(select) = select {
                                orders.run.emit(with(view.request(), key, &select.value()));
                            }
                        })
                    }}
                >
                    { for info.values.iter().map(|value| html! {
                        <option value={*value} selected={*value == present}>
                            { word(info.key, value).unwrap_or(value) }
                        </option>
                    }) }
                </select>
            }
        </div>
    }
}

/// The seed of nonces and session ids.
#[component]
fn Seed() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let onchange = {
        let (view, orders) = (view.clone(), orders.clone());
        Callback::from(move |event: Event| {
            let seed = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                .and_then(|input| input.value().parse().ok());
            match seed {
                Some(seed) => orders.run.emit(Request {
                    seed,
                    ..view.request()
                }),
                None => orders.act.emit(Action::Notify(vec![
                    "A seed is a whole number, not below 0.".to_owned(),
                ])),
            }
        })
    };
    html! {
        <div class="settings-panel__setting">
            <label class="settings-panel__title" for="setting-seed">{ "Seed of nonces and session ids" }</label>
            <input
                id="setting-seed"
                class="settings-panel__number"
                type="number"
                inputmode="numeric"
                min="0"
                value={run.trace().seed.to_string()}
                {onchange}
            />
        </div>
    }
}

/// The provisioning document: the built-in one, or the person's own.
#[component]
fn Provisioning() -> Html {
    let run = use_scene();
    let view = use_view();
    let orders = use_orders();
    let reader = use_mut_ref(|| None::<FileReader>);
    let over = use_state_eq(|| false);
    let take = {
        let (view, orders) = (view.clone(), orders.clone());
        Callback::from(move |file: web_sys::File| {
            let name = file.name();
            let (view, orders) = (view.clone(), orders.clone());
            let file = gloo::file::File::from(file);
            let task = read_as_bytes(&file, move |bytes| match bytes {
                Ok(bytes) => orders.run.emit(Request {
                    file: Some((name, bytes)),
                    ..view.request()
                }),
                Err(error) => orders.act.emit(Action::RefuseFile(Some(format!(
                    "{name} could not be read: {error}"
                )))),
            });
            *reader.borrow_mut() = Some(task);
        })
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                take.emit(file);
            }
            // So that the same file, mended, can be chosen again.
            input.set_value("");
        })
    };
    let ondrop = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let file = event
                .data_transfer()
                .and_then(|data| data.files())
                .and_then(|files| files.get(0));
            if let Some(file) = file {
                take.emit(file);
            }
        })
    };
    let ondragover = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(true);
        })
    };
    let ondragleave = {
        let over = over.clone();
        Callback::from(move |_: DragEvent| over.set(false))
    };
    let built_in = {
        let (view, orders) = (view.clone(), orders.clone());
        Callback::from(move |_: MouseEvent| {
            orders.run.emit(Request {
                file: None,
                ..view.request()
            });
        })
    };
    let own = run.trace().files.keys().next();
    html! {
        <div
            class={classes!("settings-panel__file", over.then_some("settings-panel__file--over"))}
            {ondrop}
            {ondragover}
            {ondragleave}
        >
            <span class="settings-panel__title">{ "Provisioning document in the card" }</span>
            <span class="settings-panel__loaded">
                { own.map_or("built-in", String::as_str) }
            </span>
            <span class="settings-panel__actions">
                <label class="settings-panel__choose">
                    { "Choose a TNDS XML file" }
                    <input class="settings-panel__input" type="file" accept=".xml,text/xml,application/xml" {onchange} />
                </label>
                if own.is_some() {
                    <button type="button" class="settings-panel__back" onclick={built_in}>{ "Back to built-in" }</button>
                }
            </span>
            <span class="settings-panel__range">{ "or drop it here; it stays in this page" }</span>
            if let Some(reason) = &view.refusal {
                <p class="settings-panel__refusal" role="alert">
                    { reason }
                    { format!(" Still loaded: {}.", own.map_or("the built-in document", String::as_str)) }
                </p>
            }
        </div>
    }
}
