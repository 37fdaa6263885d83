//! Who may do what? The rights of servers in one tree.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "who-may",
    question: "Who may do what?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[Failure {
    id: "acl-denied",
    title: "The card grants nothing, and the network's server is refused",
    teaches: "A right that its owner did not give cannot be taken: the access control list decides, whoever asks.",
    plots: &[Plot::Network],
    settings: &[],
    edits: &["notification-sent.2:drop"],
    end: End::Completed,
    tree: TreeEnds::Partly,
    card_knows: true,
    heals: Heals::Yes,
    clause: "DM TND §7.7.1",
}];
