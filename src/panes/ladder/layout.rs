//! The ladder: lanes, rows with their heights, brackets of the enabler's steps.
//!
//! Heights in rem from the top, widths in percent of the lanes' width; the words stand beside
//! the lanes. Knows no time: which row
//! is past or present is the view's concern.

use crate::playback::{Rows, Run};
use dmsc_core::trace::{Actor, Interface, Layer};
use std::ops::Range;

/// One vertical line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    /// Whose line.
    pub actor: Actor,
    /// Name of its words.
    pub name: &'static str,
    /// Percent from the left.
    pub x: f64,
}

/// What a row draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The title of one of the enabler's steps, above its rows.
    Title,
    /// One of the enabler's steps as a whole: its title and the way of its message.
    Whole,
    /// An arrow from lane to lane.
    Arrow,
    /// A mark on a lane.
    Mark,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LadderRow {
    /// The step.
    pub id: u32,
    /// What it draws.
    pub shape: Shape,
    /// Its layer.
    pub layer: Layer,
    /// Whose colour.
    pub interface: Interface,
    /// Percent from the left: where it comes from.
    pub from: f64,
    /// Percent from the left: where it goes to.
    pub to: f64,
    /// Rem from the top.
    pub top: f64,
    /// Rem.
    pub height: f64,
    /// How many rows enclose it, titles not counted.
    pub nest: u8,
    /// What is inside is shown.
    pub open: bool,
    /// How many steps are inside, at all layers.
    pub inside: u32,
}

/// One of the enabler's steps beside the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Bracket {
    /// Index among the run's sections.
    pub section: usize,
    /// As the enabler numbers it; may be empty.
    pub number: String,
    /// Rem from the top.
    pub top: f64,
    /// Rem.
    pub height: f64,
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// From left to right.
    pub lanes: Vec<Lane>,
    /// From top to bottom.
    pub rows: Vec<LadderRow>,
    /// From top to bottom.
    pub brackets: Vec<Bracket>,
    /// Rem.
    pub height: f64,
}

/// Height of a row, rem.
fn height(shape: Shape, layer: Layer) -> f64 {
    match (shape, layer) {
        (Shape::Title, _) => 2.25,
        (Shape::Whole, _) => 3.25,
        (Shape::Arrow, Layer::Steps | Layer::Packages) => 2.75,
        (Shape::Arrow, Layer::Http) => 2.5,
        (Shape::Arrow, Layer::Toolkit) => 1.625,
        (Shape::Arrow, Layer::Apdu) => 1.5,
        (Shape::Mark, _) => 1.875,
    }
}

const ORDER: [Actor; 6] = [
    Actor::Rogue,
    Actor::Ecms,
    Actor::NetworkDmServer,
    Actor::DmClient,
    Actor::Terminal,
    Actor::Card,
];

fn name(actor: Actor) -> &'static str {
    match actor {
        Actor::Ecms => "ecms",
        Actor::NetworkDmServer => "server",
        Actor::DmClient => "client",
        Actor::Terminal => "terminal",
        Actor::Rogue => "rogue",
        _ => "card",
    }
}

impl Ladder {
    /// Lays out the visible rows of a run.
    pub fn new(run: &Run, visible: &Rows) -> Self {
        let steps = &run.trace().steps;
        let used = |actor: Actor| {
            steps
                .iter()
                .any(|step| step.from.lane() == actor || step.to.lane() == actor)
        };
        let actors: Vec<Actor> = ORDER
            .into_iter()
            .filter(|actor| !matches!(actor, Actor::NetworkDmServer | Actor::Rogue) || used(*actor))
            .collect();
        let share = 100.0 / actors.len() as f64;
        let lanes: Vec<Lane> = actors
            .iter()
            .enumerate()
            .map(|(at, actor)| Lane {
                actor: *actor,
                name: name(*actor),
                x: (at as f64 + 0.5) * share,
            })
            .collect();
        let x = |actor: Actor| {
            lanes
                .iter()
                .find(|lane| lane.actor == actor.lane())
                .map_or(50.0, |lane| lane.x)
        };
        let mut rows = Vec::with_capacity(visible.rows().len());
        let mut brackets: Vec<Bracket> = Vec::new();
        let mut top = 0.0;
        for row in visible.rows() {
            let Some(step) = run.step(run.telling(row.id)) else {
                continue;
            };
            let title = run.is_header(row.id);
            let layer = if title { Layer::Steps } else { step.layer() };
            let shape = if title && row.open {
                Shape::Title
            } else if title {
                Shape::Whole
            } else if step.from.lane() == step.to.lane() {
                Shape::Mark
            } else {
                Shape::Arrow
            };
            let section = run.section_of(row.id);
            if brackets.last().is_none_or(|last| last.section != section) {
                brackets.push(Bracket {
                    section,
                    number: run.title(section).0.to_owned(),
                    top,
                    height: 0.0,
                });
            }
            let height = height(shape, layer);
            rows.push(LadderRow {
                id: row.id,
                shape,
                layer,
                interface: step.interface,
                from: x(step.from),
                to: x(step.to),
                top,
                height,
                nest: row.nest,
                open: row.open,
                inside: run.end(row.id) - row.id,
            });
            top += height;
            if let Some(bracket) = brackets.last_mut() {
                bracket.height = top - bracket.top;
            }
        }
        Ladder {
            lanes,
            rows,
            brackets,
            height: top,
        }
    }

    /// The rows within a window, with some to spare.
    pub fn within(&self, top: f64, height: f64) -> Range<usize> {
        const SPARE: f64 = 8.0;
        let first = self
            .rows
            .partition_point(|row| row.top + row.height < top - SPARE);
        let last = self
            .rows
            .partition_point(|row| row.top <= top + height + SPARE);
        first..last.max(first)
    }

    /// Where the row of a step, or the one before it, begins.
    pub fn top_of(&self, id: u32) -> Option<f64> {
        let after = self.rows.partition_point(|row| row.id <= id);
        self.rows.get(after.saturating_sub(1)).map(|row| row.top)
    }

    /// The row of a step.
    pub fn row(&self, id: u32) -> Option<&LadderRow> {
        let at = self.rows.binary_search_by_key(&id, |row| row.id).ok()?;
        self.rows.get(at)
    }
}
