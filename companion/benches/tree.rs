//! How fast the management tree is read, changed and compared, beside a `BTreeMap` keyed by URI
//! in the same run: `cargo bench -p dmsc --bench tree`. The last lines are the ratios.
//!
//! The map knows neither rights nor properties, children nor old states; it is what a table of
//! values costs at least. URIs come as text on both sides.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints its result"
)]

use criterion::Criterion;
use dmsc_core::tree::{Caller, Limits, ManagementTree, NewValue, Property, Snapshot};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SERVER: Caller<'_> = Caller::Server("server.example");
const NODES: usize = 100_000;

/// URIs of leaves, ten in each folder, a hundred folders in each group.
fn leaves(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            format!(
                "./Vendor/Group{}/Folder{}/Leaf{}",
                n / 1000,
                n / 10 % 100,
                n % 10
            )
        })
        .collect()
}

fn tree(leaves: &[String]) -> ManagementTree {
    let mut tree = ManagementTree::new(Limits::default());
    for leaf in leaves {
        let uri = tree.parse_uri(leaf).unwrap();
        let mut above = Vec::new();
        let mut here = uri.parent();
        while let Some(place) = here.filter(|p| tree.node(p).is_none()) {
            here = place.parent();
            above.push(place);
        }
        let interior = NewValue {
            format: Some("node"),
            ..NewValue::default()
        };
        for place in above.iter().rev() {
            tree.add(place, interior, Caller::Device, 0).unwrap();
        }
        tree.add(
            &uri,
            NewValue::text("a value of some octets"),
            Caller::Device,
            0,
        )
        .unwrap();
    }
    let vendor = tree.parse_uri("./Vendor").unwrap();
    let acl = "Add=server.example&Delete=server.example&Get=*&Replace=server.example";
    tree.replace_property(&vendor, Property::Acl, acl, Caller::Device, 0)
        .unwrap();
    tree
}

fn map(leaves: &[String]) -> BTreeMap<String, Vec<u8>> {
    let value = || b"a value of some octets".to_vec();
    leaves.iter().map(|leaf| (leaf.clone(), value())).collect()
}

/// Places in an order that no cache foresees.
struct Anywhere(u64);

impl Anywhere {
    fn next<'l>(&mut self, leaves: &'l [String]) -> &'l str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        &leaves[(self.0 >> 33) as usize % leaves.len()]
    }
}

/// Two pictures that differ in so many leaves.
fn pictures(leaves: &[String], changed: usize) -> (Snapshot, Snapshot) {
    let mut tree = tree(leaves);
    let before = tree.snapshot();
    for leaf in leaves.iter().step_by(leaves.len() / changed).take(changed) {
        let uri = tree.parse_uri(leaf).unwrap();
        tree.replace(&uri, NewValue::text("another"), SERVER, 1)
            .unwrap();
    }
    (before, tree.snapshot())
}

fn get(tree: &ManagementTree, uri: &str) {
    let uri = tree.parse_uri(black_box(uri)).unwrap();
    black_box(tree.get(&uri, SERVER).unwrap());
}

fn replace(tree: &mut ManagementTree, uri: &str) {
    let uri = tree.parse_uri(black_box(uri)).unwrap();
    let new = NewValue::text("another value of some octets");
    black_box(tree.replace(&uri, new, SERVER, 1).unwrap());
}

fn differences(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> usize {
    before.iter().zip(after).filter(|(a, b)| a != b).count()
}

fn all(criterion: &mut Criterion) {
    let leaves = leaves(NODES);
    let mut tree = tree(&leaves);
    let mut anywhere = Anywhere(1);
    criterion.bench_function("tree/get", |b| {
        b.iter(|| get(&tree, anywhere.next(&leaves)))
    });
    criterion.bench_function("tree/replace", |b| {
        b.iter(|| replace(&mut tree, anywhere.next(&leaves)));
    });
    let small = self::leaves(10_000);
    for changed in [50, 100, 200] {
        let (before, after) = pictures(&small, changed);
        assert_eq!(before.diff(&after).len(), changed);
        criterion.bench_function(&format!("tree/diff-{changed}"), |b| {
            b.iter(|| black_box(&before).diff(black_box(&after)));
        });
    }
}

/// Nanoseconds of one piece of work, the best of many rounds that are short enough for a busy
/// machine not to interrupt each of them.
fn best(mut work: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..600 {
        let start = Instant::now();
        let mut count = 0;
        while start.elapsed() < Duration::from_millis(1) {
            for _ in 0..4 {
                work();
            }
            count += 4;
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(count));
    }
    best
}

fn ratios() {
    let leaves = leaves(NODES);
    let (mut tree, mut map) = (tree(&leaves), map(&leaves));
    let mut anywhere = Anywhere(2);
    println!(
        "\n{:<12}{:>12}{:>12}{:>10}{:>14}",
        "", "tree", "map", "times", "asked for"
    );
    let line = |what: &str, ours: f64, theirs: f64, most: f64| {
        let times = ours / theirs;
        println!("{what:<12}{ours:>9.0} ns{theirs:>9.0} ns{times:>9.1}x{most:>11.0} ns");
    };
    let ours = best(|| get(&tree, anywhere.next(&leaves)));
    let theirs = best(|| {
        drop(black_box(
            map.get(black_box(anywhere.next(&leaves))).cloned(),
        ))
    });
    line("Get", ours, theirs, 2000.0);
    let ours = best(|| replace(&mut tree, anywhere.next(&leaves)));
    let theirs = best(|| {
        if let Some(value) = map.get_mut(black_box(anywhere.next(&leaves))) {
            black_box(std::mem::replace(
                value,
                b"another value of some octets".to_vec(),
            ));
        }
    });
    line("Replace", ours, theirs, 2000.0);
    let small = self::leaves(10_000);
    for changed in [50, 100, 200] {
        let (before, after) = pictures(&small, changed);
        let old = self::map(&small);
        let mut new = old.clone();
        for leaf in small.iter().step_by(small.len() / changed) {
            new.insert(leaf.clone(), b"another".to_vec());
        }
        let ours = best(|| drop(black_box(before.diff(&after))));
        let theirs = best(|| {
            black_box(differences(&old, &new));
        });
        line(
            &format!("diff of {changed}"),
            ours,
            theirs,
            4000.0 * changed as f64,
        );
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .configure_from_args();
    all(&mut criterion);
    criterion.final_summary();
    let only_part = std::env::args().any(|a| ["--profile-time", "--list", "--test"].contains(&&*a));
    if !only_part {
        ratios();
    }
}
