//! Who may speak? Who may call for a session and who may give orders in it: digests, credentials, nonces, numbers.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "who-speaks",
    question: "Who may speak?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[Failure {
    id: "push-digest",
    title: "One bit of the notification's digest is turned over",
    teaches: "Only who knows the secret can call for a session; a forged call is ignored in silence.",
    plots: &[Plot::Provisioning],
    settings: &[],
    edits: &["notification-sent:flip=20.01"],
    end: End::Refused,
    tree: TreeEnds::Before,
    card_knows: false,
    heals: Heals::Yes,
    clause: "DM Security §5.2",
}];
