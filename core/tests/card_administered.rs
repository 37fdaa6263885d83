//! A card whose files came, went and were resized (ETSI TS 102 222): it can be saved, seen, torn,
//! and filled up.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bare_card;

use bare_card::{answer, card};
use dmsc_core::card::{Profile, Uicc};

const VERIFY_ADM: &str = "0020000A0841444D3030303031";

/// A card whose administrator has shown the code.
fn administered() -> Uicc {
    let mut card = card(Profile::default());
    assert_eq!(answer(&mut card, VERIFY_ADM).unwrap(), "9000");
    card
}

/// CREATE FILE of a transparent file of so many octets, or of a directory.
fn create(fid: u16, size: Option<u16>) -> String {
    match size {
        Some(size) => {
            format!("00E0000018 6216 82024121 8302{fid:04X} 8A0105 8B032F0605 8002{size:04X} 8800")
        }
        None => format!("00E0000012 6210 82027821 8302{fid:04X} 8A0105 8B032F0605"),
    }
    .replace(' ', "")
}

fn delete(fid: u16) -> String {
    format!("00E4000002{fid:04X}")
}

fn done(card: &mut Uicc, command: &str) {
    assert_eq!(answer(card, command).unwrap(), "9000", "{command}");
}

/// Shows CMD-36, CMD-37, PROF-2.
#[test]
fn what_came_and_went_is_saved() {
    let mut card = administered();
    let before = card.files().len();
    done(&mut card, &create(0x7F70, None));
    done(&mut card, &create(0x6F01, Some(3)));
    done(&mut card, "00D6000003AABBCC");
    done(&mut card, &create(0x6F02, Some(5)));
    done(&mut card, &delete(0x6F01));
    // What lies behind it moves up in the saved card; the PIN of the USIM must find its way.
    done(&mut card, "00A4080C027F10");
    let phone_book = |file: &&dmsc_core::card::FileView| file.path.contains("/7F10/5F3A");
    let gone = card.files().iter().filter(phone_book).count();
    done(&mut card, &delete(0x5F3A));
    let profile = card.profile();
    assert_eq!(Profile::from_json(&profile.to_json()).unwrap(), profile);
    let mut again = self::card(profile.clone());
    assert_eq!(again.profile(), profile);
    for card in [&mut card, &mut again] {
        assert_eq!(card.files().len(), before + 2 - gone);
        assert!(
            card.files()
                .iter()
                .any(|file| file.path == "3F00/7F70/6F02")
        );
        done(card, "00A4080C047F706F02");
        assert_eq!(answer(card, "00A4080C047F706F01").unwrap(), "6A82");
        assert_eq!(answer(card, "00A4080C047F105F3A").unwrap(), "6A82");
        done(card, "00A4040C07A0000000871002");
        assert_eq!(answer(card, "00200081").unwrap(), "63C3");
    }
}

/// Shows CMD-37.
#[test]
fn views_know_what_is_there() {
    let mut card = administered();
    let places: Vec<_> = card.file_places().collect();
    done(&mut card, &create(0x6F01, Some(3)));
    let new = card.files_changed_since(Some(0));
    let paths: Vec<_> = new.iter().map(|file| &file.path[..]).collect();
    assert_eq!(paths, ["3F00", "3F00/6F01"]);
    assert!(!places.contains(&new[1].index));
    assert!(
        card.file_places()
            .eq(card.files().iter().map(|file| file.index))
    );
    done(&mut card, &delete(0x6F01));
    assert!(card.file_places().eq(places));
}

/// Shows CMD-33, CMD-36, CMD-37, CMD-38.
#[test]
fn power_lost_leaves_the_old_or_the_new_files() {
    let mut start = administered();
    done(&mut start, &create(0x7F70, None));
    done(&mut start, &create(0x6F01, Some(40)));
    for command in [
        create(0x6F02, Some(40)),
        delete(0x6F01),
        delete(0x7F70),
        "80D400000A 6208 83026F01 80020005".replace(' ', ""),
    ] {
        // The rule says nothing of RESIZE.
        let resizes = command.starts_with("80D4");
        let old = start.profile();
        let mut new = start.clone();
        let wanted = if resizes { "6982" } else { "9000" };
        assert_eq!(answer(&mut new, &command).unwrap(), wanted, "{command}");
        let new = new.profile();
        let mut seen = [0, 0];
        for writes in 0..20 {
            let mut card = start.clone();
            card.handle_power_loss(writes);
            let answered = answer(&mut card, &command).is_some();
            card.handle_reset();
            let found = card.profile();
            assert!(found == old || found == new, "{command} after {writes}");
            seen[usize::from(found == new)] += 1;
            assert!(!answered || found == new, "{command} after {writes}");
        }
        assert!(resizes || seen.iter().all(|times| *times > 1), "{seen:?}");
    }
}

/// Shows CMD-38.
#[test]
fn power_lost_while_a_file_is_resized_leaves_either_size() {
    let mut start = administered();
    let file = "00E000001D 621B 82024121 83026F70 8A0105 AB0A80017F90008401D49000 80020028";
    done(&mut start, &file.replace(' ', ""));
    for size in ["0005", "0060"] {
        let command = format!("80D400000A620883026F708002{size}");
        let mut new = start.clone();
        done(&mut new, &command);
        let (old, new) = (start.profile(), new.profile());
        let mut seen = [0, 0];
        for writes in 0..20 {
            let mut card = start.clone();
            card.handle_power_loss(writes);
            answer(&mut card, &command);
            card.handle_reset();
            let found = card.profile();
            assert!(found == old || found == new, "{size} after {writes}");
            seen[usize::from(found == new)] += 1;
        }
        assert!(seen.iter().all(|times| *times > 1), "{seen:?}");
    }
}

/// Shows CMD-36.
#[test]
fn a_card_has_an_end() {
    // Octets of all files.
    let mut card = administered();
    let mut fid = 0x6000;
    let sw = loop {
        match answer(&mut card, &create(fid, Some(0x7FFF))).unwrap() {
            sw if sw != "9000" => break sw,
            _ => fid += 1,
        }
    };
    assert_eq!(
        (sw.as_str(), card.profile().size() <= 512 << 10),
        ("6A84", true)
    );
    assert!(fid > 0x6008);
    // Directories inside each other.
    let mut card = administered();
    for fid in 0x7F71..0x7F79 {
        done(&mut card, &create(fid, None));
    }
    assert_eq!(answer(&mut card, &create(0x7F79, None)).unwrap(), "6A84");
    Profile::from_json(&card.profile().to_json()).unwrap();
    // Files, and those deleted since the reset.
    let mut card = administered();
    let there = card.files().len();
    for _ in there..1000 {
        done(&mut card, &create(0x6F01, Some(1)));
        done(&mut card, &delete(0x6F01));
    }
    assert_eq!(answer(&mut card, &create(0x6F01, Some(1))).unwrap(), "6A84");
    card.handle_reset();
    done(&mut card, VERIFY_ADM);
    done(&mut card, &create(0x6F01, Some(1)));
    assert_eq!(card.files().len(), there + 1);
}

/// Shows CMD-36.
#[test]
fn a_card_that_is_full_takes_no_file_until_one_goes() {
    let mut card = administered();
    done(&mut card, &create(0x6F01, Some(3)));
    card.handle_memory_full();
    assert_eq!(answer(&mut card, &create(0x6F02, Some(3))).unwrap(), "6A84");
    // What is there can be written.
    done(&mut card, "00A4000C026F01");
    done(&mut card, "00D6000003AABBCC");
    done(&mut card, "00A4000C023F00");
    done(&mut card, &delete(0x6F01));
    done(&mut card, &create(0x6F02, Some(3)));
    assert_eq!(answer(&mut card, &create(0x6F03, Some(1))).unwrap(), "6A84");
}
