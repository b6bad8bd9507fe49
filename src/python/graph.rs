//! The graph as Python sees it: endpoints, events, and the warnings about what does not match.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::net::{Context, GraphEvent as Change, GraphEvents, Mismatch, NamesAndTypes, Node};
use crate::rmw::{Endpoint, LivelinessToken, names, ros_type_name};

use super::dispatch;
use super::errors::OrRaise;
use super::qos::QosProfile;
use super::schema::SchemaDifference;
use super::wait::{end_of_iteration, timeout, wait};
use super::with_statement::closed_by_with;

/// Names with their types, as rclpy lists them.
pub(crate) type Listing = Vec<(String, Vec<String>)>;

pub(crate) fn listing(names: NamesAndTypes) -> Listing {
    names.into_iter().map(|(name, types)| (name, types.into_iter().collect())).collect()
}

/// What the graph says of a publisher or subscription.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct TopicEndpointInfo {
    token: LivelinessToken,
    endpoint: Endpoint,
}

impl TopicEndpointInfo {
    /// `None` for a node.
    pub(crate) fn of(token: LivelinessToken) -> Option<Self> {
        Some(Self { endpoint: token.endpoint.clone()?, token })
    }
}

#[pymethods]
impl TopicEndpointInfo {
    /// The name of its node.
    #[getter]
    fn node_name(&self) -> &str {
        &self.token.node_name
    }

    /// The namespace of its node.
    #[getter]
    fn node_namespace(&self) -> &str {
        &self.token.namespace
    }

    /// The topic or service, fully qualified.
    #[getter]
    fn topic(&self) -> &str {
        &self.endpoint.topic
    }

    /// Full name of the type.
    #[getter]
    fn topic_type(&self) -> String {
        ros_type_name(&self.endpoint.dds_type)
    }

    /// The type hash as the endpoint announces it.
    #[getter]
    fn topic_type_hash(&self) -> &str {
        &self.endpoint.type_hash
    }

    /// `"publisher"`, `"subscription"`, `"server"` or `"client"`.
    #[getter]
    fn endpoint_type(&self) -> &'static str {
        self.endpoint.kind.name()
    }

    /// The 16 bytes that identify the endpoint, in the graph and in what it sends.
    #[getter]
    fn endpoint_gid<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.token.gid().0)
    }

    /// The quality of service that is offered or asked for.
    #[getter]
    fn qos_profile(&self) -> QosProfile {
        QosProfile { profile: self.endpoint.qos }
    }

    fn __repr__(&self) -> String {
        let node = names::qualified(&self.token.namespace, &self.token.node_name);
        let (kind, topic) = (self.endpoint_type(), &self.endpoint.topic);
        format!("<TopicEndpointInfo {kind} of {topic} ({}) in {node}>", self.topic_type())
    }
}

/// A change of the graph.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct GraphEvent {
    change: Change,
}

#[pymethods]
impl GraphEvent {
    /// `"appeared"`, `"gone"` or `"mismatch"`.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.change {
            Change::Appeared(_) => "appeared",
            Change::Gone(_) => "gone",
            Change::Mismatch(_) => "mismatch",
        }
    }

    /// The fully qualified name of the node that it is about; for a mismatch, of the other one.
    #[getter]
    fn node(&self) -> String {
        let token = self.token();
        names::qualified(&token.namespace, &token.node_name)
    }

    /// The endpoint that it is about, or ``None`` when it is the node itself; for a mismatch, the other one.
    #[getter]
    fn endpoint(&self) -> Option<TopicEndpointInfo> {
        TopicEndpointInfo::of(self.token().clone())
    }

    /// What does not match, as a sentence; ``None`` for other changes.
    #[getter]
    fn mismatch(&self) -> Option<String> {
        self.found().map(ToString::to_string)
    }

    /// What does not match, in one word: `"type"`, `"definition"` or `"qos"`; ``None`` for other changes.
    #[getter]
    fn mismatch_kind(&self) -> Option<&'static str> {
        self.found().map(|mismatch| mismatch.kind.as_str())
    }

    /// What differs between the types of a mismatch, from that of this context to the other one; empty where that is not
    /// known, and for other changes.
    #[getter]
    fn differences(&self) -> Vec<SchemaDifference> {
        let differences = self.found().map(|mismatch| mismatch.differences.clone());
        differences.unwrap_or_default().into_iter().map(SchemaDifference::from).collect()
    }

    fn __repr__(&self) -> String {
        let what = match (self.endpoint(), self.mismatch()) {
            (_, Some(mismatch)) => mismatch,
            (Some(endpoint), None) => endpoint.__repr__(),
            (None, None) => self.node(),
        };
        format!("<GraphEvent {} {what}>", self.kind())
    }
}

impl GraphEvent {
    fn token(&self) -> &LivelinessToken {
        match &self.change {
            Change::Appeared(token) | Change::Gone(token) => token,
            Change::Mismatch(mismatch) => &mismatch.theirs,
        }
    }

    fn found(&self) -> Option<&Mismatch> {
        match &self.change {
            Change::Mismatch(mismatch) => Some(mismatch),
            Change::Appeared(_) | Change::Gone(_) => None,
        }
    }
}

/// The changes of the graph from a moment on, beginning with what was there. A context manager; iterating over it yields
/// changes until it is closed.
#[pyclass(frozen, name = "GraphEvents", module = "ros_z_py")]
pub(crate) struct ZGraphEvents {
    events: GraphEvents,
    /// They end with it.
    node: Node,
}

impl ZGraphEvents {
    pub(crate) fn new(node: &Node) -> Self {
        Self { events: node.context().graph().events(), node: node.clone() }
    }

    fn take(&self, py: Python<'_>, seconds: Option<f64>) -> PyResult<crate::Result<Option<GraphEvent>>> {
        let next = |slice| match self.node.check_open() {
            Ok(()) => self.events.next(Some(slice)).transpose(),
            Err(closed) => Some(Err(closed)),
        };
        let change = wait(py, timeout(seconds)?, next)?;
        Ok(change.transpose().map(|change| change.map(|change| GraphEvent { change })))
    }
}

#[pymethods]
impl ZGraphEvents {
    /// The next change; `None` when `timeout` seconds are up. Without a timeout it waits for ever; Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn recv(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<GraphEvent>> {
        self.take(py, timeout)?.or_raise()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<GraphEvent>> {
        match self.take(py, None)? {
            Ok(event) => Ok(event),
            Err(error) => end_of_iteration(&error),
        }
    }

    /// Ends them, and every wait on them. Closing again does nothing.
    fn close(&self, _py: Python<'_>) {
        self.events.close();
    }
}

closed_by_with!(ZGraphEvents);

/// Tells Python's log, as `ros_z_py`, of every endpoint that does not match one of this context, until it is closed.
pub(crate) fn warn_of_mismatches(py: Python<'_>, context: &Context) -> PyResult<()> {
    let events = context.graph().events();
    dispatch::start(py, "mismatches".to_owned(), move |py| {
        let next = || loop {
            match events.next(None) {
                Ok(Some(Change::Mismatch(mismatch))) => return Some(mismatch),
                Ok(_) => {}
                Err(_) => return None,
            }
        };
        while let Some(mismatch) = py.detach(next) {
            if let Err(exception) = log(py, &mismatch.to_string()) {
                dispatch::report(py, exception, None);
            }
        }
    })
}

fn log(py: Python<'_>, sentence: &str) -> PyResult<()> {
    let logger = py.import(intern!(py, "logging"))?.call_method1(intern!(py, "getLogger"), ("ros_z_py",))?;
    logger.call_method1(intern!(py, "warning"), ("%s", sentence))?;
    Ok(())
}
