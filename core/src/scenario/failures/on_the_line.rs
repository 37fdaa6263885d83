//! What can somebody on the line do? Records of TLS that are altered, repeated, cut off or made
//! with another key.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "on-the-line",
    question: "What can somebody on the line do?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "tls-wrong-key",
        title: "The device has another key than the card",
        teaches: "Who has not the key gets no connection, and learns of the other key nothing.",
        plots: &[Plot::Ciphered],
        settings: &[("psk", "wrong")],
        edits: &[],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::No,
        clause: "RFC 4279 §2; RFC 5246 §7.2.2",
    },
    Failure {
        id: "tls-identity",
        title: "One letter of the key's name is altered",
        teaches: "The card has no key of that name, and says so: that much an attacker may learn.",
        plots: &[Plot::Ciphered],
        settings: &[],
        edits: &["tls-record-sent.4:flip=19.01"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 4279 §2",
    },
    Failure {
        id: "tls-suite",
        title: "The offer of ciphers is altered to one that ciphers nothing",
        teaches: "The card takes nothing weaker than it must; nobody in between can talk it down.",
        plots: &[Plot::Ciphered],
        settings: &[],
        edits: &["tls-record-sent.1:set=47.B0"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 5246 §7.2.2",
    },
    Failure {
        id: "tls-flip",
        title: "One bit of the ciphered provisioning data is turned over",
        teaches: "What was altered on the way is noticed before anything of it is looked at.",
        plots: &[Plot::Ciphered],
        settings: &[],
        edits: &["tls-record-sent.10:flip=100.01"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 5246 §6.2.3",
    },
    Failure {
        id: "tls-replay",
        title: "A recorded request comes once more",
        teaches: "Each record has a number that is not sent: the same one is wrong the second time.",
        plots: &[Plot::Ciphered],
        settings: &[],
        edits: &["tls-record-sent.9:double"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 5246 §6.2.3.1",
    },
    Failure {
        id: "tls-cut",
        title: "The ciphered provisioning data are cut off",
        teaches: "Half a record is none, and a connection without close_notify has no end.",
        plots: &[Plot::Ciphered],
        settings: &[],
        edits: &["tls-record-sent.10:cut=400"],
        end: End::GivenUp,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 5246 §7.2.1",
    },
];
