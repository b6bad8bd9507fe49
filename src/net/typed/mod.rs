//! Endpoints of Rust types that serde knows, beside those of payloads.
//!
//! A Rust type is that of a message if its fields have the names and the types of the message's fields, in their order:
//! `bool`, `i8` to `u64`, `f32`, `f64`, `String`, `Vec<T>` for sequences, `[T; N]` for arrays, structs for messages, and
//! `Vec<u32>` for the units of a wide string. A struct that is read is compared with the message type when its endpoint is
//! created; a value that is written, before it is written, with its texts and the bounds of its sequences. Nothing else
//! leaves.

mod place;
mod reads;
mod writes;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use byteorder::{BigEndian, LittleEndian};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::{Encapsulation, Endian, HEADER_SIZE, Plan, validate};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::QosProfile;
use crate::schema::{DefinitionKind, TypeName};

use super::client::Client;
use super::node::Node;
use super::publisher::Publisher;
use super::received::Received;
use super::server::{RequestId, Server};
use super::subscriber::Subscriber;

const REQUEST: &str = "Request";
const RESPONSE: &str = "Response";

/// A message type, and the Rust type of its messages.
#[derive(Debug)]
pub(super) struct Format<T> {
    plan: Arc<Plan>,
    rust: PhantomData<fn(T) -> T>,
}

impl<T> Format<T> {
    fn new(registry: &Registry, type_name: &TypeName) -> Result<Self> {
        Ok(Self::of(Plan::compile(&registry.describe(type_name)?)?))
    }

    pub(super) fn of(plan: Arc<Plan>) -> Self {
        Self { plan, rust: PhantomData }
    }
}

impl<T: Serialize> Format<T> {
    pub(super) fn encode(&self, value: &T) -> Result<Vec<u8>> {
        writes::check(&self.plan, value)?;
        let mut payload = Encapsulation::header(Endian::Little).to_vec();
        cdr_encoding::to_writer::<T, LittleEndian, _>(&mut payload, value)
            .map_err(|error| Error::new(ErrorKind::Type, error.to_string()).in_type(self.plan.type_name()))?;
        if self.plan.root().fields.is_empty() {
            // The placeholder of a message that declares no fields.
            payload.push(0);
        }
        Ok(payload)
    }
}

impl<T: DeserializeOwned> Format<T> {
    pub(super) fn checked(self) -> Result<Self> {
        reads::check::<T>(&self.plan)?;
        Ok(self)
    }

    pub(super) fn decode(&self, received: &Received) -> Result<T> {
        let payload = received.payload.as_slice();
        validate(&self.plan, payload)?;
        let body = payload.get(HEADER_SIZE..).unwrap_or_default();
        let decoded = match Encapsulation::read(payload)?.endian {
            Endian::Little => cdr_encoding::from_bytes::<T, LittleEndian>(body),
            Endian::Big => cdr_encoding::from_bytes::<T, BigEndian>(body),
        };
        decoded
            .map(|(value, _)| value)
            .map_err(|error| Error::new(ErrorKind::Type, error.to_string()).in_type(self.plan.type_name()))
    }
}

/// A publisher of messages of a Rust type.
#[derive(Debug)]
pub struct TypedPublisher<T> {
    publisher: Publisher,
    format: Format<T>,
}

impl<T: Serialize> TypedPublisher<T> {
    /// Sends one message. Errors where it is no message of the type: another shape, a text with a NUL, a sequence over its
    /// bound; and as [`Publisher::publish`] does.
    pub fn publish(&self, message: &T) -> Result<()> {
        self.publisher.publish(self.format.encode(message)?)
    }

    /// The publisher of payloads that it is.
    pub fn untyped(&self) -> &Publisher {
        &self.publisher
    }
}

/// A subscriber to messages of a Rust type.
#[derive(Debug)]
pub struct TypedSubscriber<T> {
    subscriber: Subscriber,
    format: Format<T>,
}

impl<T: DeserializeOwned> TypedSubscriber<T> {
    /// The oldest message that was not taken yet; `None` when the time is up. Without a time-out it waits for ever.
    /// Errors for a message that is malformed, or that the Rust type refuses: it is taken then. Errors when the subscriber
    /// is closed, also while waiting.
    pub fn recv(&self, timeout: Option<Duration>) -> Result<Option<T>> {
        self.subscriber.recv(timeout)?.map(|received| self.format.decode(&received)).transpose()
    }

    /// As [`recv`](Self::recv), with what is known of the message beside its content.
    pub fn recv_with_info(&self, timeout: Option<Duration>) -> Result<Option<(T, Received)>> {
        let Some(received) = self.subscriber.recv(timeout)? else { return Ok(None) };
        Ok(Some((self.format.decode(&received)?, received)))
    }

    /// The oldest message that was not taken yet, if there is one.
    pub fn try_recv(&self) -> Result<Option<T>> {
        self.subscriber.try_recv()?.map(|received| self.format.decode(&received)).transpose()
    }

    /// The subscriber to payloads that it is.
    pub fn untyped(&self) -> &Subscriber {
        &self.subscriber
    }
}

/// A client of a service whose requests and responses are of Rust types.
#[derive(Debug)]
pub struct TypedClient<Q, S> {
    client: Client,
    request: Format<Q>,
    response: Format<S>,
}

impl<Q: Serialize, S: DeserializeOwned> TypedClient<Q, S> {
    /// Calls the service and waits for the response, as [`Client::call`] does.
    pub fn call(&self, request: &Q, timeout: Option<Duration>) -> Result<S> {
        self.response.decode(&self.client.call(self.request.encode(request)?, timeout)?)
    }

    /// The client of payloads that it is.
    pub fn untyped(&self) -> &Client {
        &self.client
    }
}

/// A server of a service whose requests and responses are of Rust types.
#[derive(Debug)]
pub struct TypedServer<Q, S> {
    server: Server,
    request: Format<Q>,
    response: Format<S>,
}

impl<Q: DeserializeOwned, S: Serialize> TypedServer<Q, S> {
    /// The oldest request that was not taken yet, with what it is answered by; `None` when the time is up. A malformed
    /// request is dropped, as its client learns. Errors when the server is closed, also while waiting.
    pub fn take_request(&self, timeout: Option<Duration>) -> Result<Option<(RequestId, Q)>> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let Some(received) = self.server.take_request(left)? else { return Ok(None) };
            let id = RequestId::from(&received.attachment);
            match self.request.decode(&received) {
                Ok(request) => return Ok(Some((id, request))),
                Err(error) => {
                    tracing::warn!("{id} to {} was dropped: {error}", self.server.entity().topic());
                    // It is not pending any more when the server is closed meanwhile.
                    _ = self.server.drop_request(id);
                }
            }
        }
    }

    /// Answers a request, as [`Server::send_response`] does.
    pub fn send_response(&self, id: RequestId, response: &S) -> Result<()> {
        self.server.send_response(id, self.response.encode(response)?)
    }

    /// The server of payloads that it is.
    pub fn untyped(&self) -> &Server {
        &self.server
    }
}

/// What a name in a registry stands for.
struct Named {
    type_name: TypeName,
    hash: String,
}

impl Named {
    /// Tells the others of the type as well.
    fn find(node: &Node, registry: &Registry, name: &str, kind: DefinitionKind) -> Result<Self> {
        let found = registry.find(name)?;
        if found.kind != kind {
            let expected = if kind == DefinitionKind::Message { "message" } else { "service" };
            let message = format!("`{}` is not a {expected}", found.type_name);
            return Err(Error::new(ErrorKind::UnknownType, message));
        }
        let type_name = found.type_name.clone();
        let hash = registry.hash(&type_name)?.to_string();
        node.describe(&registry.describe(&type_name)?, registry)?;
        Ok(Self { type_name, hash })
    }
}

impl Node {
    /// A publisher of messages of a Rust type: those of the type that this name has in the registry. Each message is
    /// compared with it before it is written.
    ///
    /// A Rust type is that of a message if its fields have the names and the types of the message's, in their order:
    /// `bool`, `i8` to `u64`, `f32`, `f64`, `String`, `Vec<T>` for sequences, `[T; N]` for arrays, structs for messages.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ros_z_dynamic::net::{ContextBuilder, Router};
    /// use ros_z_dynamic::registry::Registry;
    /// use ros_z_dynamic::rmw::QosProfile;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, Serialize, Deserialize)]
    /// struct Text {
    ///     data: String,
    /// }
    ///
    /// let router = Router::open("tcp/127.0.0.1:0")?;
    /// let context = ContextBuilder::new().with_router_endpoint(router.endpoint()).build()?;
    /// let node = context.create_node("talker").build()?;
    /// let types = Registry::new();
    /// let subscriber = node.subscriber::<Text>("chatter", "std_msgs/String", &types, QosProfile::DEFAULT)?;
    /// let publisher = node.publisher::<Text>("chatter", "std_msgs/String", &types, QosProfile::DEFAULT)?;
    /// publisher.publish(&Text { data: "hi".to_owned() })?;
    /// let message = subscriber.recv(Some(Duration::from_secs(5)))?;
    /// assert_eq!(message.map(|text| text.data).as_deref(), Some("hi"));
    ///
    /// let refused = node.subscriber::<Text>("flag", "std_msgs/Bool", &types, QosProfile::DEFAULT).unwrap_err();
    /// assert_eq!(refused.to_string(), "std_msgs/msg/Bool.data: bool belongs here, and the Rust type has a text");
    /// # Ok::<(), ros_z_dynamic::Error>(())
    /// ```
    pub fn publisher<T: Serialize>(
        &self,
        topic: &str,
        type_name: &str,
        registry: &Registry,
        qos: QosProfile,
    ) -> Result<TypedPublisher<T>> {
        let Named { type_name, hash } = Named::find(self, registry, type_name, DefinitionKind::Message)?;
        let format = Format::new(registry, &type_name)?;
        Ok(TypedPublisher { publisher: self.create_publisher(topic, &type_name, &hash, qos)?, format })
    }

    /// A subscriber to messages of the type that this name has in the registry, as a Rust type. Errors when the Rust type
    /// is another one.
    pub fn subscriber<T: DeserializeOwned>(
        &self,
        topic: &str,
        type_name: &str,
        registry: &Registry,
        qos: QosProfile,
    ) -> Result<TypedSubscriber<T>> {
        let Named { type_name, hash } = Named::find(self, registry, type_name, DefinitionKind::Message)?;
        let format = Format::new(registry, &type_name)?.checked()?;
        Ok(TypedSubscriber { subscriber: self.create_subscriber(topic, &type_name, &hash, qos)?, format })
    }

    /// A client of a service of the type that this name has in the registry, with Rust types for requests and responses.
    /// Errors when that of the responses is another one.
    pub fn client<Q: Serialize, S: DeserializeOwned>(
        &self,
        service: &str,
        type_name: &str,
        registry: &Registry,
    ) -> Result<TypedClient<Q, S>> {
        let Named { type_name, hash } = Named::find(self, registry, type_name, DefinitionKind::Service)?;
        let request = Format::new(registry, &type_name.derived(REQUEST))?;
        let response = Format::new(registry, &type_name.derived(RESPONSE))?.checked()?;
        let client = self.create_client(service, &type_name, &hash, QosProfile::SERVICES)?;
        Ok(TypedClient { client, request, response })
    }

    /// A server of a service of the type that this name has in the registry, with Rust types for requests and responses.
    /// Errors when that of the requests is another one.
    pub fn server<Q: DeserializeOwned, S: Serialize>(
        &self,
        service: &str,
        type_name: &str,
        registry: &Registry,
    ) -> Result<TypedServer<Q, S>> {
        let Named { type_name, hash } = Named::find(self, registry, type_name, DefinitionKind::Service)?;
        let request = Format::new(registry, &type_name.derived(REQUEST))?.checked()?;
        let response = Format::new(registry, &type_name.derived(RESPONSE))?;
        let server = self.create_server(service, &type_name, &hash, QosProfile::SERVICES)?;
        Ok(TypedServer { server, request, response })
    }
}
