//! The same work natively and in WebAssembly, to be timed from outside by `e2e/wasm-speed.mjs`:
//! every story with an edit at its last message, so many times. No input, no output.
#![allow(missing_docs)]

use dmsc_core::scenario::{
    CATALOGUE, Change, DEFAULT_SEED, Edit, Place, Scenario, Settings, Setup, run,
};
use dmsc_core::trace::EventKind;
use std::hint::black_box;

/// Runs, of one story after the other; `e2e/wasm-speed.mjs` knows the number.
const RUNS: usize = 400;

fn main() {
    let setups: Vec<Setup> = CATALOGUE.iter().map(edited_at_its_end).collect();
    for at in 0..RUNS {
        let trace = run(black_box(&setups[at % setups.len()]));
        // An edit that is not there would cost nothing.
        assert_eq!(trace.edits.len(), 1);
        assert!(trace.problems.is_empty());
    }
}

fn edited_at_its_end(scenario: &'static Scenario) -> Setup {
    let mut setup = Setup {
        scenario,
        settings: Settings::default(),
        seed: DEFAULT_SEED,
        edits: Vec::new(),
    };
    let trace = run(&setup);
    let last = trace
        .steps
        .iter()
        .rfind(|step| step.event.kind() == EventKind::MessageSent);
    setup.edits = last
        .map(|step| Edit {
            place: Place::Step(step.id),
            change: Change::Double,
        })
        .into_iter()
        .collect();
    setup
}
