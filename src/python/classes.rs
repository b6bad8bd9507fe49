//! Message classes: a `msgspec.Struct` for each layout of a plan, made on first use.
//!
//! `gc=False`: message trees hold no reference cycles, so instances are not tracked by the cycle collector.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple, PyType};

use crate::codec::{FieldPlan, Kind, Layout, Plan};
use crate::schema::{Cardinality, Constant, Definition, Literal, Primitive, TypeHash};

use super::ffi::{Slots, refine};
use super::lazy::Records;

/// A plan with the classes of its layouts: what Python's decode visitor and encode source work with.
pub(crate) struct MessageType {
    pub(crate) plan: Arc<Plan>,
    /// One for each layout of the plan, at the same index.
    pub(crate) classes: Vec<Arc<MessageClass>>,
    /// Direct access to the instances of each, if all verified.
    pub(crate) slots: Option<Box<[Slots]>>,
    /// What lazy views found out about arrays of structs.
    pub(crate) records: Records,
}

impl MessageType {
    /// The classes of a plan's layouts.
    pub(crate) fn new(py: Python<'_>, plan: Arc<Plan>, classes: Vec<Arc<MessageClass>>) -> Self {
        let slots = classes.iter().map(|class| Some(class.slots.as_ref()?.clone_ref(py))).collect();
        Self { plan, classes, slots, records: Records::default() }
    }

    /// The class of the message itself.
    pub(crate) fn class(&self) -> &Arc<MessageClass> {
        &self.classes[self.plan.root().index]
    }
}

/// The class of one message type.
pub(crate) struct MessageClass {
    pub(crate) class: Py<PyType>,
    /// What it was made from.
    pub(crate) definition: Arc<Definition>,
    /// Direct access to instances, where the class verifies.
    slots: Option<Slots>,
    /// The members' names as attributes: a Python keyword has a trailing underscore.
    pub(crate) attributes: Vec<Py<PyString>>,
    /// The members' own names, as in dicts.
    pub(crate) keys: Vec<Py<PyString>>,
}

/// What makes a class, besides its layout.
pub(crate) struct ClassSpec<'a> {
    pub(crate) definition: &'a Arc<Definition>,
    pub(crate) hash: TypeHash,
    /// The classes of the plan's layouts that were made already, nested ones before those that hold them.
    pub(crate) made: &'a [Arc<MessageClass>],
}

impl MessageClass {
    /// Makes the class of a layout.
    pub(crate) fn make(py: Python<'_>, layout: &Layout, spec: &ClassSpec<'_>) -> PyResult<Self> {
        let msgspec = py.import(intern!(py, "msgspec"))?;
        let mut attributes = Vec::with_capacity(layout.fields.len());
        let mut keys = Vec::with_capacity(layout.fields.len());
        let members = PyList::empty(py);
        for field in &layout.fields {
            let attribute = attribute_name(py, &field.name)?;
            let default = default_of(py, &msgspec, field, spec)?;
            members.append((&attribute, annotation(py, field, spec)?, default))?;
            attributes.push(attribute.unbind());
            keys.push(PyString::intern(py, &field.name).unbind());
        }
        let name = layout.type_name.name();
        let options = PyDict::new(py);
        let module = format!("ros_z_py.{}.{}", layout.type_name.package(), layout.type_name.namespace());
        options.set_item("module", module)?;
        options.set_item("namespace", namespace(py, layout, spec)?)?;
        options.set_item("gc", false)?;
        let base = py.import(intern!(py, "ros_z_py._messages"))?.getattr("Message")?;
        options.set_item("bases", (base,))?;
        let class =
            msgspec.call_method("defstruct", (name, members), Some(&options))?.cast_into::<PyType>()?;
        let slots = Slots::bind(&class, &attributes)?;
        refine(&class);
        let definition = Arc::clone(spec.definition);
        Ok(Self { class: class.unbind(), definition, slots, attributes, keys })
    }
}

/// The attribute for a member: its name, with a trailing underscore if that is a Python keyword.
fn attribute_name<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyString>> {
    let is_keyword = py.import(intern!(py, "keyword"))?.call_method1(intern!(py, "iskeyword"), (name,))?;
    let suffix = if is_keyword.is_truthy()? { "_" } else { "" };
    Ok(PyString::intern(py, &format!("{name}{suffix}")))
}

/// The class attributes: type name, hash, documentation, and the constants.
fn namespace<'py>(py: Python<'py>, layout: &Layout, spec: &ClassSpec<'_>) -> PyResult<Bound<'py, PyDict>> {
    let namespace = PyDict::new(py);
    namespace.set_item("__msgtype__", layout.type_name.as_str())?;
    namespace.set_item("__type_hash__", spec.hash.to_string())?;
    let mut lines = vec![layout.type_name.as_str().to_owned()];
    lines.extend(spec.definition.comment.iter().cloned());
    namespace.set_item("__doc__", lines.join("\n"))?;
    for constant in &spec.definition.constants {
        namespace.set_item(attribute_name(py, &constant.name)?, constant_value(py, constant)?)?;
    }
    Ok(namespace)
}

fn constant_value<'py>(py: Python<'py>, constant: &Constant) -> PyResult<Bound<'py, PyAny>> {
    literal(py, &constant.value)
}

pub(crate) fn literal<'py>(py: Python<'py>, value: &Literal) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Literal::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Literal::Int(value) => value.into_pyobject(py)?.into_any(),
        Literal::Float(value) => value.into_pyobject(py)?.into_any(),
        Literal::String(value) => PyString::new(py, value).into_any(),
        Literal::List(items) => {
            let items = items.iter().map(|item| literal(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyTuple::new(py, items)?.into_any()
        }
    })
}

/// What a member is annotated with, for readers and tools: values are checked when a message is encoded.
fn annotation<'py>(py: Python<'py>, field: &FieldPlan, spec: &ClassSpec<'_>) -> PyResult<Bound<'py, PyAny>> {
    let builtins = py.import(intern!(py, "builtins"))?;
    let single = match field.kind {
        Kind::Scalar(Primitive::Bool) => builtins.getattr("bool")?,
        Kind::Scalar(Primitive::Float32 | Primitive::Float64) => builtins.getattr("float")?,
        Kind::Scalar(Primitive::Char | Primitive::WChar) => builtins.getattr("str")?,
        Kind::Scalar(_) => builtins.getattr("int")?,
        Kind::String { .. } | Kind::WString { .. } => builtins.getattr("str")?,
        Kind::Message(index) => spec.made[index].class.bind(py).clone().into_any(),
    };
    match (field.cardinality, field.kind) {
        (Cardinality::Single, _) => Ok(single),
        (_, Kind::Scalar(primitive)) if primitive.is_octet() => {
            py.import("collections.abc")?.getattr("Sequence")?.get_item(builtins.getattr("int")?)
        }
        _ => py.import("collections.abc")?.getattr("Sequence")?.get_item(single),
    }
}

/// The default of a member, as `msgspec.defstruct` takes it: a value, or a factory for what can be changed.
fn default_of<'py>(
    py: Python<'py>,
    msgspec: &Bound<'py, PyModule>,
    field: &FieldPlan,
    spec: &ClassSpec<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    let length = match field.cardinality {
        Cardinality::Single => return single_default(py, msgspec, field, spec),
        Cardinality::Array(length) => usize::try_from(length).unwrap_or(usize::MAX),
        Cardinality::Sequence { .. } => 0,
    };
    let items = match (&field.default, field.kind) {
        (None, Kind::Message(index)) if length > 0 => {
            let factory = py.import("ros_z_py._defaults")?.getattr("Messages")?;
            let factory = factory.call1((spec.made[index].class.bind(py), length))?;
            return default_factory(msgspec, &factory);
        }
        (Some(Literal::List(items)), Kind::Scalar(primitive)) if primitive.is_octet() => {
            let octets =
                items.iter().map(|item| if let Literal::Int(value) = item { *value as u8 } else { 0 });
            return Ok(PyBytes::new(py, &octets.collect::<Vec<u8>>()).into_any());
        }
        (None, Kind::Scalar(primitive)) if primitive.is_octet() => {
            return Ok(PyBytes::new_with(py, length, |_| Ok(()))?.into_any());
        }
        (Some(default), _) => literal(py, default)?,
        (None, kind) => zero(py, kind)?.map_or_else(
            || Ok(PyTuple::empty(py).into_any()),
            |zero| PyTuple::new(py, [zero])?.mul(length),
        )?,
    };
    let list = py.import(intern!(py, "builtins"))?.getattr("list")?;
    let factory = py.import(intern!(py, "functools"))?.call_method1("partial", (list, items))?;
    default_factory(msgspec, &factory)
}

fn single_default<'py>(
    py: Python<'py>,
    msgspec: &Bound<'py, PyModule>,
    field: &FieldPlan,
    spec: &ClassSpec<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    match (&field.default, field.kind) {
        (_, Kind::Message(index)) => default_factory(msgspec, spec.made[index].class.bind(py)),
        (Some(default), kind) => match (default, kind) {
            (Literal::Int(value), Kind::Scalar(Primitive::Float32 | Primitive::Float64)) => {
                literal(py, &Literal::Float(*value as f64))
            }
            _ => literal(py, default),
        },
        (None, kind) => Ok(zero(py, kind)?.unwrap_or_else(|| py.None().into_bound(py))),
    }
}

fn default_factory<'py>(
    msgspec: &Bound<'py, PyModule>,
    factory: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = PyDict::new(msgspec.py());
    options.set_item("default_factory", factory)?;
    msgspec.call_method("field", (), Some(&options))
}

/// The value of a member that has no default; `None` for messages.
fn zero<'py>(py: Python<'py>, kind: Kind) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(Some(match kind {
        Kind::Scalar(Primitive::Bool) => literal(py, &Literal::Bool(false))?,
        Kind::Scalar(Primitive::Float32 | Primitive::Float64) => literal(py, &Literal::Float(0.0))?,
        Kind::Scalar(Primitive::Char | Primitive::WChar) => PyString::new(py, "\0").into_any(),
        Kind::Scalar(_) => literal(py, &Literal::Int(0))?,
        Kind::String { .. } | Kind::WString { .. } => PyString::new(py, "").into_any(),
        Kind::Message(_) => return Ok(None),
    }))
}
