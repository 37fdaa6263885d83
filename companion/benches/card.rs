//! How many commands a second the card answers: `cargo bench -p dmsc --bench card`. The last
//! lines are the numbers, beside the codec alone on the same commands in the same run.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints its result"
)]

use criterion::{Criterion, Throughput};
use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::apdu::{CommandApdu, ResponseApdu};
use dmsc_core::codec::hex;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Commands a second that are asked for.
const WANTED: f64 = 1e6;

/// What a terminal sends when it reads a card: every other command is a SELECT.
fn mixed() -> Vec<Vec<u8>> {
    [
        "00A40004023F0000",
        "00A40004022FE200",
        "00B000000A",
        "00A40004022F0000",
        "00B2010430",
        "00B2020430",
        "00A4040407A000000087100200",
        "00A40004026F0700",
        "00B0000009",
        "00B0840011",
        "00A4080C047F106F3A",
        "00B201041E",
        "00A4080C047FFF6F46",
        "00B0000011",
        "00A4080C047F506435",
        "00B0000000",
    ]
    .iter()
    .map(|command| hex::decode(command).unwrap())
    .collect()
}

fn updates() -> Vec<Vec<u8>> {
    [
        "00A4040C07A0000000871002",
        "00D68D000300F110",
        "00A4000C026F3C",
    ]
    .iter()
    .map(|command| hex::decode(command).unwrap())
    .chain([[&[0x00, 0xDC, 0x01, 0x04, 0xB0][..], &[0x5A; 0xB0]].concat()])
    .collect()
}

fn card() -> Uicc {
    let mut card = Uicc::new(Config::default());
    card.handle_reset();
    card
}

fn answer(card: &mut Uicc, command: &[u8]) -> Vec<u8> {
    card.handle_command(command);
    match card.poll() {
        Some(Output::Response(bytes)) => bytes,
        other => unreachable!("{other:?}"),
    }
}

/// Commands a second over at least a second.
fn rate(commands: &[Vec<u8>], mut each: impl FnMut(usize, &[u8])) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed() < Duration::from_secs(1) {
        for _ in 0..1_000 {
            for (number, command) in commands.iter().enumerate() {
                each(number, black_box(command));
            }
        }
        done += 1_000 * commands.len();
    }
    done as f64 / start.elapsed().as_secs_f64()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, commands) in [("select-read", mixed()), ("update", updates())] {
        let mut card = card();
        let mut group = criterion.benchmark_group("card");
        group.throughput(Throughput::Elements(commands.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for command in &commands {
                    black_box(answer(&mut card, black_box(command)));
                }
            });
        });
    }
    criterion.bench_function("card/new", |bencher| bencher.iter(card));
    criterion.bench_function("card/profile", |bencher| {
        let (_, text) = Profile::BUILT_IN[0];
        bencher.iter(|| Profile::from_json(black_box(text)).unwrap());
    });
    criterion.final_summary();

    let commands = mixed();
    let mut card = card();
    let answers: Vec<_> = commands.iter().map(|c| answer(&mut card, c)).collect();
    for (command, answer) in commands.iter().zip(&answers) {
        assert!(
            answer.ends_with(&[0x90, 0x00]),
            "{command:02X?}: {answer:02X?}"
        );
    }
    let ours = rate(&commands, |_, command| {
        black_box(answer(&mut card, command));
    });
    let codec = rate(&commands, |number, command| {
        black_box(CommandApdu::decode(command).unwrap());
        black_box(ResponseApdu::decode(&answers[number]).unwrap().into_bytes());
    });
    println!(
        "card: {ours:.0} mixed SELECT and READ a second, {:.2} times the {WANTED:.0} wanted",
        ours / WANTED
    );
    println!(
        "the codec alone: {codec:.0} a second; the card costs {:.1} times as much",
        codec / ours
    );
}
