//! A proactive command in one line, for people.

use super::action::{Action, Item};
use super::command::ProactiveCommand;
use super::local;
use crate::codec::vocabulary::toolkit as names;
use std::fmt;

impl fmt::Display for ProactiveCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, qualifier, _) = self.action.details();
        f.write_str(&names::command_name(kind))?;
        match &self.action {
            Action::SetUpEventList { events } => {
                for event in events {
                    write!(f, ", {}", names::event_name(*event))?;
                }
                Ok(())
            }
            Action::Refresh { files, .. } => {
                write!(f, ", {}", names::refresh_name(qualifier))?;
                for path in local::file_list_paths(files).unwrap_or_default() {
                    f.write_str(", ")?;
                    for (at, id) in path.iter().enumerate() {
                        write!(f, "{}{id:04X}", if at == 0 { "" } else { "/" })?;
                    }
                }
                Ok(())
            }
            Action::PollInterval { unit, count } => {
                write!(f, ", {count} {}", names::unit_name(*unit))
            }
            Action::SendShortMessage { tpdu, .. } => write!(f, ", {} B", tpdu.len()),
            Action::LaunchBrowser { url, .. } => {
                write!(f, ", {}", String::from_utf8_lossy(url))
            }
            Action::DisplayText { text, .. } | Action::GetInkey { text, .. } => {
                write!(f, ", \"{text}\"")
            }
            Action::GetInput {
                text,
                min,
                max: 0xFF,
                ..
            } => write!(f, ", \"{text}\", {min} characters or more"),
            Action::GetInput { text, min, max, .. } => {
                write!(f, ", \"{text}\", {min} to {max} characters")
            }
            Action::SelectItem { alpha, items, .. } => {
                if let Some(title) = alpha {
                    write!(f, ", \"{title}\"")?;
                }
                write_items(f, items)
            }
            Action::SetUpMenu { items, .. } if items.is_empty() => f.write_str(", remove"),
            Action::SetUpMenu { alpha, items, .. } => {
                write!(f, ", \"{alpha}\"")?;
                write_items(f, items)
            }
            Action::ProvideLocalInformation { what } => {
                write!(f, ", {}", names::local_information_name(*what))
            }
            Action::TimerStart { timer, duration_s } => {
                write!(f, ", start timer {timer}, {duration_s} s")
            }
            Action::TimerDeactivate { timer } => write!(f, ", deactivate timer {timer}"),
            Action::TimerValue { timer } => write!(f, ", value of timer {timer}"),
            Action::OpenChannel { buffer, transport } => {
                write!(f, ", {transport}, buffer {buffer} B")
            }
            Action::OpenChannelRemote {
                buffer,
                transport,
                destination,
                ..
            } => {
                if let Some(transport) = transport {
                    write!(f, ", {transport}")?;
                }
                if let Some(host) = destination {
                    write!(f, ", {host}")?;
                }
                write!(f, ", buffer {buffer} B")
            }
            Action::CloseChannel {
                channel,
                listen_again,
            } => {
                let then = if *listen_again { ", listen again" } else { "" };
                write!(f, ", channel {channel}{then}")
            }
            Action::ReceiveData { channel, length } => {
                write!(f, ", channel {channel}, {length} B")
            }
            Action::SendData {
                channel,
                data,
                immediate,
            } => {
                let when = if *immediate { "send now" } else { "store" };
                write!(f, ", channel {channel}, {} B, {when}", data.len())
            }
            Action::MoreTime
            | Action::PollingOff
            | Action::GetChannelStatus
            | Action::Other { .. } => Ok(()),
        }
    }
}

fn write_items(f: &mut fmt::Formatter<'_>, items: &[Item]) -> fmt::Result {
    for item in items {
        write!(f, ", {} {}", item.id, item.text)?;
    }
    Ok(())
}
