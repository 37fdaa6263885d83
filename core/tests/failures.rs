//! Every named failure on every story of its plots: how it ends, what the tree is then, who
//! knows what, and whether a repeated trigger mends it.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::scenario::{
    CATALOGUE, Edit, FAILURE_GROUPS, Failure, Heals, Scenario, Settings, Setup, TreeEnds, run,
};
use dmsc_core::trace::{Event, Trace};
use dmsc_core::tree::Snapshot;
use std::collections::BTreeMap;

/// Values of a tree by URI. Without the nonces of accounts, which each session renews, and the
/// time stamps of nodes: a late change is the same change.
type Values = BTreeMap<String, Vec<u8>>;

fn values(tree: &Snapshot) -> Values {
    let mut all = BTreeMap::new();
    let mut waiting = vec![".".to_owned()];
    while let Some(uri) = waiting.pop() {
        let node = tree.lookup(&uri).unwrap();
        waiting.extend(node.children().map(|(name, _)| format!("{uri}/{name}")));
        if uri.starts_with("./DMSC/Receipt/") {
            // That of another session has other octets.
            all.insert(uri, Vec::new());
        } else if !uri.contains("/AAuthData") {
            all.insert(uri, node.state().value.clone());
        }
    }
    all
}

/// The tree at the end.
fn tree(trace: &Trace) -> Values {
    let mut tree = trace.tree.clone();
    let changes = trace.steps.iter().flat_map(|step| &step.changes);
    for change in changes {
        tree.apply(change);
    }
    values(&tree)
}

fn setup(scenario: &'static Scenario, failure: &Failure, settings: &[(&str, &str)]) -> Setup {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    failure.apply_settings(&mut set).unwrap();
    Setup {
        scenario,
        settings: set,
        seed: 1,
        edits: Vec::new(),
    }
}

/// The run without the failure; one without edits is in its settings.
fn unbroken(scenario: &'static Scenario, failure: &Failure, settings: &[(&str, &str)]) -> Setup {
    let whole = Failure {
        settings: match failure.edits {
            [] => &[],
            _ => failure.settings,
        },
        ..*failure
    };
    setup(scenario, &whole, settings)
}

/// Each failure with each story that can have it.
fn pairs() -> impl Iterator<Item = (&'static Scenario, &'static Failure)> {
    CATALOGUE.iter().flat_map(|scenario| {
        let all = Failure::all().filter(|failure| failure.is_for(scenario));
        all.map(move |failure| (scenario, failure))
    })
}

/// Whether the tree is what the row says, or what it is instead.
fn check_tree(
    kind: TreeEnds,
    before: &Values,
    after: &Values,
    found: &Values,
) -> Result<(), String> {
    let differs = |expected: &Values| -> Vec<String> {
        let uris = expected.keys().chain(found.keys());
        let mut uris: Vec<String> = uris
            .filter(|uri| expected.get(*uri) != found.get(*uri))
            .cloned()
            .collect();
        uris.dedup();
        uris
    };
    // What is neither as before nor as after.
    let strange: Vec<&String> = found
        .iter()
        .filter(|(uri, value)| before.get(*uri) != Some(value) && after.get(*uri) != Some(value))
        .map(|(uri, _)| uri)
        .collect();
    let (from_before, from_after) = (differs(before), differs(after));
    let holds = match kind {
        TreeEnds::Before => from_before.is_empty(),
        TreeEnds::After => from_after.is_empty(),
        TreeEnds::Partly => strange.is_empty() && !from_before.is_empty() && !from_after.is_empty(),
        TreeEnds::Falsified => !strange.is_empty(),
    };
    match holds {
        true => Ok(()),
        false => Err(format!(
            "not {kind:?}: {from_before:?} differ from before, {from_after:?} from after, \
             {strange:?} from both"
        )),
    }
}

#[test]
fn each_ends_as_its_row_says() {
    let mut wrong = Vec::new();
    let mut played = 0;
    for (scenario, failure) in pairs() {
        let after = tree(&run(&unbroken(scenario, failure, &[])));
        let mut setup = setup(scenario, failure, &[]);
        setup.edits = failure.edits().unwrap();
        let trace = run(&setup);
        let mut say = |what: String| {
            let summary = &trace.outcome.summary;
            wrong.push(format!(
                "{} in {}: {what} ({summary})",
                failure.id, scenario.id
            ));
        };
        if !trace.problems.is_empty() {
            say(format!("{:?}", trace.problems));
        }
        if trace.outcome.end != failure.end {
            say(format!(
                "ends {:?}, not {:?}",
                trace.outcome.end, failure.end
            ));
        }
        if trace.outcome.card_knows != failure.card_knows {
            say(format!("the card knows: {}", trace.outcome.card_knows));
        }
        if let Err(why) = check_tree(failure.tree, &values(&trace.tree), &after, &tree(&trace)) {
            say(why);
        }
        played += 1;
    }
    println!("{} failures, {played} runs", Failure::all().count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_repeated_trigger_mends_what_can_be_mended() {
    let mut wrong = Vec::new();
    for (scenario, failure) in pairs() {
        if failure.heals == Heals::Nothing {
            continue;
        }
        // In the menu the user can ask again; a timer of the card runs once for each boot.
        let menu = [("event", "menu")];
        let after = tree(&run(&unbroken(scenario, failure, &menu)));
        let mut setup = setup(scenario, failure, &menu);
        setup.edits = failure.edits().unwrap();
        let broken = run(&setup);
        // Once everything is over, the trigger is repeated.
        let last = broken.steps.last().unwrap().id;
        let again: Edit = format!("{last}:again").parse().unwrap();
        setup.edits.push(again);
        let healed = run(&setup);
        let mut say = |what: String| {
            let summary = &healed.outcome.summary;
            wrong.push(format!(
                "{} in {}: {what} ({summary})",
                failure.id, scenario.id
            ));
        };
        if !healed.problems.is_empty() {
            say(format!("{:?}", healed.problems));
        }
        let complete = healed.steps[broken.steps.len()..]
            .iter()
            .any(|s| matches!(s.event, Event::SessionEnded { complete: true, .. }));
        let mended = tree(&healed) == after && healed.outcome.card_knows && complete;
        if mended != (failure.heals == Heals::Yes) {
            say(format!("it is mended: {mended}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_has_its_own_name_and_says_what_it_shows() {
    let mut ids: Vec<&str> = Failure::all().map(|failure| failure.id).collect();
    ids.extend(FAILURE_GROUPS.iter().map(|group| group.id));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for failure in Failure::all() {
        assert!(failure.teaches.ends_with('.'), "{}", failure.id);
        assert!(!failure.title.ends_with('.'), "{}", failure.id);
        assert!(!failure.plots.is_empty(), "{}", failure.id);
    }
    for group in FAILURE_GROUPS {
        assert!(group.question.ends_with('?'), "{}", group.id);
    }
}
