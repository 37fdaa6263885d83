//! Timers of the player.

use gloo::timers::callback::{Interval, Timeout};
use yew::prelude::*;

/// Calls `over` once after `ms`; starts anew when `moment` or `ms` changes. `None`: never.
#[hook]
pub fn use_moment<M: PartialEq + 'static>(moment: M, ms: Option<u32>, over: Callback<()>) {
    use_effect_with((moment, ms), move |(_, ms)| {
        let timer = ms.map(|ms| Timeout::new(ms, move || over.emit(())));
        move || drop(timer)
    });
}

/// Whole seconds left of `seconds`, while `running`; starts anew when `of` changes.
#[hook]
pub fn use_countdown<M: PartialEq + 'static>(of: M, seconds: u32, running: bool) -> u32 {
    let left = use_state_eq(|| seconds);
    {
        let left = left.clone();
        use_effect_with((of, running), move |(_, running)| {
            left.set(seconds);
            let timer = running.then(|| {
                let mut now = seconds;
                Interval::new(1000, move || {
                    now = now.saturating_sub(1);
                    left.set(now);
                })
            });
            move || drop(timer)
        });
    }
    *left
}
