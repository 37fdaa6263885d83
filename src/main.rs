//! Mounts the page.

fn main() {
    yew::Renderer::<dmsc_explorer::app::App>::new().render();
}
