//! What must hold of a card for any sequence of commands: each gets one answer with a status
//! word, a refusal changes nothing but counters of PINs, and no loss of power breaks a file.
//!
//! Octets are a sequence: the first chooses the profile, then each command stands after its
//! length. In place of a length, 254 is a reset and 255 a loss of power after as many writes as
//! the next octet says.

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::http;
use std::sync::LazyLock;

/// Instead of a length: reset.
pub(crate) const RESET: u8 = 254;

/// Instead of a length: the power goes away after some writes.
pub(crate) const POWER_LOSS: u8 = 255;

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let names = Profile::BUILT_IN.iter();
    names
        .map(|(name, _)| Profile::built_in(name).unwrap())
        .collect()
});

/// All of the card that outlives a reset, except counters of tries.
fn kept(card: &Uicc) -> (u64, Vec<(bool, bool)>) {
    let pins = card.pins();
    (
        card.changes(),
        pins.iter().map(|pin| (pin.enabled, pin.replaced)).collect(),
    )
}

/// The one answer to a command; `None` without power.
pub(crate) fn answer(card: &mut Uicc, command: &[u8]) -> Option<Vec<u8>> {
    card.handle_command(command);
    let mut answer = None;
    while let Some(output) = card.poll() {
        assert!(answer.is_none(), "nothing comes after the answer");
        match output {
            Output::Response(bytes) => answer = Some(bytes),
            Output::AppletRequest { .. } => {
                card.handle_applet_response(&http::Response::new(200).encode())
            }
            Output::TriggerDue { .. } => card.handle_notification(b"\x01\x06\x03\xC4\xAF\x87"),
            _ => {}
        }
    }
    answer
}

/// Success, warnings and data that wait; all else says that nothing was done.
fn is_done(sw1: u8) -> bool {
    matches!(sw1, 0x90..=0x92 | 0x61..=0x63 | 0x9F)
}

/// What came of a sequence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// Commands that were carried out.
    pub(crate) done: usize,
    /// Of them, those that changed a file.
    pub(crate) changed: usize,
    /// Commands that were refused.
    pub(crate) refused: usize,
    /// Commands that got no answer for want of power.
    pub(crate) silent: usize,
}

/// A sequence of commands.
pub(crate) fn check_card(bytes: &[u8]) {
    play(bytes);
}

/// Plays a sequence and checks each step.
pub(crate) fn play(bytes: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    let Some((choice, mut rest)) = bytes.split_first() else {
        return outcome;
    };
    let mut card = Uicc::new(Config {
        profile: PROFILES[usize::from(*choice) % PROFILES.len()].clone(),
        ..Config::default()
    });
    card.handle_reset();
    let mut powered = true;
    let mut limited = false;
    while let Some((length, after)) = rest.split_first() {
        rest = after;
        match *length {
            RESET => {
                card.handle_reset();
                (powered, limited) = (true, false);
                continue;
            }
            POWER_LOSS => {
                if let Some((writes, after)) = rest.split_first() {
                    rest = after;
                    card.handle_power_loss(u32::from(*writes));
                    limited = true;
                }
                continue;
            }
            _ => {}
        }
        let (command, after) = rest.split_at(usize::from(*length).min(rest.len()));
        rest = after;
        let before = kept(&card);
        let Some(answered) = answer(&mut card, command) else {
            assert!(limited, "a card with power answers");
            powered = false;
            outcome.silent += 1;
            continue;
        };
        assert!(powered, "no answer without power");
        let [data @ .., sw1, _] = answered.as_slice() else {
            unreachable!("no status word: {answered:?}");
        };
        assert!(data.len() <= 256);
        assert!(
            (0x61..=0x6F).contains(sw1) || (0x90..=0x9F).contains(sw1),
            "{sw1:02X}"
        );
        if is_done(*sw1) {
            outcome.done += 1;
            outcome.changed += usize::from(kept(&card).0 != before.0);
        } else {
            outcome.refused += 1;
            assert!(data.is_empty(), "a refusal has no data");
            assert_eq!(kept(&card), before, "a refusal changes nothing");
        }
    }
    card.handle_reset();
    // Whatever came, the card can be saved, made again, and told.
    let saved = card.profile();
    assert_eq!(Profile::from_json(&saved.to_json()).as_ref(), Ok(&saved));
    assert_eq!(
        saved.size(),
        PROFILES[usize::from(*choice) % PROFILES.len()].size()
    );
    for file in card.files() {
        for (contents, fields) in file.contents.iter().zip(&file.fields()) {
            super::inside(fields, 0..contents.len());
        }
    }
    outcome
}
