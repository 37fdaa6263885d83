//! Threat 1 of the enabler: somebody who is no server of the device's tries to slip settings into
//! it (OMA-AD-DM_SC-V1_0 §4.2). What is tried, by whom, and what came of it.
//!
//! The rogue sees what crosses and says what it likes; it knows no secret but its own.

mod actor;
mod verdict;

pub use actor::Rogue;
pub(in crate::scenario) use actor::{Heard, RIVAL, STRANGER};
pub(in crate::scenario) use verdict::{Verdict, verdict};

use crate::client::Unprotected;

/// What a rogue tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// A notification with a digest that is made up.
    Forged,
    /// A notification that was heard, once more.
    Replayed,
    /// A notification that the resynchronisation nonce signs, once more.
    ResyncReplayed,
    /// A challenge with a nonce that is the same for everybody.
    ZeroNonce,
    /// A notification of a server that the device does not know.
    Foreign,
    /// A notification of another version.
    Version,
    /// A message in the session of another.
    TakenOver,
    /// A value that is changed on the way.
    FalseData,
    /// Commands of a server that has an account and no rights.
    Rights,
    /// A second session beside the one that runs.
    SecondSession,
}

impl Attack {
    /// All, in the order in which they are tried one after the other: the one that can take the
    /// account of the card away comes last.
    pub const ROW: [Attack; 10] = [
        Attack::Forged,
        Attack::Replayed,
        Attack::ResyncReplayed,
        Attack::ZeroNonce,
        Attack::Foreign,
        Attack::Version,
        Attack::TakenOver,
        Attack::FalseData,
        Attack::SecondSession,
        Attack::Rights,
    ];

    /// Word used in settings and traces.
    pub fn id(self) -> &'static str {
        match self {
            Attack::Forged => "forged",
            Attack::Replayed => "replayed",
            Attack::ResyncReplayed => "resync-replayed",
            Attack::ZeroNonce => "zero-nonce",
            Attack::Foreign => "foreign",
            Attack::Version => "version",
            Attack::TakenOver => "taken-over",
            Attack::FalseData => "false-data",
            Attack::Rights => "rights",
            Attack::SecondSession => "second-session",
        }
    }

    /// Attack with that word.
    pub fn from_id(id: &str) -> Option<Attack> {
        Attack::ROW.into_iter().find(|attack| attack.id() == id)
    }

    /// Checks of the DM Client that would stop it.
    pub(in crate::scenario) fn met_by(self, off: Unprotected) -> Unprotected {
        match self {
            Attack::Forged => Unprotected {
                digest: true,
                ..off
            },
            Attack::Replayed => Unprotected {
                served_memory: true,
                nonce_renewal: true,
                ..off
            },
            Attack::ResyncReplayed => Unprotected {
                served_memory: true,
                ..off
            },
            Attack::ZeroNonce => Unprotected {
                nonce_minimum: true,
                ..off
            },
            Attack::Foreign => Unprotected {
                account: true,
                ..off
            },
            // A digest would stop it behind the version.
            Attack::Version => Unprotected {
                version: true,
                digest: true,
                ..off
            },
            Attack::Rights => Unprotected { acl: true, ..off },
            Attack::TakenOver | Attack::FalseData | Attack::SecondSession => off,
        }
    }

    /// Whether proof of each message stops it, and proof of a session does not.
    pub(in crate::scenario) fn is_met_by_mac(self) -> bool {
        matches!(self, Attack::TakenOver | Attack::FalseData)
    }

    /// Whether the card has to refuse the resynchronisation nonce for it to fail.
    pub(in crate::scenario) fn is_met_by_resync_limit(self) -> bool {
        matches!(self, Attack::ResyncReplayed | Attack::ZeroNonce)
    }
}
