//! [`StatusPace`]: how often an action server tells the states of its goals.
//!
//! In ROS each change of one goal is told with the states of all that are known, which are many where goals are many a
//! second and results are kept: the work grows with their square. Nobody needs each of these messages, as subscribers
//! take the last one. So with many goals telling gets a share of the time, and the last change is always told
//! (`benches/python/actions.py`).

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::messages::{Common, GoalStatusArray};
use super::server::Core;
use super::server_state::Goals;
use crate::error::Result;

/// Up to so many goals, each change is told at once.
const FEW: usize = 100;

/// With more goals, what telling took is followed by so many times as long without.
const PAUSES: u32 = 10;

/// No change waits for longer.
const LONGEST: Duration = Duration::from_millis(100);

/// When the states are told next.
#[derive(Default)]
pub(super) struct StatusPace {
    not_before: Option<Instant>,
    is_postponed: bool,
    is_thread_running: bool,
}

impl StatusPace {
    fn is_due(&self) -> bool {
        self.not_before.is_none_or(|not_before| not_before <= Instant::now())
    }

    /// The states of so many goals were told, which took from `start` until now.
    fn told(&mut self, goals: usize, start: Instant) {
        let pause = (start.elapsed() * PAUSES).min(LONGEST);
        self.not_before = (goals > FEW).then(|| Instant::now() + pause);
        self.is_postponed = false;
    }
}

impl Core {
    /// Tells everyone the states of all goals, now or soon.
    pub(super) fn publish_status(self: &Arc<Self>) -> Result<()> {
        let must_start = self.state.with(|goals| {
            if goals.pace.is_due() {
                return self.publish_status_of(goals).map(|()| false);
            }
            goals.pace.is_postponed = true;
            Ok(!std::mem::replace(&mut goals.pace.is_thread_running, true))
        })?;
        if !must_start {
            return Ok(());
        }
        let (core, state) = (Arc::downgrade(self), Arc::clone(&self.state));
        let tell = move || {
            let next = || {
                state.with(|goals| {
                    let next = goals.pace.not_before.filter(|_| goals.pace.is_postponed && !goals.closed);
                    goals.pace.is_thread_running = next.is_some();
                    next
                })
            };
            while let Some(next) = next() {
                let left = next.saturating_duration_since(Instant::now());
                state.wait(Some(left), |goals| goals.closed.then_some(()));
                let Some(core) = core.upgrade() else { return };
                if let Err(error) = core.state.with(|goals| core.publish_status_of(goals)) {
                    tracing::warn!("the states of the goals of {} are not told: {error}", core.name);
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("states of goals".to_owned()).spawn(tell) {
            tracing::warn!("the states of goals are told without pause: {error}");
            return self.state.with(|goals| {
                goals.pace.is_thread_running = false;
                self.publish_status_of(goals)
            });
        }
        Ok(())
    }

    /// Under the lock, so that no later state is followed by an earlier one. What fails is not tried again.
    fn publish_status_of(&self, goals: &mut Goals) -> Result<()> {
        let start = Instant::now();
        let all = goals.all();
        let known = all.len();
        let array: GoalStatusArray = all.into_iter().collect();
        let published = self.status.publish(Common::get()?.status_array.encode(&array)?);
        goals.pace.told(known, start);
        published
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_of_few_goals_are_told_at_once() {
        let mut pace = StatusPace::default();
        assert!(pace.is_due());
        pace.told(FEW, Instant::now() - Duration::from_secs(1));
        assert!(pace.is_due());
    }

    #[test]
    fn the_states_of_many_are_told_for_a_share_of_the_time() {
        let mut pace = StatusPace { is_postponed: true, ..StatusPace::default() };
        let now = Instant::now();
        pace.told(FEW + 1, now - Duration::from_secs(60));
        assert!(!pace.is_due() && !pace.is_postponed);
        let pause = pace.not_before.unwrap() - now;
        assert!((LONGEST..LONGEST + Duration::from_secs(5)).contains(&pause), "{pause:?}");
    }
}
