//! The module `ros_z_py._native`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PySequence;

use crate::registry::{Registry, nearest};

use super::action_client::{ZActionClient, ZClientGoal};
use super::action_server::{ZActionServer, ZGoalRequest, ZServerGoal};
use super::client::ZClient;
use super::clock::ZClock;
use super::codec::{self, Codec};
use super::compiled::{Filter, Getter};
use super::context::{self, Router, ZContext, ZContextBuilder};
use super::errors::{RosZWarning, warn};
use super::ffi;
use super::graph::{GraphEvent, TopicEndpointInfo, ZGraphEvents};
use super::lazy::{ZListView, ZMessageView};
use super::loan::ZLoan;
use super::node::{self, ZNode, ZNodeBuilder};
use super::parameters;
use super::pickle;
use super::publisher::ZPublisher;
use super::qos;
use super::schema::{Schema, SchemaDifference, SchemaField};
use super::server::{RequestId, ZServer};
use super::subscriber::{MessageInfo, ZSubscriber};
use super::types::{TypeRegistry, Types};
use super::wakeup::Wakeup;

static PROCESS_TYPES: PyOnceLock<Py<TypeRegistry>> = PyOnceLock::new();

/// The registry of the process: the types of the environment.
pub(crate) fn process_types(py: Python<'_>) -> PyResult<&Py<TypeRegistry>> {
    PROCESS_TYPES.get_or_try_init(py, || {
        let (registry, complaint) = Registry::of_environment([]);
        if let Some(complaint) = complaint {
            warn::<RosZWarning>(py, &complaint)?;
        }
        Py::new(py, TypeRegistry { types: Types::new(registry) })
    })
}

/// Names of all types that the process's registry knows.
#[pyfunction]
fn list_registered_types(py: Python<'_>) -> PyResult<Vec<String>> {
    let names = process_types(py)?.get().types.registry.names();
    Ok(names.into_iter().map(String::from).collect())
}

/// The known names nearest to one that is not known, as errors offer them.
#[pyfunction]
fn _nearest(wanted: &str, known: Vec<String>) -> Vec<String> {
    nearest(wanted, known.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}

/// The `ros-z` command with these arguments (without the program's name); returns its exit code.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    let program = std::iter::once("ros-z".into());
    py.detach(|| crate::cli::run(program.chain(arguments)))
}

/// Messages of ROS 2 over Zenoh, of types that are loaded at run time.
#[pymodule(gil_used = true)] // `ffi` reads slots and lists without their locks
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("types", process_types(py)?)?;
    module.add_class::<TypeRegistry>()?;
    module.add_class::<Schema>()?;
    module.add_class::<SchemaField>()?;
    module.add_class::<SchemaDifference>()?;
    module.add_class::<Codec>()?;
    codec::register(module.py())?;
    module.add_class::<Getter>()?;
    module.add_class::<Filter>()?;
    module.add_class::<ZMessageView>()?;
    module.add_class::<ZListView>()?;
    PySequence::register::<ZListView>(py)?;
    module.add_class::<ZContextBuilder>()?;
    module.add_class::<ZContext>()?;
    module.add_class::<ZNodeBuilder>()?;
    module.add_class::<ZNode>()?;
    module.add_class::<ZClock>()?;
    module.add_function(wrap_pyfunction!(parameters::_parameter_value, module)?)?;
    module.add_function(wrap_pyfunction!(parameters::_read_parameter_file, module)?)?;
    module.add_class::<ZLoan>()?;
    module.add_class::<ZPublisher>()?;
    module.add_class::<ZSubscriber>()?;
    module.add_class::<MessageInfo>()?;
    module.add_class::<ZServer>()?;
    module.add_class::<RequestId>()?;
    module.add_class::<ZClient>()?;
    module.add_class::<ZActionServer>()?;
    module.add_class::<ZGoalRequest>()?;
    module.add_class::<ZServerGoal>()?;
    module.add_class::<ZActionClient>()?;
    module.add_class::<ZClientGoal>()?;
    module.add_class::<TopicEndpointInfo>()?;
    module.add_class::<GraphEvent>()?;
    module.add_class::<ZGraphEvents>()?;
    module.add_class::<Router>()?;
    qos::register(module)?;
    ffi::register(module)?;
    ffi::number::look(py)?;
    ffi::pool::open();
    module.add_function(wrap_pyfunction!(codec::codec, module)?)?;
    module.add_function(wrap_pyfunction!(codec::encode, module)?)?;
    module.add_function(wrap_pyfunction!(codec::to_dict, module)?)?;
    module.add_function(wrap_pyfunction!(codec::from_dict, module)?)?;
    module.add_function(wrap_pyfunction!(codec::message_to_json, module)?)?;
    module.add_function(wrap_pyfunction!(codec::message_from_json, module)?)?;
    module.add_function(wrap_pyfunction!(node::_publish_log, module)?)?;
    module.add_function(wrap_pyfunction!(context::router, module)?)?;
    module.add_function(wrap_pyfunction!(context::_close_all, module)?)?;
    module.add_function(wrap_pyfunction!(context::_after_fork, module)?)?;
    module.add_class::<Wakeup>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(pickle::_definition_of, module)?)?;
    module.add_function(wrap_pyfunction!(pickle::_class_of_definition, module)?)?;
    module.add_function(wrap_pyfunction!(_nearest, module)?)?;
    module.add_function(wrap_pyfunction!(list_registered_types, module)?)
}
