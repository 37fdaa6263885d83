//! Joins the page: the engine that makes runs, the state, the address, keys and time.

use crate::components::Page;
use crate::hooks::{
    Catalogue, ScenarioInfo, Scene, SettingInfo, View, copy_link, read_address, read_preferences,
    show_faults, use_address, use_keys, use_moment, use_preferences,
};
use crate::orders::Order;
use crate::playback::RunHandle;
use crate::route::Route;
use crate::state::{Action, Place, Request, State};
use dmsc_core::scenario::{
    self, CATALOGUE, DEFAULT_SEED, Edit, Scenario, SettingKey, Settings, Setup,
};
use dmsc_core::trace::Layer;
use std::rc::Rc;
use yew::prelude::*;

/// What there is to play, in plain words for the components.
pub fn catalogue() -> Catalogue {
    let info = |key: &SettingKey| SettingInfo {
        key: key.id(),
        title: key.title(),
        kind: key.row().kind,
        note: key.row().note,
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
    let mut problems = Vec::new();
    let mut edits: Vec<Edit> = Vec::new();
    for text in &request.edits {
        match text.parse() {
            Ok(edit) => edits.push(edit),
            Err(error) => problems.push(error.to_string()),
        }
    }
    let mut trace = scenario::run(&Setup {
        scenario,
        settings,
        seed: request.seed,
        edits,
    });
    problems.append(&mut trace.problems);
    trace.problems = problems;
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
    let mut step = route.step;
    let scenario = route.scenario.filter(|id| {
        let known = Scenario::find(id).is_some();
        if !known {
            problems.push(unknown_scenario(id));
            // A step of a scenario that is not there is none of another.
            step = None;
        }
        known
    });
    let mut settings = Settings::default();
    for (key, value) in &route.settings {
        if let Err(error) = settings.set(key, value) {
            problems.push(sentence(&error.to_string()));
        }
    }
    let request = Request {
        scenario: scenario.unwrap_or_else(|| CATALOGUE[0].id.to_owned()),
        settings: settings.entries(),
        seed: route.seed.unwrap_or(DEFAULT_SEED),
        edits: route.edits,
        file: None,
    };
    let run = run(&request).ok()?;
    problems.extend(run.trace().problems.iter().map(|problem| sentence(problem)));
    let count = run.trace().steps.len() as u32;
    let place = match step {
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
    let shown = route.card.is_some();
    let file = route.card.filter(|path| !path.is_empty());
    let file = file.filter(|path| {
        let there = run.trace().card.has_file(path);
        if !there {
            problems.push(format!("The card has no file {path}."));
        }
        there
    });
    let actions = vec![
        Action::SetDepth(route.depth.unwrap_or(Layer::Packages)),
        Action::Load(run.clone(), place),
        Action::SelectField(route.field),
        Action::ShowCard(shown),
        Action::SelectFile(file),
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
        card: state.card.then(|| state.file.clone().unwrap_or_default()),
        depth: (state.depth != Layer::Packages).then_some(state.depth),
        seed: (trace.seed != catalogue.seed).then_some(trace.seed),
        settings,
        edits: trace.edits.clone(),
        problems: Vec::new(),
    }
    .format()
}

/// Mounts the page at the moment that the address names.
pub fn start() {
    show_faults();
    let first = first_state(&read_address()).or_else(|| first_state(""));
    // The built-in scenario runs; tests hold it to that.
    if let Some(mut first) = first {
        (first.theme, first.large) = read_preferences();
        yew::Renderer::<App>::with_props(AppProps {
            first: Rc::new(first),
        })
        .render();
    }
}

/// What the page begins with.
#[derive(PartialEq, Properties)]
pub struct AppProps {
    /// The first state.
    pub first: Rc<State>,
}

/// The page with all it depends on.
#[component]
pub fn App(props: &AppProps) -> Html {
    let first = props.first.clone();
    let state = use_reducer_eq(move || (*first).clone());
    let catalogue = use_memo((), |()| catalogue());
    let view = Rc::new((*state).clone());
    let current = use_mut_ref(|| view.clone());
    current.replace(view.clone());
    let dispatcher = state.dispatcher();
    let act = use_callback((), move |action, ()| dispatcher.dispatch(action));
    let give = use_callback((), {
        let (act, catalogue) = (act.clone(), catalogue.clone());
        move |order, ()| {
            let view = current.borrow().clone();
            carry_out(order, &view, &catalogue, &act);
        }
    });
    use_keys(view.cursor, act.clone());
    use_preferences(view.theme, view.large);
    use_moment(
        (view.cursor, view.run.clone(), view.rows.clone()),
        view.moment_ms(),
        act.reform(|()| Action::Advance),
    );
    use_address(
        address(&view, &catalogue),
        Callback::from(move |hash: String| {
            let (_, actions) = arrive(&hash).unzip();
            actions
                .into_iter()
                .flatten()
                .for_each(|action| act.emit(action));
        }),
    );
    let scene = Scene {
        run: view.run.clone(),
        catalogue,
        give,
    };
    html! {
        <ContextProvider<Scene> context={scene}>
            <ContextProvider<View> context={View(view)}>
                <Page />
            </ContextProvider<View>>
        </ContextProvider<Scene>>
    }
}

/// Does what the person asks for.
fn carry_out(order: Order, view: &State, catalogue: &Catalogue, act: &Callback<Action>) {
    let mut request = view.request();
    let place = match order {
        Order::Act(action) => return act.emit(action),
        Order::CopyLink => {
            let act = act.clone();
            let has_file = !view.run.trace().files.is_empty();
            return copy_link(
                &address(view, catalogue),
                Callback::from(move |done| act.emit(Action::Notify(copied(done, has_file)))),
            );
        }
        Order::Answer(key, answer) => {
            request.settings.insert(key.to_owned(), answer);
            Place::Answered
        }
        Order::Provision(file) => {
            request.file = file;
            Place::Start
        }
        Order::Set(key, value) => {
            match key.as_str() {
                "speed" => return act.emit(Action::SetSpeed(value.parse().unwrap_or(100))),
                "scenario" => {
                    request.scenario = value;
                    request.settings = catalogue.defaults.clone();
                }
                "seed" => match value.parse() {
                    Ok(seed) => request.seed = seed,
                    Err(_) => {
                        let reason = "A seed is a whole number, not below 0.".to_owned();
                        return act.emit(Action::Notify(vec![reason]));
                    }
                },
                _ => {
                    request.settings.insert(key, value);
                }
            }
            Place::Start
        }
    };
    act.emit(match run(&request) {
        Ok(run) => Action::Load(run, place),
        Err(Refusal::File(reason)) => Action::RefuseFile(Some(reason)),
        Err(Refusal::Request(reason)) => Action::Notify(vec![sentence(&reason)]),
    });
}

fn copied(done: bool, has_file: bool) -> Vec<String> {
    let said = if done {
        "The link to this moment is in the clipboard."
    } else {
        "The browser does not let this page copy; take the link from the address bar."
    };
    let mut all = vec![said.to_owned()];
    if has_file {
        all.push("Your provisioning file is not part of the link.".to_owned());
    }
    all
}

/// An error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let mut sentence: String = first.into_iter().collect();
    sentence.push_str(letters.as_str());
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}
