//! How long a whole run of the flow takes in the core; printed by `cargo bench -p dmsc`.

#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use dmsc_core::scenario::{CATALOGUE, DEFAULT_SEED, Settings, Setup, run};
use std::hint::black_box;

fn flows(criterion: &mut Criterion) {
    for scenario in CATALOGUE {
        let setup = Setup {
            scenario,
            settings: Settings::default(),
            seed: DEFAULT_SEED,
            edits: Vec::new(),
        };
        criterion.bench_function(&format!("flow/{}", scenario.id), |bencher| {
            bencher.iter(|| run(black_box(&setup)));
        });
    }
}

fn fields(criterion: &mut Criterion) {
    let Some(scenario) = CATALOGUE.first() else {
        return;
    };
    let trace = run(&Setup {
        scenario,
        settings: Settings::default(),
        seed: DEFAULT_SEED,
        edits: Vec::new(),
    });
    criterion.bench_function("fields/all-steps", |bencher| {
        bencher.iter(|| {
            trace
                .steps
                .iter()
                .map(|step| black_box(step.fields()).len())
                .sum::<usize>()
        });
    });
}

criterion_group!(benches, flows, fields);
criterion_main!(benches);
