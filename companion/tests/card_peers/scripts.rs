//! Whole exchanges through pcscd, played by `scriptor`: the same vectors that the card is asked
//! directly.

use crate::pcsc::Reader;
use crate::programs::is_there;
use dmsc_core::codec::hex;
use std::process::Command;

const ANSWERS: &str = include_str!("../../../core/tests/vectors/card/answers.txt");
const REMOTE: &str = include_str!("../../../core/tests/vectors/card/remote.txt");

/// The key of the checksum in the built-in profiles.
const KID: &str = "101112131415161718191A1B1C1D1E1F";

/// Commands and wanted answers of the vectors for a profile; each vector begins with a reset.
fn vectors<'t>(text: &'t str, profile: &str) -> Vec<(Option<&'t str>, &'t str)> {
    let mut lines = Vec::new();
    let mut ours = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
        } else if let Some((_, head)) = line.split_once("] ").filter(|_| line.starts_with('[')) {
            ours = head.split(' ').next() == Some(profile);
            if ours {
                lines.push((None, ""));
            }
        } else if ours {
            let (command, wanted) = line.split_once(' ').unwrap();
            lines.push((Some(command), wanted));
        }
    }
    lines
}

/// The answers that `scriptor` prints, without what it thinks of them.
fn answers(said: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in said.lines() {
        if line.starts_with("< OK: ") {
            // The ATR of a reset.
        } else if let Some(rest) = line.strip_prefix("< ") {
            found.push(String::new());
            goes_on = true;
            push(&mut found, &mut goes_on, rest);
        } else if goes_on {
            push(&mut found, &mut goes_on, line);
        }
    }
    found
}

fn push(found: &mut [String], goes_on: &mut bool, line: &str) {
    let (octets, _) = line.split_once(" : ").unwrap_or((line, ""));
    *goes_on = octets == line;
    if let Some(last) = found.last_mut() {
        last.extend(octets.chars().filter(char::is_ascii_hexdigit));
    }
}

fn plays(profile: &str, texts: &[&str]) {
    let Some(reader) = Reader::start(&format!("scriptor-{profile}"), &["--profile", profile])
    else {
        return;
    };
    let lines: Vec<_> = texts
        .iter()
        .flat_map(|text| vectors(text, profile))
        .collect();
    assert!(lines.len() > 10, "{profile} has {} lines", lines.len());
    let script: String = lines
        .iter()
        .map(|(command, _)| match command {
            None => "reset\n".to_owned(),
            Some(command) => {
                let octets = command.as_bytes().chunks(2);
                let octets: Vec<&str> = octets.map(|o| std::str::from_utf8(o).unwrap()).collect();
                format!("{}\n", octets.join(" "))
            }
        })
        .collect();
    let path = reader.write("script", &script);
    let (_, said) = reader.run("scriptor", &[path.to_str().unwrap()]);
    let answers = answers(&said);
    let commands: Vec<_> = lines
        .iter()
        .filter_map(|(c, w)| c.map(|c| (c, w)))
        .collect();
    assert_eq!(answers.len(), commands.len(), "{said}");
    for ((command, wanted), found) in commands.iter().zip(&answers) {
        assert_eq!(found, *wanted, "{command}");
    }
}

/// Shows PCSC-1, CMD-23, OTA-3.
#[test]
fn scriptor_gets_the_answers_of_the_standards() {
    plays("usim", &[ANSWERS, REMOTE]);
}

/// Shows PCSC-1.
#[test]
fn scriptor_gets_the_answers_of_class_a0() {
    plays("sim", &[ANSWERS]);
}

/// Shows OTA-3.
#[test]
fn openssl_computes_the_same_checksum_of_a_receipt() {
    if !is_there("openssl", "openssl") {
        return;
    }
    let mut checked = 0;
    for line in REMOTE.lines() {
        let (_, answer) = line.split_once(' ').unwrap_or_default();
        // Header of a response packet; octets of its own header with a checksum of eight.
        let Some(receipt) = hex::decode(answer).filter(|r| r.starts_with(&[0x02, 0x71, 0x00]))
        else {
            continue;
        };
        if receipt[5] != 0x12 {
            continue;
        }
        // RPL, RHL, TAR, CNTR, PCNTR and status stand before the checksum; SW1 SW2 behind all.
        let (front, rest) = receipt[..receipt.len() - 2].split_at(16);
        let (checksum, data) = rest.split_at(8);
        let covered = std::env::temp_dir().join(format!("dmsc-mac-{}", std::process::id()));
        std::fs::write(&covered, [front, data].concat()).unwrap();
        let output = Command::new("openssl")
            .args(["mac", "-cipher", "AES-128-CBC", "-macopt"])
            .arg(format!("hexkey:{KID}"))
            .arg("-in")
            .arg(&covered)
            .arg("CMAC")
            .output()
            .unwrap();
        let _ = std::fs::remove_file(&covered);
        let computed = String::from_utf8_lossy(&output.stdout)
            .trim()
            .to_uppercase();
        assert_eq!(computed.get(..16), Some(&*hex::encode(checksum)), "{line}");
        checked += 1;
    }
    assert!(checked >= 4, "{checked}");
}
