//! How far the work at a message is: open groups, answers so far, what it waits for.

use super::large_object::LargeObject;
use crate::client::output::{Event, Execution, Output};
use crate::client::policy::Policy;
use crate::client::question::Question;
use crate::client::receipts::Records;
use crate::codec::syncml::{Alert, Command, Encoding, ItemCommand, Message, StatusCode};
use crate::tree::{Caller, Change, ManagementTree, Snapshot};
use std::collections::{BTreeSet, VecDeque};
use std::vec::IntoIter;

/// What commands act upon.
pub(in crate::client) struct Scene<'a> {
    pub(in crate::client) tree: &'a mut ManagementTree,
    /// What was said in the last sessions.
    pub(in crate::client) records: &'a Records,
    /// DevId.
    pub(in crate::client) device_id: &'a str,
    pub(in crate::client) server_id: &'a str,
    pub(in crate::client) policy: &'a Policy,
    /// Who the tree takes the server for.
    pub(in crate::client) caller: Caller<'a>,
    /// The user has agreed to what this server does in this session.
    pub(in crate::client) agreed: &'a mut bool,
    /// How our answers are written.
    pub(in crate::client) encoding: Encoding,
    /// What is in every answer, and bytes of the largest the server takes.
    pub(in crate::client) sparse: Message,
    pub(in crate::client) max_msg_size: usize,
    /// Whether objects are taken in chunks: DevDetail/LrgObj.
    pub(in crate::client) takes_chunks: bool,
    /// Bytes of the largest object we take.
    pub(in crate::client) max_obj_size: u64,
    /// Bytes of the largest object the server takes.
    pub(in crate::client) peer_max_obj_size: Option<u64>,
    pub(in crate::client) large_object: &'a mut Option<LargeObject>,
    pub(in crate::client) outputs: &'a mut VecDeque<Output>,
    pub(in crate::client) now_s: u64,
}

/// The commands of one message, and what they came to so far.
///
/// An explicit stack of open groups stands in for recursion, so that a question to the user can
/// stop the work anywhere and the answer take it up again.
#[derive(Clone, Debug)]
pub(in crate::client) struct Work {
    pub(super) frames: Vec<Frame>,
    /// MsgID of the message.
    pub(super) msg_ref: String,
    /// Status for each command, in document order.
    pub(super) replies: Vec<Command>,
    /// Results and alerts, which follow all Status.
    pub(super) more: Vec<Command>,
    /// The user cancelled: nothing else is executed.
    pub(super) stopped: bool,
    /// The command that waits for its outcome.
    pub(super) asked: Option<Asked>,
    /// CmdIDs seen.
    pub(super) ids: BTreeSet<String>,
}

/// An open group, or the message itself.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) rest: IntoIter<Command>,
    /// What is left gets 215.
    pub(super) skipping: bool,
    pub(super) atomic: Option<Atomic>,
}

/// What undoes an Atomic.
#[derive(Clone, Debug)]
pub(super) struct Atomic {
    pub(super) before: Snapshot,
    /// Place of its own Status.
    pub(super) status: Option<usize>,
    /// Place of its first child's Status.
    pub(super) first: usize,
    pub(super) failed: bool,
    /// Told when it is known whether they hold.
    pub(super) events: Vec<Event>,
}

/// A command whose outcome comes from outside.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    Alert(Alert, Question),
    Exec(ItemCommand, String),
}

/// Why the work stops for a while.
#[derive(Debug)]
pub(in crate::client) enum Wait {
    /// The user is to be asked.
    Ask(Question),
    /// A process is to be started.
    Execute(Execution),
}

impl Work {
    /// Begins with the commands of a message, Status left out.
    pub(in crate::client) fn new(msg_ref: &str, commands: Vec<Command>) -> Self {
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

    /// All replies in the order they are to be sent.
    pub(in crate::client) fn into_replies(self) -> impl Iterator<Item = Command> {
        self.replies.into_iter().chain(self.more)
    }

    /// Takes back an Atomic that is still open, when the session ends under it.
    pub(in crate::client) fn abandon(self, tree: &mut ManagementTree) {
        if let Some(atomic) = self.frames.into_iter().find_map(|f| f.atomic) {
            tree.restore(&atomic.before);
        }
    }

    pub(super) fn in_atomic(&self) -> bool {
        self.frames.iter().any(|f| f.atomic.is_some())
    }

    /// A command is worked through: its failure fails the Atomic around it.
    pub(super) fn done(
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
}
