//! The sentence about each moment, from the Markdown that comes with a run.
//!
//! A sentence has words in braces that the step fills in. Keys go from special to general:
//! `message-sent 2`, then `message-sent`; in a scenario's own file first, then in what all
//! share. Pure text; knows no component.

use crate::playback::{Row, Run};
use crate::words::filled;
use dmsc_core::codec::syncml::AlertCode;
use dmsc_core::trace::{Actor, Carried, Event, Step};
use dmsc_core::tree::ChangeKind;

/// The keys of a step, special first.
fn candidates(number: &str, step: &Step) -> Vec<String> {
    let key = step.event.key();
    let variant = match &step.event {
        Event::EnablerStepBegan if number.is_empty() => "before".to_owned(),
        Event::EnablerStepBegan => number.to_owned(),
        Event::MessageSent {
            package, carries, ..
        } => match kind_of(carries) {
            "" => package.to_string(),
            kind => format!("{package} {kind}"),
        },
        Event::NotificationSent { resync: true, .. }
        | Event::NotificationAccepted { resync: true, .. } => "resync".to_owned(),
        Event::CredentialsChecked { code } => code.to_string(),
        Event::UpdateAnswered { taken, .. } => if *taken { "taken" } else { "refused" }.to_owned(),
        Event::NonceRenewed { credential } => credential.clone(),
        Event::UserAnswered { answer } | Event::DialogAnswered { answer } => answer.clone(),
        Event::CommandApplied { command, code, .. } => format!("{command} {code}"),
        Event::ReceiptStored { code, .. } | Event::OrderChecked { code, .. } => code.to_string(),
        Event::ClaimWeighed { refuted, .. } => if *refuted { "refuted" } else { "open" }.to_owned(),
        Event::ReceiptChecked { problem, .. } => match problem {
            None => "accepted".to_owned(),
            Some(_) => "refused".to_owned(),
        },
        Event::SessionEnded { complete, .. } => {
            if *complete { "complete" } else { "incomplete" }.to_owned()
        }
        _ => String::new(),
    };
    let mut keys = Vec::new();
    if !variant.is_empty() {
        if step.from.lane() == step.to.lane() {
            keys.push(format!("{key} {variant} {}", actor_key(step)));
        }
        keys.push(format!("{key} {variant}"));
    }
    match &step.event {
        Event::CommandApplied { code, .. } => keys.push(format!("{key} {code}")),
        Event::MessageSent { package, .. } => keys.push(format!("{key} {package}")),
        _ => {}
    }
    keys.push(key.to_owned());
    // Of two servers, the guide speaks of the card's; what the other does has words of its own.
    if [step.from, step.to].contains(&Actor::NetworkDmServer) {
        let others: Vec<String> = keys.iter().map(|key| format!("{key} network")).collect();
        keys.splice(0..0, others);
    }
    keys
}

/// What sets a message apart from others of its package: it brings commands, or it only asks
/// for the next message.
fn kind_of(carries: &[Carried]) -> &'static str {
    // What a device says of itself brings nothing.
    let brings = |part: &Carried| matches!(part, Carried::Command { uri, .. } if !uri.starts_with("./DevInfo/"));
    if carries.contains(&Carried::Alert(AlertCode::NEXT_MESSAGE.0)) {
        "next"
    } else if carries.iter().any(brings) {
        "commands"
    } else {
        ""
    }
}

fn actor_key(step: &Step) -> &'static str {
    match step.from.lane() {
        Actor::DmClient => "client",
        Actor::Card => "card",
        _ => "other",
    }
}

/// File, heading and template of a step's sentence.
fn entry<'r>(run: &'r Run, step: &Step) -> Option<(&'r str, &'r str, &'r str)> {
    let (number, _) = run.title(run.section_of(step.id));
    run.sentences().find(&candidates(number, step))
}

/// File and heading that a step's sentence stands under; `None` when there is none.
pub fn heading<'r>(run: &'r Run, step: &Step) -> Option<(&'r str, &'r str)> {
    entry(run, step).map(|(file, key, _)| (file, key))
}

/// The sentence about a row. Where the guide has none, the step's own title and detail.
pub fn sentence(run: &Run, row: Row) -> String {
    let Some(step) = run.step(row.id) else {
        return String::new();
    };
    match entry(run, step) {
        Some((_, _, template)) => filled(template, |word| value(word, run, step, row)),
        None => match run.detail(step.id) {
            "" => run.name(step.id).to_owned(),
            detail => format!("{}: {detail}", run.name(step.id)),
        },
    }
}

fn value(word: &str, run: &Run, step: &Step, row: Row) -> Option<String> {
    let changed = |wanted: &[ChangeKind]| {
        let count = (row.id..=row.end)
            .filter_map(|id| run.step(id))
            .flat_map(|step| &step.changes)
            .filter(|change| wanted.contains(&change.kind))
            .count();
        nodes(count)
    };
    let of_section = |test: &dyn Fn(&Event) -> bool| {
        let section = run.sections().get(run.section_of(step.id))?;
        let steps = section.steps.clone();
        Some(
            steps
                .filter_map(|id| run.step(id))
                .filter(|step| test(&step.event))
                .count(),
        )
    };
    Some(match word {
        "title" => match &step.event {
            Event::EnablerStepBegan => run.title(run.section_of(step.id)).1.to_owned(),
            _ => run.name(step.id).to_owned(),
        },
        "detail" => run.detail(step.id).to_owned(),
        "from" => step.from.name().to_owned(),
        "to" => step.to.name().to_owned(),
        "bytes" => step.bytes.len().to_string(),
        "added" => changed(&[ChangeKind::Added]),
        "replaced" => changed(&[
            ChangeKind::Replaced,
            ChangeKind::PropertyReplaced,
            ChangeKind::Renamed,
        ]),
        "deleted" => changed(&[ChangeKind::Deleted]),
        "commands" => {
            let count = of_section(&|event| matches!(event, Event::CommandApplied { .. }))?;
            format!(
                "{count} {}",
                if count == 1 { "command" } else { "commands" }
            )
        }
        "outcome" => run.trace().outcome.summary.clone(),
        _ => match (&step.event, word) {
            (
                Event::NotificationSent { session_id, .. }
                | Event::NotificationAccepted { session_id, .. }
                | Event::SessionStarted { session_id, .. }
                | Event::MessageSent { session_id, .. },
                "session",
            ) => session_id.clone(),
            (
                Event::NotificationAccepted { server_id, .. }
                | Event::SessionStarted { server_id, .. },
                "server",
            ) => server_id.clone(),
            (Event::BootstrapSent { file, .. }, "file") => file.clone(),
            (Event::ClaimWeighed { claim, .. }, "claim") => claim.clone(),
            (Event::BootstrapTaken { servers }, "servers") => servers.join(", "),
            // The detail of a message is what it carries, then its size.
            (Event::MessageSent { .. }, "contents") => {
                let detail = run.detail(step.id);
                let (contents, _) = detail.rsplit_once(" · ").unwrap_or((detail, ""));
                contents.to_owned()
            }
            (Event::MessageSent { wbxml, .. }, "encoding") => {
                if *wbxml { "WBXML" } else { "XML" }.to_owned()
            }
            (
                Event::CredentialsChecked { code }
                | Event::CommandApplied { code, .. }
                | Event::ReceiptStored { code, .. },
                "code",
            ) => code.to_string(),
            (
                Event::CredentialsChecked { .. }
                | Event::CommandApplied { .. }
                | Event::ReceiptStored { .. },
                "meaning",
            ) => {
                // The detail is the code, then its meaning.
                let (_, meaning) = run.detail(step.id).split_once(' ').unwrap_or_default();
                meaning.to_owned()
            }
            (
                Event::CommandApplied { command, .. } | Event::ReceiptStored { command, .. },
                "command",
            ) => command.clone(),
            (
                Event::CommandApplied { uri, .. }
                | Event::ReceiptStored { uri, .. }
                | Event::ChunkStored { uri, .. }
                | Event::ResultsStored { uri, .. },
                "uri",
            ) => uri.clone(),
            (Event::ResultsStored { value, .. }, "value") => value.clone(),
            (Event::UserAsked { text, .. } | Event::DialogShown { text, .. }, "text") => {
                text.clone()
            }
            (Event::UserInformed { text }, "text") => text.clone(),
            (Event::UserAnswered { answer }, "answer") => answer.clone(),
            (Event::MenuChosen { label }, "label") => label.clone(),
            (
                Event::NotificationRefused { reason }
                | Event::ConnectionRefused { reason }
                | Event::SessionEnded { reason, .. },
                "reason",
            ) => reason.clone(),
            (Event::MalformedReceived { error }, "reason") => error.clone(),
            (Event::WebServerOpened { port } | Event::ConnectionOpened { port }, "port") => {
                port.to_string()
            }
            (Event::TimerStarted { timer, .. } | Event::TimerExpired { timer }, "timer") => {
                timer.to_string()
            }
            (Event::TimerStarted { duration_s, .. }, "duration") => duration(*duration_s),
            (Event::NonceRenewed { credential }, "credential") => credential.clone(),
            (Event::HttpRequestSent { method, .. }, "method") => method.clone(),
            (Event::HttpRequestSent { target, .. }, "target") => target.clone(),
            (Event::HttpResponseSent { status }, "code") => status.to_string(),
            _ => return None,
        },
    })
}

fn nodes(count: usize) -> String {
    match count {
        0 => "no nodes".to_owned(),
        1 => "one node".to_owned(),
        2..=9 => {
            const WORDS: [&str; 8] = [
                "two", "three", "four", "five", "six", "seven", "eight", "nine",
            ];
            format!("{} nodes", WORDS[count - 2])
        }
        _ => format!("{count} nodes"),
    }
}

fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, 1) => "one second".to_owned(),
        (0, s) => format!("{s} seconds"),
        (1, 0) => "one minute".to_owned(),
        (m, 0) => format!("{m} minutes"),
        (m, s) => format!("{m} min {s} s"),
    }
}
