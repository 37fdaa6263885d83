//! Whole runs against golden files: every step's line and bytes, native and wasm alike.
//!
//! `DMSC_REFRESH=1 cargo test -p dmsc-core --test golden` writes the files anew.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::hex;
use dmsc_core::scenario::{DEFAULT_SEED, Scenario, Settings, Setup, run};
use std::fmt::Write;
use wasm_bindgen_test::wasm_bindgen_test;

fn dump(setup: &Setup) -> String {
    let trace = run(setup);
    let mut text = String::new();
    for step in &trace.steps {
        let _ = writeln!(text, "{:03} {}", step.id, trace.line(step));
        if !step.bytes.is_empty() {
            let _ = writeln!(text, "    {}", hex::encode(&step.bytes));
        }
        for change in &step.changes {
            let _ = writeln!(text, "    {:?} {}", change.kind, change.uri);
        }
    }
    let _ = writeln!(text, "{}", trace.outcome.summary);
    text
}

fn check(name: &str, scenario: &str, settings: &[(&str, &str)], expected: &str) {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    let scenario = Scenario::find(scenario).unwrap();
    let found = dump(&Setup {
        scenario,
        settings: set,
        seed: DEFAULT_SEED,
        edits: Vec::new(),
    });
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("DMSC_REFRESH").is_some() {
        let path = format!("{}/tests/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, &found).unwrap();
        return;
    }
    for (n, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "{name}, line {}", n + 1);
    }
    assert_eq!(
        found.lines().count(),
        expected.lines().count(),
        "{name}: number of lines"
    );
}

macro_rules! golden {
    ($($test:ident: $file:literal, $scenario:literal, $settings:expr;)*) => {$(
        #[wasm_bindgen_test(unsupported = test)]
        fn $test() {
            check($file, $scenario, $settings, include_str!(concat!("golden/", $file, ".txt")));
        }
    )*};
}

golden! {
    remote_trigger: "remote-trigger", "remote-trigger", &[];
    local_trigger: "local-trigger", "local-trigger", &[];
    rejected: "remote-trigger-rejected", "remote-trigger", &[("answer", "reject")];
    not_answered: "remote-trigger-not-answered", "remote-trigger", &[("answer", "none")];
    xml: "remote-trigger-xml", "remote-trigger", &[("encoding", "xml")];
    resync: "remote-trigger-resync", "remote-trigger", &[("ecms-nonce", "resync")];
    large_objects: "remote-trigger-large-objects", "remote-trigger", &[("max-msg-size", "1024")];
    menu: "local-trigger-menu", "local-trigger", &[("event", "menu")];
    unasked: "local-trigger-unasked", "local-trigger", &[("confirm", "off"), ("timer", "30")];
}
