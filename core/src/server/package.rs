//! Messages of the server: answers, commands of the plan, chunks of large objects
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8).
//!
//! A message is never larger than the client takes; what does not fit goes into the next package,
//! and an object no message could hold goes in chunks.

use super::plan::{Object, Operation, OperationKind};
use super::queue::Queue;
use super::session::{Consent, Sending, Session, What};
use super::{Config, Terms};
use crate::codec::auth as digest;
use crate::codec::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Cred, Data, Encoding, Group, Item, ItemCommand, Location, Message,
    Meta, Status, StatusCode, SyncHdr,
};

/// What is to stand behind the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Commands of the plan, as far as there are.
    Commands,
    /// Alert 1222: the client has more to say.
    NextMessage,
    /// Nothing.
    Nothing,
    /// Alert 1223.
    Abort,
}

/// A message and whether it holds commands that await their Status.
pub(super) struct Built {
    pub(super) message: Message,
    pub(super) has_commands: bool,
}

/// Makes the next message.
pub(super) fn build(
    session: &mut Session,
    queue: &mut Queue,
    answers: Vec<Command>,
    rest: Rest,
    terms: &Terms<'_>,
) -> Built {
    session.msg_id += 1;
    let mut builder = Builder {
        message: Message {
            hdr: hdr(session, terms),
            commands: answers,
            is_final: true,
        },
        next_id: 1,
    };
    builder.number_all();
    let mut has_commands = true;
    match rest {
        Rest::Commands => has_commands = builder.plan(session, queue, terms),
        Rest::NextMessage => {
            builder.push(alert(AlertCode::NEXT_MESSAGE));
            builder.message.is_final = false;
        }
        Rest::Nothing => has_commands = false,
        Rest::Abort => {
            builder.push(alert(AlertCode::SESSION_ABORT));
        }
    }
    Built {
        message: builder.message,
        has_commands,
    }
}

fn hdr(session: &Session, terms: &Terms<'_>) -> SyncHdr {
    let server = &terms.account.server;
    let cred = (!session.server_proven).then(|| Cred::md5(server, &session.server_nonce));
    SyncHdr {
        ver_dtd: "1.2".to_owned(),
        ver_proto: "DM/1.2".to_owned(),
        session_id: session.id.clone(),
        msg_id: session.msg_id.to_string(),
        target: Location::new(session.device.clone()),
        source: Location {
            uri: terms.account.address.clone(),
            name: cred.is_some().then(|| server.name.clone()),
        },
        cred,
        meta: if session.msg_id == 1 {
            Meta {
                max_msg_size: Some(terms.config.max_msg_size as u64),
                max_obj_size: Some(terms.config.max_obj_size),
                ..Meta::default()
            }
        } else {
            Meta::default()
        },
        ..SyncHdr::default()
    }
}

fn alert(code: AlertCode) -> Command {
    Command::Alert(Alert {
        code,
        ..Alert::default()
    })
}

struct Builder {
    message: Message,
    next_id: u32,
}

impl Builder {
    /// CmdIDs count through the message, groups included.
    fn number(&mut self, command: &mut Command) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        command.set_cmd_id(id.to_string());
        id
    }

    fn number_all(&mut self) {
        let mut commands = std::mem::take(&mut self.message.commands);
        for command in &mut commands {
            self.number(command);
        }
        self.message.commands = commands;
    }

    fn push(&mut self, mut command: Command) -> u32 {
        let id = self.number(&mut command);
        self.message.commands.push(command);
        id
    }

    /// Puts commands of the plan behind the answers; false when there are none to put.
    fn plan(&mut self, session: &mut Session, queue: &mut Queue, terms: &Terms<'_>) -> bool {
        if let Some(sending) = session.object.take() {
            self.chunk(session, sending);
            return true;
        }
        if matches!(session.consent, Consent::Refused(_)) {
            return false;
        }
        let limit = session.peer_max_msg_size;
        let encoding = session.encoding;
        let (gets, changes): (Vec<usize>, Vec<usize>) =
            queue.next().into_iter().partition(|i| queue.is_get(*i));
        let mut group = Group::default();
        let group_id = self.next_id;
        if session.consent == Consent::NotAsked && !changes.is_empty() {
            match question(terms.config) {
                Some(question) => group.commands.push(question),
                None => session.consent = Consent::Granted,
            }
        }
        let mut base = self.message.clone();
        base.commands.push(Command::Sequence(Group {
            cmd_id: LONG_ID.to_owned(),
            commands: group.commands.iter().cloned().map(long_id).collect(),
            ..Group::default()
        }));
        let mut commands: Vec<Command> = changes
            .iter()
            .filter_map(|i| queue.get(*i))
            .map(|task| long_id(command(&task.operation, encoding)))
            .collect();
        let count = sizing::fitting(&base, &commands, encoding, limit);
        let all = count == changes.len();
        if count == 0 && group.commands.is_empty() && !all {
            // Not even one fits: it is sent alone, in chunks if it can be cut.
            if let Some(index) = changes.first() {
                queue.sent(*index);
                self.alone(session, *index, commands.swap_remove(0));
            }
            return true;
        }
        if count > 0 || !group.commands.is_empty() {
            self.next_id += 1;
            for command in &mut group.commands {
                let id = self.number(command);
                session.expect(id, What::Question);
                session.consent = Consent::Asked;
            }
            for (mut command, index) in commands.drain(..count).zip(&changes) {
                let id = self.number(&mut command);
                queue.sent(*index);
                session.expect(id, What::Task(*index));
                group.commands.push(command);
            }
            group.cmd_id = group_id.to_string();
            session.expect(group_id, What::Group);
            self.message.commands.push(Command::Sequence(group));
        }
        if all {
            self.gets(session, queue, &gets);
        }
        self.next_id > group_id
    }

    /// What is read comes behind all that changes something.
    fn gets(&mut self, session: &mut Session, queue: &mut Queue, gets: &[usize]) {
        let commands: Vec<Command> = gets
            .iter()
            .filter_map(|i| queue.get(*i))
            .map(|task| long_id(command(&task.operation, session.encoding)))
            .collect();
        let limit = session.peer_max_msg_size;
        let fitting = sizing::fitting(&self.message, &commands, session.encoding, limit);
        // With nothing else to send, one is sent whatever its size.
        let alone = session.awaits_nothing_of(session.msg_id);
        let count = fitting.max(usize::from(alone)).min(commands.len());
        for (command, index) in commands.into_iter().take(count).zip(gets) {
            let id = self.push(command);
            queue.sent(*index);
            session.expect(id, What::Task(*index));
        }
    }

    /// A command too large for a message.
    fn alone(&mut self, session: &mut Session, index: usize, command: Command) {
        let data = match &command {
            Command::Add(c) | Command::Replace(c) => {
                c.items.first().and_then(|item| item.data.clone())
            }
            _ => None,
        };
        match data {
            Some(data) => {
                let size = data.bytes().len() as u64;
                self.chunk(
                    session,
                    Sending {
                        task: index,
                        command,
                        data,
                        size: Some(size),
                    },
                );
            }
            None => {
                let id = self.push(command);
                session.expect(id, What::Task(index));
            }
        }
    }

    /// The next chunk of an object: all that is left, or as much as fits.
    fn chunk(&mut self, session: &mut Session, sending: Sending) {
        let limit = session.peer_max_msg_size;
        let encoding = session.encoding;
        let with = |data: &Data, more: bool, size: Option<u64>| {
            let mut command = sending.command.clone();
            if let Command::Add(c) | Command::Replace(c) = &mut command {
                for item in &mut c.items {
                    item.data = Some(data.clone());
                    item.more_data = more;
                    item.meta.size = size;
                }
            }
            command
        };
        let message = |command: Command| {
            let mut message = self.message.clone();
            message.commands.push(command);
            message
        };
        let last = with(&sending.data, false, None);
        let cut = if message(last.clone()).encode(encoding).len() <= limit {
            None
        } else {
            sizing::cut_to_fit(&sending.data, encoding, limit, |data| {
                message(with(data, true, sending.size))
            })
        };
        let command = match &cut {
            None => last,
            Some((head, _)) => with(head, true, sending.size),
        };
        let task = sending.task;
        if let Some((_, rest)) = cut {
            self.message.is_final = false;
            session.object = Some(Sending {
                data: rest,
                // The size is told with the first chunk only.
                size: None,
                ..sending
            });
        }
        let id = self.push(command);
        session.expect(id, What::Task(task));
    }
}

/// Alert 1101, when the user is to be asked.
fn question(config: &Config) -> Option<Command> {
    let text = config.ask_confirmation.as_ref()?;
    let item = |text: String| Item {
        data: Some(Data::Text(text)),
        ..Item::default()
    };
    Some(Command::Alert(Alert {
        code: AlertCode::CONFIRM_OR_REJECT,
        items: vec![
            item(format!("MAXDT={}", config.max_display_s)),
            item(text.clone()),
        ],
        ..Alert::default()
    }))
}

/// For measuring: more digits than a CmdID will have.
const LONG_ID: &str = "9999";

fn long_id(mut command: Command) -> Command {
    match &mut command {
        Command::Add(c) | Command::Replace(c) | Command::Delete(c) | Command::Get(c) => {
            c.cmd_id = LONG_ID.to_owned();
        }
        Command::Alert(a) => a.cmd_id = LONG_ID.to_owned(),
        _ => {}
    }
    command
}

/// The command of an operation.
fn command(operation: &Operation, encoding: Encoding) -> Command {
    let (meta, data) = match &operation.object {
        Object::None => (Meta::default(), None),
        Object::Leaf {
            format,
            media_type,
            value,
        } => {
            let (format, data) = value_data(format, value, encoding);
            (
                Meta {
                    format: Some(format),
                    media_type: Some(media_type.clone()),
                    ..Meta::default()
                },
                Some(data),
            )
        }
        Object::Subtree(document) => {
            let (format, media_type, data) = Data::of_document(document, encoding);
            (
                Meta {
                    format: Some(format.to_owned()),
                    media_type: Some(media_type.to_owned()),
                    ..Meta::default()
                },
                Some(data),
            )
        }
    };
    let item_command = ItemCommand {
        items: vec![Item {
            target: Some(Location::new(operation.uri.clone())),
            meta,
            data,
            ..Item::default()
        }],
        ..ItemCommand::default()
    };
    match operation.kind {
        OperationKind::Replace => Command::Replace(item_command),
        OperationKind::Add => Command::Add(item_command),
        OperationKind::Delete => Command::Delete(item_command),
        OperationKind::Get => Command::Get(item_command),
    }
}

impl Operation {
    /// Octets of the object as it is sent.
    pub(super) fn octets(&self, encoding: Encoding) -> u64 {
        match command(self, encoding) {
            Command::Add(c) | Command::Replace(c) => c
                .items
                .iter()
                .filter_map(|i| i.data.as_ref())
                .map(|d| d.bytes().len() as u64)
                .sum(),
            _ => 0,
        }
    }
}

/// Whether no message could hold the operation, were it sent alone and in the smallest chunks: its
/// URI or its type is longer than what the client takes at once.
pub(super) fn too_long(session: &Session, operation: &Operation, terms: &Terms<'_>) -> bool {
    let mut command = long_id(command(operation, session.encoding));
    if let Command::Add(c) | Command::Replace(c) = &mut command {
        for item in &mut c.items {
            if let Some((head, _)) = item.data.as_ref().and_then(sizing::smallest) {
                item.data = Some(head);
                item.more_data = true;
            }
        }
    }
    // The least there is beside it: a header without credentials, and one Status.
    let mut hdr = hdr(session, terms);
    hdr.cred = None;
    hdr.source.name = None;
    hdr.meta = Meta::default();
    let answer = Command::Status(Status {
        cmd_id: "1".to_owned(),
        msg_ref: hdr.msg_id.clone(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.source.uri.clone()],
        source_refs: vec![hdr.target.uri.clone()],
        code: StatusCode::OK,
        ..Status::default()
    });
    let message = Message {
        hdr,
        commands: vec![answer, command],
        is_final: true,
    };
    message.encode(session.encoding).len() > session.peer_max_msg_size
}

fn value_data(format: &str, value: &[u8], encoding: Encoding) -> (String, Data) {
    match (format, encoding) {
        ("bin", Encoding::Wbxml) => ("bin".to_owned(), Data::Opaque(value.to_vec())),
        // XML has no octets; cut into chunks, base64 must be of the whole.
        ("bin", Encoding::Xml) => ("b64".to_owned(), Data::Text(digest::base64(value))),
        (format, _) => (
            format.to_owned(),
            match std::str::from_utf8(value) {
                Ok(text) => Data::Text(text.to_owned()),
                Err(_) => Data::Opaque(value.to_vec()),
            },
        ),
    }
}
