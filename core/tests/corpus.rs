//! The inputs of fuzzing, replayed: `fuzz/seeds` holds a folder for each check, with documents
//! to begin from and whatever once broke something.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;

use std::path::Path;

#[test]
fn every_input_of_fuzzing_holds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    for (name, check) in checks::CODECS.into_iter().chain(checks::SESSIONS) {
        let inputs: Vec<_> = std::fs::read_dir(seeds.join(name))
            .unwrap()
            .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
            .collect();
        assert!(!inputs.is_empty(), "{name} has nothing to begin from");
        for input in inputs {
            check(&input);
        }
    }
}

#[test]
fn every_check_has_a_fuzz_target() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for (name, _) in checks::CODECS.into_iter().chain(checks::SESSIONS) {
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} is not in fuzz/Cargo.toml"
        );
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file());
    }
}
