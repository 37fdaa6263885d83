//! Whole exchanges with a card: each command as a terminal sends it over T=0, and each answer.
//!
//! A vector is `[NAME] PROFILE | CLAUSE`, then lines of a command and its whole answer in hex;
//! dots stand for octets that follow from the seed alone.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::hex;

const BER_TLV: &str = include_str!("vectors/card/ber-tlv.json");
const KEY_INDEX_0: &str = include_str!("vectors/card/key-index-0.json");
const PIN_OCTETS: &str = include_str!("vectors/card/pin-octets.json");

fn card(profile: &str) -> Uicc {
    let profile = match profile {
        "ber-tlv" => Profile::from_json(BER_TLV).unwrap(),
        "ber-tlv-600" => {
            let longer = BER_TLV.replace("\"size\": 64", "\"size\": 600");
            Profile::from_json(&longer).unwrap()
        }
        "key-index-0" => Profile::from_json(KEY_INDEX_0).unwrap(),
        name => Profile::built_in(name).unwrap_or_else(|| panic!("no profile {name}")),
    };
    let mut card = Uicc::new(Config {
        profile,
        ..Config::default()
    });
    card.handle_reset();
    card
}

fn exchange(card: &mut Uicc, command: &[u8]) -> String {
    card.handle_command(command);
    while let Some(output) = card.poll() {
        if let Output::Response(bytes) = output {
            return hex::encode(&bytes);
        }
    }
    String::new()
}

/// Plays all exchanges of a file; where one goes another way is told with its vector.
fn play(text: &str) {
    let mut card_now: Option<(Uicc, &str)> = None;
    let mut played = 0;
    let mut wrong = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            let (name, rest) = head.split_once("] ").unwrap();
            let (profile, clause) = rest.split_once(" | ").unwrap();
            assert!(!clause.is_empty(), "{name} has no clause");
            card_now = Some((card(profile), name));
            continue;
        }
        let (command, wanted) = line.split_once(' ').unwrap();
        let (card, name) = card_now.as_mut().unwrap();
        let found = exchange(card, &hex::decode(command).unwrap());
        let same = found.len() == wanted.len()
            && found
                .bytes()
                .zip(wanted.bytes())
                .all(|(found, wanted)| wanted == b'.' || found == wanted);
        if !same {
            wrong.push(format!(
                "{name}: {command}\n  found  {found}\n  wanted {wanted}"
            ));
        }
        played += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(played > 10, "only {played} exchanges");
}

/// Shows CMD-5, CMD-1, CMD-6, CMD-9, CMD-10, CMD-11, CMD-18, CMD-22, CMD-23, CMD-28, CMD-34, CMD-35, GSM-1,
/// GSM-5, GSM-6, GSM-14.
#[test]
fn answers_are_those_of_the_standards() {
    play(include_str!("vectors/card/answers.txt"));
}

/// Shows CMD-36, CMD-37, CMD-38.
#[test]
fn files_come_and_go_as_the_standard_has_it() {
    play(include_str!("vectors/card/administered.txt"));
}

/// Shows OTA-1, OTA-2, OTA-3, OTA-4, OTA-5.
#[test]
fn packets_from_afar_are_answered_as_the_standards_say() {
    play(include_str!("vectors/card/remote.txt"));
}

/// Shows PROF-3.
#[test]
fn a_pin_that_cannot_be_set_cannot_be_held() {
    let error = Profile::from_json(PIN_OCTETS).unwrap_err().to_string();
    assert!(error.contains("pins[0].value"), "{error}");
    assert!(error.contains("digits"), "{error}");
    // The same octets are those of an administrative code.
    let other = PIN_OCTETS.replace("\"reference\": \"01\"", "\"reference\": \"0A\"");
    assert!(Profile::from_json(&other).is_ok());
}
