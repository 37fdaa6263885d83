//! One proactive command at a time: it waits, is fetched, is answered (ETSI TS 102 223 §6.1).
//!
//! Knows no application: what to ask for next is asked of `application`.

pub(super) mod menu;
pub(super) mod program;
pub(super) mod steps;
pub(super) mod view;

use crate::codec::apdu::StatusWord;
use crate::codec::toolkit::{Action, ProactiveCommand, TerminalResponse};

/// Who asked for a command and gets its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// SET UP EVENT LIST.
    Events,
    /// TIMER MANAGEMENT.
    Timer,
    /// The server channel.
    Server,
    /// The Trigger.
    Trigger,
    /// SET UP MENU.
    Menu,
    /// A step of a menu item.
    Program,
    /// The administration agent.
    Admin,
    /// A receipt of remote management.
    Receipt,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Current {
    owner: Owner,
    command: ProactiveCommand,
    bytes: Vec<u8>,
    fetched: bool,
    /// The owner's state moved on after the fetch; the answer tells it nothing.
    stale: bool,
}

/// The command under way, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Toolkit {
    last_number: u8,
    current: Option<Current>,
}

impl Toolkit {
    /// Nothing waits and nothing is outstanding.
    pub(super) fn is_free(&self) -> bool {
        self.current.is_none()
    }

    /// Lets a command wait; only when free.
    pub(super) fn put(&mut self, owner: Owner, action: Action) {
        self.last_number = self.last_number % 0xFE + 1;
        let command = ProactiveCommand::new(self.last_number, action);
        let bytes = command.encode();
        self.current = Some(Current {
            owner,
            command,
            bytes,
            fetched: false,
            stale: false,
        });
    }

    /// True when the command under way is this owner's.
    pub(super) fn is_of(&self, owner: Owner) -> bool {
        self.current.as_ref().is_some_and(|c| c.owner == owner)
    }

    /// Length of the command that waits to be fetched.
    pub(super) fn waiting(&self) -> Option<usize> {
        let current = self.current.as_ref().filter(|c| !c.fetched)?;
        Some(current.bytes.len())
    }

    /// FETCH.
    pub(super) fn fetch(&mut self, le: Option<u16>) -> Result<Vec<u8>, StatusWord> {
        let current = self
            .current
            .as_mut()
            .filter(|c| !c.fetched)
            .ok_or(StatusWord::CONDITIONS_OF_USE)?;
        if le.map(usize::from) != Some(current.bytes.len()) {
            return Err(StatusWord::wrong_le(current.bytes.len()));
        }
        current.fetched = true;
        Ok(current.bytes.clone())
    }

    /// Type of the command under way (TS 102 223 §9.4).
    pub(super) fn kind(&self) -> Option<u8> {
        Some(self.current.as_ref()?.command.action.details().0)
    }

    /// True when a fetched command waits for its answer.
    pub(super) fn is_outstanding(&self) -> bool {
        self.current.as_ref().is_some_and(|c| c.fetched)
    }

    /// Takes the command an answer belongs to, and whom to tell, if anyone still wants to know.
    pub(super) fn answered(
        &mut self,
        response: &TerminalResponse,
    ) -> Result<Option<(Owner, Action)>, StatusWord> {
        let fits = |c: &mut Current| {
            let (kind, qualifier, _) = c.command.action.details();
            let details = (response.number, response.kind, response.qualifier);
            // A terminal that could not read the command cannot repeat its details.
            c.fetched && (details == (c.command.number, kind, qualifier) || !response.is_success())
        };
        let current = self
            .current
            .take_if(fits)
            .ok_or(StatusWord::CONDITIONS_OF_USE)?;
        Ok((!current.stale).then_some((current.owner, current.command.action)))
    }

    /// Takes the outstanding command when its answer cannot be read.
    pub(super) fn failed(&mut self) -> Option<(Owner, ProactiveCommand)> {
        let current = self.current.take_if(|c| c.fetched)?;
        (!current.stale).then_some((current.owner, current.command))
    }

    /// The owner's state moved on: a command not yet fetched is withdrawn, the answer of a
    /// fetched one will be ignored.
    pub(super) fn withdraw(&mut self, owner: Owner) {
        self.current.take_if(|c| c.owner == owner && !c.fetched);
        if let Some(current) = self.current.as_mut().filter(|c| c.owner == owner) {
            current.stale = true;
        }
    }
}
