//! The card beside a run: moments at the steps that made them, shared where nothing changed.
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::scenario::{Scenario, Settings, Setup, run};
use dmsc_core::trace::card::{
    CardHistory, CardMoment, CardSession, ChannelUse, ServerLink, TriggerLink,
};
use dmsc_core::trace::{Event, Trace};
use std::sync::Arc;

fn play(scenario: &str) -> Trace {
    run(&Setup {
        scenario: Scenario::find(scenario).unwrap(),
        settings: Settings::default(),
        seed: 1,
        edits: Vec::new(),
    })
}

fn after(trace: &Trace, test: impl Fn(&Event) -> bool) -> &CardMoment {
    let step = trace.steps.iter().find(|step| test(&step.event)).unwrap();
    trace.card.at(trace.card.index(Some(step.id)))
}

/// The moments of the run, one after the other.
fn moments(trace: &Trace) -> impl Iterator<Item = &CardMoment> {
    (0..trace.card.len()).map(|index| trace.card.at(index))
}

#[test]
fn the_card_is_seen_to_work_through_the_normal_flow() {
    let trace = play("remote-trigger");
    assert!(!trace.card.is_empty());
    let start = trace.card.at(trace.card.index(None));
    assert!(!start.session.profile);
    assert_eq!(start.session.server, ServerLink::Off);
    assert!(start.files.iter().any(|file| file.name == "EF_IMSI"));
    assert!(start.tasks.iter().all(|task| task.code.is_none()));

    let connected = after(&trace, |e| matches!(e, Event::MessageSent { .. }));
    assert!(connected.session.profile);
    let sends = |moment: &CardMoment| {
        moment.session.channels.iter().any(
            |channel| matches!(channel.use_for, ChannelUse::Connected { to_send, .. } if to_send > 0),
        )
    };
    assert!(moments(&trace).any(sends));
    assert!(moments(&trace).any(|moment| moment.session.outstanding));

    let last = trace.card.last();
    assert_eq!(last.session.server, ServerLink::Listening);
    assert_eq!(last.session.events, [0x09, 0x0A]);
    assert!(last.tasks.iter().all(|task| task.code.is_some()));
    // Each receipt is there from its own step on.
    let done = |moment: &CardMoment| moment.tasks.iter().filter(|t| t.code.is_some()).count();
    let mut seen = 0;
    for step in &trace.steps {
        let now = done(trace.card.at(trace.card.index(Some(step.id))));
        let receipt = matches!(step.event, Event::ReceiptStored { .. });
        assert!(now == seen || (receipt && now == seen + 1), "{}", step.id);
        seen = now;
    }
}

#[test]
fn the_timer_runs_and_the_trigger_sends() {
    let trace = play("local-trigger");
    assert!(moments(&trace).any(|moment| moment.session.timers == [1]));
    assert!(moments(&trace).any(|moment| moment.session.trigger == TriggerLink::Busy));
    assert_eq!(trace.card.last().session.trigger, TriggerLink::Done);
    assert!(trace.card.last().session.timers.is_empty());
}

#[test]
fn what_stays_is_shared() {
    let trace = play("remote-trigger");
    let mut last = trace.card.at(0);
    for moment in moments(&trace).skip(1) {
        assert_ne!(moment, last);
        assert!(moment.files == last.files || !Arc::ptr_eq(&moment.files, &last.files));
        assert!(moment.pins != last.pins || Arc::ptr_eq(&moment.pins, &last.pins));
        assert!(moment.session != last.session || Arc::ptr_eq(&moment.session, &last.session));
        last = moment;
    }
}

#[test]
fn a_moment_holds_from_its_step_on() {
    let moment = |queue| CardMoment {
        session: Arc::new(CardSession {
            queue,
            ..CardSession::default()
        }),
        ..CardMoment::default()
    };
    let mut history = CardHistory::new(moment(0));
    history.push(3, moment(0));
    assert_eq!(history.len(), 1);
    history.push(3, moment(1));
    history.push(7, moment(2));
    history.push(7, moment(3));
    let queue = |id| history.at(history.index(id)).session.queue;
    assert_eq!(
        [None, Some(2), Some(3), Some(6), Some(7), Some(99)].map(queue),
        [0, 0, 1, 1, 3, 3]
    );
    assert_eq!(history.at(99).session.queue, 3);
    assert!(CardHistory::default().is_empty());
}

#[test]
fn a_file_tells_what_it_holds() {
    let trace = play("remote-trigger");
    let files = &trace.card.at(0).files;
    let find = |path: &str| files.iter().find(|file| file.path == path).unwrap();
    let imsi = find("3F00/7FFF/6F07");
    assert_eq!(imsi.fields(0)[0].value, "001010123456789");
    assert!(imsi.fields(1).is_empty());
    assert_eq!(imsi.rule_words()[0], ("read".to_owned(), "PIN1".to_owned()));
    assert!(
        imsi.parameters()
            .iter()
            .any(|field| field.name == "File size")
    );
    assert_eq!(find("3F00/2F00").fields(0).len(), 1);
    // One path, one file: a link names a file by it.
    let mut paths: Vec<_> = files.iter().map(|file| &file.path).collect();
    paths.sort();
    let count = paths.len();
    paths.dedup();
    assert_eq!(paths.len(), count);
}
