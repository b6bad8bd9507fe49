//! [`ClientGoal`]: a goal as a client has it; [`Inquiry`]: what is asked of its server.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cancel::{CancelResponse, CancelResult};
use super::client::Core;
use super::goal_id::GoalId;
use super::messages::{CancelGoalRequest, Common, GetResultRequest, GoalInfo, GoalStamp, with_goal_id};
use super::status::GoalStatus;
use crate::codec::validate;
use crate::error::{Error, ErrorKind, Result};
use crate::net::client::{Call, Client};
use crate::net::fork;
use crate::net::inbox::Inbox;
use crate::net::received::Received;

/// How many messages of feedback are kept for a goal whose reader is slow.
const KEPT: usize = 1000;

/// Whether a server took a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Whether it did.
    pub accepted: bool,
    /// When it did.
    pub stamp: GoalStamp,
}

/// How a goal ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalOutcome {
    /// The state that it ended in; unknown where the server does not know the goal, or not any more.
    pub status: GoalStatus,
    /// The result: CDR with its encapsulation, of the action's type of results.
    pub result: Vec<u8>,
}

/// A goal as a client has it: by its id. Feedback ends when it is dropped; the goal goes on.
pub struct ClientGoal {
    core: Arc<Core>,
    id: GoalId,
    route: u64,
    feedback: Option<Inbox<Received>>,
}

impl ClientGoal {
    pub(super) fn new(core: &Arc<Core>, id: GoalId) -> Self {
        let (inbox, sender) = Inbox::new(Some(KEPT));
        let route = core.routes.add(id, Arc::new(move |received| _ = sender.put(received)));
        Self { core: Arc::clone(core), id, route, feedback: Some(inbox) }
    }

    pub(super) fn with_feedback(
        core: &Arc<Core>,
        id: GoalId,
        sink: Arc<dyn Fn(Received) + Send + Sync>,
    ) -> Self {
        Self { core: Arc::clone(core), id, route: core.routes.add(id, sink), feedback: None }
    }

    /// What names the goal.
    #[must_use]
    pub fn goal_id(&self) -> GoalId {
        self.id
    }

    /// To ask a server for this goal: CDR with its encapsulation, of the action's type of goals.
    pub fn sending(&self, goal: &[u8]) -> Result<Inquiry<Acceptance>> {
        self.check_id()?;
        validate(self.core.action.goal(), goal)?;
        let payload = with_goal_id(self.id, goal)?;
        Ok(Inquiry {
            core: Arc::clone(&self.core),
            client: |core| &core.goals,
            payload,
            read: |core, received| {
                let response = core.action.acceptance.decode(received)?;
                Ok(Acceptance { accepted: response.accepted, stamp: response.stamp })
            },
        })
    }

    /// To ask for the result, which comes when the goal has ended.
    pub fn asking_result(&self) -> Result<Inquiry<GoalOutcome>> {
        let payload =
            self.core.action.result_request.encode(&GetResultRequest { goal_id: self.id.into() })?;
        Ok(Inquiry {
            core: Arc::clone(&self.core),
            client: |core| &core.results,
            payload,
            read: |core, received| {
                let (status, result) = core.action.read_result(received.payload.as_slice())?;
                Ok(GoalOutcome { status, result })
            },
        })
    }

    /// To ask that the goal ends early.
    pub fn cancelling(&self) -> Result<Inquiry<CancelResponse>> {
        self.check_id()?;
        Inquiry::cancel(&self.core, GoalInfo { goal_id: self.id, stamp: GoalStamp::default() })
    }

    /// Asks for the goal and waits until it is accepted or rejected.
    pub fn send(&self, goal: &[u8], timeout: Option<Duration>) -> Result<Acceptance> {
        self.sending(goal)?.ask(timeout)
    }

    /// Waits for the end of the goal. It can be asked for again, until the server forgets it.
    pub fn get_result(&self, timeout: Option<Duration>) -> Result<GoalOutcome> {
        self.asking_result()?.ask(timeout)
    }

    /// Asks that the goal ends early, and waits for the answer.
    pub fn cancel(&self, timeout: Option<Duration>) -> Result<CancelResponse> {
        self.cancelling()?.ask(timeout)
    }

    /// The oldest feedback that was not taken yet; `None` when the time is up. Without a time-out it waits for ever. Errors
    /// when the client is closed, also while waiting, and where feedback is given to a function.
    pub fn recv_feedback(&self, timeout: Option<Duration>) -> Result<Option<Received>> {
        fork::check()?;
        self.feedback()?.take(timeout).map_err(|_| self.closed())
    }

    /// The oldest feedback that was not taken yet, if there is one.
    pub fn try_recv_feedback(&self) -> Result<Option<Received>> {
        fork::check()?;
        self.feedback()?.try_take().map_err(|_| self.closed())
    }

    /// How much feedback was dropped because nobody took it in time.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.feedback.as_ref().map_or(0, Inbox::dropped)
    }

    /// The state of the goal as the server last told; unknown before it did.
    pub fn status(&self) -> Result<GoalStatus> {
        let states = self.core.statuses()?;
        let found = states.iter().find(|(info, _)| info.goal_id == self.id);
        Ok(found.map_or(GoalStatus::Unknown, |(_, status)| *status))
    }

    fn check_id(&self) -> Result<()> {
        if !self.id.is_zero() {
            return Ok(());
        }
        let message =
            format!("{}: a goal id of zeros names no goal: it stands for all of them", self.core.name);
        Err(Error::new(ErrorKind::Argument, message))
    }

    fn feedback(&self) -> Result<&Inbox<Received>> {
        self.feedback.as_ref().ok_or_else(|| {
            let message =
                format!("goal {} of {}: its feedback is given to a function", self.id, self.core.name);
            Error::new(ErrorKind::Argument, message)
        })
    }

    fn closed(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the action client of {} was closed", self.core.name))
    }
}

impl Drop for ClientGoal {
    fn drop(&mut self) {
        self.core.routes.remove(self.id, self.route);
    }
}

/// What is asked of a server about a goal, ready to be sent.
pub struct Inquiry<T> {
    core: Arc<Core>,
    client: fn(&Core) -> &Client,
    payload: Vec<u8>,
    read: fn(&Core, &Received) -> Result<T>,
}

impl<T: Send + 'static> Inquiry<T> {
    /// Sends it and waits for the answer. Errors when the time is up, and when the server ends without an answer.
    pub fn ask(self, timeout: Option<Duration>) -> Result<T> {
        let started = Instant::now();
        let core = Arc::clone(&self.core);
        let client = self.client;
        let asked = self.start(timeout)?;
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        asked.wait(left)?.ok_or_else(|| client(&core).timed_out())
    }

    /// Sends it. `timeout` is for how long anybody will wait for the answer.
    pub fn start(self, timeout: Option<Duration>) -> Result<Asked<T>> {
        let call = (self.client)(&self.core).start(self.payload, timeout)?;
        Ok(Asked { call, core: self.core, client: self.client, read: self.read })
    }

    /// Sends it; the answer is told to `done`, once, on a thread of the transport, unless it is given up. `done` must
    /// neither wait nor use the client. Returns what gives it up.
    pub fn send(
        self,
        timeout: Option<Duration>,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<GivesUp> {
        let (core, client, read) = (self.core, self.client, self.read);
        // A call that is under way must not keep alive what it belongs to.
        let weak = Arc::downgrade(&core);
        let call = client(&core).send(self.payload, timeout, move |received| {
            let answer = received.and_then(|received| match weak.upgrade() {
                Some(core) => read(&core, &received),
                None => Err(Error::new(ErrorKind::Closed, "the action client was closed")),
            });
            done(answer);
        })?;
        Ok(GivesUp { core, client, call })
    }
}

impl Inquiry<CancelResponse> {
    pub(super) fn cancel(core: &Arc<Core>, goal: GoalInfo) -> Result<Self> {
        let payload = Common::get()?.cancel_request.encode(&CancelGoalRequest { goal_info: goal.into() })?;
        Ok(Self {
            core: Arc::clone(core),
            client: |core| &core.cancels,
            payload,
            read: |_, received| {
                let response = Common::get()?.cancel_response.decode(received)?;
                let goals_canceling = response.goals_canceling.into_iter().map(Into::into).collect();
                Ok(CancelResponse { result: CancelResult::of_number(response.return_code)?, goals_canceling })
            },
        })
    }
}

/// An [`Inquiry`] that was sent; dropping it gives it up.
pub struct Asked<T> {
    call: Call,
    core: Arc<Core>,
    client: fn(&Core) -> &Client,
    read: fn(&Core, &Received) -> Result<T>,
}

impl<T> Asked<T> {
    /// The answer; `None` when the time is up. It is handed out once. Errors when there will be none.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<Option<T>> {
        self.call.wait(timeout)?.map(|received| (self.read)(&self.core, &received)).transpose()
    }

    /// The error of one whose time is up.
    #[must_use]
    pub fn timed_out(&self) -> Error {
        (self.client)(&self.core).timed_out()
    }
}

/// What gives up an [`Inquiry`] that was sent.
pub struct GivesUp {
    core: Arc<Core>,
    client: fn(&Core) -> &Client,
    call: u64,
}

impl GivesUp {
    /// Gives it up without telling anyone. Does nothing when it has ended.
    pub fn give_up(&self) {
        (self.client)(&self.core).cancel(self.call);
    }

    /// The error of one whose time is up.
    #[must_use]
    pub fn timed_out(&self) -> Error {
        (self.client)(&self.core).timed_out()
    }
}

impl fmt::Debug for ClientGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientGoal").field("goal_id", &self.id).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Inquiry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inquiry").field("action", &self.core.name).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("action", &self.core.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for GivesUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivesUp").field("action", &self.core.name).finish_non_exhaustive()
    }
}
