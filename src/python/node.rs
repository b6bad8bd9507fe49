//! Nodes as Python sees them.

use std::path::PathBuf;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::error::Result;
use crate::net::{Graph, LogMessage, LogStamp, Node, NodeBuilder};
use crate::rmw::{EntityKind, names};

use super::action;
use super::action_client::ZActionClient;
use super::action_server::{Callbacks, ZActionServer};
use super::arguments::{Callback, Name, Paths};
use super::client::ZClient;
use super::discovery;
use super::errors::OrRaise;
use super::graph::{Listing, TopicEndpointInfo, ZGraphEvents, listing};
use super::module::process_types;
use super::parameters::{self, NodeCallbacks};
use super::publisher::ZPublisher;
use super::qos;
use super::server::ZServer;
use super::service;
use super::subscriber::{Delivery, ZSubscriber};
use super::types::TypeRegistry;
use super::wait::{self, until};
use super::with_statement::closed_by_with;

/// Sends a line to `/rosout` in the name of a node, for `ros_z_py._logging`; the place is file, function and line.
#[pyfunction]
pub(crate) fn _publish_log(
    node: &Bound<'_, ZNode>,
    level_and_stamp: (u8, i64),
    name: String,
    msg: String,
    place: (String, String, u32),
) -> PyResult<bool> {
    let ((level, nanoseconds), (file, function, line)) = (level_and_stamp, place);
    let stamp = LogStamp::of_nanoseconds(nanoseconds);
    let message = LogMessage { stamp, level, name, msg, file, function, line };
    let (py, node) = (node.py(), &node.get().node);
    py.detach(|| node.publish_log(&message)).or_raise()
}

/// Builds a node.
#[pyclass(module = "ros_z_py")]
pub(crate) struct ZNodeBuilder {
    builder: NodeBuilder,
}

impl ZNodeBuilder {
    pub(crate) fn new(builder: NodeBuilder) -> Self {
        Self { builder }
    }
}

#[pymethods]
impl ZNodeBuilder {
    /// The namespace, in place of the context's.
    fn with_namespace(mut slf: PyRefMut<'_, Self>, namespace: String) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_namespace(namespace);
        slf
    }

    /// Whether the node has a publisher of its log on `/rosout`. It has one unless told otherwise.
    #[pyo3(signature = (enabled = true))]
    fn with_rosout(mut slf: PyRefMut<'_, Self>, enabled: bool) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_rosout(enabled);
        slf
    }

    /// Whether the node serves `~/get_type_description`, by which others learn its types. It does unless told otherwise.
    #[pyo3(signature = (enabled = true))]
    fn with_type_description_service(mut slf: PyRefMut<'_, Self>, enabled: bool) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_type_description_service(enabled);
        slf
    }

    /// Whether the node serves its parameters, which others can then read and set. It does unless told otherwise.
    #[pyo3(signature = (enabled = true))]
    fn with_parameter_services(mut slf: PyRefMut<'_, Self>, enabled: bool) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_parameter_services(enabled);
        slf
    }

    /// Whether the node tells of changes of its parameters on `/parameter_events`. It does unless told otherwise.
    #[pyo3(signature = (enabled = true))]
    fn with_parameter_event_publisher(mut slf: PyRefMut<'_, Self>, enabled: bool) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_parameter_event_publisher(enabled);
        slf
    }

    /// A file of parameters whose values are taken in place of those of declarations.
    fn with_parameter_file(mut slf: PyRefMut<'_, Self>, path: PathBuf) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().with_parameter_file(path);
        slf
    }

    /// Several files of parameters; the later come before the earlier.
    fn with_parameter_files(mut slf: PyRefMut<'_, Self>, paths: Paths) -> PyRefMut<'_, Self> {
        let before = slf.builder.clone();
        slf.builder = paths.0.into_iter().fold(before, NodeBuilder::with_parameter_file);
        slf
    }

    /// Values by name that are taken in place of those of declarations.
    fn with_parameter_overrides<'py>(
        mut slf: PyRefMut<'py, Self>,
        values: &Bound<'py, PyDict>,
    ) -> PyResult<PyRefMut<'py, Self>> {
        slf.builder = slf.builder.clone().with_parameter_overrides(parameters::overrides(values)?);
        Ok(slf)
    }

    /// Whether parameters can be set that were not declared.
    #[pyo3(signature = (allowed = true))]
    fn allow_undeclared_parameters(mut slf: PyRefMut<'_, Self>, allowed: bool) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().allow_undeclared_parameters(allowed);
        slf
    }

    /// Whether all parameters that files and overrides have values for are declared from the start.
    #[pyo3(signature = (enabled = true))]
    fn automatically_declare_parameters_from_overrides(
        mut slf: PyRefMut<'_, Self>,
        enabled: bool,
    ) -> PyRefMut<'_, Self> {
        slf.builder = slf.builder.clone().automatically_declare_parameters_from_overrides(enabled);
        slf
    }

    /// Announces the node.
    fn build(&self, py: Python<'_>) -> PyResult<ZNode> {
        let builder = self.builder.clone();
        Ok(ZNode::new(py.detach(|| builder.build()).or_raise()?))
    }
}

/// A node: what publishers, subscribers, servers and clients are created on. A context manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZNode {
    pub(crate) node: Node,
    logger: PyOnceLock<Py<PyAny>>,
    pub(crate) parameter_callbacks: NodeCallbacks,
}

impl ZNode {
    fn new(node: Node) -> Self {
        Self { node, logger: PyOnceLock::new(), parameter_callbacks: NodeCallbacks::default() }
    }

    fn graph(&self) -> PyResult<&Graph> {
        self.open_graph().or_raise()
    }

    fn open_graph(&self) -> Result<&Graph> {
        self.node.check_open()?;
        Ok(self.node.context().graph())
    }

    /// The types of the process, with the built-in ones of the context's distribution behind them.
    fn types(&self, py: Python<'_>) -> PyResult<TypeRegistry> {
        Ok(process_types(py)?.get().of_distro(self.node.context().distro()))
    }

    fn by_node(&self, kind: EntityKind, name: &str, namespace: &str) -> PyResult<Listing> {
        let node = names::qualified(&names::namespace(namespace).or_raise()?, name);
        Ok(listing(self.graph()?.names_and_types_by_node(kind, &node).or_raise()?))
    }

    fn info(&self, kind: EntityKind, topic: &str) -> PyResult<Vec<TopicEndpointInfo>> {
        let tokens = self.graph()?.endpoints(kind, &self.node.resolve(topic).or_raise()?);
        Ok(tokens.into_iter().filter_map(TopicEndpointInfo::of).collect())
    }

    fn count(&self, kind: EntityKind, name: &str) -> PyResult<usize> {
        Ok(self.graph()?.count(kind, &self.node.resolve(name).or_raise()?))
    }

    fn wait_for(&self, py: Python<'_>, kind: EntityKind, name: &str, timeout: Option<f64>) -> PyResult<bool> {
        let name = self.node.resolve(name).or_raise()?;
        until(py, timeout, |slice| self.open_graph()?.wait_for(kind, &name, 1, slice))
    }
}

#[pymethods]
impl ZNode {
    /// The name, without the namespace.
    #[getter]
    fn name(&self) -> &str {
        self.node.name()
    }

    /// The namespace, with its leading slash.
    #[getter]
    fn namespace(&self) -> &str {
        self.node.namespace()
    }

    /// Namespace and name.
    #[getter]
    fn fully_qualified_name(&self) -> String {
        self.node.fully_qualified_name()
    }

    /// The logger of the node: its lines go to `logging`, and to `/rosout`.
    fn get_logger(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let logger = self.logger.get_or_try_init(py, || {
            // A node of its own: one that held the logger and was held by it would never be freed.
            let node = Self::new(self.node.clone());
            let class = py.import(intern!(py, "ros_z_py._logging"))?.getattr(intern!(py, "Logger"))?;
            PyResult::Ok(class.call1((self.node.logger_name(), node))?.unbind())
        })?;
        Ok(logger.clone_ref(py))
    }

    /// A publisher of messages of a type, given as a class or by name. `qos` is a profile, a dict of its arguments, or
    /// a depth.
    #[pyo3(signature = (topic, message_type, *, qos = None))]
    fn create_publisher(
        &self,
        topic: Name,
        message_type: &Bound<'_, PyAny>,
        qos: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<ZPublisher> {
        let py = message_type.py();
        let profile = qos::profile(qos)?;
        let message_type = self.types(py)?.resolve(message_type)?;
        let (name, hash) = (message_type.plan.type_name(), message_type.plan.hash().to_string());
        discovery::describe(py, &self.node, &message_type)?;
        let publisher =
            py.detach(|| self.node.create_publisher(&topic.0, name, &hash, profile)).or_raise()?;
        Ok(ZPublisher::new(publisher, message_type))
    }

    /// A subscriber to messages of a type, given as a class or by name. Without a type it is learned from the network,
    /// for up to `timeout` seconds.
    ///
    /// `output` says what a message becomes: `"struct"`, `"dict"`, or `"raw"` for a view of the CDR payload. With a
    /// `callback` messages are handed to it, in order, on a thread of their own; the subscriber then lives as long as its
    /// node. Otherwise they are taken with `recv`.
    #[pyo3(signature = (topic, message_type = None, *, qos = None, callback = None, output = "struct", timeout = 5.0))]
    #[allow(clippy::too_many_arguments)] // the signature in Python
    fn create_subscriber(
        &self,
        py: Python<'_>,
        topic: Name,
        message_type: Option<&Bound<'_, PyAny>>,
        qos: Option<&Bound<'_, PyAny>>,
        callback: Option<Callback>,
        output: &str,
        timeout: f64,
    ) -> PyResult<ZSubscriber> {
        let profile = qos::profile(qos)?;
        let delivery = Delivery::parse(output)?;
        let types = self.types(py)?;
        let (message_type, hash) = match message_type {
            Some(message_type) => {
                let message_type = types.resolve(message_type)?;
                let hash = message_type.plan.hash().to_string();
                (message_type, hash)
            }
            None => discovery::learn_topic(py, &self.node, &types.types, &topic.0, timeout)?,
        };
        let name = message_type.plan.type_name();
        discovery::describe(py, &self.node, &message_type)?;
        let subscriber =
            py.detach(|| self.node.create_subscriber(&topic.0, name, &hash, profile)).or_raise()?;
        ZSubscriber::new(py, subscriber, message_type, delivery, callback.map(|callback| callback.0))
    }

    /// A server of a service, whose type is given as a service class, its request class, or by name.
    ///
    /// `output` says what a request becomes: `"struct"` or `"dict"`. With a `callback` each request is handed to it, in
    /// order, on a thread of its own, and what it returns is the response; the server then lives as long as its node.
    /// Otherwise they are taken with `take_request`.
    #[pyo3(signature = (name, service_type, *, qos = None, callback = None, output = "struct"))]
    #[allow(clippy::too_many_arguments)] // the signature in Python
    fn create_server(
        &self,
        name: Name,
        service_type: &Bound<'_, PyAny>,
        qos: Option<&Bound<'_, PyAny>>,
        callback: Option<Callback>,
        output: &str,
    ) -> PyResult<ZServer> {
        let py = service_type.py();
        let (profile, output) = (qos::profile(qos)?, service::output(output)?);
        let service_type = self.types(py)?.resolve_service(service_type)?;
        let (type_name, hash) = (&service_type.name, &service_type.hash);
        discovery::describe_service(py, &self.node, &service_type)?;
        let server = py.detach(|| self.node.create_server(&name.0, type_name, hash, profile)).or_raise()?;
        ZServer::new(py, server, service_type, output, callback.map(|callback| callback.0))
    }

    /// A client of a service, whose type is given as a service class, its request class, or by name. `output` says what
    /// a response becomes: `"struct"` or `"dict"`.
    #[pyo3(signature = (name, service_type, *, qos = None, output = "struct"))]
    fn create_client(
        &self,
        name: Name,
        service_type: &Bound<'_, PyAny>,
        qos: Option<&Bound<'_, PyAny>>,
        output: &str,
    ) -> PyResult<ZClient> {
        let py = service_type.py();
        let (profile, output) = (qos::profile(qos)?, service::output(output)?);
        let service_type = self.types(py)?.resolve_service(service_type)?;
        let (type_name, hash) = (&service_type.name, &service_type.hash);
        discovery::describe_service(py, &self.node, &service_type)?;
        let client = py.detach(|| self.node.create_client(&name.0, type_name, hash, profile)).or_raise()?;
        Ok(ZClient::new(client, service_type, output))
    }

    /// A server of an action, whose type is given as an action class or by name.
    ///
    /// `output` says what a goal becomes: `"struct"` or `"dict"`. With an `execute_callback` each goal is handed to it, on a
    /// thread of its own, and what it returns is the result; the server then lives as long as its node. Otherwise goals are
    /// taken with `recv_goal`. Results are kept for `result_timeout` seconds; for ever if it is `None`.
    #[pyo3(signature = (
        name, action_type, *, execute_callback = None, goal_callback = None, cancel_callback = None,
        result_timeout = 10.0, output = "struct"
    ))]
    #[allow(clippy::too_many_arguments)] // the signature in Python
    fn create_action_server(
        &self,
        name: Name,
        action_type: &Bound<'_, PyAny>,
        execute_callback: Option<Callback>,
        goal_callback: Option<Callback>,
        cancel_callback: Option<Callback>,
        result_timeout: Option<f64>,
        output: &str,
    ) -> PyResult<ZActionServer> {
        let py = action_type.py();
        let (kept, output) = (wait::timeout(result_timeout)?, service::output(output)?);
        let [execute, goal, cancel] = [execute_callback, goal_callback, cancel_callback]
            .map(|callback| callback.map(|callback| callback.0));
        let callbacks = Callbacks { execute, goal, cancel };
        callbacks.check()?;
        let types = action::resolve(&self.node, &self.types(py)?, &name.0, Some(action_type), (py, 0.0))?;
        let builder = self.node.create_action_server(&name.0, &types.action).with_result_timeout(kept);
        ZActionServer::new(py, builder, types, output, callbacks)
    }

    /// A client of an action, whose type is given as an action class or by name. Without a type it is learned from the
    /// server, for up to `timeout` seconds. `output` says what results and feedback become: `"struct"` or `"dict"`.
    #[pyo3(signature = (name, action_type = None, *, output = "struct", timeout = 5.0))]
    #[allow(clippy::too_many_arguments)] // the signature in Python
    fn create_action_client(
        &self,
        py: Python<'_>,
        name: Name,
        action_type: Option<&Bound<'_, PyAny>>,
        output: &str,
        timeout: f64,
    ) -> PyResult<ZActionClient> {
        let output = service::output(output)?;
        let types = action::resolve(&self.node, &self.types(py)?, &name.0, action_type, (py, timeout))?;
        let client = py.detach(|| self.node.create_action_client(&name.0, &types.action)).or_raise()?;
        Ok(ZActionClient::new(client, types, output))
    }

    /// The names of all nodes, without their namespaces.
    fn get_node_names(&self) -> PyResult<Vec<String>> {
        Ok(self.graph()?.nodes().into_iter().map(|node| node.name).collect())
    }

    /// The names and namespaces of all nodes.
    fn get_node_names_and_namespaces(&self) -> PyResult<Vec<(String, String)>> {
        Ok(self.graph()?.nodes().into_iter().map(|node| (node.name, node.namespace)).collect())
    }

    /// The names, namespaces and enclaves of all nodes.
    fn get_node_names_and_namespaces_with_enclaves(&self) -> PyResult<Vec<(String, String, String)>> {
        Ok(self.graph()?.nodes().into_iter().map(|node| (node.name, node.namespace, node.enclave)).collect())
    }

    /// All topics that have a publisher or subscriber, with their types.
    fn get_topic_names_and_types(&self) -> PyResult<Listing> {
        Ok(listing(self.graph()?.names_and_types(&[EntityKind::Publisher, EntityKind::Subscription])))
    }

    /// All services that have a server, with their types.
    fn get_service_names_and_types(&self) -> PyResult<Listing> {
        Ok(listing(self.graph()?.names_and_types(&[EntityKind::Service])))
    }

    /// The topics that a node publishes on, with their types.
    fn get_publisher_names_and_types_by_node(
        &self,
        node_name: &str,
        node_namespace: &str,
    ) -> PyResult<Listing> {
        self.by_node(EntityKind::Publisher, node_name, node_namespace)
    }

    /// The topics that a node subscribes to, with their types.
    fn get_subscriber_names_and_types_by_node(
        &self,
        node_name: &str,
        node_namespace: &str,
    ) -> PyResult<Listing> {
        self.by_node(EntityKind::Subscription, node_name, node_namespace)
    }

    /// The services that a node serves, with their types.
    fn get_service_names_and_types_by_node(
        &self,
        node_name: &str,
        node_namespace: &str,
    ) -> PyResult<Listing> {
        self.by_node(EntityKind::Service, node_name, node_namespace)
    }

    /// The services that a node is a client of, with their types.
    fn get_client_names_and_types_by_node(&self, node_name: &str, node_namespace: &str) -> PyResult<Listing> {
        self.by_node(EntityKind::Client, node_name, node_namespace)
    }

    /// What the graph says of each publisher of a topic.
    fn get_publishers_info_by_topic(&self, topic: &str) -> PyResult<Vec<TopicEndpointInfo>> {
        self.info(EntityKind::Publisher, topic)
    }

    /// What the graph says of each subscriber of a topic.
    fn get_subscriptions_info_by_topic(&self, topic: &str) -> PyResult<Vec<TopicEndpointInfo>> {
        self.info(EntityKind::Subscription, topic)
    }

    /// How many publishers a topic has.
    fn count_publishers(&self, topic: &str) -> PyResult<usize> {
        self.count(EntityKind::Publisher, topic)
    }

    /// How many subscribers a topic has.
    fn count_subscribers(&self, topic: &str) -> PyResult<usize> {
        self.count(EntityKind::Subscription, topic)
    }

    /// How many servers a service has.
    fn count_services(&self, name: &str) -> PyResult<usize> {
        self.count(EntityKind::Service, name)
    }

    /// How many clients a service has.
    fn count_clients(&self, name: &str) -> PyResult<usize> {
        self.count(EntityKind::Client, name)
    }

    /// Waits until a topic has a publisher; whether it has one when the time is up.
    #[pyo3(signature = (topic, timeout = None))]
    fn wait_for_publisher(&self, py: Python<'_>, topic: &str, timeout: Option<f64>) -> PyResult<bool> {
        self.wait_for(py, EntityKind::Publisher, topic, timeout)
    }

    /// Waits until a topic has a subscriber; whether it has one when the time is up.
    #[pyo3(signature = (topic, timeout = None))]
    fn wait_for_subscriber(&self, py: Python<'_>, topic: &str, timeout: Option<f64>) -> PyResult<bool> {
        self.wait_for(py, EntityKind::Subscription, topic, timeout)
    }

    /// Waits until a service has a server; whether it has one when the time is up.
    #[pyo3(signature = (name, timeout = None))]
    fn wait_for_service(&self, py: Python<'_>, name: &str, timeout: Option<f64>) -> PyResult<bool> {
        self.wait_for(py, EntityKind::Service, name, timeout)
    }

    /// Waits until there is a node of this name, fully qualified or in this node's namespace; whether there is one when
    /// the time is up.
    #[pyo3(signature = (name, timeout = None))]
    fn wait_for_node(&self, py: Python<'_>, name: &str, timeout: Option<f64>) -> PyResult<bool> {
        let name = match name.starts_with('/') {
            true => name.to_owned(),
            false => names::qualified(self.node.namespace(), name),
        };
        until(py, timeout, |slice| self.open_graph()?.wait_for_node(&name, slice))
    }

    /// The changes of the graph, beginning with what is there.
    fn graph_events(&self) -> ZGraphEvents {
        ZGraphEvents::new(&self.node)
    }

    /// Takes the node back with all its endpoints. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.node.close());
        self.parameter_callbacks.clear();
    }

    fn __repr__(&self) -> String {
        format!("<ZNode {}>", self.fully_qualified_name())
    }
}

closed_by_with!(ZNode);
