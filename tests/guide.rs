//! The guide has a sentence for every step that a run can have, and none for what no run has.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use dmsc_explorer::engine::{Control, catalogue, guide_files, run};
use dmsc_explorer::guide;
use dmsc_explorer::playback::{Row, RunHandle};
use dmsc_explorer::sentences::Sentences;
use dmsc_explorer::state::Request;
use std::collections::BTreeSet;

/// A provisioning document with one leaf.
fn document(path: &str, value: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><MgmtTree xmlns=\"syncml:dmddf1.2\"><VerDTD>1.2</VerDTD>\
         <Node><NodeName>Mine</NodeName><Path>{path}</Path><RTProperties><Format><node/></Format>\
         <Type><DDFName/></Type></RTProperties><Node><NodeName>Text</NodeName><RTProperties>\
         <Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties>\
         <Value>{value}</Value></Node></Node></MgmtTree>"
    )
    .into_bytes()
}

/// Runs of every scenario with every value of every setting that is a word, with some numbers,
/// and with documents that are too large for one message or not allowed.
fn runs() -> Vec<RunHandle> {
    let catalogue = catalogue();
    let mut runs = Vec::new();
    for scenario in &catalogue.scenarios {
        let defaults = &catalogue.defaults;
        let mut requests = vec![(defaults.clone(), None)];
        for setting in &scenario.settings {
            let numbers: &[&str] = match setting.key.as_str() {
                "max-msg-size" => &["1024"],
                "timer" => &["1", "90"],
                _ => &[],
            };
            let words = match &setting.kind {
                Control::Choice(words) => words.clone(),
                Control::Number { .. } | Control::File => Vec::new(),
            };
            for value in words
                .iter()
                .map(String::as_str)
                .chain(numbers.iter().copied())
            {
                let mut settings = defaults.clone();
                settings.insert(setting.key.clone(), value.to_owned());
                requests.push((settings, None));
            }
        }
        // Answers to the card count only where its menu asks.
        for answer in ["reject", "cancel", "none"] {
            let mut menu = defaults.clone();
            menu.insert("event".to_owned(), "menu".to_owned());
            menu.insert("dialog".to_owned(), answer.to_owned());
            requests.push((menu, None));
        }
        // What only two settings together bring about.
        for pairs in [
            [("ui-mode", "ask"), ("answer", "reject")],
            [("atomic", "on"), ("contacts-right", "off")],
        ] {
            let has = |key: &str| scenario.settings.iter().any(|setting| setting.key == key);
            if pairs.iter().all(|(key, _)| has(key)) {
                let mut settings = defaults.clone();
                settings.extend(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())));
                requests.push((settings, None));
            }
        }
        let mut small = defaults.clone();
        small.insert("max-msg-size".to_owned(), "1024".to_owned());
        for file in [
            document("./Connectivity/NAP", &"long ".repeat(900)),
            document("./DevInfo", "not allowed"),
        ] {
            requests.push((small.clone(), Some(("mine.xml".to_owned(), file))));
        }
        for (settings, file) in requests {
            let request = Request {
                scenario: scenario.id.clone(),
                settings,
                seed: 1,
                edits: Vec::new(),
                file,
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
                Some((file, key)) => {
                    used.insert((file.to_owned(), key.to_owned()));
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
    let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    let all = Sentences::new(guide_files().map(own).collect());
    let known = |(file, key): (&str, &str)| used.contains(&(file.to_owned(), key.to_owned()));
    let unused: Vec<_> = all.keys().filter(|key| !known(*key)).collect();
    assert!(
        missing.is_empty(),
        "no sentence in static/guide/<story>.md or events.md for {missing:#?}"
    );
    assert!(
        unused.is_empty(),
        "no run has the step of these sentences, file and heading: {unused:#?}"
    );
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
