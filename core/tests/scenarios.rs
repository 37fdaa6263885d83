//! What must hold for every run of every scenario under every setting: the order of the story,
//! the bytes of each layer inside the next, the tree before and after.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::http::{Request, Response};
use dmsc_core::codec::sms::{Deliver, DeliverReport};
use dmsc_core::codec::toolkit::{Action, ProactiveCommand, TerminalResponse};
use dmsc_core::scenario::{CATALOGUE, Plot, Scenario, Settings, Setup, run, sample_account};
use dmsc_core::trace::card::CardHistory;
use dmsc_core::trace::{Actor, End, Event, Layer, Step, Trace};

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in pairs {
        settings.set(key, value).unwrap();
    }
    settings
}

/// Every combination that takes another way through the engine.
fn runs() -> Vec<Trace> {
    let mut traces = Vec::new();
    for scenario in CATALOGUE {
        let usual = Settings::default().entries();
        for answer in ["accept", "reject", "cancel", "none"] {
            for encoding in ["wbxml", "xml"] {
                for nonce in ["known", "resync"] {
                    for size in ["1024", "4096"] {
                        for confirm in ["on", "off"] {
                            let values = [
                                ("answer", answer),
                                ("encoding", encoding),
                                ("ecms-nonce", nonce),
                                ("max-msg-size", size),
                                ("confirm", confirm),
                            ];
                            // What a story does not have changes nothing in it.
                            let has = |id: &str| scenario.settings.iter().any(|key| key.id() == id);
                            if values
                                .iter()
                                .any(|(id, value)| !has(id) && usual[*id] != *value)
                            {
                                continue;
                            }
                            let settings = settings(&values);
                            traces.push(run(&Setup {
                                scenario,
                                settings,
                                seed: 3,
                                edits: Vec::new(),
                            }));
                        }
                    }
                }
            }
        }
    }
    // Packets that the card refuses or cannot carry out, and a session by push.
    for (key, value) in [
        ("after", "push"),
        ("packet", "wrong-key"),
        ("packet", "no-security"),
        ("packet", "foreign-file"),
    ] {
        traces.push(run(&Setup {
            scenario: Scenario::find("card-update").unwrap(),
            settings: settings(&[(key, value)]),
            seed: 3,
            edits: Vec::new(),
        }));
    }
    // The notification in two short messages.
    traces.push(run(&Setup {
        scenario: Scenario::find("remote-trigger").unwrap(),
        settings: settings(&[("sms-parts", "2")]),
        seed: 3,
        edits: Vec::new(),
    }));
    // The object alone in the card, without a message around it.
    let bootstrap = Scenario::find("bootstrap-dm").unwrap();
    traces.push(run(&Setup {
        scenario: bootstrap,
        settings: settings(&[("form", "tnds")]),
        seed: 3,
        edits: Vec::new(),
    }));
    // The user brings it about, in the card's menu.
    let scenario = Scenario::find("local-trigger").unwrap();
    for dialog in ["accept", "reject", "cancel", "none"] {
        for answer in ["accept", "reject"] {
            traces.push(run(&Setup {
                scenario,
                settings: settings(&[("event", "menu"), ("dialog", dialog), ("answer", answer)]),
                seed: 3,
                edits: Vec::new(),
            }));
        }
    }
    traces
}

fn inside<'a>(trace: &'a Trace, step: &'a Step) -> impl Iterator<Item = &'a Step> {
    trace
        .steps
        .iter()
        .skip(step.id as usize + 1)
        .take_while(move |s| {
            let mut up = s.enclosing;
            while let Some(id) = up {
                if id == step.id {
                    return true;
                }
                up = trace.steps[id as usize].enclosing;
            }
            false
        })
}

#[test]
fn steps_stand_in_the_order_of_the_story() {
    for trace in runs() {
        let mut tick = 0;
        for (index, step) in trace.steps.iter().enumerate() {
            assert_eq!(step.id as usize, index);
            assert!(step.tick >= tick, "time runs forward at step {index}");
            tick = step.tick;
            assert!((step.enabler_step as usize) < trace.titles.len());
            if let Some(cause) = step.cause {
                assert!(cause < step.id, "step {index} is caused by a later one");
            }
            match step.enclosing {
                None => assert_eq!(step.layer(), Layer::Steps, "step {index} floats"),
                Some(id) => {
                    let outer = &trace.steps[id as usize];
                    // Records of TLS are of one layer with the HTTP that they carry.
                    let is_record = matches!(step.event, Event::TlsRecordSent { .. });
                    let is_higher = outer.layer() < step.layer() || is_record;
                    assert!(id < step.id && is_higher, "step {index}");
                    assert!(
                        inside(&trace, outer).any(|s| s.id == step.id),
                        "step {index} lies apart from step {id}, which encloses it"
                    );
                }
            }
        }
    }
}

/// What of a message goes over the wire: itself, or the records of TLS that it lies in.
fn on_the_wire(trace: &Trace, step: &Step) -> Vec<u8> {
    let records: Vec<&[u8]> = inside(trace, step)
        .filter(|s| matches!(s.event, Event::TlsRecordSent { .. }))
        .map(|s| &s.bytes[..])
        .collect();
    match records.is_empty() {
        true => step.bytes.clone(),
        false => records.concat(),
    }
}

#[test]
fn each_message_is_the_sum_of_what_carried_it() {
    for trace in runs() {
        for step in &trace.steps {
            match &step.event {
                Event::MessageSent { .. } => {
                    let http = trace
                        .steps
                        .iter()
                        .find(|s| {
                            let is_receipt = matches!(s.event, Event::ReceiptSent { .. });
                            s.enclosing == Some(step.id) && s.layer() == Layer::Http && !is_receipt
                        })
                        .unwrap_or_else(|| panic!("package {} has no HTTP message", step.id));
                    let body = match http.event {
                        Event::HttpRequestSent { .. } => {
                            Request::decode(&http.bytes).unwrap().unwrap().0.body
                        }
                        _ => Response::decode(&http.bytes).unwrap().unwrap().0.body,
                    };
                    // One that was changed on the way goes on as it arrived.
                    let passed = match step.arrived.is_empty() {
                        true => &step.bytes,
                        false => &step.arrived,
                    };
                    assert_eq!(body, *passed, "step {}", step.id);
                }
                // A network carries what it carries unseen.
                Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. }
                    if [step.from.lane(), step.to.lane()]
                        .iter()
                        .all(|actor| *actor != Actor::Card) => {}
                Event::HttpRequestSent { .. } => {
                    let mut carried: Vec<u8> = Vec::new();
                    for s in inside(&trace, step) {
                        if let Event::TerminalResponseSent = s.event {
                            let response = TerminalResponse::decode(&s.bytes).unwrap();
                            carried.extend(response.channel_data().unwrap_or_default());
                        }
                    }
                    assert_eq!(carried, on_the_wire(&trace, step), "step {}", step.id);
                }
                Event::HttpResponseSent { .. } | Event::NotificationSent { .. }
                    if step.from.lane() == Actor::Card =>
                {
                    let mut carried: Vec<u8> = Vec::new();
                    for s in inside(&trace, step) {
                        if let Event::ProactiveCommandSent = s.event {
                            let command = ProactiveCommand::decode(&s.bytes).unwrap();
                            if let Action::SendData { data, .. } = command.action {
                                carried.extend(data);
                            }
                        }
                    }
                    assert_eq!(carried, on_the_wire(&trace, step), "step {}", step.id);
                }
                Event::NotificationSent { .. } => {
                    let mut carried = Vec::new();
                    let (mut sent, mut answered) = (0, 0);
                    for s in inside(&trace, step) {
                        match s.event {
                            Event::SmsSent { .. } => {
                                sent += 1;
                                assert_eq!((s.from, s.to), (step.from, Actor::Terminal));
                                carried.extend(Deliver::decode(&s.bytes).unwrap().data);
                            }
                            Event::SmsReportSent { taken: true } => {
                                answered += 1;
                                assert_eq!(
                                    DeliverReport::decode(&s.bytes),
                                    Ok(DeliverReport::default())
                                );
                            }
                            _ => {}
                        }
                    }
                    assert_eq!(carried, on_the_wire(&trace, step), "step {}", step.id);
                    let least = trace.settings["sms-parts"].parse::<usize>().unwrap();
                    // A signed order makes a push too long for one message.
                    let parts = least.max(1 + usize::from(step.bytes.len() > 133));
                    assert_eq!((sent, answered), (parts, parts), "step {}", step.id);
                }
                Event::PacketSent { .. } => {
                    let mut carried = Vec::new();
                    for s in inside(&trace, step) {
                        if let Event::SmsSent { .. } = s.event {
                            let message = Deliver::decode(&s.bytes).unwrap();
                            assert!(message.is_for_card(), "step {}", s.id);
                            carried.extend(message.data);
                            let envelope = inside(&trace, s)
                                .find(|s| s.event == Event::EnvelopeSent)
                                .unwrap();
                            assert!(contains(&envelope.bytes, &s.bytes), "step {}", s.id);
                        }
                    }
                    assert_eq!(carried, step.bytes, "step {}", step.id);
                }
                Event::PacketAnswered => {
                    let report = inside(&trace, step).next().unwrap();
                    assert!(contains(&report.bytes, &step.bytes), "step {}", step.id);
                }
                Event::ProactiveCommandSent
                | Event::TerminalResponseSent
                | Event::EnvelopeSent
                | Event::TerminalProfileSent => {
                    let pair: Vec<_> = inside(&trace, step).collect();
                    assert_eq!(
                        pair.len(),
                        2,
                        "step {} is one command and its response",
                        step.id
                    );
                    assert!(
                        pair.iter().any(|s| contains(&s.bytes, &step.bytes)),
                        "step {} lies in its APDU",
                        step.id
                    );
                }
                _ => {}
            }
        }
    }
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    part.is_empty() || whole.windows(part.len()).any(|w| w == part)
}

#[test]
fn every_step_with_bytes_has_fields_that_lie_in_them() {
    fn check(fields: &[dmsc_core::codec::Field], len: usize, id: u32) {
        for field in fields {
            assert!(
                field.range.start <= field.range.end && field.range.end <= len,
                "step {id}: {} covers {:?} of {len}",
                field.name,
                field.range
            );
            assert!(!field.name.is_empty());
            assert_ne!(field.name, "unreadable", "step {id}: {}", field.note);
            check(&field.children, len, id);
        }
    }
    for trace in runs() {
        for step in &trace.steps {
            let fields = step.fields();
            assert_eq!(
                fields.is_empty(),
                step.bytes.is_empty(),
                "step {} {:?}",
                step.id,
                step.event
            );
            check(&fields, step.bytes.len(), step.id);
        }
    }
}

#[test]
fn changes_lead_forth_and_back() {
    for trace in runs() {
        let after = trace.tree_after(trace.steps.last().map(|s| s.id));
        let mut tree = after.clone();
        for step in trace.steps.iter().rev() {
            for change in step.changes.iter().rev() {
                tree.revert(change);
            }
        }
        assert_eq!(tree, trace.tree);
    }
}

#[test]
fn a_user_who_agrees_gets_the_data_and_one_who_does_not_keeps_the_old() {
    let provisions = |trace: &Trace| {
        Scenario::find(&trace.scenario).is_some_and(|of| of.plot == Plot::Provisioning)
    };
    for trace in runs().into_iter().filter(provisions) {
        let asked = trace.settings["confirm"] == "on";
        let begun = trace.settings["event"] == "timer" || trace.settings["dialog"] == "accept";
        let agreed = begun && (!asked || trace.settings["answer"] == "accept");
        let after = trace.tree_after(trace.steps.last().map(|s| s.id));
        let home = after.lookup("./Connectivity/NAP/Home");
        let legacy = after.lookup("./Connectivity/NAP/Legacy");
        assert_eq!(home.is_some(), agreed, "{:?}", trace.settings);
        assert_eq!(legacy.is_none(), agreed, "{:?}", trace.settings);
        assert!(
            trace.outcome.is_good(),
            "{:?}: {}",
            trace.settings,
            trace.outcome.summary
        );
        assert!(
            !agreed || trace.outcome.declined == 0,
            "{:?}",
            trace.settings
        );
        assert_eq!(trace.outcome.applied > 0, agreed, "{:?}", trace.settings);
    }
}

#[test]
fn everything_has_the_cause_it_should_have() {
    let cause_of =
        |trace: &Trace, step: &Step| step.cause.map(|id| trace.steps[id as usize].clone());
    for trace in runs() {
        for step in &trace.steps {
            let cause = cause_of(&trace, step);
            let key = cause.as_ref().map(|c| c.event.key());
            let what = format!("step {} {:?} is caused by {key:?}", step.id, step.event);
            match &step.event {
                Event::NotificationSent { .. } if step.from.lane() != Actor::Card => {
                    assert_eq!(key, None, "{what}");
                }
                Event::NotificationSent { .. } | Event::ProactiveCommandSent => {
                    let pushed = cause.as_ref().is_some_and(|c| c.from == Actor::Ecms);
                    let carried = !(pushed && key == Some("notification-sent"));
                    assert!(carried, "{what}");
                    let keys = [
                        "response-apdu-sent",
                        "http-response-sent",
                        "tls-record-sent",
                        "notification-sent",
                    ];
                    assert!(key.is_some_and(|k| keys.contains(&k)), "{what}");
                }
                Event::NotificationAccepted { .. } => {
                    // The user may be asked first.
                    let keys = ["notification-sent", "user-answered"];
                    assert!(key.is_some_and(|k| keys.contains(&k)), "{what}");
                }
                Event::ConnectionOpened { .. } => {
                    let keys = ["notification-accepted", "session-started"];
                    assert!(key.is_some_and(|k| keys.contains(&k)), "{what}");
                }
                Event::MessageSent { package: 1, .. } => {
                    assert_eq!(key, Some("connection-opened"), "{what}");
                }
                Event::MessageSent { package: 2 | 4, .. } | Event::ReceiptStored { .. } => {
                    assert_eq!(key, Some("message-sent"), "{what}");
                    let from = cause.map(|c| c.from);
                    let asks = [Some(Actor::DmClient), Some(Actor::Rogue)];
                    assert!(asks.contains(&from), "{what}");
                }
                // Before a session, or in it.
                Event::UserAsked { .. } => {
                    let keys = ["message-sent", "notification-sent"];
                    assert!(key.is_some_and(|k| keys.contains(&k)), "{what}");
                }
                Event::UserAnswered { .. } => assert_eq!(key, Some("user-asked"), "{what}"),
                // HTTP alone refuses, without a message in it.
                Event::HttpResponseSent { status } if *status != 200 => {
                    assert_eq!(key, Some("message-sent"), "{what}");
                }
                Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. } => {
                    assert_eq!(step.cause, step.enclosing, "{what}");
                }
                Event::TlsRecordSent { .. } => {
                    let http = step
                        .enclosing
                        .map(|id| trace.steps[id as usize].event.key());
                    let is_of_http = http.is_some_and(|key| key.starts_with("http-"));
                    assert!(!is_of_http || step.cause == step.enclosing, "{what}");
                    assert!(key.is_some(), "{what}");
                }
                Event::ResponseApduSent => {
                    assert_eq!(key, Some("command-apdu-sent"), "{what}");
                }
                Event::TimerExpired { .. } => assert_eq!(key, Some("timer-started"), "{what}"),
                Event::DialogShown { .. } => assert_eq!(key, Some("response-apdu-sent"), "{what}"),
                Event::DialogAnswered { .. } => assert_eq!(key, Some("dialog-shown"), "{what}"),
                _ => {}
            }
        }
    }
}

#[test]
fn no_message_is_longer_than_its_receiver_takes() {
    for trace in runs() {
        let xml = trace.settings["encoding"] == "xml";
        let told: usize = trace.settings["max-msg-size"].parse().unwrap();
        let limit = if xml { told.max(2048) } else { told };
        for step in &trace.steps {
            if let (Event::MessageSent { .. }, Actor::CardDmServer) = (&step.event, step.from) {
                assert!(
                    step.bytes.len() <= limit,
                    "{} octets to a client that takes {limit}: {:?}",
                    step.bytes.len(),
                    trace.settings
                );
            }
        }
    }
}

#[test]
fn every_step_of_the_enabler_is_played_in_order() {
    for scenario in CATALOGUE {
        let trace = run(&Setup {
            scenario,
            settings: Settings::default(),
            seed: 1,
            edits: Vec::new(),
        });
        let played: Vec<u8> = trace
            .steps
            .iter()
            .filter(|s| s.event == Event::EnablerStepBegan)
            .map(|s| s.enabler_step)
            .collect();
        let all: Vec<u8> = (0..scenario.steps.len() as u8).collect();
        assert_eq!(played, all, "{}", scenario.id);
    }
}

/// What a user may bring: it fits into the card, so a session carries it, however small the
/// messages are, and no message is larger than it may be.
#[test]
fn any_document_of_the_user_comes_to_an_end() {
    let leaf = |name: &str, path: &str, value: &str| {
        format!("<Node><NodeName>{name}</NodeName><Path>{path}</Path><Value>{value}</Value></Node>")
    };
    let many: String = (0..900).map(|i| leaf(&format!("l{i}"), ".", "1")).collect();
    let big: String = (0..58)
        .map(|i| leaf(&format!("v{i}"), ".", &"x".repeat(900)))
        .collect();
    let flat: String = (0..1700)
        .map(|i| format!("<Node><NodeName>l{i}</NodeName></Node>"))
        .collect();
    let work = "./Connectivity/NAP/Work";
    for (nodes, failed) in [
        // What an access point must have stays, what it may have goes.
        (leaf("NAPID", work, "w") + &leaf("Addr", work, "x"), 0),
        (leaf("Addr", work, "x"), 1),
        (leaf("V", ".", &"x".repeat(65_000)), 0),
        (leaf("V", ".", &"&lt;".repeat(16_000)), 0),
        (many, 0),
        (big, 0),
        (flat, 0),
        // Neither a URI nor an object the client could take, when written as it is sent.
        (leaf(&"n".repeat(60_000), work, "1"), 2),
        (leaf("V", &format!("./{}", "p/".repeat(30_000)), "1"), 2),
        (leaf("V", &format!("./{}", "n".repeat(60_000)), "1"), 2),
    ] {
        let document = format!("<MgmtTree><VerDTD>1.2</VerDTD>{nodes}</MgmtTree>");
        for (encoding, limit) in [("wbxml", 1024), ("xml", 2048)] {
            let mut settings =
                settings(&[("encoding", encoding), ("max-msg-size", &limit.to_string())]);
            settings
                .load_provisioning("own.xml", document.as_bytes())
                .unwrap();
            let trace = run(&Setup {
                scenario: &CATALOGUE[0],
                settings,
                seed: 3,
                edits: Vec::new(),
            });
            let start = document.get(..120).unwrap_or(&document);
            assert!(trace.outcome.complete, "{encoding} {start}");
            assert_eq!(trace.outcome.failed, failed, "{encoding} {start}");
            for step in &trace.steps {
                if let Event::MessageSent { .. } = step.event {
                    let limit = match step.from {
                        Actor::CardDmServer => limit,
                        _ => 2048,
                    };
                    assert!(step.bytes.len() <= limit, "{encoding} {start}");
                }
            }
        }
    }
}

#[test]
fn the_seed_alone_makes_the_difference() {
    for scenario in CATALOGUE {
        let play = |seed| {
            run(&Setup {
                scenario,
                settings: Settings::default(),
                seed,
                edits: Vec::new(),
            })
        };
        assert_eq!(play(5), play(5));
        assert_ne!(play(5).steps, play(6).steps);
    }
}

#[test]
fn a_trace_survives_json() {
    for scenario in CATALOGUE {
        let mut trace = run(&Setup {
            scenario,
            settings: Settings::default(),
            seed: 1,
            edits: Vec::new(),
        });
        // The card stands beside the trace.
        trace.card = CardHistory::default();
        let json = serde_json::to_string(&trace).unwrap();
        assert_eq!(serde_json::from_str::<Trace>(&json).unwrap(), trace);
    }
}

/// Shows TERM-3.
#[test]
fn what_the_user_answers_the_card_decides_on_the_session() {
    for (dialog, result, sessions) in [
        ("accept", "00", 1),
        ("reject", "00", 0),
        ("cancel", "10", 0),
        ("none", "12", 0),
    ] {
        let trace = run(&Setup {
            scenario: Scenario::find("local-trigger").unwrap(),
            settings: settings(&[("event", "menu"), ("dialog", dialog)]),
            seed: 3,
            edits: Vec::new(),
        });
        let shown = |step: &&Step| matches!(&step.event, Event::DialogShown { text, .. } if text.contains("new settings"));
        assert_eq!(trace.steps.iter().filter(shown).count(), 1, "{dialog}");
        let answer = trace
            .steps
            .iter()
            .filter(|step| matches!(step.event, Event::TerminalResponseSent))
            .map(|step| TerminalResponse::decode(&step.bytes).unwrap())
            .find(|response| response.kind == 0x22)
            .unwrap();
        assert_eq!(format!("{:02X}", answer.result), result, "{dialog}");
        let began = |step: &&Step| matches!(step.event, Event::NotificationSent { .. });
        assert_eq!(
            trace.steps.iter().filter(began).count(),
            sessions,
            "{dialog}"
        );
        assert_eq!(trace.outcome.applied > 0, sessions == 1, "{dialog}");
    }
}

/// A bootstrap leaves the account that every other story begins with.
#[test]
fn a_bootstrap_makes_the_account_of_the_other_stories() {
    for (story, form) in [
        ("bootstrap-dm", "message"),
        ("bootstrap-dm", "tnds"),
        ("bootstrap-cp", "message"),
    ] {
        let trace = run(&Setup {
            scenario: Scenario::find(story).unwrap(),
            settings: settings(&[("form", form)]),
            seed: 3,
            edits: Vec::new(),
        });
        assert!(
            trace.outcome.is_good(),
            "{story}: {}",
            trace.outcome.summary
        );
        let document = |step: &&Step| matches!(step.event, Event::BootstrapSent { .. });
        let sent = trace.steps.iter().find(document).unwrap();
        // What the DM Client takes is what was read from the card, byte for byte.
        let read: Vec<u8> = trace
            .steps
            .windows(2)
            .filter(|pair| {
                pair[0].event == Event::CommandApduSent
                    && pair[0].bytes.get(1) == Some(&0xB0)
                    && pair[0].id < sent.id
            })
            .flat_map(|pair| pair[1].bytes[..pair[1].bytes.len() - 2].to_vec())
            .collect();
        let found = read
            .windows(sent.bytes.len())
            .any(|part| part == sent.bytes);
        assert!(found, "{story}");
        let before = trace.tree_after(Some(sent.id));
        assert!(before.lookup("./DMAcc").unwrap().children().len() == 0);
        let taken = |step: &&Step| matches!(step.event, Event::BootstrapTaken { .. });
        let taken = trace.steps.iter().find(taken).unwrap().id;
        let tree = trace.tree_after(Some(taken));
        let (_, account) = tree.lookup("./DMAcc").unwrap().children().next().unwrap();
        let leaf = |path: &[&str]| {
            let node = path.iter().try_fold(account, |node, name| node.child(name));
            String::from_utf8_lossy(&node.unwrap().state().value).into_owned()
        };
        let expected = sample_account();
        assert_eq!(leaf(&["ServerID"]), expected.server_id);
        assert_eq!(leaf(&["AppAddr", "1", "Addr"]), expected.address);
        assert_eq!(
            leaf(&["AppAuth", "1", "AAuthSecret"]),
            expected.client.secret
        );
        assert_eq!(
            leaf(&["AppAuth", "2", "AAuthSecret"]),
            expected.server.secret
        );
    }
}

/// A USIM and a CSIM can do everything; a card of GSM 11.11 is read, and its DM Server is not
/// reached, which the run says.
#[test]
fn every_story_plays_with_every_kind_of_card() {
    // What goes on in the network needs no card.
    let with_card = |scenario: &&Scenario| scenario.plot != Plot::Network;
    for scenario in CATALOGUE.iter().filter(with_card) {
        for (profile, ends) in [
            ("usim", End::Completed),
            ("csim", End::Completed),
            ("sim", End::NothingToDo),
            ("ruim", End::NothingToDo),
        ] {
            let trace = run(&Setup {
                scenario,
                settings: settings(&[("profile", profile)]),
                seed: 1,
                edits: Vec::new(),
            });
            let what = format!("{} with {profile}: {}", scenario.id, trace.outcome.summary);
            assert_eq!(trace.outcome.end, ends, "{what}");
            let said = trace
                .outcome
                .summary
                .contains("no channel for a web server");
            assert_eq!(said, ends == End::NothingToDo, "{what}");
            if scenario.plot == Plot::Bootstrap {
                let took = |step: &Step| matches!(step.event, Event::BootstrapTaken { .. });
                assert!(trace.steps.iter().any(took), "{what}");
            }
        }
    }
}

/// Two servers, each with its own rooms: who may do what follows from the lists alone.
#[test]
fn a_server_in_the_network_changes_what_it_may() {
    let play = |values: &[(&str, &str)]| {
        run(&Setup {
            scenario: Scenario::find("network-server").unwrap(),
            settings: settings(values),
            seed: 3,
            edits: Vec::new(),
        })
    };
    let value = |trace: &Trace, uri: &str| {
        let tree = trace.tree_after(trace.steps.last().map(|step| step.id));
        let node = tree.lookup(uri);
        node.map(|node| String::from_utf8_lossy(&node.state().value).into_owned())
    };
    let address = "./Connectivity/NAP/Work/Addr";
    for auth in ["basic", "md5", "mac"] {
        for (grant, expected) in [("on", "corp.operator.example"), ("off", "corp.old")] {
            let trace = play(&[("net-auth", auth), ("grant", grant)]);
            let what = format!("{auth} {grant}: {}", trace.outcome.summary);
            assert!(trace.outcome.is_good(), "{what}");
            assert_eq!(value(&trace, address).as_deref(), Some(expected), "{what}");
            assert!(value(&trace, "./Connectivity/NAP/Op/Addr").is_some());
            assert!(value(&trace, "./DMAcc/DMSC/ServerID").is_some());
        }
    }
    // Without a network nothing of that server comes through, and the card needs none.
    let gone = play(&[("network", "gone")]);
    assert_eq!(value(&gone, address).as_deref(), Some("corp.old"));
    assert_eq!((gone.outcome.applied, gone.outcome.complete), (1, false));
    // A slow one takes longer, by a way for each connection and each request.
    let took = |network: &str| play(&[("network", network)]).steps.last().unwrap().tick;
    assert!(
        took("slow") > took("up") + 6 * 550,
        "{} {}",
        took("slow"),
        took("up")
    );
}
