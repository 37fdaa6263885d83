//! Files of a run: what is written can be read again, fits its schema, and what cannot be read is
//! said with its reason.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::scenario::CATALOGUE;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn dmsc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The published schema, which the program prints; `DMSC_REFRESH=1` writes it anew.
fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/trace.schema.json");
    let printed = text(&dmsc(&["schema"]).stdout);
    if std::env::var_os("DMSC_REFRESH").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == printed,
        "docs/trace.schema.json is not what traces are; DMSC_REFRESH=1 writes it anew"
    );
    serde_json::from_str(&published).unwrap()
}

#[test]
fn every_story_is_written_and_read_again() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for scenario in CATALOGUE {
        let file = |ending: &str| scratch(&format!("{}.{ending}", scenario.id));
        let json = file("json");
        let ran = dmsc(&[
            "run",
            scenario.id,
            "--depth",
            "apdu",
            "--json",
            shown(&json),
            "--har",
            shown(&file("har")),
            "--svg",
            shown(&file("svg")),
            "--mermaid",
            shown(&file("mmd")),
            "--pcap",
            shown(&file("pcapng")),
        ]);
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        let value: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{} at {}", error, error.instance_path))
            .take(3)
            .collect();
        assert_eq!(wrong, [] as [String; 0], "{}", scenario.id);

        // What was written is the run: the same ladder, and the same file once more.
        let again = file("again.json");
        let read = dmsc(&[
            "show",
            shown(&json),
            "--depth",
            "apdu",
            "--json",
            shown(&again),
        ]);
        // A run may say more behind its ladder, such as what an eavesdropper reads.
        let (ladder, said) = (text(&read.stdout), text(&ran.stdout));
        assert!(said.starts_with(&ladder), "{}", scenario.id);
        assert_eq!(
            std::fs::read(&again).unwrap(),
            std::fs::read(&json).unwrap()
        );

        // The capture has the messages of DM that nobody ciphered, and the card's commands.
        let heard = text(&dmsc(&["decode", shown(&file("pcapng"))]).stdout);
        assert!(heard.starts_with("Capture, ") && heard.contains("GSMTAP"));
        let value_text = value.to_string();
        let is_ciphered = value_text.contains("\"kind\":\"tls-record-sent\"");
        assert_eq!(heard.contains("SyncHdr"), !is_ciphered, "{}", scenario.id);

        let har: Value = serde_json::from_slice(&std::fs::read(file("har")).unwrap()).unwrap();
        assert!(
            har["log"]["entries"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
        let drawing = std::fs::read_to_string(file("svg")).unwrap();
        assert!(drawing.ends_with("</svg>\n"));
        let diagram = std::fs::read_to_string(file("mmd")).unwrap();
        assert!(diagram.starts_with("sequenceDiagram\n"));
        for ending in ["json", "har", "svg", "mmd", "pcapng", "again.json"] {
            std::fs::remove_file(file(ending)).unwrap();
        }
    }
}

#[test]
fn a_file_that_is_no_trace_is_refused_with_its_reason() {
    let path = scratch("no-trace.json");
    let whole = text(&dmsc(&["run", "remote-trigger", "--format", "json"]).stdout);
    let newer = whole.replacen("\"format\": 2", "\"format\": 99", 1);
    assert_ne!(newer, whole);
    let swapped = whole.replacen("\"id\": 7", "\"id\": 8", 1);
    for (content, reason) in [
        (&whole[..whole.len() / 2], "column"),
        (&newer, "has format 99"),
        (&swapped, "step 7: its id is not its place"),
        ("{}", "missing field"),
        ("", "EOF"),
        ("not JSON", "line 1"),
    ] {
        std::fs::write(&path, content).unwrap();
        let output = dmsc(&["show", shown(&path)]);
        assert_eq!(output.status.code(), Some(2), "{reason}");
        assert!(output.stdout.is_empty(), "{reason}");
        let said = text(&output.stderr);
        assert!(said.contains(reason), "{reason}: {said}");
    }
    std::fs::write(&path, [0x7B, 0xFF]).unwrap();
    let output = dmsc(&["show", shown(&path)]);
    assert!(text(&output.stderr).contains("no UTF-8 at byte 1"));
    std::fs::remove_file(&path).unwrap();
    let output = dmsc(&["show", shown(&path)]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_file_that_cannot_be_written_is_said() {
    for option in ["--json", "--har", "--svg", "--mermaid", "--pcap"] {
        let output = dmsc(&["run", "remote-trigger", option, "/nowhere/at/all"]);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(
            text(&output.stderr).contains("cannot be written"),
            "{option}"
        );
    }
}
