//! How long a run takes, for people: `--time` of `dmsc run` and `dmsc show`.

use clap::{Args, ValueEnum};
use dmsc_core::timing::{Line, Timeline};
use dmsc_core::trace::{Layer, Trace};

/// Arguments about time.
#[derive(Args)]
pub(crate) struct ClockArguments {
    /// Say when each step is over, and at the end where the time goes: characters on the card's
    /// line, writes of its memory, the terminal, and what the run waits for.
    #[arg(long)]
    time: bool,
    /// Clock rate of the card, Hz.
    #[arg(long, value_name = "HZ", default_value_t = 4_000_000,
          value_parser = clap::value_parser!(u32).range(1_000_000..=20_000_000))]
    clock: u32,
    /// Speed of the card's line: what its answer to reset offers, or F and D.
    #[arg(long, value_enum, default_value_t = Speed::Offered)]
    speed: Speed,
}

#[derive(Clone, Copy, ValueEnum)]
enum Speed {
    /// As the answer to reset offers by TA1.
    Offered,
    /// F 372, D 1: the speed of the answer to reset itself.
    #[value(name = "372/1")]
    Initial,
    #[value(name = "512/8")]
    By8,
    #[value(name = "512/16")]
    By16,
    #[value(name = "512/32")]
    By32,
    #[value(name = "512/64")]
    By64,
}

impl ClockArguments {
    /// The timeline, where it is asked for.
    pub(crate) fn timeline(&self, trace: &Trace) -> Option<Timeline> {
        let ta1 = match self.speed {
            Speed::Offered => None,
            Speed::Initial => Some(0x11),
            Speed::By8 => Some(0x94),
            Speed::By16 => Some(0x95),
            Speed::By32 => Some(0x96),
            Speed::By64 => Some(0x97),
        };
        let line = ta1.and_then(|ta1| Line::of_ta1(ta1, self.clock));
        self.time.then(|| Timeline::new(trace, self.clock, line))
    }
}

/// The ladder down to a layer, each line with the time at which its step is over, and the
/// outcome; without a timeline no times.
pub(crate) fn ladder(trace: &Trace, depth: Layer, timeline: Option<&Timeline>) -> String {
    let mut text = String::new();
    for step in trace.steps.iter().filter(|step| step.layer() <= depth) {
        if let Some(ends) = timeline.and_then(|line| line.ends_ns.get(step.id as usize)) {
            text.push_str(&format!("{:>10} ", milliseconds(*ends)));
        }
        text.push_str(&trace.line(step));
        text.push('\n');
    }
    text.push_str(&trace.outcome.summary);
    text.push('\n');
    if let Some(timeline) = timeline {
        text.push_str(&sums(timeline));
    }
    text
}

/// Where the time goes, a line for each part.
fn sums(timeline: &Timeline) -> String {
    let Timeline {
        costs,
        characters,
        layers,
        ..
    } = timeline;
    let share = |of: u64| {
        let all = characters.all().max(1);
        milliseconds((u128::from(costs.line_ns) * u128::from(of) / u128::from(all)) as u64)
    };
    let mut text = format!("Time {} ms\n", milliseconds(costs.total_ns()));
    let mut line = |name: &str, time: String, note: String| {
        text.push_str(&format!("  {name:<24}{time:>12} ms{note}\n"));
    };
    let of = |count: u64| format!("  {count} characters");
    line("line", milliseconds(costs.line_ns), of(characters.all()));
    for (name, count) in [
        ("  DM and notifications", layers.message),
        ("  HTTP", layers.http),
        ("  toolkit", layers.toolkit),
        ("  APDU and T=0", layers.apdu),
    ] {
        line(name, share(count), of(count));
    }
    let turns = format!("  {}", characters.turns);
    line("changes of direction", milliseconds(costs.turns_ns), turns);
    line(
        "card's memory",
        milliseconds(costs.writes_ns),
        String::new(),
    );
    line("terminal", milliseconds(costs.terminal_ns), String::new());
    let waits = "  user, timers, air".to_owned();
    line("waiting", milliseconds(costs.waits_ns), waits);
    text
}

/// Milliseconds with three places.
fn milliseconds(ns: u64) -> String {
    format!("{}.{:03}", ns / 1_000_000, ns / 1_000 % 1_000)
}
