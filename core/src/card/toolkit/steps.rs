//! What a step of a menu item is on the wire: its command, what the terminal must offer for it,
//! what its answer says (ETSI TS 102 223 §6.4).

use super::menu::{Menu, MenuItem, Step};
use crate::codec::sms;
use crate::codec::toolkit::profile::{self, Facility, TerminalProfile};
use crate::codec::toolkit::{
    Action, Alpha, Item, ProactiveCommand, TerminalResponse, Text, local, tag,
};
use std::collections::BTreeMap;

/// Octets of a text in one command, with room for what stands around it.
const MAX_TEXT: usize = 200;

/// What steps found, by name.
pub(super) type Values = BTreeMap<String, String>;

/// The text with values in place of names, at most `MAX_TEXT` characters of it: each takes an
/// octet or more. What a value holds is no name, whatever the user typed.
fn filled(text: &str, values: &Values) -> String {
    let mut filled = String::new();
    let mut room = MAX_TEXT;
    let mut rest = text;
    while room > 0 {
        let named = rest.strip_prefix('{').and_then(|r| r.split_once('}'));
        let value = named.and_then(|(name, after)| Some((values.get(name)?, after)));
        if let Some((value, after)) = value {
            for c in value.chars().take(room) {
                filled.push(c);
                room -= 1;
            }
            rest = after;
        } else {
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            filled.push(c);
            room -= 1;
            rest = chars.as_str();
        }
    }
    filled
}

/// The text with values in place of names, as long as a command takes.
fn written(text: &str, values: &Values, terminal: &TerminalProfile) -> Text {
    let filled = filled(text, values);
    let mut coded = Text::new(&filled);
    if coded.dcs == Text::UCS2 && !terminal.has(profile::UCS2_DISPLAY) {
        let plain = |c: char| if c.is_ascii() { c } else { '?' };
        coded = Text::new(&filled.chars().map(plain).collect::<String>());
    }
    let unit = if coded.dcs == Text::UCS2 { 2 } else { 1 };
    coded.bytes.truncate(MAX_TEXT / unit * unit);
    coded
}

/// The command of a step.
pub(super) fn action(step: &Step, values: &Values, terminal: &TerminalProfile) -> Action {
    match step {
        Step::Show { text, wait } => Action::DisplayText {
            // High priority: the user asked for it.
            qualifier: if *wait { 0x81 } else { 0x01 },
            text: written(text, values, terminal),
            immediate: false,
            duration: None,
        },
        Step::Confirm { question } => Action::GetInkey {
            qualifier: 0x04,
            text: written(question, values, terminal),
            duration: None,
        },
        Step::Key { question, .. } => Action::GetInkey {
            qualifier: 0x00,
            text: written(question, values, terminal),
            duration: None,
        },
        Step::Input {
            question,
            min,
            max,
            digits,
            hidden,
            default,
            ..
        } => Action::GetInput {
            qualifier: u8::from(!digits) | u8::from(*hidden) << 2,
            text: written(question, values, terminal),
            min: *min.min(max),
            max: *max.max(min),
            default: (!default.is_empty()).then(|| written(default, values, terminal)),
        },
        Step::Choose { title, items } => Action::SelectItem {
            qualifier: help_bit(items),
            alpha: Some(Alpha::new(title)),
            items: listed(items),
            default: None,
        },
        Step::Local { what, .. } => Action::ProvideLocalInformation { what: *what },
        Step::Poll { seconds: 0 } => Action::PollingOff,
        Step::Poll { seconds } => Action::PollInterval {
            unit: 0x01,
            count: *seconds,
        },
        Step::Timer {
            timer, seconds: 0, ..
        } => Action::TimerDeactivate { timer: *timer },
        Step::Timer { timer, seconds, .. } => Action::TimerStart {
            timer: *timer,
            duration_s: *seconds,
        },
        Step::TimerLeft { timer, .. } => Action::TimerValue { timer: *timer },
        Step::Refresh { mode, files } => Action::Refresh {
            mode: *mode,
            files: match files[..] {
                [] => Vec::new(),
                _ => local::file_list(files),
            },
            aid: Vec::new(),
        },
        Step::Message { number, text } => Action::SendShortMessage {
            packing: false,
            alpha: None,
            service_centre: Vec::new(),
            tpdu: sms::submit_text(
                &sms::Number::new(number),
                &written(text, values, terminal).to_string(),
            ),
        },
        Step::Browse { url } => Action::LaunchBrowser {
            mode: 0x00,
            url: url.clone().into_bytes(),
            alpha: None,
        },
        Step::Channels { .. } => Action::GetChannelStatus,
        Step::MoreTime | Step::StartSession | Step::Administration => Action::MoreTime,
    }
}

/// SET UP MENU with as many items as one command takes; `None` for a menu without items.
pub(in crate::card) fn set_up(menu: &Menu) -> Option<Action> {
    let mut items = listed(&menu.items);
    while !items.is_empty() {
        let action = Action::SetUpMenu {
            qualifier: help_bit(&menu.items),
            alpha: Alpha::new(&menu.title),
            items: items.clone(),
        };
        if ProactiveCommand::new(1, action.clone()).fits() {
            return Some(action);
        }
        items.pop();
    }
    None
}

fn listed(items: &[MenuItem]) -> Vec<Item> {
    let numbered = (1..=u8::MAX).zip(items);
    numbered
        .map(|(id, item)| Item {
            id,
            text: Alpha::new(&item.label),
        })
        .collect()
}

fn help_bit(items: &[MenuItem]) -> u8 {
    if items.iter().any(|item| !item.help.is_empty()) {
        0x80
    } else {
        0x00
    }
}

/// What the terminal told of itself, for people.
pub(super) fn told(what: u8, response: &TerminalResponse) -> String {
    let value = |tag: u8| response.value(tag).unwrap_or_default();
    let text = match what {
        0x00 => local::Location::decode(value(tag::LOCATION))
            .map(|at| format!("{:03}-{:02} {:04X}/{:X}", at.mcc, at.mnc, at.area, at.cell)),
        0x01 => local::imei_digits(value(tag::IMEI)),
        0x03 => local::DateTime::decode(value(tag::DATE_TIME)).map(|now| {
            let (year, month, day) = (now.year, now.month, now.day);
            format!(
                "{year}-{month:02}-{day:02} {:02}:{:02}",
                now.hour, now.minute
            )
        }),
        0x04 => String::from_utf8(value(tag::LANGUAGE).to_vec()).ok(),
        0x06 => value(tag::ACCESS_TECHNOLOGY)
            .first()
            .map(|code| format!("{code:02X}")),
        _ => None,
    };
    text.unwrap_or_else(|| "unknown".to_owned())
}

/// What the terminal must offer for a step.
pub(super) fn facilities(step: &Step) -> Vec<Facility> {
    vec![match step {
        Step::Show { .. } => profile::DISPLAY_TEXT,
        Step::Confirm { .. } | Step::Key { .. } => profile::GET_INKEY,
        Step::Input { .. } => profile::GET_INPUT,
        Step::Choose { .. } => profile::SELECT_ITEM,
        Step::Local { what: 0x03, .. } => profile::DATE_TIME,
        Step::Local { .. } => profile::PROVIDE_LOCAL_INFORMATION,
        Step::Poll { seconds: 0 } => profile::POLLING_OFF,
        Step::Poll { .. } => profile::POLL_INTERVAL,
        Step::Timer { .. } => profile::TIMER_START,
        Step::TimerLeft { .. } => profile::TIMER_VALUE,
        Step::Refresh { .. } => profile::REFRESH,
        Step::Message { .. } => profile::SEND_SHORT_MESSAGE,
        Step::Browse { .. } => profile::LAUNCH_BROWSER,
        Step::MoreTime => profile::MORE_TIME,
        Step::Channels { .. } => profile::GET_CHANNEL_STATUS,
        Step::StartSession | Step::Administration => return Vec::new(),
    }]
}

pub(super) fn name(step: &Step) -> &'static str {
    match step {
        Step::Show { .. } => "text",
        Step::Confirm { .. } => "confirmation",
        Step::Key { .. } => "key",
        Step::Input { .. } => "input",
        Step::Choose { .. } => "choice",
        Step::StartSession => "session",
        Step::Administration => "administration",
        Step::Local { .. } => "local information",
        Step::Poll { .. } => "polling",
        Step::Timer { .. } | Step::TimerLeft { .. } => "timer",
        Step::Refresh { .. } => "refresh",
        Step::Message { .. } => "message",
        Step::Browse { .. } => "browser",
        Step::MoreTime => "more time",
        Step::Channels { .. } => "channels",
    }
}
