//! Joins the page: the engine that makes runs, the state, the address, keys and time.

use crate::components::page::Page;
use crate::hooks::{
    Catalogue, Orders, ScenarioInfo, Scene, SettingInfo, View, copy_link, read_address,
    read_preferences, use_address, use_keys, use_moment, use_preferences,
};
use crate::playback::RunHandle;
use crate::route::Route;
use crate::state::{Action, Place, Request, State};
use dmsc_core::scenario::{self, CATALOGUE, DEFAULT_SEED, Scenario, SettingKey, Settings, Setup};
use dmsc_core::trace::Layer;
use std::rc::Rc;
use yew::prelude::*;

/// What there is to play, in plain words for the components.
pub fn catalogue() -> Catalogue {
    let info = |key: &SettingKey| SettingInfo {
        key: key.id(),
        title: key.title(),
        values: key.values(),
        file: *key == SettingKey::Provisioning,
    };
    Catalogue {
        scenarios: CATALOGUE
            .iter()
            .map(|scenario| ScenarioInfo {
                id: scenario.id,
                title: scenario.title,
                settings: scenario.settings.iter().map(info).collect(),
            })
            .collect(),
        defaults: Settings::default().entries(),
        seed: DEFAULT_SEED,
    }
}

/// Why a request makes no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A scenario or a setting.
    Request(String),
    /// The provisioning file.
    File(String),
}

/// Makes a run; everything that is wrong with the request is said at once.
pub fn run(request: &Request) -> Result<RunHandle, Refusal> {
    let Some(scenario) = Scenario::find(&request.scenario) else {
        return Err(Refusal::Request(unknown_scenario(&request.scenario)));
    };
    let mut settings = Settings::default();
    for (key, value) in &request.settings {
        if key != SettingKey::Provisioning.id() {
            settings
                .set(key, value)
                .map_err(|error| Refusal::Request(error.to_string()))?;
        }
    }
    if let Some((name, bytes)) = &request.file {
        settings
            .load_provisioning(name, bytes)
            .map_err(|error| Refusal::File(error.to_string()))?;
    }
    let trace = scenario::run(&Setup {
        scenario,
        settings,
        seed: request.seed,
    });
    Ok(RunHandle::new(trace))
}

fn unknown_scenario(id: &str) -> String {
    let known: Vec<&str> = CATALOGUE.iter().map(|scenario| scenario.id).collect();
    format!(
        "There is no scenario \"{id}\"; there are {}.",
        known.join(", ")
    )
}

/// The run that an address asks for, and what then brings a state to its moment. What cannot
/// be followed is said and left at its default, so there is always something to see.
pub fn arrive(hash: &str) -> Option<(RunHandle, Vec<Action>)> {
    let route = Route::parse(hash);
    let mut problems = route.problems;
    let scenario = route.scenario.filter(|id| {
        let known = Scenario::find(id).is_some();
        if !known {
            problems.push(unknown_scenario(id));
        }
        known
    });
    let mut settings = Settings::default();
    for (key, value) in &route.settings {
        if let Err(error) = settings.set(key, value) {
            let text = error.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            problems.push(format!(
                "{}{}.",
                first.unwrap_or_default(),
                letters.as_str()
            ));
        }
    }
    let request = Request {
        scenario: scenario.unwrap_or_else(|| CATALOGUE[0].id.to_owned()),
        settings: settings.entries(),
        seed: route.seed.unwrap_or(DEFAULT_SEED),
        file: None,
    };
    let run = run(&request).ok()?;
    let count = run.trace().steps.len() as u32;
    let place = match route.step {
        Some(step) if step < count => Place::At(step),
        Some(step) => {
            problems.push(format!(
                "This run has no step {step}; its steps are 0 to {}.",
                count.saturating_sub(1)
            ));
            Place::Start
        }
        None => Place::Start,
    };
    let actions = vec![
        Action::SetDepth(route.depth.unwrap_or(Layer::Packages)),
        Action::Load(run.clone(), place),
        Action::SelectField(route.field),
        Action::Notify(problems),
    ];
    Some((run, actions))
}

/// The first state.
pub fn first_state(hash: &str) -> Option<State> {
    let (run, actions) = arrive(hash)?;
    let state = actions
        .into_iter()
        .fold(Rc::new(State::new(run)), State::reduce);
    Some(Rc::unwrap_or_clone(state))
}

/// The address of the moment that a state shows.
pub fn address(state: &State, catalogue: &Catalogue) -> String {
    let trace = state.run.trace();
    let mut settings = trace.settings.clone();
    settings.retain(|key, value| {
        catalogue
            .defaults
            .get(key)
            .is_some_and(|default| default != value)
    });
    Route {
        scenario: Some(trace.scenario.clone()),
        step: Some(state.shown()),
        field: state.field.clone(),
        depth: (state.depth != Layer::Packages).then_some(state.depth),
        seed: (trace.seed != catalogue.seed).then_some(trace.seed),
        settings,
        problems: Vec::new(),
    }
    .format()
}

/// The page with all it depends on.
#[component]
pub fn App() -> Html {
    let first = use_memo((), |()| {
        first_state(&read_address())
            .or_else(|| first_state(""))
            .map(|mut state| {
                (state.theme, state.large) = read_preferences();
                state
            })
    });
    match &*first {
        Some(first) => html! { <Running first={Rc::new(first.clone())} /> },
        None => html! { <p role="alert">{ "The built-in scenario does not run." }</p> },
    }
}

#[derive(PartialEq, Properties)]
struct RunningProps {
    first: Rc<State>,
}

#[component]
fn Running(props: &RunningProps) -> Html {
    let first = props.first.clone();
    let state = use_reducer_eq(move || (*first).clone());
    let catalogue = use_memo((), |()| catalogue());
    let dispatcher = state.dispatcher();
    let act = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |action, ()| dispatcher.dispatch(action)
    });
    let load = use_callback((), {
        let act = act.clone();
        move |(request, place): (Request, Place), ()| match run(&request) {
            Ok(run) => act.emit(Action::Load(run, place)),
            Err(Refusal::File(reason)) => act.emit(Action::RefuseFile(Some(reason))),
            Err(Refusal::Request(reason)) => act.emit(Action::Notify(vec![reason])),
        }
    });
    let hash = address(&state, &catalogue);
    let view = Rc::new((*state).clone());
    let orders = Orders {
        act: act.clone(),
        run: use_callback((), {
            let load = load.clone();
            move |request, ()| load.emit((request, Place::Start))
        }),
        answer: use_callback(view.run.clone(), {
            let (load, view) = (load.clone(), view.clone());
            move |answer: &'static str, _| {
                let mut request = view.request();
                request.settings.insert("answer".into(), answer.into());
                load.emit((request, Place::Answered));
            }
        }),
        copy: use_callback(hash.clone(), {
            let act = act.clone();
            let has_file = !view.run.trace().files.is_empty();
            move |(), hash: &String| {
                let act = act.clone();
                copy_link(
                    hash,
                    Callback::from(move |done| {
                        let mut said = vec![if done {
                            "The link to this moment is in the clipboard.".to_owned()
                        } else {
                            "The browser does not let this page copy; take the link from the address bar.".to_owned()
                        }];
                        if has_file {
                            said.push("Your provisioning file is not part of the link.".to_owned());
                        }
                        act.emit(Action::Notify(said));
                    }),
                );
            }
        }),
    };
    use_keys(view.cursor, act.clone());
    use_preferences(view.theme, view.large);
    use_moment(
        (view.cursor, view.run.clone(), view.rows.clone()),
        view.moment_ms(),
        act.reform(|()| Action::Advance),
    );
    use_address(
        hash,
        Callback::from(move |hash: String| {
            let (_, actions) = arrive(&hash).unzip();
            actions
                .into_iter()
                .flatten()
                .for_each(|action| act.emit(action));
        }),
    );
    html! {
        <ContextProvider<Rc<Catalogue>> context={catalogue}>
        <ContextProvider<Orders> context={orders}>
        <ContextProvider<Scene> context={Scene(view.run.clone())}>
        <ContextProvider<View> context={View(view)}>
            <Page />
        </ContextProvider<View>>
        </ContextProvider<Scene>>
        </ContextProvider<Orders>>
        </ContextProvider<Rc<Catalogue>>>
    }
}
