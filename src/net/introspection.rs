//! Service introspection: servers and clients that tell of their requests and responses on `<service>/_service_event`.
//!
//! Nothing is told unless [`Server::configure_introspection`] or [`Client::configure_introspection`] asks for it, at any
//! time. Each of them has a publisher of its own, as in `rcl`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::Client;
use super::entity::Entity;
use super::publisher::Publisher;
use super::received::{now, seconds};
use super::server::{RequestId, Server};
use crate::codec::{Endian, Plan, Value, decode_value, encode_value};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::QosProfile;

/// What the topic of a service's events is called, below the service.
pub(crate) const TOPIC: &str = "_service_event";

/// What is told of requests and responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Introspection {
    /// Nothing.
    #[default]
    Off,
    /// That they are sent and received: when, by which client, and its number.
    Metadata,
    /// That, and what is in them.
    Contents,
}

/// What happened, with the numbers of `service_msgs/msg/ServiceEventInfo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    RequestSent,
    RequestReceived,
    ResponseSent,
    ResponseReceived,
}

impl Moment {
    fn is_of_request(self) -> bool {
        matches!(self, Self::RequestSent | Self::RequestReceived)
    }
}

/// Whether a server or client tells of what it does, and how.
#[derive(Default)]
pub(super) struct Introspected {
    /// Looked at for each request and response, where almost nobody tells of any.
    is_on: AtomicBool,
    is_closed: AtomicBool,
    events: Mutex<Option<Arc<Events>>>,
}

struct Events {
    level: Introspection,
    publisher: Arc<Publisher>,
    event: Arc<Plan>,
    request: Arc<Plan>,
    response: Arc<Plan>,
}

impl Introspected {
    /// The registry has the type of the service; its publisher stays what it is while only the level changes.
    pub(super) fn configure(
        &self,
        entity: &Entity,
        level: Introspection,
        registry: &Registry,
        qos: QosProfile,
    ) -> Result<()> {
        let (mut events, qos) = (self.lock(), qos.normalized()?);
        if self.is_closed.load(Ordering::Relaxed) {
            let message = format!("the {} of {} was closed", entity.kind().name(), entity.topic());
            return Err(Error::new(ErrorKind::Closed, message));
        }
        if level == Introspection::Off {
            self.is_on.store(false, Ordering::Release);
            *events = None;
            return Ok(());
        }
        let publisher = events.as_ref().map(|events| &events.publisher);
        let publisher = publisher.filter(|publisher| *publisher.entity().qos() == qos).map(Arc::clone);
        *events = Some(Arc::new(Events::new(entity, (level, qos), registry, publisher)?));
        self.is_on.store(true, Ordering::Release);
        Ok(())
    }

    /// Tells that something happened. The payload is made only where it is wanted. May run on zenoh's receive thread: it
    /// does not fail.
    pub(super) fn tell<'p, B: AsRef<[u8]> + 'p>(
        &self,
        moment: Moment,
        id: RequestId,
        payload: impl FnOnce() -> B,
    ) {
        if !self.is_on.load(Ordering::Acquire) {
            return;
        }
        let Some(events) = self.lock().clone() else { return };
        let told = events.message(moment, id, payload).and_then(|event| events.publisher.publish(event));
        if let Err(error) = told
            && error.kind() != ErrorKind::Closed
        {
            tracing::warn!("{id}: its event could not be told: {error}");
        }
    }

    /// Takes the publisher back.
    pub(super) fn close(&self) {
        self.is_on.store(false, Ordering::Release);
        let mut events = self.lock();
        self.is_closed.store(true, Ordering::Relaxed);
        let taken = events.take();
        drop(events);
        drop(taken);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Events>>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Events {
    fn new(
        entity: &Entity,
        (level, qos): (Introspection, QosProfile),
        registry: &Registry,
        publisher: Option<Arc<Publisher>>,
    ) -> Result<Self> {
        let service = entity.type_name();
        let ours = entity.token().endpoint.as_ref().map(|endpoint| endpoint.type_hash.as_str());
        let theirs = registry.hash(service)?.to_string();
        if entity.node().context().distro().has_type_hashes() && ours != Some(theirs.as_str()) {
            let message = format!("{} has another definition of the type than the registry", entity.topic());
            return Err(Error::new(ErrorKind::TypeMismatch, message).in_type(service));
        }
        let plan = |part: &str| Plan::compile(&registry.describe(&service.derived(part))?);
        let (event, request, response) = (plan("Event")?, plan("Request")?, plan("Response")?);
        let publisher = match publisher {
            Some(publisher) => publisher,
            None => {
                let (node, topic) = (entity.node(), format!("{}/{TOPIC}", entity.topic()));
                node.describe(event.description(), registry)?;
                let hash = event.hash().to_string();
                Arc::new(node.create_publisher(&topic, event.type_name(), &hash, qos)?)
            }
        };
        Ok(Self { level, publisher, event, request, response })
    }

    fn message<B: AsRef<[u8]>>(
        &self,
        moment: Moment,
        id: RequestId,
        payload: impl FnOnce() -> B,
    ) -> Result<Vec<u8>> {
        let (sec, nanosec) = seconds(now());
        let stamp = message([("sec", Value::Int(sec.into())), ("nanosec", Value::UInt(nanosec.into()))]);
        let info = message([
            ("event_type", Value::UInt(moment as u64)),
            ("stamp", stamp),
            ("client_gid", Value::Bytes(id.client_gid.0.to_vec())),
            ("sequence_number", Value::Int(id.sequence_number)),
        ]);
        let mut event = vec![("info", info)];
        if self.level == Introspection::Contents {
            let (field, plan) = match moment.is_of_request() {
                true => ("request", &self.request),
                false => ("response", &self.response),
            };
            event.push((field, Value::List(vec![decode_value(plan, payload().as_ref())?])));
        }
        encode_value(&self.event, &message(event), Endian::Little)
    }
}

fn message(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Message(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

impl Server {
    /// Tells on `<service>/_service_event` of requests that are taken and responses that are sent, from now on, or no more.
    /// The registry has the type of the service. [`QosProfile::SYSTEM_DEFAULT`] is what ROS takes for the events.
    pub fn configure_introspection(
        &self,
        level: Introspection,
        registry: &Registry,
        qos: QosProfile,
    ) -> Result<()> {
        self.introspected().configure(self.entity(), level, registry, qos)
    }
}

impl Client {
    /// Tells on `<service>/_service_event` of requests that are sent and responses that come, from now on, or no more, as
    /// [`Server::configure_introspection`] does.
    pub fn configure_introspection(
        &self,
        level: Introspection,
        registry: &Registry,
        qos: QosProfile,
    ) -> Result<()> {
        self.introspected().configure(self.entity(), level, registry, qos)
    }
}
