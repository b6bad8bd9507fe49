//! Nodes as Python sees them.

use pyo3::prelude::*;

use crate::net::{Node, NodeBuilder};

use super::errors::OrRaise;
use super::module::process_types;
use super::publisher::ZPublisher;
use super::qos;
use super::subscriber::{Delivery, ZSubscriber};

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

    /// Announces the node.
    fn build(&self, py: Python<'_>) -> PyResult<ZNode> {
        let builder = self.builder.clone();
        Ok(ZNode { node: py.detach(|| builder.build()).or_raise()? })
    }
}

/// A node: what publishers and subscribers are created on. A context manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZNode {
    node: Node,
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

    /// A publisher of messages of a type, given as a class or by name. `qos` is a profile, a dict of its arguments, or
    /// a depth.
    #[pyo3(signature = (topic, message_type, *, qos = None))]
    fn create_publisher(
        &self,
        topic: &str,
        message_type: &Bound<'_, PyAny>,
        qos: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<ZPublisher> {
        let py = message_type.py();
        let profile = qos::profile(qos)?;
        let message_type =
            process_types(py)?.get().of_distro(self.node.context().distro()).resolve(message_type)?;
        let (name, hash) = (message_type.plan.type_name(), message_type.plan.hash().to_string());
        let publisher = py.detach(|| self.node.create_publisher(topic, name, &hash, profile)).or_raise()?;
        Ok(ZPublisher::new(publisher, message_type))
    }

    /// A subscriber to messages of a type, given as a class or by name.
    ///
    /// `output` says what a message becomes: `"struct"`, `"dict"`, or `"raw"` for a view of the CDR payload. With a
    /// `callback` messages are handed to it, in order, on a thread of their own; the subscriber then lives as long as its
    /// node. Otherwise they are taken with `recv`.
    #[pyo3(signature = (topic, message_type, *, qos = None, callback = None, output = "struct"))]
    #[allow(clippy::too_many_arguments)] // the signature in Python
    fn create_subscriber(
        &self,
        topic: &str,
        message_type: &Bound<'_, PyAny>,
        qos: Option<&Bound<'_, PyAny>>,
        callback: Option<Py<PyAny>>,
        output: &str,
    ) -> PyResult<ZSubscriber> {
        let py = message_type.py();
        let profile = qos::profile(qos)?;
        let delivery = Delivery::parse(output)?;
        let message_type =
            process_types(py)?.get().of_distro(self.node.context().distro()).resolve(message_type)?;
        let (name, hash) = (message_type.plan.type_name(), message_type.plan.hash().to_string());
        let subscriber = py.detach(|| self.node.create_subscriber(topic, name, &hash, profile)).or_raise()?;
        ZSubscriber::new(py, subscriber, message_type, delivery, callback)
    }

    /// Takes the node back with all its publishers and subscribers. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.node.close());
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _exception_type: &Bound<'_, PyAny>,
        _exception: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        format!("<ZNode {}>", self.fully_qualified_name())
    }
}
