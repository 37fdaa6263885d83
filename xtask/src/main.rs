//! Sets up, serves, tests.
fn main() {}
