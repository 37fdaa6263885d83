//! Carrying out the steps of a menu item: which command each becomes with this terminal, and
//! what follows from the terminal's result (ETSI TS 102 223 §6.4, §8.12).

use super::menu::{Menu, Step};
use super::steps::{self, Values, facilities, name, told};
use crate::codec::toolkit::profile::TerminalProfile;
use crate::codec::toolkit::{Action, ProactiveCommand, TerminalResponse, result};
use std::collections::{BTreeMap, VecDeque};

/// How often a busy terminal is asked for one step.
const MAX_TRIES: u8 = 8;
/// Steps that wait at most; lists may lead to lists.
const MAX_STEPS: usize = 64;
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
    /// Steps that asked the user and what stood behind each, for the way back.
    before: Vec<(Step, VecDeque<Step>)>,
    values: Values,
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
        let Some(text) = self.reminders.remove(&timer) else {
            return;
        };
        if !self.is_running() {
            // No way leads from it back into steps that are over.
            self.before.clear();
        }
        // It comes also when the user goes back first.
        let behind = self.before.iter_mut().map(|(_, behind)| behind);
        for steps in behind.chain([&mut self.steps]) {
            if steps.len() < MAX_STEPS {
                steps.push_back(shown(&text));
            }
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
            let action = steps::action(&step, &self.values, terminal);
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
                Some((earlier, behind)) => {
                    // Without the steps of a choice that is taken back.
                    self.steps = behind;
                    self.steps.push_front(earlier);
                }
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
        let behind = asks(&step).then(|| self.steps.clone());
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
        if let Some(behind) = behind {
            if self.before.len() == MAX_STEPS {
                self.before.remove(0);
            }
            self.before.push((step, behind));
        }
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
