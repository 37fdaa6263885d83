//! The contexts of the page. What changes at each tick and what changes seldom are apart.

use crate::orders::Order;
use crate::playback::RunHandle;
use crate::state::State;
pub use dmsc_core::scenario::SettingKind as Control;
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;

/// What changes seldom.
#[derive(Clone, PartialEq)]
pub struct Scene {
    /// The run.
    pub run: RunHandle,
    /// What there is to play.
    pub catalogue: Rc<Catalogue>,
    /// Takes what the person asks for.
    pub give: Callback<Order>,
}

/// What changes at each tick.
#[derive(Clone, PartialEq)]
pub struct View(pub Rc<State>);

/// A scenario in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// As in links.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// The settings that matter to it.
    pub settings: Vec<SettingInfo>,
}

/// A setting in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingInfo {
    /// As in links.
    pub key: &'static str,
    /// For people.
    pub title: &'static str,
    /// Values it takes, and so the control that sets it.
    pub kind: Control,
    /// What else is to be known of its values; may be empty.
    pub note: &'static str,
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

/// What changes seldom.
#[hook]
pub fn use_scene() -> Scene {
    let scene: Option<Scene> = use_context();
    present(scene, "Scene")
}

/// The state.
#[hook]
pub fn use_view() -> Rc<State> {
    let view: Option<View> = use_context();
    present(view, "View").0
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
