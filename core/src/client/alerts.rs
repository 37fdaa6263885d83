//! Client events and generic alerts: what the device has to tell a server
//! (OMA-TS-DM_RepPro-V1_2_1 §7; OMA-TS-DM_Protocol-V1_2_1 §8).
//!
//! They wait until a message goes to their server and stay until it has answered them.

use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Item, Location, Message, Meta, Status, StatusCode,
};
use crate::dm::{LONG_ID, MARKS, is_challenge};
use std::fmt;

/// Alerts that wait at a time.
pub const MAX_ALERTS: usize = 64;

/// An alert for a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceAlert {
    /// Code: 1224 (client event) or 1226 (generic alert).
    pub code: AlertCode,
    /// Correlator of the Exec a generic alert reports on; `None` for other alerts.
    pub correlator: Option<String>,
    /// Items, at least one.
    pub items: Vec<AlertItem>,
}

/// Item of an alert: one thing the device says.
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
    /// Text of the Item's Data.
    pub data: String,
}

/// Reason why an alert is not taken.
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

impl DeviceAlert {
    /// Whether a server could take it.
    pub(super) fn check(&self) -> Result<(), AlertRefused> {
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

/// Alerts that no server has answered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Alerts {
    pending: Vec<Pending>,
}

#[derive(Clone, Debug)]
struct Pending {
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

impl Alerts {
    /// Keeps an alert for a server.
    pub(super) fn put(&mut self, server_id: &str, alert: DeviceAlert) -> Result<(), AlertRefused> {
        if self.pending.len() >= MAX_ALERTS {
            return Err(AlertRefused::TooMany);
        }
        self.pending.push(Pending {
            server_id: server_id.to_owned(),
            alert,
            stage: Stage::Waiting,
        });
        Ok(())
    }

    /// Hands out what waits for a server; alerts that do not fit into a message of it are
    /// forgotten and given back.
    pub(super) fn queue(
        &mut self,
        server_id: &str,
        fits: impl Fn(&Command) -> bool,
    ) -> (Vec<Command>, Vec<DeviceAlert>) {
        let (mut queued, mut too_large) = (Vec::new(), Vec::new());
        self.pending.retain_mut(|pending| {
            if pending.stage != Stage::Waiting || pending.server_id != server_id {
                return true;
            }
            let mut command = pending.alert.command();
            command.set_cmd_id(LONG_ID);
            if !fits(&command) {
                too_large.push(pending.alert.clone());
                return false;
            }
            queued.push(command);
            pending.stage = Stage::Queued;
            true
        });
        (queued, too_large)
    }

    /// Remembers where in a message alerts are sent.
    pub(super) fn note(&mut self, message: &Message) {
        let mut queued = self.pending.iter_mut().filter(|p| p.stage == Stage::Queued);
        for command in &message.commands {
            if let Command::Alert(alert) = command
                && matches!(alert.code, AlertCode::CLIENT_EVENT | AlertCode::GENERIC)
                && let Some(pending) = queued.next()
            {
                pending.stage = Stage::Sent(message.hdr.msg_id.clone(), alert.cmd_id.clone());
            }
        }
    }

    /// Lets all alerts wait again: Package #1 begins anew, or a session.
    pub(super) fn renew(&mut self) {
        for pending in &mut self.pending {
            pending.stage = Stage::Waiting;
        }
    }

    /// Takes out the alerts that a server has answered.
    pub(super) fn take_answered(&mut self, answers: &[Status]) -> Vec<(DeviceAlert, StatusCode)> {
        let mut answered = Vec::new();
        for status in answers.iter().filter(|s| s.cmd == "Alert") {
            let place = self.pending.iter().position(|p| {
                matches!(&p.stage, Stage::Sent(msg, cmd)
                    if *msg == status.msg_ref && *cmd == status.cmd_ref)
            });
            // Refused for our credentials it is sent again with them.
            if let Some(place) = place.filter(|_| !is_challenge(status.code)) {
                answered.push((self.pending.remove(place).alert, status.code));
            }
        }
        answered
    }
}
