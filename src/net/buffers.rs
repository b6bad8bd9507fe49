//! [`BufferChannel`]: what a subscriber hears of buffer-aware publishers (Lyrical and later).
//!
//! Such a publisher has `backends` in its token and writes on its topic's key only while it counts a plain subscription
//! of a compatible quality of service. Otherwise everything goes to the channels of those that are buffer-aware too; the
//! one for processors carries plain CDR with a plain attachment. No message takes both ways. A subscriber listens there
//! as soon as such a publisher is in the graph, and nowhere else in a system that has none.

use std::sync::{Arc, OnceLock, Weak};

use zenoh::Wait;
use zenoh::pubsub::Subscriber;

use crate::rmw::CPU_CHANNEL;

use super::context::Context;
use super::entity::Entity;
use super::inbox::InboxSender;
use super::received::Received;
use super::subscriber::deliver;

/// The second ear of a subscriber, which the graph opens.
pub(super) struct BufferChannel {
    context: Context,
    key: String,
    topic: String,
    /// Weak, so that the inbox closes with the subscriber itself.
    sender: Weak<InboxSender<Received>>,
    subscriber: OnceLock<Option<Subscriber<()>>>,
}

impl BufferChannel {
    pub(super) fn new(entity: &Entity, sender: &Arc<InboxSender<Received>>) -> Arc<Self> {
        Arc::new(Self {
            context: entity.node.context().clone(),
            key: entity.key.clone(),
            topic: entity.topic.clone(),
            sender: Arc::downgrade(sender),
            subscriber: OnceLock::new(),
        })
    }

    /// The key of the topic.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Listens, unless it does already. Runs on zenoh's receive thread.
    pub(super) fn open(&self) {
        self.subscriber.get_or_init(|| {
            let (topic, sender) = (self.topic.clone(), self.sender.clone());
            let declared = self
                .context
                .session()
                .declare_subscriber(format!("{}/{CPU_CHANNEL}", self.key))
                .callback(move |sample| {
                    if let Some(sender) = sender.upgrade() {
                        deliver(&sample, &topic, &sender);
                    }
                })
                .wait();
            declared
                .inspect_err(|error| tracing::warn!("buffers on {} cannot be heard: {error}", self.topic))
                .ok()
        });
    }
}
