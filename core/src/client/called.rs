//! Sessions that notifications have called for, remembered so that none is begun, and no user is
//! asked, by the same notification again (OMA-TS-DM_Notification-V1_2_1 §6.2.7, §6.2.10).
//!
//! A notification is signed over a nonce that may stay as it is, and over the resynchronisation
//! nonce, which always does: whoever has heard one can send it again. What it called for is
//! therefore remembered as soon as its digest was found right, whether the session then ended
//! well, broke off or was refused. Knows no push and no account.

use std::collections::VecDeque;

/// Sessions remembered; the oldest is forgotten.
const REMEMBERED: usize = 256;

/// Questions that one server's notifications may put to the user within `PERIOD_S`.
const MAX_ASKED: usize = 3;

/// Seconds after which a question no longer counts.
const PERIOD_S: u64 = 600;

/// Session that a notification has called for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// ServerID of the server that signed.
    pub server_id: String,
    /// Session identifier, 1 to FFFF.
    pub session: u16,
    /// Seconds since 1970 when the user was asked about it; `None` when he was not.
    pub asked_s: Option<u64>,
}

/// Memory of sessions that notifications have called for.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    called: VecDeque<Called>,
}

impl Memory {
    /// Remembers a session.
    pub(super) fn remember(&mut self, called: Called) {
        let is_other = |c: &Called| c.session != called.session || c.server_id != called.server_id;
        self.called.retain(is_other);
        if self.called.len() >= REMEMBERED {
            self.called.pop_front();
        }
        self.called.push_back(called);
    }

    pub(super) fn knows(&self, server_id: &str, session: u16) -> bool {
        let mut all = self.called.iter();
        all.any(|c| c.session == session && c.server_id == server_id)
    }

    /// Whether the user may be asked once more for a server. A clock that was set back or forth
    /// forgives, but forbids nothing for long.
    pub(super) fn may_ask(&self, server_id: &str, now_s: u64) -> bool {
        let is_recent = |asked_s: u64| asked_s.abs_diff(now_s) < PERIOD_S;
        let asked = self
            .called
            .iter()
            .filter(|c| c.server_id == server_id && c.asked_s.is_some_and(is_recent));
        asked.count() < MAX_ASKED
    }

    /// Sessions from the oldest on.
    pub(super) fn all(&self) -> impl Iterator<Item = &Called> {
        self.called.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(session: u16, asked_s: Option<u64>) -> Called {
        Called {
            server_id: "s".into(),
            session,
            asked_s,
        }
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut memory = Memory::default();
        for session in 1..=REMEMBERED as u16 {
            memory.remember(called(session, None));
        }
        memory.remember(called(REMEMBERED as u16, None));
        assert!(memory.knows("s", 1) && !memory.knows("other", 1));
        memory.remember(called(0xFFFF, None));
        assert!(!memory.knows("s", 1) && memory.knows("s", 2));
        assert_eq!(memory.all().count(), REMEMBERED);
    }

    #[test]
    fn the_user_is_asked_three_times_in_ten_minutes() {
        let mut memory = Memory::default();
        for (session, now_s) in [(1, 1000), (2, 1100), (3, 1200)] {
            assert!(memory.may_ask("s", now_s));
            memory.remember(called(session, Some(now_s)));
        }
        memory.remember(called(4, None));
        assert!(!memory.may_ask("s", 1200));
        assert!(!memory.may_ask("s", 1599));
        assert!(memory.may_ask("other", 1200));
        assert!(memory.may_ask("s", 1600));
        // The clock was set back by a day.
        assert!(memory.may_ask("s", 0));
    }
}
