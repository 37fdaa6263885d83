//! A run in the forms of other programs: each shows all of it, and what was sent stands in it.

#![allow(clippy::unwrap_used, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dmsc_core::export::{har, mermaid, svg};
use dmsc_core::scenario::{CATALOGUE, DEFAULT_SEED, Settings, Setup, run};
use dmsc_core::trace::{Event, Layer, Trace};

fn played(edits: &[&str]) -> Trace {
    run(&Setup {
        scenario: &CATALOGUE[0],
        settings: Settings::default(),
        seed: DEFAULT_SEED,
        edits: edits.iter().map(|text| text.parse().unwrap()).collect(),
    })
}

#[test]
fn a_sequence_diagram_has_a_line_for_each_row() {
    let trace = played(&[]);
    let text = mermaid(&trace, Layer::Packages);
    let shown = trace.steps.iter().filter(|s| s.layer() <= Layer::Packages);
    let participants = text.lines().filter(|line| line.contains("participant "));
    let participants = participants.count();
    assert!(participants >= 3);
    assert_eq!(text.lines().count(), 1 + participants + shown.count());
    assert!(
        text.contains("ECMS->>DMClient: DM-1 Package #35;0"),
        "{text}"
    );
    for line in text.lines().skip(1) {
        assert!(!line.contains('<') && !line.contains('%'), "{line}");
    }
}

#[test]
fn a_lost_message_ends_in_a_cross() {
    let trace = played(&["notification-sent:drop"]);
    assert!(mermaid(&trace, Layer::Packages).contains("ECMS-xDMClient"));
    let drawing = svg(&trace, Layer::Packages);
    assert_eq!(drawing.matches(r#"class="x""#).count(), 1);
    assert_eq!(
        svg(&played(&[]), Layer::Apdu)
            .matches(r#"class="x""#)
            .count(),
        0
    );
}

#[test]
fn a_drawing_is_well_formed_and_names_each_step() {
    let trace = played(&[]);
    let drawing = svg(&trace, Layer::Apdu);
    let mut reader = quick_xml::Reader::from_str(&drawing);
    let mut titles = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) if tag.name().as_ref() == b"title" => titles += 1,
            _ => {}
        }
    }
    let told = |step: &&dmsc_core::trace::Step| step.event != Event::EnablerStepBegan;
    assert_eq!(titles, 1 + trace.steps.iter().filter(told).count());
}

#[test]
fn an_archive_has_every_message_as_it_was_sent() {
    let trace = played(&[]);
    let archive = har(&trace);
    let entries = archive["log"]["entries"].as_array().unwrap();
    let bodies = |of: &str| -> Vec<Vec<u8>> {
        let text = |entry: &serde_json::Value| match of {
            "request" => entry["request"]["postData"]["text"]
                .as_str()
                .map(str::to_owned),
            _ => entry["response"]["content"]["text"]
                .as_str()
                .map(str::to_owned),
        };
        entries
            .iter()
            .map(|entry| STANDARD.decode(text(entry).unwrap()).unwrap())
            .collect()
    };
    let sent: Vec<Vec<u8>> = trace
        .steps
        .iter()
        .filter(|step| matches!(step.event, Event::MessageSent { .. }))
        .map(|step| step.bytes.clone())
        .collect();
    let archived: Vec<Vec<u8>> = bodies("request")
        .into_iter()
        .zip(bodies("response"))
        .flat_map(|(request, response)| [request, response])
        .collect();
    assert_eq!(archived, sent);
    assert_eq!(entries[0]["startedDateTime"].as_str().unwrap().len(), 24);
    assert_eq!(entries[0]["response"]["status"], 200);
}

#[test]
fn a_request_without_an_answer_stands_in_the_archive() {
    let archive = har(&played(&["http-request-sent:drop"]));
    let entries = archive["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["response"]["status"], 0);
    let comment = entries[0]["comment"].as_str().unwrap();
    assert!(comment.contains("lost; no response"), "{comment}");
}
