//! Carrying out the steps of a menu item: which command each becomes with this terminal, and
//! what follows from the terminal's result (ETSI TS 102 223 §6.4, §8.12).

use super::menu::{Menu, MenuItem, Step};
use crate::codec::toolkit::profile::{self, Facility, TerminalProfile};
use crate::codec::toolkit::{
    Action, Alpha, Item, ProactiveCommand, TerminalResponse, Text, local, result, sms, tag,
};
use std::collections::{BTreeMap, VecDeque};

/// How often a busy terminal is asked for one step.
const MAX_TRIES: u8 = 8;
/// Steps that wait at most; lists may lead to lists.
const MAX_STEPS: usize = 64;
/// Octets of a text in one command, with room for what stands around it.
const MAX_TEXT: usize = 200;
/// Reports kept.
const MAX_REPORTS: usize = 16;

/// What the card does itself on behalf of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::card) enum Effect {
    /// The Trigger is to start a session.
    StartSession,
    /// The administration agent is to start.
    Administration,
}

/// The steps under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Program {
    steps: VecDeque<Step>,
    /// Steps that asked the user, for the way back.
    before: Vec<Step>,
    values: BTreeMap<String, String>,
    /// Texts of the timers that run.
    reminders: BTreeMap<u8, String>,
    asked: bool,
    busy: bool,
    /// The step under way is a text of help, which leads back to the question.
    helps: bool,
    tries: u8,
    reports: VecDeque<String>,
}

impl Program {
    /// Steps are under way.
    pub(in crate::card) fn is_running(&self) -> bool {
        !self.steps.is_empty()
    }

    /// What was skipped or ended, and why; the newest last.
    pub(in crate::card) fn reports(&self) -> impl Iterator<Item = &String> {
        self.reports.iter()
    }

    /// Tells people something.
    pub(in crate::card) fn report(&mut self, text: impl Into<String>) {
        if self.reports.len() == MAX_REPORTS {
            self.reports.pop_front();
        }
        self.reports.push_back(text.into());
    }

    /// An item of the menu was chosen, or help on it: false when there is none.
    pub(in crate::card) fn handle_selection(&mut self, menu: &Menu, id: u8, help: bool) -> bool {
        let Some(item) = menu.items.get(usize::from(id).wrapping_sub(1)) else {
            return false;
        };
        self.values.clear();
        self.before.clear();
        self.helps = false;
        self.steps = if help {
            VecDeque::from([shown(&item.help)])
        } else {
            item.steps.iter().take(MAX_STEPS).cloned().collect()
        };
        true
    }

    /// A timer of a step ended.
    pub(in crate::card) fn handle_timer(&mut self, timer: u8) {
        if let Some(text) = self.reminders.remove(&timer)
            && self.steps.len() < MAX_STEPS
        {
            self.steps.push_back(shown(&text));
        }
    }

    pub(in crate::card) fn retry(&mut self) {
        self.busy = false;
    }

    pub(in crate::card) fn wants(&self) -> bool {
        self.is_running() && !self.asked && !self.busy
    }

    /// Leaves out what the terminal cannot do, up to the next step that is for the terminal;
    /// what the card has to do itself on the way there.
    pub(in crate::card) fn settle(&mut self, terminal: &TerminalProfile) -> Option<Effect> {
        while !self.asked {
            let step = self.steps.front()?.clone();
            let effect = match step {
                Step::StartSession => Some(Effect::StartSession),
                Step::Administration => Some(Effect::Administration),
                _ => None,
            };
            if effect.is_some() {
                self.steps.pop_front();
                return effect;
            }
            let missing = facilities(&step).into_iter().find(|f| !terminal.has(*f));
            let facility = missing?;
            self.skip(&step, &format!("the terminal has no {}", facility.name));
        }
        None
    }

    /// The next command, if one is wanted.
    pub(in crate::card) fn next_action(
        &mut self,
        terminal: &TerminalProfile,
        status: &str,
    ) -> Option<Action> {
        while self.wants() {
            let step = self.steps.front().cloned()?;
            if matches!(step, Step::StartSession | Step::Administration) {
                return None;
            }
            self.values.insert("status".to_owned(), status.to_owned());
            let action = self.action(&step, terminal);
            if ProactiveCommand::new(1, action.clone()).fits() {
                self.asked = true;
                return Some(action);
            }
            self.skip(&step, "it is too long for one command");
        }
        None
    }

    fn skip(&mut self, step: &Step, reason: &str) {
        self.report(format!("{}: skipped, {reason}", name(step)));
        self.steps.pop_front();
        self.tries = 0;
        self.helps = false;
        // What hangs on an answer makes no sense without it.
        if matches!(
            step,
            Step::Confirm { .. } | Step::Key { .. } | Step::Input { .. } | Step::Choose { .. }
        ) {
            self.steps.clear();
        }
    }

    /// How a command of a step went.
    pub(in crate::card) fn handle_result(&mut self, response: &TerminalResponse) {
        self.asked = false;
        let Some(step) = self.steps.front().cloned() else {
            return;
        };
        if response.is_busy() {
            self.tries += 1;
            self.busy = true;
            if self.tries >= MAX_TRIES {
                self.skip(&step, "the terminal stays busy");
                self.busy = false;
            }
            return;
        }
        self.tries = 0;
        let ends = matches!(
            response.result,
            result::ENDED_BY_USER | result::NO_RESPONSE | result::USER_REFUSED | result::CLEARED
        );
        if std::mem::take(&mut self.helps) && !ends {
            self.steps.pop_front();
            return;
        }
        match response.result {
            _ if response.is_success() => {
                self.steps.pop_front();
                self.succeeded(step, response);
            }
            result::ENDED_BY_USER
            | result::NO_RESPONSE
            | result::USER_REFUSED
            | result::CLEARED => {
                self.report(format!("{}: ended by the user", name(&step)));
                self.steps.clear();
            }
            result::BACKWARD => match self.before.pop() {
                Some(earlier) => self.steps.push_front(earlier),
                None => self.steps.clear(),
            },
            result::HELP => {
                let help = help(&step, response.item());
                if matches!(step, Step::Show { .. }) {
                    // There is no help on a text.
                    self.steps.pop_front();
                } else {
                    self.steps.push_front(shown(&help));
                    self.helps = true;
                }
            }
            result::TIMER_STATE => {
                self.steps.pop_front();
            }
            result::BEYOND_CAPABILITIES | result::TYPE_NOT_UNDERSTOOD => {
                self.skip(&step, "the terminal cannot");
            }
            other => self.skip(&step, &format!("the terminal answered {other:02X}")),
        }
    }

    fn succeeded(&mut self, step: Step, response: &TerminalResponse) {
        let text = || response.text().map(ToString::to_string).unwrap_or_default();
        match &step {
            Step::Confirm { .. } => {
                let yes = response.text().is_some_and(|text| text.bytes == [1]);
                if !yes {
                    self.steps.clear();
                }
            }
            Step::Key { into, .. } | Step::Input { into, .. } => {
                self.values.insert(into.clone(), text());
            }
            Step::Choose { items, .. } => {
                let chosen = response.item().unwrap_or_default();
                let item = items.get(usize::from(chosen).wrapping_sub(1));
                for step in item.into_iter().flat_map(|item| item.steps.iter().rev()) {
                    if self.steps.len() < MAX_STEPS {
                        self.steps.push_front(step.clone());
                    }
                }
            }
            Step::Local { what, into } => {
                self.values.insert(into.clone(), told(*what, response));
            }
            Step::Timer {
                timer,
                seconds,
                text,
            } => {
                self.reminders.remove(timer);
                if *seconds > 0 {
                    self.reminders.insert(*timer, text.clone());
                }
            }
            Step::TimerLeft { into, .. } => {
                let left = response.timer_value().unwrap_or_default();
                self.values.insert(into.clone(), left.to_string());
            }
            Step::Channels { into } => {
                let open = response.channel_status().filter(|s| s.channel != 0);
                let text = open.map_or("no channel".to_owned(), |status| status.to_string());
                self.values.insert(into.clone(), text);
            }
            _ => {}
        }
        if asks(&step) {
            if self.before.len() == MAX_STEPS {
                self.before.remove(0);
            }
            self.before.push(step);
        }
    }

    /// The text with values in place of names, as long as a command takes.
    fn text(&self, text: &str, terminal: &TerminalProfile) -> Text {
        let mut filled = text.to_owned();
        for (name, value) in &self.values {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        let mut coded = Text::new(&filled);
        if coded.dcs == Text::UCS2 && !terminal.has(profile::UCS2_DISPLAY) {
            let plain = |c: char| if c.is_ascii() { c } else { '?' };
            coded = Text::new(&filled.chars().map(plain).collect::<String>());
        }
        let unit = if coded.dcs == Text::UCS2 { 2 } else { 1 };
        coded.bytes.truncate(MAX_TEXT / unit * unit);
        coded
    }

    fn action(&self, step: &Step, terminal: &TerminalProfile) -> Action {
        match step {
            Step::Show { text, wait } => Action::DisplayText {
                // High priority: the user asked for it.
                qualifier: if *wait { 0x81 } else { 0x01 },
                text: self.text(text, terminal),
                immediate: false,
                duration: None,
            },
            Step::Confirm { question } => Action::GetInkey {
                qualifier: 0x04,
                text: self.text(question, terminal),
                duration: None,
            },
            Step::Key { question, .. } => Action::GetInkey {
                qualifier: 0x00,
                text: self.text(question, terminal),
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
                text: self.text(question, terminal),
                min: *min.min(max),
                max: *max.max(min),
                default: (!default.is_empty()).then(|| self.text(default, terminal)),
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
                    &self.text(text, terminal).to_string(),
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

fn shown(text: &str) -> Step {
    let none = "There is no help.";
    Step::Show {
        text: if text.is_empty() { none } else { text }.to_owned(),
        wait: true,
    }
}

fn help(step: &Step, item: Option<u8>) -> String {
    let Step::Choose { items, .. } = step else {
        return String::new();
    };
    let item = items.get(usize::from(item.unwrap_or(1)).wrapping_sub(1));
    item.map(|item| item.help.clone()).unwrap_or_default()
}

/// The step asks the user, so that the way back leads to it.
fn asks(step: &Step) -> bool {
    matches!(
        step,
        Step::Show { wait: true, .. }
            | Step::Confirm { .. }
            | Step::Key { .. }
            | Step::Input { .. }
            | Step::Choose { .. }
    )
}

/// What the terminal told of itself, for people.
fn told(what: u8, response: &TerminalResponse) -> String {
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
fn facilities(step: &Step) -> Vec<Facility> {
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

fn name(step: &Step) -> &'static str {
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
