//! Toolkit messages against worked bytes: read, shown, written again; and against hostile bytes.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::Field;
use dmsc_core::codec::shown::toolkit::{fields, object_fields, profile_fields};
use dmsc_core::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse, profile};

/// Hex digits, and text in double quotes.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (n, part) in text.split('"').enumerate() {
        match n % 2 {
            0 => bytes.extend(dmsc_core::codec::hex::decode(part).unwrap()),
            _ => bytes.extend(part.bytes()),
        }
    }
    bytes
}

fn unreadable(fields: &[Field]) -> bool {
    fields
        .iter()
        .any(|f| f.name == "unreadable" || unreadable(&f.children))
}

/// Shows CAT-45.
#[test]
fn vectors_are_read_shown_and_written_again() {
    let mut count = 0;
    for line in include_str!("vectors/toolkit.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [kind, hex, text, _source] = parts[..] else {
            panic!("{line}")
        };
        let bytes = bytes(hex);
        let (shown, again, fields) = match kind {
            "command" => {
                let value = ProactiveCommand::decode(&bytes).unwrap();
                (value.to_string(), value.encode(), fields(&bytes))
            }
            "response" => {
                let value = TerminalResponse::decode(&bytes).unwrap();
                (value.to_string(), value.encode(), object_fields(&bytes))
            }
            "envelope" => {
                let value = Envelope::decode(&bytes).unwrap();
                (value.to_string(), value.encode(), fields(&bytes))
            }
            _ => panic!("{line}"),
        };
        assert_eq!(shown, text);
        assert_eq!(again, bytes, "{text}");
        assert!(!unreadable(&fields), "{text}");
        count += 1;
    }
    assert!(count > 60);
}

/// Shows CAT-47.
#[test]
fn a_profile_says_what_its_bits_mean() {
    let octets = bytes("3B 01 EF 63 21 0C 00 07 41 00 00 1F 42 88 94 00 07");
    let profile = profile::TerminalProfile(octets);
    assert_eq!(profile.channels(), 2);
    assert!(profile.has(profile::TCP_SERVER) && profile.has(profile::DATA_AVAILABLE));
    assert!(!profile.has(profile::UDP_LOCAL) && !profile.has(profile::TCP_LOCAL));
}

#[test]
fn no_bytes_make_it_panic() {
    let vectors: Vec<Vec<u8>> = include_str!("vectors/toolkit.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| bytes(l.split(" | ").nth(1).unwrap()))
        .collect();
    let mut state = 1u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize
    };
    for _ in 0..50_000 {
        let mut bytes = vectors[next() % vectors.len()].clone();
        for _ in 0..=next() % 3 {
            let at = next() % bytes.len();
            match next() % 3 {
                0 => bytes[at] = next() as u8,
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, next() as u8),
            }
        }
        let _ = (
            fields(&bytes),
            object_fields(&bytes),
            profile_fields(&bytes),
        );
        if let Ok(value) = ProactiveCommand::decode(&bytes) {
            assert_eq!(ProactiveCommand::decode(&value.encode()).unwrap(), value);
        }
        if let Ok(value) = TerminalResponse::decode(&bytes) {
            assert_eq!(TerminalResponse::decode(&value.encode()).unwrap(), value);
        }
        if let Ok(value) = Envelope::decode(&bytes) {
            assert_eq!(Envelope::decode(&value.encode()).unwrap(), value);
        }
    }
}

/// Each command and envelope of the list of what card and terminal do has worked bytes here, and
/// each command that has some is in the list.
#[test]
fn the_list_names_what_has_vectors() {
    let named = |start: &str| {
        let lines = include_str!("../../docs/requirements/card.txt").lines();
        let text = lines.filter_map(|line| {
            let parts: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
            let [id, _, _, clause, text] = parts[..] else {
                return None;
            };
            let is_one = id.starts_with("CAT-") && clause.contains(start);
            is_one.then_some(text)
        });
        text.collect::<Vec<_>>()
    };
    let vectors = || {
        let lines = include_str!("vectors/toolkit.txt").lines();
        lines.filter_map(|line| {
            let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let name = parts.get(2)?.split(',').next()?;
            Some((parts[0], name))
        })
    };
    let commands = named("TS 102 223 §6.4.");
    assert!(commands.len() > 18);
    for text in &commands {
        let name = text.split([':', '.']).next().unwrap();
        assert!(vectors().any(|v| v == ("command", name)), "{name}");
    }
    for (_, name) in vectors().filter(|(kind, _)| *kind == "command") {
        let listed = commands.iter().any(|text| text.starts_with(name));
        // A call is set up by no command of this card.
        assert!(listed || name == "SET UP CALL", "{name}");
    }
    for (_, name) in vectors().filter(|(kind, _)| *kind == "envelope") {
        let listed = named("§7.").iter().any(|text| text.contains(name));
        assert!(listed, "{name}");
    }
}
