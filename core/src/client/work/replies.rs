//! The Status each command gets (OMA-TS-DM_RepPro-V1_2_1 §6.6, §10).

use super::progress::{Scene, Work};
use super::tree_commands::target;
use crate::client::output::{Event, Output};
use crate::codec::syncml::{Command, Item, Status, StatusCode};
use crate::dm::wants_no_status;
use std::collections::VecDeque;

impl Work {
    /// The same Status for a command whatever it wants.
    pub(super) fn refuse(&mut self, command: &Command, code: StatusCode, scene: &mut Scene<'_>) {
        let cmd_id = command.cmd_id();
        let first = match command {
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => c.items.first().map(target).unwrap_or_default(),
            _ => "",
        };
        self.done(command.name(), cmd_id, first, code, Vec::new(), scene);
        if !wants_no_status(command) {
            self.status(
                command.name(),
                cmd_id,
                code,
                Some(first).filter(|t| !t.is_empty()),
                Vec::new(),
            );
        }
    }

    pub(super) fn status(
        &mut self,
        command: &str,
        cmd_id: &str,
        code: StatusCode,
        target: Option<&str>,
        items: Vec<Item>,
    ) {
        // A command without CmdID can be told nothing, and 0 is the header.
        if !matches!(cmd_id, "" | "0") {
            self.replies
                .push(self.status_of(command, cmd_id, code, target, items));
        }
    }

    pub(super) fn status_of(
        &self,
        command: &str,
        cmd_id: &str,
        code: StatusCode,
        target: Option<&str>,
        items: Vec<Item>,
    ) -> Command {
        Command::Status(Status {
            msg_ref: self.msg_ref.clone(),
            cmd_ref: cmd_id.to_owned(),
            cmd: command.to_owned(),
            target_refs: target.into_iter().map(str::to_owned).collect(),
            code,
            items,
            ..Status::default()
        })
    }
}

/// The same Status for every command of a message, groups included, without looking at them.
pub(in crate::client) fn refuse_all(
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
        let cmd_id = command.cmd_id().to_owned();
        if matches!(command, Command::Status(_) | Command::Results(_))
            || matches!(cmd_id.as_str(), "" | "0")
        {
            continue;
        }
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
