//! Groups of commands: Sequence, and Atomic with its way back (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use super::progress::{Atomic, Frame, Scene, Work};
use crate::client::fit;
use crate::client::output::{Event, Output};
use crate::codec::syncml::{Command, Group, StatusCode};

/// Groups within groups that are worked through.
const MAX_NESTING: usize = 8;

impl Work {
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
        // What is in a group that is refused was not executed, and is told so.
        let skipping = skipping || code == StatusCode::COMMAND_FAILED;
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
}
