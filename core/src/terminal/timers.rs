//! Eight timers the card may set, and the interval at which it wants to be polled
//! (ETSI TS 102 223 §6.4.21, §6.4.6).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Timer {
    due_ms: u64,
    duration_s: u32,
}

/// The timers and the clock they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timers {
    now_ms: u64,
    slots: [Option<Timer>; 8],
    poll: Option<(u64, u64)>,
    poll_due: bool,
}

impl Timers {
    /// No timer runs, at that time.
    pub(super) fn at(now_ms: u64) -> Self {
        Timers {
            now_ms,
            ..Timers::default()
        }
    }

    /// Timers that end by then.
    pub(super) fn due(&self, now_ms: u64) -> Vec<u8> {
        let running = self.slots.iter().zip(1..);
        let due = running.filter(|(slot, _)| slot.is_some_and(|timer| timer.due_ms <= now_ms));
        due.map(|(_, number)| number).collect()
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Starts timer 1 to 8; `None` for a number out of range.
    pub(super) fn start(&mut self, timer: u8, duration_s: u32) -> Option<()> {
        let due_ms = self.now_ms.saturating_add(u64::from(duration_s) * 1000);
        *self.slot(timer)? = Some(Timer { due_ms, duration_s });
        Some(())
    }

    /// Seconds left of a running timer.
    pub(super) fn left_s(&mut self, timer: u8) -> Option<u32> {
        let now_ms = self.now_ms;
        let timer = (*self.slot(timer)?)?;
        u32::try_from(timer.due_ms.saturating_sub(now_ms).div_ceil(1000)).ok()
    }

    /// Stops a timer.
    pub(super) fn stop(&mut self, timer: u8) {
        if let Some(slot) = self.slot(timer) {
            *slot = None;
        }
    }

    /// Lets the timer that ends first end then; false when none runs.
    pub(super) fn expire(&mut self, now_ms: u64) -> bool {
        let running = self.slots.iter_mut().flatten();
        match running.min_by_key(|timer| timer.due_ms) {
            Some(timer) => {
                timer.due_ms = timer.due_ms.min(now_ms);
                true
            }
            None => false,
        }
    }

    /// Sets the clock; returns the timers that ended, with the seconds they ran.
    pub(super) fn advance(&mut self, now_ms: u64) -> Vec<(u8, u32)> {
        self.now_ms = self.now_ms.max(now_ms);
        let now_ms = self.now_ms;
        let mut ended = Vec::new();
        for (slot, number) in self.slots.iter_mut().zip(1..) {
            if let Some(timer) = slot.filter(|t| t.due_ms <= now_ms) {
                ended.push((number, timer.duration_s));
                *slot = None;
            }
        }
        if let Some((interval_ms, due_ms)) = &mut self.poll
            && *due_ms <= now_ms
        {
            self.poll_due = true;
            *due_ms = now_ms.saturating_add(*interval_ms);
        }
        ended
    }

    /// Polls the card every `interval_ms` from now on, or not at all.
    pub(super) fn poll_every(&mut self, interval_ms: Option<u64>) {
        self.poll_due = false;
        self.poll = interval_ms
            .map(|interval| interval.max(1000))
            .map(|interval| (interval, self.now_ms.saturating_add(interval)));
    }

    /// True once after the interval has passed.
    pub(super) fn poll_is_due(&mut self) -> bool {
        std::mem::take(&mut self.poll_due)
    }

    /// The next moment something is due.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let timers = self.slots.iter().flatten().map(|t| t.due_ms);
        timers.chain(self.poll.map(|(_, due_ms)| due_ms)).min()
    }

    fn slot(&mut self, timer: u8) -> Option<&mut Option<Timer>> {
        self.slots.get_mut(usize::from(timer).wrapping_sub(1))
    }
}
