//! The plan as a file: the example of the documentation, a round trip, and what is refused with
//! place, reason and advice.

#![allow(clippy::unwrap_used, clippy::panic)]

mod session_peer;

use dmsc_core::server::{MAX_PLAN, MAX_STEPS, Operation, Payload, Place, Plan, Step, samples};
use session_peer::{Peer, open_account};

/// The JSON in `docs/plan.md`.
fn example() -> &'static str {
    let text = include_str!("../../docs/plan.md");
    let (_, rest) = text.split_once("```json\n").unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_example_of_the_documentation_is_a_plan_that_runs() {
    let plan = Plan::from_json(example()).unwrap();
    assert_eq!(plan.steps.len(), 8);
    let config = dmsc_core::server::Config {
        accounts: vec![open_account()],
        ..Default::default()
    };
    let mut peer = Peer::new(config, plan);
    assert_eq!(peer.begin(), "SyncHdr=200 Alert=200 Replace=200 Get Final");
    let mut answers = peer.reply(200, |_| 200);
    answers.push(peer.results("./DevInfo/Man", "Example Ltd", false, None));
    assert_eq!(peer.send(answers, true), "SyncHdr=200 Alert1101 Final");
    assert_eq!(
        peer.all(|_| 200),
        "SyncHdr=200 Replace Atomic(Replace Delete) Final"
    );
    let line = peer.all(|c| match c.name() {
        "Replace" if c.cmd_id() == "2" => 404,
        "Delete" => 404,
        _ => 200,
    });
    assert_eq!(line, "SyncHdr=200 Add Copy Exec Get Final");
    assert_eq!(
        peer.all(|c| if c.name() == "Exec" { 202 } else { 200 }),
        "SyncHdr=200 Final"
    );
    assert!(!peer.server.is_done(), "the alert is to come");
}

#[test]
fn a_plan_comes_back_from_its_text_as_it_was() {
    for plan in [
        Plan::from_json(example()).unwrap(),
        samples::plan().unwrap(),
        samples::plan().unwrap().asking("Really?", 30),
    ] {
        let text = serde_json::to_string(&plan).unwrap();
        let again = Plan::from_json(&text).unwrap();
        assert_eq!(again, plan, "{text}");
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
        assert_eq!(plan.check(), Ok(()));
    }
}

#[test]
fn data_are_given_as_text_hex_base64_or_nodes() {
    let tnds = samples::AFTER.replace('\n', " ").replace('"', "'");
    let text = format!(
        r#"{{"commands": [
            {{"command": "Add", "target": "./A", "text": "ä"}},
            {{"command": "Add", "target": "./B", "hex": "00 ff"}},
            {{"command": "Add", "target": "./C", "base64": "AP8="}},
            {{"command": "Add", "target": "./D", "tnds": "{tnds}"}},
            {{"command": "Add", "target": "./E", "format": "node"}}]}}"#
    );
    let plan = Plan::from_json(&text).unwrap();
    let data: Vec<&Payload> = plan
        .steps
        .iter()
        .map(|step| match &step.operation {
            Operation::Add { object, .. } => &object.data,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(data[0], &Payload::Text("ä".into()));
    assert_eq!(data[1], &Payload::Octets(vec![0, 255]));
    assert_eq!(data[2], data[1]);
    assert_eq!(data[3], &Payload::Nodes(samples::after().unwrap()));
    assert_eq!(data[4], &Payload::None);
}

/// What is said of a plan of these commands.
fn refusal(commands: &str) -> (Place, String) {
    let text = format!("{{\"commands\": [{commands}]}}");
    let error = Plan::from_json(&text).unwrap_err();
    (error.place.clone(), error.to_string())
}

#[test]
fn mistakes_are_told_with_place_and_advice() {
    let get = r#"{"id": "g", "command": "Get", "target": "./A"}"#;
    let long_uri = format!(
        r#"{{"command": "Get", "target": "./{}"}}"#,
        "x".repeat(2000)
    );
    let long_id = format!(
        r#"{{"id": "{}", "command": "Get", "target": "./A"}}"#,
        "x".repeat(200)
    );
    let deep = format!(
        "{}{get}{}",
        r#"{"command": "Sequence", "commands": ["#.repeat(5),
        "]}".repeat(5)
    );
    for (commands, path, words) in [
        (r#"{"target": "./A"}"#.to_owned(), "commands[0]", "no \"command\""),
        (r#"{"command": "Get"}"#.into(), "commands[0]", "no \"target\""),
        (r#"{"command": "Copy", "target": "./A"}"#.into(), "commands[0]", "no \"source\""),
        (r#"{"command": "Get", "target": "A"}"#.into(), "commands[0].target", "begin with"),
        (r#"{"command": "Get", "target": "./A", "text": "x"}"#.into(), "commands[0].text", "Get takes no \"text\""),
        (r#"{"command": "Add", "target": "./A", "text": "x", "hex": "00"}"#.into(), "commands[0]", "given twice: text, hex"),
        (r#"{"command": "Add", "target": "./A", "hex": "0"}"#.into(), "commands[0].hex", "two digits"),
        (r#"{"command": "Add", "target": "./A", "base64": "*"}"#.into(), "commands[0].base64", "not base64"),
        (r#"{"command": "Add", "target": "./A", "tnds": "<a/>"}"#.into(), "commands[0].tnds", "line 1, column 1 of the document: expected MgmtTree, found a"),
        (r#"{"command": "Add", "target": "./A", "format": "node", "text": "x"}"#.into(), "commands[0]", "interior node has no data"),
        (format!("{get}, {get}"), "commands[1].id", "a second command has the id \"g\""),
        (r#"{"command": "Get", "target": "./A", "when": [{"of": "x", "is": "value-absent"}]}"#.into(), "commands[0].when[0]", "no earlier command has the id \"x\""),
        // A reference forward, and one to itself.
        (format!(r#"{{"command": "Get", "target": "./B", "when": [{{"of": "g", "is": {{"status": [200]}}}}]}}, {get}"#), "commands[0].when[0]", "no earlier command"),
        (r#"{"id": "s", "command": "Get", "target": "./A", "when": [{"of": "s", "is": {"status": [200]}}]}"#.into(), "commands[0].when[0]", "no earlier command"),
        (format!(r#"{get}, {{"command": "Get", "target": "./B", "when": [{{"of": "g", "is": {{"answer": "1"}}}}]}}"#), "commands[1].when[0]", "nothing of that kind"),
        (format!(r#"{get}, {{"command": "Get", "target": "./B", "when": [{{"of": "g", "is": {{"status": []}}}}]}}"#), "commands[1].when[0]", "no code"),
        (format!(r#"{get}, {{"command": "Get", "target": "./B", "on-failure": {{"skip-to": "g"}}}}"#), "commands[1].on-failure", "no later command"),
        (format!(r#"{{"command": "Atomic", "commands": [{get}]}}"#), "commands[0].commands[0]", "Get may not stand in an Atomic"),
        (r#"{"command": "Atomic", "commands": [{"command": "Atomic", "commands": []}]}"#.into(), "commands[0].commands[0]", "Atomic may not stand in an Atomic"),
        (r#"{"command": "Atomic", "commands": [{"command": "Exec", "target": "./A"}]}"#.into(), "commands[0].commands[0]", "Exec may not"),
        (r#"{"command": "Sequence", "commands": []}"#.into(), "commands[0]", "is empty"),
        (r#"{"command": "Sequence", "commands": [{"command": "Get", "target": "./A", "on-failure": "stop"}]}"#.into(), "commands[0].commands[0]", "without asking"),
        (r#"{"command": "Delete", "target": "./A", "either": true}"#.into(), "commands[0]", "says nothing of Delete"),
        (r#"{"command": "Atomic", "commands": [{"command": "Add", "target": "./A", "either": true}]}"#.into(), "commands[0].commands[0]", "again alone"),
        (r#"{"command": "Alert", "code": 1200, "text": "x"}"#.into(), "commands[0].code", "1100 display"),
        (r#"{"command": "Alert", "code": 1103, "text": "x"}"#.into(), "commands[0].choices", "has 0 choices"),
        (r#"{"command": "Alert", "code": 1101, "text": "x", "choices": ["a"]}"#.into(), "commands[0].choices", "has 1 choices"),
        (r#"{"command": "Alert", "code": 1102, "text": "x", "options": {"IT": "Z"}}"#.into(), "commands[0].options", "IT is A, N, D, T, P or I"),
        (r#"{"command": "Exec", "target": "./A", "correlator": "c"}, {"command": "Exec", "target": "./B", "correlator": "c"}"#.into(), "commands[1].correlator", "give each Exec its own"),
        (long_uri, "commands[0].target", "1024 octets"),
        (long_id, "commands[0].id", "128 octets"),
        (deep, "commands[0].commands[0].commands[0].commands[0].commands[0]", "more than 4 groups"),
    ] {
        let (place, told) = refusal(&commands);
        assert_eq!(place, Place::Path(path.into()), "{commands}: {told}");
        assert!(told.contains(words), "{commands}: {told}");
        assert!(told.contains("; "), "advice: {told}");
    }
}

#[test]
fn text_that_is_no_plan_is_told_with_line_and_column() {
    for (text, line, column, words) in [
        ("", 1, 0, "EOF"),
        (
            "{\n  \"commands\": [\n    {\"command\": \"Fly\"}\n  ]\n}",
            3,
            21,
            "unknown variant `Fly`",
        ),
        (
            "{\"commands\": [],\n \"more\": 1}",
            2,
            7,
            "unknown field `more`",
        ),
        (
            "{\"commands\": [\n{\"command\": \"Get\", \"targt\": \"./A\"}]}",
            2,
            26,
            "unknown field `targt`",
        ),
        ("{\"commands\": [{\"accept\": [70000]}]}", 1, 31, "u16"),
        (
            "{\"commands\": [{\"when\": [{\"of\": \"a\", \"is\": {\"status\": [\"5-4\"]}}]}]}",
            1,
            0,
            "the lower first",
        ),
    ] {
        let error = Plan::from_json(text).unwrap_err();
        let Place::Line {
            line: found,
            column: at,
        } = error.place
        else {
            panic!("{error}")
        };
        assert_eq!(found, line, "{error}");
        assert!(column == 0 || at == column, "{error}");
        let told = error.to_string();
        assert!(
            told.contains(words) && told.contains("docs/plan.md"),
            "{told}"
        );
        assert_eq!(told.matches("column").count(), 1, "{told}");
    }
}

#[test]
fn a_plan_has_a_limit_in_octets_and_in_commands() {
    let long = format!("{{\"commands\": []}}{}", " ".repeat(MAX_PLAN));
    assert!(
        Plan::from_json(&long)
            .unwrap_err()
            .to_string()
            .contains("octets")
    );
    let step = Step::from(Operation::Get {
        target: "./A".into(),
    });
    let plan = Plan {
        steps: vec![step; MAX_STEPS + 1],
    };
    assert!(plan.check().unwrap_err().to_string().contains("16384"));
}
