//! The builder, the context and the in-process router as Python sees them, and what happens when the process ends.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::Result;
use crate::net::{Context, ContextBuilder, Router as NetRouter, fork};
use crate::rmw::RemapRule;

use super::arguments::{Domain, Texts};
use super::errors::{self, OrRaise};
use super::graph;
use super::node::ZNodeBuilder;
use super::wait::wait;
use super::with_statement::closed_by_with;

/// Contexts that were opened. Zenoh must be closed before the interpreter is gone; see [`close_all`].
static OPENED: Mutex<Vec<Context>> = Mutex::new(Vec::new());

/// Builds a context; every method returns the builder. What it is not told is as for any ROS node: the environment
/// (``ROS_DOMAIN_ID``, ``ROS_NAMESPACE``, ``ZENOH_SESSION_CONFIG_URI``, ``ZENOH_CONFIG_OVERRIDE``), else a peer that
/// connects to the router at ``tcp/localhost:7447`` and does without one if there is none.
#[pyclass(module = "ros_z_py")]
#[derive(Default)]
pub(crate) struct ZContextBuilder {
    builder: ContextBuilder,
}

type Chain<'py> = PyResult<PyRefMut<'py, ZContextBuilder>>;

/// Applies a step of the Rust builder, which consumes itself, to the Python one, which is returned. A step that fails
/// leaves it as it was.
fn step<'py>(
    mut builder: PyRefMut<'py, ZContextBuilder>,
    apply: impl FnOnce(ContextBuilder) -> Result<ContextBuilder>,
) -> Chain<'py> {
    builder.builder = apply(builder.builder.clone()).or_raise()?;
    Ok(builder)
}

#[pymethods]
impl ZContextBuilder {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// The ROS domain, 0 to 232 in ordinary systems; else ``ROS_DOMAIN_ID``, else 0.
    fn with_domain_id(slf: PyRefMut<'_, Self>, domain_id: Domain) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_domain_id(domain_id.0)))
    }

    /// The distribution of ROS 2 that the nodes are of, such as ``"humble"``; else ``ROS_DISTRO``, else ``"jazzy"``. Names
    /// of standard types mean those of the distribution, and on Humble there are no type hashes in keys.
    fn with_distro<'py>(slf: PyRefMut<'py, Self>, distro: &str) -> Chain<'py> {
        step(slf, |builder| Ok(builder.with_distro(distro.parse()?)))
    }

    /// The endpoints to connect to, such as ``tcp/192.168.1.100:7447``, in place of the local router.
    fn with_connect_endpoints(slf: PyRefMut<'_, Self>, endpoints: Texts) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_connect_endpoints(endpoints.0)))
    }

    /// The endpoints to listen on, in place of any free port of this host.
    fn with_listen_endpoints(slf: PyRefMut<'_, Self>, endpoints: Texts) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_listen_endpoints(endpoints.0)))
    }

    /// The one router to connect to.
    fn with_router_endpoint(slf: PyRefMut<'_, Self>, endpoint: String) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_router_endpoint(endpoint)))
    }

    /// The router on this host at its usual port.
    fn connect_to_local_zenohd(slf: PyRefMut<'_, Self>) -> Chain<'_> {
        step(slf, |builder| Ok(builder.connect_to_local_zenohd()))
    }

    /// Does not look for peers by multicast, which is the default.
    fn disable_multicast_scouting(slf: PyRefMut<'_, Self>) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_multicast_scouting(false)))
    }

    /// ``"peer"``, ``"client"`` or ``"router"``.
    fn with_mode<'py>(slf: PyRefMut<'py, Self>, mode: &str) -> Chain<'py> {
        step(slf, |builder| Ok(builder.with_mode(mode)))
    }

    /// The namespace of nodes that name none; else ``ROS_NAMESPACE``, else ``/``.
    fn with_namespace(slf: PyRefMut<'_, Self>, namespace: String) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_namespace(namespace)))
    }

    /// The security enclave that is announced.
    fn with_enclave(slf: PyRefMut<'_, Self>, enclave: String) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_enclave(enclave)))
    }

    /// Gives a node, topic or service another name, as on ROS's command line: ``"chatter:=/other"``, ``"__ns:=/robot"``.
    fn with_remap_rule<'py>(slf: PyRefMut<'py, Self>, rule: &str) -> Chain<'py> {
        step(slf, |builder| Ok(builder.with_remap_rules([rule.parse::<RemapRule>()?])))
    }

    /// Several remap rules; the first one that fits wins.
    fn with_remap_rules(slf: PyRefMut<'_, Self>, rules: Texts) -> Chain<'_> {
        step(slf, |builder| {
            let rules = rules.0.iter().map(|rule| rule.parse()).collect::<Result<Vec<RemapRule>>>()?;
            Ok(builder.with_remap_rules(rules))
        })
    }

    /// What a command line says behind ``--ros-args``, such as ``sys.argv``.
    fn with_ros_arguments(slf: PyRefMut<'_, Self>, arguments: Texts) -> Chain<'_> {
        step(slf, |builder| builder.with_ros_arguments(arguments.0))
    }

    /// A Zenoh configuration file (JSON5) in place of the defaults.
    fn with_config_file(slf: PyRefMut<'_, Self>, path: PathBuf) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_config_file(path)))
    }

    /// One setting of Zenoh's configuration: its key with slashes, and JSON5 text or a value to write as JSON.
    fn with_json<'py>(slf: PyRefMut<'py, Self>, key: String, value: &Bound<'py, PyAny>) -> Chain<'py> {
        let text = match value.cast::<PyString>() {
            Ok(text) => text.to_string(),
            Err(_) => value.py().import("json")?.call_method1("dumps", (value,))?.extract()?,
        };
        step(slf, |builder| Ok(builder.with_json(key, text)))
    }

    /// Writes Zenoh's log to the standard error output; ``RUST_LOG`` chooses what of it.
    fn with_logging_enabled(slf: PyRefMut<'_, Self>) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_logging_enabled()))
    }

    /// Whether large messages are published through shared memory, to the processes of this machine that can read it. They
    /// are not, unless it is asked for here or in a configuration. Receivers need nothing.
    #[pyo3(signature = (enabled = true))]
    fn with_shm_enabled(slf: PyRefMut<'_, Self>, enabled: bool) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_shm_enabled(enabled)))
    }

    /// The bytes of shared memory that are set aside for messages; else ``ZENOH_SHM_ALLOC_SIZE``, else 48 MiB.
    fn with_shm_pool_size(slf: PyRefMut<'_, Self>, size: usize) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_shm_pool_size(size)))
    }

    /// The smallest payload that travels through shared memory, in bytes; else ``ZENOH_SHM_MESSAGE_SIZE_THRESHOLD``, else
    /// 512.
    fn with_shm_threshold(slf: PyRefMut<'_, Self>, threshold: usize) -> Chain<'_> {
        step(slf, |builder| Ok(builder.with_shm_threshold(threshold)))
    }

    /// What is done with a message for which the shared memory has no room: ``"copy"`` sends it over the network, which is
    /// the default, ``"block"`` waits until receivers let go of earlier ones, ``"fail"`` raises.
    fn with_shm_when_full<'py>(slf: PyRefMut<'py, Self>, action: &str) -> Chain<'py> {
        step(slf, |builder| Ok(builder.with_shm_when_full(action.parse()?)))
    }

    /// Opens the session.
    fn build(&self, py: Python<'_>) -> PyResult<ZContext> {
        let builder = self.builder.clone();
        let (context, mut check) = py.detach(|| builder.open()).or_raise()?;
        wait(py, None, |slice| check.poll(&context, slice).then_some(()))?;
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|context| !context.is_closed());
        opened.push(context.clone());
        drop(opened);
        graph::warn_of_mismatches(py, &context)?;
        Ok(ZContext { context })
    }
}

/// One session: nodes live in it. A context manager; it is closed at the end of the process at the latest.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZContext {
    context: Context,
}

#[pymethods]
impl ZContext {
    /// A node of this name, to be built.
    fn create_node(&self, name: &str) -> ZNodeBuilder {
        ZNodeBuilder::new(self.context.create_node(name))
    }

    /// The ROS domain.
    #[getter]
    fn domain_id(&self) -> u32 {
        self.context.domain_id()
    }

    /// The distribution of ROS 2 that its nodes are of.
    #[getter]
    fn distro(&self) -> &'static str {
        self.context.distro().as_str()
    }

    /// The id of the Zenoh session, as tokens have it.
    #[getter]
    fn zid(&self) -> String {
        self.context.zid()
    }

    /// Whether it was closed.
    #[getter]
    fn is_closed(&self) -> bool {
        self.context.is_closed()
    }

    /// Closes the session with all its nodes, and ends every wait on them. Closing again does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.context.close()).or_raise()
    }

    /// The same as :meth:`close`.
    fn shutdown(&self, py: Python<'_>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        format!("<ZContext {} in domain {}>", self.zid(), self.domain_id())
    }
}

closed_by_with!(ZContext, PyResult<()>);

/// Closes every context that is still open; called when the interpreter ends, because zenoh's threads must not outlive
/// it.
#[pyfunction]
pub(crate) fn _close_all(py: Python<'_>) {
    errors::import(py);
    if fork::is_child() {
        // They are the parent's, and are never dropped here.
        return;
    }
    let opened = std::mem::take(&mut *OPENED.lock().unwrap_or_else(PoisonError::into_inner));
    py.detach(|| {
        for context in opened {
            // The process ends: there is nobody left to tell.
            _ = context.close();
        }
        super::dispatch::join_all();
    });
}

/// Called in the child of a fork: see [`fork`].
#[pyfunction]
pub(crate) fn _after_fork() {
    fork::happened();
}

/// A Zenoh router inside this process. A context manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct Router {
    router: NetRouter,
}

#[pymethods]
impl Router {
    /// The endpoint to connect to, with the real port.
    #[getter]
    fn endpoint(&self) -> &str {
        self.router.endpoint()
    }

    /// Stops it. Closing again does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.router.close()).or_raise()
    }

    fn __repr__(&self) -> String {
        format!("<Router at {}>", self.endpoint())
    }
}

closed_by_with!(Router, PyResult<()>);

/// Starts a Zenoh router inside this process; port 0 is any free one. For demos, tests and programs without a ROS system:
/// that one has its ``rmw_zenohd``. It can connect to other routers.
#[pyfunction]
#[pyo3(
    signature = (listen = "tcp/127.0.0.1:7447", *, connect = Vec::new()),
    text_signature = "(listen='tcp/127.0.0.1:7447', *, connect=())"
)]
pub(crate) fn router(py: Python<'_>, listen: &str, connect: Vec<String>) -> PyResult<Router> {
    Ok(Router { router: py.detach(|| NetRouter::open_connected(listen, &connect)).or_raise()? })
}
