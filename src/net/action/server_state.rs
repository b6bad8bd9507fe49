//! What an action server knows of its goals, and the thread that forgets their results in time.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::goal_id::GoalId;
use super::messages::{CancelGoalRequest, GoalInfo, GoalStamp};
use super::status::{GoalEvent, GoalStatus};
use super::status_pace::StatusPace;
use crate::error::{Error, ErrorKind, Result};
use crate::net::server::RequestId;
use crate::net::wait::Watched;

/// A goal that was accepted, until its result expires.
struct Goal {
    /// The count of accepted goals when it was.
    number: u64,
    stamp: GoalStamp,
    status: GoalStatus,
    /// The response to whoever asks for the result, once there is one.
    response: Option<Arc<[u8]>>,
    /// Who asked for the result before there was one.
    asked: Vec<RequestId>,
}

/// What an action server knows of its goals.
#[derive(Default)]
pub(super) struct Goals {
    accepted: u64,
    by_id: HashMap<GoalId, Goal>,
    in_order: BTreeMap<u64, GoalId>,
    /// Goals that were neither accepted nor rejected yet.
    undecided: HashSet<GoalId>,
    /// Goals that have ended, and when their results are forgotten, soonest first.
    expiring: VecDeque<(Instant, GoalId)>,
    is_expiry_running: bool,
    pub(super) pace: StatusPace,
    /// How many requests to cancel are being answered.
    pub(super) answering: usize,
    pub(super) closed: bool,
}

/// What whoever asks for a result is told.
pub(super) enum Answer {
    Now(Arc<[u8]>),
    Later,
    Unknown,
}

impl Goals {
    /// Whether the goal is new: each id is used once.
    pub(super) fn propose(&mut self, id: GoalId) -> bool {
        !self.closed && !self.by_id.contains_key(&id) && self.undecided.insert(id)
    }

    pub(super) fn reject(&mut self, id: GoalId) {
        self.undecided.remove(&id);
    }

    pub(super) fn accept(&mut self, id: GoalId, status: GoalStatus, stamp: GoalStamp) {
        let number = self.accepted;
        self.accepted += 1;
        self.undecided.remove(&id);
        self.in_order.insert(number, id);
        self.by_id.insert(id, Goal { number, stamp, status, response: None, asked: Vec::new() });
    }

    pub(super) fn status(&self, id: GoalId) -> GoalStatus {
        self.by_id.get(&id).map_or(GoalStatus::Unknown, |goal| goal.status)
    }

    /// The state of a goal after an event; nothing changes if there is none.
    pub(super) fn next(&self, id: GoalId, event: GoalEvent) -> Result<GoalStatus> {
        if self.closed {
            return Err(Error::new(ErrorKind::Closed, "its server was closed"));
        }
        self.status(id).after(event)
    }

    pub(super) fn change(&mut self, id: GoalId, event: GoalEvent) -> Result<()> {
        let next = self.next(id, event)?;
        if let Some(goal) = self.by_id.get_mut(&id) {
            goal.status = next;
        }
        Ok(())
    }

    /// Ends a goal; returns who asked for its result.
    pub(super) fn end(
        &mut self,
        id: GoalId,
        event: GoalEvent,
        response: &Arc<[u8]>,
        keep: Option<Duration>,
    ) -> Result<Vec<RequestId>> {
        self.change(id, event)?;
        let expires = keep.and_then(|keep| Instant::now().checked_add(keep));
        self.expiring.extend(expires.map(|expires| (expires, id)));
        let Some(goal) = self.by_id.get_mut(&id) else { return Ok(Vec::new()) };
        goal.response = Some(Arc::clone(response));
        Ok(std::mem::take(&mut goal.asked))
    }

    pub(super) fn ask_result(&mut self, id: GoalId, request: RequestId) -> Answer {
        self.expire();
        match self.by_id.get_mut(&id) {
            None => Answer::Unknown,
            Some(Goal { response: Some(response), .. }) => Answer::Now(Arc::clone(response)),
            Some(goal) => {
                goal.asked.push(request);
                Answer::Later
            }
        }
    }

    /// Every goal with its state, in the order in which they were accepted.
    pub(super) fn all(&mut self) -> Vec<(GoalInfo, GoalStatus)> {
        self.expire();
        let ids = self.in_order.values();
        ids.filter_map(|id| self.by_id.get(id).map(|goal| (info(*id, goal), goal.status))).collect()
    }

    /// The goals that a request asks to cancel and that can be, as `rcl_action` chooses them, or why there is none.
    pub(super) fn cancellable(
        &mut self,
        request: &CancelGoalRequest,
    ) -> Result<Vec<GoalInfo>, CancelRefusal> {
        self.expire();
        let GoalInfo { goal_id, stamp } = request.goal_info.into();
        let can_be = |goal: &Goal| goal.status.after(GoalEvent::CancelGoal).is_ok();
        if !goal_id.is_zero() && stamp.is_zero() {
            return match self.by_id.get(&goal_id) {
                None => Err(CancelRefusal::UnknownGoal),
                Some(goal) if can_be(goal) => Ok(vec![info(goal_id, goal)]),
                Some(_) => Err(CancelRefusal::Terminated),
            };
        }
        let every = goal_id.is_zero() && stamp.is_zero();
        let goals = self.in_order.values().filter_map(|id| self.by_id.get(id).map(|goal| (*id, goal)));
        let meant =
            goals.filter(|(id, goal)| can_be(goal) && (every || goal.stamp <= stamp || *id == goal_id));
        Ok(meant.map(|(id, goal)| info(id, goal)).collect())
    }

    /// Forgets what has expired; returns when the next result does.
    fn expire(&mut self) -> Option<Instant> {
        let now = Instant::now();
        while let Some(&(expires, id)) = self.expiring.front() {
            if expires > now {
                return Some(expires);
            }
            self.expiring.pop_front();
            if let Some(goal) = self.by_id.remove(&id) {
                self.in_order.remove(&goal.number);
            }
        }
        None
    }
}

/// Why no goal is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CancelRefusal {
    UnknownGoal,
    Terminated,
}

fn info(goal_id: GoalId, goal: &Goal) -> GoalInfo {
    GoalInfo { goal_id, stamp: goal.stamp }
}

/// Sees to it that results are forgotten in time, on a thread that lives only while there are some to forget.
pub(super) fn expire_in_time(goals: &Arc<Watched<Goals>>) {
    let must_start = goals.with(|goals| {
        let must_start = !goals.expiring.is_empty() && !goals.is_expiry_running && !goals.closed;
        goals.is_expiry_running |= must_start;
        must_start
    });
    if !must_start {
        return;
    }
    let watched = Arc::clone(goals);
    let started =
        thread::Builder::new().name("results of goals".to_owned()).spawn(move || expire_all(&watched));
    if let Err(error) = started {
        tracing::warn!("results of goals are forgotten late: {error}");
        goals.with(|goals| goals.is_expiry_running = false);
    }
}

fn expire_all(goals: &Watched<Goals>) {
    let next = || {
        goals.with(|goals| {
            let next = goals.expire().filter(|_| !goals.closed);
            goals.is_expiry_running = next.is_some();
            next
        })
    };
    while let Some(next) = next() {
        let left = next.saturating_duration_since(Instant::now());
        goals.wait(Some(left), |goals| goals.closed.then_some(()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: GoalId = GoalId([1; 16]);
    const SECOND: GoalId = GoalId([2; 16]);

    fn request(goal_id: GoalId, stamp: GoalStamp) -> CancelGoalRequest {
        CancelGoalRequest { goal_info: GoalInfo { goal_id, stamp }.into() }
    }

    fn ids(found: Result<Vec<GoalInfo>, CancelRefusal>) -> Result<Vec<GoalId>, CancelRefusal> {
        found.map(|goals| goals.into_iter().map(|goal| goal.goal_id).collect())
    }

    #[test]
    fn requests_cancellable_mean_the_goals_that_ros_says() {
        let mut goals = Goals::default();
        let stamps = [10, 11].map(|sec| GoalStamp { sec, nanosec: 0 });
        goals.accept(FIRST, GoalStatus::Executing, stamps[0]);
        goals.accept(SECOND, GoalStatus::Executing, stamps[1]);
        let later = GoalStamp { sec: i32::MAX, nanosec: 0 };
        let early = GoalStamp { sec: 1, nanosec: 0 };
        let (nobody, zero) = (GoalId([9; 16]), GoalStamp::default());
        for (id, stamp, expected) in [
            (GoalId::default(), zero, Ok(vec![FIRST, SECOND])),
            (GoalId::default(), later, Ok(vec![FIRST, SECOND])),
            (GoalId::default(), early, Ok(vec![])),
            (SECOND, zero, Ok(vec![SECOND])),
            (SECOND, early, Ok(vec![SECOND])),
            (SECOND, later, Ok(vec![FIRST, SECOND])),
            (nobody, zero, Err(CancelRefusal::UnknownGoal)),
            (nobody, early, Ok(vec![])),
        ] {
            assert_eq!(ids(goals.cancellable(&request(id, stamp))), expected, "{id} {stamp:?}");
        }
        goals.change(FIRST, GoalEvent::CancelGoal).unwrap();
        assert_eq!(ids(goals.cancellable(&request(FIRST, zero))), Err(CancelRefusal::Terminated));
        assert_eq!(ids(goals.cancellable(&request(GoalId::default(), zero))), Ok(vec![SECOND]));
    }

    #[test]
    fn an_id_is_used_once_until_its_result_expires() {
        let mut goals = Goals::default();
        assert!(goals.propose(FIRST) && !goals.propose(FIRST));
        goals.accept(FIRST, GoalStatus::Executing, GoalStamp::default());
        assert!(!goals.propose(FIRST));
        let response: Arc<[u8]> = Arc::from([0u8, 1]);
        goals.end(FIRST, GoalEvent::Succeed, &response, Some(Duration::from_secs(60))).unwrap();
        assert!(!goals.propose(FIRST) && goals.all().len() == 1);
        assert_eq!(
            goals.end(FIRST, GoalEvent::Abort, &response, None).unwrap_err().kind(),
            ErrorKind::Argument
        );
        assert_eq!(goals.status(FIRST), GoalStatus::Succeeded);
        goals.accept(SECOND, GoalStatus::Executing, GoalStamp::default());
        goals.end(SECOND, GoalEvent::Succeed, &response, Some(Duration::ZERO)).unwrap();
        // The first expires later: what was ended first is looked at first.
        assert_eq!(goals.all().len(), 2);
        goals.expiring.pop_front();
        assert_eq!(goals.all().len(), 1);
        assert!(goals.propose(SECOND));
    }

    #[test]
    fn the_thread_ends_when_everything_is_forgotten() {
        let goals = Arc::new(Watched::new(Goals::default()));
        goals.with(|goals| {
            goals.accept(FIRST, GoalStatus::Executing, GoalStamp::default());
            goals.end(FIRST, GoalEvent::Succeed, &Arc::from([]), Some(Duration::from_millis(5))).unwrap();
        });
        expire_in_time(&goals);
        let deadline = Instant::now() + Duration::from_secs(20);
        // The thread holds the other reference.
        while Arc::strong_count(&goals) > 1 && Instant::now() < deadline {
            thread::yield_now();
        }
        assert_eq!(Arc::strong_count(&goals), 1);
        assert!(goals.with(|goals| goals.by_id.is_empty() && !goals.is_expiry_running));
    }
}
