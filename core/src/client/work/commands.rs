//! Working through the commands of one message (OMA-TS-DM_RepPro-V1_2_1 §6.6): which of them is
//! executed, which waits for the user or for a process, which is refused unseen.

use super::interaction;
use super::large_object::{self, Chunk, LargeObject};
use super::progress::{Asked, Scene, Wait, Work};
use super::tree_commands::{may_execute, target};
use crate::client::fit;
use crate::client::output::{Event, Execution, Output};
use crate::client::question::{Answer, Question};
use crate::codec::syncml::{Alert, AlertCode, Command, Data, Item, ItemCommand, Meta, StatusCode};

/// Whether a command wants the user's consent and has none. The chunks of an object go with the
/// first of them.
fn lacks_consent(command: &Command, scene: &Scene<'_>) -> bool {
    let goes_on = |object: &LargeObject| object.goes_on_with(command);
    !*scene.agreed
        && !scene.large_object.as_ref().is_some_and(goes_on)
        && scene.policy.wants_consent(command, scene.tree)
}

impl Work {
    /// Goes on until all is done (`None`) or something must come from outside.
    pub(in crate::client) fn run(&mut self, scene: &mut Scene<'_>) -> Option<Wait> {
        while let Some(frame) = self.frames.last_mut() {
            let Some(command) = frame.rest.next() else {
                if let Some(frame) = self.frames.pop() {
                    self.close(frame, scene);
                }
                continue;
            };
            let skipping = self.stopped || frame.skipping;
            if let Some(wait) = self.one(command, skipping, scene) {
                return Some(wait);
            }
        }
        None
    }

    /// The user's answer to the question `run` ended with.
    pub(in crate::client) fn answer(&mut self, answer: &Answer, scene: &mut Scene<'_>) {
        let (alert, question) = match self.asked.take() {
            Some(Asked::Alert(alert, question)) => (alert, question),
            other => {
                self.asked = other;
                return;
            }
        };
        let (mut code, texts) = interaction::outcome(&question, answer);
        let mut items: Vec<Item> = texts
            .into_iter()
            .map(|text| Item {
                data: Some(Data::Text(text)),
                ..Item::default()
            })
            .collect();
        let told = self.status_of("Alert", &alert.cmd_id, code, None, items.clone());
        let statuses = std::slice::from_ref(&told);
        if !fit::holds_all(&scene.sparse, statuses, scene.encoding, scene.max_msg_size) {
            code = StatusCode::TOO_LARGE;
            items.clear();
        }
        interaction::note_consent(question.code, code, scene.agreed);
        match code {
            StatusCode::NOT_MODIFIED => {
                // "No" ends the group it stands in; beside a group it concerns nothing else.
                if self.frames.len() > 1
                    && let Some(frame) = self.frames.last_mut()
                {
                    frame.skipping = true;
                }
            }
            StatusCode::CANCELLED_BY_USER | StatusCode::TIMED_OUT => self.stopped = true,
            _ => {}
        }
        self.done("Alert", &alert.cmd_id, "", code, Vec::new(), scene);
        if !alert.no_resp {
            self.status("Alert", &alert.cmd_id, code, None, items);
        }
    }

    /// What became of the process `run` ended with: 200, 202 or an error.
    pub(in crate::client) fn executed(&mut self, code: StatusCode, scene: &mut Scene<'_>) {
        let (command, uri) = match self.asked.take() {
            Some(Asked::Exec(command, uri)) => (command, uri),
            other => {
                self.asked = other;
                return;
            }
        };
        let code = match code {
            StatusCode::OK | StatusCode::ACCEPTED => code,
            StatusCode(400..=599) => code,
            _ => StatusCode::COMMAND_FAILED,
        };
        self.done("Exec", &command.cmd_id, &uri, code, Vec::new(), scene);
        if !command.no_resp {
            self.status("Exec", &command.cmd_id, code, Some(&uri), Vec::new());
        }
    }

    /// The device gives the session up: nothing else is executed.
    pub(in crate::client) fn stop(&mut self, scene: &mut Scene<'_>) {
        self.stopped = true;
        match &self.asked {
            Some(Asked::Alert(..)) => self.answer(&Answer::Cancel, scene),
            Some(Asked::Exec(..)) => self.executed(StatusCode::CANCELLED, scene),
            None => {}
        }
    }

    fn one(&mut self, command: Command, skipping: bool, scene: &mut Scene<'_>) -> Option<Wait> {
        if self.frames.len() == 1 {
            self.end_of_data(&command, scene);
        }
        if !matches!(command, Command::Status(_) | Command::Results(_)) {
            let id = command.cmd_id();
            // What shares its CmdID with another could not be answered alone.
            let usable = !id.is_empty() && id != "0" && self.ids.insert(id.to_owned());
            if !usable && !skipping {
                self.refuse(&command, StatusCode::BAD_REQUEST, scene);
                return None;
            }
        }
        let command = match command {
            Command::Sequence(group) => {
                self.group("Sequence", group, skipping, scene);
                return None;
            }
            Command::Atomic(group) => {
                self.group("Atomic", group, skipping, scene);
                return None;
            }
            // Nested answers answer nothing.
            Command::Status(_) | Command::Results(_) => return None,
            other => other,
        };
        if skipping {
            self.refuse(&command, StatusCode::NOT_EXECUTED, scene);
            return None;
        }
        if self.in_atomic() && matches!(command, Command::Get(_) | Command::Exec(_)) {
            self.refuse(&command, StatusCode::COMMAND_FAILED, scene);
            return None;
        }
        if lacks_consent(&command, scene) {
            self.refuse(&command, StatusCode::FORBIDDEN, scene);
            return None;
        }
        match self.chunk(command, scene) {
            None => {}
            Some(Command::Alert(alert)) => return self.alert(alert, scene).map(Wait::Ask),
            Some(Command::Exec(command)) => {
                return self.exec(command, scene).map(Wait::Execute);
            }
            Some(
                command @ (Command::Add(_)
                | Command::Replace(_)
                | Command::Delete(_)
                | Command::Copy(_)
                | Command::Get(_)),
            ) => self.items(&command, scene),
            Some(other) => self.refuse(&other, StatusCode::NOT_SUPPORTED, scene),
        }
        None
    }

    fn alert(&mut self, alert: Alert, scene: &mut Scene<'_>) -> Option<Question> {
        let code = match alert.code {
            AlertCode(1100..=1104) => match interaction::question(&alert) {
                Ok(question) => {
                    self.asked = Some(Asked::Alert(alert, question.clone()));
                    return Some(question);
                }
                Err(code) => code,
            },
            AlertCode::NEXT_MESSAGE | AlertCode::NO_END_OF_DATA => StatusCode::OK,
            _ => StatusCode::NOT_SUPPORTED,
        };
        self.done("Alert", &alert.cmd_id, "", code, Vec::new(), scene);
        if !alert.no_resp {
            self.status("Alert", &alert.cmd_id, code, None, Vec::new());
        }
        None
    }

    /// Asks for the process of an Exec, when the tree permits it.
    fn exec(&mut self, command: ItemCommand, scene: &mut Scene<'_>) -> Option<Execution> {
        let code = match command.items.as_slice() {
            [] => StatusCode::INCOMPLETE,
            [item] => {
                let uri = target(item).to_owned();
                match may_execute(&uri, item, scene) {
                    Ok(()) => {
                        let told = |of: fn(&Meta) -> &Option<String>| {
                            of(&item.meta).clone().or_else(|| of(&command.meta).clone())
                        };
                        let execution = Execution {
                            server_id: scene.server_id.to_owned(),
                            uri: uri.clone(),
                            correlator: command.correlator.clone(),
                            format: told(|m| &m.format),
                            media_type: told(|m| &m.media_type),
                            data: item
                                .data
                                .as_ref()
                                .map_or_else(Vec::new, |d| d.bytes().to_vec()),
                        };
                        self.asked = Some(Asked::Exec(command, uri));
                        return Some(execution);
                    }
                    Err(refusal) => refusal.code,
                }
            }
            _ => StatusCode::BAD_REQUEST,
        };
        self.refuse(&Command::Exec(command), code, scene);
        None
    }

    /// An object in hand must go on in the next command; else it is dropped and the server told.
    fn end_of_data(&mut self, command: &Command, scene: &mut Scene<'_>) {
        let broken = scene
            .large_object
            .as_ref()
            .is_some_and(|object| !object.goes_on_with(command));
        if !broken {
            return;
        }
        if let Some(object) = scene.large_object.take() {
            self.more.push(object.broken());
        }
    }

    /// Keeps a chunk (`None`), or gives the command to be worked through now.
    fn chunk(&mut self, command: Command, scene: &mut Scene<'_>) -> Option<Command> {
        let (Command::Add(c) | Command::Replace(c) | Command::Exec(c)) = &command else {
            return Some(command);
        };
        if !scene.takes_chunks && c.items.iter().any(|i| i.more_data) {
            self.refuse(&command, StatusCode::NOT_SUPPORTED, scene);
            return None;
        }
        if self.frames.len() > 1 || c.items.len() != 1 {
            // Groups cannot go over several messages, and a chunk stands alone.
            if c.items.iter().any(|i| i.more_data) {
                self.refuse(&command, StatusCode::BAD_REQUEST, scene);
                return None;
            }
            return Some(command);
        }
        let limit = scene.max_obj_size;
        match large_object::take(scene.large_object, &command, limit) {
            Chunk::Ordinary => Some(command),
            Chunk::Whole(whole) => Some(*whole),
            Chunk::Refused(code) => {
                self.refuse(&command, code, scene);
                None
            }
            Chunk::Stored {
                uri,
                received,
                total,
            } => {
                self.status(
                    command.name(),
                    &c.cmd_id,
                    StatusCode::CHUNK_ACCEPTED,
                    Some(&uri),
                    Vec::new(),
                );
                scene.outputs.push_back(Output::Event(Event::ChunkStored {
                    uri,
                    received,
                    total,
                }));
                None
            }
        }
    }
}
