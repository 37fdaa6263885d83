//! Which session gives way when there is no room for another: no peer keeps others out.
//!
//! Only sessions whose client has proved nothing give way. A server with room for one session,
//! such as a card's with its one connection, lets nobody in before that one is over.

use super::DmServer;
use super::output::Event;
use std::collections::BTreeMap;

/// Part of the room that unproven sessions of one peer may take up.
const PART: usize = 4;

impl DmServer {
    /// Makes room for a session of a peer. When the peer has as many unproven ones as it may, the
    /// oldest of them goes; when all room is taken, the oldest of the peer that has most.
    pub(super) fn make_room(&mut self, origin: u64) {
        let max = self.config.max_sessions;
        if max <= 1 {
            return;
        }
        let mut unproven: BTreeMap<u64, usize> = BTreeMap::new();
        for session in self.sessions.iter().filter(|s| !s.proven) {
            *unproven.entry(session.origin).or_default() += 1;
        }
        let of_peer = unproven.get(&origin).copied().unwrap_or_default();
        let whose = if of_peer >= (max / PART).max(1) {
            Some(origin)
        } else if self.sessions.len() >= max {
            let most = unproven.into_iter().max_by_key(|(_, count)| *count);
            most.map(|(origin, _)| origin)
        } else {
            None
        };
        // A session that is heard of moves to the end.
        let at = whose.and_then(|whose| {
            let mut sessions = self.sessions.iter();
            sessions.position(|s| !s.proven && s.origin == whose)
        });
        if let Some(at) = at {
            let device = self.sessions.remove(at).device;
            self.tell(Event::SessionDisplaced { device });
        }
    }
}
