//! [`Server`]: receives requests and answers them, in any order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::query::{Query, Queryable};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{Attachment, Gid, History};

use super::context::{Context, Slot, Undeclare};
use super::entity::Entity;
use super::fork;
use super::graph::declare_token;
use super::inbox::Inbox;
use super::introspection::{Introspected, Moment};
use super::received::{Received, now};

/// What names a request: its client, and the client's count of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId {
    /// The client's gid.
    pub client_gid: Gid,
    /// The client's count of its requests, from 1.
    pub sequence_number: i64,
}

impl From<&Attachment> for RequestId {
    fn from(attachment: &Attachment) -> Self {
        Self { client_gid: attachment.source_gid, sequence_number: attachment.sequence_number }
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "request {} of {}", self.sequence_number, self.client_gid)
    }
}

/// A service server; it may be used by many threads at once. It is taken back by [`close`](Self::close) or when
/// dropped; clients that still wait then learn that there will be no response.
pub struct Server {
    entity: Entity,
    inbox: Inbox<Received>,
    pending: Arc<Pending>,
    declared: Arc<Slot<Declared>>,
    introspected: Introspected,
}

/// The token is taken back first, so it stands first.
pub(super) struct Declared {
    _token: Declaration,
    _queryable: Queryable<()>,
    _pending: Abandon,
}

/// The requests of a service that were not answered yet, taken or not. A query that is dropped tells its client that
/// nothing follows.
pub(super) struct Pending {
    service: String,
    key: String,
    queries: Mutex<HashMap<RequestId, Query>>,
}

/// Drops what is pending when the server is taken back.
struct Abandon(Arc<Pending>);

impl Server {
    pub(super) fn new(entity: Entity) -> Result<Self> {
        let keeps_all = entity.qos.history == History::KeepAll;
        let (inbox, sender) = Inbox::new((!keeps_all).then_some(entity.qos.depth));
        let pending = Pending::new(&entity);
        let declared = pending.open(&entity, move |request| sender.put(request))?;
        Ok(Self { entity, inbox, pending, declared, introspected: Introspected::default() })
    }

    /// The oldest request that was not taken yet; `None` when the time is up. Without a time-out it waits for ever.
    /// Errors when the server is closed, also while waiting.
    pub fn take_request(&self, timeout: Option<Duration>) -> Result<Option<Received>> {
        fork::check()?;
        let taken = self.inbox.take(timeout).map_err(|error| self.closed(&error))?;
        Ok(taken.inspect(|request| self.tell_of(request)))
    }

    /// The oldest request that was not taken yet, if there is one.
    pub fn try_take_request(&self) -> Result<Option<Received>> {
        fork::check()?;
        let taken = self.inbox.try_take().map_err(|error| self.closed(&error))?;
        Ok(taken.inspect(|request| self.tell_of(request)))
    }

    /// Answers a request: CDR with its encapsulation. Errors when it is not pending, because it was answered before or
    /// never came.
    pub fn send_response(&self, id: RequestId, payload: impl Into<ZBytes>) -> Result<()> {
        fork::check()?;
        let query = self.pending.take(id).ok_or_else(|| self.not_pending(id))?;
        let payload = payload.into();
        // Before it is sent: a client of the same session has it at once, and tells so.
        self.introspected.tell(Moment::ResponseSent, id, || payload.to_bytes());
        self.pending.reply(&query, id, payload, self.entity.node.context())
    }

    /// Gives up a request: its client learns that there will be no response. Errors as
    /// [`send_response`](Self::send_response).
    pub fn drop_request(&self, id: RequestId) -> Result<()> {
        fork::check()?;
        self.pending.take(id).map(drop).ok_or_else(|| self.not_pending(id))
    }

    /// How many requests were dropped because nobody took them in time.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.inbox.dropped()
    }

    /// Who it is.
    #[must_use]
    pub fn entity(&self) -> &Entity {
        &self.entity
    }

    /// Takes it back and wakes whoever waits on it. Closing again does nothing.
    pub fn close(&self) {
        self.inbox.close();
        self.introspected.close();
        self.declared.undeclare();
    }

    pub(super) fn introspected(&self) -> &Introspected {
        &self.introspected
    }

    fn tell_of(&self, request: &Received) {
        let id = RequestId::from(&request.attachment);
        self.introspected.tell(Moment::RequestReceived, id, || &request.payload);
    }

    fn closed(&self, error: &Error) -> Error {
        Error::new(error.kind(), format!("the server of {} was closed", self.entity.topic))
    }

    fn not_pending(&self, id: RequestId) -> Error {
        if self.declared.with(|_| ()).is_none() {
            return self.closed(&Error::new(ErrorKind::Closed, ""));
        }
        let service = &self.entity.topic;
        let message =
            format!("{service} has no pending {id}: it was answered or dropped before, or never came");
        Error::new(ErrorKind::Argument, message)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

impl Drop for Abandon {
    fn drop(&mut self) {
        let abandoned = std::mem::take(&mut *self.0.lock());
        drop(abandoned);
    }
}

impl Pending {
    pub(super) fn new(entity: &Entity) -> Arc<Self> {
        let (service, key) = (entity.topic.clone(), entity.key.clone());
        Arc::new(Self { service, key, queries: Mutex::default() })
    }

    /// Begins to serve. `sink` is given each request on zenoh's receive thread, where it may neither wait nor fail, and
    /// returns one that nobody will take.
    pub(super) fn open(
        self: &Arc<Self>,
        entity: &Entity,
        sink: impl Fn(Received) -> Option<Received> + Send + Sync + 'static,
    ) -> Result<Arc<Slot<Declared>>> {
        let context = entity.node.context();
        let refuse =
            |error| context.error(&format!("the server of {} could not be declared", entity.topic), &error);
        let received = Arc::clone(self);
        // Complete, or clients of rmw_zenoh do not reach it.
        let queryable = context
            .session()
            .declare_queryable(entity.key.clone())
            .complete(true)
            .callback(move |query| received.deliver(query, &sink))
            .wait()
            .map_err(refuse)?;
        let token = declare_token(context.session(), &entity.token).map_err(refuse)?;
        let _pending = Abandon(Arc::clone(self));
        let declared = Slot::new(Declared { _token: token, _queryable: queryable, _pending });
        entity.node.own(&declared);
        Ok(declared)
    }

    /// Runs on zenoh's receive thread: it may neither wait nor fail.
    fn deliver(&self, query: Query, sink: &impl Fn(Received) -> Option<Received>) {
        let service = &self.service;
        let request = match request(&query) {
            Ok(request) => request,
            Err(error) => return tracing::warn!("a request to {service} was dropped: {error}"),
        };
        let id = RequestId::from(&request.attachment);
        if let Some(_second) = self.insert(id, query) {
            return tracing::warn!("a second {id} to {service} was dropped while the first is pending");
        }
        if let Some(dropped) = sink(request) {
            let id = RequestId::from(&dropped.attachment);
            tracing::warn!("{id} to {service} was dropped: nobody took it");
            drop(self.take(id));
        }
    }

    /// Returns the query when there is one of that name already.
    fn insert(&self, id: RequestId, query: Query) -> Option<Query> {
        match self.lock().entry(id) {
            Entry::Vacant(place) => {
                place.insert(query);
                None
            }
            Entry::Occupied(_) => Some(query),
        }
    }

    pub(super) fn take(&self, id: RequestId) -> Option<Query> {
        self.lock().remove(&id)
    }

    pub(super) fn reply(
        &self,
        query: &Query,
        id: RequestId,
        payload: ZBytes,
        context: &Context,
    ) -> Result<()> {
        let what = || format!("a response of {} could not be sent", self.service);
        reply(query, &self.key, id, payload).map_err(|error| context.error(&what(), &error))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, Query>> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a query: the name of its request, and a time of its own.
pub(super) fn reply(query: &Query, key: &str, id: RequestId, payload: ZBytes) -> zenoh::Result<()> {
    let attachment = Attachment {
        sequence_number: id.sequence_number,
        source_timestamp: now(),
        source_gid: id.client_gid,
    };
    query.reply(key, payload).attachment(attachment.to_bytes().to_vec()).wait()
}

/// The request in a query; errors on what genuine servers refuse.
pub(super) fn request(query: &Query) -> Result<Received> {
    let malformed = |what: &str| Error::new(ErrorKind::Protocol, what);
    let payload = query.payload().filter(|payload| !payload.is_empty());
    let request = Received::new(payload.ok_or_else(|| malformed("it has no payload"))?, query.attachment())?;
    if request.attachment.sequence_number < 0 || request.attachment.source_timestamp < 0 {
        return Err(malformed("its sequence number or its time is negative"));
    }
    Ok(request)
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("service", &self.entity.topic).finish_non_exhaustive()
    }
}
