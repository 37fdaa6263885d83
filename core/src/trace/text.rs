//! One stable line of text for each step: a title and what matters of it. Golden files, the
//! terminal program and "copy as text" use the same words.

use super::{Event, Step, Trace};
use crate::codec::apdu::StatusWord;
use crate::codec::syncml::{AlertCode, StatusCode};

impl Step {
    /// What it is, in a few words: `Package #1`, `SEND DATA, 237 B, immediate`.
    pub fn title(&self) -> String {
        match &self.event {
            Event::EnablerStepBegan => "Step".to_owned(),
            Event::NotificationSent { .. } => "Package #0 · notification".to_owned(),
            Event::NotificationAccepted { .. } => "Notification accepted".to_owned(),
            Event::NotificationRefused { .. } => "Notification ignored".to_owned(),
            Event::MessageSent { package, .. } => format!("Package #{package}"),
            Event::CredentialsChecked { code: 200 | 212 } => "Credentials accepted".to_owned(),
            Event::CredentialsChecked { .. } => "Credentials refused".to_owned(),
            Event::NonceRenewed { credential } => format!("New {credential} nonce stored"),
            Event::UserAsked { alert, .. } => format!("Alert {alert} · user is asked"),
            Event::MenuChosen { label } => format!("User chooses “{label}”"),
            Event::DialogShown { command, .. } => format!("{command} · the card asks"),
            Event::UserAnswered { answer } | Event::DialogAnswered { answer } => {
                match answer.as_str() {
                    "accept" => "User accepts".to_owned(),
                    "reject" => "User rejects".to_owned(),
                    "cancel" => "User cancels".to_owned(),
                    "none" => "User does not answer".to_owned(),
                    other => format!("User answers {other}"),
                }
            }
            Event::CommandApplied { command, uri, .. } => format!("{command} {uri}"),
            Event::ChunkStored { uri, .. } => format!("Chunk kept for {uri}"),
            Event::ReceiptStored { command, uri, .. } => format!("Receipt: {command} {uri}"),
            Event::ResultsStored { uri, .. } => format!("Results: {uri}"),
            Event::SessionEnded { complete: true, .. } => "Session complete".to_owned(),
            Event::SessionEnded { .. } => "Session broken off".to_owned(),
            Event::MalformedReceived { .. } => "Malformed bytes".to_owned(),
            Event::CardStarted => "Card powered, answer to reset".to_owned(),
            Event::WebServerOpened { .. } => "Card web server opened".to_owned(),
            Event::TimerStarted { timer, .. } => format!("Timer {timer} started"),
            Event::TimerExpired { timer } => format!("Timer {timer} expired"),
            Event::ConnectionOpened { .. } => "Connection opened".to_owned(),
            Event::ConnectionClosed => "Connection closed".to_owned(),
            Event::ConnectionRefused { .. } => "Connection refused".to_owned(),
            Event::HttpRequestSent { method, target } => format!("{method} {target}"),
            Event::HttpResponseSent { status } => format!("HTTP {status}"),
            Event::TerminalProfileSent => "TERMINAL PROFILE".to_owned(),
            Event::ProactiveCommandSent { command } => command.clone(),
            Event::TerminalResponseSent { result } => format!("TERMINAL RESPONSE {result}"),
            Event::EnvelopeSent { envelope } => format!("ENVELOPE {envelope}"),
            Event::CommandApduSent { command } => command.clone(),
            Event::ResponseApduSent { status_word } => status_word.clone(),
        }
    }

    /// What matters of it beyond the title; may be empty.
    pub fn detail(&self) -> String {
        match &self.event {
            Event::NotificationSent { session_id, resync } => format!(
                "session {session_id}, {} B{}",
                self.bytes.len(),
                if *resync {
                    ", resynchronisation nonce"
                } else {
                    ""
                }
            ),
            Event::NotificationAccepted {
                server_id,
                session_id,
                resync,
            } => format!(
                "digest, version and server {server_id} are right, session {session_id}{}",
                if *resync { ", resynchronising" } else { "" }
            ),
            Event::NotificationRefused { reason }
            | Event::ConnectionRefused { reason }
            | Event::SessionEnded { reason, .. } => reason.clone(),
            Event::MessageSent { contents, .. } => {
                format!("{contents} · {} B", self.bytes.len())
            }
            Event::CredentialsChecked { code } => {
                format!("{code} {}", StatusCode(*code).meaning())
            }
            Event::NonceRenewed { .. } => "for the next session".to_owned(),
            Event::UserAsked { alert, text, .. } => {
                format!("{}: {text}", AlertCode(*alert).meaning())
            }
            Event::DialogShown { text, .. } => text.clone(),
            Event::CommandApplied { code, .. } | Event::ReceiptStored { code, .. } => {
                format!("{code} {}", StatusCode(*code).meaning())
            }
            Event::ChunkStored {
                received,
                total: Some(total),
                ..
            } => {
                format!("{received} of {total} B")
            }
            Event::ChunkStored { received, .. } => format!("{received} B"),
            Event::ResultsStored { value, .. } => value.clone(),
            Event::MalformedReceived { error } => error.clone(),
            Event::WebServerOpened { port } | Event::ConnectionOpened { port } => {
                format!("port {port}")
            }
            Event::TimerStarted { duration_s, .. } => format!("{duration_s} s"),
            Event::ResponseApduSent { status_word } => {
                let meaning = u16::from_str_radix(status_word, 16)
                    .map(|sw| StatusWord(sw).meaning())
                    .unwrap_or_default();
                match self.bytes.len().saturating_sub(2) {
                    0 => meaning.into_owned(),
                    n => format!("{meaning} · {n} B of data"),
                }
            }
            Event::EnablerStepBegan
            | Event::UserAnswered { .. }
            | Event::MenuChosen { .. }
            | Event::DialogAnswered { .. }
            | Event::ConnectionClosed
            | Event::TimerExpired { .. } => String::new(),
            // The command's own text says how long its data are.
            Event::CommandApduSent { .. } => {
                crate::codec::hex::spaced(&self.bytes[..self.bytes.len().min(5)])
            }
            _ => format!("{} B", self.bytes.len()),
        }
    }
}

impl Step {
    /// The step in one line: direction, title, detail.
    pub fn line(&self) -> String {
        let way = if self.is_local() {
            self.from.name().to_owned()
        } else {
            format!("{} → {}", self.from.name(), self.to.name())
        };
        let interface = match self.interface.name() {
            "" => String::new(),
            name => format!(" [{name}]"),
        };
        let detail = match self.detail() {
            detail if detail.is_empty() => detail,
            detail => format!(" · {detail}"),
        };
        one_line(format!("{way}{interface}: {}{detail}", self.title()))
    }
}

impl Trace {
    /// The step in one line, indented by its layer; a step of the enabler has its number and
    /// title instead.
    pub fn line(&self, step: &Step) -> String {
        if step.event == Event::EnablerStepBegan {
            let title = &self.titles[step.enabler_step as usize];
            let number = if title.number.is_empty() {
                "–"
            } else {
                &title.number
            };
            return format!("{number} {}", title.title);
        }
        format!("{}{}", "  ".repeat(step.layer() as usize), step.line())
    }
}

/// What a peer or a file says may hold line ends and worse; a line stays a line.
fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_line() {
        let text = "é a\nb\u{1b}[2J".to_owned();
        assert_eq!(one_line(text), "é a\\nb\\u{1b}[2J");
    }
}
