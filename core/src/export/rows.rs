//! What a drawing of a ladder shows: lanes that take part, and a row for each step.

use crate::trace::{Actor, Event, Fate, Layer, Step, Trace};

/// A ladder down to a layer.
pub(super) struct Ladder<'a> {
    /// Lanes from left to right; only those in which something happens.
    pub(super) lanes: Vec<Actor>,
    /// Rows from top to bottom.
    pub(super) rows: Vec<Row<'a>>,
}

/// One row.
pub(super) enum Row<'a> {
    /// A step of the enabler begins: its number, empty for what goes before, and its title.
    Heading(&'a str, &'a str),
    /// Something crosses from lane to lane.
    Message {
        /// What crosses.
        step: &'a Step,
        /// Lane it leaves.
        from: usize,
        /// Lane it is for.
        to: usize,
    },
    /// Something happens in a lane.
    Local {
        /// What happens.
        step: &'a Step,
        /// Where.
        lane: usize,
    },
}

impl<'a> Ladder<'a> {
    /// The ladder of a trace, with nothing deeper than `depth`.
    pub(super) fn new(trace: &'a Trace, depth: Layer) -> Self {
        let steps = || trace.steps.iter().filter(|step| step.layer() <= depth);
        let mut lanes: Vec<Actor> = steps()
            .filter(|step| step.event != Event::EnablerStepBegan)
            .flat_map(|step| [step.from.lane(), step.to.lane()])
            .collect();
        lanes.sort_unstable();
        lanes.dedup();
        // Every lane of a step is in the list it was made from.
        let place = |actor: Actor| lanes.binary_search(&actor.lane()).unwrap_or_default();
        let row = |step: &'a Step| {
            if step.event == Event::EnablerStepBegan {
                let title = trace.titles.get(usize::from(step.enabler_step));
                let words = |title: &'a crate::trace::StepTitle| {
                    Row::Heading(title.number.as_str(), title.title.as_str())
                };
                return title.map_or(Row::Heading("", ""), words);
            }
            match (place(step.from), place(step.to)) {
                (from, to) if from != to => Row::Message { step, from, to },
                (lane, _) => Row::Local { step, lane },
            }
        };
        let rows = steps().map(row).collect();
        Ladder { lanes, rows }
    }
}

/// What a row says beside its arrow: interface, title, detail, what became of it.
pub(super) fn words(step: &Step) -> String {
    let mut words = match step.interface.name() {
        "" => String::new(),
        name => format!("{name} "),
    };
    words.push_str(&step.title());
    let detail = step.detail();
    if !detail.is_empty() {
        words.push_str(" · ");
        words.push_str(&detail);
    }
    match step.fate {
        None => {}
        Some(Fate::Late { by_ms }) => words.push_str(&format!(" · {by_ms} ms late")),
        Some(fate) => {
            words.push_str(" · ");
            words.push_str(fate.word());
        }
    }
    // What a peer says may hold line ends and worse.
    words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
