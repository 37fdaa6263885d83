//! Whole runs against golden files: every step's line and bytes, native and wasm alike.
//!
//! Each story has a file of its name with the run of its defaults; further files are runs with
//! settings. `DMSC_REFRESH=1 cargo test -p dmsc-core --test golden` writes the files anew.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::hex;
use dmsc_core::scenario::{CATALOGUE, DEFAULT_SEED, Scenario, Settings, Setup, run};
use include_dir::{Dir, include_dir};
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

/// The golden files, in the program: there are no folders on WebAssembly.
static GOLDEN: Dir = include_dir!("$CARGO_MANIFEST_DIR/tests/golden");

fn check(name: &str, scenario: &'static Scenario, settings: &[(&str, &str)]) {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    let found = dump(&Setup {
        scenario,
        settings: set,
        seed: DEFAULT_SEED,
        edits: Vec::new(),
    });
    let file = format!("{name}.txt");
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("DMSC_REFRESH").is_some() {
        let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, &found).unwrap();
        return;
    }
    let expected = GOLDEN.get_file(&file).and_then(|file| file.contents_utf8());
    let expected = expected.unwrap_or_else(|| panic!("core/tests/golden/{file} is missing"));
    for (n, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "{name}, line {}", n + 1);
    }
    assert_eq!(
        found.lines().count(),
        expected.lines().count(),
        "{name}: number of lines"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn every_story_with_its_defaults() {
    for scenario in CATALOGUE {
        check(scenario.id, scenario, &[]);
    }
}

macro_rules! golden {
    ($($test:ident: $file:literal, $scenario:literal, $settings:expr;)*) => {$(
        #[wasm_bindgen_test(unsupported = test)]
        fn $test() {
            check($file, Scenario::find($scenario).unwrap(), $settings);
        }
    )*};
}

golden! {
    a_sim: "bootstrap-dm-sim", "bootstrap-dm", &[("profile", "sim")];
    rejected: "remote-trigger-rejected", "remote-trigger", &[("answer", "reject")];
    not_answered: "remote-trigger-not-answered", "remote-trigger", &[("answer", "none")];
    xml: "remote-trigger-xml", "remote-trigger", &[("encoding", "xml")];
    resync: "remote-trigger-resync", "remote-trigger", &[("ecms-nonce", "resync")];
    update_and_push: "card-update-push", "card-update", &[("after", "push")];
    update_wrong_key: "card-update-wrong-key", "card-update", &[("packet", "wrong-key")];
    update_beyond_file: "card-update-beyond-file", "card-update", &[("packet", "beyond-file")];
    two_parts: "remote-trigger-two-parts", "remote-trigger", &[("sms-parts", "2")];
    large_objects: "remote-trigger-large-objects", "remote-trigger", &[("max-msg-size", "1024")];
    menu: "local-trigger-menu", "local-trigger", &[("event", "menu")];
    in_clear: "ciphered-off", "ciphered", &[("tls", "off")];
    wrong_key: "ciphered-wrong-key", "ciphered", &[("psk", "wrong")];
    consent_refused: "user-consent-refused", "user-consent", &[("answer", "reject")];
    consent_cancelled: "user-consent-cancelled", "user-consent", &[("answer", "cancel")];
    consent_silent: "user-consent-silent", "user-consent", &[("answer", "none")];
    consent_aborted: "user-consent-aborted", "user-consent", &[("answer", "abort")];
    consent_before: "user-consent-before", "user-consent", &[("ui-mode", "ask")];
    consent_told: "user-consent-told", "user-consent", &[("ui-mode", "informative")];
    consent_forms: "user-consent-forms", "user-consent", &[("alert", "all")];
    consent_atomic: "user-consent-atomic", "user-consent", &[("atomic", "on"), ("contacts-right", "off")];
    consent_missing: "user-consent-missing", "user-consent", &[("confirm", "off")];
    consent_unprotected: "user-consent-unprotected", "user-consent", &[("confirm", "off"), ("client-policy", "never")];
    consent_pestered: "user-consent-pestered", "user-consent", &[("ui-mode", "ask"), ("pestering", "on"), ("answer", "reject")];
    consent_worn_out: "user-consent-worn-out", "user-consent", &[("ui-mode", "ask"), ("pestering", "on"), ("answer", "reject"), ("ask-limit", "off")];
    no_receipts: "non-repudiation-no-receipts", "non-repudiation", &[("receipts", "off")];
    no_order: "non-repudiation-no-order", "non-repudiation", &[("order", "off")];
    receipt_in_xml: "non-repudiation-xml", "non-repudiation", &[("encoding", "xml")];
    two_servers_md5: "network-server-md5", "network-server", &[("net-auth", "md5")];
    two_servers_no_grant: "network-server-no-grant", "network-server", &[("grant", "off")];
    two_servers_no_network: "network-server-gone", "network-server", &[("network", "gone")];
    rogue_forged: "rogue-server-forged", "rogue-server", &[("attack", "forged"), ("protection", "off")];
    rogue_replayed: "rogue-server-replayed", "rogue-server", &[("attack", "replayed"), ("protection", "off")];
    rogue_resync_replayed: "rogue-server-resync-replayed", "rogue-server", &[("attack", "resync-replayed"), ("protection", "off")];
    rogue_zero_nonce: "rogue-server-zero-nonce", "rogue-server", &[("attack", "zero-nonce"), ("protection", "off")];
    rogue_foreign: "rogue-server-foreign", "rogue-server", &[("attack", "foreign"), ("protection", "off")];
    rogue_version: "rogue-server-version", "rogue-server", &[("attack", "version"), ("protection", "off")];
    rogue_taken_over: "rogue-server-taken-over", "rogue-server", &[("attack", "taken-over"), ("protection", "off")];
    rogue_false_data: "rogue-server-false-data", "rogue-server", &[("attack", "false-data"), ("protection", "off")];
    rogue_rights: "rogue-server-rights", "rogue-server", &[("attack", "rights"), ("protection", "off")];
    rogue_unprotected: "rogue-server-unprotected", "rogue-server", &[("protection", "off")];
    rogue_second_session: "rogue-server-second-session", "rogue-server", &[("attack", "second-session")];
    unasked: "local-trigger-unasked", "local-trigger", &[("confirm", "off"), ("timer", "30")];
}
