//! Client events and generic alerts: what the device has to tell a server
//! (OMA-TS-DM_RepPro-V1_2_1 §7; OMA-TS-DM_Protocol-V1_2_1 §8).
//!
//! They wait until a message goes to their server and stay until it has answered them.

use super::DmClient;
use super::output::Event;
use super::package;
use super::session::Session;
use crate::codec::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Item, Location, Message, Meta, Status, StatusCode,
};
use std::fmt;

/// Alerts that wait at a time.
pub const MAX_ALERTS: usize = 64;

/// An alert for a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceAlert {
    /// 1224 (client event) or 1226 (generic alert).
    pub code: AlertCode,
    /// That of the Exec a generic alert reports on; none for other alerts.
    pub correlator: Option<String>,
    /// At least one.
    pub items: Vec<AlertItem>,
}

/// What an alert says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertItem {
    /// URI of the node it concerns.
    pub source: Option<String>,
    /// Meta Type: `Reversed-Domain-Name: …`, a URN …
    pub media_type: String,
    /// Meta Format: `chr`, `int` …
    pub format: String,
    /// Meta Mark of a generic alert; `informational` when absent.
    pub mark: Option<String>,
    /// The data.
    pub data: String,
}

/// Why an alert is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertRefused {
    /// A code other than 1224 and 1226.
    Code,
    /// No Item.
    NoItem,
    /// An Item without Type or Format.
    NoMeta,
    /// A Mark that is none of the standard's words, or that a client event cannot have.
    Mark,
    /// A client event with a Correlator.
    Correlator,
    /// The server has no account.
    NoAccount,
    /// `MAX_ALERTS` wait already.
    TooMany,
}

impl fmt::Display for AlertRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AlertRefused::Code => "a device sends alerts 1224 and 1226 only",
            AlertRefused::NoItem => "an alert has at least one Item",
            AlertRefused::NoMeta => "each Item has a Type and a Format",
            AlertRefused::Mark => "the Mark is none that this alert can have",
            AlertRefused::Correlator => "a client event has no Correlator",
            AlertRefused::NoAccount => "there is no account for this server",
            AlertRefused::TooMany => "too many alerts wait already",
        })
    }
}

impl std::error::Error for AlertRefused {}

/// Words for the importance of a generic alert (DM RepPro §7).
const MARKS: [&str; 7] = [
    "fatal",
    "critical",
    "minor",
    "warning",
    "informational",
    "harmless",
    "indeterminate",
];

impl DeviceAlert {
    fn check(&self) -> Result<(), AlertRefused> {
        let is_event = match self.code {
            AlertCode::CLIENT_EVENT => true,
            AlertCode::GENERIC => false,
            _ => return Err(AlertRefused::Code),
        };
        if self.items.is_empty() {
            return Err(AlertRefused::NoItem);
        }
        if is_event && self.correlator.is_some() {
            return Err(AlertRefused::Correlator);
        }
        for item in &self.items {
            if item.media_type.is_empty() || item.format.is_empty() {
                return Err(AlertRefused::NoMeta);
            }
            let mark = item.mark.as_deref();
            if mark.is_some_and(|mark| is_event || !MARKS.contains(&mark)) {
                return Err(AlertRefused::Mark);
            }
        }
        Ok(())
    }

    fn command(&self) -> Command {
        let item = |item: &AlertItem| Item {
            source: item.source.clone().map(Location::new),
            meta: Meta {
                format: Some(item.format.clone()),
                media_type: Some(item.media_type.clone()),
                mark: item.mark.clone(),
                ..Meta::default()
            },
            data: Some(Data::Text(item.data.clone())),
            ..Item::default()
        };
        Command::Alert(Alert {
            code: self.code,
            correlator: self.correlator.clone(),
            items: self.items.iter().map(item).collect(),
            ..Alert::default()
        })
    }
}

/// An alert that no server has answered yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    server_id: String,
    alert: DeviceAlert,
    stage: Stage,
}

/// How far an alert has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// In the outbox.
    Queued,
    /// MsgID and CmdID it was sent with.
    Sent(String, String),
}

impl DmClient {
    /// The device has something to tell a server: in the next message to it, or in Package #1 of
    /// the next session with it. What the server says to it comes as `Event::AlertAnswered`.
    pub fn handle_alert(
        &mut self,
        server_id: &str,
        alert: DeviceAlert,
    ) -> Result<(), AlertRefused> {
        alert.check()?;
        if self.tree.account(server_id).is_none() {
            return Err(AlertRefused::NoAccount);
        }
        if self.alerts.len() >= MAX_ALERTS {
            return Err(AlertRefused::TooMany);
        }
        self.alerts.push(Pending {
            server_id: server_id.to_owned(),
            alert,
            stage: Stage::Waiting,
        });
        Ok(())
    }

    /// Puts what waits for this server behind what is to be sent to it.
    pub(super) fn queue_alerts(&mut self, session: &mut Session) {
        let base = package::sparse(session, &self.terms());
        let (encoding, limit) = (self.config.encoding, session.peer_max_msg_size);
        let mut too_large = Vec::new();
        self.alerts.retain_mut(|pending| {
            if pending.stage != Stage::Waiting || pending.server_id != session.account.server_id {
                return true;
            }
            let mut command = pending.alert.command();
            command.set_cmd_id("9999");
            if sizing::fitting(&base, std::slice::from_ref(&command), encoding, limit) == 0 {
                too_large.push(pending.alert.clone());
                return false;
            }
            session.outbox.put_last(command);
            pending.stage = Stage::Queued;
            true
        });
        for alert in too_large {
            self.tell(Event::AlertAnswered {
                alert,
                code: StatusCode::TOO_LARGE,
            });
        }
    }

    /// Remembers where in a message alerts are sent.
    pub(super) fn note_alerts(&mut self, message: &Message) {
        let mut queued = self.alerts.iter_mut().filter(|p| p.stage == Stage::Queued);
        for command in &message.commands {
            if let Command::Alert(alert) = command
                && matches!(alert.code, AlertCode::CLIENT_EVENT | AlertCode::GENERIC)
                && let Some(pending) = queued.next()
            {
                pending.stage = Stage::Sent(message.hdr.msg_id.clone(), alert.cmd_id.clone());
            }
        }
    }

    /// Alerts that were not answered are sent again: Package #1 begins anew, or a session.
    pub(super) fn renew_alerts(&mut self) {
        for pending in &mut self.alerts {
            pending.stage = Stage::Waiting;
        }
    }

    /// What the server says to the alerts of earlier messages.
    pub(super) fn take_alert_answers(&mut self, answers: &[Status]) {
        for status in answers.iter().filter(|s| s.cmd == "Alert") {
            let place = self.alerts.iter().position(|p| {
                matches!(&p.stage, Stage::Sent(msg, cmd)
                    if *msg == status.msg_ref && *cmd == status.cmd_ref)
            });
            // Refused for our credentials it is sent again with them.
            let again = matches!(
                status.code,
                StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED
            );
            if let Some(place) = place.filter(|_| !again) {
                let alert = self.alerts.remove(place).alert;
                self.tell(Event::AlertAnswered {
                    alert,
                    code: status.code,
                });
            }
        }
    }
}
