//! [`ServiceType`]: what `create_server` and `create_client` are given, resolved.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::error::{Error, ErrorKind, Result};
use crate::net::Introspection;
use crate::registry::Registry;
use crate::rmw::QosProfile;
use crate::schema::{DefinitionKind, TypeName};

use super::classes::MessageType;
use super::decode::Output;
use super::errors::{OrRaise, raise};
use super::qos;
use super::types::{TypeRegistry, Types, message_type_of_class, types_of_class};

const REQUEST: &str = "Request";
const RESPONSE: &str = "Response";

/// What requests and responses become.
pub(crate) fn output(name: &str) -> PyResult<Output> {
    match name {
        "struct" => Ok(Output::Struct),
        "dict" => Ok(Output::Dict),
        other => {
            let message = format!("output must be \"struct\" or \"dict\", not {other:?}");
            Err(raise(&Error::new(ErrorKind::Argument, message)))
        }
    }
}

/// A service type with the types of its messages.
pub(crate) struct ServiceType {
    pub(crate) name: TypeName,
    pub(crate) hash: String,
    pub(crate) request: Arc<MessageType>,
    pub(crate) response: Arc<MessageType>,
    types: Arc<Types>,
}

impl ServiceType {
    /// What tells of requests and responses: the level by its name, and a quality of service or that of ROS.
    pub(crate) fn introspection(
        &self,
        state: &str,
        qos: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(Introspection, &Registry, QosProfile)> {
        let level = match state {
            "off" => Introspection::Off,
            "metadata" => Introspection::Metadata,
            "contents" => Introspection::Contents,
            other => {
                let message = format!("state must be \"off\", \"metadata\" or \"contents\", not {other:?}");
                return Err(raise(&Error::new(ErrorKind::Argument, message)));
            }
        };
        let qos = qos.map_or(Ok(QosProfile::SYSTEM_DEFAULT), |qos| qos::profile(Some(qos)))?;
        Ok((level, &self.types.registry, qos))
    }
}

impl TypeRegistry {
    /// The service type that a service class, its request class, or a name stands for.
    pub(crate) fn resolve_service(&self, service_type: &Bound<'_, PyAny>) -> PyResult<ServiceType> {
        let py = service_type.py();
        if let Ok(name) = service_type.cast::<PyString>() {
            return of_name(py, &self.types, name.to_str()?);
        }
        let expected = || {
            let shown = service_type.repr()?;
            let message = format!(
                "expected a service class, its request class, or the name of a service type, got {shown}"
            );
            PyResult::Ok(PyTypeError::new_err(message))
        };
        let Ok(class) = service_type.cast::<PyType>() else { return Err(expected()?) };
        if let Some(request) = message_type_of_class(py, class)? {
            return of_request(py, &self.types, class, request);
        }
        match of_service_class(&self.types, class)? {
            Some(service) => Ok(service),
            None => Err(expected()?),
        }
    }
}

fn of_name(py: Python<'_>, types: &Arc<Types>, name: &str) -> PyResult<ServiceType> {
    let (name, hash) = find_service(types, name).or_raise()?;
    let part = |part: &str| types.message_type(py, name.derived(part).as_str());
    let (request, response) = (part(REQUEST)?, part(RESPONSE)?);
    Ok(ServiceType { name, hash, request, response, types: Arc::clone(types) })
}

/// The full name and the hash of a service, which may be named by its request.
fn find_service(types: &Types, name: &str) -> Result<(TypeName, String)> {
    let registry = &types.registry;
    let mut definition = registry.find(name)?;
    if let Some(service) = service_of_request(&definition.type_name) {
        definition = registry.find(&service)?;
    }
    let name = &definition.type_name;
    if definition.kind == DefinitionKind::Service {
        return Ok((name.clone(), registry.hash(name)?.to_string()));
    }
    let message =
        format!("`{name}` is not a service; expected a name such as `example_interfaces/srv/AddTwoInts`");
    Err(Error::new(ErrorKind::UnknownType, message))
}

fn service_of_request(name: &TypeName) -> Option<String> {
    name.as_str().strip_suffix(REQUEST)?.strip_suffix('_').map(str::to_owned)
}

fn of_request(
    py: Python<'_>,
    process: &Arc<Types>,
    class: &Bound<'_, PyType>,
    request: Arc<MessageType>,
) -> PyResult<ServiceType> {
    let name = request.plan.type_name();
    if service_of_request(name).is_none() {
        let message = format!("`{name}` is not the request of a service");
        return Err(raise(&Error::new(ErrorKind::UnknownType, message)));
    }
    let types = types_of_class(class).unwrap_or_else(|| Arc::clone(process));
    let service = of_name(py, &types, name.as_str())?;
    if service.request.plan.hash() != request.plan.hash() {
        let message =
            format!("this class is of an older definition of `{name}`; use that of the service class");
        return Err(raise(&Error::new(ErrorKind::TypeMismatch, message)));
    }
    Ok(ServiceType { request, ..service })
}

/// `None` for a class that is no service.
fn of_service_class(process: &Arc<Types>, class: &Bound<'_, PyType>) -> PyResult<Option<ServiceType>> {
    let py = class.py();
    let part = |name: &str| match class.getattr(name) {
        Ok(part) => part.cast::<PyType>().map_or(Ok(None), |class| message_type_of_class(py, class)),
        Err(_) => Ok(None),
    };
    let (Some(request), Some(response)) = (part(REQUEST)?, part(RESPONSE)?) else { return Ok(None) };
    let name: String = class.getattr(intern!(py, "__msgtype__"))?.extract()?;
    let hash = class.getattr(intern!(py, "__type_hash__"))?.extract()?;
    let types = class.getattr(REQUEST)?.cast().ok().and_then(types_of_class);
    let types = types.unwrap_or_else(|| Arc::clone(process));
    Ok(Some(ServiceType { name: TypeName::parse(&name).or_raise()?, hash, request, response, types }))
}
