//! [`Watched`]: a value that threads wait on; where readers of messages and of the graph wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A value behind a lock, whose changes wake everyone who waits.
#[derive(Debug, Default)]
pub(super) struct Watched<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State<T> {
    value: T,
    /// How many threads sleep and were not woken yet: without one, a change need not ask the system to wake any. What comes
    /// until they run is found by them anyway (N3, N4).
    asleep: usize,
    /// How often the sleepers were woken.
    wakes: u64,
}

impl<T> Watched<T> {
    pub(super) fn new(value: T) -> Self {
        Self { state: Mutex::new(State { value, asleep: 0, wakes: 0 }), changed: Condvar::new() }
    }

    /// Uses the value in a way that nobody waits for.
    pub(super) fn with<R>(&self, using: impl FnOnce(&mut T) -> R) -> R {
        using(&mut self.lock().value)
    }

    /// Changes the value and wakes everyone who waits.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.lock();
        let result = change(&mut state.value);
        let is_awaited = state.asleep > 0;
        if is_awaited {
            state.asleep = 0;
            state.wakes += 1;
        }
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
        result
    }

    /// Waits until `ready` finds something; `None` when the time is up. Without a time-out it waits for ever.
    pub(super) fn wait<R>(
        &self,
        timeout: Option<Duration>,
        mut ready: impl FnMut(&mut T) -> Option<R>,
    ) -> Option<R> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            if let Some(result) = ready(&mut state.value) {
                return Some(result);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return None;
            }
            state.asleep += 1;
            let wakes = state.wakes;
            state = match left {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
            if state.wakes == wakes {
                // By itself, or because the time is up.
                state.asleep -= 1;
            }
        }
    }

    /// A thread that panicked while it held the lock left a value that is still whole: every change is one step.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_change_wakes_whoever_waits() {
        let watched = Watched::new(0);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| watched.wait(None, |value| (*value == 2).then_some("two")));
            watched.change(|value| *value = 1);
            watched.change(|value| *value = 2);
            assert_eq!(waiting.join().unwrap(), Some("two"));
        });
    }

    #[test]
    fn the_time_can_be_up() {
        let watched = Watched::new(());
        assert_eq!(watched.wait(Some(Duration::from_millis(1)), |()| None::<()>), None);
        assert_eq!(watched.wait(Some(Duration::ZERO), |()| None::<()>), None);
        assert_eq!(watched.wait(Some(Duration::MAX), |()| Some(1)), Some(1));
    }
}
