//! What came of an attack, read from the steps since it began: which check stopped it, with its
//! clause, or what it brought about.

use super::{Attack, Heard};
use crate::codec::syncml::StatusCode;
use crate::trace::{Actor, Event, Step};

/// What came of an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Verdict {
    /// A check stopped it.
    Stopped {
        /// Check, for people.
        check: String,
        /// Clause that wants the check.
        clause: &'static str,
    },
    /// It came to what it was for.
    Succeeded {
        /// Effect, for people.
        effect: &'static str,
    },
}

/// What the steps since the beginning of an attack, and the card's answer to the rogue, say of it.
pub(in crate::scenario) fn verdict(
    attack: Attack,
    steps: &[Step],
    heard: Option<Heard>,
) -> Verdict {
    let found = match attack {
        Attack::Forged
        | Attack::Replayed
        | Attack::ResyncReplayed
        | Attack::Foreign
        | Attack::Version => of_notification(attack, steps),
        Attack::ZeroNonce => of_challenge(steps, heard),
        Attack::TakenOver | Attack::SecondSession => of_intrusion(attack, heard),
        Attack::FalseData => of_data(steps),
        Attack::Rights => of_rights(steps),
    };
    // Lost or broken on the way, for instance.
    found.unwrap_or_else(|| Verdict::Stopped {
        check: "it did not come so far that any check was needed".to_owned(),
        clause: "",
    })
}

fn stopped(check: impl Into<String>, clause: &'static str) -> Option<Verdict> {
    Some(Verdict::Stopped {
        check: check.into(),
        clause,
    })
}

fn succeeded(effect: &'static str) -> Option<Verdict> {
    Some(Verdict::Succeeded { effect })
}

/// Whether the DM Client heeds the notification.
fn of_notification(attack: Attack, steps: &[Step]) -> Option<Verdict> {
    steps.iter().find_map(|step| match &step.event {
        Event::NotificationRefused { reason } => stopped(reason.clone(), clause_of(reason)),
        Event::NotificationAccepted { .. } => succeeded(match attack {
            Attack::Forged => {
                "a session at a time of the rogue's choice; only the address is still the account's"
            }
            Attack::Foreign => "the device made an account for whoever called, and calls back",
            Attack::Version => "a format of another version was read as if it were known",
            Attack::ResyncReplayed => {
                "a session by a notification that never grows old, as often as the rogue likes"
            }
            _ => "the same session once more, as often as the rogue likes",
        }),
        _ => None,
    })
}

/// Clause of the check that a refusal names.
fn clause_of(reason: &str) -> &'static str {
    if reason.contains("digest") {
        "DM Security §5.2"
    } else if reason.contains("called for already") || reason.contains("running") {
        "DM Notification §6.2.10"
    } else if reason.contains("no account") {
        "DM Notification §6"
    } else {
        "DM Notification §6.2"
    }
}

/// Whether the DM Client proves itself by a nonce for everybody, and the card takes that proof
/// from somebody else.
fn of_challenge(steps: &[Step], heard: Option<Heard>) -> Option<Verdict> {
    match heard {
        Some(Heard::Header(200 | 212)) => {
            return succeeded(
                "a proof that was recorded once opens sessions with the card for ever",
            );
        }
        Some(_) => {
            return stopped(
                "the card does not take the recorded proof",
                "DM Security §5.2",
            );
        }
        None => {}
    }
    steps.iter().find_map(|step| match &step.event {
        Event::SessionEnded {
            complete: false,
            reason,
        } if step.from == Actor::DmClient && reason.contains("nonce") => {
            stopped(reason.clone(), "DM Security §5.3")
        }
        _ => None,
    })
}

/// What the card says to a message of the rogue while another's session runs.
fn of_intrusion(attack: Attack, heard: Option<Heard>) -> Option<Verdict> {
    match (attack, heard?) {
        (Attack::SecondSession, Heard::Http(status)) => stopped(
            format!("the card has room for one session, HTTP {status}"),
            "RFC 9110 §15.6.4",
        ),
        (_, Heard::Http(status)) => stopped(format!("HTTP {status}"), "DM Protocol §8"),
        (_, Heard::Header(code @ (401 | 407))) => stopped(
            format!(
                "each message is to be proved: {code} {}",
                StatusCode(code).meaning()
            ),
            "DM Security §5.4",
        ),
        (_, Heard::Header(code)) if !StatusCode(code).is_success() => stopped(
            format!("{code} {}", StatusCode(code).meaning()),
            "DM RepPro §10",
        ),
        (_, Heard::Header(_)) => {
            succeeded("the card took a stranger's word for what the device has done")
        }
    }
}

/// Whether a value that was changed on the way is in the tree.
fn of_data(steps: &[Step]) -> Option<Verdict> {
    let (_, false_value) = super::Rogue::swapped();
    let holds = |step: &&Step| {
        step.changes.iter().any(|change| {
            let after = change.after.as_ref();
            after.is_some_and(|state| state.value == false_value.as_bytes())
        })
    };
    if steps.iter().any(|step| holds(&step)) {
        return succeeded("another value is in the tree, and the card believes it is its own");
    }
    steps.iter().find_map(|step| match &step.event {
        Event::CredentialsChecked { code: code @ 400.. } if step.from == Actor::DmClient => {
            stopped(
                format!(
                    "the proof is of another message: {code} {}",
                    StatusCode(*code).meaning()
                ),
                "DM Security §5.4",
            )
        }
        _ => None,
    })
}

/// Whether commands of a server without rights change anything.
fn of_rights(steps: &[Step]) -> Option<Verdict> {
    let applied = |step: &Step| match &step.event {
        Event::CommandApplied { code, .. } => Some((*code, !step.changes.is_empty())),
        _ => None,
    };
    let all = || steps.iter().filter_map(applied);
    if all().any(|(_, changed)| changed) {
        return succeeded("the settings that the card gave are overwritten");
    }
    all().find(|(code, _)| *code == StatusCode::PERMISSION_DENIED.0)?;
    stopped(
        "425 permission denied, by the rights in the tree",
        "DM TND §7.7.1",
    )
}
