//! Named failures: rows of data. Each says where what is done, and what must hold after it.
//!
//! One test runs all rows on all stories of their plot.

use super::edit::{Edit, EditError};
use super::story::Plot;
use crate::trace::End;

/// One named failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Word used in links and on the command line.
    pub id: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Stories that can have it.
    pub plot: Plot,
    /// What is done, as text of edits.
    pub edits: &'static [&'static str],
    /// Way in which the run must end.
    pub end: End,
    /// What the tree must be at the end.
    pub tree: TreeEnds,
    /// Whether the card must know how it ended.
    pub card_knows: bool,
    /// Whether a repeated trigger mends it.
    pub heals: Heals,
    /// Clause that says so; empty where none does.
    pub clause: &'static str,
}

/// What a tree is at the end of a broken run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeEnds {
    /// Equal to the tree before the run, but for nonces of the account.
    Before,
    /// Equal to the tree after the unbroken run, but for nonces of the account.
    After,
}

/// Whether a repeated trigger brings the end of an unbroken run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heals {
    /// A repeated trigger mends it.
    Yes,
    /// There is nothing to mend.
    Nothing,
}

/// All named failures.
pub const FAILURES: &[Failure] = &[
    Failure {
        id: "push-lost",
        title: "The notification is lost",
        plot: Plot::Provisioning,
        edits: &["notification-sent:drop"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM Notification §6.2",
    },
    Failure {
        id: "push-twice",
        title: "The notification comes twice",
        plot: Plot::Provisioning,
        edits: &["notification-sent:double"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Notification §6.2.10",
    },
    Failure {
        id: "push-digest",
        title: "One bit of the notification's digest is turned over",
        plot: Plot::Provisioning,
        edits: &["notification-sent:flip=20.01"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM Security §5.2",
    },
    Failure {
        id: "push-late",
        title: "The notification comes late",
        plot: Plot::Provisioning,
        edits: &["notification-sent:delay=90000"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Notification §6.2",
    },
    Failure {
        id: "package-2-lost",
        title: "The provisioning data are lost on the way",
        plot: Plot::Provisioning,
        edits: &["message-sent.2:drop"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM Protocol §9",
    },
    Failure {
        id: "package-3-lost",
        title: "The results are lost on the way",
        plot: Plot::Provisioning,
        edits: &["message-sent.3:drop"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: false,
        heals: Heals::Yes,
        clause: "DM RepPro §6",
    },
    Failure {
        id: "package-4-lost",
        title: "The last word of the card is lost",
        plot: Plot::Provisioning,
        edits: &["message-sent.4:drop"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Protocol §8",
    },
    Failure {
        id: "wbxml-cut",
        title: "Half of the provisioning data arrives",
        plot: Plot::Provisioning,
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
        plot: Plot::Provisioning,
        edits: &[
            "http-response-sent:replace=485454502F312E312035303020410D0A436F6E74656E742D4C656E6774683A20300D0A0D0A",
        ],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "SyncML HTTP Binding",
    },
    Failure {
        id: "request-twice",
        title: "A request comes twice",
        plot: Plot::Provisioning,
        edits: &["http-request-sent.2:double"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Protocol §6",
    },
    Failure {
        id: "user-no",
        title: "The user says no",
        plot: Plot::Provisioning,
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
        plot: Plot::Provisioning,
        edits: &["user-asked:answer=none"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "DM Protocol §10",
    },
    Failure {
        id: "card-out",
        title: "The card is taken out in the session",
        plot: Plot::Provisioning,
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
        plot: Plot::Provisioning,
        edits: &["message-sent.2:power-cut"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "TS 102 221 §14",
    },
    Failure {
        id: "bootstrap-lost",
        title: "The bootstrap document does not reach the DM Client",
        plot: Plot::Bootstrap,
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
        plot: Plot::Bootstrap,
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
        plot: Plot::Bootstrap,
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
        plot: Plot::Bootstrap,
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
        plot: Plot::Bootstrap,
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
        plot: Plot::Bootstrap,
        edits: &["session-started:card-out", "session-ended:card-in"],
        end: End::GivenUp,
        tree: TreeEnds::After,
        card_knows: false,
        heals: Heals::Yes,
        clause: "TS 102 221 §5",
    },
];

impl Failure {
    /// Failure with that id.
    pub fn find(id: &str) -> Option<&'static Failure> {
        FAILURES.iter().find(|failure| failure.id == id)
    }

    /// Edits that make it.
    pub fn edits(&self) -> Result<Vec<Edit>, EditError> {
        self.edits.iter().map(|text| text.parse()).collect()
    }
}
