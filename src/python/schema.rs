//! [`Schema`]: what a type is, for Python to look at; [`SchemaDifference`]: what two of them differ in.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::codec::JsonBytes;
use crate::error::Result;
use crate::idl::default_of;
use crate::interface;
use crate::registry::{Difference, Registry};
use crate::schema::{
    Annotation, AnnotationValue, Cardinality, Definition, Element, Field, FieldType, Literal,
};

use super::classes::literal;
use super::errors::OrRaise;

/// What a message, service or action type is.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct Schema {
    inner: interface::Schema,
}

impl Schema {
    /// Of a type that is given by its name or its hash.
    pub(crate) fn of(registry: &Registry, name: &str) -> Result<Self> {
        let inner = match name.parse() {
            Ok(hash) => interface::Schema::of_hash(registry, &hash)?,
            Err(_) => interface::Schema::of(registry, name)?,
        };
        Ok(Self { inner })
    }

    fn definition(&self) -> &Definition {
        self.inner.definition()
    }
}

#[pymethods]
impl Schema {
    /// Full name, `pkg/msg/Name`.
    #[getter]
    fn name(&self) -> &str {
        self.definition().type_name.as_str()
    }

    /// `"message"`, `"service"` or `"action"`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.definition().kind.as_str()
    }

    /// RIHS01 hash.
    #[getter]
    fn hash(&self) -> PyResult<String> {
        Ok(self.inner.hash().or_raise()?.to_string())
    }

    /// The fields in the order of their declaration; a message that declares none has none.
    #[getter]
    fn fields(&self) -> Vec<SchemaField> {
        let definition = self.definition();
        if definition.description.is_empty_message() {
            return Vec::new();
        }
        let comments = definition.field_comments.iter().map(|lines| lines.join("\n"));
        let fields = definition.description.fields.iter().zip(comments);
        let field = |(field, comment): (&Field, String)| SchemaField {
            field: field.clone(),
            comment,
            annotations: definition.member_annotations.get(&field.name).cloned().unwrap_or_default(),
            schema: self.inner.clone(),
        };
        fields.map(field).collect()
    }

    /// The constants by name.
    #[getter]
    fn constants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let constants = PyDict::new(py);
        for constant in &self.definition().constants {
            constants.set_item(&constant.name, literal(py, &constant.value)?)?;
        }
        Ok(constants)
    }

    /// What a service or action is made of, by the names of its file.
    #[getter]
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parts = PyDict::new(py);
        let definition = self.definition();
        for part in definition.kind.declared_parts() {
            let inner = self.inner.nested(definition.type_name.derived(part).as_str()).or_raise()?;
            parts.set_item(part.to_lowercase(), Self { inner })?;
        }
        Ok(parts)
    }

    /// The comment lines that belong to it.
    #[getter]
    fn comment(&self) -> String {
        self.definition().comment.join("\n")
    }

    /// The annotations of IDL on it, each with its parameters.
    #[getter]
    fn annotations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        annotations(py, &self.definition().annotations)
    }

    /// The interface text it was read from, or `None` for derived types and descriptions from peers.
    #[getter]
    fn text(&self) -> Option<&str> {
        self.definition().source.as_ref().map(|source| &*source.text)
    }

    /// The language of `text`, or `None` where there is none.
    #[getter]
    fn format(&self) -> Option<&'static str> {
        self.definition().source.as_ref().map(|source| source.encoding)
    }

    /// The `TypeDescription` as JSON, as ROS installs it beside the interface files.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&**self.inner.description())
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The JSON Schema (draft 2020-12) of its messages in JSON; of a service or action, of any of its parts.
    #[pyo3(signature = (*, bytes = "base64"))]
    fn json_schema<'py>(&self, py: Python<'py>, bytes: &str) -> PyResult<Bound<'py, PyAny>> {
        let bytes = match bytes {
            "array" => JsonBytes::Array,
            "base64" => JsonBytes::Base64,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "bytes must be \"base64\" or \"array\", not {bytes:?}"
                )));
            }
        };
        let text = self.inner.json_schema(bytes).or_raise()?.to_string();
        py.import("json")?.call_method1("loads", (text,))
    }

    fn __repr__(&self) -> String {
        let definition = self.definition();
        let count = self.fields().len();
        let what = match definition.kind.declared_parts() {
            [] if count == 1 => "1 field".to_owned(),
            [] => format!("{count} fields"),
            parts => parts.join(", ").to_lowercase(),
        };
        format!("<Schema {}: {what}>", definition.type_name)
    }
}

/// A field of a :class:`Schema`.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct SchemaField {
    field: Field,
    comment: String,
    annotations: Vec<Annotation>,
    /// The schema of the type that has it.
    schema: interface::Schema,
}

#[pymethods]
impl SchemaField {
    /// The member's name in interface text.
    #[getter]
    fn name(&self) -> &str {
        &self.field.name
    }

    /// Its type as interface text writes it, such as `float64[36]`.
    #[getter]
    fn r#type(&self) -> String {
        self.field.field_type.to_msg()
    }

    /// The type of one item, such as `float64`, `string` or `geometry_msgs/msg/Point`.
    #[getter]
    fn element_type(&self) -> String {
        match self.field.field_type.element() {
            Ok(Element::Nested(name)) => name.to_owned(),
            Ok(Element::String { .. }) => FieldType::string(0).to_msg(),
            Ok(Element::WString { .. }) => {
                FieldType::new(Element::WString { bound: 0 }, Cardinality::Single).to_msg()
            }
            _ => self.field.field_type.clone().repeated(Cardinality::Single).to_msg(),
        }
    }

    /// `"array"` for a fixed length, `"sequence"` for any, `None` for a single value.
    #[getter]
    fn array_kind(&self) -> Option<&'static str> {
        match self.field.field_type.cardinality() {
            Cardinality::Single => None,
            Cardinality::Array(_) => Some("array"),
            Cardinality::Sequence { .. } => Some("sequence"),
        }
    }

    /// The length of an array.
    #[getter]
    fn length(&self) -> Option<u64> {
        match self.field.field_type.cardinality() {
            Cardinality::Array(length) => Some(length),
            _ => None,
        }
    }

    /// The greatest length of a bounded sequence.
    #[getter]
    fn bound(&self) -> Option<u64> {
        match self.field.field_type.cardinality() {
            Cardinality::Sequence { bound } => bound,
            _ => None,
        }
    }

    /// The greatest length of a bounded string: bytes, or UTF-16 units of a `wstring`.
    #[getter]
    fn string_bound(&self) -> Option<u64> {
        match self.field.field_type.element() {
            Ok(Element::String { bound } | Element::WString { bound }) => (bound > 0).then_some(bound),
            _ => None,
        }
    }

    /// Its declared default as a Python value, or `None`.
    #[getter]
    fn default<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let octets =
            matches!(self.field.field_type.element(), Ok(Element::Primitive(item)) if item.is_octet());
        match default_of(&self.field).or_raise()? {
            Some(Literal::List(items)) if octets => {
                let octet = |item: &Literal| if let Literal::Int(value) = item { *value as u8 } else { 0 };
                Ok(Some(PyBytes::new(py, &items.iter().map(octet).collect::<Vec<u8>>()).into_any()))
            }
            Some(list @ Literal::List(_)) => Ok(Some(
                literal(py, &list)?
                    .try_iter()
                    .and_then(|items| PyList::new(py, items.collect::<PyResult<Vec<_>>>()?))?
                    .into_any(),
            )),
            Some(value) => literal(py, &value).map(Some),
            None => Ok(None),
        }
    }

    /// The comment lines that belong to it.
    #[getter]
    fn comment(&self) -> &str {
        &self.comment
    }

    /// What its `@unit` annotation says, or `None`.
    #[getter]
    fn unit(&self) -> Option<&str> {
        let unit = self.annotations.iter().find(|annotation| annotation.name == "unit")?;
        match unit.parameters.first() {
            Some((_, AnnotationValue::Literal(Literal::String(text)) | AnnotationValue::Name(text))) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// The annotations of IDL on it, each with its parameters.
    #[getter]
    fn annotations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        annotations(py, &self.annotations)
    }

    /// What the type of a nested message is; `None` for scalars and strings.
    #[getter]
    fn schema(&self) -> PyResult<Option<Schema>> {
        match self.field.field_type.element() {
            Ok(Element::Nested(name)) => Ok(Some(Schema { inner: self.schema.nested(name).or_raise()? })),
            _ => Ok(None),
        }
    }

    fn __repr__(&self) -> PyResult<String> {
        let default = default_of(&self.field).or_raise()?;
        let default = default.map(|default| format!(" = {}", default.to_repr())).unwrap_or_default();
        Ok(format!("<{} {}{default}>", self.r#type(), self.field.name))
    }
}

/// `[(name, {parameter: value})]`
fn annotations<'py>(py: Python<'py>, annotations: &[Annotation]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for Annotation { name, parameters } in annotations {
        let values = PyDict::new(py);
        for (parameter, value) in parameters {
            let value = match value {
                AnnotationValue::Literal(value) => literal(py, value)?,
                AnnotationValue::Name(name) => PyString::new(py, name).into_any(),
            };
            values.set_item(interface::parameter_name(parameter), value)?;
        }
        list.append((name, values))?;
    }
    Ok(list)
}

/// One difference between two types.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct SchemaDifference {
    /// Full name of the type that differs: one of the two, as the first is called, or one that both refer to.
    #[pyo3(get)]
    type_name: String,
    /// The field or constant, or `None` where it is about the type as a whole.
    #[pyo3(get)]
    member: Option<String>,
    /// What differs, in one word.
    #[pyo3(get)]
    change: &'static str,
    /// What the first has, as text, or `None` where it has nothing.
    #[pyo3(get)]
    before: Option<String>,
    /// What the second has, as text, or `None` where it has nothing.
    #[pyo3(get)]
    after: Option<String>,
    text: String,
}

impl From<Difference> for SchemaDifference {
    fn from(difference: Difference) -> Self {
        let text = difference.to_string();
        let Difference { type_name, member, change, before, after } = difference;
        Self { type_name, member, change: change.as_str(), before, after, text }
    }
}

#[pymethods]
impl SchemaDifference {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<{}>", self.text)
    }
}
