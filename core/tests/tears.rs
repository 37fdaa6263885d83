//! Runs of provisioning and bootstrap that are torn at any step: the card is taken out, the card loses its power, the device
//! loses its power.
//!
//! Wherever that happens, the tree is as before or as after by whole commands, the card's files
//! are whole, each side knows the outcome or knows that it does not, and a repeated trigger
//! brings what the unbroken run brings.
//!
//! The run of all tests takes every step of a message or a fact, and of the many steps of the
//! line every seventh; `cargo test --release -p dmsc-core --test tears -- --ignored` takes all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dmsc_core::scenario::{CATALOGUE, Edit, Place, Plot, Scenario, Settings, Setup, run};
use dmsc_core::trace::{Actor, Event, Layer, Trace};
use dmsc_core::tree::Snapshot;
use std::collections::BTreeMap;
use std::sync::Mutex;

type Values = BTreeMap<String, Vec<u8>>;

/// Values by URI, without nonces.
fn values(tree: &Snapshot) -> Values {
    let all = tree.walk().map(|(uri, node)| {
        let value = node.state().value.clone();
        (uri.to_string(), value)
    });
    all.filter(|(uri, _)| !uri.contains("/AAuthData")).collect()
}

fn end(trace: &Trace) -> Values {
    values(&trace.tree_after(trace.steps.last().map(|step| step.id)))
}

/// Trees that a run of whole commands can leave: that before it, and that after each command, or
/// group, or document, of the unbroken run.
fn stations(trace: &Trace) -> Vec<Values> {
    let mut tree = trace.tree.clone();
    let mut all = vec![values(&tree)];
    for step in trace.steps.iter().filter(|step| !step.changes.is_empty()) {
        for change in &step.changes {
            tree.apply(change);
        }
        all.push(values(&tree));
    }
    all
}

fn files(trace: &Trace) -> Vec<(String, Vec<Vec<u8>>)> {
    let card = trace.card.last();
    let all = card.files.iter().map(|file| {
        let contents = file.contents.iter().map(|octets| octets.to_vec());
        (file.path.clone(), contents.collect())
    });
    all.collect()
}

const TEARS: [&str; 3] = ["card-out", "power-cut", "device-power-cut"];

/// How often one kind of tear was tried, and what was wrong.
#[derive(Default)]
struct Tried {
    tears: BTreeMap<&'static str, u32>,
    wrong: Vec<String>,
}

/// One tear of one run.
fn tear(setup: &Setup, unbroken: &Trace, stations: &[Values], at: u32, how: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let up_to = &unbroken.steps[..=at as usize];
    let place = Place::of(up_to.iter().map(|step| &step.event)).unwrap();
    let mut setup = setup.clone();
    let torn: Edit = format!("{place}:{how}").parse().unwrap();
    setup.edits = vec![torn];
    let broken = run(&setup);
    let what = format!(
        "{} {:?} {place}:{how}",
        setup.scenario.id,
        setup.settings.entries().get("event")
    );
    let mut say = |why: String| wrong.push(format!("{what}: {why}"));
    if !broken.problems.is_empty() {
        say(format!("{:?}", broken.problems));
    }
    if let Err(error) = broken.check() {
        say(format!("{error}"));
    }
    let tree = end(&broken);
    if !stations.contains(&tree) {
        say("the tree is as after no whole command".to_owned());
    }
    if files(&broken) != files(unbroken) {
        say("the files of the card are others".to_owned());
    }
    // Who says that it is complete is right; who does not knows that it does not know.
    let device_ends = |trace: &Trace, actor: Actor| {
        let ends = trace.steps.iter().filter(|step| step.from == actor);
        ends.filter_map(|step| match step.event {
            Event::SessionEnded { complete, .. } => Some(complete),
            _ => None,
        })
        .any(|complete| complete)
    };
    let is_whole = tree == *stations.last().unwrap();
    if device_ends(&broken, Actor::CardDmServer) && !is_whole {
        say("the card says that all is done".to_owned());
    }
    if device_ends(&broken, Actor::DmClient) && !is_whole {
        say("the device says that all is done".to_owned());
    }
    // Put in again, started again, called again.
    let last = |trace: &Trace| trace.steps.last().unwrap().id;
    if how == "card-out" {
        let edit = format!("{}:card-in", last(&broken));
        setup.edits.push(edit.parse().unwrap());
    } else {
        let edit = format!("{}:device-power-cut", last(&broken));
        setup.edits.push(edit.parse().unwrap());
    }
    let back = run(&setup);
    let edit = format!("{}:again", last(&back));
    setup.edits.push(edit.parse().unwrap());
    let healed = run(&setup);
    if !healed.problems.is_empty() {
        say(format!("again: {:?}", healed.problems));
    }
    if end(&healed) != *stations.last().unwrap() {
        say(format!(
            "a repeated trigger does not mend it: {}",
            healed.outcome.summary
        ));
    }
    if files(&healed) != files(unbroken) {
        say("the files of the card are others after it".to_owned());
    }
    wrong
}

/// Tears runs at each step, at those of the line only at every `stride`-th.
fn tear_all(stride: usize) {
    // In the menu the user can ask again; a timer of the card runs once for each boot.
    let settings = |scenario: &Scenario| match scenario.id {
        "local-trigger" => vec![("event", "menu")],
        _ => vec![],
    };
    let mut jobs = Vec::new();
    let stories = CATALOGUE.iter();
    for scenario in stories.filter(|s| matches!(s.plot, Plot::Provisioning | Plot::Bootstrap)) {
        let mut set = Settings::default();
        for (key, value) in settings(scenario) {
            set.set(key, value).unwrap();
        }
        let setup = Setup {
            scenario,
            settings: set,
            seed: 1,
            edits: Vec::new(),
        };
        let unbroken = run(&setup);
        let stations = stations(&unbroken);
        for (how, kind) in TEARS.into_iter().zip(0..) {
            for step in &unbroken.steps {
                let on_the_line = step.layer() >= Layer::Toolkit;
                if on_the_line && !(step.id as usize + kind).is_multiple_of(stride) {
                    continue;
                }
                jobs.push((
                    setup.clone(),
                    unbroken.clone(),
                    stations.clone(),
                    step.id,
                    how,
                ));
            }
        }
    }
    let tried = Mutex::new(Tried::default());
    let next = Mutex::new(jobs.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let job = next.lock().unwrap().next();
                    let Some((setup, unbroken, stations, at, how)) = job else {
                        return;
                    };
                    let wrong = tear(&setup, &unbroken, &stations, at, how);
                    let mut tried = tried.lock().unwrap();
                    *tried.tears.entry(how).or_default() += 1;
                    tried.wrong.extend(wrong);
                }
            });
        }
    });
    let tried = tried.into_inner().unwrap();
    println!("tears: {:?}", tried.tears);
    assert!(tried.tears.values().all(|tears| *tears > 100));
    assert!(
        tried.wrong.is_empty(),
        "{} of them:\n{}",
        tried.wrong.len(),
        tried.wrong.join("\n")
    );
}

#[test]
fn a_torn_run_is_whole_and_mended_by_a_repeated_trigger() {
    tear_all(7);
}

#[test]
#[ignore = "all steps of the line, in release"]
fn a_run_torn_at_any_step_of_the_line_is_whole() {
    tear_all(1);
}
