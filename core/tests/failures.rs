//! Every named failure on every story: how it ends, what the tree is then, who knows what, and
//! whether a repeated trigger mends it.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::scenario::{CATALOGUE, Edit, FAILURES, Heals, Settings, Setup, TreeEnds, run};
use dmsc_core::trace::{Event, Trace};
use dmsc_core::tree::Snapshot;

/// The tree at the end, without the nonces of accounts.
fn tree(trace: &Trace) -> Snapshot {
    let mut tree = trace.tree.clone();
    let changes = trace.steps.iter().flat_map(|step| &step.changes);
    for change in changes.filter(|change| !change.uri.contains("/AAuthData")) {
        tree.apply(change);
    }
    tree
}

#[test]
fn each_ends_as_its_row_says() {
    for scenario in CATALOGUE {
        let mut setup = Setup {
            scenario,
            settings: Settings::default(),
            seed: 1,
            edits: Vec::new(),
        };
        let unbroken = run(&setup);
        for failure in FAILURES.iter().filter(|of| of.plot == scenario.plot) {
            setup.edits = failure.edits().unwrap();
            let trace = run(&setup);
            let what = format!(
                "{} in {}: {}",
                failure.id, scenario.id, trace.outcome.summary
            );
            assert_eq!(trace.problems, [] as [String; 0], "{what}");
            assert_eq!(trace.outcome.end, failure.end, "{what}");
            assert_eq!(trace.outcome.card_knows, failure.card_knows, "{what}");
            let expected = match failure.tree {
                TreeEnds::Before => trace.tree.clone(),
                TreeEnds::After => tree(&unbroken),
            };
            assert!(same(&tree(&trace), &expected), "{what}");
        }
    }
}

/// Equal but for the time stamps of nodes: a late change is the same change.
fn same(a: &Snapshot, b: &Snapshot) -> bool {
    values(a) == values(b)
}

fn values(tree: &Snapshot) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut waiting = vec![".".to_owned()];
    while let Some(uri) = waiting.pop() {
        let node = tree.lookup(&uri).unwrap();
        all.push((uri.clone(), node.state().value.clone()));
        waiting.extend(node.children().map(|(name, _)| format!("{uri}/{name}")));
    }
    all.sort();
    all
}

#[test]
fn a_repeated_trigger_mends_what_can_be_mended() {
    for scenario in CATALOGUE {
        // In the menu the user can ask again; a timer of the card runs once for each boot.
        let mut settings = Settings::default();
        settings.set("event", "menu").unwrap();
        let mut setup = Setup {
            scenario,
            settings,
            seed: 1,
            edits: Vec::new(),
        };
        let unbroken = run(&setup);
        for failure in FAILURES
            .iter()
            .filter(|of| of.plot == scenario.plot && of.heals == Heals::Yes)
        {
            setup.edits = failure.edits().unwrap();
            let broken = run(&setup);
            // Once everything is over, the trigger is repeated.
            let last = broken.steps.last().unwrap().id;
            setup
                .edits
                .push(format!("{last}:again").parse::<Edit>().unwrap());
            let healed = run(&setup);
            let what = format!(
                "{} in {}: {}",
                failure.id, scenario.id, healed.outcome.summary
            );
            assert_eq!(healed.problems, [] as [String; 0], "{what}");
            assert!(same(&tree(&healed), &tree(&unbroken)), "{what}");
            assert!(healed.outcome.card_knows, "{what}");
            let ends = healed
                .steps
                .iter()
                .filter(|s| matches!(s.event, Event::SessionEnded { complete: true, .. }));
            assert!(ends.count() >= 2, "{what}");
        }
    }
}

#[test]
fn each_has_its_own_name() {
    let mut ids: Vec<&str> = FAILURES.iter().map(|failure| failure.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), FAILURES.len());
}
