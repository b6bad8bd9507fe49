//! [`GoalRequest`]: a goal to accept or reject; [`ServerGoal`]: an accepted one, until its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::goal_id::GoalId;
use super::messages::{GoalStamp, SendGoalResponse};
use super::server::Core;
use super::status::{GoalEvent, GoalStatus};
use crate::error::{Error, ErrorKind, Result};
use crate::net::server::RequestId;

/// A goal that a client asks for. It is rejected when it is dropped without an answer.
pub struct GoalRequest {
    core: Arc<Core>,
    request: RequestId,
    goal_id: GoalId,
    goal: Arc<[u8]>,
    is_answered: bool,
}

impl GoalRequest {
    pub(super) fn new(core: Arc<Core>, request: RequestId, goal_id: GoalId, goal: Vec<u8>) -> Self {
        Self { core, request, goal_id, goal: goal.into(), is_answered: false }
    }

    /// What names the goal.
    #[must_use]
    pub fn goal_id(&self) -> GoalId {
        self.goal_id
    }

    /// The goal: CDR with its encapsulation, of the action's type of goals.
    #[must_use]
    pub fn goal(&self) -> &[u8] {
        &self.goal
    }

    /// Accepts the goal, and begins.
    pub fn accept_and_execute(self) -> Result<ServerGoal> {
        self.accept_as(GoalStatus::Executing)
    }

    /// Accepts the goal, and begins later, with [`execute`](ServerGoal::execute).
    pub fn accept(self) -> Result<ServerGoal> {
        self.accept_as(GoalStatus::Accepted)
    }

    /// Rejects the goal.
    pub fn reject(mut self) -> Result<()> {
        self.is_answered = true;
        self.refuse()
    }

    fn accept_as(mut self, status: GoalStatus) -> Result<ServerGoal> {
        self.is_answered = true;
        let (core, goal_id) = (Arc::clone(&self.core), self.goal_id);
        let stamp = GoalStamp::now(core.node.clock());
        core.state.change(|goals| goals.accept(goal_id, status, stamp));
        let goal = Arc::new(Shared { core, goal_id, stamp, goal: Arc::clone(&self.goal) });
        self.core.answer_goal(self.request, &SendGoalResponse { accepted: true, stamp })?;
        self.core.publish_status()?;
        Ok(ServerGoal(goal))
    }

    fn refuse(&self) -> Result<()> {
        self.core.state.with(|goals| goals.reject(self.goal_id));
        let response = SendGoalResponse { accepted: false, stamp: GoalStamp::default() };
        self.core.answer_goal(self.request, &response)
    }
}

impl Drop for GoalRequest {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        match self.refuse() {
            Ok(()) => {
                tracing::warn!("goal {} of {} was rejected: nobody took it", self.goal_id, self.core.name)
            }
            // The client has learned that the server is gone.
            Err(error) if error.kind() == ErrorKind::Closed => {}
            Err(error) => tracing::warn!("{error}"),
        }
    }
}

/// A goal that was accepted; clones are the same goal. It is aborted when the last of them is dropped before its end.
#[derive(Clone)]
pub struct ServerGoal(Arc<Shared>);

struct Shared {
    core: Arc<Core>,
    goal_id: GoalId,
    stamp: GoalStamp,
    goal: Arc<[u8]>,
}

impl ServerGoal {
    /// What names the goal.
    #[must_use]
    pub fn goal_id(&self) -> GoalId {
        self.0.goal_id
    }

    /// When it was accepted.
    #[must_use]
    pub fn stamp(&self) -> GoalStamp {
        self.0.stamp
    }

    /// The goal: CDR with its encapsulation, of the action's type of goals.
    #[must_use]
    pub fn goal(&self) -> &[u8] {
        &self.0.goal
    }

    /// The state of the goal; unknown once its result has expired.
    #[must_use]
    pub fn status(&self) -> GoalStatus {
        self.0.core.state.with(|goals| goals.status(self.0.goal_id))
    }

    /// Whether the goal was asked to end early, and has not ended yet.
    #[must_use]
    pub fn is_cancel_requested(&self) -> bool {
        self.status() == GoalStatus::Canceling
    }

    /// Waits until the goal is asked to end early; whether it was when the time is up. Errors when the goal has ended or the
    /// server is closed, also while waiting.
    pub fn wait_for_cancel(&self, timeout: Option<Duration>) -> Result<bool> {
        let (core, id) = (&self.0.core, self.0.goal_id);
        let found = core.state.wait(timeout, |goals| match goals.next(id, GoalEvent::Abort) {
            _ if goals.status(id) == GoalStatus::Canceling => Some(Ok(true)),
            // It goes on.
            Ok(_) => None,
            Err(_) if goals.status(id) == GoalStatus::Accepted && !goals.closed => None,
            Err(_) if goals.closed => Some(Err(Error::new(ErrorKind::Closed, "its server was closed"))),
            Err(_) => Some(Err(Error::new(ErrorKind::Argument, "it has ended"))),
        });
        found.unwrap_or(Ok(false)).map_err(|error| core.of_goal(id, &error))
    }

    /// Begins a goal that was accepted for later. Nothing changes where its client asked meanwhile that it ends early.
    pub fn execute(&self) -> Result<()> {
        match self.0.core.change(self.0.goal_id, GoalEvent::Execute) {
            Err(_) if self.is_cancel_requested() => Ok(()),
            begun => begun,
        }
    }

    /// Tells clients how far it is: CDR with its encapsulation, of the action's type of feedback.
    pub fn publish_feedback(&self, feedback: &[u8]) -> Result<()> {
        self.0.core.publish_feedback(self.0.goal_id, feedback)
    }

    /// Ends the goal: it was reached. The result is CDR with its encapsulation, of the action's type of results. Errors, and
    /// changes nothing, where it is another type or the goal is not under way.
    pub fn succeed(&self, result: &[u8]) -> Result<()> {
        self.0.core.end(self.0.goal_id, GoalEvent::Succeed, Some(result))
    }

    /// Ends the goal: it is given up. As [`succeed`](Self::succeed).
    pub fn abort(&self, result: &[u8]) -> Result<()> {
        self.0.core.end(self.0.goal_id, GoalEvent::Abort, Some(result))
    }

    /// Ends the goal early, as it was asked to. As [`succeed`](Self::succeed).
    pub fn canceled(&self, result: &[u8]) -> Result<()> {
        self.0.core.end(self.0.goal_id, GoalEvent::Canceled, Some(result))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let (core, id) = (&self.core, self.goal_id);
        let is_open = core.state.with(|goals| {
            if goals.status(id) == GoalStatus::Accepted {
                // Nobody hears of it: it ends at once.
                _ = goals.change(id, GoalEvent::Execute);
            }
            goals.next(id, GoalEvent::Abort).is_ok()
        });
        if !is_open {
            return;
        }
        tracing::warn!("goal {id} of {} was aborted: it was dropped before its end", core.name);
        if let Err(error) = core.end(id, GoalEvent::Abort, None) {
            tracing::warn!("{error}");
        }
    }
}

impl fmt::Debug for GoalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoalRequest").field("goal_id", &self.goal_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerGoal").field("goal_id", &self.goal_id()).finish_non_exhaustive()
    }
}
