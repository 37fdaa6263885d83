//! Groups of commands: Sequence, and Atomic with its way back (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use super::commands::{Scene, Work};
use super::fit;
use super::output::{Event, Output};
use crate::codec::syncml::{Command, Group, StatusCode};
use crate::tree::{Change, Snapshot};
use std::vec::IntoIter;

/// Groups within groups that are worked through.
const MAX_NESTING: usize = 8;

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

impl Work {
    pub(super) fn in_atomic(&self) -> bool {
        self.frames.iter().any(|f| f.atomic.is_some())
    }

    pub(super) fn group(
        &mut self,
        name: &str,
        group: Group,
        skipping: bool,
        scene: &mut Scene<'_>,
    ) {
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
    pub(super) fn close(&mut self, frame: Frame, scene: &mut Scene<'_>) {
        let Some(mut atomic) = frame.atomic else {
            return;
        };
        let told = atomic.status.unwrap_or(atomic.first);
        let told = self.replies.get(told..).unwrap_or_default();
        let too_large = !atomic.failed
            && !fit::holds_all(&scene.sparse, told, scene.encoding, scene.max_msg_size);
        if atomic.failed || too_large {
            let failure = if too_large {
                StatusCode::ATOMIC_RESPONSE_TOO_LARGE
            } else {
                StatusCode::ATOMIC_FAILED
            };
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
                        failure
                    } else {
                        StatusCode::ROLLED_BACK
                    };
                    changes.clear();
                }
            }
            if let Some(Command::Status(own)) =
                atomic.status.and_then(|place| self.replies.get_mut(place))
            {
                own.code = failure;
            }
        }
        scene
            .outputs
            .extend(atomic.events.into_iter().map(Output::Event));
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
