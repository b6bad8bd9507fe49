//! Values of parameters from and to Python: `bool`, `int`, `float`, `str`, `bytes`, lists of one of those, arrays of numpy.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::error::{Error, ErrorKind};
use crate::net::{ParameterType, ParameterValue};

use super::errors::raise;

/// The error of a value of a wrong type.
pub(crate) fn wrong_type(message: impl Into<String>) -> PyErr {
    raise(&Error::new(ErrorKind::ParameterType, message.into()))
}

/// The error of a value that is not allowed.
pub(crate) fn wrong_value(message: impl Into<String>) -> PyErr {
    raise(&Error::new(ErrorKind::ParameterValue, message.into()))
}

/// A value of Python as sentences show it.
pub(crate) fn shown(given: &Bound<'_, PyAny>) -> String {
    given.repr().map(|shown| shown.to_string()).unwrap_or_default()
}

/// What a value of Python is as that of a parameter. `wanted` says what an empty list is one of.
pub(crate) fn to_value(given: &Bound<'_, PyAny>, wanted: ParameterType) -> PyResult<ParameterValue> {
    if given.is_none() {
        return Ok(ParameterValue::NotSet);
    }
    if let Ok(value) = given.cast::<PyBool>() {
        return Ok(ParameterValue::Bool(value.is_true()));
    }
    if given.is_instance_of::<PyInt>() {
        return integer(given).map(ParameterValue::Integer);
    }
    if given.is_instance_of::<PyFloat>() {
        return given.extract().map(ParameterValue::Double);
    }
    if given.is_instance_of::<PyString>() {
        let text = given.extract().map(ParameterValue::String);
        return text.map_err(|_| {
            wrong_value(format!("{} is no text of Unicode: it has a lone surrogate", shown(given)))
        });
    }
    if let Some(value) = of_numpy(given, wanted)? {
        return Ok(value);
    }
    if is_bytes(given)? {
        let bytes = given.py().get_type::<PyBytes>().call1((given,))?;
        return Ok(ParameterValue::ByteArray(bytes.extract()?));
    }
    if given.is_instance_of::<PyDict>() || given.try_iter().is_err() {
        return Err(wrong_type(format!(
            "{} is no value of a parameter: bool, int, float, str, bytes and lists of those are",
            shown(given)
        )));
    }
    of_list(given, wanted)
}

fn integer(given: &Bound<'_, PyAny>) -> PyResult<i64> {
    given.extract().map_err(|_| wrong_value(format!("{} is out of range for int64", shown(given))))
}

/// Whether it is a block of bytes. A list is not, nor an array of other numbers.
fn is_bytes(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = given.py();
    if given.is_instance_of::<PyBytes>() {
        return Ok(true);
    }
    match py.import(intern!(py, "builtins"))?.getattr(intern!(py, "memoryview"))?.call1((given,)) {
        Ok(view) => Ok(view.getattr(intern!(py, "format"))?.extract::<String>()? == "B"),
        Err(_) => Ok(false),
    }
}

/// An array or a scalar of numpy, by the kind of its items: none of anything else.
fn of_numpy(given: &Bound<'_, PyAny>, wanted: ParameterType) -> PyResult<Option<ParameterValue>> {
    let py = given.py();
    let Ok(kind) = given.getattr(intern!(py, "dtype")).and_then(|dtype| dtype.getattr(intern!(py, "kind")))
    else {
        return Ok(None);
    };
    let (kind, dimensions): (String, usize) =
        (kind.extract()?, given.getattr(intern!(py, "ndim"))?.extract()?);
    if dimensions > 1 {
        return Err(wrong_type(format!("a parameter is a list, and this array has {dimensions} dimensions")));
    }
    let size: usize = given.getattr(intern!(py, "dtype"))?.getattr(intern!(py, "itemsize"))?.extract()?;
    let plain = given.call_method0(intern!(py, "tolist"))?;
    if dimensions == 0 {
        return to_value(&plain, wanted).map(Some);
    }
    let wanted = match kind.as_str() {
        "u" if size == 1 => return Ok(Some(ParameterValue::ByteArray(plain.extract()?))),
        "b" => ParameterType::BoolArray,
        "i" | "u" => ParameterType::IntegerArray,
        "f" => ParameterType::DoubleArray,
        "U" => ParameterType::StringArray,
        _ => {
            let dtype = given.getattr(intern!(py, "dtype"))?;
            return Err(wrong_type(format!("an array of {} is no value of a parameter", dtype.str()?)));
        }
    };
    to_value(&plain, wanted).map(Some)
}

/// A list, whose items are all of one type.
fn of_list(given: &Bound<'_, PyAny>, wanted: ParameterType) -> PyResult<ParameterValue> {
    let mut values = Vec::new();
    for (index, item) in given.try_iter()?.enumerate() {
        let value =
            to_value(&item?, ParameterType::NotSet).map_err(|error| in_item(given.py(), index, &error))?;
        values.push(value);
    }
    let Some(first) = values.first() else {
        let empty = ParameterValue::StringArray(Vec::new()).fitting(wanted);
        return match wanted {
            ParameterType::NotSet => Err(wrong_type(
                "an empty list has no type; give one, as in Parameter(name, Parameter.Type.INTEGER_ARRAY, [])",
            )),
            _ => Ok(empty),
        };
    };
    let kind = first.parameter_type();
    if let Some(other) = values.iter().position(|value| value.parameter_type() != kind) {
        let found = values.get(other).map(ParameterValue::parameter_type).unwrap_or_default();
        return Err(wrong_type(format!(
            "a list is of one type, and item 0 is of type {}, item {other} of type {}",
            kind.as_str(),
            found.as_str()
        )));
    }
    macro_rules! all {
        ($kind:ident) => {
            values.into_iter().filter_map(|value| match value {
                ParameterValue::$kind(value) => Some(value),
                _ => None,
            })
        };
    }
    Ok(match kind {
        ParameterType::Bool => ParameterValue::BoolArray(all!(Bool).collect()),
        ParameterType::Integer => ParameterValue::IntegerArray(all!(Integer).collect()),
        ParameterType::Double => ParameterValue::DoubleArray(all!(Double).collect()),
        ParameterType::String => ParameterValue::StringArray(all!(String).collect()),
        // As `rclpy` has bytes: each as one.
        ParameterType::ByteArray => ParameterValue::ByteArray(all!(ByteArray).flatten().collect()),
        _ => {
            return Err(wrong_type(format!(
                "a list of items of type {} is no value of a parameter",
                kind.as_str()
            )));
        }
    })
}

fn in_item(py: Python<'_>, index: usize, error: &PyErr) -> PyErr {
    let kind = error.value(py).getattr(intern!(py, "kind")).and_then(|kind| kind.extract::<String>());
    let message = format!("item {index}: {}", error.value(py));
    if kind.is_ok_and(|kind| kind == "parameter_value") { wrong_value(message) } else { wrong_type(message) }
}

/// What a value is in Python.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &ParameterValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        ParameterValue::NotSet => py.None().into_bound(py),
        ParameterValue::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        ParameterValue::Integer(value) => value.into_pyobject(py)?.into_any(),
        ParameterValue::Double(value) => value.into_pyobject(py)?.into_any(),
        ParameterValue::String(text) => PyString::new(py, text).into_any(),
        ParameterValue::ByteArray(bytes) => PyBytes::new(py, bytes).into_any(),
        ParameterValue::BoolArray(items) => PyList::new(py, items)?.into_any(),
        ParameterValue::IntegerArray(items) => PyList::new(py, items)?.into_any(),
        ParameterValue::DoubleArray(items) => PyList::new(py, items)?.into_any(),
        ParameterValue::StringArray(items) => PyList::new(py, items)?.into_any(),
    })
}
