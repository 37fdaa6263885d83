//! What becomes of a message on its way: the edits of a run, met at each crossing.

use super::edit::{Change, Edit, EditError, Place};
use super::settings::UserAnswer;
use crate::trace::{EVENTS, EventKind, Fate};

/// Something that happens at a place of the run, after what crossed there has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// The card is taken out.
    CardOut,
    /// The card is put in.
    CardIn,
    /// The story's trigger happens once more.
    Again,
    /// The card loses its power, at once or after so many writes.
    PowerCut(Option<u32>),
}

/// What the edits say of one crossing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// Changes of the message, in the order they were given.
    changes: Vec<(usize, Change)>,
    /// What the user answers.
    pub(super) answer: Option<UserAnswer>,
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
}

impl Passed {
    /// The bytes that arrived, where they are others than were sent.
    pub(super) fn differing(&self, sent: &[u8]) -> Vec<u8> {
        match self.bytes == sent || self.copies == 0 {
            true => Vec::new(),
            false => self.bytes.clone(),
        }
    }
}

/// The edits of a run, with what was met of them.
#[derive(Clone, Debug)]
pub(super) struct Edits {
    all: Vec<(Edit, Done)>,
    /// How many facts of each kind there were.
    counts: [u16; EVENTS.len()],
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
        }
    }

    /// The next fact of that kind happens.
    pub(super) fn meet(&mut self, kind: EventKind) -> Met {
        let count = &mut self.counts[kind as usize];
        *count = count.saturating_add(1);
        let mut met = Met::default();
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
                Change::Answer { answer } => met.answer = Some(*answer),
                Change::CardOut => met.moments.push(Moment::CardOut),
                Change::CardIn => met.moments.push(Moment::CardIn),
                Change::Again => met.moments.push(Moment::Again),
                Change::PowerCut { writes } => met.moments.push(Moment::PowerCut(*writes)),
                change => met.changes.push((index, change.clone())),
            }
        }
        met
    }

    /// What arrives of these bytes.
    pub(super) fn pass(&mut self, met: &Met, sent: &[u8]) -> Passed {
        let mut passed = Passed {
            fate: None,
            bytes: sent.to_vec(),
            copies: 1,
            late_ms: 0,
        };
        for (index, change) in &met.changes {
            match change.altered(&passed.bytes) {
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
                Some(Fate::Altered) | None => {}
            }
            // What is lost is lost, whatever else was done to it.
            if passed.fate != Some(Fate::Lost) {
                passed.fate = fate;
            }
        }
        passed
    }

    /// A moment could not come about.
    pub(super) fn refuse(&mut self, moment: Moment, why: &str) {
        let change = match moment {
            Moment::CardOut => Change::CardOut,
            Moment::CardIn => Change::CardIn,
            Moment::Again => Change::Again,
            Moment::PowerCut(writes) => Change::PowerCut { writes },
        };
        let found = self
            .all
            .iter_mut()
            .find(|(edit, done)| edit.change == change && *done == Done::Yes);
        if let Some((_, done)) = found {
            *done = Done::No(why.to_owned());
        }
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
        assert_eq!(edits.meet(EventKind::MessageSent), Met::default());
        assert_eq!(edits.meet(EventKind::UserAsked), Met::default());
        let met = edits.meet(EventKind::MessageSent);
        assert_eq!(met.moments, [Moment::CardOut]);
        let passed = edits.pass(&met, b"x");
        assert_eq!((passed.fate, passed.copies), (Some(Fate::Lost), 0));
        assert_eq!(edits.meet(EventKind::MessageSent), Met::default());
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
