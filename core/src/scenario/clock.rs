//! Logical time of a run: what is late, and until when somebody waits.

use std::collections::VecDeque;

/// Things that become due, in order of their time; those of one moment as they came.
#[derive(Clone, Debug)]
pub(super) struct Clock<T> {
    due: VecDeque<(u64, T)>,
    /// Until when the DM Client waits for a response.
    pub(super) response_until_ms: Option<u64>,
}

impl<T> Default for Clock<T> {
    fn default() -> Self {
        Clock {
            due: VecDeque::new(),
            response_until_ms: None,
        }
    }
}

impl<T> Clock<T> {
    /// Something to be delivered at that time.
    pub(super) fn later(&mut self, at_ms: u64, what: T) {
        let place = self.due.partition_point(|(other, _)| *other <= at_ms);
        self.due.insert(place, (at_ms, what));
    }

    /// The next thing that is due by then.
    pub(super) fn due(&mut self, now_ms: u64) -> Option<T> {
        self.due
            .pop_front_if(|(at_ms, _)| *at_ms <= now_ms)
            .map(|(_, what)| what)
    }

    /// Forgets what is due but for what is to be kept, and the wait for a response.
    pub(super) fn keep(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.due.retain(|(_, what)| is_kept(what));
        self.response_until_ms = None;
    }

    /// True once when the wait for a response ended by then.
    pub(super) fn response_is_missed(&mut self, now_ms: u64) -> bool {
        let missed = self.response_until_ms.is_some_and(|at| at <= now_ms);
        if missed {
            self.response_until_ms = None;
        }
        missed
    }

    /// The next moment somebody waits for.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let due = self.due.front().map(|(at_ms, _)| *at_ms);
        due.into_iter().chain(self.response_until_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_in_the_order_of_their_time() {
        let mut clock = Clock::default();
        clock.later(20, 'b');
        clock.later(10, 'a');
        clock.later(20, 'c');
        clock.response_until_ms = Some(15);
        assert_eq!(clock.next_ms(), Some(10));
        assert_eq!(
            (clock.due(9), clock.due(10), clock.due(10)),
            (None, Some('a'), None)
        );
        assert_eq!(clock.next_ms(), Some(15));
        assert!(!clock.response_is_missed(14) && clock.response_is_missed(15));
        assert!(!clock.response_is_missed(16));
        assert_eq!(
            (clock.due(30), clock.due(30), clock.due(30)),
            (Some('b'), Some('c'), None)
        );
        assert_eq!(clock.next_ms(), None);
    }
}
