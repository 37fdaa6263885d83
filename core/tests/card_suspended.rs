//! A card that is suspended and resumed (ETSI TS 102 221 §11.1.22), and one that conceals its
//! subscriber's identity (§11.1.23, TS 31.102 §7.5).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bare_card;

use bare_card::{answer, card};
use dmsc_core::card::{Profile, Uicc};

const SELECT_USIM: &str = "00A4040C07A0000000871002";
const VERIFY_PIN1: &str = "002000010831323334FFFFFFFF";
const READ_IMSI: &str = "00B0870009";
const CAPABILITY: &str = "80AA000004A9028100";
/// From one minute to twelve hours.
const SUSPEND: &str = "80760000040101020C0A";

fn send(card: &mut Uicc, command: &str) -> String {
    answer(card, command).unwrap()
}

/// The built-in card with its PIN enabled.
fn profile() -> Profile {
    let json = Profile::default().to_json();
    let enabled = json.replacen("\"enabled\": false", "\"enabled\": true", 1);
    assert_ne!(json, enabled);
    Profile::from_json(&enabled).unwrap()
}

/// A card in use: its application is selected and its PIN shown.
fn in_use() -> Uicc {
    let mut card = card(profile());
    assert_eq!(send(&mut card, SELECT_USIM), "9000");
    assert_eq!(send(&mut card, VERIFY_PIN1), "9000");
    assert!(send(&mut card, READ_IMSI).ends_with("9000"));
    card
}

/// The token of a card that was suspended.
fn token(answer: &str) -> String {
    assert_eq!(answer.len(), 24, "{answer}");
    assert!(
        answer.starts_with("020C") && answer.ends_with("9000"),
        "{answer}"
    );
    answer[4..20].to_owned()
}

/// Shows CMD-39.
#[test]
fn a_resumed_card_stands_where_it_stood() {
    let mut card = in_use();
    let token = token(&send(&mut card, SUSPEND));
    card.handle_power_off();
    card.handle_reset();
    assert_eq!(send(&mut card, CAPABILITY), "9000");
    assert_eq!(send(&mut card, &format!("8076010008{token}")), "9000");
    assert!(send(&mut card, READ_IMSI).ends_with("9000"));
    // Once.
    assert_eq!(send(&mut card, &format!("8076010008{token}")), "6985");
}

/// Shows CMD-39.
#[test]
fn any_other_command_or_a_wrong_token_ends_the_suspension() {
    for between in ["80F2000000", "00A4000C023F00", "8076010008FFFFFFFFFFFFFFFF"] {
        let mut card = in_use();
        let token = token(&send(&mut card, SUSPEND));
        card.handle_reset();
        let answer = send(&mut card, between);
        assert!(!between.starts_with("8076") || answer == "6982", "{answer}");
        assert_eq!(
            send(&mut card, &format!("8076010008{token}")),
            "6985",
            "{between}"
        );
        assert_eq!(send(&mut card, READ_IMSI), "6A82", "{between}");
    }
}

/// Shows CMD-39.
#[test]
fn times_are_granted_and_refused() {
    for (command, answer) in [
        // Ten minutes at most, as asked for.
        ("8076000004010101 0A0A", "010A"),
        // Two days at most: twelve hours are granted.
        ("8076000004010103020A", "020C"),
        // At least a day.
        ("8076000004030103020A", "9864"),
        // Less than a minute, units that are none, a least time above the longest.
        ("8076000004003B01010A", "6A80"),
        ("8076000004050105010A", "6A80"),
        ("8076000004010501010A", "6A80"),
        ("80760000030101020A", "6700"),
        ("80760200040101020C0A", "6A86"),
        ("80760100080000000000000000", "6985"),
    ] {
        let mut card = in_use();
        let command = command.replace(' ', "");
        let said = send(&mut card, &command);
        assert!(said.starts_with(answer), "{command}: {said}");
    }
    // Without Le the answer waits.
    let mut card = in_use();
    assert_eq!(send(&mut card, "80760000040101020C"), "610A");
    let token = token(&send(&mut card, "80C000000A"));
    card.handle_reset();
    assert_eq!(send(&mut card, &format!("8076010008{token}")), "9000");
}

/// Shows CMD-40.
#[test]
fn the_identity_is_concealed_where_the_services_say_so() {
    let mut unable = in_use();
    assert_eq!(send(&mut unable, "8078000100"), "6A81");
    let table = [0x7FFF, 0x6F38];
    let mut services = profile().contents(&table).unwrap().to_vec();
    services[15] |= 0b0001_1000;
    let mut able = card(profile().with_contents(&table, &services).unwrap());
    assert_eq!(send(&mut able, "8078000100"), "6A81", "no application");
    assert_eq!(send(&mut able, SELECT_USIM), "9000");
    assert_eq!(send(&mut able, "8078000100"), "6982", "no PIN");
    assert_eq!(send(&mut able, VERIFY_PIN1), "9000");
    // 001 01 0123456789.
    assert_eq!(
        send(&mut able, "8078000100"),
        "A10D0100F110F0FF000010325476989000"
    );
    assert_eq!(send(&mut able, "8078000105"), "6C0F");
    assert_eq!(send(&mut able, "8078000900"), "6A86");
}
