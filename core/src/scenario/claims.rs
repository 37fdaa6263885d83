//! What is left when somebody denies: what each side holds, and what it proves
//! (OMA-AD-DM_SC-V1_0 §4.2, threat 4).
//!
//! Each claim is answered with what the other side has, by public keys alone; who could have made
//! a thing himself proves nothing with it.

use crate::codec::cose::{Order, PublicKey, Receipt, sha256};
use crate::codec::hex;
use crate::codec::syncml::StatusCode;
use crate::codec::vocabulary::cose::RECEIPTS;
use crate::ecms::CareDesk;
use crate::trace::{Actor, Event};
use crate::tree::ManagementTree;

/// Why nothing is proved without signatures.
const ONLY_MAC: &str =
    "nobody can tell: all there is are digests with secrets that both sides know";

/// The newest receipt that a device keeps.
pub(super) fn kept(tree: &ManagementTree) -> Option<Vec<u8>> {
    let all = tree.lookup(RECEIPTS)?.children();
    let numbered = all.filter_map(|(name, node)| Some((name.parse::<u64>().ok()?, node)));
    let (_, newest) = numbered.max_by_key(|(seq, _)| *seq)?;
    Some(newest.state().value.clone())
}

/// The claims, each with who makes it. `order` is what the device was brought, `kept` its newest
/// receipt.
pub(super) fn weigh(
    desk: Option<&CareDesk>,
    order: Option<&[u8]>,
    kept: Option<&[u8]>,
) -> Vec<(Actor, Event)> {
    let card = desk.and_then(|desk| desk.card.as_ref());
    let held = desk.and_then(|desk| desk.receipts().last());
    let claims = [
        (
            Actor::User,
            "I never agreed to that.",
            agreed(held.map(Vec::as_slice), card),
        ),
        (
            Actor::Ecms,
            "Nobody of us has ordered that.",
            ordered(order, desk),
        ),
        (Actor::Ecms, "Your phone never did that.", done(kept, card)),
    ];
    let claims = claims.into_iter().map(|(who, claim, answer)| {
        let refuted = answer.is_some();
        let event = Event::ClaimWeighed {
            claim: claim.to_owned(),
            answer: answer.unwrap_or_else(|| ONLY_MAC.to_owned()),
            refuted,
        };
        (who, event)
    });
    claims.collect()
}

/// The operator answers the user by the card's receipt.
fn agreed(held: Option<&[u8]>, card: Option<&PublicKey>) -> Option<String> {
    let receipt = Receipt::open(held?, card?).ok()?;
    let answer = match receipt.consent {
        Some(code) => format!("{code} {}", StatusCode(code).meaning()),
        None => return None,
    };
    Some(format!(
        "the operator shows receipt {}, signed with the card's key {}: the user's answer was {answer}",
        receipt.seq,
        hex::encode(&card?.kid())
    ))
}

/// The user answers the operator by the order that the phone was brought.
fn ordered(order: Option<&[u8]>, desk: Option<&CareDesk>) -> Option<String> {
    let care = desk?.key.public();
    let order = Order::open(order?, &care).ok()?;
    Some(format!(
        "the user shows the order “{}”, signed with customer care's key {}",
        order.text,
        hex::encode(&care.kid())
    ))
}

/// The user answers the operator by the phone's receipt.
fn done(kept: Option<&[u8]>, card: Option<&PublicKey>) -> Option<String> {
    let receipt = Receipt::open(kept?, card?).ok()?;
    let runs = receipt.statuses.iter();
    let statuses: Vec<String> = runs
        .map(|run| format!("{} × {}", run.count, run.code))
        .collect();
    Some(format!(
        "the user shows receipt {} ({}…), signed with the card's key {}: Status {}",
        receipt.seq,
        hex::encode(&sha256(kept?)[..4]),
        hex::encode(&card?.kid()),
        statuses.join(", ")
    ))
}
