//! The inputs of fuzzing, replayed: `fuzz/seeds` holds a folder for each check, with documents
//! to begin from and whatever once broke something.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;

use std::path::Path;

#[test]
fn every_input_of_fuzzing_holds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    for (name, check) in checks::CODECS.iter().chain(checks::SESSIONS) {
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
    for (name, _) in checks::CODECS.iter().chain(checks::SESSIONS) {
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} is not in fuzz/Cargo.toml"
        );
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file());
    }
}

/// Scripts that are made of each seed of a session.
const DAMAGED: u64 = 10;

/// Without the patience and the guidance of fuzzing, but on each run.
#[test]
fn damaged_scripts_hold() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let mut state = std::env::var("DMSC_SEED").map_or(1, |seed| seed.parse().unwrap());
    for (name, check) in checks::SESSIONS {
        let mut inputs: Vec<_> = std::fs::read_dir(seeds.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        inputs.sort();
        for path in inputs {
            let seed = std::fs::read(path).unwrap();
            for _ in 0..DAMAGED {
                check(&damaged(&seed, &mut state));
            }
        }
    }
}

/// Octets changed, taken out and put in, and orders of a script behind it.
fn damaged(seed: &[u8], state: &mut u64) -> Vec<u8> {
    let mut next = |below: usize| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state >> 16).unwrap() % below.max(1)
    };
    let mut bytes = seed.to_vec();
    for _ in 0..next(4) {
        let at = next(bytes.len());
        match next(3) {
            0 => bytes.insert(at, next(256) as u8),
            1 if bytes.len() > 1 => drop(bytes.remove(at)),
            _ => bytes[at] = next(256) as u8,
        }
    }
    if next(2) == 0 {
        bytes.truncate(next(bytes.len()).max(2));
    }
    bytes.extend((0..next(120)).map(|_| if next(3) == 0 { next(256) } else { next(16) } as u8));
    bytes
}
