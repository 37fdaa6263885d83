//! Messages of the server: answers, commands of the plan, chunks of large objects
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8).
//!
//! A message is never larger than the client takes; what does not fit goes into the next package,
//! and an object no message could hold goes in chunks.

use super::Terms;
use super::commands::{LONG_ID, command};
use super::plan::Operation;
use super::session::{Sending, Session};
use crate::codec::auth::AuthType;
use crate::codec::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Cred, Data, Group, Location, Message, Meta, Status, StatusCode,
    SyncHdr,
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

/// A message and whether it asks for something, so that an answer is to come.
pub(super) struct Built {
    pub(super) message: Message,
    pub(super) waits: bool,
}

/// Makes the next message: answers as far as there is room, and the rest when there is more.
pub(super) fn build(
    session: &mut Session,
    answers: Vec<Command>,
    rest: Rest,
    terms: &Terms<'_>,
) -> Built {
    session.msg_id += 1;
    let mut builder = Builder {
        message: Message {
            hdr: hdr(session, terms),
            commands: Vec::new(),
            is_final: true,
        },
        next_id: 1,
    };
    builder.answers(session, answers);
    let mut waits = true;
    match rest {
        // Each answer goes before the next question.
        Rest::Commands | Rest::NextMessage if !session.held.is_empty() => {
            builder.message.is_final = false;
        }
        Rest::Commands => waits = builder.plan(session),
        Rest::NextMessage => {
            builder.push(alert(AlertCode::NEXT_MESSAGE));
            builder.message.is_final = false;
        }
        Rest::Nothing => {
            session.held.clear();
            waits = false;
        }
        Rest::Abort => {
            session.held.clear();
            builder.push(alert(AlertCode::SESSION_ABORT));
        }
    }
    Built {
        message: builder.message,
        waits,
    }
}

fn hdr(session: &Session, terms: &Terms<'_>) -> SyncHdr {
    let server = &terms.account.server;
    let shows = !server.name.is_empty() && !session.server_proven;
    let cred = match session.own_type {
        _ if !shows => None,
        // The secret itself is for a client that has proved who it is.
        AuthType::Basic if !session.proven => None,
        AuthType::Basic => Some(Cred::basic(server)),
        // It goes beside the message.
        AuthType::Mac => None,
        AuthType::Md5 | AuthType::Unknown(_) => Some(Cred::md5(server, &session.server_nonce)),
    };
    let named = shows && (cred.is_some() || session.own_type == AuthType::Mac);
    SyncHdr {
        ver_dtd: "1.2".to_owned(),
        ver_proto: "DM/1.2".to_owned(),
        session_id: session.id.clone(),
        msg_id: session.msg_id.to_string(),
        target: Location::new(session.device.clone()),
        source: Location {
            uri: terms.account.address.clone(),
            name: named.then(|| server.name.clone()),
        },
        resp_uri: terms.config.resp_uri.clone(),
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

    /// Numbers a command and what is in it; the steps are in the same order.
    fn number_steps(
        &mut self,
        session: &mut Session,
        command: &mut Command,
        steps: &mut impl Iterator<Item = usize>,
    ) {
        let id = self.number(command);
        if let Some(step) = steps.next() {
            session.queue.sent(step);
            session.expect(id, step);
        }
        if let Command::Sequence(group) | Command::Atomic(group) = command {
            for inner in &mut group.commands {
                self.number_steps(session, inner, steps);
            }
        }
    }

    /// Puts answers into the message as far as there is room, older ones first; but the one for
    /// the header is always the first, and one more goes in any case.
    fn answers(&mut self, session: &mut Session, mut answers: Vec<Command>) {
        if !answers.is_empty() {
            let first = answers.remove(0);
            self.push(first);
        }
        session.held.extend(answers);
        let limit = session.peer_max_msg_size;
        // The shortest Status has more octets than this; what cannot fit need not be measured.
        let at_most = (limit / 16).saturating_add(1);
        let mut commands: Vec<Command> = session.held.iter().take(at_most).cloned().collect();
        for command in &mut commands {
            command.set_cmd_id(LONG_ID);
        }
        let fitting = sizing::fitting(&self.message, &commands, session.encoding, limit);
        let count = fitting.max(1).min(session.held.len());
        for command in session.held.drain(..count).collect::<Vec<Command>>() {
            self.push(command);
        }
    }

    fn push(&mut self, mut command: Command) -> u32 {
        let id = self.number(&mut command);
        self.message.commands.push(command);
        id
    }

    /// Puts commands of the plan behind the answers; false when there are none to put.
    fn plan(&mut self, session: &mut Session) -> bool {
        if let Some(sending) = session.object.take() {
            self.chunk(session, sending);
            return true;
        }
        let before = self.next_id;
        for at in session.queue.ready() {
            let is_sequence = session
                .queue
                .get(at)
                .is_some_and(|f| matches!(f.step.operation, Operation::Sequence(_)));
            let is_in = if is_sequence {
                self.sequence(session, at, before)
            } else {
                self.single(session, at, before)
            };
            // An object in chunks must not be interrupted.
            if !is_in || session.object.is_some() {
                break;
            }
        }
        self.next_id > before || !self.message.is_final
    }

    /// As much of a Sequence as fits; false when something of it is left.
    fn sequence(&mut self, session: &mut Session, group: usize, before: u32) -> bool {
        let encoding = session.encoding;
        let limit = session.peer_max_msg_size;
        let parts = session.queue.pending_parts(group);
        let mut commands = Vec::new();
        let mut octets = 0;
        for part in &parts {
            let command = command(&session.queue, *part, encoding);
            octets += super::commands::octets(&command);
            commands.push(command);
            if octets > limit as u64 {
                break;
            }
        }
        let mut base = self.message.clone();
        base.commands.push(Command::Sequence(Group {
            cmd_id: LONG_ID.to_owned(),
            ..Group::default()
        }));
        let count = sizing::fitting(&base, &commands, encoding, limit);
        if count == 0 {
            // Not even one fits: it is sent alone, in chunks if it can be cut.
            if self.next_id == before
                && let (Some(part), false) = (parts.first(), commands.is_empty())
            {
                self.alone(session, *part, commands.swap_remove(0));
            }
            return false;
        }
        commands.truncate(count);
        let mut steps = vec![group];
        for part in &parts[..count] {
            let end = session.queue.get(*part).map_or(*part, |f| f.end);
            steps.extend(*part..end);
        }
        let mut command = Command::Sequence(Group {
            commands,
            ..Group::default()
        });
        self.number_steps(session, &mut command, &mut steps.into_iter());
        self.message.commands.push(command);
        count == parts.len()
    }

    /// A step outside groups, or an Atomic; false when it does not fit.
    fn single(&mut self, session: &mut Session, at: usize, before: u32) -> bool {
        let mut command = command(&session.queue, at, session.encoding);
        let limit = session.peer_max_msg_size;
        let one = std::slice::from_ref(&command);
        if sizing::fitting(&self.message, one, session.encoding, limit) == 0 {
            if self.next_id == before {
                self.alone(session, at, command);
            }
            return false;
        }
        let end = session.queue.get(at).map_or(at, |f| f.end);
        self.number_steps(session, &mut command, &mut (at..end));
        self.message.commands.push(command);
        true
    }

    /// A command too large for a message that has something else.
    fn alone(&mut self, session: &mut Session, at: usize, mut command: Command) {
        let least = [smallest(command.clone())];
        let fits = sizing::fitting(
            &self.message,
            &least,
            session.encoding,
            session.peer_max_msg_size,
        );
        let hdr = &self.message.hdr;
        let next_is_shorter = hdr.cred.is_some()
            || !hdr.meta.is_empty()
            || self.message.commands.len() > LEAST_ANSWERS;
        if fits == 0 && next_is_shorter {
            // The package goes on in the next message, where there is more room.
            self.message.is_final = false;
            return;
        }
        let data = match &command {
            Command::Add(c) | Command::Replace(c) => {
                c.items.first().and_then(|item| item.data.clone())
            }
            _ => None,
        };
        match data {
            Some(data) => {
                let size = data.bytes().len() as u64;
                session.queue.sent(at);
                self.chunk(
                    session,
                    Sending {
                        step: at,
                        command,
                        data,
                        size: Some(size),
                    },
                );
            }
            None => {
                let end = session.queue.get(at).map_or(at, |f| f.end);
                self.number_steps(session, &mut command, &mut (at..end));
                self.message.commands.push(command);
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
        let step = sending.step;
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
        session.expect(id, step);
    }
}

/// Whether no message could hold the command, were it sent alone and in the smallest chunks: its
/// URI or its type is longer than what the client takes at once.
pub(super) fn too_long(session: &Session, command: Command, terms: &Terms<'_>) -> bool {
    let command = smallest(command);
    // The least there is beside it: a header without credentials, and the Status for the client's
    // header and its Alert 1222.
    let mut hdr = hdr(session, terms);
    hdr.cred = None;
    hdr.source.name = None;
    hdr.meta = Meta::default();
    let answer = Command::Status(Status {
        cmd_id: "1".to_owned(),
        msg_ref: LONG_ID.to_owned(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.source.uri.clone()],
        source_refs: vec![hdr.target.uri.clone()],
        code: StatusCode::OK,
        ..Status::default()
    });
    let next = Command::Status(Status {
        cmd_id: "2".to_owned(),
        msg_ref: LONG_ID.to_owned(),
        cmd_ref: LONG_ID.to_owned(),
        cmd: "Alert".to_owned(),
        code: StatusCode::OK,
        ..Status::default()
    });
    let message = Message {
        hdr,
        commands: vec![answer, next, command],
        is_final: true,
    };
    message.encode(session.encoding).len() > session.peer_max_msg_size
}

/// Answers a message in the middle of a package has at least: for the header and Alert 1222.
const LEAST_ANSWERS: usize = 2;

/// The command with the smallest chunk of its data.
fn smallest(mut command: Command) -> Command {
    if let Command::Add(c) | Command::Replace(c) = &mut command {
        for item in &mut c.items {
            if let Some((head, _)) = item.data.as_ref().and_then(sizing::smallest) {
                item.data = Some(head);
                item.more_data = true;
            }
        }
    }
    command
}
