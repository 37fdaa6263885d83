//! Working through the commands of one message (OMA-TS-DM_RepPro-V1_2_1 §6.6).
//!
//! An explicit stack of open groups stands in for recursion, so that a question to the user can
//! stop the work anywhere and the answer take it up again.

use super::fit;
use super::groups::Frame;
use super::interaction::{self, Answer, Question};
use super::large_object::{self, Chunk, LargeObject};
use super::output::{Event, Execution, Output};
use super::tree_commands::{may_execute, target};
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Message, Meta, StatusCode,
};
use crate::tree::ManagementTree;
use std::collections::{BTreeSet, VecDeque};

/// What commands act upon.
pub(super) struct Scene<'a> {
    pub(super) tree: &'a mut ManagementTree,
    pub(super) server_id: &'a str,
    /// How our answers are written.
    pub(super) encoding: Encoding,
    /// What is in every answer, and octets of the largest the server takes.
    pub(super) sparse: Message,
    pub(super) max_msg_size: usize,
    /// Whether objects are taken in chunks: DevDetail/LrgObj.
    pub(super) takes_chunks: bool,
    /// Octets of the largest object we take.
    pub(super) max_obj_size: u64,
    /// Octets of the largest object the server takes.
    pub(super) peer_max_obj_size: Option<u64>,
    pub(super) large_object: &'a mut Option<LargeObject>,
    pub(super) outputs: &'a mut VecDeque<Output>,
    pub(super) now_s: u64,
}

/// The commands of one message, and what they came to so far.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) frames: Vec<Frame>,
    /// MsgID of the message.
    pub(super) msg_ref: String,
    /// Status for each command, in document order.
    pub(super) replies: Vec<Command>,
    /// Results and alerts, which follow all Status.
    pub(super) more: Vec<Command>,
    /// The user cancelled: nothing else is executed.
    stopped: bool,
    /// The command that waits for its outcome.
    asked: Option<Asked>,
    /// CmdIDs seen.
    ids: BTreeSet<String>,
}

/// A command whose outcome comes from outside.
#[derive(Clone, Debug)]
enum Asked {
    Alert(Alert, Question),
    Exec(ItemCommand, String),
}

/// Why the work stops for a while.
#[derive(Clone, Debug)]
pub(super) enum Wait {
    /// The user is to be asked.
    Ask(Question),
    /// A process is to be started.
    Execute(Execution),
}

impl Work {
    /// Begins with the commands of a message, Status left out.
    pub(super) fn new(msg_ref: &str, commands: Vec<Command>) -> Self {
        Work {
            frames: vec![Frame {
                rest: commands.into_iter(),
                skipping: false,
                atomic: None,
            }],
            msg_ref: msg_ref.to_owned(),
            replies: Vec::new(),
            more: Vec::new(),
            stopped: false,
            asked: None,
            ids: BTreeSet::new(),
        }
    }

    /// Goes on until all is done (`None`) or something must come from outside.
    pub(super) fn run(&mut self, scene: &mut Scene<'_>) -> Option<Wait> {
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
    pub(super) fn answer(&mut self, answer: &Answer, scene: &mut Scene<'_>) {
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
    pub(super) fn executed(&mut self, code: StatusCode, scene: &mut Scene<'_>) {
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
    pub(super) fn stop(&mut self, scene: &mut Scene<'_>) {
        self.stopped = true;
        match &self.asked {
            Some(Asked::Alert(..)) => self.answer(&Answer::Cancel, scene),
            Some(Asked::Exec(..)) => self.executed(StatusCode::CANCELLED, scene),
            None => {}
        }
    }

    /// All replies in the order they are to be sent.
    pub(super) fn into_replies(self) -> impl Iterator<Item = Command> {
        self.replies.into_iter().chain(self.more)
    }

    /// Takes back an Atomic that is still open, when the session ends under it.
    pub(super) fn abandon(self, tree: &mut ManagementTree) {
        if let Some(atomic) = self.frames.into_iter().find_map(|f| f.atomic) {
            tree.restore(&atomic.before);
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
