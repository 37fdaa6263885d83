//! Does the user agree? What the person at the device answers, or does not.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "user-agrees",
    question: "Does the user agree?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "user-no",
        title: "The user says no",
        teaches: "The user has the last word, and the card learns which.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["user-asked:answer=reject"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Protocol §10",
    },
    Failure {
        id: "user-silent",
        title: "The user does not answer",
        teaches: "Silence is an answer: after the time that the server set, it means no.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["user-asked:answer=none"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Protocol §10",
    },
];
