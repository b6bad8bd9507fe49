//! [`Client`]: sends requests and receives their responses, in any order.
//!
//! A request leaves when a server can be reached: a client that was just created knows of none yet, and a query that
//! nobody serves ends at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::cancellation::CancellationToken;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::matching::MatchingListener;
use zenoh::query::{ConsolidationMode, Querier, QueryTarget, Reply};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{Attachment, Endpoint, EntityKind};

use super::context::{Slot, Undeclare};
use super::entity::Entity;
use super::fork;
use super::graph::declare_token;
use super::introspection::{Introspected, Moment};
use super::received::{Received, now};
use super::server::RequestId;
use super::wait::Watched;

/// Zenoh keeps a query for as long as it is told to; one without a time-out never ends by itself.
const FOREVER: Duration = Duration::from_millis(u64::MAX);

/// How much later than the caller Zenoh gives a query up.
const GRACE: Duration = Duration::from_secs(1);

/// A service client; it may be used by many threads at once, with any number of calls under way. It is taken back by
/// [`close`](Self::close) or when dropped; calls that are under way then end with an error.
pub struct Client {
    shared: Arc<Shared>,
    declared: Arc<Slot<Declared>>,
}

/// The token is taken back first, so it stands first.
struct Declared {
    _token: Declaration,
    _matching: MatchingListener<()>,
    _querier: Querier<'static>,
    _calls: Abandon,
}

struct Shared {
    entity: Entity,
    state: Watched<State>,
    /// The sequence number of the last request. Held while one is sent, so that they leave in the order of their numbers;
    /// what ends a call must not need it.
    last_sent: Mutex<i64>,
    introspected: Introspected,
}

#[derive(Default)]
struct State {
    /// Whether a server can be reached.
    is_matching: bool,
    closed: bool,
    when_closed: Vec<Box<dyn FnOnce() + Send>>,
    last_call: u64,
    calls: HashMap<u64, Arc<InFlight>>,
    /// Requests that wait for a server, oldest first.
    queued: VecDeque<Outgoing>,
}

struct Outgoing {
    call: u64,
    payload: ZBytes,
    deadline: Option<Instant>,
}

type Done = Box<dyn FnOnce(Result<Received>) + Send>;

/// A call until it ends.
struct InFlight {
    done: Mutex<Option<Done>>,
    /// What was wrong with the last reply that was not taken as the response.
    complaint: Mutex<Option<String>>,
    cancellation: CancellationToken,
}

/// Ends every call when the client is taken back.
struct Abandon(Arc<Shared>);

impl Client {
    pub(super) fn new(entity: Entity) -> Result<Self> {
        let (state, last_sent, introspected) = (Watched::default(), Mutex::new(0), Introspected::default());
        let shared = Arc::new(Shared { entity, state, last_sent, introspected });
        let Entity { node, topic, key, token, .. } = &shared.entity;
        let context = node.context();
        let refuse = |error| context.error(&format!("the client of {topic} could not be declared"), &error);
        let querier = context
            .session()
            .declare_querier(key.clone())
            .target(QueryTarget::AllComplete)
            .consolidation(ConsolidationMode::None)
            .wait()
            .map_err(refuse)?;
        let weak = Arc::downgrade(&shared);
        let matching = querier
            .matching_listener()
            .callback(move |status| {
                if let Some(shared) = weak.upgrade() {
                    shared.state.change(|state| state.is_matching = status.matching());
                    shared.send_queued();
                }
            })
            .wait()
            .map_err(refuse)?;
        let token = declare_token(context.session(), token).map_err(refuse)?;
        let _calls = Abandon(Arc::clone(&shared));
        let declared = Slot::new(Declared { _token: token, _matching: matching, _querier: querier, _calls });
        node.own(&declared);
        Ok(Self { shared, declared })
    }

    /// Calls the service and waits for the response. Errors when the time is up, and when the server ends the call
    /// without a response.
    pub fn call(&self, payload: impl Into<ZBytes>, timeout: Option<Duration>) -> Result<Received> {
        let started = Instant::now();
        let call = self.start(payload, timeout)?;
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        call.wait(left)?.ok_or_else(|| self.timed_out())
    }

    /// Begins a call: CDR with its encapsulation. `timeout` is for how long anybody will wait for the response.
    pub fn start(&self, payload: impl Into<ZBytes>, timeout: Option<Duration>) -> Result<Call> {
        let response = Arc::new(Watched::default());
        let ended = Arc::clone(&response);
        let done = move |result| _ = ended.change(|response: &mut Option<_>| response.replace(result));
        let call = self.send(payload, timeout, done)?;
        Ok(Call { client: Arc::downgrade(&self.shared), call, response })
    }

    /// Begins a call whose end is told to `done`, once, on a thread of the transport, unless it is
    /// [cancelled](Self::cancel). `done` must neither wait nor use this client. Returns what names the call.
    pub fn send(
        &self,
        payload: impl Into<ZBytes>,
        timeout: Option<Duration>,
        done: impl FnOnce(Result<Received>) + Send + 'static,
    ) -> Result<u64> {
        fork::check()?;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let in_flight = Arc::new(InFlight {
            done: Mutex::new(Some(Box::new(done))),
            complaint: Mutex::default(),
            cancellation: CancellationToken::default(),
        });
        let payload = payload.into();
        let call = self.shared.state.with(|state| {
            if state.closed {
                return Err(self.shared.closed());
            }
            state.last_call += 1;
            let call = state.last_call;
            state.calls.insert(call, in_flight);
            state.queued.push_back(Outgoing { call, payload, deadline });
            Ok(call)
        })?;
        self.shared.send_queued();
        Ok(call)
    }

    /// Ends a call without telling anyone. Does nothing when it has ended.
    pub fn cancel(&self, call: u64) {
        self.shared.cancel(call);
    }

    /// Has `then` called when the client is closed, after the end of all its calls; at once when it is closed already.
    pub fn when_closed(&self, then: impl FnOnce() + Send + 'static) {
        let mut then: Option<Box<dyn FnOnce() + Send>> = Some(Box::new(then));
        self.shared.state.with(|state| {
            if !state.closed {
                state.when_closed.extend(then.take());
            }
        });
        then.into_iter().for_each(|then| then());
    }

    /// Waits until a server is in the graph and can be reached; whether one is when the time is up.
    pub fn wait_for_service(&self, timeout: Duration) -> Result<bool> {
        let deadline = Instant::now().checked_add(timeout);
        let left = || deadline.map_or(timeout, |deadline| deadline.saturating_duration_since(Instant::now()));
        let (graph, entity) = (self.shared.entity.node.context().graph(), &self.shared.entity);
        fork::check()?;
        if self.shared.state.with(|state| state.closed) {
            return Err(self.shared.closed());
        }
        let dds_type = entity.type_name.dds();
        let is_server = |endpoint: &Endpoint| {
            endpoint.kind == EntityKind::Service
                && endpoint.topic == entity.topic
                && endpoint.dds_type == dds_type
        };
        if !graph.wait_for_endpoint(left(), is_server)? {
            return Ok(false);
        }
        let ready = self.shared.state.wait(Some(left()), |state| match (state.closed, state.is_matching) {
            (true, _) => Some(Err(self.shared.closed())),
            (false, true) => Some(Ok(true)),
            (false, false) => None,
        });
        ready.unwrap_or(Ok(false))
    }

    /// The error of a call whose time is up.
    #[must_use]
    pub fn timed_out(&self) -> Error {
        self.shared.timed_out()
    }

    /// Who it is.
    #[must_use]
    pub fn entity(&self) -> &Entity {
        &self.shared.entity
    }

    /// Takes it back; calls that are under way end with an error. Closing again does nothing.
    pub fn close(&self) {
        self.declared.undeclare();
        self.shared.introspected.close();
    }

    pub(super) fn introspected(&self) -> &Introspected {
        &self.shared.introspected
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close();
    }
}

/// A call under way; dropping it gives the call up.
pub struct Call {
    client: Weak<Shared>,
    call: u64,
    response: Arc<Watched<Option<Result<Received>>>>,
}

impl Call {
    /// The response; `None` when the time is up. It is handed out once. Errors when there will be none.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<Option<Received>> {
        self.response.wait(timeout, Option::take).transpose()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(client) = self.client.upgrade() {
            client.cancel(self.call);
        }
    }
}

impl Shared {
    /// Sends what waits, if a server can be reached.
    fn send_queued(self: &Arc<Self>) {
        let mut number = self.last_sent.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((outgoing, in_flight)) = self.state.with(State::next_to_send) {
            if outgoing.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                self.end(outgoing.call, Err(self.timed_out()));
                continue;
            }
            *number += 1;
            let call = outgoing.call;
            if let Err(error) = self.get(outgoing, in_flight, *number) {
                self.end(call, Err(error));
            }
        }
    }

    fn get(
        self: &Arc<Self>,
        outgoing: Outgoing,
        in_flight: Arc<InFlight>,
        sequence_number: i64,
    ) -> Result<()> {
        let context = self.entity.node.context();
        let attachment = Attachment { sequence_number, source_timestamp: now(), source_gid: self.entity.gid };
        let left = outgoing.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.map_or(FOREVER, |left| left.saturating_add(GRACE).min(FOREVER));
        let cancellation = in_flight.cancellation.clone();
        let service = self.entity.topic.clone();
        let client = Arc::downgrade(self);
        let replies = Replies { call: outgoing.call, sequence_number, in_flight, service, client };
        // Before it is sent: a server of the same session has it at once, and tells so.
        let id = RequestId { client_gid: self.entity.gid, sequence_number };
        self.introspected.tell(Moment::RequestSent, id, || outgoing.payload.to_bytes());
        context
            .session()
            .get(self.entity.key.clone())
            .target(QueryTarget::AllComplete)
            .consolidation(ConsolidationMode::None)
            .timeout(timeout)
            .payload(outgoing.payload)
            .attachment(attachment.to_bytes().to_vec())
            .cancellation_token(cancellation)
            .callback(move |reply| replies.receive(&reply))
            .wait()
            .map_err(|error| {
                context.error(&format!("a request to {} could not be sent", self.entity.topic), &error)
            })
    }

    /// Ends a call, unless it has ended.
    fn end(&self, call: u64, result: Result<Received>) {
        if let Some(in_flight) = self.state.with(|state| state.calls.remove(&call)) {
            in_flight.end(result);
        }
    }

    fn cancel(&self, call: u64) {
        let in_flight = self.state.with(|state| {
            state.queued.retain(|outgoing| outgoing.call != call);
            state.calls.remove(&call)
        });
        if let Some(in_flight) = in_flight {
            in_flight.cancel();
        }
    }

    fn timed_out(&self) -> Error {
        let service = &self.entity.topic;
        let message = match (self.state.with(|state| state.is_matching), self.stranger()) {
            (true, _) => format!("the call of {service} was not answered in time"),
            (false, None) => format!("nobody served {service} in time"),
            (false, Some(other)) => format!("nobody served {service} in time as it is known here: {other}"),
        };
        Error::new(ErrorKind::Timeout, message)
    }

    /// What is different about a server of this name that requests do not reach.
    fn stranger(&self) -> Option<String> {
        let ours = self.entity.token.endpoint.as_ref()?;
        let servers = self.entity.node.context().graph().endpoints(EntityKind::Service, &ours.topic);
        let theirs = servers.into_iter().find_map(|token| token.endpoint)?;
        if theirs.dds_type != ours.dds_type {
            return Some(format!("its server has the type {}, not {}", theirs.dds_type, ours.dds_type));
        }
        let (hash, own) = (&theirs.type_hash, &ours.type_hash);
        (hash != own).then(|| format!("its server has another definition of the type, {hash}, not {own}"))
    }

    fn closed(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the client of {} was closed", self.entity.topic))
    }
}

impl State {
    fn next_to_send(&mut self) -> Option<(Outgoing, Arc<InFlight>)> {
        while self.is_matching && !self.closed {
            let outgoing = self.queued.pop_front()?;
            if let Some(in_flight) = self.calls.get(&outgoing.call) {
                return Some((outgoing, Arc::clone(in_flight)));
            }
        }
        None
    }
}

impl InFlight {
    fn end(&self, result: Result<Received>) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done {
            done(result);
        }
    }

    fn cancel(&self) {
        drop(self.done.lock().unwrap_or_else(PoisonError::into_inner).take());
        // It fails only where there is nothing left to cancel.
        _ = self.cancellation.cancel().wait();
    }
}

/// The replies to one request. Zenoh drops it when no more can come.
struct Replies {
    call: u64,
    sequence_number: i64,
    in_flight: Arc<InFlight>,
    service: String,
    client: Weak<Shared>,
}

impl Replies {
    /// Runs on zenoh's receive thread: it may neither wait nor fail.
    fn receive(&self, reply: &Reply) {
        match self.response(reply) {
            Ok(response) => {
                self.tell_of(&response);
                self.end(Ok(response));
            }
            Err(complaint) => {
                tracing::warn!("a reply of {} was dropped: {complaint}", self.service);
                *self.in_flight.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(complaint);
            }
        }
    }

    fn response(&self, reply: &Reply) -> Result<Received, String> {
        let sample = reply.result().map_err(|error| {
            format!("it is an error: {}", String::from_utf8_lossy(&error.payload().to_bytes()))
        })?;
        if sample.payload().is_empty() {
            return Err("it has no payload".to_owned());
        }
        let received = Received::new(sample.payload(), sample.attachment());
        let received = received.map_err(|error| error.to_string())?;
        let number = received.attachment.sequence_number;
        if number != self.sequence_number {
            return Err(format!("it answers request {number}, not {}", self.sequence_number));
        }
        Ok(received)
    }

    /// Only the first response is taken.
    fn tell_of(&self, response: &Received) {
        let Some(client) = self.client.upgrade() else { return };
        if client.state.with(|state| state.calls.contains_key(&self.call)) {
            let id = RequestId { client_gid: client.entity.gid, sequence_number: self.sequence_number };
            client.introspected.tell(Moment::ResponseReceived, id, || &response.payload);
        }
    }

    fn end(&self, result: Result<Received>) {
        if let Some(client) = self.client.upgrade() {
            client.end(self.call, result);
        }
    }
}

impl Drop for Replies {
    fn drop(&mut self) {
        let complaint = self.in_flight.complaint.lock().unwrap_or_else(PoisonError::into_inner).take();
        let complaint = complaint.map(|complaint| format!(" (a reply was dropped: {complaint})"));
        let message =
            format!("the call of {} ended without a response{}", self.service, complaint.unwrap_or_default());
        self.end(Err(Error::new(ErrorKind::Network, message)));
    }
}

impl Drop for Abandon {
    fn drop(&mut self) {
        let (calls, when_closed) = self.0.state.change(|state| {
            state.closed = true;
            state.queued.clear();
            (std::mem::take(&mut state.calls), std::mem::take(&mut state.when_closed))
        });
        for in_flight in calls.into_values() {
            in_flight.end(Err(self.0.closed()));
            in_flight.cancel();
        }
        when_closed.into_iter().for_each(|then| then());
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("service", &self.shared.entity.topic).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("call", &self.call).finish_non_exhaustive()
    }
}
