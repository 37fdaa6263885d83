//! A run in time: it only goes on, and every character on the line belongs to a layer.

#![allow(clippy::unwrap_used)]

use dmsc_core::scenario::{CATALOGUE, DEFAULT_SEED, Settings, Setup, run};
use dmsc_core::timing::{Line, Timeline};
use dmsc_core::trace::Trace;

fn played() -> Trace {
    run(&Setup {
        scenario: &CATALOGUE[0],
        settings: Settings::default(),
        seed: DEFAULT_SEED,
        edits: Vec::new(),
    })
}

#[test]
fn a_step_never_ends_before_the_one_before_it() {
    let trace = played();
    let timeline = Timeline::new(&trace, 4_000_000, None);
    assert_eq!(timeline.ends_ns.len(), trace.steps.len());
    assert!(timeline.ends_ns.is_sorted());
    let last = timeline.ends_ns.last().copied();
    assert_eq!(last, Some(timeline.costs.total_ns()));
}

#[test]
fn the_same_run_takes_longer_on_a_slower_line() {
    let trace = played();
    let at = |line| Timeline::new(&trace, 4_000_000, line).costs;
    let (slow, fast) = (at(Some(Line::initial(4_000_000))), at(None));
    // 372 clocks for a bit against 512/16.
    let ratio = slow.line_ns as f64 / fast.line_ns as f64;
    assert!((ratio - 372.0 / 32.0).abs() < 0.01, "{ratio}");
    assert_eq!(slow.waits_ns, fast.waits_ns);
}

#[test]
fn every_character_belongs_to_a_layer() {
    let trace = played();
    let timeline = Timeline::new(&trace, 4_000_000, None);
    assert_eq!(timeline.layers.all(), timeline.characters.all());
    assert!(timeline.layers.message > 2_000, "{:?}", timeline.layers);
}
