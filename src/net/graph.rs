//! [`Graph`]: every node and endpoint of the domain, from their liveliness tokens.

use std::sync::mpsc::{SendError, Sender};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::pubsub::Subscriber;
use zenoh::sample::{Sample, SampleKind};
use zenoh::{Session, Wait};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{ADMIN_SPACE, Endpoint, EntityKind, LivelinessToken, names};

use super::buffers::BufferChannel;
use super::entities::{Entities, NamesAndTypes, NodeName};
use super::fork;
use super::inbox::{Inbox, InboxSender};
use super::mismatch::Mismatch;
use super::transport_error;
use super::wait::Watched;

/// A live view of the domain. It fills while the session hears of others, so a fresh one may still miss some: wait
/// for what is needed.
pub struct Graph {
    state: Arc<Watched<State>>,
    _subscriber: Subscriber<()>,
}

#[derive(Debug, Default)]
struct State {
    entities: Entities,
    /// Where those who asked for events get them.
    listeners: Vec<InboxSender<GraphEvent>>,
    changes: u64,
    /// What listens to buffer-aware publishers, once there are any.
    channels: Vec<Weak<BufferChannel>>,
    closed: bool,
}

/// A change of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphEvent {
    /// A node or endpoint came.
    Appeared(LivelinessToken),
    /// A node or endpoint went.
    Gone(LivelinessToken),
    /// An endpoint came that does not match one of this session, or the other way round; told once. Where types differ, the
    /// nodes of both are asked what they are first, so that it comes up to a few seconds later.
    Mismatch(Box<Mismatch>),
}

/// The changes of the graph from a moment on, in their order. Dropping it ends them.
#[derive(Debug)]
pub struct GraphEvents(Inbox<GraphEvent>);

/// Closes the graph when zenoh drops the callback, so that nobody waits on a closed session.
struct Feed {
    state: Arc<Watched<State>>,
    zid: String,
    /// Where mismatches go that take time to explain.
    explain: Sender<Mismatch>,
}

impl Feed {
    fn update(&self, sample: &Sample) {
        let key = sample.key_expr().as_str();
        match sample.kind() {
            SampleKind::Delete => self.state.change(|state| {
                state.changes += 1;
                for token in state.entities.delete(key) {
                    state.tell(&GraphEvent::Gone(token));
                }
            }),
            SampleKind::Put => match key.parse::<LivelinessToken>() {
                Ok(token) => {
                    let channels = self.state.change(|state| state.put(key, token, self));
                    channels.iter().for_each(|channel| channel.open());
                }
                Err(error) => tracing::warn!("ignored: {error}"),
            },
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.state.change(|state| {
            state.closed = true;
            state.listeners.clear();
        });
    }
}

impl State {
    /// Returns what is to be opened for it.
    fn put(&mut self, key: &str, token: LivelinessToken, feed: &Feed) -> Vec<Arc<BufferChannel>> {
        if !self.entities.put(key, &token) {
            return Vec::new();
        }
        self.changes += 1;
        let channels = self.channels.iter().filter_map(Weak::upgrade);
        let channels = channels.filter(|channel| is_buffered(&token, channel.key())).collect();
        let mismatches = self.entities.mismatches(&token, &feed.zid);
        self.tell(&GraphEvent::Appeared(token));
        for mismatch in mismatches {
            if !mismatch.is_about_types() {
                self.tell_mismatch(mismatch);
            } else if let Err(SendError(mismatch)) = feed.explain.send(mismatch) {
                self.tell_mismatch(mismatch);
            }
        }
        channels
    }

    fn tell_mismatch(&mut self, mismatch: Mismatch) {
        tracing::warn!("{mismatch}");
        self.tell(&GraphEvent::Mismatch(Box::new(mismatch)));
    }

    /// An inbox that does not keep what has room for everything is closed.
    fn tell(&mut self, event: &GraphEvent) {
        self.listeners.retain(|listener| listener.put(event.clone()).is_none());
    }
}

impl Graph {
    /// Mismatches of types go to `explain`, from where [`teller`](Self::teller) tells of them.
    pub(super) fn new(session: &Session, domain_id: u32, explain: Sender<Mismatch>) -> Result<Self> {
        let state = Arc::new(Watched::new(State::default()));
        let feed = Feed { state: Arc::clone(&state), zid: session.zid().to_string(), explain };
        // A callback: a bounded channel would stop zenoh's receive thread in the middle of the history.
        let subscriber = session
            .liveliness()
            .declare_subscriber(format!("{ADMIN_SPACE}/{domain_id}/**"))
            .history(true)
            .callback(move |sample| feed.update(&sample))
            .wait()
            .map_err(|error| transport_error("the liveliness tokens could not be subscribed to", &error))?;
        Ok(Self { state, _subscriber: subscriber })
    }

    /// Tells of a mismatch that was explained.
    pub(super) fn teller(&self) -> impl Fn(Mismatch) + Send + 'static {
        let state = Arc::clone(&self.state);
        move |mismatch| state.change(|state| state.tell_mismatch(mismatch))
    }

    /// The endpoints of one kind on a topic or service with this fully qualified name.
    #[must_use]
    pub fn endpoints(&self, kind: EntityKind, name: &str) -> Vec<LivelinessToken> {
        self.with(|entities| entities.endpoints(kind, name).cloned().collect())
    }

    /// How many endpoints of one kind there are on a topic or service with this fully qualified name.
    #[must_use]
    pub fn count(&self, kind: EntityKind, name: &str) -> usize {
        self.with(|entities| entities.endpoints(kind, name).count())
    }

    /// The tokens of all nodes and endpoints.
    #[must_use]
    pub fn tokens(&self) -> Vec<LivelinessToken> {
        self.with(|entities| entities.tokens().cloned().collect())
    }

    /// Opens a subscriber's channel as soon as a buffer-aware publisher of its key is there.
    pub(super) fn open_for_buffers(&self, channel: &Arc<BufferChannel>) {
        let is_needed = self.state.with(|state| {
            state.channels.retain(|channel| channel.strong_count() > 0);
            state.channels.push(Arc::downgrade(channel));
            state.entities.tokens().any(|token| is_buffered(token, channel.key()))
        });
        if is_needed {
            channel.open();
        }
    }

    /// All nodes, sorted; several of one name are several.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeName> {
        self.with(Entities::nodes)
    }

    /// The names of all topics or services that have an endpoint of one of these kinds, with their types.
    #[must_use]
    pub fn names_and_types(&self, kinds: &[EntityKind]) -> NamesAndTypes {
        self.with(|entities| entities.names_and_types(|_, endpoint| kinds.contains(&endpoint.kind)))
    }

    /// The names of the topics or services on which a node has an endpoint of one kind, with their types. Errors when
    /// there is no such node.
    pub fn names_and_types_by_node(&self, kind: EntityKind, qualified_node: &str) -> Result<NamesAndTypes> {
        self.with(|entities| {
            if !entities.has_node(qualified_node) {
                let message = format!("there is no node {qualified_node} in the graph");
                return Err(Error::new(ErrorKind::Argument, message));
            }
            Ok(entities.names_and_types(|token, endpoint| {
                endpoint.kind == kind
                    && names::qualified(&token.namespace, &token.node_name) == qualified_node
            }))
        })
    }

    /// All changes from now on; what is there already comes first, as what appeared.
    #[must_use]
    pub fn events(&self) -> GraphEvents {
        let (inbox, sender) = Inbox::new(None);
        self.state.with(|state| {
            for token in state.entities.tokens() {
                sender.put(GraphEvent::Appeared(token.clone()));
            }
            if !state.closed {
                state.listeners.push(sender);
            }
        });
        GraphEvents(inbox)
    }

    /// All endpoints that do not match, in this session or elsewhere; what differs between types is for an
    /// [`Explainer`](super::Explainer).
    #[must_use]
    pub fn mismatches(&self) -> Vec<Mismatch> {
        self.with(Entities::all_mismatches)
    }

    /// Waits until nothing has changed for some time, but no longer than `at_most`. Errors when the context is closed
    /// meanwhile.
    pub fn settle(&self, quiet: Duration, at_most: Duration) -> Result<()> {
        fork::check()?;
        let started = Instant::now();
        let mut seen = self.state.with(|state| state.changes);
        loop {
            let left = at_most.saturating_sub(started.elapsed()).min(quiet);
            let changed = self.state.wait(Some(left), |state| match state.closed {
                true => Some(Err(closed())),
                false => (state.changes != seen).then_some(Ok(state.changes)),
            });
            match changed.transpose()? {
                Some(changes) if started.elapsed() < at_most => seen = changes,
                _ => return Ok(()),
            }
        }
    }

    /// Waits until there are `count` endpoints or more; whether there are when the time is up. Errors when the context
    /// is closed meanwhile.
    pub fn wait_for(&self, kind: EntityKind, name: &str, count: usize, timeout: Duration) -> Result<bool> {
        self.wait_until(timeout, |entities| entities.endpoints(kind, name).count() >= count)
    }

    /// Waits until there are no endpoints of the kind; whether there are none when the time is up.
    pub fn wait_for_none(&self, kind: EntityKind, name: &str, timeout: Duration) -> Result<bool> {
        self.wait_until(timeout, |entities| entities.endpoints(kind, name).next().is_none())
    }

    /// Waits until there is a node of this fully qualified name; whether there is one when the time is up.
    pub fn wait_for_node(&self, qualified_name: &str, timeout: Duration) -> Result<bool> {
        self.wait_until(timeout, |entities| entities.has_node(qualified_name))
    }

    /// Waits until there is an endpoint that fits; whether there is one when the time is up.
    pub fn wait_for_endpoint(&self, timeout: Duration, fits: impl Fn(&Endpoint) -> bool) -> Result<bool> {
        self.wait_until(timeout, |entities| entities.any_endpoint(&fits))
    }

    fn with<R>(&self, using: impl FnOnce(&Entities) -> R) -> R {
        self.state.with(|state| using(&state.entities))
    }

    fn wait_until(&self, timeout: Duration, ready: impl Fn(&Entities) -> bool) -> Result<bool> {
        fork::check()?;
        let found = self.state.wait(Some(timeout), |state| match (ready(&state.entities), state.closed) {
            (true, _) => Some(Ok(true)),
            (false, true) => Some(Err(closed())),
            (false, false) => None,
        });
        found.unwrap_or(Ok(false))
    }
}

impl GraphEvents {
    /// The next change; `None` when the time is up. Without a time-out it waits for ever. Errors when the context is
    /// closed, also while waiting.
    pub fn next(&self, timeout: Option<Duration>) -> Result<Option<GraphEvent>> {
        fork::check()?;
        self.0.take(timeout).map_err(|error| Error::new(error.kind(), "the context was closed"))
    }

    /// Ends them, and wakes whoever waits for one.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Drop for GraphEvents {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the context was closed")
}

/// Whether it is a publisher on this key that also writes on channels for buffers.
fn is_buffered(token: &LivelinessToken, key: &str) -> bool {
    let is_aware =
        |endpoint: &Endpoint| endpoint.kind == EntityKind::Publisher && endpoint.backends.is_some();
    token.endpoint.as_ref().is_some_and(is_aware)
        && token.topic_key().is_some_and(|topic| topic.to_string() == key)
}

/// Announces an entity.
pub(super) fn declare_token(session: &Session, token: &LivelinessToken) -> zenoh::Result<Declaration> {
    session.liveliness().declare_token(token.to_string()).wait()
}
