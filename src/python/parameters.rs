//! Parameters as Python sees them: methods of nodes, and what their client needs.
//!
//! What others set comes on a thread of the node; it attaches to the interpreter for as long as a callback runs, and holds no
//! lock that a reader of parameters needs.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{
    Declaration, Parameter, ParameterCallback, ParameterDescriptor, ParameterFile, ParameterRange,
    ParameterType, ParameterValue, Parameters, SetParametersResult,
};

use super::arguments::{Callback, Texts};
use super::clock::ZClock;
use super::dispatch;
use super::errors::{OrRaise, raise};
use super::node::ZNode;
use super::parameter_values::{shown, to_python, to_value, wrong_type, wrong_value};

/// The value as its type has it, and the number of the type: what a `Parameter` is made of.
#[pyfunction]
#[pyo3(signature = (value, type_ = None))]
pub(crate) fn _parameter_value<'py>(
    value: &Bound<'py, PyAny>,
    type_: Option<u8>,
) -> PyResult<(u8, Bound<'py, PyAny>)> {
    let wanted = type_.map_or(Ok(ParameterType::NotSet), ParameterType::of_number).or_raise()?;
    let given = to_value(value, wanted)?;
    let found = given.parameter_type();
    if type_.is_some() && found != wanted {
        let (found, wanted) = (found.as_str(), wanted.as_str());
        return Err(wrong_type(format!("{} is of type {found}, not {wanted}", shown(value))));
    }
    Ok((found.number(), to_python(value.py(), &given)?))
}

/// What a file says of a node: names with the numbers of types and values.
#[pyfunction]
pub(crate) fn _read_parameter_file<'py>(
    py: Python<'py>,
    path: PathBuf,
    node: &str,
    use_wildcard: bool,
) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    let found = ParameterFile::read(path).or_raise()?.of_name(node, use_wildcard);
    found.map(|found| found.iter().map(|parameter| object(py, parameter)).collect()).transpose()
}

fn python_part<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyModule>> {
    py.import(intern!(py, "ros_z_py._parameters"))
}

/// The `Parameter` of Python.
fn object<'py>(py: Python<'py>, Parameter { name, value }: &Parameter) -> PyResult<Bound<'py, PyAny>> {
    let class = python_part(py)?.getattr(intern!(py, "Parameter"))?;
    class.call1((name, value.parameter_type().number(), to_python(py, value)?))
}

/// A type in place of a value: a member of `ParameterType`.
fn as_type(given: &Bound<'_, PyAny>) -> PyResult<Option<ParameterType>> {
    let py = given.py();
    if !given.is_instance(&python_part(py)?.getattr(intern!(py, "ParameterType"))?)? {
        return Ok(None);
    }
    ParameterType::of_number(given.extract()?).or_raise().map(Some)
}

/// What is to be set: `Parameter` objects, or a dict of values by name.
fn to_parameters(given: &Bound<'_, PyAny>, parameters: &Parameters) -> PyResult<Vec<Parameter>> {
    let py = given.py();
    let known = |name: &str| {
        let described = parameters.describe(name).ok();
        described.and_then(|descriptor| ParameterType::of_number(descriptor.r#type).ok()).unwrap_or_default()
    };
    let one = |name: String, value: &Bound<'_, PyAny>, kind: ParameterType| {
        let value = to_value(value, kind).map_err(|error| of_parameter(py, &name, error))?;
        Ok(Parameter { name, value })
    };
    if let Ok(values) = given.cast::<PyDict>() {
        let each = values.iter().map(|(name, value)| {
            let name: String = name.extract()?;
            let kind = known(&name);
            one(name, &value, kind)
        });
        return each.collect();
    }
    let class = python_part(py)?.getattr(intern!(py, "Parameter"))?;
    let expected = || {
        let message =
            format!("expected a list of Parameter objects or a dict of values, got {}", shown(given));
        PyTypeError::new_err(message)
    };
    if given.is_instance_of::<PyString>() || given.is_instance(&class)? {
        return Err(expected());
    }
    let items = given.try_iter().map_err(|_| expected())?;
    let each = items.map(|item| {
        let item = item?;
        if !item.is_instance(&class)? {
            return Err(expected());
        }
        let kind = ParameterType::of_number(item.getattr(intern!(py, "type_"))?.extract()?).or_raise()?;
        one(item.getattr(intern!(py, "name"))?.extract()?, &item.getattr(intern!(py, "value"))?, kind)
    });
    each.collect()
}

/// The same error, of this parameter.
fn of_parameter(py: Python<'_>, name: &str, error: PyErr) -> PyErr {
    let kind = error.value(py).getattr(intern!(py, "kind")).and_then(|kind| kind.extract::<String>());
    let message = format!("parameter '{name}': {}", error.value(py));
    match kind.as_deref() {
        Ok("parameter_value") => wrong_value(message),
        Ok("parameter_type") => wrong_type(message),
        _ => error,
    }
}

#[derive(FromPyObject)]
struct Range<T, S> {
    from_value: T,
    to_value: T,
    step: S,
}

impl<T, S> From<Range<T, S>> for ParameterRange<T, S> {
    fn from(Range { from_value, to_value, step }: Range<T, S>) -> Self {
        Self { from_value, to_value, step }
    }
}

/// What has the attributes of `rcl_interfaces/msg/ParameterDescriptor`.
fn to_descriptor(given: Option<&Bound<'_, PyAny>>) -> PyResult<ParameterDescriptor> {
    let Some(given) = given.filter(|given| !given.is_none()) else {
        return Ok(ParameterDescriptor::default());
    };
    let py = given.py();
    let attribute = |name: &str| {
        given.getattr(name).map_err(|_| {
            PyTypeError::new_err(format!("expected a ParameterDescriptor, got {}", shown(given)))
        })
    };
    let ranges = |name: &str| -> PyResult<Vec<Bound<'_, PyAny>>> { attribute(name)?.try_iter()?.collect() };
    Ok(ParameterDescriptor {
        name: attribute("name")?.extract()?,
        r#type: attribute("type")?.extract()?,
        description: attribute("description")?.extract()?,
        additional_constraints: attribute("additional_constraints")?.extract()?,
        read_only: attribute("read_only")?.is_truthy()?,
        dynamic_typing: attribute("dynamic_typing")?.is_truthy()?,
        floating_point_range: ranges("floating_point_range")?
            .iter()
            .map(|range| Ok(range.extract::<Range<f64, f64>>()?.into()))
            .collect::<PyResult<_>>()
            .map_err(|error| not_a_range(py, "floating_point_range", &error))?,
        integer_range: ranges("integer_range")?
            .iter()
            .map(|range| Ok(range.extract::<Range<i64, u64>>()?.into()))
            .collect::<PyResult<_>>()
            .map_err(|error| not_a_range(py, "integer_range", &error))?,
    })
}

fn not_a_range(py: Python<'_>, name: &str, error: &PyErr) -> PyErr {
    let message = format!(
        "{name} is a list of at most one range of from_value, to_value and step: {}",
        error.value(py)
    );
    wrong_value(message)
}

fn from_descriptor<'py>(py: Python<'py>, descriptor: &ParameterDescriptor) -> PyResult<Bound<'py, PyAny>> {
    let ranges = PyDict::new(py);
    let of = |range: (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)| range;
    let integers = descriptor.integer_range.iter().map(|range| {
        Ok(of((
            range.from_value.into_pyobject(py)?.into_any(),
            range.to_value.into_pyobject(py)?.into_any(),
            range.step.into_pyobject(py)?.into_any(),
        )))
    });
    let doubles = descriptor.floating_point_range.iter().map(|range| {
        Ok(of((
            range.from_value.into_pyobject(py)?.into_any(),
            range.to_value.into_pyobject(py)?.into_any(),
            range.step.into_pyobject(py)?.into_any(),
        )))
    });
    ranges.set_item("integer_range", integers.collect::<PyResult<Vec<_>>>()?)?;
    ranges.set_item("floating_point_range", doubles.collect::<PyResult<Vec<_>>>()?)?;
    for (name, text) in [
        ("name", &descriptor.name),
        ("description", &descriptor.description),
        ("additional_constraints", &descriptor.additional_constraints),
    ] {
        ranges.set_item(name, text)?;
    }
    ranges.set_item("type", descriptor.r#type)?;
    ranges.set_item("read_only", descriptor.read_only)?;
    ranges.set_item("dynamic_typing", descriptor.dynamic_typing)?;
    python_part(py)?.call_method(intern!(py, "descriptor"), (), Some(&ranges))
}

fn from_result<'py>(py: Python<'py>, result: &SetParametersResult) -> PyResult<Bound<'py, PyAny>> {
    python_part(py)?.call_method1(intern!(py, "set_result"), (result.successful, &result.reason))
}

thread_local! {
    /// While this thread changes parameters for Python: what a callback raised that is not of its own making, such as
    /// Ctrl-C.
    static RAISED: RefCell<Option<Option<PyErr>>> = const { RefCell::new(None) };
}

/// Changes parameters, released from the interpreter. Raises what ended a callback from without.
fn changing<R: Send>(py: Python<'_>, change: impl FnOnce() -> Result<R> + Send) -> PyResult<R> {
    let before = RAISED.replace(Some(None));
    let changed = py.detach(change);
    match RAISED.replace(before).flatten() {
        Some(exception) => Err(exception),
        None => changed.or_raise(),
    }
}

/// Reports what a callback raised; where that is no `Exception`, the call that changes parameters raises it, if it is one
/// of Python's.
fn report(py: Python<'_>, exception: PyErr, callback: &Bound<'_, PyAny>) {
    let is_own = exception.is_instance_of::<PyException>(py);
    let is_kept = !is_own
        && RAISED
            .with_borrow_mut(|raised| raised.as_mut().map(|kept| *kept = Some(exception.clone_ref(py))))
            .is_some();
    if !is_kept {
        dispatch::report(py, exception, Some(callback));
    }
}

/// What a callback may do with what is set: refuse it. An exception refuses, and is reported.
fn ask(callback: &Py<PyAny>, set: &[Parameter]) -> SetParametersResult {
    Python::attach(|py| {
        let function = callback.bind(py);
        let asked = objects(py, set).and_then(|set| function.call1((set,)));
        let read = asked.and_then(|answer| {
            let py = answer.py();
            let part = |name| answer.getattr(name);
            match (part(intern!(py, "successful")), part(intern!(py, "reason"))) {
                (Ok(successful), Ok(reason)) => {
                    Ok(SetParametersResult { successful: successful.is_truthy()?, reason: reason.extract()? })
                }
                _ => Err(PyTypeError::new_err(format!(
                    "a callback of add_on_set_parameters_callback returned {}, which is no SetParametersResult",
                    shown(&answer)
                ))),
            }
        });
        read.unwrap_or_else(|error| {
            let reason = format!("a callback raised {error}");
            report(py, error, function);
            SetParametersResult::refused(reason)
        })
    })
}

fn tell(callback: &Py<PyAny>, set: &[Parameter]) {
    Python::attach(|py| {
        let function = callback.bind(py);
        if let Err(error) = objects(py, set).and_then(|set| function.call1((set,))) {
            report(py, error, function);
        }
    });
}

fn objects<'py>(py: Python<'py>, parameters: &[Parameter]) -> PyResult<Bound<'py, PyList>> {
    let all = parameters.iter().map(|parameter| object(py, parameter)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, all)
}

/// The callbacks of a node by the functions that they call.
#[derive(Default)]
pub(crate) struct NodeCallbacks(Mutex<Vec<(Py<PyAny>, ParameterCallback)>>);

impl NodeCallbacks {
    fn add(&self, function: Py<PyAny>, callback: ParameterCallback) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((function, callback));
    }

    fn take(&self, function: &Bound<'_, PyAny>) -> PyResult<ParameterCallback> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known: Vec<Py<PyAny>> = all.iter().map(|(own, _)| own.clone_ref(function.py())).collect();
        drop(all);
        // Compared as Python compares methods, which may run code of the user.
        for (at, own) in known.iter().enumerate() {
            if own.bind(function.py()).eq(function)? {
                let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if at < all.len() {
                    return Ok(all.remove(at).1);
                }
            }
        }
        let message = format!("{} is no callback of this node", shown(function));
        Err(raise(&Error::new(ErrorKind::Argument, message)))
    }

    /// Lets go of them.
    pub(crate) fn clear(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(all);
    }
}

fn to_declaration(
    name: &str,
    (value, descriptor): (Option<&Bound<'_, PyAny>>, Option<&Bound<'_, PyAny>>),
    ignore_override: bool,
    py: Python<'_>,
) -> PyResult<Declaration> {
    let mut descriptor = to_descriptor(descriptor)?;
    let none = py.None().into_bound(py);
    let value = value.unwrap_or(&none);
    let value = match as_type(value)? {
        Some(kind) => {
            descriptor.r#type = kind.number();
            ParameterValue::NotSet
        }
        None => {
            let wanted = ParameterType::of_number(descriptor.r#type).or_raise()?;
            to_value(value, wanted).map_err(|error| of_parameter(py, name, error))?
        }
    };
    Ok(Declaration { value, descriptor, ignore_override })
}

/// The values of overrides by their names.
pub(crate) fn overrides(given: &Bound<'_, PyDict>) -> PyResult<Vec<Parameter>> {
    let each = given.iter().map(|(name, value)| {
        let name: String = name.extract()?;
        // An empty list is one of what is declared.
        let value = to_value(&value, ParameterType::StringArray)
            .map_err(|error| of_parameter(given.py(), &name, error))?;
        Ok(Parameter { name, value })
    });
    each.collect()
}

#[pymethods]
impl ZNode {
    /// Declares a parameter and returns it; its value is that of an override, if there is one.
    #[pyo3(signature = (name, value = None, descriptor = None, ignore_override = false))]
    fn declare_parameter<'py>(
        slf: &Bound<'py, Self>,
        name: &str,
        value: Option<&Bound<'py, PyAny>>,
        descriptor: Option<&Bound<'py, PyAny>>,
        ignore_override: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let declaration = to_declaration(name, (value, descriptor), ignore_override, slf.py())?;
        let (py, own) = (slf.py(), slf.get());
        let value = changing(py, || own.node.parameters().declare_as(name, declaration))?;
        object(py, &Parameter::new(name, value))
    }

    /// Declares several parameters, each a tuple of what `declare_parameter` takes, with `namespace` and a dot before their
    /// names unless it is empty.
    #[pyo3(signature = (namespace, parameters, ignore_override = false))]
    fn declare_parameters<'py>(
        slf: &Bound<'py, Self>,
        namespace: &str,
        parameters: &Bound<'py, PyAny>,
        ignore_override: bool,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let each = parameters.try_iter()?.map(|given| {
            let given = given?;
            let expected = || {
                let message = format!("expected (name, value, descriptor), got {}", shown(&given));
                PyTypeError::new_err(message)
            };
            let parts = given.cast::<PyTuple>().map_err(|_| expected())?;
            if parts.is_empty() || parts.len() > 3 {
                return Err(expected());
            }
            let name: String = parts.get_item(0)?.extract().map_err(|_| expected())?;
            let name = if namespace.is_empty() { name } else { format!("{namespace}.{name}") };
            let given = (parts.get_item(1).ok(), parts.get_item(2).ok());
            let given = (given.0.as_ref(), given.1.as_ref());
            let declaration = to_declaration(&name, given, ignore_override, slf.py())?;
            Ok((name, declaration))
        });
        let (py, own) = (slf.py(), slf.get());
        let declarations = each.collect::<PyResult<Vec<_>>>()?;
        let names: Vec<String> = declarations.iter().map(|(name, _)| name.clone()).collect();
        let values = changing(py, || own.node.parameters().declare_all(declarations))?;
        let declared = names.into_iter().zip(values);
        declared.map(|(name, value)| object(py, &Parameter { name, value })).collect()
    }

    /// Takes a declaration back.
    fn undeclare_parameter(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        py.detach(|| self.node.parameters().undeclare(name)).or_raise()
    }

    /// Whether a parameter is declared.
    fn has_parameter(&self, name: &str) -> bool {
        self.node.parameters().has(name)
    }

    /// A parameter.
    fn get_parameter<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let value = self.node.parameters().get(name).or_raise()?;
        object(py, &Parameter::new(name, value))
    }

    /// Several parameters.
    fn get_parameters<'py>(&self, py: Python<'py>, names: Texts) -> PyResult<Vec<Bound<'py, PyAny>>> {
        names.0.iter().map(|name| self.get_parameter(py, name)).collect()
    }

    /// A parameter, or one of this value, or this `Parameter`, where it is not declared or not set.
    #[pyo3(signature = (name, alternative_value = None))]
    fn get_parameter_or<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        alternative_value: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let class = python_part(py)?.getattr(intern!(py, "Parameter"))?;
        let value = match (self.node.parameters().get(name), alternative_value) {
            (Ok(value), _) if value != ParameterValue::NotSet => value,
            (_, Some(alternative)) if alternative.is_instance(&class)? => return Ok(alternative.clone()),
            (_, Some(alternative)) => to_value(alternative, ParameterType::NotSet)?,
            _ => ParameterValue::NotSet,
        };
        object(py, &Parameter::new(name, value))
    }

    /// The parameters below a prefix, by what their names are behind it.
    fn get_parameters_by_prefix<'py>(&self, py: Python<'py>, prefix: &str) -> PyResult<Bound<'py, PyDict>> {
        let found = PyDict::new(py);
        for name in self.node.parameters().names() {
            let below = match prefix {
                "" => Some(name.as_str()),
                prefix => name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')),
            };
            if let Some(below) = below {
                found.set_item(below, self.get_parameter(py, &name)?)?;
            }
        }
        Ok(found)
    }

    /// The type of a parameter.
    fn get_parameter_type<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let descriptor = self.node.parameters().describe(name).or_raise()?;
        python_part(py)?.getattr(intern!(py, "ParameterType"))?.call1((descriptor.r#type,))
    }

    /// Sets parameters, given as `Parameter` objects or a dict of values, one by one; how each went.
    fn set_parameters<'py>(&self, parameters: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let (py, own) = (parameters.py(), self.node.parameters());
        let given = to_parameters(parameters, own)?;
        own.check_declared(&given).or_raise()?;
        let results = changing(py, || own.set(given))?;
        results.iter().map(|result| from_result(py, result)).collect()
    }

    /// Sets all parameters, given as `Parameter` objects or a dict of values, or none; how it went.
    fn set_parameters_atomically<'py>(&self, parameters: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (py, own) = (parameters.py(), self.node.parameters());
        let given = to_parameters(parameters, own)?;
        own.check_declared(&given).or_raise()?;
        let result = changing(py, || own.set_atomically(given))?;
        from_result(py, &result)
    }

    /// What is known of a parameter beside its value.
    fn describe_parameter<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        from_descriptor(py, &self.node.parameters().describe(name).or_raise()?)
    }

    /// What is known of several parameters.
    fn describe_parameters<'py>(&self, py: Python<'py>, names: Texts) -> PyResult<Vec<Bound<'py, PyAny>>> {
        names.0.iter().map(|name| self.describe_parameter(py, name)).collect()
    }

    /// The names of parameters below the prefixes, or of all; so many parts deep, or all where `depth` is 0.
    #[pyo3(signature = (prefixes = None, depth = 0))]
    fn list_parameters<'py>(
        &self,
        py: Python<'py>,
        prefixes: Option<Texts>,
        depth: u64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let prefixes = prefixes.map(|prefixes| prefixes.0).unwrap_or_default();
        let listed = self.node.parameters().list(&prefixes, depth);
        python_part(py)?.call_method1(intern!(py, "list_result"), (listed.names, listed.prefixes))
    }

    /// Has `callback` asked before parameters are set or declared; what it returns may refuse.
    fn add_on_set_parameters_callback(&self, py: Python<'_>, callback: Callback) {
        let function = callback.0.clone_ref(py);
        let added = self.node.parameters().on_set(move |set| ask(&callback.0, set));
        self.parameter_callbacks.add(function, added);
    }

    /// Asks `callback` no more.
    fn remove_on_set_parameters_callback(&self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.node.parameters().remove_callback(self.parameter_callbacks.take(callback)?);
        Ok(())
    }

    /// Has `callback` told of parameters that were set or declared.
    fn add_post_set_parameters_callback(&self, py: Python<'_>, callback: Callback) {
        let function = callback.0.clone_ref(py);
        let added = self.node.parameters().after_set(move |set| tell(&callback.0, set));
        self.parameter_callbacks.add(function, added);
    }

    /// Tells `callback` no more.
    fn remove_post_set_parameters_callback(&self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.node.parameters().remove_callback(self.parameter_callbacks.take(callback)?);
        Ok(())
    }

    /// A client of the parameters of another node, by its name.
    fn create_parameter_client<'py>(slf: &Bound<'py, Self>, node_name: &str) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        python_part(py)?.call_method1(intern!(py, "ParameterClient"), (slf, node_name))
    }

    /// The clock of the node.
    fn get_clock(&self) -> ZClock {
        ZClock::new(self.node.clock().clone())
    }
}
