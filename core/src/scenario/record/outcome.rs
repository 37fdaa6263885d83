//! How a run ended, read from its steps.

use crate::codec::syncml::{AlertCode, StatusCode};
use crate::trace::{Carried, End, Event, EventKind, Outcome, Step};
use std::collections::BTreeMap;

/// The outcome; the two flags say what client and card know of the session's end.
pub(in crate::scenario) fn outcome(
    steps: &[Step],
    client: Option<bool>,
    server: Option<bool>,
) -> Outcome {
    // A user who does not want a session in the first place leaves nothing unfinished.
    let none_wanted = client.is_none() && server.is_none() && refusal(steps).is_some();
    let complete = none_wanted || (client == Some(true) && server == Some(true));
    // A later command on the same node takes the place of one that failed: Add after 404.
    let mut last: BTreeMap<&str, u16> = BTreeMap::new();
    let mut applied = 0;
    for step in steps {
        if let Event::CommandApplied { uri, code, .. } = &step.event {
            // Of a message that is refused as a whole, no command is looked at.
            if !uri.is_empty() {
                last.insert(uri, *code);
            }
            if StatusCode(*code).is_success() && !step.changes.is_empty() {
                applied += 1;
            }
        }
        // What a server could not even send has a receipt and nothing else; what it had reckoned
        // with is no failure.
        if let Event::ReceiptStored {
            uri,
            code,
            accepted,
            ..
        } = &step.event
            && !uri.is_empty()
        {
            let code = if *accepted { StatusCode::OK.0 } else { *code };
            last.insert(uri, code);
        }
    }
    let declined = last
        .values()
        .filter(|code| matches!(code, 215 | 216))
        .count() as u32;
    let applied = if last.values().any(|code| *code == 216) {
        0
    } else {
        applied
    };
    let failed = last.values().filter(|code| **code >= 400).count() as u32;
    let summary = if !complete && is_deaf(steps) {
        "This card has no channel for a web server: its DM Server cannot be reached.".to_owned()
    } else if client.is_none() && server.is_none() {
        match refusal(steps) {
            Some(what) => format!("No session took place: {what}."),
            None => match refused(steps) {
                Some(reason) => format!("No session took place: {reason}."),
                None => "No session took place.".to_owned(),
            },
        }
    } else if !complete {
        "The session was broken off.".to_owned()
    } else {
        let plural = if applied == 1 { "" } else { "s" };
        let mut text = match refusal(steps) {
            None if last.is_empty() => {
                "The session is complete: there was nothing to change".to_owned()
            }
            Some(what) => format!("The session is complete: {what}, so nothing was changed"),
            None => format!("The session is complete: {applied} command{plural} applied"),
        };
        if failed > 0 {
            text.push_str(&format!(", {failed} failed"));
        }
        text.push('.');
        text
    };
    let summary = match bootstrapped(steps) {
        Some(servers) => format!("The device has an account for {servers}. {summary}"),
        None => summary,
    };
    let summary = match attacks(steps) {
        (0, 0) => summary,
        (1, 0) => format!("The attack was stopped. {summary}"),
        (stopped, 0) => format!("All {stopped} attacks were stopped. {summary}"),
        (0, 1) => format!("Nothing stopped the attack. {summary}"),
        (stopped, succeeded) => {
            let all = stopped + succeeded;
            format!("{succeeded} of {all} attacks succeeded. {summary}")
        }
    };
    Outcome {
        complete,
        applied,
        declined,
        failed,
        end: end(steps, complete),
        card_knows: server == Some(true),
        summary,
    }
}

/// Which way it ended.
fn end(steps: &[Step], complete: bool) -> End {
    let any = |test: &dyn Fn(&Event) -> bool| steps.iter().any(|step| test(&step.event));
    let aborts = |event: &Event| match event {
        Event::MessageSent { carries, .. } => {
            carries.contains(&Carried::Alert(AlertCode::SESSION_ABORT.0))
        }
        _ => false,
    };
    let refuses = |event: &Event| {
        matches!(
            event,
            Event::NotificationRefused { .. }
                | Event::BootstrapRefused { .. }
                | Event::UpdateAnswered { taken: false, .. }
                | Event::CredentialsChecked { code: 400.. }
                | Event::OrderChecked { code: 400.., .. }
        )
    };
    match complete {
        true if refusal(steps).is_some() || is_denied(steps) => End::Refused,
        true => End::Completed,
        false if is_deaf(steps) => End::NothingToDo,
        false if any(&aborts) => End::Aborted,
        false if any(&|event| matches!(event, Event::LimitReached { .. })) => End::GivenUp,
        false if any(&refuses) && !any(&|e| matches!(e, Event::AnswerMissed { .. })) => {
            End::Refused
        }
        false => End::GivenUp,
    }
}

/// Whether the card has no DM Server that could be reached.
fn is_deaf(steps: &[Step]) -> bool {
    let missing = |step: &Step| step.event == Event::WebServerMissing;
    steps.iter().any(missing)
}

/// Whether nothing took effect and the policy of the device (403) or the rights of its tree (425)
/// are why.
fn is_denied(steps: &[Step]) -> bool {
    let applied = |step: &Step| match &step.event {
        Event::CommandApplied { code, .. } => Some((*code, !step.changes.is_empty())),
        _ => None,
    };
    let all = || steps.iter().filter_map(applied);
    all().any(|(code, _)| matches!(code, 403 | 425)) && !all().any(|(_, changed)| changed)
}

/// Attacks that were stopped, and that were not.
fn attacks(steps: &[Step]) -> (usize, usize) {
    let count = |kind| steps.iter().filter(|s| s.event.kind() == kind).count();
    (
        count(EventKind::AttackStopped),
        count(EventKind::AttackSucceeded),
    )
}

/// Servers that a bootstrap made accounts for.
fn bootstrapped(steps: &[Step]) -> Option<String> {
    steps.iter().find_map(|step| match &step.event {
        Event::BootstrapTaken { servers } => Some(servers.join(", ")),
        _ => None,
    })
}

/// Why the DM Client ignored the last notification or bootstrap document.
fn refused(steps: &[Step]) -> Option<&str> {
    steps.iter().rev().find_map(|step| match &step.event {
        Event::NotificationRefused { reason } | Event::BootstrapRefused { reason } => {
            Some(reason.as_str())
        }
        Event::UpdateAnswered { taken: false, .. } => Some("the card did not take the update"),
        _ => None,
    })
}

/// What the user did instead of agreeing, when he was asked last.
fn refusal(steps: &[Step]) -> Option<&'static str> {
    let answered = |step: &'_ Step| match &step.event {
        Event::UserAnswered { answer } | Event::DialogAnswered { answer } => {
            Some(match answer.as_str() {
                "reject" => Some("the user said no"),
                "cancel" => Some("the user cancelled"),
                "none" => Some("the user did not answer"),
                "abort" => Some("the user ended the session"),
                _ => None,
            })
        }
        _ => None,
    };
    steps.iter().rev().find_map(answered).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, Interface};

    fn receipt(id: u32, code: u16) -> Step {
        Step {
            id,
            tick: 0,
            enabler_step: 0,
            from: Actor::CardDmServer,
            to: Actor::CardDmServer,
            interface: Interface::Internal,
            event: Event::ReceiptStored {
                command: "Replace".to_owned(),
                uri: "./A".to_owned(),
                code,
                accepted: false,
            },
            bytes: Vec::new(),
            fate: None,
            arrived: Vec::new(),
            changes: Vec::new(),
            cause: None,
            enclosing: None,
        }
    }

    #[test]
    fn it_is_complete_only_when_both_sides_say_so() {
        for (client, server, complete) in [
            (Some(true), Some(true), true),
            (Some(true), Some(false), false),
            (Some(false), Some(true), false),
            (Some(true), None, false),
            (None, None, false),
        ] {
            let outcome = outcome(&[], client, server);
            assert_eq!(outcome.complete, complete, "{client:?} {server:?}");
            assert_eq!(outcome.is_good(), complete);
        }
    }

    #[test]
    fn what_the_server_reckoned_with_is_no_failure() {
        let mut step = receipt(0, 425);
        if let Event::ReceiptStored { accepted, .. } = &mut step.event {
            *accepted = true;
        }
        let both = Some(true);
        assert_eq!(outcome(&[step], both, both).failed, 0);
        assert_eq!(outcome(&[receipt(0, 425)], both, both).failed, 1);
    }

    #[test]
    fn the_last_word_on_a_node_counts() {
        let both = Some(true);
        let failed = outcome(&[receipt(0, 404)], both, both);
        assert_eq!((failed.failed, failed.is_good()), (1, false));
        let mended = outcome(&[receipt(0, 404), receipt(1, 200)], both, both);
        assert_eq!((mended.failed, mended.is_good()), (0, true));
    }
}
