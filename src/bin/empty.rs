//! A page of nothing, by which `cargo xtask timing` tells what the framework costs on a machine.

use yew::prelude::*;

#[component]
fn Nothing() -> Html {
    html! { <p>{ "·" }</p> }
}

fn main() {
    yew::Renderer::<Nothing>::new().render();
}
