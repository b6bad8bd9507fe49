//! The definitions that travel with pickled messages: what `ros_z_py._pickle` is made of.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::error::{Error, ErrorKind};
use crate::registry::Registry;
use crate::schema::{DefinitionKind, TypeDescription, TypeHash, TypeName, TypeSource};

use super::errors::{OrRaise, RosZWarning, raise, warn};
use super::module::process_types;
use super::types::{message_type_of_class, types_of_class};

/// A type, the language of the text that declares it, and the text.
type Source = (String, String, String);

/// What another process needs to make a message class: its `TypeDescription` as JSON, and the interface texts. Nothing for a
/// class of a built-in type, which is found by its hash everywhere.
#[pyfunction]
pub(crate) fn _definition_of(
    py: Python<'_>,
    class: &Bound<'_, PyType>,
) -> PyResult<(Option<String>, Vec<Source>)> {
    let (Some(message_type), Some(types)) = (message_type_of_class(py, class)?, types_of_class(class)) else {
        let message = format!("{} is no message class", class.repr()?);
        return Err(PyTypeError::new_err(message));
    };
    let description = message_type.plan.description();
    if Registry::new().find_by_hash(&message_type.plan.hash()).is_some() {
        return Ok((None, Vec::new()));
    }
    let json = serde_json::to_string(&**description).map_err(|error| {
        let message = format!("the description of {} cannot be written: {error}", description.type_name());
        raise(&Error::new(ErrorKind::Json, message))
    })?;
    let described =
        std::iter::once(&description.type_description).chain(&description.referenced_type_descriptions);
    let mut sources = Vec::new();
    for each in described {
        let definition = types.registry.definition_of(each).or_raise()?;
        if let Some(source) = &definition.source {
            let name = declared_in(&definition.type_name, &types.registry);
            sources.push((name.to_string(), source.encoding.to_owned(), source.text.to_string()));
        }
    }
    Ok((Some(json), sources))
}

/// The class, in the registry of the process, of a pickled message: found by its hash, or made from what came with it.
#[pyfunction]
pub(crate) fn _class_of_definition(
    py: Python<'_>,
    name: &str,
    hash: &str,
    description: Option<&str>,
    sources: Vec<Source>,
) -> PyResult<Py<PyAny>> {
    let types = &process_types(py)?.get().types;
    let expected: TypeHash = hash.parse().or_raise()?;
    let known = types.registry.find_by_hash(&expected);
    if known.is_some_and(|known| known.type_name() == name) {
        return types.class(py, hash);
    }
    let Some(description) = description else {
        let message = format!("the definition of {name} with the hash {hash} did not come with the message");
        return Err(raise(&Error::new(ErrorKind::UnknownType, message)));
    };
    let described: TypeDescription = serde_json::from_str(description).map_err(|error| {
        let message = format!("the definition of {name} that came with the message cannot be read: {error}");
        raise(&Error::new(ErrorKind::Json, message))
    })?;
    let found = TypeHash::of(&described).or_raise()?;
    if found != expected || described.type_name() != name {
        let message = format!(
            "the definition that came with a message of {name} is that of {} with the hash {found}, not {hash}",
            described.type_name()
        );
        return Err(raise(&Error::new(ErrorKind::TypeMismatch, message)));
    }
    let sources: Vec<_> = sources.into_iter().map(source).collect();
    let (_, complaints) = types.registry.add_told(&described, &sources, "a pickled message").or_raise()?;
    complaints.iter().try_for_each(|complaint| warn::<RosZWarning>(py, &complaint.to_string()))?;
    let kind = DefinitionKind::of_description(&described.type_description);
    types.class_of_description(py, &Arc::new(described), kind)
}

/// The interface whose text declares a type: itself, or the service or action that it is a part of.
fn declared_in(name: &TypeName, registry: &Registry) -> TypeName {
    let is_interface = |candidate: &TypeName| {
        registry.find(candidate.as_str()).is_ok_and(|found| found.kind != DefinitionKind::Message)
    };
    name.interfaces().find(is_interface).unwrap_or_else(|| name.clone())
}

fn source((type_name, encoding, raw_file_contents): Source) -> TypeSource {
    TypeSource { type_name, encoding, raw_file_contents }
}
