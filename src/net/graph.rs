//! [`Graph`]: every node and endpoint of the domain, from their liveliness tokens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::pubsub::Subscriber;
use zenoh::sample::{Sample, SampleKind};
use zenoh::{Session, Wait};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{ADMIN_SPACE, EntityKind, LivelinessToken};

use super::transport_error;
use super::wait::Watched;

/// A live view of the domain. It fills while the session hears of others, so a fresh one may still miss some: wait
/// for what is needed.
pub struct Graph {
    entities: Arc<Watched<Entities>>,
    _subscriber: Subscriber<()>,
}

/// Keyed by key expression: the same token arrives again when a connection is made a second way.
#[derive(Debug, Default)]
struct Entities {
    tokens: BTreeMap<String, LivelinessToken>,
    closed: bool,
}

/// Closes the graph when zenoh drops the callback, so that nobody waits on a closed session.
struct Feed(Arc<Watched<Entities>>);

impl Feed {
    fn update(&self, sample: &Sample) {
        let key = sample.key_expr().as_str();
        match sample.kind() {
            SampleKind::Delete => _ = self.0.change(|entities| entities.tokens.remove(key)),
            SampleKind::Put => match key.parse::<LivelinessToken>() {
                Ok(token) => _ = self.0.change(|entities| entities.tokens.insert(key.to_owned(), token)),
                Err(error) => tracing::warn!("ignored: {error}"),
            },
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.change(|entities| entities.closed = true);
    }
}

impl Graph {
    pub(super) fn new(session: &Session, domain_id: u32) -> Result<Self> {
        let entities = Arc::new(Watched::new(Entities::default()));
        let feed = Feed(Arc::clone(&entities));
        // A callback: a bounded channel would stop zenoh's receive thread in the middle of the history.
        let subscriber = session
            .liveliness()
            .declare_subscriber(format!("{ADMIN_SPACE}/{domain_id}/**"))
            .history(true)
            .callback(move |sample| feed.update(&sample))
            .wait()
            .map_err(|error| transport_error("the liveliness tokens could not be subscribed to", &error))?;
        Ok(Self { entities, _subscriber: subscriber })
    }

    /// The endpoints of one kind on a topic or service with this fully qualified name.
    #[must_use]
    pub fn endpoints(&self, kind: EntityKind, name: &str) -> Vec<LivelinessToken> {
        self.entities.with(|entities| entities.endpoints(kind, name).cloned().collect())
    }

    /// How many endpoints of one kind there are on a topic or service with this fully qualified name.
    #[must_use]
    pub fn count(&self, kind: EntityKind, name: &str) -> usize {
        self.entities.with(|entities| entities.endpoints(kind, name).count())
    }

    /// The tokens of all nodes and endpoints.
    #[must_use]
    pub fn tokens(&self) -> Vec<LivelinessToken> {
        self.entities.with(|entities| entities.tokens.values().cloned().collect())
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

    fn wait_until(&self, timeout: Duration, ready: impl Fn(&Entities) -> bool) -> Result<bool> {
        let found = self.entities.wait(Some(timeout), |entities| match (ready(entities), entities.closed) {
            (true, _) => Some(Ok(true)),
            (false, true) => Some(Err(Error::new(ErrorKind::Closed, "the context was closed"))),
            (false, false) => None,
        });
        found.unwrap_or(Ok(false))
    }
}

impl Entities {
    fn endpoints<'a>(&'a self, kind: EntityKind, name: &'a str) -> impl Iterator<Item = &'a LivelinessToken> {
        self.tokens.values().filter(move |token| {
            token.endpoint.as_ref().is_some_and(|endpoint| endpoint.kind == kind && endpoint.topic == name)
        })
    }
}

/// Announces an entity.
pub(super) fn declare_token(session: &Session, token: &LivelinessToken) -> zenoh::Result<Declaration> {
    session.liveliness().declare_token(token.to_string()).wait()
}
