//! [`Node`]: what endpoints are created on.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use zenoh::liveliness::LivelinessToken as Declaration;

use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind, LivelinessToken, QosProfile, TopicKey, names};
use crate::schema::{HASH_NOT_SUPPORTED, TypeDescription, TypeHash, TypeName};

use super::client::Client;
use super::clock::Clock;
use super::context::{Context, Declared, Slot, Undeclare};
use super::entity::Entity;
use super::fork;
use super::graph::declare_token;
use super::parameters::{NodeParameters, Parameter, ParameterSettings, Parameters};
use super::publisher::Publisher;
use super::ros_arguments::ParameterSource;
use super::rosout::Rosout;
use super::server::Server;
use super::subscriber::Subscriber;
use super::type_description::{TypeDescriptionService, TypesInUse};
use super::type_discovery::{self, LearnedType};

/// Builds a [`Node`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct NodeBuilder {
    context: Context,
    name: String,
    namespace: Option<String>,
    rosout: bool,
    type_description_service: bool,
    parameters: ParameterSettings,
    parameter_sources: Vec<ParameterSource>,
}

impl NodeBuilder {
    pub(super) fn new(context: Context, name: &str) -> Self {
        let (parameters, parameter_sources) = Default::default();
        let (name, rosout, type_description_service) = (name.to_owned(), true, true);
        let namespace = None;
        Self { context, name, namespace, rosout, type_description_service, parameters, parameter_sources }
    }

    /// The namespace, in place of the context's.
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Whether the node has a publisher of its log on `/rosout`. It has one unless told otherwise.
    pub fn with_rosout(mut self, enabled: bool) -> Self {
        self.rosout = enabled;
        self
    }

    /// Whether the node serves `~/get_type_description`, by which others learn its types. It does unless told otherwise.
    pub fn with_type_description_service(mut self, enabled: bool) -> Self {
        self.type_description_service = enabled;
        self
    }

    /// Whether the node serves its parameters, which others can then read and set. It does unless told otherwise.
    pub fn with_parameter_services(mut self, enabled: bool) -> Self {
        self.parameters.services = enabled;
        self
    }

    /// Whether the node tells of changes of its parameters on `/parameter_events`. It does unless told otherwise.
    pub fn with_parameter_event_publisher(mut self, enabled: bool) -> Self {
        self.parameters.events = enabled;
        self
    }

    /// A file with values that parameters get in place of those that they are declared with. Later files and values come
    /// before earlier ones, and all of them before those of the [context](super::ContextBuilder::with_ros_arguments).
    pub fn with_parameter_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.parameter_sources.push(ParameterSource::File(path.into()));
        self
    }

    /// Values that parameters get in place of those that they are declared with.
    pub fn with_parameter_overrides(mut self, values: impl IntoIterator<Item = Parameter>) -> Self {
        self.parameter_sources.extend(values.into_iter().map(ParameterSource::value));
        self
    }

    /// Whether parameters can be set that were not declared; reading those that were not set either finds none.
    pub fn allow_undeclared_parameters(mut self, allowed: bool) -> Self {
        self.parameters.allow_undeclared = allowed;
        self
    }

    /// Whether all parameters that files and overrides have values for are declared from the start.
    pub fn automatically_declare_parameters_from_overrides(mut self, enabled: bool) -> Self {
        self.parameters.declare_overrides = enabled;
        self
    }

    /// Announces the node.
    pub fn build(self) -> Result<Node> {
        fork::check()?;
        let (rosout, described, mut parameters) =
            (self.rosout, self.type_description_service, self.parameters);
        let Self { context, name: given, namespace, parameter_sources, .. } = self;
        let settings = context.settings();
        let rules = &settings.remap_rules;
        let name = rules.iter().find_map(|rule| rule.node_name(&given)).unwrap_or(&given).to_owned();
        let remapped = rules.iter().find_map(|rule| rule.namespace(&given)).map(str::to_owned);
        let namespace = remapped.or(namespace).unwrap_or_else(|| settings.namespace.clone());
        names::check_node_name(&name)?;
        let id = context.next_id().to_string();
        let namespace = names::namespace(&namespace)?;
        let full = names::qualified(&namespace, &name);
        for sources in [&settings.parameter_sources, &parameter_sources] {
            parameters.overrides.extend(ParameterSource::overrides(sources, &full)?);
        }
        let token = LivelinessToken {
            domain_id: settings.domain_id,
            zid: context.zid(),
            node_id: id.clone(),
            entity_id: id,
            enclave: settings.enclave.clone(),
            namespace,
            node_name: name,
            endpoint: None,
        };
        let declaration = declare_token(context.session(), &token)
            .map_err(|error| context.error(&format!("the node `{given}` could not be announced"), &error))?;
        let shared = Arc::new_cyclic(|node| Shared {
            parameters: NodeParameters::new(WeakNode(Weak::clone(node)), full, &parameters),
            context,
            token,
            endpoints: Declared::default(),
            types: Arc::default(),
            rosout: OnceLock::new(),
            type_description_service: OnceLock::new(),
            declaration: Slot::new(declaration),
        });
        shared.context.own(WeakNode(Arc::downgrade(&shared)));
        let node = Node(shared);
        if rosout {
            let rosout = Rosout::declare(&node, &node.0.types)?;
            node.0.rosout.get_or_init(|| rosout);
        }
        node.serve(&parameters, described)?;
        Ok(node)
    }
}

/// A node; clones are the same node. Its token is taken back by [`close`](Self::close), or with the last of its
/// clones and endpoints.
#[derive(Clone)]
pub struct Node(Arc<Shared>);

struct Shared {
    context: Context,
    token: LivelinessToken,
    endpoints: Declared,
    types: Arc<TypesInUse>,
    rosout: OnceLock<Rosout>,
    parameters: NodeParameters,
    type_description_service: OnceLock<Arc<Slot<TypeDescriptionService>>>,
    declaration: Arc<Slot<Declaration>>,
}

/// A node that may be gone.
pub(super) struct WeakNode(Weak<Shared>);

impl WeakNode {
    pub(super) fn upgrade(&self) -> Option<Node> {
        self.0.upgrade().map(Node)
    }
}

impl Node {
    /// Declares what every node has, in the order of `rclpy`.
    fn serve(&self, settings: &ParameterSettings, described: bool) -> Result<()> {
        let Shared { types, parameters, type_description_service, .. } = &*self.0;
        parameters.begin(self, types, settings.events)?;
        if settings.services {
            parameters.serve(self, types)?;
        }
        if parameters.declare_type_description_service(described)? {
            let service = TypeDescriptionService::declare(self, types)?;
            type_description_service.get_or_init(|| service);
        }
        if settings.declare_overrides { parameters.parameters.declare_overrides() } else { Ok(()) }
    }

    /// Its parameters.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.0.parameters.parameters
    }

    /// Its time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.parameters.clock
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.token.node_name
    }

    /// The namespace, with its leading slash.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.0.token.namespace
    }

    /// Namespace and name.
    #[must_use]
    pub fn fully_qualified_name(&self) -> String {
        names::qualified(self.namespace(), self.name())
    }

    /// The context that it lives in.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The liveliness token that announces it.
    #[must_use]
    pub fn token(&self) -> &LivelinessToken {
        &self.0.token
    }

    /// The fully qualified name that this node means by a topic's or service's name, after its remap rules.
    pub fn resolve(&self, name: &str) -> Result<String> {
        let full = names::expand(name, self.name(), self.namespace())?;
        for rule in &self.0.context.settings().remap_rules {
            if let Some(other) = rule.topic(&full, self.name(), self.namespace())? {
                return Ok(other);
            }
        }
        Ok(full)
    }

    /// A publisher of messages of a type, whose hash is the text in keys.
    pub fn create_publisher(
        &self,
        topic: &str,
        type_name: &TypeName,
        type_hash: &str,
        qos: QosProfile,
    ) -> Result<Publisher> {
        Publisher::new(self.entity(EntityKind::Publisher, topic, (type_name, type_hash), qos)?)
    }

    /// A subscriber to messages of a type, whose hash is the text in keys.
    pub fn create_subscriber(
        &self,
        topic: &str,
        type_name: &TypeName,
        type_hash: &str,
        qos: QosProfile,
    ) -> Result<Subscriber> {
        Subscriber::new(self.entity(EntityKind::Subscription, topic, (type_name, type_hash), qos)?)
    }

    /// A client of a service of a type, whose hash is the text in keys.
    pub fn create_client(
        &self,
        service: &str,
        type_name: &TypeName,
        type_hash: &str,
        qos: QosProfile,
    ) -> Result<Client> {
        Client::new(self.entity(EntityKind::Client, service, (type_name, type_hash), qos)?)
    }

    /// A server of a service of a type, whose hash is the text in keys.
    pub fn create_server(
        &self,
        service: &str,
        type_name: &TypeName,
        type_hash: &str,
        qos: QosProfile,
    ) -> Result<Server> {
        Server::new(self.entity(EntityKind::Service, service, (type_name, type_hash), qos)?)
    }

    /// Tells whoever asks this node what a type of its endpoints is, with the texts that the registry has of it.
    pub fn describe(&self, description: &Arc<TypeDescription>, registry: &Registry) -> Result<()> {
        self.0.types.add(TypeHash::of(description)?, Arc::clone(description), registry);
        Ok(())
    }

    /// What this node tells of the type with this hash.
    pub(super) fn described(&self, hash: &TypeHash) -> Option<Arc<TypeDescription>> {
        self.0.types.find(hash)
    }

    /// The type of a topic that has publishers or subscribers: from the registry, which knows it by its hash or finds it
    /// in a file, else from the nodes of those endpoints, one by one. What a node tells is believed only if its hash is
    /// right, and is added to the registry. An error says what was tried.
    pub fn learn_topic_type(
        &self,
        registry: &Registry,
        topic: &str,
        timeout: Duration,
    ) -> Result<LearnedType> {
        self.check_open()?;
        let kinds = [EntityKind::Publisher, EntityKind::Subscription];
        type_discovery::of_endpoints(self, registry, (topic, &kinds), timeout)
    }

    /// The type of a service that has servers, as [`learn_topic_type`](Self::learn_topic_type) does.
    pub fn learn_service_type(
        &self,
        registry: &Registry,
        service: &str,
        timeout: Duration,
    ) -> Result<LearnedType> {
        self.check_open()?;
        type_discovery::of_endpoints(self, registry, (service, &[EntityKind::Service]), timeout)
    }

    /// The type of that name that somebody in the graph uses, as [`learn_topic_type`](Self::learn_topic_type) does.
    pub fn learn_type(
        &self,
        registry: &Registry,
        type_name: &TypeName,
        timeout: Duration,
    ) -> Result<LearnedType> {
        self.check_open()?;
        type_discovery::of_name(self, registry, type_name, timeout)
    }

    /// The type that this endpoint has, as [`learn_topic_type`](Self::learn_topic_type) does; for topics with several types.
    pub fn learn_endpoint_type(
        &self,
        registry: &Registry,
        endpoint: &LivelinessToken,
        timeout: Duration,
    ) -> Result<LearnedType> {
        self.check_open()?;
        type_discovery::of_token(self, registry, endpoint, timeout)
    }

    /// Waits until `count` publishers of the topic are in the graph; whether they are when the time is up.
    pub fn wait_for_publishers(&self, topic: &str, count: usize, timeout: Duration) -> Result<bool> {
        self.wait_for(EntityKind::Publisher, topic, count, timeout)
    }

    /// Waits until `count` subscribers of the topic are in the graph; whether they are when the time is up.
    pub fn wait_for_subscribers(&self, topic: &str, count: usize, timeout: Duration) -> Result<bool> {
        self.wait_for(EntityKind::Subscription, topic, count, timeout)
    }

    /// Takes back every endpoint, wakes whoever waits on one, and then the node itself. Closing again does nothing.
    pub fn close(&self) {
        self.0.endpoints.undeclare();
        if let Some(rosout) = self.0.rosout.get() {
            rosout.declared.undeclare();
        }
        self.0.parameters.close();
        if let Some(service) = self.0.type_description_service.get() {
            service.undeclare();
        }
        self.0.declaration.undeclare();
    }

    /// What sends this node's log, if it has one.
    pub(super) fn rosout(&self) -> Option<&Rosout> {
        self.0.rosout.get()
    }

    fn wait_for(&self, kind: EntityKind, topic: &str, count: usize, timeout: Duration) -> Result<bool> {
        self.check_open()?;
        self.0.context.graph().wait_for(kind, &self.resolve(topic)?, count, timeout)
    }

    /// The identity of a new endpoint of this node; nothing is declared yet.
    pub(super) fn entity(
        &self,
        kind: EntityKind,
        topic: &str,
        (type_name, type_hash): (&TypeName, &str),
        qos: QosProfile,
    ) -> Result<Entity> {
        self.check_open()?;
        if type_hash.is_empty() || !type_hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let message = format!("`{type_hash}` cannot stand as a type hash in a key");
            return Err(Error::new(ErrorKind::Argument, message).in_type(type_name));
        }
        let type_hash =
            if self.0.context.distro().has_type_hashes() { type_hash } else { HASH_NOT_SUPPORTED };
        let (topic, qos) = (self.resolve(topic)?, qos.normalized()?);
        let key = TopicKey::new(self.0.token.domain_id, &topic, &type_name.dds(), type_hash).to_string();
        let endpoint = Endpoint {
            kind,
            topic: topic.clone(),
            dds_type: type_name.dds(),
            type_hash: type_hash.to_owned(),
            qos,
            backends: None,
        };
        let entity_id = self.0.context.next_id().to_string();
        let token = LivelinessToken { entity_id, endpoint: Some(endpoint), ..self.0.token.clone() };
        let gid = token.gid();
        Ok(Entity { node: self.clone(), kind, token, topic, type_name: type_name.clone(), qos, gid, key })
    }

    /// Errors when it was closed.
    pub(crate) fn check_open(&self) -> Result<()> {
        fork::check()?;
        self.0.declaration.with(|_| ()).ok_or_else(|| {
            Error::new(ErrorKind::Closed, format!("the node {} was closed", self.fully_qualified_name()))
        })
    }

    /// Takes an endpoint back when the node is closed.
    pub(super) fn own(&self, endpoint: &Arc<impl Undeclare + 'static>) {
        let undeclare: Arc<dyn Undeclare> = Arc::clone(endpoint) as _;
        self.0.endpoints.push(Arc::downgrade(&undeclare));
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Node").field(&self.fully_qualified_name()).finish()
    }
}
