//! [`Publisher`]: sends payloads with their attachments.

use std::sync::Arc;
use std::time::Duration;

use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::qos::{CongestionControl, Reliability as Delivery};
use zenoh_ext::{AdvancedPublisher, AdvancedPublisherBuilderExt, CacheConfig, MissDetectionConfig};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{Attachment, Durability, Gid, History, QosProfile, Reliability};

use super::context::{Context, Slot, Undeclare};
use super::entity::Entity;
use super::fork;
use super::graph::declare_token;
use super::received::now;
use super::shared_memory::Loan;

const HEARTBEAT: Duration = Duration::from_millis(500);

/// A publisher; it may be used by many threads at once. It is taken back by [`close`](Self::close) or when dropped.
pub struct Publisher {
    entity: Entity,
    declared: Arc<Slot<Declared>>,
}

/// What is declared of a publisher, which does not hold on to its node. The token is taken back first, so it stands first.
pub(super) struct Declared {
    _token: Declaration,
    outlet: Outlet,
    sequence_number: i64,
}

/// Only transient local needs the advanced publisher; without a cache it would send the same bytes as a plain one.
enum Outlet {
    Plain(zenoh::pubsub::Publisher<'static>),
    TransientLocal(Box<AdvancedPublisher<'static>>),
}

impl Publisher {
    pub(super) fn new(entity: Entity) -> Result<Self> {
        let declared = Declared::declare(&entity)?;
        entity.node.own(&declared);
        Ok(Self { entity, declared })
    }

    /// Sends one message: CDR with its encapsulation. Blocks only if the quality of service says so (reliable and keep
    /// all), or where the shared memory is full and [`WhenFull::Block`](super::WhenFull) was asked for.
    pub fn publish(&self, payload: impl Into<ZBytes>) -> Result<()> {
        let payload = payload.into();
        let shared = if self.shares(&payload) { self.share(&payload, None)? } else { None };
        self.send(shared.unwrap_or(payload))
    }

    /// Whether a payload is to go into the shared memory of the context first.
    pub(crate) fn shares(&self, payload: &ZBytes) -> bool {
        let pool = self.entity.node.context().shared_memory();
        pool.is_some_and(|pool| pool.wants(payload.len())) && payload.as_shm().is_none()
    }

    /// The payload in shared memory, or as it is; `None` when the time is up.
    pub(crate) fn share(&self, payload: &ZBytes, timeout: Option<Duration>) -> Result<Option<ZBytes>> {
        fork::check()?;
        match self.entity.node.context().shared_memory() {
            Some(pool) => pool.share(payload, timeout),
            None => Ok(Some(payload.clone())),
        }
    }

    /// Memory for a payload of that many bytes, to be written in place and [published](Self::publish) without a copy;
    /// `None` when the time is up.
    pub fn loan(&self, length: usize, timeout: Option<Duration>) -> Result<Option<Loan>> {
        self.check_open()?;
        Loan::new(self.entity.node.context().shared_memory(), length, timeout)
    }

    /// Sends a payload as it is.
    pub(crate) fn send(&self, payload: ZBytes) -> Result<()> {
        fork::check()?;
        let Entity { node, topic, gid, .. } = &self.entity;
        match self.declared.with(|declared| declared.send(payload, *gid)) {
            Some(sent) => sent.map_err(|error| {
                node.context().error(&format!("a message on {topic} could not be sent"), &error)
            }),
            None => Err(self.closed()),
        }
    }

    /// Whether messages have somewhere to go by now. A subscriber's token may be there before that: what is published in
    /// between reaches nobody.
    pub fn has_route(&self) -> Result<bool> {
        let routed = self.declared.with(|declared| match &declared.outlet {
            Outlet::Plain(publisher) => publisher.matching_status().wait(),
            Outlet::TransientLocal(publisher) => publisher.matching_status().wait(),
        });
        let what = || format!("the subscribers of {} could not be asked for", self.entity.topic);
        match routed {
            Some(Ok(status)) => Ok(status.matching()),
            Some(Err(error)) => Err(self.entity.node.context().error(&what(), &error)),
            None => Err(Error::new(ErrorKind::Closed, format!("{}: the publisher was closed", what()))),
        }
    }

    /// Errors when it was closed.
    pub(crate) fn check_open(&self) -> Result<()> {
        fork::check()?;
        self.declared.with(|_| ()).ok_or_else(|| self.closed())
    }

    fn closed(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the publisher of {} was closed", self.entity.topic))
    }

    /// Who it is.
    #[must_use]
    pub fn entity(&self) -> &Entity {
        &self.entity
    }

    /// Takes it back. Closing again does nothing.
    pub fn close(&self) {
        self.declared.undeclare();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.close();
    }
}

impl Declared {
    pub(super) fn declare(entity: &Entity) -> Result<Arc<Slot<Self>>> {
        let context = entity.node.context();
        let refuse = |error| {
            context.error(&format!("the publisher of {} could not be declared", entity.topic), &error)
        };
        let outlet = Outlet::declare(context, entity).map_err(refuse)?;
        let token = declare_token(context.session(), &entity.token).map_err(refuse)?;
        Ok(Slot::new(Self { _token: token, outlet, sequence_number: 0 }))
    }

    /// Numbered under the lock, so that messages leave in the order of their numbers.
    pub(super) fn send(&mut self, payload: ZBytes, source_gid: Gid) -> zenoh::Result<()> {
        self.sequence_number += 1;
        let (sequence_number, source_timestamp) = (self.sequence_number, now());
        let attachment = Attachment { sequence_number, source_timestamp, source_gid };
        let bytes = attachment.to_bytes().to_vec();
        match &self.outlet {
            Outlet::Plain(publisher) => publisher.put(payload).attachment(bytes).wait(),
            Outlet::TransientLocal(publisher) => publisher.put(payload).attachment(bytes).wait(),
        }
    }
}

impl Outlet {
    fn declare(context: &Context, Entity { key, qos, .. }: &Entity) -> zenoh::Result<Self> {
        let (delivery, congestion_control) = delivery(qos);
        let builder = context
            .session()
            .declare_publisher(key.clone())
            .reliability(delivery)
            .congestion_control(congestion_control);
        if qos.durability != Durability::TransientLocal {
            return builder.wait().map(Self::Plain);
        }
        let builder = builder.cache(CacheConfig::default().max_samples(qos.depth)).publisher_detection();
        let builder = match delivery {
            Delivery::BestEffort => builder,
            Delivery::Reliable => {
                builder.sample_miss_detection(MissDetectionConfig::default().sporadic_heartbeat(HEARTBEAT))
            }
        };
        builder.wait().map(|publisher| Self::TransientLocal(Box::new(publisher)))
    }
}

/// How Zenoh delivers what this profile asks for. Only reliable and keep-all may make the sender wait.
fn delivery(qos: &QosProfile) -> (Delivery, CongestionControl) {
    match (qos.reliability, qos.history) {
        (Reliability::Reliable, History::KeepAll) => (Delivery::Reliable, CongestionControl::Block),
        (Reliability::Reliable, _) => (Delivery::Reliable, CongestionControl::Drop),
        _ => (Delivery::BestEffort, CongestionControl::Drop),
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("topic", &self.entity.topic).finish_non_exhaustive()
    }
}
