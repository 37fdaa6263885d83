//! The engine's own program: runs in a worker beside the page and answers it.

fn main() {
    dmsc_explorer::engine::serve();
}
