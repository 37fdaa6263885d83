//! Rows of cards as runs make them, and of cards made up.

use super::*;
use crate::engine::{catalogue, file_parts, run, shown};
use crate::playback::RunHandle;
use crate::state::Request;
use dmsc_core::trace::card::{CardHistory, CardPin, CardSession};

fn trace() -> RunHandle {
    let made = run(&Request {
        scenario: catalogue().scenarios[0].id.clone(),
        settings: catalogue().defaults,
        seed: 1,
        edits: Vec::new(),
        file: None,
    });
    made.expect("a built-in scenario runs")
}

fn lay_of(
    run: &RunHandle,
    before: &CardMoment,
    now: &CardMoment,
    open: &[(&str, bool)],
    chosen: Option<&str>,
) -> Card {
    let branches = open
        .iter()
        .map(|(key, o)| ((*key).to_owned(), *o))
        .collect();
    let file = now
        .files
        .iter()
        .find(|file| Some(file.path.as_str()) == chosen);
    let parts = file.map(|file| file_parts(file));
    Card::new(&Question {
        before,
        last: before,
        now,
        branches: &branches,
        chosen,
        line: 16,
        run,
        parts: parts.as_ref(),
    })
}

fn lay(before: &CardMoment, now: &CardMoment, open: &[(&str, bool)], chosen: Option<&str>) -> Card {
    lay_of(&RunHandle::empty(), before, now, open, chosen)
}

fn row<'a>(card: &'a Card, key: &str) -> &'a CardRow {
    let found = card.rows.iter().find(|row| row.key == key);
    found.unwrap_or_else(|| panic!("{key} is not among the rows"))
}

#[test]
fn the_same_moment_has_no_marks_and_each_row_its_key() {
    let trace = trace();
    let now = trace.trace().card.last();
    let open = [("3F00/7FFF", true), ("pins", true)];
    let card = lay_of(&trace, now, now, &open, None);
    assert_eq!((card.added, card.replaced, card.deleted), (0, 0, 0));
    assert!(card.rows.iter().all(|row| row.sign == Sign::Same));
    let mut keys: Vec<_> = card.rows.iter().map(|row| &row.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), card.rows.len());
    assert_eq!(row(&card, "3F00/7FFF/6F07").value, "001010123456789");
    assert_eq!(row(&card, "3F00/7FFF/6F07").aside, "9 B");
    assert_eq!(row(&card, "3F00/2FE2").value, "89440000000000351611");
    assert!(row(&card, "pin-0").value.contains("3 of 3 tries"));
}

#[test]
fn what_the_run_did_is_marked() {
    let trace = trace();
    let toolkit = [("toolkit", true)];
    let card = lay(
        trace.trace().card.at(0),
        trace.trace().card.last(),
        &toolkit,
        None,
    );
    let channel = row(&card, "bip-server");
    assert_eq!(
        (channel.sign, channel.value.as_str()),
        (Sign::Replaced, "listens")
    );
    assert_eq!(channel.old.as_deref(), Some("closed"));
    let profile = row(&card, "profile");
    assert_eq!(profile.sign, Sign::Replaced);
    assert_eq!(profile.old.as_deref(), Some("not yet"));
    assert_eq!(profile.value, "downloaded");
    // What is hidden is counted and shows on its head.
    let tasks = trace.trace().card.last().tasks.len();
    assert_eq!(row(&card, "dm-server").below, Sign::Replaced);
    let both = [("dm-server", true), ("toolkit", true)];
    let open = lay(
        trace.trace().card.at(0),
        trace.trace().card.last(),
        &both,
        None,
    );
    assert_eq!(open.replaced, card.replaced);
    assert_eq!(open.rows.len(), card.rows.len() + tasks);
    assert_eq!(row(&open, "dm-server").below, Sign::Same);
    // What comes is added, and the other way round it is gone again.
    let none = CardMoment {
        pins: Arc::default(),
        ..trace.trace().card.last().clone()
    };
    let come = lay(&none, trace.trace().card.last(), &[("pins", true)], None);
    assert_eq!(row(&come, "pin-0").sign, Sign::Added);
    let gone = lay(trace.trace().card.last(), &none, &[("pins", true)], None);
    assert_eq!(row(&gone, "pin-0").sign, Sign::Deleted);
    assert_eq!(gone.deleted, come.added);
}

#[test]
fn a_chosen_file_opens_in_place() {
    let trace = trace();
    let now = trace.trace().card.last();
    let open = [("3F00/7FFF", true)];
    let shut = lay(now, now, &open, None);
    let card = lay(now, now, &open, Some("3F00/7FFF/6F07"));
    let at = card.rows.iter().position(|row| row.chosen).unwrap_or(0);
    let more = card.rows.len() - shut.rows.len();
    assert_eq!(
        card.rows[..=at].len() + shut.rows[at + 1..].len(),
        shut.rows.len()
    );
    let details = &card.rows[at + 1..=at + more];
    let has = |kind, name: &str, value: &str| {
        details
            .iter()
            .any(|row| row.kind == kind && row.name == name && row.value.contains(value))
    };
    assert!(has(RowKind::Detail, "read", "PIN1"));
    assert!(has(RowKind::Detail, "File size", "9"));
    assert!(has(RowKind::Detail, "IMSI", "001010123456789"));
    assert!(has(RowKind::Octets, "0000", "08 09 10 10"));
    assert!(details.iter().all(|row| row.level > card.rows[at].level));
    // Records that hold nothing stand together.
    let records = lay(now, now, &[("3F00/7F10", true)], Some("3F00/7F10/6F3A"));
    let groups = records.rows.iter().filter(|row| row.kind == RowKind::Group);
    let groups: Vec<_> = groups.map(|row| (&*row.name, &*row.value)).collect();
    assert_eq!(groups[1], ("Record 2", ""));
    assert_eq!(groups[2], ("Records 3 to 10", "empty"));
}

#[test]
fn a_written_file_is_replaced_with_what_it_held() {
    let trace = trace();
    let before = trace.trace().card.last();
    let mut now = before.clone();
    let files = Arc::make_mut(&mut now.files);
    let at = files.iter().position(|file| file.path == "3F00/7FFF/6F46");
    let spn = Arc::make_mut(&mut files[at.unwrap_or(0)]);
    spn.contents[0][1..4].copy_from_slice(b"OMA");
    let mut written = trace.trace().clone();
    written.card = CardHistory::new(before.clone());
    written.card.push(1, now.clone());
    let run = shown(written);
    let card = lay_of(&run, before, &now, &[("3F00/7FFF", true)], None);
    let row = row(&card, "3F00/7FFF/6F46");
    assert_eq!((row.sign, row.fresh), (Sign::Replaced, true));
    assert_eq!(row.old.as_deref(), Some("DM_SC"));
    assert_eq!(row.value, "OMASC");
    let shut = lay(before, &now, &[], None);
    let adf = shut.rows.iter().find(|row| row.key == "3F00/7FFF");
    assert_eq!(adf.map(|row| row.below), Some(Sign::Replaced));
}

#[test]
fn pins_tell_their_state() {
    let pin = |tries, enabled, verified| CardPin {
        reference: 1,
        name: "PIN1".to_owned(),
        enabled,
        replaced: false,
        verified,
        tries,
        limit: 3,
        unblock_tries: Some(10),
    };
    let card = |pin| CardMoment {
        pins: Arc::new(vec![pin]),
        session: Arc::new(CardSession::default()),
        ..CardMoment::default()
    };
    let [fine, wrong, blocked] = [pin(3, true, true), pin(2, true, false), pin(0, true, false)];
    let lay = |before, now| lay(&card(before), &card(now), &[("pins", true)], None);
    let once = lay(fine.clone(), wrong);
    assert_eq!(
        row(&once, "pin-0").value,
        "to be verified, 2 of 3 tries left, 10 to unblock"
    );
    assert_eq!(row(&once, "pin-0").sign, Sign::Replaced);
    let never = lay(fine, blocked);
    assert!(row(&never, "pin-0").value.starts_with("blocked"));
    assert_eq!(row(&never, "pins").value, "1 of 1 blocked");
}

#[test]
fn the_way_to_a_file_is_known() {
    let all: Vec<_> = above("3F00/7FFF/5F3B/4F20").collect();
    assert_eq!(all, ["3F00/7FFF/5F3B", "3F00/7FFF", "3F00"]);
    assert_eq!(above("3F00").next(), None);
}
