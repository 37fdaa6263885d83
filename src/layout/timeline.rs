//! The player's line: a tick for each stop, marks of the enabler's steps above it.
//!
//! Stops stand at equal distances, in thousandths of the width; knows no time.

use crate::playback::{Rows, Run};
use dmsc_core::trace::{Fate, Interface, Layer};
use dmsc_core::tree::ChangeKind;

/// What a tick tells by its colour and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A message on an interface.
    Message(Interface),
    /// A toolkit command or an APDU, which carries part of a message.
    Carrier(Interface),
    /// Something inside an actor.
    Local,
    /// Nodes were added.
    Added,
    /// Nodes or properties were replaced.
    Replaced,
    /// Nodes were deleted.
    Deleted,
    /// The user is asked.
    Question,
}

/// The mark of one of the enabler's steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Thousandths from the left.
    pub x: f64,
    /// As the enabler numbers it; may be empty.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The stop it begins with.
    pub stop: u32,
}

/// The line.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Kind and place of the tick of each stop.
    pub ticks: Vec<(Kind, f64)>,
    /// In order.
    pub marks: Vec<Mark>,
    /// Where something became of a message on its way: place, what, and whether there is room
    /// for a word about it.
    pub broken: Vec<(f64, Fate, bool)>,
}

/// Marks stand at least so far apart that their numbers can be read, thousandths.
const APART: f64 = 22.0;

/// Words below the line stand at least so far apart, thousandths.
const WORDS_APART: f64 = 110.0;

/// Place of the stop with index `at` among `count`, thousandths.
pub fn place(at: usize, count: usize) -> f64 {
    if count < 2 {
        return 0.0;
    }
    1000.0 * at as f64 / (count - 1) as f64
}

/// Index of the stop nearest to a place.
pub fn hit(x: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    ((x / 1000.0 * last as f64).round().max(0.0) as usize).min(last)
}

impl Timeline {
    /// The line of the visible rows.
    pub fn new(run: &Run, rows: &Rows) -> Self {
        let stops = rows.stops();
        let mut ticks = Vec::with_capacity(stops.len());
        let mut marks = Vec::new();
        let mut broken: Vec<(f64, Fate, bool)> = Vec::new();
        let mut section = None;
        for (at, id) in stops.iter().enumerate() {
            let x = place(at, stops.len());
            let Some(row) = rows.row_at(*id) else {
                continue;
            };
            ticks.push((kind(run, row.id, row.end), x));
            let fate = (row.id..=row.end).find_map(|id| run.step(id)?.fate);
            if let Some(fate) = fate {
                let last = broken.iter().rfind(|(_, _, word)| *word);
                let room = last.is_none_or(|(last, _, _)| x - last >= WORDS_APART);
                broken.push((x, fate, room));
            }
            let of = run.section_of(*id);
            if section != Some(of) {
                section = Some(of);
                let (number, title) = run.title(of);
                let last = marks.last().map_or(-APART, |mark: &Mark| mark.x);
                marks.push(Mark {
                    x: x.max(last + APART),
                    number: number.to_owned(),
                    title: title.to_owned(),
                    stop: *id,
                });
            }
        }
        Timeline {
            ticks,
            marks,
            broken,
        }
    }
}

fn kind(run: &Run, id: u32, end: u32) -> Kind {
    let Some(step) = run.step(id) else {
        return Kind::Local;
    };
    if step.event.asks_user() {
        return Kind::Question;
    }
    let changes = (id..=end)
        .filter_map(|id| run.step(id))
        .flat_map(|step| &step.changes);
    let strongest = changes
        .map(|change| match change.kind {
            ChangeKind::Deleted => Kind::Deleted,
            ChangeKind::Added => Kind::Added,
            _ => Kind::Replaced,
        })
        .max();
    let step = run.step(run.telling(id)).unwrap_or(step);
    match strongest {
        Some(kind) => kind,
        None if step.is_local() => Kind::Local,
        None if step.layer() >= Layer::Toolkit => Kind::Carrier(step.interface),
        None => Kind::Message(step.interface),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_hit_where_it_is() {
        for count in [1, 2, 7, 400] {
            for at in 0..count {
                assert_eq!(hit(place(at, count), count), at);
            }
        }
        assert_eq!(hit(-5.0, 3), 0);
        assert_eq!(hit(5000.0, 3), 2);
        assert_eq!(hit(0.0, 0), 0);
    }
}
