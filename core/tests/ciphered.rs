//! The session over TLS: what crosses, what somebody who taps the wires has of it, and what an
//! attack on the line comes to.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::syncml::{Command, Message};
use dmsc_core::codec::tls::Record;
use dmsc_core::scenario::{Scenario, Settings, Setup, run};
use dmsc_core::trace::{Event, Step, Trace, Wire, eavesdropper};
use dmsc_core::tree::Snapshot;
use std::collections::BTreeMap;

fn played(settings: &[(&str, &str)], edits: &[&str]) -> Trace {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    let trace = run(&Setup {
        scenario: Scenario::find("ciphered").unwrap(),
        settings: set,
        seed: 1,
        edits: edits.iter().map(|edit| edit.parse().unwrap()).collect(),
    });
    assert_eq!(trace.problems, [] as [String; 0]);
    trace
}

fn records(trace: &Trace) -> Vec<&Step> {
    let steps = trace.steps.iter();
    steps
        .filter(|step| matches!(step.event, Event::TlsRecordSent { .. }))
        .collect()
}

fn values(tree: &Snapshot) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![".".to_owned()];
    while let Some(uri) = waiting.pop() {
        let node = tree.lookup(&uri).unwrap();
        waiting.extend(node.children().map(|(name, _)| format!("{uri}/{name}")));
        all.insert(uri, node.state().value.clone());
    }
    all
}

/// What the session brings that nobody else is to know: values and names of what changes, and
/// the nonces that its messages carry.
fn secrets(trace: &Trace) -> Vec<Vec<u8>> {
    let (before, after) = (values(&trace.tree), values(&trace.tree_after(last(trace))));
    let mut secrets = Vec::new();
    for (uri, value) in &after {
        let is_new = before.get(uri) != Some(value) && uri.contains("/Connectivity/");
        if is_new && value.len() > 4 {
            secrets.push(value.clone());
        }
    }
    for step in &trace.steps {
        if let Event::MessageSent { .. } = step.event {
            let message = Message::decode_wbxml(&step.bytes).unwrap();
            for command in &message.commands {
                if let Command::Status(status) = command
                    && let Some(nonce) = status
                        .chal
                        .as_ref()
                        .and_then(|c| c.meta.next_nonce.as_ref())
                {
                    secrets.push(nonce.clone().into());
                }
            }
        }
    }
    assert!(secrets.len() > 5, "{secrets:?}");
    secrets
}

fn last(trace: &Trace) -> Option<u32> {
    trace.steps.last().map(|step| step.id)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn no_secret_of_the_session_crosses_a_wire() {
    let (on, off) = (played(&[], &[]), played(&[("tls", "off")], &[]));
    let all = secrets(&on);
    assert_eq!(all, secrets(&off), "the same session, and the same nonces");
    for wire in [Wire::Loopback, Wire::Contacts] {
        for secret in &all {
            let text = String::from_utf8_lossy(secret);
            assert!(
                holds(&off.tapped(wire), secret),
                "{wire:?} in clear: {text}"
            );
            assert!(
                !holds(&on.tapped(wire), secret),
                "{wire:?} ciphered: {text}"
            );
        }
        // What is left to see.
        assert!(holds(&on.tapped(wire), b"dmsc.card"));
    }
    let is_message = |step: &&Step| matches!(step.event, Event::MessageSent { .. });
    assert!(
        off.steps
            .iter()
            .filter(is_message)
            .all(|step| off.is_read(step))
    );
    assert!(
        !on.steps
            .iter()
            .filter(is_message)
            .any(|step| on.is_read(step))
    );
    assert!(eavesdropper(&off).contains("DM messages of the session: 4 of 4 read"));
    let told = eavesdropper(&on);
    assert!(
        told.contains("DM messages of the session: 0 of 4 read"),
        "{told}"
    );
    assert!(told.contains("ClientKeyExchange, 20 B"), "{told}");
}

#[test]
fn both_runs_end_with_the_same_tree() {
    let (on, off) = (played(&[], &[]), played(&[("tls", "off")], &[]));
    assert!(on.outcome.is_good() && off.outcome.is_good());
    let tree = |trace: &Trace| {
        let mut tree = values(&trace.tree_after(last(trace)));
        let address = tree.remove("./DMAcc/DMSC/AppAddr/1/Addr").unwrap();
        (tree, String::from_utf8(address).unwrap())
    };
    let ((ciphered, https), (clear, http)) = (tree(&on), tree(&off));
    assert_eq!(ciphered, clear);
    assert_eq!(https, "https://127.0.0.1:4116/dm");
    assert_eq!(http, "http://127.0.0.1:3516/dm");
    assert!(records(&off).is_empty());
}

#[test]
fn the_handshake_costs_what_the_bytes_say_and_a_message_is_one_record() {
    let trace = played(&[], &[]);
    let records = records(&trace);
    let told: Vec<(String, usize)> = records
        .iter()
        .map(|step| match &step.event {
            Event::TlsRecordSent { content } => (content.clone(), step.bytes.len()),
            _ => unreachable!(),
        })
        .collect();
    let handshake: usize = told[..8].iter().map(|(_, length)| length).sum();
    assert_eq!(handshake, 317);
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "ClientHello",
            "ServerHello",
            "ServerHelloDone",
            "ClientKeyExchange",
            "change_cipher_spec",
            "handshake, ciphered",
            "change_cipher_spec",
            "handshake, ciphered",
            "application_data",
            "application_data",
            "application_data",
            "application_data",
            "alert, ciphered",
            "alert, ciphered",
        ]
    );
    for record in records.iter().filter(|step| step.bytes[0] == 23) {
        // The HTTP message encloses it; content, MAC, padding and its length in whole blocks.
        let http = &trace.steps[record.enclosing.unwrap() as usize];
        assert!(matches!(
            http.event,
            Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. }
        ));
        let ciphered = (http.bytes.len() + 32 + 1).next_multiple_of(16);
        assert_eq!(record.bytes.len(), 5 + 16 + ciphered);
        // And the record what carries it.
        let inner = trace
            .steps
            .iter()
            .any(|step| step.enclosing == Some(record.id));
        assert!(inner, "{}", record.id);
    }
    let facts = |event: &Event| {
        trace
            .steps
            .iter()
            .filter(|step| step.event == *event)
            .count()
    };
    assert_eq!(facts(&Event::TlsEstablished), 2);
    assert_eq!(facts(&Event::TlsClosed), 2);
    let handshakes = records.iter().filter(|step| step.bytes[0] == 22);
    for record in handshakes {
        let outer = &trace.steps[record.enclosing.unwrap() as usize];
        assert_eq!(outer.event, Event::EnablerStepBegan);
        assert!(Record::decode(&record.bytes).is_ok());
    }
}

/// What both ends say of a broken connection: device and card.
fn broken(trace: &Trace) -> Vec<&str> {
    let reasons = trace.steps.iter().filter_map(|step| match &step.event {
        Event::TlsBroken { reason } => Some(reason.as_str()),
        _ => None,
    });
    reasons.collect()
}

#[test]
fn attacks_end_with_the_alerts_of_the_standard() {
    for (settings, edit, said) in [
        (
            &[("psk", "wrong")][..],
            None,
            &[
                "alert sent: bad_record_mac",
                "alert received: bad_record_mac",
            ][..],
        ),
        (
            &[],
            Some("tls-record-sent.4:flip=19.01"),
            &[
                "alert sent: unknown_psk_identity",
                "alert received: unknown_psk_identity",
            ],
        ),
        (
            &[],
            Some("tls-record-sent.1:set=47.B0"),
            &[
                "alert sent: handshake_failure",
                "alert received: handshake_failure",
            ],
        ),
        (
            &[],
            Some("tls-record-sent.10:flip=100.01"),
            &[
                "alert sent: bad_record_mac",
                "alert received: bad_record_mac",
            ],
        ),
        (
            &[],
            Some("tls-record-sent.9:double"),
            &[
                "alert sent: bad_record_mac",
                "alert received: bad_record_mac",
            ],
        ),
        (
            &[],
            Some("tls-record-sent.11:replay=9"),
            &[
                "alert sent: bad_record_mac",
                "alert received: bad_record_mac",
            ],
        ),
        (
            &[],
            Some("tls-record-sent.10:cut=400"),
            &["it ended without close_notify"],
        ),
        // Nobody answers the last word: who has said it need not wait.
        (&[], Some("tls-record-sent.14:drop"), &[]),
    ] {
        let edits: Vec<&str> = edit.into_iter().collect();
        let trace = played(settings, &edits);
        assert_eq!(broken(&trace), said, "{edits:?}");
    }
}

#[test]
fn every_record_can_be_lost_and_the_run_ends() {
    let whole = played(&[], &[]);
    for n in 1..=records(&whole).len() {
        for change in ["drop", "cut=3", "flip=5.80", "double", "delay=2000"] {
            let edit = format!("tls-record-sent.{n}:{change}");
            let trace = played(&[], &[&edit]);
            let limit = |step: &Step| matches!(step.event, Event::LimitReached { .. });
            assert!(!trace.steps.iter().any(limit), "{edit}");
            let again = format!("{}:again", last(&trace).unwrap());
            let healed = played(&[], &[&edit, &again]);
            assert!(
                healed.outcome.card_knows,
                "{edit}: {}",
                healed.outcome.summary
            );
        }
    }
}
