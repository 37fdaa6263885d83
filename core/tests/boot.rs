//! A terminal boots a card as a phone does: protocol, files, PIN, provisioning documents.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod pair;

use dmsc_core::card::{self, Menu, MenuItem, Profile, Step};
use dmsc_core::codec::pkcs15::Document;
use dmsc_core::codec::toolkit::result;
use dmsc_core::terminal::{BootstrapFile, Config, Output, PinReply, Terminal};
use pair::Pair;

/// A built-in profile, its PIN asked for or not.
fn profile(name: &str, pin: bool) -> Profile {
    let (_, text) = Profile::BUILT_IN.iter().find(|(n, _)| *n == name).unwrap();
    let compact: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let enabled = compact.replacen("\"enabled\": false", "\"enabled\": true", 1);
    assert_ne!(enabled, compact, "{name} names its PIN");
    let profile = Profile::from_json(if pin { &enabled } else { &compact });
    profile.unwrap()
}

fn card(name: &str, pin: bool) -> card::Config {
    card::Config {
        profile: profile(name, pin),
        ..card::Config::default()
    }
}

/// What the boot found, and what it could not read.
fn found(said: &[Output]) -> (Vec<BootstrapFile>, Vec<String>) {
    let found = said.iter().find_map(|output| match output {
        Output::Bootstrap { files, problems } => Some((files.clone(), problems.clone())),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{said:?}"))
}

fn documents(files: &[BootstrapFile]) -> Vec<Document> {
    files.iter().map(|file| file.document).collect()
}

fn tries(said: &[Output]) -> Option<u8> {
    said.iter().rev().find_map(|output| match output {
        Output::AskPin { reference, tries } => {
            assert_eq!(*reference, 1);
            Some(*tries)
        }
        _ => None,
    })
}

fn digits(pin: &str) -> PinReply {
    PinReply::Pin(pin.to_owned())
}

const ALL: [Document; 4] = [
    Document::DmBootstrap,
    Document::Bootstrap,
    Document::Config1,
    Document::Config2,
];

/// Shows GSM-19, PROF-1, TERM-1, TERM-2.
#[test]
fn every_kind_of_card_hands_its_documents_out() {
    for name in ["usim", "csim", "sim", "ruim"] {
        let mut pair = Pair::booted(card(name, false), Config::phone());
        let said = pair.take_said();
        assert!(
            matches!(&said[..2], [Output::PowerOn, Output::Protocol(p)] if p.t == 0),
            "{name}: {said:?}"
        );
        let (files, problems) = found(&said);
        assert_eq!(
            (documents(&files), problems),
            (ALL.to_vec(), vec![]),
            "{name}"
        );
        assert_eq!(files[0].path, [0x3F00, 0x7F50, 0x6435], "{name}");
        assert_eq!(files[0].data.len(), 1536, "{name}");
        assert!(files[0].data.starts_with(&[0x03, 0xA4, 0x01]), "{name}");
        assert!(files[1].data.starts_with(&[0x03, 0x0B, 0x6A]), "{name}");
        assert!(pair.terminal.iccid().is_some(), "{name}");
        // The application the terminal works with stays selected.
        let view = pair.card.view();
        let selected = match name {
            "usim" | "csim" => view.selected.ends_with("7FFF"),
            _ => true,
        };
        assert!(selected, "{name}: {}", view.selected);
        // And the toolkit works with every class.
        assert!(!pair.take_kinds().is_empty(), "{name}");
    }
}

/// Shows CAT-47, TERM-6.
#[test]
fn nothing_but_reading_happens_unasked() {
    let mut pair = Pair::booted(card("usim", false), Config::phone());
    let before = Pair::new(card("usim", false), Config::phone())
        .card
        .profile();
    assert_eq!(pair.card.profile(), before);
    let known = [0xA4, 0xB0, 0xB2, 0xC0, 0x10, 0x12, 0x14, 0x70, 0xAA];
    let capability = [0x80, 0xAA, 0, 0, 4, 0xA9, 2, 0x81, 0];
    assert_eq!(pair.apdus[1], (capability.to_vec(), vec![0x90, 0x00]));
    for (command, _) in &pair.apdus {
        assert!(known.contains(&command[1]), "{:02X}", command[1]);
    }
    let told = pair.apdus.iter().find(|(command, _)| command[1] == 0x10);
    assert_eq!(told.unwrap().0[5..], Config::phone().profile.0[..]);
    // Without a wish for it, nothing of the provisioning is looked at.
    pair = Pair::booted(card("usim", true), Config::default());
    let said = pair.take_said();
    assert!(
        !said
            .iter()
            .any(|o| matches!(o, Output::Bootstrap { .. } | Output::AskPin { .. }))
    );
    assert!(
        pair.apdus
            .iter()
            .all(|(command, _)| command[1] != 0x20 && command[1] != 0x70)
    );
}

/// Shows TERM-5.
#[test]
fn a_pin_is_asked_for_and_told_its_tries() {
    for name in ["usim", "csim"] {
        let mut pair = Pair::booted(card(name, true), Config::phone());
        assert_eq!(tries(&pair.take_said()), Some(3), "{name}");
        assert!(pair.commands.is_empty(), "the boot waits");
        for wrong in ["123", "123456789", "12a4", ""] {
            assert!(!pair.terminal.handle_pin(&digits(wrong)), "{wrong}");
        }
        assert!(pair.terminal.handle_pin(&digits("0000")));
        pair.settle();
        assert_eq!(tries(&pair.take_said()), Some(2));
        assert!(pair.terminal.handle_pin(&digits("1234")));
        pair.settle();
        let (files, problems) = found(&pair.take_said());
        assert_eq!((documents(&files), problems), (ALL.to_vec(), vec![]));
    }
}

/// Shows TERM-5.
#[test]
fn the_last_try_is_never_taken_by_mistake() {
    let mut pair = Pair::booted(card("usim", true), Config::phone());
    for left in [2, 1] {
        assert!(pair.terminal.handle_pin(&digits("0000")));
        pair.settle();
        assert_eq!(tries(&pair.take_said()), Some(left));
    }
    assert!(
        !pair.terminal.handle_pin(&digits("0000")),
        "not without saying so"
    );
    assert!(pair.terminal.handle_pin(&PinReply::Skip));
    pair.settle();
    // Config2 wants the PIN; the rest is there. The question comes once more for it.
    assert_eq!(tries(&pair.take_said()), Some(1));
    assert!(pair.terminal.handle_pin(&PinReply::Skip));
    pair.settle();
    let (files, problems) = found(&pair.take_said());
    assert_eq!(documents(&files), ALL[..3]);
    let wanted = "3F00/7F50/6433: reading wants a PIN that was not given";
    assert_eq!(problems, [wanted]);
    // The try is still there.
    pair.terminal.handle_power_on();
    pair.settle();
    assert_eq!(tries(&pair.take_said()), Some(1));
    let last = PinReply::LastTry("9999".to_owned());
    assert!(pair.terminal.handle_pin(&last));
    pair.settle();
    let said = pair.take_said();
    assert!(
        said.contains(&Output::PinBlocked { reference: 1 }),
        "{said:?}"
    );
    assert_eq!(documents(&found(&said).0), ALL[..3]);
}

/// Shows TERM-5.
#[test]
fn a_sim_tells_its_tries_by_itself() {
    let mut pair = Pair::booted(card("sim", true), Config::phone());
    assert_eq!(tries(&pair.take_said()), Some(3));
    assert!(pair.terminal.handle_pin(&digits("1234")));
    pair.settle();
    assert_eq!(documents(&found(&pair.take_said()).0), ALL);
}

/// Shows CAT-6, TERM-2.
#[test]
fn a_refresh_of_the_files_reads_them_again() {
    let refresh = |fid: u16| Step::Refresh {
        mode: 0x01,
        files: vec![vec![0x3F00, 0x7F50, fid]],
    };
    let item = |label: &str, step: Step| MenuItem {
        label: label.to_owned(),
        help: String::new(),
        steps: vec![step],
    };
    let other = Step::Refresh {
        mode: 0x01,
        files: vec![vec![0x3F00, 0x2FE2]],
    };
    let config = card::Config {
        menu: Some(Menu {
            title: "Refresh".to_owned(),
            items: vec![item("Documents", refresh(0x6435)), item("Other", other)],
        }),
        ..card("usim", false)
    };
    let mut pair = Pair::booted(config, Config::phone());
    pair.take_said();
    pair.take_kinds();
    assert!(pair.terminal.handle_menu_selection(1, false));
    pair.settle();
    let said = pair.take_said();
    assert!(matches!(&said[0], Output::FilesChanged { paths } if paths[0][2] == 0x6435));
    assert_eq!(documents(&found(&said).0), ALL);
    assert_eq!(pair.take_kinds(), [(0x01, result::EFS_READ)]);
    assert!(pair.terminal.handle_menu_selection(2, false));
    pair.settle();
    assert_eq!(pair.take_kinds(), [(0x01, result::OK)]);
}

/// Shows TERM-7.
#[test]
fn a_hostile_card_cannot_keep_the_terminal() {
    let mut seed: u64 = 11;
    let mut dice = move |sides: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % sides
    };
    let good = Pair::booted(card("usim", true), Config::phone()).apdus;
    let mut commands = 0;
    let mut done = 0;
    for _ in 0..1_500 {
        let mut terminal = Terminal::new(Config::phone());
        terminal.handle_power_on();
        let mut now_ms = 0;
        for _ in 0..150 {
            match terminal.poll() {
                Some(Output::PowerOn) => terminal.handle_atr(&[0x3B, 0x00]),
                Some(Output::Command(command)) => {
                    commands += 1;
                    assert!((4..=261).contains(&command.len()));
                    let mut answer = match good.iter().find(|(c, _)| *c == command) {
                        Some((_, answer)) if dice(4) > 0 => answer.clone(),
                        _ => (0..2 + dice(8)).map(|_| dice(256) as u8).collect(),
                    };
                    let words = [
                        0x9000, 0x910C, 0x6982, 0x6A82, 0x63C2, 0x61FF, 0x9F05, 0x6C03,
                    ];
                    if dice(3) == 0 {
                        let word: u16 = words[dice(words.len())];
                        answer.extend(word.to_be_bytes());
                    }
                    terminal.handle_response(&answer);
                }
                Some(Output::AskPin { .. }) => {
                    let replies = [
                        PinReply::Skip,
                        digits("1234"),
                        PinReply::LastTry("0000".into()),
                    ];
                    terminal.handle_pin(&replies[dice(3)]);
                }
                Some(Output::Bootstrap { files, .. }) => {
                    assert!(files.len() <= 32);
                    done += 1;
                }
                Some(_) => {}
                None => {
                    now_ms = terminal.next_timeout_ms().unwrap_or(now_ms) + 1;
                    terminal.handle_time(now_ms);
                }
            }
        }
        let mut left = 0;
        while let Some(output) = terminal.poll() {
            left += 1;
            assert!(left < 500, "a card that only refuses is asked without end");
            match output {
                Output::PowerOn => terminal.handle_atr(&[0x3B, 0x00]),
                Output::Command(_) => terminal.handle_response(&[0x6F, 0x00]),
                _ => {}
            }
        }
    }
    assert!(commands > 8_000 && done > 5, "{commands} {done}");
}
