//! A card alone, without terminal and web: commands as hex in, answers as hex out.

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::hex;

/// A card out of its reset.
pub(crate) fn card(profile: Profile) -> Uicc {
    let mut card = Uicc::new(Config {
        profile,
        ..Config::default()
    });
    card.handle_reset();
    card
}

/// Answer to a command; `None` when the card is silent.
pub(crate) fn answer(card: &mut Uicc, command: &str) -> Option<String> {
    card.handle_command(&hex::decode(command).unwrap());
    let outputs = std::iter::from_fn(|| card.poll());
    let answers = outputs.filter_map(|output| match output {
        Output::Response(bytes) => Some(hex::encode(&bytes)),
        _ => None,
    });
    answers.last()
}
