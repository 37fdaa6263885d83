//! Working through the commands of one message (OMA-TS-DM_RepPro-V1_2_1 §6.6).
//!
//! An explicit stack of open groups stands in for recursion, so that a question to the user can
//! stop the work anywhere and the answer take it up again.

use super::data::{self, Payload};
use super::interaction;
use super::large_object::{self, Chunk, LargeObject};
use super::output::{Answer, Event, Output, Question};
use crate::codec::markup::{Content, Element};
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Group, Item, ItemCommand, Location, Meta, Results,
    Status, StatusCode,
};
use crate::tree::{Caller, Change, ManagementTree, NodeUri, Property, Refusal, Snapshot, Suffix};
use std::collections::VecDeque;
use std::vec::IntoIter;

/// Groups within groups that are worked through.
const MAX_NESTING: usize = 8;

/// What commands act upon.
pub(super) struct Scene<'a> {
    pub(super) tree: &'a mut ManagementTree,
    pub(super) server_id: &'a str,
    pub(super) encoding: Encoding,
    /// Octets of the largest object we take.
    pub(super) max_obj_size: u64,
    /// Octets of the largest object the server takes.
    pub(super) peer_max_obj_size: Option<u64>,
    pub(super) large_object: &'a mut Option<LargeObject>,
    pub(super) outputs: &'a mut VecDeque<Output>,
    pub(super) now_s: u64,
}

/// The commands of one message, and what they came to so far.
#[derive(Debug)]
pub(super) struct Work {
    frames: Vec<Frame>,
    /// MsgID of the message.
    msg_ref: String,
    /// Status for each command, in document order.
    replies: Vec<Command>,
    /// Results and alerts, which follow all Status.
    more: Vec<Command>,
    /// The user cancelled: nothing else is executed.
    stopped: bool,
    /// The alert that waits for its answer.
    asked: Option<(Alert, Question)>,
}

/// An open group, or the message itself.
#[derive(Debug)]
struct Frame {
    rest: IntoIter<Command>,
    /// What is left gets 215.
    skipping: bool,
    atomic: Option<Atomic>,
}

/// What undoes an Atomic.
#[derive(Debug)]
struct Atomic {
    before: Snapshot,
    /// Place of its own Status.
    status: Option<usize>,
    /// Place of its first child's Status.
    first: usize,
    failed: bool,
    /// Told when it is known whether they hold.
    events: Vec<Event>,
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
        }
    }

    /// Goes on until all is done (`None`) or the user must be asked.
    pub(super) fn run(&mut self, scene: &mut Scene<'_>) -> Option<Question> {
        while let Some(frame) = self.frames.last_mut() {
            let Some(command) = frame.rest.next() else {
                if let Some(frame) = self.frames.pop() {
                    self.close(frame, scene);
                }
                continue;
            };
            let skipping = self.stopped || frame.skipping;
            if let Some(question) = self.one(command, skipping, scene) {
                return Some(question);
            }
        }
        None
    }

    /// The user's answer to the question `run` ended with.
    pub(super) fn answer(&mut self, answer: &Answer, scene: &mut Scene<'_>) {
        let Some((alert, question)) = self.asked.take() else {
            return;
        };
        let (code, texts) = interaction::outcome(&question, answer);
        let items = texts
            .into_iter()
            .map(|text| Item {
                data: Some(Data::Text(text)),
                ..Item::default()
            })
            .collect();
        match code {
            StatusCode::NOT_MODIFIED => {
                // "No" ends the group it stands in; beside a group it concerns nothing else.
                if self.frames.len() > 1
                    && let Some(frame) = self.frames.last_mut()
                {
                    frame.skipping = true;
                }
            }
            code if !code.is_success() => self.stopped = true,
            _ => {}
        }
        self.done("Alert", &alert.cmd_id, "", code, Vec::new(), scene);
        self.status("Alert", &alert.cmd_id, code, None, items);
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

    fn one(&mut self, command: Command, skipping: bool, scene: &mut Scene<'_>) -> Option<Question> {
        if self.frames.len() == 1 {
            self.end_of_data(&command, scene);
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
            Some(Command::Alert(alert)) => return self.alert(alert, scene),
            Some(Command::Copy(command)) => {
                self.refuse(&Command::Copy(command), StatusCode::NOT_SUPPORTED, scene);
            }
            Some(Command::Exec(command)) => {
                self.refuse(&Command::Exec(command), StatusCode::NOT_SUPPORTED, scene);
            }
            Some(
                command @ (Command::Add(_)
                | Command::Replace(_)
                | Command::Delete(_)
                | Command::Get(_)),
            ) => self.items(&command, scene),
            Some(other) => self.refuse(&other, StatusCode::NOT_SUPPORTED, scene),
        }
        None
    }

    fn in_atomic(&self) -> bool {
        self.frames.iter().any(|f| f.atomic.is_some())
    }

    fn group(&mut self, name: &str, group: Group, skipping: bool, scene: &mut Scene<'_>) {
        let code = if skipping {
            StatusCode::NOT_EXECUTED
        } else if self.in_atomic() || self.frames.len() > MAX_NESTING {
            StatusCode::COMMAND_FAILED
        } else {
            StatusCode::OK
        };
        let place = self.replies.len();
        if !group.no_resp {
            self.status(name, &group.cmd_id, code, None, Vec::new());
        }
        // An Atomic that begins is told of when it is over.
        if code != StatusCode::OK || name == "Sequence" {
            self.done(name, &group.cmd_id, "", code, Vec::new(), scene);
        }
        if code == StatusCode::COMMAND_FAILED || self.frames.len() > MAX_NESTING {
            return;
        }
        self.frames.push(Frame {
            rest: group.commands.into_iter(),
            skipping,
            atomic: (name == "Atomic" && !skipping).then(|| Atomic {
                before: scene.tree.snapshot(),
                status: (!group.no_resp).then_some(place),
                first: self.replies.len(),
                failed: false,
                events: vec![Event::CommandDone {
                    command: name.to_owned(),
                    cmd_id: group.cmd_id.clone(),
                    uri: String::new(),
                    code: StatusCode::OK,
                    changes: Vec::new(),
                }],
            }),
        });
    }

    /// A group is over: an Atomic that failed is taken back.
    fn close(&mut self, frame: Frame, scene: &mut Scene<'_>) {
        let Some(mut atomic) = frame.atomic else {
            return;
        };
        if atomic.failed {
            scene.tree.restore(&atomic.before);
            let children = self.replies.get_mut(atomic.first..).unwrap_or_default();
            for reply in children {
                if let Command::Status(status) = reply
                    && status.code.is_success()
                {
                    status.code = StatusCode::ROLLED_BACK;
                }
            }
            for (i, event) in atomic.events.iter_mut().enumerate() {
                if let Event::CommandDone { code, changes, .. } = event
                    && code.is_success()
                {
                    *code = if i == 0 {
                        StatusCode::ATOMIC_FAILED
                    } else {
                        StatusCode::ROLLED_BACK
                    };
                    changes.clear();
                }
            }
            if let Some(Command::Status(own)) =
                atomic.status.and_then(|place| self.replies.get_mut(place))
            {
                own.code = StatusCode::ATOMIC_FAILED;
            }
        }
        scene
            .outputs
            .extend(atomic.events.into_iter().map(Output::Event));
    }

    fn alert(&mut self, alert: Alert, scene: &mut Scene<'_>) -> Option<Question> {
        let code = match alert.code {
            AlertCode(1100..=1104) => match interaction::question(&alert) {
                Ok(question) => {
                    self.asked = Some((alert, question.clone()));
                    return Some(question);
                }
                Err(code) => code,
            },
            AlertCode::NEXT_MESSAGE | AlertCode::NO_END_OF_DATA => StatusCode::OK,
            _ => StatusCode::NOT_SUPPORTED,
        };
        self.done("Alert", &alert.cmd_id, "", code, Vec::new(), scene);
        self.status("Alert", &alert.cmd_id, code, None, Vec::new());
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
            self.more.push(Command::Alert(Alert {
                code: AlertCode::NO_END_OF_DATA,
                items: vec![Item {
                    target: Some(Location::new(object.target())),
                    ..Item::default()
                }],
                ..Alert::default()
            }));
        }
    }

    /// Keeps a chunk (`None`), or gives the command to be worked through now.
    fn chunk(&mut self, command: Command, scene: &mut Scene<'_>) -> Option<Command> {
        let (Command::Add(c) | Command::Replace(c)) = &command else {
            return Some(command);
        };
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

    /// The same Status for a command whatever it wants.
    fn refuse(&mut self, command: &Command, code: StatusCode, scene: &mut Scene<'_>) {
        let cmd_id = match command {
            Command::Unknown(element) => id_of(element),
            command => command.cmd_id().to_owned(),
        };
        let (targets, no_resp): (Vec<&str>, bool) = match command {
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => (c.items.iter().map(target).collect(), c.no_resp),
            _ => (Vec::new(), false),
        };
        let first = targets.first().copied().unwrap_or_default();
        self.done(command.name(), &cmd_id, first, code, Vec::new(), scene);
        if !no_resp {
            self.status(
                command.name(),
                &cmd_id,
                code,
                Some(first).filter(|t| !t.is_empty()),
                Vec::new(),
            );
        }
    }

    /// Add, Replace, Delete, Get: each Item has its own outcome.
    fn items(&mut self, command: &Command, scene: &mut Scene<'_>) {
        let (Command::Add(c) | Command::Replace(c) | Command::Delete(c) | Command::Get(c)) =
            command
        else {
            return;
        };
        if c.items.is_empty() {
            self.refuse(command, StatusCode::INCOMPLETE, scene);
            return;
        }
        for item in &c.items {
            let uri = target(item);
            let outcome = match command {
                Command::Add(_) => add(uri, item, &c.meta, scene),
                Command::Replace(_) => replace(uri, item, &c.meta, scene),
                Command::Delete(_) => delete(uri, scene),
                _ => self.get(uri, c, scene).map(|()| Vec::new()),
            };
            let (code, changes, failed) = match outcome {
                Ok(changes) => (StatusCode::OK, changes, None),
                Err(refusal) => (refusal.code, Vec::new(), refusal.uri),
            };
            self.done(command.name(), &c.cmd_id, uri, code, changes, scene);
            if c.no_resp {
                continue;
            }
            let items = failed
                .filter(|f| f != uri)
                .map(|f| Item {
                    target: Some(Location::new(f)),
                    ..Item::default()
                })
                .into_iter()
                .collect();
            self.status(command.name(), &c.cmd_id, code, Some(uri), items);
        }
    }

    fn get(
        &mut self,
        uri: &str,
        command: &ItemCommand,
        scene: &mut Scene<'_>,
    ) -> Result<(), Refusal> {
        let node = scene.tree.parse_uri(uri)?;
        let reading = scene.tree.get(&node, Caller::Server(scene.server_id))?;
        let items = data::results(uri, reading, scene.encoding);
        let largest = items
            .iter()
            .filter_map(|i| i.data.as_ref())
            .map(|d| d.bytes().len() as u64)
            .max();
        if scene.peer_max_obj_size < largest && scene.peer_max_obj_size.is_some() {
            return Err(refusal(
                StatusCode::TOO_LARGE,
                "larger than the server's MaxObjSize",
            ));
        }
        for item in items {
            self.more.push(Command::Results(Results {
                msg_ref: Some(self.msg_ref.clone()),
                cmd_ref: command.cmd_id.clone(),
                target_ref: Some(uri.to_owned()),
                items: vec![item],
                ..Results::default()
            }));
        }
        Ok(())
    }

    /// A command is worked through: its failure fails the Atomic around it.
    fn done(
        &mut self,
        command: &str,
        cmd_id: &str,
        uri: &str,
        code: StatusCode,
        changes: Vec<Change>,
        scene: &mut Scene<'_>,
    ) {
        let event = Event::CommandDone {
            command: command.to_owned(),
            cmd_id: cmd_id.to_owned(),
            uri: uri.to_owned(),
            code,
            changes,
        };
        let open = self.frames.iter_mut().rfind(|f| f.atomic.is_some());
        match open.and_then(|f| f.atomic.as_mut().map(|a| (&mut f.skipping, a))) {
            Some((skipping, atomic)) => {
                if !code.is_success() {
                    *skipping = true;
                    atomic.failed = true;
                }
                atomic.events.push(event);
            }
            None => scene.outputs.push_back(Output::Event(event)),
        }
    }

    fn status(
        &mut self,
        command: &str,
        cmd_id: &str,
        code: StatusCode,
        target: Option<&str>,
        items: Vec<Item>,
    ) {
        self.replies.push(Command::Status(Status {
            msg_ref: self.msg_ref.clone(),
            cmd_ref: cmd_id.to_owned(),
            cmd: command.to_owned(),
            target_refs: target.into_iter().map(str::to_owned).collect(),
            code,
            items,
            ..Status::default()
        }));
    }
}

/// The same Status for every command of a message, groups included, without looking at them.
pub(super) fn refuse_all(
    msg_ref: &str,
    commands: &[Command],
    code: StatusCode,
    outputs: &mut VecDeque<Output>,
) -> Vec<Command> {
    let mut replies = Vec::new();
    let mut rest: Vec<&Command> = commands.iter().rev().collect();
    while let Some(command) = rest.pop() {
        if let Command::Sequence(group) | Command::Atomic(group) = command {
            rest.extend(group.commands.iter().rev());
        }
        let cmd_id = match command {
            Command::Status(_) | Command::Results(_) => continue,
            Command::Unknown(element) => id_of(element),
            command => command.cmd_id().to_owned(),
        };
        outputs.push_back(Output::Event(Event::CommandDone {
            command: command.name().to_owned(),
            cmd_id: cmd_id.clone(),
            uri: String::new(),
            code,
            changes: Vec::new(),
        }));
        replies.push(Command::Status(Status {
            msg_ref: msg_ref.to_owned(),
            cmd_ref: cmd_id,
            cmd: command.name().to_owned(),
            code,
            ..Status::default()
        }));
    }
    replies
}

/// CmdID of an element we do not know.
fn id_of(element: &Element) -> String {
    let mut id = String::new();
    for content in &element.content {
        if let Content::Element(child) = content
            && child.name == "CmdID"
        {
            for text in &child.content {
                if let Content::Text(text) = text {
                    id.push_str(text);
                }
            }
        }
    }
    id
}

fn target(item: &Item) -> &str {
    item.target.as_ref().map_or("", |t| &t.uri)
}

fn refusal(code: StatusCode, reason: &'static str) -> Refusal {
    Refusal {
        code,
        reason,
        uri: None,
    }
}

fn only_node(uri: NodeUri) -> Result<NodeUri, Refusal> {
    match uri.suffix() {
        None => Ok(uri),
        Some(_) => Err(refusal(
            StatusCode::NOT_ALLOWED,
            "the command has no meaning for a property or a list",
        )),
    }
}

fn add(uri: &str, item: &Item, meta: &Meta, scene: &mut Scene<'_>) -> Result<Vec<Change>, Refusal> {
    let caller = Caller::Server(scene.server_id);
    let uri = scene.tree.parse_uri(uri).map_err(|e| match e.code {
        // No code is named for a malformed URI; for Add it is no place to add to.
        StatusCode::NOT_FOUND => refusal(StatusCode::NOT_ALLOWED, e.reason),
        _ => e,
    })?;
    let uri = only_node(uri)?;
    match data::payload(item, meta, None) {
        Ok(Payload::Document(document)) => {
            scene
                .tree
                .add_document(&uri, &document, caller, scene.now_s)
        }
        Ok(Payload::Value {
            format,
            media_type,
            value,
        }) => {
            let new = Payload::as_new(&format, &media_type, &value);
            scene.tree.add(&uri, new, caller, scene.now_s)
        }
        Err(code) => Err(refusal(code, "the data cannot be read")),
    }
}

fn replace(
    uri: &str,
    item: &Item,
    meta: &Meta,
    scene: &mut Scene<'_>,
) -> Result<Vec<Change>, Refusal> {
    let caller = Caller::Server(scene.server_id);
    let now_s = scene.now_s;
    let uri = scene.tree.parse_uri(uri)?;
    if let Some(Suffix::Property(name)) = uri.suffix() {
        let property = Property::parse(name)?;
        let bytes = item.data.as_ref().map(|d| d.bytes()).unwrap_or_default();
        let text = std::str::from_utf8(bytes)
            .map_err(|_| refusal(StatusCode::UNSUPPORTED_TYPE, "a property is text"))?;
        return scene
            .tree
            .replace_property(&uri, property, text, caller, now_s);
    }
    let uri = only_node(uri)?;
    let kept = scene.tree.node(&uri).map(|n| n.state().format.clone());
    match data::payload(item, meta, kept.as_deref()) {
        Ok(Payload::Document(document)) => {
            scene.tree.replace_document(&uri, &document, caller, now_s)
        }
        Ok(Payload::Value {
            format,
            media_type,
            value,
        }) => {
            let new = Payload::as_new(&format, &media_type, &value);
            scene.tree.replace(&uri, new, caller, now_s)
        }
        Err(code) if kept.is_some() => Err(refusal(code, "the data cannot be read")),
        Err(_) => Err(refusal(StatusCode::NOT_FOUND, "no such node")),
    }
}

fn delete(uri: &str, scene: &mut Scene<'_>) -> Result<Vec<Change>, Refusal> {
    let uri = only_node(scene.tree.parse_uri(uri)?)?;
    let known = scene.tree.server_ids();
    let mut changes = scene.tree.delete(&uri, Caller::Server(scene.server_id))?;
    // A server whose account is gone vanishes from all ACLs (DM TND §7).
    let left = scene.tree.server_ids();
    for gone in known.iter().filter(|id| !left.contains(id)) {
        changes.extend(scene.tree.remove_server(gone, scene.now_s));
    }
    Ok(changes)
}
