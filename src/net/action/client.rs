//! [`ActionClient`]: sends goals, and hears of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::sample::Sample;

use super::action_type::{ActionType, below};
use super::cancel::CancelResponse;
use super::client_goal::{Acceptance, ClientGoal, Inquiry};
use super::goal_id::GoalId;
use super::messages::{Common, Described, GoalInfo, GoalStamp, without_goal_id};
use super::server::STATUS_QOS;
use super::status::GoalStatus;
use crate::error::Result;
use crate::net::client::Client;
use crate::net::context::{Slot, Undeclare};
use crate::net::entity::Entity;
use crate::net::graph::declare_token;
use crate::net::node::Node;
use crate::net::received::{Received, ReceivedBytes};
use crate::net::subscriber::Subscriber;
use crate::rmw::{EntityKind, QosProfile};

/// An action client; it may be used by many threads at once, with any number of goals under way. It is taken back by
/// [`close`](Self::close), or with the last of its goals; waits that are under way then end with an error.
pub struct ActionClient(Arc<Core>);

/// What a client shares with its goals.
pub(super) struct Core {
    /// The action, fully qualified.
    pub(super) name: String,
    pub(super) action: Arc<ActionType>,
    pub(super) goals: Client,
    pub(super) cancels: Client,
    pub(super) results: Client,
    status: Subscriber,
    /// The last states that were heard of.
    states: Mutex<Vec<(GoalInfo, GoalStatus)>>,
    pub(super) routes: Arc<Routes>,
    feedback: Arc<Slot<Feedback>>,
}

/// The token is taken back first, so it stands first.
struct Feedback {
    _token: Declaration,
    _subscriber: zenoh::pubsub::Subscriber<()>,
    _routes: Abandon,
}

type Sink = Arc<dyn Fn(Received) + Send + Sync>;

/// Who hears of which goal.
#[derive(Default)]
pub(super) struct Routes(Mutex<RouteTable>);

#[derive(Default)]
struct RouteTable {
    last: u64,
    sinks: HashMap<GoalId, Vec<(u64, Sink)>>,
    closed: bool,
}

/// Ends all feedback when the client is taken back.
struct Abandon(Arc<Routes>);

impl Drop for Abandon {
    fn drop(&mut self) {
        let sinks = self.0.change(|table| {
            table.closed = true;
            std::mem::take(&mut table.sinks)
        });
        drop(sinks);
    }
}

impl Routes {
    fn change<R>(&self, change: impl FnOnce(&mut RouteTable) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has `sink` hear of a goal; returns what names it.
    pub(super) fn add(&self, id: GoalId, sink: Sink) -> u64 {
        let late = self.change(|table| {
            table.last += 1;
            if table.closed {
                return (table.last, Some(sink));
            }
            table.sinks.entry(id).or_default().push((table.last, sink));
            (table.last, None)
        });
        late.0
    }

    pub(super) fn remove(&self, id: GoalId, number: u64) {
        let removed: Vec<_> = self.change(|table| {
            let Some(sinks) = table.sinks.get_mut(&id) else { return vec![] };
            let removed = sinks.extract_if(.., |(other, _)| *other == number).collect();
            if sinks.is_empty() {
                table.sinks.remove(&id);
            }
            removed
        });
        drop(removed);
    }

    /// Runs on zenoh's receive thread: it may neither wait nor fail.
    fn deliver(&self, sample: &Sample, topic: &str) {
        let payload = sample.payload().to_bytes();
        let heard = super::messages::goal_id(&payload).and_then(|id| {
            let sinks = self.change(|table| table.sinks.get(&id).cloned()).unwrap_or_default();
            if sinks.is_empty() {
                return Ok(());
            }
            let received = Received::new(sample.payload(), sample.attachment())?;
            let (_, feedback) = without_goal_id(&payload)?;
            let payload = ReceivedBytes::new(&ZBytes::from(feedback));
            let received = Received { payload, ..received };
            sinks.iter().for_each(|(_, sink)| sink(received.clone()));
            Ok(())
        });
        if let Err(error) = heard {
            tracing::warn!("a message on {topic} was dropped: {error}");
        }
    }
}

impl ActionClient {
    fn new(node: &Node, name: &str, action: &Arc<ActionType>) -> Result<Self> {
        let common = Common::get()?;
        let entity = |kind, part: &str, described: &Described, qos| {
            node.entity(kind, &below(name, part), (&described.name, &described.hash), qos)
        };
        let client = |part, described| entity(EntityKind::Client, part, described, QosProfile::SERVICES);
        let subscription = |part, described, qos| entity(EntityKind::Subscription, part, described, qos);
        let goals = client("send_goal", &action.send_goal)?;
        let cancels = client("cancel_goal", &common.cancel_goal)?;
        let results = client("get_result", &action.get_result)?;
        let feedback = subscription("feedback", &action.feedback_message, QosProfile::DEFAULT)?;
        let status = subscription("status", &common.status, STATUS_QOS)?;
        let routes = Arc::default();
        Ok(Self(Arc::new(Core {
            name: node.resolve(name)?,
            action: Arc::clone(action),
            goals: Client::new(goals)?,
            cancels: Client::new(cancels)?,
            results: Client::new(results)?,
            feedback: Feedback::declare(&feedback, &routes)?,
            status: Subscriber::new(status)?,
            states: Mutex::default(),
            routes,
        })))
    }

    /// Asks for a goal and waits until it is accepted or rejected. Feedback is kept for the goal from then on. Errors when
    /// the time is up.
    pub fn send_goal(&self, goal: &[u8], timeout: Option<Duration>) -> Result<(ClientGoal, Acceptance)> {
        let handle = self.goal(GoalId::random());
        let acceptance = handle.send(goal, timeout)?;
        Ok((handle, acceptance))
    }

    /// The goal with this id, of this client or another; nothing is sent. Its feedback is kept from now on.
    #[must_use]
    pub fn goal(&self, id: GoalId) -> ClientGoal {
        ClientGoal::new(&self.0, id)
    }

    /// The same, with its feedback given to `on_feedback`, on a thread of the transport, where it must not wait.
    #[must_use]
    pub fn goal_with_feedback(
        &self,
        id: GoalId,
        on_feedback: impl Fn(Received) + Send + Sync + 'static,
    ) -> ClientGoal {
        ClientGoal::with_feedback(&self.0, id, Arc::new(on_feedback))
    }

    /// Waits until a server is in the graph and can be reached; whether one is when the time is up.
    pub fn wait_for_server(&self, timeout: Duration) -> Result<bool> {
        let started = std::time::Instant::now();
        for client in [&self.0.goals, &self.0.cancels, &self.0.results] {
            if !client.wait_for_service(timeout.saturating_sub(started.elapsed()))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The name of the action, fully qualified.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The type of the action.
    #[must_use]
    pub fn action_type(&self) -> &Arc<ActionType> {
        &self.0.action
    }

    /// The goals that the server knows, as it last told, in the order in which they were accepted.
    pub fn statuses(&self) -> Result<Vec<(GoalInfo, GoalStatus)>> {
        self.0.statuses()
    }

    /// To ask that goals end early: the one with that id if it is not zero, and those that were accepted up to that time if
    /// it is not zero; all, if both are.
    pub fn cancelling(&self, goals: GoalInfo) -> Result<Inquiry<CancelResponse>> {
        Inquiry::cancel(&self.0, goals)
    }

    /// Asks that every goal ends early, and waits for the answer.
    pub fn cancel_all(&self, timeout: Option<Duration>) -> Result<CancelResponse> {
        self.cancel_before(GoalStamp::default(), timeout)
    }

    /// Asks that every goal ends early that was accepted up to that time, and waits for the answer.
    pub fn cancel_before(&self, stamp: GoalStamp, timeout: Option<Duration>) -> Result<CancelResponse> {
        self.cancelling(GoalInfo { goal_id: GoalId::default(), stamp })?.ask(timeout)
    }

    /// Has `then` called when the client is closed, after the end of all that waits for a result.
    pub fn when_closed(&self, then: impl FnOnce() + Send + 'static) {
        self.0.results.when_closed(then);
    }

    /// Takes it back; waits that are under way end with an error. Closing again does nothing.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Core {
    /// The last states that were heard of.
    pub(super) fn statuses(&self) -> Result<Vec<(GoalInfo, GoalStatus)>> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(received) = self.status.try_recv()? {
            *states = Common::get()?.status_array.decode(&received)?.goals().collect();
        }
        Ok(states.clone())
    }

    fn close(&self) {
        self.feedback.undeclare();
        self.status.close();
        [&self.goals, &self.cancels, &self.results].into_iter().for_each(Client::close);
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.close();
    }
}

impl Feedback {
    fn declare(entity: &Entity, routes: &Arc<Routes>) -> Result<Arc<Slot<Self>>> {
        let context = entity.node().context();
        let refuse = |error| {
            context.error(&format!("the subscriber of {} could not be declared", entity.topic()), &error)
        };
        let (topic, heard) = (entity.topic().to_owned(), Arc::clone(routes));
        let subscriber = context
            .session()
            .declare_subscriber(entity.key().to_owned())
            .callback(move |sample| heard.deliver(&sample, &topic))
            .wait()
            .map_err(refuse)?;
        let token = declare_token(context.session(), entity.token()).map_err(refuse)?;
        let _routes = Abandon(Arc::clone(routes));
        let declared = Slot::new(Self { _token: token, _subscriber: subscriber, _routes });
        entity.node().own(&declared);
        Ok(declared)
    }
}

impl std::fmt::Debug for ActionClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActionClient").field("action", &self.0.name).finish_non_exhaustive()
    }
}

impl Node {
    /// A client of an action.
    pub fn create_action_client(&self, action: &str, action_type: &Arc<ActionType>) -> Result<ActionClient> {
        ActionClient::new(self, action, action_type)
    }
}
