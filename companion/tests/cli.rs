//! `dmsc` as a person runs it: output, exit status, bad input.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::{Command, Output};

fn dmsc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn scratch(name: &str, content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("dmsc-cli-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn scenarios_lists_ids_and_titles() {
    let output = dmsc(&["scenarios"]);
    assert!(output.status.success());
    let text = stdout(&output);
    let ids: Vec<_> = text
        .lines()
        .filter(|l| !l.starts_with(' '))
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    let all = dmsc_core::scenario::CATALOGUE.iter();
    assert_eq!(ids, all.map(|scenario| scenario.id).collect::<Vec<_>>());
    assert!(text.contains("    event          timer, menu"), "{text}");
}

#[test]
fn run_prints_the_six_steps_in_order() {
    let output = dmsc(&["run", "remote-trigger", "--depth", "steps"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let numbers: Vec<_> = text
        .lines()
        .filter_map(|l| l.split_whitespace().next())
        .filter(|word| word.parse::<u8>().is_ok())
        .collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6"]);
}

#[test]
fn the_local_trigger_has_its_own_steps() {
    let output = dmsc(&["run", "local-trigger", "--depth", "steps"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let numbers: Vec<_> = text
        .lines()
        .filter_map(|l| l.split_whitespace().next())
        .filter(|word| word.chars().all(|c| c.is_ascii_digit() || c == '.'))
        .collect();
    assert_eq!(numbers, ["1", "2", "3.2", "3.3", "3.4", "3.5", "3.6"]);
}

#[test]
fn deeper_prints_more_and_two_runs_are_equal() {
    let mut last = 0;
    for depth in ["steps", "packages", "http", "toolkit", "apdu"] {
        let once = dmsc(&["run", "remote-trigger", "--depth", depth]);
        let again = dmsc(&["run", "remote-trigger", "--depth", depth]);
        assert_eq!(once.stdout, again.stdout);
        let lines = stdout(&once).lines().count();
        assert!(
            lines > last,
            "{depth}: {lines} lines, {last} one depth above"
        );
        last = lines;
    }
}

#[test]
fn json_is_the_whole_trace() {
    let output = dmsc(&["run", "remote-trigger", "--format", "json", "--seed", "7"]);
    let trace: dmsc_core::trace::Trace = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(trace.seed, 7);
    assert!(trace.outcome.is_good());
    let setup = dmsc_core::scenario::Setup {
        scenario: dmsc_core::scenario::Scenario::find("remote-trigger").unwrap(),
        settings: dmsc_core::scenario::Settings::default(),
        seed: 7,
        edits: Vec::new(),
    };
    let mut run = dmsc_core::scenario::run(&setup);
    // The card stands beside the trace.
    run.card = dmsc_core::trace::card::CardHistory::default();
    assert_eq!(trace, run);
}

#[test]
fn bad_input_is_said_on_stderr_with_status_2_and_nothing_on_stdout() {
    let not_tnds = scratch("not-tnds.xml", b"<html>\n  <body/>\n</html>");
    let broken = scratch("broken.xml", b"<MgmtTree xmlns='syncml:dmddf1.2'>\n<Node>");
    let binary = scratch("binary.xml", &[0xFF, 0xFE, 0x00, 0x01]);
    let not_tnds = format!("provisioning={}", not_tnds.display());
    let broken = format!("provisioning={}", broken.display());
    let binary = format!("provisioning={}", binary.display());
    let cases: &[(&[&str], &str)] = &[
        (&["run", "nonsense"], "remote-trigger, local-trigger"),
        (
            &["run", "remote-trigger", "--set", "colour=red"],
            "there are answer, confirm",
        ),
        (
            &["run", "remote-trigger", "--set", "answer=maybe"],
            "accept, reject, cancel, none",
        ),
        (&["run", "remote-trigger", "--set", "answer"], "KEY=VALUE"),
        (
            &["run", "remote-trigger", "--set", "max-msg-size=5"],
            "1024 to 65535",
        ),
        (
            &["run", "remote-trigger", "--set", "provisioning=/nowhere"],
            "cannot be read",
        ),
        (
            &["run", "remote-trigger", "--set", &not_tnds],
            "line 1, column 1",
        ),
        (&["run", "remote-trigger", "--set", &broken], "line 2"),
        (&["run", "remote-trigger", "--set", &binary], "expected"),
        (&["run", "remote-trigger", "--depth", "deep"], "toolkit"),
        (&["fly"], "unrecognized"),
    ];
    for (arguments, words) in cases {
        let output = dmsc(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            output.stdout.is_empty(),
            "{arguments:?}: {}",
            stdout(&output)
        );
        assert!(
            stderr(&output).contains(words),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_document_with_impossible_places_is_refused_before_anything_runs() {
    for (name, path, words) in [
        ("Lab", "/Connectivity", "absolute Path"),
        ("Lab", "./Connectivity/../DMAcc", "make a URI"),
        ("two words", "./Connectivity", "make a URI"),
        ("Lab?prop=ACL", "./Connectivity", "make a URI"),
        ("Lab.", "./Connectivity", "make a URI"),
        ("%zz", "./Connectivity", "make a URI"),
        ("", "./Connectivity", "NodeName"),
    ] {
        let document = format!(
            "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD>\n<Node><NodeName>{name}\
             </NodeName><Path>{path}</Path><Value>x</Value></Node></MgmtTree>"
        );
        let file = scratch("place.xml", document.as_bytes());
        let set = format!("provisioning={}", file.display());
        let output = dmsc(&["run", "remote-trigger", "--set", &set]);
        let said = stderr(&output);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{path} {name}: {}",
            stdout(&output)
        );
        assert!(
            said.contains(words) && said.contains("line 2"),
            "{path} {name}: {said}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_refusing_user_is_no_failure() {
    let output = dmsc(&["run", "remote-trigger", "--set", "answer=reject"]);
    assert!(output.status.success(), "{}", stdout(&output));
    assert!(stdout(&output).contains("User rejects"));
}

#[test]
fn a_file_of_the_user_takes_the_place_of_the_built_in_one() {
    let document = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node>\
        <NodeName>Lab</NodeName><Path>./Connectivity/NAP</Path><RTProperties><Format><node/>\
        </Format><Type><DDFName/></Type></RTProperties><Node><NodeName>NAPID</NodeName>\
        <Value>lab</Value></Node><Node><NodeName>Addr</NodeName>\
        <RTProperties><Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties>\
        <Value>lab.example</Value></Node></Node></MgmtTree>";
    let file = scratch("lab.xml", document.as_bytes());
    let set = format!("provisioning={}", file.display());
    let output = dmsc(&["run", "remote-trigger", "--set", &set]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert!(
        stdout(&output).contains("Add ./Connectivity/NAP/Lab"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn an_edit_is_played_and_a_bad_one_refused_with_its_reason() {
    let broken = dmsc(&["run", "remote-trigger", "--edit", "message-sent.2:drop"]);
    assert_eq!(broken.status.code(), Some(1));
    let text = stdout(&broken);
    assert!(text.contains("B · lost\n"), "{text}");
    assert!(text.ends_with("The session was broken off.\n"), "{text}");
    let answered = dmsc(&[
        "run",
        "local-trigger",
        "--edit",
        "user-asked:answer=reject",
        "--edit",
        "notification-sent:double",
    ]);
    assert_eq!(answered.status.code(), Some(0), "{}", stderr(&answered));
    for (edit, words) in [
        ("message-sent.2", "PLACE:CHANGE"),
        ("message-sent.2:burn", "there is no change \"burn\""),
        (
            "message-sent.9:drop",
            "the run has 4 of message-sent, not 9",
        ),
        ("99999:drop", "the run has no step 99999"),
        ("user-asked:drop", "no message crosses there"),
    ] {
        let output = dmsc(&["run", "remote-trigger", "--edit", edit]);
        assert_eq!(output.status.code(), Some(2), "{edit}");
        assert!(
            stderr(&output).contains(words),
            "{edit}: {}",
            stderr(&output)
        );
        assert!(stdout(&output).is_empty(), "{edit}");
    }
}

#[test]
fn failures_are_listed_with_their_edits_and_played_by_name() {
    let text = stdout(&dmsc(&["failures"]));
    assert!(text.contains("package-2-lost") && text.contains("--edit message-sent.2:drop"));
    let named = dmsc(&["run", "remote-trigger", "--failure", "package-2-lost"]);
    let edited = dmsc(&["run", "remote-trigger", "--edit", "message-sent.2:drop"]);
    assert_eq!(stdout(&named), stdout(&edited));
    let unknown = dmsc(&["run", "remote-trigger", "--failure", "bad-luck"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("push-lost"),
        "{}",
        stderr(&unknown)
    );
}

#[test]
fn time_is_said_for_each_step_and_each_part() {
    let plain = stdout(&dmsc(&["run", "remote-trigger", "--depth", "apdu"]));
    let timed = |more: &[&str]| {
        let mut arguments = vec!["run", "remote-trigger", "--depth", "apdu", "--time"];
        arguments.extend(more);
        let output = dmsc(&arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let told = timed(&[]);
    assert!(told.lines().count() > plain.lines().count());
    for part in [
        "Time ",
        "  line ",
        "DM and notifications",
        "APDU and T=0",
        "waiting",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let line = |text: &str| -> f64 {
        let line = text.lines().find(|l| l.starts_with("  line ")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let (slow, fast) = (
        line(&timed(&["--speed", "372/1"])),
        line(&timed(&["--speed", "512/32"])),
    );
    assert!((slow / fast - 372.0 / 16.0).abs() < 0.01, "{slow} {fast}");
    let double = line(&timed(&["--speed", "372/1", "--clock", "8000000"]));
    assert!((slow / double - 2.0).abs() < 0.01, "{slow} {double}");
    for (option, value) in [("--clock", "0"), ("--clock", "fast"), ("--speed", "9/9")] {
        let output = dmsc(&["run", "remote-trigger", "--time", option, value]);
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
    }
}

#[test]
fn a_code_is_explained_with_all_that_it_can_be() {
    let word = stdout(&dmsc(&["explain", "6A82"]));
    assert!(
        word.starts_with("6A82 file not found: status word"),
        "{word}"
    );
    assert!(word.contains("  Try: "), "{word}");
    let both = stdout(&dmsc(&["explain", "404"]));
    assert!(both.contains("Status of a DM command") && both.contains("status of HTTP"));
    assert!(stdout(&dmsc(&["explain", "1223"])).contains("session abort"));
    assert!(stdout(&dmsc(&["explain", "device", "full"])).contains("420"));
    let unknown = dmsc(&["explain", "FFFF"]);
    assert_eq!(unknown.status.code(), Some(2));
}
