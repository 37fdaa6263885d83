//! What is understood? Messages that arrive, but not as they should be.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "what-is-understood",
    question: "What is understood?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "wbxml-cut",
        title: "Half of the provisioning data arrives",
        teaches: "A message that is not whole is not a message: none of its commands is carried out.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &["message-sent.2:cut=600"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "WBXML §5",
    },
    Failure {
        id: "http-500",
        title: "The card's web server fails",
        teaches: "The transport's refusal ends the session before anybody looks for a message.",
        plots: &[Plot::Provisioning],
        settings: &[],
        edits: &[
            "http-response-sent:replace=485454502F312E312035303020410D0A436F6E74656E742D4C656E6774683A20300D0A0D0A",
        ],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "SyncML HTTP Binding",
    },
];
