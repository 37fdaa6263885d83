//! How a run ended, read from its steps.

use crate::trace::{Event, Outcome, Step};
use std::collections::BTreeMap;

/// The outcome; the two flags say what client and card know of the session's end.
pub(super) fn outcome(steps: &[Step], client: Option<bool>, server: Option<bool>) -> Outcome {
    let complete = client == Some(true) && server == Some(true);
    // A later command on the same node takes the place of one that failed: Add after 404.
    let mut last: BTreeMap<&str, u16> = BTreeMap::new();
    let mut applied = 0;
    for step in steps {
        if let Event::CommandApplied { uri, code, .. } = &step.event {
            last.insert(uri, *code);
            if (200..300).contains(code) && !step.changes.is_empty() {
                applied += 1;
            }
        }
        // What the card could not even send has a receipt and nothing else.
        if let Event::ReceiptStored { uri, code, .. } = &step.event
            && !uri.is_empty()
        {
            last.insert(uri, *code);
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
    let summary = if client.is_none() && server.is_none() {
        "No session took place.".to_owned()
    } else if !complete {
        "The session was broken off.".to_owned()
    } else {
        let plural = if applied == 1 { "" } else { "s" };
        let mut text = match refusal(steps) {
            Some(what) => format!("The session is complete: {what}, so nothing was changed"),
            None => format!("The session is complete: {applied} command{plural} applied"),
        };
        if failed > 0 {
            text.push_str(&format!(", {failed} failed"));
        }
        text.push('.');
        text
    };
    Outcome {
        complete,
        applied,
        declined,
        failed,
        summary,
    }
}

/// What the user did instead of agreeing.
fn refusal(steps: &[Step]) -> Option<&'static str> {
    steps.iter().find_map(|step| match &step.event {
        Event::UserAnswered { answer } => match answer.as_str() {
            "reject" => Some("the user said no"),
            "cancel" => Some("the user cancelled"),
            "none" => Some("the user did not answer"),
            _ => None,
        },
        _ => None,
    })
}
