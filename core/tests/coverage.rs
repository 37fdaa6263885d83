//! Every byte that crosses in any story is told: it lies in exactly one field with name, clause
//! and a sentence.
//!
//! What lies in a field between its parts, such as the tag of an element, is told with the field.
//! `DMSC_GAPS=1` lists what is missing.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::Field;
use dmsc_core::scenario::{CATALOGUE, Settings, Setup, run};
use std::collections::BTreeMap;

/// What is known of the bytes of one kind of event.
#[derive(Default, Debug)]
struct Told {
    bytes: usize,
    /// Bytes in exactly one field.
    once: usize,
    /// Bytes in a field that has a name, a clause and a sentence.
    whole: usize,
}

/// Parts of two bytes of Package #0 that are bits (DM Notification §6.2): they share a byte.
const BITS: [&str; 4] = ["version", "ui-mode", "initiator", "future-use"];

/// For each byte how many leaves have it, and whether one of them is told whole.
fn walk(fields: &[Field], bytes: &mut [(u8, bool)]) {
    for field in fields {
        // An element or header without content has no value.
        let told = !field.name.is_empty() && !field.clause.is_empty() && !field.note.is_empty();
        let mut own = vec![true; field.range.len()];
        for at in field.children.iter().flat_map(|child| child.range.clone()) {
            if let Some(place) = at.checked_sub(field.range.start)
                && let Some(own) = own.get_mut(place)
            {
                *own = false;
            }
        }
        for (place, own) in own.iter().enumerate() {
            if *own && let Some(byte) = bytes.get_mut(field.range.start + place) {
                let shares = BITS.contains(&&*field.name) && byte.0 == 1;
                byte.0 += u8::from(!shares);
                byte.1 |= told;
            }
        }
        walk(&field.children, bytes);
    }
}

#[test]
fn bytes_are_told() {
    let mut told: BTreeMap<&str, Told> = BTreeMap::new();
    let mut gaps: BTreeMap<String, usize> = BTreeMap::new();
    let settings: [&[(&str, &str)]; 3] = [&[], &[("encoding", "xml")], &[("event", "menu")]];
    for scenario in CATALOGUE {
        for settings in settings {
            let mut set = Settings::default();
            for (key, value) in settings {
                set.set(key, value).unwrap();
            }
            let trace = run(&Setup {
                scenario,
                settings: set,
                seed: 1,
                edits: Vec::new(),
            });
            for step in trace.steps.iter().filter(|step| !step.bytes.is_empty()) {
                let mut bytes = vec![(0, false); step.bytes.len()];
                walk(&step.fields(), &mut bytes);
                let all = told.entry(step.event.key()).or_default();
                all.bytes += bytes.len();
                all.once += bytes.iter().filter(|(leaves, _)| *leaves == 1).count();
                all.whole += bytes.iter().filter(|(_, whole)| *whole).count();
                if std::env::var_os("DMSC_GAPS").is_some() {
                    gap(&step.fields(), &bytes, step.event.key(), &mut gaps);
                }
            }
        }
    }
    for (what, count) in &gaps {
        println!("{count:6} {what}");
    }
    let of = |part: usize, all: usize| 100.0 * part as f64 / all as f64;
    for (kind, told) in &told {
        println!(
            "{kind:24} {:7} bytes, {:6.2} % in one field, {:6.2} % told whole",
            told.bytes,
            of(told.once, told.bytes),
            of(told.whole, told.bytes)
        );
    }
    for (kind, told) in &told {
        assert_eq!(
            told.once, told.bytes,
            "{kind}: a byte lies in no leaf, or in two"
        );
        assert_eq!(
            told.whole, told.bytes,
            "{kind}: a field has no name, clause or sentence; DMSC_GAPS=1 tells which"
        );
    }
}

/// Names of the fields that have no clause or no sentence, and of those that share bytes.
fn gap(fields: &[Field], bytes: &[(u8, bool)], path: &str, gaps: &mut BTreeMap<String, usize>) {
    for field in fields {
        let path = format!("{path} / {}", field.name);
        let end = field.range.end.min(bytes.len());
        let shared = bytes[field.range.start.min(end)..end].iter();
        if field.children.is_empty() && shared.clone().any(|(count, _)| *count != 1) {
            *gaps.entry(format!("{path}: shares bytes")).or_default() += 1;
        }
        if field.clause.is_empty() || field.note.is_empty() {
            let what = format!("{path}: {:?} {:?}", field.clause, field.note);
            *gaps.entry(what).or_default() += 1;
        }
        gap(&field.children, bytes, &path, gaps);
    }
}
