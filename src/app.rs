//! Joins the page: the desk with its engine, the state, the address, keys and time.

use crate::address::Address;
use crate::components::Page;
use crate::desk::{Desk, Given};
use crate::engine::{Engine, Heard, InWorker};
use crate::hooks::{
    Scene, View, copy_link, mark_started, read_address, read_preferences, show_faults, use_address,
    use_keys, use_moment, use_preferences,
};
use crate::orders::Order;
use crate::playback::RunHandle;
use crate::state::{Action, Place, RunsAction, ShellAction, State, TimeAction};
use crate::words::say;
use std::rc::Rc;
use yew::prelude::*;

/// How long the engine may take before the page says that it takes long, milliseconds.
const LATE_MS: u32 = 6000;

/// Mounts the page at the moment that the address names, with the engine in a worker.
pub fn start() {
    show_faults();
    let root = gloo::utils::document().get_element_by_id("page");
    let renderer = match root {
        Some(root) => yew::Renderer::<App>::with_root(root),
        None => yew::Renderer::<App>::new(),
    };
    renderer.render();
}

/// The engine of the built page.
fn engine(tell: Callback<Heard>) -> Rc<dyn Engine> {
    Rc::new(InWorker::new(tell))
}

/// The page with all it depends on.
#[component]
pub fn App() -> Html {
    let state = use_reducer_eq(|| {
        let mut first = State::new(RunHandle::empty());
        (first.shell.theme, first.shell.large) = read_preferences();
        first
    });
    let view = Rc::new((*state).clone());
    let current = use_mut_ref(|| view.clone());
    current.replace(view.clone());
    let dispatcher = state.dispatcher();
    let act = use_callback((), move |action, ()| dispatcher.dispatch(action));
    let desk = use_memo((), |()| Desk::new(act.clone(), engine));
    let give = use_callback((), {
        let (act, desk, current) = (act.clone(), desk.clone(), current.clone());
        move |order, ()| {
            let view = current.borrow().clone();
            carry_out(order, &view, &desk, &act);
        }
    });
    let go_to = use_callback((), {
        let (desk, current) = (desk.clone(), current.clone());
        move |hash: String, ()| {
            let view = current.borrow().clone();
            desk.give(Given::Address(Address::parse(&hash)), &view);
        }
    });
    use_effect_with((), {
        let go_to = go_to.clone();
        move |()| go_to.emit(read_address())
    });
    use_effect_with(view.clone(), {
        let desk = desk.clone();
        move |view: &Rc<State>| desk.look(view)
    });
    let there = !view.run().is_empty();
    use_effect_with(there, |there| {
        if *there {
            mark_started();
        }
    });
    use_keys(view.time.cursor, act.clone());
    use_preferences(view.shell.theme, view.shell.large);
    use_moment(
        (view.time.cursor, view.run().clone(), view.time.rows.clone()),
        view.moment_ms(),
        act.reform(|()| TimeAction::Advance.into()),
    );
    use_moment(
        (),
        view.shell.engine.is_busy().then_some(LATE_MS),
        act.reform(|()| ShellAction::Late.into()),
    );
    let catalogue = desk.catalogue();
    let address = there.then(|| view.address(&catalogue).format());
    use_address(address, go_to);
    let scene = Scene {
        run: view.run().clone(),
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
fn carry_out(order: Order, view: &State, desk: &Desk, act: &Callback<Action>) {
    let mut request = view.request();
    let place = match order {
        Order::Act(action) => return act.emit(action),
        Order::Stop => return desk.give(Given::Stop, view),
        Order::Revive => {
            desk.give(Given::Revive, view);
            if view.run().is_empty() {
                desk.give(Given::Address(Address::parse(&read_address())), view);
            }
            return;
        }
        Order::CopyLink => {
            let act = act.clone();
            let has_file = !view.run().trace().files.is_empty();
            return copy_link(
                &view.address(&desk.catalogue()).format(),
                Callback::from(move |done| {
                    act.emit(ShellAction::Notify(copied(done, has_file)).into());
                }),
            );
        }
        Order::Answer(key, answer) => {
            request.settings.insert(key.to_owned(), answer);
            Place::Answered
        }
        Order::Provision(file) => {
            act.emit(RunsAction::RefuseFile(None).into());
            request.file = file;
            Place::Start
        }
        Order::Unedit(at) => {
            if at < request.edits.len() {
                request.edits.remove(at);
            }
            Place::Start
        }
        Order::Set(key, value) => {
            match key.as_str() {
                "speed" => {
                    let speed = value.parse().unwrap_or(100);
                    return act.emit(TimeAction::SetSpeed(speed).into());
                }
                "scenario" => {
                    request.scenario = value;
                    request.settings = desk.catalogue().defaults.clone();
                    // Edits are of a story; in another one they would hit something else.
                    request.edits.clear();
                }
                "seed" => match value.parse() {
                    Ok(seed) => request.seed = seed,
                    Err(_) => {
                        let reason = say("settings.no-seed").to_owned();
                        return act.emit(ShellAction::Notify(vec![reason]).into());
                    }
                },
                _ => {
                    request.settings.insert(key, value);
                }
            }
            Place::Start
        }
    };
    desk.give(Given::Request(request, place), view);
}

fn copied(done: bool, has_file: bool) -> Vec<String> {
    let said = say(if done {
        "share.copied"
    } else {
        "share.refused"
    });
    let mut all = vec![said.to_owned()];
    if has_file {
        all.push(say("share.without-file").to_owned());
    }
    all
}
