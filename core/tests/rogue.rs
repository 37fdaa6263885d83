//! Every try of the rogue, with what meets it and without: the check that stops it, with its
//! clause, or what it brings about, and what becomes of the tree (OMA-AD-DM_SC-V1_0 §4.2).

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::notification::{Package0, VERSION};
use dmsc_core::codec::wsp;
use dmsc_core::scenario::{Attack, Scenario, Settings, Setup, run};
use dmsc_core::trace::{Actor, Event, Step, Trace};
use dmsc_core::tree::Snapshot;

fn play(settings: &[(&str, &str)]) -> Trace {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    run(&Setup {
        scenario: Scenario::find("rogue-server").unwrap(),
        settings: set,
        seed: 1,
        edits: Vec::new(),
    })
}

/// What came of each attack: word, and clause of the check where one stopped it.
fn verdicts(trace: &Trace) -> Vec<(String, Option<String>)> {
    let verdict = |step: &Step| match &step.event {
        Event::AttackStopped { attack, clause, .. } => Some((attack.clone(), Some(clause.clone()))),
        Event::AttackSucceeded { attack, .. } => Some((attack.clone(), None)),
        _ => None,
    };
    trace.steps.iter().filter_map(verdict).collect()
}

/// The step in which the first honest sessions are over, and the first attack begins.
fn before_attacks(trace: &Trace) -> u32 {
    let attacks = |step: &&Step| trace.titles[usize::from(step.enabler_step)].number == "2";
    trace.steps.iter().rfind(attacks).unwrap().id
}

/// Step in which the last attack was judged.
fn judged(trace: &Trace) -> u32 {
    let is_it = |step: &&Step| {
        matches!(
            step.event,
            Event::AttackStopped { .. } | Event::AttackSucceeded { .. }
        )
    };
    trace.steps.iter().rfind(is_it).unwrap().id
}

/// Values of the tree, but for nonces.
fn values(tree: &Snapshot) -> Vec<(String, Vec<u8>)> {
    let of = |(uri, node): (dmsc_core::tree::NodeUri, &dmsc_core::tree::Node)| {
        (uri.to_string(), node.state().value.clone())
    };
    let mut all: Vec<_> = tree.walk().map(of).collect();
    all.retain(|(uri, _)| !uri.ends_with("/AAuthData"));
    all
}

fn address(tree: &Snapshot) -> String {
    let node = tree.lookup("./Connectivity/NAP/Work/Addr").unwrap();
    String::from_utf8_lossy(&node.state().value).into_owned()
}

const CLAUSES: [(&str, &str); 10] = [
    ("forged", "DM Security §5.2"),
    ("replayed", "DM Security §5.2"),
    ("resync-replayed", "DM Notification §6.2.10"),
    ("zero-nonce", "DM Security §5.3"),
    ("foreign", "DM Notification §6"),
    ("version", "DM Notification §6.2"),
    ("taken-over", "DM Security §5.4"),
    ("false-data", "DM Security §5.4"),
    ("rights", "DM TND §7.7.1"),
    ("second-session", "RFC 9110 §15.6.4"),
];

#[test]
fn each_try_is_stopped_by_its_check() {
    for (attack, clause) in CLAUSES {
        for encoding in ["wbxml", "xml"] {
            let trace = play(&[("attack", attack), ("encoding", encoding)]);
            let wanted = [(attack.to_owned(), Some(clause.to_owned()))];
            assert_eq!(verdicts(&trace), wanted, "{attack}");
            let before = values(&trace.tree_after(Some(before_attacks(&trace))));
            let after = values(&trace.tree_after(Some(judged(&trace))));
            assert_eq!(before, after, "{attack}");
            assert!(
                trace.outcome.is_good(),
                "{attack}: {}",
                trace.outcome.summary
            );
        }
    }
}

#[test]
fn all_in_a_row_are_stopped_and_an_honest_session_still_works() {
    let trace = play(&[]);
    let found: Vec<String> = verdicts(&trace).into_iter().map(|(id, _)| id).collect();
    assert_eq!(found, Attack::ROW.map(Attack::id));
    assert!(verdicts(&trace).iter().all(|(_, clause)| clause.is_some()));
    let before = values(&trace.tree_after(Some(before_attacks(&trace))));
    let last = trace.steps.last().unwrap();
    assert_eq!(before, values(&trace.tree_after(Some(last.id))));
    assert_eq!(address(&trace.tree_after(Some(last.id))), "corp.example");
    let judged = judged(&trace);
    let ended = |step: &&Step| matches!(step.event, Event::SessionEnded { complete: true, .. });
    let honest = trace.steps.iter().filter(|step| step.id > judged);
    assert_eq!(honest.filter(ended).count(), 2, "client and card say so");
    assert!(trace.outcome.is_good());
}

#[test]
fn without_what_meets_it_each_try_succeeds() {
    for (attack, _) in &CLAUSES[..9] {
        let trace = play(&[("attack", attack), ("protection", "off")]);
        assert_eq!(verdicts(&trace), [((*attack).to_owned(), None)]);
        let tree = trace.tree_after(Some(judged(&trace)));
        let changed = values(&trace.tree_after(Some(before_attacks(&trace)))) != values(&tree);
        let changes = matches!(*attack, "foreign" | "false-data" | "rights");
        assert_eq!(changed, changes, "{attack}");
        match *attack {
            "foreign" => assert!(tree.lookup("./DMAcc/stranger.example").is_some()),
            "false-data" => assert_eq!(address(&tree), "evil.example"),
            "rights" => {
                assert_eq!(address(&tree), "evil.example");
                assert!(tree.lookup("./DMAcc/DMSC").is_none());
                // The nodes that a device cannot be without stay.
                assert!(tree.lookup("./DevInfo").is_some());
            }
            _ => {}
        }
    }
    let all = play(&[("protection", "off")]);
    let through = verdicts(&all).into_iter().filter(|(_, by)| by.is_none());
    assert_eq!(through.count(), 9);
}

/// The rogue has nothing but what crossed, and his own.
#[test]
fn what_the_rogue_sends_is_what_he_heard_or_made() {
    let trace = play(&[]);
    let pushes = |from: Actor| {
        let is_it = move |step: &&Step| {
            step.from == from && matches!(step.event, Event::NotificationSent { .. })
        };
        trace.steps.iter().filter(is_it)
    };
    let heard: Vec<&[u8]> = pushes(Actor::Ecms).map(|s| s.bytes.as_slice()).collect();
    let said: Vec<&Step> = pushes(Actor::Rogue).collect();
    assert_eq!(said.len(), 6);
    assert!(heard.contains(&said[1].bytes.as_slice()) && heard.contains(&said[2].bytes.as_slice()));
    let package = |step: &Step| -> Package0 { wsp::decode_notification(&step.bytes).unwrap().1 };
    assert_eq!(package(said[0]).server_id, "dmsc.card");
    assert_eq!(package(said[3]).server_id, "stranger.example");
    assert_eq!(package(said[4]).version, VERSION + 1);
    assert_eq!(package(said[5]).server_id, "rival.example");
}

/// Another secret on one side ends every session before a command is done.
#[test]
fn who_does_not_know_the_secret_gets_no_further() {
    for secrets in ["device-differs", "card-differs"] {
        let trace = play(&[("attack", "forged"), ("secrets", secrets)]);
        assert!(!trace.outcome.complete, "{secrets}");
        let applied = |step: &&Step| {
            !step.changes.is_empty() && matches!(step.event, Event::CommandApplied { .. })
        };
        assert_eq!(trace.steps.iter().filter(applied).count(), 0, "{secrets}");
        let refused = |step: &Step| matches!(step.event, Event::CredentialsChecked { code: 401 });
        assert!(trace.steps.iter().any(refused), "{secrets}");
    }
}
