//! The guide has a sentence for every step that a run can have, and none for what no run has.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_explorer::app::{catalogue, run};
use dmsc_explorer::guide;
use dmsc_explorer::playback::{Row, RunHandle};
use dmsc_explorer::state::Request;
use std::collections::BTreeSet;

/// Runs of every scenario with every value of every setting that is a word, and some numbers.
fn runs() -> Vec<RunHandle> {
    let catalogue = catalogue();
    let mut runs = Vec::new();
    for scenario in &catalogue.scenarios {
        let mut requests = vec![catalogue.defaults.clone()];
        for setting in &scenario.settings {
            let numbers: &[&str] = match setting.key {
                "max-msg-size" => &["1024"],
                "timer" => &["1", "90"],
                _ => &[],
            };
            let words = setting
                .values
                .iter()
                .filter(|value| !value.starts_with('<'));
            for value in words.chain(numbers) {
                let mut settings = catalogue.defaults.clone();
                settings.insert(setting.key.to_owned(), (*value).to_owned());
                requests.push(settings);
            }
        }
        for settings in requests {
            let request = Request {
                scenario: scenario.id.to_owned(),
                settings,
                seed: 1,
                file: None,
            };
            runs.push(run(&request).expect("every value of a setting makes a run"));
        }
    }
    runs
}

#[test]
fn every_step_has_its_sentence_and_every_sentence_its_step() {
    let mut missing = BTreeSet::new();
    let mut used = BTreeSet::new();
    for run in runs() {
        for step in &run.trace().steps {
            match guide::heading(&run, step) {
                Some(key) => {
                    used.insert(key);
                }
                None => {
                    missing.insert(format!(
                        "{}: {} ({})",
                        run.trace().scenario,
                        step.event.key(),
                        step.title()
                    ));
                }
            }
        }
    }
    let unused: Vec<_> = guide::keys().filter(|key| !used.contains(key)).collect();
    assert!(missing.is_empty(), "no sentence for {missing:#?}");
    assert!(unused.is_empty(), "no step for {unused:#?}");
}

#[test]
fn every_word_in_braces_is_filled_in() {
    for run in runs() {
        for step in &run.trace().steps {
            let row = Row {
                id: step.id,
                end: run.end(step.id),
                nest: 0,
                open: false,
                openable: false,
            };
            let sentence = guide::sentence(&run, row);
            assert!(!sentence.contains(['{', '}']), "{sentence}");
            assert!(sentence.len() > 3, "{sentence}");
        }
    }
}
