//! Carrying out what the card asks for (ETSI TS 102 223 §6.4), one answer for each command: at
//! once, or when the user, the network or the files have given theirs.

use super::dialog::{Dialog, Reply};
use super::{Output, Terminal, local};
use crate::codec::apdu::ResponseApdu;
use crate::codec::toolkit::profile::{self, Facility};
use crate::codec::toolkit::{
    Action, BipError, ChannelStatus, Extra, LinkState, NotModelled, Object, ProactiveCommand,
    TerminalResponse, local as value, result,
};

/// General result, additional information, objects.
pub(super) type Answer = (u8, Vec<u8>, Vec<Object>);

/// A command whose answer is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    number: u8,
    kind: u8,
    qualifier: u8,
    /// Result of success: what of the command could not be done.
    success: u8,
    pub(super) waits_for: Wait,
}

/// Whose answer it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Nobody's: it is being carried out.
    Nothing,
    /// The user's, until a moment.
    User { dialog: Dialog, until_ms: u64 },
    /// The network's for the link of a channel, until a moment.
    Link {
        channel: u8,
        until_ms: u64,
        then: Then,
    },
    /// The files are read again.
    Files,
}

/// What follows when the link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The answer to OPEN CHANNEL.
    Opened(Answer),
    /// Sending what a SEND DATA brought.
    Send(Vec<u8>),
}

impl Terminal {
    /// Carries out the command in a response to FETCH.
    pub(super) fn execute(&mut self, response: &ResponseApdu) {
        if !response.sw.is_normal() {
            return;
        }
        let Ok(command) = ProactiveCommand::decode(&response.data) else {
            // Even then exactly one answer (§6.8): without details it cannot repeat any.
            self.progress = Some(Progress {
                number: 0,
                kind: 0,
                qualifier: 0,
                success: result::OK,
                waits_for: Wait::Nothing,
            });
            return self.finish(refused(result::DATA_NOT_UNDERSTOOD));
        };
        let (kind, qualifier, _) = command.action.details();
        let understood = comprehension(&command.extra);
        self.progress = Some(Progress {
            number: command.number,
            kind,
            qualifier,
            success: understood.unwrap_or(result::OK),
            waits_for: Wait::Nothing,
        });
        let offered = facility(&command.action).is_none_or(|f| self.config.profile.has(f));
        let answer = if understood.is_none() {
            Some(refused(result::DATA_NOT_UNDERSTOOD))
        } else if !offered {
            Some(refused(result::BEYOND_CAPABILITIES))
        } else {
            self.perform(&command.action)
        };
        if let Some(answer) = answer {
            self.finish(answer);
        }
    }

    /// Answers the command in progress.
    pub(super) fn finish(&mut self, (mut result, additional, objects): Answer) {
        let Some(progress) = self.progress.take() else {
            return;
        };
        if result == result::OK {
            result = progress.success;
        }
        self.answer = Some(TerminalResponse {
            number: progress.number,
            kind: progress.kind,
            qualifier: progress.qualifier,
            result,
            additional,
            objects,
        });
    }

    pub(super) fn wait(&mut self, waits_for: Wait) -> Option<Answer> {
        if let Some(progress) = &mut self.progress {
            progress.waits_for = waits_for;
        }
        None
    }

    /// The answer, or `None` when it is still to come.
    fn perform(&mut self, action: &Action) -> Option<Answer> {
        Some(match action {
            Action::MoreTime => ok(Vec::new()),
            Action::Refresh { mode, files, aid } => return self.refresh(*mode, files, aid),
            Action::PollInterval { unit, count } => {
                let Some(unit_ms) = unit_ms(*unit) else {
                    return Some(refused(result::DATA_NOT_UNDERSTOOD));
                };
                self.timers.poll_every(Some(unit_ms * u64::from(*count)));
                ok(vec![Object::Duration {
                    unit: *unit,
                    count: *count,
                }])
            }
            Action::PollingOff => {
                self.timers.poll_every(None);
                ok(Vec::new())
            }
            Action::SetUpEventList { events } => {
                let offered = |event: &u8| {
                    let facility = profile::event_facility(*event);
                    facility.is_some_and(|f| self.config.profile.has(f))
                };
                // All or none: the list that held before goes on (§6.4.16).
                if !events.iter().all(offered) {
                    return Some(refused(result::BEYOND_CAPABILITIES));
                }
                self.events.clone_from(events);
                ok(Vec::new())
            }
            Action::SendShortMessage {
                service_centre,
                tpdu,
                ..
            } => {
                self.outputs.push_back(Output::ShortMessage {
                    service_centre: service_centre.clone(),
                    tpdu: tpdu.clone(),
                });
                ok(Vec::new())
            }
            Action::LaunchBrowser { mode, url, .. } => {
                if !matches!(mode, 0x00 | 0x02 | 0x03) {
                    return Some(refused(result::DATA_NOT_UNDERSTOOD));
                }
                let url = String::from_utf8_lossy(url).into_owned();
                self.outputs.push_back(Output::Browse { url });
                ok(Vec::new())
            }
            Action::DisplayText { .. }
            | Action::GetInkey { .. }
            | Action::GetInput { .. }
            | Action::SelectItem { .. } => return self.ask(action),
            Action::SetUpMenu { alpha, items, .. } => {
                let items: Vec<(u8, String)> =
                    items.iter().map(|i| (i.id, i.text.to_string())).collect();
                self.menu = items.iter().map(|(id, _)| *id).collect();
                self.outputs.push_back(Output::Menu {
                    title: alpha.to_string(),
                    items,
                });
                ok(Vec::new())
            }
            Action::ProvideLocalInformation { what } => {
                match local::object(&self.config, self.timers.now_ms(), *what) {
                    Some(object) => ok(vec![object]),
                    None => refused(result::BEYOND_CAPABILITIES),
                }
            }
            Action::TimerStart { timer, duration_s } => {
                match self.timers.start(*timer, *duration_s) {
                    Some(()) => ok(vec![Object::TimerId(*timer)]),
                    None => refused(result::DATA_NOT_UNDERSTOOD),
                }
            }
            Action::TimerDeactivate { timer } => {
                let answer = self.timer_value(*timer);
                self.timers.stop(*timer);
                answer
            }
            Action::TimerValue { timer } => self.timer_value(*timer),
            Action::OpenChannel { buffer, transport } => self.open_channel(*buffer, *transport),
            Action::OpenChannelRemote {
                qualifier,
                bearer,
                buffer,
                transport,
                destination,
                ..
            } => {
                let host = match self.host(bearer, *transport, *destination) {
                    Ok(host) => host,
                    Err(answer) => return Some(answer),
                };
                return self.open_remote(*qualifier, bearer, *buffer, host);
            }
            Action::CloseChannel {
                channel,
                listen_again,
            } => self.close_channel(*channel, *listen_again),
            Action::ReceiveData { channel, length } => {
                match self.channels.receive(*channel, *length) {
                    Ok((data, waiting)) => {
                        let short = data.len() < usize::from(*length);
                        let result = if short {
                            result::MISSING_INFORMATION
                        } else {
                            result::OK
                        };
                        let objects = vec![
                            Object::ChannelData(data),
                            Object::ChannelDataLength(waiting),
                        ];
                        (result, Vec::new(), objects)
                    }
                    Err(error) => bip(error),
                }
            }
            Action::SendData {
                channel,
                data,
                immediate,
            } => return self.send_data(*channel, data, *immediate),
            Action::GetChannelStatus => {
                let mut statuses = self.channels.statuses();
                if statuses.is_empty() {
                    statuses.push(ChannelStatus::new(0, LinkState::Closed));
                }
                ok(statuses.into_iter().map(Object::ChannelStatus).collect())
            }
            Action::Other { kind, why, .. } => refused(match (why, kind) {
                (NotModelled::Missing(_), _) => result::VALUES_MISSING,
                (NotModelled::Malformed(_) | NotModelled::Details, _) => {
                    result::DATA_NOT_UNDERSTOOD
                }
                // Types of the standard that this terminal does not serve.
                (NotModelled::Type, 0x10..=0x14 | 0x20 | 0x28 | 0x30..=0x35 | 0x45..=0x47)
                | (NotModelled::Type, 0x50 | 0x51 | 0x60..=0x62 | 0x70..=0x73) => {
                    result::BEYOND_CAPABILITIES
                }
                (NotModelled::Type, _) => result::TYPE_NOT_UNDERSTOOD,
            }),
        })
    }

    fn refresh(&mut self, mode: u8, files: &[u8], aid: &[u8]) -> Option<Answer> {
        let paths = match (mode, value::file_list_paths(files)) {
            (0x00..=0x06, _) if files.is_empty() => Vec::new(),
            (0x00..=0x06, Some(paths)) => paths,
            (0x00..=0x06, None) => return Some(refused(result::DATA_NOT_UNDERSTOOD)),
            (0x07 | 0x08, _) => return Some(refused(result::BEYOND_CAPABILITIES)),
            _ => return Some(refused(result::DATA_NOT_UNDERSTOOD)),
        };
        let active = self.boot.as_ref().and_then(|boot| boot.application());
        if !aid.is_empty() && active.is_none_or(|active| !active.starts_with(aid)) {
            return Some(refused(result::NOT_ACTIVE));
        }
        if mode == 0x01 && paths.is_empty() {
            return Some(refused(result::VALUES_MISSING));
        }
        if mode == 0x04 {
            // The answer first, then the reset (§6.4.7).
            self.reset_after_answer = true;
            return Some(ok(Vec::new()));
        }
        if mode != 0x03 {
            let paths = paths.clone();
            self.outputs.push_back(Output::FilesChanged { paths });
        }
        let again = self.config.read_bootstrap
            && self
                .boot
                .as_mut()
                .is_some_and(|boot| boot.read_again(&paths));
        if again {
            return self.wait(Wait::Files);
        }
        Some(ok(Vec::new()))
    }

    fn ask(&mut self, action: &Action) -> Option<Answer> {
        let Some(dialog) = Dialog::of(action) else {
            return Some(refused(result::DATA_NOT_UNDERSTOOD));
        };
        let duration = match action {
            Action::DisplayText {
                qualifier,
                duration,
                ..
            } => {
                // A text of normal priority does not disturb (§6.4.1).
                if qualifier & 0x01 == 0 && self.screen_is_busy {
                    return Some((result::TERMINAL_BUSY, vec![0x01], Vec::new()));
                }
                *duration
            }
            Action::GetInkey { duration, .. } => *duration,
            _ => None,
        };
        self.outputs.push_back(Output::Dialog(dialog.clone()));
        if !dialog.waits() {
            return Some(ok(Vec::new()));
        }
        let given_ms = duration.and_then(|(unit, count)| Some(unit_ms(unit)? * u64::from(count)));
        let wait_ms = given_ms.unwrap_or(self.config.answer_ms);
        let until_ms = self.timers.now_ms().saturating_add(wait_ms);
        self.wait(Wait::User { dialog, until_ms })
    }

    /// The user's answer: false when no dialog waits or it does not fit.
    pub(super) fn reply(&mut self, reply: &Reply) -> bool {
        let Some(progress) = &self.progress else {
            return false;
        };
        let Wait::User { dialog, .. } = &progress.waits_for else {
            return false;
        };
        let Some((result, objects)) = dialog.answer(reply, progress.qualifier) else {
            return false;
        };
        self.finish((result, Vec::new(), objects));
        true
    }

    fn timer_value(&mut self, timer: u8) -> Answer {
        match self.timers.left_s(timer) {
            Some(left_s) => ok(vec![Object::TimerId(timer), Object::TimerValue(left_s)]),
            None => refused(result::TIMER_STATE),
        }
    }
}

/// What the terminal must offer for a command; `None` when every terminal does or the command
/// says more itself.
fn facility(action: &Action) -> Option<Facility> {
    Some(match action {
        Action::Refresh { .. } => profile::REFRESH,
        Action::MoreTime => profile::MORE_TIME,
        Action::PollInterval { .. } => profile::POLL_INTERVAL,
        Action::PollingOff => profile::POLLING_OFF,
        Action::SetUpEventList { .. } => profile::SET_UP_EVENT_LIST,
        Action::SendShortMessage { .. } => profile::SEND_SHORT_MESSAGE,
        Action::LaunchBrowser { .. } => profile::LAUNCH_BROWSER,
        Action::DisplayText { .. } => profile::DISPLAY_TEXT,
        Action::GetInkey { .. } => profile::GET_INKEY,
        Action::GetInput { .. } => profile::GET_INPUT,
        Action::SelectItem { .. } => profile::SELECT_ITEM,
        Action::SetUpMenu { .. } => profile::SET_UP_MENU,
        Action::ProvideLocalInformation { what: 0x03 } => profile::DATE_TIME,
        Action::ProvideLocalInformation { .. } => profile::PROVIDE_LOCAL_INFORMATION,
        Action::TimerStart { .. } | Action::TimerDeactivate { .. } => profile::TIMER_START,
        Action::TimerValue { .. } => profile::TIMER_VALUE,
        Action::OpenChannel { .. } | Action::OpenChannelRemote { .. } => profile::OPEN_CHANNEL,
        Action::CloseChannel { .. } => profile::CLOSE_CHANNEL,
        Action::ReceiveData { .. } => profile::RECEIVE_DATA,
        Action::SendData { .. } => profile::SEND_DATA,
        Action::GetChannelStatus => profile::GET_CHANNEL_STATUS,
        Action::Other { .. } => return None,
    })
}

/// The result of success beside objects the action has no place for; `None` when one of them
/// must be understood and is not (TS 102 223 §6.10).
fn comprehension(extra: &[Extra]) -> Option<u8> {
    let mut success = result::OK;
    for object in extra {
        match object.tag {
            // Icons are not drawn; the text beside them is.
            0x1E | 0x1F => success = result::NO_ICON,
            // Title, duration, next actions, browser, bearers, provisioning files, attributes,
            // and a gateway: nothing depends on them here.
            0x04 | 0x05 | 0x0D | 0x18 | 0x30 | 0x32 | 0x33 | 0x50 | 0x51 => {}
            _ if object.required => return None,
            _ if success == result::OK => success = result::PARTIAL,
            _ => {}
        }
    }
    Some(success)
}

fn unit_ms(unit: u8) -> Option<u64> {
    Some(match unit {
        0x00 => 60_000,
        0x01 => 1000,
        0x02 => 100,
        _ => return None,
    })
}

pub(super) fn ok(objects: Vec<Object>) -> Answer {
    (result::OK, Vec::new(), objects)
}

pub(super) fn refused(result: u8) -> Answer {
    (result, Vec::new(), Vec::new())
}

pub(super) fn bip(error: BipError) -> Answer {
    (result::BIP_ERROR, vec![error.code()], Vec::new())
}
