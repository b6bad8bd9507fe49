//! [`Schema`]: what a type is, for Python to look at.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::Result;
use crate::registry::Registry;
use crate::schema::{Definition, TypeDescription, TypeHash};

use super::classes::literal;

/// A field of a :class:`Schema`.
#[pyclass(frozen, get_all, module = "ros_z_py")]
pub(crate) struct SchemaField {
    /// The member's name in interface text.
    name: String,
    /// Its type as interface text writes it, such as `float64[36]`.
    r#type: String,
    /// Its declared default as Python text, or `None`.
    default: Option<String>,
    /// The comment lines that belong to it.
    comment: String,
}

#[pymethods]
impl SchemaField {
    fn __repr__(&self) -> String {
        match &self.default {
            Some(default) => format!("<{} {} = {default}>", self.r#type, self.name),
            None => format!("<{} {}>", self.r#type, self.name),
        }
    }
}

/// What a message, service or action type is.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct Schema {
    definition: Arc<Definition>,
    description: Arc<TypeDescription>,
    hash: TypeHash,
}

impl Schema {
    pub(crate) fn of(registry: &Registry, name: &str) -> Result<Self> {
        let definition = registry.find(name)?;
        let description = registry.describe(&definition.type_name)?;
        let hash = registry.hash(&definition.type_name)?;
        Ok(Self { definition, description, hash })
    }
}

#[pymethods]
impl Schema {
    /// Full name, `pkg/msg/Name`.
    #[getter]
    fn name(&self) -> &str {
        self.definition.type_name.as_str()
    }

    /// RIHS01 hash.
    #[getter]
    fn hash(&self) -> String {
        self.hash.to_string()
    }

    /// The fields in the order of their declaration; a message that declares none has none.
    #[getter]
    fn fields(&self) -> Vec<SchemaField> {
        let description = &self.definition.description;
        if description.is_empty_message() {
            return Vec::new();
        }
        let comments = self.definition.field_comments.iter().map(|lines| lines.join("\n"));
        let fields = description.fields.iter().zip(comments.chain(std::iter::repeat(String::new())));
        fields
            .map(|(field, comment)| SchemaField {
                name: field.name.clone(),
                r#type: field.field_type.to_msg(),
                default: (!field.default_value.is_empty()).then(|| field.default_value.clone()),
                comment,
            })
            .collect()
    }

    /// The constants by name.
    #[getter]
    fn constants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let constants = PyDict::new(py);
        for constant in &self.definition.constants {
            constants.set_item(&constant.name, literal(py, &constant.value)?)?;
        }
        Ok(constants)
    }

    /// The interface text it was read from, or `None` for derived types and descriptions from peers.
    #[getter]
    fn text(&self) -> Option<&str> {
        self.definition.source.as_ref().map(|source| &*source.text)
    }

    /// The `TypeDescription` as JSON, as ROS installs it beside the interface files.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&*self.description)
            .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
    }

    fn __repr__(&self) -> String {
        let count = self.fields().len();
        format!("<Schema {} with {count} fields>", self.definition.type_name)
    }
}
