//! Every codec has all that a codec must have: reading, writing, fields, a check, values at
//! random, a fuzz target and an input that fuzzing begins from. The list of codecs is that of
//! `core/src/codec/mod.rs`; files are read as text. With `DMSC_REFRESH` set, what fuzzing needs is
//! written for each check that lacks it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checks;
mod strategies;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::fs;
use std::path::{Path, PathBuf};

/// Public modules beside the codecs.
const NO_CODECS: [&str; 4] = ["dictionary", "markup", "shown", "vocabulary"];

/// Codecs that lack something, and why that may be.
const INCOMPLETE: &[(&str, &str)] = &[];

fn codec_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codec")
}

/// The codecs by name.
fn codecs() -> Vec<String> {
    let list = fs::read_to_string(codec_folder().join("mod.rs")).unwrap();
    let modules = list
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let found: Vec<String> = modules
        .filter(|name| !NO_CODECS.contains(name))
        .map(str::to_owned)
        .collect();
    assert!(
        found.len() > 15,
        "the list of codecs cannot be read: {found:?}"
    );
    found
}

/// The text of a module: a file, or all files of a folder.
fn text_of(folder: &Path, name: &str) -> String {
    if let Ok(text) = fs::read_to_string(folder.join(format!("{name}.rs"))) {
        return text;
    }
    let files = fs::read_dir(folder.join(name)).into_iter().flatten();
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The fuzz target of a check.
fn target(name: &str) -> PathBuf {
    fuzz_folder().join(format!("fuzz_targets/{name}.rs"))
}

fn manifest() -> String {
    fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap()
}

/// What the manifest of the fuzz targets says of one.
fn rows(name: &str) -> String {
    format!(
        "[[bin]]\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\ntest = false\ndoc = false\n\
         bench = false\n"
    )
}

/// Writes what fuzzing needs of each codec with a check and a strategy, where it is not there.
fn write_fuzz_targets() {
    let checked = |name: &&str| checks::CODECS.iter().any(|(check, _)| check == name);
    for (name, values) in strategies::STRATEGIES {
        if !checked(name) {
            continue;
        }
        let text = format!(
            "//! Any bytes to the check of `{name}`.\n#![no_main]\n\n\
             #[path = \"../../core/tests/checks/mod.rs\"]\nmod checks;\n\n\
             libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_{name}(bytes));\n"
        );
        if !target(name).exists() {
            fs::write(target(name), text).unwrap();
        }
        if !manifest().contains(&rows(name)) {
            let text = format!("{}\n{}", manifest(), rows(name));
            fs::write(fuzz_folder().join("Cargo.toml"), text).unwrap();
        }
        let inputs = fuzz_folder().join("seeds").join(name);
        if !inputs.exists() {
            let value = values().new_tree(&mut TestRunner::deterministic()).unwrap();
            fs::create_dir_all(&inputs).unwrap();
            fs::write(inputs.join("value"), value.current()).unwrap();
        }
    }
}

/// What a codec lacks.
fn missing(name: &str) -> Vec<&'static str> {
    let mut text = text_of(&codec_folder(), name);
    // Documents of this kind are read and written by their envelope.
    if text.contains("= MgmtTree<") {
        text += &text_of(&codec_folder(), "mgmt_tree");
    }
    let has = |verbs: [&str; 3]| {
        let mut functions = text
            .split("pub fn ")
            .chain(text.split("pub(crate) fn "))
            .skip(1);
        functions.any(|function| verbs.iter().any(|verb| function.starts_with(verb)))
    };
    let shown = text_of(&codec_folder().join("shown"), name);
    let is_shown = shown
        .split("pub fn ")
        .skip(1)
        .filter_map(|function| function.split('(').next())
        .any(|function| function == "fields" || function.ends_with("_fields"));
    let inputs = fs::read_dir(fuzz_folder().join("seeds").join(name));
    let parts = [
        ("a function to decode", has(["decode", "parse", "read"])),
        ("a function to encode", has(["encode", "write", "to_bytes"])),
        ("fields in codec/shown", is_shown),
        (
            "a check in core/tests/checks",
            checks::CODECS.iter().any(|(check, _)| *check == name),
        ),
        (
            "a strategy in core/tests/strategies",
            strategies::STRATEGIES.iter().any(|(one, _)| *one == name),
        ),
        ("a target in fuzz/fuzz_targets", target(name).is_file()),
        (
            "its rows in fuzz/Cargo.toml",
            manifest().contains(&rows(name)),
        ),
        (
            "an input in fuzz/seeds",
            inputs.is_ok_and(|mut inputs| inputs.next().is_some()),
        ),
    ];
    let lacking = parts.iter().filter(|(_, is_there)| !is_there);
    lacking.map(|(part, _)| *part).collect()
}

#[test]
fn every_codec_is_complete() {
    if std::env::var_os("DMSC_REFRESH").is_some() {
        write_fuzz_targets();
    }
    let mut bad = Vec::new();
    for name in codecs() {
        let missing = missing(&name);
        let excused = INCOMPLETE.iter().any(|(one, _)| *one == name);
        if !missing.is_empty() && !excused {
            bad.push(format!("codec::{name} lacks {}", missing.join(", ")));
        }
        if missing.is_empty() && excused {
            bad.push(format!(
                "codec::{name} is complete: take it out of INCOMPLETE"
            ));
        }
    }
    assert!(bad.is_empty(), "\n  {}", bad.join("\n  "));
}

#[test]
fn every_action_of_the_toolkit_is_made_at_random() {
    let action = fs::read_to_string(codec_folder().join("toolkit/action.rs")).unwrap();
    let (_, variants) = action.split_once("pub enum Action {\n").unwrap();
    let (variants, _) = variants.split_once("\n}\n").unwrap();
    let variants: Vec<&str> = variants
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix([',', '{']))
        .map(str::trim_end)
        .filter(|line| line.starts_with(char::is_uppercase))
        .collect();
    assert!(variants.len() > 20, "{variants:?}");
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/strategies/toolkit.rs");
    let made = fs::read_to_string(made).unwrap();
    let is_made = |name: &&&str| {
        let wanted = format!("Action::{name}");
        let mut rests = made.split(&wanted).skip(1);
        rests.any(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let missing: Vec<_> = variants.iter().filter(|name| !is_made(name)).collect();
    assert!(
        missing.is_empty(),
        "no value at random in core/tests/strategies/toolkit.rs for {missing:?}"
    );
}

#[test]
fn no_name_is_of_nothing() {
    let codecs = codecs();
    let excused = INCOMPLETE.iter().map(|(name, _)| *name);
    let made = strategies::STRATEGIES.iter().map(|(name, _)| *name);
    for name in excused.chain(made) {
        assert!(
            codecs.iter().any(|codec| codec == name),
            "{name} is no codec"
        );
    }
}
