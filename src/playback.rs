//! Which rows of a run are visible at a depth, in which order time visits them, and for how
//! long. A run is a forest: what encloses stands before what carries it.
//!
//! Knows no clock and no browser; durations are numbers for whoever has a timer.

use crate::engine::Played;
use crate::sentences::Sentences;
use crate::state::Ordered;
use dmsc_core::trace::card::CardFile;
use dmsc_core::trace::{Event, Layer, Step, Trace};
use std::ops::{Deref, Range};
use std::rc::Rc;
use std::sync::Arc;

/// A trace with the relations between its steps worked out once.
#[derive(Debug)]
pub struct Run {
    trace: Trace,
    /// Title and detail of each step.
    texts: Vec<[String; 2]>,
    sentences: Sentences,
    /// Number of each state of a file of the card, by its place in memory.
    file_states: Ordered<*const CardFile, u32>,
    /// What each state of a file holds, in one line.
    summaries: Vec<String>,
    parents: Vec<Option<u32>>,
    ends: Vec<u32>,
    children: Vec<u32>,
    sections: Vec<Section>,
    /// For each step, how many steps up to and with it changed the tree.
    change_counts: Vec<u32>,
    changing: Vec<u32>,
}

/// One of the enabler's steps as far as it reaches in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The steps in it, its header first.
    pub steps: Range<u32>,
    /// Index into the trace's titles.
    pub title: u8,
}

/// A run that many hold; equal only to itself, so comparing costs nothing.
#[derive(Clone, Debug)]
pub struct RunHandle(Rc<Run>);

impl RunHandle {
    /// Works out the relations in a trace.
    pub fn new(played: Played) -> Self {
        RunHandle(Rc::new(Run::new(played)))
    }

    /// A run of nothing, before the first one is there.
    pub fn empty() -> Self {
        RunHandle::new(Played {
            trace: Trace::empty(),
            texts: Vec::new(),
            guide: Vec::new(),
            summaries: Vec::new(),
            problems: Vec::new(),
        })
    }
}

impl PartialEq for RunHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for RunHandle {}

impl Deref for RunHandle {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.0
    }
}

impl Run {
    fn new(played: Played) -> Self {
        let trace = played.trace;
        let files = trace.card.files().into_iter().map(Arc::as_ptr);
        let file_states = files.zip(0u32..).collect();
        let count = trace.steps.len();
        let mut parents = Vec::with_capacity(count);
        let mut sections: Vec<Section> = Vec::new();
        let mut header = None;
        for (id, step) in (0u32..).zip(&trace.steps) {
            if step.event == Event::EnablerStepBegan {
                header = Some(id);
                parents.push(None);
            } else {
                // An enclosing step that does not come before is no enclosing step.
                parents.push(step.enclosing.filter(|outer| *outer < id).or(header));
            }
            if step.event == Event::EnablerStepBegan || sections.is_empty() {
                sections.push(Section {
                    steps: id..id,
                    title: step.enabler_step,
                });
            }
            if let Some(section) = sections.last_mut() {
                section.steps.end = id + 1;
            }
        }
        let mut ends: Vec<u32> = (0..count as u32).collect();
        let mut children = vec![0; count];
        for id in (0..count).rev() {
            if let Some(parent) = parents[id] {
                let parent = parent as usize;
                ends[parent] = ends[parent].max(ends[id]);
                children[parent] += 1;
            }
        }
        let mut changing = Vec::new();
        let change_counts = (0u32..)
            .zip(&trace.steps)
            .map(|(id, step)| {
                if !step.changes.is_empty() {
                    changing.push(id);
                }
                changing.len() as u32
            })
            .collect();
        Run {
            file_states,
            texts: played.texts,
            sentences: Sentences::new(played.guide),
            summaries: played.summaries,
            trace,
            parents,
            ends,
            children,
            sections,
            change_counts,
            changing,
        }
    }

    /// The trace.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The step with that id.
    pub fn step(&self, id: u32) -> Option<&Step> {
        self.trace.steps.get(id as usize)
    }

    /// True before the first run is there.
    pub fn is_empty(&self) -> bool {
        self.trace.steps.is_empty()
    }

    /// The sentences of its guide.
    pub fn sentences(&self) -> &Sentences {
        &self.sentences
    }

    /// What a step is, in a few words.
    pub fn name(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", |[title, _]| title)
    }

    /// What matters of a step beyond its name; may be empty.
    pub fn detail(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", |[_, detail]| detail)
    }

    /// The number of a state of a file of the card.
    pub fn file_state(&self, file: &CardFile) -> Option<u32> {
        self.file_states.get(&std::ptr::from_ref(file)).copied()
    }

    /// What a state of a file holds, in one line.
    pub fn summary(&self, file: &CardFile) -> &str {
        let state = self.file_state(file);
        let summary = state.and_then(|state| self.summaries.get(state as usize));
        summary.map_or("", String::as_str)
    }

    /// The step that encloses `id`, or the header of its enabler step.
    pub fn parent(&self, id: u32) -> Option<u32> {
        self.parents.get(id as usize).copied().flatten()
    }

    /// The last step inside `id`, or `id` itself.
    pub fn end(&self, id: u32) -> u32 {
        self.ends.get(id as usize).copied().unwrap_or(id)
    }

    /// How many steps lie directly inside.
    pub fn child_count(&self, id: u32) -> u32 {
        self.children.get(id as usize).copied().unwrap_or(0)
    }

    /// The steps directly inside.
    pub fn children(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        (id + 1..=self.end(id)).filter(move |inner| self.parent(*inner) == Some(id))
    }

    /// The enabler's steps in order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Index of the section that holds `id`.
    pub fn section_of(&self, id: u32) -> usize {
        self.sections
            .partition_point(|section| section.steps.start <= id)
            .saturating_sub(1)
    }

    /// Number and title of a section.
    pub fn title(&self, section: usize) -> (&str, &str) {
        self.sections
            .get(section)
            .and_then(|section| self.trace.titles.get(section.title as usize))
            .map_or(("", ""), |title| (&title.number, &title.title))
    }

    /// The enclosing steps of `id`, outermost first, `id` last.
    pub fn chain(&self, id: u32) -> Vec<u32> {
        let mut chain = vec![id];
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            chain.push(parent);
            at = parent;
        }
        chain.reverse();
        chain
    }

    /// The step that tells most about `id`: itself, or for the header of an enabler's step its
    /// first message, else the first thing that happens in it.
    pub fn telling(&self, id: u32) -> u32 {
        if !self.is_header(id) {
            return id;
        }
        let inside = id + 1..=self.end(id);
        let message = inside.clone().find(|id| {
            self.step(*id).is_some_and(|step| {
                matches!(
                    step.event,
                    Event::MessageSent { .. } | Event::NotificationSent { .. }
                )
            })
        });
        message.unwrap_or((id + 1).min(self.end(id)))
    }

    /// The step that says what came of the enabler's step with the header `id`: the last thing
    /// that happened in an actor, else its message.
    pub fn result(&self, id: u32) -> u32 {
        let facts = (id + 1..=self.end(id)).rev();
        let told = |step: &Step| step.is_local() && step.layer() == Layer::Packages;
        let last = facts
            .into_iter()
            .find(|id| self.step(*id).is_some_and(told));
        last.unwrap_or_else(|| self.telling(id))
    }

    /// True for the beginning of one of the enabler's steps.
    pub fn is_header(&self, id: u32) -> bool {
        self.step(id)
            .is_some_and(|step| step.event == Event::EnablerStepBegan)
    }

    /// The steps that changed the tree, up to and with `id`.
    pub fn changing_until(&self, id: u32) -> &[u32] {
        let count = self.change_counts.get(id as usize).copied().unwrap_or(0);
        &self.changing[..count as usize]
    }

    /// The question to the user within a row that reaches from `id` to `end`.
    pub fn question(&self, id: u32, end: u32) -> Option<u32> {
        (id..=end).find(|id| self.step(*id).is_some_and(|step| step.event.asks_user()))
    }
}

/// What the person opened (true) or closed by hand, by step id.
pub type Toggles = Ordered<u32, bool>;

/// One visible step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The step.
    pub id: u32,
    /// The last step that the row stands for: those inside that have no row of their own.
    pub end: u32,
    /// How many enclosing steps, headers not counted.
    pub nest: u8,
    /// Some of what is inside has rows.
    pub open: bool,
    /// There is something inside.
    pub openable: bool,
}

/// The visible steps of a run in order, and those among them where time stops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    rows: Vec<Row>,
    stops: Vec<u32>,
}

impl Rows {
    /// The rows at `depth`, with what was opened and closed by hand.
    pub fn new(run: &Run, depth: Layer, toggles: &Toggles) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        // Index of the row of each visible step, by id.
        let mut row_of: Vec<Option<u32>> = vec![None; run.trace.steps.len()];
        for step in &run.trace.steps {
            let parent = run.parent(step.id);
            let visible = match parent {
                None => true,
                Some(parent) => {
                    row_of[parent as usize].is_some()
                        && match toggles.get(&parent) {
                            Some(open) => *open,
                            None => step.layer() <= depth,
                        }
                }
            };
            if !visible {
                continue;
            }
            let outer = parent.and_then(|parent| row_of[parent as usize]);
            let nest = outer.map_or(0, |outer| {
                let outer = &mut rows[outer as usize];
                outer.open = true;
                outer.nest + u8::from(!run.is_header(outer.id))
            });
            row_of[step.id as usize] = Some(rows.len() as u32);
            rows.push(Row {
                id: step.id,
                end: step.id,
                nest,
                open: false,
                openable: run.child_count(step.id) > 0,
            });
        }
        let ids: Vec<u32> = rows.iter().map(|row| row.id).collect();
        for (at, row) in rows.iter_mut().enumerate() {
            // What is inside and hidden belongs to the last visible row before it.
            let next = ids.get(at + 1).map_or(u32::MAX, |next| next - 1);
            row.end = next.min(run.trace.steps.len().saturating_sub(1) as u32);
        }
        // Rows of headers with rows below them are titles, not moments.
        let stops = rows
            .iter()
            .filter(|row| !(row.open && run.is_header(row.id)))
            .map(|row| row.id)
            .collect();
        Rows { rows, stops }
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The ids of the rows where time stops.
    pub fn stops(&self) -> &[u32] {
        &self.stops
    }

    /// The first stop.
    pub fn first(&self) -> u32 {
        self.stops.first().copied().unwrap_or(0)
    }

    /// Index of a row by its id.
    pub fn index(&self, id: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok()
    }

    /// The row of `id`, or the last row before it.
    pub fn row_at(&self, id: u32) -> Option<Row> {
        let after = self.rows.partition_point(|row| row.id <= id);
        self.rows.get(after.checked_sub(1)?).copied()
    }

    /// Index among the stops of the stop that shows `id`: its own, or the last one before it.
    pub fn stop_index(&self, id: u32) -> usize {
        self.stops
            .partition_point(|stop| *stop <= id)
            .saturating_sub(1)
    }

    /// The stop that shows `id`: its own or that of what encloses it. For a title the last stop
    /// of its section, so that looking closer does not turn time back.
    pub fn stop_for(&self, run: &Run, id: u32) -> u32 {
        if self.stops.binary_search(&id).is_ok() {
            return id;
        }
        let target = if run.is_header(id) { run.end(id) } else { id };
        self.stops
            .get(self.stop_index(target))
            .copied()
            .unwrap_or(0)
    }

    /// The stop `by` places after the stop `id`, not beyond either end.
    pub fn moved(&self, id: u32, by: isize) -> u32 {
        let last = self.stops.len().saturating_sub(1);
        let at = self.stop_index(id).saturating_add_signed(by).min(last);
        self.stops.get(at).copied().unwrap_or(0)
    }

    /// True at the last stop.
    pub fn is_last(&self, id: u32) -> bool {
        self.stops.last().is_none_or(|last| id >= *last)
    }

    /// The first stop of the next section, or of the one before; from inside a section, back
    /// goes to its beginning first.
    pub fn section_moved(&self, run: &Run, id: u32, forward: bool) -> u32 {
        let at = run.section_of(id);
        let first_stop = |section: usize| {
            let steps = &run.sections().get(section)?.steps;
            let stop = *self
                .stops
                .get(self.stops.partition_point(|stop| *stop < steps.start))?;
            (stop < steps.end).then_some(stop)
        };
        if forward {
            (at + 1..run.sections().len())
                .find_map(first_stop)
                .unwrap_or(id)
        } else {
            match first_stop(at) {
                Some(first) if first < id => first,
                _ => (0..at).rev().find_map(first_stop).unwrap_or(id),
            }
        }
    }
}

/// How long a moment lasts at speed 1, milliseconds: as long as one needs to see what moved and
/// to read the sentence about it.
pub fn duration_ms(run: &Run, row: Row) -> u32 {
    let Some(step) = run.step(row.id) else {
        return 1000;
    };
    match (&step.event, step.layer()) {
        (Event::EnablerStepBegan, _) => 3200,
        (Event::MessageSent { .. } | Event::NotificationSent { .. }, _) => 2800,
        (Event::CommandApplied { .. }, _) => 1300,
        (Event::ReceiptStored { .. } | Event::ResultsStored { .. }, _) => 900,
        (event, _) if event.asks_user() => 2400,
        (_, Layer::Steps | Layer::Packages) => 1800,
        (_, Layer::Http) => 1400,
        (_, Layer::Toolkit) => 700,
        (_, Layer::Apdu) => 320,
    }
}

/// How long a question waits for an answer before the setting's answer counts, milliseconds.
pub const QUESTION_MS: u32 = 6000;

/// The speeds of the player, in percent.
pub const SPEEDS: [u16; 5] = [25, 50, 100, 200, 400];
