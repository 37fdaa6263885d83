//! Broken runs: what an edit does, what it leaves alone, and how the run ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dmsc_core::codec::toolkit::{Action, ProactiveCommand};
use dmsc_core::scenario::{
    CATALOGUE, CardKind, Change, Edit, Engine, Place, Plot, Said, Scenario, Settings, Setup,
    Wanted, run,
};
use dmsc_core::trace::{Actor, End, Event, EventKind, Fate, Layer, Step, Trace};

fn setup(scenario: &str, settings: &[(&str, &str)], edits: &[&str]) -> Setup {
    let mut set = Settings::default();
    for (key, value) in settings {
        set.set(key, value).unwrap();
    }
    Setup {
        scenario: Scenario::find(scenario).unwrap(),
        settings: set,
        seed: 1,
        edits: edits.iter().map(|edit| edit.parse().unwrap()).collect(),
    }
}

/// A run with edits, all of which could be made.
fn play(scenario: &str, edits: &[&str]) -> Trace {
    let trace = run(&setup(scenario, &[], edits));
    assert_eq!(trace.problems, [] as [String; 0]);
    trace
}

fn stories() -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().map(|scenario| scenario.id)
}

/// Stories in which a notification brings a session about that provisions the device.
fn provisioning() -> impl Iterator<Item = &'static str> {
    let stories = CATALOGUE.iter();
    stories
        .filter(|scenario| scenario.plot == Plot::Provisioning)
        .map(|scenario| scenario.id)
}

fn count(trace: &Trace, kind: EventKind) -> usize {
    let steps = trace.steps.iter();
    steps.filter(|step| step.event.kind() == kind).count()
}

fn has(trace: &Trace, kind: EventKind) -> bool {
    count(trace, kind) > 0
}

/// Whether the tree is as before the run, but for the nonces of accounts.
fn tree_is_before(trace: &Trace) -> bool {
    changed(trace).is_empty()
}

/// URIs of what changed, but for the nonces of accounts.
fn changed(trace: &Trace) -> Vec<String> {
    let changes = trace.steps.iter().flat_map(|step| &step.changes);
    let uris = changes.map(|change| change.uri.clone());
    uris.filter(|uri| !uri.contains("/AAuthData")).collect()
}

// ------------------------------------------------------------- what is left alone

/// The first step of the moment in which a step happened: a card answers a command in one
/// moment, and what happened inside it is told after its answer.
fn moment_of(trace: &Trace, id: usize) -> usize {
    let steps = &trace.steps;
    let in_card = |step: &Step| {
        matches!(step.from, Actor::CardDmServer | Actor::CardTrigger)
            || step.event.kind() == EventKind::HttpResponseSent
            || step.event.kind() == EventKind::EnablerStepBegan
    };
    let mut at = id;
    while at > 0 && in_card(&steps[at]) {
        at -= 1;
    }
    if steps[at].layer() == Layer::Apdu {
        if steps[at].event.kind() == EventKind::ResponseApduSent {
            at -= 1;
        }
        if at > 0 && steps[at].enclosing == Some(at as u32 - 1) {
            at -= 1;
        }
        return at;
    }
    id
}

/// A change that makes sense at a step.
fn change_for(step: &Step, turn: usize) -> Change {
    let kind = step.event.kind();
    let length = step.bytes.len() as u32;
    let all = [
        Change::Drop,
        Change::Flip {
            byte: length / 2,
            mask: 0x10,
        },
        Change::CardOut,
        Change::Cut { length: length / 2 },
        Change::Double,
        Change::PowerCut { writes: None },
        Change::Delay { by_ms: 45_000 },
        Change::Replace {
            bytes: vec![0x6F, 0x00],
        },
        Change::PowerCut { writes: Some(1) },
    ];
    let fits = all.into_iter().filter(|change| {
        change.fits(kind).is_ok() && (length > 0 || !matches!(change, Change::Flip { .. }))
    });
    let fits: Vec<Change> = fits.collect();
    fits[turn % fits.len()].clone()
}

#[test]
fn steps_before_an_edit_are_the_same_with_and_without_it() {
    let mut tried = 0;
    for story in stories() {
        for settings in [&[][..], &[("event", "menu")], &[("max-msg-size", "1024")]] {
            let mut setup = setup(story, settings, &[]);
            let unbroken = run(&setup);
            // Of a long run as many steps as of a short one.
            let apart = unbroken.steps.len().div_ceil(120).max(3);
            for (turn, step) in unbroken.steps.iter().enumerate().step_by(apart) {
                let change = change_for(step, turn);
                setup.edits = vec![Edit {
                    place: Place::Step(step.id),
                    change,
                }];
                let broken = run(&setup);
                let what = format!("{story} {settings:?} {}", setup.edits[0]);
                let before = moment_of(&unbroken, step.id as usize);
                assert_eq!(broken.steps[..before], unbroken.steps[..before], "{what}");
                assert_eq!(broken.problems, [] as [String; 0], "{what}");
                broken.check().unwrap_or_else(|e| panic!("{what}: {e}"));
                assert_eq!(run(&setup), broken, "{what}");
                tried += 1;
            }
        }
    }
    println!("{tried} edits tried");
    assert!(tried > 300);
}

#[test]
fn a_step_and_its_kind_name_the_same_place() {
    for story in stories() {
        let unbroken = play(story, &[]);
        for (id, step) in unbroken.steps.iter().enumerate().step_by(17) {
            let place = Place::of(unbroken.steps[..=id].iter().map(|step| &step.event)).unwrap();
            let change = change_for(step, 2).to_string();
            let by_step = play(story, &[&format!("{id}:{change}")]);
            let by_kind = play(story, &[&format!("{place}:{change}")]);
            assert_eq!(by_step.steps, by_kind.steps, "{id} is {place}");
        }
    }
}

#[test]
fn an_answer_is_an_edit_at_its_question_and_a_setting_the_answer_to_all() {
    for answer in ["accept", "reject", "cancel", "none"] {
        let edit = format!("user-asked:answer={answer}");
        // A story may ask before the session and in it.
        let second = format!("user-asked.2:answer={answer}");
        for story in stories() {
            let edited = run(&setup(story, &[("answer", "cancel")], &[&edit, &second]));
            let set = run(&setup(story, &[("answer", answer)], &[]));
            assert_eq!(edited.steps, set.steps, "{story} {answer}");
            assert_eq!(edited.outcome, set.outcome, "{story} {answer}");
        }
        let dialog = format!("dialog-shown:answer={answer}");
        let menu = ("event", "menu");
        let edited = run(&setup(
            "local-trigger",
            &[menu, ("dialog", "cancel")],
            &[&dialog],
        ));
        let set = run(&setup("local-trigger", &[menu, ("dialog", answer)], &[]));
        assert_eq!(edited.steps, set.steps, "{answer}");
    }
}

// ------------------------------------------------------------- messages

#[test]
fn a_notification_that_is_lost_leaves_everything_as_it_was() {
    for story in provisioning() {
        let trace = play(story, &["notification-sent:drop"]);
        let sent = trace.steps.iter().find(|step| step.fate.is_some()).unwrap();
        assert_eq!(
            (sent.fate, sent.event.kind()),
            (Some(Fate::Lost), EventKind::NotificationSent)
        );
        assert!(!has(&trace, EventKind::NotificationAccepted), "{story}");
        assert!(!has(&trace, EventKind::MessageSent), "{story}");
        assert!(tree_is_before(&trace), "{story}");
        assert_eq!(trace.outcome.end, End::GivenUp, "{story}");
        assert!(!trace.outcome.card_knows);
    }
}

#[test]
fn an_altered_notification_is_refused_and_both_byte_strings_are_kept() {
    for story in provisioning() {
        // Octet 20 of the push lies in the digest.
        let trace = play(story, &["notification-sent:flip=20.01"]);
        let sent = trace.steps.iter().find(|step| step.fate.is_some()).unwrap();
        assert_eq!(sent.fate, Some(Fate::Altered));
        assert_eq!(sent.bytes.len(), sent.arrived.len());
        assert_eq!(sent.bytes[20] ^ sent.arrived[20], 1);
        assert!(has(&trace, EventKind::NotificationRefused), "{story}");
        assert_eq!(
            trace.outcome.end,
            End::Refused,
            "{story}: {}",
            trace.outcome.summary
        );
        assert!(trace.outcome.summary.starts_with("No session took place: "));
        assert!(tree_is_before(&trace));
    }
}

#[test]
fn a_notification_that_comes_twice_is_served_once() {
    for story in provisioning() {
        let trace = play(story, &["notification-sent:double"]);
        assert_eq!(count(&trace, EventKind::NotificationAccepted), 1, "{story}");
        assert_eq!(count(&trace, EventKind::NotificationRefused), 1, "{story}");
        assert_eq!(trace.outcome.end, End::Completed, "{story}");
        assert_eq!(changed(&trace), changed(&play(story, &[])), "{story}");
    }
}

#[test]
fn a_late_notification_moves_the_session_and_changes_nothing_else() {
    for story in provisioning() {
        let (late, usual) = (
            play(story, &["notification-sent:delay=90000"]),
            play(story, &[]),
        );
        let accepted = |trace: &Trace| {
            let mut steps = trace.steps.iter();
            let step = steps.find(|step| step.event.kind() == EventKind::NotificationAccepted);
            step.unwrap().tick
        };
        let moved = accepted(&late) - accepted(&usual);
        assert!((85_000..=95_000).contains(&moved), "{story}: {moved} ms");
        assert_eq!(late.outcome.end, End::Completed, "{story}");
        assert_eq!(changed(&late), changed(&usual), "{story}");
    }
}

// ------------------------------------------------------------- short messages

/// The normal flow with its notification in two short messages.
fn in_two_parts(edits: &[&str]) -> Trace {
    let trace = run(&setup("remote-trigger", &[("sms-parts", "2")], edits));
    assert_eq!(trace.problems, [] as [String; 0]);
    trace
}

#[test]
fn a_push_with_a_lost_part_is_not_delivered_and_forgotten() {
    for (edit, reports) in [("sms-sent.2:drop", 1), ("sms-sent.1:drop", 1)] {
        let trace = in_two_parts(&[edit]);
        assert_eq!(count(&trace, EventKind::SmsSent), 2);
        assert_eq!(count(&trace, EventKind::SmsReportSent), reports);
        assert!(!has(&trace, EventKind::NotificationAccepted));
        let mut steps = trace.steps.iter();
        let forgotten = steps
            .find(|step| matches!(step.event, Event::SmsPartsForgotten { came: 1, parts: 2 }))
            .unwrap();
        assert!(forgotten.tick >= 120_000);
        assert!(tree_is_before(&trace));
        assert_eq!(trace.outcome.end, End::GivenUp);
    }
}

#[test]
fn parts_are_joined_whatever_their_order_and_number() {
    let usual = changed(&in_two_parts(&[]));
    for edit in [
        "sms-sent.1:delay=5000",
        "sms-sent.1:double",
        "sms-sent.2:double",
    ] {
        let trace = in_two_parts(&[edit]);
        assert_eq!(count(&trace, EventKind::NotificationAccepted), 1, "{edit}");
        assert_eq!(trace.outcome.end, End::Completed, "{edit}");
        assert_eq!(changed(&trace), usual, "{edit}");
    }
    // Of a message that comes twice each part comes twice, and so does the push.
    let trace = in_two_parts(&["notification-sent:double"]);
    assert_eq!(count(&trace, EventKind::SmsSent), 4);
    assert_eq!(count(&trace, EventKind::NotificationRefused), 1);
    assert_eq!(changed(&trace), usual);
}

#[test]
fn a_short_message_for_nobody_is_acknowledged_and_no_more() {
    // TP-DCS: text in place of data.
    let trace = play("remote-trigger", &["sms-sent:set=10.F1"]);
    assert_eq!(count(&trace, EventKind::SmsReportSent), 1);
    assert!(has(&trace, EventKind::SmsDropped));
    assert!(!has(&trace, EventKind::NotificationAccepted));
    // One bit of the digest inside it reaches the DM Client.
    let trace = play("remote-trigger", &["sms-sent:flip=40.01"]);
    assert!(has(&trace, EventKind::NotificationRefused));
    assert_eq!(trace.outcome.end, End::Refused);
    // What cannot be read is not taken.
    let trace = play("remote-trigger", &["sms-sent:cut=30"]);
    let refused = |step: &&Step| matches!(step.event, Event::SmsReportSent { taken: false });
    assert_eq!(trace.steps.iter().filter(refused).count(), 1);
}

/// Package #2 does not arrive: the DM Client gives the session up after its time.
#[test]
fn an_answer_that_does_not_come_is_waited_for_and_then_given_up() {
    for story in provisioning() {
        let trace = play(story, &["message-sent.2:drop"]);
        let missed = trace
            .steps
            .iter()
            .find(|step| matches!(step.event, Event::AnswerMissed { after_s: 30 }));
        let sent = trace.steps.iter().find(|step| step.fate.is_some()).unwrap();
        assert!(missed.unwrap().tick >= sent.tick + 29_000, "{story}");
        assert!(has(&trace, EventKind::SessionEnded), "{story}");
        assert_eq!(trace.outcome.end, End::GivenUp, "{story}");
        assert!(tree_is_before(&trace), "{story}");
        assert!(!trace.outcome.card_knows, "{story}");
    }
}

/// Package #3 does not arrive: the device has changed, the card has not heard of it.
#[test]
fn results_that_are_lost_leave_the_tree_changed_and_the_card_in_doubt() {
    for story in provisioning() {
        let trace = play(story, &["message-sent.3:drop"]);
        assert_eq!(changed(&trace), changed(&play(story, &[])), "{story}");
        assert!(!has(&trace, EventKind::ReceiptStored), "{story}");
        assert_eq!(trace.outcome.end, End::GivenUp, "{story}");
        assert!(!trace.outcome.card_knows, "{story}");
    }
}

/// Package #4 does not arrive: the card knows, the device does not.
#[test]
fn a_last_word_that_is_lost_leaves_only_the_device_in_doubt() {
    for story in provisioning() {
        let trace = play(story, &["message-sent.4:drop"]);
        assert_eq!(changed(&trace), changed(&play(story, &[])), "{story}");
        assert!(trace.outcome.card_knows, "{story}");
        assert!(!trace.outcome.complete, "{story}");
    }
}

#[test]
fn a_message_cut_in_half_is_malformed_for_its_receiver() {
    for story in provisioning() {
        for (place, tree_changes) in [("message-sent", false), ("message-sent.2", false)] {
            let trace = play(story, &[&format!("{place}:cut=60")]);
            assert!(has(&trace, EventKind::MalformedReceived), "{story} {place}");
            assert_eq!(!tree_is_before(&trace), tree_changes, "{story} {place}");
            assert_ne!(trace.outcome.end, End::Completed, "{story} {place}");
        }
    }
}

#[test]
fn an_http_response_can_be_another() {
    // HTTP/1.1 500, without a body.
    let refusal = "485454502F312E312035303020410D0A436F6E74656E742D4C656E6774683A20300D0A0D0A";
    for story in provisioning() {
        let trace = play(story, &[&format!("http-response-sent:replace={refusal}")]);
        let http = trace.steps.iter().find(|step| step.fate.is_some()).unwrap();
        assert!(http.arrived.starts_with(b"HTTP/1.1 500"));
        assert!(tree_is_before(&trace), "{story}");
        assert_ne!(trace.outcome.end, End::Completed, "{story}");
        // What the card put into its channel is what crossed it.
        let commands = trace
            .steps
            .iter()
            .filter(|step| step.event == Event::ProactiveCommandSent);
        let carried: Vec<u8> = commands
            .filter_map(|step| ProactiveCommand::decode(&step.bytes).ok())
            .filter_map(|command| match command.action {
                Action::SendData { data, .. } => Some(data),
                _ => None,
            })
            .flatten()
            .collect();
        assert!(
            carried.windows(12).any(|part| part == b"HTTP/1.1 500"),
            "{story}"
        );
    }
}

#[test]
fn a_request_that_comes_twice_is_carried_out_once() {
    for story in provisioning() {
        let trace = play(story, &["http-request-sent.2:double"]);
        let usual = play(story, &[]);
        assert_eq!(changed(&trace), changed(&usual), "{story}");
        let receipts = count(&trace, EventKind::ReceiptStored);
        assert_eq!(receipts, count(&usual, EventKind::ReceiptStored), "{story}");
    }
}

#[test]
fn a_late_answer_within_the_time_is_an_answer_and_beyond_it_is_none() {
    for story in provisioning() {
        let within = play(story, &["message-sent.2:delay=20000"]);
        assert_eq!(
            within.outcome.end,
            End::Completed,
            "{story}: {}",
            within.outcome.summary
        );
        let beyond = play(story, &["message-sent.2:delay=40000"]);
        assert!(has(&beyond, EventKind::AnswerMissed), "{story}");
        assert_eq!(beyond.outcome.end, End::GivenUp, "{story}");
        assert!(tree_is_before(&beyond), "{story}");
    }
}

// ------------------------------------------------------------- the card

#[test]
fn an_altered_terminal_response_reaches_the_card_altered() {
    // OPEN CHANNEL is answered with a BIP error, port not available (TS 102 223 §8.12.11).
    let usual = play("remote-trigger", &[]);
    let mut steps = usual.steps.iter();
    let opens = |step: &&Step| {
        step.event == Event::ProactiveCommandSent && step.title().starts_with("OPEN CHANNEL")
    };
    let open = steps.find(opens).unwrap();
    let before = usual.steps[..open.id as usize].iter();
    let n = before
        .filter(|step| step.event == Event::TerminalResponseSent)
        .count()
        + 1;
    let refusal = "81030140008202828183023A10";
    let trace = play(
        "remote-trigger",
        &[&format!("terminal-response-sent.{n}:replace={refusal}")],
    );
    // The terminal believes that its card listens; the card answers nobody.
    assert!(has(&trace, EventKind::HttpRequestSent) && !has(&usual, EventKind::AnswerMissed));
    assert!(!has(&trace, EventKind::HttpResponseSent));
    assert!(has(&trace, EventKind::AnswerMissed));
    assert!(!has(&trace, EventKind::WebServerOpened));
    assert!(tree_is_before(&trace));
    assert_eq!(trace.outcome.end, End::GivenUp);
}

#[test]
fn a_card_that_is_taken_out_ends_the_session_and_nothing_hangs() {
    for story in provisioning() {
        let trace = play(story, &["message-sent.2:card-out"]);
        assert_eq!(count(&trace, EventKind::CardRemoved), 1, "{story}");
        let out = trace
            .steps
            .iter()
            .position(|step| step.event == Event::CardRemoved)
            .unwrap();
        assert!(
            trace.steps[out..]
                .iter()
                .all(|step| step.layer() != Layer::Apdu),
            "{story}"
        );
        assert!(tree_is_before(&trace), "{story}");
        assert_eq!(trace.outcome.end, End::GivenUp, "{story}");
    }
}

#[test]
fn a_card_that_is_put_in_again_is_booted_again() {
    for story in stories() {
        let trace = play(story, &["message-sent.2:card-out", "session-ended:card-in"]);
        assert_eq!(count(&trace, EventKind::CardStarted), 2, "{story}");
        assert_eq!(count(&trace, EventKind::WebServerOpened), 2, "{story}");
        // What goes on in the network needs no card, and a rogue tries everything again.
        let plot = Scenario::find(story).unwrap().plot;
        if matches!(plot, Plot::Network | Plot::Rogue) {
            continue;
        }
        // And a repeated trigger brings what an unbroken run brings.
        let healed = play(
            story,
            &[
                "message-sent.2:card-out",
                "session-ended:card-in",
                "card-inserted:again",
            ],
        );
        assert_eq!(
            healed.outcome.applied,
            play(story, &[]).outcome.applied,
            "{story}: {}",
            healed.outcome.summary
        );
        assert_eq!(changed(&healed), changed(&play(story, &[])), "{story}");
    }
}

#[test]
fn a_card_without_power_is_mute_and_powered_up_again() {
    for story in provisioning() {
        for place in ["message-sent.2:power-cut", "command-apdu-sent.30:power-cut"] {
            let trace = play(story, &[place]);
            assert_eq!(count(&trace, EventKind::CardPowerCut), 1, "{story} {place}");
            assert_eq!(count(&trace, EventKind::CardMute), 1, "{story} {place}");
            assert_eq!(count(&trace, EventKind::CardStarted), 2, "{story} {place}");
            assert!(tree_is_before(&trace), "{story} {place}");
        }
    }
}

#[test]
fn a_response_that_is_lost_is_a_mute_card_for_the_terminal() {
    for story in stories() {
        for edit in [
            "response-apdu-sent.5:drop",
            "command-apdu-sent.5:drop",
            "response-apdu-sent.5:cut=1",
        ] {
            let trace = play(story, &[edit]);
            assert!(count(&trace, EventKind::CardStarted) >= 1, "{story} {edit}");
            trace.check().unwrap();
        }
        let lost = play(story, &["command-apdu-sent.5:drop"]);
        assert_eq!(count(&lost, EventKind::CardMute), 1, "{story}");
        assert_eq!(
            lost.outcome.end,
            End::Completed,
            "{story}: the terminal boots the card anew"
        );
    }
}

/// The card's own notification after a session that broke off is signed with the
/// resynchronisation nonce, and says so (DM Security §5.2).
#[test]
fn the_card_says_when_it_signs_with_the_resynchronisation_nonce() {
    let edits = ["message-sent.3:drop", "session-ended:again"];
    let trace = run(&setup("local-trigger", &[("event", "menu")], &edits));
    assert_eq!(trace.problems, [] as [String; 0]);
    let resync: Vec<bool> = trace
        .steps
        .iter()
        .filter_map(|step| match step.event {
            Event::NotificationSent { resync, .. } => Some(resync),
            _ => None,
        })
        .collect();
    assert_eq!(resync, [false, true]);
    let accepted =
        |step: &&Step| matches!(step.event, Event::NotificationAccepted { resync: true, .. });
    assert_eq!(trace.steps.iter().filter(accepted).count(), 1);
}

// ------------------------------------------------------------- ends and problems

#[test]
fn an_edit_that_cannot_be_made_is_said_and_the_run_goes_on() {
    for story in provisioning() {
        let unbroken = run(&setup(story, &[], &[]));
        for (edit, word) in [
            ("99999:drop", "the run has no step 99999"),
            (
                "message-sent.40:drop",
                "the run has 4 of message-sent, not 40",
            ),
            ("message-sent:cut=60000", "bytes, not 60000"),
            ("0:drop", "no message crosses there"),
            ("message-sent:card-in", "the card is in already"),
        ] {
            let trace = run(&setup(story, &[], &[edit]));
            assert_eq!(trace.problems.len(), 1, "{edit}");
            assert!(
                trace.problems[0].contains(word),
                "{edit}: {}",
                trace.problems[0]
            );
            assert_eq!(trace.steps, unbroken.steps, "{edit}");
            assert_eq!(trace.edits, [edit]);
        }
    }
}

/// A card that wants something for ever is stopped, and the trace says so.
#[test]
fn a_run_that_does_not_end_is_ended() {
    let (mut engine, mut card) = Engine::new(&setup("remote-trigger", &[], &[]), CardKind::Closed);
    let mut answers = 0_u32;
    while let Some(wanted) = engine.poll() {
        match wanted {
            Wanted::Reset => engine.handle_atr(&card.reset(), None),
            Wanted::Card(command) if command[1] == 0x12 => {
                // MORE TIME, again and again.
                let more = [
                    0xD0, 0x09, 0x81, 0x03, 0x01, 0x02, 0x00, 0x82, 0x02, 0x81, 0x82, 0x90, 0x00,
                ];
                engine.handle_response(&more, None);
            }
            Wanted::Card(command) if command[1] == 0x14 => {
                answers += 1;
                engine.handle_response(&[0x91, 0x0B], None);
            }
            Wanted::Card(command) => engine.handle_response(&card.exchange(&command), None),
            Wanted::PowerCut(writes) => card.handle_power_loss(writes),
            Wanted::CardFull => card.handle_memory_full(),
            Wanted::User(_) => engine.handle_user(Said::Usual),
            Wanted::Time(now_ms) => engine.handle_time(now_ms),
        }
    }
    assert!(answers > 1000);
    let trace = engine.into_trace();
    assert_eq!(count(&trace, EventKind::LimitReached), 1);
    assert_eq!(trace.outcome.end, End::GivenUp);
}

/// A card that shows nothing but its answers: the same bytes cross, what happens inside it is
/// absent, and the trace says so.
#[test]
fn a_closed_card_plays_the_same_session() {
    // The rogue changes messages where they leave the card's server, which a closed card hides.
    let is_open = |story: &&str| Scenario::find(story).unwrap().plot != Plot::Rogue;
    for story in stories().filter(is_open) {
        let setup = setup(story, &[], &[]);
        let open = run(&setup);
        let (mut engine, mut card) = Engine::new(&setup, CardKind::Closed);
        while let Some(wanted) = engine.poll() {
            assert_eq!(engine.poll(), None, "one thing at a time");
            match wanted {
                Wanted::Reset => engine.handle_atr(&card.reset(), None),
                Wanted::Card(command) => {
                    card.handle_time(engine.now_s());
                    engine.handle_response(&card.exchange(&command), None);
                }
                Wanted::PowerCut(writes) => card.handle_power_loss(writes),
                Wanted::CardFull => card.handle_memory_full(),
                Wanted::User(_) => engine.handle_user(Said::Usual),
                Wanted::Time(now_ms) => engine.handle_time(now_ms),
            }
        }
        let closed = engine.into_trace();
        closed.check().unwrap();
        assert!(closed.card_is_closed && !open.card_is_closed);
        assert!(closed.card.is_empty());
        let bytes = |trace: &Trace, kinds: &[EventKind]| -> Vec<Vec<u8>> {
            let steps = trace.steps.iter();
            let wanted = steps.filter(|step| kinds.contains(&step.event.kind()));
            wanted.map(|step| step.bytes.clone()).collect()
        };
        for kinds in [
            &[EventKind::CommandApduSent, EventKind::ResponseApduSent][..],
            &[EventKind::MessageSent],
            &[EventKind::HttpRequestSent],
            &[EventKind::HttpResponseSent],
        ] {
            assert_eq!(
                bytes(&closed, kinds),
                bytes(&open, kinds),
                "{story} {kinds:?}"
            );
        }
        let mut of_card = closed
            .steps
            .iter()
            .filter(|step| step.from == Actor::CardDmServer);
        assert!(
            !of_card.any(|step| matches!(step.event, Event::ReceiptStored { .. })),
            "{story}"
        );
        assert_eq!(changed(&closed), changed(&open), "{story}");
    }
}

/// Any few edits: the run ends, says how, is a trace, and is the same again.
#[test]
fn storms_end() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    let unbroken: Vec<(Setup, Trace)> = stories()
        .flat_map(|story| {
            [
                setup(story, &[], &[]),
                setup(story, &[("event", "menu"), ("encoding", "xml")], &[]),
            ]
        })
        .map(|setup| (setup.clone(), run(&setup)))
        .collect();
    for turn in 0..400 {
        let (mut setup, trace) = unbroken[next(unbroken.len())].clone();
        for _ in 0..=next(3) {
            let step = &trace.steps[next(trace.steps.len())];
            setup.edits.push(Edit {
                place: Place::of(trace.steps[..=step.id as usize].iter().map(|s| &s.event))
                    .unwrap(),
                change: change_for(step, next(9)),
            });
        }
        let edits: Vec<String> = setup.edits.iter().map(Edit::to_string).collect();
        let broken = run(&setup);
        broken
            .check()
            .unwrap_or_else(|e| panic!("{turn} {edits:?}: {e}"));
        assert!(!has(&broken, EventKind::LimitReached), "{turn} {edits:?}");
        assert!(!broken.outcome.summary.is_empty());
        for step in &broken.steps {
            assert!(!broken.line(step).is_empty() && !broken.line(step).contains('\n'));
        }
        if turn % 20 == 0 {
            assert_eq!(run(&setup), broken, "{edits:?}");
            let mut plain = broken.clone();
            plain.card = Default::default();
            let json = serde_json::to_string(&plain).unwrap();
            assert_eq!(Trace::from_json(&json).unwrap(), plain, "{edits:?}");
        }
    }
}
