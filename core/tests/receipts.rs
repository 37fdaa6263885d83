//! Orders and receipts in whole runs: three hold the same octets, they tell what was said, and no
//! loss of power leaves a chain that does not hold.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::card::RECEIPTS_FILE;
use dmsc_core::codec::cose::{Order, PrivateKey, Receipt, Run, Transcript, sha256};
use dmsc_core::codec::hex;
use dmsc_core::scenario::{
    CardKind, Engine, Said, Scenario, Settings, Setup, SmartCard, Wanted, run,
};
use dmsc_core::trace::{Actor, Event, EventKind, Trace};

const STORY: &str = "non-repudiation";

fn card_key() -> PrivateKey {
    let key = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    PrivateKey::from_bytes(&hex::decode(key).unwrap()).unwrap()
}

fn care_key() -> PrivateKey {
    PrivateKey::from_bytes(&sha256(b"DMSC customer care test key")).unwrap()
}

fn setup(settings: &[(&str, &str)], edits: &[&str]) -> Setup {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    Setup {
        scenario: Scenario::find(STORY).unwrap(),
        settings: set,
        seed: 1,
        edits: edits.iter().map(|edit| edit.parse().unwrap()).collect(),
    }
}

/// A run with its card, which can be asked afterwards.
fn play(setup: &Setup) -> (Trace, SmartCard) {
    let (mut engine, mut card) = Engine::new(setup, CardKind::Closed);
    while let Some(wanted) = engine.poll() {
        match wanted {
            Wanted::Reset => engine.handle_atr(&card.reset(), None),
            Wanted::Card(command) => {
                card.handle_time(engine.now_s());
                engine.handle_response(&card.exchange(&command), None);
            }
            Wanted::PowerCut(writes) => card.handle_power_loss(writes),
            Wanted::CardFull => panic!("no edit of these tests fills the card"),
            Wanted::User(_) => engine.handle_user(Said::Usual),
            Wanted::Time(now_ms) => engine.handle_time(now_ms),
        }
    }
    (engine.into_trace(), card)
}

fn steps(trace: &Trace, kind: EventKind) -> impl Iterator<Item = &[u8]> {
    let steps = trace.steps.iter();
    steps
        .filter(move |step| step.event.kind() == kind)
        .map(|step| &step.bytes[..])
}

/// Receipts that the device keeps, by their numbers.
fn kept(trace: &Trace) -> Vec<(u64, Vec<u8>)> {
    let mut tree = trace.tree.clone();
    for change in trace.steps.iter().flat_map(|step| &step.changes) {
        tree.apply(change);
    }
    let folder = tree.lookup("./DMSC/Receipt").unwrap();
    let mut all: Vec<(u64, Vec<u8>)> = folder
        .children()
        .map(|(name, node)| (name.parse().unwrap(), node.state().value.clone()))
        .collect();
    all.sort();
    all
}

#[test]
fn card_and_device_hold_the_same_octets_which_tell_what_was_said() {
    let trace = run(&setup(&[], &[]));
    let issued = steps(&trace, EventKind::ReceiptIssued).next().unwrap();
    assert_eq!(issued.len(), 235);
    let receipt = Receipt::open(issued, &card_key().public()).unwrap();
    assert_eq!(receipt.seq, 1);
    assert_eq!(receipt.consent, Some(200));
    assert_eq!(
        receipt.statuses,
        [Run {
            code: 200,
            count: 4
        }]
    );
    assert_eq!(receipt.device, "IMEI:493005100592800");
    assert!(receipt.time_s > 1_791_297_160);
    let mut transcript = Transcript::default();
    for message in steps(&trace, EventKind::MessageSent).take(3) {
        transcript.add(message);
    }
    assert_eq!(receipt.transcript, transcript.hash());
    let signed = steps(&trace, EventKind::OrderSigned).next().unwrap();
    let order = Order::open(signed, &care_key().public()).unwrap();
    assert_eq!(receipt.order, Some(sha256(signed)));
    assert_eq!(receipt.session_id, order.session_id);

    let (closed, mut card) = play(&setup(&[], &[]));
    assert_eq!(card.uicc().receipts(), [(1, issued.to_vec())]);
    assert_eq!(kept(&closed), [(1, issued.to_vec())]);
    assert_eq!(kept(&trace), kept(&closed));

    // Everybody can read the record, with the client's Status behind the receipt.
    card.reset();
    for fid in [
        &[0x3F, 0x00],
        &RECEIPTS_FILE[0].to_be_bytes(),
        &RECEIPTS_FILE[1].to_be_bytes(),
    ] {
        let select = [&[0x00, 0xA4, 0x00, 0x0C, 0x02][..], fid].concat();
        assert_eq!(card.exchange(&select), [0x90, 0x00], "{select:02X?}");
    }
    let record = card.exchange(&[0x00, 0xB2, 0x01, 0x04, 0xFF]);
    assert_eq!(record[..235], *issued);
    assert_eq!(record[235..237], [0x00, 0xC8]);
    assert!(record[237..255].iter().all(|byte| *byte == 0xFF));
    // And nobody can write it, nor read the key.
    let mut update = vec![0x00, 0xDC, 0x01, 0x04, 0xFF];
    update.resize(5 + 255, 0);
    assert_eq!(card.exchange(&update), [0x69, 0x82]);
    let key = hex::decode("C9AFA9D845BA75166B5C215767B1D693").unwrap();
    for step in &trace.steps {
        assert!(
            !step.bytes.windows(16).any(|part| part == key),
            "{}",
            step.id
        );
    }
}

#[test]
fn the_encoding_and_the_size_of_messages_do_not_matter() {
    for encoding in ["wbxml", "xml"] {
        let set = [("max-msg-size", "1024"), ("encoding", encoding)];
        let (trace, card) = play(&setup(&set, &[]));
        assert_eq!(card.uicc().receipts(), kept(&trace), "{encoding}");
        assert_eq!(kept(&trace).len(), 1, "{encoding}");
    }
}

#[test]
fn customer_care_reads_the_record_from_afar() {
    let trace = run(&setup(&[], &[]));
    let at_care = |trace: &Trace| -> Vec<(Vec<u8>, Option<String>)> {
        let steps = trace.steps.iter().filter(|step| step.from == Actor::Ecms);
        let checked = steps.filter_map(|step| match &step.event {
            Event::ReceiptChecked { problem, .. } => Some((step.bytes.clone(), problem.clone())),
            _ => None,
        });
        checked.collect()
    };
    let read = at_care(&trace);
    assert_eq!(read, [(kept(&trace)[0].1.clone(), None)]);
    let refuted = |trace: &Trace| -> Vec<bool> {
        let steps = trace.steps.iter();
        let claims = steps.filter_map(|step| match &step.event {
            Event::ClaimWeighed { refuted, .. } => Some(*refuted),
            _ => None,
        });
        claims.collect()
    };
    assert_eq!(refuted(&trace), [true, true, true]);
    for (set, expected) in [
        (&[("receipts", "off")][..], [false, true, false]),
        (&[("order", "off")], [true, false, true]),
        (
            &[("receipts", "off"), ("order", "off")],
            [false, false, false],
        ),
    ] {
        assert_eq!(refuted(&run(&setup(set, &[]))), expected, "{set:?}");
    }
    // A packet that is changed on its way is not carried out.
    let broken = run(&setup(&[], &["receipt-asked:flip=30.01"]));
    let asked = EventKind::ReceiptAsked;
    assert!(broken.steps.iter().any(|step| step.event.kind() == asked));
    let accepted = at_care(&broken)
        .into_iter()
        .filter(|(_, problem)| problem.is_none());
    assert_eq!(accepted.count(), 0);
    // What the device lost, customer care has all the same.
    let lost = run(&setup(&[], &["receipt-sent:drop"]));
    assert_eq!(at_care(&lost), read);
    assert_eq!(refuted(&lost), [true, true, false]);
}

#[test]
fn who_says_no_has_that_on_paper_too() {
    let trace = run(&setup(&[], &["user-asked.2:answer=reject"]));
    let issued = steps(&trace, EventKind::ReceiptIssued).next().unwrap();
    let receipt = Receipt::open(issued, &card_key().public()).unwrap();
    assert_eq!(receipt.consent, Some(304));
    assert_eq!(receipt.statuses[0].code, 215);
    assert_eq!(kept(&trace).len(), 1);
}

#[test]
fn an_order_is_for_its_session_alone() {
    let orders: Vec<String> = [1, 2]
        .map(|seed| {
            let usual = run(&Setup {
                seed,
                ..setup(&[], &[])
            });
            hex::encode(steps(&usual, EventKind::OrderSigned).next().unwrap())
        })
        .to_vec();
    assert_ne!(orders[0], orders[1]);
    // The order of another session in Package #1: rightly signed, and refused.
    let usual = run(&setup(&[], &[]));
    let first = steps(&usual, EventKind::MessageSent).next().unwrap();
    let other = hex::encode(first).replace(&orders[0], &orders[1]);
    let trace = run(&setup(&[], &[&format!("message-sent.1:replace={other}")]));
    let reason = trace.steps.iter().find_map(|step| match &step.event {
        Event::OrderChecked { code: 401, text } => Some(text.clone()),
        _ => None,
    });
    assert!(reason.is_some_and(|text| text.starts_with("it is for session")));
    assert!(kept(&trace).is_empty());
    let changed = trace.steps.iter().flat_map(|step| &step.changes);
    assert!(
        changed
            .into_iter()
            .all(|change| change.uri.contains("AAuthData"))
    );
    // None at all.
    let none = run(&setup(&[("order", "off")], &[]));
    assert!(steps(&none, EventKind::OrderChecked).next().is_none());
    assert_eq!(kept(&none).len(), 1, "an order was not asked for");
}

#[test]
fn a_loss_of_power_leaves_a_chain_that_holds() {
    let mut torn = 0;
    for writes in 0..60 {
        let cut = format!("message-sent.3:power-cut={writes}");
        let broken = run(&setup(&[], &[&cut]));
        let last = broken.steps.last().unwrap().id;
        let edits = [cut, format!("{last}:again")];
        let edits: Vec<&str> = edits.iter().map(String::as_str).collect();
        let trace = run(&setup(&[], &edits));
        assert_eq!(trace.problems, [] as [String; 0], "{writes}");
        let kept = kept(&trace);
        // Whole or not at all; after the next session the device has what the card has.
        let numbers: Vec<u64> = kept.iter().map(|(seq, _)| *seq).collect();
        assert_eq!(
            numbers,
            (1..=kept.len() as u64).collect::<Vec<u64>>(),
            "{writes}"
        );
        assert!(!kept.is_empty(), "{writes}: {}", trace.outcome.summary);
        let mut previous = [0; 32];
        for (_, signed) in &kept {
            let receipt = Receipt::open(signed, &card_key().public()).unwrap();
            assert_eq!(receipt.previous, previous, "{writes}");
            previous = sha256(signed);
        }
        torn += usize::from(broken.outcome.end != dmsc_core::trace::End::Completed);
    }
    assert!(torn > 5, "{torn} runs were torn");
}
