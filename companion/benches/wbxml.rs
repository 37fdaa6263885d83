//! How fast WBXML is read and written, beside libwbxml in the same run where it is installed:
//! `cargo bench -p dmsc --bench wbxml`. The last lines are the ratios.
//!
//! libwbxml is timed in a C program of its own by its own clock, so that neither side pays for
//! the other's calls. Its tree stands beside our arena, and beside our typed message, which does
//! more: it checks what the elements mean.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints its result"
)]

use criterion::{Criterion, Throughput};
use dmsc_core::codec::markup::Element;
use dmsc_core::codec::syncml::{Command, Data, Item, ItemCommand, Location, Message};
use dmsc_core::codec::{hex, prov, shown, tnds, wbxml, xml};
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio};
use std::time::{Duration, Instant};

fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../core/tests/vectors/wbxml")
        .join(format!("{name}.hex"));
    hex::decode(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A message of the size that devices take at most: a hundred nodes.
fn hundred_nodes() -> Vec<u8> {
    let mut message = Message::decode_wbxml(&vector("message-package-1")).unwrap();
    let item = |n: u32| Item {
        target: Some(Location::new(format!(
            "./Vendor/Settings/Group{}/Node{n}",
            n / 10
        ))),
        data: Some(Data::Text(format!("value number {n} of the settings"))),
        ..Item::default()
    };
    let command = |n: u32| {
        Command::Replace(ItemCommand {
            cmd_id: (n + 10).to_string(),
            items: vec![item(n)],
            ..ItemCommand::default()
        })
    };
    message.commands.extend((0..100).map(command));
    message.encode_wbxml()
}

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("message-package-1", vector("message-package-1")),
        ("message-bootstrap", vector("message-bootstrap")),
        ("message-100-nodes", hundred_nodes()),
        ("tnds-dmacc", vector("tnds-dmacc")),
        ("prov-w7", vector("prov-w7")),
    ]
}

// ---------------------------------------------------------------- ours

/// The typed value of a document.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
enum Value {
    Message(Message),
    Tree(tnds::Document),
    Provisioning(prov::Document),
}

fn decode(name: &str, bytes: &[u8]) -> Value {
    match name.split('-').next() {
        Some("message") => Value::Message(Message::decode_wbxml(bytes).unwrap()),
        Some("tnds") => Value::Tree(tnds::Document::decode_wbxml(bytes).unwrap()),
        _ => Value::Provisioning(prov::Document::decode_wbxml(bytes).unwrap()),
    }
}

fn encode(value: &Value) -> Vec<u8> {
    match value {
        Value::Message(message) => message.encode_wbxml(),
        Value::Tree(document) => document.encode_wbxml(),
        Value::Provisioning(document) => document.encode_wbxml(),
    }
}

fn to_xml(name: &str, bytes: &[u8]) -> String {
    match decode(name, bytes) {
        Value::Message(message) => message.encode_xml(),
        Value::Tree(document) => document.encode_xml(),
        Value::Provisioning(document) => document.encode_xml(),
    }
}

// ---------------------------------------------------------------- libwbxml

/// The C program with one document loaded.
struct LibWbxml {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

/// Builds the C program; `None` without a compiler or the library.
fn build() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/libwbxml.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libwbxml-bench");
    let output = Process::new("cc")
        .arg("-O2")
        .arg(source)
        .arg("-o")
        .arg(&program)
        .arg("-l:libwbxml2.so.1")
        .stderr(Stdio::null())
        .status();
    output.ok()?.success().then_some(program)
}

impl LibWbxml {
    fn with(program: &Path, document: &[u8]) -> LibWbxml {
        let mut child = Process::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = child.stdin.take().unwrap();
        let from = child.stdout.take().unwrap();
        to.write_all(&(document.len() as u32).to_be_bytes())
            .unwrap();
        to.write_all(document).unwrap();
        LibWbxml { child, to, from }
    }

    fn time(&mut self, what: u8, rounds: u64) -> Duration {
        self.to.write_all(&[what]).unwrap();
        self.to.write_all(&rounds.to_be_bytes()).unwrap();
        self.to.flush().unwrap();
        let mut answer = [0; 8];
        self.from.read_exact(&mut answer).unwrap();
        let nanoseconds = u64::from_be_bytes(answer);
        assert_ne!(nanoseconds, u64::MAX, "libwbxml refused its own work");
        Duration::from_nanos(nanoseconds)
    }
}

impl Drop for LibWbxml {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// ---------------------------------------------------------------- criterion

fn all(criterion: &mut Criterion, program: Option<&Path>) {
    for (name, bytes) in documents() {
        let mut group = criterion.benchmark_group(format!("wbxml/{name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("parse", |b| b.iter(|| wbxml::parse(black_box(&bytes))));
        group.bench_function("decode", |b| b.iter(|| decode(name, black_box(&bytes))));
        group.bench_function("fields", |b| {
            b.iter(|| shown::wbxml::fields(black_box(&bytes)))
        });
        let value = decode(name, &bytes);
        group.bench_function("encode", |b| b.iter(|| encode(black_box(&value))));
        let element = wbxml::decode(&bytes).unwrap();
        group.bench_function("encode-element", |b| {
            b.iter(|| wbxml::encode(black_box(&element.root), element.vocabulary));
        });
        group.bench_function("to-xml", |b| b.iter(|| to_xml(name, black_box(&bytes))));
        let text = to_xml(name, &bytes);
        group.bench_function("parse-xml", |b| {
            b.iter(|| xml::parse(black_box(text.as_bytes())))
        });
        if let Some(program) = program {
            let mut lib = LibWbxml::with(program, &bytes);
            for (label, what) in [("parse", b'p'), ("encode", b'e'), ("to-xml", b'x')] {
                group.bench_function(format!("libwbxml/{label}"), |b| {
                    b.iter_custom(|rounds| lib.time(what, rounds));
                });
            }
        }
        group.finish();
    }
}

// ---------------------------------------------------------------- ratios

/// The shortest time of one round in many tries, which other programs disturb least.
fn best(mut time: impl FnMut(u64) -> Duration) -> f64 {
    let first = time(100).max(Duration::from_nanos(100));
    let rounds = (Duration::from_millis(5).as_nanos() * 100 / first.as_nanos()).max(1) as u64;
    let tries = (0..40).map(|_| time(rounds).as_secs_f64() / rounds as f64);
    tries.fold(f64::INFINITY, f64::min)
}

fn ours<T>(mut work: impl FnMut() -> T) -> f64 {
    best(|rounds| {
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(work());
        }
        start.elapsed()
    })
}

fn ratios(program: &Path) {
    println!("\nMB/s, and how many times as fast as libwbxml");
    println!(
        "{:<20}{:>8}{:>16}{:>16}{:>16}{:>16}{:>16}",
        "document", "octets", "parse", "decode", "encode", "encode element", "to XML"
    );
    for (name, bytes) in documents() {
        let mut lib = LibWbxml::with(program, &bytes);
        let [parse, write, text] = [b'p', b'e', b'x'].map(|what| best(|n| lib.time(what, n)));
        let value = decode(name, &bytes);
        let element: wbxml::Decoded = wbxml::decode(&bytes).unwrap();
        let root: &Element = &element.root;
        let cells = [
            (ours(|| wbxml::parse(black_box(&bytes))), parse),
            (ours(|| decode(name, black_box(&bytes))), parse),
            (ours(|| encode(black_box(&value))), write),
            (
                ours(|| wbxml::encode(black_box(root), element.vocabulary)),
                write,
            ),
            (ours(|| to_xml(name, black_box(&bytes))), text),
        ];
        let size = bytes.len() as f64 / 1e6;
        print!("{name:<20}{:>8}", bytes.len());
        for (ours, theirs) in cells {
            print!("{:>9.0} {:>5.1}x", size / ours, theirs / ours);
        }
        println!();
    }
}

fn main() {
    let program = build();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .configure_from_args();
    all(&mut criterion, program.as_deref());
    criterion.final_summary();
    let only_part = std::env::args().any(|a| ["--profile-time", "--list", "--test"].contains(&&*a));
    match program {
        _ if only_part => {}
        Some(program) => ratios(&program),
        None => println!("skipped: ratios, for there is no libwbxml2 (Debian: libwbxml2-utils)"),
    }
}
