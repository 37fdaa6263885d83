//! Messages of the server: answers, commands of the plan, chunks of large objects
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8).
//!
//! A message is never larger than the client takes; what does not fit goes into the next package,
//! and an object no message could hold goes in chunks.

use super::commands::command;
use super::config::Terms;
use super::header::hdr;
use super::plan::Operation;
use super::room::{MAX_PUT_OFF, least_data, no_room, smallest};
use super::session::{Sending, Session};
use crate::codec::syncml::sizing;
use crate::codec::syncml::{AlertCode, Command, Data, Group, Message, StatusCode};
use crate::dm::{LONG_ID, OBLIGATORY, bare_alert};

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
    /// Steps no message of this session has room for.
    pub(super) refused: Vec<(usize, StatusCode)>,
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
        refused: Vec::new(),
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
            builder.push(bare_alert(AlertCode::NEXT_MESSAGE));
            builder.message.is_final = false;
        }
        Rest::Nothing => {
            session.held.clear();
            waits = false;
        }
        Rest::Abort => {
            session.held.clear();
            builder.push(bare_alert(AlertCode::SESSION_ABORT));
        }
    }
    Built {
        message: builder.message,
        waits,
        refused: builder.refused,
    }
}

struct Builder {
    message: Message,
    next_id: u32,
    refused: Vec<(usize, StatusCode)>,
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
        let limit = session.peer.max_msg_size;
        // The shortest Status has more bytes than this; what cannot fit need not be measured.
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
            let least = chunk_of(&sending, &least_data(&sending.data), true);
            if self.has_room(session, least) {
                self.chunk(session, sending);
                return true;
            }
            if self.puts_off(session) {
                session.object = Some(sending);
                return true;
            }
            self.refuse(session, sending.step, StatusCode::TOO_LARGE);
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
        let limit = session.peer.max_msg_size;
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
                return self.alone(session, *part, commands.swap_remove(0));
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
        let limit = session.peer.max_msg_size;
        let one = std::slice::from_ref(&command);
        if sizing::fitting(&self.message, one, session.encoding, limit) == 0 {
            return self.next_id == before && self.alone(session, at, command);
        }
        let end = session.queue.get(at).map_or(at, |f| f.end);
        self.number_steps(session, &mut command, &mut (at..end));
        self.message.commands.push(command);
        true
    }

    /// Whether a command fits behind what the message has.
    fn has_room(&self, session: &Session, command: Command) -> bool {
        let one = [command];
        let limit = session.peer.max_msg_size;
        sizing::fitting(&self.message, &one, session.encoding, limit) > 0
    }

    /// The package goes on in the next message, where there may be more room; but not for ever.
    fn puts_off(&mut self, session: &mut Session) -> bool {
        session.put_off = session.put_off.saturating_add(1);
        let goes_on = session.put_off <= MAX_PUT_OFF;
        self.message.is_final &= !goes_on;
        goes_on
    }

    fn refuse(&mut self, session: &mut Session, at: usize, code: StatusCode) {
        session.queue.refused(at, code);
        self.refused.push((at, code));
    }

    /// A command too large for a message that has something else; true when it is refused, so
    /// that the next has its turn.
    fn alone(&mut self, session: &mut Session, at: usize, mut command: Command) -> bool {
        if !self.has_room(session, smallest(command.clone())) {
            let hdr = &self.message.hdr;
            let next_is_shorter = hdr.cred.is_some()
                || !hdr.meta.is_empty()
                || self.message.commands.len() > OBLIGATORY;
            if next_is_shorter && self.puts_off(session) {
                return false;
            }
            self.refuse(session, at, no_room(&command));
            return true;
        }
        session.put_off = 0;
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
        false
    }

    /// The next chunk of an object: all that is left, or as much as fits.
    fn chunk(&mut self, session: &mut Session, sending: Sending) {
        let limit = session.peer.max_msg_size;
        let encoding = session.encoding;
        let message = |command: Command| {
            let mut message = self.message.clone();
            message.commands.push(command);
            message
        };
        let last = chunk_of(&sending, &sending.data, false);
        let cut = if message(last.clone()).encode(encoding).len() <= limit {
            None
        } else {
            sizing::cut_to_fit(&sending.data, encoding, limit, |data| {
                message(chunk_of(&sending, data, true))
            })
        };
        let command = match &cut {
            None => last,
            Some((head, _)) => chunk_of(&sending, head, true),
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

/// The command of an object with a part of its data.
fn chunk_of(sending: &Sending, data: &Data, more: bool) -> Command {
    let mut command = sending.command.clone();
    if let Command::Add(c) | Command::Replace(c) = &mut command {
        for item in &mut c.items {
            item.data = Some(data.clone());
            item.more_data = more;
            item.meta.size = sending.size;
        }
    }
    command
}
