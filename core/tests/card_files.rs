//! The mandatory files of the built-in profiles, as the list of requirements names them: a line
//! `FILE-1 | usim | must | clause | EF_DIR `3F00/2F00`.` is a file that the profile has.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dmsc_core::card::{Config, Profile, Structure, Uicc};

const LIST: &str = include_str!("../../docs/requirements/card.txt");

/// Name and path of each file that the list wants of a profile.
fn wanted(profile: &str) -> Vec<(&'static str, &'static str)> {
    LIST.lines()
        .filter(|line| line.starts_with("FILE-"))
        .filter_map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, who, _, _, text] = parts[..] else {
                unreachable!("{line}")
            };
            let (name, path) = text.trim_end_matches('.').split_once(' ').unwrap();
            let is_mine = who.split(", ").any(|who| who == profile);
            is_mine.then_some((name, path.trim_matches('`')))
        })
        .collect()
}

/// Each is there, with its name and with room for something, and the card finds it.
fn has_its_files(profile: &str, count: usize) {
    let mut card = Uicc::new(Config {
        profile: Profile::built_in(profile).unwrap(),
        ..Config::default()
    });
    card.handle_reset();
    let there = card.files();
    let wanted = wanted(profile);
    assert_eq!(wanted.len(), count, "{profile}");
    for (name, path) in wanted {
        let found = there.iter().find(|file| file.path == path);
        let file = found.unwrap_or_else(|| unreachable!("{profile} has no {path}"));
        assert_eq!(file.name, name, "{profile} {path}");
        assert!(file.structure != Structure::Directory, "{profile} {path}");
        assert!(file.contents.iter().all(|c| !c.is_empty()), "{path}");
        assert!(file.active && !file.contents.is_empty(), "{path}");
    }
}

/// Shows FILE-1, FILE-2, FILE-3, FILE-4, FILE-5, FILE-6, FILE-7, FILE-8, FILE-9, FILE-10,
/// FILE-11, FILE-12, FILE-13, FILE-14, FILE-15, FILE-16, FILE-17, FILE-18, FILE-19, FILE-20,
/// FILE-57, FILE-58, FILE-59, FILE-60, FILE-61, FILE-62, FILE-63.
#[test]
fn a_usim_has_its_files() {
    has_its_files("usim", 27);
}

/// Shows FILE-21, FILE-22, FILE-23, FILE-24, FILE-25, FILE-26, FILE-27, FILE-28, FILE-29,
/// FILE-30, FILE-31, FILE-32, FILE-57, FILE-58, FILE-59, FILE-60, FILE-61, FILE-62, FILE-63.
#[test]
fn a_sim_has_its_files() {
    has_its_files("sim", 19);
}

/// Shows FILE-1, FILE-2, FILE-3, FILE-4, FILE-33, FILE-34, FILE-35, FILE-36, FILE-37, FILE-38,
/// FILE-39, FILE-40, FILE-41, FILE-42, FILE-43, FILE-44, FILE-57, FILE-58, FILE-59, FILE-60,
/// FILE-61, FILE-62, FILE-63.
#[test]
fn a_csim_has_its_files() {
    has_its_files("csim", 23);
}

/// Shows FILE-45, FILE-46, FILE-47, FILE-48, FILE-49, FILE-50, FILE-51, FILE-52, FILE-53,
/// FILE-54, FILE-55, FILE-56, FILE-57, FILE-58, FILE-59, FILE-60, FILE-61, FILE-62, FILE-63.
#[test]
fn a_ruim_has_its_files() {
    has_its_files("ruim", 19);
}
