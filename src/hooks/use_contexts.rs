//! The contexts of the page. What changes at each tick and what changes seldom are apart.

use crate::engine::Catalogue;
use crate::orders::Order;
use crate::playback::RunHandle;
use crate::state::State;
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
