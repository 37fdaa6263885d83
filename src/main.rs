//! Mounts the page.

fn main() {
    dmsc_explorer::app::start();
}
