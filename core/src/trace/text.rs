//! One stable line of text for each step: a title and what matters of it. Golden files, the
//! terminal program and "copy as text" use the same words.

use super::{Carried, Event, Fate, Step, Trace};
use crate::codec::apdu::{CommandApdu, StatusWord, instruction_name};
use crate::codec::hex;
use crate::codec::secured_packet::PacketStatus;
use crate::codec::syncml::{AlertCode, StatusCode};
use crate::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse};
use std::fmt;

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
            Event::MessageTampered { .. } => "Changed on the way".to_owned(),
            Event::AttackStopped { .. } => "The attack is stopped".to_owned(),
            Event::AttackSucceeded { .. } => "The attack succeeds".to_owned(),
            Event::UserInformed { .. } => "User is told".to_owned(),
            Event::MenuChosen { label } => format!("User chooses “{label}”"),
            Event::DialogShown { command, .. } => format!("{command} · the card asks"),
            Event::UserAnswered { answer } | Event::DialogAnswered { answer } => {
                match answer.as_str() {
                    "accept" => "User accepts".to_owned(),
                    "reject" => "User rejects".to_owned(),
                    "cancel" => "User cancels".to_owned(),
                    "none" => "User does not answer".to_owned(),
                    "abort" => "User ends the session".to_owned(),
                    other => format!("User answers {other}"),
                }
            }
            Event::CommandApplied { command, uri, .. } => format!("{command} {uri}"),
            Event::ChunkStored { uri, .. } => format!("Chunk kept for {uri}"),
            Event::ReceiptStored { command, uri, .. } => format!("Receipt: {command} {uri}"),
            Event::ResultsStored { uri, .. } => format!("Results: {uri}"),
            Event::OrderSigned { .. } => "Order signed".to_owned(),
            Event::OrderChecked { code: 200, .. } => "Order accepted".to_owned(),
            Event::OrderChecked { .. } => "Order refused".to_owned(),
            Event::ReceiptIssued { seq } => format!("Receipt {seq} signed and stored"),
            Event::ReceiptSent { seq } => format!("Receipt {seq}"),
            Event::ReceiptAsked { seq } => format!("Secured packet · asks for receipt {seq}"),
            Event::ClaimWeighed { claim, .. } => format!("“{claim}”"),
            Event::ReceiptChecked { seq, problem: None } => format!("Receipt {seq} accepted"),
            Event::ReceiptChecked { seq, .. } => format!("Receipt {seq} refused"),
            Event::SessionEnded { complete: true, .. } => "Session complete".to_owned(),
            Event::SessionEnded { .. } => "Session broken off".to_owned(),
            Event::MalformedReceived { .. } => "Malformed bytes".to_owned(),
            Event::SmsSent { parts: 1, .. } => "SMS-DELIVER".to_owned(),
            Event::SmsSent { part, parts } => format!("SMS-DELIVER, part {part} of {parts}"),
            Event::SmsReportSent { taken: true } => "SMS-DELIVER-REPORT".to_owned(),
            Event::SmsReportSent { taken: false } => "SMS-DELIVER-REPORT, not taken".to_owned(),
            Event::SmsDropped { .. } => "Short message dropped".to_owned(),
            Event::SmsPartsForgotten { .. } => "Parts of a message forgotten".to_owned(),
            Event::PacketSent { .. } => "Secured packet · update".to_owned(),
            Event::PacketAnswered => "Response packet · proof of receipt".to_owned(),
            Event::UpdateAnswered { taken: true, .. } => "Update proved".to_owned(),
            Event::UpdateAnswered { .. } => "Update refused".to_owned(),
            Event::DocumentActivated { slot, .. } => format!("Document in slot {slot} active"),
            Event::CardStarted => "Card powered, answer to reset".to_owned(),
            Event::WebServerOpened { .. } => "Card web server opened".to_owned(),
            Event::WebServerMissing => "No card web server".to_owned(),
            Event::TimerStarted { timer, .. } => format!("Timer {timer} started"),
            Event::TimerExpired { timer } => format!("Timer {timer} expired"),
            Event::ConnectionOpened { .. } => "Connection opened".to_owned(),
            Event::ConnectionClosed => "Connection closed".to_owned(),
            Event::ConnectionRefused { .. } => "Connection refused".to_owned(),
            Event::HttpRequestSent { method, target } => format!("{method} {target}"),
            Event::HttpResponseSent { status } => format!("HTTP {status}"),
            Event::TlsRecordSent { content } => ["TLS ", content].concat(),
            Event::TlsEstablished => "TLS handshake complete".to_owned(),
            Event::TlsClosed => "TLS closed".to_owned(),
            Event::TlsBroken { .. } => "TLS broken off".to_owned(),
            Event::TerminalProfileSent => "TERMINAL PROFILE".to_owned(),
            Event::ProactiveCommandSent => said(ProactiveCommand::decode(&self.bytes)),
            Event::TerminalResponseSent => {
                let response = said(TerminalResponse::decode(&self.bytes));
                format!("TERMINAL RESPONSE {response}")
            }
            Event::EnvelopeSent => format!("ENVELOPE {}", said(Envelope::decode(&self.bytes))),
            Event::CommandApduSent => match CommandApdu::decode(&self.bytes) {
                Ok(command) => command.to_string(),
                Err(_) => {
                    let ins = self.bytes.get(1).copied().unwrap_or_default();
                    instruction_name(ins).into_owned()
                }
            },
            Event::ResponseApduSent => hex::encode(self.status_word()),
            Event::CardRemoved => "Card taken out".to_owned(),
            Event::CardInserted => "Card put in".to_owned(),
            Event::CardPowerCut { .. } => "Power of the card is cut".to_owned(),
            Event::CardMute => "Card does not answer".to_owned(),
            Event::AnswerMissed { .. } => "No answer in time".to_owned(),
            Event::LimitReached { .. } => "The run does not end by itself".to_owned(),
            Event::PinAsked { reference, .. } => format!("User is asked for PIN {reference:02X}"),
            Event::PinBlocked { reference } => format!("PIN {reference:02X} is blocked"),
            Event::BootstrapRead { .. } => "Bootstrap files read".to_owned(),
            Event::BootstrapSent { label, .. } => format!("Bootstrap document {label}"),
            Event::BootstrapTaken { servers } => format!("Account for {}", servers.join(", ")),
            Event::BootstrapKept => "Bootstrap document known".to_owned(),
            Event::BootstrapRefused { .. } => "Bootstrap document refused".to_owned(),
            Event::SessionStarted { server_id, .. } => {
                format!("DM Client begins a session with {server_id}")
            }
            Event::HostRefused { .. } => "Host not reached".to_owned(),
            Event::ShortMessageSent => "Short message".to_owned(),
            Event::BrowserAsked { .. } => "Browser asked for".to_owned(),
            Event::FilesChanged { .. } => "Files of the card changed".to_owned(),
            Event::DialogEnded => "Question is over".to_owned(),
            Event::DatagramDropped { .. } => "Datagram dropped".to_owned(),
            Event::ProcessRefused { uri } => format!("Process {uri} refused"),
            Event::DevicePowerCut => "Power of the device is cut".to_owned(),
            Event::TreeFilled => "Management tree is full".to_owned(),
            Event::CardFilled => "Memory of the card is full".to_owned(),
            Event::NetworkLost => "Network is gone".to_owned(),
            Event::NetworkFound => "Network is there again".to_owned(),
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
            Event::BootstrapSent { file, .. } => format!("{file}, {} B", self.bytes.len()),
            Event::BootstrapTaken { .. } => format!("{} nodes changed", self.changes.len()),
            Event::BootstrapKept => "it was taken before and changes nothing".to_owned(),
            Event::WebServerMissing => {
                "a card of GSM 11.11 has no channel for it, so its DM Server cannot be reached"
                    .to_owned()
            }
            Event::SessionStarted { session_id, .. } => format!("session {session_id}"),
            Event::NotificationRefused { reason }
            | Event::BootstrapRefused { reason }
            | Event::SmsDropped { reason }
            | Event::ConnectionRefused { reason }
            | Event::TlsBroken { reason }
            | Event::SessionEnded { reason, .. } => reason.clone(),
            Event::MessageSent { last, carries, .. } => {
                format!("{} · {} B", contents(carries, *last), self.bytes.len())
            }
            Event::CredentialsChecked { code } => {
                format!("{code} {}", StatusCode(*code).meaning())
            }
            Event::OrderSigned { text } | Event::OrderChecked { text, .. } => text.clone(),
            Event::ClaimWeighed { answer, .. } => answer.clone(),
            Event::ReceiptChecked { problem, .. } => match problem {
                Some(problem) => problem.clone(),
                None => "signature, chain and contents are right".to_owned(),
            },
            Event::NonceRenewed { .. } => "for the next session".to_owned(),
            Event::UserAsked {
                alert,
                text,
                choices,
                input,
                ..
            } => {
                let mut said = format!("{}: {text}", AlertCode(*alert).meaning());
                if !input.is_empty() {
                    said.push_str(&format!(" ({input})"));
                }
                for (at, choice) in choices.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    said.push_str(&format!("{comma} {} {choice}", at + 1));
                }
                said
            }
            Event::UserInformed { text } => text.clone(),
            Event::MessageTampered { from, to } => format!("{from} becomes {to}"),
            Event::AttackStopped { check, clause, .. } if clause.is_empty() => check.clone(),
            Event::AttackStopped { check, clause, .. } => format!("{check} ({clause})"),
            Event::AttackSucceeded { effect, .. } => effect.clone(),
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
            Event::ResponseApduSent => {
                let meaning = match self.status_word() {
                    [sw1, sw2] => StatusWord(u16::from_be_bytes([*sw1, *sw2])).meaning(),
                    _ => "".into(),
                };
                match self.bytes.len().saturating_sub(2) {
                    0 => meaning.into_owned(),
                    n => format!("{meaning} · {n} B of data"),
                }
            }
            Event::CardPowerCut { writes: None } => "at once".to_owned(),
            Event::CardPowerCut {
                writes: Some(writes),
            } => format!("after {writes} more writes"),
            Event::AnswerMissed { after_s } => format!("after {after_s} s"),
            Event::LimitReached { outputs } => format!("ended after {outputs} things done"),
            Event::PinAsked { tries, .. } => format!("{tries} tries left"),
            Event::PinBlocked { .. } => "only its PUK helps".to_owned(),
            Event::BootstrapRead { files, problems } => match problems.as_slice() {
                [] => documents(*files),
                problems => format!("{}; {}", documents(*files), problems.join("; ")),
            },
            Event::HostRefused { port } | Event::DatagramDropped { port } => {
                format!("port {port}")
            }
            Event::PacketSent { counter } => format!("counter {counter}, {} B", self.bytes.len()),
            Event::UpdateAnswered {
                status,
                proven,
                done,
                commands,
                sw,
                ..
            } => {
                let mut text = format!("{status:02X} {}", PacketStatus::from_octet(*status));
                if *sw != 0 {
                    let said =
                        format!(", {done} of {commands} commands, the last answered {sw:04X}");
                    text.push_str(&said);
                }
                if !proven {
                    text.push_str(", without a proof");
                }
                text
            }
            Event::DocumentActivated {
                length, commands, ..
            } => format!("{length} B, {commands} commands for the device"),
            Event::SmsPartsForgotten { came, parts } => {
                format!("{came} of {parts} came in time")
            }
            Event::BrowserAsked { url } => url.clone(),
            Event::FilesChanged { files: 0 } => "any of them".to_owned(),
            Event::FilesChanged { files } => format!("{files}"),
            Event::ProcessRefused { .. } => "this device has no such process".to_owned(),
            // The command's own text says how long its data are.
            Event::CommandApduSent => hex::spaced(&self.bytes[..self.bytes.len().min(5)]),
            // A fact without bytes says all in its title.
            _ => match self.bytes.len() {
                0 => String::new(),
                n => format!("{n} B"),
            },
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
        let fate = match self.fate {
            None => String::new(),
            Some(Fate::Late { by_ms }) => format!(" · {by_ms} ms late"),
            Some(fate) => format!(" · {}", fate.word()),
        };
        one_line(format!("{way}{interface}: {}{detail}{fate}", self.title()))
    }

    /// SW1 SW2 of a response; empty for less than two bytes.
    fn status_word(&self) -> &[u8] {
        self.bytes.last_chunk::<2>().map_or(&[], |sw| sw)
    }
}

/// What a DM message carries, in a few words: `Alert 1200, Replace DevInfo, credentials`.
pub fn contents(carries: &[Carried], last: bool) -> String {
    let words: Vec<String> = carries.iter().map(Carried::to_string).collect();
    match words.as_slice() {
        [] if last => "end of session".to_owned(),
        words => words.join(", "),
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Carried::Alert(code) => write!(f, "Alert {code}"),
            Carried::Command { name, uri } if uri.starts_with("./DevInfo/") => {
                write!(f, "{name} DevInfo")
            }
            Carried::Command { name, uri } => write!(f, "{name} {uri}"),
            Carried::Results => f.write_str("Results"),
            Carried::Unknown(name) => f.write_str(name),
            Carried::Statuses(count) => write!(f, "{count} Status"),
            Carried::Credentials => f.write_str("credentials"),
            Carried::NextNonce => f.write_str("next nonce"),
        }
    }
}

fn documents(count: u32) -> String {
    match count {
        1 => "one document".to_owned(),
        count => format!("{count} documents"),
    }
}

/// What a toolkit message says, or that it cannot be read.
fn said<T: fmt::Display, E>(message: Result<T, E>) -> String {
    match message {
        Ok(message) => message.to_string(),
        Err(_) => "that cannot be read".to_owned(),
    }
}

impl Trace {
    /// The step in one line, indented by its layer; a step of the enabler has its number and
    /// title instead.
    pub fn line(&self, step: &Step) -> String {
        if step.event == Event::EnablerStepBegan {
            let Some(title) = self.titles.get(step.enabler_step as usize) else {
                return format!("step {}", step.enabler_step);
            };
            let number = match title.number.as_str() {
                "" => "–",
                number => number,
            };
            return one_line(format!("{number} {}", title.title));
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
