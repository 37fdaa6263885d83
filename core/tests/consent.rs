//! The user's consent, over whole runs: what is asked, what an answer stops, what the device
//! stops when nobody asks, and what happens where it does not (OMA-AD-DM_SC-V1_0 §4.2).

#![allow(clippy::unwrap_used)]

use dmsc_core::scenario::{Scenario, Settings, Setup, run};
use dmsc_core::trace::{End, Event, EventKind, Trace};

fn play(settings: &[(&str, &str)]) -> Trace {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    run(&Setup {
        scenario: Scenario::find("user-consent").unwrap(),
        settings: set,
        seed: 1,
        edits: Vec::new(),
    })
}

/// Code of each command, in order.
fn codes(trace: &Trace) -> Vec<u16> {
    let code = |event: &Event| match event {
        Event::CommandApplied { code, .. } => Some(*code),
        _ => None,
    };
    trace.steps.iter().filter_map(|s| code(&s.event)).collect()
}

fn count(trace: &Trace, kind: EventKind) -> usize {
    trace
        .steps
        .iter()
        .filter(|s| s.event.kind() == kind)
        .count()
}

/// Nodes that changed, but for nonces.
fn changed(trace: &Trace) -> Vec<&str> {
    let changes = trace.steps.iter().flat_map(|step| &step.changes);
    let uris = changes.map(|change| change.uri.as_str());
    uris.filter(|uri| !uri.contains("/AAuthData")).collect()
}

#[test]
fn an_answer_stops_what_it_should() {
    // What costs and what is the user's in the group, then a Get of the access points.
    for (answer, wanted, end) in [
        ("accept", [200, 200, 200, 200, 200, 200], End::Completed),
        ("reject", [215, 215, 215, 215, 215, 200], End::Refused),
        ("cancel", [215, 215, 215, 215, 215, 215], End::Refused),
        ("none", [215, 215, 215, 215, 215, 215], End::Refused),
        ("abort", [215, 215, 215, 215, 215, 215], End::Aborted),
    ] {
        let trace = play(&[("answer", answer)]);
        assert_eq!(codes(&trace), wanted, "{answer}");
        assert_eq!(trace.outcome.end, end, "{answer}");
        assert_eq!(changed(&trace).is_empty(), answer != "accept", "{answer}");
    }
}

#[test]
fn the_device_stops_what_nobody_asked_for() {
    for (policy, wanted) in [
        ("both", [403, 403, 403, 403, 403, 200]),
        ("costs", [403, 403, 403, 200, 200, 200]),
        ("data", [200, 200, 200, 403, 403, 200]),
        ("always", [403, 403, 403, 403, 403, 200]),
        ("never", [200, 200, 200, 200, 200, 200]),
    ] {
        let trace = play(&[("confirm", "off"), ("client-policy", policy)]);
        assert_eq!(codes(&trace), wanted, "{policy}");
        assert_eq!(count(&trace, EventKind::UserAsked), 0, "{policy}");
    }
}

#[test]
fn what_costs_and_what_is_the_users_can_stand_alone() {
    for (operation, policy, wanted) in [
        ("costs", "data", &[200, 200, 200, 200][..]),
        ("costs", "costs", &[403, 403, 403, 200]),
        ("data", "costs", &[200, 200]),
        ("data", "data", &[403, 403]),
    ] {
        let trace = play(&[
            ("confirm", "off"),
            ("operation", operation),
            ("client-policy", policy),
        ]);
        assert_eq!(codes(&trace), wanted, "{operation} {policy}");
    }
}

#[test]
fn in_an_atomic_all_or_nothing_is_done() {
    let kept = play(&[("atomic", "on")]);
    assert_eq!(codes(&kept), [200; 5]);
    let denied = play(&[("atomic", "on"), ("contacts-right", "off")]);
    assert_eq!(codes(&denied), [216, 216, 216, 425, 200]);
    assert!(changed(&denied).is_empty());
    assert_eq!(denied.outcome.end, End::Refused);
    assert!(denied.outcome.card_knows);
    let no = play(&[("atomic", "on"), ("answer", "reject")]);
    assert_eq!(codes(&no), [215, 215, 215, 215, 200]);
}

#[test]
fn every_form_of_an_alert_is_shown_and_answered() {
    let trace = play(&[("alert", "all")]);
    let mut asked = Vec::new();
    let mut answered = Vec::new();
    for step in &trace.steps {
        match &step.event {
            Event::UserAsked {
                alert,
                choices,
                input,
                ..
            } => asked.push((*alert, choices.len(), !input.is_empty())),
            Event::UserAnswered { answer } => answered.push(answer.as_str()),
            _ => {}
        }
    }
    let wanted = [
        (1100, 0, false),
        (1102, 0, true),
        (1103, 2, false),
        (1104, 2, false),
        (1101, 0, false),
    ];
    assert_eq!(asked, wanted);
    assert_eq!(answered, ["accept", "0000", "2", "1, 2", "accept"]);
    assert!(trace.outcome.is_good());
}

#[test]
fn a_refusal_before_the_session_sends_nothing() {
    for answer in ["reject", "cancel", "none", "abort"] {
        let trace = play(&[("ui-mode", "ask"), ("answer", answer)]);
        assert_eq!(count(&trace, EventKind::MessageSent), 0, "{answer}");
        assert_eq!(trace.outcome.end, End::Refused, "{answer}");
    }
    // A yes before it is the consent to what the card does in it.
    let agreed = play(&[("ui-mode", "ask")]);
    assert_eq!(count(&agreed, EventKind::UserAsked), 1);
    assert_eq!(codes(&agreed), [200; 6]);
    // A note waits for no answer, and is no consent.
    let told = play(&[("ui-mode", "informative"), ("confirm", "off")]);
    assert_eq!(count(&told, EventKind::UserInformed), 1);
    assert_eq!(codes(&told)[0], 403);
}

#[test]
fn a_server_may_not_ask_until_the_user_gives_in() {
    let pestering = [
        ("ui-mode", "ask"),
        ("pestering", "on"),
        ("answer", "reject"),
    ];
    let limited = play(&pestering);
    assert_eq!(count(&limited, EventKind::UserAsked), 3);
    assert_eq!(count(&limited, EventKind::NotificationRefused), 5);
    assert!(changed(&limited).is_empty());
    let unlimited = play(&[&pestering[..], &[("ask-limit", "off")]].concat());
    assert_eq!(count(&unlimited, EventKind::UserAsked), 5);
    assert!(!changed(&unlimited).is_empty());
    assert_eq!(unlimited.outcome.end, End::Completed);
}

/// A large group goes in parts: what the user agreed to in the first holds in the next.
#[test]
fn consent_holds_for_the_rest_of_the_session() {
    let trace = play(&[("max-msg-size", "1024")]);
    assert_eq!(count(&trace, EventKind::UserAsked), 1);
    assert!(codes(&trace).iter().all(|code| *code == 200));
    assert!(trace.outcome.is_good());
}
