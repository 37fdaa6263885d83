//! What edits bring about beside what they do to one message: order, repetition, power, room,
//! timers, the network, and what the user answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dmsc_core::scenario::{Scenario, Settings, Setup, SmartCard, World, run, sample_account};
use dmsc_core::server::{Config, DmServer, Plan};
use dmsc_core::trace::{End, Event, EventKind, Fate, Trace};

fn play(scenario: &Scenario, settings: &[(&str, &str)], edits: &[&str]) -> Trace {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    // A story lives as long as the program; so does one made here.
    let scenario: &'static Scenario = Box::leak(Box::new(*scenario));
    let setup = Setup {
        scenario,
        settings: set,
        seed: 1,
        edits: edits.iter().map(|edit| edit.parse().unwrap()).collect(),
    };
    let trace = run(&setup);
    trace.check().unwrap();
    assert_eq!(run(&setup), trace, "{edits:?}");
    trace
}

fn remote(edits: &[&str]) -> Trace {
    play(Scenario::find("remote-trigger").unwrap(), &[], edits)
}

fn local(edits: &[&str]) -> Trace {
    play(Scenario::find("local-trigger").unwrap(), &[], edits)
}

fn done(trace: Trace) -> Trace {
    assert_eq!(trace.problems, [] as [String; 0]);
    trace
}

fn problem(trace: &Trace) -> &str {
    assert_eq!(trace.problems.len(), 1, "{:?}", trace.problems);
    &trace.problems[0]
}

fn count(trace: &Trace, kind: EventKind) -> usize {
    let steps = trace.steps.iter();
    steps.filter(|step| step.event.kind() == kind).count()
}

/// Codes of the commands that were carried out.
fn codes(trace: &Trace) -> Vec<u16> {
    let steps = trace.steps.iter();
    let code = |event: &Event| match event {
        Event::CommandApplied { code, .. } => Some(*code),
        _ => None,
    };
    steps.filter_map(|step| code(&step.event)).collect()
}

/// URIs of what changed, but for nonces.
fn changed(trace: &Trace) -> Vec<&str> {
    let changes = trace.steps.iter().flat_map(|step| &step.changes);
    let uris = changes.map(|change| change.uri.as_str());
    uris.filter(|uri| !uri.contains("/AAuthData")).collect()
}

// ------------------------------------------------------------- order

#[test]
fn a_message_is_overtaken_by_the_next_of_its_kind() {
    for trace in [
        remote(&["notification-sent:swap", "notification-sent:again"]),
        play(
            Scenario::find("local-trigger").unwrap(),
            &[("event", "menu")],
            &["notification-sent:swap", "notification-sent:again"],
        ),
    ] {
        let trace = done(trace);
        let sessions: Vec<&str> = trace
            .steps
            .iter()
            .filter_map(|step| match &step.event {
                Event::NotificationSent { session_id, .. } => Some(session_id.as_str()),
                _ => None,
            })
            .collect();
        let accepted = trace.steps.iter().find_map(|step| match &step.event {
            Event::NotificationAccepted { session_id, .. } => Some(session_id.as_str()),
            _ => None,
        });
        assert_eq!(sessions.len(), 2);
        assert_eq!(accepted, Some(sessions[1]), "the second is served");
        assert_eq!(count(&trace, EventKind::NotificationRefused), 1);
        let fates: Vec<Fate> = trace.steps.iter().filter_map(|step| step.fate).collect();
        assert_eq!(fates, [Fate::Overtaken]);
        assert_eq!(trace.outcome.end, End::Completed);
    }
}

#[test]
fn what_nothing_overtakes_arrives_and_is_said() {
    let unbroken = remote(&[]);
    let trace = remote(&["notification-sent:swap"]);
    assert!(problem(&trace).contains("no message of its kind came after it"));
    assert_eq!(trace.steps, unbroken.steps);
    // What else was done to it stays.
    let trace = remote(&["notification-sent:flip=20.01", "notification-sent:swap"]);
    let fates: Vec<Fate> = trace.steps.iter().filter_map(|step| step.fate).collect();
    assert_eq!(fates, [Fate::Altered]);
    assert_eq!(trace.outcome.end, End::Refused);
}

#[test]
fn an_earlier_message_comes_in_the_place_of_a_later_one() {
    let trace = done(remote(&["message-sent.4:replay=2"]));
    let sent = |n: usize| {
        let steps = trace.steps.iter();
        let mut sent = steps.filter(|step| step.event.kind() == EventKind::MessageSent);
        sent.nth(n - 1).unwrap()
    };
    assert_eq!(sent(4).arrived, sent(2).bytes);
    // The client repeats its message, and the server what it said (DM Protocol §6).
    assert_eq!(sent(5).bytes, sent(3).bytes);
    assert_eq!(sent(6).bytes, sent(4).bytes);
    assert_eq!(trace.outcome.end, End::Completed);
    assert!(problem(&remote(&["message-sent.2:replay=3"])).contains("was not sent before it"));
}

// ------------------------------------------------------------- the device

/// Every command that was told holds, and no other: the tree is as after the last whole one.
#[test]
fn a_device_without_power_starts_again_from_its_last_whole_command() {
    let unbroken = remote(&[]);
    for n in 1..=4 {
        let trace = done(remote(&[&format!("command-applied.{n}:device-power-cut")]));
        assert_eq!(codes(&trace), codes(&unbroken)[..n], "{n}");
        assert_eq!(count(&trace, EventKind::CardStarted), 2, "{n}");
        assert_eq!(count(&trace, EventKind::WebServerOpened), 2, "{n}");
        assert!(!trace.outcome.card_knows && !trace.outcome.complete, "{n}");
        // The same once more: nothing is there twice, nothing is missing.
        let cut = format!("command-applied.{n}:device-power-cut");
        let healed = done(remote(&[&cut, "device-power-cut:again"]));
        let end = |trace: &Trace| {
            let connectivity = trace.tree_after(trace.steps.last().map(|step| step.id));
            let all = connectivity.walk().map(|(uri, node)| {
                let value = node.state().value.clone();
                (uri.to_string(), value)
            });
            let mut all: Vec<_> = all.filter(|(uri, _)| !uri.contains("/AAuthData")).collect();
            all.sort();
            all
        };
        assert_eq!(end(&healed), end(&unbroken), "{n}");
        assert!(healed.outcome.card_knows, "{n}");
    }
}

#[test]
fn power_that_goes_at_a_question_ends_it() {
    let trace = done(remote(&["user-asked:device-power-cut"]));
    assert_eq!(count(&trace, EventKind::UserAnswered), 0);
    assert!(changed(&trace).is_empty());
    let trace = done(remote(&["user-asked:card-out"]));
    assert_eq!(count(&trace, EventKind::UserAnswered), 0);
    assert!(changed(&trace).is_empty());
    assert_eq!(trace.outcome.end, End::GivenUp);
}

#[test]
fn an_account_survives_the_power() {
    for story in ["bootstrap-dm", "bootstrap-cp"] {
        let story = Scenario::find(story).unwrap();
        let trace = done(play(story, &[], &["bootstrap-taken:device-power-cut"]));
        assert_eq!(count(&trace, EventKind::BootstrapTaken), 1);
        assert_eq!(count(&trace, EventKind::BootstrapKept), 1);
        // Power that goes before the account was taken leaves nothing of it.
        let trace = done(play(story, &[], &["bootstrap-sent:device-power-cut"]));
        assert_eq!(count(&trace, EventKind::BootstrapTaken), 1);
        assert_eq!(count(&trace, EventKind::BootstrapKept), 0);
        assert_eq!(trace.outcome.end, End::Completed);
    }
}

// ------------------------------------------------------------- room

#[test]
fn a_tree_without_room_refuses_what_makes_it_larger() {
    let trace = done(remote(&["user-asked:tree-full"]));
    assert_eq!(count(&trace, EventKind::TreeFilled), 1);
    assert_eq!(codes(&trace), [420, 420, 200, 200]);
    assert_eq!((trace.outcome.applied, trace.outcome.failed), (1, 2));
    assert!(trace.outcome.card_knows);
}

#[test]
fn a_card_without_room_goes_on_with_what_it_has() {
    let unbroken = remote(&[]);
    let trace = done(remote(&["card-started:card-full"]));
    assert_eq!(count(&trace, EventKind::CardFilled), 1);
    assert_eq!(codes(&trace), codes(&unbroken));
    let out = remote(&["card-started:card-out", "card-removed:card-full"]);
    assert!(problem(&out).contains("the card is out"));
}

// ------------------------------------------------------------- time, network

#[test]
fn a_timer_ends_early() {
    let usual = local(&[]);
    let early = done(local(&["timer-started:expire"]));
    let expired = |trace: &Trace| {
        let mut steps = trace.steps.iter();
        let step = steps.find(|step| step.event.kind() == EventKind::TimerExpired);
        step.unwrap().tick
    };
    assert!(expired(&usual) > 600_000 && expired(&early) < 60_000);
    assert_eq!(count(&early, EventKind::TimerExpired), 1);
    assert_eq!(codes(&early), codes(&usual));
    let none = remote(&["card-started:expire"]);
    assert!(problem(&none).contains("no timer of the card runs"));
}

#[test]
fn a_network_that_is_gone_carries_nothing_until_it_is_back() {
    let trace = done(remote(&["web-server-opened:network-gone"]));
    let push = trace.steps.iter().find(|step| step.fate.is_some()).unwrap();
    assert_eq!(push.event.kind(), EventKind::NotificationSent);
    assert_eq!(push.fate, Some(Fate::Lost));
    assert_eq!(trace.outcome.end, End::GivenUp);
    let back = done(remote(&[
        "web-server-opened:network-gone",
        "notification-sent:network-back",
        "network-found:again",
    ]));
    assert_eq!(back.outcome.end, End::Completed);
    // The card needs no network.
    let card = done(local(&["web-server-opened:network-gone"]));
    assert_eq!(card.outcome.end, End::Completed);
    let twice = remote(&["card-started:network-back"]);
    assert!(problem(&twice).contains("is there already"));
}

#[test]
fn a_trigger_during_a_session_finds_it_running() {
    let menu = &[("event", "menu")];
    let story = Scenario::find("local-trigger").unwrap();
    let trace = done(play(story, menu, &["message-sent.2:again=now"]));
    let refused = trace.steps.iter().find_map(|step| match &step.event {
        Event::NotificationRefused { reason } => Some(reason.as_str()),
        _ => None,
    });
    assert_eq!(refused, Some("another session is running"));
    assert_eq!(trace.outcome.end, End::Completed);
}

// ------------------------------------------------------------- answers

/// The normal flow with a card that asks for a text and for choices.
fn asking() -> Scenario {
    let mut story = *Scenario::find("remote-trigger").unwrap();
    story.cast = |setup| {
        let world = (Scenario::find("remote-trigger").unwrap().cast)(setup);
        let plan = Plan::from_json(
            r#"{ "commands": [
                { "command": "Alert", "code": 1102, "text": "Your name?", "options": { "MAXLEN": 5 } },
                { "command": "Alert", "code": 1104, "text": "Which?", "choices": ["a", "b", "c"] }
            ] }"#,
        );
        let config = Config {
            accounts: vec![sample_account()],
            seed: setup.seed,
            ..Config::default()
        };
        let server = DmServer::new(config, plan.unwrap());
        let ui_mode = dmsc_core::codec::notification::UiMode::NotSpecified;
        World {
            card: SmartCard::new(world.card.uicc().clone(), server, ui_mode),
            ..world
        }
    };
    story
}

#[test]
fn a_text_and_choices_answer_the_questions_that_take_them() {
    let answers = |trace: &Trace| -> Vec<String> {
        let steps = trace.steps.iter();
        let answer = |event: &Event| match event {
            Event::UserAnswered { answer } => Some(answer.clone()),
            _ => None,
        };
        steps.filter_map(|step| answer(&step.event)).collect()
    };
    let story = asking();
    let trace = done(play(
        &story,
        &[],
        &[
            "user-asked:answer=text.Anna",
            "user-asked.2:answer=choose.1,3",
        ],
    ));
    assert_eq!(answers(&trace), ["Anna", "1, 3"]);
    let package_3 = trace
        .steps
        .iter()
        .filter(|s| s.event.kind() == EventKind::MessageSent);
    let said = String::from_utf8_lossy(&package_3.clone().nth(2).unwrap().bytes).into_owned();
    assert!(said.contains("Anna"), "{said}");
    let named = "user-asked:answer=text.Anna";
    for edits in [
        &["user-asked:answer=text.Annabella"][..],
        &["user-asked:answer=choose.1"],
        &[named, "user-asked.2:answer=choose.4"],
        &[named, "user-asked.2:answer=text.a"],
    ] {
        let trace = play(&story, &[], edits);
        assert!(problem(&trace).contains("takes other answers"), "{edits:?}");
    }
}
