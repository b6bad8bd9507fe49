//! Arguments whose mistakes are explained: names, lists of texts, callbacks, and numbers that are not negative.

use std::path::PathBuf;

use pyo3::Borrowed;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::error::{Error, ErrorKind};

use super::errors::raise;

/// Several texts. One alone is a mistake, which would otherwise be several texts of a letter.
pub(crate) struct Texts(pub(crate) Vec<String>);

impl FromPyObject<'_, '_> for Texts {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let expected = |hint: &str| {
            let shown = given.repr().map(|shown| shown.to_string()).unwrap_or_default();
            PyTypeError::new_err(format!("expected a list of texts, got {shown}{hint}"))
        };
        if given.is_instance_of::<PyString>() {
            return Err(expected("; did you mean a list of one?"));
        }
        let texts = given.try_iter().map_err(|_| expected(""))?;
        texts.map(|text| text?.extract().map_err(|_| expected(""))).collect::<PyResult<_>>().map(Self)
    }
}

/// Several paths. One alone is a mistake, as with [`Texts`].
pub(crate) struct Paths(pub(crate) Vec<PathBuf>);

impl FromPyObject<'_, '_> for Paths {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let expected = |hint: &str| {
            let shown = given.repr().map(|shown| shown.to_string()).unwrap_or_default();
            PyTypeError::new_err(format!("expected a list of paths, got {shown}{hint}"))
        };
        if given.extract::<PathBuf>().is_ok() {
            return Err(expected("; did you mean a list of one?"));
        }
        let paths = given.try_iter().map_err(|_| expected(""))?;
        paths.map(|path| path?.extract().map_err(|_| expected(""))).collect::<PyResult<_>>().map(Self)
    }
}

/// The name of a topic or service, which comes before the type.
pub(crate) struct Name(pub(crate) String);

impl FromPyObject<'_, '_> for Name {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match given.cast::<PyString>() {
            Ok(name) => Ok(Self(name.to_str()?.to_owned())),
            Err(_) if given.is_instance_of::<PyType>() => {
                let shown = given.repr()?;
                Err(PyTypeError::new_err(format!(
                    "expected a name, got {shown}; the name comes before the type"
                )))
            }
            Err(_) => Err(PyTypeError::new_err(format!("expected a name, got {}", given.repr()?))),
        }
    }
}

/// A function to call.
pub(crate) struct Callback(pub(crate) Py<PyAny>);

impl FromPyObject<'_, '_> for Callback {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let is_coroutine = py.import(intern!(py, "inspect"))?.getattr(intern!(py, "iscoroutinefunction"))?;
        let message = match (given.is_callable(), is_coroutine.call1((given,))?.is_truthy()?) {
            (true, false) => return Ok(Self(given.to_owned().unbind())),
            (true, true) => {
                format!("expected a plain function, got {}, which would have to be awaited", given.repr()?)
            }
            (false, _) => format!("expected a function to call, got {}", given.repr()?),
        };
        Err(PyTypeError::new_err(message))
    }
}

/// The number of a ROS domain.
pub(crate) struct Domain(pub(crate) u32);

impl FromPyObject<'_, '_> for Domain {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        number(given, "a domain", u32::MAX).map(Self)
    }
}

/// How many messages are kept.
pub(crate) fn depth(given: &Bound<'_, PyAny>) -> PyResult<usize> {
    number(given.as_borrowed(), "a depth", usize::MAX)
}

/// An integer; one that the type cannot hold is an error that says what it can.
fn number<'a, 'py, N>(given: Borrowed<'a, 'py, PyAny>, what: &str, most: N) -> PyResult<N>
where
    N: FromPyObject<'a, 'py, Error = PyErr> + std::fmt::Display,
{
    given.extract().map_err(|error: PyErr| {
        if !error.is_instance_of::<PyOverflowError>(given.py()) {
            return error;
        }
        let shown = given.repr().map(|shown| shown.to_string()).unwrap_or_default();
        let message = format!("{what} is a number from 0 to {most}, not {shown}");
        raise(&Error::new(ErrorKind::Argument, message))
    })
}
