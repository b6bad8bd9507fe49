//! [`CancelRequest`]: what is asked of an action server, and [`CancelResponse`]: what its client is told.

use std::fmt;
use std::sync::Arc;

use super::goal_id::GoalId;
use super::messages::{CancelGoalResponse, Common, GoalInfo};
use super::server::Core;
use super::server_state::{CancelRefusal, Goals};
use super::status::GoalEvent;
use crate::error::{Error, ErrorKind, Result};
use crate::net::server::RequestId;
use crate::net::wait::Watched;

/// The codes of `action_msgs/srv/CancelGoal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum CancelResult {
    /// At least one goal is being cancelled, or there was none to cancel.
    None = 0,
    /// The server would not.
    Rejected = 1,
    /// There is no such goal.
    UnknownGoalId = 2,
    /// The goal has ended, or is being cancelled already.
    GoalTerminated = 3,
}

impl CancelResult {
    /// The result with that number in messages.
    pub fn of_number(number: i8) -> Result<Self> {
        match number {
            0 => Ok(Self::None),
            1 => Ok(Self::Rejected),
            2 => Ok(Self::UnknownGoalId),
            3 => Ok(Self::GoalTerminated),
            _ => {
                Err(Error::new(ErrorKind::Protocol, format!("{number} is no return code of a cancellation")))
            }
        }
    }

    /// Its number in messages.
    #[must_use]
    pub fn number(self) -> i8 {
        self as i8
    }

    /// What it says, in a few words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "accepted",
            Self::Rejected => "rejected",
            Self::UnknownGoalId => "unknown goal",
            Self::GoalTerminated => "goal has ended or is being cancelled",
        }
    }
}

impl From<CancelRefusal> for CancelResult {
    fn from(refusal: CancelRefusal) -> Self {
        match refusal {
            CancelRefusal::UnknownGoal => Self::UnknownGoalId,
            CancelRefusal::Terminated => Self::GoalTerminated,
        }
    }
}

/// What a client that asked to cancel is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelResponse {
    /// How it went.
    pub result: CancelResult,
    /// The goals that are being cancelled.
    pub goals_canceling: Vec<GoalInfo>,
}

/// Goals that a client asks to cancel. Nothing is cancelled when it is dropped without an answer.
pub struct CancelRequest {
    core: Arc<Core>,
    id: RequestId,
    goals: Vec<GoalInfo>,
    is_answered: bool,
}

impl CancelRequest {
    pub(super) fn new(core: Arc<Core>, id: RequestId, goals: Vec<GoalInfo>) -> Self {
        Self { core, id, goals, is_answered: false }
    }

    /// The goals that would be cancelled.
    #[must_use]
    pub fn goals(&self) -> &[GoalInfo] {
        &self.goals
    }

    /// Asks each goal that is accepted to end early, and tells the client.
    pub fn answer(mut self, accept: impl FnMut(GoalId) -> bool) -> Result<()> {
        self.is_answered = true;
        self.decide(accept)
    }

    fn decide(&self, mut accept: impl FnMut(GoalId) -> bool) -> Result<()> {
        let accepted: Vec<_> = self.goals.iter().filter(|goal| accept(goal.goal_id)).collect();
        let _answering = Answering::new(&self.core.state);
        // One may have ended meanwhile.
        let is_canceling = |goal: &&GoalInfo| self.core.change(goal.goal_id, GoalEvent::CancelGoal).is_ok();
        let goals_canceling: Vec<_> =
            accepted.into_iter().filter(is_canceling).map(|goal| (*goal).into()).collect();
        let is_rejected = goals_canceling.is_empty() && !self.goals.is_empty();
        let result = if is_rejected { CancelResult::Rejected } else { CancelResult::None };
        let response = CancelGoalResponse { return_code: result.number(), goals_canceling };
        self.core.answer_cancel(self.id, &response)
    }
}

/// From the first goal that hears of a request to cancel until the client is told, which a server that is closed waits for:
/// many end with their last goal.
struct Answering<'s>(&'s Watched<Goals>);

impl<'s> Answering<'s> {
    fn new(state: &'s Watched<Goals>) -> Self {
        state.with(|goals| goals.answering += 1);
        Self(state)
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.change(|goals| goals.answering -= 1);
    }
}

impl Drop for CancelRequest {
    fn drop(&mut self) {
        if !self.is_answered
            && let Err(error) = self.decide(|_| false)
        {
            tracing::warn!("{error}");
        }
    }
}

impl fmt::Debug for CancelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelRequest").field("goals", &self.goals).finish_non_exhaustive()
    }
}

impl Core {
    pub(super) fn answer_cancel(&self, id: RequestId, response: &CancelGoalResponse) -> Result<()> {
        self.reply(&self.cancels, id, Common::get()?.cancel_response.encode(response)?)
    }
}
