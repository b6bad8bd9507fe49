//! Streams of messages as JSON lines: iterators that go on behind a bad message or line when they are asked to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyString};

use crate::codec::{JsonOutput, write_json};
use crate::error::Error;

use super::classes::MessageType;
use super::codec::json_to_cdr;
use super::errors::raise;
use super::ffi::Payload;

/// The exception for an error in the line or message of that number, which its text begins with.
fn raise_in(error: &Error, what: &str, number: usize) -> PyErr {
    numbered(raise(error), &format!("{what} {number}"), number)
}

/// The same exception with the number of a line: in its text, and as `line`.
fn numbered(exception: PyErr, place: &str, number: usize) -> PyErr {
    Python::attach(|py| {
        let value = exception.value(py);
        let said = value.str().and_then(|text| {
            value.setattr("args", (format!("{place}: {text}"),))?;
            value.setattr("line", number)
        });
        match said {
            Ok(()) => exception,
            Err(failed) => failed,
        }
    })
}

/// Messages as lines of JSON.
#[pyclass(frozen, name = "_ToJsonLines", module = "ros_z_py")]
pub(crate) struct ToJsonLines {
    message_type: Arc<MessageType>,
    options: JsonOutput,
    buffers: Py<PyIterator>,
    taken: AtomicUsize,
}

impl ToJsonLines {
    pub(crate) fn new(
        message_type: Arc<MessageType>,
        options: JsonOutput,
        buffers: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let buffers = buffers.try_iter()?.unbind();
        Ok(Self { message_type, options, buffers, taken: AtomicUsize::new(0) })
    }
}

#[pymethods]
impl ToJsonLines {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let Some(buffer) = self.buffers.bind(py).clone().next().transpose()? else { return Ok(None) };
        let number = 1 + self.taken.fetch_add(1, Ordering::Relaxed);
        let payload = Payload::from_any(&buffer)?;
        let mut line = Vec::with_capacity(64 + 2 * payload.as_slice().len());
        write_json(&self.message_type.plan, payload.as_slice(), &self.options, &mut line)
            .map_err(|error| raise_in(&error, "message", number))?;
        line.push(b'\n');
        Ok(Some(PyBytes::new(py, &line)))
    }
}

/// Where lines of JSON come from.
enum Lines {
    /// One text, and how much of it was read.
    Text(Arc<Payload>, Mutex<usize>),
    /// An iterator of lines: a file, a list.
    Iterator(Py<PyIterator>),
}

impl Lines {
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self {
            Self::Iterator(lines) => lines.bind(py).clone().next().transpose(),
            Self::Text(text, position) => {
                let mut position = position.lock().unwrap_or_else(PoisonError::into_inner);
                let rest = text.as_slice().get(*position..).unwrap_or_default();
                if rest.is_empty() {
                    return Ok(None);
                }
                let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..=end]);
                *position += line.len();
                Ok(Some(PyBytes::new(py, line).into_any()))
            }
        }
    }
}

/// Lines of JSON as messages.
#[pyclass(frozen, name = "_FromJsonLines", module = "ros_z_py")]
pub(crate) struct FromJsonLines {
    message_type: Arc<MessageType>,
    lines: Lines,
    taken: AtomicUsize,
}

impl FromJsonLines {
    pub(crate) fn new(message_type: Arc<MessageType>, lines: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = match lines.cast::<PyString>() {
            Ok(text) => Some(Payload::from_vec(text.to_str()?.as_bytes().to_vec())),
            Err(_) => Payload::from_any(lines).ok(),
        };
        let lines = match text {
            Some(text) => Lines::Text(text, Mutex::new(0)),
            None => Lines::Iterator(lines.try_iter()?.unbind()),
        };
        Ok(Self { message_type, lines, taken: AtomicUsize::new(0) })
    }
}

fn is_blank(line: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(match line.cast::<PyString>() {
        Ok(text) => text.to_str()?.trim_ascii().is_empty(),
        Err(_) => Payload::from_any(line)?.as_slice().trim_ascii().is_empty(),
    })
}

#[pymethods]
impl FromJsonLines {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        while let Some(line) = self.lines.next(py)? {
            let number = 1 + self.taken.fetch_add(1, Ordering::Relaxed);
            if !is_blank(&line)? {
                let cdr = json_to_cdr(&self.message_type, &line);
                return cdr.map(Some).map_err(|error| numbered(error, &format!("line {number}"), number));
            }
        }
        Ok(None)
    }
}
