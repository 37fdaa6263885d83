//! Who can deny it? Orders and receipts that are lost, altered, shown twice or forged.

use super::{Failure, Group, Heals, TreeEnds};
use crate::scenario::story::Plot;
use crate::trace::End;

/// The failures of this question.
pub(super) const GROUP: Group = Group {
    id: "undeniable",
    question: "Who can deny it?",
    failures: FAILURES,
};

const FAILURES: &[Failure] = &[
    Failure {
        id: "receipt-lost",
        title: "The receipt is lost on the way",
        teaches: "A receipt that no Status answers is shown again in the next session, the same octets.",
        plots: &[Plot::Signed],
        settings: &[],
        edits: &["receipt-sent:drop"],
        end: End::GivenUp,
        tree: TreeEnds::Partly,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 9052 §4.4",
    },
    Failure {
        id: "receipt-altered",
        title: "One bit of the receipt is turned over",
        teaches: "Whoever changes a receipt cannot sign it again: the device refuses it.",
        plots: &[Plot::Signed],
        settings: &[],
        edits: &["receipt-sent:flip=100.01"],
        end: End::Completed,
        tree: TreeEnds::Partly,
        card_knows: true,
        heals: Heals::Yes,
        clause: "RFC 9052 §4.4",
    },
    Failure {
        id: "receipt-replayed",
        title: "The receipt is shown twice",
        teaches: "Receipts are a chain: one that was shown before has no place in it any more.",
        plots: &[Plot::Signed],
        settings: &[],
        edits: &["receipt-sent:double"],
        end: End::Completed,
        tree: TreeEnds::After,
        card_knows: true,
        heals: Heals::Nothing,
        clause: "RFC 9052 §4.4",
    },
    Failure {
        id: "order-forged",
        title: "One bit of the order is turned over on its way to the card",
        teaches: "The card does nothing that customer care has not signed: 401 to the alert, and no command.",
        plots: &[Plot::Signed],
        settings: &[],
        edits: &["message-sent.1:flip=566.01"],
        end: End::Refused,
        tree: TreeEnds::Before,
        card_knows: false,
        heals: Heals::Yes,
        clause: "RFC 9052 §4.4",
    },
    Failure {
        id: "altered-told",
        title: "One letter of a new setting is changed on its way to the device",
        teaches: "MD5 does not see what a stranger changes; the receipt does: it is over other messages.",
        plots: &[Plot::Signed],
        settings: &[],
        edits: &["message-sent.2:set=608.64"],
        end: End::Completed,
        tree: TreeEnds::Falsified,
        card_knows: true,
        heals: Heals::No,
        clause: "DM Security §5.4",
    },
];
