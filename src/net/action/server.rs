//! [`ActionServer`]: receives goals and sees to everything that clients ask about them.
//!
//! Requests are answered on the threads of the transport, which never wait: what a user decides is handed out.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::action_type::{ActionType, below};
use super::cancel::CancelRequest;
use super::goal_id::GoalId;
use super::messages::{CancelGoalResponse, Common, Described, SendGoalResponse};
use super::server_goal::GoalRequest;
use super::server_state::{Answer, Goals};
use super::status::{GoalEvent, GoalStatus};
use crate::error::{Error, ErrorKind, Result};
use crate::net::context::{Slot, Undeclare};
use crate::net::entity::Entity;
use crate::net::fork;
use crate::net::inbox::{Inbox, InboxSender};
use crate::net::node::Node;
use crate::net::publisher::Publisher;
use crate::net::received::Received;
use crate::net::server::{Declared, Pending, RequestId};
use crate::net::wait::Watched;
use crate::rmw::{Durability, EntityKind, QosProfile};

/// How many goals may wait to be accepted or rejected; the oldest is rejected for one more.
const UNDECIDED: usize = 1000;

/// How long results are kept unless told otherwise, as in `rcl_action`.
const RESULT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a server that is closed waits at most for answers that are being sent.
const ANSWERING: Duration = Duration::from_secs(1);

/// The last states are kept for clients that come later.
pub(super) const STATUS_QOS: QosProfile =
    QosProfile { durability: Durability::TransientLocal, depth: 1, ..QosProfile::DEFAULT };

type OnCancel = Box<dyn Fn(CancelRequest) + Send + Sync>;

/// Builds an [`ActionServer`].
#[must_use = "a builder does nothing until `build`"]
pub struct ActionServerBuilder {
    node: Node,
    name: String,
    action: Arc<ActionType>,
    result_timeout: Option<Duration>,
    on_cancel: OnCancel,
}

impl ActionServerBuilder {
    pub(super) fn new(node: Node, name: &str, action: &Arc<ActionType>) -> Self {
        let on_cancel = Box::new(|request: CancelRequest| {
            if let Err(error) = request.answer(|_| true) {
                tracing::warn!("{error}");
            }
        });
        let (name, action) = (name.to_owned(), Arc::clone(action));
        Self { node, name, action, result_timeout: Some(RESULT_TIMEOUT), on_cancel }
    }

    /// How long the result of a goal can be asked for after its end; for ever where it is `None`. 10 s unless told otherwise.
    pub fn with_result_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.result_timeout = timeout;
        self
    }

    /// Hands out requests to cancel, which are all accepted unless told otherwise. `on_cancel` runs on a thread of the
    /// transport, where it must not wait: what takes time answers elsewhere.
    pub fn on_cancel(mut self, on_cancel: impl Fn(CancelRequest) + Send + Sync + 'static) -> Self {
        self.on_cancel = Box::new(on_cancel);
        self
    }

    /// Announces the server.
    pub fn build(self) -> Result<ActionServer> {
        let Self { node, name, action, result_timeout, on_cancel } = self;
        let common = Common::get()?;
        let entity = |kind, part: &str, described: &Described, qos| {
            node.entity(kind, &below(&name, part), (&described.name, &described.hash), qos)
        };
        let service = |part, described| entity(EntityKind::Service, part, described, QosProfile::SERVICES);
        let publisher = |part, described, qos| entity(EntityKind::Publisher, part, described, qos);
        let services = [
            service("send_goal", &action.send_goal)?,
            service("cancel_goal", &common.cancel_goal)?,
            service("get_result", &action.get_result)?,
        ];
        let feedback = Publisher::new(publisher("feedback", &action.feedback_message, QosProfile::DEFAULT)?)?;
        let status = Publisher::new(publisher("status", &common.status, STATUS_QOS)?)?;
        let [goals, cancels, results] = services.each_ref().map(Pending::new);
        let core = Arc::new(Core {
            name: node.resolve(&name)?,
            node,
            action,
            goals,
            cancels,
            results,
            feedback,
            status,
            state: Arc::default(),
            result_timeout,
        });
        let (inbox, sender) = Inbox::new(Some(UNDECIDED));
        let declared = core.open(&services, sender, on_cancel)?;
        Ok(ActionServer { core, inbox, declared })
    }
}

/// An action server; it may be used by many threads at once, with any number of goals under way. It is taken back by
/// [`close`](Self::close) or when dropped; clients that still wait then learn that there will be no result.
pub struct ActionServer {
    core: Arc<Core>,
    inbox: Inbox<GoalRequest>,
    declared: [Arc<Slot<Declared>>; 3],
}

/// What a server shares with its goals.
pub(super) struct Core {
    /// The action, fully qualified.
    pub(super) name: String,
    pub(super) node: Node,
    pub(super) action: Arc<ActionType>,
    goals: Arc<Pending>,
    pub(super) cancels: Arc<Pending>,
    results: Arc<Pending>,
    feedback: Publisher,
    pub(super) status: Publisher,
    pub(super) state: Arc<Watched<Goals>>,
    pub(super) result_timeout: Option<Duration>,
}

/// Ends every wait on goals when the server is taken back, by itself or with its node.
struct Abandon(Arc<Watched<Goals>>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.change(|goals| goals.closed = true);
    }
}

impl ActionServer {
    /// The oldest goal that was neither accepted nor rejected yet; `None` when the time is up. Without a time-out it waits
    /// for ever. Errors when the server is closed, also while waiting.
    pub fn recv_goal(&self, timeout: Option<Duration>) -> Result<Option<GoalRequest>> {
        fork::check()?;
        self.inbox.take(timeout).map_err(|error| self.closed(&error))
    }

    /// The oldest goal that was neither accepted nor rejected yet, if there is one.
    pub fn try_recv_goal(&self) -> Result<Option<GoalRequest>> {
        fork::check()?;
        self.inbox.try_take().map_err(|error| self.closed(&error))
    }

    /// The name of the action, fully qualified.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.name
    }

    /// The type of the action.
    #[must_use]
    pub fn action_type(&self) -> &Arc<ActionType> {
        &self.core.action
    }

    /// How many goals are known: those that have not ended, and those whose results can still be asked for.
    #[must_use]
    pub fn known_goals(&self) -> usize {
        self.core.state.with(|goals| goals.all().len())
    }

    /// Takes it back and wakes whoever waits on it or one of its goals. Closing again does nothing.
    pub fn close(&self) {
        self.core.state.change(|goals| goals.closed = true);
        self.core.state.wait(Some(ANSWERING), |goals| (goals.answering == 0).then_some(()));
        self.inbox.close();
        self.declared.iter().for_each(|declared| declared.undeclare());
        self.core.feedback.close();
        self.core.status.close();
    }

    fn closed(&self, error: &Error) -> Error {
        Error::new(error.kind(), format!("the action server of {} was closed", self.core.name))
    }
}

impl Drop for ActionServer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Core {
    fn open(
        self: &Arc<Self>,
        services: &[Entity; 3],
        sender: InboxSender<GoalRequest>,
        on_cancel: OnCancel,
    ) -> Result<[Arc<Slot<Declared>>; 3]> {
        let [send_goal, cancel_goal, get_result] = services;
        let abandon = Abandon(Arc::clone(&self.state));
        let sink = |serve: Box<Serve>| {
            let core = Arc::downgrade(self);
            move |request: Received| serve_one(&core, &request, &serve)
        };
        let take_goal = Box::new(move |core: &Arc<Self>, request: &Received| {
            let _ = &abandon;
            core.take_goal(request, &sender)
        });
        let take_cancel =
            Box::new(move |core: &Arc<Self>, request: &Received| core.take_cancel(request, &on_cancel));
        let take_result = Box::new(|core: &Arc<Self>, request: &Received| core.take_result(request));
        Ok([
            self.goals.open(send_goal, sink(take_goal))?,
            self.cancels.open(cancel_goal, sink(take_cancel))?,
            self.results.open(get_result, sink(take_result))?,
        ])
    }

    fn take_goal(self: &Arc<Self>, request: &Received, sender: &InboxSender<GoalRequest>) -> Result<()> {
        let id = RequestId::from(&request.attachment);
        let (goal_id, goal) = self.action.read_goal(request.payload.as_slice())?;
        if self.state.with(|goals| goals.propose(goal_id)) {
            // What is not kept is rejected.
            drop(sender.put(GoalRequest::new(Arc::clone(self), id, goal_id, goal)));
            return Ok(());
        }
        tracing::warn!("a second goal {goal_id} of {} was rejected", self.name);
        self.answer_goal(id, &SendGoalResponse { accepted: false, stamp: Default::default() })
    }

    fn take_cancel(self: &Arc<Self>, request: &Received, on_cancel: &OnCancel) -> Result<()> {
        let id = RequestId::from(&request.attachment);
        let asked = Common::get()?.cancel_request.decode(request)?;
        match self.state.with(|goals| goals.cancellable(&asked)) {
            Ok(goals) if !goals.is_empty() => {
                on_cancel(CancelRequest::new(Arc::clone(self), id, goals));
                Ok(())
            }
            found => {
                let result = found.err().map_or(super::cancel::CancelResult::None, Into::into);
                let response = CancelGoalResponse { return_code: result.number(), goals_canceling: vec![] };
                self.answer_cancel(id, &response)
            }
        }
    }

    fn take_result(self: &Arc<Self>, request: &Received) -> Result<()> {
        let id = RequestId::from(&request.attachment);
        let goal_id = GoalId(self.action.result_request.decode(request)?.goal_id.uuid);
        match self.state.with(|goals| goals.ask_result(goal_id, id)) {
            Answer::Later => Ok(()),
            Answer::Now(response) => self.reply(&self.results, id, response.to_vec()),
            Answer::Unknown => {
                self.reply(&self.results, id, self.action.write_no_result(GoalStatus::Unknown)?)
            }
        }
    }

    pub(super) fn answer_goal(&self, id: RequestId, response: &SendGoalResponse) -> Result<()> {
        self.reply(&self.goals, id, self.action.acceptance.encode(response)?)
    }

    /// Answers a request. One that is not pending any more is that of a server that was closed.
    pub(super) fn reply(&self, service: &Pending, id: RequestId, payload: Vec<u8>) -> Result<()> {
        let query = service.take(id).ok_or_else(|| self.closed())?;
        service.reply(&query, id, payload.into(), self.node.context())
    }

    /// Ends a goal with a result, and tells everyone. Nothing changes on an error.
    pub(super) fn end(self: &Arc<Self>, id: GoalId, event: GoalEvent, result: Option<&[u8]>) -> Result<()> {
        let status =
            self.state.with(|goals| goals.next(id, event)).map_err(|error| self.of_goal(id, &error))?;
        let response: Arc<[u8]> = match result {
            Some(result) => self.action.write_result(status, result)?,
            None => self.action.write_no_result(status)?,
        }
        .into();
        let asked = self
            .state
            .change(|goals| goals.end(id, event, &response, self.result_timeout))
            .map_err(|error| self.of_goal(id, &error))?;
        super::server_state::expire_in_time(&self.state);
        let published = self.publish_status();
        for request in asked {
            self.reply(&self.results, request, response.to_vec())?;
        }
        published
    }

    /// Changes the state of a goal that goes on, and tells everyone.
    pub(super) fn change(self: &Arc<Self>, id: GoalId, event: GoalEvent) -> Result<()> {
        self.state.change(|goals| goals.change(id, event)).map_err(|error| self.of_goal(id, &error))?;
        self.publish_status()
    }

    pub(super) fn publish_feedback(&self, id: GoalId, feedback: &[u8]) -> Result<()> {
        let status = self.state.with(|goals| goals.status(id));
        if status.is_terminal() || status == GoalStatus::Unknown {
            let error = Error::new(ErrorKind::Argument, "there is no feedback after its end");
            return Err(self.of_goal(id, &error));
        }
        self.feedback.publish(super::messages::with_goal_id(id, feedback)?)
    }

    pub(super) fn of_goal(&self, id: GoalId, error: &Error) -> Error {
        Error::new(error.kind(), format!("goal {id} of {}: {}", self.name, error.message()))
    }

    fn closed(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the action server of {} was closed", self.name))
    }
}

type Serve = dyn Fn(&Arc<Core>, &Received) -> Result<()> + Send + Sync;

/// Runs on zenoh's receive thread. Returns a request that nobody will answer.
fn serve_one(core: &Weak<Core>, request: &Received, serve: &Serve) -> Option<Received> {
    let Some(core) = core.upgrade() else { return Some(request.clone()) };
    match serve(&core, request) {
        Ok(()) => None,
        Err(error) => {
            tracing::warn!("a request to {}: {error}", core.name);
            Some(request.clone())
        }
    }
}

impl std::fmt::Debug for ActionServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActionServer").field("action", &self.core.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ActionServerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActionServerBuilder").field("action", &self.name).finish_non_exhaustive()
    }
}

impl Node {
    /// A server of an action, to be built.
    pub fn create_action_server(&self, action: &str, action_type: &Arc<ActionType>) -> ActionServerBuilder {
        ActionServerBuilder::new(self.clone(), action, action_type)
    }
}
