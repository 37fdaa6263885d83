//! Whom does a new device trust? Bootstrap: the first account of a device, and its first session.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "first-trust",
    question: "Whom does a new device trust?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "bootstrap-lost",
        title: "The bootstrap document does not reach the DM Client",
        teaches: "Without its document a new device trusts nobody, and nobody can call for it.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["bootstrap-sent:drop"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Nothing,
        clause: "DM Bootstrap §5",
    },
    Failure {
        id: "bootstrap-cut",
        title: "Half of the bootstrap document is there",
        teaches: "A bootstrap is taken whole or not at all.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["bootstrap-sent:cut=200"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Nothing,
        clause: "DM Bootstrap §5",
    },
    Failure {
        id: "bootstrap-twice",
        title: "The bootstrap document comes twice",
        teaches: "The same document once more changes nothing.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["bootstrap-sent:double"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Bootstrap §5",
    },
    Failure {
        id: "greeting-lost",
        title: "The first message to the new server is lost",
        teaches: "The account stands before the first session, so that a lost greeting costs nothing.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["message-sent.1:drop"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM Protocol §9",
    },
    Failure {
        id: "greeting-unanswered",
        title: "The answer to the first message is lost",
        teaches: "The card has heard of the device even where the device does not hear of the card.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["message-sent.2:drop"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Yes,
        clause: "DM Protocol §9",
    },
    Failure {
        id: "greeting-card-out",
        title: "The card is taken out before its first session",
        teaches: "The account stays when the card leaves: the device removes it at its next start only.",
        plots: &[Plot::Bootstrap],
        settings: &[],
        edits: &["session-started:card-out", "session-ended:card-in"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: false,
        heals: Heals::Yes,
        clause: "TS 102 221 §5",
    },
];
