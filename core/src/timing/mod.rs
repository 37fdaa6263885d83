//! How long a run takes, and what each layer of it costs: characters on the line between card and
//! reader (ISO/IEC 7816-3), writes of the card's memory, the terminal between two commands.
//!
//! Made from a trace, whose own time it adds to: a trace knows the user, timers and the air. What
//! no standard tells is an assumption and says so. Knows no card.

mod layers;
mod line;

pub use layers::Layers;
pub use line::{Characters, Line, characters};

use crate::codec::apdu::CommandApdu;
use crate::codec::atr::Atr;
use crate::trace::{Event, Step, Trace};

/// Bytes of a page of the card's memory, which is written as a whole; an assumption.
const PAGE: usize = 64;

/// Nanoseconds that a page takes to be erased and written; an assumption.
const PAGE_NS: u64 = 4_000_000;

/// Nanoseconds of the terminal between two commands; an assumption.
const BETWEEN_NS: u64 = 1_000_000;

/// Where the time of a run goes, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// Characters on the line.
    pub line_ns: u64,
    /// Changes of direction on the line.
    pub turns_ns: u64,
    /// Writes of the card's memory that commands ask for.
    pub writes_ns: u64,
    /// The terminal between two commands.
    pub terminal_ns: u64,
    /// What the trace itself waits for: the user, timers, the air, answers that do not come.
    pub waits_ns: u64,
}

impl Costs {
    /// All of it.
    pub fn total_ns(&self) -> u64 {
        [
            self.line_ns,
            self.turns_ns,
            self.writes_ns,
            self.terminal_ns,
            self.waits_ns,
        ]
        .iter()
        .fold(0, |sum, part| sum.saturating_add(*part))
    }
}

/// A run in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Nanoseconds from the start of the run to the end of each step, in the order of the steps.
    pub ends_ns: Vec<u64>,
    /// Where the time goes.
    pub costs: Costs,
    /// What was on the line.
    pub characters: Characters,
    /// Characters by the layer they belong to.
    pub layers: Layers,
}

impl Timeline {
    /// The timeline of a trace on a line; `None` takes the line that the card's answer to reset
    /// offers, at the clock rate given.
    pub fn new(trace: &Trace, clock_hz: u32, line: Option<Line>) -> Self {
        let line = line.unwrap_or_else(|| offered(trace, clock_hz));
        let mut timeline = Timeline {
            layers: Layers::of(trace),
            ..Timeline::default()
        };
        let mut command: Option<&Step> = None;
        let (mut worked, mut tick) = (0_u64, 0_u64);
        for step in &trace.steps {
            let waited = step.tick.saturating_sub(tick).saturating_mul(1_000_000);
            tick = step.tick;
            timeline.costs.waits_ns = timeline.costs.waits_ns.saturating_add(waited);
            match step.event {
                Event::CommandApduSent => command = Some(step),
                Event::ResponseApduSent => {
                    if let Some(command) = command.take() {
                        worked = worked.saturating_add(timeline.exchange(&line, command, step));
                    }
                }
                _ => {}
            }
            let waits = timeline.costs.waits_ns;
            timeline.ends_ns.push(waits.saturating_add(worked));
        }
        timeline
    }

    /// A command with its response; returns the nanoseconds it takes.
    fn exchange(&mut self, line: &Line, command: &Step, response: &Step) -> u64 {
        let mut passed = characters(&command.bytes, &response.bytes);
        // The line turns once more before the next command.
        passed.turns += 1;
        self.characters = self.characters + passed;
        let costs = Costs {
            line_ns: line.ns(passed.all() * 12),
            turns_ns: line.ns(passed.turns * u64::from(line.turn_etu)),
            writes_ns: written_ns(&command.bytes, &response.bytes),
            terminal_ns: BETWEEN_NS,
            waits_ns: 0,
        };
        self.costs.line_ns += costs.line_ns;
        self.costs.turns_ns += costs.turns_ns;
        self.costs.writes_ns += costs.writes_ns;
        self.costs.terminal_ns += costs.terminal_ns;
        costs.total_ns()
    }
}

/// The line that the first answer to reset of a trace offers by TA1.
fn offered(trace: &Trace, clock_hz: u32) -> Line {
    let atr = trace
        .steps
        .iter()
        .find(|step| step.event == Event::CardStarted)
        .and_then(|step| Atr::decode(&step.bytes).ok());
    let ta1 = atr.and_then(|atr| atr.first.ta);
    Line::of_ta1(ta1.unwrap_or(Atr::DEFAULT_TA1), clock_hz)
        .unwrap_or_else(|| Line::initial(clock_hz))
}

/// Time of the pages that an update touches, and of the page that remembers the old contents.
fn written_ns(command: &[u8], response: &[u8]) -> u64 {
    const UPDATE_BINARY: u8 = 0xD6;
    const UPDATE_RECORD: u8 = 0xDC;
    let done = matches!(response.last_chunk::<2>(), Some([0x90 | 0x91, _]));
    let Ok(apdu) = CommandApdu::decode(command) else {
        return 0;
    };
    let offset = match apdu.ins {
        UPDATE_BINARY if apdu.p1 & 0x80 == 0 => usize::from(apdu.p1) << 8 | usize::from(apdu.p2),
        UPDATE_BINARY => usize::from(apdu.p2),
        UPDATE_RECORD => 0,
        _ => return 0,
    };
    if !done {
        return 0;
    }
    let pages = (offset % PAGE + apdu.data.len()).div_ceil(PAGE) as u64;
    (pages + 1) * PAGE_NS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_writes_the_pages_it_touches() {
        let command = |offset: u16, length: usize| {
            let [p1, p2] = offset.to_be_bytes();
            let mut bytes = vec![0, 0xD6, p1, p2, length as u8];
            bytes.resize(5 + length, 1);
            bytes
        };
        let done = [0x90, 0];
        assert_eq!(written_ns(&command(0, 64), &done), 2 * PAGE_NS);
        assert_eq!(written_ns(&command(63, 2), &done), 3 * PAGE_NS);
        assert_eq!(written_ns(&command(0, 64), &[0x69, 0x82]), 0);
        assert_eq!(written_ns(&[0, 0xB0, 0, 0, 1], &done), 0);
    }
}
