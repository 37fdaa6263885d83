//! The contexts of the page. What changes at each tick and what changes seldom are apart.

use crate::playback::RunHandle;
use crate::state::{Action, Request, State};
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;

/// What changes seldom: the run.
#[derive(Clone, PartialEq)]
pub struct Scene(pub RunHandle);

/// What changes at each tick.
#[derive(Clone, PartialEq)]
pub struct View(pub Rc<State>);

/// What components may ask for.
#[derive(Clone, PartialEq)]
pub struct Orders {
    /// Change the state.
    pub act: Callback<Action>,
    /// Make another run, from its beginning.
    pub run: Callback<Request>,
    /// Make the same run with another answer of the user, and go on.
    pub answer: Callback<&'static str>,
    /// Copy the address of the moment; the state says what came of it.
    pub copy: Callback<()>,
}

/// A scenario in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// As in links.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// The keys of the settings that matter to it.
    pub settings: Vec<SettingInfo>,
}

/// A setting in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingInfo {
    /// As in links.
    pub key: &'static str,
    /// For people.
    pub title: &'static str,
    /// Its values, or one description in angle brackets.
    pub values: &'static [&'static str],
    /// It takes a file.
    pub file: bool,
}

/// What there is to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// Every scenario.
    pub scenarios: Vec<ScenarioInfo>,
    /// Every setting's value when nothing is said.
    pub defaults: BTreeMap<String, String>,
    /// The seed when nothing is said.
    pub seed: u64,
}

/// The run.
#[hook]
pub fn use_scene() -> RunHandle {
    let scene: Option<Scene> = use_context();
    present(scene, "Scene").0
}

/// The state.
#[hook]
pub fn use_view() -> Rc<State> {
    let view: Option<View> = use_context();
    present(view, "View").0
}

/// What may be asked for.
#[hook]
pub fn use_orders() -> Orders {
    let orders: Option<Orders> = use_context();
    present(orders, "Orders")
}

/// What there is to play.
#[hook]
pub fn use_catalogue() -> Rc<Catalogue> {
    let catalogue: Option<Rc<Catalogue>> = use_context();
    present(catalogue, "Catalogue")
}

/// The value of a context; a missing provider is a fault of the page's own build.
#[expect(
    clippy::panic,
    reason = "the name of the missing provider is the whole point"
)]
fn present<T>(value: Option<T>, name: &str) -> T {
    match value {
        Some(value) => value,
        None => panic!("no ContextProvider::<{name}> encloses this component; App has them all"),
    }
}
