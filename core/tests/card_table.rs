//! `docs/card.md`: each command with its clause and tests, each mandatory file of each built-in
//! profile with its clause, made from what is here. `DMSC_REFRESH=1` writes it anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::card::{Config, FileView, Profile, Structure, Uicc};
use dmsc_core::codec::apdu::instruction_name;
use std::path::Path;

/// Instruction, class, clause of TS 102 221 or TS 51.011, test in `card_commands.rs`.
const COMMANDS: &[(u8, &str, &str, &str)] = &[
    (
        0xA4,
        "0X",
        "TS 102 221 §11.1.1",
        "applications_are_found_by_the_beginning_of_their_names",
    ),
    (
        0xA4,
        "0X",
        "TS 102 221 §8.4",
        "files_are_found_by_path_and_identifier",
    ),
    (
        0xF2,
        "8X",
        "TS 102 221 §11.1.2",
        "applications_are_found_by_the_beginning_of_their_names",
    ),
    (
        0xB0,
        "0X",
        "TS 102 221 §11.1.3",
        "binaries_are_read_and_updated_within_their_size",
    ),
    (
        0xD6,
        "0X",
        "TS 102 221 §11.1.4",
        "binaries_are_read_and_updated_within_their_size",
    ),
    (
        0xB2,
        "0X",
        "TS 102 221 §11.1.5",
        "records_are_read_and_updated_in_every_mode",
    ),
    (
        0xDC,
        "0X",
        "TS 102 221 §11.1.6",
        "records_are_read_and_updated_in_every_mode",
    ),
    (
        0xDC,
        "0X",
        "TS 102 221 §11.1.6",
        "a_ring_gives_its_oldest_place_to_the_newest_record",
    ),
    (0xA2, "0X", "TS 102 221 §11.1.7", "records_are_searched"),
    (
        0x32,
        "8X",
        "TS 102 221 §11.1.8",
        "a_ring_gives_its_oldest_place_to_the_newest_record",
    ),
    (
        0x20,
        "0X",
        "TS 102 221 §11.1.9",
        "a_pin_counts_its_tries_and_opens_what_its_rule_says",
    ),
    (
        0x24,
        "0X",
        "TS 102 221 §11.1.10",
        "a_pin_counts_its_tries_and_opens_what_its_rule_says",
    ),
    (
        0x26,
        "0X",
        "TS 102 221 §11.1.11",
        "a_pin_is_disabled_and_enabled_and_replaced_by_the_universal_one",
    ),
    (
        0x28,
        "0X",
        "TS 102 221 §11.1.12",
        "a_pin_is_disabled_and_enabled_and_replaced_by_the_universal_one",
    ),
    (
        0x2C,
        "0X",
        "TS 102 221 §11.1.13",
        "a_blocked_unblocking_code_stays_blocked",
    ),
    (
        0x04,
        "0X",
        "TS 102 221 §11.1.14",
        "files_are_deactivated_and_activated",
    ),
    (
        0x44,
        "0X",
        "TS 102 221 §11.1.15",
        "files_are_deactivated_and_activated",
    ),
    (
        0x88,
        "0X",
        "TS 102 221 §11.1.16",
        "the_network_is_authenticated_and_a_replay_is_answered_by_resynchronisation",
    ),
    (
        0x70,
        "0X",
        "TS 102 221 §11.1.17",
        "each_channel_stands_somewhere_of_its_own",
    ),
    (
        0x84,
        "0X",
        "TS 102 221 §11.1.18",
        "a_challenge_follows_from_the_seed",
    ),
    (
        0xAA,
        "8X",
        "TS 102 221 §11.1.19",
        "each_channel_stands_somewhere_of_its_own",
    ),
    (
        0xC0,
        "0X, 8X",
        "TS 102 221 §12.1.1",
        "each_channel_stands_somewhere_of_its_own",
    ),
    (
        0xA4,
        "A0",
        "TS 51.011 §9.2.1",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xF2,
        "A0",
        "TS 51.011 §9.2.2",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xB0,
        "A0",
        "TS 51.011 §9.2.3",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xD6,
        "A0",
        "TS 51.011 §9.2.4",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xB2,
        "A0",
        "TS 51.011 §9.2.5",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xDC,
        "A0",
        "TS 51.011 §9.2.6",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xA2,
        "A0",
        "TS 51.011 §9.2.7",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x32,
        "A0",
        "TS 51.011 §9.2.8",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x20,
        "A0",
        "TS 51.011 §9.2.9",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x24,
        "A0",
        "TS 51.011 §9.2.10",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x26,
        "A0",
        "TS 51.011 §9.2.11",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x28,
        "A0",
        "TS 51.011 §9.2.12",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x2C,
        "A0",
        "TS 51.011 §9.2.13",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x04,
        "A0",
        "TS 51.011 §9.2.14",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x44,
        "A0",
        "TS 51.011 §9.2.15",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0x88,
        "A0",
        "TS 51.011 §9.2.16",
        "class_a0_answers_as_gsm_11_11",
    ),
    (
        0xFA,
        "A0",
        "TS 51.011 §9.2.17",
        "class_a0_answers_as_gsm_11_11",
    ),
];

/// Profile, path, clause.
const FILES: &[(&str, &[(&str, &str)])] = &[
    (
        "usim",
        &[
            ("3F00/2F00", "TS 102 221 §13.1"),
            ("3F00/2FE2", "TS 102 221 §13.2"),
            ("3F00/2F05", "TS 102 221 §13.3"),
            ("3F00/2F06", "TS 102 221 §13.4"),
            ("3F00/7FFF/6F05", "TS 31.102 §4.2.1"),
            ("3F00/7FFF/6F06", "TS 31.102 §4.2.55"),
            ("3F00/7FFF/6F07", "TS 31.102 §4.2.2"),
            ("3F00/7FFF/6F08", "TS 31.102 §4.2.3"),
            ("3F00/7FFF/6F09", "TS 31.102 §4.2.4"),
            ("3F00/7FFF/6F31", "TS 31.102 §4.2.6"),
            ("3F00/7FFF/6F38", "TS 31.102 §4.2.8"),
            ("3F00/7FFF/6F5B", "TS 31.102 §4.2.51"),
            ("3F00/7FFF/6F5C", "TS 31.102 §4.2.52"),
            ("3F00/7FFF/6F73", "TS 31.102 §4.2.23"),
            ("3F00/7FFF/6F78", "TS 31.102 §4.2.15"),
            ("3F00/7FFF/6F7B", "TS 31.102 §4.2.16"),
            ("3F00/7FFF/6F7E", "TS 31.102 §4.2.17"),
            ("3F00/7FFF/6FAD", "TS 31.102 §4.2.18"),
            ("3F00/7FFF/6FB7", "TS 31.102 §4.2.21"),
            ("3F00/7FFF/6FC4", "TS 31.102 §4.2.57"),
        ],
    ),
    (
        "sim",
        &[
            ("3F00/2FE2", "TS 51.011 §10.1.1"),
            ("3F00/7F20/6F05", "TS 51.011 §10.3.1"),
            ("3F00/7F20/6F07", "TS 51.011 §10.3.2"),
            ("3F00/7F20/6F20", "TS 51.011 §10.3.3"),
            ("3F00/7F20/6F31", "TS 51.011 §10.3.5"),
            ("3F00/7F20/6F38", "TS 51.011 §10.3.7"),
            ("3F00/7F20/6F74", "TS 51.011 §10.3.14"),
            ("3F00/7F20/6F78", "TS 51.011 §10.3.15"),
            ("3F00/7F20/6F7B", "TS 51.011 §10.3.16"),
            ("3F00/7F20/6F7E", "TS 51.011 §10.3.17"),
            ("3F00/7F20/6FAD", "TS 51.011 §10.3.18"),
            ("3F00/7F20/6FAE", "TS 51.011 §10.3.19"),
        ],
    ),
    ("csim", &MADE_BY_3GPP2),
    ("ruim", &MADE_BY_3GPP2),
];

/// Below ADF_CSIM and DF_CDMA alike (C.S0065 §5.2, C.S0023 §3.4).
const MADE_BY_3GPP2: [(&str, &str); 12] = [
    ("3F00/*/6F22", "C.S0023 §3.4.2"),
    ("3F00/*/6F23", "C.S0023 §3.4.3"),
    ("3F00/*/6F24", "C.S0023 §3.4.4"),
    ("3F00/*/6F28", "C.S0023 §3.4.8"),
    ("3F00/*/6F2C", "C.S0023 §3.4.12"),
    ("3F00/*/6F30", "C.S0023 §3.4.16"),
    ("3F00/*/6F31", "C.S0023 §3.4.17"),
    ("3F00/*/6F32", "C.S0023 §3.4.18"),
    ("3F00/*/6F33", "C.S0023 §3.4.19"),
    ("3F00/*/6F36", "C.S0023 §3.4.22"),
    ("3F00/*/6F3A", "C.S0023 §3.4.26"),
    ("3F00/*/6F43", "C.S0023 §3.4.33"),
];

/// Of every card that carries provisioning data (OMA-WAP-PROVSC §6, PKCS #15 §5).
const PROVISIONING: [&str; 6] = ["5031", "5032", "6430", "6431", "6433", "6435"];

fn made() -> String {
    let mut text = String::from(
        "# What the card answers and holds\n\nMade by `DMSC_REFRESH=1 cargo test -p dmsc-core \
         --test card_table`.\n\n## Commands\n\nThe tests are in `core/tests/card_commands.rs`.\n\n\
         | command | class | clause | test |\n|---|---|---|---|\n",
    );
    for (ins, class, clause, test) in COMMANDS {
        let name = instruction_name(*ins);
        text.push_str(&format!(
            "| {name} `{ins:02X}` | {class} | {clause} | `{test}` |\n"
        ));
    }
    text.push_str("\nThe commands of the toolkit are tested in `core/tests/card.rs`.\n");
    for (profile, files) in FILES {
        let card = Uicc::new(Config {
            profile: Profile::built_in(profile).unwrap(),
            ..Config::default()
        });
        let there = card.files();
        text.push_str(&format!(
            "\n## Mandatory files of `{profile}`\n\n| file | path | clause | structure |\n|---|---|---|---|\n"
        ));
        let application = if *profile == "csim" { "7FFF" } else { "7F25" };
        let provisioning = PROVISIONING.iter().map(|fid| {
            let path = format!("3F00/7F50/{fid}");
            (path, "OMA-WAP-PROVSC §6")
        });
        let own = files
            .iter()
            .map(|(path, clause)| (path.replace('*', application), *clause));
        for (path, clause) in own.chain(provisioning) {
            let file = there.iter().find(|file| file.path == path);
            let file = file.unwrap_or_else(|| panic!("{profile} has no {path}"));
            text.push_str(&format!(
                "| {} | {path} | {clause} | {} |\n",
                file.name,
                structure(file)
            ));
        }
    }
    text
}

fn structure(file: &FileView) -> String {
    let length = file.contents.first().map_or(0, Vec::len);
    let count = file.contents.len();
    match file.structure {
        Structure::Directory => "directory".to_owned(),
        Structure::Transparent => format!("transparent, {length} B"),
        Structure::LinearFixed => format!("linear fixed, {count} × {length} B"),
        Structure::Cyclic => format!("cyclic, {count} × {length} B"),
    }
}

#[test]
fn the_table_says_what_there_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/card.md");
    let made = made();
    if std::env::var_os("DMSC_REFRESH").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/card.md is stale: run with DMSC_REFRESH=1"
    );
}

#[test]
fn each_test_of_the_table_tests_its_command() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/card_commands.rs");
    let source = std::fs::read_to_string(source).unwrap();
    for (ins, class, _, test) in COMMANDS {
        let (_, body) = source
            .split_once(&format!("fn {test}()"))
            .unwrap_or_else(|| panic!("there is no {test}"));
        let body = body.split("\n#[test]").next().unwrap();
        let classes: &[&str] = match *class {
            "A0" => &["A0"],
            "8X" => &["80", "C0"],
            _ => &["00", "01"],
        };
        let sent = classes
            .iter()
            .any(|class| body.contains(&format!("\"{class}{ins:02X}")));
        assert!(sent, "{test} never sends {ins:02X} in class {class}");
    }
}
