//! What becomes of a message on its way: the edits of a run, met at each crossing.

use super::edit::{Change, Edit, EditError, Place, UserReply};
use crate::trace::{Content, EVENTS, EventKind, Fate};

/// Something that happens at a place of the run, after what crossed there has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Edit that wants it, by its number.
    pub(super) edit: usize,
    /// What happens.
    pub(super) change: Change,
}

/// What the edits say of one crossing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// What crosses.
    kind: Option<EventKind>,
    /// Changes of the message, in the order they were given.
    changes: Vec<(usize, Change)>,
    /// What the user answers, and which edit says so.
    pub(super) answer: Option<(usize, UserReply)>,
    /// What happens then.
    pub(super) moments: Vec<Moment>,
}

/// What arrives of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// What became of it; nothing when it arrives as it was sent.
    pub(super) fate: Option<Fate>,
    /// The bytes that arrive, if any do.
    pub(super) bytes: Vec<u8>,
    /// How often they arrive: 0 for a message that is lost.
    pub(super) copies: u8,
    /// Milliseconds they are late.
    pub(super) late_ms: u32,
    /// The edit that lets the next message of its kind arrive before it.
    pub(super) swapped: Option<usize>,
}

impl Passed {
    /// The bytes that arrived, where they are others than were sent.
    pub(super) fn differing(&self, sent: &[u8]) -> Vec<u8> {
        match self.bytes == sent || self.copies == 0 {
            true => Vec::new(),
            false => self.bytes.clone(),
        }
    }

    /// Nothing arrives.
    pub(super) fn lose(&mut self) {
        self.copies = 0;
        self.fate = Some(Fate::Lost);
    }
}

/// The edits of a run, with what was met of them.
#[derive(Clone, Debug)]
pub(super) struct Edits {
    all: Vec<(Edit, Done)>,
    /// How many facts of each kind there were.
    counts: [u16; EVENTS.len()],
    /// Messages that are to be repeated: kind, number, bytes.
    kept: Vec<(EventKind, u16, Vec<u8>)>,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Done {
    /// Its place did not come yet.
    Waits,
    /// It was done.
    Yes,
    /// It could not be done.
    No(String),
}

impl Edits {
    /// Edits whose places are known by kind; those that name a step are never met.
    pub(super) fn new(edits: &[Edit]) -> Self {
        Edits {
            all: edits
                .iter()
                .map(|edit| (edit.clone(), Done::Waits))
                .collect(),
            counts: [0; EVENTS.len()],
            kept: Vec::new(),
        }
    }

    /// The next fact of that kind happens.
    pub(super) fn meet(&mut self, kind: EventKind) -> Met {
        let count = &mut self.counts[kind as usize];
        *count = count.saturating_add(1);
        let mut met = Met {
            kind: Some(kind),
            ..Met::default()
        };
        if self.all.is_empty() {
            return met;
        }
        let here = Place::Nth { kind, n: *count };
        for (index, (edit, done)) in self.all.iter_mut().enumerate() {
            if edit.place != here || *done != Done::Waits {
                continue;
            }
            *done = match edit.change.fits(kind) {
                Ok(()) => Done::Yes,
                Err(why) => {
                    *done = Done::No(why.to_owned());
                    continue;
                }
            };
            match &edit.change {
                Change::Answer { answer } => met.answer = Some((index, answer.clone())),
                change if change.fate().is_none() => met.moments.push(Moment {
                    edit: index,
                    change: change.clone(),
                }),
                change => met.changes.push((index, change.clone())),
            }
        }
        met
    }

    /// What arrives of these bytes.
    pub(super) fn pass(&mut self, met: &Met, sent: &[u8]) -> Passed {
        self.keep(met.kind, sent);
        let mut passed = Passed {
            bytes: sent.to_vec(),
            copies: 1,
            ..Passed::default()
        };
        let content = met.kind.map_or(Content::None, |kind| kind.row().content);
        for (index, change) in &met.changes {
            let earlier = self.kept.iter().find(|(kind, n, _)| {
                Some(*kind) == met.kind && matches!(change, Change::Replay { n: of } if of == n)
            });
            let earlier = earlier.map(|(_, _, bytes)| &bytes[..]);
            match change.altered(&passed.bytes, content, earlier) {
                Ok(bytes) => passed.bytes = bytes,
                Err(why) => {
                    self.all[*index].1 = Done::No(why);
                    continue;
                }
            }
            let fate = change.fate();
            match fate {
                Some(Fate::Lost) => passed.copies = 0,
                Some(Fate::Doubled) => passed.copies = passed.copies.saturating_mul(2),
                Some(Fate::Late { by_ms }) => {
                    passed.late_ms = passed.late_ms.saturating_add(by_ms);
                }
                Some(Fate::Overtaken) => passed.swapped = Some(*index),
                Some(Fate::Altered) | None => {}
            }
            // What is lost is lost, whatever else was done to it.
            if passed.fate != Some(Fate::Lost) {
                passed.fate = fate;
            }
        }
        passed
    }

    /// Keeps a message that an edit repeats later.
    fn keep(&mut self, kind: Option<EventKind>, sent: &[u8]) {
        let Some(kind) = kind else {
            return;
        };
        let count = self.counts[kind as usize];
        let repeats = |(edit, _): &(Edit, Done)| {
            let of_kind = matches!(edit.place, Place::Nth { kind: of, .. } if of == kind);
            of_kind && edit.change == Change::Replay { n: count }
        };
        if self.all.iter().any(repeats) {
            self.kept.push((kind, count, sent.to_vec()));
        }
    }

    /// What an edit wanted could not be done; gives its place.
    pub(super) fn refuse(&mut self, edit: usize, why: &str) -> Option<Place> {
        let (edit, done) = self.all.get_mut(edit)?;
        *done = Done::No(why.to_owned());
        Some(edit.place)
    }

    /// Edits that were not done, with the reason, once the run is over.
    pub(super) fn problems(&self) -> Vec<EditError> {
        let wrong = |(edit, done): &(Edit, Done)| {
            let reason = match done {
                Done::Yes => return None,
                Done::No(why) => why.clone(),
                Done::Waits => match edit.place {
                    Place::Step(id) => format!("the run has no step {id}"),
                    Place::Nth { kind, n } => format!(
                        "the run has {} of {}, not {n}",
                        self.counts[kind as usize],
                        kind.row().key
                    ),
                },
            };
            Some(EditError {
                edit: edit.to_string(),
                reason,
            })
        };
        self.all.iter().filter_map(wrong).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(texts: &[&str]) -> Edits {
        let all: Vec<Edit> = texts.iter().map(|text| text.parse().unwrap()).collect();
        Edits::new(&all)
    }

    #[test]
    fn an_edit_is_met_at_its_place_and_only_there() {
        let mut edits = edits(&["message-sent.2:drop", "message-sent.2:card-out"]);
        let nothing = |met: Met| met.changes.is_empty() && met.moments.is_empty();
        assert!(nothing(edits.meet(EventKind::MessageSent)));
        assert!(nothing(edits.meet(EventKind::UserAsked)));
        let met = edits.meet(EventKind::MessageSent);
        assert_eq!(
            met.moments,
            [Moment {
                edit: 1,
                change: Change::CardOut
            }]
        );
        let passed = edits.pass(&met, b"x");
        assert_eq!((passed.fate, passed.copies), (Some(Fate::Lost), 0));
        assert!(nothing(edits.meet(EventKind::MessageSent)));
        assert_eq!(edits.problems(), []);
    }

    #[test]
    fn changes_of_one_message_add_up() {
        let mut edits = edits(&[
            "message-sent:flip=0.01",
            "message-sent:set=1.09",
            "message-sent:delay=5",
            "message-sent:double",
        ]);
        let met = edits.meet(EventKind::MessageSent);
        let passed = edits.pass(&met, &[0, 0]);
        assert_eq!(passed.bytes, [1, 9]);
        assert_eq!((passed.copies, passed.late_ms), (2, 5));
        assert_eq!(passed.differing(&[0, 0]), [1, 9]);
        assert!(passed.differing(&[1, 9]).is_empty());
    }

    #[test]
    fn what_could_not_be_done_is_said() {
        let mut edits = edits(&["message-sent.3:drop", "message-sent:cut=9", "7:drop"]);
        let met = edits.meet(EventKind::MessageSent);
        let passed = edits.pass(&met, b"abc");
        assert_eq!((passed.fate, passed.copies), (None, 1));
        let said: Vec<String> = edits.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "edit \"message-sent.3:drop\": the run has 1 of message-sent, not 3",
                "edit \"message-sent:cut=9\": the message has 3 bytes, not 9",
                "edit \"7:drop\": the run has no step 7",
            ]
        );
    }
}
