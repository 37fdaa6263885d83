//! Is the card there? The card, its power and the line to it.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "card-is-there",
    question: "Is the card there?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "card-out",
        title: "The card is taken out in the session",
        teaches: "The session dies with its channel; what the card wants to do survives in the card.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["message-sent.2:card-out", "session-ended:card-in"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "TS 102 221 §5",
    },
    Failure {
        id: "card-power-cut",
        title: "The card loses its power in the session",
        teaches: "A card without power is mute; the terminal starts it anew, and its plan is still there.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["message-sent.2:power-cut"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "TS 102 221 §14",
    },
];
