//! Profiles: the built-in ones, what is refused, and that a running card can be saved.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bare_card;

use bare_card::{answer, card};
use dmsc_core::card::{Profile, Uicc};
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::{hex, wbxml};

fn send(card: &mut Uicc, command: &str) -> String {
    answer(card, command).unwrap()
}

/// Shows PROF-2.
#[test]
fn every_built_in_profile_comes_back_from_its_file() {
    for (name, _) in Profile::BUILT_IN {
        let profile = Profile::built_in(name).unwrap();
        let again = Profile::from_json(&profile.to_json()).unwrap();
        assert_eq!(again, profile, "{name}");
        assert!(profile.size() > 4_000, "{name}");
        assert_eq!(card(profile.clone()).profile(), profile, "{name}");
    }
}

/// Shows PROF-2.
#[test]
fn a_running_card_is_saved_with_what_it_became() {
    let mut card = card(Profile::default());
    // The network list, the counter of PIN 1 and the ring of last numbers change.
    send(&mut card, "00A4040407A0000000871002");
    assert_eq!(send(&mut card, "00D68D000300F110"), "9000");
    assert_eq!(send(&mut card, "002000810839393939FFFFFFFF"), "63C2");
    send(&mut card, "00A4000C026F39");
    assert_eq!(send(&mut card, "8032000003000005"), "6106");
    let saved = Profile::from_json(&card.profile().to_json()).unwrap();
    assert_ne!(saved, Profile::default());
    let mut again = self::card(saved.clone());
    send(&mut again, "00A4040407A0000000871002");
    assert_eq!(send(&mut again, "00B08D0003"), "00F1109000");
    assert_eq!(send(&mut again, "00200081"), "63C2");
    send(&mut again, "00A4000C026F39");
    assert_eq!(send(&mut again, "00B2010403"), "0000059000");
    assert_eq!(again.profile(), saved);
}

/// Shows PROF-2, PROF-3.
#[test]
fn objects_of_a_file_are_saved_and_read() {
    let text = include_str!("vectors/card/ber-tlv.json");
    let mut card = card(Profile::from_json(text).unwrap());
    send(&mut card, "00A4000C022F60");
    assert_eq!(send(&mut card, "80DB0080058003010203"), "9000");
    let saved = Profile::from_json(&card.profile().to_json()).unwrap();
    let mut again = self::card(saved.clone());
    assert_eq!(again.profile(), saved);
    send(&mut again, "00A4000C022F60");
    assert_eq!(send(&mut again, "80CB0080018005"), "80030102039000");
    let file = again
        .files()
        .into_iter()
        .find(|file| file.path.ends_with("2F60"));
    assert_eq!(file.unwrap().contents, [[0x80, 3, 1, 2, 3]]);
    // A tag twice, a tag that is none, an object cut off, more than there is room for.
    for contents in [
        "80018001",
        "800101800102",
        "5C00",
        "800301",
        "000100",
        "8040",
    ] {
        let by = format!("\"size\": 64, \"contents\": \"{contents}\"");
        let error = Profile::from_json(&text.replace("\"size\": 64", &by)).unwrap_err();
        assert_eq!(error.path, "mf.files[2].contents", "{contents}");
    }
    let none = text.replace("\"size\": 64", "\"sfi\": 1");
    assert!(
        Profile::from_json(&none)
            .unwrap_err()
            .reason
            .contains("\"size\" is missing")
    );
}

/// The text of a small profile with one part replaced.
fn with(part: &str, by: &str) -> String {
    let text = r#"{
  "format": 1, "name": "small", "atr": "3B00", "classes": ["uicc"],
  "pins": [{"reference": "01", "value": "1234"}],
  "keys": {"k": "00000000000000000000000000000000", "opc": "00000000000000000000000000000000"},
  "mf": {"fid": "3F00", "structure": "directory", "rule": [["all", "adm1"]], "files": [
    {"fid": "2F06", "structure": "linear", "rule": "2F06/1", "length": 40, "count": 1, "records": [{"rule": [["read", "always"]]}]},
    {"fid": "2FE2", "structure": "transparent", "sfi": 2, "rule": "2F06/1", "size": 10, "contents": {"iccid": "89440000000000351611"}}
  ]}
}"#;
    assert!(text.contains(part), "{part}");
    text.replacen(part, by, 1)
}

/// Shows PROF-3.
#[test]
fn what_is_wrong_in_a_profile_is_refused_with_its_place() {
    Profile::from_json(&with("small", "small")).unwrap();
    for (part, by, path, reason) in [
        ("{\n", "[", "", "not JSON"),
        ("\"format\": 1", "\"format\": 2", "format", "from 1 to 1"),
        ("\"3B00\"", "\"3B01\"", "atr", "historical byte"),
        ("\"3B00\"", "\"3B0\"", "atr", "hex"),
        ("[\"uicc\"]", "[]", "classes", "one class"),
        ("[\"uicc\"]", "[\"nfc\"]", "classes[0]", "\"gsm\""),
        (
            "\"value\": \"1234\"",
            "\"value\": \"123456789\"",
            "pins[0].value",
            "4 to 8",
        ),
        (
            "\"reference\": \"01\"",
            "\"reference\": \"00\"",
            "pins[0].reference",
            "no reference",
        ),
        (
            "\"reference\": \"01\"",
            "\"reference\": \"01\", \"aid\": \"A000000087\"",
            "pins[0].aid",
            "no application",
        ),
        ("\"k\": \"00", "\"k\": \"", "keys.k", "16 octets"),
        ("\"fid\": \"3F00\"", "\"fid\": \"3F01\"", "mf.fid", "3F00"),
        ("\"2FE2\"", "\"3F00\"", "mf.files[1].fid", "MF alone"),
        ("\"2FE2\"", "\"7FFF\"", "mf.files[1].fid", "aid"),
        ("\"2FE2\"", "\"2F06\"", "mf.files[1]", "identifier already"),
        (
            "\"sfi\": 2",
            "\"sfi\": 31",
            "mf.files[1].sfi",
            "from 1 to 30",
        ),
        (
            "\"sfi\": 2",
            "\"sif\": 2",
            "mf.files[1]",
            "unknown member \"sif\"",
        ),
        (
            "\"2F06/1\", \"size\"",
            "\"2F06/2\", \"size\"",
            "mf.files[1].rule",
            "no EF_ARR",
        ),
        (
            "\"2F06/1\", \"size\"",
            "\"2F06-1\", \"size\"",
            "mf.files[1].rule",
            "hex",
        ),
        ("\"adm1\"", "\"admin\"", "mf.rule[0]", "no such"),
        (
            "\"always\"",
            "\"pin9\"",
            "mf.files[0].records[0].rule[0]",
            "no such",
        ),
        (
            "\"size\": 10",
            "\"size\": 9",
            "mf.files[1].contents",
            "room for 9",
        ),
        (
            "\"size\": 10",
            "\"size\": 40000",
            "mf.files[1].size",
            "32768",
        ),
        (
            "89440000000000351611",
            "8944",
            "mf.files[1].contents.iccid",
            "form",
        ),
        (
            "\"iccid\"",
            "\"icc\"",
            "mf.files[1].contents",
            "unknown member",
        ),
        (
            "\"count\": 1",
            "\"count\": 0",
            "mf.files[0].count",
            "from 1 to 254",
        ),
        (
            "\"transparent\"",
            "\"ber-tlv\"",
            "mf.files[1].structure",
            "ber_tlv",
        ),
        ("\"name\": \"small\", ", "", "", "\"name\" is missing"),
    ] {
        let error = Profile::from_json(&with(part, by)).unwrap_err();
        assert_eq!(error.path, path, "{by}: {error}");
        assert!(error.reason.contains(reason), "{by}: {error}");
    }
}

#[test]
fn a_ring_of_many_records_goes_round() {
    for count in [128, 129, 200, 254u32] {
        let ring = format!(
            "{{\"fid\": \"2F11\", \"structure\": \"cyclic\", \"rule\": [[\"all increase\", \"always\"]], \"length\": 2, \"count\": {count}}},"
        );
        let text = with("{\"fid\": \"2FE2\"", &format!("{ring}{{\"fid\": \"2FE2\""));
        let mut card = card(Profile::from_json(&text).unwrap());
        assert_eq!(send(&mut card, "00A4000C022F11"), "9000");
        // More than a round, by both commands that add a record.
        let last = count + 9;
        for value in 1..=last {
            let (command, answer) = match value % 2 {
                0 => ("80320000020001".to_owned(), "6104"),
                _ => (format!("00DC000302{value:04X}"), "9000"),
            };
            assert_eq!(send(&mut card, &command), answer, "{value} of {count}");
        }
        let saved = card.profile();
        for mut card in [card, self::card(saved)] {
            send(&mut card, "00A4000C022F11");
            for number in 1..=count {
                let value = last + 1 - number;
                let read = send(&mut card, &format!("00B2{number:02X}0402"));
                assert_eq!(read, format!("{value:04X}9000"), "{number} of {count}");
            }
        }
    }
}

#[test]
fn a_card_without_power_is_saved_with_the_old_or_the_new() {
    let part =
        "\"rule\": \"2F06/1\", \"size\": 10, \"contents\": {\"iccid\": \"89440000000000351611\"}";
    let by = "\"rule\": [[\"all\", \"always\"]], \"size\": 4, \"contents\": \"11223344\"";
    let mut whole = card(Profile::from_json(&with(part, by)).unwrap());
    assert_eq!(send(&mut whole, "00A4000C022FE2"), "9000");
    let old = whole.profile();
    let mut done = whole.clone();
    assert_eq!(send(&mut done, "00D6000004AAAAAAAA"), "9000");
    let new = done.profile();
    assert_ne!(old, new);
    // Journal and seal come first; the two writes after them are made up for.
    for (writes, expected) in [&old, &old, &new, &new, &new].into_iter().enumerate() {
        let mut cut = whole.clone();
        cut.handle_power_loss(writes as u32);
        cut.handle_command(&hex::decode("00D6000004AAAAAAAA").unwrap());
        assert_eq!(cut.poll().is_some(), writes == 4, "{writes}");
        assert_eq!(&cut.profile(), expected, "{writes}");
        cut.handle_reset();
        assert_eq!(&cut.profile(), expected, "{writes}");
    }
}

/// Shows PROF-3.
#[test]
fn a_profile_that_would_fill_the_memory_is_refused() {
    let file = |n: usize| {
        format!(
            "{{\"fid\": \"{n:04X}\", \"structure\": \"transparent\", \"rule\": \"2F06/1\", \"size\": 32768}},"
        )
    };
    let many: String = (0x1000..0x1020).map(file).collect();
    let text = with("{\"fid\": \"2FE2\"", &format!("{many}{{\"fid\": \"2FE2\""));
    let error = Profile::from_json(&text).unwrap_err();
    assert_eq!(error.path, "mf.files[16]");
    let nested = "[".repeat(100_000);
    assert!(
        Profile::from_json(&nested)
            .unwrap_err()
            .reason
            .starts_with("not JSON")
    );
    let deep = |depth: usize| {
        let open = |n| {
            format!(
                "{{\"fid\": \"{:04X}\", \"structure\": \"directory\", \"rule\": \"2F06/1\", \"files\": [",
                0x7F00 + n
            )
        };
        let inner: String = (0..depth).map(open).collect();
        format!("{inner}{},", "]}".repeat(depth))
    };
    let deepest = |depth| {
        with(
            "{\"fid\": \"2FE2\"",
            &format!("{}{{\"fid\": \"2FE2\"", deep(depth)),
        )
    };
    Profile::from_json(&deepest(8)).unwrap();
    assert!(
        Profile::from_json(&deepest(9))
            .unwrap_err()
            .reason
            .contains("deep")
    );
}

/// Reads a whole transparent file below DF PKCS#15.
fn read(card: &mut Uicc, fid: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    assert_eq!(send(card, &format!("00A4080C047F50{fid}")), "9000");
    loop {
        let at = octets.len();
        let answer = send(card, &format!("00B0{at:04X}00"));
        let length = match answer.strip_prefix("6C").filter(|_| answer.len() == 4) {
            Some(length) => length.to_owned(),
            None if answer == "6B00" => return octets,
            None => "00".to_owned(),
        };
        let answer = hex::decode(&send(card, &format!("00B0{at:04X}{length}"))).unwrap();
        octets.extend(&answer[..answer.len() - 2]);
    }
}

/// Shows PROF-1.
#[test]
fn the_bootstrap_files_are_where_the_directory_says_and_what_it_says() {
    for name in ["usim", "csim"] {
        let mut card = card(Profile::built_in(name).unwrap());
        send(&mut card, "00A4000C022F00");
        let entry = send(&mut card, "00B2020430");
        assert!(
            entry.starts_with("611D4F0CA000000063504B43532D3135"),
            "{entry}"
        );
        assert_eq!(
            hex::encode(&read(&mut card, "5031")[..12]),
            "A70A300804063F007F506430"
        );
        let directory = hex::encode(&read(&mut card, "6430"));
        for entry in [
            "0604672B0701A10A300804063F007F506435",
            "0604672B0501A10A300804063F007F506431",
        ] {
            assert!(directory.contains(entry), "{entry}");
        }
        // DM: a message that adds a tree in WBXML to the inbox.
        let octets = read(&mut card, "6435");
        let (message, length) = Message::decode_wbxml_prefix(&octets).unwrap();
        assert_eq!(length, 1219);
        assert!(format!("{message:?}").contains("./Inbox"));
        // CP: a provisioning document.
        let document = read(&mut card, "6431");
        let text = wbxml::to_xml(&document[..305]).unwrap();
        assert!(text.contains("dmsc.card"), "{text}");
    }
}

#[test]
fn the_example_of_the_guide_is_a_card() {
    let guide = include_str!("../../docs/profile.md");
    let (_, example) = guide.split_once("```json\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let profile = Profile::from_json(example).unwrap();
    assert_eq!(profile.name(), "small");
    assert_eq!(Profile::from_json(&profile.to_json()).unwrap(), profile);
}
