//! [`Subscriber`]: receives payloads with their attachments.

use std::sync::Arc;
use std::time::Duration;

use zenoh::Wait;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::sample::Sample;
use zenoh_ext::{AdvancedSubscriber, AdvancedSubscriberBuilderExt, HistoryConfig, RecoveryConfig};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{Durability, History, Reliability};

use super::buffers::BufferChannel;
use super::context::{Context, Slot, Undeclare};
use super::entity::Entity;
use super::fork;
use super::graph::declare_token;
use super::inbox::{Inbox, InboxSender, Waker};
use super::received::Received;

/// History is asked for until it comes, as genuine subscribers do.
const QUERY_TIMEOUT: Duration = Duration::from_millis(u64::MAX);

/// A subscriber; it may be used by many threads at once. It is taken back by [`close`](Self::close) or when dropped.
pub struct Subscriber {
    entity: Entity,
    inbox: Inbox<Received>,
    declared: Arc<Slot<Declared>>,
}

/// The token is taken back first, so it stands first.
struct Declared {
    _token: Declaration,
    _inlet: Inlet,
    _buffers: Arc<BufferChannel>,
}

/// Only transient local needs the advanced subscriber, whose callbacks run under a lock.
enum Inlet {
    Plain { _subscriber: zenoh::pubsub::Subscriber<()> },
    TransientLocal { _subscriber: Box<AdvancedSubscriber<()>> },
}

impl Subscriber {
    pub(super) fn new(entity: Entity) -> Result<Self> {
        let context = entity.node.context();
        let refuse = |error| {
            context.error(&format!("the subscriber of {} could not be declared", entity.topic), &error)
        };
        let keeps_all = entity.qos.history == History::KeepAll;
        let (inbox, sender) = Inbox::new((!keeps_all).then_some(entity.qos.depth));
        let sender = Arc::new(sender);
        let buffers = BufferChannel::new(&entity, &sender);
        let inlet = Inlet::declare(context, &entity, sender).map_err(refuse)?;
        let token = declare_token(context.session(), &entity.token).map_err(refuse)?;
        let declared = Slot::new(Declared { _token: token, _inlet: inlet, _buffers: Arc::clone(&buffers) });
        context.graph().open_for_buffers(&buffers);
        entity.node.own(&declared);
        Ok(Self { entity, inbox, declared })
    }

    /// The oldest message that was not taken yet; `None` when the time is up. Without a time-out it waits for ever.
    /// Errors when the subscriber is closed, also while waiting.
    pub fn recv(&self, timeout: Option<Duration>) -> Result<Option<Received>> {
        fork::check()?;
        self.inbox.take(timeout).map_err(|error| self.closed(&error))
    }

    /// The oldest message that was not taken yet, if there is one.
    pub fn try_recv(&self) -> Result<Option<Received>> {
        fork::check()?;
        self.inbox.try_take().map_err(|error| self.closed(&error))
    }

    /// Has `waker` woken when a message comes or the subscriber is closed, as long as it is there and armed.
    pub fn wake(&self, waker: &Arc<Waker>) {
        self.inbox.watch(waker);
    }

    /// Whether it was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inbox.is_closed()
    }

    /// How many messages were dropped because nobody took them in time.
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
        self.declared.undeclare();
    }

    /// Errors when it was closed.
    #[cfg_attr(not(feature = "python"), allow(dead_code))]
    pub(crate) fn check_open(&self) -> Result<()> {
        fork::check()?;
        match self.is_closed() {
            true => Err(self.closed(&Error::new(ErrorKind::Closed, ""))),
            false => Ok(()),
        }
    }

    fn closed(&self, error: &Error) -> Error {
        Error::new(error.kind(), format!("the subscriber of {} was closed", self.entity.topic))
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inlet {
    fn declare(
        context: &Context,
        entity: &Entity,
        sender: Arc<InboxSender<Received>>,
    ) -> zenoh::Result<Self> {
        let (topic, qos) = (entity.topic.clone(), &entity.qos);
        let builder = context
            .session()
            .declare_subscriber(entity.key.clone())
            .callback(move |sample| deliver(&sample, &topic, &sender));
        if qos.durability != Durability::TransientLocal {
            return builder.wait().map(|_subscriber| Self::Plain { _subscriber });
        }
        let history = HistoryConfig::default().detect_late_publishers().max_samples(qos.depth);
        let builder = builder.history(history).subscriber_detection().query_timeout(QUERY_TIMEOUT);
        let builder = match qos.reliability {
            Reliability::Reliable => builder.recovery(RecoveryConfig::default().heartbeat()),
            _ => builder,
        };
        builder.wait().map(|subscriber| Self::TransientLocal { _subscriber: Box::new(subscriber) })
    }
}

/// Runs on zenoh's receive thread: it may neither wait nor fail.
pub(super) fn deliver(sample: &Sample, topic: &str, sender: &InboxSender<Received>) {
    match Received::new(sample.payload(), sample.attachment()) {
        // What an inbox does not keep it counts.
        Ok(received) => _ = sender.put(received),
        Err(error) => tracing::warn!("a message on {topic} was dropped: {error}"),
    }
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").field("topic", &self.entity.topic).finish_non_exhaustive()
    }
}
