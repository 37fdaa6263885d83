//! Time within a run: how closely one looks, where the present is, whether it goes on.
//!
//! Text: the step in the path, `depth=apdu`, `rows=12,-40` (opened and closed by hand), and
//! `at=7` where the present is not where the inspected step is.

use crate::address::Query;
use crate::playback::{Row, Rows, RunHandle, SPEEDS, Toggles};
use crate::state::Place;
use crate::words::fill;
use dmsc_core::trace::Layer;
use std::rc::Rc;

/// Time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// How closely one looks.
    pub depth: Layer,
    /// Rows opened and closed by hand.
    pub toggles: Toggles,
    /// The visible rows.
    pub rows: Rc<Rows>,
    /// The present: a stop among the rows.
    pub cursor: u32,
    /// The present was reached by one step forward, so what happened may be seen to move.
    pub stepped: bool,
    /// Time runs.
    pub playing: bool,
    /// Percent of normal speed.
    pub speed: u16,
}

/// What is wanted of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeAction {
    /// Go to the stop that shows a step, and rest.
    Seek(u32),
    /// Go to the first stop of the enabler's step that begins with a step, and rest.
    SeekSection(u32),
    /// Go some stops forward or back, and rest.
    Move(isize),
    /// Go to the next or the previous of the enabler's steps, and rest.
    MoveSection(bool),
    /// Go to the first stop.
    Home,
    /// Go to the last stop.
    End,
    /// The moment is over: go one on, or end.
    Advance,
    /// Play, or pause.
    TogglePlay,
    /// Pause.
    Pause,
    /// One speed up or down.
    Faster(bool),
    /// Speed in percent.
    SetSpeed(u16),
    /// Look more or less closely.
    SetDepth(Layer),
    /// Open or close a row in place.
    ToggleRow(u32),
}

impl Time {
    /// The beginning of a run, playing.
    pub fn new(run: &RunHandle) -> Time {
        let depth = Layer::Packages;
        let toggles = Toggles::new();
        let rows = Rows::new(run, depth, &toggles);
        Time {
            cursor: rows.first(),
            depth,
            toggles,
            rows: Rc::new(rows),
            stepped: true,
            playing: true,
            speed: 100,
        }
    }

    /// The row of the present.
    pub fn present(&self) -> Row {
        self.rows.row_at(self.cursor).unwrap_or_default()
    }

    fn go(&mut self, cursor: u32, playing: bool) {
        self.stepped = cursor > self.cursor && self.rows.moved(self.cursor, 1) == cursor;
        self.cursor = cursor;
        self.playing = playing;
    }

    fn lay(&mut self, run: &RunHandle) {
        self.rows = Rc::new(Rows::new(run, self.depth, &self.toggles));
        let cursor = self.rows.stop_for(run, self.cursor);
        if cursor != self.cursor {
            self.cursor = cursor;
            self.stepped = false;
        }
    }

    /// Another run takes the place of the present one; gives the step to inspect, where that is
    /// not the present.
    pub(super) fn load(&mut self, run: &RunHandle, place: Place) -> Option<u32> {
        if place != Place::Answered {
            self.toggles.clear();
        }
        self.lay(run);
        match place {
            Place::Start => {
                self.cursor = self.rows.first();
                self.stepped = true;
                self.playing = true;
            }
            Place::Answered => self.advance(),
            Place::At(id) => {
                self.cursor = self.rows.stop_for(run, id);
                self.stepped = false;
                self.playing = false;
                return (self.cursor != id).then_some(id);
            }
        }
        None
    }

    fn advance(&mut self) {
        let next = self.rows.moved(self.cursor, 1);
        self.go(next, !self.rows.is_last(next));
    }

    fn toggle(&mut self, id: u32, run: &RunHandle) {
        let Some(row) = self.rows.index(id).map(|at| self.rows.rows()[at]) else {
            return;
        };
        if !row.openable {
            return;
        }
        // What is as it is by itself is not kept as a wish.
        self.toggles.remove(&id);
        let by_itself = Rows::new(run, self.depth, &self.toggles);
        let open = by_itself
            .index(id)
            .is_some_and(|at| by_itself.rows()[at].open);
        if open == row.open {
            self.toggles.insert(id, !row.open);
        }
        self.lay(run);
    }

    pub(super) fn change(&mut self, action: TimeAction, run: &RunHandle) {
        match action {
            TimeAction::Seek(id) => self.go(self.rows.stop_for(run, id), false),
            TimeAction::SeekSection(first) => {
                let stops = self.rows.stops();
                let at = stops.partition_point(|stop| *stop < first);
                let stop = stops.get(at).or(stops.last()).copied().unwrap_or(0);
                self.go(stop, false);
            }
            TimeAction::Move(by) => self.go(self.rows.moved(self.cursor, by), false),
            TimeAction::MoveSection(forward) => {
                let stop = self.rows.section_moved(run, self.cursor, forward);
                self.go(stop, false);
            }
            TimeAction::Home => self.go(self.rows.first(), false),
            TimeAction::End => self.go(self.rows.moved(u32::MAX, 0), false),
            TimeAction::Advance => self.advance(),
            TimeAction::TogglePlay => {
                if !self.playing && self.rows.is_last(self.cursor) {
                    self.go(self.rows.first(), true);
                    self.stepped = true;
                } else {
                    self.playing = !self.playing;
                }
            }
            TimeAction::Pause => self.playing = false,
            TimeAction::Faster(up) => {
                let at = SPEEDS
                    .partition_point(|speed| *speed < self.speed)
                    .saturating_add_signed(if up { 1 } else { -1 })
                    .min(SPEEDS.len() - 1);
                self.speed = SPEEDS[at];
            }
            TimeAction::SetSpeed(speed) => {
                if SPEEDS.contains(&speed) {
                    self.speed = speed;
                }
            }
            TimeAction::SetDepth(depth) => {
                self.depth = depth;
                self.toggles.clear();
                self.lay(run);
            }
            TimeAction::ToggleRow(id) => self.toggle(id, run),
        }
    }

    /// Text form; `selected` is the inspected step where that is not the present.
    pub(super) fn text(&self, run: &RunHandle, selected: Option<u32>) -> TimeText {
        let step = selected.unwrap_or(self.cursor);
        TimeText {
            step: Some(step),
            at: (self.rows.stop_for(run, step) != self.cursor).then_some(self.cursor),
            depth: (self.depth != Layer::Packages).then_some(self.depth),
            rows: self.toggles.clone(),
        }
    }

    /// Goes where a text says; gives the step to inspect, where that is not the present.
    pub(super) fn read(
        &mut self,
        text: &TimeText,
        run: &RunHandle,
        problems: &mut Vec<String>,
    ) -> Option<u32> {
        self.depth = text.depth.unwrap_or(Layer::Packages);
        self.toggles = text.rows.clone();
        self.lay(run);
        let count = run.trace().steps.len() as u32;
        let mut there = |id: &u32| {
            let there = *id < count;
            if !there {
                let values = [
                    ("step", id.to_string()),
                    ("last", (count.max(1) - 1).to_string()),
                ];
                problems.push(fill("address.no-step", &values));
            }
            there
        };
        let step = text.step.filter(&mut there);
        let at = text.at.filter(&mut there);
        let Some(step) = step else {
            self.cursor = self.rows.first();
            (self.stepped, self.playing) = (true, true);
            return None;
        };
        self.cursor = self.rows.stop_for(run, at.unwrap_or(step));
        (self.stepped, self.playing) = (false, false);
        (self.cursor != step).then_some(step)
    }
}

/// Text form of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeText {
    /// The inspected step, which is the present unless `at` says otherwise.
    pub step: Option<u32>,
    /// The present.
    pub at: Option<u32>,
    /// How closely one looks; nothing for packages.
    pub depth: Option<Layer>,
    /// Rows opened and closed by hand.
    pub rows: Toggles,
}

impl TimeText {
    /// Reads its keys; the step stands in the path.
    pub(crate) fn read(query: &mut Query, problems: &mut Vec<String>) -> TimeText {
        let mut text = TimeText::default();
        if let Some(value) = query.take("depth") {
            text.depth = Layer::from_id(&value).filter(|depth| *depth != Layer::Packages);
            if Layer::from_id(&value).is_none() {
                let known = Layer::ALL.map(Layer::id).join(", ");
                problems.push(fill(
                    "address.no-depth",
                    &[("depth", value), ("known", known)],
                ));
            }
        }
        if let Some(value) = query.take("at") {
            match value.parse() {
                Ok(at) => text.at = Some(at),
                Err(_) => problems.push(fill("address.step-is-number", &[("step", value)])),
            }
        }
        for one in query.take("rows").unwrap_or_default().split(',') {
            let (open, id) = match one.strip_prefix('-') {
                Some(id) => (false, id),
                None => (true, one),
            };
            match id.parse() {
                Ok(id) => {
                    text.rows.insert(id, open);
                }
                Err(_) if one.is_empty() => {}
                Err(_) => {
                    problems.push(fill("address.step-is-number", &[("step", one.to_owned())]));
                }
            }
        }
        text
    }

    pub(crate) fn write(&self, query: &mut Query) {
        if let Some(depth) = self.depth {
            query.push("depth", depth.id());
        }
        if let Some(at) = self.at {
            query.push("at", at.to_string());
        }
        if !self.rows.is_empty() {
            let row = |(id, open): (&u32, &bool)| match open {
                true => id.to_string(),
                false => format!("-{id}"),
            };
            let rows: Vec<String> = self.rows.iter().map(row).collect();
            query.push("rows", rows.join(","));
        }
    }
}
