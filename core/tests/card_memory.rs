//! What a card takes of the memory of the machine.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dmsc_core::card::{Config, Profile, Uicc};
use dmsc_core::codec::hex;

/// Octets of this process that are in memory.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[test]
fn a_card_takes_less_than_a_megabyte() {
    const CARDS: usize = 400;
    let configs: Vec<_> = Profile::BUILT_IN
        .iter()
        .map(|(name, _)| Config {
            profile: Profile::built_in(name).unwrap(),
            ..Config::default()
        })
        .collect();
    let before = resident();
    let mut cards: Vec<_> = (0..CARDS)
        .map(|n| Uicc::new(configs[n % configs.len()].clone()))
        .collect();
    for card in &mut cards {
        card.handle_reset();
        for command in [
            "00A40004023F0000",
            "0070000001",
            "00D68D000300F110",
            "A0A40000027F20",
        ] {
            card.handle_command(&hex::decode(command).unwrap());
            while card.poll().is_some() {}
        }
    }
    let each = (resident() - before) / CARDS;
    assert!(each > 8_000, "the files alone take more: {each}");
    assert!(each < 1_000_000, "{each}");
}
