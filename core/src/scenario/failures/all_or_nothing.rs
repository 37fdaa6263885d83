//! All or nothing? What is torn in the middle, and what does not fit.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "all-or-nothing",
    question: "All or nothing?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "device-power-cut",
        title: "The device loses its power between two commands",
        teaches: "What was carried out stays, each command whole; the card has heard of nothing and asks again.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["command-applied.2:device-power-cut"],
        end: End::GivenUp,
        tree: TreeEnds::Partly,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM RepPro §6.6",
    },
    Failure {
        id: "device-power-at-question",
        title: "The device loses its power while it asks the user",
        teaches: "Before the answer nothing was done.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["user-asked:device-power-cut"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM RepPro §6.6",
    },
    Failure {
        id: "device-power-at-results",
        title: "The device loses its power before it answers",
        teaches: "All is done and nobody was told; the same commands once more do no harm.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["command-applied.4:device-power-cut"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM RepPro §6.6",
    },
    Failure {
        id: "tree-full",
        title: "The management tree is full",
        teaches: "420 for what does not fit; what fits, or makes room, goes on.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["user-asked:tree-full"],
        end: End::Completed,
        tree: TreeEnds::Partly,
        card_knows: true,
        heals: Heals::No,
        clause: "DM RepPro §10",
    },
    Failure {
        id: "card-full",
        title: "The card's memory is full",
        teaches: "What is in the card can be written: a full memory keeps nobody from a session.",
        plots: &[Plot::Provisioning, Plot::Bootstrap],
        settings: &[],
        edits: &["card-started:card-full"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "TS 102 221 §8",
    },
];
