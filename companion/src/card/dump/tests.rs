//! Dumps as pySim-shell writes them, of the built-in USIM and of cards that cannot be.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use dmsc_core::card::{Config, Structure, Uicc};
use std::fmt::Write;

/// Name of a file for pySim: `ADF.USIM` is told from others by its beginning alone.
fn pysim_path(card: &Uicc, index: usize) -> String {
    let files = card.files();
    let mut at = index;
    let mut names = Vec::new();
    loop {
        let file = files.iter().find(|file| file.index == at).unwrap();
        names.push(file.name.replacen('_', ".", 1));
        if at == file.parent {
            break;
        }
        at = file.parent;
    }
    names.reverse();
    names.join("/")
}

fn usim() -> Uicc {
    Uicc::new(Config::default())
}

fn as_json(card: &Uicc) -> String {
    let mut files = Map::new();
    for file in card.files() {
        let texts: Vec<_> = file
            .contents
            .iter()
            .map(|c| hex::encode(c).to_lowercase())
            .collect();
        let mut entry = json!({"fcp_raw": hex::encode(&file.fcp).to_lowercase(), "fcp": {}});
        match file.structure {
            Structure::Directory => {}
            Structure::Transparent => entry["body"] = json!(texts[0]),
            _ => entry["body"] = json!(texts),
        }
        files.insert(pysim_path(card, file.index), entry);
    }
    let atr = hex::encode(&usim().handle_reset());
    json!({"name": "card", "atr": atr, "eid": null, "aids": {}, "files": files}).to_string()
}

fn as_script(card: &Uicc) -> String {
    let mut text = String::new();
    for file in card.files() {
        let path = pysim_path(card, file.index);
        let fcp = hex::encode(&file.fcp);
        writeln!(text, "####\n# {path}\n####\n# RAW FCP Template: {fcp}").unwrap();
        writeln!(text, "# Decoded FCP Template: {{}}\nselect {path}").unwrap();
        for (number, contents) in file.contents.iter().enumerate() {
            let contents = hex::encode(contents);
            match file.structure {
                Structure::Transparent => writeln!(text, "update_binary {contents}").unwrap(),
                _ => writeln!(text, "update_record {} {contents}", number + 1).unwrap(),
            }
        }
        writeln!(text, "#").unwrap();
    }
    text
}

/// Path, FCP, rule and contents of a file: what a dump can carry.
type Seen = (String, Vec<u8>, Vec<u8>, Vec<Vec<u8>>);

fn seen(card: &Uicc) -> Vec<Seen> {
    let files = card.files().into_iter();
    let mut seen: Vec<_> = files
        .map(|file| {
            // The states of PINs stand in the same order as the profile's, which is another.
            let fcp = if file.structure == Structure::Directory {
                Vec::new()
            } else {
                file.fcp
            };
            (file.path, fcp, file.rule, file.contents)
        })
        .collect();
    seen.sort();
    seen
}

#[test]
fn both_kinds_of_dump_make_the_card_again() {
    for text in [as_json(&usim()), as_script(&usim())] {
        let made = profile(&text).unwrap();
        assert_eq!(made.remarks.len(), 1, "{:?}", made.remarks);
        let mut card = Uicc::new(Config {
            profile: made.profile,
            ..Config::default()
        });
        assert_eq!(seen(&card), seen(&usim()));
        assert_eq!(card.handle_reset(), usim().handle_reset());
        let pins: Vec<_> = card.pins().iter().map(|pin| pin.reference).collect();
        assert_eq!(pins, [0x01, 0x0A, 0x81]);
    }
}

#[test]
fn what_is_not_in_a_dump_is_told() {
    let whole: Value = serde_json::from_str(&as_json(&usim())).unwrap();
    let made = |edit: &dyn Fn(&mut Value)| {
        let mut dump = whole.clone();
        edit(&mut dump["files"]);
        profile(&dump.to_string())
    };
    let told = |edit: &dyn Fn(&mut Value), what: &str| {
        let remarks = made(edit).unwrap().remarks;
        assert!(
            remarks.iter().any(|remark| remark.contains(what)),
            "{what}: {remarks:?}"
        );
    };
    told(
        &|files| files["MF/EF.DIR"] = json!({"fcp_raw": files["MF/EF.DIR"]["fcp_raw"]}),
        "MF/EF.DIR: its contents are not in the dump",
    );
    told(
        &|files| files["MF/EF.ARR"]["body"] = json!([]),
        "MF/EF.PL: its rule is not in the dump",
    );
    told(
        &|files| files["MF/EF.ICCID"] = json!({"fcp_raw": "62038201"}),
        "MF/EF.ICCID is left out: its FCP",
    );
    told(
        &|files| files["MF/DF.X/EF.Y"] = files["MF/EF.DIR"].clone(),
        "MF/DF.X/EF.Y is left out: its directory",
    );
    told(
        &|files| files["MF/EF.SAME"] = files["MF/EF.ICCID"].clone(),
        "2FE2 is there already",
    );
    for (edit, what) in [
        (
            (&|files: &mut Value| files["MF/EF.DIR"]["body"] = json!([{"a": 1}]))
                as &dyn Fn(&mut Value),
            "without --json",
        ),
        (
            &|files| files["MF"] = json!({"error": {}}),
            "MF is not in the dump",
        ),
        (&|files| *files = json!([]), "fsdump"),
        (&|files| files["MF/EF.ICCID"]["body"] = json!("98F"), "hex"),
    ] {
        let error = made(edit).err().unwrap();
        assert!(error.contains(what), "{what}: {error}");
    }
    for text in [
        "",
        "{",
        "select MF",
        "hello",
        "# RAW FCP Template: 62\nselect MF\nfly 1",
    ] {
        assert!(profile(text).is_err(), "{text}");
    }
}

#[test]
fn objects_of_a_file_are_dumped_by_their_tags() {
    let files = json!({"files": {
        "MF": {"fcp_raw": "62128202782183023F008A0105AB0580017F9000"},
        "MF/EF.X": {"fcp_raw": "62168202792183022F608A0105AB0580017F900080020040", "body": {"80": "010203", "5f20": ""}},
    }});
    let made = profile(&files.to_string()).unwrap();
    let card = Uicc::new(Config {
        profile: made.profile,
        ..Config::default()
    });
    let file = card.files().pop().unwrap();
    assert_eq!(file.structure, Structure::BerTlv);
    assert_eq!(file.contents.concat(), [0x5F, 0x20, 0, 0x80, 3, 1, 2, 3]);
}
